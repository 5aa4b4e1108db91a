"""What does an import make of videos, and what does it tell their author?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cordee.activities.video.codec import from_json
from cordee.activities.video.definition import Captions, Chapter, Video
from cordee.activities.video.queries import cues_of
from cordee.activities.video.tests.make import FILM, SECONDS, SRT, files_with, remarks_of, watcher
from cordee.courses.importing import check_course
from cordee.courses.models import Content, Version
from cordee.courses.queries import files_of
from cordee.courses.tests.make import NOW, archive
from cordee.formats.archives import Limits

pytestmark = pytest.mark.django_db
SJSON = json.dumps({"start": [2000], "end": [3900], "text": ["Line 1 of the film."]}).encode()


def video_in() -> Video:
    return from_json(Content.objects.get(kind="video").data)


def test_subtitles_become_webvtt_beside_the_files_of_the_course(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    (found,) = video_in().captions
    assert (found.language, found.cues, found.end_s) == ("en", 5, 11.9)
    files = files_of(enrolment.run.version.sha256)["en"]
    assert files[found.name][1] == "text/vtt; charset=utf-8"
    assert files["a film.srt"]
    assert cues_of(files[found.name][0])[0].text == "Line 1 of the film."
    assert video_in().duration_s == SECONDS
    assert not remarks_of(enrolment)


def test_the_older_dialect_of_subtitles_is_found_by_its_name(tmp_path: Path) -> None:
    watcher(
        tmp_path, '<video sub="abc"><source src="/static/f.mp4"/></video>', {"f.mp4": FILM, "subs_abc.srt.sjson": SJSON}
    )
    (found,) = video_in().captions
    assert (found.language, found.cues) == ("en", 1)


def test_chapters_are_read_from_a_track(tmp_path: Path) -> None:
    chapters = b"WEBVTT\n\n00:00.000 --> 00:05.000\nFirst\n\n00:05.000 --> 00:25.000\nSecond\n"
    xml = '<video><source src="f.mp4"/><track kind="chapters" src="c.vtt"/></video>'
    watcher(tmp_path, xml, {"f.mp4": FILM, "c.vtt": chapters})
    assert video_in().chapters == (Chapter(0.0, "First"), Chapter(5.0, "Second"))


def test_nothing_is_refused_and_everything_missing_is_told_with_its_place(tmp_path: Path) -> None:
    xml = (
        '<video sub="gone"><source src="/static/gone.mp4"/><source src="also gone.mp4"/><source src="https://films.example.org:8443/a.mp4"/>'
        '<transcript language="fr" src="absent é.srt"/><transcript language="de" src="broken.srt"/>'
        '<transcript language="en" src="half.srt"/></video>'
    )
    half = SRT.replace("00:00:04,000 -->", "00:0x:04 -->").encode()
    enrolment = watcher(tmp_path, xml, {"broken.srt": b"\x00\x01", "half.srt": half})
    told = remarks_of(enrolment)
    assert {code: len(found) for code, found in told.items()} == {
        "missing-subtitles": 1,
        "unreadable-subtitles": 1,
        "spoilt-subtitles": 1,
        "missing-video": 1,
        "foreign-media": 1,
    }
    assert {remark["place"] for found in told.values() for remark in found} == {"video/v1.xml"}
    missing = Version.objects.get(pk=enrolment.run.version_id).report["missing_assets"]
    assert len(missing) == 1
    assert "gone.mp4" in str(missing[0])
    assert "absent é.srt" in told["missing-subtitles"][0]["sentence"]
    assert told["foreign-media"][0]["values"]["host"] == "https://films.example.org:8443"
    assert [(one.language, one.cues) for one in video_in().captions] == [("en", 4)]


@pytest.mark.parametrize("xml", ["<video/>", '<video html5_sources="[]" youtube_id_1_0=""/>'])
def test_a_video_without_a_film_is_told(tmp_path: Path, xml: str) -> None:
    assert set(remarks_of(watcher(tmp_path, xml, {}))) == {"video-without-film", "video-without-subtitles"}


def test_an_absolute_address_of_the_old_platform_is_the_file_of_the_export(tmp_path: Path) -> None:
    xml = '<video><source src="https://old.example.org/asset-v1:Ingenia+TST101+2026+type@asset+block@a_film.mp4"/></video>'
    told = remarks_of(watcher(tmp_path, xml))
    assert "foreign-media" not in told
    assert video_in().duration_s == SECONDS


def test_the_check_counts_videos_and_stores_nothing(tmp_path: Path) -> None:
    found = check_course(archive(files_with(static={}), tmp_path / "c.tar.gz"), limits=Limits(), now=NOW)
    assert found["blocks"]["video"] == 1
    assert "missing-subtitles" in {remark["code"] for remark in found["warnings"]}
    assert len(found["missing_assets"]) == 1
    assert not Content.objects.exists()


def test_a_corrected_subtitle_makes_another_content(tmp_path: Path) -> None:
    watcher(tmp_path)
    watcher(tmp_path, static={"a film.mp4": FILM, "a film.srt": SRT.replace("Line", "Verse").encode()})
    names = {from_json(row.data).captions[0] for row in Content.objects.filter(kind="video")}
    assert len(names) == 2
    assert all(isinstance(one, Captions) for one in names)
