"""What did the browser post, and which counts does it add to?"""

from __future__ import annotations

from collections.abc import Iterable

from cordee.activities.survey.counting import WORDS, Cell
from cordee.activities.survey.definition import Survey
from cordee.activities.survey.words import clean_word, is_text
from cordee.core.errors import N_, InputRefused
from cordee.courses.kinds import Answer, AnswerUnreadable, Fields, Unreadables


def answer_of(survey: Survey, fields: Fields) -> Answer:
    """{"q_1": id of an option, …} or {"w": [words]}; {} when nothing was answered. Other fields are ignored.

    Raises InputRefused on what no page of ours could have sent, AnswerUnreadable with all words that are refused.
    """
    if survey.is_cloud:
        return _words_of(survey, fields)
    known = {option.id for option in survey.options}
    answer: dict[str, str] = {}
    for name, _question in survey.fields():
        posted = fields.get(name, [])
        if len(posted) > 1:
            raise InputRefused(N_("A question was answered twice at once. Reload the page and answer again."))
        if posted and posted[0] not in known:
            raise InputRefused(N_("This answer is not one of the survey. Reload the page and answer again."))
        if posted:
            answer[name] = posted[0]
    return answer


def _words_of(survey: Survey, fields: Fields) -> Answer:
    words: list[str] = []
    typed: list[str] = []
    unreadables = Unreadables()
    for n in range(1, survey.words + 1):
        posted = fields.get(f"w_{n}", [""])
        if len(posted) != 1:
            raise InputRefused(N_("A word was sent twice at once. Reload the page and answer again."))
        typed += posted if is_text(posted[0]) else [""]
        with unreadables:
            words.append(clean_word(posted[0], f"w_{n}"))
    unreadables.refuse({WORDS: typed})
    return {WORDS: list(dict.fromkeys(filter(None, words)))}


def check_complete(survey: Survey, answer: Answer) -> None:
    """Every question of a survey wants an answer. Raises AnswerUnreadable with all that have none."""
    unreadables = Unreadables()
    for name, _question in () if survey.is_cloud else survey.fields():
        with unreadables:
            if name not in answer:
                raise AnswerUnreadable(N_("Answer this question too, then send the survey."), input_id=name)
    unreadables.refuse()


def cells_of(answer: Answer) -> Iterable[Cell]:
    """The counts that an answer adds to."""
    for question, given in answer.items():
        for option in given if isinstance(given, list) else [given]:
            yield question, option
