"""Does a course file made to harm us get a clear no, or a warning, and never more?"""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from cordee.core.errors import CordeeError
from cordee.formats.olx.documents import ForbiddenDeclaration
from cordee.formats.olx.links import links_in, rewrite
from cordee.formats.olx.report import report
from cordee.formats.tests.make import course_files, read_files

SECONDS = 10
LONG = random.Random(1).randbytes(8_600_000).hex()  # noqa: S311 - more than a text may have, and not compressible
OTHER_FILE = "/etc/hostname"


def laughs() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE problem [<!ENTITY l0 "ha">{levels}]><problem>&l9;</problem>'


ENTITIES = {
    "a billion laughs": laughs(),
    "a file": f'<!DOCTYPE problem [<!ENTITY x SYSTEM "file://{OTHER_FILE}">]><problem>&x;</problem>',
    "an address": '<!DOCTYPE problem [<!ENTITY x SYSTEM "http://169.254.169.254/">]><problem>&x;</problem>',
    "a parameter": '<!DOCTYPE problem [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x.dtd"> %x;]><problem/>',
    "in an attribute": '<!DOCTYPE problem [<!ENTITY x "1">]><problem weight="&x;"/>',
    "after comments": '<!-- a --><?b c?>\n<!DOCTYPE problem [<!ENTITY x "1">]><problem>&x;</problem>',
    "in UTF-16": laughs(),
}


@pytest.mark.parametrize("name", ENTITIES)
@pytest.mark.parametrize("path", ["course.xml", "course/R1.xml", "vertical/vt.xml", "problem/pb.xml", "html/tx.xml"])
def test_xml_entities_refuse_the_archive(tmp_path: Path, name: str, path: str) -> None:
    text: str | bytes = ENTITIES[name]
    if name == "in UTF-16" and isinstance(text, str):
        text = text.replace('<?xml version="1.0"?>', "").encode("utf-16")
    with pytest.raises(ForbiddenDeclaration, match="entities"):
        read_files(tmp_path, {**course_files(), path: text})


def test_an_outside_dtd_is_never_fetched(tmp_path: Path) -> None:
    text = '<!DOCTYPE problem SYSTEM "http://127.0.0.1:1/x.dtd"><problem/>'
    course = read_files(tmp_path, course_files(problem__pb=text))
    assert [remark.code for remark in course.warnings] == ["unreadable-xml"]
    with pytest.raises(CordeeError, match=r"course\.xml"):
        read_files(tmp_path, {**course_files(), "course.xml": text})


def test_an_xinclude_is_only_text(tmp_path: Path) -> None:
    include = f'<xi:include href="file://{OTHER_FILE}" parse="text"/>'
    text = f'<problem xmlns:xi="http://www.w3.org/2001/XInclude">{include}</problem>'
    course = read_files(tmp_path, course_files(problem__pb=text))
    assert next(block for block in course.leaves() if block.tag == "problem").content == text


NAMES = ["../../../etc/passwd", "/etc/passwd", "..", "", ":", "a:../../x", "\u202e", "x" * 10_000, "%2e%2e/x", "con"]


@pytest.mark.parametrize("name", NAMES)
def test_a_url_name_never_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    unit = f'<vertical><problem url_name="{name}"/><html url_name="{name}" filename="{name}"/></vertical>'
    course = read_files(tmp_path, course_files(vertical__vt=unit))
    assert json.dumps(report(course, {"html"}))


SPOILED = [
    "",
    "<",
    "<problem",
    "<problem/><problem/>",
    "<problem>\0</problem>",
    "<problem>\x01</problem>",
    "<problem>&#0;</problem>",
    "<problem>&#xD800;</problem>",
    '<problem a="1" a="2"/>',
    "<problem>" + "<b>" * 10_000,
    "<p>" * 10_000 + "</p>" * 10_000,
    "<problem " + " ".join(f"a{n}='1'" for n in range(10_000)) + "/>",
    "<problem>" + LONG + "</problem>",
    '<x:problem xmlns:x="urn:x"/>',
    "<problem xmlns='urn:x'><numericalresponse/></problem>",
    "{}",
    "\ufeff<problem/>",
]


@pytest.mark.parametrize("text", SPOILED, ids=range(len(SPOILED)))
def test_a_spoiled_block_never_loses_the_course(tmp_path: Path, text: str) -> None:
    start = time.perf_counter()
    course = read_files(tmp_path, course_files(problem__pb=text))
    found = report(course, {"html", "problem"})
    assert found["blocks"] == {"html": 1, "problem": 1}
    assert time.perf_counter() - start < SECONDS


@pytest.mark.long
def test_a_file_too_large_to_be_text_is_kept_as_a_file(tmp_path: Path) -> None:
    course = read_files(tmp_path, {**course_files(problem__pb="<problem>" + LONG), "html/tx.html": LONG})
    assert sorted(remark.code for remark in course.warnings) == ["unreadable-file", "unreadable-xml"]
    assert {"problem/pb.xml", "html/tx.html"} <= set(course.assets)


@pytest.mark.parametrize(
    "text",
    [
        '"/static/' * 20_000,
        '"' + " " * 100_000,
        '"/static/' + " " * 100_000,
        "'/static/\"/static/" * 10_000,
        "(/static/" * 20_000,
        ">/static/" * 20_000,
        "&quot;/static/" * 20_000,
        '"//' + "a" * 100_000,
        '"//a/' * 20_000,
        '"' + "../" * 50_000,
    ],
    ids=range(10),
)
def test_no_text_makes_the_search_for_links_slow(text: str) -> None:
    start = time.perf_counter()
    assert list(links_in(text)) is not None
    rewrite(text, lambda url: url)
    assert time.perf_counter() - start < SECONDS / 2


def test_braces_in_what_an_author_wrote_never_break_a_sentence(tmp_path: Path) -> None:
    files = course_files(
        vertical__vt='<vertical><problem url_name="{x}"/><html url_name="{0}"/><problem url_name="pb"/></vertical>',
        sequential__sq='<sequential due="{a.b}"><vertical url_name="vt"/></sequential>',
        problem__pb='<problem><img src="/static/{x}.png"/><img src="/static/%s{}.png"/></problem>',
    )
    course = read_files(tmp_path, files)
    found = report(course, set())
    assert [line["id"] for line in found["missing"]] == ["{x}", "{0}"]
    assert "{a.b}" in found["warnings"][0]["sentence"]
    for remark in (*course.missing_files, *course.missing_assets, *course.warnings):
        assert str(remark)
