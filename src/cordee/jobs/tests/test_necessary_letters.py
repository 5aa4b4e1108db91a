"""Do letters about an account overtake others, reach their mailbox whatever was said, and hold a good link?"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
import uuid
from email.message import EmailMessage

import pytest
from django.conf import settings

from cordee.core import clock
from cordee.core.errors import NotFound
from cordee.jobs import performing
from cordee.jobs.models import Letter, Message
from cordee.jobs.refusing_letters import ALL, Wish, say_no
from cordee.jobs.sending_letters import Post
from cordee.jobs.signed_addresses import path_of, read_signed, signed, to_be_signed
from cordee.jobs.tests.make import mail_server, mail_through, make_letter
from cordee.jobs.writing_letters import KIND, Addressee, Words, forget_necessary, write_necessary_letter

pytestmark = pytest.mark.django_db


def write(number: uuid.UUID, person: uuid.UUID, address: str = "new@example.org", key: str = "account 1") -> None:
    link = to_be_signed("password", number)
    words = Words("Your link", f"Here:\n{link}\n", f'<a href="{link}">here</a>', "Your account")
    write_necessary_letter(key=key, words=words, addressee=Addressee(person, address, "en"), now=clock.now())


def test_it_leaves_first_goes_where_it_was_written_to_and_nobody_can_say_no_to_it() -> None:
    number, person = uuid.uuid4(), uuid.uuid4()
    make_letter("many@example.org", key="of a teacher")
    Letter.objects.update(state=Letter.WAITING)
    say_no(wish=Wish(person, ALL, ""), everything=True, now=clock.now())
    bounced = make_letter("new@example.org", key="earlier")
    Letter.objects.filter(pk=bounced.pk).update(state=Letter.BOUNCED, settled_at=clock.now())
    write(number, person)
    works = {KIND: Post(lambda _person: "many@example.org").work()}
    with mail_server() as server, mail_through(server.port):
        while performing.perform_next(works) == 0:
            pass
        works[KIND].end()
    first, second = (email.message_from_bytes(one, policy=email.policy.default) for one in server.taken)
    assert isinstance(first, EmailMessage)
    assert (first["To"], second["To"]) == ("new@example.org", "many@example.org")
    assert first["List-Unsubscribe"] is None
    assert second["List-Unsubscribe"]
    plain = first.get_body(("plain",))
    assert plain is not None
    link = re.search(rf"{re.escape(settings.CORDEE.url)}/password/(\S+)", plain.get_content())
    assert link
    assert read_signed("password", link[1]) == number


def test_the_same_key_writes_one_letter() -> None:
    person = uuid.uuid4()
    for _ in range(2):
        write(uuid.uuid4(), person)
    assert Letter.objects.count() == 1


def test_an_address_is_signed_for_its_own_door_alone() -> None:
    number = uuid.uuid4()
    address = signed(f"a {to_be_signed('take-back', number)} b")
    assert address == f"a {settings.CORDEE.url}{path_of('take-back', number)} b"
    token = path_of("take-back", number).rpartition("/")[2]
    assert read_signed("take-back", token) == number
    for wrong in (token[:-1], token + "x", token.upper(), number.hex, "", "." * 300):
        with pytest.raises(NotFound):
            read_signed("take-back", wrong)
    with pytest.raises(NotFound):
        read_signed("password", token)


def test_letters_about_accounts_are_forgotten_after_a_season_and_others_are_not() -> None:
    now = clock.now()
    write(uuid.uuid4(), uuid.uuid4())
    write(uuid.uuid4(), uuid.uuid4(), key="account 2")
    make_letter("many@example.org")
    Letter.objects.filter(key="account 1").update(state=Letter.SENT, settled_at=now)
    assert forget_necessary(now=now + dt.timedelta(days=89)) == 0
    assert forget_necessary(now=now + dt.timedelta(days=91)) == 1
    assert set(Letter.objects.values_list("key", flat=True)) == {"account 2", "k"}
    assert set(Message.objects.values_list("key", flat=True)) == {"account 2", "k"}
