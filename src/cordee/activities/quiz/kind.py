"""The quiz, as the rest of Cordée sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from cordee.activities.quiz import checking, checks, codec, comparing, olx, text
from cordee.activities.quiz.definition import NoKey, Problem
from cordee.activities.quiz.grading import grade, not_graded_yet
from cordee.activities.quiz.literals import with_values
from cordee.activities.quiz.page import page
from cordee.activities.quiz.posting import answer_of, draft_of
from cordee.activities.quiz.variants import varies
from cordee.courses.differences.model import Change
from cordee.courses.graded.rules import rules_of
from cordee.courses.kinds import (
    Answer,
    Completion,
    Data,
    Draft,
    Fields,
    GradedAtOnce,
    Inspection,
    PageView,
    Reading,
    Result,
)
from cordee.courses.reading_time import QUESTION_S, reading_s
from cordee.formats.coursetext.model import Say, Setting, TextBlock
from cordee.formats.olx.model import Block


class QuizKind:
    name = "quiz"
    label = _("Quiz")
    icon = "circle-question-mark"
    template = "activities/quiz/page.html"
    olx_tags = ("problem",)
    completion: Completion = "submitted"
    check_rules = checking.RULES

    def read_olx(self, block: Block) -> Reading:
        problem = olx.read(block.content)
        rules, remarks = rules_of(block.attributes, block.place)
        if rules.new_variant in ("always", "on_reset") and not varies(problem):
            rules = replace(rules, new_variant="never")  # every variant is the same: nobody has to ask for the next
        return Reading(problem, rules, (*remarks, *checks.remarks(problem, block.place)))

    def to_json(self, definition: Problem) -> Data:
        return codec.to_json(definition)

    def from_json(self, data: Data) -> Problem:
        return codec.from_json(data)

    def page(self, definition: Problem, view: PageView) -> Mapping[str, object]:
        return page(definition, view)

    def seconds(self, definition: Problem) -> float | None:
        """A minute a question, its own words included; a text before them is read."""
        read = reading_s(definition.body)
        asked = QUESTION_S * sum(len(response.inputs) for response in definition.responses)
        return None if definition.unreadable or read is None else max(read, asked)

    def is_same_for_all(self, definition: Problem, view: PageView) -> bool:
        return not varies(definition)

    def inspect(self, definition: Problem) -> Inspection:
        return checking.inspect(definition)

    def ungradable(self, definition: Problem) -> str:
        """A response that is not graded here, or one whose key its author must mend first: nobody could win it."""
        missing = not_graded_yet(definition)
        if missing:
            return missing
        broken = dict.fromkeys(
            response.tag for response in with_values(definition).responses if checks.has_fault(response)
        )
        return ", ".join(broken)

    def possible(self, definition: Problem) -> float:
        gradable = (response for response in definition.responses if not isinstance(response.key, NoKey))
        return float(sum(len(response.inputs) for response in gradable))

    def answer(self, definition: Problem, fields: Fields) -> Answer:
        return answer_of(definition, fields)

    def draft(self, definition: Problem, fields: Fields) -> Draft | None:
        return draft_of(definition, fields)

    def text_settings(self) -> Mapping[str, tuple[Setting, ...]]:
        return text.SETTINGS

    def read_text(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        return text.read_text(block, reference, say)

    def write_text(self, block: Block) -> TextBlock | None:
        return text.write_text(block)

    def grade(self, definition: Problem, answer: Answer, seed: int) -> Result:
        return grade(definition, answer, seed)

    def changes(self, before: Problem, after: Problem) -> Sequence[Change]:
        return comparing.changes(before, after)

    def minds_seed(self, definition: Problem) -> bool:
        return comparing.minds_seed(definition)

    def answer_now(self, before: Problem, after: Problem, answer: Answer) -> Answer:
        return comparing.moved_answer(before, after, answer)

    def grade_again(self, before: Problem, after: Problem, answer: Answer, seed: int) -> Result:
        return comparing.grade_again(before, after, answer, seed)


kind: GradedAtOnce = QuizKind()
