"""What may the site do only because a person agreed, what did they read then, and how do they take it back?

A purpose is a row of `PURPOSES`: what is asked, in words that are kept with the answer. Without a yes nothing of it
happens; a no is one press away, at the place of the yes. What follows from the course itself (progress, grades) or from
the law needs no consent and is not asked here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from cordee.core.errors import N_, NotFound
from cordee.jobs.models import NoLetters
from cordee.jobs.queries import topics_refused
from cordee.people.models import Account, Consent

DIGEST: Final = "digest"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What somebody may agree to. A text that changes asks again: what was agreed to was another."""

    title: str  # untranslated
    text: str  # untranslated


PURPOSES: Final[Mapping[str, Purpose]] = MappingProxyType(
    {
        DIGEST: Purpose(
            N_("A letter about what is due"),
            N_(
                "This site may write to me once a day at most, on days before a deadline of one of my courses, about"
                " what I have left to hand in. For this it uses my address, my language and what I have handed in."
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One purpose, and how the person stands to it."""

    name: str
    title: str
    text: str  # as it would be agreed to now; while it is agreed to, as it was then
    given_at: dt.datetime | None
    is_text_of_today: bool


def agree(*, account: Account, purpose: str, language: str, now: dt.datetime) -> None:
    """Say yes, to the text as it stands in this language. Again is like once. 3–5 queries. Raises NotFound."""
    text = text_of(purpose, language)
    digest = _digest(text)
    with transaction.atomic():
        NoLetters.objects.filter(person=account.pseudonym, topic=purpose).delete()
        Account.objects.select_for_update().get(pk=account.pk)
        held = Consent.objects.filter(account=account, purpose=purpose, withdrawn_at=None)
        if held.filter(text_sha256__in=_digests_of_today(purpose)).exists():
            return
        held.update(withdrawn_at=now)
        Consent.objects.create(
            account=account, purpose=purpose, language=language, text=text, text_sha256=digest, given_at=now
        )


def withdraw(*, account: Account, purpose: str, now: dt.datetime) -> None:
    """Say no. Again is like once. 1 query."""
    Consent.objects.filter(account=account, purpose=purpose, withdrawn_at=None).update(withdrawn_at=now)


def standings(account: Account, language: str) -> list[Standing]:
    """Every purpose, in order. A no that was said in a letter counts here, too. 2 queries."""
    refused = topics_refused(account.pseudonym)
    held = {
        one.purpose: one
        for one in Consent.objects.filter(account=account, withdrawn_at=None)
        if one.purpose not in refused
    }
    found = []
    for name, purpose in PURPOSES.items():
        one = held.get(name)
        with override(language):
            title, text = gettext(purpose.title), gettext(purpose.text)
        is_same = one is not None and one.text_sha256 in _digests_of_today(name)
        found.append(Standing(name, title, one.text if one else text, one.given_at if one else None, is_same))
    return found


def who_agreed(purpose: str) -> list[int]:
    """Ids of the accounts that agree to the text of today, in order. 1 query."""
    digests = _digests_of_today(purpose)
    found = Consent.objects.filter(purpose=purpose, withdrawn_at=None, text_sha256__in=digests)
    return list(found.order_by("account_id").values_list("account_id", flat=True))


def text_of(purpose: str, language: str) -> str:
    """What is agreed to, as it is shown. Raises NotFound for what is no purpose."""
    if purpose not in PURPOSES:
        raise NotFound(N_("Nothing of this name is asked here."))
    with override(language):
        return gettext(PURPOSES[purpose].text)


def _digests_of_today(purpose: str) -> list[str]:
    return [_digest(text_of(purpose, code)) for code, _name in settings.LANGUAGES]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
