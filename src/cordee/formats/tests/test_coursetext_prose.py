"""Is prose the same page in Markdown and in HTML?"""

from __future__ import annotations

import tarfile
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.formats.coursetext.markdown import plain_beginning, rendered
from cordee.formats.coursetext.page import _SPACES, _with_single_spaces, same_page
from cordee.formats.coursetext.prose import _marked, _words, foreign_tags, from_html, to_html, to_inline_html

COURSES = Path(__file__).parents[4] / "tests" / "data" / "courses"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Un **gras**, ~~barré~~", "<p>Un <strong>gras</strong>, <s>barré</s></p>"),
        ("$a<b$ et $$x$$", "<p>\\(a&lt;b\\) et \\[x\\]</p>"),
        ("$$\nx_1\n$$", "<p>\\[x_1\\]</p>"),
        ("5 $ ou 6 $ ?", "<p>5 $ ou 6 $ ?</p>"),
        ("![Une trame](a.svg){width=480}", '<p><img src="a.svg" width="480" alt="Une trame"></p>'),
        ("![](a.svg)", '<p><img src="a.svg"></p>'),
        ("![](a.svg){decorative}", '<p><img src="a.svg" alt=""></p>'),
        (
            '![Une trame](a.svg "Légende"){size=4x3}',
            '<figure><img src="a.svg" width="4" height="3" alt="Une trame"><figcaption>Légende</figcaption></figure>',
        ),
        ("> [!tip]\n> Un conseil", '<blockquote class="callout-tip">\n<p>Un conseil</p>\n</blockquote>'),
        ("Avant\n\n> [!team]\n> Secret\n> > deux\n\nAprès", "<p>Avant</p>\n<p>Après</p>"),
        ("H<sub>2</sub>O <kbd>F1</kbd>", "<p>H<sub>2</sub>O <kbd>F1</kbd></p>"),
        ("Ici[^1].\n\n[^1]: Une note.", "<p>Ici<sup>1</sup>.</p>\n<hr>\n<ol>\n<li><p>Une note.</p>\n</li>\n</ol>"),
        ("Voir http://a.example.", '<p>Voir <a href="http://a.example">http://a.example</a>.</p>'),
        ("un\\\ndeux", "<p>un<br />\ndeux</p>"),
        ("[?] et {{n}}", "<p>[?] et {{n}}</p>"),
    ],
)
def test_markdown_is_html_that_the_page_shows(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_blanks_and_values_leave_slots_save_in_code_that_means_something_else() -> None:
    markdown = "Ici [?a], \\[?b] et `[?c]` : {{n}}, \\{{n}}, `{{n}}`, $\\frac{{{n}}}{2}$ `{{m}}`"
    html = to_html(markdown, blank=lambda name: f"({name})", value=lambda name: f"${name}", names=frozenset("n"))
    assert html == (
        "<p>Ici (a), [?b] et <code>[?c]</code> : $n, {{n}}, <code>$n</code>, \\(\\frac{$n}{2}\\) <code>{{m}}</code></p>"
    )


def test_the_words_of_an_answer_have_no_paragraph() -> None:
    assert to_inline_html("un *mot*") == "un <em>mot</em>"
    assert to_inline_html("un\n\ndeux") == "<p>un</p>\n<p>deux</p>"


def test_html_that_a_text_may_not_hold_is_found_with_its_line() -> None:
    assert foreign_tags("un <b>mot</b>\n\n<video src='a'></video>\n\nun <blink>mot</blink>") == [
        *[(2, "video"), (2, "video"), (4, "blink"), (4, "blink")]
    ]
    assert foreign_tags("`<video>`\n\n    <script>") == []


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Un <b>gras </b>et <i>italique</i></p>", "Un **gras** et *italique*"),
        ("<p>x_1 et snake_case, 2 * 3 * 4, [a](b), &lt;b&gt;</p>", "x_1 et snake_case, 2 * 3 * 4, \\[a](b), \\<b>"),
        ("<ul><li>un</li><li><p>deux</p><ul><li>trois</li></ul></li></ul>", "- un\n- deux\n  - trois"),
        ('<ol start="3"><li>un</li></ol>', "3. un"),
        ("<div class='x'><p style='color:red'>mot</p>nu</div>", "mot\n\nnu"),
        ("<table><tr><th>a</th></tr><tr><td>b|c</td></tr></table>", "| a |\n| --- |\n| b\\|c |"),
        ("<pre><code>a\n  b</code></pre>", "```\na\n  b\n```"),
        ("<p>1. un</p><p># deux</p><p>- trois</p>", "1\\. un\n\n\\# deux\n\n\\- trois"),
        ("<p>[mathjaxinline]x[/mathjaxinline] \\[y\\]</p>", "$x$ $$y$$"),
        ("<p>&nbsp;</p><p>a<br/><br/></p>", "a"),
        ('<p><a href="https://a.example">https://a.example</a></p>', "<https://a.example>"),
        ('<p>un <span lang="en">word</span></p>', 'un <span lang="en">word</span>'),
    ],
)
def test_html_is_written_as_markdown(html: str, markdown: str) -> None:
    assert from_html(html) == markdown
    assert same_page(to_html(markdown), html)


@pytest.mark.parametrize(
    "html",
    [
        "<script>a()</script>",
        '<iframe src="https://a.example"></iframe>',
        "<p>un <input type='text'></p>",
        "<style>p{}</style>",
        "<svg></svg>",
        "<form><p>a</p></form>",
    ],
)
def test_what_does_more_than_a_page_of_words_is_no_prose(html: str) -> None:
    assert from_html(html) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<p>b</p>"),
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
        ('<p><a href="x">a</a></p>', '<p><a href="y">a</a></p>'),
        ('<p><img src="a" alt=""></p>', '<p><img src="a"></p>'),
        ("<p><b>a</b></p>", "<p>a</p>"),
        ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
        ("<p>\\(a\\)</p>", "<p>\\[a\\]</p>"),
        ("<h2>a</h2>", "<h3>a</h3>"),
    ],
)
def test_pages_that_say_something_else_are_not_the_same(one: str, other: str) -> None:
    assert not same_page(one, other)


def test_every_page_of_a_real_course_is_prose_and_stays_the_page_that_it_was() -> None:
    pages = 0
    for name in ("math-percent-fi", "one-of-each"):
        with tarfile.open(COURSES / f"{name}.tar.gz") as archive:
            for member in archive.getmembers():
                if "/html/" in member.name and member.name.endswith(".html"):
                    file = archive.extractfile(member)
                    assert file is not None
                    html = file.read().decode()
                    markdown = from_html(html)
                    assert markdown is not None, member.name
                    assert same_page(to_html(markdown), html), member.name
                    pages += 1
    assert pages == 102


SIGNS = [
    *(
        "*",
        "**",
        "_",
        "__",
        "`",
        "$",
        "$$",
        "[a](b)",
        "![a](b)",
        "<b>",
        "&amp;",
        "&",
        "\\",
        "\\*",
        "http://a.b",
        "www.a.b",
    ),
    *(
        "a@b.c",
        "#",
        "##",
        ">",
        "-",
        "+",
        "1.",
        "1)",
        "---",
        "===",
        "|",
        "~~",
        "~~~",
        "{{n}}",
        "[?a]",
        "{a}",
        "mot",
        "été",
    ),
    *(
        "!",
        "[",
        "]",
        "(",
        ")",
        "<",
        "</p>",
        "<!-- a -->",
        "\\(",
        "\\)",
        "\\[",
        "^1",
        "[^1]",
        ":",
        ":::",
        "  ",
        "'",
        '"',
    ),
]
texts = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=5).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda gap: escape(gap.join(pieces), quote=False))
)


@given(st.lists(texts, min_size=1, max_size=3), st.sampled_from(["p", "h3", "li", "td", "blockquote", "em", "code"]))
@settings(deadline=None, max_examples=300)
def test_no_words_are_taken_for_signs(said: list[str], tag: str) -> None:
    wrapped = {
        "li": "<ul>{}</ul>",
        "td": "<table><tr><th>x</th></tr><tr>{}</tr></table>",
        "em": "<p>un {} mot</p>",
        "code": "<p>un {} mot</p>",
    }.get(tag, "{}")
    html = "".join(wrapped.format(f"<{tag}>{one}</{tag}>") for one in said)
    markdown = from_html(html)
    assert markdown is not None
    assert same_page(to_html(markdown), html)


_WORDS = [
    "é",
    "b",
    "²",
    "1",
    "ǅ",
    "א",
    " ",
    "\u00a0",
    "\u202f",
    "'",
    '"',
    "«",
    ".",
    ":",
    "/",
    "un mot",
    "Une phrase, deux.",
]
_BREAKS = ["\n", "\n\n", "\n\n", "\n \n", "  ", "    ", "\t", "\r", "\u2028", "\x00"]
_SIGNS = [
    "://",
    "http",
    "www.",
    "xmpp:",
    "@",
    "-",
    "- ",
    "1. ",
    "---",
    "===",
    "+",
    "#",
    "> ",
    "|",
    "*",
    "_",
    "`",
    "```",
    "~",
    "$",
]
_SIGNS += [
    "&",
    "&amp;",
    "<b>",
    "<!--",
    "-->",
    "<pre>",
    "[",
    "](a)",
    "[^1]",
    "[^1]: ",
    "[a]: /b",
    "!",
    "{{n}}",
    "[?]",
    "\\",
]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_WORDS) | st.sampled_from(_BREAKS) | st.sampled_from(_SIGNS), max_size=25))
def test_plain_words_are_the_html_that_the_parser_would_make_of_them(pieces: list[str]) -> None:
    markdown = "".join(pieces)
    assert to_html(markdown) == rendered(markdown, blank=None, value=None, names=frozenset()).strip()


@given(st.text(st.sampled_from("ab1 \\*`$_[]()<>&;~{}@:/.!?^#wWhtpsf-\n"), max_size=40))
def test_words_that_are_not_looked_through_hold_no_sign_that_wants_a_backslash(text: str) -> None:
    assert _words(text) == _marked(text, before_link=False)


@given(st.text(st.sampled_from("ab \t\r\n\f\u00a0\u202f\v"), max_size=20))
def test_what_is_said_to_have_single_spaces_has_them(text: str) -> None:
    assert _with_single_spaces(text) == _SPACES.sub(" ", text)


def test_the_parser_is_spared_plain_words_and_nothing_else() -> None:
    assert plain_beginning("\nUn « mot »,\nl'autre.\n\n\nDit \"ici\" : 1/2\n") == (
        "<p>Un « mot »,\nl'autre.</p>\n<p>Dit &quot;ici&quot; : 1/2</p>\n", "",
    )  # fmt: skip
    assert plain_beginning("Un.\n\n- deux\n\nTrois.\n") == ("<p>Un.</p>\n", "- deux\n\nTrois.\n")
    for signs in (
        "a*b*",
        "1. un",
        "a\n---",
        "www.a.example",
        "http://a.example",
        "a@b.example",
        "{{n}}",
        "a  \nb",
        "a&b",
        " a",
    ):
        assert plain_beginning(signs) == ("", signs)


def test_html_of_a_text_is_looked_at_only_where_a_tag_is_foreign_and_told_as_before() -> None:
    assert foreign_tags("Un <b>mot</b> `<blink>` et <kbd>F1</kbd>") == []
    assert foreign_tags("Un <b>mot</b> et <BLINK>un</BLINK>") == [(0, "blink"), (0, "blink")]
