"""What will not hold in a run as it is opened: an attestation out of reach, deadlines that are gone?

Told to whoever checks or imports the course and to those who teach the run; never kept, because it depends on the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.courses.due_dates import due_in
from cordee.courses.kinds import installed, taken
from cordee.courses.models import Run
from cordee.courses.opening import day_here
from cordee.courses.outlines import Outline
from cordee.formats.olx.model import Remark


def remarks_of(run: Run, outline: Outline, now: dt.datetime) -> list[Remark]:
    """The same for a run that is there (no query)."""
    return [
        *about_passing(outline, run.pass_mark),
        *about_deadlines(outline, run.opens_at, run.closes_at, now, own=run.due),
    ]


def told(remark: Remark) -> str:
    """A remark's sentence in the reader's language."""
    return gettext(remark.sentence).format(**remark.values)


def run_remarks(
    outline: Outline, *, opens_at: dt.datetime, closes_at: dt.datetime | None, pass_mark: float, now: dt.datetime
) -> list[Remark]:
    """The most harmful first; none about the deadlines of a run that is over."""
    return [*about_passing(outline, pass_mark), *about_deadlines(outline, opens_at, closes_at, now)]


def about_passing(outline: Outline, pass_mark: float) -> list[Remark]:
    """One remark, or none: no grade at all, or a pass mark (share of 1) that nobody reaches."""
    if outline.lets_pass(pass_mark):
        return []
    if not outline.gives_grade:
        return [
            Remark(
                "no-grade",
                N_(
                    "Nothing in this course counts for a grade here, so it gives no grade and no attestation, and its "
                    "page says so. If it should give one, add graded work that can be graded here."
                ),
            )
        ]
    return [
        Remark(
            "attestation-out-of-reach",
            N_(
                "Nobody can pass: what can be graded here brings at most {best} out of 100, and the pass mark is "
                "{mark}. Lower it with cordee course import --pass-mark, or give the course more work that can be "
                "graded here. Until then "
                "its page promises no attestation."
            ),
            values={"best": _out_of_100(outline.best_grade), "mark": _out_of_100(pass_mark)},
        )
    ]


def about_deadlines(
    outline: Outline,
    opens_at: dt.datetime,
    closes_at: dt.datetime | None,
    now: dt.datetime,
    *,
    own: Mapping[str, str] = MappingProxyType({}),
) -> list[Remark]:
    """Deadlines before the opening, and those that are past; none of a run that is over."""
    if closes_at is not None and closes_at <= now:
        return []
    deadlines = _deadlines(outline, opens_at, closes_at, own)
    early = [due for due in deadlines if due < opens_at]
    past = [due for due in deadlines if opens_at <= due < now]
    found = []
    if early:
        found.append(
            Remark(
                "deadlines-before-opening",
                N_(
                    "Deadlines that lie before the session opens on {day}: {count} of {all}. Nobody can hand in that "
                    "work. Set new deadlines in the course, export it again, and import it "
                    "with cordee course import --update-run."
                ),
                values={"day": str(day_here(opens_at)), "count": len(early), "all": len(deadlines)},
            )
        )
    if past:
        found.append(
            Remark(
                "deadlines-past",
                N_(
                    "Deadlines that are past already: {count} of {all}. Nobody can hand in that work any more. If that "
                    "is not meant, set new deadlines in the course, export it again, and import it "
                    "with cordee course import --update-run."
                ),
                values={"count": len(past), "all": len(deadlines)},
            )
        )
    return found


def _deadlines(
    outline: Outline, opens_at: dt.datetime, closes_at: dt.datetime | None, own: Mapping[str, str]
) -> list[dt.datetime]:
    """The last moment of each section with something to hand in."""
    grace = dt.timedelta(seconds=outline.grace_s)
    return [
        due + grace
        for module in outline.modules
        for section in module.sections
        if (due := due_in(section, own=own, opens_at=opens_at, closes_at=closes_at)) is not None
        and not module.staff_only
        and any(not entry.ungradable and taken(installed()[entry.kind]) is not None for entry in section.activities())
    ]


def _out_of_100(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".")
