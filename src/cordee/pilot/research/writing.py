"""How is a run given to researchers: who is in it, under which pseudonym, how coarse, and is the file what it says?

- **Who**: the learners of one run. Whoever was in an export of it stays in the next, with the same traits at the same
  rungs, whatever was declared since; newcomers come in when they are k or more, and are hidden among themselves. So two
  exports laid side by side (what somebody did is the same in both) show no group of fewer than k, nor say more of a
  group than one of them does.
- **Pseudonyms** come from a key that is drawn for the export and thrown away; only who gives a key of their own gets
  the same ones again.
- **Time** is the week of the run; within a learner the order is kept. No date, no hour, no address, no word that a
  learner wrote.
- **The check** reads every file again as a stranger would, and the export is given only if it holds.

What was told of whom is kept in `told/research=<run>.json` of the store, readable by its owner, until the person is
erased. Whoever knows what somebody did in the course, or has the reports of its host, may find that row: k hides people
by what they declared, nothing else. docs/pilot/research.md says so to who decides.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import duckdb

from cordee.core.errors import N_, Conflict, InputRefused
from cordee.pilot.indicators import indicator_called
from cordee.pilot.research import checking, codebook
from cordee.pilot.research.anonymity import SUPPRESSED, UNDECLARED, Rungs, Traits, diversity, hide, merged
from cordee.pilot.research.columns import CHOSEN, COUNTRY, IN_DUCKDB, Table, tables_of
from cordee.pilot.scopes import Scope
from cordee.pilot.store import Receipt, Store
from cordee.pilot.told import one_at_a_time, write_told

LEAST_K: Final = 10
LEAST_NOTE: Final = 20  # signs
KEY_BYTES: Final = 32
PSEUDONYM_BYTES: Final = 10  # 16 signs of base 32
SAID: Final = ("sex", "age", "education", "countries")  # indicators whose classes are the traits


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an exporter asks for. `key`: the secret of the pseudonyms; b"" for one that nobody keeps."""

    course: str
    note: str
    k: int = LEAST_K
    tables: tuple[str, ...] = CHOSEN
    key: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was written."""

    course: str
    title: str
    made_on: dt.date
    k: int
    smallest: int  # learners in the smallest group, as read from the file
    groups: int
    people: int
    waiting: int  # newcomers who are too few to be told of
    rungs: Rungs
    suppressed: Mapping[str, int]  # trait → learners of whom it is not told
    undeclared: Mapping[str, int]
    diversity: Mapping[str, tuple[int, int]]  # secret → fewest values in a group, in how many groups
    tables: tuple[Table, ...]
    rows: Mapping[str, int]
    sources: tuple[Receipt, ...]
    note: str
    linkable: bool  # its exporter gave a key
    files: tuple[Path, ...] = field(default=())  # where they are written

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "course": self.course,
            "k": self.k,
            "smallest_group": self.smallest,
            "groups": self.groups,
            "people": self.people,
            "waiting": self.waiting,
            "suppressed": dict(self.suppressed),
            "l_diversity": {name: fewest for name, (fewest, _groups) in self.diversity.items()},
            "rows": dict(self.rows),
            "linkable": self.linkable,
        }


def export(store: Store, wanted: Wanted, target: Path, *, now: dt.datetime) -> Export:
    """Write the export into a new folder, or into a file where `target` ends with ".zip".

    Some 10 queries. Raises InputRefused for what may not be asked, NotFound for a run that is not here, Conflict where
    the target exists or the check does not hold: then nothing is left of it.
    """
    _refuse(wanted)
    if wanted.course not in store.courses():
        store.courses_of(Scope((wanted.course,)))
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise Conflict(N_("{target} is there already. Name a folder or a file that is new."), target=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".research-", dir=target.parent))
    try:
        made = _write(store, wanted, folder, now)
        if target.suffix.lower() == ".zip":
            packed = folder.with_suffix(".zip")
            try:
                _pack(folder, packed, now)
                packed.replace(target)
            finally:
                packed.unlink(missing_ok=True)
        else:
            folder.chmod(0o755)
            if target.exists():
                target.rmdir()
            folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return made


def exports_of(store: Store, course: str) -> list[dict[str, Any]]:
    """The exports that were made of a run, the latest first: at, k, people, note."""
    told = _told(store, course)
    return list(reversed(told["exports"]))


def key_in(file: Path) -> bytes:
    """The key that a file holds, made there if the file is not: with it, the same people get the same pseudonyms."""
    if not file.exists():
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as made:  # noqa: PTH123 - with a mode
            made.write(secrets.token_hex(KEY_BYTES) + "\n")
    try:
        key = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise InputRefused(
            N_("{file} holds no key of {bytes} bytes. Name a file that does not exist: a key is made there."),
            file=file,
            bytes=KEY_BYTES,
        )
    return key


def _refuse(wanted: Wanted) -> None:
    if wanted.k < LEAST_K:
        raise InputRefused(
            N_("Groups of {k} are too small to hide anybody. Ask for {least} or more."), k=wanted.k, least=LEAST_K
        )
    if len(" ".join(wanted.note.split())) < LEAST_NOTE:
        raise InputRefused(
            N_(
                "Say under which licence the file is given, to whom, and what allows it (consent, public interest…): "
                "researchers have to know. Write a sentence, with --note or in its field."
            )
        )
    unknown = [name for name in wanted.tables if name not in CHOSEN]
    if unknown or not wanted.tables:
        raise InputRefused(
            N_("There is no table {name} to export. There are: {names}."),
            name=", ".join(unknown) or N_("none"),
            names=", ".join(CHOSEN),
        )


def _write(store: Store, wanted: Wanted, folder: Path, now: dt.datetime) -> Export:
    with one_at_a_time(store), store.open(Scope((wanted.course,))) as database:
        told = _told(store, wanted.course)
        traits, batches, rungs, waiting = _who(database, told, wanted)
        _name_people(database, traits, wanted.key or secrets.token_bytes(KEY_BYTES))
        tables = tables_of(wanted.tables)
        for table in tables:
            _write_table(database, table, folder)
        found = checking.check(folder, tables, wanted.k, emails=_emails(database))
        title, secret = _title(database), _secrets(database)
        made = Export(
            course=wanted.course,
            title=title,
            made_on=now.date(),
            k=wanted.k,
            smallest=found.smallest,
            groups=found.groups,
            people=len(traits),
            waiting=waiting,
            rungs=rungs,
            suppressed=_counted(traits, SUPPRESSED),
            undeclared=_counted(traits, UNDECLARED),
            diversity={name: diversity(traits, values) for name, values in secret.items()},
            tables=tables,
            rows=found.rows,
            sources=tuple(one for one in store.receipts() if wanted.course in one.courses),
            note=" ".join(wanted.note.split()),
            linkable=bool(wanted.key),
        )
        codebook.write(made, folder)
        # Last: what is remembered was given, or could have been.
        remembered = told["people"] | {str(actor): [batches[actor], *one] for actor, one in _first_told(told, traits)}
        made_before = [*told["exports"], {"at": now.isoformat(), "k": made.k, "people": made.people, "note": made.note}]
        write_told(_place(store, wanted.course), {"rungs": list(rungs), "people": remembered, "exports": made_before})
    return made


# Who is in it


def _who(
    database: duckdb.DuckDBPyConnection, told: Mapping[str, Any], wanted: Wanted
) -> tuple[dict[int, Traits], dict[int, int], Rungs, int]:
    """Of each learner the traits to tell and the export that first told of them; the rungs; how many have to wait."""
    here = {int(actor) for (actor,) in database.execute("SELECT actor FROM enrolments WHERE NOT staff").fetchall()}
    before = {int(actor): Traits(*traits) for actor, (_batch, *traits) in told["people"].items() if int(actor) in here}
    batches = {int(actor): int(batch) for actor, (batch, *_traits) in told["people"].items() if int(actor) in here}
    newcomers = {actor: one for actor, one in _declared(database).items() if actor not in before}
    rungs = Rungs(*told["rungs"]) if told["rungs"] else None
    waiting = 0
    if 0 < len(newcomers) < wanted.k:
        if not before:
            raise Conflict(
                N_(
                    "{course} has {n} learners, fewer than {k}: no file of them hides anybody. Export a run of more "
                    "learners."
                ),
                course=wanted.course,
                n=len(newcomers),
                k=wanted.k,
            )
        waiting, newcomers = len(newcomers), {}
    if not before and not newcomers:
        raise Conflict(N_("Nobody is enrolled in {course}, as far as the files say."), course=wanted.course)
    fresh = max((int(batch) for batch, *_traits in told["people"].values()), default=0) + 1
    hidden = hide(newcomers, wanted.k, rungs)
    traits: dict[int, Traits] = {}
    for batch in sorted(set(batches.values())):  # k may have grown since
        traits |= merged({actor: one for actor, one in before.items() if batches[actor] == batch}, wanted.k)
    for actor in newcomers:
        traits[actor], batches[actor] = hidden.told[actor], fresh
    return traits, batches, hidden.rungs, waiting


def _declared(database: duckdb.DuckDBPyConnection) -> dict[int, Traits]:
    """What each learner declared, in the classes of the indicators."""
    said = " UNION ALL ".join(
        f"SELECT actor, trait, class FROM ({indicator_called(name).said}) AS {name}_said"  # noqa: S608 - our own queries
        for name in SAID
    )
    found: dict[int, dict[str, str]] = {}
    for actor, trait, one in database.execute(said).fetchall():
        is_odd = trait == "country" and not re.fullmatch(COUNTRY, one or "")  # what is no code of a country is not told
        found.setdefault(int(actor), {})[str(trait)] = UNDECLARED if is_odd else str(one) or UNDECLARED
    return {
        actor: Traits(*(one.get(name, UNDECLARED) for name in ("sex", "age", "education", "country")))
        for actor, one in found.items()
    }


def _first_told(told: Mapping[str, Any], traits: Mapping[int, Traits]) -> Iterator[tuple[int, Traits]]:
    """Who was not told of before."""
    return ((actor, one) for actor, one in traits.items() if str(actor) not in told["people"])


def _counted(traits: Mapping[int, Traits], word: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for one in traits.values():
        counts.update(name for name, value in one._asdict().items() if value == word)
    return {name: counts[name] for name in Traits._fields}


def _place(store: Store, course: str) -> Path:
    return store.folder / "told" / f"research={quote(course, safe='')}.json"


def _told(store: Store, course: str) -> dict[str, Any]:
    place = _place(store, course)
    if not place.exists():
        return {"rungs": [], "people": {}, "exports": []}
    held: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return held


# What is written


def pseudonym_of(actor: int, key: bytes) -> str:
    """16 signs of a-z and 2-7: 80 bits of an HMAC of the store's pseudonym under the key of the export."""
    digest = hmac.digest(key, f"person {actor}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:PSEUDONYM_BYTES]).decode().lower()


def _name_people(database: duckdb.DuckDBPyConnection, traits: Mapping[int, Traits], key: bytes) -> None:
    """`given (actor, person, sex, age, education, country)`: who is in the export."""
    database.execute(
        "CREATE OR REPLACE TEMP TABLE given (actor BIGINT, person VARCHAR, sex VARCHAR, age VARCHAR, "
        "education VARCHAR, country VARCHAR)"
    )
    columns = list(zip(*((actor, pseudonym_of(actor, key), *one) for actor, one in traits.items()), strict=True))
    database.execute(
        "INSERT INTO given SELECT unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6)",
        [list(column) for column in columns],
    )


WEEKS: Final = """
origins AS (
    SELECT coalesce((SELECT date_trunc('week', min(opens_at)) FROM runs),
                    (SELECT date_trunc('week', min(happened_at)) FROM events WHERE verb <> 'left')) AS origin)"""
WEEK: Final = "CAST(floor(date_diff('day', origin, date_trunc('week', happened_at)) / 7) AS BIGINT) + 1 AS week"
WORDS: Final = "CASE WHEN regexp_matches({0}, '^[=+@\\t\\r-]') THEN '''' || {0} ELSE nullif({0}, '') END AS {0}"

QUERIES: Final[Mapping[str, str]] = {
    "people": "SELECT person, sex, age, education, country FROM given ORDER BY person",
    "grades": """
        SELECT person, CAST(round(grade) AS BIGINT) AS grade,
               coalesce(passed, grade >= (SELECT max(pass_mark) FROM runs)) AS passed, certified, complete
        FROM grades JOIN given USING (actor) ORDER BY person""",
    "submissions": f"""
        WITH {WEEKS}
        SELECT person, activity, {WEEK}, attempt, earned, possible, told_each
        FROM submissions JOIN given USING (actor), origins
        ORDER BY person, happened_at NULLS LAST, attempt NULLS LAST, activity""",  # noqa: S608 - our own fragments
    "events": f"""
        WITH {WEEKS}
        SELECT person, row_number() OVER (PARTITION BY person ORDER BY happened_at, id) AS rank, {WEEK}, verb,
               nullif(activity, '') AS activity, CAST(10 * floor(from_s / 10) AS BIGINT) AS from_s,
               CAST(10 * floor(to_s / 10) AS BIGINT) AS to_s
        FROM events JOIN given USING (actor), origins
        ORDER BY person, rank""",  # noqa: S608 - our own fragments
    # A unit that only its activities name is an activity that one can look at, too.
    "activities": f"""
        WITH listed AS (
            SELECT activity, min(kind) AS kind, min(title) AS title, min(unit) AS unit, min(module) AS module,
                   min(position) AS position, bool_or(graded) AS graded, min(quiz) AS quiz, min(length_s) AS length_s
            FROM structure GROUP BY activity),
        touched AS (SELECT activity FROM events UNION SELECT activity FROM submissions)
        SELECT activity, nullif(kind, '') AS kind, {WORDS.format("title")}, nullif(unit, '') AS unit,
               CAST(module AS BIGINT) AS module, CAST(position AS BIGINT) AS position, graded, {WORDS.format("quiz")},
               length_s
        FROM listed FULL JOIN (SELECT activity FROM touched WHERE activity <> '') AS named USING (activity)
        ORDER BY position NULLS LAST, activity""",  # noqa: S608 - our own fragments
}


def _write_table(database: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    columns = ", ".join(f'"{one.name}" {IN_DUCKDB[one.type]}' for one in table.columns)
    database.execute(f"CREATE OR REPLACE TEMP TABLE research_{table.name} ({columns})")
    database.execute(f"INSERT INTO research_{table.name} {QUERIES[table.name]}")
    for ending, form in (("csv", "FORMAT csv, HEADER, DELIMITER ','"), ("parquet", "FORMAT parquet, COMPRESSION zstd")):
        place = str(folder / f"{table.name}.{ending}").replace("'", "''")
        database.execute(f"COPY research_{table.name} TO '{place}' ({form})")


def _emails(database: duckdb.DuckDBPyConnection) -> set[str]:
    """The addresses of the store: none of them may stand in a file."""
    return {
        str(email).lower() for (email,) in database.execute("SELECT email FROM persons WHERE email <> ''").fetchall()
    }


def _title(database: duckdb.DuckDBPyConnection) -> str:
    row = database.execute("SELECT coalesce(max(title), '') FROM runs").fetchone()
    return str(row[0]) if row else ""


def _secrets(database: duckdb.DuckDBPyConnection) -> dict[str, dict[int, object]]:
    """What a group may give away of each of its people: whether they passed, their grade in tenths of the scale."""
    rows = database.execute(
        "SELECT actor, coalesce(passed, grade >= (SELECT max(pass_mark) FROM runs)), floor(grade / 10) FROM grades"
    ).fetchall()
    return {
        "passed": {int(actor): passed for actor, passed, _tenth in rows},
        "grade": {int(actor): tenth for actor, _passed, tenth in rows},
    }


def _pack(folder: Path, packed: Path, now: dt.datetime) -> None:
    """One file of all, in the order of their names."""
    moment = (now.year, now.month, now.day, 0, 0, 0)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(path.name, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w") as into:
                shutil.copyfileobj(source, into)


@contextmanager
def exported(store: Store, wanted: Wanted, *, now: dt.datetime) -> Iterator[tuple[Path, Export]]:
    """The same as one file in a folder that is gone afterwards, for who sends it on."""
    with tempfile.TemporaryDirectory(prefix="cordee-research-") as folder:
        place = Path(folder) / "export.zip"
        yield place, export(store, wanted, place, now=now)
