"""What did the author of a poll, a survey or a word cloud write?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Form = Literal["poll", "survey", "word_cloud", "poll_question"]

MOST_WORDS = 20  # fields of one word cloud
MOST_CELLS = 600  # answers to count in one survey: questions × options


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a survey, or one of the answers to choose from. `id` is the author's own."""

    id: str
    label: str
    image: str = ""
    image_text: str = ""  # what the image shows


@dataclass(frozen=True, slots=True)
class Survey:
    """`form` is the OLX tag. A poll has one question; a word cloud has one and no options: what is to be done."""

    form: Form
    questions: tuple[Item, ...] = ()
    options: tuple[Item, ...] = ()
    feedback: str = ""  # author's words after answering
    is_private: bool = False  # anonymous, and the results are for who teaches
    times: int | None = 1  # how often one may answer; None: no limit
    words: int = 0  # fields of a word cloud
    top: int = 250  # how many words of a cloud are shown
    shows_percents: bool = True

    @property
    def is_cloud(self) -> bool:
        return self.form == "word_cloud"

    @property
    def fault(self) -> str:
        """Why nobody can answer it, in code words; "" when it can be answered."""
        if self.is_cloud:
            return ""
        if not self.questions or len(self.options) < 1:
            return "no questions" if not self.questions else "no answers"
        ids = [item.id for item in self.options], [item.id for item in self.questions]
        if any(len(set(found)) < len(found) for found in ids):
            return "two of one id"
        return "too many answers" if len(self.questions) * len(self.options) > MOST_CELLS else ""

    def fields(self) -> Iterator[tuple[str, Item]]:
        """The fields of the form: (name, question). A cloud has its words in w_1, w_2, …"""
        for n, question in enumerate(self.questions, 1):
            yield f"q_{n}", question
