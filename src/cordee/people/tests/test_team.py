"""Does nobody give more than they hold, and is what they give written down?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.core import clock
from cordee.core.errors import Conflict, NotAllowed, NotFound
from cordee.people import team
from cordee.people.granting import grant_role, withdraw_role
from cordee.people.models import Account, Role, RoleGrant, StaffAct, TeamInvitation
from cordee.people.permissions import TABLE, Subject, acts_of, may, may_give, table_lines
from cordee.people.team import Place
from cordee.people.tests.make import make_account

RUN = Place("run:Ingenia+RES101+2026", Subject.of_run_key("Ingenia+RES101+2026"))
SITE = Place("", Subject())
DOCS = Path(__file__).parents[4] / "docs" / "roles.md"


def holder(role: Role, scope: str = RUN.scope) -> Account:
    account = make_account()
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
    return account


def test_the_table_of_the_docs_is_the_table_that_is_asked() -> None:
    assert "\n".join(table_lines()) in DOCS.read_text(encoding="utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("act", TABLE)
def test_each_row_holds_for_each_role_and_for_no_other(act: str) -> None:
    for role in Role:
        account = holder(role)
        assert may(account, act, RUN.subject) == bool(TABLE[act] & {role.value, "anyone", "signed in"}), role
        assert may(account, act, Subject.of_run_key("Other+RES101+2026")) == bool(TABLE[act] & {"anyone", "signed in"})


@pytest.mark.django_db
@pytest.mark.parametrize("giver", Role)
@pytest.mark.parametrize("given", Role)
def test_nobody_gives_a_role_whose_acts_they_may_not_all_do(giver: Role, given: Role) -> None:
    account, person = holder(giver), make_account()
    allowed = giver == Role.OPERATOR or (giver in TABLE["role.grant"] and acts_of(given) <= acts_of(giver))
    assert may_give(account, given, RUN.subject) == allowed
    if allowed:
        team.give_role(account=person, role=given, place=RUN, by=account, now=clock.now())
        assert RoleGrant.objects.get(account=person).granted_by == account
        assert StaffAct.objects.get().about == f"gave {given}"
    else:
        for refused in (team.give_role, team.take_role, team.invite):
            with pytest.raises(NotAllowed):
                refused(account=person, role=given, place=RUN, by=account, now=clock.now())
        assert not RoleGrant.objects.filter(account=person).exists()
        assert not StaffAct.objects.exists()


@pytest.mark.django_db
def test_a_teacher_gives_nothing_outside_their_place() -> None:
    teacher, person = holder(Role.TEACHER), make_account()
    for place in (SITE, Place("org:Ingenia", Subject.of_organisation("Ingenia"))):
        with pytest.raises(NotAllowed):
            team.give_role(account=person, role=Role.TUTOR, place=place, by=teacher, now=clock.now())


@pytest.mark.django_db
def test_two_roles_together_give_what_both_may() -> None:
    both = holder(Role.TEACHER)
    grant_role(account=both, role=Role.PROGRAMME_MANAGER, scope="org:Ingenia", granted_by=None, now=clock.now())
    assert may_give(both, Role.PROGRAMME_MANAGER, RUN.subject)
    assert may_give(both, Role.TUTOR, RUN.subject)
    assert not may_give(both, Role.AUTHOR, RUN.subject)
    assert not may_give(both, Role.TEACHER, Subject.of_organisation("Ingenia"))


@pytest.mark.django_db
def test_giving_and_taking_twice_is_once() -> None:
    teacher, person = holder(Role.TEACHER), make_account()
    for _click in range(2):
        team.give_role(account=person, role=Role.TUTOR, place=RUN, by=teacher, now=clock.now())
    for _click in range(2):
        team.take_role(account=person, role=Role.TUTOR, place=RUN, by=teacher, now=clock.now())
    assert not RoleGrant.objects.filter(account=person).exists()
    assert list(StaffAct.objects.order_by("pk").values_list("about", flat=True)) == ["gave tutor", "took tutor"]


@pytest.mark.django_db
def test_the_last_operator_stays() -> None:
    first = holder(Role.OPERATOR, "")
    with pytest.raises(Conflict):
        team.take_role(account=first, role=Role.OPERATOR, place=SITE, by=first, now=clock.now())
    second = holder(Role.OPERATOR, "")
    team.take_role(account=first, role=Role.OPERATOR, place=SITE, by=second, now=clock.now())
    assert not may(Account.objects.get(pk=first.pk), "role.grant")


@pytest.mark.django_db
def test_who_is_asked_has_the_role_once_they_say_yes_and_only_they() -> None:
    teacher, helper, other = holder(Role.TEACHER), make_account(), make_account()
    for _click in range(2):
        asked = team.invite(account=helper, role=Role.COMMUNITY_ASSISTANT, place=RUN, by=teacher, now=clock.now())
    assert asked is not None
    assert TeamInvitation.objects.count() == 1
    assert not RoleGrant.objects.filter(account=helper).exists()
    with pytest.raises(NotFound):
        team.answer_invitation(number=asked.pk, account=other, accepts=True, place=RUN, now=clock.now())
    team.answer_invitation(number=asked.pk, account=helper, accepts=True, place=RUN, now=clock.now())
    assert RoleGrant.objects.get(account=helper).role == Role.COMMUNITY_ASSISTANT
    with pytest.raises(NotFound):
        team.answer_invitation(number=asked.pk, account=helper, accepts=True, place=RUN, now=clock.now())
    again = team.invite(account=helper, role=Role.COMMUNITY_ASSISTANT, place=RUN, by=teacher, now=clock.now())
    assert again is None


@pytest.mark.django_db
def test_who_says_no_gets_nothing_and_may_be_asked_again() -> None:
    teacher, helper = holder(Role.TEACHER), make_account()
    for accepts in (False, True):
        asked = team.invite(account=helper, role=Role.COMMUNITY_ASSISTANT, place=RUN, by=teacher, now=clock.now())
        assert asked is not None
        team.answer_invitation(number=asked.pk, account=helper, accepts=accepts, place=RUN, now=clock.now())
        assert RoleGrant.objects.filter(account=helper).exists() == accepts


@pytest.mark.django_db
def test_an_invitation_of_somebody_who_is_in_charge_no_more_gives_nothing() -> None:
    teacher, helper = holder(Role.TEACHER), make_account()
    asked = team.invite(account=helper, role=Role.COMMUNITY_ASSISTANT, place=RUN, by=teacher, now=clock.now())
    assert asked is not None
    withdraw_role(account=teacher, role=Role.TEACHER, scope=RUN.scope)
    with pytest.raises(NotAllowed):
        team.answer_invitation(number=asked.pk, account=helper, accepts=True, place=RUN, now=clock.now())
    assert not RoleGrant.objects.filter(account=helper).exists()
