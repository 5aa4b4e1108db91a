"""Do the drawings have the lengths of their numbers, whatever the numbers and words?"""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from cordee.ui import charts

shares = st.floats(0, 1)
some_shares = st.lists(shares, min_size=1, max_size=30)


def drawn(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(markup)


def test_a_sparkline_that_nothing_changes_in_goes_through_the_middle() -> None:
    flat = charts.sparkline([0.5] * 14)
    points = re.findall(r'points="([^"]*)"', flat)[0].split()
    assert [point.split(",")[1] for point in points] == [f"{charts.SPARK_HEIGHT / 2:.1f}"] * 2
    assert 'cx="92.0"' in flat


@given(shares, shares, shares, st.one_of(st.none(), shares))
def test_a_bar_is_as_long_as_its_share_and_has_its_interval_and_its_mark(
    share: float, low: float, high: float, mark: float | None
) -> None:
    svg = drawn(charts.interval_bar(share, low, high, mark))
    (bar,) = svg.xpath("./rect[@class='ibar__value']")
    assert bar.get("width") == f"{100 * share:.4g}%"
    whisker = svg.xpath("./line")[0]
    assert (whisker.get("x1"), whisker.get("x2")) == (f"{100 * low:.4g}%", f"{100 * high:.4g}%")
    assert [one.get("x") for one in svg.xpath("./rect[@class='ibar__mark']")] == (
        [] if mark is None else [f"{100 * mark:.4g}%"]
    )


@given(st.floats(allow_nan=False, min_value=-5, max_value=5))
def test_nothing_leaves_the_drawing(share: float) -> None:
    length = float(charts.at(share).rstrip("%"))
    assert 0 <= length <= 100


def test_what_is_provisional_is_hatched_and_not_only_paler() -> None:
    assert 'fill="url(#hatch)"' in charts.interval_bar(0.4, provisional=True)
    assert 'id="hatch"' in charts.patterns()


@given(some_shares)
def test_stairs_go_from_all_to_what_is_left_one_step_a_share(left: list[float]) -> None:
    falling = sorted(left, reverse=True)
    markup = charts.steps([charts.Line(label="a", shares=falling)], title="t", words="w")
    path = re.search(r' d="(M0 0[^"]*)"', markup)
    assert path is not None
    across = [float(number) for number in re.findall(r"H([\d.]+)", path[1])]
    down = [float(number) for number in re.findall(r"V([\d.]+)", path[1])]
    assert len(across) == len(falling)
    assert across[-1] == 1000
    assert all(a < b for a, b in pairwise(across))
    assert all(a <= b + 0.1 for a, b in pairwise(down))
    if down:
        assert abs(down[-1] - 1000 * (1 - falling[-1])) < 0.1


def test_a_drawing_that_stands_alone_says_itself_in_words_and_escapes_them() -> None:
    markup = charts.steps(
        [charts.Line(label="a", shares=[0.5, 0.2]), charts.Line(label="b", shares=[0.9, 0.8], shape=2)],
        title="Left <after> each",
        words="50% & 20%",
        ticks=[(0, "M1"), (1, "<M2>")],
        note=charts.Note(step=0, label="<TP>", words="half"),
        name="left",
    )
    root = drawn(markup)
    (area,) = root.xpath(".//svg[@role='img']")
    assert area.get("aria-labelledby") == "left-t left-d"
    assert root.xpath("string(.//title)") == "Left <after> each"
    assert root.xpath("string(.//desc)") == "50% & 20%"
    assert "<M2>" in root.xpath("string(.)")
    assert "plot__line--2" in markup
    assert "<TP>" not in markup


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
def test_columns_of_a_histogram_are_as_high_as_their_counts(counts: list[int]) -> None:
    markup = charts.histogram(counts)
    if not any(counts):
        assert markup == ""
        return
    heights = [float(rect.get("height")) for rect in drawn(markup).xpath("./rect")]
    assert len(heights) == len(counts)
    assert max(heights) == charts.SPARK_HEIGHT
    assert heights[counts.index(max(counts))] == charts.SPARK_HEIGHT
    assert all(0 < height <= charts.SPARK_HEIGHT for height in heights)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_a_sparkline_stays_in_its_place(values: list[float]) -> None:
    (line,) = drawn(charts.sparkline(values)).xpath("./polyline")
    points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
    assert len(points) == (len(values) if len(set(values)) > 1 else 2)
    assert all(0 <= x <= charts.SPARK_WIDTH and 0 <= y <= charts.SPARK_HEIGHT for x, y in points)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40))
def test_columns_of_a_chart_fill_their_share_of_the_width(values: list[int]) -> None:
    markup = charts.columns(values, [f"w{i}" for i in range(len(values))], title="t", words="w", name="c")
    if not any(values):
        assert markup == ""
        return
    rects = drawn(markup).xpath("./rect")
    assert len(rects) == len(values)
    assert sum(float(rect.get("width").rstrip("%")) for rect in rects) < 100
    assert len(drawn(markup).xpath("./text")) <= 1 / charts.NEAR + 1


def test_every_drawing_is_well_formed_and_has_no_style() -> None:
    for markup in (
        charts.interval_bar(0.4, 0.3, 0.5, 0.2, provisional=True, tone=2),
        charts.interval_dot(0.4, 0.3, 0.5, 0.2),
        charts.progress(0.4),
        charts.histogram([3, 2, 1], told_from=2),
        charts.sparkline([1, 2, 3], told=True),
        charts.columns([1, 2], ["a", "b"], title="t", words="w", name="n", told=1),
        charts.patterns(),
    ):
        etree.fromstring(markup)
        assert "style=" not in markup
