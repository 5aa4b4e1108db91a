"""What can still be read of a TOML file in which a line is wrong?

tomllib reads a file as a whole or not at all. Here the statement that cannot be read is left out, with a fault, and the
rest is read again: a comma too many in one line does not take the name of the programme from its report.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from cordee.bilan.folder.faults import Faults
from cordee.core.errors import N_, shown

PLACE: Final = re.compile(r" ?\(at (?:line (\d+), column \d+|end of document)\)")
HEADER: Final = re.compile(r"\s*\[")
MOST_WRONG: Final = 40  # statements that are left out; of more, what comes after is
MOST_LINES: Final = 2_000


def read_toml(file: str, text: str, faults: Faults) -> dict[str, Any]:
    """The values of the file, without what cannot be read; a fault for each such part, with its first line."""
    lines = text.split("\n")
    for _round in range(MOST_WRONG if len(lines) <= MOST_LINES else 0):
        try:
            return tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as wrong:
            found = PLACE.search(str(wrong))
            error_line = int(found[1]) if found and found[1] else len(lines)
            first = _readable(lines, error_line)
            last = _end_of(lines, first)
            faults.add(
                file,
                first + 1,
                N_(
                    "This line cannot be read and is left out ({why}); the rest is read. Look at its quotes and "
                    "brackets."
                )
                if last == first + 1
                else N_(
                    "This part cannot be read and is left out ({why}), down to line {last}; the rest is read. Look at "
                    "its quotes and brackets."
                ),
                why=shown(PLACE.sub("", str(wrong))),
                last=last,
            )
            lines[first:last] = [""] * (last - first)
    return _beginning(file, lines, faults)


def _readable(lines: list[str], error_line: int) -> int:
    """How many lines before the error can be read: the statement that follows them is the wrong one."""
    for count in range(min(error_line, len(lines)) - 1, 0, -1):
        if lines[count].strip() and _reads(lines[:count]):
            return count
    return 0


def _end_of(lines: list[str], first: int) -> int:
    """Where what is left out ends: of the head of a table, with the lines that stand under it; else with its line."""
    if not HEADER.match(lines[first]):
        return first + 1
    return next((at for at in range(first + 1, len(lines)) if HEADER.match(lines[at])), len(lines))


def _reads(lines: list[str]) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _beginning(file: str, lines: list[str], faults: Faults) -> dict[str, Any]:
    """The file where too much of it is wrong: what stands before."""
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as wrong:
        found = PLACE.search(str(wrong))
        error_line = int(found[1]) if found and found[1] else len(lines)
        first = _readable(lines, error_line)
        faults.add(
            file,
            first + 1,
            N_(
                "From here on this is not TOML that can be read ({why}). Look at the quotes and brackets near this "
                "line."
            ),
            why=shown(PLACE.sub("", str(wrong))),
        )
        return tomllib.loads("\n".join(lines[:first]))
