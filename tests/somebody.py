"""A person of whom every table holds a row, and somebody beside them of whom nothing may change."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, replace
from pathlib import Path

from django.conf import settings
from django.test import override_settings

from cordee.activities.video.models import MediaHost, Viewing
from cordee.awards.attesting import issue_attestation
from cordee.core import clock
from cordee.courses.checks.models import Waiver
from cordee.courses.editorial.writing import Words, store_text
from cordee.courses.models import Course, ReviewStep, Run, SheetEdition, Version
from cordee.courses.queries import outline
from cordee.courses.sheets.sheet import Sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.jobs.models import Letter
from cordee.jobs.refusing_letters import Wish, say_no
from cordee.jobs.tests.make import WORDS
from cordee.jobs.writing_letters import Addressee, letter_id, write_letters
from cordee.learning.aims import say_aim
from cordee.learning.catalogue.next_run import wish_for_next_run
from cordee.learning.cohorts.reading import Line
from cordee.learning.giving_points import give_points
from cordee.learning.judging.models import HeldAnswer, JudgedAgain
from cordee.learning.models import (
    Cohort,
    CohortList,
    CohortMember,
    Enrolment,
    OutsideMark,
    OutsideMarkList,
    SectionTime,
    Submission,
)
from cordee.learning.notes.writing import keep_note, set_bookmark
from cordee.learning.rhythm.aiming import set_weekly_aim
from cordee.learning.tests.make import hand_in, make_enrolment
from cordee.learning.versions.models import Regrade, RegradedEnrolment
from cordee.learning.viewing import view_unit
from cordee.people.about_me.saying import say_about_me
from cordee.people.asking_data import ask_for_data
from cordee.people.asking_erasure import ask_for_erasure
from cordee.people.auditing import note_act, note_look
from cordee.people.by_letter.joining import ask_for_account
from cordee.people.by_letter.links import use_link
from cordee.people.consenting import PURPOSES, agree
from cordee.people.feeding_calendars import renew_link
from cordee.people.granting import grant_role
from cordee.people.models import (
    AboutMe,
    Account,
    AgeStatement,
    MailedLink,
    ParentAgreement,
    RecoveryCode,
    Role,
    SecondFactor,
    TeamInvitation,
)
from cordee.people.tests.make import PASSWORD, make_account, make_session
from cordee.pilot.models import ChosenLearner, RunLetter

EMAIL = "zenobie.quasimodo@essai.example"
NAME = "Zénobie Quasimodo-Essai"


def somebody(folder: Path, *, language: str = "fr", email: str = EMAIL, name: str = NAME) -> tuple[Account, Run]:
    """They learn, pass, hold an attestation, get letters, teach, and have asked for their data and to be erased."""
    now = clock.now()
    _ask_for_account(email, name, language, now)
    account = make_account(email=email, name=name, password=PASSWORD, language=language)
    enrolment = make_enrolment(folder, account=account)
    run = enrolment.run
    learn(enrolment)
    enrolment.refresh_from_db()
    issue_attestation(enrolment=enrolment, name=name, now=now)
    Viewing.objects.create(
        enrolment=enrolment, activity="film", started_at=now, position_s=3.0, position_at=now, window_at=now
    )
    make_session(account)
    operator = make_account(name="Odile Opératrice")
    grant_role(account=operator, role=Role.OPERATOR, scope="", granted_by=None, now=now)
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=operator, now=now)
    grant_role(account=operator, role=Role.TUTOR, scope=f"run:{run.key}", granted_by=account, now=now)
    with override_settings(CORDEE=replace(settings.CORDEE, smtp=None)):
        write_letters(
            key="to all", topic="run:A+B+C", sender="Hélène", words={language: WORDS},
            addressees=[Addressee(account.pseudonym, email, language)], now=now,
        )  # fmt: skip
        write_letters(
            key="of theirs", topic="run:A+B+C", sender=name, words={language: WORDS},
            addressees=[Addressee(operator.pseudonym, operator.email, language)], now=now,
        )  # fmt: skip
    Letter.objects.filter(pk=letter_id("to all", account.pseudonym)).update(error=f"450 <{email}> later")
    say_no(wish=Wish(account.pseudonym, "run:A+B+C", "Networks"), everything=False, now=now)
    note_act(account=account, act="run.write_to_learners", place=f"run:{run.key}", people=2, about="letter", now=now)
    note_look(
        account=operator, act="run.results", place=f"run:{run.key}", person=account.pseudonym, about="a page", now=now
    )
    course = Course.objects.get(pk=run.course_id)
    MediaHost.objects.update_or_create(
        course=course, origin="https://films.example", defaults={"allowed_at": now, "allowed_by": account}
    )
    write_sheet(course=course, sheet=Sheet(ects=float(SheetEdition.objects.count() + 1)), by=account, now=now)
    wish_for_next_run(account=account, course=course, now=now)
    store_text(
        kind="page", slug=f"page-{account.pk}", language=language, words=Words(title="About us"), seen=0,
        publish=True, by=account, now=now,
    )  # fmt: skip
    written = RunLetter.objects.create(
        form_id=uuid.uuid4(), run=run.key, author=account.pseudonym, author_name=name, subject="Hello", text="Hello",
        chosen_by={}, sent_at=now,
    )  # fmt: skip
    ChosenLearner.objects.create(letter=written, person=account.pseudonym, fate=ChosenLearner.WRITTEN)
    say_aim(enrolment=enrolment, aim="certify", now=now)
    keep_note(enrolment=enrolment, unit="u1", text="Ask Sami about slide 3", seen=None, now=now)
    set_bookmark(enrolment=enrolment, unit="u1", marked=True, now=now)
    set_weekly_aim(account=account, measure="days", count=2, now=now)
    own = AboutMe(languages=["fr"], gender="f", year_of_birth=1999, level_of_education="m", country="FR")
    say_about_me(account=account, said=own, now=now)
    AgeStatement.objects.get_or_create(account=account, defaults={"year": 1999, "said_at": now})
    MailedLink.objects.create(
        door=MailedLink.PASSWORD, account=account, address=email, made_at=now, expires_at=now + dt.timedelta(hours=1)
    )
    SecondFactor.objects.create(account=account, nonce="ab" * 16, began_at=now)
    RecoveryCode.objects.create(account=account, digest="cd" * 32, made_at=now)
    ParentAgreement.objects.create(
        account=account, address="parent@essai.example", country="FR", words="I agree", agreed_at=now
    )
    entry = outline(run.version.sha256).entries["capital"][1]
    other = make_enrolment(folder, account=operator, run=run)
    for taught, teacher in ((enrolment, operator), (other, account)):
        give_points(
            enrolment=Enrolment.objects.select_related("account", "run__version", "cohort").get(pk=taught.pk),
            outline=outline(run.version.sha256), entry=entry, points=1.0, reason="Said aloud", by=teacher, now=now,
        )  # fmt: skip
    _look_after_a_course(enrolment, account, now)
    _join_a_group(run, account, operator, now)
    for asked, asking in ((account, operator), (operator, account)):
        TeamInvitation.objects.create(
            account=asked, role=Role.COMMUNITY_ASSISTANT, scope=f"run:{run.key}", invited_by=asking, invited_at=now
        )
    agree(account=account, purpose=next(iter(PURPOSES)), language=language, now=now)
    renew_link(account=account, now=now)
    ask_for_data(account=account, now=now)
    ask_for_erasure(account=account, withdraws=False, now=now)
    return account, run


def _ask_for_account(email: str, name: str, language: str, now: dt.datetime) -> None:
    """By a letter, before there is an account, with the address spelt otherwise."""
    with override_settings(CORDEE=replace(settings.CORDEE, smtp=None)):
        ask_for_account(email=email.upper(), name=name, language=language, onward="/", address="", now=now)
    use_link(MailedLink.objects.get(address=email.upper()), now=now)


def _look_after_a_course(enrolment: Enrolment, account: Account, now: dt.datetime) -> None:
    """They published a version, asked for its review, waived a check, and graded a session again, then took it back.

    As a learner, they began a section whose time is limited, and handed in a program.
    """
    shown = enrolment.run.version
    Version.objects.create(
        course_id=shown.course_id, number=Version.objects.count() + 1, sha256=uuid.uuid4().hex * 2,
        outline=shown.outline, files={}, extra={}, report={}, published_at=now, published_by=account,
        published_by_name=account.name,
    )  # fmt: skip
    ReviewStep.objects.create(
        version=Version.objects.filter(course=shown.course_id).latest("number"), number=1, kind=ReviewStep.ASKED,
        words="The figures of 2026", by=account, by_name=account.name, author=account, author_name=account.name,
        reviewer=account, reviewer_name=account.name, at=now,
    )  # fmt: skip
    Waiver.objects.create(
        course_id=shown.course_id, rule="week-above-2-hours", place=f"m{account.pk}", reason="A summer school",
        waived_by=account, waived_by_name=account.name, waived_at=now,
    )  # fmt: skip
    regrade = Regrade.objects.create(
        run=enrolment.run, from_version=shown, to_version=shown, reason="The key was wrong", figures={},
        made_by=account, made_by_name=account.name, made_at=now,
        undone_by=account, undone_by_name=account.name, undone_at=now, put_back=1,
    )  # fmt: skip
    RegradedEnrolment.objects.create(
        regrade=regrade, enrolment=enrolment, grade_before=0.5, grade_after=1.0, attempts=2, states={}
    )
    HeldAnswer.objects.create(
        enrolment=enrolment, activity="program", form_id=uuid.uuid4(), content="0" * 64, language="en",
        answer={"main.c": f"// {account.name}"}, is_trial=True, received_at=now, judged_at=now,
        found={"verdict": "finished"},
    )  # fmt: skip
    SectionTime.objects.create(
        enrolment=enrolment, section="exam", begun_at=now, limit_min=30, extra_percent=100 / 3,
        extra_because="A third more", anew_because="The network was down",
    )  # fmt: skip
    for handed_in in Submission.objects.filter(enrolment=enrolment)[:1]:
        JudgedAgain.objects.create(
            submission=handed_in, content="1" * 64, reason="A test was wrong", asked_at=now, judged_at=now,
            found={"verdict": "accepted", "score": 100.0}, gained=True,
        )  # fmt: skip


def _join_a_group(run: Run, account: Account, operator: Account, now: dt.datetime) -> None:
    """They are in it, brought lists, have a mark of another site, and stand on a list that others looked at."""
    name, email = account.name, account.email
    cohort, _made = Cohort.objects.get_or_create(run=run, name="Thursday")
    CohortMember.objects.create(cohort=cohort, account=account, name=name, address=email, way="csv", added_at=now)
    CohortList.objects.create(cohort=cohort, account=account, lines=[], made_at=now)
    OutsideMarkList.objects.create(cohort=cohort, account=account, rows=[], extracted_at=now, made_at=now)
    OutsideMark.objects.create(cohort=cohort, account=account, grade=0.5, extracted_at=now, taken_at=now)
    _look_at_list(cohort, operator, email, name, now)


def _look_at_list(cohort: Cohort, by: Account, email: str, name: str, now: dt.datetime) -> None:
    """Others look at a list that names them, and do not take it."""
    told = [asdict(Line(2, email.title(), name)), asdict(Line(3, "other@essai.example", "Somebody Else"))]
    CohortList.objects.create(cohort=cohort, account=by, lines=told, made_at=now)


def learn(enrolment: Enrolment) -> None:
    """They read a unit and answer both quizzes rightly."""
    now = clock.now()
    view_unit(enrolment=enrolment, unit="u1", known=None, language="en", now=now)
    for quiz in ("capital", "sum"):
        hand_in(enrolment, quiz, now=now)


def neighbour(run: Run) -> Account:
    """Somebody else in the same run."""
    account = make_account(name="Voisin Tranquille")
    learn(make_enrolment(Path(), account=account, run=run))
    return account
