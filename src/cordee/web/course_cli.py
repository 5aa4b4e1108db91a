"""`cordee course …`: read a course without storing it, import it, try its questions, take it back."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cordee.web import amounts, course_export_cli, publishing_cli, review_cli, versions_cli
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import REFUSED, progress_bar, say, set_up_django

if TYPE_CHECKING:
    from cordee.courses.models import Run
    from cordee.formats.archives import Limits

PERCENT = 100
DATE_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help=_("Write courses, and check, import and try those of others.")
)
versions_cli.add_to(app)
review_cli.add_to(app)
Day = dt.datetime | None
File = Annotated[Path, typer.Argument(metavar="FILE", help=_("A .tar.gz or .zip exported from Open edX or FUN."))]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


@app.command(
    help=_("Read a course, a file or a folder of text, and say what it holds and what to mend. Nothing is stored.")
    + example("cordee course check my-course.tar.gz")
)
def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help=_("A .tar.gz or .zip, or a folder with a course.yaml."))
    ],
    tries_links: Annotated[
        bool, typer.Option("--links", help=_("Try the links to other sites, too (https only, through the network)."))
    ] = False,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help=_("Of a folder: mend what is safe first, such as a name that was copied; tells each change.")
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("With --fix: change nothing, only tell."))] = False,
    as_json: Json = False,
) -> None:
    set_up_django()
    if dry_run and not fix:
        raise typer.BadParameter(_("goes with --fix"), param_hint="--dry-run")
    if file.is_dir():
        from cordee.web.course_text_cli import check_folder

        check_folder(file, tries_links=tries_links, as_json=as_json, fixes=fix, dry=dry_run)
        return
    if fix:
        raise typer.BadParameter(_("goes with a folder"), param_hint="--fix")
    from cordee.core import clock
    from cordee.courses.checks.rules.linking import external_links
    from cordee.courses.checks.trying import try_links
    from cordee.courses.importing import look_into
    from cordee.web import checks_cli

    looked = look_into(file, limits=archive_limits(), now=clock.now())
    tried = list(try_links(external_links(looked.material))) if tries_links else None
    if as_json:
        say(json.dumps(checks_cli.as_json(looked, tried), ensure_ascii=False, indent=2))
    else:
        report = checks_cli.without_what_checks_say(looked)
        say("\n".join([_in_words(report), *checks_cli.in_words(looked, tried)]))
    if checks_cli.has_errors(looked):
        raise typer.Exit(REFUSED)


@app.command(
    "import",
    help=_("Publish a version of a course and open a session of it. The same file again changes nothing.")
    + example("cordee course import my-course.tar.gz --run 2026 --opens 2026-12-01 --pass-mark 60"),
)
def import_(  # noqa: PLR0913, PLR0917 - one option a fact that the operator may state
    file: File,
    run: Annotated[str, typer.Option(metavar="KEY", help=_("Key of the session, or its last part."))] = "",
    opens: Annotated[
        dt.datetime | None, typer.Option(formats=DATE_FORMATS, help=_("First day of the session."))
    ] = None,
    closes: Annotated[
        dt.datetime | None, typer.Option(formats=DATE_FORMATS, help=_("Last day of the session."))
    ] = None,
    pass_mark: Annotated[
        float | None, typer.Option(min=0, max=PERCENT, help=_("Grade out of 100 that passes; default: the export’s."))
    ] = None,
    translation: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help=_("The same course in another language; may be repeated."))
    ] = None,
    language: Annotated[str, typer.Option(help=_("Language of the course when its policy does not say it."))] = "",
    credit: Annotated[
        str, typer.Option(help=_("Who wrote it, shown to learners when its licence asks for that."))
    ] = "",
    update_run: Annotated[
        bool, typer.Option("--update-run", help=_("An existing session moves to the new version."))
    ] = False,
    regrade: publishing_cli.Regrade = "",
    listed: publishing_cli.Listed = False,
    by: publishing_cli.By = "",
    note: publishing_cli.Note = "",
    reviewer: publishing_cli.Reviewer = "",
    as_json: Json = False,
) -> None:
    set_up_django()
    from cordee.core import clock
    from cordee.courses.checks.model import count_by_severity
    from cordee.courses.importing import import_course
    from cordee.courses.opening import RunOptions
    from cordee.web import checks_cli
    from cordee.web.database import ready_for_writing

    _refuse_folder(file)
    publishing_cli.refuse_lonely_regrade(regrade, moves=update_run)
    ready_for_writing(say=lambda words: None if as_json else say(words))
    published = publishing_cli.published_by(by, note, reviewer)
    options = RunOptions(
        key=run,
        opens_at=moment_given(opens, closing=False),
        closes_at=moment_given(closes, closing=True),
        pass_mark=None if pass_mark is None else pass_mark / PERCENT,
        listed=True if listed else None,
        update_run=update_run,
        regrades=bool(regrade),
    )
    with progress_bar(_("Storing files"), shown=not as_json) as progress:
        done = import_course(
            file,
            limits=archive_limits(),
            options=options,
            now=clock.now(),
            translations=translation or (),
            language=language,
            credits_line=credit,
            published=published,
            progress=progress,
        )
    grading = publishing_cli.Grading()
    if update_run and (done.changed or regrade):
        grading = publishing_cli.after_moving(done, published, regrade=regrade)
    kept_on = done.run.version.number if done.run.pk else 0
    if as_json:
        answer = {
            "key": done.run.key,
            "course": done.run.course.key,
            "version": done.version,
            "changed": done.changed,
            "run_version": kept_on,
            "review": publishing_cli.REVIEWS[done.review],
            "listed": done.run.listed,
            "grading": publishing_cli.grading_as_json(grading),
            "opens": done.run.opens_at.isoformat(),
            "closes": done.run.closes_at.isoformat() if done.run.closes_at else None,
            "warnings": done.report["warnings"],
            "checks": count_by_severity(done.found),
        }
        say(json.dumps(answer, ensure_ascii=False))
        return
    if done.changed:
        words = _("Version {number} of {course} is published. Session: {run}.")
    else:
        words = _("Nothing changed: version {number} of {course} holds this content already.")
    say(words.format(number=done.version, course=done.run.course.key, run=done.run.key))
    publishing_cli.say_review(done)
    if kept_on not in {done.version, 0}:
        words = _("The session stays on version {number}. To move it: the same command with --update-run.")
        words = publishing_cli.once_approved(done) or words
        say(words.format(number=kept_on))
    publishing_cli.say_grading(grading, done)
    publishing_cli.say_unlisted(done)
    found = _remarks_in_words(done.report)
    if found:
        say("\n".join(found))
    say(checks_cli.counts_in_words(done.found))
    if done.run.pk is not None:
        say_when(done.run, now=clock.now())


@app.command(
    "try",
    help=_("Grade answers: JSON lines in, JSON lines out.")
    + example("""echo '{"answers": {"p_2_1": "3.14"}}' | cordee course try problem.xml"""),
)
def try_(
    problem: Annotated[
        Path | None, typer.Argument(metavar="[PROBLEM.xml]", help=_("A problem; without it each line names its own."))
    ] = None,
    seed: Annotated[int | None, typer.Option(help=_("Variant of shuffled or drawn choices."))] = None,
) -> None:
    set_up_django()
    from cordee.activities.quiz.trying import try_answers

    for line in try_answers(sys.stdin, problem=problem, seed=seed):
        sys.stdout.write(line.rstrip("\n") + "\n")
    sys.stdout.flush()


def _refuse_folder(file: Path) -> None:
    from cordee.core.errors import N_, InputRefused, shown

    if file.is_dir():
        if (file / "course.yaml").exists():
            raise InputRefused(
                N_("“{name}” is a folder of text. To publish it: cordee course publish {name}"),
                name=shown(str(file)),
            )
        raise InputRefused(
            N_(
                "“{name}” is a folder. An import reads the .tar.gz or .zip of an export; cordee course publish reads a "
                "folder with a course.yaml."
            ),
            name=shown(str(file)),
        )


def say_when(run: Run, *, now: dt.datetime) -> None:
    """A session in which nobody can work now: since or until when, and what to do about it."""
    from django.utils import timezone

    here = timezone.get_default_timezone()
    if run.closes_at is not None and run.closes_at <= now:
        words = _("This session is over since {day}. Open another with --run, --opens and --closes.")
        say(words.format(day=amounts.day(run.closes_at, here)))
    elif run.opens_at > now:
        words = _("This session opens on {day}. To open it earlier: the same command with --opens.")
        say(words.format(day=amounts.day(run.opens_at, here)))


def archive_limits() -> Limits:
    """The operator's limits on archives, from the settings."""
    from django.conf import settings

    from cordee.formats.archives import Limits

    given = settings.CORDEE
    return Limits(
        files=given.archive_files,
        archive_bytes=given.archive_bytes,
        total_bytes=given.archive_total_bytes,
        member_bytes=given.archive_file_bytes,
        ratio=given.archive_ratio,
    )


def moment_given(given: dt.datetime | None, *, closing: bool) -> dt.datetime | None:
    """A date without a time opens at 00:00 and closes at 23:59:59, in the site's zone."""
    if given is None:
        return None
    from django.utils import timezone

    if closing and given.time() == dt.time():
        given = given.replace(hour=23, minute=59, second=59)
    return timezone.make_aware(given).astimezone(dt.UTC)


def _in_words(report: dict[str, Any]) -> str:
    course = report["course"]
    lines = [
        f"{course['title']}  ({course['organisation']}+{course['number']}+{course['run']})",
        "  " + _("modules: {modules}, sections: {sections}, units: {units}").format(**report),
        "",
        _("Blocks"),
        *(f"  {n:6}  {tag}" for tag, n in report["blocks"].items()),
    ]
    if report["responses"]:
        lines += ["", _("Questions by type"), *(f"  {n:6}  {tag}" for tag, n in report["responses"].items())]
    return "\n".join(lines + _remarks_in_words(report))


def _remarks_in_words(report: Mapping[str, Any]) -> list[str]:
    """What the author should look at, the same for a check and an import."""
    lines: list[str] = []
    for title, name in (
        (_("Not understood here (kept, shown as not available)"), "unknown"),
        (_("Missing"), "missing"),
        (_("Missing files"), "missing_assets"),
        (_("Secrets left out"), "dropped_secrets"),
        (_("To look at"), "warnings"),
    ):
        if report[name]:
            head = _("{title}: {count}").format(title=title, count=len(report[name]))
            lines += ["", head, *(f"  {_line(one)}" for one in report[name])]
    return lines


def _line(one: dict[str, Any]) -> str:
    block = f"{one.get('tag', '')} {one.get('title') or one.get('id', '')}".strip()
    words = _said(one) or one.get("path") or one.get("name") or block
    return f"{words}  [{one['place']}]" if one.get("place") else str(words)


def _said(one: dict[str, Any]) -> str:
    """A remark's sentence in the language of the command, where the report keeps its template."""
    if "template" not in one:
        return ""
    return _(one["template"]).format(**one["values"]) if one["values"] else _(one["template"])


course_export_cli.add_to(app)
