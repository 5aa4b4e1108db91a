"""What the keys of a section in a course text do: until when answers are taken, when learners see what is right."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.models import Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Section, from_json, to_json
from cordee.courses.queries import outline
from cordee.courses.tests.course_texts import COURSE, MODULE, NOW, checked, folder, published
from cordee.courses.versions.queries import difference_of
from cordee.learning.access import Calendar
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment, Submission
from cordee.people.tests.make import make_account, signed_in_client

QUIZ = "# Bilan\n\n::: quiz somme\n{}\nDeux et deux ?\n\n- = 4\n\n:::\n"
SECTION = "    graded: quiz\n    due: +13d\n"


def files(keys: str, settings: str = "") -> dict[str, str]:
    """The course with these keys in its last section, and a quiz there with these settings."""
    return {
        "course.yaml": COURSE.replace("[fr, en]", "[fr]"),
        "modules/nommer/module.yaml": MODULE.replace("opens: +7d\n", "").replace(SECTION, f"{SECTION}{keys}"),
        "modules/nommer/trame.fr.md": "# Trame\n\nUne trame.\n",
        "modules/nommer/bilan.fr.md": QUIZ.format(settings),
    }


def section_of(at: Path, keys: str, settings: str = "") -> Section:
    found = checked(at, **files(keys, settings))
    assert [one.code for one in found.warnings if one.code == "not-applied"] == []
    assert found.compiled is not None, [str(one) for one in found.errors]
    assert from_json(to_json(found.compiled.outline)) == found.compiled.outline
    return found.compiled.outline.modules[0].sections[1]


def test_a_section_closes_on_a_day_of_its_own_or_so_many_days_after_the_first(tmp_path: Path) -> None:
    relative = section_of(tmp_path, "    closes: +20d\n")
    assert (relative.closes_after, relative.closes_at) == ("+20d 23:59 Europe/Paris", None)
    fixed = section_of(tmp_path, "    closes: 2027-01-31 18:00\n").closes_at
    assert fixed is not None
    assert fixed.isoformat() == "2027-01-31T17:00:00+00:00"
    assert section_of(tmp_path, "    closes: never\n").closes_at is None


def test_the_end_of_a_section_bounds_deadline_and_grace_but_not_what_a_teacher_gave(tmp_path: Path) -> None:
    outline_ = checked(tmp_path, **files("    closes: +10d\n")).compiled
    assert outline_ is not None
    section = outline_.outline.modules[0].sections[1]
    calendar = Calendar(NOW, None)
    closes = calendar.closing_of(section)
    assert closes == dt.datetime(2026, 12, 4, 22, 59, tzinfo=dt.UTC)
    assert calendar.last_moment(section, outline_.outline) == closes
    moved = NOW + dt.timedelta(days=30)
    assert Calendar(NOW, None, {section.id: moved}).last_moment(section, outline_.outline) == moved


def test_a_section_says_when_learners_see_what_is_right_unless_the_quiz_does(tmp_path: Path) -> None:
    def shown(keys: str, settings: str = "") -> str:
        return section_of(tmp_path, keys, settings).units[0].entries[0].rules.show_correctness

    assert shown("") == "always"
    assert shown("    show-result: due\n") == "past_due"
    assert shown("    show-result: never\n", "show-result: always\n") == "always"
    found = checked(tmp_path, **files("    show-result: demain\n"))
    assert [one.code for one in found.errors] != []


@pytest.mark.django_db
def test_a_section_that_hides_after_its_deadline_is_not_opened_any_more_and_stands_in_the_outline(
    tmp_path: Path,
) -> None:
    started = clock.now() - dt.timedelta(days=20)
    ends = clock.now() + dt.timedelta(days=30)
    for key, word, status in (("2026", "yes", 404), ("2027", "no", 200)):
        options = RunOptions(key=key, opens_at=started, closes_at=ends)
        text = files(f"    hide-after-due: {word}\n")
        run = published(folder(tmp_path, **text), options=options, now=clock.now()).done.run
        client = signed_in_client(learner(run).account)
        assert client.get(f"/runs/{run.key}/units/bilan").status_code == status
        outline_page = client.get(f"/runs/{run.key}/").content.decode()
        assert "Bilan" in outline_page
        assert (f"/runs/{run.key}/units/bilan" in outline_page) == (status == 200)


def learner(run: Run) -> Enrolment:
    return enrol(account=make_account(), run=run, now=clock.now())


@pytest.mark.django_db
def test_after_a_section_has_closed_its_pages_are_read_and_no_answer_is_taken(tmp_path: Path) -> None:
    started = clock.now() - dt.timedelta(days=3)
    ends = clock.now() + dt.timedelta(days=30)
    options = RunOptions(key="2026", opens_at=started, closes_at=ends)
    run = published(folder(tmp_path, **files("    closes: +1d\n")), options=options, now=clock.now()).done.run
    enrolment = learner(run)
    client = signed_in_client(enrolment.account)
    page = client.get(f"/runs/{run.key}/units/bilan").content.decode()
    assert "Deux et deux" in page
    assert "Answers are taken until:" in page
    form = form_id(enrolment_id=enrolment.pk, activity="somme", attempt=1)
    answer = client.post(f"/runs/{run.key}/activities/somme/submissions", {"form_id": str(form), "p_2_1": "4"})
    assert answer.status_code == 409
    assert not Submission.objects.exists()


@pytest.mark.django_db
def test_that_a_section_ends_or_is_due_otherwise_concerns_grading(tmp_path: Path) -> None:
    published(folder(tmp_path, **files("    closes: +20d\n")))
    later = files("    closes: +25d\n")
    later["modules/nommer/module.yaml"] = later["modules/nommer/module.yaml"].replace("due: +13d", "due: +14d")
    published(folder(tmp_path, **later))
    before, after = Version.objects.order_by("number")
    told = difference_of(before, after, "fr")
    assert [one.change.said.template for one in told.changes] == [
        "when “{title}” is due changed",
        "until when answers to “{title}” are taken changed",
    ]
    assert told.weight == "grading"
    assert outline(after.sha256).modules[0].sections[1].closes_after == "+25d 23:59 Europe/Paris"


def test_a_section_that_says_nothing_besides_has_nothing_besides(tmp_path: Path) -> None:
    made = checked(tmp_path, **files("")).made
    assert made is not None
    sections = [block for block in made.courses[0].root.walk() if block.tag == "sequential"]
    assert sections
    wanted = {"display_name", "format", "graded", "cordee_due"}
    assert {name for section in sections for name in section.attributes} <= wanted
    said = checked(tmp_path, **files("    show-result: due\n    hide-after-due: yes\n")).made
    assert said is not None
    last = [block for block in said.courses[0].root.walk() if block.tag == "sequential"][-1]
    assert (last.attributes["show_correctness"], last.attributes["hide_after_due"]) == ("past_due", "true")


def test_a_section_that_closes_before_its_deadline_is_read_until_the_deadline_has_passed(tmp_path: Path) -> None:
    made = checked(tmp_path, **files("    closes: +10d\n    hide-after-due: yes\n")).compiled
    assert made is not None
    section, calendar = made.outline.modules[0].sections[1], Calendar(NOW, None)
    last = calendar.last_moment(section, made.outline)
    due = calendar.due_of(section)
    assert last is not None
    assert due is not None
    assert last < due
    assert not calendar.is_hidden(section, made.outline, due)
    grace = dt.timedelta(seconds=made.outline.grace_s)
    assert calendar.is_hidden(section, made.outline, due + grace + dt.timedelta(seconds=1))
