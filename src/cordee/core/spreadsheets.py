"""How does a table leave for a spreadsheet without becoming a program there?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

# How a spreadsheet would read a cell as a formula. Source: OWASP, CSV Injection.
A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK: Final = "\ufeff"  # without it Excel takes UTF-8 for something else


def harmless(cell: str) -> str:
    """The same words, behind an apostrophe where a spreadsheet would take them for a formula; numbers stay numbers."""
    return f"'{cell}" if cell.startswith(A_FORMULA) and not _is_number(cell) else cell


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Comma, a line of names, CRLF (RFC 4180), a byte order mark. The cells are harmless already."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return BYTE_ORDER_MARK + written.getvalue()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
