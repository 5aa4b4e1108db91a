"""What do the files of a course say of its videos? Subtitles become WebVTT, chapters and lengths are read.

Nothing is refused: what is missing or cannot be read is told to the author, with its place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from cordee.activities.video.definition import Captions, Chapter, Video
from cordee.activities.video.olx import MOST_CHAPTERS
from cordee.core.errors import N_
from cordee.courses.kinds import CourseFile, Prepared
from cordee.formats.captions import CaptionsUnreadable, Cue, read, write
from cordee.formats.captions.reading import LONGEST_BYTES
from cordee.formats.media import mp4
from cordee.formats.olx.model import Remark

OLD_SUBTITLES = "en"  # the language of `sub`, which the older dialect does not say
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/")
_TOLD = re.compile(r"/?(static/|asset-v1:|c4x/)")  # links that the reader of the export looks after itself

Find = Callable[[str], CourseFile | None]


def prepare(video: Video, find: Find) -> Prepared:
    """The video with its subtitles, chapters and length, the WebVTT files made, and remarks."""
    work = _Work(find)
    found = tuple(work.captions(video))
    chapters = tuple(work.chapters(video)) or video.chapters
    work.look_for_films(video)
    if not found:
        work.tell(
            "video-without-subtitles",
            N_("A video has no subtitles that could be read. Add some, for those who cannot hear it."),
        )
    duration_s = video.duration_s or next((length for length in map(work.length, video.sources) if length), None)
    prepared = replace(video, captions=found, chapters=chapters, duration_s=duration_s)
    return Prepared(prepared, work.files, tuple(work.remarks))


def local_link(src: str) -> str:
    """The link to a file that an author named: a bare name lies in /static/."""
    return src if _SCHEME.match(src) else f"/static/{quote(src)}"


def foreign_origin(link: str) -> str:
    """`https://host:port` of an address elsewhere in the form that a content policy takes; "" for anything else."""
    try:
        parts = urlsplit(f"https:{link}" if link.startswith("//") else link)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[a-z0-9.-]+", host, re.ASCII):
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


@dataclass(slots=True)
class _Work:
    find: Find
    files: dict[str, bytes] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def tell(self, code: str, sentence: str, **values: object) -> None:
        self.remarks.append(Remark(code, sentence, values=values))

    def captions(self, video: Video) -> Iterator[Captions]:
        """One a language: the first file of it that can be read."""
        done: set[str] = set()
        for language, src, name in _candidates(video):
            if language in done:
                continue
            cues = self._cues(src, name)
            if cues:
                done.add(language)
                data = write(cues)
                made = f"captions-{hashlib.sha256(data).hexdigest()[:16]}.vtt"
                self.files[made] = data
                yield Captions(language, made, len(cues), cues[-1].end_s)

    def chapters(self, video: Video) -> Iterator[Chapter]:
        track = next((track for track in video.tracks if track.kind == "chapters"), None)
        for cue in (self._cues(local_link(track.src), track.src) if track else ())[:MOST_CHAPTERS]:
            yield Chapter(cue.start_s, " ".join(cue.text.split("\n")))

    def _cues(self, link: str, name: str) -> tuple[Cue, ...]:
        file = self.find(link)
        if file is None:
            if not foreign_origin(link):
                self.tell(
                    "missing-subtitles",
                    N_("The file of subtitles “{name}” of a video is not in the export. Add it, or take its line out."),
                    name=name,
                )
            return ()
        try:
            found = read(file.read(LONGEST_BYTES + 1))
        except CaptionsUnreadable as error:
            self.tell("unreadable-subtitles", N_("“{name}”: {reason}"), name=name, reason=error)
            return ()
        if found.unread:
            self.tell(
                "spoilt-subtitles",
                N_("“{name}”: {count} line(s) of subtitles have no readable time and are left out. Correct them."),
                name=name,
                count=found.unread,
            )
        return found.cues

    def look_for_films(self, video: Video) -> None:
        links = [*video.sources, *(one.url for one in video.encoded if one.profile != "youtube")]
        origins = dict.fromkeys(foreign_origin(link) for link in links if self.find(link) is None)
        for origin in filter(None, origins):
            self.tell(
                "foreign-media",
                N_(
                    "A video is played from {host}. Readers are only sent there once a teacher allows it on the page "
                    "of the video; better, put the file into the course."
                ),
                host=origin,
            )
        for link in links:
            if self.find(link) is None and not foreign_origin(link) and not _TOLD.match(link):
                self.tell(
                    "missing-video",
                    N_("The video file “{name}” is not in the export. Add it, or take its line out."),
                    name=link,
                )
        if not links and not video.youtube:
            self.tell("video-without-film", N_("A video names no film. Give it a file, or take it out."))

    def length(self, link: str) -> float | None:
        file = self.find(link)
        return mp4.duration_s(file.read(mp4.HEAD_BYTES)) if file else None


def _candidates(video: Video) -> Iterator[tuple[str, str, str]]:
    """Language, link and name of each file of subtitles, the newer dialect first."""
    for one in video.transcripts:
        yield one.language or OLD_SUBTITLES, local_link(one.src), one.src
    if video.sub:
        name = f"subs_{video.sub}.srt.sjson"
        yield OLD_SUBTITLES, local_link(name), name
