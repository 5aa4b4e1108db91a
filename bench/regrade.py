"""What does it cost to grade 12,000 learners' six quizzes again, with every key mended, and to undo it?

The floor: one UPDATE of the very rows that such a regrade writes, with nothing computed. `--only regrade` needs no
server.
"""

from __future__ import annotations

import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F

from bench.rows import Row
from cordee.core import clock
from cordee.core.ids import uuid7
from cordee.courses.models import Course, Run, Version
from cordee.courses.queries import definitions, outline
from cordee.courses.tests.make import course_files, imported
from cordee.courses.versions.queries import difference_of
from cordee.learning.marking import bring_marks_up_to_date
from cordee.learning.models import ActivityState, Enrolment, RegradedEnrolment, Submission
from cordee.learning.versions.planning import plan_regrade
from cordee.learning.versions.regrading import move_and_regrade, undo_regrade
from cordee.people.models import Account

LEARNERS, QUIZZES, QUESTIONS, CHOICES = 12_000, 6, 5, 4
REGRADE_S, PLAN_S, DIFF_S = 1.0, 1.0, 0.5
ROUNDS = 3
ROWS_AT_ONCE = 500
T = TypeVar("T")


def measured(engine: str, learners: int = LEARNERS) -> Iterator[Row]:
    """In the database at hand. Seconds on the clock beside seconds of this process: the least of three rounds."""
    now = clock.now()
    with tempfile.TemporaryDirectory(prefix="cordee-bench-") as folder:
        run = _course(Path(folder), right=0)
        _people(run, learners, now)
        bring_marks_up_to_date(run, outline(run.version.sha256))
        _course(Path(folder), right=1)
    course = Course.objects.get(organisation="Ingenia", number="BENCH")
    first, second = (Version.objects.get(course=course, number=number) for number in (1, 2))
    _begun, took, cpu = _least(lambda: difference_of(first, second, f"x-{time.perf_counter()}"), rounds=1)
    yield Row("regrade/difference_s", engine, took, "s", None, DIFF_S)
    shown, wanted = outline(first.sha256), outline(second.sha256)
    plan, took, cpu = _least(lambda: plan_regrade(run, wanted, shown=shown))
    yield Row("regrade/plan_s", engine, took, "s", None, PLAN_S)
    yield Row("regrade/plan_cpu_s", engine, cpu, "s")
    floor = _least(lambda: _bare(run))[1]
    whole: list[tuple[float, float]] = []
    undone: list[float] = []
    for _round in range(ROUNDS):
        held = Run.objects.select_related("version", "course").get(pk=run.pk)
        made, took, cpu = _least(
            partial(move_and_regrade, run=held, to=second, seen=1, reason="Measured", by=None, now=now), rounds=1
        )
        assert made is not None
        assert made.figures["rise"] + made.figures["fall"] > learners // 2
        whole.append((took, cpu))
        _count, took, _cpu = _least(partial(undo_regrade, regrade=made, by=None, now=now), rounds=1)
        undone.append(took)
        assert RegradedEnrolment.objects.filter(regrade=made).count() > learners // 2
        Run.objects.filter(pk=run.pk).update(version=first)
    yield Row("regrade/seconds", engine, min(took for took, _cpu in whole), "s", floor, REGRADE_S)
    yield Row("regrade/cpu_s", engine, min(cpu for _took, cpu in whole), "s")
    yield Row("regrade/undo_s", engine, min(undone), "s", floor)
    yield Row("regrade/answers", engine, plan.figures.answers, "answers")
    yield Row("regrade/distinct", engine, plan.figures.distinct, "answers")


def _course(folder: Path, *, right: int) -> Run:
    """Six quizzes of five questions; `right`: which choice of each is."""
    quizzes = {f"q{n}": _quiz(n, right) for n in range(QUIZZES)}
    done = imported(course_files(number="BENCH", quizzes=quizzes), folder, now=clock.now())
    return Run.objects.select_related("version", "course").get(pk=done.run.pk)


def _quiz(number: int, right: int) -> str:
    questions = "".join(
        f'<multiplechoiceresponse><label>Question {n} of quiz {number}?</label><choicegroup type="MultipleChoice">'
        + "".join(
            f'<choice correct="{str(c == right).lower()}">Proposal {"abcd"[c]} of {n} in {number}</choice>'
            for c in range(CHOICES)
        )
        + "</choicegroup></multiplechoiceresponse>"
        for n in range(QUESTIONS)
    )
    return f'<problem display_name="Quiz {number}" max_attempts="2">{questions}</problem>'


def _people(run: Run, learners: int, now: dt.datetime) -> None:
    """Everybody has answered every quiz once, as a spread of right and wrong."""
    accounts = [
        Account(email=f"r{n}@bench.example", email_key=f"r{n}@bench.example", name=f"Person {n}", language="en",
                time_zone="Europe/Paris", created_at=now)
        for n in range(learners)
    ]  # fmt: skip
    Account.objects.bulk_create(accounts, batch_size=ROWS_AT_ONCE)
    enrolments = [Enrolment(account=one, run=run, enrolled_at=now, seed=n) for n, one in enumerate(accounts)]
    Enrolment.objects.bulk_create(enrolments, batch_size=ROWS_AT_ONCE)
    plan = outline(run.version.sha256)
    kept: list[Submission] = []
    for place, entry in plan.entries.values():
        if not place.section.graded:
            continue
        content = entry.contents["en"]
        assert content in definitions.of([content])
        for n, enrolment in enumerate(enrolments):
            chosen = [(n * 7 + q * q * (1 + n % 11)) % CHOICES for q in range(QUESTIONS)]
            answer = {f"p_{q + 2}_1": f"choice_{one}" for q, one in enumerate(chosen)}
            kept.append(
                Submission(
                    id=uuid7(), enrolment=enrolment, activity=entry.id, attempt=1, form_id=uuid7(), content=content,
                    language="en", seed=n, answer=answer, earned=float(chosen.count(0)), possible=float(QUESTIONS),
                    received_at=now, graded_at=now,
                )
            )  # fmt: skip
    Submission.objects.bulk_create(kept, batch_size=ROWS_AT_ONCE)
    states = [
        ActivityState(enrolment_id=one.enrolment_id, activity=one.activity, attempts=1, earned=one.earned,
                      possible=one.possible, last=one, last_at=now, solved=one.earned == one.possible, done_at=now)
        for one in kept
    ]  # fmt: skip
    ActivityState.objects.bulk_create(states, batch_size=ROWS_AT_ONCE)
    with transaction.atomic():
        for standing in plan_regrade(run, plan, shown=plan).standings.values():
            Enrolment.objects.filter(pk=standing.enrolment).update(grade=standing.new_grade, graded_at=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _bare(run: Run) -> None:
    """One UPDATE of the same rows of states, one of the same enrolments, taken back."""
    now = clock.now()
    with transaction.atomic():
        states = ActivityState.objects.filter(enrolment__run=run, activity__startswith="q")
        states.update(earned=F("earned") + 1, possible=F("possible"), solved=F("solved"), regraded_at=now)
        Enrolment.objects.filter(run=run).update(grade=F("grade") + 0.01, graded_at=now, marks={"a": 1.0}, marks_of=1)
        transaction.set_rollback(True)


def _least(work: Callable[[], T], rounds: int = ROUNDS) -> tuple[T, float, float]:
    """What it gives, the least seconds on the clock and the least of this process."""
    found: list[tuple[T, float, float]] = []
    for _round in range(rounds):
        used = resource.getrusage(resource.RUSAGE_SELF)
        began = time.perf_counter()
        result = work()
        took = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_SELF)
        found.append((result, took, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime))
    return found[-1][0], min(one[1] for one in found), min(one[2] for one in found)
