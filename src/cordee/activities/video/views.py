"""What a player asks for: subtitles, a transcript to read, a place for its events; and a teacher's page of sites."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cordee.activities.video.allowing import allow_host, forbid_host
from cordee.activities.video.definition import Captions, Video
from cordee.activities.video.page import language_name, line_of
from cordee.activities.video.playing import links_of
from cordee.activities.video.posting import read_batch
from cordee.activities.video.preparing import foreign_origin
from cordee.activities.video.queries import allowed_origins, cues_of, videos_of
from cordee.activities.video.recording import Watched, record_watching
from cordee.core import clock
from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.courses.assets import storage
from cordee.courses.outlines import Entry, Place, pick
from cordee.courses.pages import Renderer
from cordee.courses.queries import definitions, files_of, outline, run_by_key, subject_of_run_key
from cordee.learning.finding import entry_in
from cordee.learning.queries import Seat, seat_in
from cordee.people.permissions import act, require, signed_in_account
from cordee.people.sessions import account_of


@dataclass(frozen=True, slots=True)
class Found:
    """A video of a run, as this reader may have it."""

    seat: Seat
    place: Place
    entry: Entry
    video: Video
    content: str
    language: str


def _found(request: HttpRequest, what: str, run_key: str, activity_id: str, now: dt.datetime) -> Found:
    seat = seat_in(request, what, run_key, now)
    place, entry = entry_in(seat, activity_id, now)
    if entry.kind != "video":
        raise NotFound(N_("This activity is no video. Go back to the course outline."))
    language, own = get_language() or "en", seat.outline.language
    content = pick(entry.contents, language, own)
    video = definitions.of([content])[content]
    spoken = next(code for code, sha256 in entry.contents.items() if sha256 == content)
    return Found(seat, place, entry, video, content, spoken)


@require_POST
@act("run.submit")
def watching(request: HttpRequest, run_key: str, activity_id: str) -> HttpResponse:
    """A batch of events of the player."""
    now = clock.now()
    found = _found(request, "run.submit", run_key, activity_id, now)
    if found.seat.enrolment is None:
        raise Conflict(N_("Only what learners watch is kept. Enrol in the session to be one."))
    events = read_batch(request.POST.get("events", ""), now)
    watched = Watched(found.seat.enrolment, found.place.unit.id, activity_id, found.video, found.content)
    progress = record_watching(watched, events, now=now)
    return JsonResponse({"share": round(progress.share, 3), "done": progress.done})


@require_safe
@act("run.learn")
def captions(request: HttpRequest, run_key: str, activity_id: str, name: str) -> HttpResponse:
    """The subtitles of one language as WebVTT, from the site's own origin."""
    found = _found(request, "run.learn", run_key, activity_id, clock.now())
    one = next((one for one in _all_captions(found) if one.name == name), None)
    with storage().open(_sha256(found, one)) as file:
        return HttpResponse(file.read(), content_type="text/vtt; charset=utf-8")


@require_safe
@act("run.learn")
def transcript(request: HttpRequest, run_key: str, activity_id: str, spoken: str) -> HttpResponse:
    """What is said, to be read, kept or printed."""
    found = _found(request, "run.learn", run_key, activity_id, clock.now())
    one = next((one for one in found.video.captions if one.language == spoken), None)
    lines = [line_of(cue) for cue in cues_of(_sha256(found, one))]
    title = found.entry.titles.get(found.language) or pick(found.place.unit.titles, found.language, found.language)
    if request.GET.get("as") == "text":
        words = "\n".join(f"{line.time}  {line.text}" for line in lines)
        answer = HttpResponse(f"{title}\n\n{words}\n", content_type="text/plain; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="transcript-{spoken}.txt"'
        return answer
    context = {
        "run_key": run_key,
        "unit": found.place.unit.id,
        "activity": activity_id,
        "title": title,
        "title_language": found.language,
        "spoken": spoken,
        "label": language_name(spoken),
        "lines": lines,
        "others": [(other.language, language_name(other.language)) for other in found.video.captions],
    }
    return render(request, "activities/video/transcript.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act("course.media_hosts")
def media_hosts(request: HttpRequest, run_key: str) -> HttpResponse:
    """The other sites that the videos of a course come from: each is allowed, or not."""
    subject = subject_of_run_key(run_key, account_of(request))
    require(request, "course.media_hosts", subject)  # before it is known whether there is one
    run = run_by_key(run_key)
    counts: dict[str, int] = {}
    for language, video in videos_of(outline(run.version.sha256)):
        renderer = Renderer(run.version.sha256, language, lambda unit: "", clock.now().date())
        files = [file for link in links_of(video) if (file := renderer.file(link)) and not file.sha256]
        for origin in dict.fromkeys(filter(None, (foreign_origin(file.address) for file in files))):
            counts[origin] = counts.get(origin, 0) + 1
    if request.method == "POST":
        origin = request.POST.get("origin", "")
        if origin not in counts:
            raise InputRefused(N_("No video of this course comes from there. Reload the page."))
        if request.POST.get("allow") == "yes":
            allow_host(course=run.course, origin=origin, by=signed_in_account(request), now=clock.now())
        else:
            forbid_host(course=run.course, origin=origin)
        return HttpResponseRedirect(request.path, status=303)
    allowed = allowed_origins(run.course_id)
    hosts = [(origin, count, origin in allowed) for origin, count in sorted(counts.items())]
    return render(request, "activities/video/hosts.html", {"run_key": run_key, "hosts": hosts})


def _all_captions(found: Found) -> list[Captions]:
    """Of the video in any language of the course: a page that is open keeps its own when the reader's changes."""
    videos = definitions.of(found.entry.contents.values())
    return [one for video in videos.values() for one in video.captions]


def _sha256(found: Found, one: Captions | None) -> str:
    files = files_of(found.seat.run.version.sha256)
    for by_name in files.values():
        if one is not None and one.name in by_name:
            return by_name[one.name][0]
    raise NotFound(N_("This video has no such subtitles. Go back to its unit."))
