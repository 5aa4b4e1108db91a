"""What does the site's store of learning analytics hold of a person, and how is it taken out?

Loaded only where that is done: DuckDB comes with it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.core.privacy import Keeper, Line, Person, Piece


class OfPilot(Keeper):
    def pieces(self, person: Person) -> Iterator[Piece]:
        """Each table of the store with rows of theirs, those of a run played here and those that were imported."""
        if not _is_there():
            return
        from cordee.pilot import live
        from cordee.pilot.person_rows import rows_of_person

        store = live.site_store()
        for table, names, rows in rows_of_person(store, store.actor_of(str(person.pseudonym))):
            written = io.StringIO()
            writer = csv.writer(written, lineterminator="\r\n")
            writer.writerow(names)
            writer.writerows(rows)
            words = gettext("Learning analytics: {table}, {count} rows").format(table=table, count=len(rows))
            yield Piece(f"pilot/{table}.csv", words, ("\ufeff" + written.getvalue()).encode())
            as_json = [dict(zip(names, row, strict=True)) for row in rows]
            yield Piece(f"pilot/{table}.json", words, json.dumps(as_json, default=str, ensure_ascii=False).encode())

    def take_out(self, person: Person) -> Iterator[Line]:
        """From every file of the store. Waits while another command writes in it."""
        if not _is_there():
            return
        from cordee.pilot import live
        from cordee.pilot.erasing import erase_person

        store = live.site_store()
        receipt = erase_person(store, store.actor_of(str(person.pseudonym)))
        words = N_("Your rows in the files of learning analytics")
        if receipt.rows or receipt.persons:
            yield Line("pilot store", words, "deleted", receipt.rows + receipt.persons)


def _is_there() -> bool:
    return bool((settings.CORDEE.pilot_folder / "store.json").exists())


keeper = OfPilot()
