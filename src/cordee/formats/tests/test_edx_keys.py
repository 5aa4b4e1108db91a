"""Do the keys of all generations of Open edX name the same runs and activities?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.formats.edx import (
    Fact,
    activity_id,
    course_key,
    course_of,
    input_of,
    page_of,
    read_record,
    subject_of,
)

PART = st.from_regex(r"[A-Za-z0-9_.~]{1,12}", fullmatch=True)
NAME = st.from_regex(r"[0-9a-f]{32}|[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)
CATEGORY = st.sampled_from(["problem", "video", "sequential", "openassessment", "drag-and-drop-v2"])


@given(PART, PART, PART)
def test_a_run_has_one_key_in_both_generations(organisation: str, number: str, run: str) -> None:
    key = f"course-v1:{organisation}+{number}+{run}"
    assert course_key(key) == course_key(f"{organisation}/{number}/{run}") == key
    assert course_key(key.replace(":", "%3A").replace("+", "%2B")) == key
    assert course_key(key.replace("+", " ")) == key
    assert subject_of(key) == f"{organisation}+{number}"


@given(PART, PART, PART, CATEGORY, NAME)
def test_an_activity_has_one_id_in_all_generations(org: str, number: str, run: str, category: str, name: str) -> None:
    forms = [
        f"block-v1:{org}+{number}+{run}+type@{category}+block@{name}",
        f"i4x://{org}/{number}/{category}/{name}",
        f"i4x:;_;_{org};_{number};_{category};_{name}",
        name,
    ]
    assert {activity_id(form) for form in forms} == {name}
    assert input_of(f"{name}_12_1") == (name, "12_1")
    assert course_of(forms[0]) == f"course-v1:{org}+{number}+{run}"
    assert course_of(forms[1]) is None


@given(PART, PART, CATEGORY, st.from_regex(r"[0-9a-f]{32}", fullmatch=True))
def test_an_id_with_dashes_is_read_too(organisation: str, number: str, category: str, name: str) -> None:
    usage = f"i4x-{organisation}-{number}-{category}-{name}"
    assert activity_id(usage) == name
    assert input_of(f"{usage}_2_1") == (name, "2_1")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "a/b",
        "a/b/c/d",
        "a//c",
        "course-v1:a+b",
        "course-v1:a+b/c+d",
        "library-v1:a+b",
        "é/b/c",
        "x" * 90 + "/b/c",
        None,
    ],
)
def test_what_is_no_key_of_a_run_is_none(written: str | None) -> None:
    assert course_key(written) is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    key = course_key(text)
    assert key is None or course_key(key) == key
    assert isinstance(activity_id(text), str)
    input_of(text)
    page_of(text)


def test_the_path_of_a_page_names_its_section_and_its_run() -> None:
    run = "course-v1:IMT+ABC-C+2017_T1"
    assert page_of(f"/courses/{run}/courseware/chapter/section/3/") == ("section", run)
    assert page_of("/courses/IMT/ABC-C/2017_T1/courseware/chapter/section/") == ("section", run)
    assert page_of(f"/courses/{run}/courseware/") == ("/", run)
    assert page_of("/xblock/block-v1:IMT+ABC-C+2017_T1+type@vertical+block@v1") == ("v1", run)
    assert (
        page_of("/xblock/block-v1:IMT+ABC-C+2017_T1+type@problem+block@p/handler/xmodule_handler/problem_get")[0] == ""
    )
    assert page_of(f"/courses/{run}/info")[0] == ""


def test_documented_events_read_as_they_are_documented() -> None:
    path = Path(__file__).parents[4] / "tests" / "data" / "pilot" / "edx_sample_events.jsonl"
    found = [read_record(line) for line in path.read_text(encoding="utf-8").splitlines()]
    facts = [(one.course, one.verb, one.activity) for one in found if isinstance(one, Fact)]
    assert facts == [
        ("course-v1:BerkeleyX+Stat_2.1x+1T2014", "played", "58424ad2f75048798b4480aa699cc215"),
        ("course-v1:edX+DemoX+Demo_Course", "submitted", "29c5cbd840324d94be8ba51db1864277"),
    ]
    assert len(found) == 7
    assert None not in found
