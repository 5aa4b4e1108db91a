"""What a section of a course text asks to be done before it opens (`after`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cordee.core import clock
from cordee.courses.compiling import compile_course
from cordee.courses.exporting import olx_course_of
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Before, from_json, to_json
from cordee.courses.queries import outline
from cordee.courses.tests.course_texts import COURSE, checked, folder, published
from cordee.courses.text.laying_out import plan_of
from cordee.courses.versions.queries import difference_of
from cordee.formats.olx import ours
from cordee.formats.olx.model import Block, OlxCourse
from cordee.learning.dashboard import dashboard
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Submission
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

MODULE = """title: Nommer
sections:
  - id: lire
    title: Lire
    units: [trame, essai]
  - id: verifier
    title: Vérifier
    units: [bilan]
    graded: quiz
    due: +13d
    after: {}
  - id: finir
    title: Finir
    units: [fin]
"""
RUN = "/runs/Ingenia+RES101+2026"
QUIZ = "# {}\n\n::: quiz {}\npoints: 10\n\nDeux et deux ?\n\n- = 4\n\n:::\n"


def files(after: str, **changed: str) -> dict[str, str]:
    """Lire (a page, and one with the quiz `depart`), then Vérifier, which opens after something, then Finir."""
    return {
        "course.yaml": COURSE.replace("[fr, en]", "[fr]"),
        "modules/nommer/module.yaml": MODULE.format(after),
        "modules/nommer/trame.fr.md": "# Trame\n\nUne trame.\n",
        "modules/nommer/trame.en.md": "",
        "modules/nommer/trame.svg": "",
        "modules/nommer/essai.fr.md": QUIZ.format("Essai", "depart"),
        "modules/nommer/bilan.fr.md": QUIZ.format("Bilan", "somme"),
        "modules/nommer/fin.fr.md": QUIZ.format("Fin", "dernier"),
        **changed,
    }


def asked(at: Path, after: str) -> tuple[Before, ...]:
    found = checked(at, **files(after))
    assert found.compiled is not None, [str(one) for one in found.errors]
    assert [one.code for one in found.warnings if one.code == "not-applied"] == []
    assert from_json(to_json(found.compiled.outline)) == found.compiled.outline
    return found.compiled.outline.modules[0].sections[1].first


def told(at: Path, after: str, **changed: str) -> list[tuple[str, int]]:
    found = checked(at, **files(after, **changed))
    return [(one.code, one.place.line) for one in (*found.errors, *found.warnings) if "first" in one.code]


def opened(at: Path, after: str, **changed: str) -> Run:
    started = clock.now() - dt.timedelta(days=1)
    options = RunOptions(key="2026", opens_at=started, closes_at=started + dt.timedelta(days=60))
    return published(folder(at, **files(after, **changed)), options=options, now=clock.now()).done.run


def learner(run: Run) -> tuple[Enrolment, Client]:
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    return enrolment, signed_in_client(enrolment.account)


def answer(client: Client, enrolment: Enrolment, activity: str, value: str, attempt: int = 1) -> int:
    form = form_id(enrolment_id=enrolment.pk, activity=activity, attempt=attempt)
    address = f"{RUN}/activities/{activity}/submissions"
    return client.post(address, {"form_id": str(form), "p_2_1": value}).status_code


def status(client: Client, unit: str) -> int:
    return client.get(f"{RUN}/units/{unit}").status_code


@pytest.mark.parametrize(
    ("after", "first"),
    [
        ("lire", (Before("lire", "done"),)),
        ("lire done", (Before("lire", "done"),)),
        ("trame seen and depart score >= 60", (Before("trame", "seen"), Before("depart", "score", 60))),
        ("depart score>=62.5 %", (Before("depart", "score", 62.5),)),
        ("depart answered", (Before("depart", "answered"),)),
        ("depart right", (Before("depart", "right"),)),
    ],
)
def test_a_section_says_what_is_to_be_done_before_it_opens(
    tmp_path: Path, after: str, first: tuple[Before, ...]
) -> None:
    assert asked(tmp_path, after) == first


def test_what_cannot_come_first_is_told_at_its_line(tmp_path: Path) -> None:
    assert told(tmp_path, "lire") == []
    assert told(tmp_path, "lires") == [("unknown-first", 11)]
    assert told(tmp_path, "verifier") == [("first-inside", 11)]
    assert told(tmp_path, "somme right") == [("first-inside", 11)]
    assert told(tmp_path, "nommer") == [("first-inside", 11)]
    assert told(tmp_path, "finir") == [("first-later", 11)]
    assert told(tmp_path, "depart score") == [("unreadable-first", 11)]
    assert told(tmp_path, "not depart right") == [("unreadable-first", 11)]
    assert [one.code for one in checked(tmp_path, **files("depart score >= 160")).errors] == ["bad-percent"]
    circle = {"modules/nommer/module.yaml": MODULE.format("finir") + "    after: somme answered\n"}
    assert told(tmp_path, "", **circle) == [("first-circle", 11), ("first-circle", 15)]


@pytest.mark.django_db
def test_a_section_opens_once_what_comes_first_is_done_and_says_until_then_what_that_is(tmp_path: Path) -> None:
    run = opened(tmp_path, "lire")
    enrolment, client = learner(run)
    plan = client.get(f"{RUN}/").content.decode()
    assert "Opens once this is done:" in plan
    assert f'<a href="{RUN}/units/trame">finish “Lire”</a>' in plan
    assert f"{RUN}/units/bilan" not in plan
    refused = client.get(f"{RUN}/units/bilan")
    assert refused.status_code == 403
    assert "“Vérifier” opens once this is done: finish “Lire”." in refused.content.decode()
    assert f'href="{RUN}/units/trame"' in refused.content.decode()
    assert status(client, "trame") == 200
    assert f'<a href="{RUN}/units/essai">finish “Lire”</a>' in client.get(f"{RUN}/").content.decode()
    assert status(client, "essai") == 200
    assert status(client, "bilan") == 403
    assert answer(client, enrolment, "depart", "5") == 303
    assert status(client, "bilan") == 200
    assert "Opens once this is done:" not in client.get(f"{RUN}/").content.decode()


@pytest.mark.django_db
def test_no_answer_is_taken_before_what_comes_first_and_the_refusal_says_the_same(tmp_path: Path) -> None:
    run = opened(tmp_path, "depart right")
    enrolment, client = learner(run)
    form = form_id(enrolment_id=enrolment.pk, activity="somme", attempt=1)
    sent = {"form_id": str(form), "p_2_1": "4"}
    address = f"{RUN}/activities/somme/submissions"
    refused = client.post(address, sent, headers={"accept": "application/json"})
    assert refused.status_code == 403
    assert refused.json()["error"] == "“Vérifier” opens once this is done: answer “Essai” right."
    assert not Submission.objects.exists()
    assert client.get(f"{RUN}/").content.decode().count(f'href="{RUN}/units/essai#depart"') == 1


@pytest.mark.django_db
def test_a_score_is_reached_by_points_and_who_went_through_the_door_keeps_it_open(tmp_path: Path) -> None:
    changed = {"modules/nommer/essai.fr.md": QUIZ.format("Essai", "depart").replace("points: 10", "keep: last")}
    run = opened(tmp_path, "depart score >= 60", **changed)
    enrolment, client = learner(run)
    assert answer(client, enrolment, "depart", "5") == 303
    assert status(client, "bilan") == 403
    assert answer(client, enrolment, "depart", "4", 2) == 303
    assert status(client, "bilan") == 200
    assert answer(client, enrolment, "depart", "5", 3) == 303
    assert status(client, "bilan") == 200
    assert answer(client, enrolment, "somme", "4") == 303


@pytest.mark.django_db
def test_what_is_not_for_a_learner_is_not_asked_of_them(tmp_path: Path) -> None:
    units = "    units: [trame, essai]\n"
    module = MODULE.format("lire").replace(units, f"{units}    for: [alternance]\n")
    run = opened(tmp_path, "", **{"modules/nommer/module.yaml": module})
    _enrolment, client = learner(run)
    assert status(client, "trame") == 404
    assert status(client, "bilan") == 200


@pytest.mark.django_db
def test_home_calendar_and_next_step_agree_with_the_outline(tmp_path: Path) -> None:
    run = opened(tmp_path, "depart answered")
    enrolment, client = learner(run)
    line = dashboard(enrolment.account, language="en", now=clock.now()).to_hand_in[0]
    assert (line.title, line.first, line.url, line.address) == (
        "Vérifier",
        "answer “Essai”",
        f"{RUN}/units/essai#depart",
        f"{RUN}/units/bilan",
    )
    assert "first: answer “Essai”" in client.get(reverse("mine")).content.decode()
    assert client.get(f"{RUN}/resume").headers["Location"] == f"{RUN}/units/trame"
    answer(client, enrolment, "depart", "4")
    line = dashboard(enrolment.account, language="en", now=clock.now()).to_hand_in[0]
    assert (line.first, line.url) == ("", f"{RUN}/units/bilan")


@pytest.mark.django_db
def test_the_last_page_that_is_open_leads_to_the_section_that_waits_for_it(tmp_path: Path) -> None:
    module = MODULE.format("lire").partition("  - id: finir")[0]
    run = opened(tmp_path, "", **{"modules/nommer/module.yaml": module, "modules/nommer/fin.fr.md": ""})
    _enrolment, client = learner(run)
    page = client.get(f"{RUN}/units/essai").content.decode()
    assert "Next, once what comes first is done" in page
    assert f'<a class="next" href="{RUN}/units/bilan">' in page


@pytest.mark.django_db
def test_that_something_else_comes_first_is_a_difference_between_versions(tmp_path: Path) -> None:
    opened(tmp_path, "lire")
    published(folder(tmp_path, **files("depart answered")), now=clock.now())
    before, after = Version.objects.order_by("number")
    changes = difference_of(before, after, "fr").changes
    assert [one.change.said.template for one in changes] == ["what comes before “{title}” changed"]


@pytest.mark.django_db
def test_who_teaches_sees_through_what_comes_first_and_as_a_learner_does_not(tmp_path: Path) -> None:
    run = opened(tmp_path, "lire")
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    client = signed_in_client(teacher)
    assert status(client, "bilan") == 200
    assert "Opens once this is done:" not in client.get(f"{RUN}/").content.decode()
    client.post(reverse("desk-as-learner", args=[run.key]), {"wish": "learner"})
    assert status(client, "bilan") == 403


@pytest.mark.django_db
def test_what_comes_first_goes_to_olx_and_back_and_follows_a_name_that_changed(tmp_path: Path) -> None:
    first = opened(tmp_path, "lire and depart score >= 60")
    renamed = {
        "modules/nommer/module.yaml": MODULE.format("lire and debut score >= 60"),
        "modules/nommer/essai.fr.md": QUIZ.format("Essai", "debut").replace("points: 10", "was: depart\npoints: 10"),
    }
    published(folder(tmp_path, **files("", **renamed)), now=clock.now())
    before, after = Version.objects.filter(course=first.course).order_by("number")
    assert outline(after.sha256).modules[0].sections[1].first == outline(before.sha256).modules[0].sections[1].first
    text = plan_of({"fr": olx_course_of(after, "fr")}, lambda name: True).texts["modules/nommer/module.yaml"]
    assert 'after: "lire and depart score >= 60"' in text  # OLX keeps the first name


@pytest.mark.django_db
def test_what_comes_first_in_olx_and_cannot_be_judged_keeps_nobody_out_and_is_told(tmp_path: Path) -> None:
    made = checked(tmp_path, **files("lire")).made
    assert made is not None
    broken = compile_course([_with_first(made.courses[0], "gone and lire")])
    assert [one.code for one in broken.remarks] == ["first-not-judged"]
    assert broken.outline.modules[0].sections[1].first == (Before("lire", "done"),)


def _with_first(course: OlxCourse, said: str) -> OlxCourse:
    def changed(block: Block) -> Block:
        attributes = {**block.attributes, **({ours.AFTER: said} if ours.AFTER in block.attributes else {})}
        return replace(block, attributes=attributes, children=tuple(map(changed, block.children)))

    return replace(course, root=changed(course.root))
