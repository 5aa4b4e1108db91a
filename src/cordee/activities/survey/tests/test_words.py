from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.survey.words import LONGEST, clean_word
from cordee.courses.kinds import AnswerUnreadable


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Réseau", "réseau"),
        ("  RE\u0301SEAU ", "réseau"),
        ("deux\u00a0 mots", "deux mots"),
        ("\u202eevil", "evil"),
        ("a\u200bb", "ab"),
        ("\u2066x\u2069", "x"),
        ("ﬁn", "fin"),
        ("c++", "c++"),
        ("🏔️", "🏔️"),
        ("<b>gras</b>", "<b>gras</b>"),  # words, escaped on the page
        ("", ""),
        ("   ", ""),
        ("...", ""),
        ("\u200b", ""),
        ("网络", "网络"),
    ],
)
def test_a_word_is_made_clean(typed: str, word: str) -> None:
    assert clean_word(typed, "w_1") == word


@pytest.mark.parametrize("typed", ["a\x00b", "\ud800", "x" * 401, "x" * (LONGEST + 1), "x" * 10_000_000])
def test_what_is_no_word_is_refused(typed: str) -> None:
    with pytest.raises(AnswerUnreadable):
        clean_word(typed, "w_1")


@given(st.text(max_size=40))
def test_a_clean_word_is_clean(typed: str) -> None:
    try:
        word = clean_word(typed, "w_1")
    except AnswerUnreadable:
        return
    assert clean_word(word, "w_1") == word
    assert not any(unicodedata.bidirectional(one) in ("RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI") for one in word)
    assert len(word) <= LONGEST
    assert word == word.strip()
