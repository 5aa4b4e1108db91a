"""Which people and which course does a measurement run on?"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cordee.activities.quiz.definition import Choices, Menus, Number, Problem, Text, choice_names
from cordee.core import clock
from cordee.courses.models import Run
from cordee.courses.queries import definitions, outline
from cordee.learning.enrolling import seed_for
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment
from cordee.people.emails import email_key
from cordee.people.models import Account, SignIn
from cordee.people.sessions import LIFETIME, claim_for, write_claim
from cordee.people.signing_up import make_account

PASSWORD = "bench-cordee-2026"  # noqa: S105 - of invented people on loopback
TOKEN = "b" * 32  # a form's token as the browser keeps it; Django takes it as it is
A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody enrolled and signed in."""

    email: str
    enrolment: int
    cookie: str


@dataclass(frozen=True, slots=True)
class Question:
    """One quiz of the course, with an answer that it takes."""

    activity: str
    unit: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class World:
    """A course with learners."""

    run: str
    units: tuple[str, ...]
    questions: tuple[Question, ...]
    videos: tuple[str, ...]
    learners: tuple[Learner, ...]


def make(learners: int) -> World:
    """Our own course with many learners in it. The database holds the demo's world already."""
    now = clock.now()
    run = Run.objects.select_related("version", "course").get(key__startswith="Ingenia+")
    Run.objects.filter(pk=run.pk).update(opens_at=now - A_DAY)
    plan = outline(run.version.sha256)
    return World(
        run=run.key,
        units=tuple(unit for unit, place in plan.places.items() if place.section.opens_at is None),
        questions=tuple(_questions(run)),
        videos=tuple(activity for activity, (_place, entry) in plan.entries.items() if entry.kind == "video"),
        learners=tuple(_learners(run, learners, now)),
    )


def form_of(learner: Learner, question: Question, attempt: int) -> str:
    """The number of the form that the server draws for this attempt."""
    return str(form_id(enrolment_id=learner.enrolment, activity=question.activity, attempt=attempt))


def _learners(run: Run, count: int, now: dt.datetime) -> Iterator[Learner]:
    first = make_account(
        email="bench0@demo.example", name="Bench 0", password=PASSWORD, language="en", time_zone="Europe/Paris", now=now
    )
    accounts = [first]
    for number in range(1, count):
        email = f"bench{number}@demo.example"
        account = Account(
            email=email,
            email_key=email_key(email),
            name=f"Bench {number}",
            password=first.password,  # hashing it anew for each would take minutes
            language="en",
            time_zone="Europe/Paris",
            created_at=now,
        )
        accounts.append(account)
    Account.objects.bulk_create(accounts[1:], batch_size=500)
    enrolments = [
        Enrolment(account=account, run=run, enrolled_at=now, seed=seed_for(pseudonym=account.pseudonym, run=run))
        for account in accounts
    ]
    Enrolment.objects.bulk_create(enrolments, batch_size=500)
    sign_ins = [SignIn(account=account, created_at=now, expires_at=now + LIFETIME) for account in accounts]
    SignIn.objects.bulk_create(sign_ins, batch_size=500)
    for account, enrolment, sign_in in zip(accounts, enrolments, sign_ins, strict=True):
        yield Learner(account.email, enrolment.pk, write_claim(claim_for(sign_in, account)))


def _questions(run: Run) -> Iterator[Question]:
    """The quizzes that may be handed in twice at least, without a pause."""
    plan = outline(run.version.sha256)
    for activity, (place, entry) in plan.entries.items():
        rules = entry.rules
        if entry.kind != "quiz" or entry.ungradable or rules.wait_s or (rules.max_attempts or 2) < 2:  # noqa: PLR2004
            continue
        content = entry.contents["en"]
        fields = _answer(definitions.of([content])[content])
        if fields:
            yield Question(activity, place.unit.id, fields)


def _answer(problem: Problem) -> dict[str, str]:
    """One choice, option, word or number for each input."""
    found: dict[str, str] = {}
    for response in problem.responses:
        for rank in range(len(response.inputs)):
            match response.key:
                case Choices(pool=pool) if not pool:  # else the first may not be among those drawn
                    found[response.input_id(rank)] = choice_names(response)[0]
                case Menus(menus):
                    found[response.input_id(rank)] = menus[rank].options[0].text
                case Text(answer):
                    found[response.input_id(rank)] = re.sub(r"\W", "", answer) or "word"
                case Number():
                    found[response.input_id(rank)] = "42"
                case _:
                    return {}
    return found
