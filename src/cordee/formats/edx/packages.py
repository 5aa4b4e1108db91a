"""How is a table of edX's research package read? A .sql file: a header, then rows, cells between tabs.

`\\t`, `\\n`, `\\r` and `\\\\` are escaped within a cell, NULL is the word, moments are UTC.
Source: "Research Guide", Open edX documentation, "Data delivered in data packages".
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from cordee.core.errors import N_
from cordee.formats.edx.reports import INCOMPLETE, MORE_CELLS, ReportRefused, Sheet, plain

_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_MEANS: Final = {"t": "\t", "n": "\n", "r": "\r", "0": "", "\\": "\\"}
TOLD_EVERY: Final = 2000
TOO_SHORT: Final = N_("fewer cells than columns")


def open_table(path: Path, moved: Callable[[float], None] = lambda _share: None) -> Sheet:
    """The table in this file, or in this .gz; cells as text, '' for NULL. Raises ReportRefused, and so do its rows
    where the last one was cut.
    """
    try:
        raw = path.open("rb")
        size = max(path.stat().st_size, 1)
        magic = raw.read(2)
        raw.seek(0)
        lines: IO[bytes] = gzip.GzipFile(fileobj=raw) if magic == b"\x1f\x8b" else raw  # type: ignore[assignment]
        header = lines.readline()
    except EOFError:
        raise ReportRefused(INCOMPLETE, name=path.name) from None
    except (OSError, zlib.error) as error:
        raise ReportRefused(N_("{name} cannot be opened. {reason}"), name=path.name, reason=error) from error
    columns = columns_of(header)
    if not any(columns):
        raise ReportRefused(
            N_("{name} has no line that names its columns. Take it from the package again."), name=path.name
        )
    sheet = Sheet(columns, "utf-8", "\t", iter(()))

    def rows() -> Iterator[list[str]]:
        with raw, lines:
            for line in _whole(lines, path.name):
                sheet.row += 1
                if sheet.row % TOLD_EVERY == 0:
                    moved(min(raw.tell() / size, 1.0))
                cells = line.decode("utf-8", "replace").rstrip("\r\n").split("\t")
                if cells == [""]:
                    continue
                if len(cells) < len(columns) and not line.endswith(b"\n"):
                    raise ReportRefused(INCOMPLETE, name=path.name)
                if len(cells) != len(columns):
                    sheet.drop(MORE_CELLS if len(cells) > len(columns) else TOO_SHORT)
                    continue
                yield ["" if cell == "NULL" else unescaped(cell) for cell in cells]

    sheet.rows = rows()
    return sheet


def _whole(lines: IO[bytes], name: str) -> Iterator[bytes]:
    try:
        yield from lines
    except EOFError:
        raise ReportRefused(INCOMPLETE, name=name) from None


def columns_of(header: bytes) -> tuple[str, ...]:
    """Names of the columns of a table's first line, plain."""
    return tuple(plain(cell) for cell in header.decode("utf-8", "replace").rstrip("\r\n").split("\t"))


def unescaped(cell: str) -> str:
    r"""The text that a cell stands for: its `\n` is a line end; of `\"` only the mark stays."""
    return _ESCAPED.sub(lambda found: _MEANS.get(found[1], found[1]), cell).replace("\0", "") if "\\" in cell else cell
