"""Is what one engine takes and the other refuses refused before either sees it, and do many writers at once end well?

PostgreSQL keeps no U+0000 and no text longer than its column, and lets transactions run side by side. These tests run
on both engines: `sh bin/test --postgres`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from cordee.core import clock
from cordee.core.errors import CordeeError, InputRefused, NotFound
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.queries import outline
from cordee.courses.tests.make import SUM, course_files, imported
from cordee.learning.enrolling import enrol
from cordee.learning.models import Enrolment, Event, Submission
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.people.models import Account, RoleGrant, Throttle
from cordee.people.tests.make import make_account
from cordee.people.throttling import give_back, take_try
from cordee.web.setting_up import make_first_operator, new_link

FORM = {"name": "Inès Martin", "password": "a long enough password"}


def at_once(act: Callable[[int], object], times: int) -> list[object]:
    """What each call gave, or the error of ours that it raised; any other error fails the test."""

    def one(number: int) -> object:
        try:
            return act(number)
        except CordeeError as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["a\0b", "\ud800", {"\0": 1}, ["\0"]])
def test_a_course_with_signs_that_no_text_has_is_refused(tmp_path: Path, text: object) -> None:
    with pytest.raises(InputRefused, match=r"U\+0000"):
        imported(course_files(policy={"display_organization": text}), tmp_path)
    assert not Version.objects.exists()


@pytest.mark.django_db
def test_the_six_signs_of_an_escape_are_no_such_sign(tmp_path: Path) -> None:
    title = r"What \u0000 means in C"
    imported(course_files(policy={"display_organization": title}), tmp_path)
    assert Version.objects.get().extra["en"]["policy"]["display_organization"] == title


@pytest.mark.django_db
def test_the_longest_names_of_a_course_fit_everywhere(tmp_path: Path) -> None:
    name = "q" * 240
    files = course_files(number="N" * 300, title="T" * 3000, language="x" * 40, quizzes={name: SUM})
    run = imported(files, tmp_path, options=RunOptions(key=f"Ingenia+{'N' * 120}+2026")).run
    enrolment = make_enrolment(tmp_path, run=run)
    (activity,) = (one for one in outline(run.version.sha256).entries if one.startswith("qqq"))
    assert hand_in(enrolment, activity, {"p_2_1": "4"}).submission.earned == 1


@pytest.mark.django_db
def test_a_key_too_long_for_a_session_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="200"):
        imported(course_files(number="N" * 120), tmp_path, options=RunOptions(key="R" * 120))
    assert not Run.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_the_set_up_link_make_one_operator() -> None:
    link = new_link()
    assert link is not None
    token = link.rpartition("/")[2]
    ends = at_once(lambda n: make_first_operator(token=token, email=f"op{n}@example.org", **FORM).email, 8)
    assert ends.count(NotFound) == 7
    assert RoleGrant.objects.count() == Account.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_clicks_on_enrol_at_once_are_one_enrolment_and_one_event(tmp_path: Path) -> None:
    run, account = imported(course_files(), tmp_path).run, make_account()
    now = clock.now()
    ids = at_once(lambda _n: enrol(account=account, run=run, now=now).pk, 8)
    assert set(ids) == {Enrolment.objects.get().pk}
    assert Event.objects.filter(verb="enrolled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_passwords_right_and_wrong_at_once_neither_wait_for_ever_nor_lose_a_count() -> None:
    now = clock.now()

    def one(number: int) -> None:
        for turn in range(10):
            taken = take_try(email_key="awa@example.org", address=f"192.0.2.{number % 2}", device="", now=now)
            if turn % 2 == 0:
                give_back(taken, now=now)

    ends = at_once(one, 8)
    assert len(ends) == 8
    assert all(row.level >= 0 for row in Throttle.objects.all())


@pytest.mark.django_db(transaction=True)
def test_answers_to_two_quizzes_at_once_are_both_in_the_grade(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    at_once(lambda n: hand_in(enrolment, ("capital", "sum")[n]).submission.pk, 2)
    assert Submission.objects.count() == 2
    assert Enrolment.objects.get().grade == 1.0


@pytest.mark.django_db(transaction=True)
def test_like_courses_imported_at_once_do_not_wait_for_each_other_for_ever(tmp_path: Path) -> None:
    quizzes = {f"quiz{n}": SUM.replace("Two", f"Two ({n})") for n in range(30)}

    def one(number: int) -> int:
        folder = tmp_path / str(number)
        folder.mkdir()
        order = dict(sorted(quizzes.items(), reverse=bool(number % 2)))
        return imported(course_files(number=f"N{number}", quizzes=order), folder).version

    assert at_once(one, 6) == [1] * 6
