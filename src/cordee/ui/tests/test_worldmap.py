"""Is every country where it is, and drawn in the colour of its number?"""

from __future__ import annotations

import json
import re
from itertools import accumulate

import pytest

from cordee.ui import countries, worldmap

WORLD = json.loads(worldmap.FILE.read_text(encoding="utf-8"))


def box_of(code: str) -> tuple[int, int, int, int]:
    """West, north, east, south of a shape, in tenths of a unit from the left and the top."""
    xs: list[int] = []
    ys: list[int] = []
    for start, steps in re.findall(r"M(\d+ -?\d+)l([^z]*)z", WORLD["shapes"][code]):
        x, y = map(int, start.split())
        numbers = [int(one) for one in re.findall(r"-?\d+", steps)]
        xs += accumulate(numbers[::2], initial=x)
        ys += accumulate(numbers[1::2], initial=y)
    return min(xs), min(ys), max(xs), max(ys)


def test_every_country_is_a_shape_or_a_point_but_three_where_nobody_studies() -> None:
    known = set(json.loads(countries.FILE.read_text(encoding="utf-8")))
    assert known - WORLD["shapes"].keys() - WORLD["points"].keys() == {"AQ", "BV", "TK"}
    assert not WORLD["shapes"].keys() & WORLD["points"].keys()
    assert WORLD["shapes"].keys() | WORLD["points"].keys() <= known
    assert not worldmap.has_place("AQ")


def test_the_file_is_small_and_its_licence_lies_beside_it() -> None:
    assert worldmap.FILE.stat().st_size <= 60_000
    assert "Permission to use, copy, modify" in (worldmap.FILE.parent / "LICENSE").read_text(encoding="utf-8")


def test_shapes_follow_the_codes_that_people_declare() -> None:
    """Overseas departments apart from France, Taiwan, Kosovo; Western Sahara to its border, Crimea with Ukraine."""
    france, guiana = box_of("FR"), box_of("GF")
    assert guiana[2] < france[0]  # nothing of France is in America
    assert {"GP", "MQ", "RE", "YT"} <= WORLD["points"].keys()
    assert {"TW", "XK", "PS", "SJ"} <= WORLD["shapes"].keys()
    morocco, sahara = box_of("MA"), box_of("EH")
    assert morocco[3] <= sahara[1] + 5  # one begins where the other ends
    assert sahara[0] < morocco[0]  # with its coast
    assert box_of("UA")[3] > box_of("MD")[3]  # further south than Moldova: Crimea
    assert WORLD["points"]["RE"][0] > box_of("MG")[2]  # Reunion lies east of Madagascar


@pytest.mark.parametrize("code", ["FR", "CN", "RU", "BR", "AU", "CA", "NZ", "FJ"])
def test_every_shape_stays_within_the_map(code: str) -> None:
    west, north, east, south = box_of(code)
    assert 0 <= west < east <= WORLD["width"]
    assert -1 <= north < south <= WORLD["height"] + 1


def test_a_map_gives_each_country_the_colour_of_its_class_and_says_what_it_shows() -> None:
    drawn = worldmap.world_map({"FR": 5, "SN": 2, "RE": 1, "??": 3}, title="Learners <b>", words="France: 12")
    assert re.search(rf'<path class="q-5" d="{re.escape(WORLD["shapes"]["FR"])}"/>', drawn)
    assert re.search(rf'<path class="q-2" d="{re.escape(WORLD["shapes"]["SN"])}"/>', drawn)
    x, y = WORLD["points"]["RE"]
    assert f'<circle class="q-1" cx="{x}" cy="{y}" r="{worldmap.POINT}"/>' in drawn
    assert "q-3" not in drawn
    assert 'role="img" aria-labelledby="world-t world-d"' in drawn
    assert "Learners &lt;b&gt;" in drawn
    assert '<desc id="world-d">France: 12</desc>' in drawn
    assert len(drawn) < 60_000
