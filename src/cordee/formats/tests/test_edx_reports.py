"""Is a CSV report read whatever a server or a spreadsheet did to it, and is anything else refused by name?"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.formats.edx import cells, names
from cordee.formats.edx.packages import open_table, unescaped
from cordee.formats.edx.reports import (
    HEADER_AGAIN,
    MORE_CELLS,
    NEVER_CLOSED,
    ReportRefused,
    Sheet,
    columns_in,
    open_report,
    plain,
    read_report,
)

TEXT = 'Student ID,Username,Grade,Note\r\n1000,zoé,0.5,"deux\r\nlignes"\r\n1003,b.c,1,"dit ""oui"""\r\n'
ROWS = [["1000", "zoé", "0.5", "deux\r\nlignes"], ["1003", "b.c", "1", 'dit "oui"']]
REPORTS = Path(__file__).parents[4] / "tests" / "data" / "pilot" / "reports"


def rows_of(data: bytes) -> list[list[str]]:
    return list(read_report(data).rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_report_is_the_same_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    sheet = read_report(TEXT.replace(",", delimiter).encode(encoding))
    assert sheet.columns == ("Student ID", "Username", "Grade", "Note")
    assert list(sheet.rows) == ROWS
    assert sheet.delimiter == delimiter


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_end_ends_a_row(ending: str) -> None:
    data = ending.join(["id,username", "1,a", "", '2,"b', 'c"', "3,d"]).encode()
    assert [row[0] for row in rows_of(data)] == ["1", "2", "3"]


def test_a_cell_that_begins_with_an_equals_sign_is_text() -> None:
    assert rows_of(b"id,name\n1,=1+1\n") == [["1", "=1+1"]]
    assert cells.words('="00123"') == "00123"


def test_a_short_row_is_filled_and_a_long_one_is_counted() -> None:
    sheet = read_report(b"id,username,grade\n1\n2,b,0.5,,\n3,c,0.5,more\n4,d,1\n")
    assert list(sheet.rows) == [["1", "", ""], ["2", "b", "0.5"], ["4", "d", "1"]]
    assert dict(sheet.dropped) == {MORE_CELLS: 1}
    assert sheet.at == {MORE_CELLS: [4]}


def test_a_header_in_the_middle_is_no_row() -> None:
    sheet = read_report(b"id,username\n1,a\nid,username\n2,b\n")
    assert [row[0] for row in sheet.rows] == ["1", "2"]
    assert sheet.dropped == {HEADER_AGAIN: 1}


def test_a_quotation_mark_that_nobody_closed_costs_no_other_row() -> None:
    sheet = read_report(b'id,name\n1,a\n2,"b\n3,c\n4,"d,e"\n5,f\n')
    assert [row[0] for row in sheet.rows] == ["1", "2", "3", "4", "5"]
    assert not sheet.dropped


@pytest.mark.parametrize(
    "end", [b"3", b'3,"c', b'3,"c,0.5\n', b'3,"an essay', b'3,"an essay\nof two lines', b'3,"an essay\nof two lines\n']
)
def test_a_report_whose_end_is_missing_is_refused(end: bytes) -> None:
    with pytest.raises(ReportRefused, match=r"the download is incomplete\. Download it again"):
        list(read_report(b"id,name,grade\n1,a,0.5\n2,b,0.5\n" + end).rows)


@pytest.mark.parametrize("end", [b"3,c,0.5", b'3,"c","0.5"', b"3,c,", b"3\n", b"3,c,0.5\n\n  ", b'3,5" disk,0.5\n'])
def test_a_report_may_end_without_a_line_end(end: bytes) -> None:
    assert [row[0] for row in read_report(b"id,name,grade\n1,a,0.5\n" + end).rows] == ["1", "3"]


def test_a_report_and_a_table_in_a_gz_that_was_cut_are_incomplete(tmp_path: Path) -> None:
    whole = "".join(f"{n},{n * 7919 % 1000003}\n" for n in range(60_000)).encode()
    for name, head, opened in (("r.csv.gz", b"id,name\n", open_report), ("t.sql.gz", b"id\tname\n", open_table)):
        path = tmp_path / name
        content = gzip.compress(head + (whole if opened is open_report else whole.replace(b",", b"\t")))
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(ReportRefused, match="the download is incomplete"):
            list(opened(path).rows)


def test_a_row_over_several_lines_may_hold_a_mark_within_a_cell() -> None:
    assert rows_of(b'id,size,note\n1,5" disk,"two\nlines"\n2,a,b\n') == [
        ["1", '5" disk', "two\nlines"],
        ["2", "a", "b"],
    ]


def test_more_open_marks_than_can_be_mended_are_counted() -> None:
    sheet = read_report(b"id,name\n" + b"".join(b'%d,"a\n%d,"b,c"\n' % (n, n + 1) for n in range(0, 60, 2)))
    ids = [row[0] for row in sheet.rows]
    assert ids == [str(n) for n in range(40)]
    assert sheet.dropped == {NEVER_CLOSED: 10}


def test_the_line_that_tells_a_spreadsheet_its_delimiter_is_no_header() -> None:
    assert read_report(b"sep=;\nid;username\n1;a\n").columns == ("id", "username")


def test_zero_bytes_are_left_out() -> None:
    assert rows_of(b"id,username\n1,a\0b\n\0\n2,c\n") == [["1", "ab"], ["2", "c"]]


def test_five_thousand_columns_are_read() -> None:
    header = ["Student ID", "Username", *(f"Quiz {n}: S - P (Earned)" for n in range(5000))]
    sheet = read_report((",".join(header) + "\n" + ",".join(["1"] * len(header)) + "\n").encode())
    assert len(sheet.columns) == 5002
    assert len(next(sheet.rows)) == 5002


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b",,,\n", b"\0\0\0"])
def test_a_file_without_a_header_is_refused(data: bytes) -> None:
    with pytest.raises(ReportRefused):
        read_report(data)


def test_a_file_of_nothing_but_its_header_has_no_rows() -> None:
    assert rows_of(b"id,username") == []


def test_one_wrong_byte_does_not_make_a_file_windows_1252() -> None:
    sheet = read_report("id,name\n1,Zoé\n2,Éva\n".encode() + b"3,a\x92b\n")
    assert sheet.encoding == "utf-8"
    assert [row[1] for row in sheet.rows] == ["Zoé", "Éva", "a�b"]


def test_a_gz_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b"id,username\n" + b"".join(f"{n},user{n * 7919}\n".encode() for n in range(20000)))
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(whole)
    assert sum(1 for _ in open_report(path).rows) == 20000
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReportRefused):
        open_report(path)


def test_the_sign_at_the_border_of_two_blocks_does_not_change_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"id,name\n1," + b"x" * (1024 * 1024 - 11) + "é\n2,à\n".encode())
    sheet = open_report(path)
    assert sheet.encoding == "utf-8"
    assert [row[1][-1] for row in sheet.rows] == ["é", "à"]


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_the_named_error(data: bytes) -> None:
    _read(data)


@given(st.text(alphabet='ab",;\t\r\n\0=é�' + "\ud7ff", max_size=120), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_under_a_header_gives_rows_as_wide_as_the_header(text: str, encoding: str) -> None:
    _read(("Student ID,Username\n" + text).encode(encoding, "replace"), width=2)


def _read(data: bytes, width: int = 0) -> None:
    columns_in(data)
    try:
        sheet = read_report(data)
        rows = list(sheet.rows)
    except ReportRefused:
        return
    assert width in (0, len(sheet.columns))
    assert all(len(row) == len(sheet.columns) for row in rows)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff\r\n"), max_size=12)


@given(
    st.lists(st.tuples(CELL, CELL, CELL), max_size=8),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_spreadsheet_wrote_is_what_is_read(
    rows: list[tuple[str, str, str]], delimiter: str, encoding: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["id", "username", "email"])
    writer.writerows(rows)
    sheet = read_report(text.getvalue().encode(encoding))
    expected = [list(row) for row in rows if any(cell.strip() for cell in row)]
    got = list(sheet.rows)
    assert len(got) + sheet.dropped[HEADER_AGAIN] == len(expected)
    if not sheet.dropped:
        assert got == expected


@pytest.mark.parametrize("path", sorted(REPORTS.glob("*.csv")), ids=lambda path: path.name[:60])
def test_every_shared_report_opens_without_a_lost_row(path: Path) -> None:
    sheet: Sheet = open_report(path)
    assert list(sheet.rows)
    assert not sheet.dropped


def test_a_name_is_the_same_with_signs_and_without() -> None:
    assert plain("\ufeffStudent_ID ") == plain("student id") == "student id"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        ("1\u202f234,5", 1234.5),
        ("50 %", 0.5),
        ("-1e-3", -0.001),
        ("", None),
        ("Not Attempted", None),
        ("nan", None),
        ("1e999", None),
        ("01/02/2026", None),
        ("=1+1", None),
    ],
)
def test_numbers_are_read_with_point_comma_and_percent(cell: str, value: float | None) -> None:
    assert cells.number(cell) == value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-01-20T10:00:00Z", dt.datetime(2026, 1, 20, 10)),  # noqa: DTZ001
        ("2025-12-01 10:00:00+00:00", dt.datetime(2025, 12, 1, 10)),  # noqa: DTZ001
        ("2026-01-20 10:00:00.123456+02:00", dt.datetime(2026, 1, 20, 8, 0, 0, 123456)),  # noqa: DTZ001
        ("2026-01-20 10:00:00 UTC", dt.datetime(2026, 1, 20, 10)),  # noqa: DTZ001
        ("20/01/2026 10:05", dt.datetime(2026, 1, 20, 10, 5)),  # noqa: DTZ001
        ("2026-01-20", dt.datetime(2026, 1, 20)),  # noqa: DTZ001
        ("2026-02-31", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_are_read_as_utc(cell: str, value: dt.datetime | None) -> None:
    assert cells.moment(cell) == value


@pytest.mark.parametrize(
    ("name", "inside", "key", "sure"),
    [
        ("CordeeX_OOE101_2026_grade_report_2026-03-15-0600.csv", "", "course-v1:CordeeX+OOE101+2026", True),
        ("IMT_ABC-C_2017_T1_grade_report_2017-05-02-0600.csv", "", "course-v1:IMT+ABC-C+2017_T1", False),
        (
            "Mines_Telecom_04018_session07_ORA_data_2016-01-01-0000.csv",
            "block-v1:Mines_Telecom+04018+session07+type@problem+block@x",
            "course-v1:Mines_Telecom+04018+session07",
            True,
        ),
        ("A_B_C_D_E_student_profile_info_2016-01-01-0000.csv", "course-v1:A+B_C+D_E", "course-v1:A+B_C+D_E", True),
        ("ENSL_01_S2_problem_response_2014-01-01-0000.csv", "i4x://ENSL/01/problem/abc", "ENSL/01/S2", True),
        ("A_B_C_grade_report_2026-03-08-0600_ancien.csv", "", "course-v1:A+B+C", True),
        ("A_B_C_grade_report_2026-03-08-0600 (1).csv.gz", "", "course-v1:A+B+C", True),
        ("edX-DemoX-2T2017-auth_userprofile-prod-analytics.sql", "", "course-v1:edX+DemoX+2T2017", True),
        ("edX-Demo-X-2T2017-auth_user-edge-analytics.sql", "", "course-v1:edX+Demo-X+2T2017", False),
    ],
)
def test_the_run_is_read_from_the_name_and_the_keys_inside(name: str, inside: str, key: str, sure: bool) -> None:
    said = names.read_name(name)
    assert said is not None
    assert names.course_of(said, names.keys_in(inside)) == names.CourseOf(key, sure)


def test_the_date_is_the_one_after_the_reports_name() -> None:
    said = names.read_name("A_B_2020-01-01-0000_problem_grade_report_2026-03-15-0600_tableur-fr.csv")
    assert said is not None
    assert said.report == "problem_grade_report"
    assert said.extracted_at == dt.datetime(2026, 3, 15, 6, tzinfo=dt.UTC)
    said = names.read_name("A_B_C_student_state_from_block-v1_A_B_C_type_problem_block_p_2026-03-15-0600.csv")
    assert said is not None
    assert (said.prefix, said.extracted_at) == ("A_B_C", dt.datetime(2026, 3, 15, 6, tzinfo=dt.UTC))
    assert names.read_name("grades.csv") is None


@given(st.text(max_size=80))
def test_any_name_is_read_or_none(name: str) -> None:
    said = names.read_name(name)
    if said is not None:
        assert names.course_of(said, names.keys_in(name)).key


@pytest.mark.parametrize(
    ("key", "activity", "kind"),
    [
        ("block-v1:O+C+R+type@problem+block@p_choix", "p_choix", "problem"),
        ("i4x://O/C/problem/p_choix", "p_choix", "problem"),
        ("i4x:;_;_O;_C;_problem;_p_choix", "p_choix", "problem"),
        ("i4x-O-C-problem-abc", "abc", ""),
        ("p_choix", "p_choix", ""),
    ],
)
def test_an_activity_is_the_last_part_of_its_key(key: str, activity: str, kind: str) -> None:
    assert names.activity_of(key) == activity
    if kind:
        assert names.kind_of(key) == kind


def test_a_table_of_the_package_gives_its_cells_back(tmp_path: Path) -> None:
    path = tmp_path / "x-y-z-auth_userprofile-prod-analytics.sql"
    path.write_bytes(b"id\tname\tbio\n1\tA\\tB\tone\\ntwo\\\\n\n2\tNULL\t\xc3\xa9\n3\tshort\n4\ta\tb\tc\n")
    sheet = open_table(path)
    assert list(sheet.rows) == [["1", "A\tB", "one\ntwo\\n"], ["2", "", "é"]]
    assert sum(sheet.dropped.values()) == 2
    path.with_suffix(".sql.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert len(list(open_table(path.with_suffix(".sql.gz")).rows)) == 2


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40))
def test_what_a_package_escapes_is_given_back(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    assert unescaped(escaped) == text
