"""How do the many small files of a month become one, sorted by learner and time, while others read and anybody may be
killed?

The new file's list of members is written first, then the file itself, under a name made of the members' names: from the
moment it is there, it counts and its members do not (parts.py). They are removed ten minutes later, when nobody who
listed the folder before reads it any more. Killed at any point, the same call again ends with the same files.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from cordee.pilot import parts
from cordee.pilot.disk import sync_folder, write_file, write_parquet
from cordee.pilot.store import Store
from cordee.pilot.tables import BY_NAME, JOURNALED

FEWEST: Final = 16  # files of a month that are worth one
GRACE_S: Final = 600.0
MEMORY: Final = "256MB"

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Compacted:
    """What one call did."""

    partitions: int
    members: int
    removed: int  # files that had been replaced earlier


def compact(
    store: Store,
    *,
    fewest: int = FEWEST,
    grace_s: float = GRACE_S,
    stopping: Callable[[], bool] = lambda: False,
    step: Step = lambda _where: None,
) -> Compacted:
    """One file for each month of a run that has at least `fewest`; and remove what was replaced `grace_s` ago.

    Takes files of finished imports and sealed batches only. Raises InUse when somebody else writes into the store.
    """
    partitions = members = removed = 0
    with store.alone(wait=False):
        until = store.sealed_until()
        for folder in sorted(one for table in JOURNALED for one in (store.folder / "tables" / table).glob("course=*")):
            removed += _remove_replaced(folder, grace_s)
            months: dict[str, list[Path]] = defaultdict(list)
            for path in parts.counting(sorted(folder.glob("*.parquet")), until):
                if _is_finished(store, path.name):
                    months[path.name.split(".", 1)[0]].append(path)
            for month, paths in months.items():
                if len(paths) < fewest or stopping():
                    continue
                _unite(store, folder, month, paths, step)
                partitions, members = partitions + 1, members + len(paths)
    return Compacted(partitions, members, removed)


def _is_finished(store: Store, name: str) -> bool:
    """An import that was killed is read again under the same names: its files stay by themselves until it ended."""
    if parts.source_of(name) in {parts.JOURNAL, parts.WHOLE}:
        return True
    return store.holds(name.removesuffix(".parquet").rsplit(".", 1)[1])


def _unite(store: Store, folder: Path, month: str, paths: list[Path], step: Step) -> None:
    names = [path.name for path in paths]
    whole = folder / parts.whole_name(month, names)
    # Also what its members stand for, and is not removed yet.
    held = {name for path in paths if parts.source_of(path.name) == parts.WHOLE for name in parts.members_of(path)}
    still = {name for name in held if (folder / name).exists()}
    write_file(parts.list_of(whole), json.dumps(sorted({*names, *still}), indent=0).encode())
    step("listed")
    spill = Path(tempfile.mkdtemp(prefix="landing-", dir=store.folder))
    database = duckdb.connect(config={"memory_limit": MEMORY, "threads": 1, "temp_directory": str(spill)})
    try:
        columns = ", ".join(BY_NAME[folder.parent.name].names)
        write_parquet(
            database,
            f"SELECT {columns} FROM read_parquet($files, hive_partitioning = false) "  # noqa: S608 - names of ours
            "ORDER BY actor, happened_at, id",
            whole,
            {"files": [str(path) for path in paths]},
        )
    finally:
        database.close()
        shutil.rmtree(spill, ignore_errors=True)
    sync_folder(folder)
    step("united")


def _remove_replaced(folder: Path, grace_s: float) -> int:
    """Remove the members of whole files that are old enough; lists whose file never came go, too."""
    removed = 0
    for whole in sorted(folder.glob(f"*.{parts.WHOLE}.*.parquet")):
        if not whole.exists() or time.time() - whole.stat().st_mtime < grace_s:
            continue
        for name in sorted(parts.members_of(whole)):
            member = folder / name
            if member.exists():
                member.unlink()
                removed += 1
    for listed in folder.glob(f"*.{parts.WHOLE}.*.json"):
        if not listed.with_suffix(".parquet").exists():
            listed.unlink()
    return removed
