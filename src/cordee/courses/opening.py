"""Open a run of a version, or give an existing run other dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cordee.core.errors import N_, InputRefused
from cordee.courses.compiling import Compiled
from cordee.courses.models import RUN_KEY, Run, Version
from cordee.courses.outlines import Outline
from cordee.courses.search.indexing import index_courses
from cordee.courses.versions.approval import is_usable
from cordee.formats.olx import values

DEFAULT_PASS_MARK = 0.5
LONGEST_KEY = 200  # as the column of runs


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the operator says of the run; None: what the export says."""

    key: str = ""  # "Ingenia+RES101+2026", or its last part alone
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    enrolment_closes_at: dt.datetime | None = None  # of a new run, where it fits its dates
    pass_mark: float | None = None  # share of 1
    listed: bool | None = None  # in the course list; None: a new run is not, an existing one stays as it is
    update_run: bool = False  # an existing run moves to the new version
    regrades: bool = False  # but only together with a regrade, by who asks for both

    @property
    def gives_dates(self) -> bool:
        return self.opens_at is not None or self.closes_at is not None


def open_run(
    *, version: Version, compiled: Compiled, options: RunOptions, policy: Mapping[str, Any], now: dt.datetime
) -> tuple[Run, bool]:
    """The run, and whether anything about it changed. Call it inside a transaction. Raises InputRefused.

    A version that a colleague has to approve before is shown by no run: one that there is stays on its own, a new one
    is not opened, and what is given back is what it would be (no row: its `pk` is None).
    """
    key = run_key(options.key or compiled.run, version.course.key)
    run = Run.objects.select_related("version", "course").filter(key=key).first()
    usable = is_usable(version)
    if run is not None and run.course_id != version.course_id:
        raise InputRefused(
            N_("The session {key} belongs to the course {course}. Give another key with --run."),
            key=key,
            course=run.course.key,
        )
    if run is None:
        run = Run(key=key, course=version.course, version=version)
        run.opens_at, run.closes_at = dates_of(options, policy, now)
        run.enrolment_closes_at = _enrolment_end(run, options, policy)
        run.pass_mark = lowest_cutoff(compiled.outline) if options.pass_mark is None else options.pass_mark
        run.listed = bool(options.listed)
        before: tuple[object, ...] = ()
    else:
        before = _facts(run)
        run.opens_at = options.opens_at or run.opens_at
        run.closes_at = options.closes_at or run.closes_at
        if options.gives_dates:
            run.enrolment_closes_at = None  # it was the export's, for the dates of the export
        run.pass_mark = run.pass_mark if options.pass_mark is None else options.pass_mark
        if options.update_run and usable and not options.regrades:
            run.version = version
        if options.listed is not None:
            run.listed = options.listed
    if run.closes_at is not None and run.closes_at <= run.opens_at:
        raise InputRefused(
            N_(
                "The session would close on {closes} before it opens on {opens}. "
                "Give other dates with --opens and --closes."
            ),
            closes=day_here(run.closes_at),
            opens=day_here(run.opens_at),
        )
    if not 0 <= run.pass_mark <= 1:
        raise InputRefused(N_("A pass mark lies between 0 and 100. Give another one with --pass-mark."))
    if run.listed and run.private_to_id is not None:
        raise InputRefused(N_("A private session is in no list. Leave it out of the course list."))
    changed = _facts(run) != before and (usable or run.pk is not None)
    if changed:
        run.save()
        index_courses([run.course_id])
    return run, changed


def shown_by(key: str, version: Version) -> int:
    """The number of the version that a run of this key shows, 0 where there is none (1 query)."""
    shown = Run.objects.filter(key=run_key(key, version.course.key), course=version.course_id)
    return shown.values_list("version__number", flat=True).first() or 0


def run_key(text: str, course_key: str) -> str:
    """A whole key from a whole key or from its last part. Raises InputRefused."""
    key = text if text.count("+") == 2 else f"{course_key}+{text}"  # noqa: PLR2004 - organisation+number+run
    if not re.fullmatch(RUN_KEY, key):
        raise InputRefused(
            N_("“{key}” is not the key of a session. Write letters, digits, dots and dashes, such as {course}+2026."),
            key=text[:120],
            course=course_key,
        )
    if len(key) > LONGEST_KEY:
        raise InputRefused(
            N_("The key of the session would have {count} signs, more than {most}. Give a shorter one with --run."),
            count=len(key),
            most=LONGEST_KEY,
        )
    return key


def day_here(moment: dt.datetime) -> dt.date:
    """The day of a moment in the site's zone, as one gives it with --opens and --closes."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def _enrolment_end(run: Run, options: RunOptions, policy: Mapping[str, Any]) -> dt.datetime | None:
    """What was said, else the export's, where it fits the run's dates; None: one may enrol until the run closes."""
    end = options.enrolment_closes_at
    if end is None and not options.gives_dates:
        end = _policy_date(policy, "enrollment_end")
    if end is None or end <= run.opens_at:
        return None
    return end if run.closes_at is None or end <= run.closes_at else None


def _facts(run: Run) -> tuple[object, ...]:
    return (run.version_id, run.opens_at, run.closes_at, run.enrolment_closes_at, run.pass_mark, run.listed)


def _policy_date(policy: Mapping[str, Any], name: str) -> dt.datetime | None:
    try:
        return values.moment(policy.get(name), closing=name != "start")
    except values.UnreadableValue:
        return None  # the reader has already told it among the warnings


def dates_of(
    options: RunOptions, policy: Mapping[str, Any], now: dt.datetime
) -> tuple[dt.datetime, dt.datetime | None]:
    """When a new run opens and closes: as its operator says, else as the export does; None: it stays open."""
    return options.opens_at or _policy_date(policy, "start") or now, options.closes_at or _policy_date(policy, "end")


def lowest_cutoff(outline: Outline) -> float:
    """Open edX: passed is any letter, so the lowest cut-off is the pass mark."""
    cutoffs = [cutoff for cutoff in outline.cutoffs.values() if 0 <= cutoff <= 1]
    return min(cutoffs, default=DEFAULT_PASS_MARK)
