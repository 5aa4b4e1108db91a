"""What does an author's change of a film mean for who watches it?"""

from __future__ import annotations

from cordee.activities.video.checking import inspect
from cordee.activities.video.comparing import changes
from cordee.activities.video.definition import Captions, Chapter, Track, Transcript, Video
from cordee.courses.differences.model import Change

FRENCH, ENGLISH = Captions("fr", "captions-1.vtt", 3, 20.0), Captions("en", "captions-2.vtt", 3, 20.0)
NAMED = (Transcript("fr", "film-fr.srt"), Transcript("en", "film-en.srt"))
FILM = Video(sources=("/static/film.mp4",), transcripts=NAMED, captions=(FRENCH, ENGLISH), duration_s=25.0)


def told(found: tuple[Change, ...]) -> list[tuple[str, str]]:
    return [(one.said.template.format(**one.said.values), one.weight) for one in found]


def test_captions_that_are_gone_are_noticed_by_learners_and_told_by_language() -> None:
    without = Video(sources=FILM.sources, transcripts=NAMED, captions=(ENGLISH,), duration_s=25.0)
    assert told(changes(FILM, without)) == [("the subtitles are gone in: fr", "visible")]
    assert told(changes(without, FILM)) == [("the subtitles changed", "harmless")]


def test_chapters_that_are_gone_are_told() -> None:
    track = Track(kind="chapters", src="/static/chapters.vtt")
    whole = Video(sources=FILM.sources, tracks=(track,), chapters=(Chapter(0.0, "One"),))
    lost = Video(sources=FILM.sources, tracks=(track,))
    assert told(changes(whole, lost)) == [("the chapters are gone", "visible")]
    assert track.src in inspect(lost).files  # which should lie in the course
    assert track.src not in inspect(whole).files


def test_a_file_of_captions_that_is_named_and_not_there_is_looked_for_though_another_language_has_some() -> None:
    lost = Video(sources=FILM.sources, transcripts=NAMED, captions=(ENGLISH,), duration_s=25.0)
    assert [one for one in inspect(lost).files if one.endswith(".srt")] == ["/static/film-fr.srt"]
    assert [one for one in inspect(FILM).files if one.endswith(".srt")] == []
