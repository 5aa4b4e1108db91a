"""Is every job done at least once, by one at a time, and never given up in silence?"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.jobs import performing, queries
from cordee.jobs.enqueuing import enqueue, enqueue_many
from cordee.jobs.forgetting import forget_jobs
from cordee.jobs.models import Job
from cordee.jobs.performing import LEASE, MOST_FAILURES, ForGood, NotNow, Work, perform_next, wait_after

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)


def at(moment: dt.datetime) -> Callable[[], dt.datetime]:
    return lambda: moment


def add(key: str = "one", *, kind: str = "k", now: dt.datetime = NOW) -> Job:
    enqueue(kind=kind, key=key, data={"n": 1}, now=now)
    return Job.objects.get(kind=kind, key=key)


def failing(wrong: Exception) -> dict[str, Work]:
    def act(_job: Job) -> None:
        raise wrong

    return {"k": Work(act)}


@pytest.mark.django_db
def test_a_job_is_done_once_and_the_same_work_enqueued_again_adds_nothing() -> None:
    done: list[str] = []
    works = {"k": Work(lambda job: done.append(job.key))}
    add("one")
    assert perform_next(works, now=at(NOW)) == 0.0
    add("one", now=NOW + dt.timedelta(days=1))
    assert perform_next(works, now=at(NOW + dt.timedelta(days=2))) > 0
    assert done == ["one"]


@pytest.mark.django_db(transaction=True)
def test_a_job_is_there_only_if_its_fact_is() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        enqueue(kind="k", key="one", data={}, now=NOW)
    with transaction.atomic():
        enqueue(kind="k", key="one", data={}, now=NOW)
        transaction.set_rollback(True)
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_an_idle_queue_costs_one_query_and_no_transaction(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1) as asked:
        perform_next({"k": Work(lambda _job: None)}, now=at(NOW))
    assert asked[0]["sql"].startswith("SELECT")


@pytest.mark.django_db
def test_what_fails_is_tried_again_after_longer_and_longer_and_given_up_with_its_reason() -> None:
    gave_up: list[str] = []

    def act(_job: Job) -> None:
        raise OSError("the disk is away")

    works = {"k": Work(act, gave_up=lambda _job, why: gave_up.append(why))}
    add()
    now = NOW
    for failure in range(1, MOST_FAILURES):
        assert perform_next(works, now=at(now)) == 0.0
        assert perform_next(works, now=at(now)) > 0  # not before its time
        now += dt.timedelta(seconds=wait_after(failure))
    assert gave_up == []
    perform_next(works, now=at(now))
    assert gave_up == ["the disk is away"]
    assert dt.timedelta(hours=3) < now - NOW < dt.timedelta(hours=12)
    (job,) = queries.jobs_given_up()
    assert (job.error, job.failures) == ("the disk is away", MOST_FAILURES)
    state = queries.queue_state()
    assert (state.waiting, state.given_up, state.oldest_at) == (0, 1, None)


@pytest.mark.django_db
def test_what_was_given_up_is_done_again_when_the_operator_says_so() -> None:
    add()
    perform_next(failing(ForGood("no such thing")), now=at(NOW))
    assert queries.queue_state().given_up == 1
    assert performing.try_again(now=NOW) == 1
    done: list[str] = []
    perform_next({"k": Work(lambda job: done.append(job.key))}, now=at(NOW))
    assert done == ["one"]
    assert queries.queue_state().given_up == 0


@pytest.mark.django_db
def test_a_server_that_is_away_is_nobodys_failure() -> None:
    job = add()
    for number in range(3 * MOST_FAILURES):
        perform_next(failing(NotNow("away", wait_s=60)), now=at(NOW + number * dt.timedelta(minutes=2)))
    job.refresh_from_db()
    assert (job.failures, job.given_up_at, job.error) == (0, None, "away")
    assert queries.last_trouble() == "away"


@pytest.mark.django_db
def test_what_a_killed_worker_had_begun_is_done_when_its_lease_is_over_and_not_before() -> None:
    job = add()
    taken = performing._claim({"k": Work(lambda _job: None)}, ["k"], NOW)  # and then it is killed
    assert taken is not None
    done: list[str] = []
    works = {"k": Work(lambda one: done.append(one.key))}
    perform_next(works, now=at(NOW + LEASE - dt.timedelta(seconds=1)))
    assert done == []
    perform_next(works, now=at(NOW + LEASE))
    assert done == ["one"]
    job.refresh_from_db()
    assert (job.failures, job.claims) == (1, 2)


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_given_up() -> None:
    add()
    now = NOW
    for _ in range(MOST_FAILURES):
        performing._claim({"k": Work(lambda _job: None)}, ["k"], now)
        now += LEASE
    assert performing._claim({"k": Work(lambda _job: None)}, ["k"], now) is None
    (job,) = queries.jobs_given_up()
    assert job.error == performing.LAPSED


@pytest.mark.django_db
def test_the_word_of_a_worker_whose_lease_was_over_counts_for_nothing() -> None:
    job = add()
    slow = performing._claim({"k": Work(lambda _job: None)}, ["k"], NOW)
    assert slow is not None
    perform_next(failing(OSError("no")), now=at(NOW + LEASE))  # by another
    performing._end(slow, done_at=NOW)
    job.refresh_from_db()
    assert (job.done_at, job.error) == (None, "no")


@pytest.mark.django_db
def test_a_kind_that_has_to_wait_holds_up_no_other() -> None:
    add("slow", kind="slow")
    add("quick", kind="quick")
    done: list[str] = []
    works = {
        "slow": Work(lambda job: done.append(job.key), wait_s=lambda: 0.5),
        "quick": Work(lambda job: done.append(job.key)),
    }
    assert perform_next(works, now=at(NOW)) == 0.0
    assert perform_next(works, now=at(NOW)) == 0.5
    assert done == ["quick"]


@pytest.mark.django_db
def test_a_job_of_a_kind_that_this_worker_does_not_know_waits_for_one_that_does() -> None:
    add(kind="of a newer release")
    perform_next({"k": Work(lambda _job: None)}, now=at(NOW))
    assert queries.queue_state().waiting == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_do_each_job_once() -> None:
    with transaction.atomic():
        enqueue_many(kind="k", jobs=((str(number), {}) for number in range(40)), now=clock.now())
    done: list[str] = []
    works = {"k": Work(lambda job: done.append(job.key))}

    def work_through() -> None:
        try:
            while performing.perform_next(works) == 0.0:
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work_through) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done, key=int) == [str(number) for number in range(40)]


@pytest.mark.django_db(transaction=True)
def test_the_queue_begins_a_job_at_its_next_look_and_stops_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert performing.LOOK_S <= 3
    monkeypatch.setattr(performing, "LOOK_S", 0.2)
    stopping, begun = threading.Event(), threading.Event()
    works = {"k": Work(lambda _job: begun.set())}

    def go_on() -> None:
        try:
            performing.work_off(works, stopping)
        finally:
            connection.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    time.sleep(0.1)  # it found nothing
    with transaction.atomic():
        enqueue(kind="k", key="one", data={}, now=clock.now())
    assert begun.wait(5)
    stopping.set()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.django_db
def test_the_rows_of_what_was_done_long_ago_are_forgotten() -> None:
    add("old")
    add("new")
    perform_next({"k": Work(lambda _job: None)}, now=at(NOW))
    perform_next({"k": Work(lambda _job: None)}, now=at(NOW + dt.timedelta(days=20)))
    assert forget_jobs(before=NOW + dt.timedelta(days=1)) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_what_is_asked_often_is_answered_as_what_is_asked_once() -> None:
    ask, later = queries.asker(("one", "two")), NOW + dt.timedelta(hours=1)
    assert not ask(later)
    with transaction.atomic():
        enqueue(kind="other", key="a", data={}, now=NOW)
    assert not ask(later)
    with transaction.atomic():
        enqueue(kind="two", key="b", data={}, now=NOW)
    for now in (NOW - dt.timedelta(seconds=1), NOW, later):
        assert ask(now) == queries.anything_due(("one", "two"), now=now) == (now >= NOW)
    Job.objects.filter(kind="two").update(done_at=NOW)
    assert not ask(later)
