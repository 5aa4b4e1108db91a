"""When may a session show a version, in a course whose versions are reviewed?"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from cordee.core.errors import Conflict, CordeeError, InputRefused, NotAllowed
from cordee.courses.importing import Imported, import_course
from cordee.courses.models import Course, ReviewStep, Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.private_runs import Terms, open_private_run
from cordee.courses.publishing import Published
from cordee.courses.tests.make import NOW, archive, course_files, small_run
from cordee.courses.versions import reviewing
from cordee.courses.versions.approval import ReviewFirst, state_of
from cordee.courses.versions.moving import follow_harmless, move_run
from cordee.courses.versions.queries import reviews_for
from cordee.courses.versions.restoring import restore_version
from cordee.formats.archives import Limits
from cordee.jobs.models import Letter, Message
from cordee.people.erasing import erase
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.organisations import About, make_organisation
from cordee.people.tests.make import make_account

KEY = "Ingenia+TST101"


def colleague(name: str = "Hélène Rey", role: Role = Role.AUTHOR) -> Account:
    account = make_account(name=name)
    grant_role(account=account, role=role, scope=f"course:{KEY}", granted_by=None, now=NOW)
    return account


def reviewed_run(folder: Path) -> Run:
    """A session of a course, of which reviews are wanted from then on."""
    run = small_run(folder)
    reviewing.set_reviews(course=run.course, wanted=True, by=None, now=NOW)
    return run


def published(folder: Path, text: str = "Newer.", by: Account | None = None, **options: object) -> Imported:
    path = archive(course_files(text=f"<p>{text}</p>"), folder / "next.tar.gz")
    wanted = RunOptions(listed=True, **options)  # type: ignore[arg-type]
    return import_course(path, limits=Limits(), options=wanted, now=NOW, published=Published(by=by, note="New figures"))


def latest() -> Version:
    return Version.objects.select_related("course").latest("number")


def approved(version: Version, by: Account) -> bool:
    steps = ReviewStep.objects.filter(version=version).count()
    return reviewing.approve(version=version, note="", by=by, seen=steps, seen_latest=latest().number, now=NOW)


@pytest.mark.django_db
def test_no_review_is_needed_unless_the_course_or_the_site_wants_it(tmp_path: Path) -> None:
    run = small_run(tmp_path)
    assert state_of(run.version) == "unneeded"
    with override_settings(CORDEE=replace(settings.CORDEE, review_versions=True)):
        assert state_of(run.version) == "unasked"
        reviewing.set_reviews(course=run.course, wanted=False, by=None, now=NOW)
        assert state_of(run.version) == "unneeded"
    reviewing.set_reviews(course=run.course, wanted=True, by=None, now=NOW)
    assert state_of(run.version) == "unasked"
    assert StaffAct.objects.filter(act="course.waive_review").count() == 2


@pytest.mark.django_db
def test_publishing_with_a_move_asks_for_a_review_and_the_session_stays(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    done = published(tmp_path, by=colleague(), update_run=True)
    assert (done.version, done.kept_on, done.review, done.changed) == (2, 1, "asked", True)
    assert Run.objects.get(pk=run.pk).version.number == 1
    step = ReviewStep.objects.get()
    assert (step.kind, step.by_name, step.author_name, step.words) == (
        "asked",
        "Hélène Rey",
        "Hélène Rey",
        "New figures",
    )


@pytest.mark.django_db
def test_who_publishes_without_a_name_has_nobody_asked(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    assert published(tmp_path).review == "unasked"
    assert not ReviewStep.objects.exists()


@pytest.mark.django_db
def test_no_door_lets_a_session_show_a_version_that_nobody_approved(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    published(tmp_path, by=colleague(), update_run=True)
    with pytest.raises(ReviewFirst), transaction.atomic():
        move_run(run=run, to=latest(), seen=1, by=None, now=NOW)
    school = make_organisation(
        code="Alpine", about=About(name_fr="Alpine", name_en="Alpine", kind="school"), by=None, now=NOW
    )
    terms = Terms(opens_at=NOW, closes_at=None, enrolment_closes_at=None, pass_mark=0.5)
    with pytest.raises(ReviewFirst):
        open_private_run(version=latest(), key="spoc", organisation=school, terms=terms, by=None, now=NOW)
    Run.objects.update(follows_harmless=True)
    restored, _new = restore_version(version=Version.objects.get(number=1), note="", seen=2, by=None, now=NOW)
    assert state_of(restored) == "unasked"
    published(tmp_path, "A typo less.", by=colleague("Awa Diop"))
    assert set(Run.objects.values_list("version__number", flat=True)) == {1}
    opened = published(tmp_path, "A typo less.", key="next")
    assert opened.run.pk is None
    assert opened.kept_on == 0
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_the_first_version_of_a_course_opens_its_session_once_it_is_approved(tmp_path: Path) -> None:
    with override_settings(CORDEE=replace(settings.CORDEE, review_versions=True)):
        first = published(tmp_path, by=colleague())
        assert not Run.objects.exists()
        assert (first.review, first.run.key) == ("asked", f"{KEY}+2026")
        approved(latest(), colleague("Awa Diop"))
        again = published(tmp_path)
    assert (again.run.pk is not None, again.changed, again.kept_on, again.review) == (True, True, 1, "approved")


@pytest.mark.django_db
def test_an_approved_version_is_shown(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    published(tmp_path, by=colleague())
    assert approved(latest(), colleague("Awa Diop"))
    with transaction.atomic():
        assert move_run(run=run, to=latest(), seen=1, by=None, now=NOW)
    assert Run.objects.get(pk=run.pk).version.number == 2


@pytest.mark.django_db
def test_an_approval_moves_the_sessions_that_follow_harmless_changes_and_never_backwards(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    Run.objects.update(follows_harmless=True)
    author, other = colleague(), colleague("Awa Diop")
    published(tmp_path, "Second.", by=author)
    second = latest()
    published(tmp_path, "Third.", by=author)
    approved(latest(), other)
    assert Run.objects.get(pk=run.pk).version.number == 3
    approved(second, other)
    assert Run.objects.get(pk=run.pk).version.number == 3


@pytest.mark.django_db
def test_whether_a_version_may_be_shown_is_asked_once_for_all_sessions_that_follow(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    for name in ("next", "last"):
        Run.objects.create(key=f"{KEY}+{name}", course=run.course, version=run.version, opens_at=NOW, pass_mark=0.5)
    published(tmp_path, "Second.", by=colleague())
    approved(latest(), colleague("Awa Diop"))
    Run.objects.update(follows_harmless=True)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        moved = follow_harmless(latest(), NOW)
    assert len(moved) == 3
    assert sum("courses_reviewstep" in one["sql"] for one in asked.captured_queries) == 1


@pytest.mark.django_db
def test_nobody_approves_what_they_published_or_asked_for(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    author, other = colleague(), colleague("Awa Diop")
    published(tmp_path, by=author)
    with pytest.raises(NotAllowed):
        approved(latest(), author)
    with pytest.raises(NotAllowed):
        reviewing.send_back(version=latest(), reason="Mine", by=author, seen=1, now=NOW)
    published(tmp_path, "By a command.")
    reviewing.ask_for_review(version=latest(), note="", reviewer=None, by=other, seen=0, now=NOW)
    with pytest.raises(NotAllowed):
        approved(latest(), other)
    assert approved(latest(), author)


@pytest.mark.django_db
def test_the_database_takes_no_approval_by_the_author_and_no_refusal_without_a_reason(tmp_path: Path) -> None:
    version, author = small_run(tmp_path).version, colleague()
    row = {"version": version, "number": 1, "by": author, "author": author, "at": NOW}
    with pytest.raises(IntegrityError, match="nobody_approves_their_own_version"), transaction.atomic():
        ReviewStep.objects.create(kind="approved", **row)
    with pytest.raises(IntegrityError, match="who_does_not_approve_a_version_says_why"), transaction.atomic():
        ReviewStep.objects.create(kind="returned", **row)
    with pytest.raises(IntegrityError, match="a_step_of_a_review_is_one_of_five"), transaction.atomic():
        ReviewStep.objects.create(kind="liked", words="x", **row)
    ReviewStep.objects.create(kind="asked", **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewStep.objects.create(kind="withdrawn", words="x", **row)


@pytest.mark.django_db
def test_a_double_click_and_a_second_tab_say_it_once(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    other = colleague("Awa Diop")
    published(tmp_path, by=colleague())
    version = latest()
    said = {"version": version, "note": "Good", "by": other, "seen": 1, "seen_latest": 2, "now": NOW}
    assert reviewing.approve(**said)  # type: ignore[arg-type]
    assert not reviewing.approve(**said)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="Somebody else was faster"):
        reviewing.send_back(version=version, reason="Not good", by=other, seen=1, now=NOW)
    assert [one.kind for one in ReviewStep.objects.order_by("number")] == ["asked", "approved"]


@pytest.mark.django_db
def test_a_reviewer_is_told_of_a_version_that_was_published_meanwhile(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    author, other = colleague(), colleague("Awa Diop")
    published(tmp_path, "Second.", by=author)
    second = latest()
    published(tmp_path, "Third.", by=author)
    said = {"version": second, "note": "", "by": other, "seen": 1, "now": NOW}
    with pytest.raises(Conflict, match="Version 3 was published meanwhile"):
        reviewing.approve(seen_latest=2, **said)  # type: ignore[arg-type]
    assert state_of(second) == "asked"
    assert reviewing.approve(seen_latest=3, **said)  # type: ignore[arg-type]
    assert state_of(latest()) == "asked"  # its own review is another one


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_leave_one_answer(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    published(tmp_path, by=colleague())
    version, others = latest(), [colleague("Awa Diop"), colleague("Sami Ben")]

    def answer(number: int) -> str:
        try:
            if number:
                reviewing.send_back(version=version, reason="A typo", by=others[1], seen=1, now=NOW)
            else:
                reviewing.approve(version=version, note="", by=others[0], seen=1, seen_latest=2, now=NOW)
        except CordeeError as error:
            return type(error).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(answer, (0, 1)))
    assert told == ["Conflict", "done"]
    assert ReviewStep.objects.filter(version=version).count() == 2


@pytest.mark.django_db
def test_sent_back_it_is_mended_by_a_newer_version_or_asked_for_again(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    author, other = colleague(), colleague("Awa Diop")
    published(tmp_path, by=author)
    version = latest()
    with pytest.raises(InputRefused):
        reviewing.send_back(version=version, reason="  ", by=other, seen=1, now=NOW)
    assert reviewing.send_back(version=version, reason="Slide 3", by=other, seen=1, now=NOW)
    assert state_of(version) == "returned"
    assert published(tmp_path, by=author).review == "returned"  # the same text again
    assert reviewing.ask_for_review(version=version, note="It is right", reviewer=None, by=author, seen=2, now=NOW)
    assert approved(version, other)


@pytest.mark.django_db
def test_an_approval_is_taken_back_by_another_row_and_the_session_stays(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    other = colleague("Awa Diop")
    published(tmp_path, by=colleague())
    approved(latest(), other)
    with transaction.atomic():
        move_run(run=run, to=latest(), seen=1, by=None, now=NOW)
    assert reviewing.take_back(version=latest(), reason="I read the wrong one", by=other, seen=2, now=NOW)
    assert state_of(latest()) == "revoked"
    assert [one.kind for one in ReviewStep.objects.order_by("number")] == ["asked", "approved", "withdrawn"]
    assert Run.objects.get(pk=run.pk).version.number == 2
    with pytest.raises(Conflict):
        reviewing.take_back(version=latest(), reason="Again", by=other, seen=3, now=NOW)


@pytest.mark.django_db
def test_a_manager_does_without_a_review_with_a_reason_that_is_logged(tmp_path: Path) -> None:
    run = reviewed_run(tmp_path)
    manager = make_account(name="Léa Roy")
    grant_role(account=manager, role=Role.PROGRAMME_MANAGER, scope="org:Ingenia", granted_by=None, now=NOW)
    published(tmp_path, by=manager)  # their own: nobody else is left
    with pytest.raises(InputRefused):
        reviewing.waive_review(version=latest(), reason="", by=manager, seen=1, now=NOW)
    assert reviewing.waive_review(version=latest(), reason="Nobody else is left", by=manager, seen=1, now=NOW)
    with transaction.atomic():
        assert move_run(run=run, to=latest(), seen=1, by=manager, now=NOW)
    assert StaffAct.objects.filter(act="course.waive_review", about__contains="Nobody else is left").exists()


@pytest.mark.django_db
def test_a_reviewer_is_named_among_the_colleagues_and_gets_a_letter_as_the_author_does(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    author, other, stranger = colleague(), colleague("Awa Diop"), make_account(name="Zoé")
    published(tmp_path)
    version = latest()
    asked = {"version": version, "note": "", "by": author, "seen": 0, "now": NOW}
    for wrong in (author, stranger):
        with pytest.raises(InputRefused):
            reviewing.ask_for_review(reviewer=wrong, **asked)  # type: ignore[arg-type]
    assert reviewing.ask_for_review(reviewer=other, **asked)  # type: ignore[arg-type]
    assert not reviewing.ask_for_review(reviewer=other, **asked)  # type: ignore[arg-type]
    reviewing.send_back(version=version, reason="Slide 3", by=other, seen=1, now=NOW)
    letters = {letter.person: letter for letter in Letter.objects.all()}
    assert set(letters) == {author.pseudonym, other.pseudonym}
    texts = [one.text for one in Message.objects.order_by("pk")]
    assert all(f"/courses/{KEY}/versions/2/review" in text for text in texts)
    assert any("Hélène Rey asks you to review version 2 of “A small course”." in text for text in texts)
    assert any("Version 2 of “A small course” was sent back to you" in text for text in texts)


@pytest.mark.django_db
def test_what_waits_and_what_was_answered_stands_on_the_own_page_of_each(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    author, other, stranger = colleague(), colleague("Awa Diop"), make_account(name="Zoé")
    published(tmp_path, by=author)
    assert [one.version for one in reviews_for(other)[0]] == [latest()]
    assert reviews_for(author) == ([], [])
    assert reviews_for(stranger) == ([], [])
    reviewing.send_back(version=latest(), reason="Slide 3", by=other, seen=1, now=NOW)
    assert [one.words for one in reviews_for(author)[1]] == ["Slide 3"]
    assert reviews_for(other) == ([], [])
    published(tmp_path, "Mended.", by=author)  # the newer one stands in its place
    assert reviews_for(author) == ([], [])
    reviewing.set_reviews(course=Course.objects.get(), wanted=False, by=None, now=NOW)
    assert reviews_for(other) == ([], [])


@pytest.mark.django_db
def test_the_review_outlives_who_gave_it(tmp_path: Path) -> None:
    reviewed_run(tmp_path)
    other = colleague("Awa Diop")
    published(tmp_path, by=colleague())
    approved(latest(), other)
    erase(account=other, number=uuid.uuid4(), by="themselves")
    step = ReviewStep.objects.get(kind="approved")
    assert (step.by, step.by_name) == (None, "")
    assert state_of(latest()) == "approved"


def test_nothing_but_these_doors_says_which_version_a_session_shows() -> None:
    """Each of them asks `approval`; whoever adds a door adds it here and asks there."""
    room = Path(__file__).parents[2]
    doors = {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        if "tests" not in path.parts
        and any(
            line.strip().startswith(("run.version =", "before, run.version ="))
            for line in path.read_text().splitlines()
        )
    }
    assert doors == {"courses/opening.py", "courses/versions/moving.py"}
