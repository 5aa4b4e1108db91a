"""What is true of this site: its key, and whether it is a demo?

The key lives in the database, not in a file, so that a restored backup keeps everybody's variant of every question.
"""

from __future__ import annotations

import secrets
from typing import Any

from cordee.jobs.models import SiteFact

KEY = "site key"
DEMO = "demo"
DEMO_CONTENT = "demo content"
CHOSEN_COURSES = "courses of the home page"  # keys in order; see `learning.catalogue.front`
COMMUNITY_HOURS = "community hours"  # by week: see `pilot.community_hours`
KEY_BYTES = 32

_cached_key: dict[str, bytes] = {}
_said = {DEMO: False}


def site_key() -> bytes:
    """The key from which seeds are made, 32 bytes. 1 query in a process's life.

    A migration made it. Where it is missing all the same (a table emptied by hand), one is made, and kept in memory
    only from the next call on: the transaction that wrote it may still be undone.
    """
    if KEY not in _cached_key:
        fact = SiteFact.objects.filter(name=KEY).first()
        if fact is None:
            fact, _ = SiteFact.objects.get_or_create(name=KEY, defaults={"value": secrets.token_hex(KEY_BYTES)})
            return bytes.fromhex(fact.value)
        _cached_key[KEY] = bytes.fromhex(fact.value)
    return _cached_key[KEY]


def is_demo() -> bool:
    """Whether the database holds the demo's world, whose passwords everybody knows. 1 query."""
    return SiteFact.objects.filter(name=DEMO).exists()


def mark_as_demo() -> None:
    """Mark the database for ever: such a site is served on this machine only."""
    SiteFact.objects.get_or_create(name=DEMO, defaults={"value": True})


def demo_content() -> str:
    """Which content the demo's world was last made from; "" for none. 1 query."""
    fact = SiteFact.objects.filter(name=DEMO_CONTENT).first()
    return str(fact.value) if fact else ""


def remember_demo_content(fingerprint: str) -> None:
    SiteFact.objects.update_or_create(name=DEMO_CONTENT, defaults={"value": fingerprint})


def kept_fact(name: str) -> Any:
    """What was last kept under this name; None for nothing. 1 query."""
    return SiteFact.objects.filter(name=name).values_list("value", flat=True).first()


def keep_fact(name: str, value: Any) -> None:
    """Keep plain JSON in the place of what was there; None keeps nothing. 1 or 2 queries."""
    if value is None:
        SiteFact.objects.filter(name=name).delete()
    else:
        SiteFact.objects.update_or_create(name=name, defaults={"value": value})


def serves_demo() -> bool:
    """Whether this process serves a demo, as `learn_whether_demo` found when it started. No query: pages ask this."""
    return _said[DEMO]


def learn_whether_demo() -> None:
    """Called once by a process that is about to serve pages. 1 query."""
    _said[DEMO] = is_demo()
