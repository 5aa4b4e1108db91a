"""What a learner meets of a course that was written as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import COURSE, MODULE, folder, published
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
QUIZ = """# Bilan

::: quiz capitale
attempts: 2

Capitale de la France ?

- (x) Paris
  > Depuis Clovis.
- ( ) Lyon

![La carte](trame.svg)

:::
"""
TRAME = "# Trame\n\nUne **trame** : ![trame](trame.svg). Voir [la question](bilan.fr.md#capitale).\n\nSuite.\n"


def course_at(at: Path, **changed: str) -> Run:
    files = {
        "modules/nommer/module.yaml": MODULE.replace("opens: +7d\n", ""),
        "modules/nommer/trame.fr.md": TRAME,
        "modules/nommer/bilan.fr.md": QUIZ.replace("![La carte](trame.svg)\n\n", ""),
    }
    return published(
        folder(at, **(files | changed)), options=RunOptions(listed=True, opens_at=clock.now()), now=clock.now()
    ).done.run


def learner_of(run: Run) -> tuple[Enrolment, Client]:
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    return enrolment, signed_in_client(enrolment.account)


def test_a_learner_reads_the_text_follows_its_links_and_answers_its_quiz(tmp_path: Path) -> None:
    run = course_at(tmp_path, **{"course.yaml": COURSE.replace("[fr, en]", "[fr]")})
    enrolment, client = learner_of(run)
    page = client.get(f"/runs/{run.key}/units/trame").content.decode()
    assert "<strong>" in page
    assert f"/runs/{run.key}/units/bilan#capitale" in page
    assert "trame.svg" in page
    assert "missing" not in page
    form = form_id(enrolment_id=enrolment.pk, activity="capitale", attempt=1)
    answer = client.post(
        f"/runs/{run.key}/activities/capitale/submissions", {"form_id": str(form), "p_2_1": "choice_0"}
    )
    assert answer.status_code == 303
    enrolment.refresh_from_db()
    assert enrolment.grade == 1.0


def test_a_page_that_has_no_translation_is_shown_in_the_reference_language_and_says_so(tmp_path: Path) -> None:
    run = course_at(tmp_path)
    _enrolment, client = learner_of(run)  # whose pages are in English
    translated = client.get(f"/runs/{run.key}/units/trame").content.decode()
    assert "A <strong>frame</strong>" in translated
    assert 'lang="fr"' not in translated.partition("A <strong>frame")[2].partition("</section>")[0]
    lent = client.get(f"/runs/{run.key}/units/bilan").content.decode()
    assert 'lang="fr"' in lent
    assert "Capitale de la France" in lent


def test_the_text_that_a_version_keeps_costs_its_pages_nothing(tmp_path: Path) -> None:
    run = course_at(tmp_path)
    _enrolment, client = learner_of(run)
    client.get(f"/runs/{run.key}/units/trame")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(f"/runs/{run.key}/units/trame")
    assert not [one["sql"] for one in asked if '"extra"' in one["sql"]]
