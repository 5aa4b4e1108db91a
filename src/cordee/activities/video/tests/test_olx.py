"""Is a <video> of either dialect read with nothing lost?"""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cordee.activities.video import codec, olx
from cordee.activities.video.definition import Encoded, Track, Transcript, Video

NEW = """<video url_name="v" display_name="Nouer un huit" html5_sources='["https://videos.example.org/huit.mp4"]'
 transcripts='{"fr": "huit fr.srt", "en": "huit_en.srt"}' start_time="00:00:02" end_time="20.5" download_video="true"
 download_track="true" show_captions="false" edx_video_id="4f1c" youtube_id_1_0="" sub="" only_on_web="true"
 license="by"><source src="https://videos.example.org/huit.mp4"/><source src="/static/huit.mp4"/>
 <handout src="/static/Fiche.pdf"/>
 <track src="/static/huit.txt"/><track kind="chapters" srclang="fr" src="/static/huit.vtt"/>
 <transcript language="fr" src="huit fr.srt"/>
 <video_asset client_video_id="x" duration="21.0" image="a.jpg">
 <encoded_video profile="hls" url="https://cdn.example.org/huit.m3u8" file_size="1" bitrate="2"/>
 <transcripts><transcript language_code="de" file_format="srt" provider="Custom"/></transcripts></video_asset>
 <mystery a="1">kept</mystery></video>"""
OLD = '<video youtube="0.75:aaaaaaaaa75,1.00:aaaaaaaa100" youtube_id_1_25="aaaaaaaa125" sub="subsid" from="00:00:10"/>'


def test_the_newer_dialect_is_understood() -> None:
    video, remarks = olx.read(NEW)
    assert not remarks
    assert video.sources == ("https://videos.example.org/huit.mp4", "/static/huit.mp4")
    assert video.transcripts == (Transcript("fr", "huit fr.srt"), Transcript("en", "huit_en.srt"))
    assert video.tracks == (
        Track("/static/huit.txt"),
        Track("/static/huit.vtt", "chapters", (("srclang", "fr"),)),
    )
    assert (video.handouts, video.edx_video_id) == (("/static/Fiche.pdf",), "4f1c")
    assert (video.start_s, video.end_s, video.duration_s) == (2.0, 20.5, 21.0)
    assert (video.download_video, video.download_track, video.shows_captions) == (True, True, False)
    assert video.encoded == (Encoded("hls", "https://cdn.example.org/huit.m3u8"),)
    assert dict(video.attributes) == {"only_on_web": "true", "license": "by"}
    assert "<mystery" in video.extra
    assert 'provider="Custom"' in video.extra


def test_the_older_dialect_is_understood() -> None:
    video, remarks = olx.read(OLD)
    assert not remarks
    assert video.youtube == (("0.75", "aaaaaaaaa75"), ("1.00", "aaaaaaaa100"), ("1.25", "aaaaaaaa125"))
    assert (video.sub, video.attributes) == ("subsid", (("from", "00:00:10"),))


@pytest.mark.parametrize("xml", [NEW, OLD, "<video/>", '<video source="a.mp4" track="t.srt" handout="h.pdf"/>'])
def test_what_was_read_is_written_and_read_again(xml: str) -> None:
    video, _remarks = olx.read(xml)
    assert olx.read(olx.write(video)) == (video, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("start_time", "soon"),
        ("start_time", "-3"),
        ("end_time", "1e400"),
        ("html5_sources", "[1]"),
        ("html5_sources", "not json"),
        ("transcripts", "[]"),
        ("transcripts", '{"fr": 1}'),
        ("youtube", "1.0=abc"),
        ("download_video", "perhaps"),
    ],
)
def test_what_cannot_be_read_is_told_and_kept(name: str, value: str) -> None:
    element = etree.Element("video", {name: value})
    video, remarks = olx.read(etree.tostring(element, encoding="unicode"))
    assert [remark.values["name"] for remark in remarks] == [name]
    assert dict(video.attributes) == {name: value}
    assert str(remarks[0])
    again, _remarks = olx.read(olx.write(video))
    assert again == video


def test_the_attributes_of_the_block_come_before_those_of_the_element() -> None:
    video, _remarks = olx.read('<video sub="a" start_time="1"/>', {"sub": "b", "display_name": "T"})
    assert (video.sub, video.start_s, video.attributes) == ("b", 1.0, ())


# Words of XML: no control characters, no half characters; attributes lose line ends, so none here.
word = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Zs", "Cn")), min_size=1, max_size=12)
name = st.text(string.ascii_lowercase, min_size=3, max_size=8).map(lambda text: f"x_{text}")
code = st.sampled_from(["fr", "en", "pt-br", "zh-hans"])
attributes = st.dictionaries(name, word, max_size=3).map(lambda found: tuple(sorted(found.items())))
seconds = st.none() | st.floats(0.001, 300_000, allow_nan=False)
plain = word.filter(lambda text: text not in ("null", "None", "none") and not text.startswith('"'))


@st.composite
def videos(draw: st.DrawFn) -> Video:
    transcripts = draw(st.dictionaries(code, st.tuples(word, attributes), max_size=3))
    return Video(
        sources=tuple(draw(st.lists(word, max_size=3, unique=True))),
        youtube=tuple(draw(st.dictionaries(st.sampled_from(["0.75", "1.00", "1.5"]), st.just("abc-DEF_012"))).items()),
        sub=draw(st.just("") | plain),
        transcripts=tuple(Transcript(language, src, more) for language, (src, more) in transcripts.items()),
        tracks=tuple(
            draw(
                st.lists(st.builds(Track, word, st.sampled_from(["", "chapters", "subtitles"]), attributes), max_size=2)
            )
        ),
        handouts=tuple(draw(st.lists(word, max_size=2, unique=True))),
        poster=draw(st.just("") | plain),
        start_s=draw(seconds),
        end_s=draw(seconds),
        shows_captions=draw(st.booleans()),
        download_video=draw(st.booleans()),
        download_track=draw(st.booleans()),
        edx_video_id=draw(st.just("") | plain),
        attributes=draw(attributes),
        extra=draw(st.sampled_from(["", "<a>1</a>", '<b c="d"/><a>&lt;</a>'])),
    )


@given(videos())
def test_any_video_survives_olx(video: Video) -> None:
    assert olx.read(olx.write(video)) == (video, ())


@given(videos())
def test_any_video_survives_json(video: Video) -> None:
    assert codec.from_json(codec.to_json(video)) == video
