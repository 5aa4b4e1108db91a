from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given, settings

from cordee.formats.coursetext.canonical import digest, layout, names_as_in, with_names
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Part, Prose, TextBlock, Verbatim
from cordee.formats.tests.course_text import KINDS, page_of

UNTIDY = """---
effort: 8
---

# Lire une trame ##
Une ligne coupée ici,\x20\x20
et là.\x20


Une liste :
* un
* deux
::: quiz q
shuffle:   yes
attempts: 2
title: "Trames"
Combien d'octets ?

* (X) 14 octets
+ ( ) 15 octets
- = 14 +- 0.5
:::

```c
int a;\x20\x20
```
::: group suite
::: html brut
<p>Brut</p>\x20
:::
:::
```olx nuage
<done  />
```
"""
TIDY = """---
effort: 8
---
# Lire une trame

Une ligne coupée ici,\\
et là.


Une liste :
* un
* deux

::: quiz q
title: Trames
attempts: 2
shuffle: yes

Combien d'octets ?

- (x) 14 octets
- ( ) 15 octets
- = 14 ± 0.5

:::

```c
int a;\x20\x20
```

:::: group suite

::: html brut

<p>Brut</p>\x20

:::

::::

```olx nuage
<done  />
```
"""


def test_a_page_is_laid_out_in_the_one_way_and_its_prose_is_not_touched() -> None:
    assert layout(page_of(UNTIDY), KINDS) == TIDY


def test_a_page_laid_out_once_is_laid_out() -> None:
    assert layout(page_of(TIDY), KINDS) == TIDY


def test_a_block_without_a_body_is_closed_at_once() -> None:
    assert layout(page_of("# T\n::: bank b\nfrom: f\n\n\n:::"), KINDS) == "# T\n\n::: bank b\nfrom: f\n:::\n"


def test_quotes_stay_where_a_value_would_be_read_as_something_else() -> None:
    text = '# T\n\n::: video v\ntitle: "[un] film"\nsrc: "\\"a\\""\n:::\n'
    assert layout(page_of(text), KINDS) == text


def test_blocks_without_a_name_are_called_by_their_title_or_question() -> None:
    text = """# T

::: quiz
title: L'adresse de diffusion

Oui ?
:::

::: quiz

Une phrase de contexte, longue.

Combien d'octets fait une trame ?

- = 64
:::

::: quiz

Combien d'octets fait une trame ?

- = 64
:::
"""
    taken = {"adresse-diffusion"}
    named = with_names(page_of(text), taken).unit
    assert [part.name for part in named.parts] == [
        "adresse-diffusion-2",
        "combien-octets-fait-trame",
        "combien-octets-fait-trame-2",
    ]
    english = page_of("# T\n\n::: quiz\n\nYes?\n:::\n\n::: quiz\n:::\n\n::: quiz\n:::\n", path="trame.en.md")
    same = names_as_in(english, with_names(page_of(text), {"adresse-diffusion"}))
    assert [part.name for part in same.unit.parts] == [part.name for part in named.parts]


def test_what_a_translation_confirms_changes_with_words_and_not_with_what_is_written_once() -> None:
    page = page_of(TIDY)
    same = page_of(TIDY.replace("effort: 8", "effort: 9").replace("attempts: 2", "attempts: 5"))
    layout_only = page_of(UNTIDY)
    assert digest(page, KINDS) == digest(same, KINDS) == digest(layout_only, KINDS)
    assert digest(page, KINDS) != digest(page_of(TIDY.replace("Trames", "Frames")), KINDS)
    assert len(digest(page, KINDS)) == 8


WORDS = st.text(st.sampled_from("abé #>*-_`~|:.[](){}$\\\"'=!@/"), max_size=12)
LINES = st.one_of(
    WORDS,
    st.sampled_from(
        ("", "  ", "- (X) oui", "* [ ] non", "- = 3 +- 1", "> dit", "    code", "dur  ", "---", "{fixed}", "- [?a] = 2")
    ),
)
PROSE = st.lists(LINES, min_size=1, max_size=6).map("\n".join)
LISTING = PROSE.map(lambda text: f"````c\n{text.replace('````', '')}\n````")
SETTINGS = st.lists(
    st.sampled_from(("attempts: 2", "title:  un titre", 'title: "[x"', "for: [a, b]", "let: n in 1..2", "inconnu: 3")),
    unique=True,
    max_size=3,
).map(lambda lines: "".join(f"{line}\n" for line in lines))
LEAF = st.builds(
    lambda colons, kind, name, said, body: f"{colons} {kind} {name}\n{said}\n{body}\n\n{colons}",
    st.sampled_from((":::", "::::")),
    st.sampled_from(("quiz", "html", "poll", "peer")),
    st.sampled_from(("", "a", "b.2", "c_d")),
    SETTINGS,
    st.one_of(PROSE, LISTING),
)
VERBATIM = st.sampled_from(("```olx\n<done/>\n```", "```olx n-1\n<a>```</a>\n```"))
PARTS = st.recursive(
    st.one_of(PROSE, LISTING, LEAF, VERBATIM),
    lambda inner: st.builds(lambda parts: "::: group\n\n" + "\n".join(parts) + "\n\n:::", st.lists(inner, max_size=3)),
    max_leaves=4,
)
PAGES = st.lists(PARTS, max_size=5).map(lambda parts: "# Titre\n\n" + "\n\n".join(parts) + "\n")


@settings(max_examples=100, deadline=None)
@given(PAGES)
def test_laying_out_twice_is_laying_out_once_and_changes_no_meaning(text: str) -> None:
    page = page_of(text)
    if not page.is_sound:
        return
    once = layout(page, KINDS)
    say = Messages()
    again = page_of(once, say)
    assert say.all == ()
    assert layout(again, KINDS) == once
    assert list(map(_meaning, again.unit.parts)) == list(map(_meaning, page.unit.parts))


def _meaning(part: Part) -> object:
    match part:
        case Prose():
            return [" ".join(line.text.split()).rstrip("\\").rstrip() for line in part.lines]
        case Verbatim():
            return part.source
        case TextBlock():
            said = sorted((one.name, one.value) for one in part.settings)
            body = [
                line.text.strip()
                .replace("X", "x")
                .replace("+-", "±")
                .removeprefix("*")
                .removeprefix("-")
                .rstrip("\\")
                .rstrip()
                for line in part.lines
            ]
            return (part.kind, part.name, said, body, [_meaning(one) for one in part.parts])
