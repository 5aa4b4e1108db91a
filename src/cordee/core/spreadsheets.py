"""Which cells would a spreadsheet take for a formula, and how does one hand it a table that it only shows?

Source: OWASP, CSV Injection (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet would read a cell as a formula
BYTE_ORDER_MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8
LINES_AT_ONCE: Final = 500


def harmless(value: Any) -> Any:
    """The cell as it is shown and never computed: words that begin like a formula get an apostrophe before them."""
    return "'" + value if isinstance(value, str) and value.startswith(A_FORMULA) else value


def csv_lines(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV for spreadsheets (RFC 4180: commas, CRLF; UTF-8 with a byte order mark), a few hundred lines at a time."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    written.write(BYTE_ORDER_MARK)
    writer.writerow([harmless(name) for name in names])
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(cell) for cell in row])
        if number % LINES_AT_ONCE == 0:
            yield written.getvalue()
            written.seek(0)
            written.truncate()
    yield written.getvalue()
