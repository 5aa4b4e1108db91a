"""What does a learner see of a video? The player, its subtitles, what is said, and where to get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language, get_language_info

from cordee.activities.video.definition import Captions, Video
from cordee.activities.video.playing import (
    HLS,
    YOUTUBE,
    Source,
    fragment,
    sources_of,
    youtube_frame,
    youtube_id,
)
from cordee.activities.video.preparing import local_link
from cordee.activities.video.queries import Kept, cues_of
from cordee.courses.kinds import PageView
from cordee.formats.captions import Cue
from cordee.ui.typography import points

INLINE_CUES = 60  # a longer transcript has a page of its own, and the player fetches it when it is opened
INLINE_CHARACTERS = 6_000
NEAR_THE_ENDS_S = 3.0  # who stopped there begins anew
SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "1.75", "2")


@dataclass(frozen=True, slots=True)
class Subtitles:
    """One language of what is said."""

    language: str
    label: str  # the language in its own words: "français"
    address: str  # of the WebVTT file, from the site's own origin
    transcript: str  # the page to read
    is_usual: bool  # shown unless the learner chooses another


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the transcript, or a chapter."""

    start_s: float
    time: str  # "3:41"
    text: str


def page(video: Video, view: PageView) -> Mapping[str, object]:
    """The context of the template."""
    kept = view.kept if isinstance(view.kept, Kept) else Kept()
    found = list(sources_of(video, view))
    playable = [source for source in found if source.origin in ("", *kept.origins)]
    elsewhere = [source for source in found if source not in playable]
    subtitles = subtitles_of(video, view)
    usual = next((one for one in subtitles if one.is_usual), None)
    resume_s = _resume(video, kept.position_s)
    poster = view.file(local_link(video.poster)) if video.poster else None
    window = video.window()
    on_youtube = youtube_id(video) if not playable else ""
    first = next((source for source in playable if source.type != HLS), None)
    return {
        "id": view.activity_id,
        "language": view.language,
        "sources": [Source(f"{one.address}{fragment(video, resume_s)}", one.type) for one in playable],
        "poster": poster.address if poster and poster.sha256 else "",
        "subtitles": subtitles,
        "usual": usual,
        "captions_on": video.shows_captions,
        "lines": lines_of(video, view, usual.language) if usual else (),
        "count": next((one.cues for one in video.captions if usual and one.language == usual.language), 0),
        "chapters": [Line(one.start_s, clock(one.start_s), one.title) for one in video.chapters],
        "start_s": (window or (video.start_s or 0.0, 0.0))[0],
        "end_s": (window or (0.0, 0.0))[1],
        "length": clock(window[1] - window[0]) if window else "",
        "resume_s": resume_s,
        "resume": clock(resume_s) if resume_s else "",
        "speeds": [(speed, f"{points(float(speed), get_language() or '')}×") for speed in SPEEDS],
        "watching": reverse("video-watching", args=[view.run_key, view.activity_id]) if view.enrolled else "",
        "download": first.to_save() if first and video.download_video else "",
        "handouts": _handouts(video, view),
        "youtube": on_youtube,
        "youtube_frame": youtube_frame(video) if on_youtube and view.asked else "",
        "elsewhere": elsewhere if not playable else (),
        "hosts": reverse("video-hosts", args=[view.run_key]) if view.for_teacher and elsewhere else "",
        "for_teacher": view.for_teacher,
    }


def policy(video: Video, view: PageView) -> Mapping[str, tuple[str, ...]]:
    """Allowed sites that this page plays from; YouTube's frame only once the reader has asked for it."""
    kept = view.kept if isinstance(view.kept, Kept) else Kept()
    found = list(sources_of(video, view))
    playable = [source for source in found if source.origin in ("", *kept.origins)]
    origins = tuple(dict.fromkeys(source.origin for source in playable if source.origin))
    added: dict[str, tuple[str, ...]] = {"media-src": origins} if origins else {}
    if not playable and view.asked and youtube_id(video):
        added["frame-src"] = (YOUTUBE,)
    return added


def subtitles_of(video: Video, view: PageView) -> list[Subtitles]:
    """Every language of what is said; the page's own, else the first, is the usual one."""
    languages = [one.language for one in video.captions]
    wanted = [view.language, view.language.partition("-")[0], *languages]
    usual = next((language for language in wanted if language in languages), "")
    return [
        Subtitles(
            language=one.language,
            label=language_name(one.language),
            address=reverse("video-captions", args=[view.run_key, view.activity_id, one.name]),
            transcript=reverse("video-transcript", args=[view.run_key, view.activity_id, one.language]),
            is_usual=one.language == usual,
        )
        for one in video.captions
    ]


def lines_of(video: Video, view: PageView, language: str) -> tuple[Line, ...]:
    """The transcript, when it is short enough to stand in the page."""
    found = next((one for one in video.captions if one.language == language), None)
    if found is None or found.cues > INLINE_CUES:
        return ()
    cues = cues_in(found, view)
    if sum(len(cue.text) for cue in cues) > INLINE_CHARACTERS:
        return ()
    return tuple(line_of(cue) for cue in cues)


def cues_in(one: Captions, view: PageView) -> tuple[Cue, ...]:
    """What one language of subtitles says."""
    file = view.file(f"/static/{one.name}")
    return cues_of(file.sha256) if file and file.sha256 else ()


def line_of(cue: Cue) -> Line:
    return Line(cue.start_s, clock(cue.start_s), " ".join(cue.text.split("\n")))


def clock(seconds: float) -> str:
    """E.g. "3:41", "1:02:09"."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"  # noqa: PLR2004


def language_name(code: str) -> str:
    """The language in its own words, its code where nobody knows them."""
    for known in (code.lower(), code.lower().partition("-")[0]):
        try:
            return str(get_language_info(known)["name_local"])
        except KeyError:
            continue
    return code.upper()


def _resume(video: Video, position_s: float) -> float:
    """Where to go on, 0 for the beginning."""
    start, end = video.window() or (video.start_s or 0.0, None)
    if position_s < start + NEAR_THE_ENDS_S or (end is not None and position_s > end - NEAR_THE_ENDS_S):
        return 0.0
    return round(position_s, 1)


def _handouts(video: Video, view: PageView) -> list[tuple[str, str]]:
    """Address and name of each paper that comes with the video."""
    found = []
    for src in video.handouts:
        file = view.file(local_link(src))
        if file is not None:
            found.append((file.address, src.rpartition("/")[2].rpartition("@")[2]))
    return found
