"""What a section does whose time is limited (`time-limit`): it waits for its learner, then takes answers so long."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse

from cordee.core import clock
from cordee.courses.kinds import Rules, ShowAnswer
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Outline, Section
from cordee.courses.queries import outline
from cordee.courses.tests.course_texts import COURSE, NOW, folder, published
from cordee.courses.text.drafting import Drafts
from cordee.courses.versions.queries import difference_of
from cordee.learning.access import Calendar, Standing, shows_answer
from cordee.learning.beginning import begin_section
from cordee.learning.dashboard import dashboard
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Decision, Enrolment, Event, SectionTime, Submission, UnitView
from cordee.learning.time_limits import SLOW, OwnTime
from cordee.people.granting import grant_role
from cordee.people.models import Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client

MODULE = """title: Nommer
sections:
  - id: lire
    title: Lire
    units: [trame]
  - id: verifier
    title: Vérifier
    units: [bilan, suite]
    graded: quiz
    due: +13d
    time-limit: 30 min
"""
RUN = "/runs/Ingenia+RES101+2026"
QUIZ = "# {}\n\nLe secret du jour.\n\n::: quiz {}\npoints: 10\n{}\nDeux et deux ?\n\n- = 4\n\n:::\n"
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Hands:
    """The clock of the site, moved by hand."""

    now: dt.datetime

    def pass_by(self, time: dt.timedelta) -> None:
        self.now += time


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Noon of a day in the middle of the run, until it is moved."""
    found = Hands(clock.now().replace(hour=12, minute=0, second=0, microsecond=0))
    monkeypatch.setattr(clock, "now", lambda: found.now)
    return found


def files(module: str = MODULE, settings: str = "", **changed: str) -> dict[str, str]:
    """Lire (a page), then Vérifier with two quizzes, which gives 30 minutes."""
    return {
        "course.yaml": COURSE.replace("[fr, en]", "[fr]"),
        "modules/nommer/module.yaml": module,
        "modules/nommer/trame.fr.md": "# Trame\n\nUne trame.\n",
        "modules/nommer/trame.en.md": "",
        "modules/nommer/trame.svg": "",
        "modules/nommer/bilan.fr.md": QUIZ.format("Bilan", "somme", settings),
        "modules/nommer/suite.fr.md": QUIZ.format("Suite", "dernier", settings),
        **changed,
    }


def opened(at: Path, hands: Hands, module: str = MODULE, settings: str = "") -> Run:
    started = hands.now - dt.timedelta(days=1)
    options = RunOptions(key="2026", opens_at=started, closes_at=started + dt.timedelta(days=60))
    return published(folder(at, **files(module, settings)), options=options, now=hands.now).done.run


def learner(run: Run) -> tuple[Enrolment, Client]:
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    return enrolment, signed_in_client(enrolment.account)


def begin(client: Client, unit: str = "bilan") -> int:
    return client.post(f"{RUN}/units/{unit}/begin").status_code


def answer(client: Client, enrolment: Enrolment, activity: str, value: str, attempt: int = 1) -> int:
    form = form_id(enrolment_id=enrolment.pk, activity=activity, attempt=attempt)
    address = f"{RUN}/activities/{activity}/submissions"
    return client.post(address, {"form_id": str(form), "p_2_1": value}).status_code


def page(client: Client, unit: str = "bilan") -> str:
    return client.get(f"{RUN}/units/{unit}").content.decode()


@pytest.mark.django_db
def test_nothing_of_a_section_with_a_time_limit_is_shown_before_its_learner_begins(
    tmp_path: Path, hands: Hands
) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    for unit in ("bilan", "suite"):
        before = page(client, unit)
        assert "Once you start, you have <strong>30\N{NO-BREAK SPACE}min</strong> for this section." in before
        assert "The time runs on when you close the page" in before
        assert "You start once. Nothing of the section is shown before." in before
        assert f'action="{RUN}/units/{unit}/begin"' in before
        assert "secret" not in before
        assert "Deux et deux" not in before
    assert not UnitView.objects.exists()
    form = form_id(enrolment_id=enrolment.pk, activity="somme", attempt=1)
    refused = client.post(
        f"{RUN}/activities/somme/submissions",
        {"form_id": str(form), "p_2_1": "4"},
        headers={"accept": "application/json"},
    )
    assert refused.status_code == 403
    assert refused.json()["error"] == "“Vérifier” has a time limit: 30\N{NO-BREAK SPACE}min. Begin it first."
    part = client.get(f"{RUN}/units/bilan?only=somme", headers={"accept": "application/json"})
    assert (part.status_code, "secret" in part.content.decode()) == (403, False)
    for address in (f"{RUN}/units/bilan/note", f"{RUN}/activities/somme/done"):
        there = client.post(address, {"text": "Mine", "seen": ""})
        assert there.status_code == 403
        assert f'href="{RUN}/units/bilan"' in there.content.decode()
    assert not Submission.objects.exists()
    for address in ("/", "/progress"):
        plan = client.get(f"{RUN}{address}").content.decode()
        assert ("Time limit: 30\N{NO-BREAK SPACE}min" in plan) == (address == "/")
        assert "secret" not in plan


@pytest.mark.django_db
def test_a_section_is_begun_once_whatever_is_pressed_again(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    _enrolment, client = learner(run)
    assert begin(client) == 303
    hands.pass_by(10 * MINUTE)
    assert begin(client) == 303
    assert begin(client, "suite") == 303
    assert SectionTime.objects.get().begun_at == hands.now - 10 * MINUTE
    assert [(one.activity, one.data) for one in Event.objects.filter(verb="began")] == [("verifier", {"limit_min": 30})]
    shown = page(client)
    assert "secret" in shown
    assert "(20 minutes left when this page was opened)" in shown
    assert "(20 minutes left when this page was opened)" in page(client, "suite")
    assert "minutes left" not in page(client, "trame")


@pytest.mark.django_db
def test_the_database_lets_nobody_begin_twice_nor_without_a_limit(tmp_path: Path, hands: Hands) -> None:
    enrolment, _client = learner(opened(tmp_path, hands))
    row = {"enrolment": enrolment, "section": "verifier", "begun_at": hands.now, "limit_min": 30}
    SectionTime.objects.create(**row)
    for wrong in (row, {**row, "section": "x", "limit_min": None}, {**row, "section": "x", "extra_min": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SectionTime.objects.create(**wrong)
    section = outline(enrolment.run.version.sha256).modules[0].sections[1]
    begin_section(enrolment=enrolment, section=section, now=hands.now + MINUTE)
    assert SectionTime.objects.get().begun_at == hands.now
    assert not Event.objects.filter(verb="began").exists()


@pytest.mark.django_db
def test_the_time_runs_on_when_the_first_page_never_came(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    begin(client)  # the answer to this is lost: cut, or the server was killed
    hands.pass_by(29 * MINUTE)
    other = signed_in_client(enrolment.account)  # another device
    assert "(1 minute left when this page was opened)" in page(other)
    assert answer(other, enrolment, "somme", "4") == 303


@pytest.mark.django_db
def test_answers_are_taken_to_the_end_and_those_on_their_way_then_and_no_later(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    hands.pass_by(dt.timedelta(seconds=8))
    begin(client)
    assert re.search(r"Until \d+:30:08", page(client))
    hands.pass_by(30 * MINUTE + SLOW)
    assert re.search(r"Your time for this section is over \(end: \d+:30:08", page(client))
    assert answer(client, enrolment, "somme", "4") == 303
    hands.pass_by(dt.timedelta(seconds=1))
    address = f"{RUN}/activities/dernier/submissions"
    form = form_id(enrolment_id=enrolment.pk, activity="dernier", attempt=1)
    refused = client.post(address, {"form_id": str(form), "p_2_1": "1729"})
    said = refused.content.decode()
    assert refused.status_code == 409
    assert "Your time for this section was over before this answer arrived." in said
    assert "Not handed in. Your answer is kept below." in said
    assert 'value="1729"' in said
    assert Submission.objects.count() == 1
    shown = page(client, "suite")
    assert "secret" in shown  # it can still be read
    assert "Your time is over." in shown
    assert 'type="submit">Hand in' not in shown
    enrolment.refresh_from_db()
    assert enrolment.grade > 0


@pytest.mark.django_db
def test_a_form_that_was_handed_in_in_time_keeps_its_receipt_afterwards(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    begin(client)
    assert answer(client, enrolment, "somme", "4") == 303
    hands.pass_by(60 * MINUTE)
    assert answer(client, enrolment, "somme", "4") == 303
    assert Submission.objects.count() == 1


def test_the_end_is_that_of_the_time_or_of_the_dates_whichever_comes_first() -> None:
    noon = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
    section = Section("s", {}, limit_min=30, closes_at=noon + 20 * MINUTE)
    outline_ = Outline({}, "en", ("en",))
    own = {"s": OwnTime(begun_at=noon, limit_min=30)}
    assert Calendar(noon, None, times=own).last_moment(section, outline_) == noon + 20 * MINUTE
    longer = Section("s", {}, limit_min=30)
    assert Calendar(noon, None, times=own).last_moment(longer, outline_) == noon + 30 * MINUTE + SLOW
    assert Calendar(noon, None).last_moment(longer, outline_) is None
    moved = {"s": noon + 10 * MINUTE}
    assert Calendar(noon, None, moved, times=own).last_moment(longer, outline_) == noon + 10 * MINUTE


@pytest.mark.django_db
def test_who_begins_shortly_before_the_deadline_is_told_what_is_left(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands, MODULE.replace("due: +13d", "closes: +13d"))
    _enrolment, client = learner(run)
    section = outline(run.version.sha256).modules[0].sections[1]
    closes = Calendar(run.opens_at, run.closes_at).closing_of(section)
    assert closes is not None
    hands.now = closes - 12 * MINUTE
    assert "If you start now, you have 12 minutes" in page(client)
    begin(client)
    assert "(12 minutes left when this page was opened)" in page(client)


@pytest.mark.django_db
def test_once_the_dates_take_no_answer_the_section_is_read_as_any_other(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, _client = learner(run)
    hands.pass_by(dt.timedelta(days=20))
    client = signed_in_client(enrolment.account)
    shown = page(client)
    assert "secret" in shown
    assert "The deadline has passed." in shown
    assert begin(client) == 303
    assert not SectionTime.objects.exists()


def shows(run: Run, at: Path, hands: Hands, limit: str) -> None:
    """From now on the run shows a new version that gives so much time."""
    made = published(folder(at, **files(MODULE.replace("30 min", limit))), now=hands.now).done.version
    Run.objects.filter(pk=run.pk).update(version=Version.objects.get(course=run.course_id, number=made))


@pytest.mark.django_db
def test_a_newer_version_takes_no_time_away_from_who_began_and_may_give_more(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    begin(client)
    for limit, left in (("10 min", "30 minutes"), ("45 min", "45 minutes"), ("5 min", "45 minutes")):
        shows(run, tmp_path, hands, limit)
        assert f"({left} left when this page was opened)" in page(client)
    shows(run, tmp_path, hands, "60 min")
    assert answer(client, enrolment, "somme", "4") == 303
    shows(run, tmp_path, hands, "5 min")
    assert "(60 minutes left when this page was opened)" in page(client)
    assert decide(desk_of(run), enrolment, "anew")[0] == 200
    assert "<strong>5\N{NO-BREAK SPACE}min</strong>" in page(client)


@pytest.mark.django_db
def test_who_teaches_passes_without_a_clock_and_as_a_learner_sees_what_learners_see(
    tmp_path: Path, hands: Hands
) -> None:
    run = opened(tmp_path, hands)
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=hands.now)
    client = signed_in_client(teacher)
    assert "secret" in page(client)
    client.post(reverse("desk-as-learner", args=[run.key]), {"wish": "learner"})
    seen = page(client)
    assert "Once you start, you have" in seen
    assert "Start now" not in seen
    assert "secret" not in seen
    assert begin(client) == 403
    assert not SectionTime.objects.exists()


@pytest.mark.django_db
def test_what_is_over_for_a_learner_is_no_longer_to_hand_in(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    assert [one.title for one in dashboard(enrolment.account, language="en", now=hands.now).to_hand_in] == ["Vérifier"]
    begin(client)
    hands.pass_by(31 * MINUTE)
    assert dashboard(enrolment.account, language="en", now=hands.now).to_hand_in == ()


def test_answers_that_open_with_the_deadline_wait_for_it_when_the_own_time_is_over() -> None:
    rules: tuple[ShowAnswer, ...] = ("past_due", "attempted", "closed", "finished")
    shown = [shows_answer(Rules(show_answer=one), Standing(), past_due=False, time_over=True) for one in rules]
    assert shown == [False, False, True, True]


def desk_of(run: Run) -> Client:
    teacher = make_account(name="Ada")
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    return signed_in_client(teacher)


def decide(desk: Client, enrolment: Enrolment, act: str, **said: str) -> tuple[int, str]:
    fields = {f"{act}-{name}": value for name, value in {"section": "verifier", "reason": "A right", **said}.items()}
    answer = desk.post(reverse(f"desk-{act}", args=[enrolment.run.key, enrolment.pk]), fields, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_a_learner_with_more_time_reads_so_before_and_while_it_runs(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    desk = desk_of(run)
    status, said = decide(desk, enrolment, "time", minutes="5", percent="33,4", reason="Dyslexia <third>")
    assert (status, "The time is changed for this learner." in said) == (200, True)
    assert "Vérifier: 5\N{NO-BREAK SPACE}min + 33.4\N{NO-BREAK SPACE}% more" in said
    before = page(client)
    assert "<strong>45\N{NO-BREAK SPACE}min 1\N{NO-BREAK SPACE}s</strong>" in before
    assert "You have more time than the usual 30\N{NO-BREAK SPACE}min" in before
    assert "Dyslexia &lt;third&gt;" in before
    begin(client)
    shown = page(client)
    assert "(45 minutes left when this page was opened)" in shown
    assert "You have more time: Dyslexia &lt;third&gt;" in shown
    hands.pass_by(44 * MINUTE)
    assert answer(client, enrolment, "somme", "4") == 303
    assert [(one.kind, one.reason, one.data) for one in Decision.objects.all()] == [
        ("time", "Dyslexia <third>", {"minutes": 5, "percent": 33.4})
    ]
    assert StaffAct.objects.filter(act="run.teach", about="time verifier").count() == 1


@pytest.mark.django_db
def test_who_is_told_their_time_is_never_told_more_than_they_have(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands, MODULE.replace("30 min", "90 s"))
    enrolment, client = learner(run)
    assert "<strong>1\N{NO-BREAK SPACE}min 30\N{NO-BREAK SPACE}s</strong>" in page(client)
    assert "Time limit: 1\N{NO-BREAK SPACE}min 30\N{NO-BREAK SPACE}s" in client.get(f"{RUN}/").content.decode()
    desk = desk_of(run)
    for typed in ("2.5", "2,5"):
        said = decide(desk, enrolment, "time", minutes=typed, percent="33")[1]
        assert "Vérifier: 2\N{NO-BREAK SPACE}min 30\N{NO-BREAK SPACE}s + 33\N{NO-BREAK SPACE}% more" in said
    assert SectionTime.objects.get().extra_min == 2.5
    before = page(client)
    assert "<strong>4\N{NO-BREAK SPACE}min 29\N{NO-BREAK SPACE}s</strong>" in before  # 269.7 s
    assert "the usual 1\N{NO-BREAK SPACE}min 30\N{NO-BREAK SPACE}s" in before
    begin(client)
    assert 'data-seconds="270"' in page(client)


@pytest.mark.django_db
def test_time_is_given_while_it_runs_or_is_over_but_not_what_would_be_over_too(tmp_path: Path, hands: Hands) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    desk = desk_of(run)
    begin(client)
    hands.pass_by(40 * MINUTE)
    status, said = decide(desk, enrolment, "time", minutes="5")
    assert (status, "The time would be over all the same" in said) == (422, True)
    for wrong in ({"minutes": "-5"}, {"minutes": "1e9"}, {"percent": "401"}, {"minutes": "nan"}, {"reason": " "}):
        assert decide(desk, enrolment, "time", **wrong)[0] == 422
    assert decide(desk, enrolment, "time", minutes="5", section="lire")[0] == 422
    assert not Decision.objects.exists()
    for _again in (1, 2):  # a double click
        assert decide(desk, enrolment, "time", minutes="20")[0] == 200
    assert Decision.objects.count() == 1
    assert "(10 minutes left when this page was opened)" in page(client)
    assert decide(desk, enrolment, "time")[0] == 200
    assert "Your time for this section is over" in page(client)
    assert "Vérifier: everybody’s time again" in decide(desk, enrolment, "time", minutes="")[1]


@pytest.mark.django_db
def test_the_end_as_it_is_now_is_told_to_a_page_that_asks_and_beside_what_is_handed_in(
    tmp_path: Path, hands: Hands
) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    json = {"accept": "application/json"}

    def told() -> tuple[int, str]:
        asked = client.get(f"{RUN}/units/bilan?time=left", headers=json)
        return asked.status_code, asked.json().get("html", "")

    assert told() == (403, "")  # not begun
    begin(client)
    assert f'data-at="{RUN}/units/bilan?time=left"' in page(client)
    visits = Event.objects.filter(verb="viewed").count()
    hands.pass_by(25 * MINUTE)
    assert '<p data-time="300">Until ' in told()[1]
    decide(desk_of(run), enrolment, "time", minutes="10")
    assert '<p data-time="900">Until ' in told()[1]
    form = form_id(enrolment_id=enrolment.pk, activity="somme", attempt=1)
    answered = client.post(
        f"{RUN}/activities/somme/submissions", {"form_id": str(form), "p_2_1": "4"}, headers=json
    ).json()["html"]
    assert "</section>" in answered
    assert '<p data-time="900">Until ' in answered
    hands.pass_by(15 * MINUTE)
    assert '<p data-time="0">Your time for this section is over (end: ' in told()[1]
    assert Event.objects.filter(verb="viewed").count() == visits
    other = client.get(f"{RUN}/units/trame?time=left", headers=json)
    assert other.json() == {"html": ""}


@pytest.mark.django_db
def test_who_may_start_again_has_the_whole_time_once_more_and_keeps_what_they_handed_in(
    tmp_path: Path, hands: Hands
) -> None:
    run = opened(tmp_path, hands)
    enrolment, client = learner(run)
    desk = desk_of(run)
    status, said = decide(desk, enrolment, "anew")
    assert (status, "has not started this section" in said) == (422, True)
    begin(client)
    answer(client, enrolment, "somme", "4")
    hands.pass_by(60 * MINUTE)
    for _again in (1, 2):
        assert decide(desk, enrolment, "anew", reason="The network was down")[0] == 200
    assert Decision.objects.get().data == {"begun": (hands.now - 60 * MINUTE).isoformat()}
    before = page(client)
    assert "You may start again" in before
    assert "The network was down" in before
    assert "You start once" not in before
    assert "secret" not in before
    begin(client)
    assert "(30 minutes left when this page was opened)" in page(client)
    assert answer(client, enrolment, "dernier", "4") == 303
    assert Submission.objects.count() == 2
    assert Event.objects.filter(verb="began").count() == 2


@pytest.mark.parametrize("is_given_more", [False, True])
@pytest.mark.django_db(transaction=True)
def test_twenty_tabs_that_begin_at_once_begin_once(tmp_path: Path, hands: Hands, *, is_given_more: bool) -> None:
    run = opened(tmp_path, hands)
    enrolment, _client = learner(run)
    section = outline(run.version.sha256).modules[0].sections[1]
    if is_given_more:
        SectionTime.objects.create(enrolment=enrolment, section=section.id, extra_min=10, extra_because="A right")

    def one(second: int) -> None:
        try:
            begin_section(enrolment=enrolment, section=section, now=hands.now + dt.timedelta(seconds=second))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(one, range(20)))
    row, told = SectionTime.objects.get(), Event.objects.get(verb="began")
    assert (row.begun_at, row.extra_min) == (told.at, 10 if is_given_more else 0)


@pytest.mark.django_db
def test_another_limit_of_time_is_a_difference_between_versions_that_concerns_grading(
    tmp_path: Path, hands: Hands
) -> None:
    opened(tmp_path, hands)
    published(folder(tmp_path, **files(MODULE.replace("30 min", "45 min"))), now=hands.now)
    before, after = Version.objects.order_by("number")
    told = difference_of(before, after, "fr")
    assert [one.change.said.template for one in told.changes] == ["how much time “{title}” gives changed"]
    assert told.weight == "grading"


def test_a_preview_of_a_text_has_no_clock(tmp_path: Path) -> None:
    draft = Drafts(folder(tmp_path, **files())).draw(NOW)
    assert draft.errors == ()
    assert draft.outline is not None
    assert [section.limit_min for section in draft.outline.modules[0].sections] == [0, 0]
