"""Are the notices whole in both languages, and does `cordee doctor` say what is to be filled in?"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cordee.web import doctor, notices
from cordee.web.notice_pages import KEPT_IN_BROWSERS
from tests.test_french import FORBIDDEN, WRONG_TYPE

COOKIES = Path(__file__).parents[4] / "docs" / "cookies.md"
BLANK = re.compile(r"\{[a-z_]+\}")
FILLED: dict[str, Any] = dict.fromkeys(notices.BLANKS, "x")


def text(name: str, language: str) -> str:
    return (notices.HERE / f"{name}.{language}.md").read_text("utf-8")


@pytest.mark.parametrize("name", notices.NOTICES)
def test_a_notice_says_the_same_in_both_languages(name: str) -> None:
    french, english = text(name, "fr"), text(name, "en")
    for sign in ("\n## ", "\n- "):
        assert french.count(sign) == english.count(sign)
    assert sorted(set(BLANK.findall(french))) == sorted(set(BLANK.findall(english)))
    known = {f"{{{blank}}}" for blank in (*notices.BLANKS, "small_cell", "dpo_sentence")}
    assert set(BLANK.findall(french)) <= known


@pytest.mark.parametrize("name", notices.NOTICES)
def test_a_notice_in_french_is_set_as_french_is(name: str) -> None:
    plain = text(name, "fr")
    assert {what: found[0] for what, wrong in WRONG_TYPE.items() if (found := wrong.search(plain))} == {}
    assert FORBIDDEN.search(plain) is None


def test_the_list_of_what_is_kept_in_browsers_is_the_documented_one() -> None:
    documented = set(re.findall(r"^\| `([\w-]+)`", COOKIES.read_text("utf-8"), re.MULTILINE)) - {"cordee_pilot"}
    assert {name for name, *_more in KEPT_IN_BROWSERS} == documented


def test_every_blank_is_a_setting_and_stands_in_a_notice() -> None:
    whole = "".join(text(name, "en") for name in notices.NOTICES)
    for blank in notices.BLANKS:
        assert hasattr(settings.CORDEE, blank)
        assert f"{{{blank}}}" in whole


def test_who_runs_a_site_is_told_what_to_fill_in_and_who_tries_it_alone_is_not() -> None:
    public = replace(settings.CORDEE, url="https://learn.example.org", content_url="https://files.example.org")
    (finding,) = doctor._notices(public)
    assert finding.level == "warning"
    assert "CORDEE_CONTACT" in finding.found
    (finding,) = doctor._notices(replace(public, **FILLED))
    assert finding.level == "ok"
    (finding,) = doctor._notices(settings.CORDEE)
    assert finding.level == "ok"
    assert "CORDEE_DPO" not in notices.unfilled(public)  # not everybody must have one


def test_without_a_data_protection_officer_there_is_no_sentence_about_one() -> None:
    blank = dict.fromkeys(notices.BLANKS, "?")
    sentence = "The officer: {dpo}."
    without = notices.filled(settings.CORDEE, text("privacy", "en"), blank=blank, dpo=sentence)
    assert "The officer" not in without.text
    told = notices.filled(
        replace(settings.CORDEE, dpo="dpo@x.example"), text("privacy", "en"), blank=blank, dpo=sentence
    )
    assert "The officer: dpo@x.example." in told.text
    assert set(without.missing) <= set(notices.BLANKS)
