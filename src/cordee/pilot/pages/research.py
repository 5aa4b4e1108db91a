"""What would researchers be given of a session, and is it given?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext

from cordee.core import clock
from cordee.core.errors import N_
from cordee.pilot.desk import Desk, Run
from cordee.pilot.figures import Filters, count, when
from cordee.pilot.research import writing
from cordee.pilot.research.columns import CHOSEN

if TYPE_CHECKING:
    from django.http import QueryDict

WORDS = {
    "people": N_("Learners: sex, class of age, education, country, coarse enough that nobody stands alone"),
    "submissions": N_("Submissions: which try at which exercise, in which week, with its points"),
    "grades": N_("Grades, as whole numbers, and who passed"),
    "events": N_("Traces: what was opened, played and handed in, by week, in each learner’s order"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoice:
    """A table that can be asked for."""

    name: str
    words: str
    chosen: bool
    always: bool


def page(desk: Desk, run: Run, sent: QueryDict | None = None, refusal: str = "") -> dict[str, Any]:
    """All that `pilot/research.html` shows. No query."""
    chosen = CHOSEN if sent is None else sent.getlist("table")
    here = Filters(run=run.key).query()
    return {
        "run": run,
        "refusal": refusal,
        "note": "" if sent is None else sent.get("note", ""),
        "k": _least(desk) if sent is None else sent.get("k", ""),
        "least": writing.LEAST_K,
        "tables": [
            TableChoice(name=name, words=gettext(WORDS[name]), chosen=name in chosen, always=name == "people")
            for name in CHOSEN
        ],
        "before": [_before(one) for one in writing.exports_of(desk.store, run.key)],
        "url": reverse("pilot:research") + here,
        "back": reverse("pilot:run") + here,
    }


def made(desk: Desk, run: Run, sent: QueryDict) -> bytes:
    """The file. Some 10 queries. Raises InputRefused, Conflict."""
    asked = sent.get("k", "")
    wanted = writing.Wanted(
        course=run.key,
        note=sent.get("note", ""),
        k=int(asked) if re.fullmatch(r"\d{1,6}", asked) else 0,
        tables=("people", *(name for name in sent.getlist("table") if name != "people")),
    )
    with writing.exported(desk.store, wanted, now=clock.now()) as (path, _export):
        return path.read_bytes()


def name_of(run: Run) -> str:
    """What a browser calls the file, e.g. "research-2026_T1.zip"."""
    return f"research-{re.sub(r'[^A-Za-z0-9_.-]+', '-', run.short) or 'run'}.zip"


def _least(desk: Desk) -> int:
    return max(writing.LEAST_K, desk.k)


def _before(one: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return when(one["at"]), count(one["people"]), count(one["k"]), str(one["note"])
