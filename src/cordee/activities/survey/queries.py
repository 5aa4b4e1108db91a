"""Every read of this kind's tables, one function a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from cordee.activities.survey.counting import TOTAL, WORDS, Cell
from cordee.activities.survey.models import Tally

MOST_ROWS = 1000  # of one survey: more than the cells of any, and more words than a cloud shows


@dataclass(frozen=True, slots=True)
class Counts:
    """What was answered to one survey. `published`: what an anonymous one may show."""

    learners: int = 0
    cells: Mapping[Cell, int] = field(default_factory=dict)
    published_learners: int = 0
    published: Mapping[Cell, int] = field(default_factory=dict)
    words: tuple[tuple[str, int, bool], ...] = ()  # word, count, hidden; the most frequent first


def counts_of(run_id: int, activities: Collection[str]) -> Mapping[str, Counts]:
    """Counts by activity id (1 query, at most MOST_ROWS rows an activity)."""
    rows = (
        Tally.objects.filter(run_id=run_id, activity__in=activities)
        .annotate(
            position=Window(
                RowNumber(), partition_by=F("activity"), order_by=[F("question").asc(), F("count").desc(), F("option")]
            )
        )
        .filter(position__lte=MOST_ROWS)
        .values_list("activity", "question", "option", "count", "published", "is_hidden")
    )
    cells: dict[str, dict[Cell, int]] = {activity: {} for activity in activities}
    published: dict[str, dict[Cell, int]] = {activity: {} for activity in activities}
    words: dict[str, list[tuple[str, int, bool]]] = {activity: [] for activity in activities}
    for activity, question, option, count, shown, hidden in rows:
        cells[activity][question, option] = count
        published[activity][question, option] = shown
        if question == WORDS and count:
            words[activity].append((option, count, hidden))
    return {
        activity: Counts(
            learners=cells[activity].pop(TOTAL, 0),
            cells=cells[activity],
            published_learners=published[activity].pop(TOTAL, 0),
            published=published[activity],
            words=tuple(sorted(words[activity], key=lambda found: (-found[1], found[0]))),
        )
        for activity in activities
    }
