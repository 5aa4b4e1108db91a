"""What did an author change of a film?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.activities.video.definition import Video
from cordee.core.errors import N_
from cordee.courses.differences.model import Change, Said

FILM = ("sources", "youtube", "encoded", "edx_video_id")
WORDS = ("sub", "transcripts", "tracks", "captions")


def changes(before: Video, after: Video) -> tuple[Change, ...]:
    """Empty only when both say the same."""
    return tuple(_changes(before, after)) if before != after else ()


def _changes(before: Video, after: Video) -> Iterator[Change]:
    found = 0
    if any(getattr(before, name) != getattr(after, name) for name in FILM):
        found += 1
        yield Change(Said(N_("another film, or another address of it")), "visible", _film(before), _film(after))
    if (before.start_s, before.end_s) != (after.start_s, after.end_s):
        found += 1
        yield Change(Said(N_("another part of the film is shown")), "visible")
    if any(getattr(before, name) != getattr(after, name) for name in WORDS):
        found += 1
        spoken = [{one.language for one in film.captions} for film in (before, after)]
        tongues = [", ".join(sorted(one)) for one in spoken]
        if gone := ", ".join(sorted(spoken[0] - spoken[1])):
            yield Change(Said(N_("the subtitles are gone in: {languages}"), {"languages": gone}), "visible", *tongues)
        else:
            yield Change(Said(N_("the subtitles changed")), "harmless", *tongues)
    if before.chapters != after.chapters:
        found += 1
        titles = [" · ".join(one.title for one in film.chapters) for film in (before, after)]
        if after.chapters:
            yield Change(Said(N_("the chapters changed")), "harmless", *titles)
        else:
            yield Change(Said(N_("the chapters are gone")), "visible", *titles)
    if not found:
        yield Change(Said(N_("a setting of the film changed")), "harmless")


def _film(film: Video) -> str:
    return " · ".join([*film.sources, *(name for _speed, name in film.youtube), *(one.url for one in film.encoded)])
