"""Is a course that was written as an archive of Open edX read again as it was?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

from cordee.core.errors import CordeeError
from cordee.formats.archives import open_archive
from cordee.formats.olx.model import CONTAINER_TAGS
from cordee.formats.tests.make import DATA, course_files
from cordee.formats.tests.olx_again import courses, essence, packed_in, written_again, written_files

REAL = ("math-percent-fi", "mitx-grading-library", "one-of-each")


def again(folder: Path, more: Mapping[str, str | bytes]) -> dict[str, str]:
    """The texts of the export of a small course with these files; it is read again the same."""
    source = packed_in(folder, {**course_files(), **more})
    before, after = written_again(source, folder / "again.tar.gz")
    assert essence(after) == essence(before)
    return written_files(source, folder / "again.tar.gz")


@pytest.mark.parametrize("name", REAL)
def test_a_real_course_is_read_again_as_it_was(name: str, tmp_path: Path) -> None:
    before, after = written_again(DATA / "courses" / f"{name}.tar.gz", tmp_path / "again.tar.gz")
    assert essence(after) == essence(before)
    assert {remark.code for remark in after.warnings} == {remark.code for remark in before.warnings}
    assert after.missing_files == before.missing_files == ()


@pytest.mark.parametrize("name", REAL[1:])
def test_the_same_course_always_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    written_again(DATA / "courses" / f"{name}.tar.gz", first)
    written_again(first, second)
    assert first.read_bytes() == second.read_bytes()


def assert_is_read_again(files: dict[str, str | bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = packed_in(Path(folder), files)
        try:
            with open_archive(source):
                pass
        except CordeeError:
            return  # no archive: two names that are one
        before, after = written_again(source, Path(folder) / "again.tar.gz")
        assert essence(after) == essence(before)


@settings(max_examples=20)
@given(courses())
def test_whatever_an_author_wrote_is_read_again_as_it_was(files: dict[str, str | bytes]) -> None:
    assert_is_read_again(files)


@pytest.mark.long
@settings(max_examples=400)
@given(courses())
def test_whatever_many_authors_wrote_is_read_again_as_it_was(files: dict[str, str | bytes]) -> None:
    assert_is_read_again(files)


@pytest.mark.parametrize("tag", CONTAINER_TAGS)
def test_a_container_in_a_container_keeps_its_children_and_what_stands_beside_them(tag: str, tmp_path: Path) -> None:
    inner = f'<{tag} url_name="inner" b="2"><!-- une note --><html url_name="tx"/>mot &lt; mot</{tag}>'
    files = again(tmp_path, {"vertical/vt.xml": f'<vertical><{tag} url_name="outer" a="1">{inner}</{tag}></vertical>'})
    assert f'<{tag} url_name="inner"/>' in files[f"{tag}/outer.xml"]
    assert "<!-- une note -->" in files[f"{tag}/inner.xml"]
    assert "mot &lt; mot" in files[f"{tag}/inner.xml"]


def test_a_problem_keeps_its_comments_its_cdata_and_its_entities_sign_by_sign(tmp_path: Path) -> None:
    problem = (
        '<!-- v2 -->\n<problem display_name="&quot;Été&quot; &amp; co">\n<![CDATA[a < b]]> &#233;<!-- x --></problem>'
    )
    assert again(tmp_path, {"problem/pb.xml": problem})["problem/pb.xml"] == problem


def test_html_without_an_end_stays_as_its_author_left_it(tmp_path: Path) -> None:
    text = (
        '<p>Sans fin <b>gras<br><a href="/jump_to_id/pb">là</a><img src="/asset-v1:OrgX+C1+R1+type@asset+block@a.png">'
    )
    assert again(tmp_path, {"html/tx.html": text})["html/tx.html"] == text


def test_attributes_that_nobody_knows_and_odd_values_are_written_as_they_were(tmp_path: Path) -> None:
    value = "&quot;2015-05-05T13:30:00+00:00&quot;"
    files = again(tmp_path, {"chapter/ch.xml": f'<chapter start="{value}" acme="a&#10;b&#9;c" été="ça"/>'})
    assert f'start="{value}"' in files["chapter/ch.xml"]
    assert 'acme="a&#10;b&#9;c"' in files["chapter/ch.xml"]
    assert 'été="ça"' in files["chapter/ch.xml"]


def test_a_pure_xblock_stands_where_it_is_used(tmp_path: Path) -> None:
    block = '<poll url_name="p1" xblock-family="xblock.v1" answers="[[&quot;a&quot;, &quot;A&quot;]]"/>'
    files = again(tmp_path, {"vertical/vt.xml": f"<vertical>{block}</vertical>"})
    assert block in files["vertical/vt.xml"]
    assert not [path for path in files if path.startswith("poll/")]


def test_what_the_policy_says_of_a_leaf_goes_back_into_the_policy(tmp_path: Path) -> None:
    policy = {"course/R1": {"language": "fr"}, "problem/pb": {"max_attempts": 2}, "static_tab/x": {"n": [1, 2.5]}}
    files = again(tmp_path, {"policies/R1/policy.json": json.dumps(policy)})
    assert json.loads(files["policies/R1/policy.json"]) == policy
    assert "max_attempts" not in files["problem/pb.xml"]


def test_what_the_grading_policy_says_besides_is_written_again(tmp_path: Path) -> None:
    grading = {"GRADER": [{"type": "Quiz", "weight": 1, "acme": True}], "GRADE_CUTOFFS": {"A": 0.9, "B": 0.5}, "x": 1}
    files = again(tmp_path, {"policies/R1/grading_policy.json": json.dumps(grading)})
    assert json.loads(files["policies/R1/grading_policy.json"]) == grading


def test_an_update_keeps_what_its_item_says_besides(tmp_path: Path) -> None:
    items = [{"id": 3, "date": "June 1, 2026", "content": "<p>é", "status": "visible", "push": True}]
    items.append({"id": "x", "date": "", "content": "", "status": "scheduled", "push": False})
    files = again(tmp_path, {"info/updates.items.json": json.dumps(items)})
    assert json.loads(files["info/updates.items.json"]) == items


def test_a_file_that_could_not_be_read_goes_back_as_it_came(tmp_path: Path) -> None:
    files = again(
        tmp_path,
        {
            "vertical/vt.xml": "<vertical><html url_name=",
            "policies/R1/grading_policy.json": "{not json",
            "info/updates.items.json": '{"a": 1}',
            "problem/other.xml": "<problem/>",
        },
    )
    assert files["vertical/vt.xml"] == "<vertical><html url_name="
    assert files["policies/R1/grading_policy.json"] == "{not json"
    assert files["info/updates.items.json"] == '{"a": 1}'
    assert files["problem/other.xml"] == "<problem/>"


def test_two_blocks_of_one_name_stay_two(tmp_path: Path) -> None:
    one, two = (f'<problem url_name="same"><p>{words}</p></problem>' for words in ("one", "two"))
    files = again(tmp_path, {"vertical/vt.xml": f"<vertical>{one}{two}</vertical>"})
    assert "one" in files["problem/same.xml"] + files["vertical/vt.xml"]
    assert "two" in files["problem/same.xml"] + files["vertical/vt.xml"]


def test_a_file_outside_static_goes_back_to_its_place(tmp_path: Path) -> None:
    files = again(tmp_path, {"images/logo.bin": b"\xff\x00", "python_lib.zip": b"PK\x05\x06\xff", "README": "lisez"})
    assert {"images/logo.bin", "python_lib.zip", "README", "static/a.png"} <= set(files)


def test_a_secret_that_was_left_out_stays_out(tmp_path: Path) -> None:
    policy = {"course/R1": {"lti_passports": ["a:b:never-again"]}, "lti/x": {"consumer_secret": "never-again"}}
    block = '<lti url_name="l" consumer_secret="never-again"/>'
    files = again(
        tmp_path,
        {"policies/R1/policy.json": json.dumps(policy), "vertical/vt.xml": f"<vertical>{block}</vertical>"},
    )
    assert "never-again" not in "".join(files.values())


def test_a_course_written_in_one_file_gets_the_files_of_studio(tmp_path: Path) -> None:
    source = tmp_path / "one.tar.gz"
    inline = (
        '<course url_name="R1" org="OrgX" course="C1"><chapter url_name="ch"><sequential><vertical>'
        '<html url_name="t">&lt;p&gt;a</html></vertical></sequential></chapter></course>'
    )
    source.write_bytes(packed_in(tmp_path, {"course.xml": inline}).read_bytes())
    before, after = written_again(source, tmp_path / "again.tar.gz")
    assert essence(after) == essence(before)
    files = written_files(source, tmp_path / "again.tar.gz")
    assert files["course.xml"] == '<course url_name="R1" org="OrgX" course="C1"/>\n'
    assert files["html/t.html"] == "<p>a"
    assert {path.split("/")[0] for path in files} == {
        "course.xml",
        "course",
        "chapter",
        "sequential",
        "vertical",
        "html",
    }
