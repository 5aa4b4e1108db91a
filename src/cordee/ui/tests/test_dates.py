"""Is a moment told as people tell it, in their zone?"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.ui.dates import clock, day, exact_clock, how_far, long_day, said, when, zone_words

NOW = dt.datetime(2026, 11, 23, 19, 41, tzinfo=dt.UTC)  # Monday, 20:41 in Paris
PARIS = "Europe/Paris"


def paris(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=ZoneInfo(PARIS))  # type: ignore[misc,arg-type] # five numbers


def test_a_deadline_tomorrow_says_so_with_its_zone() -> None:
    deadline = paris(2026, 11, 24, 23, 59)
    assert when(deadline, NOW, PARIS, "en") == "Tomorrow, 11:59\u00a0pm (Paris time)"
    assert when(deadline, NOW, PARIS, "fr") == "Demain, 23\u00a0h\u00a059 (heure de Paris)"


def test_today_and_yesterday_have_their_words() -> None:
    assert when(paris(2026, 11, 23, 9, 0), NOW, PARIS, "fr", name_zone=False) == "Aujourd’hui, 9\u00a0h"
    assert when(paris(2026, 11, 22, 0, 5), NOW, PARIS, "en", name_zone=False) == "Yesterday, 12:05\u00a0am"


def test_a_day_of_this_week_carries_its_name_and_a_far_one_its_year() -> None:
    assert when(paris(2026, 11, 28, 12, 0), NOW, PARIS, "en", name_zone=False) == "Sat 28\u00a0Nov, 12:00\u00a0pm"
    assert when(paris(2027, 1, 10, 9, 30), NOW, PARIS, "fr", name_zone=False) == "10\u00a0janv. 2027, 9\u00a0h\u00a030"


def test_the_day_is_that_of_the_reader_and_not_of_the_server() -> None:
    moment = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)  # already Wednesday in Paris
    assert when(moment, NOW, "UTC", "en", name_zone=False).startswith("Tomorrow")
    assert when(moment, NOW, PARIS, "en", name_zone=False).startswith("Wed 25")


def test_an_hour_that_exists_twice_is_told_once() -> None:
    before, after = (dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC) for hour in (0, 1))
    assert clock(before, PARIS, "fr") == clock(after, PARIS, "fr") == "2\u00a0h\u00a030"


def test_a_moment_to_the_second_is_told_with_its_seconds_where_it_has_any() -> None:
    evening = dt.datetime(2026, 11, 23, 19, 1, 8, tzinfo=ZoneInfo(PARIS))
    assert exact_clock(evening, PARIS, "fr") == "19\u00a0h\u00a001\u00a0min\u00a008\u00a0s"
    assert exact_clock(evening, PARIS, "en") == "7:01:08\u00a0pm"
    assert exact_clock(evening.replace(second=0), PARIS, "en") == "7:01\u00a0pm"
    assert exact_clock(evening.replace(minute=0, second=0), PARIS, "fr") == "19\u00a0h"


def test_a_deadline_far_away_is_told_in_days_then_in_weeks() -> None:
    assert how_far(paris(2026, 11, 29, 23, 59), NOW, PARIS, "fr") == "Dans\u00a06\u00a0jours"
    assert how_far(paris(2026, 12, 30, 9, 0), NOW, PARIS, "en") == "In\u00a05\u00a0weeks"
    assert how_far(paris(2027, 5, 31, 23, 59), NOW, PARIS, "fr") == "Dans\u00a027\u00a0semaines"


@pytest.mark.parametrize(("language", "told"), [("fr", "demain, 23\u00a0h\u00a059"), ("en", "tomorrow, 11:59\u00a0pm")])
def test_after_a_colon_a_near_day_has_a_small_letter(language: str, told: str) -> None:
    deadline = paris(2026, 11, 24, 23, 59)
    assert when(deadline, NOW, PARIS, language, name_zone=False, begins=False) == told


def test_the_first_of_a_month_is_the_first_in_french() -> None:
    assert day(paris(2026, 6, 1, 0, 0), PARIS, "fr") == "1er\u00a0juin 2026"
    assert long_day(paris(2026, 7, 1, 0, 0), PARIS, "fr") == "1er\u00a0juillet 2026"
    assert long_day(paris(2026, 7, 1, 0, 0), PARIS, "en") == "1\u00a0July 2026"


@pytest.mark.parametrize(
    ("zone", "french", "english"),
    [
        ("Europe/Paris", "heure de Paris", "Paris time"),
        ("Africa/Abidjan", "heure d’Abidjan", "Abidjan time"),
        ("Africa/Cairo", "heure du Caire", "Cairo time"),
        ("Europe/London", "heure de Londres", "London time"),
        ("America/Argentina/Buenos_Aires", "heure de Buenos Aires", "Buenos Aires time"),
        ("Indian/Reunion", "heure de La Réunion", "Reunion time"),
        ("UTC", "heure UTC", "UTC time"),
        ("Etc/GMT+5", "heure UTC", "UTC time"),
    ],
)
def test_a_zone_is_named_by_its_city(zone: str, french: str, english: str) -> None:
    assert (zone_words(zone, "fr"), zone_words(zone, "en")) == (french, english)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        clock(dt.datetime(2026, 1, 1), PARIS, "en")  # noqa: DTZ001 - what must not be done


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)), st.sampled_from(["fr", "en", "fi"]))  # noqa: DTZ001
def test_no_moment_of_a_century_breaks_the_sentence(moment: dt.datetime, language: str) -> None:
    told = when(moment.replace(tzinfo=dt.UTC), NOW, PARIS, language)
    assert "Paris" in told
    assert told[0] == told[0].upper()


def test_a_deadline_of_this_week_is_told_as_to_a_friend() -> None:
    assert said(paris(2026, 11, 26, 23, 59), NOW, PARIS, "en") == "Thursday, in\u00a0three\u00a0days"
    assert said(paris(2026, 11, 25, 0, 0), NOW, PARIS, "fr") == "Mercredi, dans\u00a0deux\u00a0jours"
    assert said(paris(2026, 11, 29, 23, 59), NOW, PARIS, "fr") == "Dimanche, dans\u00a0six\u00a0jours"
    for days in (0, 1, 7, 40):  # as elsewhere
        moment = NOW + dt.timedelta(days=days)
        assert said(moment, NOW, PARIS, "en") == how_far(moment, NOW, PARIS, "en")
