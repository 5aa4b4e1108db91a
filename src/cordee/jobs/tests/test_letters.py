"""Do letters reach those who want them, once, not too fast, and nobody else, whatever the server says?"""

from __future__ import annotations

import dataclasses
import email
import email.policy
import re
import time
import uuid
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from cordee.core import clock
from cordee.core.errors import Conflict, InputRefused
from cordee.jobs import performing, queries
from cordee.jobs.models import Job, Letter, Message, NoLetters
from cordee.jobs.performing import Works
from cordee.jobs.refusing_letters import address_to_say_no, read_wish, say_no
from cordee.jobs.sending_letters import Post, mail_of
from cordee.jobs.tests.make import WORDS, Server, mail_into, mail_server, mail_through, make_letter
from cordee.jobs.writing_letters import KIND, Addressee, Words, read_line, write_letters

pytestmark = pytest.mark.django_db


def works_for(addresses: dict[uuid.UUID, str] | None = None) -> Works:
    """The post office of a site: everybody is at the address of their letter, or at these."""

    def address_of(person: uuid.UUID) -> str:
        if addresses is not None:
            return addresses.get(person, "")
        return str(Letter.objects.filter(person=person).values_list("address", flat=True)[0])

    return {KIND: Post(address_of).work()}


def deliver(works: Works | None = None, *, most: int = 20) -> None:
    """Do what is due now."""
    used = works or works_for()
    for _ in range(most):
        if performing.perform_next(used) > 0:
            break
    used[KIND].end()


def again() -> None:
    """As if the pause were over."""
    Job.objects.update(due_at=clock.now())


def taken(server: Server) -> list[EmailMessage]:
    return [email.message_from_bytes(one, policy=email.policy.default) for one in server.taken]


def test_a_letter_is_handed_over_once_in_two_forms_with_a_way_to_say_no() -> None:
    letter = make_letter()
    with mail_server() as server, mail_through(server.port):
        deliver()
        again()
        deliver()
    (mail,) = taken(server)
    assert mail["To"] == "awa@example.org"
    assert mail["Subject"] == "Come back"
    assert mail["From"].addresses[0].display_name == "Hélène (Cordée)"
    assert mail["Message-ID"].startswith(f"<{letter.pk}@")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = re.fullmatch(r"<(http://127\.0\.0\.1:\d+/no-letters/\S+)>", str(mail["List-Unsubscribe"]).strip())
    assert link
    assert f"<{link[1]}>".encode() in server.taken[0]  # as it is, in no coding of heads
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert link[1] in plain.get_content()
    assert f'href="{link[1]}"' in html.get_content()
    letter.refresh_from_db()
    assert letter.state == Letter.SENT


def test_the_same_message_to_the_same_person_is_one_letter() -> None:
    person = uuid.uuid4()
    make_letter(person=person)
    make_letter(person=person)
    with mail_server() as server, mail_through(server.port):
        deliver()
    assert len(server.taken) == 1
    assert Message.objects.count() == 1


def test_done_again_after_a_kill_before_the_job_was_ended_nothing_is_sent_twice() -> None:
    make_letter()
    with mail_server() as server, mail_through(server.port):
        works = works_for()
        job = performing._claim(works, [KIND], clock.now())
        assert job is not None
        works[KIND].act(job)  # and the worker is killed before it can say so
        works[KIND].end()
        again()
        deliver(works)
    assert len(server.taken) == 1


def test_an_address_that_is_refused_bounces_and_is_written_to_no_more_until_it_is_another() -> None:
    person = uuid.uuid4()
    letter = make_letter(person=person)
    with mail_server() as server, mail_through(server.port):
        server.answers["RCPT TO:<awa@example.org>"] = "550 5.1.1 no such person"
        deliver()
        letter.refresh_from_db()
        assert letter.state == Letter.BOUNCED
        assert letter.error.startswith("550")
        second = make_letter(key="second", person=person)
        deliver()
        second.refresh_from_db()
        assert second.state == Letter.WITHHELD
        third = make_letter(key="third", person=person)
        deliver(works_for({person: "awa@elsewhere.example"}))
    third.refresh_from_db()
    assert (third.state, third.address) == (Letter.SENT, "awa@elsewhere.example")
    (mail,) = taken(server)
    assert mail["To"] == "awa@elsewhere.example"


def test_an_address_that_is_refused_for_now_is_tried_again() -> None:
    letter = make_letter()
    with mail_server() as server, mail_through(server.port):
        server.answers["RCPT TO"] = "450 4.2.1 later"
        works = works_for()
        deliver(works)
        job = Job.objects.get()
        assert (job.failures, job.done_at) == (1, None)
        assert "450" in job.error
        server.answers.clear()
        again()
        deliver(works)
    letter.refresh_from_db()
    assert letter.state == Letter.SENT


def test_a_letter_that_is_refused_for_what_it_says_is_given_up_and_the_operator_may_try_again() -> None:
    letter = make_letter()
    with mail_server() as server, mail_through(server.port):
        server.answers["."] = "554 5.7.1 looks like nothing we want"
        deliver()
        letter.refresh_from_db()
        assert letter.state == Letter.FAILED
        (job,) = queries.jobs_given_up()
        assert "554" in job.error
        assert "awa@" not in job.error
        server.answers.clear()
        performing.try_again(now=clock.now())
        deliver()
    letter.refresh_from_db()
    assert letter.state == Letter.SENT


def test_while_the_server_is_away_letters_wait_and_none_is_given_up() -> None:
    letter = make_letter()
    with mail_server() as gone:
        port = gone.port
    with mail_through(port):
        works = works_for()
        deliver(works)
        assert works[KIND].wait_s() > 5  # the others are not tried in vain
    job = Job.objects.get()
    assert (job.failures, job.given_up_at) == (0, None)
    assert "cannot be used" in job.error
    letter.refresh_from_db()
    assert letter.state == Letter.WAITING


def test_a_server_that_hangs_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cordee.jobs.sending_letters.TIMEOUT_S", 0.3)
    make_letter()
    with mail_server() as server, mail_through(server.port):
        server.hangs = True
        began = time.monotonic()
        deliver()
        assert time.monotonic() - began < 3
    assert Job.objects.get().failures == 0


def test_a_sender_that_is_refused_is_no_letters_fault() -> None:
    make_letter()
    with mail_server() as server, mail_through(server.port):
        server.answers["MAIL FROM"] = "550 not you"
        deliver()
    job = Job.objects.get()
    assert (job.failures, job.given_up_at) == (0, None)


def test_several_letters_go_through_one_conversation_at_their_pace() -> None:
    for number in range(4):
        make_letter(f"p{number}@example.org")
    with mail_server() as server, mail_through(server.port, pace=600):  # one each tenth of a second
        works = works_for()
        began = time.monotonic()
        while len(server.taken) < 4:
            assert time.monotonic() - began < 20
            time.sleep(min(performing.perform_next(works), 0.05))
        assert time.monotonic() - began >= 0.3
        works[KIND].end()
        assert server.conversations == 1


def test_who_said_no_or_whose_account_is_closed_gets_nothing() -> None:
    no, no_more_at_all, closed, wants = (make_letter(f"p{n}@example.org") for n in range(4))
    say_no(wish=read_wish(token_of(no)), everything=False, now=clock.now())
    say_no(wish=read_wish(token_of(no_more_at_all)), everything=True, now=clock.now())
    addresses = {one.person: one.address for one in (no, no_more_at_all, wants)}
    with mail_server() as server, mail_through(server.port):
        deliver(works_for(addresses))
    assert [mail["To"] for mail in taken(server)] == [wants.address]
    for letter in (no, no_more_at_all, closed):
        letter.refresh_from_db()
        assert letter.state == Letter.WITHHELD


def token_of(letter: Letter) -> str:
    address = address_to_say_no(letter.person, letter.message.topic, letter.message.about)
    return address.rpartition("/")[2]


def test_to_open_the_link_changes_nothing_and_one_click_says_no_signed_out(client: Client) -> None:
    letter = make_letter()
    path = f"/no-letters/{token_of(letter)}"
    page = client.get(path)
    assert page.status_code == 200
    assert "Networks" in page.content.decode()
    client.head(path)
    assert not NoLetters.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    said = strict.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert said.status_code == 200
    assert queries.said_no(letter.person, "run:A+B+C")
    assert not queries.said_no(letter.person, "run:A+B+D")
    strict.post(path, {"wish": "all"})
    assert queries.said_no(letter.person, "run:A+B+D")
    strict.post(path, {"wish": "again"})
    assert not queries.said_no(letter.person, "run:A+B+C")


@pytest.mark.attack(103)
@pytest.mark.parametrize("token", ["x", "x:y", "WyJhIl0:abc"])
def test_a_link_that_we_did_not_make_says_no_for_nobody(client: Client, token: str) -> None:
    assert client.get(f"/no-letters/{token}").status_code == 404
    assert client.post(f"/no-letters/{token}").status_code == 404
    whole = token_of(make_letter())
    changed = whole[:-1] + ("a" if whole[-1] != "a" else "b")
    assert client.post(f"/no-letters/{changed}").status_code == 404
    assert not NoLetters.objects.exists()


@pytest.mark.attack(103)
@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\0", "\x0b", "\u2028", "\u2029", "\x85"])
def test_no_line_of_a_letters_head_can_be_brought_in(break_: str) -> None:
    person = Addressee(uuid.uuid4(), "awa@example.org", "en")
    evil = f"Hello{break_}Bcc: all@example.org"
    for sender, subject in (("Hélène", evil), (evil, "Hello")):
        words = Words(subject, "t", "h", "about")
        with pytest.raises(InputRefused):
            write_letters(key="k", topic="t", sender=sender, words={"en": words}, addressees=[person], now=clock.now())
    assert not Letter.objects.exists()


@pytest.mark.parametrize("turn", ["\u202a", "\u202e", "\u202c", "\u2066", "\u2069"])
def test_no_sign_that_turns_the_direction_of_writing_stands_in_the_head_of_a_letter(turn: str) -> None:
    with pytest.raises(InputRefused, match="direction of writing"):
        read_line(f"invoice {turn}fdp.exe")
    assert read_line("السلام عليكم\u200f") == "السلام عليكم\u200f"
    people = [Addressee(uuid.uuid4(), "awa@example.org", "en")]
    words = {"en": Words("Hello", "t", "h", "about")}
    write_letters(key="k", topic="t", sender=f"Hélène{turn} Z", words=words, addressees=people, now=clock.now())
    assert Message.objects.get().sender == "Hélène Z"


def test_signs_of_names_and_addresses_stay_inside_theirs() -> None:
    letter = make_letter('a"b,c@example.org')
    letter.message.sender = 'Hélène "<x@y>, Z'
    letter.message.about = "A\r\nBcc: all@example.org"  # goes into the link, where it is signed and encoded
    with mail_into(Path(settings.CORDEE.home)):
        head = mail_of(letter).message().as_bytes().partition(b"\n\n")[0].decode()
    assert "\nbcc" not in head.lower()
    found = email.message_from_string(head, policy=email.policy.default)
    assert len(found["From"].addresses) == 1
    assert found["From"].addresses[0].addr_spec.startswith("no-reply@")


def test_without_a_server_letters_are_files_of_this_machine_shown_in_the_demo(client: Client, tmp_path: Path) -> None:
    with mail_into(tmp_path) as folder, override_settings(CORDEE_GUIDE=True):
        letter = make_letter()
        deliver()
        again()
        deliver()
        assert [path.name for path in folder.iterdir()] == [f"{letter.pk}.eml"]
        assert (folder / f"{letter.pk}.eml").stat().st_mode & 0o077 == 0
        listed = client.get("/ui/mail").content.decode()
        assert "Come back" in listed
        assert "awa@example.org" in listed
        shown = client.get(f"/ui/mail/{letter.pk}").content.decode()
        assert "/no-letters/" in shown
        assert client.get(f"/ui/mail/{uuid.uuid4()}").status_code == 404


def test_letters_are_never_shown_where_others_reach_the_site_or_without_the_guide(
    client: Client, tmp_path: Path
) -> None:
    with mail_into(tmp_path):
        make_letter()
        deliver()
        assert client.get("/ui/mail").status_code == 404  # the guide is off
        public = dataclasses.replace(settings.CORDEE, url="https://learn.example.org")
    with override_settings(CORDEE=public, CORDEE_GUIDE=True):
        assert client.get("/ui/mail").status_code == 404
        with pytest.raises(Conflict, match="CORDEE_SMTP"):
            make_letter(key="other")
    with mail_server() as server, mail_through(server.port), override_settings(CORDEE_GUIDE=True):
        assert client.get("/ui/mail").status_code == 404


def test_a_site_whose_server_was_taken_away_keeps_its_letters_until_there_is_one(tmp_path: Path) -> None:
    letter = make_letter()
    with override_settings(CORDEE=dataclasses.replace(settings.CORDEE, home=tmp_path, url="https://learn.example.org")):
        deliver()
    assert not (tmp_path / "mail").exists()
    letter.refresh_from_db()
    assert letter.state == Letter.WAITING
    assert Job.objects.get().failures == 0


def test_a_thousand_people_are_not_a_thousand_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    people = [Addressee(uuid.uuid4(), f"p{number}@example.org", "en") for number in range(1200)]
    with django_assert_max_num_queries(40):  # SQLite takes about a hundred rows at once
        write_letters(key="k", topic="t", sender="", words={"en": WORDS}, addressees=people, now=clock.now())
    assert Letter.objects.count() == Job.objects.count() == 1200
