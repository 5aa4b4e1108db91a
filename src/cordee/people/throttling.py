"""How often may a password be tried, and by whom?

Each try is counted before the password is looked at, and given back when it was right: fifty tries sent at once are
fifty tries. Three counts, each leaking away with time; waits grow, and none is for ever:

- an account from one address: 5 tries, then a wait that doubles from 30 s to 15 min;
- an account from anywhere: blocks nobody, but beyond 20 failures each new address has one free try instead of five.
  So the owner always signs in from elsewhere with the right password, while many addresses together learn little;
- an address, all accounts together: 100 failures, then about three a minute. Right passwords do not count, so a class
  behind one address never meets it by itself.

The codes of a second factor are counted apart, in the same way, by `take_code`: who tries them knows the password, so
there the count of the account blocks, too; a browser that has signed in before and a recovery code are counted apart.

Letters that strangers ask for (a new account, a forgotten password) are counted by `take_letter`: for one network
address as for new accounts, and for one mailbox, which beyond five gets one each twenty minutes. The answer stays the
same, and since their links live for two hours and more, a mailbox that somebody floods always holds one that works.

A browser that has signed in to the account before (its signed device cookie says so) is counted by itself alone:
neither a stranger's tries nor a noisy neighbour behind the same address keep the owner out.

Addresses are whole for IPv4 and a /64 for IPv6, since that is what one subscriber gets.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import math
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cordee.core.errors import N_, TooMany
from cordee.people.models import Throttle


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` tries, of which `forgotten_per_hour` come back; beyond them each try costs twice the wait of the last."""

    free: int
    forgotten_per_hour: float
    first_wait_s: int  # 0: this count never blocks by itself
    longest_wait_s: int

    def level(self, row: Throttle, now: dt.datetime) -> float:
        """Tries that still weigh."""
        hours = max((now - row.counted_at).total_seconds(), 0.0) / 3600
        return max(row.level - hours * self.forgotten_per_hour, 0.0)

    def is_used_up(self, level: float) -> bool:
        """Whether no free try is left. Rounded: the little that leaks between five tries in a row is not a sixth."""
        return round(level) >= self.free

    def still_blocked_s(self, row: Throttle, now: dt.datetime) -> float:
        """Seconds left to wait, 0 when free. More than the longest wait is no wait of ours: the clock has jumped."""
        left = (row.blocked_until - now).total_seconds() if row.blocked_until else 0.0
        return left if 0 < left <= self.longest_wait_s else 0.0

    def wait_s(self, level: float) -> int:
        """Seconds to wait after a try that brought the count to `level`."""
        if not self.first_wait_s or not self.is_used_up(level):
            return 0
        doublings = min(round(level) - self.free, 30)
        return int(min(self.first_wait_s * 2**doublings, self.longest_wait_s))


PAIR = Limit(free=5, forgotten_per_hour=2, first_wait_s=30, longest_wait_s=900)
PAIR_OF_A_TARGET = Limit(free=1, forgotten_per_hour=2, first_wait_s=60, longest_wait_s=900)
ACCOUNT = Limit(free=20, forgotten_per_hour=10, first_wait_s=0, longest_wait_s=0)
ADDRESS = Limit(free=100, forgotten_per_hour=180, first_wait_s=5, longest_wait_s=60)
SIGN_UPS = Limit(free=60, forgotten_per_hour=360, first_wait_s=10, longest_wait_s=60)
CODES = Limit(free=20, forgotten_per_hour=4, first_wait_s=60, longest_wait_s=900)  # 1 in 3,000 is guessed in a day
LETTERS_TO = Limit(free=5, forgotten_per_hour=3, first_wait_s=0, longest_wait_s=0)


@dataclass(frozen=True, slots=True)
class Taken:
    """A try that was allowed: what `give_back` needs if the password was right."""

    pair: str
    account: str = ""
    address: str = ""
    of_account: Limit = ACCOUNT


def take_try(*, email_key: str, address: str, device: str, now: dt.datetime) -> Taken:
    """Count one try of a password. `device` is "" unless the browser is known for this account. Raises `TooMany`.

    Commits before it returns, whatever happens to the caller afterwards. 3 statements.
    """
    if device:
        taken = Taken(_key("device", email_key, device))
    else:
        taken = Taken(_key("pair", email_key, address), _key("account", email_key), _key("address", address))
    keys = [key for key in (taken.pair, taken.account, taken.address) if key]
    with transaction.atomic(durable=True):
        rows = _locked_rows(keys, now)
        targeted = bool(taken.account) and ACCOUNT.is_used_up(ACCOUNT.level(rows[taken.account], now))
        limits = {taken.pair: PAIR_OF_A_TARGET if targeted else PAIR, taken.account: ACCOUNT, taken.address: ADDRESS}
        _count(rows, {key: limits[key] for key in keys}, now)
    return taken


def give_back(taken: Taken, *, now: dt.datetime) -> None:
    """The password was right: forget the account's tries from here, and uncount this one elsewhere. 2–4 statements."""
    limits = {taken.account: taken.of_account, taken.address: ADDRESS}
    keys = [key for key in (taken.pair, *limits) if key]
    with transaction.atomic():
        # In the order in which a try locks them, and none is deleted, so that a try need not insert one while it holds
        # others: two transactions that wait for each other would wait for ever.
        for row in Throttle.objects.select_for_update().filter(key__in=keys).order_by("key"):
            limit = limits.get(row.key)
            row.level = max(limit.level(row, now) - 1, 0.0) if limit else 0.0
            row.counted_at = now
            if limit is None or not limit.is_used_up(row.level):
                row.blocked_until = None
            row.save(update_fields=["level", "counted_at", "blocked_until"])


def take_code(*, email_key: str, address: str, device: str, on_paper: bool, now: dt.datetime) -> Taken:
    """Count one try of a code after the right password. `on_paper`: a recovery code. Raises `TooMany`.

    Commits before it returns. 3 statements; `give_back` when it was right.
    """
    if on_paper or device:
        taken = Taken(_key("code", email_key, "paper" if on_paper else "device", device or address))
    else:
        taken = Taken(_key("code", email_key, address), _key("code", email_key), of_account=CODES)
    limits = {taken.pair: PAIR} | ({taken.account: CODES} if taken.account else {})
    with transaction.atomic(durable=True):
        _count(_locked_rows(list(limits), now), limits, now)
    return taken


def take_letter(*, email_key: str, address: str, now: dt.datetime) -> bool:
    """Count one letter that a stranger asks for; whether its mailbox may have another now. Raises `TooMany`.

    Commits before it returns. 3 statements.
    """
    source, mailbox = _key("sign-up", address), _key("letter", email_key)
    with transaction.atomic(durable=True):
        rows = _locked_rows([source, mailbox], now)
        may = not LETTERS_TO.is_used_up(LETTERS_TO.level(rows[mailbox], now))
        limits = {source: SIGN_UPS} | ({mailbox: LETTERS_TO} if may else {})
        _count({key: rows[key] for key in limits}, limits, now)
    return may


def take_sign_up(*, address: str, now: dt.datetime) -> None:
    """Count one account made from an address. Raises `TooMany`. 3 statements."""
    key = _key("sign-up", address)
    with transaction.atomic(durable=True):
        _count(_locked_rows([key], now), {key: SIGN_UPS}, now)


def address_of(request: HttpRequest) -> str:
    """Whom to count: the peer's address, as the server or a trusted proxy's middleware put it in REMOTE_ADDR."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"  # a socket file, for instance: all such peers are one
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(address), 64), strict=False))


def _locked_rows(keys: list[str], now: dt.datetime) -> dict[str, Throttle]:
    """The rows of these keys, made where missing, locked until the transaction ends. 2 statements, nearly always.

    Where many write at once (PostgreSQL), a row can go between the two: it was a day old.
    """
    rows: dict[str, Throttle] = {}
    while len(rows) < len(keys):
        Throttle.objects.bulk_create([Throttle(key=key, counted_at=now) for key in sorted(keys)], ignore_conflicts=True)
        rows = {row.key: row for row in Throttle.objects.select_for_update().filter(key__in=keys).order_by("key")}
    return rows


def _count(rows: dict[str, Throttle], limits: dict[str, Limit], now: dt.datetime) -> None:
    """Add one try to every row, or to none when one of them is blocked. 1 statement."""
    longest = max(limits[key].still_blocked_s(row, now) for key, row in rows.items())
    if longest > 0:
        wait = math.ceil(longest / 5) * 5
        raise TooMany(N_("Too many tries. Wait {wait} seconds, then try again."), retry_after_s=wait, wait=wait)
    for key, limit in limits.items():
        row = rows[key]
        row.level = limit.level(row, now) + 1
        row.counted_at = now
        wait_s = limit.wait_s(row.level)
        row.blocked_until = now + dt.timedelta(seconds=wait_s) if wait_s else None
    Throttle.objects.bulk_update(rows.values(), ["level", "counted_at", "blocked_until"])


def _key(*parts: str) -> str:
    text = "\x00".join(parts).encode("utf-8", "replace")
    return salted_hmac("cordee.people.throttling", text, algorithm="sha256").hexdigest()
