"""Is a video the same film as course text and as OLX?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from cordee.activities.video import olx
from cordee.activities.video.definition import Chapter, Track, Transcript, Video
from cordee.activities.video.preparing import prepare
from cordee.activities.video.text import _meaning, read_text, write_text
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Message, Place, TextBlock, Written
from cordee.formats.olx.model import Block

CHAPTERS = "- 0:00 Un câble\n- 1:24 Les *adresses*\n"


def block(body: str = "", **settings_: str) -> TextBlock:
    written = tuple(Written(name, value, Place("a.md", 2)) for name, value in settings_.items())
    return TextBlock("video", "v", written, marks.lines_of(body, Place("a.md", 4)), Place("a.md"))


def read(found: TextBlock) -> Video:
    said = Messages()
    olx_block = read_text(found, None, said)
    assert said.all == []
    video, remarks = olx.read(olx_block.content, olx_block.attributes)
    assert remarks == ()
    return video


def said_of(body: str = "", **settings_: str) -> list[Message]:
    said = Messages()
    read_text(block(body, **settings_), None, said)
    return said.all


def test_a_film_its_subtitles_and_its_chapters_are_said() -> None:
    video = read(
        block(
            CHAPTERS,
            title="Film",
            src="[trame.mp4, https://youtu.be/dQw4w9WgXcQ]",
            captions="[trame.fr.vtt, en words.srt]",
            duration="4:10",
            start="0:12",
            end="3:40",
            download="no",
            handout="fiche.pdf",
            transcript="dit.txt",
            licence="CC-BY-SA-4.0",
        )
    )
    assert video.sources == ("trame.mp4",)
    assert video.youtube == (("1.00", "dQw4w9WgXcQ"),)
    assert video.transcripts == (Transcript("fr", "trame.fr.vtt"), Transcript("en", "words.srt"))
    assert video.chapters == (Chapter(0.0, "Un câble"), Chapter(84.0, "Les adresses"))
    assert (video.duration_s, video.start_s, video.end_s, video.download_video) == (250.0, 12.0, 220.0, False)
    assert (video.tracks, video.download_track, video.handouts) == ((Track("dit.txt"),), True, ("fiche.pdf",))
    assert ("license", "creative-commons: ver=4.0 BY SA") in video.attributes


def test_chapters_and_length_that_the_author_wrote_outlive_the_import_and_the_export() -> None:
    video = read(block(CHAPTERS, src="trame.mp4", duration="4:10"))
    prepared = prepare(video, lambda _link: None).definition
    assert (prepared.chapters, prepared.duration_s) == (video.chapters, 250.0)
    again, _remarks = olx.read(olx.write(prepared))
    assert (again.chapters, again.duration_s) == (video.chapters, 250.0)


def test_an_attribute_of_ours_that_cannot_be_read_says_nothing() -> None:
    for chapters in ("x", "[[1]]", '[[-1, "a"]]', "{}", "[1]"):
        element = etree.Element("video", chapters=chapters, duration="long")
        video, remarks = olx.read(etree.tostring(element, encoding="unicode"))
        assert (video.chapters, video.duration_s, remarks) == ((), None, ())


@pytest.mark.parametrize(
    ("body", "settings_", "code", "place"),
    [
        ("", {}, "no-film", "a.md:1:1"),
        ("", {"src": "a.mp4", "captions": "mots.vtt"}, "captions-language", "a.md:2:1"),
        ("", {"src": "a.mp4", "start": "midi"}, "bad-setting", "a.md:2:1"),
        ("", {"src": "a.mp4", "licence": "à moi"}, "bad-licence", "a.md:2:1"),
        ("", {"src": "a.mp4", "download": "oui"}, "bad-setting", "a.md:2:1"),
        ("- Un câble\n", {"src": "a.mp4"}, "not-a-chapter", "a.md:4:3"),
        ("- 1:00 Un\n- 0:30 Deux\n", {"src": "a.mp4"}, "chapter-before", "a.md:5:3"),
        ("Un mot.\n", {"src": "a.mp4"}, "words-in-video", "a.md:4:1"),
    ],
)
def test_each_mistake_is_told_at_its_place(body: str, settings_: dict[str, str], code: str, place: str) -> None:
    assert (code, place) in {(one.code, str(one.place)) for one in said_of(body, **settings_)}


files = st.sampled_from(["film.mp4", "/static/un film.mp4", "https://a.example/b.mp4"])
transcripts = st.sampled_from([("fr", "a.fr.vtt"), ("en", "mots.srt"), ("fi", "x.fi.srt")])
moments = st.none() | st.sampled_from([0.5, 12.0, 90.0, 3725.25])


@st.composite
def videos(draw: st.DrawFn) -> Video:
    tracks = draw(st.sampled_from([(), (Track("dit.txt"),)]))
    return Video(
        sources=tuple(draw(st.lists(files, min_size=1, max_size=3, unique=True))),
        youtube=draw(st.sampled_from([(), (("1.00", "dQw4w9WgXcQ"),)])),
        transcripts=tuple(Transcript(*one) for one in draw(st.lists(transcripts, max_size=2, unique=True))),
        tracks=tracks,
        handouts=draw(st.sampled_from([(), ("fiche.pdf",)])),
        poster=draw(st.sampled_from(["", "a.jpg"])),
        start_s=draw(moments),
        end_s=draw(moments),
        download_video=draw(st.booleans()),
        download_track=bool(tracks) or draw(st.booleans()),
        attributes=draw(
            st.sampled_from(
                [
                    (),
                    (("chapters", '[[0.0, "Un {x} *câble*"], [61.5, "- (x) = 4"]]'),),
                    (("duration", "250"), ("license", "creative-commons: ver=4.0 BY")),
                    (("license", "all-rights-reserved"),),
                ]
            )
        ),
    )


@given(videos())
@settings(deadline=None, max_examples=100)
def test_a_video_written_as_text_is_read_back_as_itself(video: Video) -> None:
    content = olx.write(video)
    attributes = {str(name): str(value) for name, value in etree.fromstring(content).attrib.items()}
    found = write_text(Block("v", "video", "", attributes, content=content))
    assert found is not None, content
    assert _meaning(read(found)) == _meaning(olx.read(content)[0])


@pytest.mark.parametrize(
    "content",
    [
        '<video youtube="0.75:abcdefghijk,1.00:dQw4w9WgXcQ"/>',
        '<video sub="abc"><source src="a.mp4"/></video>',
        '<video edx_video_id="4f1c"><source src="a.mp4"/></video>',
        '<video><source src="a.mp4"/><video_asset duration="3"/></video>',
        '<video show_captions="false"><source src="a.mp4"/></video>',
        '<video html5_sources="nothing"/>',
    ],
)
def test_what_text_has_no_words_for_stays_olx(content: str) -> None:
    attributes = {str(name): str(value) for name, value in etree.fromstring(content).attrib.items()}
    assert write_text(Block("v", "video", "", attributes, content=content)) is None
