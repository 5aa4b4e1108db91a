"""How does a table of the pilot leave it: as CSV, as Parquet, as JSON?"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from cordee.core.spreadsheets import harmless
from cordee.pilot.indicators import Field, Indicator, Row

TYPES: Final = {"count": "BIGINT", "text": "VARCHAR", "when": "TIMESTAMP"}  # the rest are DOUBLE


def fields_of(indicator: Indicator, rows: Sequence[Row]) -> tuple[Field, ...]:
    """The columns of the table: those that the indicator declares, then what its rows hold besides."""
    declared = {one.name for one in indicator.fields}
    beside = [name for name in (rows[0] if rows else {}) if name not in declared]
    return (*indicator.fields, *(Field(name, "text", "") for name in beside))


def as_csv(indicator: Indicator, rows: Sequence[Row], *, for_spreadsheets: bool = False) -> str:
    """Comma, a line of names, UTF-8, no cell that a spreadsheet would take for a formula. For spreadsheets: with a byte
    order mark.
    """
    names = [one.name for one in fields_of(indicator, rows)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([harmless(_plain(row.get(name))) for name in names])
    return ("\ufeff" if for_spreadsheets else "") + written.getvalue()


def as_json(rows: Sequence[Row]) -> str:
    """A list of objects, one a row."""
    return json.dumps([{name: _plain(value) for name, value in row.items()} for row in rows], ensure_ascii=False)


def as_parquet(indicator: Indicator, rows: Sequence[Row]) -> bytes:
    """The same table with the types of its columns: BIGINT, DOUBLE, VARCHAR, TIMESTAMP (UTC)."""
    fields = fields_of(indicator, rows)
    columns = ", ".join(f'"{one.name}" {TYPES.get(one.kind, "DOUBLE")}' for one in fields)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        path = Path(folder) / "table.parquet"
        database.execute(f"CREATE TABLE told ({columns})")
        if rows:
            values = ", ".join(f"unnest(${position + 1})" for position in range(len(fields)))
            database.execute(
                f"INSERT INTO told SELECT {values}",
                [[row.get(one.name) for row in rows] for one in fields],
            )
        quoted = str(path).replace("'", "''")
        database.execute(f"COPY told TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
        return path.read_bytes()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else value
