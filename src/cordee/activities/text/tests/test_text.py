"""Is a text the same page as course text and as OLX?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.activities.text.text import read_text, write_text
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Place, TextBlock, Written
from cordee.formats.coursetext.page import same_page
from cordee.formats.olx.model import Block


def block(body: str, kind: str = "text") -> TextBlock:
    return TextBlock(
        kind, "t", (Written("title", "Titre", Place("a.md", 2)),), marks.lines_of(body, Place("a.md", 4)), Place("a.md")
    )


def html(content: str) -> Block:
    return Block("t", "html", "Titre", {"display_name": "Titre"}, content=content)


def test_markdown_becomes_the_html_of_a_text() -> None:
    said = Messages()
    found = read_text(block("Un **mot**.\n\n> [!team]\n> Non.\n"), None, said)
    assert (found.tag, found.id, found.title, found.content) == (
        "html",
        "t",
        "Titre",
        "<p>Un <strong>mot</strong>.</p>",
    )
    assert said.all == []


def test_raw_html_stays_what_it_is() -> None:
    raw = '<table class="grille"><tr><td rowspan="2">- (x)</td></tr></table>\n\n<script>a()</script>'
    said = Messages()
    assert read_text(block(raw, "html"), None, said).content == raw
    assert said.all == []


@pytest.mark.parametrize(
    ("body", "code", "place"),
    [
        ("Un.\n\n- (x) deux\n", "marks-outside-quiz", "a.md:6:3"),
        ("> [!hint]\n> Non.\n", "note-outside-quiz", "a.md:4:3"),
        ("Un.\n\n<video src='a'></video>\n", "foreign-tag", "a.md:6:1"),
    ],
)
def test_what_belongs_elsewhere_is_told(body: str, code: str, place: str) -> None:
    said = Messages()
    read_text(block(body), None, said)
    assert (code, place) in {(one.code, str(one.place)) for one in said.all}


def test_html_is_written_as_markdown_where_that_says_the_same_else_as_it_is() -> None:
    prose = write_text(html("<p>Un <b>mot</b></p>\n<p>- (x) a</p>"))
    assert prose is not None
    assert (prose.kind, [line.text for line in prose.lines]) == ("text", ["Un **mot**", "", "\\- (x) a"])
    raw = write_text(html("\n<script>a()</script>\r\n<p>b</p>\n"))
    assert raw is not None
    assert (raw.kind, [line.text for line in raw.lines]) == ("html", ["<script>a()</script>", "<p>b</p>"])
    assert write_text(html("<script>\n::: quiz\n</script>")) is None


pieces = st.sampled_from(
    [
        "<p>un</p>",
        "<p>- (x) a</p>",
        "<p>:::</p>",
        "<p>a: b</p>",
        "<ul><li>= 4</li></ul>",
        "<iframe src='a'></iframe>",
        "mot",
        "<p>{x}</p>",
    ]
)


@given(st.lists(pieces, min_size=1, max_size=4).map("\n".join))
@settings(deadline=None, max_examples=100)
def test_a_text_written_and_read_is_the_same_page(content: str) -> None:
    found = write_text(html(content))
    assert found is not None
    said = Messages()
    again = read_text(found, None, said)
    assert said.all == []
    assert same_page(again.content, content)
    assert again.title == "Titre"
