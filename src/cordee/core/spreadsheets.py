"""Which cells would a spreadsheet take for a formula, and how does one hand it a table that it only shows?

Source: OWASP, CSV Injection (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet would read a cell as a formula
SIGNS: Final = frozenset(A_FORMULA)
BYTE_ORDER_MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8
LINES_AT_ONCE: Final = 500


def harmless(value: Any) -> Any:
    """The cell as it is shown and never computed: words that begin like a formula get an apostrophe before them."""
    return "'" + value if isinstance(value, str) and value.startswith(A_FORMULA) else value


def csv_lines(names: Sequence[str], rows: Iterable[Sequence[Any]], *, french: bool = False) -> Iterator[str]:
    """CSV for spreadsheets (RFC 4180: commas, CRLF; UTF-8 with a byte order mark), a few hundred lines at a time.

    `french`: as spreadsheets in French open it by a double click: semicolons between cells, commas in numbers.
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";" if french else ",", lineterminator="\r\n")
    written.write(BYTE_ORDER_MARK)
    writer.writerow([harmless(name) for name in names])
    left = iter(rows)
    while some := list(islice(left, LINES_AT_ONCE)):
        if french:
            some = [[str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row] for row in some]
        # `harmless` of each cell, written out: a call for each of 120,000 cells costs more than all the rest.
        writer.writerows(
            [("'" + cell if isinstance(cell, str) and cell[:1] in SIGNS else cell) for cell in row] for row in some
        )
        yield written.getvalue()
        written.seek(0)
        written.truncate()
    yield written.getvalue()
