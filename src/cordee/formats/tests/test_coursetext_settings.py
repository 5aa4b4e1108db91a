from __future__ import annotations

import datetime as dt

import pytest

from cordee.formats.coursetext import conditions, dates, durations
from cordee.formats.coursetext.conditions import Test as Asked
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Place
from cordee.formats.coursetext.names import free_name, slug
from cordee.formats.coursetext.nearest import nearest
from cordee.formats.coursetext.settings import list_of, number, yes_no
from cordee.formats.tests.course_text import KINDS, told


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("::: questionnaire q\n\n:::", ["3:5 There is no kind of activity called “questionnaire”. "
          "Did you mean “quiz”?"]),
        ("::: peer q\n\n:::",
         ["3:5 Activities of the kind “peer” cannot be made on this platform yet. Take the block out for now."]),
        ("::: quiz q\nessais: 2\n\n:::",
         ["4:1 “quiz” has no setting “essais”. Did you mean “attempts”? "
          "If this is text, put an empty line above it."]),
        ("::: quiz q\nAttempts: 2\n\n:::",
         ["4:1 “quiz” has no setting “Attempts”. Did you mean “attempts”? "
          "If this is text, put an empty line above it."]),
        ("::: video q\ndurée: 4:10\n\n:::",
         ["4:1 “video” has no setting “durée”. Did you mean “duration”? "
          "If this is text, put an empty line above it."]),
        ("::: quiz q\nattempts: deux\n\n:::",
         ["4:11 “attempts” wants a number, and “deux” is none. Write digits, such as 2 or 0.5."]),
        ("::: quiz q\nattempts: 2\nattempts: 3\n\n:::",
         ["5:1 “attempts” is written twice, first on line 4. Keep one of the two."]),
        ("::: quiz q\nlet: n in 1..2\nlet: m in 1..2\nattempts: unlimited\nshuffle: oui\n\n:::", []),
        ("::: quiz q\nshuffle: peut-être\n\n:::", ["4:10 “shuffle” is either yes or no, not “peut-être”."]),
        ("::: quiz q\nattempts:\n\n:::",
         ["4:1 “attempts” has no value. Write one after the colon, or take the line out."]),
        ("::: poll q\nresults: alwys\n\n:::", ["4:10 “results” cannot be “alwys”. Did you mean “always”?"]),
        ("::: video q\nduration: longtemps\n\n:::",
         ["4:11 “duration” wants a length of time, and “longtemps” is none. Write it as 4:10, 30 min or 2 h."]),
        ("::: video q\nopens: demain\n\n:::",
         ["4:8 “opens” wants a date, and “demain” is none. Write 2027-01-31, +13d (days after the session opens), "
          "+2w, or never; an hour may follow: +13d 18:00."]),
        ("::: quiz q\nif: autre reussi\n\n:::", ["4:5 “autre reussi” is no condition. Did you mean “autre answered”?"]),
        ("::: quiz q\nif: autre score >= 60\n\n:::",
         ["4:5 Conditions on “score” cannot be judged on this platform yet. Write seen, answered, right or wrong."]),
    ],
)  # fmt: skip
def test_what_a_block_may_not_say_is_told_with_what_was_meant(block: str, said: list[str]) -> None:
    assert told(f"# T\n\n{block}\n", settings=True) == said


def test_french_words_lead_to_the_keys_of_the_format() -> None:
    assert [nearest(word, ("attempts", "captions", "title")) for word in ("tentatives", "sous-titres", "titre")] == [
        "attempts",
        "captions",
        "title",
    ]
    assert nearest("zzz", KINDS) == ""


def test_a_list_is_read_with_and_without_brackets_and_quotes_keep_its_commas() -> None:
    assert list_of("[pdf, svg]") == list_of("pdf, svg") == ("pdf", "svg")
    assert list_of('[a, "b, c"]') == ("a", "b, c")
    assert list_of("") == ()


def test_yes_and_no_are_said_in_both_languages_and_a_comma_is_a_point() -> None:
    assert [yes_no(word) for word in ("yes", "Oui", "no", "non", "2")] == [True, True, False, False, None]
    assert [number(word) for word in ("3,5", "3.5", "-2", "1e3", "x")] == [3.5, 3.5, -2.0, None, None]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("4:10", 250), ("1:02:03", 3723), ("2 h", 7200), ("1 h 30", 5400), ("30 min", 1800), ("90 s", 90),
     ("2 jours", 172_800),
     ("1,5 h", 5400), ("1 heure 30", 5400), ("2 weeks", 1_209_600), ("h", None), ("4", None), ("2 h de plus", None)],
)  # fmt: skip
def test_lengths_of_time_are_read_as_people_write_them(text: str, seconds: float | None) -> None:
    assert durations.seconds(text) == seconds


def test_dates_are_of_a_day_or_count_from_the_first_day_of_a_run() -> None:
    assert dates.read("2027-01-31") == dates.On(dt.date(2027, 1, 31))
    assert dates.read("+2w 18:00") == dates.After(14, dt.time(18))
    assert dates.read("never") == dates.Never()
    assert [dates.read(text) for text in ("2027-02-30", "+13", "31/01/2027", "+1d 25:00")] == [None] * 4
    assert dates.After(13).written("Europe/Paris", closing=True) == "+13d 23:59 Europe/Paris"


def test_a_condition_is_tests_joined_by_and() -> None:
    say = Messages()
    found = conditions.read('q right and not sondage voted "Oui and non" and film seen', Place("x"), say)
    assert found == (Asked("q", "right"), Asked("sondage", "voted", True, "Oui and non"), Asked("film", "seen"))
    assert say.all == ()


def test_a_name_is_short_ascii_and_free() -> None:
    assert slug("Que peut-on affirmer d’une trame ?") == "peut-affirmer-trame"
    assert slug("L'œuvre à l’échelle $1/25$ [?]") == "oeuvre-echelle"
    assert slug("???") == ""
    assert free_name("a", {"a", "a-2"}) == "a-3"
