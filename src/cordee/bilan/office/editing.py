"""How do rows of the programme office's tables change? Each act in one transaction, with its line in the audit.

Whoever writes locks the office first: two acts come one after the other, and each sees what the other has done.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from cordee.bilan.models import Office, SheetRow
from cordee.bilan.office.sheets import ABOUT, MOST_ROWS, TEXTS, Cells, tag_of, tag_of_all, too_many
from cordee.core.errors import N_, Conflict
from cordee.core.ids import uuid8
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT = "bilan.edit"
ROWS_AT_ONCE = 500


class ChangedMeanwhile(Conflict):
    """Somebody else changed what a form showed. `now`: what stands there; None where it was deleted."""

    def __init__(self, sentence: str, now: Cells | None = None) -> None:
        super().__init__(sentence)
        self.now = now


class StoredAlready(Conflict):
    """The same form stored something else before."""


def id_for(*words: object) -> UUID:
    """The id of a row that comes of a form or of a place: the same words give the same."""
    return uuid8(hashlib.sha256("|".join(str(word) for word in words).encode()).digest())


def add_row(*, sheet: str, cells: Cells, row_id: UUID, account: Account, now: dt.datetime) -> None:
    """Add a row at the end; sent twice is sent once. Raises StoredAlready where the form stored other words. 5-7
    statements."""
    with transaction.atomic():
        _lock()
        there = SheetRow.objects.filter(pk=row_id).first()
        if there is not None:
            if there.cells != dict(cells):
                raise StoredAlready(
                    N_("This form has already stored a row, with other words. To store these as another, send again.")
                )
            return
        _append(sheet, [(row_id, cells)])
        _note(account, sheet, "1 row added", now)


def change_row(*, sheet: str, row_id: UUID, cells: Cells, tag: str, account: Account | None, now: dt.datetime) -> None:
    """Put other cells in the place of those that `tag` names. Raises ChangedMeanwhile. 5 statements."""
    with transaction.atomic():
        _lock()
        row = SheetRow.objects.filter(pk=row_id, sheet=sheet).first()
        if row is None:
            raise ChangedMeanwhile(
                N_("Somebody deleted this row meanwhile. What you typed is still here: store it as a new row.")
            )
        if row.cells == dict(cells):
            return
        if tag_of(row.cells) != tag:
            raise ChangedMeanwhile(
                N_("Somebody changed this row meanwhile. Look at what stands there now, then store yours or leave it."),
                row.cells,
            )
        row.cells = dict(cells)
        row.save(update_fields=["cells"])
        _note(account, sheet, "1 row changed", now)


def delete_row(*, sheet: str, row_id: UUID, tag: str, account: Account, now: dt.datetime) -> None:
    """Delete the row that `tag` names; deleted twice is deleted once. Raises ChangedMeanwhile. 5 statements."""
    with transaction.atomic():
        _lock()
        row = SheetRow.objects.filter(pk=row_id, sheet=sheet).first()
        if row is None:
            return
        if tag_of(row.cells) != tag:
            raise ChangedMeanwhile(
                N_("Somebody changed this row meanwhile. Nothing was deleted: look at it, then delete it or leave it."),
                row.cells,
            )
        row.delete()
        _note(account, sheet, "1 row deleted", now)


def add_rows(
    *, sheet: str, rows: Sequence[Cells], form_id: UUID, account: Account, now: dt.datetime, again: bool = False
) -> None:
    """Add rows at the end: without `again`, those that do not stand there yet, word for word. The same form adds once.

    Raises InputRefused where they are too many, StoredAlready where the form stored others. 6 statements, one more for
    250 rows.
    """
    placed = [(id_for(form_id, number), cells) for number, cells in enumerate(rows)]
    with transaction.atomic():
        _lock()
        there = dict(SheetRow.objects.filter(sheet=sheet).values_list("pk", "cells"))
        known = {tag_of(cells) for cells in there.values()}
        fresh = [
            (row_id, cells)
            for row_id, cells in placed
            if (there.get(row_id) != dict(cells) if again else tag_of(cells) not in known)
        ]
        if not fresh:
            return
        if any(row_id in there for row_id, _cells in placed):
            raise StoredAlready(
                N_("This form has already stored rows, others than these. To store these as well, look again and send.")
            )
        _append(sheet, fresh)
        _note(account, sheet, f"{len(fresh)} rows added", now)


def replace_rows(
    *, sheet: str, rows: Sequence[Cells], tag: str, form_id: UUID, account: Account, now: dt.datetime
) -> None:
    """Put these rows in the place of the table that `tag` names. Raises ChangedMeanwhile, InputRefused. As `add_rows`,
    and one statement more."""
    with transaction.atomic():
        _lock()
        there = list(SheetRow.objects.filter(sheet=sheet).order_by("position").values_list("cells", flat=True))
        if there == [dict(cells) for cells in rows]:
            return
        if tag_of_all(there) != tag:
            raise ChangedMeanwhile(
                N_("Somebody changed this table meanwhile. Nothing was replaced: look at it again, then store.")
            )
        SheetRow.objects.filter(sheet=sheet).delete()
        _append(sheet, [(id_for(form_id, number), cells) for number, cells in enumerate(rows)])
        _note(account, sheet, f"{len(there)} rows replaced by {len(rows)}", now)


def empty_table(*, sheet: str, tag: str, account: Account, now: dt.datetime) -> None:
    """Delete every row of the table that `tag` names; emptied twice is emptied once. Raises ChangedMeanwhile. 5
    statements."""
    with transaction.atomic():
        _lock()
        there = list(SheetRow.objects.filter(sheet=sheet).order_by("position").values_list("cells", flat=True))
        if not there:
            return
        if tag_of_all(there) != tag:
            raise ChangedMeanwhile(
                N_("Somebody changed this table meanwhile. Nothing was deleted: look at it again, then empty it.")
            )
        SheetRow.objects.filter(sheet=sheet).delete()
        _note(account, sheet, f"{len(there)} rows deleted", now)


def store_all(*, sheets: Mapping[str, Sequence[Cells]], state: str, account: Account | None, now: dt.datetime) -> None:
    """Put a whole programme in the place of the one whose state is `state`. Raises ChangedMeanwhile, InputRefused.

    `account` is None for the command line. 8 statements, one more for 250 rows.
    """
    with transaction.atomic():
        before = _lock()
        if _all_stored() == {sheet: [dict(cells) for cells in rows] for sheet, rows in sheets.items() if rows}:
            return
        if before != state:
            raise ChangedMeanwhile(
                N_("Somebody changed a table meanwhile. Nothing was replaced: look at it again, then store.")
            )
        SheetRow.objects.all().delete()
        _insert(
            SheetRow(id=_id_in(sheet, cells), sheet=sheet, position=number, cells=dict(cells))
            for sheet, rows in sheets.items()
            for number, cells in enumerate(rows, 1)
        )
        _note(account, "all tables", f"replaced by {sum(map(len, sheets.values()))} rows", now)


def say_once(*, cells: Cells, tag: str, account: Account, now: dt.datetime) -> None:
    """What programme.toml says once. Raises ChangedMeanwhile. 5 statements."""
    _put(ABOUT, _id_in(ABOUT, cells), cells, tag, account, now)


def put_text(*, chapter: str, language: str, words: str, tag: str, account: Account, now: dt.datetime) -> None:
    """The text of a part in a language, "" for none; `tag` is of the words before. Raises ChangedMeanwhile."""
    cells = {"chapter": chapter, "language": language}
    _put(TEXTS, _id_in(TEXTS, cells), cells | {"words": words} if words else {}, tag, account, now)


def tag_of_text(chapter: str, language: str, words: str) -> str:
    """What `put_text` wants to know."""
    return tag_of({"chapter": chapter, "language": language, "words": words} if words else {})


def _put(sheet: str, row_id: UUID, cells: Cells, tag: str, account: Account, now: dt.datetime) -> None:
    """One row in a place of its own; without cells, none."""
    with transaction.atomic():
        _lock()
        row = SheetRow.objects.filter(pk=row_id).first()
        there = {} if row is None else row.cells
        if there == dict(cells):
            return
        if tag_of(there) != tag:
            raise ChangedMeanwhile(
                N_("Somebody changed this meanwhile. Look at what stands there now, then store yours or leave it."),
                there,
            )
        if row is not None and cells:
            row.cells = dict(cells)
            row.save(update_fields=["cells"])
        elif row is not None:
            row.delete()
        else:
            _append(sheet, [(row_id, cells)])
        _note(account, sheet, "changed", now)


def _id_in(sheet: str, cells: Cells) -> UUID:
    """What stands once has its own id; another row any."""
    if sheet == ABOUT:
        return id_for(ABOUT)
    return id_for(TEXTS, cells["chapter"], cells["language"]) if sheet == TEXTS else uuid.uuid4()


def _lock() -> str:
    """Until the transaction ends, nobody else writes; the state, "" before anything was stored. 1 or 2 statements."""
    office, is_new = Office.objects.select_for_update().get_or_create(key=Office.SITE)
    return "" if is_new else office.state.hex


def _all_stored() -> dict[str, list[Cells]]:
    found: dict[str, list[Cells]] = {}
    for sheet, cells in SheetRow.objects.order_by("sheet", "position").values_list("sheet", "cells"):
        found.setdefault(sheet, []).append(cells)
    return found


def _append(sheet: str, placed: Sequence[tuple[UUID, Cells]]) -> None:
    there = SheetRow.objects.filter(sheet=sheet)
    if there.count() + len(placed) > MOST_ROWS:
        raise too_many(sheet, there.count() + len(placed))
    last = there.aggregate(last=Max("position"))["last"] or 0
    _insert(
        SheetRow(id=row_id, sheet=sheet, position=last + number, cells=dict(cells))
        for number, (row_id, cells) in enumerate(placed, 1)
    )


def _insert(rows: Iterable[SheetRow]) -> None:
    """1 statement for 250 rows on SQLite, for 500 on PostgreSQL."""
    SheetRow.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _note(account: Account | None, place: str, about: str, now: dt.datetime) -> None:
    """Something changed: who did what, and that what readers kept is old. 2 statements."""
    Office.objects.filter(key=Office.SITE).update(state=uuid.uuid4())
    note_act(account=account, act=ACT, place=f"bilan:{place}", people=0, about=about, now=now)
