"""Pages of those who enter a cohort: by the link of a letter, by a code; and the groups one is in."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.codes import grouped
from cordee.core.errors import N_, CordeeError, NotAllowed
from cordee.jobs.inviting import read_invitation
from cordee.learning.cohorts import pages
from cordee.learning.cohorts.forms import WelcomeForm
from cordee.learning.cohorts.inviting import Invitation, accept, invitation_from
from cordee.learning.cohorts.joining import check_seats, join, read_joining_code
from cordee.learning.cohorts.making import leave_cohort
from cordee.learning.cohorts.meeting_days import meetings_ahead
from cordee.learning.cohorts.queries import cohort_by_id, groups_of
from cordee.learning.cohorts.welcoming import welcome
from cordee.learning.models import Cohort
from cordee.people.models import Account
from cordee.people.permissions import act, require, signed_in_account
from cordee.people.sessions import account_of, set_session
from cordee.people.team import open_invitations
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

REFUSED: Final = 400


@require_http_methods(["GET", "HEAD", "POST"])
@act("invitation.answer")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a letter's link leads to. To open it changes nothing. 2 queries; posted, 4 to 15 more."""
    now = clock.now()
    found = invitation_from(read_invitation(token, now=now))
    reader = account_of(request)
    if found.needs_password:
        return _welcome_page(request, found, reader)
    is_theirs = reader is not None and reader.pk == found.member.account_id
    if request.method == "POST":
        if not is_theirs:
            raise NotAllowed(N_("This invitation is for another account. Sign in with the address it was sent to."))
        accept(invitation=found, now=now)
        return HttpResponseRedirect(_onward(found.cohort))
    onward = urlencode({"next": request.path})
    context = {
        "cohort": found.cohort,
        "about": pages.about(found.cohort),
        "look": pages.look(found.cohort, now),
        "is_theirs": is_theirs,
        "is_other": reader is not None and not is_theirs,
        "accepted": found.member.accepted_at is not None,
        "sign_in": f"{reverse('sign-in')}?{onward}",
    }
    return render(request, "learning/cohorts/invitation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act("cohort.look_at_code")
def join_by_code(request: HttpRequest, code: str = "") -> HttpResponse:
    """Type a code, see what it opens, enter. 1 or 2 queries; posted, 5 to 12 more."""
    reader = account_of(request)
    if reader is None and not (code and request.method in {"GET", "HEAD"}):
        require(request, "cohort.join")  # leads to the page of signing in
    typed = (code or request.POST.get("code", "") or request.GET.get("code", ""))[:80]
    found, refused = None, ""
    status = 200
    if typed:
        try:
            found = read_joining_code(typed)
            if request.method == "POST" and request.POST.get("act") == "join":
                require(request, "cohort.join")
                join(code=found, account=signed_in_account(request), now=clock.now())
                return HttpResponseRedirect(_onward(found.cohort))
            check_seats(found, reader, now=clock.now())
        except CordeeError as wrong:
            refused, status = sentence_of(wrong), wrong.status
            found = None
    context = {
        "typed": grouped(found.code) if found else typed,
        "cohort": found.cohort if found else None,
        "about": pages.about(found.cohort) if found else {},
        "look": pages.look(found.cohort, clock.now()) if found else None,
        "refused": refused,
        "onward": "" if reader else urlencode({"next": request.path}),
        "has_errors": bool(refused),
    }
    return render(request, "learning/cohorts/join.html", context, status=status)


@require_safe
@act("cohort.join")
def groups(request: HttpRequest) -> HttpResponse:
    """The groups one is in, who sees what there, and when they meet; what one was asked.

    4 queries, and 1 a version not met before.
    """
    account = signed_in_account(request)
    context = {
        "groups": [{"cohort": one, "about": pages.about(one)} for one in groups_of(account)],
        "invitations": open_invitations(account),
        "meetings": meetings_ahead(account, language=language(), now=clock.now()),
        "now": clock.now(),
        "done": request.GET.get("done") == "left",
        "answered": request.GET.get("done") == "answered",
    }
    return render(request, "learning/cohorts/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@act("cohort.join")
def leave_group(request: HttpRequest, number: int) -> HttpResponse:
    """Leave one's own group; asked for, the page that says what goes from view. One in which one is not is left
    already.
    """
    if request.method != "POST":
        account = signed_in_account(request)
        mine = next((one for one in groups_of(account) if one.pk == number), None)
        if mine is None:
            return HttpResponseRedirect(reverse("groups"))
        effects = [_("From now on the group sees nothing of you, and you are told of none of its meetings.")]
        if mine.run is not None and mine.run.private_to_id:
            effects.append(
                _("Its session “{course}” is private: you no longer see it, unless another group lets you in.").format(
                    course=pages.title_of(mine.run)
                )
            )
        effects.append(_("What you did and your grade are kept until you have your account erased."))
        effects.append(_("To come back you need a code or an invitation."))
        return pages.asked(
            request,
            _("Leave the group “{group}”?").format(group=mine.name),
            effects,
            button=_("Leave this group"),
            back=reverse("groups"),
        )
    cohort = cohort_by_id(number)
    if cohort is not None:
        leave_cohort(cohort=cohort, account=signed_in_account(request), now=clock.now())
    return HttpResponseRedirect(f"{reverse('groups')}?done=left")


def _welcome_page(request: HttpRequest, found: Invitation, reader: Account | None) -> HttpResponse:
    """Who has no password yet chooses one, and is signed in."""
    account, now = found.member.account, clock.now()
    form = WelcomeForm(
        request.POST if request.method == "POST" else None, initial={"name": account.name}, email=account.email, now=now
    )
    if form.is_valid():
        try:
            claim = welcome(
                invitation=found,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                year=int(form.cleaned_data.get("year") or 0),
                agent=request.headers.get("User-Agent", "")[:1000],
                now=now,
            )
        except CordeeError as wrong:
            form.add_error(None, sentence_of(wrong))
        else:
            rotate_token(request)
            waits = found.member.account.waits_for_parent
            onward = f"{reverse('agreement')}?from=invitation" if waits else _onward(found.cohort)
            response = HttpResponseRedirect(onward)
            set_session(response, claim)
            return response
    context = {
        "form": form,
        "email": account.email,
        "reader": reader,
        "cohort": found.cohort,
        "about": pages.about(found.cohort),
        "look": pages.look(found.cohort, now),
    }
    return render(request, "learning/cohorts/welcome.html", context, status=REFUSED if form.errors else 200)


def _onward(cohort: Cohort) -> str:
    if cohort.run is not None and pages.is_here(cohort):
        return reverse("outline", args=[cohort.run.key])
    return reverse("groups")
