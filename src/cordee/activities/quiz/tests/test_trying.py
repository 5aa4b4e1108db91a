"""Does the command line grade line by line, and never stop at a bad one?"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from cordee.activities.quiz.tests.make import DATA
from cordee.activities.quiz.trying import try_answers

PROBLEMS = DATA / "olx" / "problems"


def tried(*lines: object, problem: str | None = "num_additional.xml", seed: int | None = None) -> list[Any]:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path = None if problem is None else PROBLEMS / problem
    return [json.loads(line) for line in try_answers(written, problem=path, seed=seed)]


def test_an_answer_gives_raw_points_and_a_verdict_for_each_input() -> None:
    assert tried({"answers": {"p_2_1": "20"}}, {"answers": {}}) == [
        {
            "score": [1.0, 1.0],
            "inputs": {"p_2_1": {"correctness": "correct", "feedback": "<strong>Correct:</strong> Vingt passe aussi."}},
        },
        {"score": [0.0, 1.0], "inputs": {"p_2_1": {"correctness": "incorrect", "feedback": ""}}},
    ]
    (partial,) = tried({"answers": {"p_2_1": "12"}}, problem="num_partial_weight.xml")
    assert partial["score"] == [0.5, 1.0]  # the weight of this problem is 4


def test_each_line_may_name_its_own_problem() -> None:
    lines = [
        {"problem": str(PROBLEMS / "str_ci.xml"), "answers": {"p_2_1": "montagne"}},
        {"problem": str(PROBLEMS / "mc_single_fr.xml"), "answers": {"p_2_1": "choice_1"}},
    ]
    assert [outcome["score"] for outcome in tried(*lines, problem=None)] == [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("line", "problem", "words"),
    [
        ("not json", "str_ci.xml", "not JSON"),
        ("[" * 100_000, "str_ci.xml", "not JSON"),
        ("[]", "str_ci.xml", "no “answers”"),
        ({"answers": []}, "str_ci.xml", "no “answers”"),
        ({"answers": {}}, None, "names no “problem”"),
        ({"problem": 3, "answers": {}}, None, "names no “problem”"),
        ({"problem": "/nowhere/x.xml", "answers": {}}, None, "/nowhere/x.xml cannot be opened"),
        ({"problem": "\x00", "answers": {}}, None, "cannot be opened"),
        ({"answers": {"p_2_1": "abc"}}, "num_pct_tol.xml", "“abc” is not a number"),
        ({"answers": {"p_2_1": "2*y"}}, "form_one_var.xml", "“y” is not known in this formula. Write it with: x."),
        ({"answers": {"p_2_1": "2x"}}, "form_one_var.xml", "“2x” cannot be read as a formula"),
        ({"answers": {"p_2_1": "(5,5)"}}, "img_rect.xml", "not a point of the picture"),
        ({"answers": {"p_2_1": ["a"]}}, "str_ci.xml", "not a text"),
        ('{"answers": {"p_2_1": "\\ud800"}}', "str_ci.xml", "not text"),
    ],
)
def test_a_bad_line_gives_an_error_and_nothing_else(line: object, problem: str | None, words: str) -> None:
    outcomes = tried(line, {"answers": {}, "problem": str(PROBLEMS / "str_ci.xml")}, problem=problem)
    assert list(outcomes[0]) == ["error"]
    assert words in outcomes[0]["error"]
    assert len(outcomes) == 2


def test_a_file_that_is_no_problem_is_an_error_of_its_line(tmp_path: Path) -> None:
    entity = b"<!DOCTYPE p [<!ENTITY a 'b'>]><problem>&a;</problem>"
    for rank, content in enumerate([b"", b"<html/>", b"<problem>", b"\xff\xfe\x00", entity]):
        path = tmp_path / f"{rank}.xml"
        path.write_bytes(content)
        (outcome,) = tried({"problem": str(path), "answers": {}}, problem=None)
        assert list(outcome) == ["error"]


def test_a_file_in_another_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "latin.xml"
    xml = (
        "<?xml version='1.0' encoding='ISO-8859-1'?>\n<problem>"
        "<stringresponse answer='été'><textline/></stringresponse></problem>"
    )
    path.write_bytes(xml.encode("iso-8859-1"))
    (outcome,) = tried({"problem": str(path), "answers": {"p_2_1": "été"}}, problem=None)
    assert outcome["score"] == [1.0, 1.0]


def test_words_are_english_whatever_the_site_speaks() -> None:
    with translation.override("fr"):
        (outcome,) = tried({"answers": {"p_2_1": "20"}})
    assert "Correct:" in outcome["inputs"]["p_2_1"]["feedback"]


def test_thousands_of_lines_are_graded_in_one_process() -> None:
    names = ["num_functions.xml", "str_regexp_ci.xml", "cb_hints.xml", "multi_table.xml"]
    lines = [
        {"problem": str(PROBLEMS / names[rank % 4]), "answers": {"p_2_1": f"sin({rank})", "p_3_1": "9"}}
        for rank in range(4_000)
    ]
    started = time.process_time()
    assert len(tried(*lines, problem=None)) == 4_000
    assert time.process_time() - started < 2
