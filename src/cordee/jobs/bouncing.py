"""What does a mail server tell later of a letter that it had taken: that it could not be delivered?

It sends a report (RFC 3464) to the address that letters come from, and the operator's server hands it to `cordee jobs
bounce`. Anybody may write such a report, so it counts only for a letter of ours that it names by its Message-ID, which
nobody else knows, and for the address which that letter went to.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from typing import Final, Literal
from uuid import UUID

from cordee.core.errors import N_, InputRefused
from cordee.jobs.models import Letter

MOST_BYTES: Final = 2_000_000  # a report quotes the letter, and ours are small
MESSAGE_ID: Final = re.compile(r"<\s*([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
FULL: Final = "5.2.2"  # a mailbox that is full today is none that is gone

Outcome = Literal["bounced", "not for good", "not ours"]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a report says of one recipient."""

    address: str
    action: str
    status: str  # e.g. "5.1.1"
    why: str

    @property
    def is_for_good(self) -> bool:
        return self.action == "failed" and self.status.startswith("5.") and self.status != FULL


def note_bounce(report: bytes, *, now: dt.datetime) -> Outcome:
    """Read a report; a letter that bounced for good is noted, and no other goes to its address. 2 queries.

    Raises InputRefused for what is no report.
    """
    if len(report) > MOST_BYTES:
        raise InputRefused(N_("This is longer than any report of a mail server. Hand over one report at a time."))
    message = email.message_from_bytes(report, policy=email.policy.default)
    told, ids = _recipients(message), _letters_named(message)
    if not told:
        raise InputRefused(
            N_("This is no report of a mail server about a letter (RFC 3464). Hand over the whole message.")
        )
    letter = Letter.objects.filter(pk__in=ids).first()
    if letter is None:
        return "not ours"
    about = next((one for one in told if one.address.casefold() == letter.address.casefold()), None)
    if about is None:
        return "not ours"
    if not about.is_for_good:
        return "not for good"
    Letter.objects.filter(pk=letter.pk).exclude(state=Letter.BOUNCED).update(
        state=Letter.BOUNCED, settled_at=now, error=f"{about.status} {about.why}"[:500]
    )
    return "bounced"


def _recipients(message: EmailMessage | Message) -> list[_Told]:
    """Of each part that says what became of whom."""
    found = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if not isinstance(block, Message):
                continue
            address = _address(block, "Original-Recipient") or _address(block, "Final-Recipient")
            action = str(block.get("Action", "")).strip().lower()
            status = re.match(r"\s*(\d\.\d{1,3}\.\d{1,3})", str(block.get("Status", "")))
            if address and action:
                why = " ".join(str(block.get("Diagnostic-Code", "")).split())
                found.append(_Told(address, action, status[1] if status else "", why))
    return found


def _address(block: Message, name: str) -> str:
    """E.g. "rfc822; awa@example.org" """
    return str(block.get(name, "")).rpartition(";")[2].strip().strip("<>")


def _letters_named(message: EmailMessage | Message) -> list[UUID]:
    """The ids of letters that the report quotes: in the head of the letter, or in its own references."""
    texts = []
    for part in message.walk():
        texts += [
            str(part.get(name, "")) for name in ("Message-ID", "In-Reply-To", "References", "Original-Message-ID")
        ]
        if part.get_content_type() == "text/rfc822-headers":
            quoted = part.get_payload(decode=True)
            texts.append(quoted.decode("utf-8", "replace") if isinstance(quoted, bytes) else "")
    return [UUID(found) for text in texts for found in MESSAGE_ID.findall(text)]
