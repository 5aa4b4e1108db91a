"""What stands under a number of the pilot: its words, its table, its query, whence it comes, or why it is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext, ngettext

from cordee.core.errors import N_, NotAllowed
from cordee.pilot.desk import Desk
from cordee.pilot.exports import fields_of
from cordee.pilot.indicators import Field, Row, Value, indicator_called
from cordee.pilot.parts import SIMULATED
from cordee.pilot.scopes import Scope
from cordee.pilot.small_cells import BESIDE_FEW, FEW
from cordee.pilot.sources import JOURNAL, all_sources
from cordee.pilot.store import Receipt
from cordee.ui import dates, typography
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

ROWS_ON_A_PAGE = 40  # of a figure; the indicator's own page has them all
ROWS_AT_MOST = 500  # of an indicator's own page; its files have them all
UNKNOWN = "–"
LEAST_P = 0.001  # told as "less than"

FILE_THAT_TELLS = {
    "events": N_("The tracking log of the session would tell it: FUN and edX give it to the team of a course."),
    "submissions": N_(
        "A tracking log would tell it, or the problem grade report of the instructor dashboard (Data Download)."
    ),
    "reported": N_("The problem grade report of the instructor dashboard (Data Download) would tell it."),
    "answers": N_(
        "A tracking log would tell it, or the report of problem responses of the instructor dashboard (Data Download)."
    ),
    "feedback": N_("The laboratory of a session that is played on this site would tell it."),
    "enrolments": N_("The grade report or the profile report of the instructor dashboard would tell it."),
    "learners": N_("The grade report or the profile report of the instructor dashboard would tell it."),
    "people": N_("The profile report of the instructor dashboard (student_profile_info) would tell it."),
    "grades": N_("The grade report of the instructor dashboard would tell it."),
    "structure": N_(
        "The outline of the course would tell it: a course structure in JSON, an export from Studio, or a CSV file"
        " problem_id,module,graded given with --structure."
    ),
    "surveys": N_("A survey of the course, as a CSV file, would tell it."),
    "posts": N_("The messages of the forum would tell it."),
    "runs": N_("The dates and the pass mark of the session would tell it."),
}
NOTHING_YET = N_("Nothing of it has happened in this session yet.")
NOTHING_FITS = N_("The files that were read hold nothing about it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address says: a run, the run beside it, a group of its learners, "" for none; and some runs chosen."""

    run: str = ""
    compare: str = ""
    cohort: str = ""
    sessions: tuple[str, ...] = ()

    def query(self, **changes: str) -> str:
        """For the end of an address, e.g. "?run=A%2BB%2BC"; "" when nothing is chosen."""
        values = {"run": self.run, "compare": self.compare, "cohort": self.cohort} | changes
        said = urlencode(
            [("session", key) for key in self.sessions] + [(name, value) for name, value in values.items() if value]
        )
        return f"?{said}" if said else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column."""

    label: str
    is_number: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One indicator of some people, ready for a template."""

    name: str
    title: str
    definition: str
    unit: str
    denominator: str
    defined_in: str  # where the definition comes from
    query_text: str  # SQL
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    unknown: str  # why there is no number, and which file would tell it; "" when there is one
    refused: bool  # they are so few that no number may be told
    own: bool  # all these runs are played on this site: there is no file to wait for
    hidden: str  # that small groups are left out; "" when none is
    lacking: Mapping[str, tuple[str, ...]]  # column → tables without which it is not known
    sources: str  # which files, of which date; "" without any
    url: str  # of its own page: all rows, definition, query
    csv_url: str
    parquet_url: str

    @property
    def heads(self) -> tuple[Head, ...]:
        """The heads of its table."""
        return tuple(Head(label=label_of(one), is_number=is_number(one)) for one in self.fields)

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The name of each column, and what it means."""
        return [(one.name, label_of(one)) for one in self.fields]

    @property
    def cells(self) -> Iterator[list[tuple[str, bool]]]:
        """The rows of its table, as words with whether each is a number; so many as a page holds."""
        for row in self.rows[:ROWS_ON_A_PAGE]:
            yield [(words_of(one, row.get(one.name)), is_number(one)) for one in self.fields]

    @property
    def all_cells(self) -> Iterator[list[tuple[str, bool]]]:
        """The same for its own page."""
        for row in self.rows[:ROWS_AT_MOST]:
            yield [(words_of(one, row.get(one.name)), is_number(one)) for one in self.fields]

    @property
    def more(self) -> int:
        """Rows that the table of a page leaves out."""
        return max(0, len(self.rows) - ROWS_ON_A_PAGE)

    @property
    def is_known(self) -> bool:
        """Whether there is a number to show."""
        return not self.unknown

    @property
    def is_due(self) -> bool:
        """Whether a page shows it, a number or why there is none: of a session of this site, nothing yet is no news."""
        return self.is_known or self.refused or not self.own

    @property
    def row(self) -> Row:
        """The only row of an indicator that has one; {} when it is not known."""
        return self.rows[0] if self.rows else {}


def figure(desk: Desk, name: str, scope: Scope, filters: Filters) -> Figure:
    """Ask and dress an indicator. At most 1 query; what was asked before costs none."""
    indicator = indicator_called(name)
    rows: tuple[Row, ...] = ()
    lacking: Mapping[str, tuple[str, ...]] = {}
    hidden = sources = unknown = ""
    is_refused, own = False, bool(scope.courses) and all(desk.run(course).is_here for course in scope.courses)
    try:
        answer = desk.answer(name, scope)
    except NotAllowed as refused:  # so few people that it may not be told
        unknown, is_refused = sentence_of(refused), True
    else:
        rows, lacking = (() if answer.missing else answer.rows), answer.lacking
        if indicator.group or indicator.people:
            words = {FEW.format(k=desk.k): gettext(FEW).format(k=desk.k), BESIDE_FEW: gettext(BESIDE_FEW)}
            rows = tuple(row | {"hidden": words.get(str(row.get("hidden")), "")} for row in rows)
        hidden, sources = hidden_words(answer.hidden, desk.k), sources_words(answer.sources)
        if not rows:
            told = " ".join(files_that_tell(answer.missing)) or gettext(NOTHING_FITS)
            unknown = gettext(NOTHING_YET) if own else told
    said = filters.query()
    return Figure(
        name=name,
        title=gettext(indicator.title),
        definition=gettext(indicator.definition),
        unit=gettext(indicator.unit),
        denominator=gettext(indicator.denominator) if indicator.denominator else "",
        defined_in=gettext(indicator.source),
        query_text=indicator.query.strip(),
        fields=fields_of(indicator, rows),
        rows=rows,
        unknown=unknown,
        refused=is_refused,
        own=own,
        hidden=hidden,
        sources=sources,
        lacking=lacking,
        url=reverse("pilot:indicator", args=[name]) + said,
        csv_url=reverse("pilot:export", args=[name, "csv"]) + said,
        parquet_url=reverse("pilot:export", args=[name, "parquet"]) + said,
    )


def files_that_tell(tables: Sequence[str]) -> list[str]:
    """Which files would fill these tables, a sentence each."""
    return list(dict.fromkeys(gettext(FILE_THAT_TELLS[table]) for table in tables if table in FILE_THAT_TELLS))


def hidden_words(hidden: int, k: int) -> str:
    """That groups of fewer than `k` people are left out, where some are."""
    if not hidden:
        return ""
    return ngettext(
        "{count} group of fewer than {k} people is hidden.",
        "{count} groups of fewer than {k} people are hidden.",
        hidden,
    ).format(count=hidden, k=k)


def sources_words(receipts: Sequence[Receipt]) -> str:
    """Which kinds of file told it, and of which day the newest of each is, by day, the newest first."""
    newest: dict[str, dt.datetime] = {}
    for receipt in receipts:
        newest.setdefault(receipt.source, receipt.extracted_at)
    labels = source_labels()
    by_day: dict[str, list[str]] = {}
    for name, moment in newest.items():
        by_day.setdefault(when(moment), []).append(labels.get(name, name))
    return " · ".join(
        gettext("{sources}: data of {day}").format(sources=", ".join(names), day=day) for day, names in by_day.items()
    )


def source_labels() -> dict[str, str]:
    """What a person calls each format that can be read, in the language of the page."""
    return {source.name: gettext(source.label) for source in all_sources()} | {
        JOURNAL: gettext("journal of this site"),
        SIMULATED: gettext("simulation"),
    }


def label_of(one: Field) -> str:
    """The head of a column: what it means, without what follows a semicolon."""
    words = gettext(one.meaning) if one.meaning else one.name.replace("_", " ")
    words = words.split(";", 1)[0]
    return words[:1].upper() + words[1:]


def is_number(one: Field) -> bool:
    """Whether a column is set at the right, in figures of one width."""
    return one.kind not in {"text", "when"}


def words_of(one: Field, value: Value | dt.datetime) -> str:
    """A value as a reader of this page writes it."""
    if value is None:
        return UNKNOWN
    if one.kind == "when" or isinstance(value, dt.datetime):
        return when(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if one.kind == "text" or not isinstance(value, int | float):
        return str(value)
    return _number(one, value)


def _number(one: Field, value: float) -> str:
    match one.kind:
        case "percent":
            return share(value if is_of_one(one) else value / 100)
        case "seconds":
            return typography.duration(value, language())
        case "count":
            return count(value)
    return typography.points(value, language())


def is_of_one(one: Field) -> bool:
    """Whether a share goes to 1; the others go to 100."""
    return one.meaning.endswith("from 0 to 1")


def count(value: float) -> str:
    """12 480."""
    return typography.number(value, language())


def share(value: float | None, decimals: int = 1) -> str:
    """A share 0–1 as 41,0 %; – when it is not known."""
    return UNKNOWN if value is None else typography.percent(value, language(), decimals)


def interval(low: float | None, high: float | None) -> str:
    """ "39.8 to 42.2%"; "" when it is not known."""
    if low is None or high is None:
        return ""
    return gettext("{low} to {high}").format(low=typography.number(low * 100, language(), 1), high=share(high))


def signed(value: float) -> str:
    """A difference with its sign and one decimal, e.g. "+ 3.6", "− 0.4", "± 0.0"."""
    rounded = round(value, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}\u00a0{typography.number(abs(rounded), language(), 1)}"


def points_words(points: float) -> str:
    """A difference of two percents, e.g. "+ 3.6 pts"."""
    count = typography.plural_of(round(points, 1), language())
    return ngettext("{points} pt", "{points} pts", count).format(points=signed(points))


def chance_words(p_value: float) -> str:
    """How often chance alone would show as much, e.g. "p = 0.034"."""
    if p_value < LEAST_P:
        return f"p\u00a0<\u00a0{typography.number(LEAST_P, language(), 3)}"
    return f"p\u00a0=\u00a0{typography.number(p_value, language(), 3)}"


def when(value: object) -> str:
    """A day."""
    if isinstance(value, str):
        try:
            return when(dt.datetime.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, dt.datetime):
        return dates.day(_aware(value), get_current_timezone(), language())
    if isinstance(value, dt.date):
        return dates.long_date(value, language())
    return str(value)


def number_of(row: Mapping[str, Any], name: str) -> float | None:
    """A value of a row as a number; None where it is not known or the indicator has no such column."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def numbers_of(rows: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """The known values of a column."""
    return [value for row in rows if (value := number_of(row, name)) is not None]


def shares(row: Mapping[str, Any], name: str) -> tuple[float | None, float | None, float | None]:
    """A share and the ends of its interval, each 0–1, of an indicator that tells them in percent."""
    value, low, high = (number_of(row, f"{name}_{end}") for end in ("percent", "low", "high"))
    return (
        None if value is None else value / 100,
        None if low is None else low / 100,
        None if high is None else high / 100,
    )


def place_of(row: Mapping[str, Any]) -> str:
    """A unit by its title, else by its id."""
    return str(row.get("title") or row.get("unit") or row.get("activity") or "")


def _aware(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
