"""How does a letter leave: to whom it still may, not too fast, and what when the server refuses it?

A letter that was handed over is noted before its job ends, so that the job done again sends nothing. Between the
server's word and that note lies a moment in which a worker that is killed leaves a letter that will be sent twice: no
protocol of mail can close it. Both copies then carry one Message-ID, by which readers' programs know them for one.
"""

from __future__ import annotations

import logging
import os
import smtplib
import time
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from cordee.core import clock
from cordee.jobs.inviting import OWN_LINK, Invited, own_address
from cordee.jobs.models import Job, Letter
from cordee.jobs.performing import ForGood, NotNow, Work
from cordee.jobs.queries import bounced_among, said_no
from cordee.jobs.refusing_letters import address_to_say_no
from cordee.jobs.signed_addresses import signed
from cordee.jobs.writing_letters import NECESSARY, NO_MORE, files_folder

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

TIMEOUT_S: Final = 15  # of each word with the server
IDLE_S: Final = 10.0  # for which a connection is kept after a letter
FIRST_PAUSE_S: Final = 15.0  # when the server is away
LONGEST_PAUSE_S: Final = 600.0
MINUTE_S: Final = 60.0
PERMANENT: Final = 500  # from this code on, the same again would be refused again (RFC 5321, 4.2.1)
BACKEND: Final = "django.core.mail.backends.smtp.EmailBackend"
CLOSED: Final = "The account is closed."
SAID_NO: Final = "The person wants no such letters."
REFUSED_BEFORE: Final = "A server refused this address before."

AddressOf = Callable[[UUID], str]  # the present address of who may be written to, by pseudonym; "" for nobody
logger = logging.getLogger("cordee.mail")


class Post:
    """What one worker knows of the way out: the open connection, when the last letter left, whether nobody answers."""

    def __init__(self, address_of: AddressOf) -> None:
        self._address_of = address_of
        self._connection: BaseEmailBackend | None = None
        self._last_at = float("-inf")
        self._away_until = float("-inf")
        self._pauses = 0

    def work(self) -> Work:
        """For the queue."""
        return Work(act=self.send, wait_s=self.wait_s, gave_up=_note_failure, end=self._hang_up)

    def wait_s(self) -> float:
        """Until the next letter may leave: `CORDEE_MAIL_PACE` a minute, and none while the server is away."""
        now = time.monotonic()
        if self._connection is not None and now - self._last_at > IDLE_S:
            self._hang_up()
        pace = 0.0 if files_folder() is not None else MINUTE_S / settings.CORDEE.mail_pace
        return max(self._last_at + pace, self._away_until) - now

    def send(self, job: Job) -> None:
        """Hand over the job's letter. 5 queries. Raises NotNow, ForGood, or what the server said."""
        letter = Letter.objects.select_related("message").filter(pk=job.data["letter"]).first()
        if letter is None or letter.state in {Letter.SENT, Letter.BOUNCED, Letter.WITHHELD}:
            return  # taken out with the person, or settled before somebody was killed
        necessary = letter.message.topic == NECESSARY
        address = letter.address if necessary else self._address_of(letter.person)
        why = "" if necessary else _why_withheld(letter, address)
        if why:
            _settle(letter, Letter.WITHHELD, why)
            return
        letter.address = address
        folder = files_folder()
        if folder is not None:
            _write_file(folder, letter)
        elif settings.CORDEE.smtp is None:
            raise NotNow("No server for letters is set (CORDEE_SMTP).", wait_s=LONGEST_PAUSE_S)
        elif not self._hand_over(letter):
            return
        _settle(letter, Letter.SENT)

    def _hand_over(self, letter: Letter) -> bool:
        """Whether the server took it; False when it refused the address for good, which is noted."""
        self._last_at = time.monotonic()
        try:
            sent = mail_of(letter, connection=self._open()).send()
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            words = f"{code} {_said(said)}"
            if code >= PERMANENT:
                _settle(letter, Letter.BOUNCED, words)
                return False
            raise LetterRefused(words) from None
        except smtplib.SMTPDataError as refused:
            words = f"{refused.smtp_code} {_said(refused.smtp_error)}"
            if refused.smtp_code >= PERMANENT:
                raise ForGood(words) from None
            raise LetterRefused(words) from None
        except (OSError, smtplib.SMTPException) as wrong:  # nobody answers, or we are not let in: no letter's fault
            self._hang_up()
            pause_s = min(FIRST_PAUSE_S * 2**self._pauses, LONGEST_PAUSE_S)
            self._pauses += 1
            self._away_until = time.monotonic() + pause_s
            logger.warning("the server for letters cannot be used: %s", wrong)
            raise NotNow(f"The server for letters cannot be used: {wrong}", wait_s=pause_s) from None
        if not sent:
            raise LetterRefused("nothing was sent")
        self._pauses = 0
        return True

    def _open(self) -> BaseEmailBackend:
        smtp = settings.CORDEE.smtp
        assert smtp is not None  # noqa: S101 - asked by the caller
        if self._connection is None:
            self._connection = get_connection(
                BACKEND,
                host=smtp.host,
                port=smtp.port,
                username=smtp.user,
                password=smtp.password,
                use_tls=smtp.security == "starttls",
                use_ssl=smtp.security == "tls",
                timeout=TIMEOUT_S,
            )
        self._connection.open()
        return self._connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            logger.debug("the server for letters had gone", exc_info=True)


class LetterRefused(Exception):
    """The server does not take this letter now; it may later."""


def mail_of(letter: Letter, *, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The letter as it leaves: plain text and HTML, links signed, and where one says no (RFC 2369, RFC 8058)."""
    message = letter.message
    name, address = parseaddr(settings.CORDEE.mail_from)
    site = name or "Cordée"
    text, html, no_more = signed(message.text), signed(message.html), {}
    if message.topic != NECESSARY:
        where = address_to_say_no(letter.person, message.topic, message.about)
        text, html = text.replace(NO_MORE, where), html.replace(NO_MORE, where)
        no_more = {"List-Unsubscribe": f"<{where}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if OWN_LINK in message.text:
        own = own_address(Invited(letter.person, letter.key, letter.address, clock.now()))
        text, html = text.replace(OWN_LINK, own), html.replace(OWN_LINK, own)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=text,
        from_email=formataddr((f"{message.sender} ({site})" if message.sender else site, address)),
        to=[letter.address],
        connection=connection,
        headers={
            "Message-ID": f"<{letter.pk}@{address.rpartition('@')[2]}>",
            **no_more,
            "Auto-Submitted": "auto-generated",  # so that no absence is announced to it (RFC 3834)
            "Content-Language": message.language,
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _write_file(folder: Path, letter: Letter) -> None:
    """Where letters are only looked at: the same letter again is the same file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{letter.pk}.writing"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(mail_of(letter).message().as_bytes())
    draft.replace(folder / f"{letter.pk}.eml")


def _why_withheld(letter: Letter, address: str) -> str:
    if not address:
        return CLOSED
    if said_no(letter.person, letter.message.topic):
        return SAID_NO
    return REFUSED_BEFORE if bounced_among([address]) else ""


def _settle(letter: Letter, state: str, error: str = "") -> None:
    letter.state, letter.error, letter.settled_at = state, error[:500], clock.now()
    letter.save(update_fields=["state", "error", "settled_at", "address"])


def _note_failure(job: Job, why: str) -> None:
    """The queue gave up: the letter says so, until an operator has it tried again."""
    letter = Letter.objects.filter(pk=job.data["letter"]).first()
    if letter is not None and letter.state == Letter.WAITING:
        _settle(letter, Letter.FAILED, why)


def _said(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
