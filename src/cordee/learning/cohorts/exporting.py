"""What does a cohort's table say, as a file that a spreadsheet opens?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cordee.core.spreadsheets import csv_lines
from cordee.courses.elsewhere import host_of
from cordee.courses.models import Run
from cordee.courses.queries import outline as read_outline
from cordee.learning.cohorts.queries import A_DAY, Expected, all_members, done_by_all, graded_of, grades_of_all
from cordee.learning.elsewhere.marks import marks_of
from cordee.learning.models import Cohort


def cohort_csv(cohort: Cohort, *, french: bool = False) -> Iterator[str]:
    """A line a member, by name; progress of who has accepted alone. 4 queries, see `done_by_all`; grades out of 100.

    `french`: see `csv_lines`.

    Of a session that is played elsewhere: its marks, where and when they were written out; 2 queries.
    """
    run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
    expected = graded_of(read_outline(run.version.sha256)) if run else Expected()
    done = done_by_all(run, cohort, expected) if run else {}
    marks = marks_of(cohort)
    names = [_("name"), _("email"), _("site"), _("zone"), _("accepted on"), _("grade out of 100"), _("passed")]
    names += [_("units opened"), _("graded work handed in"), _("last seen on")]
    host = _(host_of(cohort.run)) if cohort.run is not None and run is None else ""
    if host:
        names += [_("platform"), _("report of")]

    yes, no, nothing = _("yes"), _("no"), ("", "", "", "", "")
    mark = run.pass_mark if run else 0.0

    def rows() -> Iterator[tuple[object, ...]]:
        for account, name, address, site, zone, since in all_members(cohort):
            who = (name, address, site, zone, since[:A_DAY] if since else "")
            found = done.get(account) if since else None
            brought = marks.get(account) if since else None
            if brought is not None:
                passed = yes if brought.passed else no
                yield (
                    *who,
                    round(100 * brought.grade, 2),
                    passed,
                    "",
                    "",
                    "",
                    host,
                    f"{brought.extracted_at:%Y-%m-%d}",
                )
            elif found is None:
                yield (*who, *nothing, "", "") if host else (*who, *nothing)
            else:
                grade, opened, handed_in, last_on = found
                passed = yes if grade >= mark else no
                yield (*who, round(100 * grade, 2), passed, opened, handed_in, last_on)

    return csv_lines(names, rows(), french=french)


def credits_csv(cohort: Cohort, *, french: bool = False) -> tuple[str, int]:
    """Who has passed, with the ECTS proposed, and how many they are. 2 queries.

    Of a session that is played elsewhere each line says where, and of which day the report is.
    """
    run = cohort.run if cohort.run is not None and cohort.run.host == Run.HERE else None
    grades = grades_of_all(run, cohort) if run else {}
    marks = marks_of(cohort)
    names = [_("name"), _("email"), _("grade out of 100"), _("credits (ECTS)"), _("session")]
    host = _(host_of(cohort.run)) if cohort.run is not None and run is None else ""
    if host:
        names += [_("platform"), _("report of")]
    rows: list[list[object]] = []
    for account, name, address, _site, _zone, since in all_members(cohort):
        grade = grades.get(account) if since else None
        mark = marks.get(account) if since else None
        if grade is not None and run is not None and grade >= run.pass_mark:
            rows.append([name, address, round(100 * grade, 2), cohort.credits, run.key])
        elif mark is not None and mark.passed and cohort.run is not None:
            told = [name, address, round(100 * mark.grade, 2), cohort.credits, cohort.run.key]
            rows.append([*told, host, f"{mark.extracted_at:%Y-%m-%d}"])
    return "".join(csv_lines(names, rows, french=french)), len(rows)
