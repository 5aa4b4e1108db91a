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


OWN_GROUP = Place("cohort:7", Subject.of_cohort(7, organisation="Ingenia", run_key="Other+RES101+2026"))
OTHERS_GROUP = Place("cohort:8", Subject.of_cohort(8, organisation="Other", run_key="Ingenia+RES101+2026"))
NO_ONES_GROUP = Place("cohort:9", Subject.of_cohort(9, run_key="Ingenia+RES101+2026"))
ORGANISATION = Place("org:Ingenia", Subject.of_organisation("Ingenia"))
PRIVATE = Place(
    "run:Other+RES101+spoc", Subject(Subject.of_run_key("Other+RES101+spoc").scopes | {"org:Ingenia"}, owner="Ingenia")
)


@pytest.mark.django_db
@pytest.mark.parametrize("place", [OWN_GROUP, PRIVATE])
@pytest.mark.parametrize("given", [Role.TEACHER, Role.TUTOR])
def test_a_programme_manager_names_others_to_teach_what_is_their_organisations_own(place: Place, given: Role) -> None:
    manager, person = holder(Role.PROGRAMME_MANAGER, "org:Ingenia"), make_account()
    assert not acts_of(given) <= acts_of(Role.PROGRAMME_MANAGER)
    for _click in range(2):
        team.give_role(account=person, role=given, place=place, by=manager, now=clock.now())
    assert RoleGrant.objects.get(account=person).scope == place.scope
    for refused in (team.give_role, team.invite):
        with pytest.raises(NotAllowed):
            refused(account=manager, role=given, place=place, by=manager, now=clock.now())
    for _click in range(2):
        team.take_role(account=person, role=given, place=place, by=manager, now=clock.now())
    assert not RoleGrant.objects.filter(account=person).exists()
    assert list(StaffAct.objects.order_by("pk").values_list("about", "place")) == [
        (f"gave {given}", place.scope),
        (f"took {given}", place.scope),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("place", [OTHERS_GROUP, NO_ONES_GROUP, ORGANISATION, RUN, SITE])
def test_a_programme_manager_names_nobody_anywhere_else(place: Place) -> None:
    manager, person = holder(Role.PROGRAMME_MANAGER, "org:Ingenia"), make_account()
    for role in (Role.TEACHER, Role.TUTOR):
        assert not may_give(manager, role, place.subject)
        for refused in (team.give_role, team.invite, team.take_role):
            with pytest.raises(NotAllowed):
                refused(account=person, role=role, place=place, by=manager, now=clock.now())


@pytest.mark.django_db
def test_a_programme_manager_names_to_no_other_role_and_no_other_role_names() -> None:
    manager = holder(Role.PROGRAMME_MANAGER, "org:Ingenia")
    for place in (OWN_GROUP, PRIVATE):
        given = {role for role in Role if may_give(manager, role, place.subject)}
        assert given == {Role.TEACHER, Role.TUTOR, Role.PROGRAMME_MANAGER}
    for role in (Role.TUTOR, Role.AUTHOR, Role.SUPPORT, Role.COMMUNITY_ASSISTANT):
        account = holder(role, "org:Ingenia")
        assert not any(may_give(account, given, OWN_GROUP.subject) for given in Role), role
    only_here = holder(Role.PROGRAMME_MANAGER, OWN_GROUP.scope)
    assert not may_give(only_here, Role.TEACHER, OWN_GROUP.subject)


@pytest.mark.django_db
def test_who_holds_the_role_gives_it_as_ever_also_to_themselves_elsewhere() -> None:
    teacher = holder(Role.TEACHER, "org:Ingenia")
    grant_role(account=teacher, role=Role.PROGRAMME_MANAGER, scope="org:Ingenia", granted_by=None, now=clock.now())
    team.give_role(account=teacher, role=Role.TEACHER, place=OWN_GROUP, by=teacher, now=clock.now())
    assert RoleGrant.objects.filter(account=teacher, scope=OWN_GROUP.scope).exists()
