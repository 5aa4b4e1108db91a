"""Can what a section asks to be done first be done first? `after` of module.yaml, looked at before anything opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cordee.core.errors import N_
from cordee.courses.text.naming import NO_NAME_FIRST, NamedCourse, walk
from cordee.formats.coursetext import conditions
from cordee.formats.coursetext.folder import SectionText
from cordee.formats.coursetext.model import TextBlock, Verbatim
from cordee.formats.coursetext.shapes import Located

Asked = Mapping[int, list[tuple[conditions.First, frozenset[int]]]]  # rank of a section -> what it asks for, where


def say_what_comes_first(course: NamedCourse) -> None:
    """Tells an `after` that cannot be read, names nothing or its own section, makes a circle, or looks ahead."""
    sections = [section for module in course.course.modules for section in module.sections]
    if all(section.facts.after is None for section in sections):
        return
    where = _where(course, sections)
    asked: dict[int, list[tuple[conditions.First, frozenset[int]]]] = {}
    for rank, section in enumerate(sections):
        after = section.facts.after
        if after is None:
            continue
        for one in conditions.read_first(after.text, after.place, course.say):
            if course.known(one.name, where, "unknown-first", after.place, NO_NAME_FIRST):
                asked.setdefault(rank, []).append((one, where[one.name]))
    for rank, section in enumerate(sections):
        if section.facts.after is not None:
            _say_order(course, sections, asked, rank, section.facts.after)


def _where(course: NamedCourse, sections: list[SectionText]) -> dict[str, frozenset[int]]:
    """Everything that may be asked for -> the ranks of the sections that it stands in."""
    found: dict[str, frozenset[int]] = {}
    rank = 0
    for module in course.course.modules:
        found[module.name] = frozenset(range(rank, rank + len(module.sections)))
        rank += len(module.sections)
    for rank, section in enumerate(sections):
        here = frozenset({rank})
        if section.facts.id is not None:
            found[section.facts.id.text] = here
        for unit in section.units:
            found[unit.name] = here
            for name in _names_on(course, unit.pages[course.reference].unit.path):
                found[name] = here
    return found


def _names_on(course: NamedCourse, path: str) -> Iterator[str]:
    for part in walk(course.pages[path].pages[course.reference].unit.parts):
        if isinstance(part, (TextBlock, Verbatim)) and part.name:
            yield part.name
        if isinstance(part, TextBlock) and part.kind == "bank" and part.value("from"):
            yield from (f"{part.name}.{one.name}" for one in course.bank_of(part) if isinstance(one, TextBlock))


def _say_order(course: NamedCourse, sections: list[SectionText], asked: Asked, rank: int, after: Located) -> None:
    for one, ranks in asked.get(rank, ()):
        if rank in ranks:
            template = N_("This section would wait for “{name}”, which stands in it. Name something that comes before.")
            course.say("first-inside", template, after.place, name=one.name)
            return
        around = next((other for other in sorted(ranks) if _waits(asked, other, rank)), None)
        if around is not None:
            facts = sections[around].facts
            template = N_(
                "This section waits for “{name}”, and “{other}” waits for this one, so that neither would ever open. "
                "Take one of the two out."
            )
            course.say(
                "first-circle", template, after.place, name=one.name, other=facts.id.text if facts.id else one.name
            )
            return
        if any(other > rank for other in ranks):
            template = N_("“{name}” comes first and stands further down in the course. Put it before this section.")
            course.say("first-later", template, after.place, severity="warning", name=one.name)


def _waits(asked: Asked, of: int, for_: int) -> bool:
    """Whether the section `of` opens only after something in the section `for_`, by whatever way."""
    waiting, seen = [of], set[int]()
    while waiting:
        rank = waiting.pop()
        if rank in seen:
            continue
        seen.add(rank)
        for _one, ranks in asked.get(rank, ()):
            if for_ in ranks:
                return True
            waiting += ranks
    return False
