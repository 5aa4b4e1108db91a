"""Who was erased from a store, so that neither an old file nor the journal brings anybody back?

Nobody's name is kept for that: `erased/<digest>.json` holds keyed digests of what the person was called (id, username,
address, anonymised ids) and of the pseudonyms. Who has the store's key can ask "was it this one?", and no more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cordee.core.errors import N_
from cordee.pilot.sources import Landing
from cordee.pilot.tables import TABLES

REASON = N_("a person whose traces were erased")
FOLDER = "erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """The digests of one store."""

    key: bytes
    digests: frozenset[str]

    @classmethod
    def of(cls, folder: Path) -> Erased:
        """Read them; one small file an erasure."""
        found = [json.loads(path.read_text(encoding="utf-8")) for path in (folder / FOLDER).glob("*.json")]
        key = (folder / "key").read_bytes()
        return cls(key, frozenset(digest for one in found for digest in one["called"]))

    def holds(self, called: str | int) -> bool:
        """Whether somebody called so, or with this pseudonym, was erased."""
        return bool(self.digests) and digest_of(self.key, called) in self.digests

    def others(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Rows of `journal.rows` without those of who was erased."""
        known: dict[int, bool] = {}
        for row in rows:
            actor = row[2]
            if actor not in known:
                known[actor] = self.holds(actor)
            if not known[actor]:
                yield row

    def leave_out(self, landing: Landing) -> None:
        """Take what a file says of them out of the landing, and count it as dropped."""
        if not self.digests:
            return
        database = landing.database
        names = [table.name for table in TABLES if "actor" in table.names]
        everybody = " UNION ".join(f"SELECT person FROM landing.{name}" for name in [*names, "persons"])  # noqa: S608
        gone = {str(one) for (one,) in database.execute(everybody).fetchall() if one and self.holds(str(one))}
        called = database.execute("SELECT person, user_id, username, email, anonymous FROM landing.persons").fetchall()
        gone |= {
            str(person)
            for person, user_id, username, email, anonymous in called
            # Two people may have one address together: it decides only for whom nothing else names.
            if any(map(self.holds, names_of(user_id, username, "" if user_id or username else email, anonymous)))
        }
        if not gone:
            return
        for name in [*names, "persons"]:
            (count,) = database.execute(
                f"DELETE FROM landing.{name} WHERE person IN (SELECT unnest($1))",  # noqa: S608 - names of our tables
                [sorted(gone)],
            ).fetchall()[0]
            if count and name != "persons":
                landing.tally.drop(REASON, count=int(count))


def names_of(user_id: str | None, username: str | None, email: str | None, anonymous: str | None) -> list[str]:
    """What sources call a person: the id, "@" and the username, the address, each anonymised id."""
    return [
        *([user_id] if user_id else []),
        *([f"@{username}"] if username else []),
        *([email.casefold()] if email else []),
        *(anonymous or "").split(),
    ]


def digest_of(key: bytes, called: str | int) -> str:
    """Of a name, or of a pseudonym."""
    kind = "actor" if isinstance(called, int) else "name"
    return hmac.digest(key, f"erased {kind} {called}".encode(), hashlib.sha256).hex()
