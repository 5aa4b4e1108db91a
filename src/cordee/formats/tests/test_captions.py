"""Do subtitles of any origin become cues, and do cues survive being written?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.formats.captions import Captions, CaptionsUnreadable, Cue, read, write
from cordee.formats.captions.cues import in_order, tidy

SRT = """1
00:00:01,000 --> 00:00:02,500
Bonjour à <i>tous</i>.

2
00:00:03,000 --> 00:00:05,000
{\\an8}Deux lignes,
l’une sous l’autre.

3
00:00:06,5 --> 00:00:07,500

2026

4
00:01:00,000 --> 00:01:02,000
Fin &amp; suite
"""


def test_subrip_gives_its_words_without_markup() -> None:
    assert read(SRT.encode()).cues == (
        Cue(1.0, 2.5, "Bonjour à tous."),
        Cue(3.0, 5.0, "Deux lignes,\nl’une sous l’autre."),
        Cue(6.5, 7.5, "2026"),
        Cue(60.0, 62.0, "Fin & suite"),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end_is_read(encoding: str, newline: str) -> None:
    assert read(SRT.replace("\n", newline).encode(encoding)) == read(SRT.encode())


def test_sjson_counts_in_milliseconds_and_may_hold_gaps() -> None:
    data = {"start": [1000, 2000, "x", 4000], "end": [1900, 2900, 3900, 4900], "text": ["Un&#39;", None, "c", "Deux"]}
    found = read(json.dumps(data).encode())
    assert found == Captions((Cue(1.0, 1.9, "Un'"), Cue(4.0, 4.9, "Deux")), unread=1)


def test_webvtt_gives_its_speakers_and_not_its_notes() -> None:
    text = (
        "WEBVTT - a title\n\nNOTE nothing here\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start\n<v Bob>Hello <b>you</b> &lt;3\n\nNOTE not said\n\n"
        "01:00:03.250 --> 01:00:04.000\nBye\n"
    )
    assert read(text.encode()).cues == (Cue(1.0, 2.0, "Bob: Hello you <3"), Cue(3603.25, 3604.0, "Bye"))


def test_a_spoilt_line_costs_itself_only() -> None:
    found = read(SRT.replace("00:00:03,000 -->", "00:00:0a,000 -->").encode())
    assert found.unread == 1
    assert [cue.text for cue in found.cues] == ["Bonjour à tous.", "2026", "Fin & suite"]


def test_a_cue_that_ends_before_it_starts_is_still_shown() -> None:
    found = read(b"1\n00:00:05,000 --> 00:00:04,000\nA\n\n2\n00:00:06,000 --> 00:00:07,000\nB\n")
    assert found.cues == (Cue(5.0, 6.0, "A"), Cue(6.0, 7.0, "B"))


def test_a_mended_end_leaves_the_cues_in_order() -> None:
    cues = (Cue(1.0, 1.0, "A"), Cue(1.0, 1.5, "B"))
    assert in_order(cues) == (Cue(1.0, 1.5, "B"), Cue(1.0, 3.0, "A"))


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"hello", b"{}", b"{", b"[1]", b'{"start": 1, "end": [], "text": []}', b"\x00\x01", b"a" * 5_000_001],
)
def test_what_is_no_subtitles_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(CaptionsUnreadable) as refused:
        read(data)
    assert len(str(refused.value)) > 20


@given(
    st.binary(max_size=400)
    | st.text(alphabet='0123456789:,.-> \nWEBVT{}"[]<i&;ab\\r\x00\xff', max_size=300).map(str.encode)
)
def test_any_bytes_give_cues_or_the_named_error(data: bytes) -> None:
    try:
        found = read(data)
    except CaptionsUnreadable:
        return
    assert found.cues
    for cue in found.cues:
        assert 0 <= cue.start_s < cue.end_s
        assert cue.text == tidy(cue.text) != ""


words = st.text(min_size=1, max_size=60).map(tidy).filter(bool)
moments = st.integers(0, 36_000_000).map(lambda milliseconds: milliseconds / 1000)


@st.composite
def some_cues(draw: st.DrawFn) -> tuple[Cue, ...]:
    starts = draw(st.lists(moments, min_size=1, max_size=8))
    return in_order(Cue(start, round(start + draw(st.integers(1, 9000)) / 1000, 3), draw(words)) for start in starts)


@given(some_cues())
def test_what_is_written_is_read_again(cues: tuple[Cue, ...]) -> None:
    assert read(write(cues)) == Captions(cues)


@given(some_cues())
def test_sjson_and_webvtt_say_the_same(cues: tuple[Cue, ...]) -> None:
    data = {
        "start": [round(cue.start_s * 1000) for cue in cues],
        "end": [round(cue.end_s * 1000) for cue in cues],
        "text": [cue.text.replace("&", "&amp;").replace("<", "&lt;") for cue in cues],
    }
    assert read(json.dumps(data).encode()) == read(write(cues))
