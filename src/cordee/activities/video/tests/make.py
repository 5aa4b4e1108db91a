"""Courses with videos, and people who watch them, for the tests of this kind."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cordee.courses.models import Version
from cordee.courses.tests.make import NOW, course_files, imported
from cordee.formats.tests.test_mp4 import film
from cordee.learning.enrolling import enrol
from cordee.learning.models import Enrolment
from cordee.people.models import Account
from cordee.people.tests.make import make_account

SECONDS = 25.0  # of the film
SRT = "".join(f"{n}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},900\nLine {n} of the film.\n\n" for n in range(1, 6))
FILM = film(600, 15_000)
PLAIN = (
    '<video display_name="A film"><source src="/static/a film.mp4"/>'
    '<transcript language="en" src="a film.srt"/></video>'
)


def files_with(video: str = PLAIN, static: Mapping[str, bytes] | None = None, **choices: Any) -> dict[str, bytes]:
    """A small course whose unit u1 shows a video before its text."""
    files = course_files(**choices)
    root = files["course/course/2026.xml"].replace(
        b'<html url_name="t1"/>', b'<video url_name="v1"/><html url_name="t1"/>'
    )
    files |= {"course/course/2026.xml": root, "course/video/v1.xml": video.encode()}
    static = {"a film.mp4": FILM, "a film.srt": SRT.encode()} if static is None else static
    return files | {f"course/static/{name}": data for name, data in static.items()}


def watcher(
    folder: Path,
    video: str = PLAIN,
    static: Mapping[str, bytes] | None = None,
    *,
    account: Account | None = None,
    **choices: Any,
) -> Enrolment:
    """A learner in a run of that course."""
    run = imported(files_with(video, static, **choices), folder).run
    return enrol(account=account or make_account(), run=run, now=NOW)


def remarks_of(enrolment: Enrolment) -> dict[str, list[dict[str, Any]]]:
    """What the author is told, by code."""
    found: dict[str, list[dict[str, Any]]] = {}
    for remark in Version.objects.get(pk=enrolment.run.version_id).report["warnings"]:
        found.setdefault(remark["code"], []).append(remark)
    return found


def event(verb: str = "progressed", *, ago_ms: float = 0, id: str = "", **data: float) -> dict[str, Any]:  # noqa: A002 - its name on the wire
    return {"id": id or str(uuid.uuid4()), "verb": verb, "ago_ms": ago_ms, "data": data}


def batch(*events: Mapping[str, Any]) -> str:
    return json.dumps(events)
