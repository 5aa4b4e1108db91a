"""What does a cohort's table say, as a file that a spreadsheet opens?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from cordee.core.spreadsheets import csv_lines
from cordee.courses.models import Run
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts.queries import Expected, all_members, graded_of, progress_of
from cordee.learning.models import Cohort

DAY: Final = len("2026-12-31")  # of a moment as it is written (UTC)


def cohort_csv(cohort: Cohort) -> Iterator[str]:
    """A line a member, by name; progress of who has accepted alone. 4 queries; grades out of 100."""
    run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
    expected = graded_of(read_outline(run.version.sha256)) if run else Expected()
    progress = progress_of(run, None, expected, cohort=cohort) if run else {}
    names = [_("name"), _("email"), _("site"), _("zone"), _("accepted on"), _("grade out of 100"), _("passed")]
    names += [_("units opened"), _("graded work handed in"), _("last seen on")]

    yes, no, nothing = _("yes"), _("no"), ("", "", "", "", "")

    def rows() -> Iterator[tuple[object, ...]]:
        for account, name, address, site, zone, accepted_at in all_members(cohort):
            found = progress.get(account) if accepted_at else None
            told: tuple[object, ...] = nothing
            if found is not None and run is not None:
                last = str(found.last_at)[:DAY] if found.last_at else ""
                passed = yes if found.grade >= run.pass_mark else no
                told = (round(100 * found.grade, 2), passed, found.units_opened, found.graded_done, last)
            yield (name, address, site, zone, str(accepted_at)[:DAY] if accepted_at else "", *told)

    return csv_lines(names, rows())


def credits_csv(cohort: Cohort) -> tuple[str, int]:
    """Who has passed, with the ECTS proposed, and how many they are. 4 queries."""
    run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
    progress = progress_of(run, None, Expected(), cohort=cohort) if run else {}
    rows = []
    for account, name, address, _site, _zone, accepted_at in all_members(cohort):
        found = progress.get(account) if accepted_at else None
        if found is not None and run is not None and found.grade >= run.pass_mark:
            rows.append([name, address, round(100 * found.grade, 2), cohort.credits, run.key])
    names = [_("name"), _("email"), _("grade out of 100"), _("credits (ECTS)"), _("session")]
    return "".join(csv_lines(names, rows)), len(rows)
