"""A worker that can be killed, in a process of its own, with a short lease:

python -m cordee.jobs.tests.working write COUNT [FIRST]     letters to so many accounts, made for it
python -m cordee.jobs.tests.working work                    the queue, until killed
python -m cordee.jobs.tests.working counts                  how the queue and the letters stand, as JSON
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading

LEASE_S = 0.5


def write(count: int, first: int) -> None:
    from django.db import transaction

    from cordee.core import clock
    from cordee.jobs.tests.make import WORDS
    from cordee.jobs.writing_letters import Addressee, write_letters
    from cordee.people.tests.make import make_account

    with transaction.atomic():
        accounts = [make_account(email=f"p{first + number}@example.org") for number in range(count)]
        people = [Addressee(one.pseudonym, one.email, "en") for one in accounts]
        write_letters(
            key=f"k{first}", topic="t", sender="Hélène", words={"en": WORDS}, addressees=people, now=clock.now()
        )


def work() -> None:
    from cordee.jobs import performing
    from cordee.web import worker

    performing.LEASE = dt.timedelta(seconds=LEASE_S)  # type: ignore[misc]  # so that a killed one is followed soon
    worker.perform_jobs(worker.works(), threading.Event())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    import django

    django.setup()
    match sys.argv[1:]:
        case ["write", count, *first]:
            write(int(count), int(first[0]) if first else 0)
        case _:
            work()


if __name__ == "__main__":
    main()
