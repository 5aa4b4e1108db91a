"""`cordee account …`, `cordee role …`, `cordee attestation …`: what an operator decides about people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from cordee.core.errors import N_, Conflict, NotFound
from cordee.web import amounts
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say, set_up_django

if TYPE_CHECKING:
    from cordee.people.erasures import Receipt
    from cordee.people.models import Account

accounts = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help=_("Keep people out of the site, and let them in again.")
)
roles = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=_("Say who teaches, writes or runs what."))
attestations = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=_("Withdraw an attestation."))

RoleName = Literal["author", "teacher", "tutor", "community_assistant", "programme_manager", "support", "operator"]
Reason = Literal["mistake", "conduct", "request"]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help=_("Address with which the person signs in."))]
Scope = Annotated[
    str,
    typer.Option(
        "--in", metavar="PLACE", help=_("run:KEY, course:ORG+NUMBER, org:KEY or cohort:ID; without it, the whole site.")
    ),
]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


@accounts.command(
    help=_("End a person's sessions at once and let them sign in no more. What they did is kept.")
    + example("cordee account disable awa@example.org")
)
def disable(email: Email, as_json: Json = False) -> None:
    account = _account(email)
    from cordee.people.disabling import disable_account

    disable_account(account=account)
    _tell_account(as_json, _("{email} can no longer sign in, and is signed out everywhere."), account)


@accounts.command(
    help=_("Let a person sign in again; the sessions of before stay ended.")
    + example("cordee account enable awa@example.org")
)
def enable(email: Email, as_json: Json = False) -> None:
    account = _account(email)
    from cordee.people.disabling import enable_account

    enable_account(account=account)
    _tell_account(as_json, _("{email} can sign in again."), account)


@accounts.command(
    name="second-factor-off",
    help=_("Switch a person’s sign-in in two steps off, when phone and paper are lost. A letter tells them.")
    + example("cordee account second-factor-off awa@example.org"),
)
def second_factor_off(email: Email, as_json: Json = False) -> None:
    account = _account(email)
    from cordee.core import clock
    from cordee.people.auditing import note_act
    from cordee.people.second_factor.switching import switch_off

    switch_off(account=account, agent="", now=clock.now())
    note_act(account=None, act="account.help", place="", people=1, about="second factor off", now=clock.now())
    _tell_account(as_json, _("{email} signs in with the password alone again."), account)


@accounts.command(
    name="birth-year",
    help=_("Put right in which year a person was born: that year counts, whatever was typed.")
    + example("cordee account birth-year awa@example.org 1998"),
)
def birth_year(
    email: Email,
    year: Annotated[str, typer.Argument(metavar="YEAR", help=_("Year of birth, in four digits."))],
    as_json: Json = False,
) -> None:
    account = _account(email)
    from cordee.core import clock
    from cordee.people.minors.ages import read_year
    from cordee.people.minors.agreeing import put_year_right

    now = clock.now()
    read = read_year(year, this_year=now.year)
    put_year_right(account=account, year=read, by=None, now=now)
    words = _("{email} was born in {year}.").format(email=account.email, year=read)
    _tell(as_json, words, {"email": account.email, "year": read, "waits_for_parent": account.waits_for_parent})


@accounts.command(
    help=_("Erase a person for good: account, answers, letters, rows of learning analytics. The receipt is printed.")
    + example("cordee account erase awa@example.org --yes")
)
def erase(
    email: Email,
    yes: Annotated[
        bool, typer.Option("--yes", help=_("Without it, nothing is erased: who it would be is said."))
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=_("Also withdraw their attestations, and take their name off them."))
    ] = False,
    as_json: Json = False,
) -> None:
    account = _account(email)
    from cordee.core import clock
    from cordee.people import erasing, erasures
    from cordee.people.auditing import note_act

    if not yes:
        raise Conflict(
            N_("{name} <{email}> would be erased for good. If that is meant, add --yes."),
            name=account.name,
            email=account.email,
        )
    now = clock.now()
    receipt = erasing.erase_now(account=account, by=erasures.BY_OPERATOR, withdraws=withdraw, now=now)
    note_act(account=None, act="account.erase", place="", people=1, about=f"receipt {receipt.number}", now=now)
    _tell_receipt(receipt, as_json=as_json)


@accounts.command(help=_("Who was erased, by the number of the receipt, and what became of their rows."))
def erasures(as_json: Json = False) -> None:
    _open_site()
    from cordee.people.erasures import receipts

    found = receipts()
    if as_json:
        say(json.dumps([one.as_json() for one in found], ensure_ascii=False))
        return
    if not found:
        say(_("Nobody was erased here yet."))
    for one in found:
        _tell_receipt(one, as_json=False)


@accounts.command(
    "erase-again",
    help=_("After a database was put back by other means than cordee restore: erase those who had been erased."),
)
def erase_again(as_json: Json = False) -> None:
    _open_site()
    from cordee.people.erasing import replay

    count = replay()
    words = _("People who were erased again: {count}.").format(count=amounts.number(count))
    _tell(as_json, words, {"erased_again": count})


@accounts.command(
    help=_("How many accounts and lines of the journal have lasted a term, set or tried out here. Changes nothing.")
    + example("cordee account terms --unused 1095 --journal 1095")
)
def terms(
    unused: Annotated[
        int, typer.Option("--unused", min=0, help=_("Days without a session, in place of the setting."))
    ] = 0,
    minors: Annotated[int, typer.Option("--minors", min=0, help=_("Days without a parent’s answer, likewise."))] = 0,
    journal: Annotated[int, typer.Option("--journal", min=0, help=_("Days of a line of the journal, likewise."))] = 0,
    as_json: Json = False,
) -> None:
    _open_site()
    from cordee.core import clock
    from cordee.web import retention

    tried = {"unused_account_days": unused, "unanswered_minor_days": minors, "journal_days": journal}
    found = retention.looked_at(now=clock.now(), days={name: days for name, days in tried.items() if days})
    if as_json:
        say(json.dumps(found))
        return
    for term in retention.TERMS:
        count = amounts.number(found[term.setting]) if term.setting in found else _("off")
        say(f"{_(term.words)}: {count}")


@accounts.command(help=_("Who of the team acted on other people, and on how many: the last hundred acts."))
def acts(as_json: Json = False) -> None:
    _open_site()
    from cordee.people.auditing import latest_acts

    found = latest_acts()
    if as_json:
        told = [
            {
                "done_at": one.done_at.isoformat(),
                "name": one.name,
                "act": one.act,
                "place": one.place,
                "people": one.people,
                "about": one.about,
            }
            for one in found
        ]
        say(json.dumps(told, ensure_ascii=False))
        return
    if not found:
        say(_("Nobody of the team acted on other people yet."))
    for one in found:
        moment = amounts.moment(one.done_at.isoformat())
        say(f"{moment}  {one.name}  {one.act}  {one.place}  {amounts.number(one.people)}  {one.about}")


@roles.command(
    help=_("Give a role to a person. Giving it twice is giving it once.")
    + example("cordee role grant awa@example.org teacher --in run:Ingenia+RES101+2026")
)
def grant(email: Email, role: RoleName, scope: Scope = "", as_json: Json = False) -> None:
    account = _account(email)
    from cordee.core import clock
    from cordee.people.granting import grant_role
    from cordee.people.models import Role

    _refuse_unknown_place(scope)
    grant_role(account=account, role=Role(role), scope=scope, granted_by=None, now=clock.now())
    _tell_role(as_json, _("{email} is now {role} of {place}."), account, role, scope, held=True)


@roles.command(
    help=_("Take a role back; the person's next request sees it.")
    + example("cordee role withdraw awa@example.org teacher --in run:Ingenia+RES101+2026")
)
def withdraw(email: Email, role: RoleName, scope: Scope = "", as_json: Json = False) -> None:
    account = _account(email)
    from cordee.people.granting import withdraw_role
    from cordee.people.models import Role

    withdraw_role(account=account, role=Role(role), scope=scope)
    _tell_role(as_json, _("{email} is not {role} of {place} any more."), account, role, scope, held=False)


@roles.command(help=_("Which role may do what, as a table in Markdown: the one that the site asks, too."))
def table() -> None:
    set_up_django()
    from cordee.people.permissions import table_lines

    for line in table_lines():
        say(line)


@attestations.command(
    help=_("Withdraw an attestation for good: its verification page says so and why. The first reason given stands.")
    + example("cordee attestation revoke 7K3M-9QXA-2B4D-E8FG-H --reason mistake")
)
def revoke(
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Verification code, as it is printed."))],
    reason: Annotated[
        Reason,
        typer.Option(
            help=_("It was issued by mistake; the rules of the assessments were not followed; the person asked for it.")
        ),
    ],
    as_json: Json = False,
) -> None:
    _open_site()
    from cordee.awards.attesting import revoke_attestation
    from cordee.awards.queries import attestation_by_code
    from cordee.core import clock

    found = attestation_by_code(code)
    if found is None:
        raise NotFound(N_("No attestation has the code {code}. Compare it with the paper."), code=code[:80])
    now = clock.now()
    revoked = revoke_attestation(attestation=found, reason=reason, by=None, now=now)
    if revoked.revoked_at == now:
        words = _("The attestation {code} is withdrawn.")
    else:
        words = _("The attestation {code} was withdrawn before; nothing changed.")
    _tell(
        as_json,
        words.format(code=revoked.printed_code),
        {
            "code": revoked.printed_code,
            "revoked_at": revoked.revoked_at.isoformat() if revoked.revoked_at else None,
            "reason": revoked.revoked_reason,
        },
    )


def _tell_receipt(receipt: Receipt, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(receipt.as_json(), ensure_ascii=False))
        return
    from cordee.web.erasure_words import line_words

    moment = receipt.erased_at or receipt.begun_at
    say(_("Receipt {number}, {moment}").format(number=receipt.number, moment=amounts.moment(moment.isoformat())))
    if receipt.erased_at is None:
        say("  " + _("It was interrupted: the same command again ends it."))
    for line in receipt.lines:
        say("  " + line_words(line, _, amounts.number))


def _open_site() -> None:
    """Django with a database that is there and not older than the code. Raises Conflict."""
    set_up_django()
    from cordee.web import database, starting
    from cordee.web.environment import Environment

    environment = Environment.read()
    starting.refuse_unusable(environment)
    database.refuse_missing(environment)
    database.refuse_older()


def _account(email: str) -> Account:
    _open_site()
    from cordee.people.queries import account_by_email

    account = account_by_email(email)
    if account is None:
        raise NotFound(N_("Nobody signs in here as {email}. Look for a slip of the hand."), email=email[:120])
    return account


def _refuse_unknown_place(scope: str) -> None:
    """A role in a run or a course that does not exist would be a slip of the hand that nobody sees. 0–1 query."""
    from cordee.courses.queries import run_by_key, runs_of_course

    kind, _colon, key = scope.partition(":")
    if kind == "cohort":
        from cordee.learning.cohorts.queries import cohort_by_id

        if not key.isascii() or not key.isdigit() or cohort_by_id(int(key[:15])) is None:
            raise NotFound(N_("There is no such group. Go back to the list."))
    if kind == "run":
        run_by_key(key)
    if kind == "course" and not runs_of_course(key):
        raise NotFound(N_("There is no session of a course {course} here."), course=key[:120])


def _tell_account(as_json: bool, words: str, account: Account) -> None:
    _tell(as_json, words.format(email=account.email), {"email": account.email, "active": account.is_active})


def _tell_role(as_json: bool, words: str, account: Account, role: str, scope: str, *, held: bool) -> None:
    place = scope.partition(":")[2] or _("the whole site")
    names = {
        "author": _("author"),
        "teacher": _("teacher"),
        "tutor": _("tutor"),
        "community_assistant": _("community assistant"),
        "programme_manager": _("programme manager"),
        "support": _("help desk"),
        "operator": _("operator"),
    }
    sentence = words.format(email=account.email, role=names[role], place=place)
    _tell(as_json, sentence, {"email": account.email, "role": role, "scope": scope, "held": held})


def _tell(as_json: bool, sentence: str, answer: dict[str, Any]) -> None:
    say(json.dumps(answer, ensure_ascii=False) if as_json else sentence)
