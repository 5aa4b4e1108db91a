"""What does a group of 12,000 cost: to take it in, a page of a hundred, whom to call, the whole file?"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.test import Client

from bench.rows import Row
from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.queries import outline
from cordee.learning.cohorts.filling import look_at_list, take_list
from cordee.learning.cohorts.making import make_cohort
from cordee.learning.cohorts.queries import cohort_by_id, graded_of
from cordee.learning.marking import bring_marks_up_to_date
from cordee.learning.models import ActivityState, Cohort, CohortMember, Enrolment, UnitView
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.organisations import About, make_organisation
from cordee.people.sessions import cookie_name, write_claim
from cordee.people.signing_in import begin_session
from cordee.people.signing_up import make_account

PEOPLE = 12_000
IMPORT_S, PAGE_MS, CSV_MS, CALL_MS, WHOLE_MS = 10, 25, 150, 1000, 500
ROUNDS = 20
ROWS_AT_ONCE = 500


def measured(engine: str, people: int = PEOPLE) -> Iterator[Row]:
    """In the database at hand, which holds the demo's world. Times are of this process: CPU, with SQLite's in it."""
    logging.getLogger("cordee").setLevel(logging.WARNING)  # a site writes its lines elsewhere
    now = clock.now()
    teacher = make_account(email="bench@x.example", name="Bench", language="en", time_zone="Europe/Paris", now=now)
    school = make_organisation(
        code="Bench", about=About(name_fr="Banc", name_en="Bench", kind="school"), by=None, now=now
    )
    grant_role(account=teacher, role=Role.TEACHER, scope="org:Bench", granted_by=None, now=now)
    run = Run.objects.select_related("version", "course").get(key__startswith="Ingenia+")
    made = make_cohort(name="All", organisation=school, run=run, by=teacher, now=now)
    cohort = cohort_by_id(made.pk)
    assert cohort is not None
    lines = (
        f"p{number}@bench.example,Person {_letters(number)},Site {number % 40},Zone {number % 5}"
        for number in range(people)
    )
    text = "\n".join(["email,name,site,zone", *lines]).encode()

    began = time.perf_counter()
    kept, found = look_at_list(cohort=cohort, data=text, by=teacher, now=now)
    looked = time.perf_counter() - began
    assert not found.refused
    began = time.perf_counter()
    take_list(cohort=cohort, number=kept.pk, by=teacher, now=now)
    taken = time.perf_counter() - began
    yield Row("cohorts/look_at_list_s", engine, looked, "s")
    yield Row("cohorts/take_in_s", engine, taken, "s", _bare_accounts_s(people), IMPORT_S)

    _do_something(run, cohort, now)
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[cookie_name()] = write_claim(begin_session(account=teacher, agent="", now=now))
    address = f"/cohorts/{cohort.pk}"
    pages = (("page", "", PAGE_MS), ("page_100", "?page=100", PAGE_MS), ("to_call", "/call", CALL_MS))
    for name, path, target in pages:
        yield from _rows(name, engine, target, functools.partial(_page, client, address + path))
    floor = _times(functools.partial(_bare_csv, cohort))
    yield from _rows("csv", engine, CSV_MS, lambda: client.post(f"{address}/export").content, floor)
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=now)
    began = time.perf_counter()
    marked = bring_marks_up_to_date(run, outline(run.version.sha256))
    yield Row("desk/marks_s", engine, time.perf_counter() - began, "s")
    assert marked >= people
    desk = f"/runs/{run.key}/desk/"
    for name, path, target in (
        ("desk_page", "", PAGE_MS),
        ("desk_page_100", "?page=100", PAGE_MS),
        ("desk_search", "?search=person+b", PAGE_MS),
        ("desk_whole", "?whole=1", WHOLE_MS),
        ("desk_csv", "grades.csv", CSV_MS),
    ):
        yield from _rows(name, engine, target, functools.partial(_page, client, desk + path), floor)


def _page(client: Client, path: str) -> bytes:
    return client.get(path).content


def _rows(name: str, engine: str, target: float, ask: Callable[[], bytes], floor: float | None = None) -> Iterator[Row]:
    ask()
    asked: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        asked.append(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(count):
        size = len(ask())
    yield Row(f"cohorts/{name}_cpu_ms", engine, _times(ask), "ms", floor, target)
    yield Row(f"cohorts/{name}_sql", engine, len(asked), "")
    yield Row(f"cohorts/{name}_bytes", engine, size, "B")


def _times(ask: Callable[[], object]) -> float:
    """Milliseconds of processor time of this process, in the middle of some rounds."""
    times = []
    for _round in range(ROUNDS):
        began = time.process_time()
        ask()
        times.append(1000 * (time.process_time() - began))
    return sorted(times)[len(times) // 2]


def _bare_csv(cohort: Cohort) -> str:
    """The least: one query and the writer of the standard library."""
    written = io.StringIO()
    csv.writer(written).writerows(
        CohortMember.objects.filter(cohort=cohort).values_list("name", "address", "site", "zone")
    )
    return written.getvalue()


def _bare_accounts_s(people: int) -> float:
    """The least: so many rows of one table, and nothing else."""
    rows = [
        Account(
            email=f"b{n}@b.example",
            email_key=f"b{n}@b.example",
            name="B",
            password="!",  # noqa: S106 - none
            created_at=clock.now(),
        )
        for n in range(people)
    ]
    began = time.perf_counter()
    Account.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return time.perf_counter() - began


def _do_something(run: Run, cohort: Cohort, now: dt.datetime) -> None:
    """Everybody has accepted, opened a third of the units and handed in half of what is graded."""
    members = CohortMember.objects.filter(cohort=cohort)
    members.update(accepted_at=now)
    taken = [
        Enrolment(account_id=account, run=run, cohort=cohort, enrolled_at=now, seed=account)
        for account in members.order_by("pk").values_list("account", flat=True)
    ]
    Enrolment.objects.bulk_create(taken, batch_size=ROWS_AT_ONCE)
    plan = outline(run.version.sha256)
    units, graded = list(plan.places), graded_of(plan).ids
    places = list(Enrolment.objects.filter(cohort=cohort).values_list("pk", flat=True))
    views = [
        UnitView(enrolment_id=place, unit=unit, first_at=now, visit_at=now - dt.timedelta(days=place % 20))
        for place in places
        for unit in units[place % 3 :: 3]
    ]
    UnitView.objects.bulk_create(views, batch_size=ROWS_AT_ONCE)
    states = [
        ActivityState(enrolment_id=place, activity=activity, attempts=1, earned=1, possible=1, last_at=now)
        for place in places
        for activity in graded[place % 2 :: 2]
    ]
    ActivityState.objects.bulk_create(states, batch_size=ROWS_AT_ONCE)


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).capitalize()
