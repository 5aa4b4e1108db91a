"""What do the letters about one's own account say? They name nobody: the words stay when the person goes.

Each is a subject, paragraphs, and at most one button with its address.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, gettext, override

from cordee.jobs.writing_letters import Addressee, Words, letters_leave, write_necessary_letter
from cordee.people.emails import stranger
from cordee.people.models import Account
from cordee.ui import dates


@dataclass(frozen=True, slots=True)
class Said:
    """A letter in one language."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    address: str = ""


Wording = Callable[[str], Said]  # made while the reader's language is active; given the site's name
Button = Callable[[str], Wording]  # of a letter whose button has an address of its own


def words_in(language: str, wording: Wording) -> Words:
    """The whole letter."""
    site = urlsplit(settings.CORDEE.url).netloc
    with override(language):
        said = wording(site)
        why = gettext("This letter is about an account on {site}. Nobody reads replies to it.").format(site=site)
        html = render_to_string("people/letter.html", {"language": language, "said": said, "why": why})
        button = gettext("{button}:").format(button=said.button)
        link = f"{button}\n{said.address}\n\n" if said.button else ""
        plain = "\n\n".join(said.paragraphs)
        return Words(said.subject, f"{plain}\n\n{link}-- \n{why}\n", html, gettext("Your account"))


def write(
    wording: Wording, *, to: str, language: str, account: Account | None, key: str = "", now: dt.datetime
) -> None:
    """Have the letter leave, in the transaction of the fact. 4 queries. Raises Conflict where no letter leaves."""
    person = account.pseudonym if account is not None else stranger(to)
    write_necessary_letter(
        key=f"account {key or uuid.uuid4()}",
        words=words_in(language, wording),
        addressee=Addressee(person, to, language),
        now=now,
    )


def tell(wording: Wording, *, account: Account, now: dt.datetime, key: str = "") -> None:
    """Warn the owner of what was done to their account, where letters leave; once a key, if there is one. 4 queries."""
    if letters_leave():
        write(wording, to=account.email, language=account.language, account=account, key=key, now=now)


def new_account(address: str) -> Wording:
    return lambda site: Said(
        gettext("Your account on {site}").format(site=site),
        (
            gettext("Somebody, most likely you, wants an account on {site} with this address.").format(site=site),
            gettext("Choose a password, and the account is yours. The link works once, for three days."),
            gettext("If it was not you, do nothing: no account is made."),
        ),
        gettext("Choose a password"),
        address,
    )


def account_is_there(address: str) -> Wording:
    """To an owner whose address was typed for a new account."""
    return lambda site: Said(
        gettext("You already have an account on {site}").format(site=site),
        (
            gettext("Somebody, most likely you, asked for an account on {site} with this address.").format(site=site),
            gettext(
                "There is one already, and nothing in it has changed: sign in with this address and your password."
                " If you do not know your password any more, choose a new one: the link works once, for two hours."
            ),
            gettext("If it was not you, do nothing."),
        ),
        gettext("Choose a new password"),
        address,
    )


def forgotten(address: str) -> Wording:
    return lambda site: Said(
        gettext("A new password for {site}").format(site=site),
        (
            gettext("Somebody, most likely you, does not know the password of your account on {site} any more.").format(
                site=site
            ),
            gettext("Choose a new one: the link works once, for two hours."),
            gettext("If it was not you, do nothing: your password stays as it is."),
        ),
        gettext("Choose a new password"),
        address,
    )


def nobody_here(address: str) -> Wording:
    """To an address without account for which a new password was asked."""
    return lambda site: Said(
        gettext("No account with this address on {site}").format(site=site),
        (
            gettext("Somebody, most likely you, asked for a new password on {site}.").format(site=site),
            gettext("There is no account with this address. Perhaps you signed up with another one of yours."),
            gettext("If you want an account with it, choose a password: the link works once, for three days."),
        ),
        gettext("Make an account"),
        address,
    )


def closed(_address: str) -> Wording:
    return lambda site: Said(
        gettext("Your account on {site} is closed").format(site=site),
        (
            gettext("Somebody, most likely you, asked for a way into your account on {site}.").format(site=site),
            gettext("Those who run the site have closed it. Write to them if you think that they are wrong."),
        ),
    )


def to_confirm(address: str) -> Wording:
    return lambda site: Said(
        gettext("Confirm your address for {site}").format(site=site),
        (gettext("Confirm that this address is yours. The link works once, for three days."),),
        gettext("Confirm the address"),
        address,
    )


def new_address(address: str) -> Wording:
    """To the address that is to be the account's."""
    return lambda site: Said(
        gettext("Your new address for {site}").format(site=site),
        (
            gettext("Somebody, most likely you, wants to use this address for their account on {site}.").format(
                site=site
            ),
            gettext("Confirm that it is yours. The link works once, for a day; until then the old address counts."),
            gettext("If it was not you, do nothing."),
        ),
        gettext("Use this address"),
        address,
    )


def address_is_taken(_address: str) -> Wording:
    return lambda site: Said(
        gettext("Your address on {site}").format(site=site),
        (
            gettext("Somebody wants to use this address for another account on {site}.").format(site=site),
            gettext("It is the address of your account already, so nothing has changed. One address, one account."),
        ),
    )


def address_changed(address: str) -> Wording:
    """To the address that was the account's."""
    return lambda site: Said(
        gettext("Your account on {site} has another address").format(site=site),
        (
            gettext("From now on, one signs in to your account on {site} with another address.").format(site=site),
            gettext(
                "If it was not you, take the account back: this address counts again, everybody is signed out, and you"
                " choose a new password. The link works once, for thirty days."
            ),
        ),
        gettext("Take my account back"),
        address,
    )


def _calendar_ended() -> str:
    return gettext("The address at which your calendar reads your dates has ended: make another one under “Your data”.")


def password_changed(device: str, *, calendar_ended: bool = False) -> Wording:
    """`calendar_ended`: a calendar program read the person's dates at a secret address, which ended with it."""
    return lambda site: Said(
        gettext("Your password on {site} was changed").format(site=site),
        (
            _from(device, gettext("The password of your account was changed.")),
            *((_calendar_ended(),) if calendar_ended else ()),
            gettext("If it was not you, choose another one at once:"),
        ),
        gettext("Forgotten password"),
        _page("forgot-password"),
    )


def second_factor_on(device: str) -> Wording:
    return lambda site: Said(
        gettext("Signing in to {site} now needs a code").format(site=site),
        (
            _from(device, gettext("Sign-in in two steps was switched on for your account.")),
            gettext("If it was not you, choose a new password at once, then write to those who run the site:"),
        ),
        gettext("Forgotten password"),
        _page("forgot-password"),
    )


def second_factor_off(device: str) -> Wording:
    return lambda site: Said(
        gettext("Signing in to {site} needs no code any more").format(site=site),
        (
            _from(device, gettext("Sign-in in two steps was switched off for your account.")),
            gettext("If it was not you, choose a new password at once:"),
        ),
        gettext("Forgotten password"),
        _page("forgot-password"),
    )


def recovery_code_used(device: str, left: int) -> Wording:
    return lambda site: Said(
        gettext("A recovery code was used on {site}").format(site=site),
        (
            _from(device, gettext("Somebody signed in to your account with a recovery code.")),
            gettext("Codes left: {count}. You can make new ones on the page of your account.").format(count=left),
            gettext("If it was not you, choose a new password at once:"),
        ),
        gettext("Forgotten password"),
        _page("forgot-password"),
    )


def codes_are_tried() -> Wording:
    return lambda site: Said(
        gettext("Somebody knows your password on {site}").format(site=site),
        (
            gettext("Somebody gave your password and then many wrong codes. Nobody got in by that."),
            gettext("If it was not you, choose a new password at once:"),
        ),
        gettext("Forgotten password"),
        _page("forgot-password"),
    )


def parent_is_asked(address: str) -> Wording:
    return lambda site: Said(
        gettext("A young person asks for your agreement on {site}").format(site=site),
        (
            gettext(
                "A young person has given your address as that of a parent. They want to learn on {site}, and the law"
                " wants a parent to agree first."
            ).format(site=site),
            gettext("Read who it is and what the site keeps, then say yes or no. The link works for fourteen days."),
            gettext("If you know nothing of it, do nothing, or say no."),
        ),
        gettext("Read and answer"),
        address,
    )


def parent_agreed() -> Wording:
    return lambda site: Said(
        gettext("Your parent agreed: {site} is open to you").format(site=site),
        (gettext("You can now enrol in courses."),),
        gettext("Go to the courses"),
        settings.CORDEE.url,
    )


def parent_refused() -> Wording:
    return lambda site: Said(
        gettext("Your parent did not agree on {site}").format(site=site),
        (gettext("The public pages of courses stay open to you. Talk about it together; you can ask again later."),),
    )


def _from(device: str, sentence: str) -> str:
    """E.g. "… (Firefox, Linux)"."""
    return f"{sentence} ({device})" if device else sentence


def _page(name: str) -> str:
    return f"{settings.CORDEE.url}{reverse(name)}"


def unused(due_at: dt.datetime) -> Wording:
    """Nobody has used the account for as long as the site keeps one."""
    return lambda site: Said(
        gettext("Your account on {site} is about to be erased").format(site=site),
        (
            gettext("Nobody has signed in to your account on {site} for a long time.").format(site=site),
            gettext("To keep it, sign in once. Else it is erased on {day}, with all that is in it.").format(
                day=dates.long_date(due_at.date(), get_language() or "en")
            ),
            gettext("Your attestations can be verified after that as before."),
        ),
        gettext("Sign in"),
        f"{settings.CORDEE.url}{reverse('sign-in')}",
    )


def no_parent(due_at: dt.datetime) -> Wording:
    """No parent has answered for as long as the site waits."""
    return lambda site: Said(
        gettext("No parent has agreed to your account on {site}").format(site=site),
        (
            gettext("Without the agreement of a parent we may not keep your account."),
            gettext("It is erased on {day}. Until then you can ask a parent again.").format(
                day=dates.long_date(due_at.date(), get_language() or "en")
            ),
        ),
        gettext("Ask a parent"),
        f"{settings.CORDEE.url}{reverse('agreement')}",
    )
