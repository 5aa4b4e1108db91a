"""Are the real courses read completely, with exact counts?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.formats.archives import open_archive
from cordee.formats.olx import read_course
from cordee.formats.olx.model import Block, OlxCourse
from cordee.formats.olx.report import report
from cordee.formats.tests.make import DATA

UNDERSTOOD = {"html", "video", "problem"}


def course(name: str) -> OlxCourse:
    with open_archive(DATA / "courses" / f"{name}.tar.gz") as archive:
        return read_course(archive)


def block(found: OlxCourse, name: str) -> Block:
    return next(block for block in found.root.walk() if block.id == name)


@pytest.fixture(scope="module")
def one_of_each() -> OlxCourse:
    return course("one-of-each")


def test_the_finnish_course_counts_exactly() -> None:
    found = report(course("math-percent-fi"), UNDERSTOOD)
    assert found["course"] == {
        "organisation": "JYU",
        "number": "MA8-K7",
        "run": "2021K",
        "title": "Prosenttilaskennan perusteet",
        "language": "fi",
    }
    assert (found["modules"], found["sections"], found["units"]) == (4, 21, 46)
    assert found["blocks"] == {"html": 95, "problem": 47, "video": 13, "edx_sga": 12}
    assert found["responses"] == {"numericalresponse": 127, "customresponse": 11, "multiplechoiceresponse": 2}
    assert [line["tag"] for line in found["unknown"]] == ["edx_sga"] * 12
    assert all(line["id"] and line["title"] and line["place"].startswith("vertical/") for line in found["unknown"])
    for empty in ("missing", "missing_assets", "dropped_secrets", "warnings"):
        assert found[empty] == [], empty


def test_the_hand_written_course_counts_exactly() -> None:
    found = report(course("mitx-grading-library"), UNDERSTOOD)
    assert (found["modules"], found["sections"], found["units"]) == (2, 10, 63)
    assert found["blocks"] == {"problem": 53, "html": 10}
    assert found["responses"] == {"customresponse": 62, "formularesponse": 1}
    assert found["unknown"] == found["warnings"] == []


def test_no_file_of_a_real_course_is_lost() -> None:
    for name in ("math-percent-fi", "mitx-grading-library", "one-of-each"):
        path = DATA / "courses" / f"{name}.tar.gz"
        with open_archive(path) as archive:
            found = read_course(archive)
            keys = {key.removeprefix("course/") for key in archive.members}
        held = {asset.member.removeprefix("course/") for asset in found.assets.values()} | set(found.verbatim)
        held |= {f"about/{slug}.html" for slug in found.about} | {f"tabs/{tab.slug}.html" for tab in found.tabs}
        held |= {place.partition(":")[0] for root in (found.root, *found.drafts) for place in places(root)}
        rest = {key for key in keys - held if Path(key).suffix != ".xml" or "html/" not in key}
        known = {"course.xml", "assets/assets.xml", "policies/assets.json", "info/handouts.html"}
        known |= {"info/updates.items.json"} | {key for key in rest if key.startswith("policies/")}
        assert rest <= known, name


def places(root: Block) -> list[str]:
    return [block.place for block in root.walk()]


def test_one_of_each_has_every_kind_of_block(one_of_each: OlxCourse) -> None:
    found = report(one_of_each, UNDERSTOOD)
    assert (found["modules"], found["sections"], found["units"]) == (4, 9, 23)
    assert found["blocks"]["problem"] == 12
    assert found["responses"]["choicetextresponse"] == 1
    assert {line["tag"] for line in found["unknown"]} >= {
        "acme_widget",
        "poll",
        "survey",
        "word_cloud",
        "openassessment",
    }
    assert found["missing_assets"] == [
        {"name": "photo_absente.jpg", "place": "html/texte_complet.html"},
        {"name": "noeud_en_huit.mp4", "place": "video/video_locale.xml"},
    ]
    assert found["dropped_secrets"] == [{"name": "lti_passports", "place": "policies/2026/policy.json"}]
    assert found["missing"] == found["warnings"] == []


def test_the_secret_of_one_of_each_is_nowhere(one_of_each: OlxCourse) -> None:
    assert "secret-de-demonstration" not in repr(one_of_each)
    assert "lti_passports" not in one_of_each.policy
    assert "lti_passports" not in one_of_each.root.attributes


def test_an_unknown_block_is_kept_verbatim(one_of_each: OlxCourse) -> None:
    widget = block(one_of_each, "acme_1")
    assert widget.title == "Machin Acme"
    assert widget.attributes["reglages"] == '{"n": 3}'
    assert widget.content.startswith("<acme_widget ")
    assert '<acme_part nom="a"/>' in widget.content


def test_containers_keep_their_structure(one_of_each: OlxCourse) -> None:
    assert [child.id for child in block(one_of_each, "ab_test").children] == ["v_groupe_a", "v_groupe_b"]
    assert [child.id for child in block(one_of_each, "banque").children] == ["b_un", "b_deux", "b_trois"]
    assert [child.tag for child in block(one_of_each, "si_fait").children] == ["html"]
    assert one_of_each.root.extra == '<wiki slug="CordeeX.OOE101.2026"/>'


def test_pages_around_the_course_are_read(one_of_each: OlxCourse) -> None:
    assert "prerequisites" in one_of_each.about["overview"].html
    assert [(page.date, page.visible) for page in one_of_each.updates] == [
        ("January 12, 2026", True),
        ("January 5, 2026", True),
        ("January 13, 2026", False),
    ]
    assert [(tab.slug, tab.title, tab.visible) for tab in one_of_each.tabs] == [("ressources", "Ressources", True)]
    assert "Fiche" in one_of_each.handouts


def test_a_draft_is_read_apart_and_knows_its_parent(one_of_each: OlxCourse) -> None:
    (draft,) = one_of_each.drafts
    assert draft.id == "v_brouillon"
    assert draft.attributes["index_in_children_list"] == "2"
    assert draft.attributes["parent_url"].endswith("@seq_textes")
    assert [child.id for child in draft.children] == ["texte_brouillon", "p_brouillon"]
    assert "v_brouillon" not in {found.id for found in one_of_each.root.walk()}


def test_the_grading_policy_is_read(one_of_each: OlxCourse) -> None:
    quiz, homework = one_of_each.grading.assignment_types
    assert (quiz.name, quiz.min_count, quiz.drop_count, quiz.weight) == ("Quiz", 3, 1, 0.4)
    assert homework.weight == 0.6
    assert one_of_each.grading.cutoffs == {"Pass": 0.5}


def test_an_asset_knows_its_type_and_member(one_of_each: OlxCourse) -> None:
    asset = one_of_each.assets["Fiche_à_lire.pdf"]
    assert asset.content_type == "application/pdf"
    assert asset.member == "course/static/Fiche_à_lire.pdf"
    assert asset.size_bytes == 193
