"""What is a person given when they ask for everything about them?

A zip archive: each table that leads to them, generated from what the tables declare, as JSON (exact) and as CSV (for
spreadsheets); the files that rooms add (`core.privacy.Keeper`); and `index.html` in their language, which says what
each is, and what is not there and why. All rows are of one moment: others go on writing meanwhile.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import os
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.template.loader import render_to_string
from django.utils import translation

from cordee.core import clock
from cordee.core.privacy import Person
from cordee.core.storage import sync_folder
from cordee.jobs.models import Job
from cordee.jobs.performing import Work
from cordee.people.asking_data import file_of
from cordee.people.models import Account, DataExport
from cordee.people.personal_rows import Lead, declared, keepers, label_of, leads, person_of, tables

EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows: when it was made stands inside
A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet would read a cell as one (OWASP)
ROWS_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """One table in the index."""

    name: str  # e.g. "learning.Submission"
    words: str
    rows: int
    kept: str  # why its rows stay after an erasure; "" where they do not
    json: str  # paths inside the archive; "" where there is no row
    csv: str


def work() -> Work:
    """For the queue."""
    return Work(act=_act, gave_up=_note_failure)


def _act(job: Job) -> None:
    """Make the export that the job names, unless it is made, was asked for again, or the person has gone."""
    export = DataExport.objects.select_related("account").filter(number=job.data["export"]).first()
    if export is not None and export.ready_at is None:
        make_export(export)


def make_export(export: DataExport) -> Path:
    """Write the file and say that it is there; where. One query a lead, and those of the keepers."""
    place = file_of(export.number)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_suffix(".draft")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:  # noqa: PTH123 - with a mode
        with snapshot():
            write_export(out, person_of(export.account), now=clock.now())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(place)
    sync_folder(place.parent)
    now = clock.now()
    expires_at = now + dt.timedelta(days=settings.CORDEE.export_days)
    done = DataExport.objects.filter(number=export.number).update(
        ready_at=now, expires_at=expires_at, size_bytes=place.stat().st_size, failed_at=None
    )
    if not done:  # erased, or asked for again meanwhile
        place.unlink(missing_ok=True)
    return place


@contextlib.contextmanager
def snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, and holds up nobody who writes."""
    if connection.in_atomic_block:  # it is one already
        yield
        return
    if connection.vendor == "sqlite":
        usual, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]  # of SQLite's; a reader in WAL locks nobody
        try:
            with transaction.atomic():
                connection.transaction_mode = usual  # type: ignore[attr-defined]  # likewise
                yield
        finally:
            connection.transaction_mode = usual  # type: ignore[attr-defined]  # likewise
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def write_export(out: IO[bytes], person: Person, *, now: dt.datetime) -> None:
    """The archive of one person, from inside a snapshot."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, translation.override(person.language):
        parts = [part for model in tables() if (part := _write_table(packed, model, person)) is not None]
        pieces = []
        for _room, keeper in keepers():
            for piece in keeper.pieces(person):
                path = f"files/{piece.path}"
                _put(packed, path, piece.data)
                pieces.append({"path": path, "words": piece.words})
        absent = [
            {"name": label_of(model), "reason": translation.gettext(said.reason)}
            for model in tables()
            if (said := declared(model)) is not None and said.reason and not _leads_of(model)
        ]
        about = {
            "site": settings.CORDEE.url,
            "made_at": now.isoformat(),
            "tables": {part.name: part.rows for part in parts},
            "files": [piece["path"] for piece in pieces],
            "not_here": {one["name"]: one["reason"] for one in absent},
        }
        _put(packed, "about.json", json.dumps(about, ensure_ascii=False, indent=1).encode())
        context = {
            "parts": parts,
            "pieces": pieces,
            "absent": absent,
            "made_at": now,
            "zone": settings.TIME_ZONE,
            "url": settings.CORDEE.url,
            "name": person.name,
            "language": person.language,
        }
        _put(packed, "index.html", render_to_string("people/export_index.html", context).encode())


def _leads_of(model: type[models.Model]) -> list[Lead]:
    return [lead for lead in leads() if lead.model is model]


def _write_table(packed: zipfile.ZipFile, model: type[models.Model], person: Person) -> Part | None:
    """The rows of one table that lead to the person; None for a table that leads to nobody."""
    found = _leads_of(model)
    if not found:
        return None
    said = declared(model)
    assert said is not None  # noqa: S101 - `tables` gives no other
    rows = [row for lead in found for row in _rows(lead, person)]
    label = label_of(model)
    reason = translation.gettext(said.reason) if said.reason else ""
    if not rows:
        return Part(label, translation.gettext(said.words), 0, reason, "", "")
    as_json = json.dumps(rows, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
    _put(packed, f"json/{label}.json", as_json.encode())
    _put(packed, f"csv/{label}.csv", as_csv(rows).encode())
    return Part(label, translation.gettext(said.words), len(rows), reason, f"json/{label}.json", f"csv/{label}.csv")


def _rows(lead: Lead, person: Person) -> Iterator[dict[str, Any]]:
    """The rows of one lead, without secrets and without what would say who somebody else is."""
    fields = [field for field in lead.model._meta.concrete_fields if _is_given(lead, field)]  # noqa: SLF001 - documented by Django
    names: dict[str, Mapping[Any, str]] = {}
    rows = list(lead.rows(person).values(*(field.attname for field in fields)))
    for field in fields:
        if isinstance(field, models.ForeignKey) and field.related_model is not Account:
            names[field.attname] = _named(field, {row[field.attname] for row in rows})
    for row in rows:
        given = {field.attname: row[field.attname] for field in fields}
        for attname, known in names.items():
            if row[attname] in known:
                given[attname.removesuffix("_id")] = known[row[attname]]
        yield {"you_are": lead.field, **given}


def _is_given(lead: Lead, field: models.Field[Any, Any]) -> bool:
    said = declared(lead.model)
    assert said is not None  # noqa: S101 - `tables` gives no other
    if field.name in said.secrets:
        return False
    if lead.model is Account or field.name == lead.field:
        return True
    if isinstance(field, models.ForeignKey) and field.related_model is Account:
        return False
    if field.name in said.pseudonyms:
        return False
    return all(field.name != text or whose == lead.field for whose, text in said.named)


def _named(field: models.ForeignKey[Any, Any], keys: set[Any]) -> Mapping[Any, str]:
    """What rows that speak of nobody are called, e.g. a run by its key. 1 query for each 2,000."""
    target = field.related_model
    said = declared(target) if isinstance(target, type) else None
    if not isinstance(target, type) or said is None or said.treatment != "none":
        return {}
    wanted = sorted((key for key in keys if key is not None), key=str)
    manager = target._default_manager  # noqa: SLF001 - documented by Django
    return {
        one.pk: str(one)
        for begin in range(0, len(wanted), ROWS_AT_ONCE)
        for one in manager.filter(pk__in=wanted[begin : begin + ROWS_AT_ONCE])
    }


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """With a byte order mark, a line of names, and no cell that a spreadsheet would take for a formula."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return "\ufeff" + written.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, bool | int | float | uuid.UUID | dt.date):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return f"'{text}" if text.startswith(A_FORMULA) else text


def _put(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o100600 << 16
    packed.writestr(member, data)


def _note_failure(job: Job, _why: str) -> None:
    DataExport.objects.filter(number=job.data["export"], ready_at=None).update(failed_at=clock.now())
