"""Polls, surveys and word clouds, as the rest of Cordée sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cordee.activities.survey import checking, codec, comparing, olx, text
from cordee.activities.survey.answering import answer_of, cells_of, check_complete
from cordee.activities.survey.counting import count_answer
from cordee.activities.survey.definition import Survey
from cordee.activities.survey.page import page
from cordee.activities.survey.queries import counts_of
from cordee.core.errors import N_, Conflict
from cordee.courses.differences.model import Change
from cordee.courses.kinds import Answer, Answered, Completion, Data, Fields, Inspection, PageView, Reading, Rules
from cordee.formats.coursetext.model import Say, Setting, TextBlock
from cordee.formats.olx.model import Block


class SurveyKind:
    name = "survey"
    label = _("Survey")
    labels: Mapping[str, str | Promise] = {"poll": _("Poll"), "poll_question": _("Poll"), "word_cloud": _("Word cloud")}
    icon = "users"
    template = "activities/survey/page.html"
    olx_tags = olx.TAGS
    completion: Completion = "submitted"
    check_rules = checking.RULES

    def read_olx(self, block: Block) -> Reading:
        survey, remarks = olx.read(block)
        return Reading(survey, Rules(max_attempts=survey.times, show_answer="never"), remarks)

    def to_json(self, definition: Survey) -> Data:
        return codec.to_json(definition)

    def from_json(self, data: Data) -> Survey:
        return codec.from_json(data)

    def page(self, definition: Survey, view: PageView) -> Mapping[str, object]:
        return page(definition, view)

    def is_same_for_all(self, definition: Survey, view: PageView) -> bool:
        """What is shown depends on who answered."""
        return False

    def inspect(self, definition: Survey) -> Inspection:
        return checking.inspect(definition)

    def text_settings(self) -> Mapping[str, tuple[Setting, ...]]:
        return text.SETTINGS

    def read_text(self, block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
        return text.read_text(block, reference, say)

    def write_text(self, block: Block) -> TextBlock | None:
        return text.write_text(block)

    def changes(self, before: Survey, after: Survey) -> Sequence[Change]:
        return comparing.changes(before, after)

    def unanswerable(self, definition: Survey) -> str:
        return definition.fault

    def keeps_answers(self, definition: Survey) -> bool:
        return not definition.is_private

    def answer(self, definition: Survey, fields: Fields) -> Answer:
        return answer_of(definition, fields)

    def take(self, definition: Survey, answer: Answer, *, run_id: int, activity: str, earlier: Answer | None) -> Answer:
        check_complete(definition, answer)
        if earlier == {}:
            raise Conflict(
                N_("You answered while this survey was anonymous. Nobody knows which answer a new one would replace.")
            )
        instead_of = None if earlier is None else cells_of(earlier)
        count_answer(run_id=run_id, activity=activity, given=cells_of(answer), instead_of=instead_of)
        return {} if definition.is_private else answer

    def results(self, run_id: int, activities: Collection[str]) -> Mapping[str, Any]:
        return counts_of(run_id, activities)


kind: Answered = SurveyKind()
