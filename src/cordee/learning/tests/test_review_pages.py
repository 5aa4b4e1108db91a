"""How is a version reviewed on its page, and who sees what waits for them?"""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from cordee.courses.importing import import_course
from cordee.courses.models import Course, ReviewStep, Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.publishing import Published
from cordee.courses.tests.make import CAPITAL, NOW, archive, course_files, small_run
from cordee.courses.versions.approval import ReviewFirst, state_of
from cordee.courses.versions.reviewing import set_reviews
from cordee.formats.archives import Limits
from cordee.learning.versions.regrading import move_and_regrade
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.tests.make import make_account, signed_in_client

KEY = "Ingenia+TST101"
RUN = f"{KEY}+2026"
LIST = f"/courses/{KEY}/versions"
REVIEW = f"{LIST}/2/review"


def colleague(name: str, role: Role = Role.AUTHOR, scope: str = f"course:{KEY}", language: str = "en") -> Account:
    account = make_account(name=name, language=language)
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=NOW)
    return account


def waiting(folder: Path, author: Account) -> None:
    """A session shows version 1, and version 2, with another key, waits for a review."""
    run = small_run(folder)
    set_reviews(course=run.course, wanted=True, by=None, now=NOW)
    key = CAPITAL.replace('"true">Paris', '"false">Paris').replace('"false">Lyon', '"true">Lyon')
    path = archive(course_files(quizzes={"capital": key, "sum": key}), folder / "next.tar.gz")
    by = Published(by=author, note="Lyon it is")
    import_course(path, limits=Limits(), options=RunOptions(), now=NOW, published=by)


def page(client: Client, address: str = REVIEW, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


def post(client: Client, do: str, status: int = 303, typed: tuple[str, str] = ("", "")) -> str:
    answer = client.post(REVIEW, {"do": do, "seen": "1", "latest": "2", typed[0]: typed[1]})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


@pytest.mark.django_db
def test_a_reviewer_reads_changes_checks_and_the_version_then_approves_it(tmp_path: Path) -> None:
    waiting(tmp_path, colleague("Hélène Rey"))
    client = signed_in_client(colleague("Awa Diop"))
    found = page(client)
    assert "What changed since version 1" in found
    assert "Concerns grading" in found
    assert "Lyon it is" in found
    assert "What is to be mended before a session opens" in found
    assert f'href="{LIST}/2/units/u1"' in found
    assert "Approve this version" in found
    post(client, "approve")
    assert state_of(Version.objects.get(number=2)) == "approved"
    assert "sessions may show it" in page(client, f"{REVIEW}?done=approve")


@pytest.mark.django_db
def test_sending_back_needs_a_reason_and_keeps_what_was_typed(tmp_path: Path) -> None:
    author = colleague("Hélène Rey")
    waiting(tmp_path, author)
    client = signed_in_client(colleague("Awa Diop"))
    assert "Say what is to be mended" in post(client, "return", 422)
    post(client, "return", typed=("answer-words", "Paris is right"))
    found = page(signed_in_client(author))
    assert "Paris is right" in found
    assert "Ask for a review" in found  # again, or a newer version


@pytest.mark.django_db
def test_the_author_finds_no_button_to_approve_and_cannot_post_one(tmp_path: Path) -> None:
    author = colleague("Hélène Rey")
    waiting(tmp_path, author)
    client = signed_in_client(author)
    found = page(client)
    assert "Approve this version" not in found
    assert "A colleague answers" in found
    assert "Whoever wrote a version does not review it" in post(client, "approve", 422)
    assert ReviewStep.objects.count() == 1


@pytest.mark.django_db
def test_a_teacher_reviews_and_does_not_waive(tmp_path: Path) -> None:
    waiting(tmp_path, colleague("Hélène Rey"))
    client = signed_in_client(colleague("Awa Diop", Role.TEACHER))
    assert "Do without a review" not in page(client)
    assert client.post(REVIEW, {"do": "waive", "seen": "1", "waive-words": "I wish"}).status_code == 403
    of_run = signed_in_client(colleague("Sami Ben", Role.TEACHER, f"run:{RUN}"))
    assert "Approve this version" not in page(of_run)  # who teaches a session alone reads, and decides nothing
    assert of_run.post(REVIEW, {"do": "approve", "seen": "1", "latest": "2"}).status_code == 403
    assert ReviewStep.objects.count() == 1


@pytest.mark.django_db
def test_a_manager_waives_with_a_reason_and_chooses_whether_the_course_wants_reviews(tmp_path: Path) -> None:
    waiting(tmp_path, colleague("Hélène Rey"))
    client = signed_in_client(colleague("Léa Roy", Role.PROGRAMME_MANAGER, "org:Ingenia"))
    assert "This answer is missing" in post(client, "waive", 422)
    post(client, "waive", typed=("waive-words", "Nobody else is left"))
    assert state_of(Version.objects.get(number=2)) == "waived"
    assert "Do without reviews in this course" in page(client, LIST)
    assert client.post(f"/courses/{KEY}/reviews", {"reviews": "off"}).status_code == 303
    assert Course.objects.get().reviews is False
    assert signed_in_client(colleague("Awa Diop")).post(f"/courses/{KEY}/reviews", {"reviews": "on"}).status_code == 403
    assert client.post(f"/courses/{KEY}/reviews", {"reviews": "maybe"}).status_code == 400


@pytest.mark.django_db
def test_the_desk_offers_no_move_to_a_version_that_waits_and_refuses_a_posted_one(tmp_path: Path) -> None:
    waiting(tmp_path, colleague("Hélène Rey"))
    client = signed_in_client(colleague("Sami Ben", Role.TEACHER, f"run:{RUN}"))
    desk = f"/runs/{RUN}/desk/version"
    assert "Version 2 waits for a review" in page(client, desk)
    found = page(client, f"{desk}?to=2")
    assert "before a colleague has approved it" in found
    assert "Show version 2" not in found
    answer = client.post(desk, {"to": "2", "seen": "1", "regrade": "no"})
    assert answer.status_code == 422
    assert "waits for the review of a colleague" in answer.content.decode()
    run = Run.objects.get()
    with pytest.raises(ReviewFirst), transaction.atomic():
        move_and_regrade(
            run=run, to=Version.objects.get(number=2), seen=1, reason="The key was wrong", by=None, now=NOW
        )
    assert Run.objects.get().version.number == 1


@pytest.mark.django_db
def test_my_courses_names_what_waits_for_me_and_what_came_of_mine(tmp_path: Path) -> None:
    author, other = colleague("Hélène Rey"), colleague("Awa Diop", language="fr")
    waiting(tmp_path, author)
    found = page(signed_in_client(other), "/mine")
    assert "Hélène Rey demande une relecture" in found
    assert f'href="{REVIEW}"' in found
    assert REVIEW not in page(signed_in_client(author), "/mine")
    post(signed_in_client(other), "return", typed=("answer-words", "Paris"))
    assert "Sent back" in page(signed_in_client(author), "/mine")


@pytest.mark.django_db
def test_the_list_says_how_each_review_stands(tmp_path: Path) -> None:
    waiting(tmp_path, colleague("Hélène Rey"))
    found = page(signed_in_client(colleague("Awa Diop")), LIST)
    assert "Waits for a review" in found
    assert "No review asked for yet" in found
    assert "Do without reviews in this course" not in found


@pytest.mark.django_db
def test_a_reviewer_reads_what_is_to_be_mended_in_the_version_with_its_places(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    set_reviews(course=run.course, wanted=True, by=None, now=NOW)
    path = archive(course_files(text="<p>Look: <img src='/static/gone.png'></p>"), tmp_path / "next.tar.gz")
    by = Published(by=colleague("Hélène Rey"))
    import_course(path, limits=Limits(), options=RunOptions(), now=NOW, published=by)
    found = page(signed_in_client(colleague("Awa Diop")))
    assert "Before opening: 1 error, 1 warning" in found
    assert "Pictures without a description" in found
    assert f'href="{LIST}/2/units/u1"' in found
