"""What would a folder write over that somebody wrote on the site since?

A sheet or a session elsewhere was edited on the site when a person, not a command, wrote it last; once that person is
erased, the audit still knows that it was one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from cordee.core.errors import CordeeError
from cordee.courses.elsewhere import RunElsewhere, facts_of_run
from cordee.courses.models import Course, Run
from cordee.courses.opening import run_key
from cordee.courses.sheets.sheet import Sheet, to_json
from cordee.people.auditing import COMMAND_LINE
from cordee.people.models import StaffAct

ACT: Final = "course.sheet"
BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Edited:
    """Something that a person wrote last, and a folder says otherwise."""

    key: str  # of the course, or of the session
    edition: int  # of the course's page; 0 for a session
    by: str  # "" where nobody knows any more

    def __str__(self) -> str:
        """E.g. "Lerins+C101 (3, Hélène Roux)": what the history of the page says, too."""
        about = ", ".join(filter(None, (str(self.edition or ""), self.by)))
        return f"{self.key} ({about})" if about else self.key


def edited_sheets(sheets: Iterable[tuple[str, Sheet]]) -> list[Edited]:
    """Those of these courses' pages, by key. 1 query for a hundred courses, 1 more for those that would change.

    Call it inside the transaction that writes them: whoever writes one meanwhile waits.
    """
    wanted, found = dict(sheets), []
    for keys in _batches(sorted(wanted)):
        parts = (key.partition("+") for key in keys)
        of = Q(
            organisation__in={key.partition("+")[0] for key in keys}, number__in={number for _o, _s, number in parts}
        )
        held = Course.objects.filter(of, sheet__isnull=False).select_related("sheet").order_by("organisation", "number")
        changed = [
            (course.key, course.sheet)
            for course in held.select_for_update(of=("self",))
            if course.key in wanted and course.sheet is not None and course.sheet.data != to_json(wanted[course.key])
        ]
        by_people = _written_by_people({f"course:{key}": f"edition {edition.number}" for key, edition in changed})
        found += [
            Edited(key, edition.number, edition.made_by_name)
            for key, edition in changed
            if edition.made_by_id is not None or edition.made_by_name or f"course:{key}" in by_people
        ]
    return found


def edited_runs(runs: Iterable[tuple[str, RunElsewhere]]) -> list[Edited]:
    """Those of these sessions, given with the key of their course. 1 query for a hundred, 1 more as above."""
    wanted: dict[str, dict[str, object]] = {}
    for course, run in runs:
        with contextlib.suppress(CordeeError):  # who writes it refuses it, and names its file
            wanted[run_key(run.key, course)] = facts_of_run(run)
    found: list[Edited] = []
    for keys in _batches(sorted(wanted)):
        changed = [
            run.key
            for run in Run.objects.filter(key__in=keys).exclude(host=Run.HERE).order_by("key")
            if any(getattr(run, name) != value for name, value in wanted[run.key].items())
        ]
        by_people = _written_by_people({f"run:{key}": "" for key in changed})
        found += [Edited(key, 0, by_people[f"run:{key}"]) for key in changed if f"run:{key}" in by_people]
    return found


def _written_by_people(places: dict[str, str]) -> dict[str, str]:
    """The places whose last act was a person's, each with their name; `places`: with what its act is about."""
    if not places:
        return {}
    acts = StaffAct.objects.filter(act=ACT, place__in=list(places)).order_by("done_at", "pk")
    last = {
        place: (name, account)
        for place, about, name, account in acts.values_list("place", "about", "name", "account_id")
        if not places[place] or places[place] == about
    }
    return {place: name for place, (name, account) in last.items() if account is not None or name != COMMAND_LINE}


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
