"""Who starts, who stays, who passes: of all learners together, as the mean of courses, by course and by category?

The rates and their two readings are those of the pilot (`pilot/indicators/marks.py`); here they are counted over the
runs of a folder, computed ones and declared ones alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Final

from cordee.bilan.figures import Amount, Book, Figure, Listed, how_of, lines, newest_of, sources_of
from cordee.bilan.programme import Programme, Run
from cordee.core.errors import N_

CHAPTER: Final = "learners"
HUNDRED: Final = 100.0
NAMED: Final = 5  # of the rows that are left out, so many are named
NEAR: Final = 0.5  # points; two means closer than this read the same

# Each rate: its column of runs.csv, the column that it is a share of, its title, of whom.
RATES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "started": ("started", "enrolments", N_("handed in the first graded quiz"), N_("of the enrolled")),
    "started_any": ("started_any", "enrolments", N_("did at least one activity"), N_("of the enrolled")),
    "assiduous": (
        "assiduous",
        "enrolments",
        N_("handed in the first graded quiz of the second module"),
        N_("of the enrolled"),
    ),
    "week_two": ("week_two", "enrolments", N_("did an activity of the second module"), N_("of the enrolled")),
    "passed": ("passed", "enrolments", N_("reached the pass mark"), N_("of the enrolled, all together")),
    "passed_of_assiduous": (
        "passed_assiduous",
        "assiduous",
        N_("passed, among the assiduous"),
        N_("of the assiduous"),
    ),
    "passed_of_week_two": (
        "passed_week_two",
        "week_two",
        N_("passed, among those active in the second week"),
        N_("of those who did an activity of the second module"),
    ),
}


def rate_of(runs: Iterable[Run], name: str) -> tuple[int, int] | None:
    """How many, of how many, over the runs that tell both; None where none does."""
    part, whole, _title, _of = RATES[name]
    known = [(getattr(run, part), getattr(run, whole)) for run in runs if tells(run, name)]
    return (sum(few for few, _many in known), sum(many for _few, many in known)) if known else None


def tells(run: Run, name: str) -> bool:
    """Whether a run tells a rate: both its numbers are known, and the part does not exceed its whole."""
    part, whole, _title, _of = RATES[name]
    few, many = getattr(run, part), getattr(run, whole)
    return few is not None and bool(many) and few <= many


def exceeds(run: Run, name: str) -> bool:
    """Whether both numbers of a rate are known and cannot be so: it would be above 100 percent."""
    part, whole, _title, _of = RATES[name]
    few, many = getattr(run, part), getattr(run, whole)
    return few is not None and many is not None and few > many


def percent_of(runs: Sequence[Run], name: str) -> float | None:
    """The rate of all learners of these runs; of a single run of which only the share survives, that share."""
    found = rate_of(runs, name)
    return lone_share(runs, name) if found is None else HUNDRED * found[0] / found[1]


def lone_share(runs: Sequence[Run], name: str) -> float | None:
    """The share who passed a single run, where only that survives."""
    shares = [run.passed_percent for run in runs if run.passed_percent is not None] if name == "passed" else []
    return shares[0] if len(shares) == len(runs) == 1 else None


def runs_of(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """The runs by course."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        found.setdefault(run.course, []).append(run)
    return found


def figures(programme: Programme, book: Book) -> None:
    """Add each rate that runs tell, weighted; then the mean of the courses where it reads differently."""
    by_course = runs_of(programme.runs)
    means: list[tuple[Figure, Figure]] = []
    partly: list[tuple[Figure, int]] = []
    for name, (part, whole, title, of) in RATES.items():
        wrong = [run for run in programme.runs if exceeds(run, name)]
        if wrong:
            book.remark(
                CHAPTER,
                N_("“{title}” would be above 100 percent in these rows, which are left out of this rate: {rows}."),
                f"{name}_percent",
                title=title,
                rows=_places(wrong),
            )
        found = rate_of(programme.runs, name)
        if found is None:
            continue
        telling = [run for run in programme.runs if tells(run, name)]
        weighted = HUNDRED * found[0] / found[1]
        share = book.add(
            Figure(
                key=f"{name}_percent",
                title=title,
                value=weighted,
                unit="percent",
                of=of,
                period=book.period,
                how=how_of(telling),
                source=sources_of(telling),
                extracted_on=newest_of(telling),
                rows=lines("runs", telling),
                query=f"SELECT 100.0 * sum({part}) / sum({whole}) FROM runs\n"  # noqa: S608 - our own column names
                f"WHERE {part} <= {whole} AND {whole} > 0",
            )
        )
        if whole == "enrolments":
            _people(name, share, *found, book)
        if len(telling) < len(programme.runs):
            partly.append((share, len(telling)))
        mean = _mean(name, by_course.values(), book, share)
        if mean is not None and abs((mean.value or 0) - weighted) >= NEAR:
            means.append((share, mean))
    _remark_on_partly_known(book, partly, len(programme.runs))
    two_means(book, means)


def _remark_on_partly_known(book: Book, partly: Sequence[tuple[Figure, int]], runs: int) -> None:
    """Of how many runs each rate is known, in one sentence."""
    if not partly:
        return
    sentence = N_("Runs of which it is known, of {all}: {rates}.")
    if len(partly) == 1:
        sentence = N_("Runs of which “{title}” is known: {known} of {all}.")
    book.remark(
        CHAPTER,
        sentence,
        *(share.key for share, _known in partly),
        title=partly[0][0].title,
        known=Amount(partly[0][1]),
        all=Amount(runs),
        rates=Listed(N_("“{title}” {known}"), tuple({"title": one.title, "known": Amount(n)} for one, n in partly)),
    )


def _people(name: str, share: Figure, few: int, many: int, book: Book) -> None:
    """How many were counted, and of how many enrolled that is known: never the share times all enrolled."""
    part, whole, title, _of = RATES[name]
    book.add(
        replace(
            share,
            key=f"{name}_people",
            title=N_("{rate}: people counted, of {base} enrolled of whom that is known"),
            words={"rate": title, "base": Amount(many)},
            value=few,
            unit="people",
            of="",
            query=f"SELECT sum({part}) FROM runs WHERE {part} <= {whole} AND {whole} > 0",  # noqa: S608 - our own column names
        )
    )


def base_of(book: Book, name: str) -> float | None:
    """Of how many enrolled a rate is known; None where its share was only declared, or is not known."""
    figure = book.get(f"{name}_people")
    base = None if figure is None else figure.words["base"]
    return base.value if isinstance(base, Amount) else None


def _places(runs: Sequence[Run]) -> str:
    """The first of the rows, by their places."""
    return ", ".join(lines("runs", runs[:NAMED])) + (", …" if len(runs) > NAMED else "")


def _mean(name: str, courses: Iterable[Sequence[Run]], book: Book, share: Figure) -> Figure | None:
    """Add the mean of the courses, over the rows of the share of all learners; None where it is of one course."""
    part, whole, title, _of = RATES[name]
    shares = [100.0 * found[0] / found[1] for runs in courses if (found := rate_of(runs, name)) is not None]
    if len(shares) < 2:  # noqa: PLR2004 - of one course, both are the same
        return None
    return book.add(
        replace(
            share,
            key=f"{name}_percent_mean_of_courses",
            title=N_("{rate}, as the mean of the courses"),
            words={"rate": title},
            value=fmean(shares),
            of=N_("of the enrolled, each course counting once")
            if whole == "enrolments"
            else N_("of the same, each course counting once"),
            query=f"SELECT avg(rate) FROM (SELECT 100.0 * sum({part}) / sum({whole}) AS rate FROM runs\n"  # noqa: S608 - our own column names
            f"WHERE {part} <= {whole} AND {whole} > 0 GROUP BY course)",
        )
    )


def two_means(book: Book, means: Sequence[tuple[Figure, Figure]]) -> None:
    """Say in the margin, once, that a share of all learners and the mean of the courses are two numbers, both right."""
    if not means:
        return
    said: list[dict[str, str | Amount]] = [
        {
            "title": share.title,
            "weighted": Amount(share.value or 0, "percent", 1),
            "mean": Amount(mean.value or 0, "percent", 1),
        }
        for share, mean in means
    ]
    sentence = N_(
        "A rate of all learners together and its mean of the courses are two numbers, and both are right: in the "
        "first a large course weighs more, in the second each course counts once. {rates}."
    )
    if len(said) == 1:
        sentence = N_(
            "{weighted} of all learners together, {mean} as the mean of the courses: both are right. In the first a "
            "large course weighs more, in the second each course counts once."
        )
    book.remark(
        CHAPTER,
        sentence,
        *(figure.key for pair in means for figure in pair),
        rates=Listed(N_("“{title}” {weighted} and {mean}"), tuple(said)),
        **said[0],
    )


def after_totals(book: Book) -> None:
    """What follows from totals that were only declared: who went to the end, of the enrolled."""
    end, enrolled = book.get("went_to_the_end"), book.get("enrolments")
    if end is None or enrolled is None or not end.value or not enrolled.value:
        return
    if end.how != "declared":  # counted over the runs that tell it, which may be fewer than those of `enrolled`
        return
    ratio = HUNDRED * end.value / enrolled.value
    if ratio > HUNDRED:
        book.remark(
            CHAPTER,
            N_("{end} went to the end of {enrolled} enrolments: that cannot be, and no share is shown."),
            end.key,
            enrolled.key,
            end=Amount(end.value),
            enrolled=Amount(enrolled.value),
        )
        return
    share = book.add(
        Figure(
            key="end_of_enrolled_percent",
            title=N_("went to the end"),
            value=ratio,
            unit="percent",
            of=N_("of the enrolled, all together"),
            period=book.period,
            how="reckoned",
            source=end.source,
            rows=(*end.rows, *enrolled.rows)[:20],
            query="SELECT 100.0 * (SELECT value FROM figures WHERE key = 'went_to_the_end')\n"
            "           / (SELECT value FROM figures WHERE key = 'enrolments')",
        )
    )
    mean = book.get("passed_percent_mean_of_courses")
    if mean is not None and mean.how == "declared" and mean.value is not None and abs(mean.value - ratio) >= NEAR:
        two_means(book, [(share, mean)])
