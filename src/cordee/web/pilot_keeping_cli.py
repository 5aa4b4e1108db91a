"""`cordee pilot seal` and `cordee pilot erase`: what is done to a store, not asked of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say, set_up_django

if TYPE_CHECKING:
    from cordee.pilot.erasing import ErasureReceipt

Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]
BYTES_SHOWN = 16  # signs of a digest


def add_to(app: typer.Typer) -> None:
    """Make both part of `cordee pilot`."""
    app.command(
        help=_("Bring the traces of this site into its own store now; the site does it by itself every minute.")
        + example("cordee pilot seal")
    )(seal)
    app.command(
        help=_("Take a person out of every file of a store for good, with a receipt. Importing again changes nothing.")
        + example("cordee pilot erase --store pilot --person mariama")
    )(erase)


def seal(as_json: Json = False) -> None:
    set_up_django()
    from cordee.core import clock
    from cordee.pilot import live, sealing
    from cordee.web import database
    from cordee.web.environment import Environment

    database.refuse_missing(Environment.read())
    database.refuse_older()
    done = sealing.seal(live.site_store(), now=clock.now)
    if as_json:
        say(json.dumps({"events": done.events, "rows": done.rows, "batches": done.batches, "files": done.files}))
        return
    words = _("Sealed: {events} traces, of which {rows} are for the indicators, in {files} files.")
    say(words.format(events=done.events, rows=done.rows, files=done.files))


def erase(
    store: Annotated[
        Path, typer.Option("--store", metavar="DIR", help=_("Folder in which the pilot keeps what it has read."))
    ],
    person: Annotated[
        str, typer.Option(metavar="ID|USERNAME", help=_("Who: an id, a username, an address or a pseudonym."))
    ],
    as_json: Json = False,
) -> None:
    from cordee.pilot import erasing
    from cordee.pilot.store import Store

    kept = Store(store)
    receipt = erasing.erase_person(kept, erasing.actor_called(kept, person))
    say(json.dumps(receipt.as_json(), indent=1) if as_json else _in_words(receipt, store))


def _in_words(receipt: ErasureReceipt, store: Path) -> str:
    words = _("Erased: {rows} rows in {files} files, of {searched} that were searched. Receipt: {place}")
    lines = [
        words.format(
            rows=receipt.rows,
            files=len(receipt.files),
            searched=receipt.searched,
            place=store / "erased" / f"{receipt.number}.json",
        )
    ]
    words = _("{file}: {before} rows, then {after}; SHA-256 {old}…, then {new}…")
    for one in receipt.files:
        digests = {"old": one.sha256_before[:BYTES_SHOWN], "new": one.sha256_after[:BYTES_SHOWN]}
        lines.append("  " + words.format(file=one.file, before=one.rows_before, after=one.rows_after, **digests))
    return "\n".join(lines)
