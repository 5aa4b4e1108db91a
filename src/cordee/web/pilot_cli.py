"""`cordee pilot …`: see who starts, who finishes and where they stop."""

from __future__ import annotations

import typer

from cordee.web import pilot_keeping_cli
from cordee.web.command_language import gettext as _

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help=_("See who starts, who finishes and where learners stop, from exports of FUN, edX and others."),
)
pilot_keeping_cli.add_to(app)
