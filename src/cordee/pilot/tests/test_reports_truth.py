"""Do the shared reports give back their truth, in every form in which they come?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cordee.pilot.sources.edx_cohort_upload import NO_ADDRESS, UNKNOWN, UNKNOWN_COHORT
from cordee.pilot.sources.edx_without_people import INVITED, RESULT
from cordee.pilot.store import Receipt, Store
from cordee.pilot.tests.bringing import (
    ANONYMOUS,
    BEGIN,
    COURSE,
    COURSES,
    GRADES,
    OLD_GRADES,
    ORA,
    PROBLEMS,
    PROFILES,
    REPORTS,
    RESPONSES,
    STATES,
    bring,
    tables,
    told,
)

pytestmark = pytest.mark.long  # each test makes stores of its own

TRUTH: dict[str, Any] = json.loads((REPORTS / "truth.json").read_text(encoding="utf-8"))
ONE_OF_EACH = COURSES / "one-of-each.tar.gz"
FRENCH = "_tableur-fr.csv"
EDUCATION = {
    "p": "doctorate",
    "m": "master",
    "b": "bachelor",
    "a": "associate",
    "hs": "secondary",
    "jhs": "junior_secondary",
    "el": "primary",
    "none": "none",
    "other": "other",
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, Receipt]]:
    """All sixteen files and the course that they are of."""
    return bring(tmp_path_factory.mktemp("all") / "store", [*REPORTS.glob("*.csv"), ONE_OF_EACH])


def one(store: Store, query: str) -> Any:
    ((value,),) = told(store, query)
    return value


def counts(store: Store, query: str) -> dict[str, int]:
    return {key: count for key, count in told(store, query) if count}


GRADE_FORMS = [GRADES, GRADES.replace(".csv", "_bom.csv"), GRADES.replace(".csv", FRENCH)]


@pytest.mark.parametrize("name", GRADE_FORMS)
def test_the_grade_report_gives_back_its_truth_in_every_form(name: str, tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [REPORTS / name])
    assert receipts[name].kept == receipts[name].read == TRUTH["learners"]
    assert receipts[name].courses == (COURSE,)
    assert f"{receipts[name].extracted_at:%Y-%m-%d-%H%M}" == "2026-03-15-0600"
    assert one(store, "SELECT count(*) FROM learners") == TRUTH["enrolled"]
    assert one(store, "SELECT count(*) FROM enrolments WHERE NOT active") == TRUTH["unenrolled"]
    assert one(store, "SELECT count(DISTINCT email) FROM persons") == TRUTH["distinct_emails_case_sensitive"]
    assert one(store, "SELECT count(DISTINCT lower(email)) FROM persons") == TRUTH["distinct_emails_case_insensitive"]
    shared = told(
        store,
        """SELECT username FROM persons WHERE lower(email) IN
           (SELECT lower(email) FROM persons GROUP BY 1 HAVING count(*) > 1) ORDER BY username""",
    )
    assert [username for (username,) in shared] == TRUTH["same_email_two_usernames"]
    assert one(store, "SELECT count(*) FROM grades WHERE passed") == TRUTH["passed_all"]
    learners = "FROM grades JOIN learners USING (course, actor)"
    assert one(store, f"SELECT count(*) {learners} WHERE passed") == TRUTH["passed_enrolled"]
    assert one(store, "SELECT count(*) FROM grades WHERE certified") == TRUTH["certificates_delivered"]
    assert one(store, "SELECT count(*) FROM grades WHERE grade = 0") == TRUTH["grade_zero"]
    assert one(store, "SELECT round(avg(grade) / 100, 6) FROM grades") == TRUTH["mean_grade"]
    assert one(store, f"SELECT round(avg(grade) / 100, 6) {learners}") == TRUTH["mean_grade_enrolled"]
    assert one(store, "SELECT pass_mark / 100 FROM runs") == TRUTH["grade_cutoff"]
    handed_in = counts(store, "SELECT activity, count(*) FROM reported GROUP BY 1")
    assert {quiz: TRUTH["learners"] - n for quiz, n in handed_in.items()} == TRUTH["subsection_not_attempted"]
    assert told(store, "SELECT quiz, position, graded FROM structure ORDER BY position") == [
        ("Quiz 1", 1, True),
        ("Quiz 2", 2, True),
        ("Quiz 3", 3, True),
        ("Devoir", 4, True),
    ]
    assert counts(store, "SELECT cohort, count(*) FROM enrolments GROUP BY 1") == TRUTH["cohorts"]


def test_the_three_forms_of_the_grade_report_say_the_same(tmp_path: Path) -> None:
    plain, *others = (tables(bring(tmp_path / name, [REPORTS / name])[0]) for name in GRADE_FORMS)
    assert all(other == plain for other in others)


def test_the_older_grade_report_says_the_same_of_who_is_enrolled(tmp_path: Path) -> None:
    new, _ = bring(tmp_path / "new", [REPORTS / GRADES])
    old, receipts = bring(tmp_path / "old", [REPORTS / OLD_GRADES])
    assert receipts[OLD_GRADES].kept == TRUTH["old_grade_report_rows"]
    assert f"{receipts[OLD_GRADES].extracted_at:%Y-%m-%d-%H%M}" == "2026-03-08-0600"
    left = {
        username
        for (username,) in told(new, "SELECT username FROM persons JOIN enrolments USING (actor) WHERE NOT active")
    }
    of_new, of_old = tables(new), tables(old)
    for view in ("enrolments", "grades", "reported"):
        assert of_old[view] == [row for row in of_new[view] if row[0] not in left]
    assert of_old["structure"] == of_new["structure"]
    assert of_old["runs"] == of_new["runs"]


def test_the_newest_grade_report_counts_in_whatever_order_they_come(tmp_path: Path) -> None:
    late, _ = bring(tmp_path / "late", [REPORTS / GRADES])
    bring(tmp_path / "late", [REPORTS / OLD_GRADES])
    assert one(late, "SELECT count(*) FROM enrolments WHERE NOT active") == TRUTH["unenrolled"]


def test_the_problem_grade_report_gives_back_its_truth(tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [REPORTS / PROBLEMS, ONE_OF_EACH])
    assert receipts[PROBLEMS].kept == TRUTH["learners"]
    tried = counts(store, "SELECT activity, count(*) FROM reported GROUP BY 1")
    missing = {activity: TRUTH["learners"] - n for activity, n in tried.items()}
    assert missing == TRUTH["problem_not_attempted_or_not_available"]
    hidden = sum(TRUTH["problem_not_available"].values())
    assert any(
        remark.endswith(f"cannot see, taken as not handed in: {hidden}.") for remark in receipts[PROBLEMS].remarks
    )
    full = counts(store, "SELECT activity, count(*) FROM reported WHERE earned >= possible GROUP BY 1")
    assert full == TRUTH["problem_full_marks"]
    assert one(store, "SELECT sum(earned) FROM reported") == TRUTH["points_earned_total"]
    never = "SELECT count(*) FROM enrolments ANTI JOIN reported USING (course, actor)"
    assert one(store, never) == TRUTH["never_attempted_anything"]
    assert one(store, "SELECT count(*) FROM learners") == TRUTH["enrolled"]


@pytest.mark.parametrize("name", [PROFILES, PROFILES.replace(".csv", FRENCH)])
def test_the_profile_report_gives_back_its_truth_in_every_form(name: str, tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [REPORTS / name])
    assert receipts[name].kept == receipts[name].read == TRUTH["profile_rows"]
    sexes = counts(store, "SELECT coalesce(sex, ''), count(*) FROM people GROUP BY 1")
    genders = Counter(TRUTH["profile_gender"])
    genders[""] += genders.pop("None")
    assert sexes == genders
    levels = counts(store, "SELECT coalesce(education, ''), count(*) FROM people GROUP BY 1")
    assert levels == {EDUCATION.get(code, ""): n for code, n in TRUTH["profile_level_of_education"].items()}
    assert counts(store, "SELECT coalesce(country, ''), count(*) FROM people GROUP BY 1") == TRUTH["profile_country"]
    assert counts(store, "SELECT mode, count(*) FROM learners GROUP BY 1") == TRUTH["profile_enrollment_mode"]
    without = TRUTH["profile_without_year_of_birth"] + TRUTH["profile_impossible_year"]
    assert one(store, "SELECT count(*) FROM people WHERE birth_year IS NULL") == without
    assert f"left out: {TRUTH['profile_impossible_year']}." in receipts[name].remarks[0]
    assert one(store, "SELECT count(*) FROM persons WHERE name = ''") == TRUTH["profile_name_empty"]
    assert one(store, "SELECT count(*) FROM persons WHERE name LIKE '%,%'") == TRUTH["profile_names_with_comma"]
    starting = "SELECT count(*) FROM persons WHERE name LIKE '=%'"
    assert one(store, starting) == TRUTH["profile_name_starting_with_equals"]
    assert one(store, "SELECT count(enrolled_at) FROM learners") == TRUTH["profile_rows"]


def test_both_forms_of_the_profile_report_say_the_same(tmp_path: Path) -> None:
    names = [PROFILES, PROFILES.replace(".csv", FRENCH)]
    plain, french = (tables(bring(tmp_path / name, [REPORTS / name])[0]) for name in names)
    assert french == plain


@pytest.mark.parametrize("name", [GRADES, PROBLEMS, PROFILES, RESPONSES, ORA])
def test_what_a_spreadsheet_saves_as_unicode_text_says_the_same(name: str, tmp_path: Path) -> None:
    with (REPORTS / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    comma = [[re.sub(r"^(\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\r", quoting=csv.QUOTE_ALL).writerows(comma)
    (tmp_path / name).write_bytes(text.getvalue().encode("utf-16"))
    plain, _ = bring(tmp_path / "plain", [REPORTS / name])
    saved, receipts = bring(tmp_path / "saved", [tmp_path / name])
    assert tables(saved) == tables(plain)
    assert receipts[name].read == len(rows) - 1


@pytest.mark.parametrize("name", [RESPONSES, STATES])
def test_both_reports_of_answers_give_back_their_truth(name: str, tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [REPORTS / name])
    assert receipts[name].kept == TRUTH["problem_responses"]
    given = sorted(counts(store, "SELECT answer, count(*) FROM answers GROUP BY 1").values())
    assert given == sorted(TRUTH["problem_response_choices"].values())
    right = one(store, "SELECT count(*) FROM answers WHERE correct AND activity = 'p_choix' AND input = '2_1'")
    assert right == TRUTH["problem_full_marks"]["p_choix"]
    assert one(store, "SELECT count(*) FROM reported WHERE earned = 1 AND possible = 1") == right
    assert one(store, "SELECT count(*) FROM reported WHERE attempts >= 1 AND last_at = '2026-01-20 10:00'") == 48
    assert one(store, "SELECT count(*) FROM learners") == TRUTH["problem_responses"]  # who answered is in the run


def test_the_states_name_choices_and_insights_their_words(tmp_path: Path) -> None:
    states, _ = bring(tmp_path / "states", [REPORTS / STATES])
    assert counts(states, "SELECT answer, count(*) FROM answers GROUP BY 1") == TRUTH["problem_response_choices"]
    both, _ = bring(tmp_path / "both", [REPORTS / STATES, REPORTS / RESPONSES])
    words = {"Baguette": "choice_0", "Bagel": "choice_1", "Pita": "choice_2", "Naan": "choice_3"}
    counted = counts(both, "SELECT answer, count(*) FROM answers GROUP BY 1")
    assert set(counted) == set(words)
    assert sorted(counted.values()) == sorted(TRUTH["problem_response_choices"].values())


def test_the_ora_report_gives_back_its_truth(tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [REPORTS / ORA])
    assert receipts[ORA].kept == TRUTH["ora_submissions"]
    assert one(store, "SELECT count(*) FROM reported WHERE activity = 'devoir_ora'") == TRUTH["ora_submissions"]
    assert one(store, "SELECT count(earned) FROM reported") == TRUTH["ora_final_scores"]
    assert receipts[ORA].remarks == (f"Handed in and still without a final score: {TRUTH['ora_waiting']}.",)


def test_an_ora_report_without_usernames_finds_its_people_by_the_anonymised_ids(tmp_path: Path) -> None:
    text = (REPORTS / ORA).read_text(encoding="utf-8")
    (tmp_path / ORA).write_text(text.replace("Username,Anonymized", "Who,Anonymized"), encoding="utf-8")
    files = [tmp_path / ORA, REPORTS / ANONYMOUS, REPORTS / GRADES]
    store, receipts = bring(tmp_path / "store", files)
    assert receipts[ANONYMOUS].kept == TRUTH["anonymised_ids"]
    named, _ = bring(tmp_path / "named", [REPORTS / ORA, REPORTS / ANONYMOUS, REPORTS / GRADES])
    assert tables(store) == tables(named)
    assert not one(store, "SELECT count(*) FROM reported ANTI JOIN enrolments USING (course, actor)")
    _, receipts = bring(tmp_path / "alone", [tmp_path / ORA])
    assert receipts[ORA].kept == 0
    assert sum(n for n, _ in receipts[ORA].dropped.values()) == TRUTH["ora_submissions"]


@pytest.mark.parametrize("name", ["cohorts_upload.csv", "cohorts_upload_tableur-fr.csv"])
def test_the_uploaded_cohorts_give_back_their_truth(name: str, tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [REPORTS / name, REPORTS / PROBLEMS])
    got = receipts[name]
    assert got.read == TRUTH["cohort_upload_rows"]
    assert {reason: n for reason, (n, _) in got.dropped.items()} == {
        UNKNOWN: TRUTH["cohort_upload_unknown_user"],
        NO_ADDRESS: TRUTH["cohort_upload_bad_email"],
        UNKNOWN_COHORT: TRUTH["cohort_upload_unknown_cohort"],
    }
    assert counts(store, "SELECT cohort, count(*) FROM enrolments GROUP BY 1") == TRUTH["cohorts"]
    assert one(store, "SELECT count(*) FROM learners") == TRUTH["enrolled"]


def test_what_says_nothing_of_work_is_counted_and_dropped(everything: tuple[Store, dict[str, Receipt]]) -> None:
    _, receipts = everything
    invited = receipts[f"{BEGIN}may_enroll_info_2026-03-15-0600.csv"]
    assert (invited.read, invited.kept) == (TRUTH["may_enroll"], 0)
    assert invited.dropped[INVITED][0] == TRUTH["may_enroll"]
    results = receipts[f"{BEGIN}cohort_results_2026-03-15-0600.csv"]
    assert (results.read, results.kept, results.dropped[RESULT][0]) == (3, 0, 3)


def test_every_file_of_the_folder_is_taken_and_every_row_counted(everything: tuple[Store, dict[str, Receipt]]) -> None:
    store, receipts = everything
    assert set(receipts) == {*TRUTH["files"], ONE_OF_EACH.name}
    for receipt in receipts.values():
        assert receipt.read == receipt.kept + sum(n for n, _ in receipt.dropped.values())
    assert store.courses() == (COURSE,)


def test_all_files_together_say_what_each_says_alone(everything: tuple[Store, dict[str, Receipt]]) -> None:
    store, _ = everything
    assert one(store, "SELECT count(*) FROM persons") == TRUTH["learners"]
    assert one(store, "SELECT count(*) FROM enrolments") == TRUTH["learners"]
    assert one(store, "SELECT count(*) FROM learners") == TRUTH["enrolled"]
    assert one(store, "SELECT count(*) FROM grades WHERE passed") == TRUTH["passed_all"]
    assert counts(store, "SELECT cohort, count(*) FROM enrolments GROUP BY 1") == TRUTH["cohorts"]
    solved = "SELECT activity, count(*) FROM submissions WHERE earned >= possible GROUP BY 1"
    assert counts(store, solved) == TRUTH["problem_full_marks"]  # and no section beside its problems
    assert one(store, "SELECT count(*) FROM answers") == TRUTH["problem_responses"]


def test_names_and_addresses_are_in_persons_alone(everything: tuple[Store, dict[str, Receipt]]) -> None:
    store, receipts = everything
    words = {
        cell
        for row in told(store, "SELECT username, email, name FROM persons")
        for cell in row
        if cell and not cell.startswith("=")
    }
    for path in (store.folder / "tables").rglob("*.parquet"):
        rows = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        assert not {cell for row in rows for cell in row if isinstance(cell, str)} & words
    kept = json.dumps([receipt.as_json() for receipt in receipts.values()], ensure_ascii=False)
    assert not [word for word in words if len(word) > 5 and word in kept]
    assert (store.folder / "persons.parquet").stat().st_mode & 0o077 == 0
