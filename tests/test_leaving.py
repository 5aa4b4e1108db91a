"""Whoever wants everything about them is given it, and whoever wants to go is gone: table by table, file by file."""

from __future__ import annotations

import csv
import datetime as dt
import email
import email.policy
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from cordee.awards.models import Attestation
from cordee.core import clock
from cordee.core.privacy import NONE, Keeper, Line, Person
from cordee.courses.models import Run
from cordee.courses.tests.make import small_run
from cordee.jobs.models import Job, Message
from cordee.jobs.performing import NotNow
from cordee.jobs.sending_letters import Post
from cordee.learning.cohorts.filling import forget_lists, look_at_list
from cordee.learning.models import CohortList, Event, Submission
from cordee.learning.tests.cohorts import make_cohort
from cordee.people import erasing, erasures, exporting, personal_rows
from cordee.people.asking_data import ask_for_data, file_of
from cordee.people.asking_erasure import ask_for_erasure, erasure_asked_by, stay
from cordee.people.granting import grant_role
from cordee.people.models import Account, DataExport, ErasureRequest, MailedLink, Role, StaffAct
from cordee.people.personal_rows import declared, label_of, leads, person_of, problems, tables
from cordee.people.queries import address_to_write_to
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web import worker
from tests.somebody import EMAIL, NAME, neighbour, somebody

pytestmark = pytest.mark.django_db
NAME_STAYS = {"awards.Attestation", "people.StaffAct"}  # for the reasons that they give


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home folder of the test's own: exports, erasures, the pilot's store, files of letters."""
    with override_settings(CORDEE=replace(settings.CORDEE, home=tmp_path / "home")):
        yield tmp_path / "home"


@pytest.fixture
def leaver(home: Path, tmp_path: Path) -> tuple[Account, Run]:
    return somebody(tmp_path)


def export(account: Account) -> zipfile.ZipFile:
    return zipfile.ZipFile(exporting.make_export(DataExport.objects.select_related("account").get(account=account)))


def erased(account: Account, **choices: Any) -> erasures.Receipt:
    request = ErasureRequest.objects.get(account=account)
    return erasing.erase(account=account, number=request.number, by=erasures.BY_PERSON, **choices)


def texts_of(model: Any) -> Iterator[tuple[str, str]]:
    """Every value of every row, as text, with the name of its column."""
    for row in model._default_manager.values():
        for name, value in row.items():
            yield name, json.dumps(value, default=str, ensure_ascii=False)


def test_every_table_that_speaks_of_people_is_in_exports_and_erasures() -> None:
    assert problems() == []


def test_a_table_that_says_nothing_is_told_what_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Submission, "personal", NONE)
    for kept in (personal_rows.tables, personal_rows.leads):
        kept.cache_clear()
    try:
        assert any("learning.Submission declares NONE" in problem for problem in problems())
    finally:
        monkeypatch.undo()
        for kept in (personal_rows.tables, personal_rows.leads):
            kept.cache_clear()
    assert problems() == []


def test_every_table_holds_a_row_of_the_person_of_these_tests(leaver: tuple[Account, Run]) -> None:
    person = person_of(leaver[0])
    empty = {f"{label_of(lead.model)}.{lead.field}" for lead in leads() if not lead.rows(person).exists()}
    assert empty <= {"awards.Attestation.revoked_by"}, f"give the person a row of these in tests/somebody.py: {empty}"


def test_an_export_holds_every_row_of_every_table_as_json_and_as_csv(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    neighbour(_run)
    packed, person = export(account), person_of(account)
    about = json.loads(packed.read("about.json"))
    for model in tables():
        own = [lead for lead in leads() if lead.model is model]
        if not own:
            said = declared(model)
            assert said is not None
            assert (label_of(model) in about["not_here"]) == (said.treatment == "keep")
            continue
        expected = sum(lead.rows(person).count() for lead in own)
        rows = json.loads(packed.read(f"json/{label_of(model)}.json"))
        cells = list(csv.reader(io.StringIO(packed.read(f"csv/{label_of(model)}.csv").decode("utf-8-sig"))))
        assert len(rows) == expected == about["tables"][label_of(model)] == len(cells) - 1 > 0
    submissions = json.loads(packed.read("json/learning.Submission.json"))
    assert {one["activity"] for one in submissions} == {"capital", "sum"}
    assert submissions[0]["answer"]
    assert packed.testzip() is None


def test_an_export_holds_the_words_of_each_letter(leaver: tuple[Account, Run]) -> None:
    packed = export(leaver[0])
    letters = [name for name in packed.namelist() if name.startswith("files/letters/")]
    said = [packed.read(name).decode() for name in letters]
    assert len(said) == 2
    assert any("Come back" in one and "Dear all." in one for one in said)
    assert any("Choisissez un mot de passe" in one for one in said)  # from before they had the account


def test_an_export_tells_nobody_elses_name_and_no_secret(leaver: tuple[Account, Run]) -> None:
    account, run = leaver
    other = neighbour(run)
    packed = export(account)
    whole = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "replace")
    for word in ("Odile Op", "Voisin Tranquille", other.email, str(other.pseudonym), account.password, "argon2"):
        assert word not in whole, word
    looked = [one for one in json.loads(packed.read("json/people.StaffAct.json")) if one["you_are"] == "person"]
    assert [one["role"] for one in looked] == ["tutor"]  # the widest of what they are that may
    assert "name" not in looked[0]


def test_the_index_of_an_export_is_in_the_persons_language_and_names_every_file(leaver: tuple[Account, Run]) -> None:
    packed = export(leaver[0])
    index = packed.read("index.html").decode()
    assert 'lang="fr"' in index
    assert "Tout ce qui vous concerne" in index
    for name in packed.namelist():
        if name not in ("index.html", "about.json"):
            assert f'href="{name}"' in index, name
    assert any(name.endswith(".pdf") for name in packed.namelist())


@pytest.mark.attack(84)
def test_no_cell_of_an_export_is_a_formula(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    Account.objects.filter(pk=account.pk).update(name="=HYPERLINK(1)")
    packed = export(account)
    assert "'=HYPERLINK(1)" in packed.read("csv/people.Account.csv").decode()
    assert json.loads(packed.read("json/people.Account.json"))[0]["name"] == "=HYPERLINK(1)"


@pytest.mark.attack(125)
def test_an_erased_person_is_in_no_table_any_more_and_nobody_else_has_changed(leaver: tuple[Account, Run]) -> None:
    account, run = leaver
    other = person_of(neighbour(run))
    person = person_of(account)
    before = {lead: lead.rows(other).count() for lead in leads()}
    total = Event.objects.count()
    receipt = erased(account)
    for lead in leads():
        assert not lead.rows(person).exists(), lead
        assert lead.rows(other).count() == before[lead], lead
    for model in apps.get_models(include_auto_created=True):
        for column, text in texts_of(model):
            assert EMAIL not in text, (model, column)
            assert str(person.pseudonym) not in text, (model, column)
            assert person.pseudonym.hex not in text, (model, column)
            if label_of(model) not in NAME_STAYS:
                assert NAME not in text, (model, column)
    connection.check_constraints()  # no row points at one that is gone
    assert Event.objects.count() == total
    assert receipt.rows["deleted"] > 10


def said_in(path: Path) -> str:
    """What a file says, letters as their readers see them."""
    if path.suffix != ".eml":
        return path.read_bytes().decode("utf-8", "replace")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    parts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *parts])


def test_nothing_names_an_erased_person_in_the_database_or_the_data_folder(
    leaver: tuple[Account, Run], home: Path
) -> None:
    account, _run = leaver
    words = (EMAIL.casefold(), NAME.casefold())
    with override_settings(CORDEE=replace(settings.CORDEE, smtp=None)):  # letters become files
        post = Post(address_to_write_to).work()
        for job in Job.objects.filter(kind="letter"):
            post.act(job)
        exporting.make_export(DataExport.objects.get(account=account))
        naming = [path for path in (home / "mail").iterdir() if any(word in said_in(path).casefold() for word in words)]
        assert len(naming) == 2  # to make an account, and under their name: of the third they wanted none
        receipt = erased(account)
    for path in home.rglob("*"):
        if path.is_file():
            assert not any(word in said_in(path).casefold() for word in words), path
    for model in apps.get_models(include_auto_created=True):
        for column, text in texts_of(model):
            assert words[0] not in text.casefold(), (model, column)
            assert words[1] not in text.casefold() or label_of(model) in NAME_STAYS, (model, column)
    assert [one["name"] for one in CohortList.objects.get().lines] == ["Somebody Else"]
    told = {line.what: line.count for line in receipt.lines}
    assert told["people.MailedLink sign-up"] == told["learning.CohortList lines"] == told["jobs.Message sent"] == 1
    assert told["jobs mail files"] == told["jobs mail files sent"] == 1
    assert told["jobs.Letter"] == 2


def test_a_former_address_of_an_erased_person_is_found_unless_another_has_it_now(home: Path) -> None:
    account = make_account(email="now@essai.example")
    now = clock.now()
    for address in ("former@essai.example", "given-on@essai.example"):
        MailedLink.objects.create(
            door=MailedLink.TAKE_BACK, account=account, address=address, made_at=now, expires_at=now + dt.timedelta(1)
        )
        MailedLink.objects.create(
            door=MailedLink.SIGN_UP, account=None, address=address, made_at=now, expires_at=now + dt.timedelta(1)
        )
    make_account(email="given-on@essai.example")
    ask_for_erasure(account=account, withdraws=False, now=now)
    erased(account)
    assert [link.address for link in MailedLink.objects.all()] == ["given-on@essai.example"]


def test_a_list_that_was_only_looked_at_is_forgotten_after_a_day(home: Path, tmp_path: Path) -> None:
    cohort = make_cohort(run=small_run(tmp_path))
    data = b"email,name\nawa@essai.example,Awa\n"
    look_at_list(cohort=cohort, data=data, by=make_account(), now=clock.now())
    assert forget_lists(now=clock.now() + dt.timedelta(hours=23)) == 0
    assert forget_lists(now=clock.now() + dt.timedelta(hours=25)) == 1
    assert any(duty.act is worker.forget_lists_of_people and duty.every_s <= 3600 for duty in worker.SCHEDULE)


def test_unlinked_traces_of_two_sessions_do_not_lead_to_each_other(leaver: tuple[Account, Run]) -> None:
    account, run = leaver
    Event.objects.create(verb="left", actor=account.pseudonym, run="Another+RUN+1", at=clock.now())
    mine = list(Event.objects.filter(actor=account.pseudonym).values_list("pk", flat=True))
    erased(account)
    found = {(event.run, event.actor) for event in Event.objects.filter(pk__in=mine)}
    assert {run_key for run_key, _actor in found} == {run.key, "Another+RUN+1"}
    assert len({actor for _run, actor in found}) == 2


def test_a_receipt_counts_what_was_deleted_unlinked_and_kept_and_names_nobody(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    person = person_of(account)
    wanted = {
        (label_of(lead.model), "deleted"): lead.rows(person).count() for lead in leads() if lead.fate == "deleted"
    }
    receipt = erased(account)
    counts = {(line.what, str(line.fate)): line.count for line in receipt.lines}
    assert wanted[("jobs.Letter", "deleted")] == 1
    wanted[("jobs.Letter", "deleted")] += 1  # from before they had an account
    assert {key: counts.get(key) for key in wanted} == wanted
    assert counts["learning.Event", "unlinked"] > 0
    kept = {line.what: line.reason for line in receipt.lines if line.fate == "kept"}
    assert set(kept) == {"awards.Attestation", "people.StaffAct"}
    assert all(kept.values())
    written = "".join(path.read_text() for path in erasures.folder().glob("*.json"))
    for word in (EMAIL, NAME, "Quasimodo", str(account.pseudonym), account.pseudonym.hex):
        assert word not in written
    assert all(path.stat().st_mode & 0o077 == 0 for path in erasures.folder().iterdir())


def test_a_letter_to_one_person_alone_goes_with_them_and_one_to_many_stays(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    assert set(Message.objects.values_list("sender", flat=True)) == {"", "Hélène", NAME}
    erased(account)
    assert Message.objects.get().sender == ""  # what they wrote to others is theirs, without the name
    assert Job.objects.filter(kind="letter").count() == 1


@pytest.mark.attack(120, 125)
def test_an_attestation_is_verified_after_its_person_is_gone(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    code = Attestation.objects.get().printed_code
    erased(account)
    page = Client().get(f"/en/v/{code}", follow=True)
    assert page.status_code == 200
    assert NAME in page.content.decode()
    assert Attestation.objects.get().enrolment is None


def test_who_wants_it_has_their_attestations_withdrawn_and_their_name_taken_off(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    code = Attestation.objects.get().printed_code
    erased(account, withdraws=True)
    assert NAME not in Client().get(f"/en/v/{code}", follow=True).content.decode()
    assert not any("Quasimodo" in text for _column, text in texts_of(Attestation))


def test_every_session_of_the_person_ends_at_once(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    browser = signed_in_client(account)
    assert browser.get("/mine").status_code == 200
    erased(account)
    assert browser.get("/mine").status_code == 302


class Killed(Exception):
    pass


class _Stops(Keeper):
    """A room whose work is interrupted."""

    def __init__(self, where: str) -> None:
        self.where = where

    def take_out(self, person: Person) -> tuple[Line, ...]:
        if self.where == "outside":
            raise Killed
        return ()

    def before_rows(self, person: Person) -> tuple[Line, ...]:
        if self.where == "inside":
            raise Killed
        return ()


def test_an_erasure_whose_transaction_was_undone_at_its_end_is_told_as_it_was_done_then(
    leaver: tuple[Account, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _run = leaver
    real = erasures.end

    def breaks(**given: Any) -> erasures.Receipt:
        real(**given)
        raise Killed

    monkeypatch.setattr(erasures, "end", breaks)
    with pytest.raises(Killed):
        erased(account)
    monkeypatch.undo()
    assert Account.objects.filter(pk=account.pk).exists()
    receipt = erased(account)
    assert receipt.again_at == ()
    assert receipt.rows["deleted"] > 10


@pytest.mark.parametrize("where", ["outside", "inside"])
def test_an_erasure_that_is_interrupted_is_ended_by_the_same_again(
    leaver: tuple[Account, Run], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    account, _run = leaver
    person = person_of(account)
    real = personal_rows.keepers()
    monkeypatch.setattr(erasing, "keepers", lambda: (*real, ("test", _Stops(where))))
    with pytest.raises(Killed):
        erased(account)
    monkeypatch.undo()
    assert Account.objects.filter(pk=account.pk, is_active=False).exists()
    assert erasures.erased_among([account.pseudonym])  # noted before anything went
    receipt = erased(account)
    assert receipt.erased_at is not None
    assert not any(lead.rows(person).exists() for lead in leads())


def test_who_comes_back_with_a_restored_database_is_erased_again(leaver: tuple[Account, Run], tmp_path: Path) -> None:
    account, _run = leaver
    pseudonym = account.pseudonym
    first = erased(account)
    back = make_account(email=EMAIL, name=NAME)
    Account.objects.filter(pk=back.pk).update(pseudonym=pseudonym)
    stranger = make_account()
    assert erasing.replay() == 1
    assert not Account.objects.filter(pseudonym=pseudonym).exists()
    assert Account.objects.filter(pk=stranger.pk).exists()
    again = erasures.receipt_of(first.number)
    assert again is not None
    assert again.lines == first.lines
    assert len(again.again_at) == 1
    assert erasing.replay() == 0


def test_attestations_that_were_withdrawn_with_their_person_are_withdrawn_again(
    leaver: tuple[Account, Run], tmp_path: Path
) -> None:
    account, _before = leaver
    pseudonym = account.pseudonym
    erased(account, withdraws=True)
    Attestation.objects.all().delete()
    back, _run = somebody(tmp_path, email="back@essai.example")
    Account.objects.filter(pk=back.pk).update(pseudonym=pseudonym)
    assert Attestation.objects.filter(revoked_at=None).exists()
    assert erasing.replay() == 1
    assert not Attestation.objects.filter(revoked_at=None).exists()
    assert not any("Quasimodo" in text for _column, text in texts_of(Attestation))


def test_who_signs_up_again_with_the_same_address_is_somebody_new(leaver: tuple[Account, Run]) -> None:
    erased(leaver[0])
    make_account(email=EMAIL, name=NAME)
    assert erasing.replay() == 0
    assert Account.objects.filter(email=EMAIL).exists()


def test_the_job_erases_on_its_day_and_not_who_stays(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    request = erasure_asked_by(account)
    assert request is not None
    job = Job.objects.get(kind="erasure")
    assert job.due_at == request.due_at
    assert (request.due_at - request.asked_at).days == settings.CORDEE.erasure_wait_days
    assert stay(account=account)
    erasing.work().act(job)
    assert Account.objects.filter(pk=account.pk).exists()
    ask_for_erasure(account=account, withdraws=False, now=clock.now())
    again = Job.objects.get(kind="erasure", due_at__gt=job.due_at)
    with pytest.raises(NotNow):  # an operator has all jobs tried again: it is not the day yet
        erasing.work().act(again)
    assert Account.objects.filter(pk=account.pk, is_active=True).exists()
    ErasureRequest.objects.update(due_at=clock.now())
    erasing.work().act(again)
    assert not Account.objects.filter(pk=account.pk).exists()


def test_the_last_operator_is_not_erased(home: Path) -> None:
    account = make_account()
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    from cordee.people.asking_erasure import LastOperator

    with pytest.raises(LastOperator):
        ask_for_erasure(account=account, withdraws=False, now=clock.now())
    grant_role(account=make_account(), role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    assert ask_for_erasure(account=account, withdraws=False, now=clock.now())


def test_who_asks_twice_has_one_export_and_one_erasure(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    one = DataExport.objects.get(account=account)
    assert ask_for_data(account=account, now=clock.now()).number == one.number
    exporting.make_export(one)
    another = ask_for_data(account=account, now=clock.now())
    assert another.number != one.number
    assert DataExport.objects.count() == 1
    assert ask_for_erasure(account=account, withdraws=True, now=clock.now()).withdraws
    assert ErasureRequest.objects.count() == 1


def test_the_file_of_an_export_goes_with_its_person(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    path = exporting.make_export(DataExport.objects.get(account=account))
    assert path.is_file()
    assert path.stat().st_mode & 0o077 == 0
    erased(account)
    assert not path.exists()


def test_an_export_of_who_was_erased_meanwhile_is_not_kept(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    stale = DataExport.objects.select_related("account").get(account=account)
    DataExport.objects.filter(pk=stale.pk).update(number=uuid.uuid4())
    exporting.make_export(stale)
    assert not file_of(stale.number).exists()


def test_what_the_team_looked_at_stays_as_proof_without_the_person(leaver: tuple[Account, Run]) -> None:
    account, _run = leaver
    count = StaffAct.objects.count()
    erased(account)
    assert StaffAct.objects.count() == count
    assert not StaffAct.objects.exclude(person=None).exists()
