"""How does a file of the store get onto the disk: whole, and under its name only then?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb


def write_parquet(
    database: duckdb.DuckDBPyConnection, query: str, path: Path, given: Mapping[str, Any] | None = None
) -> None:
    """The rows of a query as one file, over an older one of this name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    target = str(beside).replace("'", "''")
    database.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)", dict(given or {}))
    with beside.open("rb") as written:
        os.fsync(written.fileno())
    beside.replace(path)


def write_file(path: Path, data: bytes, *, mode: int = 0o666, lasting: bool = True) -> None:
    """These bytes as one file, over an older one of this name; `lasting`: the disk has them when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:  # noqa: PTH123 - with a mode
        file.write(data)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.writing")
