"""What does a teacher learn who has three CSV files of FUN, and nothing else?"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from cordee.pilot.indicators.exercises import indicator as exercises
from cordee.pilot.tests.bringing import GRADES, PROBLEMS, PROFILES, REPORTS, bring

RATES = """
WITH quizzes AS (
    SELECT course, quiz, min(module) AS module, min(position) AS position
    FROM structure WHERE graded AND quiz <> '' GROUP BY course, quiz),
first_of AS (SELECT course, module, arg_min(quiz, position) AS quiz FROM quizzes GROUP BY course, module),
handed_in AS (
    SELECT DISTINCT course, actor, module FROM submissions
    JOIN structure USING (course, activity) JOIN first_of USING (course, quiz, module)
    SEMI JOIN learners USING (course, actor))
SELECT (SELECT count(*) FROM learners), count(*) FILTER (module = 1), count(*) FILTER (module = 2),
       (SELECT count(*) FROM grades JOIN learners USING (course, actor) WHERE passed)
FROM handed_in"""


def cells_of(name: str) -> list[dict[str, str]]:
    with (REPORTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_three_files_fill_what_can_be_known_and_say_what_cannot(tmp_path: Path) -> None:
    truth = json.loads((REPORTS / "truth.json").read_text(encoding="utf-8"))
    store, receipts = bring(tmp_path / "store", [REPORTS / name for name in (GRADES, PROBLEMS, PROFILES)])
    here = [row for row in cells_of(GRADES) if row["Enrollment Status"] == "enrolled"]
    with store.open() as database:
        enrolled, started, assiduous, passed = database.execute(RATES).fetchall()[0]
        assert enrolled == truth["enrolled"] == len(here)
        assert started == sum(row["Quiz 1: Quiz de la semaine 1"] != "Not Attempted" for row in here)
        assert assiduous == sum(row["Quiz 2: Quiz de la semaine 2"] != "Not Attempted" for row in here)
        assert passed == truth["passed_enrolled"]

        rows = {str(row["activity"]): row for row in exercises.rows(database)}
        assert len(rows) == len(truth["problem_full_marks"])  # the problems, and not their sections beside them
        points = [row for row in cells_of(PROBLEMS) if row["Enrollment Status"] == "enrolled"]
        for title, row in rows.items():
            (column,) = (one for one in points[0] if one.endswith(f" - {title} (Earned)"))
            most = column.replace("(Earned)", "(Possible)")
            shares = [
                float(one[column]) / float(one[most])
                for one in points
                if one[column] not in {"Not Attempted", "Not Available"}
            ]
            assert row["tried"] == len(shares)
            assert row["solved"] == sum(share >= 1 for share in shares)
            assert row["attempts"] is None  # these files do not tell tries
            assert row["first_try"] is None
            assert row["mean_best"] is not None
            assert abs(float(row["mean_best"]) - sum(shares) / len(shares)) < 1e-9

        sexes = dict(
            database.execute("SELECT sex, count(*) FROM people JOIN learners USING (actor) GROUP BY 1").fetchall()
        )
        assert {sex: n for sex, n in sexes.items() if sex} == {one: truth["profile_gender"][one] for one in "fmo"}
        declared = "SELECT count(birth_year), count(education), count(country) FROM people"
        years = truth["profile_rows"] - truth["profile_without_year_of_birth"] - truth["profile_impossible_year"]
        assert database.execute(declared).fetchall() == [
            (
                years,
                truth["profile_rows"] - truth["profile_level_of_education"][""],
                truth["profile_rows"] - truth["profile_country"][""],
            )
        ]
        cohorts = dict(database.execute("SELECT cohort, count(*) FROM learners GROUP BY 1").fetchall())
        assert cohorts == {
            name: sum(row["Cohort Name"] == name for row in here) for name in {row["Cohort Name"] for row in here}
        }
        assert database.execute("SELECT DISTINCT module, quiz FROM structure ORDER BY module").fetchall() == [
            (1, "Quiz 1"),
            (2, "Quiz 2"),
            (3, "Quiz 3"),
            (4, "Devoir"),
        ]
    assert any("each graded section counts as a module" in remark for remark in receipts[GRADES].remarks)
    assert any("does not say when" in remark for remark in receipts[PROBLEMS].remarks)


def test_the_grade_report_alone_gives_the_rates_and_its_sections_as_exercises(tmp_path: Path) -> None:
    both, _ = bring(tmp_path / "both", [REPORTS / GRADES, REPORTS / PROBLEMS])
    alone, _ = bring(tmp_path / "alone", [REPORTS / GRADES])
    with both.open() as database:
        expected = database.execute(RATES).fetchall()
    with alone.open() as database:
        assert database.execute(RATES).fetchall() == expected
        assert [row["activity"] for row in exercises.rows(database)] == ["Quiz 1", "Quiz 2", "Quiz 3", "Devoir"]


def test_with_the_courses_structure_the_modules_are_those_of_the_course(tmp_path: Path) -> None:
    course = REPORTS.parent.parent / "courses" / "one-of-each.tar.gz"
    for files in ([REPORTS / GRADES, course], [REPORTS / GRADES, REPORTS / PROBLEMS, course]):
        store, _ = bring(tmp_path / str(len(files)), files)
        with store.open() as database:
            modules = "SELECT DISTINCT module FROM structure WHERE graded"
            assert database.execute(modules).fetchall() == [(2,)]  # all its graded sections are in its second module
            titles = "SELECT title FROM structure WHERE kind = ''"
            assert not database.execute(titles).fetchall()
