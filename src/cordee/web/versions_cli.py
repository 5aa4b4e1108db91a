"""`cordee course versions|diff|move …`: the versions of a course, where two differ, which one a session shows."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from cordee.web import command_language
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say, set_up_django

Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]
Key = Annotated[str, typer.Argument(metavar="KEY", help=_("Key of the course, such as Ingenia+RES101."))]


def add_to(app: typer.Typer) -> None:
    """The commands, beside the others of `cordee course`."""
    app.command(
        "versions",
        help=_("List the versions of a course, and which sessions show them.")
        + example("cordee course versions Ingenia+RES101"),
    )(versions)
    app.command(
        "diff",
        help=_("Say what changed from one version of a course to another.")
        + example("cordee course diff Ingenia+RES101 --from 3 --to 4"),
    )(diff)
    app.command(
        "move",
        help=_("Show another version in a session; with --regrade, grade the answers that were given again by it.")
        + example('cordee course move Ingenia+RES101+2026 --to 4 --regrade "The key of question 3 was wrong"'),
    )(move)


def versions(key: Key, as_json: Json = False) -> None:
    set_up_django()
    from django.utils import timezone

    from cordee.courses.versions.queries import course_of, versions_of
    from cordee.web import amounts

    lines = versions_of(course_of(key), sees=lambda _run: True)
    if as_json:
        found = [
            {
                "version": one.number,
                "sha256": one.sha256,
                "published": one.published_at.isoformat(),
                "by": one.by,
                "note": one.note,
                "activities": one.activities,
                "runs": [run.key for run in one.runs],
            }
            for one in lines
        ]
        say(json.dumps(found, ensure_ascii=False))
        return
    here = timezone.get_default_timezone()
    for one in lines:
        words = _("Version {number}, {day}, {hash}: {count} activities").format(
            number=one.number, day=amounts.day(one.published_at, here), hash=one.sha256[:12], count=one.activities
        )
        about = [words, one.by, one.note, ", ".join(run.key for run in one.runs)]
        say(" · ".join(part for part in about if part))


def diff(
    key: Key,
    before: Annotated[int, typer.Option("--from", metavar="N", help=_("The older version."))],
    after: Annotated[int, typer.Option("--to", metavar="N", help=_("The newer version."))],
    as_json: Json = False,
) -> None:
    set_up_django()
    from django.utils import translation

    from cordee.courses.differences.telling import sentence
    from cordee.courses.versions.queries import course_of, difference_of, version_numbered

    course = course_of(key)
    tongue = command_language.language()
    with translation.override(tongue):
        found = difference_of(version_numbered(course, before), version_numbered(course, after), tongue)
        told = [(one, sentence(one)) for one in found.changes]
    if as_json:
        answer = {
            "course": course.key,
            "from": before,
            "to": after,
            "weight": found.weight,
            "changes": [
                {
                    "unit": one.unit,
                    "activity": one.activity,
                    "language": one.language,
                    "weight": one.change.weight,
                    "words": words,
                    "before": one.change.before,
                    "after": one.change.after,
                }
                for one, words in told
            ],
        }
        say(json.dumps(answer, ensure_ascii=False))
        return
    labels = {"grading": _("Concerns grading"), "visible": _("Learners will notice"), "harmless": _("Harmless")}
    for one, words in told:
        say(f"[{labels[one.change.weight]}] {words}")
        for mark, text in (("-", one.change.before), ("+", one.change.after)):
            if text:
                say(f"    {mark} {text}")
    if not told:
        say(_("Both versions say the same."))


def move(
    run: Annotated[str, typer.Argument(metavar="RUN", help=_("Key of the session, such as Ingenia+RES101+2026."))],
    to: Annotated[int, typer.Option("--to", metavar="N", help=_("The version to show."))],
    regrade: Annotated[
        str, typer.Option(metavar="REASON", help=_("Grade the answers that were given again by it, for this reason."))
    ] = "",
    as_json: Json = False,
) -> None:
    set_up_django()
    from django.db import transaction

    from cordee.core import clock
    from cordee.courses.queries import run_by_key
    from cordee.courses.versions.moving import move_run
    from cordee.courses.versions.queries import version_numbered
    from cordee.learning.versions.regrading import move_and_regrade
    from cordee.web.database import ready_for_writing

    ready_for_writing(say=lambda words: None if as_json else say(words))
    held = run_by_key(run)
    wanted, seen = version_numbered(held.course, to), held.version.number
    figures: dict[str, int] = {}
    if regrade:
        made = move_and_regrade(run=held, to=wanted, seen=seen, reason=regrade, by=None, now=clock.now())
        figures = made.figures if made else {}
    else:
        with transaction.atomic():
            move_run(run=held, to=wanted, seen=seen, by=None, now=clock.now())
    if as_json:
        say(json.dumps({"run": held.key, "from": seen, "to": to, "regrade": figures}, ensure_ascii=False))
        return
    say(_("Session {run} shows version {number}; it showed version {before}.").format(run=run, number=to, before=seen))
    if figures:
        words = _("Grades: {rise} rise, {fall} fall, {stay} stay; {newly_pass} learners reach the pass mark.")
        say(words.format(**figures))
