"""Is there anything that no learner will ever see?

Source of audiences, banks, tests and conditions: docs/olx.md. Who is in a cohort is known in a session alone, so only
groups that the platform draws by itself, and groups that the course does not name, are judged.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Final

from cordee.core.errors import N_, shown
from cordee.courses.checks.material import Material
from cordee.courses.checks.model import At, Finding, Rule
from cordee.courses.kinds import graded_at_once, installed
from cordee.courses.outlines import Bank, Condition, Entry, Module, Place, Section, Split, Unit, partition_of

TEAM_ONLY = Rule(
    "team-only",
    "note",
    N_("Seen by the team alone"),
    N_("If learners should have it, show it to them; else nothing is to be done."),
)
NOBODY = Rule(
    "nobody-sees-it",
    "error",
    N_("Nobody can see this"),
    N_("Give it to a group that exists, or to everybody."),
)
NEVER_HOLDS = Rule(
    "condition-never-holds",
    "error",
    N_("A condition that can never hold"),
    N_("Ask for something that learners can do before, or take the condition away."),
)
GROUP_SEES_NOTHING = Rule(
    "group-sees-nothing",
    "warning",
    N_("A group for which a test shows nothing"),
    N_("Give each group of the test something to see, or take the group out."),
)
SMALL_BANK = Rule(
    "bank-too-small",
    "warning",
    N_("A bank that holds less than it should give"),
    N_("Add to the bank, or have it give fewer."),
)
EMPTY_UNIT = Rule(
    "empty-unit",
    "warning",
    N_("A page with nothing on it"),
    N_("Write something, or take the page out."),
)
RULES = (TEAM_ONLY, NOBODY, NEVER_HOLDS, GROUP_SEES_NOTHING, SMALL_BANK, EMPTY_UNIT)

_NO_NAME: Final = re.compile(r"group \d+")  # how a group is called that the course names nowhere (`compiling`)
_TEAM = N_("Learners do not see it.")
Level = Module | Section | Unit | Entry


def look(material: Material) -> Iterator[Finding]:
    """The highest level that is closed is told, and nothing below it."""
    for module in material.outline.modules:
        at = material.at(module=module)
        closed = yield from _closed(material, (module,), at)
        for section in () if closed else module.sections:
            at = material.at(module=module, section=section)
            yield from _never_opens(material, section, at)
            closed = yield from _closed(material, (module, section), at)
            for unit in () if closed else section.units:
                at = material.at(module=module, section=section, unit=unit)
                closed = yield from _closed(material, (module, section, unit), at)
                if not closed and not unit.entries:
                    yield Finding(EMPTY_UNIT, at, N_("Nothing is on this page."))
                for entry in () if closed else unit.entries:
                    yield from _of_entry(material, (module, section, unit), entry)


def _never_opens(material: Material, section: Section, at: At) -> Iterator[Finding]:
    for before in section.first:
        if _waits_for_section(material, before.source, section):
            said = N_(
                "It opens after “{source}”, of which a part is only shown once something in this section is done."
            )
            yield Finding(NEVER_HOLDS, at, said, {"source": shown(_title_of(material, before.source))})
            return


def _of_entry(material: Material, above: tuple[Level, ...], entry: Entry) -> Iterator[Finding]:
    place, _entry, _inside = material.entries[entry.id]
    at = material.at_entry(place, entry)
    closed = yield from _closed(material, (*above, entry), at)
    if closed:
        return
    shut: frozenset[str] = frozenset()
    match entry.choice:
        case Bank(count) if count is not None and count > len(entry.children):
            values = {"count": count, "held": len(entry.children)}
            yield Finding(SMALL_BANK, at, N_("It should give {count} and holds {held}."), values)
        case Bank(0) if entry.children:
            yield Finding(NOBODY, at, N_("The bank gives nothing of what it holds."))
            return
        case Split(groups=groups):
            for group in groups:
                if not group.child:
                    name = {"group": shown(group.name or group.id)}
                    yield Finding(GROUP_SEES_NOTHING, at, N_("The group “{group}” sees nothing here."), name)
            shown_to_some = {group.child for group in groups}
            shut = frozenset(child.id for child in entry.children if child.id not in shown_to_some)
        case Condition() as condition:
            why = _never_holds(material, entry, condition)
            if why is not None:
                yield Finding(NEVER_HOLDS, at, *why)
                return
    for child in entry.children:
        if child.id in shut:
            yield Finding(NOBODY, material.at_entry(place, child), N_("No group of the test is shown this."))
        else:
            yield from _of_entry(material, (*above, entry), child)


def _closed(material: Material, levels: tuple[Level, ...], at: At) -> Generator[Finding, None, bool]:
    """Whether the last of the levels is closed to learners, those above being open; tells it."""
    last = levels[-1]
    if last.staff_only:
        yield Finding(TEAM_ONLY, at, _TEAM)
        return True
    why = _no_audience(material, levels)
    if why:
        yield Finding(NOBODY, at, why, {"groups": ", ".join(map(shown, last.audience))})
        return True
    return False


def _no_audience(material: Material, levels: tuple[Level, ...]) -> str:
    """Why nobody can be in all the audiences on the way down; "" when somebody may be."""
    last = levels[-1]
    if not last.audience:
        return ""
    if all(_NO_NAME.fullmatch(name) for name in last.audience):
        return N_("It is only for groups that the course does not name: {groups}.")
    partitions = {one.id: one.groups for one in material.outline.partitions}
    allowed: dict[str, set[str]] = {}
    for level in levels:
        for partition in {partition_of(name) for name in level.audience} - {""}:
            named = {name.rpartition(":")[2] for name in level.audience if partition_of(name) == partition}
            allowed[partition] = allowed.get(partition, set(partitions.get(partition, ()))) & named
    if any(not groups for groups in allowed.values()):
        return N_("Nobody is in all the groups that it asks for.")
    return ""


def _never_holds(material: Material, entry: Entry, condition: Condition) -> tuple[str, Mapping[str, object]] | None:
    """Why it cannot hold, None when it may. A condition that asks for the contrary ("not done") is left alone."""
    for source in () if condition.value == "False" else condition.sources:
        why = _never_done(material, entry, condition, source)
        if why:
            return why, {"source": shown(_title_of(material, source))}
    return None


def _title_of(material: Material, name: str) -> str:
    for place, entry, _inside in _within(material, name):
        level = next((one for one in (place.module, place.section, place.unit) if one.id == name), entry)
        return next(iter(level.titles.values()), "") or name
    return name


def _never_done(material: Material, entry: Entry, condition: Condition, source: str) -> str:
    """Why no learner can do what a condition asks of one of its sources; "" when some may."""
    found = material.entries.get(source)
    if found is None:
        return N_("It asks for “{source}”, which is not in the course.")
    place, asked, inside = found
    levels: tuple[Level, ...] = (place.module, place.section, place.unit, *inside, asked)
    if any(level.staff_only for level in levels):
        return N_("It asks for “{source}”, which learners do not see.")
    if _waits_for(material, source, entry.id):
        return N_("It asks for “{source}”, which is only shown once this condition holds.")
    if condition.test == "correct" and (asked.ungradable or graded_at_once(installed()[asked.kind]) is None):
        return N_("It asks for a right answer to “{source}”, which is not graded here.")
    if condition.test == "poll_answer" and not _has_answer(material, source, condition.value):
        return N_("It asks for an answer that “{source}” does not offer.")
    return ""


def _waits_for(material: Material, activity: str, container: str) -> bool:
    """Whether an activity is shown only after what is inside a container has been done."""
    waiting, seen = [activity], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in material.entries:
            continue
        seen.add(name)
        for around in material.entries[name][2]:
            if around.id == container:
                return True
            if isinstance(around.choice, Condition) and around.choice.value != "False":
                waiting += around.choice.sources
    return False


def _waits_for_section(material: Material, source: str, section: Section) -> bool:
    """Whether a part of `source` is shown only after something in the section, by conditions or other sections.

    What stands behind a condition is asked for from the start (`learning.choosing`), so it may be waited for in vain;
    but not behind one on an answer, or on something that is not to be done.
    """
    waiting, seen = [source], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for place, entry, inside in _within(material, name):
            if place.section.id == section.id:
                return True
            waiting += (before.source for before in place.section.first)
            for around in (*inside, entry):
                if isinstance(around.choice, Condition) and _opens_by_doing(around.choice):
                    waiting += around.choice.sources
    return False


def _within(material: Material, name: str) -> Iterator[tuple[Place, Entry, tuple[Entry, ...]]]:
    """The activity or container of that name, or all of a module, a section or a unit."""
    if name in material.entries:
        yield material.entries[name]
        return
    for place, entry, inside in material.entries.values():
        if name in (place.module.id, place.section.id, place.unit.id):
            yield place, entry, inside


def _opens_by_doing(condition: Condition) -> bool:
    return condition.value == "True" and condition.test != "poll_answer"


def _has_answer(material: Material, activity: str, answer: str) -> bool:
    said = [one.said.answers for one in material.activities if one.entry.id == activity]
    return not said or any(answers is None or answer in answers for answers in said)
