"""What did the author write? A film, where it lies, and what is said in it.

`captions`, `chapters` and `duration_s` are what the import found in the files of the course; all else is the author's.
"""

from __future__ import annotations

from dataclasses import dataclass

Attributes = tuple[tuple[str, str], ...]  # what the author wrote and nothing here reads, for a later export


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file of subtitles in one language, under its name or at its address."""

    language: str
    src: str
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class Track:
    """A <track> of the author's: a transcript to download, or, with kind="chapters", the chapters."""

    src: str
    kind: str = ""
    attributes: Attributes = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """The film as the pipeline of a platform made it, e.g. profile "desktop_mp4", "hls", "youtube"."""

    profile: str
    url: str


@dataclass(frozen=True, slots=True)
class Captions:
    """Subtitles that were read: a WebVTT file that stands beside the files of the course."""

    language: str
    name: str  # of that file, made from its content
    cues: int
    end_s: float  # when the last words end


@dataclass(frozen=True, slots=True)
class Chapter:
    start_s: float
    title: str


@dataclass(frozen=True, slots=True)
class Video:
    sources: tuple[str, ...] = ()  # as written: "/static/a.mp4", "https://…"
    youtube: tuple[tuple[str, str], ...] = ()  # speed as written and id: ("1.00", "dQw4w9WgXcQ")
    sub: str = ""  # the name of a file of subtitles of the older dialect
    transcripts: tuple[Transcript, ...] = ()
    tracks: tuple[Track, ...] = ()
    handouts: tuple[str, ...] = ()
    encoded: tuple[Encoded, ...] = ()
    poster: str = ""  # the picture before it plays
    start_s: float | None = None  # the part that is shown
    end_s: float | None = None
    shows_captions: bool = True
    download_video: bool = False
    download_track: bool = False
    edx_video_id: str = ""
    attributes: Attributes = ()
    extra: str = ""  # XML of the children that nothing here reads, <video_asset> whole among them
    captions: tuple[Captions, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    duration_s: float | None = None  # of the whole film

    def window(self, duration_s: float | None = None) -> tuple[float, float] | None:
        """From which second to which the film is watched; None when nobody has said how long it is.

        `duration_s`: what a device says, for a film whose file does not; never less than what is said in it.
        """
        whole = self.duration_s
        if whole is None and duration_s is not None:
            whole = max([duration_s, *(one.end_s for one in self.captions)])
        start = self.start_s or 0.0
        end = min(end for end in (whole, self.end_s) if end is not None) if (whole or self.end_s) else None
        return (start, end) if end is not None and end > start else None
