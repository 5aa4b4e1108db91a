"""Letters and servers for letters, for the tests of every room."""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from cordee.core import clock
from cordee.jobs.models import Letter
from cordee.jobs.writing_letters import NO_MORE, Addressee, Words, letter_id, write_letters
from cordee.web.smtp_url import Smtp

WORDS = Words("Come back", f"Dear all.\n\n{NO_MORE}\n", f'<p>Dear all.</p><a href="{NO_MORE}">no</a>', "Networks")


def make_letter(
    address: str = "awa@example.org", *, key: str = "k", person: uuid.UUID | None = None, language: str = "en"
) -> Letter:
    """A letter that waits, with its job."""
    one = Addressee(person or uuid.uuid4(), address, language)
    write_letters(
        key=key, topic="run:A+B+C", sender="Hélène", words={language: WORDS}, addressees=[one], now=clock.now()
    )
    return Letter.objects.get(pk=letter_id(key, one.person))


@dataclass
class Server:
    """A server for letters on this machine. `answers`: what it says to a command instead of its usual word."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)  # "RCPT TO:<…>" or "DATA" or "." -> e.g. "550 no such person"
    hangs: bool = False
    pause_s: float = 0.0  # before it takes a letter
    taken: list[bytes] = field(default_factory=list)
    conversations: int = 0


class _Handler(socketserver.StreamRequestHandler):
    """The words of RFC 5321 that Python's client says."""

    @property
    def told(self) -> Server:
        server = self.server
        assert isinstance(server, _Listening)
        return server.told

    def handle(self) -> None:
        told = self.told
        told.conversations += 1
        if told.hangs:
            self.rfile.readline()
            return
        self._say("220 here")
        while line := self.rfile.readline():
            words = line.decode().rstrip("\r\n")
            command = words.partition(" ")[0].upper()
            said = next(
                (answer for begin, answer in told.answers.items() if words.upper().startswith(begin.upper())), ""
            )
            if command == "DATA" and not said:
                self._say("354 go on")
                body = b""
                while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                    body += part
                said = told.answers.get(".", "")
                if not said:
                    time.sleep(told.pause_s)
                    told.taken.append(body)
            self._say(said or ("221 bye" if command == "QUIT" else "250 ok"))
            if command == "QUIT":
                return

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Listening(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    told: Server

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed in the middle is what some tests are about."""


@contextlib.contextmanager
def mail_server() -> Iterator[Server]:
    """A server that listens until the block ends; it listens from the start, so its port is its own."""
    with _Listening(("127.0.0.1", 0), _Handler) as listening:
        told = listening.told = Server(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            listening.shutdown()
            thread.join()


@contextlib.contextmanager
def mail_through(port: int, *, pace: int = 100_000) -> Iterator[None]:
    """The site hands its letters to this server."""
    smtp = Smtp("127.0.0.1", port, "", "", "none")
    with override_settings(CORDEE=replace(settings.CORDEE, smtp=smtp, mail_pace=pace)):
        yield


@contextlib.contextmanager
def mail_into(home: Path) -> Iterator[Path]:
    """The site writes its letters to files; where."""
    with override_settings(CORDEE=replace(settings.CORDEE, home=home, smtp=None)):
        yield home / "mail"
