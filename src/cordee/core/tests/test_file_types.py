"""Does content decide of which type a file is?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.core.file_types import BYTES, HTML, SVG, TEXT, content_type_of, is_active

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.png", PNG, "image/png"),
        ("a.html", PNG, "image/png"),
        ("a.png", b"<html><script>alert(1)</script>", HTML),
        ("a.png", b"MZ\x90\0\x03", BYTES),
        ("a.gif", b"GIF89a/*\0*/=1;alert(1)", "image/gif"),
        ("a.svg", b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>', SVG),
        ("a.txt", b"<svg onload=alert(1)>", SVG),
        ("a.svg", b"<html><svg></svg></html>", HTML),
        ("a.svg", b"not a drawing", TEXT),
        ("a.html", b"<p>hello", HTML),
        ("a.xhtml", b"<x/>", HTML),
        ("a.xml", b'<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><a/>', TEXT),
        ("a.mhtml", b"MIME-Version: 1.0\r\n\r\nplain", TEXT),
        ("a.swf", b"CWS\x0a\0\0\0", BYTES),
        ("a.js", b"alert(1)", TEXT),
        ("a.css", b"p { color: red }", "text/css; charset=utf-8"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("a.mp4", b"\0\0\0\x18ftypmp42\0\0", "video/mp4"),
        ("a.m4a", b"\0\0\0\x18ftypmp42\0\0", "audio/mp4"),
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("notes.txt", "é".encode() + b"\xc3", TEXT),
        ("notes.txt", "é".encode("latin-1") + b" ete", BYTES),
        ("empty", b"", TEXT),
    ],
)
def test_content_decides_and_the_name_only_chooses_among_texts(name: str, head: bytes, expected: str) -> None:
    assert content_type_of(name, head) == expected


def test_what_a_browser_may_run_is_called_active() -> None:
    assert is_active(HTML)
    assert is_active(SVG)
    assert not is_active("image/png")


@given(st.text(), st.binary(max_size=200))
def test_no_file_makes_it_stumble(name: str, head: bytes) -> None:
    assert "/" in content_type_of(name, head)


def test_a_head_made_to_be_slow_to_read_is_read_at_once() -> None:
    heads = [b"<!---->" * 585, b"<?x?>" * 800, b" " * 4096, b"<!doctype svg>" * 290, b"<!--" * 1024]
    started = time.process_time()
    assert {content_type_of("a.svg", head + b"<") for head in heads} == {TEXT}
    assert time.process_time() - started < 0.5
