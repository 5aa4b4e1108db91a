from __future__ import annotations

import pytest

from cordee.formats.coursetext.canonical import digest
from cordee.formats.coursetext.join import State, compare, joined, say_state
from cordee.formats.coursetext.messages import Messages, sentence
from cordee.formats.tests.course_text import KINDS, page_of

FRENCH = """# Relief

Une courbe relie des points.

::: quiz courbes
points: 2

Que peut-on lire ?

- [x] Le nord
- [ ] Le lac

:::

Et la suite.

::: video film
src: film.mp4
duration: 4:10
:::
"""
ENGLISH = """# Relief

A line joins points.

::: quiz courbes

What can you read?

- [x] The north
- [ ] The lake

:::

And so on.

::: video film
src: film.en.mp4
:::
"""


def said_of(english: str, french: str = FRENCH) -> list[str]:
    say = Messages()
    compare(page_of(french), page_of(english, path="modules/nommer/trame.en.md", language="en"), KINDS, say)
    return [f"{one.place.line}:{one.place.column} {one}" for one in say.all]


def test_a_translation_repeats_the_blocks_and_leaves_out_what_is_written_once() -> None:
    assert said_of(ENGLISH) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("- [ ] The lake\n", "",
         "9:1 Answers of “courbes”: 1 here, 2 in French (modules/nommer/trame.fr.md:10:1). "
         "Add what is missing, in the same order."),
        ("- [ ] The lake\n", "- [ ] The lake\n- [ ] Rain\n",
         "9:1 Answers of “courbes”: 3 here, 2 in French (modules/nommer/trame.fr.md:10:1). "
         "Take out what is too much, or add it there."),
        ("- [x] The north\n", "- [ ] The north\n",
         "9:3 This answer is marked [ ], and [x] in French (modules/nommer/trame.fr.md:10:3). Make both the same."),
        ("quiz courbes\n", "quiz courbes\npoints: 3\n",
         "6:9 “points” is written once, for all languages, in modules/nommer/trame.fr.md:6:1. "
         "Take this line out, or write the same."),
        ("::: quiz courbes", "::: poll courbes",
         "5:5 “courbes” is a poll here and a quiz in modules/nommer/trame.fr.md:5:5. Make both the same."),
        ("And so on.\n", "",
         "1:1 The text of modules/nommer/trame.fr.md:15:1 is not here: it will be shown in French. Translate it."),
    ],
)  # fmt: skip
def test_what_differs_from_the_reference_is_told(before: str, after: str, said: str) -> None:
    assert said_of(ENGLISH.replace(before, after)) == [said]


QUESTIONS = """# Courbes

::: quiz courbes

Combien ?
- = 19,1 ± 0.5
- != 20
  > Non.

Où ?
- = "Paris"

Quoi ?
- [?a] = 6
- [?b]
  - (x) qui reçoit
  - ( ) qui envoie
:::
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("- = 19,1 ± 0.5\n- != 20\n  > Non.\n", "", "Questions of “courbes”: 3 here, 4 in French"),
        ('- = "Paris"\n', "", "Questions of “courbes”: 3 here, 4 in French"),
        ("  - (x) qui reçoit\n  - ( ) qui envoie\n", "", "Questions of “courbes”: 3 here, 4 in French"),
        ("= 19,1", "= 29.1", "This answer is marked = 29.1 ± 0.5, and = 19.1 ± 0.5 in French"),
        ("= 6", "= 7", "This answer is marked = 7, and = 6 in French"),
    ],
)
def test_a_translation_has_every_question_and_the_same_numbers(before: str, after: str, said: str) -> None:
    found = said_of(QUESTIONS.replace(before, after), QUESTIONS)
    assert len(found) == 1
    assert said in found[0]


def test_words_and_what_is_said_of_wrong_answers_are_each_languages_own() -> None:
    english = QUESTIONS.replace("19,1", "19.1").replace("- != 20\n  > Non.\n", "")
    english = english.replace('- = "Paris"\n', '- = "Paris, France"\n- = /par.*/\n')
    assert said_of(english, QUESTIONS) == []


def test_a_block_that_the_reference_has_not_and_one_that_is_missing_are_told() -> None:
    assert said_of(ENGLISH.replace("video film", "video movie")) == [
        "1:1 “film” (modules/nommer/trame.fr.md:17:5) is not here: it will be shown in French. Translate it.",
        "16:5 There is no “movie” in modules/nommer/trame.fr.md. Give both blocks the same name, or add "
        "this one there.",
    ]


def test_a_note_for_the_team_and_a_comment_need_no_translation() -> None:
    noted = FRENCH.replace("::: video film", "<!-- à revoir -->\n\n::: video film", 1)
    alone = FRENCH + "\n> [!team]\n> Session 3 : à revoir.\n"
    assert said_of(ENGLISH, alone) == []
    assert said_of(ENGLISH, noted) == []


def test_other_order_is_told_once() -> None:
    blocks = ENGLISH.split("\n\nAnd so on.\n\n")
    head, quiz = blocks[0].split("\n\n", 2)[:2], blocks[0].partition("::: quiz")[2]
    swapped = "\n\n".join(head) + "\n\n" + blocks[1] + "\nAnd so on.\n\n::: quiz" + quiz + "\n"
    assert [one for one in said_of(swapped) if "same order" in one] == [
        "5:5 “film” stands here, and “courbes” in French. Put the blocks in the same order."
    ]


def test_what_a_translation_lacks_is_borrowed_from_the_reference_in_its_place() -> None:
    english = ENGLISH.replace("And so on.\n\n", "").replace("::: video film\nsrc: film.en.mp4\n:::\n", "")
    parts = joined(page_of(FRENCH).unit, page_of(english).unit)
    assert [(one.part.name, one.borrowed) for one in parts] == [
        ("trame.1", False),
        ("courbes", False),
        ("trame.2", True),
        ("film", True),
    ]


@pytest.mark.parametrize(
    ("heading", "state"),
    [("---\nof: {now}\n---\n", "current"), ("---\nof: 0123abcd\n---\n", "behind"), ("", "never"), (None, "missing")],
)
def test_a_translation_is_current_behind_never_confirmed_or_missing(heading: str | None, state: State) -> None:
    french = page_of(FRENCH)
    now = digest(french, KINDS)
    english = None if heading is None else page_of(heading.format(now=now) + ENGLISH, language="en")
    say = Messages()
    assert say_state(french, english, "en", KINDS, say) == state
    assert (state == "current") is (say.all == ())
    assert say.errors == ()
    if state == "behind":
        assert (say.all[0].place.line, say.all[0].place.column, now in str(say.all[0])) == (2, 5, True)


def test_a_language_is_named_in_the_language_of_the_reader_and_by_its_code_where_it_has_no_name_here() -> None:
    french = {
        "This page has no translation {in_other}: it will be shown {in_language}.": "{in_other} : vue {in_language}",
        "in English": "en anglais",
        "in “{code}”": "en « {code} »",
    }
    said = Messages()
    say_state(page_of("# A\n", language="en"), None, "fr-CA", KINDS, said)
    (message,) = said.all
    assert str(message) == "This page has no translation in “fr-CA”: it will be shown in English."
    assert sentence(message, lambda template: french[template]) == "en « fr-CA » : vue en anglais"
