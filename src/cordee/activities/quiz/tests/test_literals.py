"""Are names read from scripts that only write values down, and is nothing ever run?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.quiz import olx
from cordee.activities.quiz.grading import not_graded_yet
from cordee.activities.quiz.literals import needs_python, values_of, with_values
from cordee.activities.quiz.tests.make import only_input, problem, shown, unhurried

QUESTION = "<p title='$a'>$a and $ab, $none, $5</p><numericalresponse answer='$ab'><textline/></numericalresponse>"


def scripted(code: str, rest: str = "") -> str:
    return f"<script type='loncapa/python'>{code}</script>{rest}"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("x = 3", {"x": "3"}),
        ("\n# a note\nx=-3.50\ny = 'a b' # why\n\nz = \"é\";\nx = 4\n", {"x": "4", "y": "a b", "z": "é"}),
        ("x = 1e3", {"x": "1000.0"}),
        ("x = '&lt;b&gt;'", {"x": "<b>"}),
        ("<![CDATA[x = '<b>']]>", {"x": "<b>"}),
    ],
)
def test_plain_assignments_are_read(code: str, values: dict[str, str]) -> None:
    definition = problem(scripted(code))
    assert not needs_python(definition)
    assert values_of(definition) == values


@pytest.mark.parametrize(
    "code",
    ["import random",
     "x = 1 + 1", "x = random.randint(1, 3)", "x = y", "x = [1]", "x = 'a\\n'", "x = 0x10", "x = 1_000",
     "x = 'a' 'b'", "x, y = 1, 2", "x = y = 1", "x += 1", "if True: x = 1", "x = f'{1}'", "x = 1; import os", "x = 007",
     "x = 3\n__import__('os').abort()", " ".join(["x = 3"] * 3)],
)  # fmt: skip
def test_any_other_line_needs_python_and_gives_nothing(code: str) -> None:
    definition = problem(scripted(code, QUESTION))
    assert not_graded_yet(definition) == "script"
    assert values_of(definition) == {}
    assert with_values(definition) is definition


def test_each_name_is_replaced_on_the_page_and_in_the_key_the_longest_first() -> None:
    definition = problem(scripted("a = 3\nab = 12", QUESTION))
    assert only_input(definition, "12").correctness == "correct"
    source = shown(definition)
    assert "3 and 12, $none, $5" in source
    assert "$a" not in source


def test_a_problem_keeps_its_names_when_it_is_written() -> None:
    definition = problem(scripted("a = 3", QUESTION))
    written = olx.write(definition)
    assert "a = 3" in written
    assert 'answer="$ab"' in written
    assert olx.read(written) == definition


def test_without_a_script_a_dollar_is_a_dollar() -> None:
    definition = problem("<stringresponse answer='$5'><textline/></stringresponse>")
    assert with_values(definition) is definition
    assert only_input(definition, "$5").correctness == "correct"


@unhurried
@given(st.text(max_size=60).filter(lambda text: not set(text) & set("<&>\x00")))
def test_any_script_gives_values_or_needs_python(code: str) -> None:
    definition = problem(scripted(code, QUESTION))
    if not definition.unreadable:
        assert isinstance(with_values(definition).body, str)
