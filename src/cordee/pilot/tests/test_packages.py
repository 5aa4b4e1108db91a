"""Are the tables and structures of a research package read as edX writes them?"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from cordee.core.errors import InputRefused
from cordee.pilot import remarks
from cordee.pilot.reports import NOBODY, NOT_HANDED_IN
from cordee.pilot.sources.sql_modules import A_PLACE
from cordee.pilot.structures import Node, add_tree
from cordee.pilot.tests.bringing import COURSES, bring, report, source_of, told

COURSE = "course-v1:edX+Demo-X+2T2017"
BEGIN = "edX-Demo-X-2T2017-"
TABLES = {
    "auth_user": [
        "id username first_name last_name email password is_staff is_active is_superuser last_login date_joined",
        r"1|ada|Ada|L.|ada@x.org||0|1|0|NULL|2015-01-01 00:00:00",
        r"2|b.c||NULL|b@x.org||0|1|0|NULL|2015-01-01 00:00:00",
        r"3|prof|P.|Q.|p@x.org||1|1|0|NULL|2015-01-01 00:00:00",
        r"NULL|x|||||||||",
    ],
    "auth_userprofile": [
        "id user_id name language location meta courseware gender mailing_address year_of_birth level_of_education "
        "goals country city bio profile_image_uploaded_at",
        r"9|1|Ada, Countess|en||{}||f|Two\nlines|1985|p_se|Learn\\teach|FR||I said \ttab|NULL",
        r"8|2|B|NULL||||NULL||1024|hs||NULL|||NULL",
        r"7|3|P|fr||||m||1960|m||BE|||NULL",
    ],
    "student_courseenrollment": [
        "id user_id course_id created is_active mode",
        f"1|1|{COURSE}|2017-01-02 10:00:00|1|honor",
        f"2|2|{COURSE}|2017-01-03 10:00:00|0|audit",
        f"3|3|{COURSE}|2017-01-01 10:00:00|1|honor",
    ],
    "student_courseaccessrole": ["org course_id user_id role", f"edX|{COURSE}|3|staff"],
    "courseware_studentmodule": [
        "id module_type module_id student_id state grade created modified max_grade done course_id",
        "1|problem|block-v1:edX+Demo-X+2T2017+type@problem+block@p|1|"
        + json.dumps(
            {
                "attempts": 2,
                "student_answers": {"p_2_1": "choice_1"},
                "correct_map": {"p_2_1": {"correctness": "correct"}},
                "last_submission_time": "2017-02-01T10:00:00Z",
            }
        )
        + f"|1|2017-01-31 10:00:00|2017-02-01 10:00:00|2|na|{COURSE}",
        "2|problem|block-v1:edX+Demo-X+2T2017+type@problem+block@p|2|"
        + json.dumps({"seed": 1})
        + f"|NULL|2017-01-31 10:00:00|2017-02-01 10:00:00|2|na|{COURSE}",
        f"3|sequential|block-v1:edX+Demo-X+2T2017+type@sequential+block@s|1|{{}}|NULL"
        f"|2017-01-31 10:00:00|2017-01-31 10:00:00|NULL|na|{COURSE}",
        "4|openassessment|block-v1:edX+Demo-X+2T2017+type@openassessment+block@o|1|{}"
        f"|3|2017-01-31 10:00:00|2017-02-02 10:00:00|5|na|{COURSE}",
    ],
    "certificates_generatedcertificate": [
        "id user_id download_url grade course_id key distinction status verify_uuid download_uuid name created_date "
        "modified_date error_reason mode",
        f"1|1||0.87|{COURSE}||0|downloadable|||Ada|2017-05-01 00:00:00|2017-05-01 00:00:00||honor",
        f"2|2||0.1|{COURSE}||0|notpassing|||B|2017-05-01 00:00:00|2017-05-01 00:00:00||honor",
    ],
    "grades_persistentcoursegrade": [
        "course_id user_id course_edited_timestamp course_version grading_policy_hash percent_grade letter_grade "
        "passed_timestamp created modified",
        f"{COURSE}|1|||x|0.87|Pass|2017-04-01 00:00:00|2017-04-01 00:00:00|2017-04-01 00:00:00",
    ],
    "course_groups": ["user_id course_id group_type name", f"1|{COURSE}|cohort|Morning", f"2|{COURSE}|team|Reds"],
}


def package(folder: Path) -> list[Path]:
    """The tables as a package holds them, one of them compressed."""
    found = []
    for table, (header, *rows) in TABLES.items():
        lines = ["\t".join(header.split()), *(row.replace("|", "\t") for row in rows)]
        data = ("\n".join(lines) + "\n").encode()
        path = folder / f"{BEGIN}{table}-prod-analytics.sql"
        path.write_bytes(data)
        if table == "student_courseenrollment":
            path.unlink()
            path = path.with_name(path.name + ".gz")
            path.write_bytes(gzip.compress(data))
        found.append(path)
    return found


def test_the_tables_of_a_package_fill_one_run(tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", package(tmp_path))
    assert store.courses() == (COURSE,)  # the profiles' too, by the tables beside them
    assert told(store, "SELECT user_id, username, email, name FROM persons ORDER BY 1") == [
        ("1", "ada", "ada@x.org", "Ada, Countess"),
        ("2", "b.c", "b@x.org", "B"),
        ("3", "prof", "p@x.org", "P. Q."),
    ]
    who = "JOIN persons USING (actor) ORDER BY user_id"
    assert told(store, f"SELECT user_id, active, mode, cohort, staff FROM enrolments {who}") == [  # noqa: S608
        ("1", True, "honor", "Morning", False),
        ("2", False, "audit", "", False),
        ("3", True, "honor", "", True),
    ]
    assert told(store, "SELECT count(*) FROM learners") == [(1,)]
    assert told(store, f"SELECT user_id, sex, birth_year, education, country, language FROM people {who}") == [  # noqa: S608
        ("1", "f", 1985, "doctorate", "FR", "en"),
        ("2", None, None, "secondary", None, None),
        ("3", "m", 1960, "master", "BE", "fr"),
    ]
    assert told(store, "SELECT activity, earned, possible, attempts, last_at::VARCHAR FROM reported ORDER BY 1") == [
        ("o", 3.0, 5.0, None, "2017-02-02 10:00:00"),
        ("p", 1.0, 2.0, 2, "2017-02-01 10:00:00"),
    ]
    assert told(store, "SELECT input, answer, correct FROM answers") == [("2_1", "choice_1", True)]
    assert told(store, f"SELECT user_id, grade, passed, certified FROM grades {who}") == [  # noqa: S608
        ("1", 87.0, True, True),
        ("2", 10.0, False, False),
    ]
    modules = receipts[f"{BEGIN}courseware_studentmodule-prod-analytics.sql"]
    assert {reason: n for reason, (n, _) in modules.dropped.items()} == {A_PLACE: 1, NOT_HANDED_IN: 1}
    assert receipts[f"{BEGIN}auth_user-prod-analytics.sql"].dropped == {NOBODY: (1, ("row 5",))}
    for receipt in receipts.values():
        assert receipt.read == receipt.kept + sum(n for n, _ in receipt.dropped.values())


def block(category: str, name: str, children: tuple[str, ...] = (), **metadata: object) -> dict[str, object]:
    return {"category": category, "children": list(children), "metadata": {"display_name": name, **metadata}}


def test_the_structure_of_a_package_names_quizzes_as_the_reports_do(tmp_path: Path) -> None:
    def key(kind: str, name: str) -> str:
        return f"block-v1:edX+Demo-X+2T2017+type@{kind}+block@{name}"

    blocks = {
        key("course", "course"): block(
            "course", "A course", (key("chapter", "m1"), key("chapter", "m2")), start="2017-01-01T00:00:00Z"
        ),
        key("chapter", "m1"): block("chapter", "One", (key("sequential", "s1"), key("sequential", "s2"))),
        key("chapter", "m2"): block("chapter", "Two", (key("sequential", "s3"),)),
        key("sequential", "s1"): block("sequential", "Read", (key("vertical", "u1"),)),
        key("sequential", "s2"): block("sequential", "Try", (key("vertical", "u2"),), graded=True, format="Quiz"),
        key("sequential", "s3"): block("sequential", "Again", (key("vertical", "u3"),), graded=True, format="Quiz"),
        key("vertical", "u1"): block("vertical", "Page", (key("video", "v"), key("html", "h"))),
        key("vertical", "u2"): block("vertical", "Asks", (key("problem", "p"), key("problem", "free"))),
        key("vertical", "u3"): block("vertical", "Bank", (key("library_content", "l"),)),
        key("library_content", "l"): block("library_content", "Drawn", (key("problem", "q"), "gone")),
        key("problem", "p"): block("problem", "A problem"),
        key("problem", "free"): block("problem", "For nothing", weight=0),
        key("problem", "q"): block("problem", "Drawn one"),
        key("video", "v"): block("video", "A film"),
        key("html", "h"): block("html", "A text"),
        key("problem", "orphan"): block("problem", "Nowhere"),
    }
    path = tmp_path / f"{BEGIN}course_structure-prod-analytics.json"
    path.write_text(json.dumps(blocks), encoding="utf-8")
    store, receipts = bring(tmp_path / "store", [path])
    assert told(store, "SELECT activity, kind, unit, module, graded, quiz FROM structure ORDER BY position") == [
        ("u1", "unit", "u1", 1, False, ""),
        ("v", "video", "u1", 1, False, ""),
        ("h", "html", "u1", 1, False, ""),
        ("u2", "unit", "u2", 1, False, ""),
        ("p", "problem", "u2", 1, True, "Quiz 1"),
        ("free", "problem", "u2", 1, False, ""),
        ("u3", "unit", "u3", 2, False, ""),
        ("q", "problem", "u3", 2, True, "Quiz 2"),
    ]
    runs = "SELECT course, title, subject, opens_at::VARCHAR FROM runs"
    assert told(store, runs) == [(COURSE, "A course", "edX+Demo-X", "2017-01-01 00:00:00")]
    (receipt,) = receipts.values()
    assert (receipt.read, receipt.kept) == (16, 15)


def test_the_oldest_structures_have_their_run_in_the_key_of_the_course(tmp_path: Path) -> None:
    blocks = {
        "i4x://edX/Open_DemoX/course/2014": block("course", "Demo", ("i4x://edX/Open_DemoX/chapter/a",)),
        "i4x://edX/Open_DemoX/chapter/a": block("chapter", "A", ("i4x://edX/Open_DemoX/sequential/b",)),
        "i4x://edX/Open_DemoX/sequential/b": block("sequential", "B", ("i4x://edX/Open_DemoX/vertical/c",)),
        "i4x://edX/Open_DemoX/vertical/c": block("vertical", "C", ("i4x://edX/Open_DemoX/problem/d",)),
        "i4x://edX/Open_DemoX/problem/d": block("problem", "D"),
    }
    path = tmp_path / "structure.json"
    path.write_text(json.dumps(blocks), encoding="utf-8")
    store, _ = bring(tmp_path / "store", [path])
    assert store.courses() == ("edX/Open_DemoX/2014",)
    assert told(store, "SELECT activity FROM structure ORDER BY position") == [("c",), ("d",)]


@pytest.mark.parametrize(
    "text",
    ['{"a": {"category": "problem", "children": []}}', '{"category": "children" ', '{"category":1,"children":[]}'],
)
def test_a_structure_without_its_one_course_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match="is no course structure"):
        bring(tmp_path / "store", [path])


def test_what_stands_outside_a_unit_has_its_section_or_module_for_one() -> None:
    rows: list[dict[str, object]] = []
    problem = Node("p", "problem", "P")
    modules = [
        Node("m", "chapter", "M", children=(Node("s", "sequential", "S", children=(problem,)), Node("h", "html", "H")))
    ]
    assert add_tree(lambda _table, **values: rows.append(values), modules) == 4
    assert [(row["activity"], row["kind"], row["unit"]) for row in rows] == [
        ("s", "unit", "s"),
        ("p", "problem", "s"),
        ("m", "unit", "m"),
        ("h", "html", "m"),
    ]


def test_a_block_within_itself_ends(tmp_path: Path) -> None:
    begin = "block-v1:A+B+C+type@"
    blocks = {
        f"{begin}course+block@course": block("course", "X", (f"{begin}chapter+block@m",)),
        f"{begin}chapter+block@m": block("chapter", "M", (f"{begin}chapter+block@m", f"{begin}course+block@course")),
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps(blocks), encoding="utf-8")
    store, _ = bring(tmp_path / "store", [path])
    assert told(store, "SELECT count(*) FROM structure") == [(0,)]


def test_a_structure_by_hand_says_modules_and_what_is_graded(tmp_path: Path) -> None:
    rows = [["problem_id", "module", "graded"]]
    rows += [[f"block-v1:A+B+C+type@problem+block@p{n}", f"Semaine {n % 2 + 1}", str(n % 2)] for n in range(4)]
    rows += [["", "1", "1"], ["block-v1:A+B+C+type@problem+block@p1", "1", "1"]]
    store, receipts = bring(tmp_path / "store", [report(tmp_path, "mine.csv", rows)])
    assert told(store, "SELECT course, activity, module, graded, quiz FROM structure ORDER BY position") == [
        ("course-v1:A+B+C", "p0", 1, False, ""),
        ("course-v1:A+B+C", "p1", 2, True, "module 2"),
        ("course-v1:A+B+C", "p2", 1, False, ""),
        ("course-v1:A+B+C", "p3", 2, True, "module 2"),
    ]
    assert receipts["mine.csv"].remarks == (remarks.STRUCTURE_QUIZZES,)
    assert receipts["mine.csv"].kept == 4


@pytest.mark.parametrize("name", ["one-of-each.tar.gz", "math-percent-fi.tar.gz", "mitx-grading-library.tar.gz"])
def test_an_export_gives_the_structure_of_its_run(name: str, tmp_path: Path) -> None:
    store, receipts = bring(tmp_path / "store", [COURSES / name])
    assert len(store.courses()) == 1
    rows = told(store, "SELECT position, module, unit FROM structure ORDER BY position")
    assert [position for position, *_ in rows] == list(range(1, len(rows) + 1))
    assert receipts[name].rows["structure"] == len(rows)
    assert all(module and unit for _, module, unit in rows)


def test_an_archive_without_a_course_is_refused(tmp_path: Path) -> None:
    import tarfile

    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(__file__, "readme.txt")
    assert source_of(path).name == "olx_structure"
    with pytest.raises(InputRefused):
        bring(tmp_path / "store", [path])
