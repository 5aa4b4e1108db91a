"""An exercise in programming, as the rest of Cordée sees it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from cordee.activities.code import checking, comparing, judging, olx, text
from cordee.activities.code.definition import Exercise, from_json, to_json
from cordee.activities.code.grading import POSSIBLE, grade
from cordee.activities.code.page import page
from cordee.activities.code.posting import answer_of, draft_of, trial_of
from cordee.activities.code.queries import Recalled, earlier_programs
from cordee.courses.differences.model import Change
from cordee.courses.graded.rules import rules_of
from cordee.courses.kinds import (
    Answer,
    Completion,
    Data,
    Draft,
    Fields,
    Inspection,
    Judged,
    JudgedApart,
    PageView,
    Reading,
    Recalling,
    Result,
)
from cordee.formats.coursetext.model import Say, Setting, TextBlock
from cordee.formats.olx.model import Block
from cordee.learning.hinting import Asked, asked_of


class CodeKind:
    name = "code"
    label = _("Program")
    icon = "pencil"
    template = "activities/code/page.html"
    olx_tags = (olx.TAG,)
    completion: Completion = "submitted"
    check_rules = checking.RULES

    def read_olx(self, block: Block) -> Reading:
        exercise, remarks = olx.read(block)
        rules, more = rules_of(block.attributes, block.place)
        return Reading(exercise, replace(rules, show_answer="never"), (*remarks, *more))  # there is none to show

    def to_json(self, definition: Exercise) -> Data:
        return to_json(definition)

    def from_json(self, data: Data) -> Exercise:
        return from_json(data)

    def page(self, definition: Exercise, view: PageView) -> Mapping[str, object]:
        return page(definition, view)

    def is_same_for_all(self, definition: Exercise, view: PageView) -> bool:
        return True

    def recall(self, recalling: Recalling) -> Mapping[str, Hashable]:
        """What the learner handed in before, which hints they asked for and what they said does not help (1 query;
        1 more where there are hints, or something was handed in).
        """
        if recalling.enrolment_id is None:
            return {}
        earlier = earlier_programs(recalling.enrolment_id, recalling.definitions)
        may_have = [
            name
            for name, one in recalling.definitions.items()
            if earlier.get(name) or (one.task is not None and one.task.hints)
        ]
        asked = asked_of(recalling.enrolment_id, may_have) if may_have else {}
        nothing = Asked()
        return {
            name: Recalled(earlier.get(name, ()), (one := asked.get(name, nothing)).hints, one.unhelped)
            for name in recalling.definitions
        }

    def inspect(self, definition: Exercise) -> Inspection:
        return checking.inspect(definition)

    def ungradable(self, definition: Exercise) -> str:
        """A task that its author must mend first."""
        return "" if definition.task is not None else definition.name or "code"

    def possible(self, definition: Exercise) -> float:
        return POSSIBLE

    def answer(self, definition: Exercise, fields: Fields) -> Answer:
        return answer_of(definition, fields)

    def draft(self, definition: Exercise, fields: Fields) -> Draft | None:
        return draft_of(definition, fields)

    def trial(self, definition: Exercise, fields: Fields) -> Answer | None:
        return trial_of(definition, fields)

    def judge(self, definition: Exercise, answer: Answer, *, is_trial: bool) -> Judged:
        return judging.judge(definition, answer, is_trial=is_trial)

    def told(self, found: Mapping[str, Any]) -> tuple[str, ...]:
        return judging.told_of(found)

    def rest(self) -> None:
        judging.close_laboratory()

    def grade(self, definition: Exercise, answer: Answer, seed: int) -> Result:
        return grade(definition, answer)

    def text_settings(self) -> Mapping[str, tuple[Setting, ...]]:
        return text.SETTINGS

    def read_text(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        return text.read_text(block, reference, say)

    def write_text(self, block: Block) -> TextBlock | None:
        return text.write_text(block)

    def changes(self, before: Exercise, after: Exercise) -> Sequence[Change]:
        return comparing.changes(before, after)


kind: JudgedApart = CodeKind()
