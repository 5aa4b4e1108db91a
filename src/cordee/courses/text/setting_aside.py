"""Does what course.yaml sets aside (`waive`) name a check, and a place in the course?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from cordee.core.errors import N_
from cordee.courses.checks.checking import all_rules, rules_of_sessions
from cordee.courses.checks.setting_aside import Left
from cordee.courses.outlines import Outline
from cordee.courses.text.following import Former
from cordee.courses.text.naming import NamedCourse
from cordee.formats.coursetext.facts import Waiver
from cordee.formats.coursetext.model import Message
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.olx import ours
from cordee.formats.olx.model import OlxCourse


def say_what_is_set_aside(course: NamedCourse, former: Former) -> None:
    """Tells a rule that no check has, and a place that is none: it sets nothing aside, and the course is sound."""
    known = {*course.names, *(was.text for names in former.values() for was in names)}
    for waiver in course.course.facts.waive:
        if waiver.rule is not None and waiver.rule.text not in all_rules():
            meant = nearest(waiver.rule.text, all_rules())
            template = _NO_RULE[0] if meant else _NO_RULE[1]
            values = {"name": waiver.rule.text, "meant": meant}
            course.say("unknown-rule", template, waiver.rule.place, severity="warning", **values)
        if waiver.where is not None and waiver.where.text and waiver.where.text not in known:
            meant = nearest(waiver.where.text, course.names)
            template = _NOWHERE[0] if meant else _NOWHERE[1]
            values = {"name": waiver.where.text, "meant": meant}
            course.say("unknown-where", template, waiver.where.place, severity="warning", **values)


def with_places(course: OlxCourse, id_of: Callable[[str], str]) -> OlxCourse:
    """The course with the places of what its text sets aside by their ids."""
    other = course.policy.get("other_course_settings", {})
    kept = other.get(ours.TEXT, {})
    if not kept.get("waive"):
        return course
    led = {**kept, "waive": places_named(kept["waive"], id_of)}
    return replace(course, policy={**course.policy, "other_course_settings": {**other, ours.TEXT: led}})


def places_named(waivers: Any, name_of: Callable[[str], str]) -> Any:
    """The same with their places by other names; what is no waiver stays as it is."""
    match waivers:
        case list():
            return [places_named(one, name_of) for one in waivers]
        case {"where": str(where)} if where:
            return {**waivers, "where": name_of(where.strip())}
        case _:
            return waivers


def now_called(former: Former) -> Mapping[str, str]:
    """Former name -> the name of today."""
    return {was.text: name for name, names in former.items() for was in names}


def unneeded(waivers: tuple[Waiver, ...], outline: Outline, left: Left, told: tuple[Message, ...]) -> Iterator[Message]:
    """Waivers of checks that find nothing there any more.

    Of what hangs on a session's dates one cannot say that, nor of what the text has told itself, at its line (`told`).
    """
    if len(waivers) != len(outline.set_aside):  # one of them could not be read
        return
    silent = {*all_rules()} - rules_of_sessions() - {one.code for one in told}
    used = {id(aside) for _one, aside in left}
    lines = {one.place for one in told}
    for waiver, aside in zip(waivers, outline.set_aside, strict=True):
        is_nowhere = waiver.where is not None and waiver.where.place in lines
        if aside.rule in silent and id(aside) not in used and not is_nowhere:
            yield Message("sets-nothing-aside", _UNNEEDED, waiver.place, {"name": aside.rule}, "warning")


_NO_RULE = (
    N_("There is no check “{name}”, so nothing is set aside. Did you mean “{meant}”?"),
    N_("There is no check “{name}”, so nothing is set aside. Take it out, or write the code that checking says."),
)
_NOWHERE = (
    N_("Nothing is called “{name}” in this course, so nothing is set aside. Did you mean “{meant}”?"),
    N_(
        "Nothing is called “{name}” in this course, so nothing is set aside. Write the name of a module, a section, a "
        "page or a block."
    ),
)
_UNNEEDED = N_("“{name}” finds nothing to set aside here any more. Take this out.")
