"""Does a film say how long it lasts?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.formats.media.mp4 import duration_s


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def film(scale: int, ticks: int, *, version: int = 0) -> bytes:
    width = 8 if version else 4
    header = bytes([version, 0, 0, 0]) + bytes(2 * width) + scale.to_bytes(4, "big") + ticks.to_bytes(width, "big")
    return (
        box(b"ftyp", b"isom") + box(b"free", b"") + box(b"moov", box(b"mvhd", header + bytes(80)) + box(b"trak", b""))
    )


@pytest.mark.parametrize("version", [0, 1])
def test_the_movie_header_tells_the_seconds(version: int) -> None:
    assert duration_s(film(600, 15_000, version=version)) == 25.0


@pytest.mark.parametrize(
    "head", [b"", b"ftyp", film(0, 9), film(1, 0), film(600, 15_000)[:54], box(b"mdat", b"x" * 90)]
)
def test_a_head_that_does_not_tell_gives_nothing(head: bytes) -> None:
    assert duration_s(head) is None


@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_break_the_reader(noise: bytes, at: int) -> None:
    whole = film(600, 15_000)
    for data in (noise, whole[:at] + noise + whole[at:]):
        found = duration_s(data)
        assert found is None or found > 0
