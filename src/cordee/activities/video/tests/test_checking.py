"""What does a film say to whoever checks its course, and when have too many followed each other?"""

from __future__ import annotations

import pytest

from cordee.activities.video.checking import inspect
from cordee.activities.video.definition import Captions, Encoded, Transcript, Video
from cordee.courses.checks.load import loads_of
from cordee.courses.checks.material import Material
from cordee.courses.checks.rules.rhythm import FILMS, look
from cordee.courses.outlines import CONTAINER, Bank, Choice, Effort, Entry, Group, Module, Outline, Section, Split, Unit

WORDS = Captions("en", "captions-0.vtt", 3, 600.0)


@pytest.mark.parametrize(
    ("video", "faults", "length_s"),
    [
        (Video(), ["video-without-film"], 0.0),
        (Video(youtube=(("1.00", "x"),)), ["video-without-captions", "video-without-length"], None),
        (Video(youtube=(("1.00", "x"),), captions=(WORDS,)), [], 600.0),
        (Video(sources=("/static/a.mp4",), captions=(WORDS,), duration_s=700.0), [], 700.0),
        (Video(sources=("/static/a.mp4",), captions=(WORDS,), duration_s=700.0, start_s=100.0, end_s=400.0), [], 300.0),
        (Video(encoded=(Encoded("hls", "https://f.example/a.m3u8"),), captions=(WORDS,)), [], 600.0),
    ],
)
def test_a_film_is_as_long_as_its_file_says_else_as_long_as_somebody_speaks(
    video: Video, faults: list[str], length_s: float | None
) -> None:
    said = inspect(video)
    assert [fault.rule for fault in said.faults] == faults
    assert said.film_s == length_s


def test_the_files_of_a_film_are_those_of_the_course_that_nobody_has_read_yet() -> None:
    video = Video(
        sources=("/static/a.mp4", "https://f.example/a.mp4"),
        transcripts=(Transcript("en", "read.srt"), Transcript("fr", "not read.srt")),
        handouts=("notes.pdf",),
        poster="still.png",
        captions=(WORDS,),
    )
    assert inspect(video).files == (
        "/static/a.mp4",
        "/static/not%20read.srt",
        "/static/notes.pdf",
        "/static/still.png",
    )


def film(name: str, minutes: int) -> Entry:
    return Entry(name, "video", "video", {"en": name}, contents={"en": f"{minutes}"})


def work(name: str) -> Entry:
    return Entry(name, "quiz", "problem", {"en": name}, contents={"en": f"quiz {name}"})


def holder(name: str, choice: Choice, *children: Entry) -> Entry:
    return Entry(name, CONTAINER, "split_test", {"en": name}, children=children, choice=choice)


def material(*modules: tuple[Entry, ...], effort: tuple[Effort, ...] = ()) -> Material:
    outline = Outline(
        {"en": "C"},
        "en",
        ("en",),
        tuple(
            Module(f"m{n}", {"en": "M"}, (Section(f"s{n}", {"en": "S"}, (Unit(f"u{n}", {"en": "U"}, entries),)),))
            for n, entries in enumerate(modules)
        ),
        effort=effort,
    )
    films = {
        f"{minutes}": Video(sources=("/static/a.mp4",), captions=(WORDS,), duration_s=60.0 * minutes)
        for minutes in range(1, 60)
    }
    return Material(outline, films, {})


HALVES = Split("50", "Halves", (Group("a", "A", "one"), Group("b", "B", "two")))


@pytest.mark.parametrize(
    ("modules", "places"),
    [
        (((film("a", 12), film("b", 8)),), []),  # twenty, and not more
        (((film("a", 12), film("b", 9), film("c", 9)),), ["b"]),  # once, where it becomes too long
        (((film("a", 12), work("q"), film("b", 12)),), []),
        (((film("a", 12),), (film("b", 12),)), []),  # another week
        (((film("a", 21), work("q"), film("b", 21)),), ["a", "b"]),
        (((holder("h", HALVES, film("one", 12), film("two", 12)),),), []),  # each learner sees one
    ],
)
def test_films_that_follow_each_other_for_more_than_twenty_minutes_are_told(
    modules: tuple[tuple[Entry, ...], ...], places: list[str]
) -> None:
    assert [one.at.id for one in look(material(*modules)) if one.rule is FILMS] == places


def test_of_a_bank_and_of_a_test_what_one_learner_gets_is_counted_and_the_authors_hours_come_first() -> None:
    entries = (
        holder("h", HALVES, film("one", 10), film("two", 20)),
        holder("b", Bank(1), film("three", 30), film("four", 40)),
        film("five", 5),
    )
    ((_module, load),) = loads_of(material(entries))
    assert load.film_s / 60 == 20 + 40 + 5
    ((_module, told),) = loads_of(material(entries, effort=(Effort(video_h=1.0, reading_h=0.5, practice_h=0.25),)))
    assert told.hours == 1.75
