"""Which films are left and gone back to, and what happens in one, ten seconds by ten seconds?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from cordee.core.errors import N_, NotFound
from cordee.pilot.desk import Desk
from cordee.pilot.figures import UNKNOWN, Filters, count, figure, interval, number_of, place_of, share, shares
from cordee.pilot.indicators import Row
from cordee.ui import charts

ORDERS = ("course", "left", "again")
BIN_S = 10
LINE_SIGNS = 200
LABELS = 6  # times below a drawing, so that a phone has room for them


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmRow:
    """A line of the list of films."""

    title: str
    url: str
    length: str
    learners: str
    left: str
    left_interval: str
    left_drawing: SafeString
    left_at: str
    again: str
    again_interval: str
    again_drawing: SafeString
    again_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A place of a film that stands out, and what is said there, where that is known."""

    words: str
    said: str


def films(desk: Desk, filters: Filters, order: str) -> dict[str, Any]:
    """All films of a session: in the order of the course, or those left or gone back to most first."""
    order = order if order in ORDERS else ORDERS[0]
    told = figure(desk, "films", desk.scope(filters.run, filters.cohort), filters)
    rows = list(told.rows)
    keys: dict[str, Callable[[Row], float]] = {
        "left": lambda row: -(number_of(row, "left_early_low") or 0),
        "again": lambda row: -(number_of(row, "again_low") or 0),
    }
    if order in keys:
        rows.sort(key=keys[order])  # by the lower end: a film that a few saw does not come first
    here = reverse("pilot:films") + filters.query()
    labels = {
        "course": N_("In the order of the course"),
        "left": N_("Left early first"),
        "again": N_("Seen again first"),
    }
    return {
        "run": desk.run(filters.run),
        "figure": told,
        "rows": [_film_row(row, filters) for row in rows],
        "has_length": any(row["length_s"] for row in rows),
        "orders": [
            {"label": gettext(labels[one]), "url": f"{here}&order={one}", "current": one == order} for one in ORDERS
        ],
        "back": reverse("pilot:run") + filters.query(),
    }


def _film_row(row: Row, filters: Filters) -> FilmRow:
    left, left_low, left_high = shares(row, "left_early")
    again, again_low, again_high = shares(row, "again")
    return FilmRow(
        title=place_of(row),
        url=reverse("pilot:film") + filters.query(activity=str(row["activity"])),
        length=_moment(row, "length_s"),
        learners=count(number_of(row, "learners") or 0),
        left=share(left, 0),
        left_interval=interval(left_low, left_high),
        left_drawing=_dot(left, left_low, left_high),
        left_at=_moment(row, "left_second"),
        again=share(again, 0),
        again_interval=interval(again_low, again_high),
        again_drawing=_dot(again, again_low, again_high),
        again_at=_moment(row, "again_second"),
    )


def _dot(value: float | None, low: float | None, high: float | None) -> SafeString:
    return SafeString("") if value is None or low is None or high is None else charts.interval_dot(value, low, high)


def film(desk: Desk, filters: Filters, activity: str) -> dict[str, Any]:
    """One film by ten seconds. Raises NotFound for one that nobody played."""
    scope = desk.scope(filters.run, filters.cohort)
    told = figure(desk, "video", scope, filters)
    bins = {int(number_of(row, "second") or 0): row for row in told.rows if row["activity"] == activity}
    whole = next((row for row in figure(desk, "films", scope, filters).rows if row["activity"] == activity), None)
    if not bins or whole is None:
        raise NotFound(N_("Nobody has played the film {film} in this session, as far as the files say."), film=activity)
    seconds = range(0, max(bins) + 1, BIN_S)
    rows = [bins.get(second, {}) for second in seconds]
    title = place_of(whole)
    lines = desk.said_in(filters.run, activity)
    return {
        "run": desk.run(filters.run),
        "title": title,
        "figure": told,
        "tiles": _tiles(whole),
        "peaks": _peaks(whole, bins, lines),
        "has_words": bool(lines),
        "seen": _drawing(rows, seconds, "seen", over="seen_again"),
        "left": _drawing(rows, seconds, "left"),
        "rows": [
            (
                _time(second),
                *(count(number_of(row, name) or 0) for name in ("seen", "seen_again", "left")),
                _said(lines, second),
            )
            for second, row in zip(seconds, rows, strict=True)
        ],
        "back": reverse("pilot:films") + filters.query(),
    }


def _tiles(whole: Row) -> list[tuple[str, str, str]]:
    left, left_low, left_high = shares(whole, "left_early")
    again, again_low, again_high = shares(whole, "again")
    return [
        (gettext("Saw any of it"), count(number_of(whole, "learners") or 0), ""),
        (gettext("Left before nine tenths"), share(left, 0), interval(left_low, left_high)),
        (gettext("Saw its most repeated moment again"), share(again, 0), interval(again_low, again_high)),
        (gettext("Length"), _moment(whole, "length_s"), ""),
    ]


def _peaks(whole: Row, bins: Mapping[int, Row], lines: Sequence[tuple[float, str]]) -> list[Peak]:
    """Where it is seen again most, and where most leave before the end."""
    found = []
    again, left = number_of(whole, "again_second"), number_of(whole, "left_second")
    if again is not None:
        row = bins[int(again)]
        words = gettext("At {time}, {again} of the {seen} who saw it saw it again.").format(
            time=_time(int(again)),
            again=count(number_of(row, "seen_again") or 0),
            seen=count(number_of(row, "seen") or 0),
        )
        found.append(Peak(words=words, said=_said(lines, int(again))))
    if left is not None:
        n = int(number_of(bins[int(left)], "left") or 0)
        words = ngettext(
            "Of those who leave before the end, most leave at {time} ({count} learner).",
            "Of those who leave before the end, most leave at {time} ({count} learners).",
            n,
        ).format(time=_time(int(left)), count=count(n))
        found.append(Peak(words=words, said=_said(lines, int(left))))
    return found


def _said(lines: Sequence[tuple[float, str]], second: int) -> str:
    """What is said in these ten seconds; "" where it is not known."""
    words = " ".join(text for start, text in lines if second <= start < second + BIN_S)
    return words if len(words) <= LINE_SIGNS else words[: LINE_SIGNS - 1] + "…"


def _drawing(rows: Sequence[Mapping[str, Any]], seconds: Sequence[int], name: str, over: str = "") -> SafeString:
    values = [number_of(row, name) or 0.0 for row in rows]
    most = max(range(len(values)), key=values.__getitem__)
    every = -(-len(values) // LABELS)
    titles = {
        "seen": N_("Learners who saw each ten seconds, and again"),
        "left": N_("Learners who left in each ten seconds"),
    }
    words = gettext("Most at {time}: {count}").format(time=_time(seconds[most]), count=count(values[most]))
    return charts.columns(
        values,
        [_time(second) if nth % every == 0 else "" for nth, second in enumerate(seconds)],
        over=[number_of(row, over) or 0.0 for row in rows] if over else (),
        title=gettext(titles[name]),
        words=words,
        name=f"{name}-plot",
        told=most if name == "left" else None,
    )


def _moment(row: Row, name: str) -> str:
    value = number_of(row, name)
    return UNKNOWN if value is None else _time(int(value))


def _time(second: int) -> str:
    """As players show it, e.g. 12:05."""
    return f"{second // 60}:{second % 60:02d}"
