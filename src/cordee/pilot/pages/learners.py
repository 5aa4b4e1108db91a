"""Which learners are to be helped?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from cordee.core.errors import N_
from cordee.pilot.desk import Desk
from cordee.pilot.figures import UNKNOWN, Figure, Filters, count, figure, number_of, when
from cordee.pilot.indicators import Row
from cordee.pilot.pages.signals import Signal
from cordee.pilot.scopes import Scope
from cordee.ui import charts, typography
from cordee.ui.language import language

ON_A_PAGE = 15  # the export has them all
MOST_DIGITS = 6  # of a page's number
NOT_TO_HELP = ("", "never_came")  # who never came is told in a number: nobody knows what would help
ORDER = ("many_tries", "under_the_mark", "second_quiz_never_opened", "stopped_at", "stopped", "silent")
TONES = {"many_tries": "warn", "under_the_mark": "warn"}
CAME = ("passed", "active", "stopped")  # states of who did something
WORDS = {
    "second_quiz_never_opened": N_("Second quiz never opened"),
    "never_came": N_("Never came"),
    "stopped": N_("Stopped without passing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerRow:
    """A line of the list of learners."""

    name: str
    url: str
    cohort: str
    progress: SafeString
    progress_words: str
    grade: str
    last: str
    in_short: str  # grade and last activity, as far as they are known, for narrow screens
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learners:
    """The learners, those to help first."""

    figure: Figure
    rows: tuple[LearnerRow, ...] = ()
    words: str = ""
    all: bool = False
    has_progress: bool = False
    told: int = 0
    count: str = ""
    some_url: str = ""
    write_url: str = ""  # where one writes to those who are to be helped; "" for who may not
    all_url: str = ""
    stop: str = ""  # the unit at which those shown stopped; "" unless these were asked for
    stop_count: str = ""
    page_words: str = ""  # "" where one page holds them all
    previous_url: str = ""
    next_url: str = ""


def learners_of(
    desk: Desk, scope: Scope, filters: Filters, *, everybody: bool = False, stop: str = "", page: str = ""
) -> Learners:
    """Those of whom something is to be noticed, the stuck first; or all, by name; or who stopped at the unit `stop`."""
    told = figure(desk, "learners", scope, filters)
    if not told.is_known:
        return Learners(figure=told)
    here = reverse("pilot:run")
    to_help = sorted((row for row in told.rows if is_to_help(row)), key=_rank)
    stopped = sorted((row for row in told.rows if stop and row.get("stopped_at") == stop), key=_rank)
    shown = stopped if stop else list(told.rows) if everybody else to_help
    pages = max(1, -(-len(shown) // ON_A_PAGE))
    # A page that there is not is the nearest one that there is.
    at = min(max(int(page), 1), pages) if page.isascii() and page.isdigit() and len(page) <= MOST_DIGITS else 1
    some = {"stopped": stop} if stop else {"who": "all"} if everybody else {}

    def address(to: int) -> str:
        return here + filters.query(**some, page=str(to) if to > 1 else "") + "#learners"

    has_progress = any(number_of(row, "done_percent") is not None for row in told.rows)
    titles = titles_of(desk, scope, filters)
    return Learners(
        figure=told,
        rows=tuple(
            learner_row(row, filters, titles, stop=stop) for row in shown[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]
        ),
        words=_words(told.rows, shown, everybody=everybody, stop=titles.get(stop) or stop),
        all=everybody and not stop,
        previous_url=address(at - 1) if at > 1 else "",
        next_url=address(at + 1) if at < pages else "",
        page_words=gettext("Page {page} of {pages}").format(page=count(at), pages=count(pages)) if pages > 1 else "",
        stop=titles.get(stop) or stop,
        stop_count=count(len(stopped)),
        has_progress=has_progress,
        told=len(to_help),
        count=count(len(told.rows)),
        write_url=write_url(desk, filters, why="to_help") if to_help else "",
        some_url=here + filters.query() + "#learners",
        all_url=here + filters.query(who="all") + "#learners",
    )


def stopped_url(filters: Filters, unit: str) -> str:
    """Where those stand who stopped at a unit."""
    return reverse("pilot:run") + filters.query(stopped=unit) + "#learners"


def titles_of(desk: Desk, scope: Scope, filters: Filters) -> dict[str, str]:
    """What a person calls the exercises and units of these people, by their ids."""
    return {
        str(row.get("activity")): str(row.get("title") or "")
        for name in ("stops", "exercises")
        for row in figure(desk, name, scope, filters).rows
    }


def write_url(desk: Desk, filters: Filters, **choice: str) -> str:
    """Where one writes to these learners of the run; "" where they have no accounts, or for who may not."""
    if not desk.may_write or not desk.run(filters.run).is_here:
        return ""
    said = {**choice, "cohort": filters.cohort}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{reverse('pilot:write', args=[filters.run])}?{query}"


def is_to_help(row: Mapping[str, Any]) -> bool:
    """Whether there is something to do for a learner: came, has not passed, and something strikes the eye."""
    return row.get("notice") not in NOT_TO_HELP


def signals_of(row: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[Signal, ...]:
    """What the indicator notices, in words."""
    notice = str(row.get("notice") or "")
    number = number_of(row, "notice_number") or 0
    match notice:
        case "":
            return ()
        case "many_tries":
            name = str(row.get("notice_activity") or "")
            words = ngettext("{count} try at {exercise}", "{count} tries at {exercise}", int(number)).format(
                count=count(number), exercise=titles.get(name) or name
            )
        case "silent":
            words = ngettext("Silent for {count} day", "Silent for {count} days", int(number)).format(
                count=count(number)
            )
        case "under_the_mark":
            words = gettext("Goes on, but under the mark")
        case "stopped_at":
            words = stopped_words(str(row.get("notice_activity") or ""), titles)
        case "never_came" if row.get("state") == "new":
            words = gettext("Has not come yet")
        case _:
            words = gettext(WORDS.get(notice, notice))
    return (Signal(text=words, tone=TONES.get(notice, "")),)


def stopped_words(unit: str, titles: Mapping[str, str]) -> str:
    """Where somebody stopped."""
    return gettext("Stopped at {place}").format(place=titles.get(unit) or unit)


def _rank(row: Mapping[str, Any]) -> tuple[int, float, float]:
    notice = str(row.get("notice"))
    place = ORDER.index(notice) if notice in ORDER else len(ORDER)
    # Of two of a kind, who was here last is easier to reach; where no file says when, who came further.
    return place, number_of(row, "silent_days") or 0, -(number_of(row, "done_percent") or 0)


def learner_row(row: Mapping[str, Any], filters: Filters, titles: Mapping[str, str], *, stop: str = "") -> LearnerRow:
    """A row of the indicator in words; `titles` by their ids; `stop`: the unit where it is said to have stopped."""
    actor = str(row["actor"])
    last = when(row["last_active_at"]) if row.get("last_active_at") else UNKNOWN
    done, grade = number_of(row, "done_percent"), number_of(row, "grade")
    mark = UNKNOWN if grade is None else typography.points(grade, language())
    return LearnerRow(
        name=str(row.get("name") or row.get("username") or gettext("Learner {number}").format(number=actor)),
        url=reverse("pilot:learner") + filters.query(compare="", learner=actor),
        cohort=str(row.get("cohort") or UNKNOWN),
        progress=SafeString("") if done is None else charts.progress(done / 100),
        progress_words=UNKNOWN if done is None else typography.percent(done / 100, language()),
        grade=mark,
        last=last,
        in_short=" · ".join(
            words.format(value=value)
            for words, value in ((gettext("Grade: {value}"), mark), (gettext("Last active: {value}"), last))
            if value != UNKNOWN
        ),
        signals=(
            *(
                (Signal(text=stopped_words(stop, titles), tone=""),)
                if stop and row.get("notice") != "stopped_at"
                else ()
            ),
            *signals_of(row, titles),
        ),
    )


def _words(rows: Sequence[Row], shown: Sequence[Row], *, everybody: bool, stop: str) -> str:
    if stop:
        words = gettext("Those who got to {place} and did nothing after it.").format(place=stop)
    elif everybody:
        words = gettext("By name.")
    elif not any(row.get("state") in CAME for row in rows):
        return gettext("Nobody has come yet.")
    elif not shown:
        return gettext("Nobody stands out: who came and has not passed was here in the last two weeks.")
    else:
        words = gettext("Came, have not passed, and are stuck, late or silent.")
        words += " " + (
            gettext("Those who were here last come first.")
            if any(row.get("last_active_at") for row in shown)
            else gettext("No file that was read tells dates: who has not passed is held to have stopped.")
        )
    return words
