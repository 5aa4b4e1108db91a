"""Does the profile show the real workload, and nothing when there is none?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cordee.ui import profile
from cordee.ui.profile import Week

HOURS = st.floats(min_value=0, max_value=60)
WEEKS = st.lists(
    st.builds(Week, video_h=HOURS, reading_h=HOURS, practice_h=HOURS, graded=st.booleans()), min_size=1, max_size=52
)


def drawings(workload: profile.Workload) -> list[str]:
    return [
        profile.cover(workload),
        profile.strip(workload),
        profile.mini(workload),
        profile.profile(workload, "fr", here=1.5),
        profile.profile(workload, "en", narrow=True),
    ]


@pytest.mark.parametrize("unknown", [None, []])
def test_an_unknown_workload_is_a_flat_dashed_line(unknown: profile.Workload) -> None:
    for drawing in drawings(unknown):
        assert "stroke-dasharray" in drawing
        assert "<path" not in drawing


@given(WEEKS)
def test_every_drawing_is_sound_and_stays_in_its_box(workload: list[Week]) -> None:
    for drawing in drawings(workload):
        root = ET.fromstring(drawing)  # noqa: S314 - our own output
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        for path in root.iter("path"):
            numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.attrib["d"])]
            assert min(numbers) >= -0.1
            assert max(numbers) <= max(width, height) + 0.1


@given(WEEKS)
def test_a_ring_stands_on_each_graded_week(workload: list[Week]) -> None:
    assert profile.cover(workload).count("viz__ring") == sum(week.graded for week in workload)


def test_the_words_hold_the_numbers_of_the_drawing() -> None:
    with translation.override("en"):
        drawing = profile.profile([Week(video_h=1.25, practice_h=1.25), Week(reading_h=3)], "fr")
    assert 'aria-label="Effort profile: module 1: 2,5\u00a0h, module 2: 3,0\u00a0h"' in drawing


def test_two_courses_share_one_scale() -> None:
    def height(hours: float) -> float:
        found = re.search(r' d="M([^"]*?)V136', profile.cover([Week(practice_h=hours)]))
        assert found
        return 136 - min(float(y) for y in re.findall(r"-?\d+(?:\.\d)?", found[1])[1::2])

    assert height(4) == pytest.approx(4 * height(1), rel=0.02)


def test_hours_below_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Week(video_h=-1)


def test_a_cover_without_workload_draws_a_brick_for_each_unit_of_the_outline() -> None:
    drawing = profile.cover(None, [profile.Stack(3), profile.Stack(0), profile.Stack(2, graded=True)])
    assert drawing.count("h-") == 5
    assert drawing.count("viz__ring") == 1
    assert "dasharray" not in drawing


@given(st.lists(st.builds(profile.Stack, st.integers(0, 300), st.booleans()), min_size=1, max_size=60))
def test_bricks_stay_inside_the_cover(stacks: list[profile.Stack]) -> None:
    tops = [float(y) for y in re.findall(r"M[\d.-]+ ([\d.-]+)h", profile.cover(None, stacks))]
    assert len(tops) == sum(stack.units for stack in stacks)
    assert all(40 <= y <= 136 for y in tops)


def test_a_known_workload_is_drawn_and_the_outline_is_not() -> None:
    assert profile.cover([Week(video_h=1)], [profile.Stack(3)]) == profile.cover([Week(video_h=1)])
