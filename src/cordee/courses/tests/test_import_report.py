"""Does the report of an import say in words what was found, and once what is said of several places?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from lxml import html

from cordee.core import clock
from cordee.courses.tests.make import CAPITAL, PYTHON, small_run
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db


def words_of(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


@pytest.mark.parametrize(
    ("language", "rows", "times"),
    [
        (
            "en",
            ["Quiz problem 7", "Text html 1", "One choice multiplechoiceresponse 1", "A question graded by Python"],
            "5 times",
        ),
        ("fr", ["Quiz problem 7", "Texte html 1", "Un choix multiplechoiceresponse 1", "Une question notée"], "5 fois"),
    ],
)
def test_the_report_names_what_it_found_and_says_once_what_holds_of_several_places(
    tmp_path: Path, language: str, rows: list[str], times: str
) -> None:
    quizzes = {"capital": CAPITAL} | {f"code{n}": PYTHON for n in range(5)}
    run = small_run(tmp_path, quizzes=quizzes)
    teacher = make_account(language=language)
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    browser = signed_in_client(teacher)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page: Any = html.fromstring(browser.get(f"/runs/{run.key}/import-report").content.decode())
    found = [" ".join(map(words_of, row)) for row in page.xpath("//table//tbody/tr")]
    assert [row for row in rows if not any(one.startswith(row) for one in found)] == []
    assert len(page.xpath("//table/caption")) == 2
    lines = page.xpath("//ul[contains(@class, 'remarks')]/li")
    said = [words_of(line.xpath(".//p")[0]) for line in lines]
    assert len(said) == len(set(said))
    (python,) = [line for line in lines if times in words_of(line.xpath(".//p")[0]) and line.xpath(".//details")][:1]
    assert [place.text for place in python.xpath(".//code")] == [f"problem/code{n}.xml" for n in range(5)]
    assert len(python.xpath(".//details//code")) == 2
