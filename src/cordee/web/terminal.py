"""How does a command speak to who typed it, and how does it get at the site's rows?"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

REFUSED = 1  # exit code: what was given cannot be taken, and the reason was said


def speak_utf8() -> None:
    """Whatever bytes come in and whatever characters go out, no command breaks on them."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def say(text: str) -> None:
    """One line to the operator, at once."""
    print(text, flush=True)  # noqa: T201 - the command's own voice


def set_up_django() -> None:
    """Make models usable. Raises `SettingWrong`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
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
