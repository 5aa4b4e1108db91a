"""Does Cordée speak French to the end, and as its voice wants?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.test import Client, override_settings

import messages
from cordee.core import clock
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import small_run
from cordee.learning.enrolling import enrol
from cordee.people.tests.make import make_account, signed_in_client

NBSP = "\u00a0"
SHORTEST = 12  # characters; shorter sentences are words that both languages or a course may hold
CATALOGUES = [path for place in messages.places(messages.PACKAGE) if (path := messages.file_of(place, "fr")).exists()]
CODE = re.compile(r"<[^<>]*>|“[^”]*”|\d%")  # tags, words to type as they are ("2 days 5 hours", 5%)
FORBIDDEN = re.compile(
    r"oups|bravo|invalide|erreur|cliquez|\busers?\b|utilisat|étudiant|drop-?out|soumission|soumett|"
    r"chapitre|leçon|\bscores?\b|!|\w·\w|\(e\)|\(s\)",
    re.IGNORECASE,
)
FORBIDDEN_IN_ENGLISH = re.compile(
    r"\bdate limits?\b|\bdue dates?\b|\bplan of the|\bthe plan\b|\blessons?\b", re.IGNORECASE
)
WRONG_TYPE = {
    "a straight apostrophe": re.compile(r"(?<=[^\W\d])'(?=\w)"),
    "a straight quote": re.compile(r'"'),
    "a space that may break": re.compile(r"[ \t\n](?=[?!;:»%€])|«[ \t\n]"),
    "a sign without its space": re.compile(rf"[^\s{NBSP}](?=[?;»])|[^\W\d](?=:(?:\s|$))|«(?!{NBSP})"),
    "a narrow no-break space": re.compile("\u202f"),
    "three dots in place of one sign": re.compile(r"\.\.\."),
}


def translations() -> Iterator[tuple[str, str]]:
    """Every French sentence with its English one, "x" in place of what is filled in and nothing in place of code."""
    for path in CATALOGUES:
        for message in messages.held_in(path, "fr"):
            if message.id:
                english = message.id if isinstance(message.id, str) else message.id[0]
                for form in messages.forms(message):
                    plain = messages.PLACEHOLDER.sub("x", form.replace("%%", "%"))
                    yield english, CODE.sub("", plain)


def test_every_sentence_of_every_catalogue_is_translated() -> None:
    assert len(CATALOGUES) >= 10
    assert messages.all_faults(messages.PACKAGE) == []


def test_no_french_plural_says_its_number_twice() -> None:
    """Two sentences run together say it twice, and hold every placeholder that is asked for."""
    twice = []
    for path in CATALOGUES:
        for message in messages.held_in(path, "fr"):
            for form in messages.forms(message) if isinstance(message.id, tuple | list) else ():
                held = messages.PLACEHOLDER.findall(form)
                twice += [form for one in set(held) if held.count(one) > 1]
    assert twice == []


def test_no_french_sentence_of_a_grade_has_the_plural_for_what_may_be_below_two() -> None:
    """0,17 point: a sentence of one form alone does without the noun."""
    grades = next(path for path in CATALOGUES if "learning" in path.parts)
    single = [message for message in messages.held_in(grades, "fr") if isinstance(message.id, str)]
    said = [form for message in single for form in messages.forms(message)]
    assert [one for one in said if re.search(rf"(?:{messages.PLACEHOLDER.pattern})\spoints\b", one)] == []


@pytest.mark.parametrize("fault", WRONG_TYPE)
def test_no_french_sentence_holds(fault: str) -> None:
    assert [pair for pair in translations() if WRONG_TYPE[fault].search(pair[1])] == []


def test_no_english_sentence_has_another_word_for_what_the_glossary_names() -> None:
    assert [pair for pair in translations() if FORBIDDEN_IN_ENGLISH.search(pair[0])] == []


def test_no_french_sentence_holds_a_word_that_our_voice_avoids() -> None:
    assert [pair for pair in translations() if FORBIDDEN.search(pair[1])] == []


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("Rien d'autre", "a straight apostrophe"),
        ("Pourquoi ?", "a space that may break"),
        ("Pourquoi?", "a sign without its space"),
        ("Licence: libre", "a sign without its space"),
        ("« Oui »", "a space that may break"),
        ("12\u202f480", "a narrow no-break space"),
    ],
)
def test_the_faults_of_type_are_seen(sentence: str, fault: str) -> None:
    assert WRONG_TYPE[fault].search(sentence)


def test_the_home_line_is_the_one_of_the_voice() -> None:
    assert dict(translations())["Together, you get further."] == "On va plus loin encordés."


def english_in(page: bytes) -> list[str]:
    """The English sentences of our catalogues that a page shows, in its text or in its attributes."""
    text = re.sub(r"(?s)<script\b.*?</script>|<code\b.*?</code>", " ", page.decode())
    text = " ".join(html.unescape(text).replace(NBSP, " ").split())
    # Thousands of sentences are looked for: most of them are ruled out by their longest part, before `re` compiles any.
    return [sentence for sentence, (part, pattern) in patterns().items() if part in text and re.search(pattern, text)]


@cache
def patterns() -> dict[str, tuple[str, str]]:
    """Of each English sentence that French says otherwise: its longest part, and what finds it in a text."""
    found: dict[str, tuple[str, str]] = {}
    for path in CATALOGUES:
        for message in messages.held_in(path, "fr"):
            every = [message.id] if isinstance(message.id, str) else list(message.id)
            for one in every:
                plain = str(one).replace("%%", "%").replace(NBSP, " ")
                parts = messages.PLACEHOLDER.split(plain)
                if one and one not in messages.forms(message) and len("".join(parts).strip()) > SHORTEST:
                    middle = r"[^<>]{1,80}?".join(re.escape(part) for part in parts)
                    found[str(one)] = max(parts, key=len), rf"(?<![\w’'-]){middle}(?![\w’'-])"
    return found


IN_FRENCH = {"accept-language": "fr"}


def seen_by_a_visitor(course_key: str) -> Iterator[tuple[str, bytes]]:
    browser = Client(headers=IN_FRENCH)
    for address, status in (
        ("/fr/", 200),
        (f"/fr/courses/{course_key}/", 200),
        ("/sign-in", 200),
        ("/sign-up", 200),
        ("/fr/v", 200),
        ("/fr/v/00000", 404),
        ("/fr/v/0000-0000-0000-0000-0", 404),
        ("/ui", 200),
        ("/fr/nothing-is-here", 404),
        ("/fr/courses/no-course/", 404),
    ):
        answer = browser.get(address)
        assert answer.status_code == status, address
        yield address, answer.content
    wrong = {"email": "awa@", "name": "1", "password": "abc"}
    yield "/sign-up wrong", browser.post("/sign-up", wrong).content
    yield "/sign-up empty", browser.post("/sign-up", {}).content
    yield "/sign-in wrong", browser.post("/sign-in", wrong).content
    yield "/sign-in not known", browser.post("/sign-in", {"email": "a@b.example", "password": "abcdefgh"}).content
    strict = Client(headers=IN_FRENCH, enforce_csrf_checks=True)
    yield "/sign-in without a token", strict.post("/sign-in", wrong).content


@pytest.mark.long
@pytest.mark.django_db
def test_a_visitor_reads_no_english_sentence_of_ours_on_a_french_page(tmp_path: Path) -> None:
    run = small_run(tmp_path, options=RunOptions())
    with override_settings(CORDEE_GUIDE=True):
        shown = list(seen_by_a_visitor(run.course.key))
    for address, page in shown:
        assert b'<html lang="fr"' in page, address
    assert {address: found for address, page in shown if (found := english_in(page))} == {}


@pytest.mark.long
@pytest.mark.django_db
def test_a_learner_reads_no_english_sentence_of_ours_on_a_french_page(tmp_path: Path) -> None:
    run = small_run(tmp_path, options=RunOptions())
    account = make_account(language="fr")
    enrol(account=account, run=run, now=clock.now())
    browser = signed_in_client(account)
    browser.cookies["language"] = "fr"
    places = ("", "progress", "attestation", "units/u1", "units/v_capital", "units/none", "import-report")
    addresses = [
        "/mine",
        "/account",
        f"/fr/courses/{run.course.key}/",
        *(f"/runs/{run.key}/{place}" for place in places),
    ]
    shown = {address: browser.get(address).content for address in addresses}
    for address, page in shown.items():
        assert b'<html lang="fr"' in page, address
    assert {address: found for address, page in shown.items() if (found := english_in(page))} == {}


@pytest.mark.django_db
def test_the_english_pages_are_where_those_sentences_are_found() -> None:
    page = Client(headers={"accept-language": "en"}).get("/sign-up").content
    assert (
        "We send a letter there. You will sign in with it; the teams of your courses see it, other learners do not."
        in english_in(page)
    )
