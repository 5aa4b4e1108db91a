"""How does a folder become a review: the figures of a period, of a part, with what changed since the period before?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cordee.bilan import computing
from cordee.bilan.figures import Amount, Book, activity, ambitions, balancing, learners, money, totals, use, using
from cordee.bilan.figures.part import Part, Slice, part_of, shared_companies, slice_of
from cordee.bilan.figures.rows import figures as figures_of_rows
from cordee.bilan.folder.cells import first_day
from cordee.bilan.folder.faults import Fault
from cordee.bilan.period import Period
from cordee.bilan.programme import Company, Cost, Course, Programme, Revenue, Use
from cordee.core.errors import N_, InputRefused
from cordee.core.privacy import SMALL_CELL

COMPARED: Final = (
    "courses",
    "runs",
    "enrolments",
    "went_to_the_end",
    "started_percent",
    "assiduous_percent",
    "passed_percent",
)
NAMED: Final = 5  # of what is left out, so many are named


@dataclass(frozen=True, slots=True)
class Change:
    """A figure now and in the period before; None where that is not known."""

    key: str
    now: float | None
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """All that a report shows, before it is put into words."""

    programme: Programme  # of the period and part, numbers of stores filled in
    period: Period
    part: Part
    book: Book
    faults: Sequence[Fault]
    gaps: Sequence[computing.Gap]
    courses_after: Sequence[Course]
    changes: Sequence[Change]
    is_simulated: bool  # some of the people who were counted do not exist
    profile_runs: int  # over how many runs the profile was computed; 0 where it is declared


def review(
    programme: Programme,
    period: Period | None = None,
    *,
    part: Part | None = None,
    stores: Path | None = None,
    faults: Sequence[Fault] = (),
    k: int = SMALL_CELL,
) -> Review:
    """Count up a period. Raises InputRefused where neither the call nor programme.toml names one, and NotFound for a
    part that does not exist. Stores are looked for under `stores`."""
    if period is None:
        if not programme.about.period:
            raise InputRefused(
                N_("No period is named. Write one, e.g. --period 2013-2016, or period in programme.toml.")
            )
        period = Period.parse(programme.about.period)
    part = part or Part()
    chosen = part_of(programme, part)
    computed = computing.fill(chosen, stores or Path(), within=period, k=k)
    cut = slice_of(computed.programme, period)
    book = _count_up(cut, period, computed=bool(computed.profile_runs))
    figures_of_rows(cut.programme, book)
    balancing.figures(cut.programme, book)
    using.figures(cut.programme, book)
    _remark_on_slice(book, cut, part, whole=programme)
    _remark_on_companies(
        book,
        [one for one in shared_companies(programme, chosen) if not one.since or first_day(one.since) <= period.last],
    )
    _remark_on_years(book, cut.programme, period)
    _remark_on_stores(book, computed, cut)
    earlier = period.before()
    then = _count_up(slice_of(computed.programme, earlier), earlier, computed=False)  # its rows are not shown
    known_before = any(run.opens and earlier.touches(run.opens) for run in computed.programme.runs)
    return Review(
        programme=cut.programme,
        period=period,
        part=part,
        book=book,
        faults=tuple(faults),
        gaps=computed.gaps,
        courses_after=cut.courses_after,
        changes=tuple(
            Change(key, book.value(key), then.value(key) if known_before else None)
            for key in COMPARED
            if book.value(key) is not None
        ),
        is_simulated=computed.is_simulated,
        profile_runs=computed.profile_runs,
    )


def _count_up(cut: Slice, period: Period, *, computed: bool) -> Book:
    book = Book(str(period), cut.programme.about.source)
    activity.figures(cut.programme, book)
    totals.figures(cut.programme, book)
    activity.after_totals(book)
    ambitions.figures(cut.programme, book, period)
    learners.figures(cut.programme, book, computed=computed)
    use.figures(cut.programme, book)
    money.figures(cut.programme, book)
    return book


def _remark_on_slice(book: Book, cut: Slice, part: Part, *, whole: Programme) -> None:
    if not cut.programme.runs:
        book.remark("figures", N_("No run of this period is in the folder."))
    if cut.undated_runs:
        _remark_on_undated(book, cut)
    if cut.runs_outside:
        book.remark(
            "figures",
            N_("Runs that opened outside this period, and are not counted: {count}."),
            count=Amount(cut.runs_outside),
        )
    if cut.courses_after:
        book.remark(
            "catalogue",
            N_("Opened after this period, and not counted: {titles}."),
            titles=", ".join(course.title for course in cut.courses_after[:NAMED])
            + (", …" if len(cut.courses_after) > NAMED else ""),
        )
    without = sum(not course.category for course in cut.programme.courses)
    if whole.about.categories and without:
        book.remark("catalogue", N_("Courses without a category: {count}."), count=Amount(without))
    playing = {run.course for run in cut.programme.runs}
    untold = [course for course in cut.programme.courses if course.id not in playing]
    if untold:
        book.remark("catalogue", N_("Courses of which the folder has no run: {count}."), count=Amount(len(untold)))
    if cut.totals_outside:
        book.remark(
            "figures", N_("Declared totals of another period, not shown: {count}."), count=Amount(cut.totals_outside)
        )
    if not part.is_whole and (whole.totals or whole.profile):
        book.remark(
            "figures", N_("What is declared of the whole programme is not shown: this report is about a part of it.")
        )
    hosts = {run.host for run in cut.programme.runs if run.passed is not None}
    if len(hosts) > 1:
        book.remark(
            "learners",
            N_("“Passed” is not the same rule on every platform ({hosts}): compare with care."),
            "passed_percent",
            hosts=", ".join(sorted(hosts)),
        )
    lost = [one.date for one in cut.programme.timeline if not (one.event_fr or one.event_en)]
    if lost:
        book.remark("ambitions", N_("Dates whose event is not known: {dates}."), dates=", ".join(lost))
    undated = [one for one in cut.programme.timeline if not one.date]
    if undated:
        book.remark("ambitions", N_("Events whose date is not known: {count}."), count=Amount(len(undated)))


def _remark_on_undated(book: Book, cut: Slice) -> None:
    """Runs without a date: counted here, or left out with so many enrolments."""
    runs = cut.undated_runs
    if any(not run.opens for run in cut.programme.runs):
        book.remark("figures", N_("Runs without a date, counted in this period: {count}."), count=Amount(len(runs)))
        return
    known = [run.enrolments for run in runs if run.enrolments is not None]
    names = dict.fromkeys(
        " – ".join(part for part in (cut.titles.get(run.course, run.course), run.host) if part) for run in runs
    )
    book.remark(
        "figures",
        N_(
            "Runs without a date, counted in a report of all years only, not here: {count}, with {people} enrolments "
            "({titles})."
        )
        if known
        else N_("Runs without a date, counted in a report of all years only, not here: {count} ({titles})."),
        count=Amount(len(runs)),
        people=Amount(sum(known), "people"),
        titles=", ".join(list(names)[:NAMED]) + (", …" if len(names) > NAMED else ""),
    )


def _remark_on_companies(book: Book, shared: Sequence[Company]) -> None:
    """Companies whose people cannot be split between this part and the rest."""
    if shared:
        book.remark(
            "use",
            N_(
                "Companies that took courses outside this part too: {count}. Their people, {people} in all, cannot be "
                "split by course and are not counted here."
            ),
            count=Amount(len(shared)),
            people=Amount(sum(one.people or 0 for one in shared), "people"),
        )


def _remark_on_years(book: Book, programme: Programme, period: Period) -> None:
    """What is known by calendar year only, in a period that begins or ends inside one."""
    if period.whole_years:
        return
    told: tuple[tuple[str, str, Sequence[Revenue | Cost | Use]], ...] = (
        (
            "money",
            N_("Money is known by calendar year: this is of the whole of {years}, more than the period."),
            (*programme.revenue, *programme.costs),
        ),
        (
            "use",
            N_("Uses are known by calendar year: these are of the whole of {years}, more than the period."),
            programme.use,
        ),
    )
    for chapter, sentence, rows in told:
        years = sorted({one.year for one in rows if one.year is not None})
        if years:
            book.remark(chapter, sentence, years=", ".join(map(str, years)))


def _remark_on_stores(book: Book, computed: computing.Computed, cut: Slice) -> None:
    if computed.masked:
        book.remark(
            "learners",
            N_("Classes hidden, since too few learners are behind them: {count}."),
            count=Amount(computed.masked),
        )
    if computed.profile_runs:
        book.remark(
            "learners",
            N_("Runs whose learners make up the profile, from stores of the pilot: {some} of {all}."),
            some=Amount(computed.profile_runs),
            all=Amount(len(cut.programme.runs)),
        )
