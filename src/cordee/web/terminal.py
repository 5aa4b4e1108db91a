"""How does a command speak to who typed it, and how does it get at the site's rows?"""

from __future__ import annotations

import io
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from cordee.core import memory
from cordee.core.errors import CordeeError
from cordee.web import command_language

PICTURES, SPACE, RUBOUT, DELETE = 0x2400, 0x20, 0x7F, "\N{SYMBOL FOR DELETE}"
REFUSED = 1  # exit code: what was given cannot be taken, and the reason was said


def speak_utf8() -> None:
    """Whatever bytes come in and whatever characters go out, no command breaks on them."""
    sys.stdout, sys.stderr = sys.stdout or _nowhere(), sys.stderr or _nowhere()
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _nowhere() -> io.TextIOWrapper:
    """In the place of a stream that was closed before the command began: what is said goes nowhere."""
    return Path(os.devnull).open("w", encoding="utf-8")


def say(text: str) -> None:
    """One line to the operator, at once."""
    print(text, flush=True)  # noqa: T201 - the command's own voice


def pass_on(data: bytes, stream: TextIO) -> None:
    """What a stranger's program printed: byte by byte into a file or a pipe, by visible signs onto a terminal."""
    stream.flush()
    stream.buffer.write(_visible(data).encode() if stream.isatty() else data)
    stream.flush()


def _visible(data: bytes) -> str:
    """With a picture for each control sign but the end of a line and the tab: a terminal obeys the others.

    Those of ASCII are U+2400 to U+2421 (Unicode, block Control Pictures); those of ISO 6429 have none.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(sign if sign in "\n\t" or unicodedata.category(sign) != "Cc" else _picture(sign) for sign in text)


def _picture(sign: str) -> str:
    code = ord(sign)
    return chr(PICTURES + code) if code < SPACE else DELETE if code == RUBOUT else "\N{REPLACEMENT CHARACTER}"


def run_to_its_end(command: Callable[[], object], *, as_json: bool = False) -> NoReturn:
    """End with 0, or with 1 when the command, or the machine, refuses: the reason is said, and never as a trace."""
    try:
        command()
    except CordeeError as refused:
        refuse(refused, as_json=as_json)
    except Exception as wrong:
        from cordee.web import machine

        refusal = machine.refusal_for(wrong)
        if refusal is None:
            raise
        refuse(refusal, as_json=as_json)
    raise SystemExit(0)


def refuse(refused: CordeeError, *, as_json: bool) -> NoReturn:
    """Say why, and end with 1."""
    print(f"cordee: {command_language.sentence_of(refused)}", file=sys.stderr)  # noqa: T201 - the command's own voice
    if as_json:
        print(json.dumps({"error": str(refused)}, ensure_ascii=False))  # noqa: T201
    raise SystemExit(REFUSED)


def set_up_django() -> None:
    """Make models usable. Raises `SettingWrong`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    with memory.importing():
        import django

        django.setup()


@contextmanager
def progress_bar(title: str, *, shown: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Gives `progress(done, total)`; a bar appears when it takes more than two seconds, on a terminal only."""
    if not (shown and sys.stderr.isatty()):
        yield lambda _done, _total: None
        return
    from cordee.web.progress import DelayedBar

    with DelayedBar(title) as bar:
        yield bar.update
