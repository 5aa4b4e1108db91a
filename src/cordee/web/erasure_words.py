"""How is a line of a receipt of an erasure said, on a page and in a terminal?"""

from __future__ import annotations

from collections.abc import Callable

from cordee.core.errors import N_
from cordee.core.privacy import Line

FATES = {
    "deleted": N_("{what}: {count} deleted"),
    "unlinked": N_("{what}: {count} kept without anything that leads to the person"),
    "kept": N_("{what}: {count} kept. {reason}"),
}


def line_words(line: Line, translate: Callable[[str], str], number: Callable[[int], str]) -> str:
    """E.g. "Your sign-ins: 3 deleted"."""
    what = translate(line.words) if line.words else line.what
    reason = translate(line.reason) if line.reason else ""
    return translate(FATES[line.fate]).format(what=what, count=number(line.count), reason=reason).strip()
