"""How does an error write numbers and days to a reader?"""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from cordee.core.errors import InputRefused
from cordee.ui.sentences import sentence_of


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1.26 of 100,000 on 1 December 2026, 2026"), ("fr", "1,26 of 100 000 on 1er décembre 2026, 2026")],
)
def test_numbers_and_days_are_written_as_the_reader_writes_them(language: str, said: str) -> None:
    refused = InputRefused(
        "{part} of {all} on {day}, {year}", part=1.26, all=100_000.0, day=dt.date(2026, 12, 1), year=2026
    )
    with translation.override(language):
        assert sentence_of(refused).replace("\N{NO-BREAK SPACE}", " ") == said
