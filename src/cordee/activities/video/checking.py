"""What does a film say to whoever checks its course?"""

from __future__ import annotations

from cordee.activities.video.definition import Video
from cordee.activities.video.preparing import candidates, foreign_origin, local_link
from cordee.core.errors import N_
from cordee.courses.checks.model import Fault, Rule
from cordee.courses.kinds import Inspection

NO_FILM = Rule(
    "video-without-film",
    "error",
    N_("A video that names no film"),
    N_("Give it a file, or take it out."),
    says=frozenset(("video-without-film",)),
)
NO_CAPTIONS = Rule(
    "video-without-captions",
    "warning",
    N_("A film without captions"),
    N_("Add captions that can be read, for those who cannot hear it and for those who translate them."),
    N_("WCAG 2.2, criterion 1.2.2"),
    says=frozenset(("video-without-subtitles",)),
)
NO_LENGTH = Rule(
    "video-without-length",
    "note",
    N_("A film of unknown length"),
    N_("Put the film into the course, or give its captions: until then no hours can be reckoned from it."),
)
RULES = (NO_FILM, NO_CAPTIONS, NO_LENGTH)


def inspect(video: Video) -> Inspection:
    """A film is as long as its file says, else as long as somebody speaks in it."""
    length_s = _length_s(video)
    faults = []
    if not _names_a_film(video):
        faults.append(Fault(NO_FILM.code, N_("No film is named.")))
    else:
        if not video.captions:
            faults.append(Fault(NO_CAPTIONS.code, N_("It has no captions that could be read.")))
        if length_s is None:
            faults.append(Fault(NO_LENGTH.code, N_("Neither its file nor its captions say how long it is.")))
    return Inspection(
        tuple(faults),
        files=_files(video),
        films=int(_names_a_film(video)),
        film_s=length_s if _names_a_film(video) else 0.0,
    )


def _names_a_film(video: Video) -> bool:
    return bool(video.sources or video.youtube or video.encoded)


def _length_s(video: Video) -> float | None:
    spoken = max((one.end_s for one in video.captions), default=None)
    window = video.window() or (video.window(spoken) if spoken else None)
    return window[1] - window[0] if window else None


def _files(video: Video) -> tuple[str, ...]:
    """Those that should lie in the course; of the older dialect's subtitles only where nothing else was found."""
    films = [link for link in video.sources if not foreign_origin(link)]
    films += [one.url for one in video.encoded if one.profile != "youtube" and not foreign_origin(one.url)]
    words = [link for language, link, _name in candidates(video) if not _found(video, language)]
    words += [local_link(one.src) for one in video.tracks if one.kind == "chapters" and not video.chapters]
    words = [link for link in words if not foreign_origin(link)]
    others = [local_link(link) for link in (*video.handouts, *([video.poster] if video.poster else []))]
    return tuple(dict.fromkeys((*films, *words, *(link for link in others if not foreign_origin(link)))))


def _found(video: Video, language: str) -> bool:
    return any(one.language == language for one in video.captions)
