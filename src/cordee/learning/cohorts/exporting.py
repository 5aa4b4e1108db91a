"""What does a cohort's table say, as a file that a spreadsheet opens?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cordee.core.spreadsheets import csv_lines
from cordee.courses.models import Run
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts.queries import A_DAY, Expected, all_members, done_by_all, graded_of, grades_of_all
from cordee.learning.models import Cohort


def cohort_csv(cohort: Cohort) -> Iterator[str]:
    """A line a member, by name; progress of who has accepted alone. 4 queries, see `done_by_all`; grades out of 100."""
    run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
    expected = graded_of(read_outline(run.version.sha256)) if run else Expected()
    done = done_by_all(run, cohort, expected) if run else {}
    names = [_("name"), _("email"), _("site"), _("zone"), _("accepted on"), _("grade out of 100"), _("passed")]
    names += [_("units opened"), _("graded work handed in"), _("last seen on")]

    yes, no, nothing = _("yes"), _("no"), ("", "", "", "", "")
    mark = run.pass_mark if run else 0.0

    def rows() -> Iterator[tuple[object, ...]]:
        for account, name, address, site, zone, since in all_members(cohort):
            found = done.get(account) if since else None
            if found is None:
                yield (name, address, site, zone, since[:A_DAY] if since else "", *nothing)
            else:
                grade, opened, handed_in, last_on = found
                passed = yes if grade >= mark else no
                told = (round(100 * grade, 2), passed, opened, handed_in, last_on)
                yield (name, address, site, zone, since[:A_DAY] if since else "", *told)

    return csv_lines(names, rows())


def credits_csv(cohort: Cohort) -> tuple[str, int]:
    """Who has passed, with the ECTS proposed, and how many they are. 2 queries."""
    run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
    grades = grades_of_all(run, cohort) if run else {}
    rows = []
    for account, name, address, _site, _zone, since in all_members(cohort):
        grade = grades.get(account) if since else None
        if grade is not None and run is not None and grade >= run.pass_mark:
            rows.append([name, address, round(100 * grade, 2), cohort.credits, run.key])
    names = [_("name"), _("email"), _("grade out of 100"), _("credits (ECTS)"), _("session")]
    return "".join(csv_lines(names, rows)), len(rows)
