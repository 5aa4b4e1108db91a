"""How does whoever runs the site have somebody erased, in pages? As `cordee account erase` does, by the worker.

Three steps on one address: who it is; what goes, with the address typed again, the operator's own password and, where
they have one, a code of their phone; the receipt.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.people import erasures
from cordee.people.asking_erasure import order_erasure
from cordee.people.devices import device_of
from cordee.people.emails import EmailRefused, email_key, read_email
from cordee.people.erasing import forecast
from cordee.people.forms import present_password_field
from cordee.people.models import Account, RoleGrant
from cordee.people.permissions import act, require, signed_in_account
from cordee.people.queries import account_by_email
from cordee.people.second_factor.proving import prove
from cordee.people.signing_in import check_own_password
from cordee.people.throttling import address_of
from cordee.ui.sentences import sentence_of

ACT = "account.erase_other"
REFUSED = 400
MISSING = {"required": _("This answer is missing. Fill it in.")}


class WhoForm(forms.Form):
    """Whose account."""

    email = forms.CharField(
        label=_("Their email address"),
        error_messages=MISSING,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class OrderForm(forms.Form):
    """That it is meant, and that it is the operator who means it."""

    again = forms.CharField(
        label=_("Type their email address again"),
        help_text=_("So that nobody else is erased by a slip of the hand."),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    withdraws = forms.BooleanField(
        required=False,
        label=_("Also withdraw their attestations"),
        help_text=_("Only if they wish it: the codes then say that they were withdrawn, and their name is taken off."),
    )
    current = present_password_field(_("Your own present password"))
    code = forms.CharField(
        label=_("Code of your phone"),
        error_messages=MISSING,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def __init__(self, typed: Any = None, *, asks_code: bool) -> None:
        super().__init__(typed)
        if not asks_code:
            del self.fields["code"]


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def erase_person(request: HttpRequest) -> HttpResponse:
    """Find somebody, look at what goes, order it, read the receipt. A query a table for what goes."""
    require(request, ACT)
    operator = signed_in_account(request)
    if request.method != "POST":
        return _private(render(request, "web/erase_person.html", {"form": WhoForm(), **_receipt(request)}))
    form = WhoForm(request.POST)
    person = account_by_email(form.cleaned_data["email"]) if form.is_valid() and _is_one(form) else None
    if form.is_valid() and person is None:
        form.add_error("email", gettext("Nobody here has this address. Compare it with what you were given."))
    if person is None:
        return _private(render(request, "web/erase_person.html", {"form": form}, status=REFUSED))
    order = OrderForm(request.POST if "order" in request.POST else None, asks_code=bool(operator.second_factor_at))
    if order.is_bound and order.is_valid():
        number = _ordered(request, operator, person, order)
        if number is not None:
            query = urlencode({"receipt": str(number)})
            return HttpResponseRedirect(f"{reverse('erase-person')}?{query}", status=303)
    context = {
        "order": order,
        "has_errors": order.is_bound,
        "person": person,
        "roles": RoleGrant.objects.filter(account=person).count(),
        "lines": [(gettext(line.words), line.count, line.fate, gettext(line.reason) if line.reason else "")
                  for line in forecast(person)],
    }  # fmt: skip
    status = REFUSED if order.is_bound else 200
    return _private(render(request, "web/erase_person.html", context, status=status))


def _ordered(request: HttpRequest, operator: Account, person: Account, order: OrderForm) -> UUID | None:
    """The number of the receipt; None where something was refused, which the form says then."""
    now, given, at = clock.now(), order.cleaned_data, "again"
    if email_key(given["again"]) != person.email_key:
        order.add_error("again", gettext("This is another address than the one above. Nobody was erased."))
        return None
    try:
        at = "current"
        check_own_password(
            account=operator,
            password=given["current"],
            address=address_of(request),
            device=device_of(request),
            now=now,
        )
        if operator.second_factor_at:
            at = "code"
            prove(
                account=operator,
                code=given["code"],
                address=address_of(request),
                device=device_of(request),
                agent=request.headers.get("User-Agent", ""),
                now=now,
            )
        at = "again"
        return order_erasure(account=person, by=operator, withdraws=given["withdraws"], now=now).number
    except CordeeError as error:
        order.add_error(at, sentence_of(error))
        return None


def _is_one(form: WhoForm) -> bool:
    try:
        read_email(form.cleaned_data["email"])
    except EmailRefused:
        return False
    return True


def _receipt(request: HttpRequest) -> dict[str, Any]:
    """The receipt that was just ordered, as far as it is there."""
    try:
        number = UUID(request.GET.get("receipt", ""))
    except ValueError:
        return {}
    found = erasures.receipt_of(number)
    return {"number": number, "is_done": found is not None and found.erased_at is not None}


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
