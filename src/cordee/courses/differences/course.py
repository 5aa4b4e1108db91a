"""What changed between two versions of a course: its plan, its dates, its rules, and what its kinds say of activities.

By unit and activity, in the order of the newer version; what is gone comes at the end of its unit, or of the course.
Parts are known by their id. How much each change matters is decided here and in the kinds, nowhere else:

- harmless: titles, words, order, something added to read or to practise with, feedback, hints, files, the description;
- visible: something to read or to practise with is gone or hidden, opens at another time, or is shown to others;
- grading: keys, points, weights, attempts and other rules, deadlines, graded activities that came or went.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cordee.core.errors import N_
from cordee.courses.differences.aligning import moved
from cordee.courses.differences.model import Change, Difference, Placed, Said, Weight
from cordee.courses.entry_names import kind_named, name_of
from cordee.courses.kinds import graded_at_once, installed, tells_changes
from cordee.courses.outlines import Entry, Module, Outline, Place, Section, Titles, Unit, pick

Definitions = Mapping[str, Any]  # by content hash
RULES: Mapping[str, str] = {
    "max_attempts": N_("the number of attempts went from {old} to {new}"),
    "wait_s": N_("the pause between two attempts went from {old} to {new} seconds"),
    "weight": N_("the points it is worth went from {old} to {new}"),
    "kept": N_("of several attempts, what counts went from {old} to {new}"),
    "show_answer": N_("when right answers are shown changed"),
    "show_answer_after": N_("when right answers are shown changed"),
    "show_correctness": N_("when learners see whether they are right changed"),
    "new_variant": N_("when a new variant is drawn changed"),
}
CALLED = N_("the text calls it “{new}” now, no longer “{old}”; what learners did there follows")
WORDS: Mapping[tuple[str, object], str] = {  # values that are no numbers
    ("max_attempts", None): N_("as many as one likes"),
    ("weight", None): N_("a point a question"),
    ("kept", "last"): N_("the last one"),
    ("kept", "first"): N_("the first one"),
    ("kept", "highest"): N_("the best one"),
    ("kept", "average"): N_("their mean"),
}


MOST_LAID_OUT = 3  # activities whose layout alone changed, listed one by one


@dataclass(slots=True)
class _Found:
    """Changes as they are found, in one reader's language."""

    language: str
    old: Outline
    new: Outline
    changes: list[Placed] = field(default_factory=list)

    def say(
        self,
        template: str,
        weight: Weight,
        *,
        before: str = "",
        after: str = "",
        at: Place | None = None,
        **values: Any,
    ) -> None:
        change = Change(Said(template, values), weight, before, after)
        self.changes.append(_placed(self, change, at) if at else Placed(change))

    def renamed(self, old: Titles, new: Titles) -> bool:
        """Whether a title is another one in a language of both versions; a whole language is told once."""
        both = set(self.old.languages) & set(self.new.languages)
        if not both:
            return old != new
        return any(old.get(tongue) != new.get(tongue) for tongue in both)

    def was(self, titles: Titles) -> str:
        return pick(titles, self.language, self.old.language) if titles else ""

    def now(self, titles: Titles) -> str:
        return pick(titles, self.language, self.new.language) if titles else ""


def difference(before: Outline, after: Outline, definitions: Definitions, language: str) -> Difference:
    """Everything that changed. `definitions` holds what `contents_to_compare` asks for; titles are in `language`."""
    found = _Found(language, before, after)
    _course(found)
    _policy(found)
    _levels(found)
    for place in after.places.values():
        earlier = before.places.get(place.unit.id)
        if earlier is not None:
            _unit(found, earlier, place, definitions)
    return Difference(tuple(_layout_as_one(found.changes)))


def _layout_as_one(changes: Sequence[Placed]) -> Iterable[Placed]:
    """Activities of which another program wrote the layout anew are counted, from the fourth on, not listed."""
    laid_out = {one.activity for one in changes if one.change.is_layout}
    if len(laid_out) <= MOST_LAID_OUT:
        return changes
    said = Said(N_("only the layout changed, and no word, in {count} activities"), {"count": len(laid_out)})
    return [*(one for one in changes if not one.change.is_layout), Placed(Change(said, "harmless"))]


def contents_to_compare(before: Outline, after: Outline) -> set[str]:
    """Hashes of the contents that differ between the two, of activities that are in both."""
    found: set[str] = set()
    for name, (_place, entry) in after.entries.items():
        earlier = before.entries.get(name)
        if earlier is not None and earlier[1].contents != entry.contents:
            found |= {*earlier[1].contents.values(), *entry.contents.values()}
    return found


def _course(found: _Found) -> None:
    old, new = found.old, found.new
    if found.renamed(old.titles, new.titles):
        found.say(
            N_("the title of the course changed"), "harmless", before=found.was(old.titles), after=found.now(new.titles)
        )
    if set(old.languages) != set(new.languages):
        gone = set(old.languages) - set(new.languages)
        found.say(
            N_("the languages of the course changed"),
            "visible" if gone else "harmless",
            before=", ".join(old.languages),
            after=", ".join(new.languages),
        )
    texts = ("credits", "licence", "organisation_name", "effort", "family")
    both = set(old.languages) & set(new.languages) or {*old.languages, *new.languages}
    about = any(old.about.get(tongue) != new.about.get(tongue) for tongue in both)
    if about or any(getattr(old, name) != getattr(new, name) for name in texts):
        found.say(N_("the description of the course changed"), "harmless")
    if old.set_aside != new.set_aside:
        found.say(N_("the checks that the text of the course sets aside changed"), "harmless")
    if old.partitions != new.partitions:
        found.say(N_("the groups drawn at random changed"), "grading")


def _policy(found: _Found) -> None:
    old = {line.name: line for line in found.old.assignment_types}
    new = {line.name: line for line in found.new.assignment_types}
    for name, line in new.items():
        earlier = old.get(name)
        if earlier is None:
            found.say(N_("assignment type “{name}” was added, with a weight of {share}"), "grading", name=name,
                share=line.weight * 100)  # fmt: skip
            continue
        for field_name, template in (
            ("weight", N_("the weight of “{name}” went from {old} to {new}")),
            ("min_count", N_("the number of “{name}” expected went from {old} to {new}")),
            ("drop_count", N_("the number of “{name}” left out, the lowest, went from {old} to {new}")),
        ):
            was, now = getattr(earlier, field_name), getattr(line, field_name)
            if was != now:
                shown = (was * 100, now * 100) if field_name == "weight" else (was, now)
                found.say(template, "grading", name=name, old=shown[0], new=shown[1])
        if earlier.short_label != line.short_label:
            found.say(N_("the short name of “{name}” changed"), "harmless", name=name)
    for name in old.keys() - new.keys():
        found.say(N_("assignment type “{name}” is gone"), "grading", name=name)
    if found.old.cutoffs != found.new.cutoffs:
        found.say(N_("the grades that pass, as the course proposes them, changed"), "visible")
    if found.old.grace_s != found.new.grace_s:
        found.say(N_("the time after deadlines in which late work is taken changed"), "grading")


def _levels(found: _Found) -> None:
    """Modules, sections and units: come, gone, moved, renamed, at other dates."""
    _siblings(found, found.old.modules, found.new.modules, N_("the modules are in another order"))
    old_modules = {module.id: module for module in found.old.modules}
    old_sections, new_sections = _sections(found.old), _sections(found.new)
    for module in found.new.modules:
        earlier = old_modules.get(module.id)
        if earlier is None:
            found.say(N_("module “{title}” was added"), _added(module.sections), title=found.now(module.titles))
        else:
            _level(found, earlier, module)
        for section in module.sections:
            _section(found, module, section, old_sections.get(section.id))
    for module in found.old.modules:
        if not any(module.id == one.id for one in found.new.modules):
            found.say(N_("module “{title}” is gone"), "visible", title=found.was(module.titles))
    for name, (_module, section) in old_sections.items():
        if name not in new_sections:
            weight: Weight = "grading" if section.graded and section.counts else "visible"
            found.say(N_("section “{title}” is gone"), weight, title=found.was(section.titles))
    for name, place in found.old.places.items():
        if name not in found.new.places:
            found.say(N_("unit {number} “{title}” is gone"), _gone(place), number=place.number,
                      title=found.was(place.unit.titles))  # fmt: skip


def _section(found: _Found, module: Module, section: Section, earlier: tuple[Module, Section] | None) -> None:
    title = found.now(section.titles)
    if earlier is None:
        found.say(N_("section “{title}” was added"), _added([section]), title=title)
        places = {unit.id for unit in section.units if unit.id not in found.old.places}
        if len(places) == len(section.units):
            return
    else:
        was_in, old = earlier
        if was_in.id != module.id:
            found.say(N_("section “{title}” moved to module “{module}”"), "harmless", title=title,
                      module=found.now(module.titles))  # fmt: skip
        _level(found, old, section)
        _grading_of(found, old, section, title)
        _other_ends(found, old, section, title)
        _siblings(found, old.units, section.units, N_("the units of “{title}” are in another order"), title=title)
    weight: Weight
    for unit in section.units:
        place = found.new.places[unit.id]
        before = found.old.places.get(unit.id)
        if before is None:
            weight = "grading" if section.graded and _earns(unit) else "harmless"
            found.say(N_("the unit was added"), weight, at=place)
        else:
            if before.section.id != section.id:
                counts = _earns(unit) and (before.section.graded or section.graded)
                title = found.was(before.section.titles)
                weight = "grading" if counts else "harmless"
                found.say(N_("the unit moved here from “{title}”"), weight, at=place, title=title)
            _level(found, before.unit, unit, at=place)


def _grading_of(found: _Found, old: Section, new: Section, title: str) -> None:
    if old.graded != new.graded:
        template = N_("section “{title}” is graded now") if new.graded else N_("section “{title}” is no longer graded")
        found.say(template, "grading" if new.counts or old.counts else "harmless", title=title)
    elif new.graded and old.assignment_type != new.assignment_type:
        found.say(N_("section “{title}” counts as “{new}” now, no longer as “{old}”"), "grading", title=title,
                  old=old.assignment_type, new=new.assignment_type)  # fmt: skip
    if old.due_at != new.due_at:
        weight: Weight = "grading" if new.graded and new.counts else "visible"
        match old.due_at, new.due_at:
            case None, due:
                found.say(N_("section “{title}” has a deadline now: {new}"), weight, title=title, new=due)
            case due, None:
                found.say(N_("section “{title}” has no deadline any more; it was {old}"), weight, title=title, old=due)
            case was, now:
                found.say(
                    N_("the deadline of “{title}” went from {old} to {new}"), weight, title=title, old=was, new=now
                )


def _other_ends(found: _Found, old: Section, new: Section, title: str) -> None:
    """What ends otherwise, by days that count from the first one of a session, or for answers alone."""
    weight: Weight = "grading" if new.graded and new.counts else "visible"
    if old.due_after != new.due_after and old.due_at == new.due_at:
        found.say(N_("when “{title}” is due changed"), weight, title=title)
    if (old.closes_at, old.closes_after) != (new.closes_at, new.closes_after):
        found.say(N_("until when answers to “{title}” are taken changed"), weight, title=title)
    if old.limit_min != new.limit_min:
        found.say(N_("how much time “{title}” gives changed"), weight, title=title)
    if old.first != new.first:
        found.say(N_("what comes before “{title}” changed"), "visible", title=title)
    if old.hides_after_due != new.hides_after_due:
        template = (
            N_("“{title}” is no longer opened once its deadline has passed")
            if new.hides_after_due
            else N_("“{title}” stays open once its deadline has passed")
        )
        found.say(template, "visible", title=title)


def _level(found: _Found, old: Module | Section | Unit, new: Module | Section | Unit, at: Place | None = None) -> None:
    """Its title, when it opens, who sees it."""
    title = found.now(new.titles)
    if found.renamed(old.titles, new.titles):
        found.say(N_("renamed: “{title}”"), "harmless", at=at, before=found.was(old.titles), after=title, title=title)
    before, after = old.called or old.id, new.called or new.id
    if before != after:
        found.say(CALLED, "harmless", at=at, old=before, new=after)
    if not isinstance(new, Unit) and not isinstance(old, Unit) and old.opens_at != new.opens_at:
        if new.opens_at is None:
            found.say(N_("“{title}” opens with the session now"), "visible", at=at, title=title)
        else:
            found.say(N_("“{title}” opens on {new} now"), "visible", at=at, title=title, new=new.opens_at)
    if not isinstance(new, Unit) and not isinstance(old, Unit) and old.opens_after != new.opens_after:
        found.say(N_("when “{title}” opens changed"), "visible", at=at, title=title)
    if old.staff_only != new.staff_only:
        template = (
            N_("“{title}” is hidden from learners now") if new.staff_only else N_("“{title}” is shown to learners now")
        )
        found.say(template, "grading" if _scores(new) else "visible", at=at, title=title)
    if old.audience != new.audience:
        found.say(N_("“{title}” is for other groups now"), "grading" if _scores(new) else "visible", at=at, title=title)


def _unit(found: _Found, before: Place, after: Place, definitions: Definitions) -> None:
    old = {entry.id: entry for top in before.unit.entries for entry in top.walk()}
    new = {entry.id: entry for top in after.unit.entries for entry in top.walk()}
    order = [list(old).index(name) for name in new if name in old]
    if moved(order):
        found.say(N_("what is on the page is in another order"), "harmless", at=after)
    for name, entry in new.items():
        earlier = old.get(name)
        if earlier is not None:
            _entry(found, after, earlier, entry, definitions)
        elif name in found.old.entries:
            was_at = found.old.entries[name][0]
            crosses = was_at.section.id != after.section.id and (was_at.section.graded or after.section.graded)
            _at(found, after, entry, Change(Said(N_("it moved here from unit {number}"), {"number": was_at.number}),
                                            "grading" if crosses and entry.points > 0 else "harmless"))  # fmt: skip
            _entry(found, after, found.old.entries[name][1], entry, definitions)
        else:
            weight: Weight = "grading" if after.section.graded and entry.points > 0 else "harmless"
            _at(found, after, entry, Change(Said(N_("the activity was added")), weight))
    for name, entry in old.items():
        if name not in found.new.entries:
            _at(
                found,
                after,
                entry,
                Change(Said(N_("the activity is gone")), _weight_of_loss(before.section, entry)),
                is_old=True,
            )


def _entry(found: _Found, place: Place, old: Entry, new: Entry, definitions: Definitions) -> None:
    scored = new.points > 0 or old.points > 0
    before, after = old.called or old.id, new.called or new.id
    if before != after:
        _at(found, place, new, Change(Said(CALLED, {"old": before, "new": after}), "harmless"))
    if found.renamed(old.titles, new.titles):
        _at(
            found,
            place,
            new,
            Change(Said(N_("its title changed")), "harmless", found.was(old.titles), found.now(new.titles)),
        )
    if old.kind != new.kind:
        kinds = [kind_named(one) for one in (old, new)]
        _at(
            found, place, new, Change(Said(N_("it is of another kind now")), "grading" if scored else "visible", *kinds)
        )
    elif old.contents != new.contents:
        _contents(found, place, old, new, definitions)
    told: set[str] = set()
    for name, template in RULES.items():
        was, now = getattr(old.rules, name), getattr(new.rules, name)
        if was != now and template not in told:
            told.add(template)
            values = {"old": _rule(name, was), "new": _rule(name, now)} if "{old}" in template else {}
            _at(found, place, new, Change(Said(template, values), "grading"))
    if old.ungradable != new.ungradable:
        said = N_("it cannot be graded here any more") if new.ungradable else N_("it can be graded here now")
        _at(found, place, new, Change(Said(said), "grading", old.ungradable, new.ungradable))
    elif old.points != new.points and old.rules.weight == new.rules.weight:
        said = N_("it is worth {new} points now, no longer {old}")
        _at(found, place, new, Change(Said(said, {"old": old.points, "new": new.points}), "grading"))
    if (old.staff_only, old.audience, old.readers) != (new.staff_only, new.audience, new.readers):
        _at(found, place, new, Change(Said(N_("it is shown to others now")), "grading" if scored else "visible"))
    if old.choice != new.choice:
        _at(found, place, new, Change(Said(N_("how learners are given a part of it changed")), "grading"))


def _contents(found: _Found, place: Place, old: Entry, new: Entry, definitions: Definitions) -> None:
    """What the kind says of each language; what is so in all languages is said once."""
    kind = installed().get(new.kind)
    teller = tells_changes(kind) if kind else None
    scored = new.points > 0 or old.points > 0 or bool(kind and graded_at_once(kind))
    said: dict[tuple[object, ...], list[tuple[str, Change]]] = {}
    changed = [tongue for tongue in new.contents if old.contents.get(tongue) != new.contents[tongue]]
    for tongue in changed:
        if tongue not in old.contents:
            if tongue not in found.old.languages:  # a language of the whole course: told once
                continue
            _at(
                found,
                place,
                new,
                Change(Said(N_("written in another language too: {name}"), {"name": tongue}), "harmless"),
            )
            continue
        before, after = definitions.get(old.contents[tongue]), definitions.get(new.contents[tongue])
        if teller is None or before is None or after is None:
            told: Sequence[Change] = [Change(Said(N_("what it holds changed")), "grading" if scored else "visible")]
        else:
            told = teller.changes(before, after)
        for change in told:
            said.setdefault((change.said.template, *map(str, change.said.values.items())), []).append((tongue, change))
    compared = sum(1 for tongue in changed if tongue in old.contents)
    for versions in said.values():
        everywhere = len(versions) == compared == len(new.contents) or len(new.contents) == 1
        mine = next((one for one in versions if one[0] == found.language), versions[0])
        _at(found, place, new, mine[1], language="" if everywhere else ", ".join(name for name, _change in versions))
    for tongue in sorted((old.contents.keys() - new.contents.keys()) & set(found.new.languages)):
        _at(found, place, new, Change(Said(N_("no longer written in {name}"), {"name": tongue}), "visible"))


def _at(found: _Found, place: Place, entry: Entry, change: Change, *, is_old: bool = False, language: str = "") -> None:
    title = name_of(found.old if is_old else found.new, entry, found.language)
    placed = _placed(found, change, place)
    found.changes.append(Placed(change, placed.unit, placed.number, placed.unit_title, entry.id, title, language))


def _placed(found: _Found, change: Change, place: Place) -> Placed:
    return Placed(change, place.unit.id, place.number, found.now(place.unit.titles))


def _siblings(
    found: _Found,
    old: Sequence[Module] | Sequence[Unit],
    new: Sequence[Module] | Sequence[Unit],
    template: str,
    title: str = "",
) -> None:
    before, after = [one.id for one in old], [one.id for one in new]
    if moved([before.index(name) for name in after if name in before]):
        found.say(template, "harmless", title=title)


def _sections(outline: Outline) -> dict[str, tuple[Module, Section]]:
    return {section.id: (module, section) for module in outline.modules for section in module.sections}


def _added(sections: Iterable[Section]) -> Weight:
    return "grading" if any(section.graded and section.counts for section in sections) else "harmless"


def _earns(unit: Unit) -> bool:
    return any(entry.points > 0 for entry in unit.activities())


def _scores(level: Module | Section | Unit) -> bool:
    match level:
        case Module():
            return any(section.graded and section.counts for section in level.sections)
        case Section():
            return level.graded and level.counts
        case _:
            return _earns(level)


def _gone(place: Place) -> Weight:
    return "grading" if place.section.graded and _earns(place.unit) else "visible"


def _weight_of_loss(section: Section, entry: Entry) -> Weight:
    return "grading" if section.graded and entry.points > 0 else "visible"


def _rule(name: str, value: object) -> object:
    words = WORDS.get((name, value))
    return Said(words) if words else value
