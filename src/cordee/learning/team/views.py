"""Who is in the team of a place: see it, let somebody in, take a role back, answer an invitation of one's own."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from cordee.core import clock
from cordee.core.errors import N_, CordeeError, NotFound
from cordee.learning.cohorts import pages
from cordee.learning.cohorts.queries import member_of
from cordee.learning.team.letters import write_to_invited, write_to_named
from cordee.learning.team.places import NamedPlace, place_at, subject_at
from cordee.people import team
from cordee.people.forms import REQUIRED
from cordee.people.models import Role
from cordee.people.permissions import TABLE, act, grants_of, may_give, may_only_name, require, signed_in_account
from cordee.people.queries import account_by_email
from cordee.ui.sentences import sentence_of

ACT: Final = "role.grant"
REFUSED: Final = 400


class RoleForm(forms.Form):
    """Whom to let in, and as what."""

    use_required_attribute = False

    email = forms.CharField(
        label=_("Email address"),
        help_text=_("With which the person signs in here."),
        max_length=254,
        error_messages=REQUIRED,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), error_messages=REQUIRED)

    def __init__(self, *given: object, roles: list[Role], **options: object) -> None:
        super().__init__(*given, **options)  # type: ignore[arg-type] # as Django's form takes them
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@act(ACT)
def team_page(request: HttpRequest) -> HttpResponse:
    """The team of the place in `?in=`: without it, of the widest place in which one may. 6 queries; posted, 5 more."""
    account = signed_in_account(request)
    mine = sorted(
        {grant.scope for grant in grants_of(account) if grant.role in TABLE[ACT]}, key=lambda one: (len(one), one)
    )
    scope = request.GET.get("in", mine[0] if mine else "")[:255]
    require(request, ACT, subject_at(scope))
    found = place_at(scope)
    gives = [role for role in found.roles if may_give(account, role, found.place.subject)]
    form = RoleForm(request.POST if "email" in request.POST else None, roles=gives)
    if request.method == "POST" and "take" in request.POST:
        _take(request, found)
        return _done(scope, "taken")
    if form.is_valid():
        try:
            _give(request, found, form)
            return _done(scope, "given")
        except CordeeError as refused:
            form.add_error("email", sentence_of(refused))
    done = request.GET.get("done", "")
    context = {
        "found": found,
        "scope": scope,
        "form": form if gives else None,
        "names": any(may_only_name(account, role, found.place.subject) for role in gives),
        "grants": [(one, Role(one.role).label, Role(one.role) in gives) for one in team.grants_in(scope)],
        "asked": [(one, Role(one.role).label) for one in team.asked_in(scope)],
        "places": [one for one in mine if one != scope][:50],
        "done": done if done in {"given", "taken", "asked"} else "",
        "now": clock.now(),
    }
    return render(request, "learning/team/team.html", context, status=REFUSED if form.errors else 200)


@require_POST
@act(ACT)
def ask_member(request: HttpRequest, number: int) -> HttpResponse:
    """One click: ask a member of a group, who has let it see what they do, to help in the session as an assistant."""
    cohort = pages.cohort_for(request, "cohort.read", number)
    if cohort.run is None:
        require(request, ACT)
        raise NotFound(N_("This group has no session here, so there is no team to join."))
    scope = f"run:{cohort.run.key}"
    require(request, ACT, subject_at(scope))
    account, now = signed_in_account(request), clock.now()
    found = place_at(scope)
    person = member_of(cohort, pages.whole_number(request.POST.get("member", "")))
    with transaction.atomic():
        asked = team.invite(
            account=person.account, role=Role.COMMUNITY_ASSISTANT, place=found.place, by=account, now=now
        )
        if asked is not None:
            write_to_invited(asked, place_name=found.name, by_name=account.name, now=now)
    return HttpResponseRedirect(f"{reverse('cohort', args=[number])}?done=asked")


@require_POST
@act("team.answer")
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Yes or no to an invitation of one's own."""
    account = signed_in_account(request)
    invitation = team.invitation_of(number, account)
    place = team.Place(invitation.scope, subject_at(invitation.scope))
    accepts = request.POST.get("answer") == "yes"
    team.answer_invitation(number=number, account=account, accepts=accepts, place=place, now=clock.now())
    return HttpResponseRedirect(f"{reverse('groups')}?done=answered")


def _give(request: HttpRequest, found: NamedPlace, form: RoleForm) -> None:
    person = account_by_email(form.cleaned_data["email"])
    if person is None or not person.is_active:
        raise NotFound(
            N_(
                "Nobody has an account here as {email}. If that is no slip of the hand, ask them to sign up at"
                " {address} with this address, then give them the role here."
            ),
            email=form.cleaned_data["email"],
            address=f"{settings.CORDEE.url}{reverse('sign-up')}",
        )
    role = Role(form.cleaned_data["role"])
    by, now = signed_in_account(request), clock.now()
    with transaction.atomic():
        given = team.give_role(account=person, role=role, place=found.place, by=by, now=now)
        if given.granted_at == now and person != by:
            write_to_named(given, place_name=found.name, by_name=by.name, now=now)


def _take(request: HttpRequest, found: NamedPlace) -> None:
    """What the button says: "ACCOUNT ROLE"."""
    number, _space, role = request.POST["take"].partition(" ")
    held = [one for one in team.grants_in(found.place.scope) if str(one.account_id) == number and one.role == role]
    for one in held:
        team.take_role(
            account=one.account, role=Role(role), place=found.place, by=signed_in_account(request), now=clock.now()
        )


def _done(scope: str, what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('team')}?{urlencode({'in': scope, 'done': what})}")
