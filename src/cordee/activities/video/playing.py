"""From where can a film be played on this page, and what does its page need for that?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from cordee.activities.video.definition import Video
from cordee.activities.video.preparing import foreign_origin
from cordee.core.signing import to_be_saved
from cordee.courses.kinds import PageView

HLS = "application/vnd.apple.mpegurl"
YOUTUBE = "https://www.youtube-nocookie.com"
_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".m3u8": HLS,
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
}
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_YOUTUBE_IN_ADDRESS = re.compile(r"(?:v=|youtu\.be/|embed/)([A-Za-z0-9_-]{6,20})")


@dataclass(frozen=True, slots=True)
class Source:
    """One file that a browser may play. `origin`: the other site that it comes from, "" for our own."""

    address: str
    type: str
    origin: str = ""

    def to_save(self) -> str:
        """The address to download it from: our own files are sent to be saved, whatever browsers can show."""
        return self.address if self.origin else to_be_saved(self.address)


def sources_of(video: Video, view: PageView) -> Iterator[Source]:
    """Every source that leads somewhere, in the order of the author; streams last, for browsers that play them."""
    found = [source for link in links_of(video) if (source := _source(link, view))]
    yield from sorted(dict.fromkeys(found), key=lambda source: source.type == HLS)


def links_of(video: Video) -> Iterator[str]:
    """The films that the author named, those of a platform's pipeline after them."""
    yield from video.sources
    yield from (one.url for one in video.encoded if one.profile != "youtube")


def is_foreign(video: Video) -> bool:
    """Whether a film may lie on another site."""
    return any(foreign_origin(link) for link in links_of(video))


def youtube_id(video: Video) -> str:
    """The film on YouTube at its usual speed, "" when there is none."""
    usual = sorted(video.youtube, key=lambda one: abs(float(one[0]) - 1))
    if usual and _YOUTUBE_ID.fullmatch(usual[0][1]):
        return usual[0][1]
    pipeline = next((one.url for one in video.encoded if one.profile == "youtube"), "")
    found = _YOUTUBE_IN_ADDRESS.search(pipeline) or _YOUTUBE_ID.fullmatch(pipeline)
    return (found[1] if found.re is _YOUTUBE_IN_ADDRESS else found[0]) if found else ""


def youtube_frame(video: Video) -> str:
    """The address of YouTube's player without cookies."""
    asked = {"rel": 0, "start": int(video.start_s or 0), "end": int(video.end_s or 0)}
    query = urlencode({name: value for name, value in asked.items() if value or name == "rel"})
    return f"{YOUTUBE}/embed/{youtube_id(video)}?{query}"


def fragment(video: Video, position_s: float) -> str:
    """Where the browser starts and stops by itself, e.g. "#t=12.5,60" (https://www.w3.org/TR/media-frags/)."""
    start = max(position_s, video.start_s or 0.0)
    if video.end_s is not None:
        return f"#t={start:g},{video.end_s:g}"
    return f"#t={start:g}" if start else ""


def _source(link: str, view: PageView) -> Source | None:
    file = view.file(link)
    if file is None:
        return None
    named = _TYPES.get(_ending(link), "")
    if file.sha256:
        is_film = file.content_type.startswith(("video/", "audio/"))
        # A container that may hold either: the name tells which.
        return Source(file.address, named if named and is_film else file.content_type) if is_film else None
    origin = foreign_origin(file.address)
    return Source(file.address, named, origin) if origin else None


def _ending(link: str) -> str:
    try:
        path = urlsplit(link).path.lower()
    except ValueError:
        return ""
    return path[path.rfind(".") :] if "." in path else ""
