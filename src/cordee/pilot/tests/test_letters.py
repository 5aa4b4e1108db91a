"""Does a letter go once to those whom the teacher saw, to nobody who does not want it, and does the page say honestly
whether it helped?"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import threading
import uuid
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from cordee.core import clock
from cordee.core.errors import NotFound
from cordee.courses.models import Run
from cordee.courses.outlines import Outline
from cordee.courses.queries import outline
from cordee.jobs.models import Job, Letter, NoLetters
from cordee.jobs.tests.make import mail_through
from cordee.learning.models import Enrolment, Event
from cordee.learning.tests.cohorts import make_cohort, make_member
from cordee.learning.tests.make import WRONG, hand_in, make_enrolment
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role, StaffAct
from cordee.people.tests.make import make_account, signed_in_client
from cordee.pilot import live, refreshing, sealing
from cordee.pilot.desk import Desk
from cordee.pilot.figures import Filters
from cordee.pilot.indicators import Row
from cordee.pilot.letters import measuring
from cordee.pilot.letters.choosing import Choice, Person, everybody
from cordee.pilot.letters.measuring import verdict_of
from cordee.pilot.letters.pages import Effect, effect_row, effect_sentence
from cordee.pilot.letters.sending import Draft, send_letter
from cordee.pilot.models import ChosenLearner, RunLetter
from cordee.pilot.pages.run import _stop_found

pytestmark = [pytest.mark.django_db, pytest.mark.long]
WORDS = {"subject": "Stuck?", "text": "Dear all,\r\n\r\nlook at <b>unit 3</b>: https://example.org/x.", "held": "0"}


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CORDEE", dataclasses.replace(settings.CORDEE, home=tmp_path / "home"))


def a_teacher(run: Run, *, name: str = "Hélène Castagnier") -> Account:
    account = make_account(name=name)
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    return account


def class_of(folder: Path, count: int, *, languages: tuple[str, ...] = ("en",)) -> list[Enrolment]:
    """Learners of one run who never came, with the pilot's store told of them."""
    first = make_enrolment(folder, account=make_account(name="Learner 0", language=languages[0]))
    others = [
        make_enrolment(
            folder,
            run=first.run,
            account=make_account(name=f"Learner {number}", language=languages[number % len(languages)]),
        )
        for number in range(1, count)
    ]
    tell(first.run)
    return [first, *others]


def tell(run: Run) -> None:
    """Bring what happened into the pilot's store."""
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), run.key, clock.now())


def address(run: Run, why: str = "never_came", **more: str) -> str:
    said = "".join(f"&{name}={quote(value, safe='')}" for name, value in more.items())
    return f"/pilot/letters/{quote(run.key, safe='')}/write?why={why}{said}"


def address_of_one(learner: Enrolment) -> str:
    """Of a letter to this learner alone."""
    actor = live.site_store().actor_of(str(learner.account.pseudonym))
    return address(learner.run, "one", learner=str(actor))


def form_of(page: str) -> dict[str, str]:
    """The hidden fields that the page holds."""
    return dict(re.findall(r'name="(form_id|seen|looked)" value="([^"]*)"', page))


def looked_at(client: Client, path: str, **more: str) -> dict[str, str]:
    """What the form holds once the letter was looked at, as a browser would post it."""
    typed = {**WORDS, **more}
    return {**typed, **form_of(client.post(path, {**typed, "act": "look"}).content.decode())}


def send(client: Client, run: Run, *, path: str = "", **more: str) -> RunLetter:
    path = path or address(run)
    answer = client.post(path, {**looked_at(client, path, **more), "act": "send"})
    assert answer.status_code == 302, re.findall(r'role="alert".*?</div>', answer.content.decode(), re.DOTALL)
    return RunLetter.objects.get(pk=answer["Location"].partition("?")[0].rpartition("/")[2])


def fates(letter: RunLetter) -> dict[str, int]:
    found = list(ChosenLearner.objects.filter(letter=letter).values_list("fate", flat=True))
    return {fate: found.count(fate) for fate in sorted(set(found))}


def test_a_teacher_sees_whom_looks_at_the_letter_sends_it_and_each_learner_gets_theirs(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 12, languages=("en", "fr"))
    run, teacher = learners[0].run, a_teacher(learners[0].run)
    client = signed_in_client(teacher)
    page = client.get(address(run)).content.decode()
    assert "12 learners" in page
    assert "Learner 3" in page
    looked = client.post(address(run), {**WORDS, **form_of(page), "act": "look"}).content.decode()
    assert "Send to 12 learners" in looked
    assert "No more letters of this session" in looked
    assert "Ne plus m’écrire de cette session" in looked
    assert "<b>unit 3</b>" not in looked
    assert not RunLetter.objects.exists()
    letter = send(client, run)
    assert fates(letter) == {"written": 12}
    assert Letter.objects.count() == Job.objects.count() == 12
    french = Letter.objects.get(person=learners[1].account.pseudonym)
    assert french.message.language == "fr"
    assert "look at &lt;b&gt;unit 3&lt;/b&gt;" in french.message.html
    assert '<a href="https://example.org/x"' in french.message.html
    assert teacher.email not in french.message.text + french.message.html
    (act,) = StaffAct.objects.filter(look=False)
    assert (act.account, act.act, act.place, act.people) == (
        teacher,
        "run.write_to_learners",
        f"run:{run.key}",
        12,
    )
    listed = client.get(f"/pilot/letters/{quote(run.key, safe='')}/").content.decode()
    assert "Stuck?" in listed
    assert "Never came" in listed


def test_a_double_click_and_a_second_tab_send_once_and_another_letter_is_not_lost(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 10)
    run = learners[0].run
    client = signed_in_client(a_teacher(run))
    posted = looked_at(client, address(run))
    other_tab = looked_at(client, address(run), text="Something else", again="on")
    to_others = looked_at(client, address_of_one(learners[0]))
    assert posted["form_id"] == other_tab["form_id"] == to_others["form_id"]
    first = client.post(address(run), {**posted, "act": "send"})
    second = client.post(address(run), {**posted, "act": "send"})
    assert first["Location"] == second["Location"]
    assert Letter.objects.count() == 10
    other = client.post(address(run), {**other_tab, "act": "send"})
    assert other.status_code == 400
    assert "was not sent" in other.content.decode()
    assert "Something else" in other.content.decode()
    assert form_of(other.content.decode())["form_id"] != posted["form_id"]
    assert RunLetter.objects.count() == 1
    one = client.post(address_of_one(learners[0]), {**to_others, "act": "send"})  # the same words to others
    assert one.status_code == 400
    assert RunLetter.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"text": "Changed"}, {"subject": "S"}, {"held": "50"}, {"aim": "activity:capital"}, {"looked": ""}, {}]
)
def test_what_was_not_looked_at_is_not_sent_but_shown_and_kept(tmp_path: Path, changed: dict[str, str]) -> None:
    learners = class_of(tmp_path, 3)
    run = learners[0].run
    client = signed_in_client(a_teacher(run))
    where = address(run) if changed else address_of_one(learners[0])  # the last: to whom
    posted = {**looked_at(client, address(run)), **changed, "act": "send"}
    refused = client.post(where, posted)
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "Look at it again" in page
    assert not RunLetter.objects.exists()
    assert posted["text"].splitlines()[0] in page
    assert client.post(where, {**posted, **form_of(page)}).status_code == 302


def test_where_nobody_is_chosen_any_more_what_was_typed_is_still_there(tmp_path: Path) -> None:
    run = class_of(tmp_path, 1)[0].run
    client = signed_in_client(a_teacher(run))
    posted = {**looked_at(client, address(run), held="50"), "act": "send"}
    page = client.post(address(run, "passed"), posted).content.decode()
    assert "so few" not in page
    assert "tick" not in page
    assert "Nobody would get this letter" in page
    assert "look at &lt;b&gt;unit 3" in page
    assert 'value="send"' not in page
    assert not RunLetter.objects.exists()


def test_the_tab_keeps_a_letter_to_one_learner_apart_from_any_other(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 3)
    client = signed_in_client(a_teacher(learners[0].run))
    paths = [address_of_one(learners[0]), address_of_one(learners[1]), address(learners[0].run)]
    keys = [re.findall(r'name="variant" value="([^"]+)"', client.get(path).content.decode()) for path in paths]
    assert len({key for (key,) in keys}) == 3
    another_filter = client.get(address(learners[0].run, days="20")).content.decode()
    assert keys[2] == re.findall(r'name="variant" value="([^"]+)"', another_filter)


def test_after_the_look_the_page_goes_to_the_preview(tmp_path: Path) -> None:
    run = class_of(tmp_path, 1)[0].run
    client = signed_in_client(a_teacher(run))
    assert 'id="preview"' not in client.get(address(run)).content.decode()
    page = client.post(address(run), {**WORDS, "act": "look"}).content.decode()
    assert re.search(r'id="preview" tabindex="-1" autofocus', page)
    assert "#preview" in re.findall(r'value="look" formaction="([^"]*)"', page)[0]
    assert page.count("autofocus") == 1


def test_nobody_is_written_to_twice_a_week_unless_the_teacher_says_so(tmp_path: Path) -> None:
    run = class_of(tmp_path, 10)[0].run
    client = signed_in_client(a_teacher(run))
    send(client, run)
    page = client.get(address(run)).content.decode()
    assert "within the last seven days" in page
    refused = client.post(address(run), {**looked_at(client, address(run)), "act": "send"})
    assert refused.status_code == 400
    assert RunLetter.objects.count() == 1
    assert fates(send(client, run, again="on")) == {"written": 10}
    RunLetter.objects.update(sent_at=clock.now() - dt.timedelta(days=8))
    assert fates(send(client, run)) == {"written": 10}


def test_who_said_no_or_bounced_or_is_closed_or_has_left_gets_no_letter(tmp_path: Path) -> None:
    no, bounced, closed, left, *others = class_of(tmp_path, 14)
    run = no.run
    NoLetters.objects.create(person=no.account.pseudonym, topic=f"run:{run.key}", said_at=clock.now())
    client = signed_in_client(a_teacher(run))
    first = send(client, run)
    Letter.objects.filter(person=bounced.account.pseudonym).update(state=Letter.BOUNCED, settled_at=clock.now())
    Account.objects.filter(pk=closed.account.pk).update(is_active=False)
    Enrolment.objects.filter(pk=left.pk).update(left_at=clock.now())
    assert fates(first) == {"said_no": 1, "written": 13}
    second = send(client, run, again="on")
    assert fates(second) == {"bounced": 1, "closed": 1, "said_no": 1, "written": 10}
    written = ChosenLearner.objects.filter(letter=second, fate="written").values_list("person", flat=True)
    assert set(written) == {one.account.pseudonym for one in others}


def test_more_people_than_were_seen_are_not_written_to(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 10)
    run = learners[0].run
    client = signed_in_client(a_teacher(run))
    posted = looked_at(client, address(run))
    make_enrolment(tmp_path, run=run)
    tell(run)
    refused = client.post(address(run), {**posted, "act": "send"})
    assert refused.status_code == 400
    assert "More learners are chosen now" in refused.content.decode()
    assert not RunLetter.objects.exists()


def test_some_are_held_back_by_a_lot_that_stays_for_one_form_and_differs_for_another(tmp_path: Path) -> None:
    run = class_of(tmp_path, 20)[0].run
    client = signed_in_client(a_teacher(run))
    half = send(client, run, held="50")
    assert fates(half) == {"held_back": 10, "written": 10}
    assert Letter.objects.count() == 10
    tenth = send(client, run, held="10", again="on", despite_lots="on")
    assert fates(tenth) == {"held_back": 2, "written": 18}
    once = set(half.chosen.filter(fate="held_back").values_list("person", flat=True))
    assert once != set(tenth.chosen.filter(fate="held_back").values_list("person", flat=True))
    assert client.post(address(run), {**WORDS, "held": "30", "act": "look"}).status_code == 400


def test_who_is_held_back_by_an_earlier_lot_is_left_out_for_14_days_unless_the_teacher_says_so(tmp_path: Path) -> None:
    run = class_of(tmp_path, 20)[0].run
    client = signed_in_client(a_teacher(run))
    assert "despite_lots" not in client.get(address(run)).content.decode()
    first = send(client, run, held="50")
    held = set(first.chosen.filter(fate="held_back").values_list("person", flat=True))
    page = client.get(address(run)).content.decode()
    assert "10 left out: held back by the lot of an earlier letter" in page
    assert 'name="despite_lots"' in page
    second = send(client, run, again="on")
    assert fates(second) == {"in_a_lot": 10, "written": 10}
    assert not held & set(second.chosen.filter(fate="written").values_list("person", flat=True))
    own_page = f"/pilot/letters/{quote(run.key, safe='')}/"
    assert "other letters leave out those held back" in client.get(f"{own_page}{first.pk}").content.decode()
    assert "held back by the lot of an earlier letter" in client.get(f"{own_page}{second.pk}").content.decode()
    assert fates(send(client, run, again="on", despite_lots="on")) == {"written": 20}
    RunLetter.objects.filter(pk=first.pk).update(sent_at=clock.now() - dt.timedelta(days=14))
    assert "other letters leave out" not in client.get(f"{own_page}{first.pk}").content.decode()
    assert fates(send(client, run, again="on")) == {"written": 20}


@pytest.mark.attack(24)
def test_only_who_teaches_the_run_may_write_or_see_letters(tmp_path: Path) -> None:
    enrolment = make_enrolment(tmp_path)
    run = enrolment.run
    tell(run)
    others = [signed_in_client(enrolment.account)]
    for role, scope in (
        (Role.OPERATOR, ""),
        (Role.TUTOR, f"run:{run.key}"),
        (Role.AUTHOR, ""),
        (Role.TEACHER, "run:Else+WHERE+1"),
    ):
        account = make_account()
        grant_role(account=account, role=role, scope=scope, granted_by=None, now=clock.now())
        others.append(signed_in_client(account))
    for path in ("/", "/write", "/write?why=never_came", f"/{uuid.uuid4()}"):
        url = f"/pilot/letters/{quote(run.key, safe='')}{path}"
        for client in others:
            assert client.get(url).status_code == 403
            assert client.post(url).status_code in {403, 405}
        assert Client().get(url).status_code == 302


def test_a_letter_of_one_run_is_not_shown_under_another(tmp_path: Path) -> None:
    run = class_of(tmp_path, 10)[0].run
    teacher = a_teacher(run)
    letter = send(signed_in_client(teacher), run)
    RunLetter.objects.filter(pk=letter.pk).update(run="Else+WHERE+1")
    shown = signed_in_client(teacher).get(f"/pilot/letters/{quote(run.key, safe='')}/{letter.pk}")
    assert shown.status_code == 404


def test_a_filter_that_there_is_not_is_refused_with_a_sentence(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    tell(run)
    client = signed_in_client(a_teacher(run))
    for bad in ("why=everyone", "why=silent&days=0", "why=silent&days=x", "why=silent&days=9999"):
        answer = client.get(f"/pilot/letters/{quote(run.key, safe='')}/write?{bad}")
        assert answer.status_code == 400
        assert "Choose from the list" in answer.content.decode() or "from 1 to 365" in answer.content.decode()


def test_no_letter_with_an_empty_text_or_a_subject_of_two_lines(tmp_path: Path) -> None:
    run = class_of(tmp_path, 10)[0].run
    client = signed_in_client(a_teacher(run))
    for wrong in ({"subject": ""}, {"text": " \r\n "}, {"subject": "a\nBcc: x@example.org"}, {"aim": "module:none"}):
        answer = client.post(address(run), {**WORDS, "act": "send", "seen": "10", **wrong})
        assert answer.status_code == 400
    assert not RunLetter.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"subject": "x" * 201}, "This has 201 signs; at most 200"),
        ({"text": "x" * 10_001}, "This has 10001 signs; at most 10000"),
        ({"text": "a\0b"}, "This holds a sign that cannot be sent"),
        ({"subject": "a\0b"}, "This holds a sign that cannot be sent"),
        ({"subject": "a\u202eb"}, "turns the direction of writing"),
        ({"aim": "module:none"}, "This is not in the list. Choose from it."),
        ({"held": "30"}, "This is not in the list. Choose from it."),
    ],
)
def test_what_is_wrong_in_a_letter_is_said_in_our_own_words_and_nothing_is_lost(
    tmp_path: Path, wrong: dict[str, str], words: str
) -> None:
    run = class_of(tmp_path, 1)[0].run
    client = signed_in_client(a_teacher(run))
    answer = client.post(address(run), {**WORDS, "act": "look", **wrong})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "Ensure" not in page
    assert "Select a valid" not in page
    if "text" not in wrong:
        assert "look at &lt;b&gt;unit 3" in page


def test_before_a_letter_is_sent_a_lot_of_few_is_said_to_tell_nothing(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 12)
    run = learners[0].run
    client = signed_in_client(a_teacher(run))

    def said(path: str, held: str) -> str:
        return client.post(path, {**WORDS, "held": held, "act": "look"}).content.decode()

    assert "With so few the lot tells nothing" not in said(address(run), "0")
    assert "letter written 6, held back 6. At least 10 are needed" in said(address(run), "50")
    assert "One learner alone cannot be compared" in said(address_of_one(learners[0]), "50")
    letter = send(client, run, path=address_of_one(learners[0]), held="50")
    page = client.get(f"/pilot/letters/{quote(run.key, safe='')}/{letter.pk}").content.decode()
    assert "drawn by lot not to get it" not in page
    assert "Those held back" not in page
    assert "there is nobody to compare with" in page


def test_where_letters_stay_on_this_machine_the_page_of_a_letter_says_so_and_leads_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = class_of(tmp_path, 1)[0].run
    client = signed_in_client(a_teacher(run))
    letter = send(client, run)
    own_page = f"/pilot/letters/{quote(run.key, safe='')}/{letter.pk}"
    for guide in (True, False):
        monkeypatch.setattr(settings, "CORDEE_GUIDE", guide)
        for path in (own_page, address(run)):
            page = client.get(path).content.decode()
            assert "Letters do not leave this machine" in page
            assert "The letter is on its way" not in page
            assert ('href="/ui/mail"' in page) == guide  # it is there only then
    with mail_through(2525):
        assert "The letter is on its way" in client.get(own_page).content.decode()
        Letter.objects.update(state=Letter.SENT, settled_at=clock.now())
        RunLetter.objects.update(sent_at=clock.now() - dt.timedelta(minutes=2))
        later = client.get(own_page).content.decode()
        assert "The letter is on its way" not in later
        assert "do not leave this machine" not in later


def test_the_page_says_one_and_several_in_good_french(tmp_path: Path) -> None:
    first, *_others = class_of(tmp_path, 2)
    NoLetters.objects.create(person=first.account.pseudonym, topic="", said_at=clock.now())
    teacher = a_teacher(first.run)
    Account.objects.filter(pk=teacher.pk).update(language="fr")
    client = signed_in_client(teacher)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    page = client.post(address(first.run), {**WORDS, "act": "look"}).content.decode()
    assert "(here stands a link of each learner’s own)" in page  # the learner reads English
    assert "1 ne veut pas de courriels" in page
    assert "Comme le lira 1 apprenant, en anglais" in page.replace("\xa0", " ")
    unit = client.get(address(first.run, "stopped_at")).content.decode()
    assert "Unité de mesure" not in unit
    assert ">Unité</label>" in unit


def test_each_filter_chooses_whom_it_says(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 14)
    run = learners[0].run
    tries = [hand_in(learners[0], "capital", WRONG["capital"], attempt=n) for n in (1,)]
    assert tries
    for one in learners[1:4]:
        hand_in(one, "capital")
    for one in learners[4:6]:
        hand_in(one, "sum")
    Event.objects.all().update(at=clock.now() - dt.timedelta(days=20))
    tell(run)
    client = signed_in_client(a_teacher(run))

    def chosen(why: str, **more: str) -> int:
        page = client.get(address(run, why, **more)).content.decode()
        found = re.findall(r"<strong>(\d+) learners?</strong>", page)
        return int(found[0])

    assert chosen("never_came") == 8
    assert chosen("stopped") + chosen("passed") == 6
    assert chosen("silent", days="14") == chosen("stopped")
    assert chosen("silent", days="30") == 0
    unit = next(
        unit.id
        for module in outline(run.version.sha256).modules
        for section in module.sections
        for unit in section.units
        if any(entry.id == "capital" for entry in unit.activities())
    )
    figure = client.get(f"/pilot/indicators/stops.json?run={quote(run.key, safe='')}").json()
    told = {row["activity"]: row["stopped"] for row in figure}
    assert chosen("stopped_at", activity=unit) == told[unit] == 4
    for why, asked in (("stopped_at", "Choose a unit"), ("skipped", "Choose an exercise")):
        page = client.get(address(run, why)).content.decode()
        assert f"{asked} above, then show them" in page
        assert "0 learners" not in page
        assert "Nobody is chosen" not in page
        for invented in ("no-such-one", "' OR 1=1 --"):
            answer = client.get(address(run, why, activity=invented))
            assert answer.status_code == 400
            assert "is not in this session" in answer.content.decode()
    assert chosen("skipped", activity="capital") == 2
    assert chosen("skipped", activity="sum") == 0


def test_the_pages_of_the_pilot_lead_to_a_letter_for_who_may_write_only(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 10)
    run = learners[0].run
    for one in learners[:2]:
        hand_in(one, "capital", WRONG["capital"])
    Event.objects.all().update(at=clock.now() - dt.timedelta(days=20))
    tell(run)
    page = f"/pilot/run?run={quote(run.key, safe='')}"
    client = signed_in_client(a_teacher(run))
    shown = client.get(page).content.decode()
    assert "/write?why=to_help" in shown
    learner = re.findall(r'href="(/pilot/learner[^"]*)"', shown)[0].replace("&amp;", "&")
    assert "/write?why=one&amp;learner=" in client.get(learner).content.decode()
    operator = make_account()
    grant_role(account=operator, role=Role.OPERATOR, scope="", granted_by=None, now=clock.now())
    assert "/pilot/letters/" not in signed_in_client(operator).get(page).content.decode()
    worst: Row = {"activity": "u1", "title": "Unit 1", "stopped": 40, "at_risk": 200}
    filters = Filters(run=run.key)
    for may_write, words in ((True, "Write to the 40"), (False, "See who they are")):
        desk = Desk(live.live_store((run.key,)), may_write=may_write)
        assert [one.label for one in _stop_found(desk, filters, worst).actions][1] == words


# Whether it helped


def a_letter(*, written: int, held: int, days: int = 15, run: str = "A+B+1") -> RunLetter:
    """One that was sent so many days ago, to people who are but pseudonyms."""
    letter = RunLetter.objects.create(
        form_id=uuid.uuid4(),
        run=run,
        author=uuid.uuid4(),
        author_name="T",
        subject="S",
        text="T",
        chosen_by={"why": "silent", "days": 14},
        held_percent=50 if held else 0,
        sent_at=clock.now() - dt.timedelta(days=days),
    )
    for fate, count in (("written", written), ("held_back", held)):
        ChosenLearner.objects.bulk_create(
            [ChosenLearner(letter=letter, person=uuid.uuid4(), fate=fate) for _ in range(count)]
        )
    return letter


def act_after(letter: RunLetter, fate: str, count: int, *, days: float = 1.0) -> None:
    """So many of these did something after the letter."""
    people = letter.chosen.filter(fate=fate).order_by("person").values_list("person", flat=True)[:count]
    for person in people:
        Event.objects.create(verb="viewed", actor=person, run=letter.run, at=letter.sent_at + dt.timedelta(days=days))


def told(letter: RunLetter, days: int = 14) -> Effect:
    """What the page says of those who came back."""
    found = measuring.outcomes(letter, Outline({"en": "T"}, "en", ("en",)), k=10, now=clock.now())
    return next(effect_row(one, 10) for one in found if (one.measure, one.days) == ("back", days))


def test_without_a_lot_the_page_counts_before_and_after_and_says_that_it_proves_nothing(tmp_path: Path) -> None:
    run = make_enrolment(tmp_path).run
    tell(run)
    letter = a_letter(written=12, held=0, run=run.key)
    act_after(letter, "written", 6)
    act_after(letter, "written", 3, days=-1)
    client = signed_in_client(a_teacher(run))
    page = client.get(f"/pilot/letters/{quote(run.key, safe='')}/{letter.pk}").content.decode()
    assert "proves nothing" in page
    assert "6 of 12 (50%)" in page
    assert "3 of 12 (25%)" in page
    assert "held back: it helped" not in page


def test_with_a_lot_a_clear_difference_is_told_with_its_interval() -> None:
    letter = a_letter(written=20, held=20)
    act_after(letter, "written", 15)
    act_after(letter, "held_back", 2)
    for days in (7, 14):
        said = told(letter, days)
        assert (said.written, said.held) == ("15 of 20 (75%)", "2 of 20 (10%)")
        assert "it helped" in said.sentence
        assert re.search(r"75% .* against 10% .* from \d+(\.\d)? to \d+(\.\d)? points", said.sentence)


def test_a_difference_that_chance_may_have_made_is_not_told_as_one() -> None:
    letter = a_letter(written=20, held=20)
    act_after(letter, "written", 8)
    act_after(letter, "held_back", 5)
    assert "no difference can be told" in told(letter).sentence


def test_too_few_on_one_side_and_too_early_are_said() -> None:
    letter = a_letter(written=9, held=9, days=8)
    act_after(letter, "written", 9)
    assert "Too few to say" in told(letter, 7).sentence
    assert "too early to say" in told(letter, 14).sentence


def test_what_comes_after_the_time_that_is_compared_does_not_count() -> None:
    letter = a_letter(written=20, held=20, days=20)
    act_after(letter, "written", 5, days=3)
    act_after(letter, "written", 20, days=10)
    assert told(letter, 7).written == "5 of 20 (25%)"
    assert told(letter, 14).written == "20 of 20 (100%)"


def test_who_had_solved_it_before_is_no_success_of_the_letter(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 24)
    run = learners[0].run
    client = signed_in_client(a_teacher(run))
    letter = send(client, run, held="50", aim="activity:capital")
    written = set(letter.chosen.filter(fate="written").values_list("person", flat=True))
    early, late = [one for one in learners if one.account.pseudonym in written][:2]
    hand_in(early, "capital", now=letter.sent_at - dt.timedelta(days=1))
    hand_in(late, "capital", now=letter.sent_at + dt.timedelta(days=2))
    now = letter.sent_at + dt.timedelta(days=15)
    found = measuring.outcomes(letter, outline(run.version.sha256), k=10, now=now)
    solved = [one for one in found if one.measure == "solved"]
    assert [(one.written, one.written_done, one.held, one.held_done) for one in solved] == [(11, 1, 12, 0)] * 2


def test_held_back_people_who_get_another_letter_are_counted() -> None:
    first, second = a_letter(written=10, held=10, days=9), a_letter(written=0, held=0, days=1)
    held = list(first.chosen.filter(fate="held_back").values_list("person", flat=True))
    ChosenLearner.objects.bulk_create(
        [ChosenLearner(letter=second, person=person, fate="written") for person in held[:4]]
    )
    assert measuring.also_written(first, clock.now()) == 4
    assert measuring.also_written(second, clock.now()) == 0


def two_at_once(folder: Path) -> tuple[Run, list[uuid.UUID]]:
    """Two requests of one form at the same moment, as far as two threads can be."""
    enrolment = make_enrolment(folder)
    run, teacher, form = enrolment.run, a_teacher(enrolment.run), uuid.uuid4()
    account = enrolment.account
    person = Person(account.pseudonym, account.name, account.email, account.language, True, {})
    begin, found = threading.Barrier(2), []

    def post() -> None:
        begin.wait()
        try:
            draft = Draft(subject="S", text="T", choice=Choice())
            found.append(send_letter(draft, [person], run=run, form_id=form, author=teacher, now=clock.now()).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return run, found


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_form_at_the_same_moment_send_once(tmp_path: Path) -> None:
    run, found = two_at_once(tmp_path)
    (letter,) = RunLetter.objects.filter(run=run.key)
    assert found == [letter.pk, letter.pk]
    assert Letter.objects.count() == Job.objects.count() == StaffAct.objects.count() == 1


@pytest.mark.parametrize(
    ("written", "held", "verdict"),
    [
        ((50, 100), (20, 100), "more"),
        ((20, 100), (50, 100), "fewer"),
        ((9, 9), (0, 100), "few"),
        ((5, 20), (5, 20), "same"),
    ],
)
def test_a_verdict_is_what_newcombes_interval_says(
    written: tuple[int, int], held: tuple[int, int], verdict: str
) -> None:
    told, low, high = verdict_of(written, held, k=10)
    assert told == verdict
    assert (low is None) == (verdict == "few")
    if verdict == "more":
        # Method 10 of Newcombe (1998), from the Wilson intervals of 50/100 and 20/100 as tables give them.
        assert low == pytest.approx(0.3 - ((0.5 - 0.4038) ** 2 + (0.2888 - 0.2) ** 2) ** 0.5, abs=2e-4)
        assert high == pytest.approx(0.3 + ((0.5962 - 0.5) ** 2 + (0.2 - 0.1334) ** 2) ** 0.5, abs=2e-4)


def test_no_sentence_claims_a_cause_without_a_lot() -> None:
    one = measuring.Outcome(
        measure="back", days=7, written=100, written_done=99, held=0, held_done=0, before_done=0, verdict="no_draw"
    )
    assert "helped" not in effect_sentence(one, 10)
    assert "proves nothing" in effect_sentence(one, 10)


# An announcement


def test_an_announcement_reaches_everybody_even_who_came_a_minute_ago_and_of_a_group_who_accepted(
    tmp_path: Path,
) -> None:
    learners = class_of(tmp_path, 3)
    run = learners[0].run
    group = make_cohort("Class A", run=run)
    make_member(group, learners[1].account)
    make_member(group, make_account(name="Invited"), accepted=False)
    late = make_enrolment(tmp_path, run=run, account=make_account(name="Late")).account
    client = signed_in_client(a_teacher(run))
    with mail_through(2525):
        whole = send(client, run, path=address(run, "everybody"))
        assert fates(whole) == {ChosenLearner.WRITTEN: 4}
        assert ChosenLearner.objects.filter(letter=whole, person=late.pseudonym).exists()
        part = send(client, run, path=address(run, "everybody", cohort="Class A"), again="on", subject="To the class")
    assert list(ChosenLearner.objects.filter(letter=part).values_list("person", flat=True)) == [
        learners[1].account.pseudonym
    ]
    words = client.get(reverse("pilot:letters", args=[run.key])).content.decode()
    assert "Everybody: an announcement · Class A" in words


def test_who_teaches_one_group_alone_announces_to_that_one_alone(tmp_path: Path) -> None:
    learners = class_of(tmp_path, 3)
    run = learners[0].run
    for name, learner in zip(("Class A", "Class B"), learners, strict=False):
        make_member(make_cohort(name, run=run), learner.account)
    desk = Desk(live.site_store(), cohorts=frozenset({"Class A"}), may_write=True)
    said = {one.pseudonym for one in everybody(desk, run, Choice(why="everybody"))}
    assert said == {learners[0].account.pseudonym}
    with pytest.raises(NotFound):
        everybody(desk, run, Choice(why="everybody", cohort="Class B"))
