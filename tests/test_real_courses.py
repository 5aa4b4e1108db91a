"""Real courses, whole: imported, opened unit by unit, answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lxml.html
import pytest

from cordee.core import clock
from cordee.courses.importing import import_course
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.queries import outline
from cordee.formats.archives import Limits
from cordee.learning.enrolling import enrol
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
COURSES = Path(__file__).parent / "data" / "courses"
LARGEST_PAGE = 250_000  # bytes: an author's page may be long; ours are held to 40 kB elsewhere


def run_of(name: str) -> Run:
    options = RunOptions(key="real", listed=True, opens_at=clock.now(), closes_at=clock.now().replace(year=2099))
    return import_course(COURSES / name, limits=Limits(), options=options, now=clock.now(), language="en").run


@pytest.mark.parametrize("name", ["math-percent-fi.tar.gz", "mitx-grading-library.tar.gz", "one-of-each.tar.gz"])
def test_every_unit_of_a_real_course_opens(name: str) -> None:
    run = run_of(name)
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    client = signed_in_client(teacher)
    for unit in outline(run.version.sha256).places:
        answer = client.get(f"/runs/{run.key}/units/{unit}")
        assert answer.status_code == 200, unit
        assert len(answer.content) < LARGEST_PAGE, unit
        page = answer.content.decode()
        for trace in (
            "/static/course",
            "jump_to_id",
            "asset-v1:",
            "/-file/",
            "/-unit/",
            "\ue000",
            "<script>",
            "javascript:",
        ):
            assert trace not in page, (unit, trace)
    assert client.get(f"/runs/{run.key}/import-report").status_code == 200


def first_answers(page: bytes, activity: str) -> dict[str, str]:
    """What a hasty learner sends: the first choice everywhere, 1 in every field."""
    found: dict[str, str] = {}
    tree: Any = lxml.html.document_fromstring(page)  # what XPath gives has no type of its own
    (section,) = tree.xpath("//section[@id=$activity]", activity=activity)
    for field in section.xpath(".//form//input[starts-with(@name, 'p_')] | .//form//select"):
        options = field.xpath("./option[@value != '']/@value")
        found.setdefault(field.get("name"), options[0] if options else field.get("value") or "1")
    return found


@pytest.mark.long
def test_every_quiz_of_the_finnish_course_can_be_handed_in_by_a_learner() -> None:
    from cordee.learning.forms import form_id

    run = run_of("math-percent-fi.tar.gz")
    learner = make_account()
    enrolment = enrol(account=learner, run=run, now=clock.now())
    client = signed_in_client(learner)
    tasks = [
        (entry.id, place.unit.id)
        for place, entry in outline(run.version.sha256).entries.values()
        if entry.kind == "quiz" and not entry.ungradable
    ]
    assert len(tasks) == 41
    for task, unit in tasks:
        fields = first_answers(client.get(f"/runs/{run.key}/units/{unit}").content, task)
        form = form_id(enrolment_id=enrolment.pk, activity=task, attempt=1)
        answer = client.post(f"/runs/{run.key}/activities/{task}/submissions", fields | {"form_id": str(form)})
        assert answer.status_code == 303, task
