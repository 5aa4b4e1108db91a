"""`cordee catalogue …`: what the public pages of courses say, from files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from cordee.core.errors import N_, InputRefused
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say, set_up_django

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help=_("What the public pages of courses say, from files.")
)
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


@app.command(
    "import",
    help=_("Bring in a folder of course sheets, fields and paths. The same folder again changes nothing.")
    + example("cordee catalogue import my-catalogue"),
)
def import_(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help=_("A folder of .toml files, one a course."))],
    keep: Annotated[
        bool, typer.Option("--keep", help=_("Leave what somebody wrote on the site since as it is."))
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help=_("Write over what somebody wrote on the site since; its history has both."))
    ] = False,
    as_json: Json = False,
) -> None:
    if keep and force:
        raise InputRefused(N_("--keep and --force say opposite things. Give one of them."))
    set_up_django()
    from cordee.core import clock
    from cordee.courses.sheets.folder import bring_in, read_folder
    from cordee.web.database import ready_for_writing

    ready_for_writing(say=lambda words: None if as_json else say(words))
    now = clock.now()
    wish: Literal["refuse", "keep", "overwrite"] = "keep" if keep else "overwrite" if force else "refuse"
    done = bring_in(folder=read_folder(folder, now=now), by=None, now=now, if_edited=wish)
    if as_json:
        figures = {"courses": done.courses, "runs": done.runs, "changed": done.changed}
        say(json.dumps({**figures, "kept" if keep else "written_over": list(done.edited)}))
        return
    words = _("{courses} courses and {runs} sessions on other sites were read; {changed} of what they say is new.")
    say(words.format(courses=done.courses, runs=done.runs, changed=done.changed))
    if done.edited:
        kept = _("Kept as somebody wrote it on the site: {which}.")
        over = _("Written over, and kept in the history: {which}.")
        say((kept if keep else over).format(which=", ".join(done.edited)))


@app.command(
    help=_("Make anew what the catalogue finds and shows of each course. It is kept in step by itself otherwise.")
    + example("cordee catalogue index")
)
def index(as_json: Json = False) -> None:
    set_up_django()
    from cordee.courses.search.indexing import build
    from cordee.web.database import ready_for_writing

    ready_for_writing(say=lambda words: None if as_json else say(words))
    courses = build()
    if as_json:
        say(json.dumps({"courses": courses}))
        return
    say(_("The catalogue knows {courses} courses again.").format(courses=courses))
