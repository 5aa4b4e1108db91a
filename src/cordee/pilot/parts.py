"""Which files of a partition count, when some stand for others and some are not finished?

A partition is a month of a run's events; the names of its files say what is in them:

    2026-11.edx_log.<digest>.parquet        what one imported file brought
    2026-11.journal.<from>-<until>.parquet  what our own journal handed over after <from> until <until>
    2026-11.whole.<until>-<digest>.parquet  all of them in one, by learner and time; the .json beside it lists which

Moments are microseconds since 1970, 16 digits. Whoever reads first learns until when the journal is sealed, then lists
the files, then asks the database for what is later: files of a later moment do not count, so that an event that moves
meanwhile is seen once. What a whole file stands for is kept ten minutes longer, for who listed the files before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

JOURNAL: Final = "journal"
WHOLE: Final = "whole"
SIMULATED: Final = "simulated"  # of runs of people who do not exist (simulated/programme.py)
STATES: Final = "cordee_journal"  # of tables that are read whole from the site itself (own.py): no file is its source
EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)


def microseconds_of(moment: dt.datetime) -> int:
    """Since 1970."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(microseconds: int) -> dt.datetime:
    """Aware, in UTC."""
    return EPOCH + microseconds * MICROSECOND


def journal_name(month: str, start: int, until: int) -> str:
    """E.g. "2026-11.journal.1795687200000000-1795687260000000.parquet"."""
    return f"{month}.{JOURNAL}.{start:016d}-{until:016d}.parquet"


def whole_name(month: str, members: Sequence[str]) -> str:
    """The name of the file that stands for those of these names: the same ones give the same."""
    digest = hashlib.sha256("\n".join(sorted(members)).encode()).hexdigest()[:16]
    until = max(map(until_of, members), default=0)
    return f"{month}.{WHOLE}.{until:016d}-{digest}.parquet"


def source_of(name: str) -> str:
    """What the second part of a file's name says."""
    return name.split(".", 2)[1]


def until_of(name: str) -> int:
    """The last moment of the journal that this file holds; 0 for what was imported."""
    month_source_rest = name.split(".")
    match month_source_rest[1]:
        case "journal":
            return int(month_source_rest[2].split("-")[1])
        case "whole":
            return int(month_source_rest[2].split("-")[0])
        case _:
            return 0


def list_of(whole: Path) -> Path:
    """Where a whole file's members are listed."""
    return whole.with_suffix(".json")


def members_of(whole: Path) -> frozenset[str]:
    """The names of the files that a whole file stands for."""
    return frozenset(json.loads(list_of(whole).read_text(encoding="utf-8")))


def counting(paths: Iterable[Path], until: int) -> list[Path]:
    """Of the files of one folder, those whose rows together are its events, each once, as sealed until then."""
    here = [path for path in paths if until_of(path.name) <= until]
    held = {(path.parent, name) for path in here if source_of(path.name) == WHOLE for name in members_of(path)}
    return [path for path in here if (path.parent, path.name) not in held]


def sealed_until(folder: Path) -> int:
    """Until when the journal is in the store of this folder; 0 for a store without any of it."""
    try:
        return int(json.loads((folder / "sealed.json").read_text(encoding="utf-8"))["until"])
    except FileNotFoundError:
        return 0


def folder_of(store: Path, table: str, course: str) -> Path:
    """Where the files of a run's table are."""
    return store / "tables" / table / f"course={quote(course, safe='')}"
