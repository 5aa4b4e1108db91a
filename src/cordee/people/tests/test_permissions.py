"""Who may do what, and can a view forget to ask?"""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.core.errors import InputRefused, NotAllowed
from cordee.people import urls
from cordee.people.granting import grant_role, withdraw_role
from cordee.people.models import Account, Role, RoleGrant
from cordee.people.permissions import (
    ANYONE,
    ENROLLED,
    OWNER,
    SIGNED_IN,
    STANDINGS,
    TABLE,
    PermissionNotAsked,
    SignInRequired,
    Subject,
    act,
    act_of,
    may,
    require,
)
from cordee.people.sessions import cookie_name, write_claim
from cordee.people.tests.make import make_account, make_session

pytestmark = pytest.mark.django_db
RUN = Subject.of_run("cable-1", "ingenia", "CP101")


def grant(account: Account, role: Role, scope: str) -> None:
    grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())


def request_of(account: Account | None) -> HttpRequest:
    request = RequestFactory().get("/")
    if account is not None:
        request.COOKIES[cookie_name()] = write_claim(make_session(account))
    return request


def test_every_cell_of_the_table_is_a_role_or_a_word_we_know() -> None:
    assert set().union(*TABLE.values()) <= {*Role.values, ANYONE, SIGNED_IN, *STANDINGS}
    assert all(TABLE.values())


@pytest.mark.parametrize("scope", ["", "org:ingenia", "course:ingenia+CP101", "run:cable-1"])
def test_a_role_holds_in_its_scope_and_in_what_it_contains(scope: str) -> None:
    teacher = make_account()
    grant(teacher, Role.TEACHER, scope)
    assert may(teacher, "run.results", RUN)


@pytest.mark.parametrize("scope", ["org:other", "course:ingenia+CP102", "course:other+CP101", "run:cable-2"])
def test_a_role_holds_nowhere_else(scope: str) -> None:
    teacher = make_account()
    grant(teacher, Role.TEACHER, scope)
    assert not may(teacher, "run.results", RUN)
    assert not may(teacher, "role.grant")


def test_a_role_on_a_run_says_nothing_of_the_course() -> None:
    author = make_account()
    grant(author, Role.AUTHOR, "run:cable-1")
    assert not may(author, "course.import_report", Subject.of_course("ingenia", "CP101"))


def test_one_role_is_not_another() -> None:
    author = make_account()
    grant(author, Role.AUTHOR, "")
    assert may(author, "course.import", Subject.of_course("ingenia", "CP101"))
    assert not may(author, "run.results", RUN)


def test_the_enrolled_learn_and_others_do_not(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    learner = make_account()
    enrolled = Subject.of_run("cable-1", "ingenia", "CP101", standing={ENROLLED})
    with django_assert_num_queries(0):
        assert may(learner, "run.learn", enrolled)
    assert not may(learner, "run.learn", RUN)
    assert not may(learner, "run.results", enrolled)
    assert not may(learner, "course.unknown_details", enrolled)


@pytest.mark.parametrize("read", ["run.learn", "course.preview", "course.unknown_details", "course.import_report"])
def test_the_operator_may_look_at_every_run(read: str) -> None:
    operator = make_account()
    assert not may(operator, read, RUN)
    operator = make_account()
    grant(operator, Role.OPERATOR, "")
    assert may(operator, read, RUN)
    assert not may(operator, "run.submit", RUN)
    assert not may(operator, "run.results", RUN)


def test_ones_own_things_are_open_to_oneself() -> None:
    assert may(make_account(), "award.read", Subject.own())
    assert not may(make_account(), "award.read", RUN)
    assert OWNER in Subject.own().standing


def test_a_withdrawn_role_is_gone_at_the_next_request() -> None:
    teacher = make_account()
    grant(teacher, Role.TEACHER, "run:cable-1")
    require(request_of(teacher), "run.results", RUN)
    withdraw_role(account=teacher, role=Role.TEACHER, scope="run:cable-1")
    with pytest.raises(NotAllowed):
        require(request_of(teacher), "run.results", RUN)


def test_granting_twice_is_granting_once() -> None:
    teacher = make_account()
    grant(teacher, Role.TEACHER, "run:cable-1")
    grant(teacher, Role.TEACHER, "run:cable-1")
    assert RoleGrant.objects.filter(account=teacher).count() == 1


@pytest.mark.parametrize("scope", ["run:", "cable-1", "org:a b", "course:CP101", "RUN:cable-1", " ", "run:x\n"])
def test_a_scope_of_another_form_is_refused(scope: str) -> None:
    with pytest.raises(InputRefused):
        grant(make_account(), Role.TEACHER, scope)


def test_a_stranger_and_a_disabled_account_may_only_what_anyone_may() -> None:
    disabled = make_account()
    disabled.is_active = False
    for account in (None, disabled):
        assert may(account, "site.read")
        assert not may(account, "run.enrol")
        assert not may(account, "run.learn", Subject.of_run("r", "o", "n", standing={ENROLLED}))


def test_an_act_or_standing_that_does_not_exist_is_a_mistake_not_a_permission() -> None:
    with pytest.raises(KeyError):
        may(make_account(), "run.everything", RUN)
    with pytest.raises(KeyError):
        act("run.everything")
    with pytest.raises(ValueError, match="standing"):
        Subject.of_run("r", "o", "n", standing={"teacher"})


def test_a_stranger_is_asked_to_sign_in_before_the_view_runs() -> None:
    @act("run.learn")
    def view(request: HttpRequest) -> HttpResponseBase:
        raise AssertionError("the view ran")

    with pytest.raises(SignInRequired):
        view(request_of(None))


def test_an_ended_session_is_asked_to_sign_in() -> None:
    account = make_account()
    request = request_of(account)
    account.sign_ins.update(ended_at=clock.now())
    with pytest.raises(SignInRequired):
        require(request, "account.own")


def test_a_view_that_forgets_to_ask_does_not_answer() -> None:
    @act("run.learn")
    def view(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse("the secret")

    with pytest.raises(PermissionNotAsked):
        view(request_of(make_account()))


def test_asking_for_another_act_is_not_asking() -> None:
    @act("run.results")
    def view(request: HttpRequest) -> HttpResponseBase:
        require(request, "run.enrol")
        return HttpResponse("the secret")

    with pytest.raises(PermissionNotAsked):
        view(request_of(make_account()))


def test_a_view_names_its_act_and_answers_once_it_has_asked() -> None:
    @act("run.learn")
    def view(request: HttpRequest) -> HttpResponseBase:
        require(request, "run.learn", Subject.of_run("r", "o", "n", standing={ENROLLED}))
        return HttpResponse("the unit")

    assert act_of(view) == "run.learn"
    assert view(request_of(make_account())).status_code == 200


def test_acts_for_anyone_and_for_whoever_is_signed_in_are_asked_by_the_decorator() -> None:
    @act("site.read")
    def public(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse()

    @act("run.enrol")
    def private(request: HttpRequest) -> HttpResponseBase:
        return HttpResponse()

    assert public(request_of(None)).status_code == 200
    assert private(request_of(make_account())).status_code == 200
    with pytest.raises(SignInRequired):
        private(request_of(None))


def test_every_page_of_this_room_names_its_act() -> None:
    assert {pattern.name: act_of(pattern.callback) for pattern in urls.urlpatterns} == {
        "sign-in": "site.read",
        "sign-out": "site.read",
        "account": "account.own",
        "change-letters": "account.own",
        "change-password": "account.own",
        "end-other-sessions": "account.own",
        "end-session": "account.own",
        "sign-up": "account.join",
        "open-account": "account.join",
        "forgot-password": "account.join",
        "letter-sent": "account.join",
        "choose-password": "account.join",
        "confirm-address": "account.join",
        "new-address": "account.join",
        "take-back": "account.join",
        "change-address": "account.own",
        "ask-to-confirm": "account.own",
        "sign-in-code": "account.prove",
        "second-factor": "account.second_factor",
        "second-factor-on": "account.second_factor",
        "second-factor-codes": "account.second_factor",
        "second-factor-off": "account.second_factor",
        "about-me": "account.about_me",
        "agreement": "account.agreement",
        "agree": "account.agree",
        "agreement-answered": "account.agree",
    }


def test_the_key_of_a_run_tells_its_course_and_its_organisation() -> None:
    subject = Subject.of_run_key("Ingenia+RES101+2026", standing={ENROLLED})
    assert subject == Subject.of_run("Ingenia+RES101+2026", "Ingenia", "RES101", standing={ENROLLED})
    assert subject.scopes == {"", "org:Ingenia", "course:Ingenia+RES101", "run:Ingenia+RES101+2026"}


@pytest.mark.parametrize("key", ["", "+", "++", "Ingenia", "Ingenia+", "org:x++"])
def test_a_key_that_is_none_opens_nothing_but_what_the_site_holds(key: str) -> None:
    scopes = Subject.of_run_key(key).scopes
    assert not scopes & {"org:Ingenia+RES101", "course:Ingenia+RES101", "run:Ingenia+RES101+2026"}
    assert "" in scopes
