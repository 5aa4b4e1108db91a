from __future__ import annotations

import time

import pytest

from cordee.formats.coursetext.messages import Messages, render, to_json
from cordee.formats.coursetext.model import Prose, TextBlock, Verbatim
from cordee.formats.tests.course_text import PATH, page_of, told

QUIZ = """---
effort: 8
---
# Lire une trame

Une trame est une **enveloppe**.

::: quiz trame-diffusion
attempts: 2

Que peut-on affirmer ?

- ( ) Rien
- (x) Tout

:::

Et la suite.
"""


def test_a_page_is_a_title_prose_and_blocks_each_with_its_place() -> None:
    say = Messages()
    unit = page_of(QUIZ, say).unit
    assert (unit.name, unit.title, unit.heading, say.all) == ("trame", "Lire une trame", {"effort": "8"}, ())
    before, quiz, after = unit.parts
    assert isinstance(before, Prose)
    assert isinstance(quiz, TextBlock)
    assert isinstance(after, Prose)
    assert (before.name, after.name) == ("trame.1", "trame.2")
    assert (quiz.kind, quiz.name, quiz.value("attempts"), quiz.place.line) == ("quiz", "trame-diffusion", "2", 8)
    assert (quiz.lines[0].text, quiz.lines[0].place.line) == ("Que peut-on affirmer ?", 11)
    assert [line.text for line in quiz.lines][-1] == "- (x) Tout"


def test_a_heading_may_name_the_unit_so_that_its_file_can_be_renamed() -> None:
    assert page_of("---\nid: ancien-nom\n---\n# T\n\nOui.").unit.name == "ancien-nom"


def test_windows_lines_and_a_byte_order_mark_read_as_any_other() -> None:
    assert page_of("\ufeff" + QUIZ.replace("\n", "\r\n")).unit == page_of(QUIZ).unit


def test_settings_end_at_the_first_line_that_is_none_and_are_no_yaml() -> None:
    page = page_of('# T\n\n::: video v\nduration: 4:10\ntitle: "[un] titre"\n\nlicence: non\n:::\n')
    block = page.unit.parts[0]
    assert isinstance(block, TextBlock)
    assert {one.name: one.value for one in block.settings} == {"duration": "4:10", "title": "[un] titre"}
    assert [line.text for line in block.lines] == ["licence: non"]


def test_nothing_is_looked_for_in_a_listing_a_comment_and_raw_html() -> None:
    text = """# T

```
::: quiz dedans
```

<!-- une note
::: quiz cachee
-->

~~~~text
~~~
:::
~~~~

::: html brut

```
<p>::: quiz</p>

:::
"""
    say = Messages()
    parts = page_of(text, say).unit.parts
    assert [getattr(part, "kind", "prose") for part in parts] == ["prose", "html"]
    assert say.all == ()


def test_a_backslash_takes_colons_away() -> None:
    say = Messages()
    parts = page_of("# T\n\n\\::: quiz non\n", say).unit.parts
    assert (len(parts), say.all) == (1, ())


def test_a_group_holds_blocks_and_prose_whatever_the_number_of_colons() -> None:
    text = "# T\n\n::: group suite\n\nVoici.\n\n::::: quiz q\n\nOui ?\n\n- (x) Oui\n\n:::\n\nFin.\n\n:::::\n\nAprès.\n"
    say = Messages()
    group, after = page_of(text, say).unit.parts
    assert isinstance(group, TextBlock)
    assert isinstance(after, Prose)
    assert [part.name for part in group.parts] == ["trame.1", "q", "trame.2"]
    assert (after.name, say.all) == ("trame.3", ())


def test_a_listing_of_olx_is_kept_byte_by_byte() -> None:
    text = '# T\n\n```olx nuage-1\n<google-calendar  calendar_id="abc"\n   view="WEEK"/>\n```\n\n```olx\n<done/>\n```\n'
    first, second = page_of(text).unit.parts
    assert isinstance(first, Verbatim)
    assert isinstance(second, Verbatim)
    assert first.source == '<google-calendar  calendar_id="abc"\n   view="WEEK"/>'
    assert (first.name, second.name) == ("nuage-1", "trame.1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "# T\n\n::: quiz trame-4\n\nOui ?\n\n- (x) Oui\n\n::: video film\nsrc: a.mp4\n:::\n",
            ["9:1 The quiz “trame-4” opened on line 3 is not closed before this video begins. "
             "Put a line with ::: before line 9."],
        ),
        ("# T\n\n::: quiz q\n\nOui ?\n", ["3:5 The quiz “q” opened here is not closed. "
          "Put a line with ::: where it ends."]),
        ("# T\n\nOui.\n\n:::\n", ["5:1 There is no block to close here. "
          "Take this line out, or write the kind of a block after it."]),
        ("# T\n\n::: quiz été\n\nOui ?\n:::\n",
         ["3:10 “été” cannot be the name of a block. Write letters without accents, digits, dashes and dots, "
          "without spaces."]),
        ("# T\n\n::: : \n", ["3:1 This line opens no block. Write it as ::: kind name, such as ::: quiz capital."]),
        ("Pas de titre.\n", ["1:1 This page has no title. Begin it with a line such as: # Title."]),
        ("---\neffort: 8\n# T\n", ["1:1 The heading block has no end. Put a line with --- after its last setting."]),
        ("# T\n\n```c\nint a;\n", ["3:1 The listing that begins here has no end. "
          "Put a line with ``` after its last line."]),
        ("# T\n\n<!-- oubli\n", ["3:1 The comment that begins here has no end. Put --> where it ends."]),
    ],
)  # fmt: skip
def test_what_has_no_end_is_told_where_it_begins_and_reading_goes_on(text: str, said: list[str]) -> None:
    assert told(text) == said


def test_an_error_in_one_block_does_not_swallow_the_next() -> None:
    text = "# T\n\n::: quiz a\n\nOui ?\n\n::: quiz b\n\nNon ?\n\n:::\n:::\n\nFin.\n"
    say = Messages()
    page = page_of(text, say)
    assert [part.name for part in page.unit.parts] == ["a", "b", "trame.1"]
    assert len(say.all) == 1  # the end that comes too late is the one that was missing before
    assert not page.is_sound


def test_a_message_shows_its_line_with_a_caret_and_machines_get_the_same() -> None:
    text = "# T\n\n::: quiz\tété\n"
    say = Messages()
    page_of(text, say)
    name = next(one for one in say.all if one.code == "bad-name")
    assert render(name, {PATH: text}).split("\n")[1:] == ["  ::: quiz été", "           ^"]
    assert to_json(name) | {"message": ""} == {
        "file": PATH,
        "line": 3,
        "column": 10,
        "severity": "error",
        "code": "bad-name",
        "message": "",
    }


@pytest.mark.long
@pytest.mark.parametrize("line", ["```a\n", "::: quiz q\n", ":::\n", "<!--\n", "~~~\n", "::: group g\n", "a: b\n"])
def test_a_page_of_a_megabyte_is_read_in_a_time_that_grows_with_it(line: str) -> None:
    def took(count: int) -> float:
        tries = []
        for _ in range(3):  # what else the process does in between counts only once
            began = time.process_time()
            page_of("# T\n\n" + line * count)
            tries.append(time.process_time() - began)
        return min(tries)

    few, many = took(2_000), took(8_000)
    assert many < 16 * max(few, 0.01)


@pytest.mark.parametrize(
    "line", ["attempts : 3", "attempts:3", "attempts = 3", "attempts\u00a0: 3", "essais : 3", "\nattempts: 3"]
)
def test_a_line_that_is_meant_as_a_setting_and_is_none_is_told(line: str) -> None:
    say = Messages()
    page_of(f"# T\n\n::: quiz q\n{line}\nWhich?\n- (x) a\n:::\n", say)
    assert [one.code for one in say.all] == ["unreadable-setting"]


@pytest.mark.parametrize(
    "line", ["Note : lisez bien.", "Attention: two steps", "the rest: nothing", "x = 3", "Points = 2"]
)
def test_words_that_only_look_like_a_setting_are_words(line: str) -> None:
    say = Messages()
    page_of(f"# T\n\n::: quiz q\n\n{line}\n- (x) a\n:::\n", say)
    assert say.all == ()
