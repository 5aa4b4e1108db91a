"""What do pages with a video show, to whom, and what do they ask of the browser?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cordee.activities.video.allowing import allow_host, forbid_host
from cordee.activities.video.models import Viewing
from cordee.activities.video.tests.make import FILM, PLAIN, SRT, batch, event, watcher
from cordee.core.clock import now
from cordee.courses.models import Run
from cordee.courses.tests.make import NOW
from cordee.learning.models import ActivityState, Enrolment, Event
from cordee.learning.tests.test_pages import address, browser_of, statements, words
from cordee.people.granting import grant_role
from cordee.people.models import Account, Role
from cordee.people.tests.make import give_session, make_account, make_session, signed_in_client

pytestmark = pytest.mark.django_db
YOUTUBE = '<video display_name="A film" youtube="1.00:abcDEF_1234" start_time="00:00:07"/>'
FOREIGN = PLAIN.replace("/static/a film.mp4", "https://films.example.org/a.mp4")
LONG = "".join(
    f"{n}\n00:{n * 4 // 60:02}:{n * 4 % 60:02},000 --> 00:{(n * 4 + 3) // 60:02}:{(n * 4 + 3) % 60:02},900\n"
    f"Line {n} of a long talk about cables, frames and packets.\n\n"
    for n in range(1, 301)
)


def unit_of(enrolment: Enrolment, query: str = "", client: Client | None = None) -> Any:
    return (client or browser_of(enrolment)).get(address(enrolment, f"units/u1{query}"))


def policy_of(answer: Any) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))


def teacher_of(run: Run) -> Account:
    account = make_account()
    grant_role(account=account, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=NOW)
    return account


def test_the_film_plays_without_script_with_its_subtitles_and_its_words_below(tmp_path: Path) -> None:
    answer = unit_of(watcher(tmp_path))
    page = words(answer.content)
    assert '<video controls preload="none" playsinline' in page
    assert re.search(r'<source src="http://localhost:8001/f/[^"]+/a%20film.mp4" type="video/mp4">', page)
    track = re.search(r'<track kind="captions" src="([^"]+)" srclang="en" label="English" default>', page)
    assert track
    assert "Line 5 of the film." in page
    assert policy_of(answer)["media-src"] == "'self' http://localhost:8001"
    assert "frame-src" not in policy_of(answer)


def test_subtitles_come_from_the_sites_own_origin_for_those_who_may_have_them(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    found = re.search(r'<track kind="captions" src="([^"]+)"', unit_of(enrolment).content.decode())
    assert found
    answer = browser_of(enrolment).get(found[1])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    assert answer.content.startswith(b"WEBVTT\n\n00:00:02.000 --> 00:00:03.900\nLine 1 of the film.")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert browser_of(enrolment).get(f"{found[1]}x").status_code == 404
    stranger = signed_in_client(make_account())
    assert stranger.get(found[1]).status_code == 403


def test_a_long_transcript_has_a_page_of_its_own_and_the_unit_stays_light(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path, static={"a film.mp4": FILM, "a film.srt": LONG.encode()})
    page = unit_of(enrolment).content
    assert len(page) < 40_000
    assert b"Line 300" not in page
    assert b"Read the transcript (300 lines)" in page
    url = address(enrolment, "activities/v1/transcript/en")
    assert url.encode() in page
    read = words(browser_of(enrolment).get(url).content)
    assert "Line 300 of a long talk" in read
    assert ">20:00<" in read
    saved = browser_of(enrolment).get(f"{url}?as=text")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="transcript-en.txt"'
    assert b"0:04  Line 1 of a long talk" in saved.content
    assert browser_of(enrolment).get(url.replace("/en", "/xx")).status_code == 404


def test_a_page_with_a_video_costs_one_statement_more(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    client = browser_of(enrolment)
    with_video = statements(client, address(enrolment, "units/u1"))
    without = statements(client, address(enrolment, "units/u2"))
    assert len(with_video) == len(without) + 1


def test_the_film_goes_on_where_the_learner_stopped(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    client = browser_of(enrolment)
    unit_of(enrolment, client=client)
    answer = client.post(address(enrolment, "activities/v1/watching"), {"events": batch(event("paused", at_s=12.5))})
    assert answer.json() == {"share": 0.0, "done": False}
    page = words(unit_of(enrolment, client=client).content)
    assert "#t=12.5" in page
    assert "It goes on at 0:12, where you stopped." in page


def test_who_stopped_at_the_very_end_begins_anew(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    client = browser_of(enrolment)
    client.post(address(enrolment, "activities/v1/watching"), {"events": batch(event("paused", at_s=24))})
    assert "#t=" not in words(unit_of(enrolment, client=client).content)


def test_i_have_seen_it_works_without_script_and_counts_once(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    client = browser_of(enrolment)
    page = words(unit_of(enrolment, client=client).content)
    assert "I have seen it</button>" in page
    assert "0% of the units done" in page
    url = address(enrolment, "activities/v1/done")
    for _ in range(2):
        answer = client.post(url)
        assert (answer.status_code, answer.headers["Location"]) == (303, address(enrolment, "units/u1#v1-done"))
    page = words(unit_of(enrolment, client=client).content)
    assert "I have seen it" not in page
    assert "25% of the units done" in page
    assert ActivityState.objects.get().done_at
    assert [found.data for found in Event.objects.filter(verb="done")] == [{"by": "learner"}]


def test_only_what_may_be_said_to_be_done_can_be(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    client = browser_of(enrolment)
    assert client.post(address(enrolment, "activities/practice/done")).status_code == 409
    assert client.post(address(enrolment, "activities/nothing/done")).status_code == 404
    assert not ActivityState.objects.exists()


def test_a_text_alone_is_still_done_when_it_was_opened(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path, "<video/>", {})
    assert "0% of the units done" in words(unit_of(enrolment).content)  # the video beside it is not


def test_a_batch_needs_the_token_of_the_page(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    strict = Client(enforce_csrf_checks=True)
    give_session(strict, make_session(enrolment.account))
    answer = strict.post(address(enrolment, "activities/v1/watching"), {"events": batch(event("paused", at_s=1))})
    assert answer.status_code == 403
    assert not Viewing.objects.exists()


@pytest.mark.parametrize(("events", "status"), [("[]", 400), ("{", 400), (" " * 20_000, 413)])
def test_nonsense_is_refused_and_nothing_is_kept(tmp_path: Path, events: str, status: int) -> None:
    enrolment = watcher(tmp_path)
    answer = browser_of(enrolment).post(
        address(enrolment, "activities/v1/watching"), {"events": events}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == status
    assert answer.json()["error"]
    assert not Viewing.objects.exists()


def test_only_learners_send_what_they_watch_and_only_of_videos(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path)
    form = {"events": batch(event("paused", at_s=1))}
    teacher = signed_in_client(teacher_of(enrolment.run))
    assert teacher.post(address(enrolment, "activities/v1/watching"), form).status_code == 403
    assert browser_of(enrolment).post(address(enrolment, "activities/t1/watching"), form).status_code == 404
    page = words(unit_of(enrolment, client=teacher).content)
    assert 'data-watching=""' in page
    assert "I have seen it" not in page


def test_youtube_is_loaded_only_once_the_reader_has_asked(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path, YOUTUBE, {})
    answer = unit_of(enrolment)
    page = words(answer.content)
    assert "<iframe" not in page
    assert "frame-src" not in policy_of(answer)
    assert 'href="?show=v1#v1"' in page
    assert "loads YouTube’s player" in page
    answer = unit_of(enrolment, "?show=v1")
    assert 'src="https://www.youtube-nocookie.com/embed/abcDEF_1234?rel=0&amp;start=7"' in words(answer.content)
    assert policy_of(answer)["frame-src"] == "https://www.youtube-nocookie.com"
    assert "frame-src" not in policy_of(unit_of(enrolment, "?show=t1"))


def test_another_site_is_asked_only_once_a_teacher_has_allowed_it(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path, FOREIGN)
    answer = unit_of(enrolment)
    assert "<source" not in words(answer.content)
    assert 'href="https://films.example.org/a.mp4" rel="noopener noreferrer"' in words(answer.content)
    assert "films" not in policy_of(answer)["media-src"]
    allow_host(course=enrolment.run.course, origin="https://films.example.org", by=enrolment.account, now=now())
    answer = unit_of(enrolment)
    assert '<source src="https://films.example.org/a.mp4" type="video/mp4">' in words(answer.content)
    assert policy_of(answer)["media-src"].endswith(" https://films.example.org")
    other = browser_of(enrolment).get(address(enrolment, "units/u2"))
    assert "films" not in policy_of(other)["media-src"]
    forbid_host(course=enrolment.run.course, origin="https://films.example.org")
    assert "<source" not in words(unit_of(enrolment).content)


def test_a_teacher_allows_and_forbids_sites_on_a_page_that_names_them(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path, FOREIGN)
    teacher = signed_in_client(teacher_of(enrolment.run))
    url = address(enrolment, "media-hosts")
    assert url in words(unit_of(enrolment, client=teacher).content)
    assert url not in words(unit_of(enrolment).content)
    assert "not allowed" in words(teacher.get(url).content)
    origin = "https://films.example.org"
    assert teacher.post(url, {"origin": origin, "allow": "yes"}).status_code == 303
    assert "not allowed" not in words(teacher.get(url).content)
    assert "<source" in words(unit_of(enrolment).content)
    assert teacher.post(url, {"origin": origin, "allow": "no"}).status_code == 303
    assert "<source" not in words(unit_of(enrolment).content)
    assert teacher.post(url, {"origin": "https://evil.example", "allow": "yes"}).status_code == 400
    assert browser_of(enrolment).post(url, {"origin": origin, "allow": "yes"}).status_code == 403


def test_a_film_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    page = words(unit_of(watcher(tmp_path, static={"a film.srt": SRT.encode()})).content)
    assert "The film is missing here." in page
    assert "Line 1 of the film." in page
    assert "<video" not in page


def test_the_author_says_what_may_be_downloaded(tmp_path: Path) -> None:
    enrolment = watcher(tmp_path, PLAIN.replace("<video ", '<video download_video="true" '))
    assert "Download the video" in words(unit_of(enrolment).content)


def test_a_stream_is_offered_behind_the_files(tmp_path: Path) -> None:
    xml = (
        '<video><source src="https://films.example.org/a.m3u8"/><source src="https://films.example.org/a.mp4"/></video>'
    )
    enrolment = watcher(tmp_path, xml, {})
    allow_host(course=enrolment.run.course, origin="https://films.example.org", by=enrolment.account, now=now())
    found = re.findall(r'<source src="([^"]+)" type="([^"]+)">', words(unit_of(enrolment).content))
    assert found == [
        ("https://films.example.org/a.mp4", "video/mp4"),
        ("https://films.example.org/a.m3u8", "application/vnd.apple.mpegurl"),
    ]


@pytest.mark.parametrize(
    "src", ["javascript:alert(1)", "data:video/mp4;base64,AAAA", 'https://evil.example" onerror="x', "http://[", "//"]
)
def test_an_address_that_is_none_plays_nothing_and_breaks_nothing(tmp_path: Path, src: str) -> None:
    from xml.sax.saxutils import quoteattr

    answer = unit_of(watcher(tmp_path, f"<video><source src={quoteattr(src)}/></video>", {}))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<source" not in page
    assert "javascript:" not in page
    assert "data:video" not in page
    assert 'onerror="' not in page
