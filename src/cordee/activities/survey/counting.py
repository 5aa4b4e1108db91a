"""Count an answer, once, whatever arrives at the same moment; take a word out of a cloud."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from cordee.activities.survey.models import Tally
from cordee.core.errors import N_, NotFound
from cordee.core.privacy import SMALL_CELL


def step() -> int:
    """Anonymous answers are published in steps of so many; an operator may ask for more, never for fewer."""
    return max(SMALL_CELL, int(settings.CORDEE.small_cell))


Cell = tuple[str, str]  # question, option
TOTAL: Cell = ("", "")
WORDS = "w"


def count_answer(*, run_id: int, activity: str, given: Iterable[Cell], instead_of: Iterable[Cell] | None) -> None:
    """Add one learner's answer to the counts; `instead_of` is what they had answered before (None: nothing).

    Called inside the submission's transaction. The row of the total is locked first, so that answers to one survey
    queue there: no deadlock between two learners, and a publication sees whole answers only. 3 queries and 1 a cell,
    2 more for the first answer of all.
    """
    fresh, gone = set(given), set(instead_of or ())
    added, removed = sorted(fresh - gone), sorted(gone - fresh)
    rows = Tally.objects.filter(run_id=run_id, activity=activity)
    more = 0 if instead_of is not None else 1
    if not _add_to_total(rows, more):
        _make_rows(run_id, activity, [TOTAL])
        _add_to_total(rows, more)
    _make_rows(run_id, activity, added)
    for question, option in added:
        rows.filter(question=question, option=option).update(count=F("count") + 1)
    for question, option in removed:
        rows.filter(question=question, option=option, count__gt=0).update(count=F("count") - 1)
    total = rows.values_list("count", flat=True).get(question="", option="")
    if total % step() == 0:
        rows.update(published=F("count"))


def _add_to_total(rows: QuerySet[Tally], more: int) -> int:
    return rows.filter(question="", option="").update(count=F("count") + more)


def _make_rows(run_id: int, activity: str, cells: Iterable[Cell]) -> None:
    """Rows that are not there yet, at 0."""
    Tally.objects.bulk_create(
        [Tally(run_id=run_id, activity=activity, question=question, option=option) for question, option in cells],
        ignore_conflicts=True,
    )


@transaction.atomic
def hide_word(*, run_id: int, activity: str, word: str, hidden: bool) -> None:
    """Take a word out of the cloud, or put it back: its count is kept (1 query). Raises NotFound."""
    changed = Tally.objects.filter(run_id=run_id, activity=activity, question=WORDS, option=word).update(
        is_hidden=hidden
    )
    if not changed:
        raise NotFound(N_("This word is not in the cloud. Reload the page."))
