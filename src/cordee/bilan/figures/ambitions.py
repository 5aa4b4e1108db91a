"""What had the programme promised itself, and what became of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cordee.bilan.figures import Book, Figure, lines, sources_of
from cordee.bilan.period import Period
from cordee.bilan.programme import Programme
from cordee.core.errors import N_

CHAPTER: Final = "ambitions"
SEVERAL: Final = 2
Verdict = Literal["reached", "missed", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One target: its name, what was wanted, what is, and whether it was reached. Words are shown by the report."""

    name: Literal["new_courses_a_year", "languages", "several_hosts"]
    wanted: tuple[str, ...]
    found: tuple[str, ...]
    verdict: Verdict


def figures(programme: Programme, book: Book, period: Period) -> None:
    figure = book.get("courses")
    courses = None if figure is None else figure.value
    if figure is not None and courses is not None:
        book.add(
            Figure(
                key="courses_a_year",
                title=N_("new courses a year, on average"),
                value=courses / period.years,
                unit="number",
                period=book.period,
                how="reckoned",
                source=figure.source,
                extracted_on=figure.extracted_on,
                rows=figure.rows,
                query=f"SELECT value / {period.years:g} FROM figures WHERE key = 'courses'",  # noqa: S608 - a number of ours
            )
        )
    hosts = hosts_of(programme)
    listed = {host.name for host in programme.about.hosts}
    unlisted = [run for run in programme.runs if run.host and run.host not in listed]
    if hosts:
        book.add(
            Figure(
                key="hosts",
                title=N_("platforms"),
                value=len(hosts),
                unit="number",
                period=book.period,
                how="declared",
                source=sources_of([*programme.about.hosts, *unlisted]) or "programme.toml",
                rows=(*(("programme.toml",) if programme.about.hosts else ()), *lines("runs", unlisted)),
            )
        )


def hosts_of(programme: Programme) -> tuple[str, ...]:
    """The hosts of programme.toml, then others that runs name."""
    return tuple(
        dict.fromkeys(
            (*(host.name for host in programme.about.hosts), *(run.host for run in programme.runs if run.host))
        )
    )


def outcomes(programme: Programme, book: Book) -> list[Outcome]:
    """The targets of programme.toml against what the rows say."""
    targets = programme.about.targets
    found = []
    if targets.new_courses_a_year is not None:
        rate = book.value("courses_a_year")
        verdict: Verdict = "unknown" if rate is None else "reached" if rate >= targets.new_courses_a_year else "missed"
        found.append(
            Outcome(
                "new_courses_a_year", (str(targets.new_courses_a_year),), () if rate is None else (str(rate),), verdict
            )
        )
    if targets.languages:
        spoken = tuple(sorted({course.language for course in programme.courses if course.language}))
        reached = set(targets.languages) <= set(spoken)
        found.append(
            Outcome(
                "languages",
                targets.languages,
                spoken,
                "reached" if reached else "missed" if all(one.language for one in programme.courses) else "unknown",
            )
        )
    if targets.several_hosts is not None:
        hosts = hosts_of(programme)
        found.append(Outcome("several_hosts", (), hosts, "reached" if len(hosts) >= SEVERAL else "missed"))
    return found
