"""Does the pilot say what was told of the programs of an exercise, in the author's words where they are known?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.utils import translation

from cordee.activities.code.tests.make import TASK_YAML
from cordee.activities.code.tests.test_handing_in import learner
from cordee.core import clock
from cordee.learning.enrolling import enrol
from cordee.learning.journal import record
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account
from cordee.pilot import live, refreshing, sealing
from cordee.web.feedback_words import words_of
from cordee.web.tests.test_pilot_pages import reader

pytestmark = pytest.mark.django_db
WORDS = """\
rules:
  - {name: forgot-half, when: {verdict: wrong_answer}, say: {fr: Et le double ?, en: And twice that?}}
hints:
  - {fr: Que lit le programme ?, en: What does the program read?}
"""
TASK = {"tasks/double/task.yaml": TASK_YAML + WORDS}


def test_rules_and_hints_are_said_in_the_language_of_the_page_and_what_is_no_program_says_nothing(
    tmp_path: Path,
) -> None:
    _client, enrolment = learner(tmp_path, **TASK)
    key = enrolment.run.key
    with translation.override("fr"):
        assert words_of(key, "double") == ({"forgot-half": "Et le double ?"}, ("Que lit le programme ?",))
    with translation.override("en"):
        assert words_of(key, "double") == ({"forgot-half": "And twice that?"}, ("What does the program read?",))
    assert words_of(key, "trame") == ({}, ())
    assert words_of(key, "nothing") == ({}, ())


def test_the_page_of_an_exercise_says_what_was_told_to_how_many_and_who_got_it_right_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, home=tmp_path / "home", small_cell=2))
    _client, first = learner(tmp_path, **TASK)
    run, now = first.run, clock.now()
    others = [enrol(account=make_account(email=f"l{number}@example.org"), run=run, now=now) for number in range(2)]
    for number, enrolment in enumerate((first, *others)):
        about: dict[str, Any] = {"actor": enrolment.account.pseudonym, "run": run.key, "activity": "double"}
        told = {"attempt": 1, "earned": 0.0, "possible": 1.0, "late": False, "language": "en"}
        record(verb="submitted", at=now, data=told, **about)
        record(
            verb="told",
            at=now,
            data={"rules": ["forgot-half", "undeclared-name", "gone-rule", "fault:null_pointer"]},
            **about,
        )
        if number < 2:
            record(verb="asked_hint", at=now, data={"hint": 1}, **about)
            record(verb="unhelped", at=now, data={"rule": "forgot-half", "attempt": 1}, **about)
            right = told | {"attempt": 2, "earned": 1.0}
            record(verb="submitted", at=now + dt.timedelta(seconds=9), data=right, **about)
    record(verb="asked_hint", at=now, data={"hint": 2}, **about)
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), run.key, clock.now())
    teacher = make_account(email="teacher@example.org")
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    page = reader(teacher).get(f"/pilot/exercise?run={quote(run.key, safe='')}&activity=double")
    assert page.status_code == 200
    lines = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", line)).replace("\xa0", " ").strip()
        for line in re.findall(r"<tr>.*?</tr>", page.content.decode(), re.DOTALL)
    ]
    assert "And twice that? forgot-half 3 100% 3 2 67% 67% 20.8 to 93.9%" in lines
    assert "“…” is not declared undeclared-name 3 100% 3 0 67% 20.8 to 93.9%" in lines
    assert any(line.startswith("You used a pointer that points nowhere (NULL).") for line in lines)
    assert "gone-rule 3 100% 3 0 67% 20.8 to 93.9%" in lines
    assert "Hint 1: What does the program read? 2 67% 2 – 100% 34.2 to 100.0%" in lines
    assert "Hint 2 fewer than 2 learners" in lines
    assert "Nothing of it has happened" not in page.content.decode()
    listed = reader(teacher).get(f"/pilot/run?run={quote(run.key, safe='')}&exercises=all")
    assert listed.status_code == 200
    assert "activity=double" in listed.content.decode()
