"""Who was erased, so that a backup brings nobody back, and what does each receipt say?

One file an erasure, in the folder `erasures` of the home folder, beside the database and in no backup of it:
`<number>.json` holds the keyed digest of the pseudonym, never a name, an address or the pseudonym itself. Who has the
folder and an account can ask "was it this one?", and no more. Written before the first row goes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from cordee.core.privacy import Line
from cordee.core.storage import sync_folder

KEY: Final = "key"
KEY_BYTES: Final = 32
TO_REPLAY: Final = "to-replay"  # a database was restored, and nobody has looked yet who of it was erased
BY_PERSON, BY_OPERATOR, BY_TERM = "person", "operator", "term"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of what was kept of somebody. Says of nobody who it was."""

    number: UUID
    by: str  # who asked: "person", "operator", or a "term" of the site (`ageing`)
    begun_at: dt.datetime
    erased_at: dt.datetime | None  # None: it was interrupted, and is taken up again
    lines: tuple[Line, ...]
    again_at: tuple[dt.datetime, ...]  # when a restored backup had brought the person back, and they were erased again

    @property
    def rows(self) -> dict[str, int]:
        """How much was deleted, unlinked, kept."""
        found = dict.fromkeys(("deleted", "unlinked", "kept"), 0)
        for line in self.lines:
            found[line.fate] += line.count
        return found

    def as_json(self) -> dict[str, Any]:
        """For machines, and as it is on the disk but for the digest."""
        return {
            "number": str(self.number),
            "by": self.by,
            "begun_at": self.begun_at.isoformat(),
            "erased_at": self.erased_at.isoformat() if self.erased_at else None,
            "again_at": [one.isoformat() for one in self.again_at],
            "lines": [asdict(line) for line in self.lines],
        }


def folder() -> Path:
    """Where the list is."""
    home: Path = settings.CORDEE.home
    return home / "erasures"


def receipt_of(number: UUID) -> Receipt | None:
    """What was written down under this number. Reads one small file."""
    told = _told(number)
    return _receipt(told) if told else None


def receipts() -> list[Receipt]:
    """All of them, the latest first. Reads one small file each."""
    found = [_receipt(json.loads(path.read_text("utf-8"))) for path in folder().glob("*.json")]
    return sorted(found, key=lambda one: one.begun_at, reverse=True)


def begin(*, number: UUID, pseudonym: UUID, by: str, withdraws: bool, now: dt.datetime) -> None:
    """Note who is about to be erased. From here on a restored database does not bring them back."""
    told = _told(number) or {"begun_at": now.isoformat(), "by": by, "lines": [], "again_at": []}
    wish = withdraws or bool(told.get("withdraws"))
    _write(number, {**told, "number": str(number), "digest": _digest(pseudonym), "withdraws": wish})


def end(*, number: UUID, lines: Iterable[Line], again: bool, now: dt.datetime) -> Receipt:
    """Write the receipt. `again`: the person had come back with a backup, and the receipt of the first time stands."""
    told = _told(number)
    if again and told.get("erased_at"):
        told["again_at"].append(now.isoformat())
    else:
        told |= {"erased_at": now.isoformat(), "lines": [asdict(line) for line in lines]}
    _write(number, told)
    return _receipt(told)


def erased_among(pseudonyms: Iterable[UUID]) -> dict[UUID, UUID]:
    """Those of these who are on the list, with the number of their receipt. Some 2 s for a million."""
    known = {}
    for path in folder().glob("*.json"):
        told = json.loads(path.read_text("utf-8"))
        known[told["digest"]] = UUID(told["number"])
    if not known:
        return {}
    return {one: known[digest] for one in pseudonyms if (digest := _digest(one)) in known}


def withdraws(number: UUID) -> bool:
    """Whether this person wanted that withdrawn, too, which stays in their name for others. Reads one small file."""
    return bool(_told(number).get("withdraws"))


def is_empty() -> bool:
    """Whether nobody was ever erased here."""
    return next(folder().glob("*.json"), None) is None


def must_replay() -> bool:
    """Whether a database was restored and nobody has looked yet who of it was erased."""
    return (folder() / TO_REPLAY).exists()


def mark_to_replay() -> None:
    """A database is about to be restored. Nothing is written where nobody was ever erased."""
    if is_empty():
        return
    (folder() / TO_REPLAY).touch(mode=0o600)
    sync_folder(folder())


def replayed() -> None:
    """It was looked at."""
    (folder() / TO_REPLAY).unlink(missing_ok=True)
    if folder().is_dir():
        sync_folder(folder())


def _receipt(told: dict[str, Any]) -> Receipt:
    erased_at = told.get("erased_at")
    return Receipt(
        number=UUID(told["number"]),
        by=told["by"],
        begun_at=dt.datetime.fromisoformat(told["begun_at"]),
        erased_at=dt.datetime.fromisoformat(erased_at) if erased_at else None,
        lines=tuple(Line(**line) for line in told["lines"]),
        again_at=tuple(dt.datetime.fromisoformat(one) for one in told["again_at"]),
    )


def _told(number: UUID) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder() / f"{number}.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _digest(pseudonym: UUID) -> str:
    return hmac.digest(_key(), f"erased {pseudonym}".encode(), hashlib.sha256).hex()


def _key() -> bytes:
    """Of this list alone. Made when first needed; whoever makes it first wins."""
    place = folder() / KEY
    try:
        return bytes.fromhex(place.read_text("ascii"))
    except FileNotFoundError:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder() / f".{secrets.token_hex(8)}.writing"
        _put(draft, secrets.token_hex(KEY_BYTES).encode())
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        sync_folder(folder())
        return bytes.fromhex(place.read_text("ascii"))


def _write(number: UUID, told: dict[str, Any]) -> None:
    place = folder() / f"{number}.json"
    draft = folder() / f".{number}.{secrets.token_hex(8)}.writing"
    _key()
    _put(draft, json.dumps(told, ensure_ascii=False, indent=1).encode())
    draft.replace(place)
    sync_folder(folder())


def _put(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - with a mode
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
