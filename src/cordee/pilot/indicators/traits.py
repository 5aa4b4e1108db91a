"""Who learns, by what they said of themselves? What sex, age, education and countries have in common.

A trait is a query of (course, actor, trait, class), one row a learner and run, class '' where nothing was declared.
Counts of it reach a reader only through `pilot/small_cells.py`, which knows them by these four columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Field, Row
from cordee.pilot.indicators.shares import HIGH, LOW, PERCENT, share

SOURCE: Final = N_("“4 ans de MOOC” (Institut Mines-Télécom, 2017), profile of learners")
DENOMINATOR: Final = N_("learners who declared it; a learner counts once in each run")
CELLS: Final = ("n",)
MERGED: Final = "…"  # the class of all that may not be told apart

FIELDS: Final = (
    Field("host", "text", N_("where the runs are played; empty for all hosts together")),
    Field("class", "text", N_("the class")),
    Field(
        "n", "count", N_("learners in it; null where it is hidden, since fewer people than may be told are behind it")
    ),
    Field("percent", "percent", PERCENT),
    Field("low", "percent", LOW),
    Field("high", "percent", HIGH),
    Field("declared", "count", N_("learners who declared it")),
    Field("undeclared", "count", N_("learners who did not")),
    Field("answer_rate", "percent", N_("share of learners who declared it, from 0 to 100")),
)


def counted(said: str) -> str:
    """The query of (trait, host, class, n) over a query of what was said: of all hosts together (''), and of each."""
    return f"""WITH said AS ({said}),
hosts AS (SELECT course, coalesce(max(host), '') AS host FROM runs GROUP BY course)
SELECT trait, '' AS host, class, count(*) AS n FROM said GROUP BY trait, class
UNION ALL
SELECT trait, host, class, count(*) AS n
FROM said JOIN hosts ON hosts.course = said.course WHERE host <> '' GROUP BY trait, host, class
ORDER BY trait, host, class"""  # noqa: S608 - our own names and fragments


def of_people(trait: str, column: str) -> str:
    """What was said, where a column of `people` is the class."""
    return f"""
    SELECT learners.course, learners.actor, '{trait}' AS trait, coalesce({column}, '') AS class
    FROM learners LEFT JOIN people ON people.course = learners.course AND people.actor = learners.actor"""  # noqa: S608 - our own names and fragments


def shares_of(rows: Sequence[Row], classes: Sequence[str] = ()) -> list[Row]:
    """The rows of one trait, by host: in the order of `classes`, all of them shown; else the most frequent first.

    A count of None is hidden; what is declared and what is not is told. Hosts are told where there is more than one.
    """
    hosts = sorted({str(row["host"]) for row in rows} - {""})
    found: list[Row] = []
    for host in ["", *(hosts if len(hosts) > 1 else [])]:
        counts = {str(row["class"]): row["n"] for row in rows if row["host"] == host}
        of = {str(row["class"]): row.get("of", row["n"]) for row in rows if row["host"] == host}
        undeclared = int(of.pop("", 0) or 0)
        counts.pop("", None)
        declared = sum(int(n or 0) for n in of.values())
        # Where all that is there is hidden, even a class without anybody would tell of the only one that has some.
        absent = None if counts and all(n is None for n in counts.values()) else 0
        listed = [*classes, *sorted(set(counts) - set(classes))]
        if not classes:
            listed.sort(key=lambda one: (one == MERGED, -int(counts[one] or 0), one))
        for one in listed if declared + undeclared else ():
            told = share("n", counts.get(one, absent), declared)
            found.append(
                {
                    "host": host,
                    "class": one,
                    "n": told["n"],
                    "percent": told["n_percent"],
                    "low": told["n_low"],
                    "high": told["n_high"],
                    "declared": declared,
                    "undeclared": undeclared,
                    "answer_rate": 100 * declared / (declared + undeclared),
                }
            )
    return found
