"""What does the page of a survey hold: the form, and, once answered, what everybody answered?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from cordee.activities.survey.counting import WORDS, step
from cordee.activities.survey.definition import Item, Survey
from cordee.activities.survey.olx import author_html
from cordee.activities.survey.queries import Counts
from cordee.courses.kinds import PageView

SIZES = 5  # of the words of a cloud


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose from, or one line of the results."""

    id: str
    value: str
    label: SafeString
    chosen: bool
    count: int = 0
    percent: float = 0.0

    @property
    def share(self) -> float:
        return self.percent / 100


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    name: str
    label: SafeString
    options: tuple[Option, ...]
    fault: str = ""  # why the survey was refused: this one is not answered

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.chosen), None)


@dataclass(frozen=True, slots=True)
class Word:
    """A field of a word cloud."""

    id: str
    name: str
    number: int
    value: str
    fault: str


@dataclass(frozen=True, slots=True)
class CloudWord:
    text: str
    count: int
    size: int  # 1 to SIZES


def page(survey: Survey, view: PageView) -> Mapping[str, object]:
    """The context of the template.

    Results of an anonymous survey are for who teaches, in steps of answers; those of another one are for everybody who
    has answered, once enough people have that nobody's own answer can be told from them. A cloud shows every word.
    """
    answer: Mapping[str, Any] = view.answer or {}
    answered = view.answer is not None and (view.done or not view.enrolled)  # not what was just refused
    counts: Counts | None = view.results
    may_see = counts is not None and (not survey.is_private or view.for_teacher)
    learners, fewest = 0, step() if survey.is_private else 1 if survey.is_cloud else settings.CORDEE.small_cell
    if counts is not None:
        learners = counts.published_learners if survey.is_private else counts.learners
    enough = learners > 0 and learners >= fewest
    results = _results(survey, view, answer, counts) if counts and may_see and enough and not survey.fault else []
    shows_form = not survey.fault and (view.open or not answered)
    return {
        "survey": survey,
        "fault": survey.fault,
        "intro": view.render(author_html(survey.questions[0].label)) if survey.is_cloud and survey.questions else "",
        "questions": [] if survey.is_cloud else _questions(survey, view, answer, {}),
        "words": _fields(survey, view, answer.get(WORDS, [])),
        "shows_form": shows_form,
        "open": view.open,
        "language": view.language,
        "feedback": view.render(author_html(survey.feedback)) if answered and survey.feedback else "",
        "answered": answered,
        "own": _questions(survey, view, answer, {}) if answered and answer and not shows_form and not results else [],
        "own_words": answer.get(WORDS, []) if answered else [],
        "learners": learners,
        "step": fewest,
        "results": results,
        "cloud": cloud_of(survey, counts) if counts and survey.is_cloud else [],
        "waits_for_more": may_see and not enough and not survey.is_cloud and not survey.fault,
        "for_teacher": view.for_teacher,
        "moderation_url": reverse("cloud-words", args=[view.run_key, view.activity_id])
        if view.for_teacher and survey.is_cloud and view.run_key
        else "",
    }


def _questions(
    survey: Survey, view: PageView, answer: Mapping[str, Any], cells: Mapping[tuple[str, str], int]
) -> list[Question]:
    found = []
    for name, question in survey.fields():
        total = sum(cells.get((name, option.id), 0) for option in survey.options)
        field = f"{view.activity_id}-{name}"
        found.append(
            Question(
                id=field,
                name=name,
                label=_label(question, view, block=survey.form != "survey"),
                options=tuple(
                    Option(
                        id=f"{field}-{n}",
                        value=option.id,
                        label=_label(option, view),
                        chosen=answer.get(name) == option.id,
                        count=cells.get((name, option.id), 0),
                        percent=100 * cells.get((name, option.id), 0) / total if total else 0.0,
                    )
                    for n, option in enumerate(survey.options, 1)
                ),
                fault=view.fault_of(name),
            )
        )
    return found


def _results(survey: Survey, view: PageView, answer: Mapping[str, Any], counts: Counts) -> list[Question]:
    if survey.is_cloud:
        return []
    return _questions(survey, view, answer, counts.published if survey.is_private else counts.cells)


def _label(item: Item, view: PageView, *, block: bool = False) -> SafeString:
    html = item.label if "<" in item.label else author_html(item.label) if block else escape(item.label, quote=False)
    if item.image:
        html += f' <img src="{escape(item.image)}" alt="{escape(item.image_text)}">'
    return view.render(html)


def _fields(survey: Survey, view: PageView, given: Sequence[str]) -> list[Word]:
    return [
        Word(f"{view.activity_id}-w_{n}", f"w_{n}", n, given[n - 1] if n <= len(given) else "", view.fault_of(f"w_{n}"))
        for n in range(1, survey.words + 1)
    ]


def cloud_of(survey: Survey, counts: Counts) -> list[CloudWord]:
    """The most frequent words not hidden, by the alphabet; the same counts give the same cloud."""
    shown = [(word, count) for word, count, hidden in counts.words if not hidden][: survey.top]
    most = max((count for _word, count in shown), default=1)
    return [
        CloudWord(word, count, 1 + round((SIZES - 1) * math.log(count) / math.log(most)) if most > 1 else 1)
        for word, count in sorted(shown)
    ]
