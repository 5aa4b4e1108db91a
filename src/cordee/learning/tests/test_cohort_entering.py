"""Who comes into a cohort: by a letter's link, by a code, by a rule; and who does not?"""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from cordee.core import clock
from cordee.core.errors import InputRefused, NotAllowed, NotFound
from cordee.courses.models import Run
from cordee.courses.tests.make import NOW, small_run
from cordee.jobs.inviting import GOOD_FOR, InvitationExpired, Invited, own_address, read_invitation
from cordee.jobs.models import Letter
from cordee.jobs.sending_letters import mail_of
from cordee.learning.cohorts.filling import add_people
from cordee.learning.cohorts.inviting import PAUSE, accept, invitation_from, invite_again
from cordee.learning.cohorts.joining import NoSeatLeft, close_code, join, make_code
from cordee.learning.cohorts.making import leave_cohort, remove_member
from cordee.learning.cohorts.queries import code_found
from cordee.learning.cohorts.reading import Line
from cordee.learning.cohorts.ruling import apply_all, apply_rule
from cordee.learning.enrolling import enrol
from cordee.learning.models import Cohort, CohortMember, Enrolment, JoiningCode
from cordee.learning.tests.cohorts import letters_written, make_cohort, make_member, make_organisation, private_run_of
from cordee.people.models import Account, SignIn
from cordee.people.tests.make import PASSWORD, make_account, signed_in_client

LATER = NOW + dt.timedelta(days=30)


def invited(cohort: Cohort, address: str = "awa@x.example", *, now: dt.datetime | None = None) -> str:
    """The path of the link in the letter that writing somebody into the cohort sent."""
    now = now or clock.now()
    add_people(cohort=cohort, lines=[Line(2, address, "Awa Diallo")], way="csv", by=None, now=now)
    letters_written()
    return link_of(Letter.objects.select_related("message").get(address=address))


def link_of(letter: Letter) -> str:
    body = str(mail_of(letter).body)
    found = re.search(r"https?://[^/]+(/invitations/\S+)", body)
    assert found, body
    return found[1]


def code_of(cohort: Cohort, seats: int = 2) -> JoiningCode:
    made = make_code(cohort=cohort, seats=seats, expires_at=LATER, by=make_account(), now=NOW)
    return code_found(made.code)


@pytest.mark.django_db
def test_the_link_of_the_letter_gives_a_password_a_place_and_a_sign_in(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    link = invited(cohort)
    client = Client()
    assert client.get(link).status_code == 200
    assert not Account.objects.get().has_usable_password()  # to open it changes nothing
    answer = client.post(link, {"name": "Awa Diallo-Koné", "password": PASSWORD, "year": "1990"})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    account = Account.objects.get()
    assert account.check_password(PASSWORD)
    member = CohortMember.objects.get()
    assert (member.name, member.accepted_at is None) == ("Awa Diallo-Koné", False)


@pytest.mark.django_db
def test_the_link_gives_a_password_once(tmp_path: Path) -> None:
    link = invited(make_cohort(run=small_run(tmp_path)))
    Client().post(link, {"name": "Awa", "password": PASSWORD, "year": "1990"})
    thief = Client()
    page = thief.get(link)
    assert 'name="password"' not in page.content.decode()
    answer = thief.post(link, {"name": "Eve", "password": "another password of hers"})
    assert answer.status_code == 403
    assert Account.objects.get().check_password(PASSWORD)
    assert SignIn.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["", "short", "password", "awa@x.example"])
def test_a_password_that_is_none_is_refused_and_nothing_is_accepted(tmp_path: Path, password: str) -> None:
    link = invited(make_cohort(run=small_run(tmp_path)))
    assert Client().post(link, {"name": "Awa", "password": password}).status_code == 400
    assert not Account.objects.get().has_usable_password()
    assert CohortMember.objects.get().accepted_at is None


@pytest.mark.attack(21)
@pytest.mark.django_db
def test_a_link_that_is_too_old_or_not_whole_opens_nothing(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    link = invited(cohort)
    account = Account.objects.get()
    letter = Letter.objects.get()
    old = Invited(account.pseudonym, letter.key, letter.address, clock.now() - GOOD_FOR - dt.timedelta(seconds=1))
    stale = own_address(old).partition("/invitations/")[2]
    with pytest.raises(InvitationExpired):
        read_invitation(stale, now=clock.now())
    assert Client().post(f"/invitations/{stale}", {"name": "Awa", "password": PASSWORD}).status_code == 410
    for wrong in (link[:-1], link + "x", "/invitations/x", "/invitations/" + "A" * 300):
        assert Client().get(wrong).status_code == 404
    assert not Account.objects.get().has_usable_password()


@pytest.mark.attack(21)
@pytest.mark.django_db
def test_a_link_is_good_for_the_address_it_was_sent_to_alone(tmp_path: Path) -> None:
    link = invited(make_cohort(run=small_run(tmp_path)))
    Account.objects.update(email="new@x.example", email_key="new@x.example")
    assert Client().get(link).status_code == 404


@pytest.mark.attack(21)
@pytest.mark.django_db
def test_an_invitation_of_another_is_not_accepted(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    owner = make_account(email="awa@x.example", password=PASSWORD)
    link = invited(make_cohort(run=run))
    stranger = signed_in_client(make_account())
    assert "another account" in stranger.get(link).content.decode()
    assert stranger.post(link).status_code == 403
    assert Client().post(link).status_code == 403
    assert not Enrolment.objects.exists()
    mine = signed_in_client(owner)
    for _click in range(2):
        assert mine.post(link).status_code == 302
    assert Enrolment.objects.get().account == owner
    assert CohortMember.objects.get().accepted_at is not None


@pytest.mark.django_db
def test_a_link_of_another_letter_is_no_invitation(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    invited(cohort)
    account = Account.objects.get()
    for key in (f"pilot {cohort.pk} x", "invitation", "invitation x", f"invitation {cohort.pk + 1} x"):
        with pytest.raises(NotFound):
            invitation_from(Invited(account.pseudonym, key, account.email, clock.now()))


@pytest.mark.django_db
def test_who_was_taken_out_or_disabled_cannot_accept_any_more(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    link = invited(cohort)
    Account.objects.update(is_active=False)
    assert Client().get(link).status_code == 404
    Account.objects.update(is_active=True)
    remove_member(cohort=cohort, member=CohortMember.objects.get().pk, by=make_account(), now=NOW)
    assert Client().get(link).status_code == 404


@pytest.mark.attack(21)
@pytest.mark.django_db
def test_nothing_is_accepted_once_enrolment_is_closed(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    make_account(email="awa@x.example", password=PASSWORD)
    invited(make_cohort(run=run))
    Run.objects.update(enrolment_closes_at=NOW)
    member = CohortMember.objects.select_related("account").get()
    found = invitation_from(Invited(member.account.pseudonym, Letter.objects.get().key, member.address, NOW))
    with pytest.raises(NotAllowed):
        accept(invitation=found, now=NOW)
    assert CohortMember.objects.get().accepted_at is None


@pytest.mark.django_db
def test_who_has_not_answered_is_written_to_again_once_a_day() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    add_people(cohort=cohort, lines=[Line(2, "a@x.example", "Awa")], way="csv", by=None, now=NOW)
    make_member(cohort)
    teacher = make_account()
    assert letters_written() == 1
    now = clock.now()
    assert invite_again(cohort=cohort, by=teacher, now=now + dt.timedelta(hours=1)) == 0
    later = now + PAUSE + dt.timedelta(minutes=1)
    assert [invite_again(cohort=cohort, by=teacher, now=later) for _click in range(2)] == [1, 0]
    assert letters_written() == 2


@pytest.mark.attack(21)
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_for_the_last_seats_give_exactly_as_many(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    code = code_of(cohort, seats=7)
    people = [make_account() for _number in range(50)]

    def ask(account: Account) -> bool:
        try:
            join(code=code, account=account, now=NOW)
        except NoSeatLeft:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        entered = list(pool.map(ask, people))
    assert sum(entered) == 7
    assert JoiningCode.objects.get().taken == 7
    assert CohortMember.objects.count() == Enrolment.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_one_person_who_clicks_ten_times_takes_one_seat(tmp_path: Path) -> None:
    code = code_of(make_cohort(run=small_run(tmp_path)), seats=5)
    account = make_account()

    def ask(_number: int) -> int:
        try:
            return join(code=code, account=account, now=NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(ask, range(10)))) == 1
    assert JoiningCode.objects.get().taken == 1


@pytest.mark.attack(21)
@pytest.mark.django_db
def test_a_code_that_is_over_or_closed_lets_nobody_in() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    code = code_of(cohort)
    with pytest.raises(NoSeatLeft):
        join(code=code, account=make_account(), now=LATER + dt.timedelta(seconds=1))
    close_code(cohort=cohort, number=code.pk, by=make_account(), now=NOW)
    with pytest.raises(NoSeatLeft):
        join(code=code, account=make_account(), now=NOW)
    assert not CohortMember.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("seats", "days"), [(0, 1), (-1, 1), (100_001, 1), (5, 0), (5, -1), (5, 400)])
def test_a_code_without_seats_or_days_is_refused(seats: int, days: int) -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    with pytest.raises(InputRefused):
        make_code(cohort=cohort, seats=seats, expires_at=NOW + dt.timedelta(days=days), by=make_account(), now=NOW)


@pytest.mark.django_db
def test_the_page_of_a_code_says_what_is_seen_and_lets_in(tmp_path: Path) -> None:
    cohort = make_cohort("Promo 2027", organisation=make_organisation("Alpine"), run=small_run(tmp_path))
    code = make_code(cohort=cohort, seats=1, expires_at=LATER, by=make_account(), now=NOW)
    client = signed_in_client(make_account())
    page = client.get(f"/join/{code.code.lower()}").content.decode()
    assert "Promo 2027" in page
    assert "your grades" in page
    assert not CohortMember.objects.exists()
    assert client.post("/join", {"code": code.code, "act": "join"}).status_code == 302
    assert CohortMember.objects.get().accepted_at
    late = signed_in_client(make_account()).post("/join", {"code": code.code, "act": "join"})
    assert late.status_code == 409
    assert client.get("/join?code=nonsense").status_code == 400
    stranger = Client()
    assert stranger.get(f"/join/{code.code}").status_code == 409
    assert stranger.get("/join").status_code == 302
    assert stranger.post(f"/join/{code.code}", {"act": "join"}).status_code == 302


@pytest.mark.django_db
def test_a_rule_by_domain_invites_and_lets_nobody_in_by_a_typed_address(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    make_cohort(organisation=make_organisation("Alpine"), run=run, rule="domain", domain="@Alpine.Example")
    mine = make_account(email="a@alpine.example", password=PASSWORD)
    for other in ("b@notalpine.example", "c@alpine.example.org", "alpine.example@x.example"):
        make_account(email=other)
    assert apply_all(now=NOW) == 1
    assert apply_all(now=NOW) == 0
    member = CohortMember.objects.get()
    assert (member.account, member.accepted_at) == (mine, None)
    assert not Enrolment.objects.exists()
    assert letters_written() == 1
    assert Letter.objects.get().address == "a@alpine.example"


@pytest.mark.django_db
def test_a_rule_by_organisation_takes_those_who_have_accepted_in_another_group(tmp_path: Path) -> None:
    school, other = make_organisation("Alpine"), make_organisation("Other")
    first = make_cohort("All", organisation=school)
    agreed = make_member(first, site="Brest")
    make_member(first, accepted=False)
    make_member(make_cohort("Theirs", organisation=other))
    cohort = make_cohort("In the session", organisation=school, run=small_run(tmp_path), rule="organisation")
    assert apply_rule(cohort=cohort, by=None, now=NOW).added == 1
    member = CohortMember.objects.get(cohort=cohort)
    assert (member.account, member.site, member.accepted_at) == (agreed.account, "Brest", NOW)
    assert Enrolment.objects.get().cohort == cohort
    remove_member(cohort=cohort, member=member.pk, by=make_account(), now=NOW)
    assert apply_rule(cohort=cohort, by=None, now=NOW).added == 0


@pytest.mark.django_db
@pytest.mark.parametrize("domain", ["", "x", "a b.c", "@@x.y", "x.y@z"])
def test_a_domain_that_is_none_is_refused(domain: str) -> None:
    with pytest.raises(InputRefused):
        make_cohort(organisation=make_organisation("Alpine"), rule="domain", domain=domain)


@pytest.mark.django_db
def test_who_leaves_a_group_is_seen_no_more_and_keeps_their_place(tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    member = make_member(cohort)
    for _click in range(2):
        leave_cohort(cohort=cohort, account=member.account, now=NOW)
    gone = CohortMember.objects.get()
    assert (gone.left_at, gone.accepted_at) == (NOW, None)
    place = Enrolment.objects.get()
    assert (place.cohort, place.left_at) == (None, None)


@pytest.mark.django_db
def test_another_persons_group_is_not_left_by_its_number() -> None:
    cohort = make_cohort(organisation=make_organisation("Alpine"))
    make_member(cohort)
    assert signed_in_client(make_account()).post(f"/groups/{cohort.pk}/leave").status_code == 302
    assert CohortMember.objects.get().left_at is None


# Private runs


@pytest.mark.django_db
def test_a_private_run_is_nowhere_to_be_found_and_answers_like_one_that_is_not_there(tmp_path: Path) -> None:
    public = small_run(tmp_path)
    run = private_run_of(make_organisation("Rivoire"), public)
    absent = f"{public.course.key}+absent"
    for page in ("/en/", f"/en/courses/{public.course.key}/", "/fr/organisations/Rivoire/"):
        assert run.key not in Client().get(page).content.decode()
    for client in (Client(), signed_in_client(make_account())):
        for path in (
            "",
            "progress",
            "resume",
            "units/u1",
            "attestation",
            "import-report",
            "media-hosts",
            "enrol",
            "leave",
        ):
            for method in ("get", "post"):
                found = [getattr(client, method)(f"/runs/{key}/{path}") for key in (run.key, absent)]
                there, not_there = (
                    (answer.status_code, answer.content.decode().replace(key, "KEY"))
                    for answer, key in zip(found, (run.key, absent), strict=True)
                )
                assert there[0] == not_there[0] != 200, (path, method)
                words = [re.sub(r"csrf\w*\W+value=\W\w+|nonce\W+\w+", "", text[1]) for text in (there, not_there)]
                assert words[0] == words[1], (path, method)
    with pytest.raises(NotFound):
        enrol(account=make_account(), run=run, now=NOW)
    assert not Enrolment.objects.exists()


@pytest.mark.django_db
def test_a_member_of_its_group_learns_in_a_private_run_with_its_own_mark(tmp_path: Path) -> None:
    company = make_organisation("Rivoire", shown_name="Rivoire Academy", colour="#0b4f4a", ink="#ffffff")
    run = private_run_of(company, small_run(tmp_path), opens_at=NOW - dt.timedelta(days=9), pass_mark=0.9)
    cohort = make_cohort(organisation=company, run=run)
    member = make_member(cohort)
    client = signed_in_client(member.account)
    words = client.get(f"/runs/{run.key}/").content.decode()
    assert "Rivoire Academy" in words  # its own name on its own session
    assert "/organisations/Rivoire/colours.css" in words
    assert Run.objects.get(pk=run.pk).pass_mark == 0.9
    remove_member(cohort=cohort, member=member.pk, by=make_account(), now=NOW)
    assert client.get(f"/runs/{run.key}/").status_code == 404
    assert client.post(f"/runs/{run.key}/enrol").status_code == 404


@pytest.mark.django_db
def test_another_organisation_makes_no_group_in_a_private_run(tmp_path: Path) -> None:
    run = private_run_of(make_organisation("Rivoire"), small_run(tmp_path))
    with pytest.raises(NotFound):
        make_cohort(organisation=make_organisation("Other"), run=run)
    with pytest.raises(NotFound):
        make_cohort(run=run)


@pytest.mark.django_db
def test_a_link_with_a_code_says_who_invites_before_one_signs_in_and_leads_back(tmp_path: Path) -> None:
    cohort = make_cohort("Class A", organisation=make_organisation("Alpine"), run=small_run(tmp_path))
    code = make_code(cohort=cohort, seats=1, expires_at=LATER, by=make_account(), now=NOW)
    page = Client().get(f"/join/{code.code}").content.decode()
    for words in ("Class A", "Alpine", f"next=%2Fjoin%2F{code.code}"):
        assert words in page
    assert "Join the group</button>" not in page
    first = make_account()
    join(code=code, account=first, now=NOW)
    assert "nobody in any more" in signed_in_client(make_account()).get(f"/join/{code.code}").content.decode()
    assert "nobody in any more" not in signed_in_client(first).get(f"/join/{code.code}").content.decode()
