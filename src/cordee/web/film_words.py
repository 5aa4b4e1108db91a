"""What is said in a film of a course, and when? The pilot, which asks where it is left, knows it by name alone."""

from __future__ import annotations

from cordee.activities.video.queries import cues_of
from cordee.courses.queries import definitions, files_of, outline, run_by_key


def lines_of(run_key: str, activity: str) -> tuple[tuple[float, str], ...]:
    """Each line of its subtitles with the second where it begins, in the language of the course (4 queries).

    () for what is no film, or has no subtitles.
    """
    version = run_by_key(run_key).version.sha256
    plan = outline(version)
    _place, entry = plan.entries.get(activity, (None, None))
    if entry is None or entry.kind != "video":
        return ()
    usual = entry.contents.get(plan.language)
    known = definitions.of(entry.contents.values())
    video = known[usual] if usual else next(iter(known.values()), None)
    if video is None or not video.captions:
        return ()
    captions = next((one for one in video.captions if one.language == plan.language), video.captions[0])
    for by_name in files_of(version).values():
        if captions.name in by_name:
            return tuple((cue.start_s, " ".join(cue.text.split())) for cue in cues_of(by_name[captions.name][0]))
    return ()
