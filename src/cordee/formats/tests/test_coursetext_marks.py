"""Are answers, notes and listings found in the body of a block, each at its place?"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.formats.coursetext.marks import (
    Answers,
    Listing,
    Note,
    Separator,
    Words,
    answer,
    braces_of,
    canonical,
    escaped,
    lines_of,
    note,
    parts_of,
    words,
    written,
    written_braces,
)
from cordee.formats.coursetext.model import Place

BODY = """Que lit-on ?

{partial=each}
- [x] La destination {name=a fixed}
- [X] La source
  > [!unselected]
  > Comment ?

  > {label="Presque !"} Relisez.
- [?dest] [?role] = 6

> [!when A C] {label=Non}
> Deux
> [!hint]
> Trois

> [!tip]
> De la prose.

---

```python grader
a = 1
```

```c
- (x) du code
```
"""


def test_a_body_is_prose_answers_notes_and_listings_in_order() -> None:
    parts = parts_of(lines_of(BODY, Place("a.md", 11)), listings=["python grader"])
    kinds = [type(part) for part in parts]
    assert kinds == [Words, Answers, Note, Note, Words, Separator, Listing, Words]
    answers, when, listing = parts[1], parts[2], parts[6]
    assert isinstance(answers, Answers)
    assert answers.braces == (("partial", "each"),)
    first, second, third = answers.items
    assert (first.mark, first.text.text, first.braces) == ("[x]", "La destination", (("name", "a"), ("fixed", "")))
    assert (str(first.place), str(first.text.place)) == ("a.md:14:3", "a.md:14:7")
    assert [(one.name, one.markdown, one.braces) for one in second.parts if isinstance(one, Note)] == [
        ("unselected", "Comment ?", ()),
        ("", "Relisez.", (("label", "Presque !"),)),
    ]
    assert (third.blanks, third.mark, third.text.text) == (("dest", "role"), "=", "6")
    assert isinstance(when, Note)
    assert (when.name, when.argument, when.braces, when.markdown) == ("when", "A C", (("label", "Non"),), "Deux")
    assert str(when.place) == "a.md:22:3"
    assert isinstance(listing, Listing)
    assert listing.source == "a = 1\n"


def test_a_list_without_marks_is_prose_unless_every_list_is_asked_for() -> None:
    lines = lines_of("- un\n- deux\n  suite\n")
    assert [type(part) for part in parts_of(lines)] == [Words]
    (answers,) = parts_of(lines, plain=True)
    assert isinstance(answers, Answers)
    assert [item.markdown for item in answers.items] == ["un", "deux\nsuite"]


def test_a_backslash_takes_a_mark_away() -> None:
    for line in ("- \\(x) a", "- \\[x] a", "- \\= 4", "> \\[!hint]", "\\:::"):
        (part,) = parts_of(lines_of(line))
        assert isinstance(part, Words)
    assert escaped("- (x) a\n> [!hint]\n> [!tip]\n:::\nun {fixed}\n```\n- (x)\n```") == (
        "- \\(x) a\n> \\[!hint]\n> [!tip]\n\\:::\nun \\{fixed}\n```\n- (x)\n```"
    )


def test_the_canonical_form_writes_one_way() -> None:
    lines = lines_of("Q ?\n* (X) A\n\n* () B\n  > non\n> [!hint]\n> un\n> [!hint]\n> deux\n---\n- =4\n")
    assert canonical(lines) == (
        *("Q ?", "", "- (x) A", "- ( ) B", "  > non", "", "> [!hint]", "> un", "", "> [!hint]", "> deux", ""),
        *("---", "", "- = 4"),
    )


def test_braces_are_words_and_values() -> None:
    braces = braces_of('{fixed name=choice_7 label="Pas tout à fait" size=480x320}')
    assert braces == (("fixed", ""), ("name", "choice_7"), ("label", "Pas tout à fait"), ("size", "480x320"))
    assert written_braces(braces) == '{fixed name=choice_7 label="Pas tout à fait" size=480x320}'
    assert written_braces(()) == ""


SIGNS = [
    *(
        "- (x) a",
        "* [ ]",
        "- = 4",
        "- [?a] = 3",
        "- (50%) b {fixed}",
        "  > non",
        "  > [!unselected]",
        "> [!hint]",
        "> a",
    ),
    *(
        "",
        "  suite",
        "```",
        "~~~",
        "---",
        "un",
        "{partial=each}",
        "> {label=x} b",
        "    code",
        "| a |",
        "- b",
        "  - (x) c",
    ),
]
bodies = st.lists(st.sampled_from(SIGNS), max_size=14).map("\n".join)


@given(bodies)
@settings(deadline=None, max_examples=300)
def test_the_canonical_form_of_a_canonical_form_is_itself(body: str) -> None:
    once = canonical(lines_of(body))
    assert canonical(lines_of("\n".join(once))) == once


prose = st.lists(
    st.sampled_from(["un", "- (x) a", "[!hint]", "{x}", ":::", "= 4", "> b", "---"]), min_size=1, max_size=3
)


@given(prose.map(" ".join), prose.map(" ".join))
@settings(deadline=None, max_examples=200)
def test_what_is_written_is_found_again(said: str, told: str) -> None:
    items = (answer("( )", said, [note("", told)]), answer("[x]", told))
    parts = (words(f"mot {said}"), Answers(items, Place("")), note("solution", told))
    again = parts_of(lines_of("\n".join(written(parts))))
    assert [type(part) for part in again] == [Words, Answers, Note]
    answers = again[1]
    assert isinstance(answers, Answers)
    assert [item.mark for item in answers.items] == ["( )", "[x]"]
    assert isinstance(again[2], Note)
    assert again[2].markdown == note("solution", told).markdown
