"""`cordee course export` and `text`: a published version as other platforms take it, or as text; an archive as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cordee.web import amounts
from cordee.web.command_language import example, with_calls
from cordee.web.command_language import gettext as _
from cordee.web.terminal import progress_bar, say, set_up_django

if TYPE_CHECKING:
    from cordee.courses.models import Version
    from cordee.courses.text.writing_out import WrittenOut

SHOWN = 20  # names of blocks on a terminal


def add_to(app: typer.Typer) -> None:
    """Add the commands to `cordee course`."""
    app.command(
        help=_("Write a published version as a file that Open edX imports, or as a folder of course text.")
        + example("cordee course export Ingenia+RES101+2026 --olx course.tar.gz")
    )(export)
    app.command(
        help=_("Write a course of Open edX as a folder of course text, without publishing anything.")
        + example("cordee course text course.tar.gz my-course")
    )(text)


def export(
    key: Annotated[str, typer.Argument(metavar="KEY", help=_("Key of a session, or of a course: its latest version."))],
    olx: Annotated[
        Path | None, typer.Option("--olx", metavar="FILE", help=_("Where to write: a .tar.gz of Open edX."))
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", metavar="FOLDER", help=_("Where to write: a new folder of course text."))
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, metavar="N", help=_("The version of this number in place of it."))
    ] = None,
    language: Annotated[
        str, typer.Option(help=_("Which language of the version; a file holds one. Default: the course’s own."))
    ] = "",
    force: Annotated[bool, typer.Option("--force", help=_("Write over a file of this name."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))] = False,
) -> None:
    set_up_django()
    from cordee.courses.exporting import export_to, version_of

    if text is not None and olx is None:
        _take_out(version_of(key, version), text, as_json=as_json)
        return
    if olx is None or text is not None:
        raise typer.BadParameter(_("say one of the two: --olx FILE or --text FOLDER"))
    found = version_of(key, version)
    with progress_bar(_("Writing files"), shown=not as_json) as progress:
        done = export_to(olx, found, language=language, replace=force, progress=progress)
    if as_json:
        answer = {
            "file": str(olx),
            "course": done.course,
            "version": done.version,
            "sha256": found.sha256,
            "language": done.language,
            "languages": list(done.languages),
            "files": done.files,
            "size_bytes": done.size_bytes,
        }
        say(json.dumps(answer, ensure_ascii=False))
        return
    words = _("Version {number} of {course} ({language}) is in {file}: {files} files, {size} MB.")
    about = {"number": done.version, "course": done.course, "language": done.language, "file": olx}
    say(words.format(**about, files=done.files, size=amounts.megabytes(done.size_bytes, 1)))
    others = [one for one in done.languages if one != done.language]
    if others:
        words = _("It is also in {languages}: the same command with --language, and a file for each.")
        say(words.format(languages=", ".join(others)))


def text(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The export of a course: a .tar.gz or .zip."))],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("Where to write: a new folder."))],
    as_json: Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))] = False,
) -> None:
    set_up_django()
    from cordee.courses.text.taking_out import text_of_archive
    from cordee.web.course_cli import archive_limits
    from cordee.web.course_text_cli import folder_limits

    done = text_of_archive(file, folder, limits=archive_limits(), folder_limits=folder_limits())
    if as_json:
        say(json.dumps({"folder": str(folder), **_counts(done)}, ensure_ascii=False))
        return
    words = _("{file} is in {folder}: {pages} pages and {files} other files.")
    say(words.format(file=file, folder=folder, pages=done.pages, files=done.files))
    _say_word_by_word(done)
    say(with_calls(_("To check it: cordee course check {folder}").format(folder=folder)))


def _take_out(version: Version, folder: Path, *, as_json: bool) -> None:
    from cordee.courses.text.taking_out import take_out
    from cordee.web.course_text_cli import folder_limits

    done = take_out(version, folder, limits=folder_limits())
    course = version.course.key
    if as_json:
        answer = {"folder": str(folder), "course": course, "version": version.number, "sha256": version.sha256}
        say(json.dumps(answer | _counts(done), ensure_ascii=False))
        return
    if done.as_it_was:
        words = _("Version {number} of {course} is in {folder}: {pages} pages and {files} files, byte by byte.")
    else:
        words = _("Version {number} of {course} is in {folder}: {pages} pages and {files} other files.")
    say(words.format(number=version.number, course=course, folder=folder, pages=done.pages, files=done.files))
    _say_word_by_word(done)


def _counts(done: WrittenOut) -> dict[str, Any]:
    return {
        "pages": done.pages,
        "files": done.files,
        "blocks": done.blocks,
        "word_by_word": [{"tag": one.tag, "why": one.why, "count": one.count} for one in done.verbatim],
        "other": list(done.other),
    }


def _say_word_by_word(done: WrittenOut) -> None:
    """How many blocks are no text, and why; and what would not come back the same."""
    if done.verbatim:
        words = _("Blocks that stay word by word as Open edX has them: {count} of {all}.")
        say(words.format(count=sum(one.count for one in done.verbatim), all=done.blocks))
        for one in done.verbatim:
            say(f"  {one.tag} × {one.count}: {_(one.why)}")
    if done.other:
        words = _("Published again, this would come back otherwise: {names}. Keep the file of Open edX too.")
        say(words.format(names=", ".join(done.other[:SHOWN]) + (" …" if len(done.other) > SHOWN else "")))
