"""How is a CSV report opened, whatever edX, FUN or a French spreadsheet did to it?

UTF-8 with or without BOM, UTF-16, Windows-1252; comma, semicolon or tab; cells over several lines; lines that end in
\\r; rows that are too short or too long; thousands of columns; U+0000; a quotation mark that nobody closed. Nothing is
interpreted: a cell that begins with `=` is text.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import IO, Final

from cordee.core.errors import N_, InputRefused

DELIMITERS: Final = (",", ";", "\t")
CELL_SIGNS: Final = 32 * 1024 * 1024  # the longest cell; the state of a long essay is some 100 kB
LINE_SIGNS: Final = 64 * 1024 * 1024
CHUNK: Final = 1024 * 1024
TOLD_EVERY: Final = 2000  # rows
MENDED: Final = 20  # rows of one file in which a quotation mark is taken as a sign like another
KNOWN: Final = frozenset(
    [
        "id",
        "student id",
        "user id",
        "username",
        "user name",
        "email",
        "grade",
        "final grade",
        "name",
        "cohort",
        "cohort name",
        "enrollment status",
        "enrollment track",
        "verification status",
        "certificate eligible",
        "certificate delivered",
        "certificate type",
        "location",
        "title",
        "state",
        "block id",
        "block key",
        "problem id",
        "answer id",
        "submission id",
        "item id",
        "problem name",
        "anonymized user id",
        "exists",
        "year of birth",
        "gender",
        "level of education",
        "country",
        "module",
        "graded",
        "error",
    ]
)

# Why a row is not taken; short noun phrases, see `Tally.drop`.
MORE_CELLS: Final = N_("more cells than columns")
UNREADABLE: Final = N_("unreadable row")
NEVER_CLOSED: Final = N_("a quotation mark that is never closed")
HEADER_AGAIN: Final = N_("the header again")
INCOMPLETE: Final = N_("{name} ends too soon: the download is incomplete. Download it again; nothing of it was taken.")


class ReportRefused(InputRefused):
    """Nothing can be read from this file."""


@dataclass
class Sheet:
    """A report that is being read. `rows` gives lists with exactly one cell a column, and may be walked once."""

    columns: tuple[str, ...]  # as written, on one line
    encoding: str  # "utf-8", "cp1252", "utf-16-le"…
    delimiter: str
    rows: Iterator[list[str]]
    dropped: Counter[str] = field(default_factory=Counter)  # reason -> rows
    at: dict[str, list[int]] = field(default_factory=dict)  # reason -> numbers of the first rows, the header being 1
    row: int = 1  # the number of the row last given

    def drop(self, reason: str) -> None:
        """Count the row last read as not taken."""
        self.dropped[reason] += 1
        if self.dropped[reason] <= 3:  # noqa: PLR2004
            self.at.setdefault(reason, []).append(self.row)

    def index(self) -> dict[str, int]:
        """Position by plain name; of two columns of one name, the first."""
        found: dict[str, int] = {}
        for position, column in enumerate(self.columns):
            found.setdefault(plain(column), position)
        return found


def plain(column: str) -> str:
    """A header's name for comparing: "Student ID", "student_id" and a name after a BOM are one."""
    text = "".join(sign for sign in column if unicodedata.category(sign) not in {"Cf", "Cc"} or sign in "\n\r\t")
    return re.sub(r"[\s_]+", " ", text).strip().casefold()


def open_report(path: Path, moved: Callable[[float], None] = lambda _share: None) -> Sheet:
    """The report in this file, or in this .gz. `moved` is told how far the reading is.

    Raises ReportRefused for a file that cannot be opened or has no header; so do its rows, at their end, where the last
    of them was cut: the file is no whole report then. The file is read twice: once to know its
    encoding, once for its rows, in memory bounded by its longest row.
    """
    try:
        size = max(path.stat().st_size, 1)
        encoding = _encoding_of(path)
        raw = path.open("rb")
    except EOFError:
        raise ReportRefused(INCOMPLETE, name=path.name) from None  # a .gz that was cut
    except (OSError, zlib.error) as error:
        raise ReportRefused(N_("{name} cannot be opened. {reason}"), name=path.name, reason=error) from error
    opened = _inflated(raw)
    text = io.TextIOWrapper(opened, encoding=encoding, errors="replace", newline="")
    lines = _Lines(text)
    sheet = _begin(lines, path.name, encoding)
    records = sheet.rows

    def told() -> Iterator[list[str]]:
        with text, raw:
            try:
                for record in records:
                    if sheet.row % TOLD_EVERY == 0:
                        moved(min(raw.tell() / size, 1.0))
                    yield record
            except EOFError:
                raise ReportRefused(INCOMPLETE, name=path.name) from None

    sheet.rows = told()
    return sheet


def read_report(data: bytes, name: str = "report.csv") -> Sheet:
    """The report in these bytes. Raises ReportRefused."""
    encoding = _encoding(io.BytesIO(data))
    return _begin(_Lines(io.TextIOWrapper(io.BytesIO(data), encoding, "replace", newline="")), name, encoding)


@lru_cache(maxsize=4)
def columns_in(head: bytes) -> tuple[str, ...]:
    """Plain names of the columns in a file's first bytes; () where there is no header. The last may be cut."""
    try:
        sheet = read_report(head)
    except ReportRefused:
        return ()
    return tuple(plain(column) for column in sheet.columns)


class _Lines:
    """Lines of a text with any line end, without U+0000; what the row being read consists of is kept."""

    def __init__(self, text: IO[str]) -> None:
        self.text = text
        self.kept: list[str] = []
        self.before: list[str] = []  # lines to give (again) first, the next one last

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.before.pop() if self.before else self.text.readline(LINE_SIGNS)
        if not line:
            raise StopIteration
        self.kept.append(line.replace("\0", "") or "\n")
        return self.kept[-1]


def _begin(lines: _Lines, name: str, encoding: str) -> Sheet:
    csv.field_size_limit(CELL_SIGNS)
    first: list[str] = []
    delimiter = ""
    for line in lines:
        first.append(line)
        if not line.strip("\ufeff \t\r\n;,"):
            first.clear()
            continue
        if (told := re.fullmatch(r"\ufeff?\"?sep=(.)\"?\s*", line)) and told[1] in DELIMITERS:
            delimiter = told[1]
            first.clear()
            continue
        if "".join(first).count('"') % 2 == 0:
            break
    if not first:
        raise ReportRefused(
            N_("{name} is empty. Download the report again, from the instructor’s page of the session."), name=name
        )
    by_delimiter = {one: _header(first, one) for one in ([delimiter] if delimiter else DELIMITERS)}
    best = max(by_delimiter, key=lambda one: (_known(by_delimiter[one]), len(by_delimiter[one])))
    columns = by_delimiter[best]
    if not any(columns):
        raise ReportRefused(
            N_("{name} has no line that names its columns. Download the report again, and leave its first line."),
            name=name,
        )
    sheet = Sheet(columns, encoding, best, iter(()))
    sheet.rows = _records(lines, sheet, name, first)
    return sheet


def _header(lines: Sequence[str], delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader(iter(lines), delimiter=delimiter), [])
    except csv.Error:
        return ()
    found = [re.sub(r"\s+", " ", cell.replace("\ufeff", "")).strip() for cell in cells]
    while found and not found[-1]:
        found.pop()  # a spreadsheet's empty columns
    return tuple(found)


def _known(columns: Sequence[str]) -> int:
    return sum(plain(column) in KNOWN or column.endswith(("(Earned)", "(Possible)")) for column in columns)


def _records(lines: _Lines, sheet: Sheet, name: str, header: list[str]) -> Iterator[list[str]]:
    width = len(sheet.columns)
    reader = csv.reader(lines, delimiter=sheet.delimiter)
    mended = 0
    lines.kept = header
    count = width
    while True:
        last, lines.kept = lines.kept, []
        sheet.row += 1
        try:
            cells = next(reader)
        except StopIteration:
            if _is_cut(last, count, sheet):
                raise ReportRefused(INCOMPLETE, name=name) from None
            return
        except csv.Error:
            count = width
            sheet.drop(UNREADABLE)
            continue
        # A row over several lines with an odd number of marks: one was opened and never closed. It reached to the end
        # of the file, or took in the next row that has marks, and has too many cells then.
        if len(lines.kept) > 1 and _is_odd(lines) and (any(cells[width:]) or _is_at_end(lines)):
            # The mark is a sign like another: take its line as it stands, and read on after it. Unless the line is
            # short of cells: then the mark began a cell whose end, and the rest of the row, did not arrive.
            first, *others = lines.kept
            cells = next(csv.reader([first], delimiter=sheet.delimiter, quoting=csv.QUOTE_NONE), [])
            if len(cells) < width and _is_at_end(lines):
                raise ReportRefused(INCOMPLETE, name=name)
            if mended == MENDED:
                count = width
                sheet.drop(NEVER_CLOSED)
                continue
            mended += 1
            lines.before.extend(reversed(others))
            lines.kept = [first]
            reader = csv.reader(lines, delimiter=sheet.delimiter)
        count = len(cells)
        if not any(cell.strip() for cell in cells):
            sheet.row -= 1
            continue
        if any(cells[width:]):
            sheet.drop(MORE_CELLS)  # which cell belongs to which column cannot be known
            continue
        if tuple(plain(cell) for cell in cells[:2]) == tuple(plain(column) for column in sheet.columns[:2]):
            sheet.drop(HEADER_AGAIN)
            continue
        yield [*cells[:width], *[""] * (width - len(cells))]


def _is_cut(last: Sequence[str], count: int, sheet: Sheet) -> bool:
    """Whether a file whose last row consists of these lines, and has so many cells, ends before its end: within a row
    of which cells are missing, or within a cell in marks.
    """
    if not last or not "".join(last).strip():
        return False
    if not last[-1].endswith(("\n", "\r")) and count < len(sheet.columns):
        return True
    if sum(line.count('"') for line in last) % 2 == 0:
        return False
    try:
        return len(list(csv.reader([*last, "one more row"], delimiter=sheet.delimiter))) == 1
    except csv.Error:
        return False


def _is_odd(lines: _Lines) -> bool:
    return sum(line.count('"') for line in lines.kept) % 2 == 1


def _is_at_end(lines: _Lines) -> bool:
    if not lines.before and (rest := lines.text.readline(LINE_SIGNS)):
        lines.before.append(rest)
    return not lines.before


def _inflated(raw: IO[bytes]) -> IO[bytes]:
    head = raw.read(2)
    raw.seek(0)
    return io.BufferedReader(gzip.GzipFile(fileobj=raw)) if head == b"\x1f\x8b" else raw


def _encoding_of(path: Path) -> str:
    with path.open("rb") as raw, _inflated(raw) as opened:
        return _encoding(opened)


def _encoding(data: IO[bytes]) -> str:
    head = data.read(CHUNK)
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if head.startswith(mark):
            return name
    sample = head[:4096]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if zeros and zeros.count(0) > 0.6 * len(zeros) and sample.count(0) < 0.6 * len(sample):
            return name
    right = wrong = 0  # signs beyond ASCII that are well-formed UTF-8, bytes that are not
    carried = b""
    for chunk in chain([head], iter(lambda: data.read(CHUNK), b"")):
        if not carried and chunk.isascii():
            continue
        block = carried + chunk
        cut = _cut(block)
        carried = block[cut:]
        text = block[:cut].decode("utf-8", "replace")
        bad = text.count("\ufffd")
        wrong += bad
        right += len(text) - len(text.encode("ascii", "ignore")) - bad
    return "utf-8" if right >= wrong else "cp1252"


def _cut(block: bytes) -> int:
    """Where to cut so that no sign of UTF-8 is cut."""
    for back in range(1, min(4, len(block)) + 1):
        byte = block[-back]
        if byte & 0xC0 != 0x80:  # noqa: PLR2004 - not a continuation
            needs = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1  # noqa: PLR2004
            return len(block) - back if needs > back else len(block)
    return len(block)
