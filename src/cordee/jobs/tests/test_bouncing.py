"""Does what a mail server reports later shut the right address off, and no other?"""

from __future__ import annotations

import pytest

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.jobs.bouncing import note_bounce
from cordee.jobs.models import Letter
from cordee.jobs.queries import bounced_among
from cordee.jobs.sending_letters import mail_of
from cordee.jobs.tests.make import make_letter

pytestmark = pytest.mark.django_db
ADDRESS = "awa@example.org"


def report(
    letter: Letter, *, action: str = "failed", status: str = "5.1.1", to: str = ADDRESS, heads: bool = True
) -> bytes:
    """As Postfix writes them (RFC 3464), with the heads of the letter or the whole of it."""
    quoted = mail_of(letter).message().as_bytes()
    kind = b"text/rfc822-headers" if heads else b"message/rfc822"
    if heads:
        quoted = quoted.partition(b"\n\n")[0] + b"\n"
    return b"\r\n".join(
        [
            b"From: MAILER-DAEMON@mx.example.org",
            b"To: no-reply@127.0.0.1",
            b"Subject: Undelivered Mail Returned to Sender",
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            b"",
            b"--b",
            b"Content-Type: text/plain",
            b"",
            b"I am sorry.",
            b"--b",
            b"Content-Type: message/delivery-status",
            b"",
            b"Reporting-MTA: dns; mx.example.org",
            b"",
            f"Final-Recipient: rfc822; {to}".encode(),
            f"Action: {action}".encode(),
            f"Status: {status}".encode(),
            b"Diagnostic-Code: smtp; 550 no such person",
            b"",
            b"--b",
            b"Content-Type: " + kind,
            b"",
            quoted,
            b"--b--",
            b"",
        ]
    )


def sent(address: str = ADDRESS) -> Letter:
    letter = make_letter(address)
    Letter.objects.filter(pk=letter.pk).update(state=Letter.SENT, settled_at=clock.now())
    return letter


@pytest.mark.parametrize("heads", [True, False])
def test_a_letter_that_came_back_for_good_shuts_its_address_off(heads: bool) -> None:
    letter = sent()
    for _twice in range(2):
        assert note_bounce(report(letter, heads=heads), now=clock.now()) == "bounced"
    letter.refresh_from_db()
    assert letter.state == Letter.BOUNCED
    assert letter.error == "5.1.1 smtp; 550 no such person"
    assert bounced_among([ADDRESS]) == {ADDRESS}


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.7.1"), ("failed", "5.2.2"), ("delivered", "2.0.0")]
)
def test_what_is_not_for_good_changes_nothing(action: str, status: str) -> None:
    letter = sent()
    assert note_bounce(report(letter, action=action, status=status), now=clock.now()) == "not for good"
    assert not bounced_among([ADDRESS])


def test_a_report_shuts_nobody_off_whom_its_letter_did_not_go_to() -> None:
    letter, other = sent(), "victim@example.org"
    assert note_bounce(report(letter, to=other), now=clock.now()) == "not ours"
    forged = report(letter).replace(str(letter.pk).encode(), b"00000000-0000-8000-8000-000000000000")
    assert note_bounce(forged, now=clock.now()) == "not ours"
    assert not bounced_among([ADDRESS, other])


@pytest.mark.parametrize("junk", [b"", b"\x00\xff" * 50, b"Subject: hello\r\n\r\nhello", b"x" * 2_000_001])
def test_what_is_no_report_is_refused_in_words(junk: bytes) -> None:
    with pytest.raises(InputRefused):
        note_bounce(junk, now=clock.now())
