"""How does a file of edX's become rows of the pilot's tables? What every such source does before it looks at a row.

Which run and when by the file's name and the keys inside; people by id, else by username; names and addresses into
`persons` alone; each row kept or dropped for a reason, with the numbers of a few, never their cells.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cordee.core.errors import N_, InputRefused
from cordee.formats.edx import cells, names
from cordee.formats.edx.names import CourseOf, FileName
from cordee.formats.edx.packages import columns_of, open_table
from cordee.formats.edx.reports import Sheet, columns_in, open_report
from cordee.pilot import remarks
from cordee.pilot.buffer import Buffer
from cordee.pilot.sources import Landing

HEAD_BYTES: Final = 256 * 1024  # where keys are looked for
BESIDE_FILES: Final = 200  # files of a folder that are asked of which run they are
WRONG: Final = "\ufffd"
NAMED_BY_EDX: Final = "IMT_ABC-C_2017_T1_grade_report_2017-05-02-0600.csv"
NAMES_SHOWN: Final = 12
ID: Final = re.compile(r"[^\s;,@\"]{1,64}")  # a number on edX; what a school put in its place elsewhere

# Why a row is not kept.
NOBODY: Final = N_("no id and no username")
ONLY_AN_ID: Final = N_("nothing but an id")
TWICE: Final = N_("the same person again")
NO_ACTIVITY: Final = N_("no activity")
NOT_HANDED_IN: Final = N_("nothing handed in")
OTHER_COURSE: Final = N_("no session")


class NoSession(InputRefused):
    """Nothing says of which run a report is; its value `name` is the file's."""


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, by the plain names of its columns."""

    row: Sequence[str]
    index: Mapping[str, int]

    def __getitem__(self, column: str) -> str:
        """The cell on one line, '' where there is no such column."""
        position = self.index.get(column)
        return cells.words(self.row[position]) if position is not None else ""

    def first(self, *columns: str) -> str:
        """The first cell that is not empty."""
        return next((found for column in columns if (found := self[column])), "")

    def text(self, column: str) -> str:
        """The cell as it stands, with its line ends."""
        position = self.index.get(column)
        return self.row[position] if position is not None else ""

    @property
    def id(self) -> str:
        """The person's id, '' where the report has none."""
        return cells.identifier(self.first("student id", "user id", "id"))

    @property
    def username(self) -> str:
        """The person's username: as it is, for dots, case and signs tell people apart."""
        return self.first("username", "user name")

    @property
    def person(self) -> str:
        """What a landing calls this person; '' for nobody, and where another cell's words stand in the id's place."""
        if self.id:
            return self.id if ID.fullmatch(self.id) else ""
        return f"@{self.username}" if self.username else ""

    def is_no_learner(self, seen: Container[str]) -> str:
        """Why a report of grades, which has one row a learner, says nothing by this one; '' where it does."""
        if not self.person:
            return NOBODY
        if self.id and sum(bool(cell.strip()) for cell in self.row) == 1:
            return ONLY_AN_ID
        return TWICE if self.person in seen else ""


@dataclass
class Report:
    """A file that is being read into a landing."""

    path: Path
    sheet: Sheet
    landing: Landing
    name: FileName | None
    run_key: str = ""  # where the content says it; else it is found when asked for
    index: Mapping[str, int] = field(default_factory=dict)
    buffer: Buffer = field(init=False)

    def __post_init__(self) -> None:
        self.index = self.sheet.index()
        self.buffer = Buffer(self.landing)

    @property
    def course(self) -> str:
        """The key of the run. Raises InputRefused where nothing says it."""
        if not self.run_key:
            self.run_key = _course(self).key
        return self.run_key

    @property
    def subject(self) -> str:
        """What all runs of the course have in common."""
        return "+".join(names.parts_of(self.course)[:2])

    def rows(self) -> Iterator[Cells]:
        """Every row. It is counted as kept unless `drop` is called before the next one is asked for."""
        tally, sheet, wrong = self.landing.tally, self.sheet, 0
        self._take_drops()
        for row in sheet.rows:
            tally.read += 1
            before = sum(tally.dropped.values())
            wrong += any(WRONG in cell for cell in row)
            yield Cells(row, self.index)
            if sum(tally.dropped.values()) == before:
                tally.kept += 1
        self._take_drops()
        if wrong and sheet.encoding != "cp1252":
            self.say(remarks.TEXT_MENDED, encoding=sheet.encoding.upper())

    def _take_drops(self) -> None:
        tally, sheet = self.landing.tally, self.sheet
        for reason, count in sheet.dropped.items():
            tally.read += count
            tally.drop(reason, remarks.ROW.format(numbers=", ".join(map(str, sheet.at[reason]))), count)
        sheet.dropped.clear()

    def drop(self, reason: str) -> None:
        """The row at hand is not taken. Its number is the sample: its cells may name somebody."""
        self.landing.tally.drop(reason, remarks.ROW.format(numbers=self.sheet.row))

    def say(self, template: str, **values: object) -> None:
        """Leave a remark, made from one of `remarks`."""
        self.landing.remarks.append(template.format(**values))

    def say_count(self, template: str, count: int) -> None:
        """Leave a remark that counts, where there is something to count."""
        if count:
            self.say(template, count=count)

    def add(self, table: str, **values: Any) -> None:
        """Add one row to a landing table, of this run unless it names another; many go in one statement."""
        if table != "persons":
            values.setdefault("course", self.course)
        self.buffer.add(table, **values)

    def name_person(self, row: Cells, name: str = "") -> None:
        """Keep who this is, where names are kept."""
        self.add("persons", person=row.person, user_id=row.id, username=row.username, email=row["email"], name=name)

    def close(self) -> None:
        """Everything added lands."""
        self.buffer.close()

    def ignore(self, columns: Sequence[str]) -> None:
        """Say which columns were left alone."""
        if columns:
            shown = ", ".join(columns[:NAMES_SHOWN]) + (
                f" (+{len(columns) - NAMES_SHOWN})" if len(columns) > NAMES_SHOWN else ""
            )
            self.say(remarks.COLUMNS_IGNORED, columns=shown)


Accepts = Callable[[Sequence[str], str], bool]  # plain names of the columns, the file's name -> is it ours?


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSource:
    """A `Source` whose files are rows under a header: a report, or a table of the research package."""

    name: str
    label: str
    accepts: Accepts
    fill: Callable[[Report], None]
    identifies: bool = False
    table: str = ""  # of the research package; "" for a CSV report

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the header; a table of the package by its file's name too, for they have columns in common."""
        if self.table:
            return (
                path.name.removesuffix(".gz").endswith((".sql", ".tsv"))
                and (self.table == "*" or re.search(rf"(^|[-_.]){self.table}[-.]", path.name) is not None)
                and self.accepts(columns_of(head.split(b"\n", 1)[0]), path.name)
            )
        if head[:1] in {b"{", b"["} or path.name.removesuffix(".gz").endswith((".sql", ".json", ".log")):
            return False
        return self.accepts(columns_in(head), path.name)

    def read(self, path: Path, landing: Landing) -> None:
        """Fill the landing. Raises InputRefused."""
        said = names.read_name(path.name)
        date = said.extracted_at if said else names.date_in(path.name)
        if date is not None:
            landing.extracted_at = date
        sheet = open_table(path, landing.moved) if self.table else open_report(path, landing.moved)
        report = Report(path, sheet, landing, said)
        self.fill(report)
        report.close()
        if not landing.tally.read:
            report.say(remarks.NOBODY_IN_IT)


def has(*wanted: str) -> Accepts:
    """Every one of these columns; of "a|b" either."""
    return lambda columns, _name: all(any(one in columns for one in names.split("|")) for names in wanted)


def naive(moment: dt.datetime) -> dt.datetime:
    """An aware moment as the pilot's tables keep it: UTC without saying so."""
    return moment.astimezone(dt.UTC).replace(tzinfo=None)


def files_beside(path: Path) -> Iterator[Path]:
    """The other files of the folder, by name, a bounded number."""
    try:
        found = sorted(one for one in path.parent.iterdir() if one != path and one.is_file())
    except OSError:
        return
    yield from found[:BESIDE_FILES]


def _course(report: Report) -> CourseOf:
    inside = names.keys_in(_head(report.path))
    beside: set[str] = set()
    prefixes: set[FileName] = set()
    for other in files_beside(report.path):
        said = names.read_name(other.name)
        if said and (report.name is None or _same_run(said, report.name)):
            prefixes.add(FileName(said.prefix, said.joint, "", None))
            beside |= names.keys_in(_head(other))
    if report.name:
        found = names.course_of(report.name, inside, beside)
        if not found.sure and report.landing.course:
            return CourseOf(report.landing.course, sure=True)
        if not found.sure:
            report.say(remarks.COURSE_ASSUMED, course=found.key)
        return found
    whole = {key for key in inside if not key.endswith("/")}
    if len(whole) == 1:
        return CourseOf(whole.pop(), sure=True)
    if report.landing.course:
        return CourseOf(report.landing.course, sure=True)
    candidates = {names.course_of(one, beside).key for one in prefixes}
    if not inside and len(candidates) == 1:
        found = CourseOf(candidates.pop(), sure=False)
        report.say(remarks.COURSE_BESIDE, course=found.key)
        return found
    raise NoSession(
        N_(
            "{name} does not say of which session it is. Say it: --course course-v1:IMT+ABC-C+2017_T1. Or give it the "
            "name that edX gave it, e.g. {example}."
        ),
        name=report.path.name,
        example=NAMED_BY_EDX,
    )


def _same_run(one: FileName, other: FileName) -> bool:
    return re.sub(r"\W", "_", one.prefix) == re.sub(r"\W", "_", other.prefix)


def _head(path: Path) -> str:
    """The first part of a file as text, for the keys in it; '' for one that is no text."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return ""
    if head[:2] == b"\x1f\x8b":
        import zlib

        try:
            head = zlib.decompressobj(31).decompress(head, HEAD_BYTES)
        except zlib.error:
            return ""
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    return head.decode(encoding, "replace")


def quiz_of(label: str) -> tuple[str, str]:
    """The graded section that a column is headed by, and its title: "Quiz 1: The sun" is ("Quiz 1", "The sun")."""
    quiz, colon, title = label.partition(": ")
    return (quiz.strip(), title.strip()) if colon and quiz.strip() else (label.strip(), "")


def in_order(labels: Sequence[str]) -> list[str]:
    """Graded sections in the order of the course as far as a report tells it: types as they come, each by number."""
    types: dict[str, int] = {}
    keyed: list[tuple[int, int, int, str]] = []
    for position, label in enumerate(labels):
        match = re.fullmatch(r"(.*?)\s*(\d+)", quiz_of(label)[0])
        kind, number = (match[1], int(match[2])) if match else (quiz_of(label)[0], 0)
        keyed.append((types.setdefault(kind, len(types)), number, position, label))
    return [label for *_, label in sorted(keyed)]
