"""How does a young person ask, and how does a parent answer?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import CordeeError
from cordee.jobs.writing_letters import letters_leave
from cordee.people.by_letter.links import LinkDead, find_link
from cordee.people.by_letter.views import dead_link, refused, sent
from cordee.people.minors import agreeing
from cordee.people.minors.forms import ParentForm
from cordee.people.models import MailedLink
from cordee.people.permissions import act, signed_in
from cordee.people.throttling import address_of
from cordee.ui.sentences import sentence_of


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.agreement")
def agreement(request: HttpRequest) -> HttpResponse:
    """Whose answer is awaited, and the form to ask a parent."""
    person, _ = signed_in(request)
    if not person.waits_for_parent:
        return HttpResponseRedirect(reverse("account"))
    now = clock.now()
    form = ParentForm(request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "asked": agreeing.parent_asked(person, now=now),
        "by_letter": letters_leave(),
        "was_invited": request.GET.get("from") == "invitation",
    }
    if not form.is_valid():
        return render(request, "people/agreement.html", context, status=400 if form.is_bound else 200)
    try:
        agreeing.ask_parent(account=person, parent=form.cleaned_data["parent"], address=address_of(request), now=now)
    except CordeeError as error:
        form.add_error("parent", sentence_of(error))
        return refused(error, render(request, "people/agreement.html", context))
    return sent("agreement")


@require_http_methods(["GET", "HEAD", "POST"])
@act("account.agree")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """A parent reads who it is and what is kept, and says yes or no. In the language of the letter."""
    now = clock.now()
    try:
        link = find_link(MailedLink.AGREEMENT, token, now=now)
        account = link.account
        if account is None:
            raise ValueError("a link to agree is one of an account")
        if request.method == "POST" and request.POST.get("answer") in {"yes", "no"}:
            said = request.POST["answer"]
            (agreeing.agree if said == "yes" else agreeing.refuse)(link=link, now=now)
            return HttpResponseRedirect(f"{reverse('agreement-answered')}?{urlencode({'said': said})}")
    except LinkDead as error:
        return dead_link(request, error, MailedLink.AGREEMENT)
    years = agreeing.years_said(account)
    context = {
        "name": account.name,
        "email": account.email,
        "year": max(years, default=None),
        "words": agreeing.words_read(account),
        "action": request.path,
    }
    response = render(request, "people/agree.html", context)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@act("account.agree")
def answered(request: HttpRequest) -> HttpResponse:
    """Thank you."""
    return render(request, "people/agreement_answered.html", {"said": request.GET.get("said") == "yes"})
