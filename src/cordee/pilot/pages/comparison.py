"""Do sessions and hosts differ, by how much, and is it more than chance? Side by side, never in the order of a rate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cordee.core import clock
from cordee.core.errors import N_, InputRefused
from cordee.pilot.desk import HERE, Desk, Run
from cordee.pilot.figures import (
    UNKNOWN,
    Figure,
    Filters,
    chance_words,
    count,
    figure,
    number_of,
    points_words,
    share,
    signed,
)
from cordee.pilot.indicators import Row
from cordee.pilot.pages.others import RATES, Rate, RunRow, mean_of, rate_of, run_row
from cordee.pilot.pages.stops import Legend, left_of
from cordee.ui import charts, typography
from cordee.ui.language import language

MOST = 6  # sessions side by side: as many lines as can be told apart
MOST_COLUMNS = 8  # of the table of numbers at risk
SURE = 0.05  # below, a difference is called more than chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A session that can be chosen."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One rate of two sessions or hosts."""

    rate: str
    shares: str
    words: str
    interval: str
    drawing: SafeString
    chance: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two sessions or hosts, the first minus the second."""

    words: str
    rows: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Some sessions as one, of each rate both means."""

    title: str
    words: str  # the course's number, where its title is another; of a host, how many sessions
    rates: tuple[tuple[Rate, str], ...]  # of all learners; each session once
    rows: tuple[RunRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Where the learners of each session stop."""

    figure: Figure
    tests: Figure
    words: str = ""
    sentence: str = ""
    drawing: str = ""
    legend: tuple[Legend, ...] = ()
    heads: tuple[str, ...] = ()  # of the table of numbers at risk
    at_risk: tuple[tuple[str, tuple[str, ...]], ...] = ()


def comparison(desk: Desk, filters: Filters) -> dict[str, Any]:
    """All that `pilot/comparison.html` shows. Some 6 queries the first time. Raises NotFound, InputRefused."""
    runs = {run.key: run for run in desk.runs()}
    chosen = filters.sessions or _usual(desk.runs())
    if len(chosen) > MOST:
        raise InputRefused(
            N_("{count} sessions are too many to be told apart. Choose {most} or fewer."), count=len(chosen), most=MOST
        )
    chosen_filters = Filters(sessions=chosen)
    told = figure(desk, "runs", desk.scope(), Filters())
    hosts = figure(desk, "hosts", desk.scope(), Filters())
    context: dict[str, Any] = {
        "figure": told,
        "rates": [gettext(label) for _name, label in RATES],
        "choices": [Choice(key=run.key, words=_name(run), chosen=run.key in chosen) for run in runs.values()],
        "groups": _courses(desk, told),
        "hosts": [_host(row) for row in hosts.rows],
        "hosts_figure": hosts,
        "host_differences": _differences(desk.answer("differences", desk.scope()).rows, "host", {})
        if len(hosts.rows) > 1
        else [],
        "chosen": len(chosen),
        "compare": None,
    }
    if len(chosen) > 1:
        scope = desk.scope(chosen)
        names = {key: _name(runs[key]) for key in chosen}
        differences = figure(desk, "differences", scope, chosen_filters)
        context["compare"] = {
            "differences": _differences(differences.rows, "run", names),
            "figure": differences,
            "unfinished": _unfinished(runs[key] for key in chosen),
            "curves": _curves(desk, chosen_filters, names),
        }
    return context


def _usual(runs: Sequence[Run]) -> tuple[str, ...]:
    """Where nothing was chosen: the latest sessions of the course that was played last, if there are two."""
    found = tuple(run.key for run in runs if run.subject == runs[0].subject)[:MOST]  # of no run, none
    return tuple(reversed(found)) if len(found) > 1 else ()


def _name(run: Run) -> str:
    return f"{run.title}, {run.short}"


def _courses(desk: Desk, told: Figure) -> list[Together]:
    """The sessions of each course, then all of them as one."""
    runs = {run.key: run for run in desk.runs()}
    groups: dict[str, list[RunRow]] = {}
    for row in told.rows:
        run = runs.get(str(row.get("course")))
        if run is not None:
            groups.setdefault(run.subject, []).append(run_row(run, row))
    several = any(len(rows) > 1 for rows in groups.values())
    told_together = desk.answer("courses", desk.scope()).rows if several else ()
    together = {str(row["subject"]): row for row in told_together}
    titles = {run.subject: run.title for run in reversed(runs.values())}
    return [
        Together(
            title=titles[subject],
            words=subject if subject != titles[subject] else "",
            rates=_both_means(together.get(subject, {})) if len(rows) > 1 else (),
            rows=tuple(rows),
        )
        for subject, rows in sorted(groups.items())
    ]


def _host(row: Mapping[str, Any]) -> Together:
    name = str(row["host"])
    return Together(
        title=_host_words(name),
        words=count(number_of(row, "runs") or 0),
        rates=_both_means(row),
    )


def _both_means(row: Mapping[str, Any]) -> tuple[tuple[Rate, str], ...]:
    return tuple((rate_of(row, name), mean_of(row, name)) for name, _label in RATES)


def _differences(rows: Iterable[Row], of: str, names: Mapping[str, str]) -> list[Pair]:
    """Each two in the order of the sessions, all on one scale."""
    told = [row for row in rows if row["of"] == of]
    ends = ("difference_low", "difference_high")
    top = max((abs(number_of(row, end) or 0) for row in told for end in ends), default=0) or 1
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in told:
        pairs.setdefault((str(row["one"]), str(row["other"])), []).append(row)
    return [
        Pair(
            words=gettext("{one} minus {other}").format(
                one=names.get(one) or _host_words(one), other=names.get(other) or _host_words(other)
            ),
            rows=tuple(_difference(row, top) for row in of_them),
        )
        for (one, other), of_them in pairs.items()
    ]


def _difference(row: Row, top: float) -> Difference:
    value, low, high = (number_of(row, f"difference{end}") or 0 for end in ("", "_low", "_high"))
    p_value = number_of(row, "p") or 0
    return Difference(
        rate=gettext(dict(RATES)[str(row["rate"])]),
        shares=gettext("{share} against {other}").format(
            share=share((number_of(row, "one_percent") or 0) / 100),
            other=share((number_of(row, "other_percent") or 0) / 100),
        ),
        words=points_words(value),
        interval=gettext("{low} to {high}").format(low=signed(low), high=signed(high)),
        drawing=charts.difference_dot(value, low, high, top=top),
        chance=chance_words(p_value),
        verdict=gettext("more than chance") if p_value < SURE else gettext("may be chance"),
    )


def _host_words(host: str) -> str:
    return gettext("this site") if host == HERE else host


def _unfinished(runs: Iterable[Run]) -> str:
    """That some of these sessions are not over, and what that means for what is compared."""
    still = [_name(run) for run in runs if run.closes_at is not None and run.closes_at > clock.now()]
    if not still:
        return ""
    return gettext("Not over yet: {sessions}. Who passes, and who comes far, may still rise there.").format(
        sessions=" · ".join(still)
    )


def _curves(desk: Desk, filters: Filters, names: Mapping[str, str]) -> Curves:
    """The stairs of each session, the numbers at risk below, and whether they differ."""
    scope = desk.scope(filters.sessions)
    told, tests = figure(desk, "survival", scope, filters), figure(desk, "log_ranks", scope, filters)
    runs: dict[str, list[Row]] = {}
    for row in told.rows:
        runs.setdefault(str(row["course"]), []).append(row)
    if not told.is_known or len(runs) < 2:  # noqa: PLR2004 - nothing to compare with
        return Curves(figure=told, tests=tests)
    lines = [
        charts.Line(label=names[key], shares=left_of(rows), shape=shape)
        for shape, (key, rows) in enumerate(runs.items(), 1)
    ]
    by_unit = told.rows[0]["by"] == "unit"
    longest = max(runs.values(), key=len)
    ticks = _ticks(longest)
    columns = [(0, gettext("Enrolment")), *(tick for tick in ticks if tick[0])][:MOST_COLUMNS]
    return Curves(
        figure=told,
        tests=tests,
        words=gettext(
            "Share of the enrolled who get to each unit; those still on their way count for as far as they came."
        )
        if by_unit
        else gettext(
            "The units of these sessions are not the same: share of the enrolled who get to each module; those still on"
            " their way count for as far as they came."
        ),
        sentence=_sentence(tests),
        drawing=charts.steps(
            lines,
            title=gettext("Learners still active, session beside session"),
            words="; ".join(
                gettext("{session}: {share} get to the end").format(session=line.label, share=share(line.shares[-1]))
                for line in lines
            ),
            ticks=ticks,
            name="curves-plot",
        ),
        legend=tuple(Legend(words=line.label, shape=line.shape) for line in lines),
        heads=tuple(label for _place, label in columns),
        at_risk=tuple(
            (
                names[key],
                tuple(
                    count(number_of(rows[place], "at_risk") or 0) if place < len(rows) else UNKNOWN
                    for place, _label in columns
                ),
            )
            for key, rows in runs.items()
        ),
    )


def _ticks(rows: Sequence[Row]) -> list[tuple[int, str]]:
    """Where each module begins."""
    found: list[tuple[int, str]] = []
    last = None
    for place, row in enumerate(rows):
        module = number_of(row, "module")
        if module is not None and module != last:
            found.append((place, gettext("M{number}").format(number=int(module))))
            last = module
    return found


def _sentence(tests: Figure) -> str:
    """Whether all the curves are one, by the log-rank test."""
    if not tests.rows:
        return ""
    row = tests.rows[0]
    p_value = number_of(row, "p") or 0
    words = (
        gettext("These sessions differ in where their learners stop, more than chance would have it.")
        if p_value < SURE
        else gettext("In where their learners stop, what differs between these sessions may be chance.")
    )
    test = gettext("Log-rank test: χ² = {value}, degrees of freedom: {degrees}, {chance}.").format(
        value=typography.number(number_of(row, "chi_square") or 0, language(), 1),
        degrees=count(number_of(row, "degrees") or 0),
        chance=chance_words(p_value),
    )
    return f"{words} {test}"
