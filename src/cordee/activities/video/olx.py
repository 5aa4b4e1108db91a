"""How is an OLX <video> read, and written back with nothing lost?

Two dialects say the same: attributes (`html5_sources`, `transcripts`, `youtube_id_1_0`) and children (<source>,
<transcript>, `youtube="1.00:id"`); an export may hold both. Source: what Studio writes, docs/olx.md.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from lxml import etree

from cordee.activities.video.definition import Attributes, Chapter, Encoded, Track, Transcript, Video
from cordee.core.errors import N_
from cordee.formats.olx import documents, values
from cordee.formats.olx.model import Remark

T = TypeVar("T")
_YOUTUBE_SPEEDS = {
    "youtube_id_0_75": "0.75",
    "youtube_id_1_0": "1.00",
    "youtube_id_1_25": "1.25",
    "youtube_id_1_5": "1.50",
}
_YOUTUBE = re.compile(r"\s*(\d+\.?\d*)\s*:\s*([A-Za-z0-9_-]{1,40})\s*")
_NAMED_ELSEWHERE = ("display_name", "url_name", "filename")  # the block holds them
LONGEST_S = 100 * 3600.0
MOST_CHAPTERS = 100
NO_CHAPTERS: tuple[Chapter, ...] = ()


def read(element_xml: str, attributes: Mapping[str, str] | None = None) -> tuple[Video, tuple[Remark, ...]]:
    """The definition and what its author should mend.

    `attributes` are those of the block, pointer and policy merged; without them the element's own are read.
    """
    try:
        root = documents.parse(element_xml.encode("utf-8", "replace")).root
    except (documents.Unreadable, documents.ForbiddenDeclaration):
        root = etree.Element("video")
    own = {str(name): str(value) for name, value in root.attrib.items()}
    reader = _Reader({**own, **(attributes or {})})
    children, rest = _sorted_children(root)
    video = Video(
        sources=_unique([*_of(children["source"], "src"), *reader.list_of("html5_sources"), *reader.some("source")]),
        youtube=reader.youtube(),
        sub=reader.text("sub"),
        transcripts=reader.transcripts([_transcript(one) for one in children["transcript"]]),
        tracks=(*map(_track, children["track"]), *(Track(src) for src in reader.some("track"))),
        handouts=_unique([*_of(children["handout"], "src"), *reader.some("handout")]),
        encoded=tuple(_encoded(root)),
        poster=reader.text("poster"),
        start_s=reader.moment("start_time"),
        end_s=reader.moment("end_time"),
        shows_captions=reader.boolean("show_captions", default=True),
        download_video=reader.boolean("download_video", default=False),
        download_track=reader.boolean("download_track", default=False),
        edx_video_id=reader.text("edx_video_id"),
        extra="".join(rest),
        duration_s=_asset_duration(root) or reader.told("duration", _length, None),
        chapters=reader.told("chapters", _chapters, NO_CHAPTERS),
        attributes=reader.rest(),
    )
    return video, tuple(reader.remarks)


def write(video: Video) -> str:
    """The element as XML text: what `read` gives back as it was, but for what the import found in files."""
    root = etree.Element("video")
    for name, value in _attributes(video):
        root.set(name, value)
    for src in video.sources:
        etree.SubElement(root, "source", src=src)
    for track in video.tracks:
        kind = (("kind", track.kind),) if track.kind else ()
        etree.SubElement(root, "track", dict((*track.attributes, *kind, ("src", track.src))))
    for src in video.handouts:
        etree.SubElement(root, "handout", src=src)
    for one in video.transcripts:
        etree.SubElement(root, "transcript", dict((*one.attributes, ("language", one.language), ("src", one.src))))
    if video.extra:
        root.extend(list(etree.fromstring(f"<extra>{video.extra}</extra>")))
    return documents.outer(root)


def _attributes(video: Video) -> Iterable[tuple[str, str]]:
    yield from video.attributes
    if video.youtube:
        yield "youtube", ",".join(f"{speed}:{id_}" for speed, id_ in video.youtube)
    if video.sources:
        yield "html5_sources", json.dumps(video.sources, ensure_ascii=False)
    if video.transcripts:
        yield "transcripts", json.dumps({one.language: one.src for one in video.transcripts}, ensure_ascii=False)
    for name, text in (("sub", video.sub), ("poster", video.poster), ("edx_video_id", video.edx_video_id)):
        if text:
            yield name, text
    for name, moment in (("start_time", video.start_s), ("end_time", video.end_s)):
        if moment is not None:
            yield name, repr(moment)
    for name, said, usual in (
        ("show_captions", video.shows_captions, True),
        ("download_video", video.download_video, False),
        ("download_track", video.download_track, False),
    ):
        if said is not usual:
            yield name, str(said).lower()


class _Reader:
    """Reads one attribute after the other; what is left, or cannot be read, stays as it was written."""

    def __init__(self, attributes: Mapping[str, str]) -> None:
        self._attributes = {name: value for name, value in attributes.items() if name not in _NAMED_ELSEWHERE}
        self.remarks: list[Remark] = []

    def rest(self) -> Attributes:
        return tuple(sorted(self._attributes.items()))

    def text(self, name: str) -> str:
        return values.text(self._attributes.pop(name, "")).strip()

    def some(self, name: str) -> list[str]:
        found = self.text(name)
        return [found] if found else []

    def boolean(self, name: str, *, default: bool) -> bool:
        return self._value(name, lambda text: values.boolean(text, default), default)

    def moment(self, name: str) -> float | None:
        """Seconds; 0 is the same as not said."""

        def seconds(text: str) -> float | None:
            found = values.clock(text)
            if found is None or not (math.isfinite(found) and 0 <= found <= LONGEST_S):
                raise ValueError(text)
            return found or None

        return self._value(name, seconds, None)

    def told(self, name: str, read: Callable[[str], T], default: T) -> T:
        """An attribute of ours, which stays as it is written; the default when it is not there or cannot be read."""
        try:
            return read(values.text(self._attributes[name])) if name in self._attributes else default
        except (ValueError, TypeError):
            return default

    def list_of(self, name: str) -> list[str]:
        return self._value(name, _strings, [])

    def youtube(self) -> tuple[tuple[str, str], ...]:
        """By speed; the single attributes say again what `youtube` says."""
        none: tuple[tuple[str, str], ...] = ()
        found = dict(self._value("youtube", _youtube, none))
        for name, speed in _YOUTUBE_SPEEDS.items():
            id_ = self.text(name)
            if id_ and not any(float(known) == float(speed) for known in found):
                found[speed] = id_
        return tuple(found.items())

    def transcripts(self, children: list[Transcript]) -> tuple[Transcript, ...]:
        """Those of the children; the attribute adds languages that none of them has."""
        known = {one.language for one in children}
        none: dict[str, str] = {}
        more = self._value("transcripts", _by_language, none)
        return (*children, *(Transcript(language, src) for language, src in more.items() if language not in known))

    def _value(self, name: str, read: Callable[[str], T], default: T) -> T:
        text = values.text(self._attributes.get(name, "")).strip()
        if text in values.NOTHING:
            self._attributes.pop(name, None)
            return default
        try:
            found = read(text)
        except (ValueError, TypeError, values.UnreadableValue):
            self.remarks.append(
                Remark(
                    "unreadable-attribute",
                    N_(
                        "{name} “{value}” of a video cannot be read: the usual value is kept. Correct it in the course."
                    ),
                    values={"name": name, "value": text[:60]},
                )
            )
            return default
        self._attributes.pop(name, None)
        return found


def _sorted_children(root: etree._Element) -> tuple[dict[str, list[etree._Element]], list[str]]:
    """Children that are understood, by tag, and the XML of all others."""
    known: dict[str, list[etree._Element]] = {"source": [], "transcript": [], "track": [], "handout": []}
    rest = []
    for child in root:
        tag = documents.local_name(child)
        if tag in known and child.get("src", "").strip() and not len(child):
            known[tag].append(child)
        else:
            rest.append(documents.outer(child))
    return known, rest


def _of(elements: Iterable[etree._Element], name: str) -> list[str]:
    return [str(element.get(name, "")).strip() for element in elements]


def _others(element: etree._Element, *named: str) -> Attributes:
    return tuple(sorted((str(name), str(value)) for name, value in element.attrib.items() if name not in named))


def _transcript(element: etree._Element) -> Transcript:
    language = str(element.get("language", "")).strip()
    return Transcript(language, str(element.get("src", "")).strip(), _others(element, "language", "src"))


def _track(element: etree._Element) -> Track:
    kind = str(element.get("kind", "")).strip()
    return Track(str(element.get("src", "")).strip(), kind, _others(element, "kind", "src"))


def _encoded(root: etree._Element) -> Iterable[Encoded]:
    for element in root.iterfind("video_asset/encoded_video"):
        url = str(element.get("url", "")).strip()
        if url:
            yield Encoded(str(element.get("profile", "")).strip(), url)


def _asset_duration(root: etree._Element) -> float | None:
    asset = root.find("video_asset")
    try:
        found = float(asset.get("duration", "0") if asset is not None else 0)
    except ValueError:
        return None
    return found if 0 < found <= LONGEST_S else None


def _length(text: str) -> float | None:
    found = values.clock(text)
    return found if found is not None and 0 < found <= LONGEST_S else None


def _chapters(text: str) -> tuple[Chapter, ...]:
    """`[[0, "A cable"], [84, "Addresses"]]`."""
    found = [Chapter(float(start), str(title)) for start, title in json.loads(text)]
    if not all(0 <= one.start_s <= LONGEST_S for one in found):
        raise ValueError(text)
    return tuple(found[:MOST_CHAPTERS])


def _unique(links: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link for link in links if link))


def _strings(text: str) -> list[str]:
    found: Any = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError(text)
    return [item.strip() for item in found]


def _by_language(text: str) -> dict[str, str]:
    found: Any = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(src, str) for src in found.values()):
        raise ValueError(text)
    return {language.strip(): src.strip() for language, src in found.items() if src.strip()}


def _youtube(text: str) -> tuple[tuple[str, str], ...]:
    found = [_YOUTUBE.fullmatch(part) for part in text.split(",")]
    if not all(found):
        raise ValueError(text)
    return tuple((one[1], one[2]) for one in found if one)
