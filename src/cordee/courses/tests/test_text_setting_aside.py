"""What does `waive` of course.yaml set aside, and what does it say when it sets nothing aside?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from cordee.courses.checks.models import Waiver
from cordee.courses.checks.queries import checked_alone, checked_run
from cordee.courses.checks.waiving import waive
from cordee.courses.compiling import compile_course
from cordee.courses.importing import look_into
from cordee.courses.models import Run, Version
from cordee.courses.outlines import SetAside, from_json, to_json
from cordee.courses.tests.course_texts import COURSE, NOW, checked, folder, outline_of, published
from cordee.courses.tests.test_exporting import brought_in, exported
from cordee.courses.tests.test_text_writing_out import HEX, POLICY, QUIZ, archive_of, as_text
from cordee.courses.text.checking import check_folder
from cordee.courses.text.drafting import Drafts
from cordee.courses.text.taking_out import text_of_archive
from cordee.courses.versions.queries import difference_of
from cordee.formats.archives import Limits
from cordee.formats.coursetext.folder import FolderLimits
from cordee.formats.olx import ours
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client
from cordee.web import checks_cli

RULE = "tolerance-too-wide"
WIDE = "::: quiz {name}\n{was}\nDeux et deux ?\n\n- = 4 ± 5\n\n:::\n"
BANK = "::: bank tirage\ndraw: 1\n\n" + WIDE + "\n:::\n"
BEGUN = COURSE.replace("[fr, en]", "[fr]")
WHY = "{fr: À gros traits, en: Roughly}"


def text(*waivers: str, name: str = "large", was: str = "", block: str = WIDE) -> dict[str, str]:
    """A course of which one page has a tolerance that is too wide."""
    said = "".join(f"  - {one}\n" for one in waivers)
    page = "# {title}\n\n" + block.format(name=name, was=f"was: {was}\n" if was else "")
    return {
        "course.yaml": BEGUN + (f"waive:\n{said}" if said else ""),
        "modules/nommer/trame.fr.md": page.replace("{title}", "Trame"),
        "modules/nommer/trame.en.md": "",
        "modules/nommer/trame.svg": "",
    }


def waiver(where: str = "", rule: str = RULE) -> str:
    return f"{{rule: {rule}, {f'where: {where}, ' if where else ''}reason: {WHY}}}"


def told(at: Path, **files: str) -> list[str]:
    """What is said of course.yaml."""
    return [f"{one.place} {one}" for one in checked(at, **files).messages if one.place.path == "course.yaml"]


@pytest.mark.parametrize("where", ["", "nommer", "lire", "trame", "large"])
def test_a_check_is_set_aside_everywhere_or_at_a_place_with_all_that_stands_in_it(tmp_path: Path, where: str) -> None:
    assert RULE in [one.rule.code for one in checked(tmp_path, **text()).looked.found]  # type: ignore[union-attr]  # without errors
    looked = checked(tmp_path, **text(waiver(where))).looked
    assert looked is not None
    assert RULE not in [one.rule.code for one in looked.found]
    assert [(one.rule.code, one.at.id, by.where) for one, by in looked.left] == [(RULE, "large", where)]


def test_what_a_bank_holds_is_set_aside_with_the_bank(tmp_path: Path) -> None:
    looked = checked(tmp_path, **text(waiver("tirage"), block=BANK)).looked
    assert looked is not None
    assert [(one.rule.code, one.at.id) for one, _by in looked.left] == [(RULE, "large")]


@pytest.mark.parametrize("aside", [waiver("verifier"), waiver("bilan"), waiver("", "empty-unit")])
def test_another_place_and_another_check_set_nothing_aside(tmp_path: Path, aside: str) -> None:
    looked = checked(tmp_path, **text(aside)).looked
    assert looked is not None
    assert looked.left == ()
    assert RULE in [one.rule.code for one in looked.found]


def test_a_check_a_place_and_a_waiver_that_are_nothing_are_told_at_their_line(tmp_path: Path) -> None:
    line = COURSE.count("\n") + 2
    assert told(tmp_path, **text(waiver("lire", "tolerance-too-wid"))) == [
        f"course.yaml:{line}:12 There is no check “tolerance-too-wid”, so nothing is set aside. "
        "Did you mean “tolerance-too-wide”?"
    ]
    assert told(tmp_path, **text(waiver("lires"))) == [
        f"course.yaml:{line}:39 Nothing is called “lires” in this course, so nothing is set aside. Did you mean “lire”?"
    ]
    assert told(tmp_path, **text(waiver("verifier"))) == [
        f"course.yaml:{line}:5 “{RULE}” finds nothing to set aside here any more. Take this out."
    ]
    assert told(tmp_path, **text(waiver("large"))) == []


def test_of_what_hangs_on_the_day_it_is_not_said_that_nothing_is_set_aside(tmp_path: Path) -> None:
    assert told(tmp_path, **text(waiver("", "deadlines-past"))) == []


def test_the_command_says_what_is_set_aside_apart_and_does_not_count_it(tmp_path: Path) -> None:
    looked = checked(tmp_path, **text(waiver("large"))).looked
    assert looked is not None
    words = checks_cli.in_words(looked, None)
    assert words[1] == checks_cli.counts_in_words(looked.found)
    assert "warnings: 0" in words[1]
    first = words.index("Left as they are, by the text of the course: 1")
    assert f"({RULE})" in words[first + 1]
    assert words[first + 3].strip() == "Roughly"
    answer = checks_cli.checks_as_json(looked, None)
    assert RULE not in [one["rule"] for one in answer["checks"]]
    assert [(one["rule"], one["reasons"]["fr"]) for one in answer["waived"]] == [(RULE, "À gros traits")]


def test_a_preview_sets_it_aside_as_a_check_does(tmp_path: Path) -> None:
    found, left = Drafts(folder(tmp_path, **text(waiver("trame")))).draw(NOW).findings(NOW)
    assert RULE not in [one.rule.code for one in found]
    assert [one.rule.code for one, _by in left] == [RULE]


def test_an_outline_without_anything_set_aside_says_nothing_of_it(tmp_path: Path) -> None:
    bare = outline_of(tmp_path, **text())
    assert "set_aside" not in to_json(bare)
    outline = outline_of(tmp_path, **text(waiver("lire")))
    assert outline.set_aside == (SetAside(RULE, "lire", {"fr": "À gros traits", "en": "Roughly"}),)
    assert from_json(json.loads(json.dumps(to_json(outline)))) == outline


@pytest.mark.django_db
def test_what_publishing_and_importing_count_leaves_it_out(tmp_path: Path) -> None:
    done = published(folder(tmp_path, **text(waiver("large")))).done
    again = brought_in(exported(done.run.version, tmp_path))
    assert [one.rule.code for one in (*done.found, *again.found) if one.rule.code == RULE] == []
    assert (again.version, Version.objects.count()) == (1, 1)  # it says the same


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return published(folder(tmp_path, **text(waiver("large")))).done.run


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Left as they are", "Roughly", "Set aside in the text of the course")),
        ("fr", ("Laissés ainsi", "À gros traits", "Mis de côté dans le texte du cours")),
    ],
)
def test_the_page_before_opening_shows_it_with_its_reason_and_no_button(
    run: Run, language: str, words: tuple[str, ...]
) -> None:
    assert checked_run(run).counts["warning"] == checked_alone(run.version).counts["warning"] == 0
    account = make_account(language=language)
    grant_role(account=account, role=Role.OPERATOR, scope="", granted_by=None, now=NOW)
    browser = signed_in_client(account)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for address in (f"/runs/{run.key}/before-opening", f"/courses/{run.course.key}/versions/1/review"):
        section = waived_part(browser, address)
        assert [one for one in words if one not in section.text_content()] == []
        assert section.xpath(".//a[contains(@href, 'waive')]") == []


def waived_part(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200
    page: Any = html.fromstring(answer.content.decode())
    (section,) = page.xpath("//section[@aria-labelledby='waived-title']")
    return section


@pytest.mark.django_db
def test_a_waiver_on_the_site_is_what_is_shown_of_the_same_finding(run: Run) -> None:
    waive(course=run.course, rule=RULE, place="large", reason="Here too", by=make_account(), now=NOW)
    ((finding, by),) = checked_run(run).waived
    assert finding.rule.code == RULE
    assert isinstance(by, Waiver)


@pytest.mark.django_db
def test_a_former_name_means_what_is_called_otherwise_now_whatever_its_id(tmp_path: Path) -> None:
    published(folder(tmp_path, **text(name="ancien")))
    for where in ("ancien", "large"):
        done = published(folder(tmp_path, **text(waiver(where), was="ancien")))
        assert [one.code for one in done.messages if one.place.path == "course.yaml"] == []
    assert Version.objects.count() == 2  # by either name it says the same
    (finding, by), *more = checked_alone(Version.objects.get(number=2)).waived
    assert (finding.at.id, by.where, more) == ("ancien", "ancien", [])  # type: ignore[union-attr]  # of the text


@pytest.mark.django_db
def test_an_export_for_open_edx_brings_it_back_as_a_course_and_as_a_text(run: Run, tmp_path: Path) -> None:
    archive, *_others = exported(run.version, tmp_path)
    looked = look_into(archive, limits=Limits(), now=NOW)
    assert [(one.rule.code, by.where) for one, by in looked.left] == [(RULE, "large")]
    text_of_archive(archive, tmp_path / "two", limits=Limits(), folder_limits=FolderLimits())
    again = check_folder(tmp_path / "two", now=NOW)
    assert again.looked is not None
    assert [(one.rule.code, by.where) for one, by in again.looked.left] == [(RULE, "large")]


@pytest.mark.django_db
def test_a_place_that_open_edx_calls_otherwise_has_its_name_of_the_text_there(tmp_path: Path) -> None:
    published(folder(tmp_path / "one", **text(name="ancien")))
    published(folder(tmp_path / "one", **text(waiver("large"), was="ancien")))
    version = Version.objects.get(number=2)
    archive, *_others = exported(version, tmp_path)
    text_of_archive(archive, tmp_path / "two", limits=Limits(), folder_limits=FolderLimits())
    again = check_folder(tmp_path / "two", now=NOW)
    assert again.course is not None
    assert again.looked is not None
    assert [one.code for one in again.messages if one.place.path == "course.yaml"] == []
    assert [one.rule.code for one, _by in again.looked.left] == [RULE]


def test_a_place_whose_name_no_text_may_write_comes_from_open_edx_and_goes_back(tmp_path: Path) -> None:
    said = {"acme": 1, ours.TEXT: {"waive": [{"rule": RULE, "where": "été un", "reason": "À gros traits"}]}}
    policy = {"course/2026": {**POLICY["course/2026"], "other_course_settings": said}}
    wide = QUIZ.replace("</label>", '</label><responseparam type="tolerance" default="5"/>')
    archive = archive_of(
        tmp_path,
        **{
            f"vertical/{HEX}.xml": '<vertical display_name="Une trame"><problem url_name="été un"/></vertical>',
            "problem/été un.xml": wide,
            "policies/2026/policy.json": json.dumps(policy),
        },
    )
    looked = look_into(archive, limits=Limits(), now=NOW)
    assert [(one.rule.code, one.at.id) for one, _by in looked.left] == [(RULE, looked.left[0][1].where)]
    as_text(archive, tmp_path / "text")
    again = check_folder(tmp_path / "text", now=NOW)
    assert again.course is not None
    assert again.looked is not None
    assert again.made is not None
    (written,) = again.course.facts.waive
    assert written.where is not None
    assert written.where.text != "été un"
    assert [one.code for one in again.messages if one.place.path == "course.yaml"] == []
    assert [one.rule.code for one, _by in again.looked.left] == [RULE]
    assert again.made.courses[0].policy["other_course_settings"] == said


@pytest.mark.django_db
def test_versions_that_set_other_checks_aside_are_told_apart(tmp_path: Path) -> None:
    published(folder(tmp_path, **text()))
    published(folder(tmp_path, **text(waiver("large"))))
    old, new = Version.objects.order_by("number")
    assert "sets aside changed" in str(difference_of(old, new, "en"))


@pytest.mark.parametrize(
    "odd", ["x", 3, [3], [{"rule": RULE}], [{"rule": [RULE], "reason": "x"}], [{"rule": RULE, "reason": ""}]]
)
def test_what_an_export_says_oddly_sets_nothing_aside(tmp_path: Path, odd: object) -> None:
    made = checked(tmp_path, **text()).made
    assert made is not None
    policy = {"other_course_settings": {ours.TEXT: {"waive": odd}}}
    courses = [replace(one, policy={**one.policy, **policy}) for one in made.courses]
    assert compile_course(courses).outline.set_aside == ()


def test_a_waive_that_is_no_list_is_told_and_nothing_else_breaks(tmp_path: Path) -> None:
    for odd in ("x", "3", "[3, {rule: 5}]"):
        assert checked(tmp_path, **{**text(), "course.yaml": f"{COURSE}waive: {odd}\n"}).errors
