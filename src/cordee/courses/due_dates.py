"""By when is each graded section of a run to be handed in: the version's day, or one that the run has of its own?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cordee.core.errors import N_, InputRefused
from cordee.courses.models import Run
from cordee.courses.outlines import Module, Outline, Section
from cordee.courses.queries import outline as read_outline
from cordee.courses.relative_dates import moment_after

OwnDue = tuple[tuple[str, str], ...]  # (section's id, moment in ISO 8601), in the order of the ids


def due_in(
    section: Section, *, own: Mapping[str, str], opens_at: dt.datetime, closes_at: dt.datetime | None
) -> dt.datetime | None:
    """The deadline of a section for everybody in a run: its own, else the version's, and never after the run closes.

    The version's may count from the day on which the run opens.

    None: it has none.
    """
    moment = own.get(section.id)
    due = dt.datetime.fromisoformat(moment) if moment else due_of(section, opens_at)
    return due if due is None or closes_at is None else min(due, closes_at)


def due_of(section: Section, opens_at: dt.datetime) -> dt.datetime | None:
    """The version's own deadline, in a run that opens then."""
    return section.due_at or moment_after(section.due_after, opens_at)


def closing_of(section: Section, opens_at: dt.datetime) -> dt.datetime | None:
    """From when on a section takes no answer, whatever its deadline, in a run that opens then; None: no such day."""
    return section.closes_at or moment_after(section.closes_after, opens_at)


def opening_of(one: Module | Section, opens_at: dt.datetime) -> dt.datetime | None:
    """The day from which a module or a section is open, in a run that opens then; None: from its first."""
    return one.opens_at or moment_after(one.opens_after, opens_at)


def graded(outline: Outline) -> list[Section]:
    """The sections that may have a deadline of the run's own: graded ones, for whatever cohort they are."""
    return [one for module in outline.modules for one in module.sections if one.graded and one.counts]


def own_due(found: Mapping[str, dt.datetime | None]) -> OwnDue:
    """As a run keeps them; None: the version's counts."""
    return tuple(sorted((key, moment.astimezone(dt.UTC).isoformat()) for key, moment in found.items() if moment))


def check_due(run: Run, wanted: OwnDue, *, opens_at: dt.datetime) -> None:
    """Raises InputRefused for a section that the run has not, and for a deadline before it opens."""
    known = {section.id for section in graded(read_outline(run.version.sha256))}
    for section, moment in wanted:
        if section not in known and section not in run.due:
            raise InputRefused(N_("There is no such section in this session. Choose one from the list."))
        if dt.datetime.fromisoformat(moment) <= opens_at:
            raise InputRefused(N_("A section would be due before the session opens. Give it a later day."))
