"""Is it told what will not hold in a run: an attestation out of reach, deadlines that are gone?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from cordee.core import clock
from cordee.courses.importing import check_course
from cordee.courses.opening import RunOptions
from cordee.courses.queries import outline
from cordee.courses.tests.make import CAPITAL, NOW, PYTHON, SUM, archive, course_files, imported, small_run
from cordee.formats.archives import Limits
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
HALF_UNGRADABLE = {"sum": SUM, "python": PYTHON}  # the policy expects two quizzes
DUE = 'due="2026-10-15T00:00Z"'


def codes(report: Any) -> list[str]:
    return [one["code"] for one in report["warnings"] if one["code"].startswith(("no-", "attestation-", "deadlines-"))]


@pytest.mark.parametrize(
    ("quizzes", "told"),
    [
        ({"sum": SUM, "capital": CAPITAL}, []),
        (HALF_UNGRADABLE, ["attestation-out-of-reach"]),
        ({"python": PYTHON}, ["no-grade"]),
    ],
)
def test_check_and_import_say_that_nobody_can_pass(tmp_path: Path, quizzes: dict[str, str], told: list[str]) -> None:
    files = course_files(quizzes=quizzes)
    assert codes(check_course(archive(files, tmp_path / "c.tar.gz"), limits=Limits(), now=NOW)) == told
    assert codes(imported(files, tmp_path).report) == told


def test_the_remark_says_the_best_grade_and_the_pass_mark_of_this_session(tmp_path: Path) -> None:
    files = course_files(quizzes=HALF_UNGRADABLE)
    (remark,) = imported(files, tmp_path, options=RunOptions(pass_mark=0.75)).report["warnings"][:1]
    assert "at most 50 out of 100, and the pass mark is 75" in remark["sentence"]
    assert codes(imported(files, tmp_path, options=RunOptions(pass_mark=0.5)).report) == []


@pytest.mark.parametrize(
    ("minimum", "dropped", "best"), [(2, 0, 0.5), (2, 1, 1.0), (1, 0, 1.0), (4, 1, 0.33), (1, 1, 0.0)]
)
def test_the_best_grade_counts_what_the_policy_expects_and_drops(
    tmp_path: Path, minimum: int, dropped: int, best: float
) -> None:
    line = {"type": "Quiz", "short_label": "Q", "min_count": minimum, "drop_count": dropped, "weight": 1.0}
    policy = {"GRADER": [line], "GRADE_CUTOFFS": {"Pass": 0.6}}
    run = small_run(tmp_path, quizzes=HALF_UNGRADABLE, grading=policy)
    assert outline(run.version.sha256).best_grade == best


def test_an_import_remarks_what_a_check_remarks(tmp_path: Path) -> None:
    files = course_files(quizzes=HALF_UNGRADABLE, section=DUE, text='<p><img src="/static/gone.png"/></p>')
    checked = check_course(archive(files, tmp_path / "c.tar.gz"), limits=Limits(), now=NOW)
    report = imported(files, tmp_path).report
    for name in ("unknown", "missing", "missing_assets", "dropped_secrets", "warnings"):
        assert report[name] == checked[name], name
    assert codes(report) == ["attestation-out-of-reach", "deadlines-past"]


def test_deadlines_before_the_opening_are_counted_and_what_to_do_is_said(tmp_path: Path) -> None:
    later = RunOptions(opens_at=NOW + dt.timedelta(days=7))
    report = imported(course_files(section=DUE), tmp_path, options=later).report
    assert codes(report) == ["deadlines-before-opening"]
    (told,) = [one["sentence"] for one in report["warnings"] if one["code"].startswith("deadlines-")]
    assert "before the session opens on 2026-12-01: 2 of 2." in told
    assert "import it with cordee course import --update-run" in told


def test_deadlines_to_come_and_those_of_a_session_that_is_over_are_not_remarked(tmp_path: Path) -> None:
    coming = 'due="2026-12-15T00:00Z"'
    assert codes(imported(course_files(section=coming), tmp_path).report) == []
    over = RunOptions(key="old", closes_at=NOW - dt.timedelta(days=1))
    assert codes(imported(course_files(section=DUE), tmp_path, options=over).report) == []


@pytest.mark.parametrize("page", ["/", "/import-report"])
def test_a_teacher_reads_on_the_pages_of_the_run_that_nobody_can_pass_and_that_deadlines_are_gone(
    tmp_path: Path, page: str
) -> None:
    run = small_run(tmp_path, quizzes=HALF_UNGRADABLE, section=DUE)
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    html = signed_in_client(teacher).get(f"/runs/{run.key}{page}").content.decode()
    assert "Nobody can pass: what can be graded here brings at most 50 out of 100" in html
    assert "Deadlines that are past already: 2 of 2." not in html  # one of the two cannot be handed in anyway
    assert "Deadlines that are past already: 1 of 1." in html
