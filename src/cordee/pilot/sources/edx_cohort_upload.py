"""Whom did a school put into which cohort? The file that it uploads: `username,email,cohort`, either of the first two.

A person is found by username, else by address: as written, else the one address that differs in case only. An address
that two people share names nobody.
"""

from __future__ import annotations

from typing import Final

from cordee.core.errors import N_
from cordee.formats.edx import cells
from cordee.formats.edx.names import read_name
from cordee.formats.edx.reports import ReportRefused, open_report
from cordee.pilot import remarks
from cordee.pilot.reports import TWICE, Cells, Report, ReportSource, files_beside, has

NO_COHORT: Final = N_("no cohort")
NO_ADDRESS: Final = N_("no address")
UNKNOWN: Final = N_("nobody that is known here; import the grade report or the profile report first")
SHARED: Final = N_("an address of several people")
UNKNOWN_COHORT: Final = N_("a cohort that the session does not have")


def fill(report: Report) -> None:
    """The cohorts of enrolments."""
    people = report.landing.known()
    refused = cohorts_missing(report)
    usernames = {known.username: known.person for known in people if known.username}
    exact: dict[str, set[str]] = {}
    folded: dict[str, set[str]] = {}
    for known in people:
        if known.email:
            exact.setdefault(known.email, set()).add(known.person)
            folded.setdefault(known.email.casefold(), set()).add(known.person)
    seen: set[str] = set()
    for row in report.rows():
        cohort, email = row.first("cohort", "cohort name"), row["email"]
        found: set[str] = set()
        if row.username in usernames:
            found = {usernames[row.username]}
        elif not row.username:
            found = exact.get(email) or folded.get(email.casefold()) or set()
        if reason := _reason(row, cohort, found, refused, seen):
            report.drop(reason)
            continue
        person = found.pop()
        seen.add(person)
        report.add("enrolments", person=person, cohort=cohort)
    if refused:
        report.say(remarks.COHORTS_UNKNOWN, names=", ".join(sorted(refused)))


def _reason(row: Cells, cohort: str, found: set[str], refused: set[str], seen: set[str]) -> str:
    """Why a row is not taken; "" for one that is."""
    if not cohort:
        return NO_COHORT
    if cohort in refused:
        return UNKNOWN_COHORT
    if not row.username and "@" not in row["email"].strip("@"):
        return NO_ADDRESS
    if not found:
        return UNKNOWN
    if len(found) > 1:
        return SHARED
    return TWICE if found & seen else ""


def cohorts_missing(report: Report) -> set[str]:
    """Cohorts that the results of the upload, if they lie beside it, say do not exist."""
    found: set[str] = set()
    for path in files_beside(report.path):
        said = read_name(path.name)
        if said is None or said.report.casefold() != "cohort_results":
            continue
        try:
            sheet = open_report(path)
        except ReportRefused:
            continue
        index = sheet.index()
        for row in sheet.rows:
            cell = Cells(row, index)
            if cells.truth(cell["exists"]) is False:
                found.add(cell["cohort name"])
    return found


def _accepts(columns: tuple[str, ...], name: str) -> bool:
    return has("username|email", "cohort")(columns, name) and set(columns) <= {"username", "email", "cohort"}


source = ReportSource(
    name="edx_cohort_upload",
    label=N_("cohorts that were uploaded"),
    accepts=lambda columns, name: _accepts(tuple(columns), name),
    fill=fill,
)
