"""Are the dates in order, those of the session and those of its sections?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from cordee.core.errors import N_
from cordee.courses.checks.load import load_of_entry
from cordee.courses.checks.material import Material, RunFacts
from cordee.courses.checks.model import At, Finding, Rule
from cordee.courses.due_dates import due_in, opening_of
from cordee.courses.opening import day_here
from cordee.courses.outlines import Module, Section
from cordee.courses.reading_time import MINUTE_S
from cordee.courses.run_remarks import about_deadlines

CLOSES_FIRST = Rule(
    "closes-before-it-opens",
    "error",
    N_("The session closes before it opens"),
    N_("Give a later day to close, or an earlier one to open."),
)
DUE_FIRST = Rule(
    "due-before-it-opens",
    "error",
    N_("A deadline before its section opens"),
    N_("Give a later deadline, or open the section earlier."),
)
OPENS_LATE = Rule(
    "opens-after-the-end",
    "error",
    N_("It opens once the session is over"),
    N_("Open it earlier, or close the session later."),
)
DUE_LATE = Rule(
    "due-after-the-end",
    "note",
    N_("A deadline after the session closes"),
    N_("The day on which the session closes applies; give an earlier deadline to say so."),
)
BEFORE_MODULE = Rule(
    "section-opens-before-module",
    "note",
    N_("A section that would open before its module"),
    N_("It waits for its module: give it that day, or a later one."),
)
OUT_OF_ORDER = Rule(
    "modules-open-out-of-order",
    "warning",
    N_("A module that opens before the one above it"),
    N_("Put the modules in the order in which they open, or change the days."),
)
EARLY_DEADLINES = Rule(
    "deadlines-before-opening",
    "error",
    N_("Deadlines before the session opens"),
    "",
    says=frozenset(("deadlines-before-opening",)),
)
PAST_DEADLINES = Rule(
    "deadlines-past",
    "warning",
    N_("Deadlines that are past"),
    "",
    says=frozenset(("deadlines-past",)),
)
SHORT_LIMIT = Rule(
    "time-limit-short",
    "note",
    N_("A time limit shorter than the section"),
    N_("Give more time, or leave something out: answers are taken for that time from when a learner begins."),
    ours=True,
)
RULES = (
    SHORT_LIMIT,
    CLOSES_FIRST,
    DUE_FIRST,
    OPENS_LATE,
    DUE_LATE,
    BEFORE_MODULE,
    OUT_OF_ORDER,
    EARLY_DEADLINES,
    PAST_DEADLINES,
)
_SPOKEN = {rule.code: rule for rule in (EARLY_DEADLINES, PAST_DEADLINES)}


def look(material: Material) -> Iterator[Finding]:
    """The days that the version gives by itself."""
    latest: dt.datetime | None = None
    for module in material.outline.modules:
        if module.opens_at is not None and not module.staff_only:
            if latest is not None and module.opens_at < latest:
                values = {"day": day_here(module.opens_at), "before": day_here(latest)}
                at = material.at(module=module)
                yield Finding(OUT_OF_ORDER, at, N_("It opens on {day}, the one above it on {before}."), values)
            latest = max(latest or module.opens_at, module.opens_at)
        for section in module.sections:
            if section.limit_min:
                yield from _short(material, module, section)
            if module.opens_at is not None and section.opens_at is not None and section.opens_at < module.opens_at:
                values = {"day": day_here(section.opens_at), "module": day_here(module.opens_at)}
                at = material.at(module=module, section=section)
                yield Finding(BEFORE_MODULE, at, N_("It says {day}, its module {module}."), values)


def _short(material: Material, module: Module, section: Section) -> Iterator[Finding]:
    """Films that last longer than the limit, or pages that take longer by what their author says."""
    units = [unit for unit in section.units if not unit.staff_only]
    at = material.at(module=module, section=section)
    limit, effort = section.limit_min, sum(unit.effort_min for unit in units)
    film = sum(load_of_entry(material, entry).film_s for unit in units for entry in unit.entries) / MINUTE_S
    if effort > limit:
        values = {"limit": f"{limit:g}", "effort": f"{effort:g}"}
        yield Finding(
            SHORT_LIMIT, at, N_("It gives {limit} minutes; its pages take {effort}, by their `effort`."), values
        )
    elif film > limit:
        values = {"limit": f"{limit:g}", "film": f"{film:.0f}"}
        yield Finding(SHORT_LIMIT, at, N_("It gives {limit} minutes; its films alone last {film}."), values)


def look_at_run(material: Material, run: RunFacts) -> Iterator[Finding]:
    """The days of the session beside those of its sections, its own deadlines counted."""
    if run.closes_at is not None and run.closes_at <= run.opens_at:
        values = {"closes": day_here(run.closes_at), "opens": day_here(run.opens_at)}
        yield Finding(CLOSES_FIRST, At(), N_("It closes on {closes} and opens on {opens}."), values)
        return
    for module in material.outline.modules:
        if module.staff_only:
            continue
        module_opens = opening_of(module, run.opens_at)
        late = run.closes_at is not None and module_opens is not None and module_opens >= run.closes_at
        if late and module_opens is not None and run.closes_at is not None:
            values = {"day": day_here(module_opens), "closes": day_here(run.closes_at)}
            yield Finding(
                OPENS_LATE, material.at(module=module), N_("It opens on {day}, the session closes on {closes}."), values
            )
        for section in module.sections:
            at = material.at(module=module, section=section)
            section_opens = opening_of(section, run.opens_at)
            opens = max((one for one in (module_opens, section_opens) if one is not None), default=None)
            written = due_in(section, own=run.due, opens_at=run.opens_at, closes_at=None)
            due = due_in(section, own=run.due, opens_at=run.opens_at, closes_at=run.closes_at)
            if not late and section_opens is not None and run.closes_at is not None and section_opens >= run.closes_at:
                values = {"day": day_here(section_opens), "closes": day_here(run.closes_at)}
                yield Finding(OPENS_LATE, at, N_("It opens on {day}, the session closes on {closes}."), values)
            elif due is not None and opens is not None and due <= opens and not late:
                values = {"due": day_here(due), "opens": day_here(opens)}
                yield Finding(DUE_FIRST, at, N_("It is due on {due} and opens on {opens}."), values)
            elif written is not None and run.closes_at is not None and written > run.closes_at:
                values = {"due": day_here(written), "closes": day_here(run.closes_at)}
                yield Finding(DUE_LATE, at, N_("It is due on {due}, the session closes on {closes}."), values)
    for remark in about_deadlines(material.outline, run.opens_at, run.closes_at, run.now, own=run.due):
        yield Finding(_SPOKEN[remark.code], At(), remark.sentence, remark.values)
