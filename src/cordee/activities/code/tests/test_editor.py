"""Is a program written in the editor in comfort, and posted as from a bare field, under the site's policy?"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pypdfium2
import pytest
from django.template.loader import render_to_string

import build_islands
from cordee.activities.code.findings import findings_of
from cordee.activities.code.tests.editor_page import LEAVE, MARKS, ORIGIN, PROGRAM, TELL_VIOLATIONS, form, serve
from cordee.sandbox.explaining import DIFFERENCES

pytestmark = pytest.mark.browser
HOME = Path(__file__).parents[1]
BUILT = HOME / "static" / "activities" / "code" / "editor.js"
MOST_BYTES_GZIPPED = 102_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TWO_BUTTONS = '<button name="act" value="check">Check</button><button name="run" value="1">Try</button>'
WAIT_MS = 10_000

Open = Callable[..., Any]


@pytest.fixture
def show(browser: Any) -> Iterator[Open]:
    """Gives `show(program, …)`: the page, its editor at work. At the end nothing has failed or been refused."""
    contexts: list[Any] = []
    faults: list[str] = []

    def open_one(
        program: str = PROGRAM,
        *,
        width: int = 1000,
        script: bool = True,
        colours: str = "none",
        look: dict[str, str] | None = None,
        **of_form: Any,
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, forced_colors=colours
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda one: faults.extend([one.text] * (one.type in {"error", "warning"})))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.posted = serve(page, form(program, **of_form), **(look or {}))
        page.goto(f"{ORIGIN}/")
        if script:
            page.locator(".editor[data-island-state=ready] .cm-content").wait_for()
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def field(page: Any) -> str:
    return str(page.evaluate("document.querySelector('textarea').value"))


def lines(page: Any) -> list[str]:
    return [one.text_content() or "" for one in page.locator(".cm-line").all()]


def content(page: Any) -> Any:
    return page.locator(".cm-content")


def go_to(page: Any, line: int, key: str = "End") -> None:
    """The caret to the beginning (`Home`) or the end of a line."""
    content(page).focus()
    page.keyboard.press("Control+Home")
    for _ in range(line - 1):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(key)


def posted(page: Any) -> dict[str, list[str]]:
    page.wait_for_url(f"{ORIGIN}/submit")
    (body,) = page.posted
    return parse_qs(body)


def test_what_is_typed_is_what_the_form_posts(show: Open) -> None:
    page = show("int main(void) {}\n", buttons=TWO_BUTTONS)
    go_to(page, 2)
    page.keyboard.type("// “é”")
    page.get_by_role("button", name="Check").click()
    assert posted(page) == {"program": ["int main(void) {}\r\n// “é”"], "act": ["check"]}


@pytest.mark.parametrize(("keys", "button"), [("Control+Enter", "act"), ("Control+Shift+Enter", "run")])
def test_control_enter_presses_the_first_button_and_with_shift_the_one_named_run(
    show: Open, keys: str, button: str
) -> None:
    page = show("int x;\n", buttons=TWO_BUTTONS)
    go_to(page, 1)
    page.keyboard.type(" int y;")
    page.keyboard.press(keys)
    assert posted(page) == {"program": ["int x; int y;\r\n"], button: ["check" if button == "act" else "1"]}


def test_without_a_button_named_run_its_keys_press_nothing(show: Open) -> None:
    page = show("int x;\n")
    go_to(page, 1)
    page.keyboard.press("Control+Shift+Enter")
    page.keyboard.type("x")
    assert "x" in field(page)
    assert page.posted == []


def test_a_draft_is_kept_and_comes_back_and_only_lines_that_it_left_alone_stay_marked(show: Open) -> None:
    page = show(marks=MARKS, drafts=True)
    go_to(page, 10)
    page.keyboard.type(" // mine")
    page.locator("[role=status]:text-is('Kept.')").wait_for()
    page.reload()
    page.locator("[role=status]:text-is('Restored.')").wait_for()
    page.locator(".editor[data-island-state=ready] .cm-content").wait_for()
    assert lines(page)[9].endswith("serie++; // mine")
    assert field(page).splitlines()[9].endswith("serie++; // mine")
    assert page.locator(".cm-said").all_text_contents() == ["This table takes 400,000 bytes."]


def test_what_a_script_writes_into_the_field_is_taken_over_and_can_be_undone(show: Open) -> None:
    page = show("int x;\nint y;\n")
    page.evaluate(
        "(field => { field.value = 'int x;\\nlong z;\\n'; field.dispatchEvent(new Event('input', {bubbles: true})); })"
        "(document.querySelector('textarea'))"
    )
    assert lines(page) == ["int x;", "long z;", ""]
    go_to(page, 1)
    page.keyboard.press("Control+z")
    assert lines(page) == ["int x;", "int y;", ""]
    assert field(page) == "int x;\nint y;\n"


def test_a_form_that_is_reset_gives_the_program_back_and_tells_it(show: Open) -> None:
    page = show("int x;\n", buttons='<button type="reset">Begin again</button>')
    go_to(page, 1)
    page.keyboard.type(" gone")
    page.evaluate(
        "document.querySelector('form').addEventListener('input', (event) => {"
        "document.body.dataset.told = event.target.value })"
    )
    page.get_by_role("button", name="Begin again").click()
    page.locator("body[data-told^='int x;']").wait_for()
    assert lines(page) == ["int x;", ""]


def test_tab_indents_by_four_and_after_escape_it_leaves_as_the_name_of_the_editor_says(show: Open) -> None:
    page = show("int x;\n", marks=())
    assert page.get_by_role("textbox", name=f"main.c {LEAVE}").count() == 1
    go_to(page, 1, "Home")
    page.keyboard.press("Tab")
    page.keyboard.type("a")
    page.keyboard.press("Tab")
    assert lines(page)[0] == "    a   int x;"
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert lines(page)[0] == "a   int x;"
    page.keyboard.press("Escape")
    page.keyboard.type("b")  # whoever goes on writing stays
    page.keyboard.press("Tab")
    assert field(page).endswith("b   ")
    page.keyboard.press("Escape")
    page.wait_for_timeout(2_500)  # there is no hurry
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run and check"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("document.activeElement.className").startswith("cm-content")


def test_what_is_said_of_a_line_stands_under_it_and_describes_the_editor(show: Open) -> None:
    page = show(marks=MARKS)
    error = page.locator(".cm-line.cm-marked--error")
    said = page.locator(".cm-said--error")
    assert error.text_content() == "        if (t[i] >= t[i-1]) serie++;"
    assert said.text_content() == MARKS[0]["text"]
    line, under, after = (one.bounding_box() for one in (error, said, page.locator(".cm-line").nth(10)))
    assert line["y"] + line["height"] == pytest.approx(under["y"], abs=1)
    assert under["y"] + under["height"] == pytest.approx(after["y"], abs=1)
    assert page.locator(".cm-here").all_text_contents() == [">="]
    described = page.locator(f"#{content(page).get_attribute('aria-describedby')}")
    assert described.text_content() == (
        "Line 4: This table takes 400,000 bytes. Line 10: 15 puis 15 : est-ce que ça monte ?"
    )
    go_to(page, 10)  # and a caret that comes there is told
    assert page.locator(".cm-announced").text_content() == MARKS[0]["text"]


def test_a_line_that_is_edited_is_spoken_of_no_more_and_one_that_moves_keeps_what_is_said(show: Open) -> None:
    page = show(marks=MARKS)
    go_to(page, 1)
    page.keyboard.press("Enter")
    go_to(page, 11)
    page.keyboard.press("Enter")
    assert page.locator(".cm-said").count() == 2
    assert "Line 5: This" in page.locator("#p1-marks").text_content()
    go_to(page, 5)
    page.keyboard.press("Backspace")
    assert page.locator(".cm-said").all_text_contents() == [MARKS[0]["text"]]
    assert page.locator(".cm-marked--warning").count() == 0
    assert page.locator("#p1-marks").text_content() == f"Line 11: {MARKS[0]['text']}"


def test_columns_count_characters_as_the_compiler_counts_them(show: Open) -> None:
    page = show("/* é😀 */ wrong;\n", marks=[{"line": 1, "column": 10, "level": "error", "text": "Who is this?"}])
    assert page.locator(".cm-here").all_text_contents() == ["wrong"]


def test_marks_that_come_later_take_the_place_of_the_first(show: Open) -> None:
    page = show(marks=MARKS)
    later = '[{"line": 99, "level": "error", "text": "A } lacks."}, {"line": 1, "level": "note", "text": "Here."}]'
    page.evaluate("later => { document.querySelector('.editor').dataset.marks = later }", later)
    page.locator(".cm-said--note").wait_for()
    assert page.locator(".cm-said").all_text_contents() == ["Here.", "A } lacks."]
    assert page.locator("#p1-marks").text_content() == "Line 1: Here. Line 16: A } lacks."


@pytest.mark.parametrize("shut", ["readonly", "disabled"])
def test_a_field_that_is_shut_can_be_read_and_left_but_not_changed(show: Open, shut: str) -> None:
    page = show(field=shut)
    content(page).focus()
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    assert field(page) == PROGRAM
    assert content(page).get_attribute("contenteditable") == "false"
    assert content(page).get_attribute("aria-readonly") == "true"
    assert page.get_by_role("textbox", name="main.c", exact=True).count() == 1  # Tab leaves as anywhere
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run and check"
    page.evaluate(f"document.querySelector('textarea').removeAttribute('{shut}')")
    page.locator(".cm-content[contenteditable=true]").click()
    page.keyboard.type("x")
    assert "x" in field(page).replace(PROGRAM, "")


def test_the_label_and_a_link_to_the_field_lead_to_the_editor(show: Open) -> None:
    page = show(buttons='<a href="#p1">Your program is empty.</a>')
    page.locator("label").click()
    assert page.evaluate("document.activeElement.className").startswith("cm-content")
    page.locator("h1").click()
    page.locator("a").click()
    page.locator(".cm-content:focus").wait_for()


def test_the_field_behind_the_editor_is_not_laid_out_again_at_each_key(show: Open) -> None:
    """Measured with a program of 64 kB: 20 ms from key to paint, and 170 ms or more where the field is laid out."""
    style = "one => getComputedStyle(one).contentVisibility"
    assert show().locator("[name=program]").evaluate(style) == "hidden"
    assert show(script=False).locator("[name=program]").evaluate(style) == "visible"


COLOURS = (
    ("#include <stdio.h>", {"k": ["#include"], "s": ["<stdio.h>"]}),
    ("#define MOST 100", {"k": ["#define"], "n": ["100"]}),
    ("static size_t n = 0x1Fu;", {"k": ["static", "size_t"], "n": ["0x1Fu"]}),
    ('printf("%d\\n /* \\"", 1.5e-3f); /* a */ f (NULL);', {
        "f": ["printf", "f"], "s": ['"%d\\n /* \\""'], "n": ["1.5e-3f", "NULL"], "c": ["/* a */"],
    }),
    ("char c = '\\''; // int", {"k": ["char"], "s": ["'\\''"], "c": ["// int"]}),
    ("class = new + strlen(s);", {"f": ["strlen"]}),
    ("if (x) return;", {"k": ["if", "return"]}),
)  # fmt: skip


def test_words_of_c_have_their_colours(show: Open) -> None:
    page = show("\n".join(line for line, _classes in COLOURS))
    found = [
        {
            name: texts
            for name in "ksncf"
            if (texts := page.locator(".cm-line").nth(at).locator(f".cm-{name}").all_text_contents())
        }
        for at in range(len(COLOURS))
    ]
    assert found == [classes for _line, classes in COLOURS]


TYPED = (
    ("int main(void) {|int x;", ["int main(void) {", "    int x;", "}"]),
    ("if (x)|y;|z;", ["if (x)", "    y;", "z;"]),
    ("for (;;)|if (x)|y;|z;", ["for (;;)", "    if (x)", "        y;", "z;"]),
    ("{|if (x)|y;|else|z;|w;", ["{", "    if (x)", "        y;", "    else", "        z;", "    w;", "}"]),
    ("switch (x) {|case 1:|y;|default:|z;", ["switch (x) {", "    case 1:", "        y;", "    default:", "        z;",
                                            "}"]),
    ("f(a,|b", ["f(a,", "  b)"]),
    ("{|do {|x;", ["{", "    do {", "        x;", "    }", "}"]),
    ("{|#if X|y;", ["{", "#if X", "    y;", "}"]),
    ("while (1)|{|x;", ["while (1)", "{", "    x;", "}"]),
)  # fmt: skip


@pytest.mark.parametrize(("keys", "expected"), TYPED, ids=[keys for keys, _expected in TYPED])
def test_a_new_line_begins_where_c_begins_it(show: Open, keys: str, expected: list[str]) -> None:
    page = show("")
    content(page).focus()
    for at, part in enumerate(keys.split("|")):
        if at:
            page.keyboard.press("Enter")
        page.keyboard.type(part)
    assert field(page).split("\n") == expected


def test_a_bracket_that_is_typed_brings_the_other_one_and_both_are_shown(show: Open) -> None:
    page = show("")
    content(page).focus()
    page.keyboard.type('f(a[0], "b")')  # what was brought is typed over
    assert field(page) == 'f(a[0], "b")'
    assert page.locator(".cm-matchingBracket").count() == 2
    page.keyboard.type("(")
    page.keyboard.press("Backspace")
    assert field(page) == 'f(a[0], "b")'


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_nothing_but_the_program_scrolls_sideways(show: Open, *, script: bool) -> None:
    told = [{"line": 6, "column": 1, "level": "error", "text": "This is said in many words, " * 5}]
    page = show(width=390, marks=told, script=script)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".cm-scroller" if script else "textarea")
    assert box.evaluate("one => one.scrollWidth > one.clientWidth")
    assert box.evaluate("one => getComputedStyle(one).fontSize") == "13px"
    if script:
        box.evaluate("one => { one.scrollLeft = 60 }")
        said = page.locator(".cm-said p").bounding_box()  # stays in sight, and wraps
        assert said["x"] > 0
        assert said["x"] + said["width"] <= 390


def test_at_a_desk_letters_have_15_pixels_and_follow_the_size_that_a_reader_chose(show: Open) -> None:
    size = "one => getComputedStyle(one).fontSize"
    assert show().locator(".cm-line").first.evaluate(size) == "15px"
    assert show(look={"size": "largest"}).locator(".cm-line").first.evaluate(size) == "22.5px"


def test_without_script_the_field_is_whole_and_set_as_code(show: Open) -> None:
    page = show(script=False)
    box = page.locator("textarea").bounding_box()
    assert box["width"] == pytest.approx(page.locator("form").bounding_box()["width"], abs=4)
    style = "one => (s => [s.fontFamily.includes('Mono'), s.tabSize, s.whiteSpace])(getComputedStyle(one))"
    assert page.locator("textarea").evaluate(style) == [True, "4", "pre"]
    page.locator("button").click()
    assert posted(page)["program"] == [PROGRAM.replace("\n", "\r\n")]


def test_numbers_stand_beside_their_lines_before_the_editor_comes_into_sight(show: Open) -> None:
    page = show(look={"above": "<p>What is to be written.</p>" * 200})
    tops = "(which) => [...document.querySelectorAll(which)].map((one) => Math.round(one.getBoundingClientRect().top))"
    numbers = page.evaluate(tops, ".cm-lineNumbers .cm-gutterElement:not(:first-child)")
    assert page.evaluate("scrollY") == 0
    assert min(numbers) > 2000
    assert len(numbers) > 10
    assert numbers == pytest.approx(page.evaluate(tops, ".cm-line"), abs=2)


@pytest.mark.parametrize("width", [1000, 360])
@pytest.mark.parametrize("printed", ["abcdefghij" * 10_000, "1\n" * 4000, "0 " * 4000])
def test_a_long_output_hides_neither_what_was_expected_nor_what_follows(show: Open, width: int, printed: str) -> None:
    found = {"verdict": "wrong_answer", "score": 0, "tests": [{"verdict": "wrong_answer"}], "rank": 1}
    said = [DIFFERENCES["different"], {"line": 1}]
    failing = {"said": said, "visible": True, "given": "3\n", "printed": printed, "wanted": "42\n"}
    drawn = findings_of({**found, "failing": failing}, "en")
    above = render_to_string("activities/code/findings.html", {"findings": drawn})
    style = '<link rel="stylesheet" href="/activities/code/code.css">'
    page = show("int x;\n", width=width, look={"above": f'{style}<div class="ide">{above}</div>'})
    given, output, expected = (one.bounding_box() for one in page.locator(".ide__io pre").all())
    assert output["height"] <= 320 + 1
    assert all(one["x"] >= 0 and one["x"] + one["width"] <= width for one in (given, output, expected))
    assert (expected["y"] >= output["y"] + output["height"]) == (width < 768)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".ide__ko").get_attribute("tabindex") == "0"


def test_a_long_program_is_printed_whole(show: Open) -> None:
    page = show(PROGRAM + "\n".join(f"int f{n}(void);" for n in range(150)))
    assert page.locator(".cm-line").count() < 100  # a screen draws what is in sight
    with pypdfium2.PdfDocument(page.pdf()) as paper:
        text = "".join(one.get_textpage().get_text_range() for one in paper)
    assert {n for n in range(150) if f"intf{n}(void);" not in "".join(text.split())} == set()


@pytest.fixture(scope="module")
def axe() -> str:
    build_islands.install()
    return (build_islands.MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("colours", ["none", "active"])
@pytest.mark.parametrize("of_form", [{}, {"field": "readonly"}, {"field": "disabled"}], ids=str)
@pytest.mark.parametrize(("theme", "width"), [("light", 390), ("dark", 1000)])
def test_axe_finds_no_fault_in_the_editor(
    show: Open, axe: str, theme: str, width: int, of_form: dict[str, str], colours: str
) -> None:
    notes = [*MARKS, {"line": 8, "column": 5, "level": "note", "text": "A note on a line with a comment."}]
    page = show(width=width, look={"theme": theme}, colours=colours, marks=notes, **of_form)
    page.evaluate(axe)
    found = page.evaluate(
        """async ([values, enabled]) => (await axe.run({include: "main"}, {
          runOnly: {type: "tag", values}, rules: {"color-contrast": {enabled}}
        })).violations.map(({id, nodes}) => `${id}: ${nodes.map((one) => one.html).join(" ")}`)""",
        [RULES, colours == "none"],  # forced colours are the reader's own
    )
    assert found == []


def test_the_dark_theme_has_its_own_colours(show: Open) -> None:
    colour = "one => getComputedStyle(one).color"
    light, dark = (show(look={"theme": theme}).locator(".cm-k").first.evaluate(colour) for theme in ("light", "dark"))
    assert (light, dark) == ("rgb(90, 63, 176)", "rgb(187, 168, 245)")
    ground = show(look={"theme": "dark"}).locator(".cm-gutters")
    assert ground.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(11, 19, 18)"


def test_the_policy_of_these_pages_does_refuse_a_style_of_a_script(browser: Any) -> None:
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text))
    page.add_init_script(TELL_VIOLATIONS)
    serve(page, form())
    page.goto(f"{ORIGIN}/")
    page.locator(".editor[data-island-state=ready]").wait_for()
    assert told == []
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))")
    page.wait_for_timeout(100)
    assert "content policy: style-src-elem refused inline" in told
    page.close()


def test_the_editor_weighs_no_more_than_102_kb_as_it_travels() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= MOST_BYTES_GZIPPED


def test_the_licence_of_every_package_in_the_editor_is_served_beside_it(tmp_path: Path) -> None:
    build_islands.install()
    report = tmp_path / "report.json"
    done = build_islands.node(
        [
            str(build_islands.MODULES / "esbuild" / "bin" / "esbuild"),
            str(HOME / "islands" / "editor.ts"),
            *build_islands.ESBUILD,
            f"--outfile={tmp_path / 'editor.js'}",
            f"--metafile={report}",
        ]
    )
    assert done.returncode == 0, done.stderr
    held = set(re.findall(r"node_modules/((?:@[\w-]+/)?[\w-]+)/", report.read_text("utf-8")))
    text = (BUILT.parent / "LICENSE-codemirror.txt").read_text("utf-8")
    assert held
    assert {name for name in held if f"  {name}\n" not in text} == set()
    for name in held:
        (holder,) = re.findall(
            r"Copyright .*", (build_islands.MODULES / name / "LICENSE").read_text("utf-8"), re.MULTILINE
        )
        assert holder in text, name
