"""Are people told apart, columns found by name, and bad files refused by name, in every source of reports?"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee.core.errors import InputRefused
from cordee.pilot import remarks
from cordee.pilot.reports import NOBODY, NOT_HANDED_IN, TWICE, in_order, quiz_of
from cordee.pilot.sources import HEAD_BYTES, Landing, all_sources, open_landing
from cordee.pilot.sources.edx_cohort_upload import SHARED, UNKNOWN
from cordee.pilot.sources.edx_student_state import answers_in, handed_in, points_in
from cordee.pilot.tests.bringing import (
    BEGIN,
    GRADES,
    PROBLEMS,
    PROFILES,
    REPORTS,
    RESPONSES,
    STATES,
    bring,
    report,
    source_of,
    tables,
    told,
)

HEADER = ["Student ID", "Email", "Username", "Grade", "Quiz", "Certificate Eligible", "Enrollment Status"]
GRADE_NAME = "A_B_C_grade_report_2026-01-01-0000.csv"


def landing_of(path: Path) -> Landing:
    """What the file's source reads, without a store."""
    landing = open_landing(duckdb.connect(), dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
    source_of(path).read(path, landing)
    return landing


def landed(landing: Landing, query: str) -> list[tuple[object, ...]]:
    return landing.database.execute(query).fetchall()


def test_people_who_look_alike_stay_apart(tmp_path: Path) -> None:
    people = [
        ["1", "ada@x.org", "ada"],
        ["2", "Ada@X.org", "Ada"],  # an address and a username that differ in case
        ["3", "ada@x.org", "ada.l"],  # the same address, another username, with a dot
        ["4", "", "ada_l"],
        ["5", "e@x.org", "a, b"],
        ["6", "f@x.org", "7"],  # a username that is another's id
        ["7", "g@x.org", "g"],
    ]
    rows = [HEADER, *([*person, "0.5", "0.5", "N", "enrolled"] for person in people)]
    store, receipts = bring(tmp_path / "store", [report(tmp_path, GRADE_NAME, rows)])
    assert receipts[GRADE_NAME].kept == len(people)
    assert told(store, "SELECT count(*), count(DISTINCT actor) FROM learners") == [(7, 7)]
    names = told(store, "SELECT user_id, email, username FROM persons ORDER BY user_id")
    assert names == [tuple(person) for person in people]

    answers = [
        ["username", "problem_id", "answer_id", "location", "question", "score", "max_score", "correct", "answer"]
    ]
    answers += [[person[2], "x", "x_2_1", "A > X", "?", "1", "1", "1", person[0]] for person in people]
    bring(tmp_path / "store", [report(tmp_path, "A_B_C_problem_response_2026-01-01-0000.csv", answers)])
    whose = "SELECT user_id, answer FROM answers JOIN persons USING (actor) ORDER BY user_id"
    assert told(store, whose) == [(person[0], person[0]) for person in people]
    assert told(store, "SELECT count(*) FROM enrolments") == [(7,)]


def test_a_person_is_one_whether_named_by_a_username_or_an_id_first(tmp_path: Path) -> None:
    grades = report(tmp_path, GRADE_NAME, [HEADER, ["1", "a@x.org", "a.b", "0.5", "0.5", "N", "enrolled"]])
    header = ["Student ID", "Email", "Username", "Enrollment Status", "Grade", "Quiz: S - P (Earned)"]
    problems = report(
        tmp_path, "A_B_C_problem_grade_report_2026-01-01-0000.csv", [header, ["1", "", "a.b", "enrolled", "0.5", "1"]]
    )
    answers = [["username", "problem_id", "answer_id", "score", "max_score", "correct", "answer"]]
    answers += [["a.b", "p", "p_2_1", "1", "1", "1", "yes"]]
    responses = report(tmp_path, "A_B_C_problem_response_2026-01-01-0000.csv", answers)
    for n, order in enumerate(([responses, grades, problems], [grades, responses, problems])):
        for path in order:
            store, _ = bring(tmp_path / str(n), [path])
        assert told(store, "SELECT count(*), count(DISTINCT actor) FROM enrolments") == [(1, 1)]
        assert told(store, "SELECT user_id, username, email FROM persons") == [("1", "a.b", "a@x.org")]
        assert told(store, "SELECT count(*) FROM reported SEMI JOIN enrolments USING (actor)") == [(3,)]
        again, _ = bring(tmp_path / str(n), [responses])
        assert told(again, "SELECT count(*) FROM persons") == [(1,)]


def test_words_in_the_place_of_an_id_are_nobody(tmp_path: Path) -> None:
    rows = [HEADER, ["Curious, glad", "", "a", "0.5", "0.5", "N", "enrolled"]]
    rows += [["MHxPC130442623", "", "b", "0.5", "0.5", "N", "enrolled"]]
    landing = landing_of(report(tmp_path, GRADE_NAME, rows))
    assert landed(landing, "SELECT person FROM landing.grades") == [("MHxPC130442623",)]
    assert dict(landing.tally.dropped) == {NOBODY: 1}


def test_a_username_that_two_ids_claim_is_the_first_ones(tmp_path: Path) -> None:
    answers = [["username", "problem_id", "answer_id", "answer"], ["a", "p", "p_2_1", "yes"]]
    bring(tmp_path / "store", [report(tmp_path, "A_B_C_problem_response_2026-01-01-0000.csv", answers)])
    rows = [HEADER, *([str(n), "", "a", "0.5", "0.5", "N", "enrolled"] for n in (2, 1))]
    store, _ = bring(tmp_path / "store", [report(tmp_path, GRADE_NAME, rows)])
    assert told(store, "SELECT count(*) FROM learners") == [(2,)]
    assert told(store, "SELECT user_id FROM answers JOIN persons USING (actor)") == [("1",)]


def test_an_uploaded_address_finds_one_person_or_none(tmp_path: Path) -> None:
    people = [["1", "ada@x.org", "ada"], ["2", "Ada@X.org", "Ada"], ["3", "bob@x.org", "b"], ["4", "bob@x.org", "c"]]
    people += [["5", "Eve@x.org", "eve"]]
    rows = [HEADER, *([*person, "0.5", "0.5", "N", "enrolled"] for person in people)]
    cohorts = [
        ["username", "email", "cohort"],
        ["", "ada@x.org", "one"],  # as written
        ["", "ADA@X.ORG", "two"],  # either
        ["", "bob@x.org", "two"],  # both
        ["", "eve@X.org", "three"],  # the only one that differs in case alone
        ["ADA", "ada@x.org", "four"],  # a username decides
    ]
    paths = [report(tmp_path, GRADE_NAME, rows), report(tmp_path, "cohorts.csv", cohorts)]
    store, receipts = bring(tmp_path / "store", paths)
    found = told(store, "SELECT user_id, cohort FROM learners JOIN persons USING (actor) WHERE cohort <> '' ORDER BY 1")
    assert found == [("1", "one"), ("5", "three")]
    assert {reason: n for reason, (n, _) in receipts["cohorts.csv"].dropped.items()} == {SHARED: 2, UNKNOWN: 1}


def test_nobody_and_the_same_person_again_are_counted(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["1", "", "a", "0.5", "0.5", "N", "enrolled"],
        ["", "", "", "0.5", "0.5", "N", "enrolled"],
        ["1,0", "", "a", "1", "1", "Y", "enrolled"],
    ]
    landing = landing_of(report(tmp_path, GRADE_NAME, rows))
    assert dict(landing.tally.dropped) == {NOBODY: 1, TWICE: 1}
    assert landing.tally.samples == {NOBODY: ["row 3"], TWICE: ["row 4"]}
    assert landed(landing, "SELECT person, grade FROM landing.grades") == [("1", 50.0)]


@pytest.mark.parametrize("name", [GRADES, PROBLEMS, PROFILES, RESPONSES, STATES])
@pytest.mark.parametrize("seed", [1, 2])
def test_columns_are_found_by_name_in_any_order_and_beside_others(name: str, seed: int, tmp_path: Path) -> None:
    with (REPORTS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    # Graded sections and problems keep their order among themselves: it is the order of the course.
    chance = random.Random(seed)  # noqa: S311
    facts = [n for n, column in enumerate(rows[0]) if ": " not in column and column != "Devoir"]
    order = list(range(len(rows[0])))
    places = [order.index(n) for n in facts]
    for place, fact in zip(places, chance.sample(facts, len(facts)), strict=True):
        order[place] = fact
    turned = [[*(row[n] for n in order), "remarque" if n == 0 else f"vu {n}"] for n, row in enumerate(rows)]
    turned[0] = [column.upper() if column.islower() else column for column in turned[0]]
    store, receipts = bring(tmp_path / "turned", [report(tmp_path, name, turned)])
    plain, _ = bring(tmp_path / "plain", [REPORTS / name])
    assert tables(store) == tables(plain)
    assert receipts[name].kept == len(rows) - 1


def test_the_order_of_graded_sections_is_by_type_and_number() -> None:
    assert in_order(["Quiz 10: z", "Exam", "Quiz 2: a", "HW 01"]) == ["Quiz 2: a", "Quiz 10: z", "Exam", "HW 01"]
    assert quiz_of("Quiz 2: a: b") == ("Quiz 2", "a: b")


@pytest.mark.parametrize(
    ("grades", "mark", "template"),
    [
        ([("0.49", "N", ""), ("0.5", "Y", "")], 50.0, remarks.PASS_MARK),
        ([("0.49", "N", ""), ("0.61", "Y", "")], None, remarks.PASS_MARK_BETWEEN),
        ([("0.52", "N", ""), ("0.57", "Y", "")], 55.0, remarks.PASS_MARK),
        ([("0.63", "N", ""), ("0.64", "Y", "")], 64.0, remarks.PASS_MARK),
        ([("0.9", "N", ""), ("0.5", "Y", "")], None, remarks.PASS_MARK_UNKNOWN),
        ([("0.9", "N", "audit"), ("0.45", "N", "verified"), ("0.5", "Y", "verified")], 50.0, remarks.PASS_MARK),
        ([("0.1", "N", ""), ("0.2", "N", "")], None, remarks.PASS_MARK_UNKNOWN),
    ],
)
def test_the_pass_mark_is_inferred_where_one_round_number_fits(
    grades: list[tuple[str, str, str]], mark: float | None, template: str, tmp_path: Path
) -> None:
    rows: list[list[object]] = [["id", "email", "username", "grade", "enrollment track", "certificate eligible"]]
    rows += [[n, "", f"u{n}", grade, track, may] for n, (grade, may, track) in enumerate(grades, 1)]
    landing = landing_of(report(tmp_path, GRADE_NAME, rows))
    assert landed(landing, "SELECT pass_mark FROM landing.runs") == [(mark,)]
    assert remarks.in_words(_made_from(landing, template), lambda found: f"<{found}>").startswith("<")
    if mark is not None:
        passed = landed(landing, "SELECT person FROM landing.grades WHERE passed ORDER BY 1")
        assert passed == [(str(n),) for n, (grade, _, _) in enumerate(grades, 1) if float(grade) * 100 >= mark]


def _made_from(landing: Landing, template: str) -> str:
    begin = template.partition("{")[0]
    (found,) = (remark for remark in landing.remarks if remark.startswith(begin) or remark == template)
    return found


def test_an_older_report_without_not_attempted_takes_nought_for_nothing(tmp_path: Path) -> None:
    rows = [["id", "email", "username", "grade", "HW 01", "HW 02", "HW Avg", "cohort name"]]
    rows += [["1", "", "a", "0.5", "1.0", "0.0", "0.5", ""], ["2", "", "b", "0", "0.0", "0.0", "0.0", ""]]
    landing = landing_of(report(tmp_path, GRADE_NAME, rows))
    assert landed(landing, "SELECT person, activity, earned FROM landing.reported") == [("1", "HW 01", 1.0)]
    assert remarks.ZERO_IS_NOTHING in landing.remarks
    assert landed(landing, "SELECT activity, position FROM landing.structure") == [("HW 01", 1), ("HW 02", 2)]


def test_grades_out_of_a_hundred_and_columns_of_words_are_known_for_what_they_are(tmp_path: Path) -> None:
    rows = [["id", "email", "username", "grade", "Quiz 1", "Ville", "Âge", "certificate eligible"]]
    rows += [["1", "", "a", "80", "75", "Alès", "41", "Y"], ["2", "", "b", "20", "Not Attempted", "Lyon", "29", "N"]]
    rows[0][6] = "Année"
    rows[1][6], rows[2][6] = "1985", "1997"
    landing = landing_of(report(tmp_path, GRADE_NAME, rows))
    assert landed(landing, "SELECT grade FROM landing.grades ORDER BY 1") == [(20.0,), (80.0,)]
    assert landed(landing, "SELECT activity, earned FROM landing.reported") == [("Quiz 1", 0.75)]
    assert remarks.COLUMNS_IGNORED.format(columns="Ville, Année") in landing.remarks


def test_problems_of_one_title_stay_apart_and_find_their_ids_by_their_section(tmp_path: Path) -> None:
    labels = ["Quiz 1: One - Again", "Quiz 2: Two - Again", "Quiz 2: Two - Part - Last"]
    header = ["Student ID", "Email", "Username", "Enrollment Status", "Grade"]
    rows = [header + [f"{label} ({what})" for label in labels for what in ("Earned", "Possible")]]
    rows += [["1", "", "a", "enrolled", "0.5", "1", "2", "Not Attempted", "3", "4", "4"]]
    name = "A_B_C_problem_grade_report_2026-01-01-0000.csv"
    alone, _ = bring(tmp_path / "alone", [report(tmp_path, name, rows)])
    assert told(alone, "SELECT activity, quiz, module FROM structure ORDER BY position") == [
        ("Quiz 1: One - Again", "Quiz 1", 1),
        ("Quiz 2: Two - Again", "Quiz 2", 2),
        ("Part - Last", "Quiz 2", 2),
    ]
    structure = [["problem_id", "module", "graded", "title", "quiz"], ["p1", "1", "1", "Again", "Quiz 1"]]
    structure += [["p2", "3", "1", "Again", "Quiz 2"], ["p3", "3", "1", "Last", "Quiz 2"]]
    both, _ = bring(
        tmp_path / "both",
        [report(tmp_path, name, rows), report(tmp_path, "A_B_C_structure_2026-01-01-0000.csv", structure)],
    )
    assert told(both, "SELECT activity, earned, possible FROM reported ORDER BY 1") == [
        ("p1", 1.0, 2.0),
        ("p3", 4.0, 4.0),
    ]
    assert told(both, "SELECT activity, quiz, module FROM structure ORDER BY position") == [
        ("p1", "Quiz 1", 1),
        ("p2", "Quiz 2", 3),
        ("p3", "Quiz 2", 3),
    ]


def test_two_problems_that_may_both_be_meant_give_no_id(tmp_path: Path) -> None:
    header = ["Student ID", "Email", "Username", "Enrollment Status", "Grade"]
    rows = [[*header, "Quiz: One - Again (Earned)", "Quiz: One - Again (Possible)"]]
    rows += [["1", "", "a", "enrolled", "0.5", "1", "2"]]
    structure = [["problem_id", "module", "graded", "title"], ["p1", "1", "1", "Again"], ["p2", "1", "1", "Again"]]
    paths = [
        report(tmp_path, "A_B_C_problem_grade_report_2026-01-01-0000.csv", rows),
        report(tmp_path, "A_B_C_structure_2026-01-01-0000.csv", structure),
    ]
    store, _ = bring(tmp_path / "store", paths)
    assert told(store, "SELECT activity FROM reported") == [("Again",)]


def test_a_file_without_a_run_is_refused_unless_those_beside_it_are_of_one(tmp_path: Path) -> None:
    path = report(tmp_path, "notes.csv", [HEADER, ["1", "", "a", "0.5", "0.5", "N", "enrolled"]])
    with pytest.raises(InputRefused, match=r"notes\.csv does not say of which session it is"):
        landing_of(path)
    report(tmp_path, "IMT_ABC-C_2017_T1_ORA_data_2017-05-02-0600.csv", [["Submission ID", "Location"], ["1", "x"]])
    landing = landing_of(path)
    assert landed(landing, "SELECT DISTINCT course FROM landing.grades") == [("course-v1:IMT+ABC-C+2017_T1",)]
    report(tmp_path, "A_B_C_ORA_data_2017-05-02-0600.csv", [["Submission ID", "Location"], ["1", "x"]])
    with pytest.raises(InputRefused):
        landing_of(path)


def test_a_name_with_underscores_is_understood_by_the_keys_beside_it(tmp_path: Path) -> None:
    rows = [HEADER, ["1", "", "a", "0.5", "0.5", "N", "enrolled"]]
    path = report(tmp_path, "Mines_Telecom_04018_session_7_grade_report_2016-01-01-0000.csv", rows)
    landing = landing_of(path)
    assumed = remarks.COURSE_ASSUMED.format(course="course-v1:Mines+Telecom_04018_session+7")
    assert assumed in landing.remarks
    location = "block-v1:Mines_Telecom+04018+session_7+type@openassessment+block@x"
    report(
        tmp_path,
        "Mines_Telecom_04018_session_7_ORA_data_2016-02-01-0000.csv",
        [["Submission ID", "Location", "Username"], ["1", location, "a"]],
    )
    landing = landing_of(path)
    assert landed(landing, "SELECT DISTINCT course FROM landing.grades") == [
        ("course-v1:Mines_Telecom+04018+session_7",)
    ]
    assert not [remark for remark in landing.remarks if "organisation" in remark]


def test_two_files_of_two_problems_both_count_and_a_newer_one_replaces_its_own(tmp_path: Path) -> None:
    header = ["username", "title", "location", "block_key", "state"]

    def state(problem: str, day: int, score: int) -> Path:
        block = f"block-v1:A+B+C+type@problem+block@{problem}"
        inside = f'{{"attempts": 1, "score": {{"raw_earned": {score}, "raw_possible": 2}}, "student_answers": {{}}}}'
        name = f"A_B_C_student_state_from_block-v1_A_B_C_type_problem_block_{problem}_2026-01-0{day}-0000.csv"
        return report(tmp_path, name, [header, ["a", problem.upper(), "x", block, inside]])

    store, _ = bring(tmp_path / "store", [state("p", 2, 2), state("q", 1, 1), state("p", 1, 0)])
    assert told(store, "SELECT activity, earned FROM reported ORDER BY 1") == [("p", 2.0), ("q", 1.0)]


@pytest.mark.parametrize(
    ("state", "points", "done"),
    [
        ({"attempts": 2, "score": {"raw_earned": 1, "raw_possible": 2}}, (1.0, 2.0), True),
        ({"attempts": 1, "correct_map": {"a_2_1": {"correctness": "correct"}, "a_3_1": {}}}, (1.0, 2.0), True),
        ({"attempts": 1, "correct_map": {"a_2_1": {"correctness": "incorrect", "npoints": 0.5}}}, (0.5, 1.0), True),
        ({"student_answers": {"a_2_1": "saved"}, "attempts": 0}, (None, None), False),
        ({"seed": 1}, (None, None), False),
        ({"attempts": True, "correct_map": "?"}, (None, None), True),
        ({"raw_earned": 3, "raw_possible": 4, "item_state": {}}, (3.0, 4.0), True),
    ],
)
def test_states_say_points_and_whether_anything_was_handed_in(
    state: dict[str, object], points: tuple[float | None, float | None], done: bool
) -> None:
    assert points_in(state) == points
    assert handed_in(state) is done


def test_several_choices_are_one_answer() -> None:
    state = {
        "student_answers": {"a_2_1": ["choice_0", "choice_2"], "a_3_1": ""},
        "correct_map": {"a_2_1": {"correctness": "correct"}},
    }
    assert answers_in(state) == [("a_2_1", "choice_0, choice_2", True)]


def test_the_answers_of_newer_servers_are_read_a_row_each(tmp_path: Path) -> None:
    inside = (
        '{"attempts": 1, "correct_map": {"p_2_1": {"correctness": "correct"}, "p_3_1": {"correctness": "incorrect"}}}'
    )
    header = [
        "username",
        "title",
        "location",
        "block_key",
        "state",
        "Answer ID",
        "Question",
        "Answer",
        "Correct Answer",
    ]
    block = "block-v1:A+B+C+type@problem+block@p"
    rows = [header, ["a", "P", "x", block, inside, "p_2_1", "One?", "Yes", "Yes"]]
    rows += [
        ["a", "P", "x", block, inside, "p_3_1", "Two?", "No", "Maybe"],
        ["b", "P", "x", block, '{"seed": 1}', "", "", "", ""],
    ]
    landing = landing_of(report(tmp_path, "A_B_C_student_state_from_x_2026-01-01-0000.csv", rows))
    answers = "SELECT input, question, answer, correct FROM landing.answers ORDER BY 1"
    assert landed(landing, answers) == [("2_1", "One?", "Yes", True), ("3_1", "Two?", "No", False)]
    assert landed(landing, "SELECT person, earned, possible, attempts FROM landing.reported") == [("@a", 1.0, 2.0, 1)]
    assert dict(landing.tally.dropped) == {NOT_HANDED_IN: 1}


def test_a_course_survey_is_a_row_a_question(tmp_path: Path) -> None:
    rows = [["User ID", "User Name", "Email", "Why?", "Since?"], ["1", "a", "a@x.org", "to learn", ""]]
    store, _ = bring(tmp_path / "store", [report(tmp_path, "A_B_C_course_survey_results_2026-01-01-0000.csv", rows)])
    assert told(store, "SELECT question, answer FROM surveys") == [("Why?", "to learn")]
    assert told(store, "SELECT email FROM persons") == [("a@x.org",)]


def test_no_file_is_taken_by_two_sources_and_every_source_has_a_name_of_its_own() -> None:
    names = [source.name for source in all_sources()]
    assert len(set(names)) == len(names)
    assert all("." not in name for name in names)
    for path in REPORTS.glob("*.csv"):
        source_of(path)


CELL = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
    st.sampled_from(
        ["1", "0,5", "Not Attempted", "", '{"attempts": 1}', "[]", "{", "Y", "enrolled", "9" * 400, "1e400"]
    ),
)
KINDS = [GRADES, PROBLEMS, PROFILES, RESPONSES, STATES, f"{BEGIN}ORA_data_2026-03-15-0600.csv", "cohorts_upload.csv"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
@given(name=st.sampled_from(KINDS), rows=st.lists(st.lists(CELL, max_size=28), max_size=6))
def test_any_cells_under_a_header_are_kept_or_counted(name: str, rows: list[list[str]], tmp_path: Path) -> None:
    with (REPORTS / name).open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    path = report(
        tmp_path,
        f"{BEGIN}fuzz_grade_report_2026-01-01-0000.csv" if name.startswith("cohorts") else name,
        [header, *rows],
    )
    landing = landing_of(path)
    assert landing.tally.read == landing.tally.kept + sum(landing.tally.dropped.values())
    assert landed(landing, "SELECT count(*) FROM landing.grades WHERE person IS NULL") == [(0,)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.long
@given(
    data=st.binary(max_size=200),
    begin=st.sampled_from(
        ["", "Student ID,Username,Grade,", "problem_id,module,graded\n", '{"a": {"category": "course", "children": [']
    ),
)
def test_any_bytes_are_refused_by_name_or_read(data: bytes, begin: str, tmp_path: Path) -> None:
    path = tmp_path / "A_B_C_grade_report_2026-01-01-0000.csv"
    path.write_bytes(begin.encode() + data)
    for source in all_sources():
        if source.name.startswith(("edx_log", "xapi")) or not source.recognises(path, path.read_bytes()[:HEAD_BYTES]):
            continue
        landing = open_landing(duckdb.connect(), dt.datetime(2026, 4, 1, tzinfo=dt.UTC))
        with contextlib.suppress(InputRefused):
            source.read(path, landing)
            assert landing.tally.read == landing.tally.kept + sum(landing.tally.dropped.values())
