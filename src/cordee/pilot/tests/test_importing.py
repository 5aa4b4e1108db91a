"""Does an import take each file once, whatever happens to it?"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cordee.core.errors import Conflict, InputRefused
from cordee.pilot.importing import extracted_at, import_paths
from cordee.pilot.simulated import Dirt, Plan, write
from cordee.pilot.sources.edx_log import ORDINARY_LINE
from cordee.pilot.store import Store
from cordee.pilot.tests.logs import RUN, checked, edx_record, rows_of, write_log
from cordee.pilot.watching import Watching

EVENTS = "SELECT count(*), count(DISTINCT id) FROM events"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.make(tmp_path / "store")


def plays(first: int, last: int) -> list[object]:
    return [
        edx_record(
            "play_video", {"id": f"v{rank}", "currentTime": 0}, time=f"2017-03-06T07:{rank // 60:02}:{rank % 60:02}Z"
        )
        for rank in range(first, last)
    ]


@pytest.mark.attack(122)
def test_a_file_is_read_once_under_whatever_name(store: Store, tmp_path: Path) -> None:
    first = write_log(tmp_path / "a.log", *plays(0, 10))
    (receipt,) = import_paths(store, [first])
    assert (receipt.read, receipt.kept, receipt.rows["events"]) == (10, 10, 10)
    first.rename(tmp_path / "b.log")
    assert import_paths(store, [tmp_path / "b.log"]) == [replace(receipt, name="b.log", remarks=(), again=True)]
    assert rows_of(store, EVENTS) == [(10, 10)]


@pytest.mark.attack(122)
def test_rotated_logs_that_overlap_count_once(store: Store, tmp_path: Path) -> None:
    write_log(tmp_path / "logs.1", *plays(0, 60))
    (tmp_path / "logs.2.gz").write_bytes(gzip.compress(write_log(tmp_path / "x", *plays(40, 100)).read_bytes()))
    (tmp_path / "x").unlink()
    receipts = import_paths(store, [tmp_path / "logs.*"])
    assert sum(one.known for one in receipts) == 20
    assert rows_of(store, EVENTS) == [(100, 100)]


def test_a_folder_is_read_and_says_what_it_did_not_know(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "given"
    (folder / "deep").mkdir(parents=True)
    write_log(folder / "deep" / "tracking.log", *plays(0, 5))
    (folder / "README").write_text("Hello")
    (folder / "empty.log").touch()
    (folder / ".hidden").write_text("x")
    receipts = {one.name: one for one in import_paths(store, [folder])}
    assert set(receipts) == {"tracking.log", "README", "empty.log"}
    assert receipts["README"].remarks == ("the format is not known",)
    assert receipts["empty.log"].remarks == ("the file is empty",)
    assert rows_of(store, EVENTS) == [(5, 5)]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"%PDF-1.7", "cannot be told"), (b"\x1f\x8b\x08damaged", "cannot be told")],
)
def test_a_file_that_is_named_and_is_not_known_is_refused_before_anything_is_read(
    store: Store, tmp_path: Path, content: bytes, words: str
) -> None:
    good, bad = write_log(tmp_path / "a.log", *plays(0, 5)), tmp_path / "bad"
    bad.write_bytes(content)
    with pytest.raises(InputRefused, match=words):
        import_paths(store, [good, bad])
    assert store.receipts() == ()
    with pytest.raises(InputRefused, match="no file"):
        import_paths(store, [tmp_path / "nowhere*"])


def test_a_report_that_does_not_say_its_session_stops_no_other_and_is_read_when_somebody_says_it(
    store: Store, tmp_path: Path
) -> None:
    nameless = tmp_path / "grades.csv"
    nameless.write_text("Student ID,Email,Username,Grade\n7,a@example.org,awa,0.5\n")
    refused, log = sorted(
        import_paths(store, [nameless, write_log(tmp_path / "z.log", *plays(0, 5))]), key=lambda one: one.name
    )
    assert "grades.csv does not say of which session it is" in str(refused.refusal)
    assert refused.as_json()["refused"] == str(refused.refusal)
    assert (refused.source, refused.courses, log.kept) == ("", (), 5)
    assert [one.name for one in store.receipts()] == ["z.log"]
    with pytest.raises(InputRefused, match="MOOC is no key of a session"):
        import_paths(store, [nameless], course="MOOC")
    (taken,) = import_paths(store, [nameless], course="IMT/ABC-C/2017_T1")
    assert (taken.courses, taken.kept, taken.refusal) == (("course-v1:IMT+ABC-C+2017_T1",), 1, None)


def test_of_a_gz_that_was_cut_what_can_be_inflated_is_kept_and_the_whole_one_adds_the_rest(
    store: Store, tmp_path: Path
) -> None:
    write(tmp_path / "made", Plan(seed=1, learners=15))
    whole = tmp_path / "whole.log.gz"
    whole.write_bytes(gzip.compress((tmp_path / "made" / "tracking.log").read_bytes()))
    cut = tmp_path / "cut.log.gz"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (half,) = import_paths(store, [cut])
    assert "was cut" in half.remarks[0]
    assert half.kept > 0
    (rest,) = import_paths(store, [whole])
    assert rest.remarks == ()
    assert rest.known == half.rows["events"]
    assert rows_of(store, EVENTS) == [(rest.kept, rest.kept)]


def test_a_gz_whose_bytes_changed_is_found_out(store: Store, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(write_log(tmp_path / "x", *plays(0, 2000)).read_bytes()))
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "x.gz").write_bytes(data)
    (receipt,) = import_paths(store, [tmp_path / "x.gz"])
    assert "is damaged" in receipt.remarks[0]


def test_a_log_in_another_encoding_is_read(store: Store, tmp_path: Path) -> None:
    record = edx_record("play_video", {"id": "é", "currentTime": 0})
    lines = [json.dumps(record | {"session": str(rank)}, ensure_ascii=False) for rank in range(3)]
    (tmp_path / "utf-16.log").write_bytes("\n".join(lines).encode("utf-16"))
    (tmp_path / "latin.log").write_bytes("\n".join(lines[:2]).encode("latin-1") + b"\n" + lines[2].encode("utf-8"))
    (tmp_path / "bom.log").write_bytes("\n".join(lines).encode("utf-8-sig"))
    for name in ("utf-16.log", "latin.log", "bom.log"):
        (receipt,) = import_paths(store, [tmp_path / name])
        assert (receipt.read, receipt.kept, receipt.dropped) == (3, 3, {}), name
    assert rows_of(store, EVENTS) == [(3, 3)]


def test_a_line_without_end_does_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", *plays(0, 3), b'{"event": "' + b"x" * 60_000_000, *plays(3, 6))
    (receipt,) = import_paths(store, [path])
    assert rows_of(store, EVENTS) == [(6, 6)]
    assert receipt.dropped["cut or no JSON"][0] == 1


def test_a_record_of_an_unlikely_length_is_read_as_any_other(store: Store, tmp_path: Path) -> None:
    long = edx_record("play_video", {"id": "long", "currentTime": 1.0}, agent="x" * (ORDINARY_LINE + 1000))
    (receipt,) = import_paths(store, [write_log(tmp_path / "a.log", *plays(0, 3), json.dumps(long), *plays(3, 6))])
    assert rows_of(store, EVENTS) == [(7, 7)]
    assert receipt.dropped == {}


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("IMT_ABC-C_2017_T1_grade_report_2026-03-15-0600.csv", dt.datetime(2026, 3, 15, 6, 0, tzinfo=dt.UTC)),
        ("IMT-2026-03-15.zip", dt.datetime(2026, 3, 15, tzinfo=dt.UTC)),
        ("report_2026-13-45-0600.csv", dt.datetime(2020, 1, 2, tzinfo=dt.UTC)),
        ("tracking.log", dt.datetime(2020, 1, 2, tzinfo=dt.UTC)),
    ],
)
def test_the_date_of_an_extraction_is_that_of_the_name_or_of_the_file(
    tmp_path: Path, name: str, when: dt.datetime
) -> None:
    path = tmp_path / name
    path.touch()
    os.utime(path, (1577923200, 1577923200))  # 2020-01-02
    assert extracted_at(path) == when


def test_a_log_is_dated_by_its_newest_event(store: Store, tmp_path: Path) -> None:
    future = edx_record("play_video", {"id": "v"}, time="2098-01-01T00:00:00Z")
    (receipt,) = import_paths(store, [write_log(tmp_path / "a.log", *plays(0, 61), future)])
    assert receipt.extracted_at == dt.datetime(2017, 3, 6, 7, 1, 0, tzinfo=dt.UTC)


@pytest.mark.long
def test_an_import_that_is_killed_at_any_moment_neither_loses_nor_doubles(store: Store, tmp_path: Path) -> None:
    truth = write(tmp_path / "made", Plan(seed=2, learners=120), Dirt.all_of(0.05))
    log = tmp_path / "made" / "tracking.log"
    # The half of it is known from another file, as of rotated logs that overlap.
    half = tmp_path / "half.log"
    half.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[::2]))
    import_paths(store, [half])
    code = (
        "import sys; from pathlib import Path; from cordee.pilot.store import Store; "
        "from cordee.pilot.importing import import_paths; import_paths(Store(Path(sys.argv[1])), [sys.argv[2]])"
    )
    killed = 0
    for wait in range(12):
        child = subprocess.Popen([sys.executable, "-c", code, str(store.folder), str(log)])
        try:
            child.wait(timeout=0.4 + 0.25 * wait)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
            killed += 1
        else:
            assert child.returncode == 0
            break
    import_paths(store, [log])
    assert killed
    assert rows_of(store, EVENTS) == [(truth["facts"], truth["facts"])]
    assert rows_of(store, "SELECT count(*) FROM posts") == [(truth["posts"],)]
    assert not list(store.folder.glob("landing-*"))
    assert not list(store.folder.rglob("*.writing"))


@pytest.mark.long
def test_imports_at_the_same_time_wait_for_each_other(store: Store, tmp_path: Path) -> None:
    paths = [write_log(tmp_path / f"{rank}.log", *plays(rank * 10, rank * 10 + 30)) for rank in range(3)]
    code = (
        "import sys; from pathlib import Path; from cordee.pilot.store import Store; "
        "from cordee.pilot.importing import import_paths; import_paths(Store(Path(sys.argv[1])), sys.argv[2:])"
    )
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(store.folder), *map(str, order)])
        for order in (paths, paths[::-1])
    ]
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    assert rows_of(store, EVENTS) == [(50, 50)]
    assert len(store.receipts()) == 3


def test_what_arrives_in_a_folder_is_taken_once_it_has_stopped_growing(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "arrivals"
    folder.mkdir()
    watching = Watching(store, folder)
    path = write_log(folder / "a.log", *plays(0, 5))
    assert watching.look() == ([], [])
    write_log(path, *plays(0, 9))
    assert watching.look() == ([], [])  # it has grown
    receipts, errors = watching.look()
    assert [one.kept for one in receipts] == [9]
    assert errors == []
    assert watching.look() == ([], [])
    (folder / "notes.txt").write_text("Hello")
    watching.look()
    assert [type(error) for error in watching.look()[1]] == [InputRefused]
    assert watching.look() == ([], [])


def test_a_person_is_known_by_the_id_and_not_by_a_name_that_changes(store: Store, tmp_path: Path) -> None:
    before = checked("p1", username="ada")
    after = checked("p2", username="countess", time="2017-03-07T00:00:00Z")
    import_paths(store, [write_log(tmp_path / "a.log", after, before)])
    assert rows_of(store, "SELECT count(DISTINCT actor) FROM events") == [(1,)]
    assert rows_of(store, "SELECT user_id, username FROM persons") == [("7", "countess")]


def test_nothing_of_an_address_a_browser_or_the_words_of_a_learner_is_kept(store: Store, tmp_path: Path) -> None:
    submission = {
        "p1_2_1": {"answer": "my own words", "question": "Why?", "input_type": "textline", "correct": True},
        "p1_3_1": {"answer": ["a", "b"], "question": "Which?", "input_type": "checkboxgroup", "correct": False},
    }
    post = {"id": "t1", "title": "secret title", "body": "secret body", "user_forums_roles": ["Moderator"]}
    record = checked(event={"submission": submission}, agent="SecretBrowser", ip="192.0.2.77")
    reply = {"id": "r1", "body": "secret body", "discussion": {"id": "t1"}}
    import_paths(
        store,
        [
            write_log(
                tmp_path / "a.log",
                record,
                edx_record("edx.forum.thread.created", post, server=True),
                edx_record("edx.forum.response.created", reply, server=True),
                '{"username": "secret name", "event_type": "problem_check", "ip": "192.0.2.77", "even',
            )
        ],
    )
    assert rows_of(store, "SELECT activity, input, question, answer, correct FROM answers") == [
        ("p1", "3_1", "Which?", "a | b", False)
    ]
    assert rows_of(store, "SELECT thread, answers_to, team FROM posts ORDER BY answers_to") == [
        ("t1", "", True),
        ("t1", "t1", False),
    ]
    with store.open() as database:
        for path in store.folder.rglob("*.parquet"):
            text = str(database.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall())
            assert "ecret" not in text
            assert "192.0.2" not in text
            assert "own words" not in text
    for path in (store.folder / "sources").glob("*.json"):
        assert "ecret" not in path.read_text()


def test_the_last_answer_of_two_logs_counts(store: Store, tmp_path: Path) -> None:
    def answered(choice: str, day: int) -> dict[str, object]:
        given = {"p1_2_1": {"answer": choice, "question": "?", "input_type": "choicegroup", "correct": False}}
        return checked(event={"submission": given}, time=f"2017-03-{day:02}T00:00:00Z")

    for day, choice in ((8, "late"), (6, "early"), (7, "between")):
        import_paths(store, [write_log(tmp_path / f"{day}.log", answered(choice, day))])
    assert rows_of(store, "SELECT answer FROM answers") == [("late",)]


def test_points_that_are_not_said_follow_from_the_verdict(store: Store, tmp_path: Path) -> None:
    import_paths(
        store,
        [
            write_log(
                tmp_path / "a.log",
                checked("right", grade=None, of=None, event={"success": "correct"}),
                checked("wrong", grade=None, of=None, event={"success": "incorrect"}),
                checked("half", grade=0.5, of=2),
                checked("queued", grade=None, of=3, event={"success": "incorrect"}),
            )
        ],
    )
    assert rows_of(store, "SELECT activity, earned, possible FROM events ORDER BY activity") == [
        ("half", 0.5, 2.0), ("queued", 0.0, 3.0), ("right", 1.0, 1.0), ("wrong", 0.0, 1.0),
    ]  # fmt: skip


def test_who_leaves_and_comes_back_is_in_the_run(store: Store, tmp_path: Path) -> None:
    def enrolment(word: str, user: int, second: int, by: int = 1) -> dict[str, object]:
        event = {"course_id": RUN, "user_id": user, "mode": "honor"}
        kind = f"edx.course.enrollment.{word}"
        time = f"2017-03-06T00:00:{second:02}Z"
        return edx_record(
            kind, event, server=True, time=time, context={"user_id": by, "course_id": ""}, username="boss"
        )

    import_paths(
        store,
        [
            write_log(
                tmp_path / "a.log",
                enrolment("activated", 7, 3),
                enrolment("deactivated", 7, 2),
                enrolment("activated", 7, 1),
                enrolment("activated", 8, 1),
                enrolment("deactivated", 8, 4),
            )
        ],
    )
    assert rows_of(store, "SELECT count(*) FROM enrolments") == [(2,)]
    assert rows_of(store, "SELECT count(*) FROM learners") == [(1,)]
    assert rows_of(store, "SELECT count(*) FROM persons WHERE username = 'boss'") == [(0,)]


def test_the_browser_and_the_server_do_not_count_an_answer_twice(store: Store, tmp_path: Path) -> None:
    browser = edx_record("problem_check", "input_p1_2_1=choice_3")
    (receipt,) = import_paths(store, [write_log(tmp_path / "a.log", browser, checked(), checked())])
    assert (receipt.read, receipt.kept, receipt.known) == (3, 2, 1)
    assert receipt.dropped == {"not used": (1, ())}


def test_progress_is_told_until_the_end(store: Store, tmp_path: Path) -> None:
    told: list[float] = []
    import_paths(
        store, [write_log(tmp_path / f"{rank}.log", *plays(rank, rank + 5)) for rank in range(2)], moved=told.append
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


FACTS = "Student ID,Email,Username,Grade,Quiz 1: A,Cohort Name,Certificate Eligible,Enrollment Status"


def grade_report(path: Path, people: int, *more: str, bytes_kept: int | None = None) -> Path:
    rows = [f"{n},l{n}@example.org,l{n},0.5,1.0,default,N,enrolled" for n in range(1, people + 1)]
    content = "".join(f"{line}\r\n" for line in [FACTS, *rows, *more]).encode()
    path.write_bytes(content if bytes_kept is None else content[:bytes_kept])
    return path


def test_a_report_that_was_cut_is_refused_and_the_older_one_counts_on(store: Store, tmp_path: Path) -> None:
    import_paths(store, [grade_report(tmp_path / "A_B_C_grade_report_2026-03-01-0600.csv", 60)])
    newer = tmp_path / "A_B_C_grade_report_2026-03-08-0600.csv"
    (refused,) = import_paths(store, [grade_report(newer, 60, bytes_kept=600)])
    assert "the download is incomplete. Download it again" in str(refused.refusal)
    assert rows_of(store, "SELECT count(*) FROM learners") == [(60,)]
    (taken,) = import_paths(store, [grade_report(newer, 60)])
    assert (taken.kept, taken.refusal) == (60, None)


def test_two_logs_of_one_day_add_up(store: Store, tmp_path: Path) -> None:
    for name, first in (("web1-2026-03-15.log", 0), ("web2-2026-03-15.log", 5)):
        import_paths(store, [write_log(tmp_path / name, *plays(first, first + 5))])
    assert rows_of(store, EVENTS) == [(10, 10)]
    assert len(store.receipts()) == 2


@pytest.mark.long
def test_a_report_that_lists_far_fewer_people_says_so_and_the_whole_one_of_the_same_moment_takes_its_place(
    store: Store, tmp_path: Path
) -> None:
    import_paths(store, [grade_report(tmp_path / "A_B_C_grade_report_2026-03-01-0600.csv", 60)])
    newer = tmp_path / "A_B_C_grade_report_2026-03-08-0600.csv"
    (few,) = import_paths(store, [grade_report(newer, 10)])
    assert "It lists 10 people, the older report whose place it takes 60." in " ".join(few.remarks)
    for people in (50, 51, 52, 10, 50):  # whatever their digests are, the last one read counts
        (again,) = import_paths(store, [grade_report(newer, people)])
        assert rows_of(store, "SELECT count(*) FROM learners") == [(people,)]
    assert "It lists" not in " ".join(
        import_paths(store, [grade_report(tmp_path / "A_B_C_grade_report_2026-02-01-0600.csv", 5)])[0].remarks
    )
    assert again.kept == 50
    assert len(store.receipts()) == 3


def test_a_report_of_nobody_and_rows_of_nobody_are_told(store: Store, tmp_path: Path) -> None:
    (none,) = import_paths(store, [grade_report(tmp_path / "A_B_C_grade_report_2026-03-01-0600.csv", 0)])
    assert (none.kept, none.read) == (0, 0)
    assert "No learner is in it." in none.remarks
    odd = ("77", ",,,0.5,1.0,default,N,enrolled", "78,m@example.org,m,a lot,1.0,default,N,enrolled")
    for name in ("grade_report", "problem_grade_report"):
        path = grade_report(tmp_path / f"A_B_C_{name}_2026-03-02-0600.csv", 20, *odd)
        if name.startswith("problem"):
            path.write_text(path.read_text().replace("Quiz 1: A", "Quiz 1: A - B (Earned)"))
        (some,) = import_paths(store, [path])
        assert {reason: rows for reason, (rows, _at) in some.dropped.items()} == {
            "nothing but an id": 1,
            "no id and no username": 1,
        }
        assert "Grades that are no number, left out: 1." in some.remarks
        assert rows_of(store, "SELECT count(*) FROM learners") == [(21,)]


def test_a_report_under_the_wrong_session_moves_when_the_right_one_is_said(store: Store, tmp_path: Path) -> None:
    path = grade_report(tmp_path / "grades.csv", 12)
    wrong, right = "course-v1:IMT+ABC+2016", "course-v1:IMT+ABC+2017"
    import_paths(store, [path], course=wrong)
    (moved,) = import_paths(store, [path], course=right)
    assert (moved.courses, moved.kept, moved.again) == ((right,), 12, False)
    assert f"It was taken for {wrong} before; what it left there was taken out." in moved.remarks
    assert store.courses() == (right,)
    assert rows_of(store, "SELECT DISTINCT course, count(*) FROM learners GROUP BY course") == [(right, 12)]
    for course in (right, ""):
        (again,) = import_paths(store, [path.rename(tmp_path / f"again{course[-1:]}.csv")], course=course)
        assert (again.name, again.again, again.remarks) == (f"again{course[-1:]}.csv", True, ())
        path = tmp_path / again.name
    assert len(store.receipts()) == 1


def test_a_file_that_says_its_session_goes_there_and_says_why(store: Store, tmp_path: Path) -> None:
    path = grade_report(tmp_path / "A_B_C_grade_report_2026-03-01-0600.csv", 3)
    log = write_log(tmp_path / "tracking.log", *plays(0, 5))
    for again in (False, True):
        for receipt, own in zip(
            import_paths(store, [path, log], course="course-v1:X+Y+Z"), ("course-v1:A+B+C", RUN), strict=True
        ):
            assert (receipt.courses, receipt.again) == ((own,), again)
            assert receipt.remarks[-1].startswith(f"It went to {own}: the file’s name or its content says so")
    assert store.courses() == tuple(sorted(("course-v1:A+B+C", RUN)))
    with pytest.raises(Conflict, match="cannot be taken out"), store.alone():
        store.forget(receipt.digest)
