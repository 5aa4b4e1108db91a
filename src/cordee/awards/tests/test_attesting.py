"""Who gets an attestation, how many, and what is frozen in it?"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from cordee.awards.attesting import (
    MOST_PER_ENROLMENT,
    NotPassed,
    TooManyAttestations,
    Withdrawn,
    issue_attestation,
    revoke_attestation,
)
from cordee.awards.models import Attestation
from cordee.awards.pdf import CannotPrint, attestation_pdf, print_attestation
from cordee.awards.queries import attestation_by_code, attestations_of
from cordee.awards.tests.make import NOW, OUTLINE, make_enrolment, make_run, unsaved
from cordee.core.codes import read_code
from cordee.core.errors import InputRefused
from cordee.courses.models import Run
from cordee.learning.models import Enrolment, Event
from cordee.learning.tests.cohorts import make_organisation
from cordee.people.confirming import NotConfirmed
from cordee.people.models import Account
from cordee.people.names import NameRefused
from cordee.people.tests.letters import without_letters
from cordee.people.tests.make import make_account, signed_in_client

LATER = NOW + dt.timedelta(days=3)
pytestmark = pytest.mark.django_db


def set_grade(enrolment: Enrolment, grade: float) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(grade=grade, graded_at=LATER)


def test_who_passed_gets_an_attestation_that_says_how() -> None:
    enrolment = make_enrolment(grade=0.86)
    given = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    kept = Attestation.objects.get()
    assert kept.pk == given.pk
    assert read_code(kept.code) == kept.code
    assert (kept.name, kept.grade, kept.pass_mark, kept.language) == ("Awa Diallo", 0.86, 0.6, "fr")
    assert (kept.course_title, kept.organisation) == (OUTLINE.titles["fr"], OUTLINE.organisation_name)
    assert (kept.opens_on, kept.closes_on) == (dt.date(2026, 6, 1), dt.date(2026, 6, 28))
    assert kept.issued_on == dt.date(2026, 7, 2)
    assert kept.effort_h == pytest.approx(10.0)
    assert [module["title"] for module in kept.modules][:2] == ["Mesurer", "Choisir"]


def test_where_a_course_names_no_organisation_it_bears_the_name_that_the_site_gives_to_its_code() -> None:
    nameless = replace(OUTLINE, organisation_name="")
    first = issue_attestation(enrolment=make_enrolment(run=make_run(nameless)), name="Awa Diallo", now=NOW)
    make_organisation("Ingenia", name_fr="Alliance Ingénia")
    then = issue_attestation(enrolment=make_enrolment(run=make_run(nameless)), name="Awa Diallo", now=NOW)
    assert (first.organisation, then.organisation) == ("Ingenia", "Alliance Ingénia")


def test_an_attestation_waits_for_a_confirmed_address_where_letters_leave() -> None:
    enrolment = make_enrolment()
    Account.objects.filter(pk=enrolment.account_id).update(confirmed_at=None)
    with pytest.raises(NotConfirmed):
        issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    browser = signed_in_client(Account.objects.get())
    page = browser.get(f"/runs/{enrolment.run.key}/attestation")
    assert page.status_code == 409
    assert "Confirmez d’abord votre adresse" in page.content.decode()
    assert b'href="/account"' in page.content
    with without_letters():  # nobody could confirm there
        assert issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW).is_live
    assert browser.get(f"/runs/{enrolment.run.key}/attestation").status_code == 200  # once earned, it stays


def test_a_grade_equal_to_the_pass_mark_passes_and_one_below_does_not() -> None:
    run = make_run(pass_mark=0.6)
    issue_attestation(enrolment=make_enrolment(run=run, grade=0.6), name="Awa Diallo", now=NOW)
    with pytest.raises(NotPassed):
        issue_attestation(enrolment=make_enrolment(run=run, grade=0.59), name="Awa Diallo", now=NOW)
    assert Attestation.objects.count() == 1


def test_nobody_passes_without_having_been_graded() -> None:
    with pytest.raises(NotPassed):
        issue_attestation(enrolment=make_enrolment(run=make_run(pass_mark=0.0), grade=0.0), name="Awa", now=NOW)


def test_the_grade_is_read_from_the_database_and_not_from_the_caller() -> None:
    enrolment = make_enrolment(grade=0.3)
    enrolment.grade = 1.0
    with pytest.raises(NotPassed):
        issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)


@pytest.mark.parametrize("name", ["", "   ", "A\u202eB", "A\u0000B", "x" * 121, "{{7*7}}", "\ud800"])
def test_a_name_that_is_missing_or_hides_something_is_not_printed(name: str) -> None:
    with pytest.raises(NameRefused):
        issue_attestation(enrolment=make_enrolment(), name=name, now=NOW)
    assert not Attestation.objects.exists()


def test_a_name_is_kept_in_nfc() -> None:
    given = issue_attestation(enrolment=make_enrolment(), name="Zoe\u0308  Ze\u0301nith", now=NOW)
    assert given.name == "Zo\u00eb Z\u00e9nith"


@pytest.mark.parametrize("name", ["王小明", "محمد علي", "Ana 😀"])
def test_letters_without_a_font_are_explained_and_nothing_is_kept(name: str) -> None:
    with pytest.raises(CannotPrint, match="font pack") as refused:
        issue_attestation(enrolment=make_enrolment(), name=name, now=NOW)
    assert str(refused.value.values["letters"]).split()[0] in name
    assert not Attestation.objects.exists()


def test_asking_twice_gives_the_same_attestation() -> None:
    enrolment = make_enrolment()
    first = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    again = issue_attestation(enrolment=enrolment, name=" Awa  Diallo ", now=LATER)
    assert (again.pk, again.code, again.issued_at) == (first.pk, first.code, first.issued_at)
    assert Event.objects.filter(verb="attestation_issued").count() == 1


def test_another_name_supersedes_and_keeps_the_grade() -> None:
    enrolment = make_enrolment(grade=0.86)
    first = issue_attestation(enrolment=enrolment, name="Awa Dialo", now=NOW)
    set_grade(enrolment, 0.4)  # the teacher regraded: what was earned then stays
    second = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=LATER)
    first.refresh_from_db()
    assert (second.supersedes_id, first.superseded_at) == (first.pk, LATER)
    assert (second.name, second.grade, second.issued_at) == ("Awa Diallo", 0.86, LATER)
    assert second.code != first.code
    assert first.name == "Awa Dialo"


def test_a_better_grade_supersedes_and_a_lower_one_changes_nothing() -> None:
    enrolment = make_enrolment(grade=0.86)
    first = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    set_grade(enrolment, 0.7)
    assert issue_attestation(enrolment=enrolment, name="Awa Diallo", now=LATER).pk == first.pk
    set_grade(enrolment, 0.92)
    better = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=LATER)
    assert (better.grade, better.supersedes_id) == (0.92, first.pk)
    assert attestations_of(enrolment.account) == [better]


def test_a_correction_does_not_reach_into_what_was_printed() -> None:
    enrolment = make_enrolment()
    first = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    document = print_attestation(first)
    Run.objects.filter(pk=enrolment.run_id).update(pass_mark=0.9, closes_at=LATER, version=make_run().version)
    Account.objects.filter(pk=enrolment.account_id).update(name="Somebody Else", language="en")
    again = Attestation.objects.get(pk=first.pk)
    assert print_attestation(again) == document
    corrected = issue_attestation(enrolment=enrolment, name="Awa M. Diallo", now=LATER)
    assert (corrected.pass_mark, corrected.closes_on, corrected.language) == (0.6, dt.date(2026, 6, 28), "fr")


def test_corrections_come_to_an_end() -> None:
    enrolment = make_enrolment()
    for number in range(MOST_PER_ENROLMENT):
        issue_attestation(enrolment=enrolment, name=f"Awa {number}", now=NOW)
    with pytest.raises(TooManyAttestations):
        issue_attestation(enrolment=enrolment, name="Awa", now=NOW)
    assert issue_attestation(enrolment=enrolment, name=f"Awa {MOST_PER_ENROLMENT - 1}", now=NOW).is_live


def test_the_journal_tells_of_the_attestation_without_its_code_or_name() -> None:
    enrolment = make_enrolment()
    given = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    event = Event.objects.get(verb="attestation_issued")
    assert (event.actor, event.run, event.version, event.at) == (
        enrolment.account.pseudonym,
        enrolment.run.key,
        1,
        NOW,
    )
    assert event.data == {"grade": 0.86, "supersedes": False}
    assert given.code not in str(event.data)


def test_a_revoked_attestation_is_not_simply_asked_for_again() -> None:
    manager = make_account(name="Nadia Ferhat")
    for reason in ("conduct", "mistake"):
        enrolment = make_enrolment()
        given = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
        revoked = revoke_attestation(attestation=given, reason=reason, by=manager, now=LATER)
        assert (revoked.revoked_at, revoked.revoked_reason, revoked.revoked_by) == (LATER, reason, manager)
        with pytest.raises(Withdrawn):
            issue_attestation(enrolment=enrolment, name="Another Name", now=LATER)


def test_a_mistake_put_right_and_a_wish_leave_the_way_open() -> None:
    manager = make_account(name="Nadia Ferhat")
    enrolment = make_enrolment(grade=0.86)
    given = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    revoke_attestation(attestation=given, reason="mistake", by=manager, now=LATER)
    set_grade(enrolment, 0.66)
    corrected = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=LATER)
    assert (corrected.grade, corrected.supersedes) == (0.66, None)
    revoke_attestation(attestation=corrected, reason="request", by=manager, now=LATER)
    assert issue_attestation(enrolment=enrolment, name="Awa Diallo", now=LATER).is_live


def test_the_first_reason_stands_and_only_ours_are_taken() -> None:
    manager = make_account(name="Nadia Ferhat")
    given = issue_attestation(enrolment=make_enrolment(), name="Awa Diallo", now=NOW)
    with pytest.raises(InputRefused):
        revoke_attestation(attestation=given, reason="because", by=manager, now=NOW)
    revoke_attestation(attestation=given, reason="request", by=manager, now=NOW)
    revoke_attestation(attestation=given, reason="conduct", by=manager, now=LATER)
    assert Attestation.objects.get().revoked_reason == "request"
    assert Attestation.objects.get().revoked_at == NOW


def test_the_database_keeps_one_live_attestation_per_enrolment() -> None:
    enrolment = make_enrolment()
    unsaved(enrolment=enrolment).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        unsaved(enrolment=enrolment, code="0" * 17).save()


def test_the_database_refuses_a_grade_below_the_pass_mark() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        unsaved(enrolment=make_enrolment(), grade=0.59).save()


def test_an_attestation_outlives_the_erased_account() -> None:
    enrolment = make_enrolment()
    given = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    document = attestation_pdf(given)
    with pytest.raises(ProtectedError):
        enrolment.delete()  # never by accident
    Attestation.objects.filter(enrolment=enrolment).update(enrolment=None)  # what "keep" asks of erasure
    account = enrolment.account
    enrolment.delete()
    account.delete()
    found = attestation_by_code(given.printed_code)
    assert found is not None
    assert (found.name, found.is_live) == ("Awa Diallo", True)
    assert print_attestation(found) == document


def test_modules_that_the_learner_never_saw_are_not_counted() -> None:
    first, second, *rest = OUTLINE.modules
    hidden = replace(
        OUTLINE, modules=(first, replace(second, staff_only=True), replace(rest[0], audience=("B",)), rest[1])
    )
    given = issue_attestation(enrolment=make_enrolment(run=make_run(hidden)), name="Awa Diallo", now=NOW)
    assert [module["title"] for module in given.modules] == ["Mesurer", "Projet, relu par trois pairs"]
    assert given.modules[1]["practice_h"] == 2.5


def test_a_course_without_hours_says_so_and_a_course_in_another_language_keeps_its_title() -> None:
    finnish = replace(OUTLINE, titles={"fi": "Prosentit"}, language="fi", effort=(), modules=OUTLINE.modules[:1])
    given = issue_attestation(enrolment=make_enrolment(run=make_run(finnish)), name="Awa Diallo", now=NOW)
    assert (given.effort_h, given.course_title, given.course_language) == (None, "Prosentit", "fi")


def test_titles_longer_than_the_page_are_cut_and_still_fit() -> None:
    first = OUTLINE.modules[0]
    modules = tuple(
        replace(first, id=f"m{rank}", titles={"fr": "Un module au titre interminable " * 9}) for rank in range(9)
    )
    wordy = replace(
        OUTLINE,
        titles={"fr": "Un cours dont le titre\nne finit pas " * 40},
        organisation_name="École " * 80,
        modules=modules,
        effort=(),
    )
    name = ("Wilhelmina " * 11)[:120].strip()
    given = issue_attestation(enrolment=make_enrolment(run=make_run(wordy)), name=name, now=NOW)
    assert (len(given.course_title) <= 400, given.course_title[-1]) == (True, "…")
    assert given.course_title.startswith("Un cours dont le titre ne finit pas Un cours")
    assert all(len(module["title"]) <= 60 for module in given.modules)
    assert attestation_pdf(given).startswith(b"%PDF-")


@pytest.mark.django_db(transaction=True)
def test_fifty_requests_at_once_make_one_attestation() -> None:
    enrolment = make_enrolment()

    def ask(_number: int) -> str:
        try:
            return issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW).code
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        codes = set(pool.map(ask, range(50)))
    assert codes == {Attestation.objects.get().code}
    assert Event.objects.filter(verb="attestation_issued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_names_corrected_at_once_leave_one_chain() -> None:
    enrolment = make_enrolment()

    def ask(number: int) -> None:
        try:
            issue_attestation(enrolment=enrolment, name=f"Awa {number}", now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    kept = Attestation.objects.order_by("pk")
    assert [attestation.supersedes_id for attestation in kept] == [None, *(a.pk for a in list(kept)[:-1])]
    assert [attestation.is_live for attestation in kept] == [False] * 7 + [True]
