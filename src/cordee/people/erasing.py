"""How is a person erased, table by table, so that nothing is left that leads to them, and how is that told?

1. They are put on the list beside the database (`erasures`), so that no backup brings them back.
2. Their account is shut and every session of it ends.
3. Rooms erase what they keep outside of the database (`core.privacy.Keeper.take_out`).
4. In one transaction: columns that lead to them are emptied or get another pseudonym, then rows go, what points at
   others first, the account last (`personal_rows`); and the receipt is written.

Killed after any step, the same again ends the work: the account goes last.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.db.models import F

from cordee.core import clock
from cordee.core.privacy import Fate, Line, Person
from cordee.jobs.models import Job
from cordee.jobs.performing import NotNow, Work
from cordee.people import erasures
from cordee.people.ageing import still_holds
from cordee.people.asking_data import export_of, file_of
from cordee.people.asking_erasure import OPERATOR, LastOperator, refuse_last_operator
from cordee.people.erasures import BY_OPERATOR, BY_PERSON, BY_TERM, Receipt
from cordee.people.models import Account, ErasureRequest
from cordee.people.personal_rows import Lead, declared, deletions, keepers, label_of, leads, person_of

AGAIN_S = 24 * 3600.0  # until a job that may not erase the last operator looks again


def work() -> Work:
    """For the queue."""
    return Work(act=_act)


def _act(job: Job) -> None:
    """Erase who asked for it, unless they took it back."""
    request = ErasureRequest.objects.select_related("account").filter(number=job.data["request"]).first()
    if request is None:
        return
    wait_s = (request.due_at - clock.now()).total_seconds()
    if wait_s > 0:  # all that had failed was let go again, this with it
        raise NotNow("The day has not come.", wait_s=wait_s)
    if not still_holds(request):  # they signed in, or a parent agreed
        request.delete()
        return
    try:
        refuse_last_operator(request.account)
    except LastOperator as error:
        raise NotNow(str(error), wait_s=AGAIN_S) from None
    by = {"": BY_PERSON, OPERATOR: BY_OPERATOR}.get(request.because, BY_TERM)
    erase(account=request.account, number=request.number, by=by, withdraws=request.withdraws)


def erase(*, account: Account, number: uuid.UUID, by: str, withdraws: bool = False, again: bool = False) -> Receipt:
    """Erase the person; the receipt. Some three queries a table. Again, it ends what was interrupted."""
    person = person_of(account, withdraws=withdraws)
    erasures.begin(number=number, pseudonym=person.pseudonym, by=by, withdraws=withdraws, now=clock.now())
    Account.objects.filter(pk=account.pk).update(is_active=False, epoch=F("epoch") + 1)
    lines = []
    export = export_of(account)
    if export is not None:
        file_of(export.number).unlink(missing_ok=True)
    for _room, keeper in keepers():
        lines += list(keeper.take_out(person))
    with transaction.atomic():
        if not Account.objects.select_for_update().filter(pk=account.pk).exists():  # somebody was faster
            receipt = erasures.receipt_of(number)
            if receipt is not None and receipt.erased_at is not None:
                return receipt
        for _room, keeper in keepers():
            lines += list(keeper.before_rows(person))
        lines += list(_kept(person))
        lines += list(_unlinked(person))
        lines += list(_deleted(person))
        return erasures.end(number=number, lines=_summed(lines), again=again, now=clock.now())


def replay() -> int:
    """Erase again whoever of the list has come back with a restored database; how many. 1 query, and those of each."""
    if not erasures.is_empty():
        pseudonyms = Account.objects.values_list("pseudonym", flat=True)
        found = erasures.erased_among(pseudonyms.iterator(chunk_size=5000))
        for pseudonym, number in found.items():
            account = Account.objects.get(pseudonym=pseudonym)
            wish = erasures.withdraws(number)
            erase(account=account, number=number, by=BY_PERSON, withdraws=wish, again=True)
    else:
        found = {}
    erasures.replayed()
    return len(found)


def forecast(account: Account) -> list[Line]:
    """What would be deleted, unlinked and kept of somebody, as far as tables hold it. A query a table and column."""
    person, found = person_of(account), []
    for lead in leads():
        said = declared(lead.model)
        if said is None or (lead.fate == "unlinked" and said.treatment == "delete"):
            continue  # rows of others, in which the person's column is emptied
        count = lead.rows(person).count()
        if count:
            fate: Fate = "kept" if said.treatment == "keep" else lead.fate
            found.append(Line(label_of(lead.model), said.words, fate, count, said.reason))
    return _summed(found)


def _kept(person: Person) -> Iterator[Line]:
    """Rows that stay as they are, or that stay without what leads to the person: why."""
    for lead in leads():
        said = declared(lead.model)
        if said is None or said.treatment != "keep":
            continue
        count = lead.rows(person).count()
        if count:
            yield Line(label_of(lead.model), said.words, "kept", count, said.reason)


def _unlinked(person: Person) -> Iterator[Line]:
    for lead in leads():
        said = declared(lead.model)
        if lead.fate != "unlinked" or said is None:
            continue
        emptied = dict.fromkeys((text for field, text in said.named if field == lead.field), "")
        emptied = emptied if said.treatment != "keep" else {}
        count = sum(_let_go(lead, rows, emptied) for rows in _apart(lead, person, said.apart))
        if count and said.treatment != "keep":  # what is kept has its line
            yield Line(label_of(lead.model), said.words, "unlinked", count)


def _apart(lead: Lead, person: Person, field: str) -> Iterator[models.QuerySet[Any]]:
    """The person's rows, those with one value of `field` together."""
    rows = lead.rows(person).order_by()
    if not field:
        yield rows
        return
    for value in list(rows.values_list(field, flat=True).distinct()):
        yield rows.filter(**{field: value})


def _let_go(lead: Lead, rows: models.QuerySet[Any], emptied: dict[str, str]) -> int:
    if lead.by_pseudonym and not lead.model._meta.get_field(lead.field).null:  # noqa: SLF001 - documented by Django
        return rows.update(**{lead.field: uuid.uuid4()}, **emptied)
    keys = list(rows.values_list("pk", flat=True))  # a path over other tables cannot be updated through
    return sum(
        lead.model._default_manager.filter(pk__in=keys[begin : begin + 500]).update(**{lead.field: None}, **emptied)  # noqa: SLF001 - likewise
        for begin in range(0, len(keys), 500)
    )


def _deleted(person: Person) -> Iterator[Line]:
    for lead in deletions():
        said = declared(lead.model)
        assert said is not None  # noqa: S101 - leads have one
        rows = lead.rows(person).order_by()
        count = rows.count()
        if count:
            rows.delete()
            yield Line(label_of(lead.model), said.words, "deleted", count)


def _summed(lines: list[Line]) -> list[Line]:
    """Lines of one thing and fate as one."""
    found: dict[tuple[str, str], Line] = {}
    for line in lines:
        before = found.get((line.what, line.fate))
        count = line.count + (before.count if before else 0)
        found[line.what, line.fate] = Line(line.what, line.words, line.fate, count, line.reason)
    return list(found.values())


def erase_now(*, account: Account, by: str, withdraws: bool, now: dt.datetime) -> Receipt:
    """Without waiting, as an operator does. Raises LastOperator."""
    refuse_last_operator(account)
    request, _is_new = ErasureRequest.objects.get_or_create(
        account=account, defaults={"asked_at": now, "due_at": now, "withdraws": withdraws}
    )
    return erase(account=account, number=request.number, by=by, withdraws=withdraws or request.withdraws)
