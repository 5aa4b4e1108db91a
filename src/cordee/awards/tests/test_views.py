"""What do the pages about attestations answer, and to whom?"""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from cordee.awards.attesting import issue_attestation, revoke_attestation
from cordee.awards.models import Attestation
from cordee.awards.tests.make import NOW, make_enrolment, make_run
from cordee.core.codes import CHECK_SYMBOLS, grouped
from cordee.learning.models import Enrolment
from cordee.people.tests.make import make_account, signed_in_client

LATER = NOW + dt.timedelta(days=3)
pytestmark = pytest.mark.django_db


def page_of(enrolment: Enrolment) -> str:
    return f"/runs/{enrolment.run.key}/attestation"


def visitor(language: str = "en") -> Client:
    return Client(headers={"accept-language": language})


def given(name: str = "Awa Diallo", grade: float = 0.86) -> Attestation:
    return issue_attestation(enrolment=make_enrolment(grade=grade), name=name, now=NOW)


# ---- The learner's own page -----------------------------------------------------------------------------------------


def test_below_the_pass_mark_the_page_says_what_is_missing() -> None:
    enrolment = make_enrolment(grade=0.54, account=make_account(language="en"))
    answer = signed_in_client(enrolment.account).get(page_of(enrolment))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "54 out of 100; you need 60." in html
    assert f"/runs/{enrolment.run.key}/progress" in html
    assert '<form class="form"' not in html


def test_who_passed_is_asked_to_confirm_the_name_of_the_account() -> None:
    enrolment = make_enrolment(account=make_account(name="Zoé Žáček"))
    answer = signed_in_client(enrolment.account).get(page_of(enrolment))
    html = answer.content.decode()
    assert 'value="Zoé Žáček"' in html
    assert "86 out of 100, the pass mark is 60" in html
    assert not Attestation.objects.exists()


def test_posting_the_name_issues_and_leads_to_the_attestation() -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    answer = client.post(page_of(enrolment), {"name": "Awa M. Diallo"})
    assert (answer.status_code, answer["Location"]) == (303, page_of(enrolment))
    html = client.get(page_of(enrolment)).content.decode()
    kept = Attestation.objects.get()
    assert "Awa M. Diallo" in html
    assert kept.printed_code in html
    assert f'href="{kept.verification_url}"' in html
    assert "Attestation de suivi avec succès" in html  # its own language: the account's
    assert 'lang="fr"' in html


@pytest.mark.attack(20)
def test_a_post_below_the_pass_mark_issues_nothing() -> None:
    enrolment = make_enrolment(grade=0.59)
    answer = signed_in_client(enrolment.account).post(page_of(enrolment), {"name": "Awa Diallo"})
    assert answer.status_code == 409
    assert not Attestation.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "The name is missing"), ("王小明", "cannot print yet: 王 小 明"), ("A\u202eB", "cannot be shown")],
)
def test_a_name_that_cannot_be_printed_is_explained_at_its_field(name: str, words: str) -> None:
    enrolment = make_enrolment(account=make_account(language="en"))
    answer = signed_in_client(enrolment.account).post(page_of(enrolment), {"name": name})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert words in html
    assert 'aria-invalid="true"' in html
    assert not Attestation.objects.exists()


def test_the_name_is_corrected_through_the_same_form() -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    client.post(page_of(enrolment), {"name": "Awa Dialo"})
    assert 'value="Awa Dialo"' in client.get(f"{page_of(enrolment)}?correct").content.decode()
    client.post(page_of(enrolment), {"name": "Awa Diallo"})
    html = client.get(page_of(enrolment)).content.decode()
    assert "Awa Diallo" in html
    assert "Awa Dialo<" not in html


def test_a_better_grade_offers_a_new_attestation() -> None:
    enrolment = make_enrolment(grade=0.7, account=make_account(language="en"))
    client = signed_in_client(enrolment.account)
    client.post(page_of(enrolment), {"name": "Awa Diallo"})
    assert "Your grade has risen since" not in client.get(page_of(enrolment)).content.decode()
    Enrolment.objects.filter(pk=enrolment.pk).update(grade=0.9)
    assert "It is now 90 out of 100." in client.get(page_of(enrolment)).content.decode()


def test_a_withdrawn_attestation_is_said_and_cannot_be_downloaded() -> None:
    enrolment = make_enrolment(account=make_account(language="en"))
    kept = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    revoke_attestation(attestation=kept, reason="conduct", by=make_account(name="Nadia Ferhat"), now=LATER)
    client = signed_in_client(enrolment.account)
    answer = client.get(page_of(enrolment))
    assert answer.status_code == 409
    assert "was withdrawn" in answer.content.decode()
    assert client.get(f"{page_of(enrolment)}.pdf").status_code == 404


def test_markup_in_a_name_stays_text() -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    client.post(page_of(enrolment), {"name": "<b>Awa</b> {{7*7}} %(x)s"})
    html = client.get(page_of(enrolment)).content.decode()
    assert "&lt;b&gt;Awa&lt;/b&gt; {{7*7}} %(x)s" in html
    public = visitor().get(f"/v/{Attestation.objects.get().code}").content.decode()
    assert "&lt;b&gt;Awa&lt;/b&gt; {{7*7}} %(x)s" in public


def test_what_was_earned_stays_after_leaving_the_run() -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    client.post(page_of(enrolment), {"name": "Awa Diallo"})
    Enrolment.objects.filter(pk=enrolment.pk).update(left_at=LATER)
    assert client.get(page_of(enrolment)).status_code == 200
    assert client.get(f"{page_of(enrolment)}.pdf").status_code == 200


# ---- The PDF --------------------------------------------------------------------------------------------------------


def test_the_pdf_is_private_and_named_after_the_run() -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    assert client.get(f"{page_of(enrolment)}.pdf").status_code == 404
    client.post(page_of(enrolment), {"name": "Awa Diallo"})
    answer = client.get(f"{page_of(enrolment)}.pdf")
    assert answer.content.startswith(b"%PDF-1.7")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    name = enrolment.run.key.replace("+", "-")
    assert answer["Content-Disposition"] == f'attachment; filename="attestation-{name}.pdf"'


@pytest.mark.attack(110)
@pytest.mark.parametrize("suffix", ["", "?x=.css", "?correct&x=/style.css", ".pdf?x=.css"])
def test_no_cache_keeps_a_learners_page_whatever_the_address_ends_in(suffix: str) -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    client.post(page_of(enrolment), {"name": "Awa Diallo"})
    answer = client.get(page_of(enrolment) + suffix)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("suffix", ["/x.css", ".css", "/", ".pdf/x.css"])
def test_a_page_under_a_false_name_is_not_found(suffix: str) -> None:
    enrolment = make_enrolment()
    client = signed_in_client(enrolment.account)
    client.post(page_of(enrolment), {"name": "Awa Diallo"})
    answer = client.get(page_of(enrolment) + suffix)
    assert answer.status_code == 404
    assert b"Awa Diallo</p>" not in answer.content


def test_nobody_reads_the_attestation_of_somebody_else() -> None:
    enrolment = make_enrolment()
    issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    other = make_enrolment(account=make_account(name="Other Person"))
    stranger = signed_in_client(other.account)
    for address in (page_of(enrolment), f"{page_of(enrolment)}.pdf"):
        assert stranger.get(address).status_code == 403
        answer = Client().get(address)
        assert answer.status_code in {302, 401}
        assert b"Awa Diallo" not in answer.content
    assert stranger.post(page_of(enrolment), {"name": "Other Person"}).status_code == 403
    assert stranger.get("/runs/No+Such+Run/attestation").status_code == 404


# ---- Verification ---------------------------------------------------------------------------------------------------


def test_anyone_verifies_a_valid_attestation() -> None:
    kept = given()
    answer = visitor().get(f"/v/{kept.printed_code}")
    html = answer.content.decode()
    assert answer.status_code == 200
    for words in (
        "This attestation is valid",
        "Awa Diallo",
        "Concevoir un objet connecté sobre",
        "École d’ingénieurs de l’Aubrac",
        "From 1\u00a0June 2026 to 28\u00a0June 2026",
        "10\u00a0h, as the authors of the course reckon it",
        "86 out of 100; the rule was a grade of 60 or more",
        "2\u00a0July 2026",
        "the identity of the person. The name is the one they gave.",
        "Not checked:",
        "Not supervised:",
        "Not a degree:",
    ):
        assert words in html


def test_the_code_is_forgiven_its_case_dashes_and_look_alikes() -> None:
    kept = given()
    for typed in (
        kept.code,
        kept.code.lower(),
        kept.printed_code.replace("-", " "),
        kept.code.replace("0", "o").replace("1", "l"),
    ):
        assert "This attestation is valid" in visitor().get(f"/v/{typed}").content.decode()


def test_a_typed_code_leads_to_its_page() -> None:
    kept = given()
    for form in ("/v", "/en/v"):
        answer = visitor().get(form, {"code": f" {kept.code.lower()} "})
        assert (answer.status_code, answer["Location"]) == (302, f"{form}/{kept.printed_code}")
    empty = visitor().get("/v", {"code": ""})
    assert (empty.status_code, "The code is missing" in empty.content.decode()) == (400, True)
    wrong = visitor().get("/v", {"code": "7Q2K-9F3M"})
    assert (wrong.status_code, "a letter or digit is wrong or missing" in wrong.content.decode()) == (400, True)
    assert visitor().get("/v", {"code": "x" * 5000}).status_code == 400


@pytest.mark.parametrize("code", ["0" * 17, "7Q2K", "x" * 400, "%F0%9F%98%80", "<script>", "{{7*7}}", "a'--", ".css"])
def test_a_code_that_nobody_has_is_unknown(code: str) -> None:
    answer = visitor().get(f"/v/{code}")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "We know no attestation with this code" in html
    assert "<script>" not in html


def test_a_wrong_symbol_is_told_from_a_code_that_was_never_given() -> None:
    kept = given()
    last = "0" if kept.code[-1] != "0" else CHECK_SYMBOLS[1]
    assert "a letter or digit is wrong" in visitor().get(f"/v/{kept.code[:-1]}{last}").content.decode()
    assert "No attestation was ever issued here" in visitor().get(f"/v/{'0' * 17}").content.decode()


@pytest.mark.attack(120)
def test_a_superseded_attestation_shows_no_name_when_the_name_was_changed() -> None:
    enrolment = make_enrolment()
    old = issue_attestation(enrolment=enrolment, name="Former Name", now=NOW)
    new = issue_attestation(enrolment=enrolment, name="Present Name", now=LATER)
    html = visitor().get(f"/v/{old.code}").content.decode()
    assert "This attestation was replaced" in html
    assert "Replaced on 5\u00a0July 2026" in html
    for hidden in ("Present Name", "Former Name", new.printed_code, new.code):
        assert hidden not in html
    assert "Present Name" in visitor().get(f"/v/{new.code}").content.decode()


def test_a_better_grade_leads_from_the_old_attestation_to_the_new_one() -> None:
    enrolment = make_enrolment(grade=0.7)
    old = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=NOW)
    Enrolment.objects.filter(pk=enrolment.pk).update(grade=0.9)
    new = issue_attestation(enrolment=enrolment, name="Awa Diallo", now=LATER)
    html = visitor().get(f"/v/{old.code}").content.decode()
    assert f'href="/v/{new.printed_code}"' in html
    assert "70 out of 100" in html
    issue_attestation(enrolment=enrolment, name="Another Name", now=LATER)
    html = visitor().get(f"/v/{old.code}").content.decode()
    assert new.printed_code not in html
    assert "Awa Diallo" not in html


def test_a_revoked_attestation_says_when_and_why_without_the_name() -> None:
    kept = given()
    revoke_attestation(attestation=kept, reason="conduct", by=make_account(name="Nadia Ferhat"), now=LATER)
    answer = visitor().get(f"/v/{kept.code}")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "This attestation was withdrawn" in html
    assert "Withdrawn on 5\u00a0July 2026" in html
    assert "The rules of the assessments were not followed." in html
    assert "Awa Diallo" not in html
    assert "Nadia Ferhat" not in html


@pytest.mark.attack(120)
def test_an_attestation_of_an_erased_person_is_still_verified() -> None:
    kept = given()
    Attestation.objects.update(enrolment=None)
    assert "This attestation is valid" in visitor().get(f"/v/{kept.code}").content.decode()


@pytest.mark.parametrize("address", ["/v", "/v/{code}", "/v/{unknown}", "/v/{code}?x=.css", "/en/v", "/fr/v/{code}"])
def test_the_verification_page_sets_no_cookie_and_enters_no_index_or_cache(address: str) -> None:
    kept = given()
    answer = visitor().get(address.format(code=kept.code, unknown=grouped("0" * 17)))
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


def test_verification_takes_no_post_and_no_longer_path() -> None:
    kept = given()
    assert visitor().post(f"/v/{kept.code}").status_code in {403, 405}
    assert visitor().get(f"/v/{kept.code}/style.css").status_code == 404


@pytest.mark.attack(120)
def test_homonyms_have_attestations_of_their_own() -> None:
    run = make_run()
    codes = {
        issue_attestation(enrolment=make_enrolment(run=run), name="Jean Martin", now=NOW).code for _person in range(2)
    }
    assert len(codes) == 2


def test_the_pages_keep_to_their_number_of_queries(django_assert_max_num_queries: object) -> None:
    kept = given()
    assert kept.enrolment is not None
    client = signed_in_client(kept.enrolment.account)
    client.get(page_of(kept.enrolment))
    with django_assert_max_num_queries(3):  # type: ignore[operator]  # enrolment, attestations, is this a demo
        client.get(page_of(kept.enrolment))
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        visitor().get(f"/v/{kept.code}")
