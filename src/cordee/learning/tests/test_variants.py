"""When does a learner get a new variant, and is each answer graded in the variant that was on its page?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.courses.kinds import Rules
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Event, Submission
from cordee.learning.tests.make import make_enrolment
from cordee.learning.variants import next_seed, variant_seed
from cordee.people.tests.make import signed_in_client

CHOICES = "".join(f'<choice correct="{str(rank == 0).lower()}">word{rank}</choice>' for rank in range(8))
POOL = (
    '<problem rerandomize="{}" showanswer="attempted"><multiplechoiceresponse><choicegroup answer-pool="4">{}'
    "</choicegroup></multiplechoiceresponse></problem>"
)
QUIZZES = {name: POOL.format(name, CHOICES) for name in ("always", "onreset", "per_student")}
HINTED = (
    '<problem><imageresponse><imageinput src="/static/a.png" width="90" height="90" rectangle="(1,1)-(9,9)"/>'
    "</imageresponse><demandhint><hint>Look left.</hint></demandhint></problem>"
)


def seed(new_variant: Any, attempts: int, *, last_seed: int | None = 5, asks_new: bool = False) -> int:
    rules = Rules(new_variant=new_variant)
    return next_seed(
        enrolment_seed=3, activity="q", rules=rules, attempts=attempts, last_seed=last_seed, asks_new=asks_new
    )


def test_the_first_variant_is_the_same_whatever_the_rule() -> None:
    first = variant_seed(3, "q")
    assert {seed(rule, 0) for rule in ("never", "per_learner", "on_reset", "always")} == {first}
    assert first == variant_seed(3, "q", 1) != variant_seed(3, "q", 2)


def test_later_variants_follow_the_rule() -> None:
    for rule in ("never", "per_learner"):
        assert seed(rule, 4, asks_new=True) == variant_seed(3, "q")
    assert seed("always", 4) == seed("always", 4, asks_new=True) == variant_seed(3, "q", 5)
    assert seed("on_reset", 4) == 5
    assert seed("on_reset", 4, asks_new=True) == variant_seed(3, "q", 5)


@pytest.fixture
def learner(tmp_path: Path) -> Enrolment:
    return make_enrolment(tmp_path, quizzes={**QUIZZES, "hinted": HINTED})


@pytest.fixture
def browser(learner: Enrolment) -> Client:
    return signed_in_client(learner.account)


def page_of(browser: Client, learner: Enrolment, quiz: str, query: str = "") -> str:
    answer = browser.get(f"/runs/{learner.run.key}/units/v_{quiz}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(browser: Client, learner: Enrolment, quiz: str, attempt: int, **fields: str) -> Any:
    form = form_id(enrolment_id=learner.pk, activity=quiz, attempt=attempt)
    return browser.post(
        f"/runs/{learner.run.key}/activities/{quiz}/submissions", {"form_id": str(form), **fields}, follow=True
    )


def choices_of(page: str) -> list[str]:
    return re.findall(r'type="radio"[^>]* value="(choice_\d)"', page)


@pytest.mark.django_db
def test_always_means_another_variant_at_each_attempt_and_each_is_graded_as_it_was_shown(
    browser: Client, learner: Enrolment
) -> None:
    seen = []
    for attempt in range(1, 5):
        page = page_of(browser, learner, "always", "?new=always" if attempt > 1 else "")
        shown = choices_of(page)
        seen.append(tuple(shown))
        assert "checked" not in page
        assert post(browser, learner, "always", attempt, p_2_1=shown[-1], variant="new").status_code == 200
        after = page_of(browser, learner, "always")
        assert choices_of(after) == shown  # the answer is shown in the variant that it was given to
        assert 'type="submit"' not in after.split('id="always"')[1].split("</section>")[0]
        assert "?new=always" in after
    assert len(set(seen)) > 1
    assert Submission.objects.filter(activity="always").count() == 4
    assert len(set(Submission.objects.filter(activity="always").values_list("seed", flat=True))) == 4


@pytest.mark.django_db
def test_on_reset_the_learner_keeps_the_variant_or_asks_for_another(browser: Client, learner: Enrolment) -> None:
    first = choices_of(page_of(browser, learner, "onreset"))
    post(browser, learner, "onreset", 1, p_2_1=first[0])
    assert choices_of(page_of(browser, learner, "onreset")) == first
    post(browser, learner, "onreset", 2, p_2_1=first[1])
    other = choices_of(page_of(browser, learner, "onreset", "?new=onreset"))
    post(browser, learner, "onreset", 3, p_2_1=other[0], variant="new")
    assert choices_of(page_of(browser, learner, "onreset")) == other
    seeds = list(Submission.objects.filter(activity="onreset").order_by("attempt").values_list("seed", flat=True))
    assert seeds[0] == seeds[1] != seeds[2]


@pytest.mark.django_db
def test_a_variant_per_learner_never_changes_and_offers_no_other(browser: Client, learner: Enrolment) -> None:
    first = choices_of(page_of(browser, learner, "per_student"))
    post(browser, learner, "per_student", 1, p_2_1=first[0], variant="new")
    page = page_of(browser, learner, "per_student", "?new=per_student")
    assert choices_of(page) == first
    assert "Try a new version" not in page


@pytest.mark.django_db
def test_a_press_on_an_image_and_on_the_button_of_hints_draw_the_page_again_and_count_nothing(
    browser: Client, learner: Enrolment
) -> None:
    assert "Look left." not in page_of(browser, learner, "hinted")
    drawn = post(browser, learner, "hinted", 1, **{"p_2_1.x": "3", "p_2_1.y": "4"})
    assert drawn.status_code == 200
    assert 'name="p_2_1_x" value="3"' in drawn.content.decode()
    asked = post(browser, learner, "hinted", 1, p_2_1_x="3", p_2_1_y="4", hint="1").content.decode()
    assert "Look left." in asked
    assert 'name="p_2_1_y" value="4"' in asked
    assert Submission.objects.count() == 0
    assert [one.data for one in Event.objects.filter(verb="asked_hint")] == [{"hint": 1}]  # not the press on the image
    handed_in = post(browser, learner, "hinted", 1, p_2_1_x="3", p_2_1_y="4", hints="1")
    assert handed_in.redirect_chain
    assert [one.earned for one in Submission.objects.all()] == [1.0]


@pytest.mark.django_db
def test_a_hint_asked_for_after_an_attempt_leaves_the_verdict_on_what_was_handed_in(tmp_path: Path) -> None:
    hinted = (
        "<problem><stringresponse answer='right'><textline/></stringresponse>"
        "<demandhint><hint>Look again.</hint></demandhint></problem>"
    )
    enrolment = make_enrolment(tmp_path, quizzes={"word": hinted})
    client = signed_in_client(enrolment.account)
    place = f"/runs/{enrolment.run.key}/activities/word/submissions"

    def posted(attempt: int, **fields: str) -> str:
        form = str(form_id(enrolment_id=enrolment.pk, activity="word", attempt=attempt))
        return client.post(place, {"form_id": form, **fields}, follow=True).content.decode()

    assert "Not yet." in posted(1, p_2_1="wrong")
    same = posted(2, p_2_1="wrong", hint="1")
    assert "Look again." in same
    assert "Not yet." in same
    other = posted(2, p_2_1="another", hint="1")
    assert "Look again." in other
    assert "Not yet." not in other
