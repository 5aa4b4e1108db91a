"""What does a poll, a survey or a word cloud say to whoever checks its course?"""

from __future__ import annotations

from cordee.activities.survey.definition import Survey
from cordee.core.errors import N_
from cordee.courses.checks.model import Fault, Rule
from cordee.courses.kinds import Inspection

NO_ANSWER = Rule(
    "survey-cannot-be-answered",
    "error",
    N_("A survey that nobody can answer"),
    N_("Give it at least one question, and answers with an id each."),
    says=frozenset(("survey-not-answerable",)),
)
SAME_LABEL = Rule(
    "same-answer-twice-in-a-survey",
    "warning",
    N_("A survey with one answer twice"),
    N_("Take one of the two out, or say how they differ."),
)
BARE_PICTURE = Rule(
    "survey-picture-without-description",
    "warning",
    N_("A picture of a survey without a description"),
    N_("Write what the picture shows."),
    N_("WCAG 2.2, criterion 1.1.1"),
)
RULES = (NO_ANSWER, SAME_LABEL, BARE_PICTURE)


def inspect(survey: Survey) -> Inspection:
    """Whoever answers where all see the results exchanges something with the others."""
    return Inspection(
        faults=tuple(_faults(survey)),
        prose=tuple(text for text in (*(item.label for item in survey.questions), survey.feedback) if text),
        files=tuple(item.image for item in (*survey.questions, *survey.options) if item.image),
        questions=1 if survey.is_cloud else len(survey.questions),
        makes=not survey.is_private and not survey.fault,
        answers=tuple(item.id for item in survey.options),
    )


def _faults(survey: Survey) -> list[Fault]:
    found = []
    if survey.fault:
        found.append(Fault(NO_ANSWER.code, N_("It cannot be answered: {why}."), {"why": survey.fault}))
    labels = [" ".join(item.label.lower().split()) for item in survey.options if item.label and not item.image]
    twice = dict.fromkeys(label for label in labels if labels.count(label) > 1)
    found += [Fault(SAME_LABEL.code, N_("“{answer}” stands there twice."), {"answer": label[:80]}) for label in twice]
    bare = sum(
        1 for item in (*survey.questions, *survey.options) if item.image and not item.image_text and not item.label
    )
    if bare:
        found.append(Fault(BARE_PICTURE.code, N_("Pictures without a description: {count}."), {"count": bare}))
    return found
