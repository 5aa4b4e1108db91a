"""Is what a player saw kept once, and never more than can be true?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cordee.activities.video.models import Viewing
from cordee.activities.video.posting import read_batch
from cordee.activities.video.recording import MOST_MESSAGES, Progress, Watched, record_watching
from cordee.activities.video.tests.make import PLAIN, SECONDS, batch, event, watcher
from cordee.core.errors import TooMany
from cordee.courses.queries import definitions
from cordee.courses.tests.make import NOW
from cordee.learning.models import ActivityState, Enrolment, Event
from cordee.learning.tests.make import seat_of
from cordee.learning.viewing import view_unit

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def watched(enrolment: Enrolment) -> Watched:
    seat = seat_of(enrolment)
    assert seat.enrolment is not None
    place, entry = seat.outline.entries["v1"]
    content = entry.contents["en"]
    return Watched(seat.enrolment, place.unit.id, "v1", definitions.of([content])[content], content)


def opened(enrolment: Enrolment, at: dt.datetime = NOW) -> Watched:
    """The unit was opened at that moment, as its page does."""
    found = watched(enrolment)
    view_unit(enrolment=found.enrolment, unit=found.unit, known=None, language="en", now=at)
    return found


def send(what: Watched, text: str, after_s: float) -> Progress:
    now = NOW + after_s * SECOND
    return record_watching(what, read_batch(text, now), now=now)


def test_ninety_percent_watched_is_done_and_said_once(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    assert send(what, batch(event(from_s=0, to_s=10)), 12) == Progress(0.4, done=False)
    assert send(what, batch(event(from_s=10, to_s=22.4)), 26).share == pytest.approx(0.896)
    assert send(what, batch(event(from_s=22.4, to_s=23)), 27).done
    assert send(what, batch(event(from_s=22, to_s=25)), 30).done
    assert ActivityState.objects.get(activity="v1").done_at == NOW + 27 * SECOND
    (said,) = Event.objects.filter(verb="done")
    assert said.data == {"by": "watching"}


def test_the_same_batch_again_adds_nothing(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    text = batch(event("played", at_s=0, speed=1, length_s=25), event(from_s=0, to_s=8), event("paused", at_s=8))
    first = send(what, text, 10)
    before = [list(Event.objects.order_by("pk").values()), Viewing.objects.values_list("watched", "position_s")[0]]
    assert send(what, text, 11) == first
    after = [list(Event.objects.order_by("pk").values()), Viewing.objects.values_list("watched", "position_s")[0]]
    assert before == after
    assert Event.objects.filter(activity="v1").count() == 3


def test_an_event_tells_what_was_watched_and_by_whom_only_by_pseudonym(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    send(what, batch(event(from_s=1, to_s=4, ago_ms=2000)), 10)
    found = Event.objects.get(verb="progressed")
    assert (found.actor, found.run) == (what.enrolment.account.pseudonym, what.enrolment.run.key)
    assert (found.content, found.data) == (what.content, {"from_s": 1.0, "to_s": 4.0})
    assert (found.at, found.device_at) == (NOW + 10 * SECOND, NOW + 8 * SECOND)


def test_a_script_cannot_watch_faster_than_two_and_a_half_times(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    assert send(what, batch(event(from_s=0, to_s=25)), 4).share == 10 / SECONDS
    for n in range(20):
        send(what, batch(event(from_s=0, to_s=25), event(from_s=n, to_s=25)), 4)
    assert send(what, batch(event(from_s=0, to_s=25)), 8).share == 20 / SECONDS


def test_without_an_opened_page_nothing_has_been_watched_yet(tmp_path: Path) -> None:
    assert send(watched(watcher(tmp_path)), batch(event(from_s=0, to_s=25)), 0).share == 0


def test_a_film_whose_length_nobody_knows_is_as_long_as_the_longest_word_about_it(tmp_path: Path) -> None:
    xml = PLAIN.replace("/static/a film.mp4", "https://films.example.org/a.mp4")
    what = opened(watcher(tmp_path, xml))
    assert send(what, batch(event(from_s=0, to_s=11)), 600).share == 0
    lie = batch(event("played", at_s=0, speed=1, length_s=1), event(from_s=0, to_s=1))
    assert send(what, lie, 601).share == pytest.approx(11 / 11.9)  # what is said in it ends at 11.9 s
    true = batch(event("played", at_s=0, speed=1, length_s=100))
    assert send(what, true, 602).share == pytest.approx(0.11)


def test_only_the_part_that_is_shown_counts(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path, PLAIN.replace("<video ", '<video start_time="5" end_time="15" ')))
    assert send(what, batch(event(from_s=0, to_s=10)), 60).share == 0.5
    assert send(what, batch(event(from_s=10, to_s=20)), 60).done


def test_the_later_device_says_where_to_go_on(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    laptop = batch(event("paused", at_s=20))
    phone = batch(event("paused", at_s=3, ago_ms=50_000))  # it was in a tunnel meanwhile
    send(what, laptop, 100)
    send(what, phone, 120)
    assert Viewing.objects.get().position_s == 20
    send(what, batch(event("seeked", from_s=20, to_s=7)), 130)
    assert Viewing.objects.get().position_s == 7
    send(what, batch(event("ended", at_s=25)), 140)
    assert Viewing.objects.get().position_s == 0


def test_a_player_that_never_stops_sending_is_told_to_wait(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    for n in range(MOST_MESSAGES):
        send(what, batch(event("paused", at_s=n)), 1)
    with pytest.raises(TooMany) as refused:
        send(what, batch(event("paused", at_s=1)), 2)
    assert 1 <= refused.value.retry_after_s <= 60
    send(what, batch(event("paused", at_s=1)), 62)


def test_an_id_of_somebody_elses_event_changes_nothing(tmp_path: Path) -> None:
    what = opened(watcher(tmp_path))
    mine = event(from_s=0, to_s=5)
    send(what, batch(mine), 10)
    send(what, batch(event("paused", at_s=9, id=mine["id"])), 12)
    assert Event.objects.get(pk=mine["id"]).verb == "progressed"
