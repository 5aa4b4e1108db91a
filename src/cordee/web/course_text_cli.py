"""`cordee course new, watch, format, schema, publish`, and `check` of a folder: courses that are written as text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cordee.core.errors import InputRefused
from cordee.web import command_language, publishing_cli
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.course_cli import DATE_FORMATS, Json, moment_given, say_when
from cordee.web.terminal import REFUSED, progress_bar, say, set_up_django

if TYPE_CHECKING:
    from cordee.courses.text.checking import LookBack
    from cordee.courses.text.drafting import Draft
    from cordee.courses.text.publishing import Published
    from cordee.formats.coursetext.folder import FolderLimits
    from cordee.formats.coursetext.model import Message
    from cordee.learning.queries import Shows

app = typer.Typer()
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help=_("A folder with a course.yaml."), file_okay=False)]
SHOWN = 50  # messages on a terminal
LINES_SHOWN = 12  # of what changed in a reference
BEHIND = "translation-behind"
NONE_BEHIND: Mapping[str, Sequence[str]] = {}


def add_commands(to: typer.Typer) -> None:
    """They are commands of `cordee course` like those that read courses of other platforms."""
    to.registered_commands += app.registered_commands


def check_folder(folder: Path, *, tries_links: bool, as_json: bool, fixes: bool = False, dry: bool = False) -> None:
    """What to mend in a course text, with file, line, column and advice.

    Ends with 1 when there are errors, those of *Before opening* among them.
    `fixes`: what is safe is mended first, and each change told; `dry`: only told.
    """
    from cordee.core import clock
    from cordee.courses.checks.rules.linking import external_links
    from cordee.courses.checks.trying import try_links
    from cordee.courses.text.checking import check_folder as checked_folder
    from cordee.web import checks_cli

    look_back = _look_back(quiet=as_json)
    mended = None
    if fixes:
        from cordee.courses.text.mending import mend_folder

        mended = mend_folder(folder, write=not dry, limits=folder_limits(), look_back=look_back)
    if mended is not None and not as_json:
        _say_messages(mended.changes, mended.texts)
        words = _("Would be mended: {count}.") if dry else _("Mended: {count}.")
        say(words.format(count=len(mended.changes)))
    checked = checked_folder(folder, now=clock.now(), limits=folder_limits(), look_back=look_back)
    looked = checked.looked
    tried = list(try_links(external_links(looked.material))) if looked and tries_links else None
    if as_json:
        more = checks_cli.checks_as_json(looked, tried) if looked else {}
        if mended is not None:
            more |= {"mended": _as_json(mended.changes)["messages"]}
        rewritten = {"rewritten": list(checked.made.rewritten)} if checked.made else {}
        answer = _as_json(checked.messages, checked.behind) | rewritten | more
        say(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _say_messages(checked.messages, checked.texts, checked.behind)
        if checked.compiled is not None:
            modules = checked.compiled.outline.modules
            sections = [section for module in modules for section in module.sections]
            words = _("modules: {modules}, sections: {sections}, units: {units}")
            units = sum(len(section.units) for section in sections)
            say(words.format(modules=len(modules), sections=len(sections), units=units))
        _say_rewritten(checked.made.rewritten if checked.made else ())
        say(
            _("Errors: {errors}. To look at: {warnings}.").format(
                errors=len(checked.errors), warnings=len(checked.warnings)
            )
        )
        if looked:
            say("\n".join(checks_cli.in_words(looked, tried)))
    if checked.errors or (looked and checks_cli.has_errors(looked)):
        raise typer.Exit(REFUSED)


@app.command(
    help=_("Write a small course of your own to start from: a folder of text.")
    + example("cordee course new reading-maps")
)
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help=_("The folder to make; its last part names the course."))],
    language: Annotated[
        str, typer.Option(metavar="fr|en", help=_("Language of the course; default: that of this command."))
    ] = "",
) -> None:
    if language not in {"", "fr", "en"}:
        raise typer.BadParameter(_("write fr or en"), param_hint="--language")
    set_up_django()
    from cordee.courses.text.starting import start_course

    made = start_course(Path(name), language=language or command_language.language())
    say(
        _("The course is in {folder}: {count} files. Look at course.yaml first.").format(
            folder=made.folder, count=made.count
        )
    )
    words = _("To see it as learners will, while you write: cordee course watch {folder}")
    say(command_language.with_calls(words.format(folder=made.folder)))
    say(command_language.with_calls(_("To check it: cordee course check {folder}").format(folder=made.folder)))
    say(command_language.with_calls(_("To publish it: cordee course publish {folder}").format(folder=made.folder)))


@app.command(
    "format",
    help=_("Lay out the pages of a folder in the one way, and name the blocks that have no name. Prose is not touched.")
    + example("cordee course format my-course --check"),
)
def format_(
    folder: Folder,
    check: Annotated[
        bool, typer.Option("--check", help=_("Change nothing; end with 1 when a page would look otherwise."))
    ] = False,
    as_json: Json = False,
) -> None:
    set_up_django()
    from cordee.courses.text.formatting import format_folder

    _must_be_folder(folder)
    done = format_folder(folder, write=not check, limits=folder_limits())
    if as_json:
        say(json.dumps({"changed": list(done.changed), **_as_json(done.left)}, ensure_ascii=False, indent=2))
    else:
        _say_messages(done.left, done.texts)
        for path in done.changed:
            say(path)
        words = (
            _("Pages that would change: {changed} of {all}.") if check else _("Pages that changed: {changed} of {all}.")
        )
        say(words.format(changed=len(done.changed), all=done.count))
    if done.left or (check and done.changed):
        raise typer.Exit(REFUSED)


@app.command(
    help=_("Say that a translation says what its reference says now: writes `of` in its heading.")
    + example("cordee course translated my-course/modules/reading/frame.en.md")
)
def translated(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A page in another language than the first."))],
    look: Annotated[
        bool, typer.Option("--look", help=_("Write nothing; show what changed since it was confirmed."))
    ] = False,
    as_json: Json = False,
) -> None:
    set_up_django()
    from cordee.courses.text.checking import key_of
    from cordee.courses.text.confirming import confirm_translation, translation_at

    found = translation_at(file, limits=folder_limits())
    if look:
        changed = found.changed(_look_back(quiet=as_json)(*key_of(found.course)))
        if as_json:
            answer = {"file": found.path, "state": found.state, "of": found.confirmed_for, "now": found.digest}
            say(json.dumps(answer | {"changed": list(changed)}, ensure_ascii=False))
            return
        words = {
            "current": _("{file} is up to date with {reference}."),
            "behind": _("{reference} has changed since {file} was confirmed."),
            "never": _("Nobody has confirmed {file} yet."),
        }[found.state]
        say(words.format(file=found.path, reference=found.reference.unit.path))
        _say_lines(changed)
        if found.state == "behind" and not changed:
            say(_("No version published here holds the text that it was confirmed for, so nothing can be compared."))
        return
    written = confirm_translation(found)
    if as_json:
        say(json.dumps({"file": found.path, "of": found.digest, "written": written}, ensure_ascii=False))
        return
    words = _("{file} is up to date: nothing was written.").format(file=found.path)
    say(f"{found.path}: of: {found.digest}" if written else words)


@app.command(
    help=_("Print the JSON Schema of course.yaml and module.yaml, for editors.")
    + example("cordee course schema course > course.schema.json")
)
def schema(
    which: Annotated[str, typer.Argument(metavar="course|module", help=_("Of which file."))] = "course",
) -> None:
    from cordee.formats.coursetext.facts import CourseFacts, ModuleFacts, json_schema

    known = {"course": CourseFacts, "module": ModuleFacts}
    if which not in known:
        raise typer.BadParameter(_("write course or module"))
    say(json.dumps(json_schema(known[which]), ensure_ascii=False, indent=2))


@app.command(
    help=_("Publish a version of a course text and open a session of it. The same text again changes nothing.")
    + example("cordee course publish my-course --opens 2026-12-01")
)
def publish(  # noqa: PLR0913, PLR0917 - one option a fact that the author may state
    folder: Folder,
    run: Annotated[str, typer.Option(metavar="KEY", help=_("Key of the session, or its last part."))] = "",
    opens: Annotated[
        dt.datetime | None, typer.Option(formats=DATE_FORMATS, help=_("First day of the session."))
    ] = None,
    closes: Annotated[
        dt.datetime | None, typer.Option(formats=DATE_FORMATS, help=_("Last day of the session."))
    ] = None,
    update_run: Annotated[
        str, typer.Option("--update-run", metavar="KEY", help=_("This session moves to the new version."))
    ] = "",
    regrade: publishing_cli.Regrade = "",
    listed: publishing_cli.Listed = False,
    by: publishing_cli.By = "",
    note: publishing_cli.Note = "",
    reviewer: publishing_cli.Reviewer = "",
    as_json: Json = False,
) -> None:
    _must_be_folder(folder)
    publishing_cli.refuse_lonely_regrade(regrade, moves=bool(update_run))
    set_up_django()
    from cordee.core import clock
    from cordee.courses.checks.model import count_by_severity
    from cordee.courses.opening import RunOptions
    from cordee.courses.text.publishing import TextRefused, publish_folder
    from cordee.learning.queries import answers_by_activity, sessions_of
    from cordee.web.database import ready_for_writing

    ready_for_writing(say=lambda words: None if as_json else say(words))
    author = publishing_cli.published_by(by, note, reviewer)
    options = RunOptions(
        key=update_run or run,
        opens_at=moment_given(opens, closing=False),
        closes_at=moment_given(closes, closing=True),
        listed=True if listed else None,
        update_run=bool(update_run),
        regrades=bool(regrade),
    )
    try:
        with progress_bar(_("Storing files"), shown=not as_json) as progress:
            published = publish_folder(
                folder,
                options=options,
                now=clock.now(),
                limits=folder_limits(),
                progress=progress,
                count=answers_by_activity,
                published=author,
            )
    except TextRefused as refused:
        if not as_json:
            _say_messages(refused.messages, refused.texts)
            raise
        say(json.dumps({"error": str(refused), **_as_json(refused.messages)}, ensure_ascii=False))
        raise typer.Exit(REFUSED) from refused
    done = published.done
    grading = publishing_cli.Grading()
    if update_run and (done.changed or regrade):
        grading = publishing_cli.after_moving(done, author, regrade=regrade)
    kept_on = done.run.version.number if done.run.pk else 0
    sessions = sessions_of(done.run.course_id)
    is_meant = len(sessions) < 2 or bool(options.key or options.gives_dates or options.listed)  # noqa: PLR2004 - several
    if as_json:
        answer = {
            "key": done.run.key,
            "version": done.version,
            "changed": done.changed,
            "course": done.run.course.key,
            "run_version": kept_on,
            "review": publishing_cli.REVIEWS[done.review],
            "listed": done.run.listed,
            "grading": publishing_cli.grading_as_json(grading),
            "named": published.named,
            "checks": count_by_severity(done.found),
            "sessions_behind": [asdict(one) for one in _behind(sessions, done.version)],
            "rewritten": list(published.rewritten),
            **_as_json(published.messages),
        }
        say(json.dumps(answer, ensure_ascii=False))
        return
    _say_published(published, grading, sessions, is_meant=is_meant)


@app.command(
    help=_("Show a course text as learners will see it, while it is written: each save is seen at once. Until Ctrl-C.")
    + example("cordee course watch my-course")
)
def watch(
    folder: Folder,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help=_("Where the pages are; default: the first free from 8100."))
    ] = None,
    opens: Annotated[bool, typer.Option("--open", help=_("Open the page in the browser."))] = False,
) -> None:
    _must_be_folder(folder)
    from cordee.web.course_preview import serving

    serving.watch(folder, port=port, opens=opens, say=say, tell=_Telling())


class _Telling:
    """What `watch` says of each state of the folder: what should be mended, whenever that is something else."""

    def __init__(self) -> None:
        self._said: tuple[Message, ...] = ()
        self._zone = dt.datetime.now().astimezone().tzinfo  # the machine's, before Django has its own

    def __call__(self, draft: Draft, count: int, seconds: float) -> None:
        if draft.errors != self._said:
            _say_messages(draft.errors, draft.texts)
        self._said = draft.errors
        words = _("{time} files changed: {count}, shown after {ms} ms. Errors: {errors}. To look at: {warnings}.")
        found = {"errors": len(draft.errors), "warnings": len(draft.warnings)}
        say(
            words.format(time=f"{dt.datetime.now(self._zone):%H:%M:%S}", count=count, ms=round(1000 * seconds), **found)
        )


def _look_back(*, quiet: bool) -> LookBack:
    """What was published here; nothing where there is no database, and where it cannot be asked, which is said."""
    from cordee.core.errors import Conflict, shown
    from cordee.courses.text.checking import never_published
    from cordee.courses.text.history import history_of
    from cordee.learning.queries import answers_by_activity
    from cordee.web.database import is_there, refuse_older
    from cordee.web.environment import Environment

    try:
        if not is_there(Environment.read()):
            return never_published
        refuse_older()
    except Conflict as error:
        if not quiet:
            words = _("What was published here could not be looked at: {reason}")
            say(words.format(reason=shown(str(error), 300)))
        return never_published
    return lambda organisation, number: history_of(organisation, number, answers_by_activity)


def _say_published(
    published: Published, grading: publishing_cli.Grading, sessions: list[Shows], *, is_meant: bool
) -> None:
    """`is_meant`: whether the author said which of the `sessions` of the course is meant, or there is no other."""
    from cordee.core import clock
    from cordee.web import checks_cli

    done = published.done
    kept_on = done.run.version.number if done.run.pk else 0
    behind = _behind(sessions, done.version)
    _say_messages(published.messages, published.texts)
    _say_rewritten(published.rewritten)
    if published.named:
        say(_("Names written in the folder, for blocks that had none: {count}.").format(count=published.named))
    if done.changed and not is_meant:
        words = _("Version {number} of {course} is published.")
    elif done.changed:
        words = _("Version {number} of {course} is published. Session: {run}.")
    elif published.layout:
        words = _("Nothing changed: version {number} of {course} says the same; {count} files only look otherwise.")
    else:
        words = _("Nothing changed: version {number} of {course} holds this content already.")
    say(words.format(number=done.version, course=done.run.course.key, run=done.run.key, count=published.layout))
    publishing_cli.say_review(done)
    if len(sessions) > 1 and behind:
        _say_behind(behind, waits=bool(publishing_cli.once_approved(done)))
    elif kept_on not in {done.version, 0}:
        words = _("The session stays on version {number}. To move it: the same command with --update-run {key}.")
        words = publishing_cli.once_approved(done) or words
        say(words.format(number=kept_on, key=done.run.key))
    publishing_cli.say_grading(grading, done)
    if is_meant:
        publishing_cli.say_unlisted(done)
    say(checks_cli.counts_in_words(done.found))
    if is_meant and done.run.pk is not None:
        say_when(done.run, now=clock.now())


def _behind(sessions: Iterable[Shows], version: int) -> list[Shows]:
    return [one for one in sessions if one.version < version]


def _say_behind(sessions: Sequence[Shows], *, waits: bool) -> None:
    """Every session that shows an older version, for the author to say which one is meant."""
    words = _("Sessions that show an older version. To move one: the same command with --update-run and its key.")
    if waits:
        words = _("Sessions that show an older version; none may move before the newer one is approved.")
    say(words)
    for one in sessions:
        words = _("{key}: version {number}, learners: {count}")
        say("  " + words.format(key=one.key, number=one.version, count=one.learners))


def _say_rewritten(names: tuple[str, ...]) -> None:
    """Blocks whose text has changed since they came from Open edX."""
    if names:
        words = _("Changed since they came from Open edX, so that their text alone counts: {names}.")
        say(words.format(names=", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")))


def folder_limits() -> FolderLimits:
    """The operator's limits on files of a course, from the settings."""
    from django.conf import settings

    from cordee.formats.coursetext.folder import FolderLimits

    given = settings.CORDEE
    return FolderLimits(file_bytes=given.archive_file_bytes, total_bytes=given.archive_total_bytes)


def _must_be_folder(folder: Path) -> None:
    from cordee.core.errors import N_, shown

    if not folder.is_dir():
        raise InputRefused(N_("There is no folder “{name}”. Check the name."), name=shown(str(folder)))


def _say_messages(
    messages: Iterable[Message], texts: Mapping[str, str], behind: Mapping[str, Sequence[str]] = NONE_BEHIND
) -> None:
    """`behind`: path of a translation that lags -> lines that changed in its reference."""
    from cordee.formats.coursetext.messages import render

    told = list(messages)
    for message in told[:SHOWN]:
        say(command_language.with_calls(render(message, texts, _)))
        if message.code == BEHIND:
            _say_lines(behind.get(message.place.path, ()))
    if len(told) > SHOWN:
        say(_("… and {count} more: the same command with --json lists all of them.").format(count=len(told) - SHOWN))


def _say_lines(lines: Sequence[str]) -> None:
    from cordee.core.errors import shown

    for line in lines[:LINES_SHOWN]:
        say(f"  {shown(line, 160)}")
    if len(lines) > LINES_SHOWN:
        say("  " + _("… lines not shown: {count}.").format(count=len(lines) - LINES_SHOWN))


def _as_json(messages: Iterable[Message], behind: Mapping[str, Sequence[str]] = NONE_BEHIND) -> dict[str, Any]:
    from cordee.formats.coursetext.messages import to_json

    told = [
        to_json(message, _) | ({"changed": list(behind.get(message.place.path, ()))} if message.code == BEHIND else {})
        for message in messages
    ]
    count = {one: sum(1 for line in told if line["severity"] == one) for one in ("error", "warning")}
    return {"errors": count["error"], "warnings": count["warning"], "messages": told}
