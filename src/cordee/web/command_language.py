"""In which language does the `cordee` command speak?

In French where the first of LC_ALL, LC_MESSAGES and LANG that is set begins with "fr", in English elsewhere, and always
in English to machines (`--json`). The words come from the rooms' own catalogues, read with Python's gettext: a command
may have to speak before Django is there, and help loads nothing heavy.
"""

from __future__ import annotations

import gettext as catalogues
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from cordee.core.errors import N_, CordeeError

PACKAGE = Path(__file__).parents[1]
DOMAIN = "django"  # how the message files are named
OF_TYPER = (  # what Typer says by itself: it asks gettext for these very sentences
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("Error"),
    N_("Aborted."),
    N_("[default: {}]"),
    N_("[required]"),
    N_("Missing command."),
    N_("No such command {name!r}."),
    N_("Try [blue]'{command_path} {help_option}'[/] for help."),
)
OF_CLICK = (  # what Typer says by itself and asks nobody for: how its sentences begin
    N_("Usage: "),
    N_("Show this message and exit."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Invalid value for"),
    N_("Invalid value"),
    N_("No such option"),
)
_A_CALL: Final = re.compile(r"(?<![\w./-])cordee (?=[a-z])")  # of a sentence: what a person is told to type

_to_machines = {"speaks": False}


def gettext(sentence: str) -> str:
    """The sentence in the language of the command."""
    return catalogue(language()).gettext(sentence)


def language() -> str:
    """ "fr" or "en": the language of the command; to machines always English."""
    return "en" if _to_machines["speaks"] else language_of(os.environ)


def sentence_of(error: CordeeError) -> str:
    """An error's sentence in the language of the command."""
    return with_calls(error.sentence(gettext))


def with_calls(sentence: str) -> str:
    """A sentence in which each command that a person is told to type is called as this one was."""
    return _A_CALL.sub(lambda _call: f"{as_typed()} ", sentence)


def as_typed() -> str:
    """How to call this command again: "cordee" where a shell finds it so, else its path as it was called, quoted."""
    called = Path(sys.argv[0])
    if called.stem != "cordee":
        return "cordee"
    found = shutil.which("cordee")
    return "cordee" if found and Path(found).resolve() == called.resolve() else shlex.quote(sys.argv[0])


def example(command: str) -> str:
    """How a help text ends: a command that can be typed as it is."""
    typed = with_calls(command).replace("[", r"\[")
    return "\n\n" + gettext("Example:") + f" [bold]{typed}[/bold]"


def speak_to_machines() -> None:
    """English from now on: what a program reads does not depend on who runs it."""
    _to_machines["speaks"] = True


def language_of(variables: Mapping[str, str]) -> str:
    """ "fr" or "en", as the variables of a process say (POSIX: LC_ALL before LC_MESSAGES before LANG)."""
    said = next((variables[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if variables.get(name)), "")
    return "fr" if said.lower().startswith("fr") else "en"


@cache
def catalogue(language: str) -> catalogues.NullTranslations:
    """All rooms' sentences in one language, the command's own first; English needs no file."""
    found = catalogues.NullTranslations()
    if language == "en":
        return found
    place = Path("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
    files = [PACKAGE / "web" / place, *sorted(PACKAGE.glob(f"*/{place}")), *PACKAGE.glob(f"activities/*/{place}")]
    for path in dict.fromkeys(files):
        with path.open("rb") as file:
            read = catalogues.GNUTranslations(file)
        if isinstance(found, catalogues.GNUTranslations):
            found.add_fallback(read)
        else:
            found = read
    return found


def teach_typer() -> None:
    """Typer's own words in the language of the command; call it before the first help is drawn."""
    if language_of(os.environ) != "en":
        os.environ["LANGUAGE"] = language_of(os.environ)  # gettext asks this variable first
        catalogues.bindtextdomain(DOMAIN, str(PACKAGE / "web" / "locale"))
        catalogues.textdomain(DOMAIN)
        _teach_click()


def _teach_click() -> None:
    """Put our words where Typer has English ones that it asks no catalogue for."""
    from typer._click import core, exceptions, formatting

    write_usage = formatting.HelpFormatter.write_usage
    help_option_of = core.Command.get_help_option

    def written(self: formatting.HelpFormatter, prog: str, args: str = "", prefix: str | None = None) -> None:
        write_usage(self, prog, args, gettext("Usage: ") if prefix is None else prefix)

    def helped(self: core.Command, ctx: core.Context) -> Any:
        option = help_option_of(self, ctx)
        if option is not None and option.help:
            option.help = gettext(option.help)
        return option

    formatting.HelpFormatter.write_usage = written  # type: ignore[method-assign]
    core.Command.get_help_option = helped  # type: ignore[method-assign]
    for error in (exceptions.MissingParameter, exceptions.BadParameter, exceptions.NoSuchOption):
        error.format_message = _begun_in_our_words(error.format_message)  # type: ignore[method-assign, assignment]


def _begun_in_our_words(format_message: Callable[[Any], str]) -> Callable[[Any], str]:
    def formatted(error: Any) -> str:
        said = format_message(error)
        begin = next((one for one in OF_CLICK if said.startswith(one)), "")
        return gettext(begin) + said.removeprefix(begin) if begin else said

    return formatted
