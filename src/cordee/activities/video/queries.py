"""Every read of this kind's tables and files, one function a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from cordee.activities.video.definition import Video
from cordee.activities.video.models import MediaHost, Viewing
from cordee.activities.video.playing import is_foreign
from cordee.courses.assets import storage
from cordee.courses.kinds import Recalling
from cordee.courses.outlines import Outline
from cordee.courses.queries import definitions
from cordee.formats import captions
from cordee.learning.prepared import Prepared

TEXTS_KEPT = 128
_viewings = Prepared(lambda enrolment: Viewing.objects.filter(enrolment_id=enrolment), enrolment=int)


@dataclass(frozen=True, slots=True)
class Kept:
    """What this kind keeps about one video: where the learner stopped, and which sites its course may use."""

    position_s: float = 0.0
    origins: frozenset[str] = field(default_factory=frozenset)


def kept_of(recalling: Recalling) -> Mapping[str, Kept]:
    """By activity id. 1 query for a learner; 1 more where a film lies elsewhere."""
    videos: Mapping[str, Video] = recalling.definitions
    origins = allowed_origins(recalling.course_id) if any(map(is_foreign, videos.values())) else frozenset()
    places: dict[str, float] = {}
    if recalling.enrolment_id is not None:
        places = {one.activity: one.position_s for one in _viewings.all(enrolment=recalling.enrolment_id)}
    return {activity: Kept(places.get(activity, 0.0), origins) for activity in videos}


def allowed_origins(course_id: int) -> frozenset[str]:
    """Other sites from which a course may play its videos (1 query)."""
    return frozenset(MediaHost.objects.filter(course=course_id).values_list("origin", flat=True))


def videos_of(outline: Outline) -> list[tuple[str, Video]]:
    """Every video of a version with the language that it is written for (1 query the first time)."""
    found = [
        (language, sha256)
        for _place, entry in outline.entries.values()
        if entry.kind == "video"
        for language, sha256 in entry.contents.items()
    ]
    known = definitions.of(sha256 for _language, sha256 in found)
    return [(language, known[sha256]) for language, sha256 in found]


@lru_cache(maxsize=TEXTS_KEPT)
def cues_of(sha256: str) -> tuple[captions.Cue, ...]:
    """What a WebVTT file that the import made says. No query; the file is read once a process."""
    with storage().open(sha256) as file:
        return captions.read(file.read()).cues
