"""What does the reader make of every way to write, and to spoil, a course?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cordee.formats.olx.documents import ForbiddenDeclaration
from cordee.formats.olx.model import Block, OlxCourse
from cordee.formats.olx.report import report
from cordee.formats.olx.source import CourseRefused
from cordee.formats.olx.tree import derived_id
from cordee.formats.tests.make import course_files, read_files

BROKEN_XML = '<problem display_name="P">\n<p>one & two</problem>'


def blocks(course: OlxCourse) -> dict[str, Block]:
    return {block.id: block for block in course.root.walk()}


def codes(course: OlxCourse) -> list[str]:
    return [remark.code for remark in course.warnings]


@pytest.mark.parametrize("top", ["course/", "", "any-name-1.2/", "./course/"])
def test_the_top_folder_may_have_any_name_or_none(tmp_path: Path, top: str) -> None:
    course = read_files(tmp_path, course_files(), top)
    assert (course.organisation, course.number, course.run, course.title) == ("OrgX", "C1", "R1", "A course")
    assert set(blocks(course)) == {"R1", "ch", "sq", "vt", "tx", "pb"}
    assert codes(course) == []


def test_a_run_named_course_at_the_root_is_not_a_second_course(tmp_path: Path) -> None:
    files = {"course.xml": '<course url_name="course" org="O" course="C"/>', "course/course.xml": "<course/>"}
    assert read_files(tmp_path, files, "").run == "course"


def test_two_courses_are_refused(tmp_path: Path) -> None:
    files = {"a/course.xml": "<course/>", "b/course.xml": "<course/>"}
    with pytest.raises(CourseRefused, match=r"a/course\.xml and b/course\.xml"):
        read_files(tmp_path, files, "")
    with pytest.raises(CourseRefused, match="two courses"):
        read_files(tmp_path, {**course_files(), "other/course.xml": "<course/>"}, "")


def test_no_course_and_a_library_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseRefused, match=r"no course\.xml"):
        read_files(tmp_path, {"readme.txt": "hello"})
    with pytest.raises(CourseRefused, match="library"):
        read_files(tmp_path, {"library.xml": "<library/>"}, "library/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "<html/>",
        "<course",
        "<course></chapter>",
        b"<course org='\xe9'/>",
        b'<?xml version="1.0" encoding="utf-7"?><course/>',
        b'<?xml version="1.0" encoding="no-such"?><course/>',
        "<!DOCTYPE course><course/>",
        "<a>" * 5000 + "</a>" * 5000,
        "<course>" * 5000 + "</course>" * 5000,
    ],
)
def test_a_course_xml_that_is_no_course_is_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(CourseRefused, match=r"course\.xml"):
        read_files(tmp_path, {"course.xml": text})


def test_a_run_that_is_not_there_is_refused_and_another_single_one_is_taken(tmp_path: Path) -> None:
    files = course_files()
    files["course.xml"] = '<course url_name="R9" org="O" course="C"/>'
    assert codes(read_files(tmp_path, files)) == ["other-run"]
    del files["course/R1.xml"]
    with pytest.raises(CourseRefused, match=r"course/R9\.xml"):
        read_files(tmp_path, files)


def test_a_broken_run_file_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CourseRefused, match=r"course/R1\.xml.*Line 2"):
        read_files(tmp_path, course_files(course__R1="<course>\n<chapter></course>"))


def test_the_whole_course_may_stand_in_course_xml(tmp_path: Path) -> None:
    text = """<course org="O" course="C" url_name="R" display_name="All"><chapter display_name="A">
    <sequential display_name="B"><vertical display_name="C"><html>Hello <b>you</b></html></vertical></sequential>
    </chapter></course>"""
    course = read_files(tmp_path, {"course.xml": text})
    assert course.title == "All"
    assert [block.title for block in course.root.walk()] == ["All", "A", "B", "C", ""]
    assert next(course.leaves()).content == "Hello <b>you</b>"


def test_an_encoding_that_is_declared_is_read(tmp_path: Path) -> None:
    files = course_files()
    files["chapter/ch.xml"] = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<chapter display_name="\xe9t\xe9"/>'.encode(
        "latin-1"
    )
    files["problem/pb.xml"] = "<?xml version='1.0' encoding='utf-16'?><problem display_name='é'/>".encode("utf-16")
    files["sequential/sq.xml"] = b"\xef\xbb\xbf<sequential/>"
    assert blocks(read_files(tmp_path, files))["ch"].title == "été"


def test_a_missing_id_is_derived_and_stays_the_same(tmp_path: Path) -> None:
    unit = '<vertical display_name="Unit"><html>a</html><html url_name="x">b</html><html>c</html><html/></vertical>'
    course = read_files(tmp_path, course_files(vertical__vt=unit))
    ids = [block.id for block in course.leaves()]
    assert ids == [
        derived_id("vt", "html", "", 0),
        "x",
        derived_id("vt", "html", "", 1),
        derived_id("vt", "html", "", 2),
    ]
    assert all(len(name) == 16 for name in ids if name != "x")


def test_a_colon_leads_into_a_folder(tmp_path: Path) -> None:
    files = course_files(
        vertical__vt='<vertical><problem url_name="w:p"/><html url_name="w:t"/><problem url_name="old:q"/></vertical>',
        problem__w__p='<problem display_name="In a folder"/>',
        html__w__t='<html filename="t"/>',
    )
    files["html/w/t.html"] = "<p>text</p>"
    files["problem/old:q.xml"] = '<problem display_name="With a colon"/>'
    found = blocks(read_files(tmp_path, files))
    assert found["w:p"].title == "In a folder"
    assert found["w:t"].content == "<p>text</p>"
    assert found["old:q"].title == "With a colon"


def test_policy_wins_over_the_definition_and_the_definition_over_the_pointer(tmp_path: Path) -> None:
    files = course_files(
        vertical__vt='<vertical><problem url_name="pb" display_name="1" weight="1" due="x1"/></vertical>',
        problem__pb='<problem display_name="2" weight="2"/>',
    )
    policy = {
        "course/R1": {},
        "problem/pb": {"display_name": "3", "graded": True, "max_attempts": 2, "data": {"a": None}},
    }
    files["policies/R1/policy.json"] = json.dumps(policy)
    attributes = blocks(read_files(tmp_path, files))["pb"].attributes
    assert attributes == {
        "display_name": "3",
        "weight": "2",
        "due": "x1",
        "graded": "true",
        "max_attempts": "2",
        "data": '{"a": null}',
    }


def test_pointers_and_inline_blocks_mix(tmp_path: Path) -> None:
    unit = """<vertical>
      <done url_name="d1" xblock-family="xblock.v1"/>
      <video url_name="v1" youtube="1.00:x"/>
      <problem url_name="i1"><p>inline</p></problem>
      <problem url_name="pb"/>
      <!-- a note of the author -->
    </vertical>"""
    course = read_files(tmp_path, course_files(vertical__vt=unit))
    assert [block.id for block in course.leaves()] == ["d1", "v1", "i1", "pb"]
    assert course.missing_files == ()
    assert blocks(course)["i1"].content == '<problem url_name="i1"><p>inline</p></problem>'
    assert blocks(course)["vt"].extra == "<!-- a note of the author -->"
    assert blocks(course)["v1"].place == "vertical/vt.xml:3"
    assert blocks(course)["pb"].place == "problem/pb.xml"


def test_a_pointer_to_a_missing_file_is_told_and_not_counted(tmp_path: Path) -> None:
    files = course_files(vertical__vt='<vertical>\n<problem url_name="gone"/><html url_name="tx"/></vertical>')
    del files["html/tx.html"]
    course = read_files(tmp_path, files)
    assert list(course.leaves()) == []
    assert report(course, set())["missing"] == [
        {"tag": "problem", "id": "gone", "path": "problem/gone.xml", "place": "vertical/vt.xml:2"},
        {"tag": "html", "id": "tx", "path": "html/tx.html", "place": "html/tx.xml"},
    ]


def test_a_cycle_ends(tmp_path: Path) -> None:
    files = course_files(vertical__vt='<vertical><sequential url_name="sq"/><html url_name="tx"/></vertical>')
    course = read_files(tmp_path, files)
    assert codes(course) == ["cycle"]
    assert [block.id for block in course.root.walk()] == ["R1", "ch", "sq", "vt", "tx"]


def test_a_block_used_twice_counts_twice_and_is_told(tmp_path: Path) -> None:
    files = course_files(vertical__vt='<vertical><problem url_name="pb"/><problem url_name="pb"/></vertical>')
    course = read_files(tmp_path, files)
    assert report(course, set())["responses"] == {"numericalresponse": 2}
    assert codes(course) == ["duplicate-id"]


def test_a_broken_block_does_not_lose_the_course(tmp_path: Path) -> None:
    course = read_files(tmp_path, course_files(problem__pb=BROKEN_XML))
    assert blocks(course)["pb"].content == BROKEN_XML
    (warning,) = course.warnings
    assert (warning.code, warning.place) == ("unreadable-xml", "problem/pb.xml:2")
    assert report(course, {"html"})["unknown"][0]["tag"] == "problem"


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"<problem>\xe9</problem>", b"<problem>&nbsp;</problem>", b"\0" * 9]
)
def test_no_dirt_in_a_block_raises(tmp_path: Path, data: bytes) -> None:
    for path in ("chapter/ch.xml", "sequential/sq.xml", "vertical/vt.xml", "problem/pb.xml", "html/tx.xml"):
        course = read_files(tmp_path, {**course_files(), path: data})
        assert "unreadable-xml" in codes(course)
        assert json.dumps(report(course, {"html"}))


def test_entities_refuse_the_whole_archive_wherever_they_are(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><problem>&b;</problem>'
    outside = (
        '<?xml version="1.0"?><!-- x --><!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><problem>&a;</problem>'
    )
    for text in (bomb, outside, "\n " + bomb, bomb.encode("utf-16")):
        for path in ("course.xml", "course/R1.xml", "chapter/ch.xml", "problem/pb.xml", "drafts/problem/d.xml"):
            with pytest.raises(ForbiddenDeclaration):
                read_files(tmp_path, {**course_files(), path: text})


def test_a_bare_document_type_in_a_block_is_told(tmp_path: Path) -> None:
    text = '<!DOCTYPE html SYSTEM "http://example.org/x.dtd"><problem/>'
    course = read_files(tmp_path, course_files(problem__pb=text))
    assert codes(course) == ["unreadable-xml"]
    assert blocks(course)["pb"].content == text


def test_deep_nesting_ends_in_a_warning(tmp_path: Path) -> None:
    deep = "<vertical>" * 100 + "</vertical>" * 100
    assert "too-deep" in codes(read_files(tmp_path, course_files(vertical__vt=deep)))


def test_dates_and_weights_that_are_none_are_told(tmp_path: Path) -> None:
    files = course_files(
        chapter__ch='<chapter start="&quot;2015-05-05T13:30:00+00:00&quot;"><sequential url_name="sq"/></chapter>',
        sequential__sq='<sequential due="soon" format="Nope" graded="true"><vertical url_name="vt"/></sequential>',
    )
    graders = [
        {"type": "A", "weight": 0.7, "min_count": "2"},
        {"type": "B", "weight": -1},
        {"type": "C", "weight": "x"},
    ]
    files["policies/R1/grading_policy.json"] = json.dumps({"GRADER": graders, "GRADE_CUTOFFS": {"Pass": 1.5}})
    course = read_files(tmp_path, files)
    assert sorted(codes(course)) == [
        "cutoff-above-1",
        "negative-number",
        "unknown-assignment-type",
        "unreadable-date",
        "unreadable-number",
        "weights-total",
    ]
    assert [line.weight for line in course.grading.assignment_types] == [0.7, 0.0, 0.0]
    assert course.grading.assignment_types[0].min_count == 2


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{", '{"course/R1": 3}', '{"GRADER": 3}', "NaN", '{"GRADER": [3]}', "[" * 5000]
)
def test_no_policy_raises(tmp_path: Path, text: str) -> None:
    files = course_files()
    files["policies/R1/policy.json"] = files["policies/R1/grading_policy.json"] = files["policies/assets.json"] = text
    files["info/updates.items.json"] = text
    assert read_files(tmp_path, files).run == "R1"


def test_old_policies_are_found(tmp_path: Path) -> None:
    files = course_files()
    files["policies/R1.json"] = files.pop("policies/R1/policy.json")
    files["grading_policy.json"] = files.pop("policies/R1/grading_policy.json")
    course = read_files(tmp_path, files)
    assert course.title == "A course"
    assert course.grading.cutoffs == {"Pass": 0.5}


def test_secrets_are_dropped_wherever_they_are(tmp_path: Path) -> None:
    secret = "s3cr3t-value"  # noqa: S105 - made up, to be looked for
    files = course_files(
        course__R1=f'<course lti_passports="[&quot;a:b:{secret}&quot;]"><chapter url_name="ch"/></course>',
        problem__pb=f'<problem matlab_api_key="{secret}" display_name="P"><textline api_key="{secret}"/></problem>',
        html__tx=f'<html xqa_key="{secret}" filename="tx"/>',
        drafts__problem__d=f'<problem matlab_api_key="{secret}"/>',
        course__OTHER=f'<course lti_passports="{secret}"/>',
        vertical__broken=f'<vertical><problem matlab_api_key="{secret}">',
    )
    policy = {
        "lti_passports": [f"id:key:{secret}"],
        "video_upload_pipeline": {"course_video_upload_token": secret},
        "other": [{"deep": {"client_secret": secret, "kept": 1}}],
        "annotation_token_secret": "",
    }
    files["policies/R1/policy.json"] = json.dumps({"course/R1": policy, "problem/pb": {"matlab_api_key": secret}})
    files["policies/OLD/policy.json"] = json.dumps({"course/OLD": policy})
    files["policy.json.bak"] = json.dumps({"course/OLD": policy})
    files["policy.json~"] = f'{{"lti_passports": ["id:key:{secret}"'
    course = read_files(tmp_path, files)
    assert secret not in repr(course)
    assert course.policy == {"other": [{"deep": {"kept": 1}}]}
    dropped = {(line["name"], line["place"]) for line in report(course, set())["dropped_secrets"]}
    assert dropped >= {
        ("lti_passports", "course/R1.xml"),
        ("lti_passports", "policies/R1/policy.json"),
        ("video_upload_pipeline", "policies/R1/policy.json"),
        ("client_secret", "policies/OLD/policy.json"),
        ("matlab_api_key", "problem/pb.xml"),
        ("api_key", "problem/pb.xml"),
        ("matlab_api_key", "drafts/problem/d.xml"),
        ("lti_passports", "course/OTHER.xml"),
    }
    assert not any(name == "annotation_token_secret" for name, _ in dropped)
    assert "textline" in blocks(course)["pb"].content


def test_files_that_nothing_holds_are_kept(tmp_path: Path) -> None:
    files = course_files(vertical__orphan='<vertical display_name="Nowhere"/>')
    files |= {"README.md": "# Read me", "docs/plan.pdf": b"%PDF\0\xff", "tabs/left.html": "<p>left</p>"}
    course = read_files(tmp_path, files)
    assert course.verbatim == {"README.md": "# Read me", "vertical/orphan.xml": '<vertical display_name="Nowhere"/>'}
    assert course.assets["docs/plan.pdf"].member == "course/docs/plan.pdf"
    assert [(tab.slug, tab.visible) for tab in course.tabs] == [("left", False)]


def test_a_listed_tab_without_its_file_is_told(tmp_path: Path) -> None:
    files = course_files()
    tabs = [{"type": "static_tab", "name": "T", "url_slug": "t"}, {"type": "wiki"}, 3]
    files["policies/R1/policy.json"] = json.dumps({"course/R1": {"tabs": tabs}})
    course = read_files(tmp_path, files)
    assert codes(course) == ["missing-tab"]
    assert course.missing_files == ()


def test_old_updates_are_split_by_date(tmp_path: Path) -> None:
    files = course_files()
    files["info/updates.html"] = "<ol><li><h2>May 2</h2><p>Second</p></li><li><h2>May 1</h2>First <b>b</b></li></ol>"
    pages = read_files(tmp_path, files).updates
    assert [(page.date, page.html) for page in pages] == [("May 2", "<p>Second</p>"), ("May 1", "First <b>b</b>")]


def test_html_in_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    course = read_files(tmp_path, {**course_files(), "html/tx.html": "<p>été</p>".encode("cp1252")})
    assert blocks(course)["tx"].content == "<p>été</p>"
    assert codes(course) == ["not-utf-8"]


def test_inline_html_is_given_as_html(tmp_path: Path) -> None:
    one = "<html><![CDATA[<p>a &lt; b</p>]]></html>"
    two = "<html><p/>x<br/>&lt;y&gt;<script>1 &lt; 2</script></html>"
    unit = f"<vertical>{one}{two}</vertical>"
    first, second = read_files(tmp_path, course_files(vertical__vt=unit)).leaves()
    assert first.content == "<p>a &lt; b</p>"
    assert second.content == "<p></p>x<br>&lt;y&gt;<script>1 < 2</script>"


def test_a_course_used_everywhere_does_not_explode(tmp_path: Path) -> None:
    files = course_files()
    for level in range(20):
        pointers = f'<vertical url_name="v{level + 1}"/>' * 10
        files[f"vertical/v{level}.xml"] = f"<vertical>{pointers}</vertical>"
    files["vertical/v20.xml"] = "<vertical/>"
    files["vertical/vt.xml"] = '<vertical><vertical url_name="v0"/></vertical>'
    with pytest.raises(Exception, match="more than 100000 blocks"):
        read_files(tmp_path, files)


def test_files_named_as_before_2013_are_followed(tmp_path: Path) -> None:
    unit = '<vertical><problem filename="old"/><html filename="note"/><problem filename="gone"/></vertical>'
    files = course_files(vertical__vt=unit, problem__old='<problem name="Old"/>', html__note="<html><b>x</b></html>")
    course = read_files(tmp_path, files)
    problem, note = course.leaves()
    assert (problem.title, problem.id) == ("Old", derived_id("vt", "problem", "", 0))
    assert note.content == "<b>x</b>"
    assert [remark.values["path"] for remark in course.missing_files] == ["problem/gone.xml"]


def test_other_files_named_course_xml_are_no_second_course(tmp_path: Path) -> None:
    files = course_files(vertical__vt='<vertical><html url_name="course"/></vertical>', html__course="<html>a</html>")
    files["static/course.xml"] = " " * 100_000 + "<x/>"
    for top in ("", "course/", "repository-main/course/"):
        assert [block.content for block in read_files(tmp_path, files, top).leaves()] == ["a"]
