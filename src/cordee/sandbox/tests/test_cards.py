"""Is a beginner told of each mistake once, at its line, in words of their own, in both languages?"""

from __future__ import annotations

import gettext
import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.sandbox.c.compiling import checked_sources
from cordee.sandbox.c.diagnostics import read_sarif
from cordee.sandbox.card_source import Source, distance_between, nearest
from cordee.sandbox.card_words import WORDS
from cordee.sandbox.cards import Card, cards
from cordee.sandbox.laboratory import Laboratory, refused_artifact
from cordee.sandbox.outcomes import Diagnostic, Place, SourceRefused
from cordee.sandbox.tests.mistakes import IN_FILES, IN_MAIN, NOTHING_TO_SAY, whole
from cordee.sandbox.tests.recording import as_lists, programs, recorded

CATALOGUE = Path(__file__).parents[1] / "locale/fr/LC_MESSAGES/django.mo"
SAID = recorded()
PROGRAMS = programs()
WANTED = {name: (rule, line, ()) for name, (rule, line) in IN_FILES.items()} | {
    name: (one.rule, one.line, one.also) for name, one in IN_MAIN.items()
}


def cards_of(name: str) -> tuple[Card, ...]:
    return cards(SAID[name], {"main.c": PROGRAMS[name]})


def told(text: str, *said: Diagnostic) -> list[tuple[str, int]]:
    return [(one.rule, one.place.line if one.place else 0) for one in cards(said, {"main.c": text})]


@pytest.mark.parametrize("name", WANTED)
def test_a_mistake_gets_its_card_at_its_line(name: str) -> None:
    rule, line, also = WANTED[name]
    found = cards_of(name)
    assert [one.rule for one in found] == [rule, *also]
    assert (found[0].place.line if found[0].place else 0) == line


@pytest.mark.parametrize("name", NOTHING_TO_SAY)
def test_what_is_no_mistake_gets_no_card(name: str) -> None:
    assert cards_of(name) == ()


@pytest.mark.long
def test_the_compiler_still_says_what_was_recorded(laboratory: Laboratory) -> None:
    """When it does not, `recording.py` says how the file is made anew; then look at what the cards have become."""
    now = {name: as_lists(laboratory.compile({"main.c": text}).diagnostics) for name, text in PROGRAMS.items()}
    assert now == {name: as_lists(said) for name, said in SAID.items()}


def test_there_is_a_program_for_every_rule() -> None:
    of_several_files = {"redefinition"}
    shown = {rule for rule, _, _ in WANTED.values()} | of_several_files
    assert {key.partition("/")[0] for key in WORDS} - shown == set()
    assert len(shown) >= 100


def test_a_card_holds_the_learners_names_and_their_line() -> None:
    card = cards_of("misspelt_variable")[0]
    assert card.guess == "total"
    assert card.source.strip() == 'printf("%d", totl);'
    assert card.said() == (
        "“totl” is not declared",
        "You use “totl”, but no line before declares it. Capital letters count too.",
        "Did you mean “total”?",
    )


OF_ACCENTS = {
    "accent_semicolon": (36, "Put “;” after “)”."),
    "accent_ampersand": (21, "Put “&” before “total”."),
    "emoji_before": (23, "Did you mean “total”?"),
    "accent_within": (18, "Did you mean “élève”?"),
    "accent_after": (9, "Write “==” if you want to compare."),
    "tab_before": (21, "Did you mean “total”?"),
}


@pytest.mark.parametrize("name", OF_ACCENTS)
def test_signs_beyond_ascii_on_a_line_change_nothing_of_its_card(name: str) -> None:
    card = cards_of(name)[0]
    assert card.place is not None
    assert (card.place.column, card.said()[2]) == OF_ACCENTS[name]


OF_OTHER_WORLDS = {
    "fork": "Here your program runs alone",
    "system": "Here your program runs alone",
    "getch": "“conio.h”",
    "scanf_s": "has “scanf”",
    "gets_s": "has “fgets”",
    "header_conio": "comes with Windows",
    "header_signal": "such as signals",
    "header_setjmp": "jumps between functions",
    "header_wait": "other programs",
    "header_mman": "a part of the system that is not here",
    "signal": "such as signals",
    "sleep": "“sleep” belongs to the library",
}


@pytest.mark.parametrize("name", OF_OTHER_WORLDS)
def test_what_another_system_has_is_told_as_such_and_not_as_a_slip(name: str) -> None:
    said = cards_of(name)[0].said()
    assert OF_OTHER_WORLDS[name] in said[1]
    assert "Did you mean" not in said[2]


@pytest.mark.parametrize(
    ("name", "guess"), [("char_of_200", "“int”"), ("big_number", "“long long”"), ("huge_number", "“double”")]
)
def test_a_number_that_is_too_large_for_its_type_is_told_one_that_it_fits_in(name: str, guess: str) -> None:
    assert guess in cards_of(name)[0].said()[2]


def test_cards_are_short_and_whole_in_both_languages() -> None:
    with CATALOGUE.open("rb") as file:
        french = gettext.GNUTranslations(file).gettext
    for name in WANTED:
        for card in cards_of(name):
            for translate in (str, french):
                title, text, advice = card.said(translate)
                assert len(title) <= 60, title
                assert len(text) <= 170, text
                assert len(advice) <= 100, advice
                assert not any("{" in part.replace("“{”", "") for part in (title, text, advice)), (title, text, advice)
            if card.title.template not in ("“{type}” has no “{name}”",):
                assert card.said(french) != card.said()


def test_no_card_gives_a_line_to_copy() -> None:
    """One thing to try; a name, a sign or a word in it, never an instruction."""
    assert [words.advice for words in WORDS.values() if words.advice.count(";") > 1 or ");" in words.advice] == []


def test_errors_come_before_warnings_and_each_line_has_one_card() -> None:
    for name in PROGRAMS:
        found = cards_of(name)
        levels = [one.level for one in found]
        assert levels == sorted(levels)
        assert max(Counter(one.place for one in found if one.place).values(), default=1) == 1


def error(text: str, line: int, column: int = 1) -> Diagnostic:
    return Diagnostic("error", "", text, Place("main.c", line, column), Place("main.c", line, column))


def test_what_no_rule_knows_is_told_in_the_compilers_words() -> None:
    card = cards([error("the moon is full", 3)], {"main.c": whole("int x;")})[0]
    assert card.rule == "other"
    assert "in English: “the moon is full”" in card.text.sentence()


def test_a_warning_that_no_rule_knows_is_left_out() -> None:
    assert told(whole("int x;"), Diagnostic("warning", "", "unused variable 'x'", Place("main.c", 3, 9))) == []


def test_a_missing_brace_makes_one_card_of_ten_errors() -> None:
    text = "int f(void) {\n    return 1;\n" + "".join(f"int g{n}(void) {{\n    return {n};\n}}\n" for n in range(9))
    said = [error("function definition is not allowed here", 3 * n + 3, 13) for n in range(9)]
    noted = Diagnostic("note", "", "to match this '{'", Place("main.c", 1, 13))
    assert told(text, *said, replace(error("expected '}'", 30), notes=(noted,))) == [("missing-brace", 1)]


def test_the_last_words_of_a_flood_are_no_card() -> None:
    said = error("too many errors emitted, stopping now", 4)
    assert told(whole("x = 1;"), error("use of undeclared identifier 'x'", 3, 5), said) == [("undeclared-name", 3)]


def test_the_same_name_is_told_once() -> None:
    said = [error("use of undeclared identifier 'n'", line, 5) for line in (3, 4, 5)]
    assert told(whole("n = 1;\nn = 2;\nn = 3;"), *said) == [("undeclared-name", 3)]


def test_a_function_in_two_files_is_told_at_the_second_one() -> None:
    files = {"a.c": "int f(void) { return 1; }\n", "b.c": "\nint f(void) { return 2; }\n"}
    found = cards([Diagnostic("error", "link-duplicate", "duplicate symbol: f", None)], files)
    assert [(one.rule, one.place) for one in found] == [("redefinition", Place("b.c", 2))]
    twice = Diagnostic("error", "link-duplicate", "duplicate symbol: main", None)
    both = cards([twice], dict.fromkeys(files, "int main() {}"))
    assert [(one.rule, one.place) for one in both] == [("two-mains", Place("b.c", 1))]


def test_a_place_in_a_header_of_the_library_is_no_line_of_the_learner() -> None:
    said = Diagnostic("error", "", "expected ';' after struct", Place("stdio.h", 4, 2))
    assert cards([said], {"main.c": "int x;\n"})[0].source == ""


@pytest.mark.parametrize(
    ("name", "candidates", "wanted"),
    [
        ("totl", ["total", "tot"], "total"),
        ("prinft", ["printf", "print"], "printf"),
        ("Age", ["age"], "age"),
        ("compteru", ["compteur"], "compteur"),
        ("n", ["m", "x"], ""),
        ("ab", ["cd", "b"], ""),
        ("somme", ["total", "compteur"], ""),
        ("x" * 50, ["x" * 49], ""),
    ],
)
def test_a_likely_name_is_near_and_no_other(name: str, candidates: list[str], wanted: str) -> None:
    assert nearest(name, candidates) == wanted


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_a_distance_is_the_same_both_ways(one: str, other: str) -> None:
    assert distance_between(one, other) == distance_between(other, one)
    assert (distance_between(one, other) == 0) == (one == other)


@pytest.mark.parametrize("before", ['printf("été"); ', 'puts("😀"); ', 'puts("e\u0301"); ', "\t/* \t */ "])
def test_columns_count_characters_of_what_stands_before(before: str) -> None:
    source = Source(f"{before}x = 1;\n")
    assert source.word(Place("main.c", 1, len(before) + 1)) == "x"
    assert source.between(Place("main.c", 1, len(before) + 1), Place("main.c", 1, len(before) + 6)) == "x = 1"
    assert source.after(Place("main.c", 1, 900)) == ""


def test_braces_are_matched_in_time_that_grows_as_the_source() -> None:
    """The two that once looked at all that stands before: 10 s and more for sources that may be handed in."""
    began = time.process_time()
    deep = Source("        {\n" * 25_000 + "    }\n" * 25_000)
    assert deep.unclosed() is None
    assert Source("{" * 250_000 + "}" * 249_999).unclosed() is None
    empty = Source("}\n" + "\n" * 400_000)
    assert [empty.closing_before(400_000) for _ in range(200)] == [1] * 200
    assert empty.closing_before(1) is None
    assert time.process_time() - began < 5


def test_a_brace_that_closes_under_another_one_is_found() -> None:
    assert Source("int main(void)\n{\n\tif (1) {\n        x();\n    }\n}\n").unclosed() is None
    assert Source("int main(void)\n{\n    while (1) {\n        if (1) {\n    }\n}\n").unclosed() == 4


def test_braces_within_texts_and_comments_do_not_count() -> None:
    source = Source('int main(void) { // {\n    puts("{{{"); /* { */\n}\nint x;\n')
    assert source.depths[3] == 0
    assert source.unclosed() is None


EVERY = tuple(one for said in SAID.values() for one in said)
TEXTS = st.sampled_from(sorted({one.text for one in EVERY}))
SIGNS = st.sampled_from(["'", "{", "}", "<U+D800>", "%s", "U+FFFFFF>"])
PIECES = st.lists(st.one_of(TEXTS, st.text(max_size=20), SIGNS), max_size=3)
MESSAGES = st.one_of(TEXTS, PIECES.map("".join))
SOURCES = st.one_of(st.sampled_from(sorted(PROGRAMS.values())), st.text(max_size=80), st.binary(max_size=60))
NUMBERS = st.integers(-1, 40)
PLACES = st.one_of(st.none(), st.builds(Place, st.sampled_from(["main.c", "stdio.h", ""]), NUMBERS, NUMBERS))
NOTES = st.builds(Diagnostic, st.just("note"), st.just(""), MESSAGES, PLACES)
DIAGNOSTICS = st.builds(
    Diagnostic,
    st.sampled_from(["error", "warning"]),
    st.text(max_size=4),
    MESSAGES,
    PLACES,
    PLACES,
    st.lists(NOTES, max_size=2).map(tuple),
)


@settings(deadline=None)
@given(st.lists(DIAGNOSTICS, max_size=6), SOURCES)
def test_cards_come_of_whatever_is_said_of_whatever_text(said: list[Diagnostic], source: str | bytes) -> None:
    found = cards(said, {"main.c": source})
    for card in found:
        assert all(part and part.isprintable() for part in card.said())
    assert len({(one.rule, one.place) for one in found}) == len(found)
    assert bool(found) or not any(
        one.level == "error" and not one.text.startswith("too many errors emitted") for one in said
    )


KEYS = (
    *("runs", "tool", "driver", "rules", "results", "message", "text", "level", "locations", "ruleId", "ruleIndex"),
    *("physicalLocation", "region", "startLine", "startColumn", "artifactLocation", "uri"),
)
JSON = st.recursive(
    st.one_of(st.none(), st.integers(), st.text(max_size=10), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=20,
)
RESULTS = st.fixed_dictionaries({"message": JSON, "level": JSON, "locations": JSON, "ruleIndex": JSON})
RUNS = st.fixed_dictionaries({"tool": st.just({"driver": {}}), "results": st.lists(RESULTS, max_size=2)})


@settings(deadline=None)
@given(st.one_of(JSON, st.fixed_dictionaries({"runs": st.lists(RUNS, max_size=2)})), st.integers(0, 60))
def test_cards_come_of_any_sarif(value: object, cut: int) -> None:
    line = json.dumps(value).encode()
    for text in (line, line[:cut], line[cut:]):
        assert cards(read_sarif(text), {"main.c": "int main(void) { return 0; }\n"}) is not None


def of_size(piece: str, size: int = 100_000) -> str:
    return piece * (size // len(piece))


HOSTILE = [
    *((of_size(piece), 1) for piece in ("a ", "(", "{\n", "}\n", '"', "int a,", "#define A =", "f(int a) {\n")),
    (of_size("\n"), 100_000),  # what looks for a line above looks at all of them
    (of_size("        {\n", 60_000) + of_size("    }\n", 40_000), 12_000),
    (of_size("{\n", 50_000) + of_size("}", 50_000), 25_000),
]


@pytest.mark.long
@pytest.mark.parametrize(("source", "line"), HOSTILE)
def test_a_hostile_source_is_told_soon(source: str, line: int) -> None:
    by_text = {one.text: one for one in EVERY}
    said = [replace(one, place=Place("main.c", line, 900), end=Place("main.c", line, 903)) for one in by_text.values()]
    began = time.process_time()
    for first in range(0, len(said), 40):
        assert cards(said[first : first + 20], {"main.c": source}) is not None
    assert time.process_time() - began < 20  # it took minutes when patterns saw whole lines; now 9 s at most


def test_a_source_that_was_refused_is_told_in_the_readers_language() -> None:
    with CATALOGUE.open("rb") as file:
        french = gettext.GNUTranslations(file).gettext
    for name, text in {"main.c": b"\0asm", "b\nc.c": b"x", "x.h": b"x", "y.c": b"\xff"}.items():
        with pytest.raises(SourceRefused) as refused:
            checked_sources({name: text})
        (card,) = cards(refused_artifact(refused.value).diagnostics, {name: text})
        assert (card.rule, card.level) == ("source-refused", "error")
        assert all(part and part.isprintable() for part in card.said(french))
        assert not set(card.said(french)) & set(card.said())
