"""A video in a course text: where the film lies, its subtitles, its chapters.

Open edX has no chapters in a list and no length that the author says: both stand in attributes of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lxml import etree

from cordee.activities.video import olx
from cordee.activities.video.definition import Track, Transcript, Video
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages, chosen, listed, setting_of, settings_of
from cordee.formats.coursetext.marks import Answers, parts_of
from cordee.formats.coursetext.model import Line, Place, Say, Setting, TextBlock, Written
from cordee.formats.coursetext.page import NotProse
from cordee.formats.coursetext.prose import to_html, unwrapped
from cordee.formats.olx import values
from cordee.formats.olx.model import Block

SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    "video": (
        Setting("src", "list", per_language=True, repeated=True, help="Files or addresses of the film, best first."),
        Setting("captions", "list", per_language=True, repeated=True, help="Files of subtitles: film.fr.vtt."),
        Setting("poster", "file", per_language=True, help="The picture before it plays."),
        Setting("duration", "duration", help="How long the film is: 4:10."),
        Setting("start", "duration", help="Where it begins to be shown: 0:12."),
        Setting("end", "duration", help="Where it ends to be shown: 3:40."),
        Setting("download", "yes-no", "yes", help="Whether the film may be downloaded."),
        Setting("handout", "file", per_language=True, help="A file to read with the film."),
        Setting("transcript", "file", per_language=True, help="What is said, as a file to download; or: captions."),
        Setting("licence", "word", help="Of the film, e.g. CC-BY-4.0."),
    )
}
# Of <video>, what says nothing to a learner here, or nothing at all when it is empty.
_SILENT = frozenset(
    [
        "display_name",
        "url_name",
        "xblock-family",
        "youtube",
        "youtube_id_0_75",
        "youtube_id_1_0",
        "youtube_id_1_25",
        "youtube_id_1_5",
        "html5_sources",
        "transcripts",
        "sub",
        "show_captions",
        "download_track",
        "only_on_web",
        "edx_video_id",
        "bumper",
        "name",
    ]
)
_YOUTUBE = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com/(?:watch\?v=|embed/)|youtu\.be/)([\w-]{11})"
)
_LANGUAGE = re.compile(r"\.([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)\.(?:vtt|srt|sjson)$")
_SAID_LANGUAGE = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)\s+(\S.*)")
_CHAPTER = re.compile(r"((?:\d+:)?\d{1,3}:\d{2}(?:\.\d+)?)\s+(\S.*)")
_CLOCK = re.compile(r"(?:(?:\d+:)?\d+:\d{1,2}|\d+)(?:\.\d+)?(?:\s*s)?")
_LICENCES = {"all-rights-reserved": "all-rights-reserved"}
_CREATIVE = re.compile(r"CC-((?:BY|NC|ND|SA)(?:-(?:BY|NC|ND|SA))*)-(\d\.\d)", re.IGNORECASE)
_CREATIVE_OLX = re.compile(r"creative-commons: ver=(\d\.\d)((?: (?:BY|NC|ND|SA))+)")

SUBTITLES = "captions"  # a transcript that is the subtitles themselves

NO_FILM = "This video names no film. Write src: film.mp4."
NO_LANGUAGE = (
    "The language of the subtitles {value} is not known. Name the file film.fr.vtt, or write captions: fr {value}."
)
BAD_MOMENT = "{name} cannot be {value}. Write minutes and seconds: 4:10."
NOT_A_CHAPTER = "A chapter begins with its time. Write for example - 1:24 The addresses."
BEFORE = "This chapter begins before the one above it. Write chapters in the order of the film."
WORDS = "Words have no place under a video yet. Write them below its line with :::."
BAD_LICENCE = "The licence {value} is not known. Write all-rights-reserved, or one of Creative Commons: CC-BY-4.0."


def read_text(block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
    """The <video>."""
    reader = _Reader(block, reference, say)
    video = reader.video()
    title = setting_of(block, reference, "title")
    root = etree.fromstring(olx.write(video))
    if title:
        root.set("display_name", title)
    attributes = {str(name): str(value) for name, value in root.attrib.items()}
    content = str(etree.tostring(root, encoding="unicode"))
    return Block(block.name, "video", title, attributes, content=content, place=str(block.place))


class _Reader:
    def __init__(self, block: TextBlock, reference: TextBlock | None, say: Say) -> None:
        self._block = block
        self._reference = reference
        self._say = say

    def _value(self, name: str) -> str:
        return setting_of(self._block, self._reference, name)

    def _list(self, name: str) -> tuple[str, ...]:
        return listed(settings_of(self._block, self._reference, name))

    def video(self) -> Video:
        sources = self._list("src")
        if not sources:
            self._say("no-film", NO_FILM, self._block.place)
        ids = [found[1] for src in sources if (found := _YOUTUBE.match(src))]
        transcript = self._value("transcript")
        download = chosen(self._block, self._reference, "download", ("yes", "no"), self._say)
        return Video(
            sources=tuple(src for src in sources if not _YOUTUBE.match(src)),
            youtube=(("1.00", ids[0]),) if ids else (),
            transcripts=tuple(self._captions()),
            tracks=(Track(transcript),) if transcript not in ("", SUBTITLES) else (),
            handouts=self._list("handout"),
            poster=self._value("poster"),
            start_s=self._moment("start") or None,
            end_s=self._moment("end") or None,
            download_video=download != "no",
            download_track=bool(transcript),
            attributes=tuple(self._more()),
        )

    def _captions(self) -> Iterator[Transcript]:
        for value in self._list("captions"):
            said, named = _SAID_LANGUAGE.fullmatch(value), _LANGUAGE.search(value)
            if said:
                yield Transcript(said[1], said[2])
            elif named:
                yield Transcript(named[1], value)
            else:
                self._say("captions-language", NO_LANGUAGE, self._block.place_of("captions"), value=value)

    def _more(self) -> Iterator[tuple[str, str]]:
        """What Open edX passes over, and the licence."""
        chapters = [*self._chapters()]
        if chapters:
            yield "chapters", json.dumps(chapters, ensure_ascii=False)
        duration = self._moment("duration")
        if duration:
            yield "duration", f"{duration:g}"
        licence = self._value("licence")
        if licence:
            written = _licence_of(licence)
            if written is None:
                self._say("bad-licence", BAD_LICENCE, self._block.place_of("licence"), value=licence)
            else:
                yield "license", written

    def _moment(self, name: str) -> float | None:
        value = self._value(name)
        if not value:
            return None
        seconds = values.clock(value.removesuffix("s").strip()) if _CLOCK.fullmatch(value) else None
        if seconds is None:
            self._say("bad-setting", BAD_MOMENT, self._block.place_of(name), name=name, value=value)
        return seconds

    def _chapters(self) -> Iterator[tuple[float, str]]:
        last = -1.0
        for part in parts_of(self._block.lines, plain=True):
            if not isinstance(part, Answers):
                place = part.place if not isinstance(part, marks.Words) else part.lines[0].place
                self._say("words-in-video", WORDS, place)
                continue
            for item in part.items:
                found = _CHAPTER.fullmatch(item.text.text)
                seconds = values.clock(found[1]) if found else None
                if found is None or seconds is None:
                    self._say("not-a-chapter", NOT_A_CHAPTER, item.place)
                    continue
                if seconds <= last:
                    self._say("chapter-before", BEFORE, item.place)
                last = seconds
                yield seconds, _plain(found[2])


def _plain(markdown: str) -> str:
    """The words of a title, without what Markdown makes of them."""
    html = unwrapped(to_html(markdown))
    return (
        "".join(map(str, etree.fromstring(f"<p>{html}</p>").itertext()))
        if "<" not in html
        else re.sub(r"<[^>]*>", "", html)
    )


def _licence_of(licence: str) -> str | None:
    """A licence as Open edX writes it."""
    found = _CREATIVE.fullmatch(licence)
    if found:
        return f"creative-commons: ver={found[2]} {' '.join(found[1].upper().split('-'))}"
    return _LICENCES.get(licence)


def write_text(block: Block) -> TextBlock | None:
    """The text of a video; None when it would not be the same film with the same words around it."""
    video, _remarks = olx.read(block.content, block.attributes)
    try:
        settings = dict(_written_settings(video))
    except (NotProse, ValueError):
        return None
    place = Place(block.place)
    if block.title:
        settings = {"title": block.title, **settings}
    written = [Written(name, one, place) for name, value in settings.items() for one in value.split("\n")]
    chapters = [marks.answer("", f"{_clock(one.start_s)} {_escaped(one.title)}") for one in video.chapters]
    body = marks.written([Answers(tuple(chapters), place)]) if chapters else ()
    lines = tuple(Line(line, Place("", rank)) for rank, line in enumerate(body, 1))
    text = TextBlock("video", block.id, tuple(written), lines, place)
    return text if _says(text, block, video) else None


def _says(text: TextBlock, block: Block, video: Video) -> bool:
    said = Messages()
    again = read_text(text, None, said)
    if said.errors or again.title != block.title:
        return False
    return _meaning(olx.read(again.content, again.attributes)[0]) == _meaning(video)


def _meaning(video: Video) -> Video:
    """The film without attributes that say nothing here."""
    kept = tuple((name, value) for name, value in video.attributes if name not in _SILENT and value.strip())
    tracks = tuple(replace(one, attributes=()) for one in video.tracks)
    youtube = tuple((f"{float(speed):.2f}", name) for speed, name in video.youtube)
    return replace(video, attributes=kept, edx_video_id="", tracks=tracks, youtube=youtube)


def _written_settings(video: Video) -> Iterator[tuple[str, str]]:
    """Several values of one setting on lines of their own. Raises ValueError on what has no words."""
    if video.sub or video.encoded or video.extra or video.edx_video_id.strip() or not video.shows_captions:
        raise ValueError("no words")
    sources = [f"https://youtu.be/{name}" for _speed, name in video.youtube] + list(video.sources)
    if sources:
        yield "src", "\n".join(sources)
    captions = []
    for one in video.transcripts:
        named = _LANGUAGE.search(one.src)
        captions.append(one.src if named and named[1] == one.language else f"{one.language} {one.src}")
    if captions:
        yield "captions", "\n".join(captions)
    if video.poster:
        yield "poster", video.poster
    attributes = dict(video.attributes)
    for name, seconds in (("duration", video.duration_s), ("start", video.start_s), ("end", video.end_s)):
        if seconds is not None:
            yield name, _clock(seconds)
    if not video.download_video:
        yield "download", "no"
    if video.handouts:
        yield "handout", "\n".join(video.handouts)
    if video.tracks or video.download_track:
        yield "transcript", "\n".join(track.src for track in video.tracks) or SUBTITLES
    licence = attributes.get("license", "")
    creative = _CREATIVE_OLX.fullmatch(licence)
    if creative:
        yield "licence", f"CC-{'-'.join(creative[2].split())}-{creative[1]}"
    elif licence:
        yield "licence", licence


def _clock(seconds: float) -> str:
    """4:10, 1:02:03, 0:07.5."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    rest = f"{whole % 60:02d}" + f"{seconds - whole:.3f}".lstrip("0").rstrip("0").rstrip(".")
    return f"{hours}:{minutes:02d}:{rest}" if hours else f"{minutes}:{rest}"


def _escaped(title: str) -> str:
    return re.sub(r"([\\`*_\[\]<>&$~{}])", r"\\\1", title)
