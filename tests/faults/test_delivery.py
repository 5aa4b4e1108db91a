"""Is the same form, however often and in whatever order it arrives, one answer? (F8, F14 of docs/faults.md)"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from cordee.web.tests.running import csrf_token
from tests.faults import kill
from tests.faults.conftest import Served
from tests.faults.world import Form, Learner, is_accepted, someone

pytestmark = pytest.mark.long


def entry(learner: Learner, form: Form, value: str) -> dict[str, object]:
    return {
        "email": learner.email,
        "activity": form.activity,
        "form_id": form.form_id,
        "value": value,
        "acknowledged": True,
    }


@contextmanager
def a_line_that_breaks(port: int) -> Iterator[str]:
    """A proxy that takes a whole request to the site, and cuts the line when the first byte of the answer is there."""
    listener = socket.create_server(("127.0.0.1", 0))

    def carry() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            with near, socket.create_connection(("127.0.0.1", port)) as far:

                def onward(near: socket.socket = near, far: socket.socket = far) -> None:
                    try:
                        while data := near.recv(65536):
                            far.sendall(data)
                    except OSError:
                        return

                sender = threading.Thread(target=onward)
                sender.start()
                far.recv(1)  # the site has answered: whatever it did is done
                near.shutdown(socket.SHUT_RDWR)
                sender.join()

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def test_an_answer_is_one_however_it_is_delivered(served: Served) -> None:
    """Twenty times at once; again after a later one; and once with the receipt lost on the way."""
    learner = Learner(served.world.url, someone())
    learner.arrive()
    first = learner.form("open")
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: learner.send(first, "4"), range(20)))
    assert all(is_accepted(answer) for answer in answers)
    assert sum("again=" not in answer.headers["Location"] for answer in answers) == 1

    second = learner.form("open")
    assert is_accepted(learner.send(second, "5"))
    late = learner.send(first, "4", as_json=True).json()
    assert late["repeated"] is True

    third = learner.form("open")
    with a_line_that_breaks(served.site.port) as url, pytest.raises(httpx.TransportError):
        learner.send(third, "6", url=url)
    receipts = [learner.send(third, "6", as_json=True).json() for _ in range(2)]
    assert [receipt["repeated"] for receipt in receipts] == [True, True]  # it was kept the first time
    assert receipts[0]["receipt"] == receipts[1]["receipt"]

    sent = [entry(learner, first, "4"), entry(learner, second, "5"), entry(learner, third, "6")]
    code = (
        "import sys; from cordee.learning.models import *\n"
        "print(Submission.objects.filter(enrolment__account__email=sys.argv[1]).count())"
    )
    assert served.world.run(code, learner.email).strip() == "3"
    (found,) = kill.audited(served.world, sent)
    assert (found["lost"], found["doubled"], found["altered"], found["inconsistent"]) == (0, 0, 0, 0), found


def test_other_forms_sent_twenty_times_at_once_write_few_letters_and_make_no_account(served: Served) -> None:
    email = f"new.{someone()}"
    learner = Learner(served.world.url, email)
    token = csrf_token(learner.client, "/sign-up")
    words = {"csrfmiddlewaretoken": token, "name": "Awa", "email": email}
    with ThreadPoolExecutor(10) as pool:
        statuses = {pool.submit(learner.client.post, "/sign-up", data=words).result().status_code for _ in range(20)}
    assert statuses <= {302, 429}
    code = (
        "import sys; from cordee.people.models import Account, MailedLink\n"
        "email = sys.argv[1]\n"
        "print(Account.objects.filter(email=email).count(), MailedLink.objects.filter(address=email).count())"
    )
    assert served.world.run(code, email).strip() == "0 5"
