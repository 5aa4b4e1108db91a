"""Courses of Open edX as text, and back: nothing is lost, and what is changed changes alone."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from cordee.core.errors import Conflict, InputRefused
from cordee.courses.tests.course_texts import NOW
from cordee.courses.text.checking import check_folder
from cordee.courses.text.drawer import read_drawer
from cordee.courses.text.taking_out import text_of_archive
from cordee.courses.text.writing_out import WrittenOut, others_in, write_out
from cordee.formats.archives import Limits, open_archive
from cordee.formats.coursetext.folder import FolderLimits, read_folder
from cordee.formats.coursetext.messages import Messages
from cordee.formats.olx import read_course
from cordee.formats.olx.model import Block, OlxCourse
from cordee.formats.tests.make import packed
from cordee.formats.tests.olx_again import courses, packed_in

HEX = "3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c"
QUIZ = """<problem display_name="Somme" max_attempts="2" weight="2.0" acme="x" showanswer="finished">
<p style="color: red">Deux et deux ?</p>
<numericalresponse answer="4"><label>2 + 2</label><formulaequationinput/></numericalresponse></problem>"""
POLICY = {
    "course/2026": {
        "display_name": "Réseaux",
        "start": "2026-01-05T08:00:00Z",
        "acme_switch": {"deep": [1, None]},
        "course_image": "été (1).png",
        "user_partitions": [
            {
                "id": 50,
                "name": "Deux voies",
                "scheme": "random",
                "groups": [{"id": 0, "name": "A"}, {"id": 1, "name": "B"}],
            }
        ],
    }
}
GRADING = {
    "GRADER": [{"type": "Devoir", "short_label": "D", "min_count": 2, "drop_count": 1, "weight": 1.0, "odd": True}],
    "GRADE_CUTOFFS": {"Pass": 0.6},
}
FILES: dict[str, str | bytes] = {
    "course.xml": '<course url_name="2026" org="Ingenia" course="RES101"/>',
    "course/2026.xml": '<course language="fr" odd="yes"><chapter url_name="c1"/><wiki slug="w"/></course>',
    "chapter/c1.xml": '<chapter display_name="Nommer"><sequential url_name="s1"/><sequential url_name="s2"/></chapter>',
    "sequential/s1.xml": (
        '<sequential display_name="Lire" format="Devoir" graded="true" due="2026-02-01T23:59:30Z"'
        ' is_time_limited="true" default_time_limit_minutes="90" hide_after_due="true" show_correctness="past_due"'
        ' highlights="[]">'
        f'<vertical url_name="{HEX}"/><vertical url_name="v2"/></sequential>'
    ),
    "sequential/s2.xml": '<sequential display_name="Lire"/>',
    f"vertical/{HEX}.xml": (
        '<vertical display_name="Une trame"><html url_name="h1"/><html url_name="h2"/><problem url_name="p1"/>'
        '<html url_name="h3"/></vertical>'
    ),
    "vertical/v2.xml": (
        '<vertical display_name="Une trame"><problem url_name="p2"/>'
        '<conditional url_name="k1" sources="p1" correct="True" message="Essayez"><html url_name="h4"/></conditional>'
        '<library_content url_name="b1" max_count="1"><problem url_name="q1"/><problem url_name="q2"/>'
        "</library_content>"
        '<split_test url_name="t1" user_partition_id="50" group_id_to_child=\'{"0": "ta", "1": "tb"}\'>'
        '<vertical url_name="ta"><html url_name="h5"/></vertical><vertical url_name="tb" display_name="B"/>'
        "</split_test>"
        '<vertical url_name="inner" display_name="Dedans"><html url_name="h6"/></vertical>'
        '<discussion url_name="d1"/></vertical>'
    ),
    "html/h1.xml": '<html filename="h1" acme="1"/>',
    "html/h1.html": '<p class="looks">Une <b>trame</b> : <img src="/static/été%20(1).png" alt="une trame"></p>',
    "html/h2.xml": '<html filename="h2"/>',
    "html/h2.html": '<p>Voisine, voir <a href="/jump_to_id/p1">là</a>.</p>',
    "html/h3.xml": '<html filename="h3" display_name="Un titre"/>',
    "html/h3.html": "<script>alert(1)</script><p>x</p>",
    **{f"html/h{n}.xml": f'<html filename="h{n}" display_name=""/>' for n in (4, 5, 6)},
    **{f"html/h{n}.html": f"<p>Texte {n}</p>" for n in (4, 5, 6)},
    "problem/p1.xml": QUIZ,
    "problem/p2.xml": QUIZ,
    "problem/q1.xml": QUIZ,
    "problem/q2.xml": QUIZ,
    "discussion/d1.xml": '<discussion display_name="Forum" discussion_category="Semaine 1"/>',
    "about/overview.html": "<p>Un cours.</p>",
    "about/short_description.html": "Deux phrases.",
    "tabs/glossaire.html": "<p>Des mots.</p>",
    "drafts/vertical/vd.xml": '<vertical parent_url="x" display_name="Brouillon"/>',
    "policies/2026/policy.json": json.dumps(POLICY),
    "policies/2026/grading_policy.json": json.dumps(GRADING),
    "static/été (1).png": b"\x89PNG\r\n\x1a\n1",
    "static/nobody.bin": b"\x00\x01",
    "static/.hidden": b"h",
    "notes/read me.txt": "mots\r\n",
}


def course_of(archive: Path) -> OlxCourse:
    with open_archive(archive, Limits()) as opened:
        return read_course(opened)


def archive_of(at: Path, **changed: str | bytes) -> Path:
    path = at / "course.tar.gz"
    path.write_bytes(packed(FILES | changed))
    return path


def as_text(archive: Path, folder: Path) -> WrittenOut:
    return text_of_archive(archive, folder, limits=Limits(), folder_limits=FolderLimits())


def again(folder: Path) -> OlxCourse:
    checked = check_folder(folder, now=NOW)
    assert [f"{one.place} {one}" for one in checked.errors] == []
    assert checked.made is not None
    return checked.made.courses[0]


def rewritten(folder: Path) -> tuple[str, ...]:
    made = check_folder(folder, now=NOW).made
    assert made is not None
    return made.rewritten


def blocks(course: OlxCourse) -> dict[str, Block]:
    return {block.id: block for block in course.root.walk()}


@pytest.fixture
def text(tmp_path: Path) -> Path:
    as_text(archive_of(tmp_path), tmp_path / "text")
    return tmp_path / "text"


UNIT = "modules/c1/trame.fr.md"
SECOND = "modules/c1/v2.fr.md"


def test_a_course_is_written_as_text_and_read_again_as_the_same(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    done = as_text(archive, tmp_path / "text")
    assert done.other == ()
    assert list(others_in(course_of(archive), again(tmp_path / "text"))) == []
    assert {(one.tag, one.count) for one in done.verbatim} == {("discussion", 1)}


def test_files_stand_beside_the_unit_that_shows_them_and_what_nobody_shows_in_the_drawer(text: Path) -> None:
    page = (text / UNIT).read_text("utf-8")
    assert "![une trame](<../../shared/%C3%A9t%C3%A9%20%281%29.png>)" in page  # the picture of the course, too
    assert (text / "shared/été (1).png").read_bytes() == FILES["static/été (1).png"]
    assert (text / "olx/fr/static/nobody.bin").read_bytes() == b"\x00\x01"
    assert (text / "olx/fr/static/.hidden").read_bytes() == b"h"
    assert (text / "olx/fr/notes/read me.txt").read_bytes() == b"mots\r\n"
    assert (text / "olx/fr/drafts/vertical/vd.xml").exists()


def test_names_that_answers_are_kept_under_stay_and_files_are_called_by_titles(text: Path) -> None:
    assert (text / UNIT).read_text("utf-8").startswith(f'---\nid: "{HEX}"\n---\n# Une trame\n\nUne **trame**')
    page = (text / SECOND).read_text("utf-8")
    assert page.startswith("# Une trame\n\n::: quiz p2\n")
    for line in ("::: group k1\nif: p1 right\n", "::: bank b1\ndraw: 1\n", "::: experiment t1\non: deux-voies\n"):
        assert line in page, line
    assert "::: branch a\n" in page
    assert '```olx d1\n<discussion display_name="Forum"' in page


def test_what_is_known_of_sections_is_said_and_what_has_no_effect_comes_back(text: Path) -> None:
    module = (text / "modules/c1/module.yaml").read_text("utf-8")
    for line in (
        "graded: d",
        'due: "2026-02-01 23:59"',
        'time-limit: "90 min"',
        "show-result: due",
        "hide-after-due: yes",
    ):
        assert f"    {line}\n" in module
    section = blocks(again(text))["s1"]
    assert section.attributes["due"] == "2026-02-01T23:59:30Z"  # with the seconds that text does not say
    shutil.rmtree(text / "olx")
    alone = blocks(again(text))["s1"].attributes
    assert alone["default_time_limit_minutes"] == "90"
    assert (alone["is_time_limited"], alone["hide_after_due"], alone["show_correctness"]) == (
        "true",
        "true",
        "past_due",
    )


@pytest.mark.parametrize(("minutes", "line"), [("10000000", 'time-limit: "527040 min"'), ("0", ""), ("-5", "")])
def test_a_limit_of_time_that_no_text_may_say_is_written_as_the_longest_or_not_at_all(
    tmp_path: Path, minutes: str, line: str
) -> None:
    path = "sequential/s1.xml"
    changed = str(FILES[path]).replace('limit_minutes="90"', f'limit_minutes="{minutes}"')
    as_text(archive_of(tmp_path, **{path: changed}), tmp_path / "text")
    module = (tmp_path / "text/modules/c1/module.yaml").read_text("utf-8")
    assert line in module
    assert ("time-limit" in module) == bool(line)
    again(tmp_path / "text")


def test_a_changed_question_changes_alone_and_keeps_what_text_has_no_words_for(tmp_path: Path, text: Path) -> None:
    page = text / SECOND
    page.write_text(page.read_text("utf-8").replace("- = 4\n", "- = 5\n", 1).replace("attempts: 2", "attempts: 3", 1))
    assert rewritten(text) == ("p2",)
    course = again(text)
    assert list(others_in(course_of(tmp_path / "course.tar.gz"), course)) == ["p2"]
    changed = blocks(course)["p2"]
    assert 'answer="5"' in changed.content
    assert (changed.attributes["acme"], changed.attributes["max_attempts"]) == ("x", "3")


def test_a_setting_of_a_section_that_is_taken_out_is_gone_and_the_others_stay(text: Path) -> None:
    module = text / "modules/c1/module.yaml"
    module.write_text(module.read_text("utf-8").replace('    due: "2026-02-01 23:59"\n', "").replace("Nommer", "Dire"))
    found = blocks(again(text))
    assert "due" not in found["s1"].attributes
    assert found["s1"].attributes["highlights"] == "[]"
    assert found["c1"].attributes["display_name"] == "Dire"


def test_bare_texts_keep_their_names_when_others_come_before_them_or_they_are_changed(text: Path) -> None:
    page = text / UNIT
    page.write_text(
        page.read_text("utf-8").replace(
            "# Une trame\n\n", "# Une trame\n\nNouveau.\n\n::: quiz neuf\n\nOui ?\n\n- (x) Oui\n- ( ) Non\n\n:::\n\n", 1
        )
    )
    ids = [child.id for child in blocks(again(text))[HEX].children]
    assert ids[1:] == ["neuf", "h1", "h2", "p1", "h3"]
    assert blocks(again(text))["h1"].attributes == {"acme": "1"}
    as_it_was = page.read_text("utf-8").replace(
        "Nouveau.\n\n::: quiz neuf\n\nOui ?\n\n- (x) Oui\n- ( ) Non\n\n:::\n\n", ""
    )
    page.write_text(as_it_was.replace("Une **trame**", "Une petite **trame**"))
    found = blocks(again(text))
    assert "petite" in found["h1"].content
    assert found["h1"].attributes == {"acme": "1"}


def test_moved_and_deleted_blocks_are_moved_and_deleted(text: Path) -> None:
    page = text / SECOND
    words = page.read_text("utf-8")
    start = words.index("::: quiz p2")
    quiz = words[start : words.index(":::\n", start + 4) + 5]
    page.write_text(words.replace(quiz, ""))
    (text / UNIT).write_text((text / UNIT).read_text("utf-8").rstrip("\n") + f"\n\n{quiz.strip()}\n")
    found = blocks(again(text))
    assert found[HEX].children[-1].id == "p2"
    assert found["p2"].content.strip() == QUIZ
    assert "p2" not in [child.id for child in found["v2"].children]


def test_without_its_drawer_the_text_says_the_same_under_the_same_names(text: Path) -> None:
    before = blocks(again(text))
    shutil.rmtree(text / "olx")
    after = blocks(again(text))
    for name in ("p1", "p2", "q1", "q2", "h2", "h3", "d1", "s1", "v2", HEX):
        assert (after[name].tag, after[name].title) == (before[name].tag, before[name].title), name


def test_groups_and_conditions_that_are_changed_hold_what_they_held(text: Path) -> None:
    page = text / SECOND
    page.write_text(page.read_text("utf-8").replace("if: p1 right", "if: p1 answered"))
    found = blocks(again(text))
    condition = next(one for one in found.values() if one.attributes.get("attempted"))
    assert [child.id for child in condition.children] == ["k1"]
    assert [child.id for child in found["k1"].children] == ["h4"]
    assert found["k1"].tag == "wrapper"


def test_a_drawer_that_cannot_be_read_is_told_and_nothing_is_guessed(text: Path) -> None:
    (text / "olx/text.json").write_text("{}")
    assert [one.code for one in check_folder(text, now=NOW).errors] == ["unreadable-drawer"]
    (text / "olx/text.json").unlink()
    assert "drawer-without-map" in [one.code for one in check_folder(text, now=NOW).warnings]


def test_a_course_file_of_the_drawer_that_is_none_is_told(text: Path) -> None:
    (text / "olx/fr/course/2026.xml").write_text("<course>")
    (error,) = check_folder(text, now=NOW).errors
    assert error.code == "unreadable-drawer"
    assert "course/2026.xml" in str(error)


def test_a_file_that_was_deleted_from_the_drawer_is_told_and_nothing_is_published_without_it(text: Path) -> None:
    files = [path for path in (text / "olx/fr").rglob("*") if path.is_file()]
    assert len(files) > 30
    for file in files:
        data, path = file.read_bytes(), file.relative_to(text).as_posix()
        file.unlink()
        found = check_folder(text, now=NOW)
        told = [one for one in found.messages if one.code == "drawer-incomplete"]
        assert [str(one.place.path) for one in told] == [path]
        if "/static/" in path:  # a file that nobody shows may go
            assert found.errors == ()
            assert str(told[0]).endswith("the next version will not have them. Put them back if they are wanted.")
        else:
            assert found.errors == tuple(told)
            assert str(told[0]).endswith("delete the folder olx to go on with what the text says.")
        file.write_bytes(data)
    assert check_folder(text, now=NOW).errors == ()


def test_a_drawer_without_courses_or_without_blocks_of_the_text_is_told(text: Path) -> None:
    path = text / "olx/text.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**told, "courses": {}}))
    assert [one.code for one in check_folder(text, now=NOW).errors] == ["unreadable-drawer"]
    told["names"]["neuf"] = {"block": "problem/neuf", "tag": "problem"}
    path.write_text(json.dumps(told))
    assert [str(one) for one in check_folder(text, now=NOW).errors] == [
        "The course in olx/fr lacks blocks that the text stands for (1, such as problem/neuf). Put its files back as "
        "they were, or delete the folder olx to go on with what the text says."
    ]


def test_a_block_that_one_language_of_the_drawer_lost_is_told(tmp_path: Path) -> None:
    say = Messages()
    text = tmp_path / "text"
    courses = {"fr": course_of(archive_of(tmp_path)), "en": course_of(archive_of(tmp_path))}
    archive = archive_of(tmp_path)
    with open_archive(archive, Limits()) as opened:
        text.mkdir()
        write_out(text, courses, lambda _language, asset: opened.stream(asset.member), lambda _name: True)
    chapter = text / "olx/en/chapter/c1.xml"
    chapter.write_text('<chapter display_name="Nommer"><sequential url_name="s1"/></chapter>', "utf-8")
    course = read_folder(text, say)
    assert course is not None
    assert read_drawer(course, say) is None
    assert [(one.code, one.place.path) for one in say.errors] == [("drawer-without-block", "olx/en")]


def test_names_that_are_none_of_a_text_come_back_and_conditions_lead_to_them(tmp_path: Path) -> None:
    unit = (
        '<vertical display_name=""><problem url_name="été un"/><problem url_name="x.1"/>'
        '<conditional url_name="k 1" sources="été un" attempted="True"><problem url_name="c9"/>'
        "</conditional></vertical>"
    )
    names = {f"problem/{name}.xml": QUIZ for name in ("été un", "x.1", "c9")}
    archive = archive_of(tmp_path, **{"vertical/v2.xml": unit}, **names)
    assert as_text(archive, tmp_path / "text").other == ()
    page = (tmp_path / "text" / SECOND).read_text("utf-8")
    assert page.startswith("# v2\n\n::: quiz t-un\n")
    assert "if: t-un answered\n" in page
    assert list(others_in(course_of(archive), again(tmp_path / "text"))) == []


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p>\n:::\n<script>x()</script>",
        "<p>```olx</p>",
        "attempts: 3",
        "- (x) Oui",
        "<p>[?] et {{x}} et $5 et \\(a\\)</p>",
        "<iframe src='https://x.example'></iframe>",
        "",
        "&nbsp;",
        "<!-- rien -->",
        "<blockquote><p>[!team]</p></blockquote>",
        "<pre>\n![](/static/nobody.bin)\n</pre>",
        "plain words\r\nin two lines",
        "<p><a href='/static/nobody.bin'>un fichier</a> <a href='nobody.bin'>mort</a> <a href='#x'>ancre</a></p>",
    ],
)
def test_any_page_of_html_comes_back(tmp_path: Path, html: str) -> None:
    archive = archive_of(tmp_path, **{"html/h1.html": html, "html/h4.html": html, "html/h3.html": html})
    assert as_text(archive, tmp_path / "text").other == ()
    assert list(others_in(course_of(archive), again(tmp_path / "text"))) == []


def test_images_that_are_written_into_a_page_become_files_as_an_import_makes_them(tmp_path: Path) -> None:
    html = '<p><img src="data:image/png;base64,iVBORw0KGgo=" alt="x"></p>'
    as_text(archive_of(tmp_path, **{"html/h1.html": html}), tmp_path / "text")
    (image,) = (tmp_path / "text" / "modules" / "c1").glob("image-*.png")
    assert image.read_bytes() == b"\x89PNG\r\n\x1a\n"


def test_a_page_that_would_be_too_large_leaves_its_largest_block_in_the_drawer(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, **{"html/h1.html": "<p>" + "mot " * 300_000 + "</p>"})
    done = as_text(archive, tmp_path / "text")
    assert done.other == ()
    assert [
        (one.tag, one.count)
        for one in done.verbatim
        if one.why == "they are larger than a page may be, and lie in the folder olx alone"
    ] == [("html", 1)]
    assert list(others_in(course_of(archive), again(tmp_path / "text"))) == []


def test_nothing_is_written_over_and_nothing_half_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_of(tmp_path)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine").write_text("mine")
    with pytest.raises(Conflict, match="is there already"):
        as_text(archive, tmp_path / "there")
    with pytest.raises(InputRefused, match="no folder"):
        as_text(archive, tmp_path / "none" / "text")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputRefused, match="No space left"):
        as_text(archive, tmp_path / "text")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course.tar.gz", "there"]


def test_a_folder_where_one_may_not_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = archive_of(tmp_path)
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)  # the administrator may write anywhere
    with pytest.raises(InputRefused, match="Nothing can be written"):
        as_text(archive, tmp_path / "text")
    assert not (tmp_path / "text").exists()


def test_a_drawer_may_name_no_file_that_an_archive_may_not(text: Path) -> None:
    path = text / "olx/text.json"
    told = json.loads(path.read_text("utf-8"))
    told["files"]["shared/été (1).png"]["name"] = "../escaped.png"
    path.write_text(json.dumps(told))
    assert "unreadable-drawer" in [one.code for one in check_folder(text, now=NOW).errors]


def test_a_secret_that_is_put_into_a_drawer_is_left_out_as_from_an_archive(text: Path) -> None:
    page = text / "olx/fr/discussion/d1.xml"
    page.write_text(page.read_text("utf-8").replace("<discussion ", '<discussion api_token="of-somebody" '), "utf-8")
    assert "of-somebody" not in repr(again(text))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(courses())
def test_any_course_is_written_as_text_and_read_again_as_the_same(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, str | bytes]
) -> None:
    folder = tmp_path_factory.mktemp("course")
    archive = packed_in(folder, files)
    assert as_text(archive, folder / "text").other == ()
    assert list(others_in(course_of(archive), again(folder / "text"))) == []
