"""What does each cell of an export mean? A codebook in French and English for people, a data package for machines.

The sentences come from the room's own catalogue, read with Python's gettext: a command may have no Django.
"""

from __future__ import annotations

import gettext as catalogues
import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cordee.core.errors import N_
from cordee.pilot.research.anonymity import RUNGS, SUPPRESSED, UNDECLARED, Traits
from cordee.pilot.research.columns import Column, Table
from cordee.pilot.sources import JOURNAL, all_sources
from cordee.ui.typography import number

if TYPE_CHECKING:
    from cordee.pilot.research.writing import Export

LANGUAGES: Final = ("fr", "en")
LOCALE: Final = Path(__file__).parents[1] / "locale"
PROFILE: Final = "tabular-data-package"
HUNDRED: Final = 100

TRAITS: Final = Traits(sex=N_("sex"), age=N_("age"), education=N_("education"), country=N_("country"))
SECRETS: Final = {"passed": N_("passed or not"), "grade": N_("tenth of the scale of grades")}
BOOK, LICENCE, HIDING, LIMITS = (
    N_("Codebook"),
    N_("Licence and basis"),
    N_("How people are hidden"),
    N_("What this does not do"),
)
READ_FROM, ROWS = N_("Read from"), N_("Rows")
AS_DECLARED, COARSER, NOT_AT_ALL = N_("as declared"), N_("coarser"), N_("not at all")
VALUES: Final = {
    UNDECLARED: N_("not declared"),
    SUPPRESSED: N_("declared or not: not told, so that nobody is found"),
    "higher": N_("doctorate, master, bachelor or two years after secondary school"),
    "school": N_("secondary school or less"),
    "-17": N_("under 18"),
    "-24": N_("under 25"),
    "45+": N_("45 and over"),
    "55+": N_("55 and over"),
    "elsewhere": N_("Antarctica, or no code of a country"),
}


def write(made: Export, folder: Path) -> None:
    """`codebook.fr.md`, `codebook.en.md` and `datapackage.json`, which has the digest of every file beside it."""
    for language in LANGUAGES:
        text = codebook(made, in_language(language), language)
        (folder / f"codebook.{language}.md").write_text(text, encoding="utf-8")
    package = json.dumps(datapackage(made, folder), ensure_ascii=False, indent=1) + "\n"
    (folder / "datapackage.json").write_text(package, encoding="utf-8")


@cache
def in_language(language: str) -> Callable[[str], str]:
    """What takes a sentence of the sources into a language: "en" as it is."""
    if language == "en":
        return str
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return catalogues.GNUTranslations(file).gettext


def codebook(made: Export, say: Callable[[str], str], language: str) -> str:
    """The codebook in Markdown."""
    colon = _colon(language)
    return "\n".join(
        [
            f"# {say(BOOK)}{colon} {made.title or made.course}",
            "",
            *_facts(made, say, colon),
            "",
            f"## {say(LICENCE)}",
            "",
            say(N_("As stated by whoever made the export{colon}")).format(colon=colon),
            "",
            f"> {made.note}",
            "",
            *_hiding(made, say, language),
            *(line for table in made.tables for line in _table(made, table, say, colon)),
            *_limits(made, say),
        ]
    )


def _colon(language: str) -> str:
    return "\u00a0:" if language == "fr" else ":"


def _facts(made: Export, say: Callable[[str], str], colon: str) -> list[str]:
    labels = {source.name: source.label for source in all_sources()} | {JOURNAL: N_("journal of this site")}
    facts = [
        (N_("Run"), f"`{made.course}`"),
        (N_("Export of"), made.made_on.isoformat()),
        (N_("Learners"), str(made.people)),
    ]
    lines = [f"- {say(name)}{colon} {value}" for name, value in facts]
    lines.append(f"- {say(READ_FROM)}{colon}")
    for one in made.sources:
        label = say(labels[one.source]) if one.source in labels else one.source
        words = say(N_("{source}, data of {day}, {rows} rows kept"))
        lines.append("  - " + words.format(source=label, day=one.extracted_at.date().isoformat(), rows=one.kept))
    return lines


def _hiding(made: Export, say: Callable[[str], str], language: str) -> list[str]:
    """How people are hidden: what was made coarser, of how many nothing is told, and what groups give away."""
    colon = _colon(language)
    share = say(N_("{n} of {all} ({percent}%)"))
    head = (N_("Trait"), N_("told"), N_("not told of"), N_("not declared by"))
    lines = [
        f"## {say(HIDING)}",
        "",
        say(
            N_(
                "Whoever has the same sex, age, education and country in the table of learners is one group. The "
                "smallest group has {smallest} learners; k = {k} was asked for. It was counted again in the written "
                "file. There are {groups} groups."
            )
        ).format(smallest=made.smallest, k=made.k, groups=made.groups),
        "",
        "| " + " | ".join(say(one) for one in head) + " |",
        "|---|---|---|---|",
    ]
    for name, at, most in zip(Traits._fields, made.rungs, RUNGS, strict=True):
        told = AS_DECLARED if at == 0 else NOT_AT_ALL if at == most else COARSER
        counts = [
            share.format(n=count, all=made.people, percent=number(HUNDRED * count / made.people, language, 1))
            for count in (made.suppressed[name], made.undeclared[name])
        ]
        lines.append(f"| {say(getattr(TRAITS, name))} | {say(told)} | {counts[0]} | {counts[1]} |")
    if made.waiting:
        words = say(
            N_("Newcomers since the last export who are too few to be told of, and are in no table{colon} {n}.")
        )
        lines += ["", words.format(n=made.waiting, colon=colon)]
    lines.append("")
    for name, (fewest, groups) in made.diversity.items():
        words = say(
            N_(
                "l-diversity, {secret}{colon} at least {fewest} different values in a group; groups that have no "
                "more{colon} {groups}."
            )
        )
        lines.append("- " + words.format(secret=say(SECRETS[name]), fewest=fewest, groups=groups, colon=colon))
    linkable = (
        N_("Pseudonyms come from a key that the exporter keeps: they are the same in other exports under that key.")
        if made.linkable
        else N_("Pseudonyms were drawn for this export; the key was thrown away. No other export has the same ones.")
    )
    weeks = N_(
        "Dates are told as weeks of the run; within a learner the order is kept. Free text, names, usernames, "
        "addresses and cohorts are never exported."
    )
    return [*lines, "", say(linkable), "", say(weeks), ""]


def _table(made: Export, table: Table, say: Callable[[str], str], colon: str) -> list[str]:
    head = (N_("column"), N_("type"), N_("unit"), N_("meaning"), N_("values"), N_("read from"))
    lines = [
        f"## `{table.name}`{colon} {say(table.title)}",
        "",
        f"{say(table.meaning)} {say(ROWS)}{colon} {made.rows[table.name]}.",
        "",
        f"`{table.name}.csv`, `{table.name}.parquet`",
        "",
        "| " + " | ".join(say(one) for one in head) + " |",
        "|---|---|---|---|---|---|",
    ]
    for one in table.columns:
        cells = (
            f"`{one.name}`", one.type, say(one.unit) if one.unit else "", say(one.meaning), _values(one, say),
            f"`{one.source}`",
        )  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def _values(column: Column, say: Callable[[str], str]) -> str:
    """The values that a column may hold, with what does not speak for itself said."""
    if column.refers_to and column.name != "person":
        return say(N_("one of `{table}`")).format(table=column.refers_to)
    told = [f"`{one}` ({say(VALUES[one])})" if one in VALUES else f"`{one}`" for one in column.values]
    if column.pattern:
        told.insert(
            0, say(N_("two capital letters")) if column.name == "country" else say(N_("16 signs of a–z and 2–7"))
        )
    return ", ".join(told)


def _limits(made: Export, say: Callable[[str], str]) -> list[str]:
    return [
        f"## {say(LIMITS)}",
        "",
        say(
            N_(
                "Groups of k hide people by what they declared. Whoever knows what somebody did in the course (a "
                "grade, a try, a week) or holds the reports of its host may find that row, and what it says. So this "
                "file is no open data: give it to whom you have told why, and let them not look for anybody."
            )
        ),
        "",
    ]


# For machines


def datapackage(made: Export, folder: Path) -> dict[str, Any]:
    """A Data Package (Frictionless, version 1) with one resource a table and form."""
    french = in_language("fr")
    return {
        "profile": PROFILE,
        "name": "cordee-pilot-research",
        "title": made.title or made.course,
        "description": "Pseudonymised traces of one run of a course; see codebook.en.md.",
        "created": f"{made.made_on.isoformat()}T00:00:00Z",
        "licenses": [{"name": "other-closed", "title": made.note}],
        "sources": [
            {"title": one.source, "extracted": one.extracted_at.date().isoformat(), "rows": one.kept}
            for one in made.sources
        ],
        "run": made.course,
        "anonymity": {
            "k_asked": made.k,
            "k_counted_in_file": made.smallest,
            "groups": made.groups,
            "people": made.people,
            "waiting": made.waiting,
            "quasi_identifiers": list(Traits._fields),
            "rungs": dict(zip(Traits._fields, made.rungs, strict=True)),
            "rungs_highest": dict(zip(Traits._fields, RUNGS, strict=True)),
            "suppressed": dict(made.suppressed),
            "undeclared": dict(made.undeclared),
            "l_diversity": {name: fewest for name, (fewest, _groups) in made.diversity.items()},
            "dates": "weeks of the run",
            "pseudonyms": "under the exporter's key" if made.linkable else "drawn for this export",
        },
        "resources": [resource for table in made.tables for resource in _resources(made, table, folder, french)],
    }


def _resources(made: Export, table: Table, folder: Path, french: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    for ending, form, media in (
        ("csv", "csv", "text/csv"),
        ("parquet", "parquet", "application/vnd.apache.parquet"),
    ):
        path = folder / f"{table.name}.{ending}"
        found: dict[str, Any] = {
            "name": table.name if ending == "csv" else f"{table.name}-parquet",
            "title": table.title,
            "title_fr": french(table.title),
            "description": table.meaning,
            "description_fr": french(table.meaning),
            "path": path.name,
            "format": form,
            "mediatype": media,
            "bytes": path.stat().st_size,
            "hash": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
            "rows": made.rows[table.name],
        }
        if ending == "csv":
            found |= {"profile": "tabular-data-resource", "encoding": "utf-8", "schema": _schema(made, table, french)}
        yield found


def _schema(made: Export, table: Table, french: Callable[[str], str]) -> dict[str, Any]:
    names = {one.name for one in made.tables}
    schema: dict[str, Any] = {"fields": [_field(one, french) for one in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    keys = [
        {"fields": one.name, "reference": {"resource": one.refers_to, "fields": one.name}}
        for one in table.columns
        if one.refers_to and one.refers_to != table.name and one.refers_to in names
    ]
    return schema | ({"foreignKeys": keys} if keys else {})


def _field(column: Column, french: Callable[[str], str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.meaning,
        "description_fr": french(column.meaning),
        "source": column.source,
    }
    if column.unit:
        found["unit"] = column.unit
    if column.type == "boolean":
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.pattern and not column.values:
        found["constraints"] = {"pattern": column.pattern}
    elif column.pattern:
        found["constraints"] = {"pattern": "|".join([column.pattern, *column.values])}
    elif column.values:
        found["constraints"] = {"enum": list(column.values)}
    return found
