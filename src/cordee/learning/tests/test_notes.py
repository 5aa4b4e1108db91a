"""Are notes and bookmarks a learner's own: kept, never lost to a second tab, read by nobody else?"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.core import clock
from cordee.learning.enrolling import leave
from cordee.learning.models import Enrolment, UnitNote, UnitView
from cordee.learning.notes.writing import LONGEST_NOTE
from cordee.learning.tests.make import make_enrolment
from cordee.learning.tests.test_pages import statements
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db

OWN_WORDS = "La question 3 ressemble à l’examen"


@pytest.fixture
def enrolment(tmp_path: Path) -> Enrolment:
    return make_enrolment(tmp_path)


def opened(enrolment: Enrolment) -> tuple[Client, str]:
    """A browser of the learner who has opened the unit, and the unit's address."""
    browser, unit = signed_in_client(enrolment.account), f"/runs/{enrolment.run.key}/units/u1"
    assert browser.get(unit).status_code == 200
    return browser, unit


def field(page: bytes, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.decode())
    assert found
    return found[1]


def save(browser: Client, unit: str, text: str, seen: str | None = None) -> Any:
    seen = field(browser.get(f"{unit}/note").content, "seen") if seen is None else seen
    return browser.post(f"{unit}/note", {"text": text, "seen": seen})


def test_a_note_is_kept_changed_and_deleted_by_emptying_it(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    assert b"Write a private note" in browser.get(unit).content
    for text in (OWN_WORDS, f"{OWN_WORDS} !\r\nVraiment"):
        assert save(browser, unit, text).status_code == 303
        assert UnitNote.objects.get().text == text.replace("\r\n", "\n")
    page = browser.get(f"{unit}/note").content.decode()
    assert "Vraiment" in page
    assert b"My note" in browser.get(unit).content
    assert save(browser, unit, "  \n ").status_code == 303
    assert not UnitNote.objects.exists()
    assert b"Write a private note" in browser.get(unit).content


def test_a_double_click_keeps_one_note(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    for _ in range(2):
        assert save(browser, unit, OWN_WORDS, seen="").status_code == 303
    assert UnitNote.objects.count() == 1


def test_a_second_tab_is_shown_both_texts_and_loses_neither(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    for first, second in (("one", "two"), ("three", "four")):
        seen = field(browser.get(f"{unit}/note").content, "seen")
        assert save(browser, unit, first, seen=seen).status_code == 303
        refused = save(browser, unit, second, seen=seen)
        assert refused.status_code == 409
        page = refused.content.decode()
        assert "another tab" in page
        assert first in page.partition('<form class="form"')[0]
        assert second in page.partition('<form class="form"')[2]
        assert UnitNote.objects.get().text == first
        assert save(browser, unit, second, seen=field(refused.content, "seen")).status_code == 303
        assert UnitNote.objects.get().text == second


def test_a_tab_from_before_the_note_was_emptied_does_not_overwrite_what_came_after(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    save(browser, unit, "first")
    seen = field(browser.get(f"{unit}/note").content, "seen")
    save(browser, unit, "")
    save(browser, unit, "anew")
    assert save(browser, unit, "stale", seen=seen).status_code == 409
    assert UnitNote.objects.get().text == "anew"


def test_a_note_that_is_too_long_comes_back_whole_with_its_length(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    text = "é" * LONGEST_NOTE + "z"
    refused = save(browser, unit, text)
    assert refused.status_code == 422
    assert text in refused.content.decode()
    assert "20001" in refused.content.decode().replace(",", "").replace("\u00a0", "")
    assert not UnitNote.objects.exists()
    assert save(browser, unit, text[:-1]).status_code == 303


def test_a_note_is_text_whatever_it_holds(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    save(browser, unit, "</textarea><script>alert(1)</script>\0")
    for page in (f"{unit}/note", "/mine/notes"):
        assert b"<script>alert" not in browser.get(page).content
    assert save(browser, unit, "x", seen="no revision").status_code == 400


def test_a_bookmark_is_set_once_and_taken_away(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    for marked in ("1", "1", "0", "0"):
        assert browser.post(f"{unit}/bookmark", {"marked": marked}).status_code == 303
        assert UnitView.objects.filter(bookmarked_at__isnull=False).count() == int(marked)
        assert (b"Marked:" in browser.get(unit).content) is (marked == "1")
    assert browser.get(f"{unit}/bookmark").status_code == 405


def test_what_was_never_opened_is_neither_marked_nor_written_about(enrolment: Enrolment) -> None:
    browser, unit = signed_in_client(enrolment.account), f"/runs/{enrolment.run.key}/units/u1"
    assert browser.post(f"{unit}/bookmark", {"marked": "1"}).status_code == 409
    assert browser.post(f"{unit}/note", {"text": "x", "seen": ""}).status_code == 409
    assert not UnitView.objects.exists()
    assert not UnitNote.objects.exists()
    assert browser.get(f"/runs/{enrolment.run.key}/units/nowhere/note").status_code == 404


def test_nobody_else_reads_a_note_whatever_their_role(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    save(browser, unit, OWN_WORDS)
    browser.post(f"{unit}/bookmark", {"marked": "1"})
    assert Client().get(f"{unit}/note").status_code == 302
    stranger = signed_in_client(make_account())
    assert stranger.get(f"{unit}/note").status_code == 403
    for role in (Role.TEACHER, Role.OPERATOR, Role.SUPPORT):
        staff = make_account()
        grant_role(account=staff, role=role, scope="", granted_by=None, now=clock.now())
        looks = signed_in_client(staff)
        for as_learner in (False, True):
            if as_learner:
                looks.cookies["as_learner"] = enrolment.run.key
            page = looks.get(unit).content
            assert b"private note" not in page
            assert b"bookmark" not in page
            assert looks.get(f"{unit}/note").status_code in {403, 409}
            assert looks.post(f"{unit}/note", {"text": "mine", "seen": ""}).status_code in {403, 409}
            assert OWN_WORDS not in looks.get("/mine/notes").content.decode()
    neighbour = make_enrolment(Path(), run=enrolment.run)
    theirs, _unit = opened(neighbour)
    for address in (unit, f"{unit}/note", "/mine/notes", "/mine/notes.txt", "/mine/notes.csv"):
        assert OWN_WORDS not in theirs.get(address).content.decode()
    assert UnitNote.objects.get().text == OWN_WORDS


def test_forms_of_notes_are_refused_without_their_token(enrolment: Enrolment) -> None:
    _browser, unit = opened(enrolment)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in_client(enrolment.account).cookies
    assert strict.post(f"{unit}/note", {"text": "x", "seen": ""}).status_code == 403
    assert strict.post(f"{unit}/bookmark", {"marked": "1"}).status_code == 403


def test_a_note_costs_the_page_of_its_unit_no_statement(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    before = len(statements(browser, unit))
    save(browser, unit, OWN_WORDS)
    browser.post(f"{unit}/bookmark", {"marked": "1"})
    assert len(statements(browser, unit)) == before


def test_all_notes_are_found_by_words_without_accents(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    assert b"No notes or bookmarks yet" in browser.get("/mine/notes").content
    save(browser, unit, OWN_WORDS)
    assert OWN_WORDS in browser.get("/mine/notes").content.decode()
    for words, is_found in (("A L’EXAMEN question", True), ("question zebra", False), ("\0", True)):
        assert (OWN_WORDS in browser.get("/mine/notes", {"q": words}).content.decode()) is is_found
    assert b"Nothing found" in browser.get("/mine/notes", {"q": "zebra"}).content
    leave(enrolment=enrolment, now=clock.now())
    page = browser.get("/mine/notes").content.decode()
    assert OWN_WORDS in page
    assert "You have left this session" in page
    assert f"{unit}/note" not in page


def test_the_file_for_spreadsheets_computes_nothing(enrolment: Enrolment) -> None:
    browser, unit = opened(enrolment)
    save(browser, unit, '=HYPERLINK("http://x.example")\nsecond line')
    browser.post(f"{unit}/bookmark", {"marked": "1"})
    answer = browser.get("/mine/notes.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="my-notes.csv"'
    row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1]
    assert row[2:4] == ["yes", '\'=HYPERLINK("http://x.example")\nsecond line']
    text = browser.get("/mine/notes.txt")
    assert text["Content-Type"].startswith("text/plain")
    assert "second line" in text.content.decode()
