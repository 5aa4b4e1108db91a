"""How long a unit takes is said where it can be known, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cordee.activities.text.kind import Text, TextKind
from cordee.courses.durations import unit_seconds
from cordee.courses.kinds import installed, seconds_for
from cordee.courses.reading_time import reading_s
from cordee.courses.tests.make import CAPITAL, small_run
from cordee.formats.olx.model import Block

WORDS = "mot " * 400


@pytest.mark.parametrize(
    ("html", "seconds"),
    [
        ("", 0),
        (f"<p>{WORDS}</p>", 120),
        ("<p>L’énergie, aujourd’hui&nbsp;: c'est peut-être <b>ça</b>.</p>", 0.3 * 5),
        (f"<script>{WORDS}</script><style>{WORDS}</style><p>un</p>", 0.3),
        ('<p>Regardez</p><iframe src="https://films.example/1"></iframe>', None),
        ("<AUDIO controls></AUDIO>", None),
    ],
)
def test_a_text_is_read_at_two_hundred_words_a_minute_and_what_is_played_is_not_guessed(
    html: str, seconds: float | None
) -> None:
    assert reading_s(html) == (None if seconds is None else pytest.approx(seconds))


def _read(kind: str, content: str, **attributes: str) -> float | None:
    found = installed()[kind]
    tag = found.olx_tags[0]
    block: Any = Block(tag=tag, id="b", title="", attributes=attributes, content=content)
    return seconds_for(found, found.read_olx(block).definition)


def test_each_kind_says_it_or_that_nobody_can() -> None:
    assert _read("quiz", CAPITAL) == 60
    assert _read("quiz", CAPITAL.replace("<multiplechoice", f"<p>{WORDS}</p><multiplechoice", 1)) == pytest.approx(
        120, abs=3
    )
    assert _read("video", '<video youtube_id_1_0="abc"/>') is None
    assert seconds_for(TextKind(), Text("<p>un deux</p>")) == pytest.approx(0.6)
    assert seconds_for(installed()["survey"], object()) is None
    assert seconds_for(installed()["unknown"], object()) is None


@pytest.mark.django_db
def test_a_unit_has_its_minutes_worked_out_once_for_a_version(tmp_path: Path) -> None:
    run = small_run(tmp_path, text=f"<p>{WORDS}</p>")
    found = unit_seconds(run.version.sha256, "en")
    assert (found["u1"], found["u2"], found["v_capital"]) == (120, 60, 60)
    with CaptureQueriesContext(connection) as asked:
        assert unit_seconds(run.version.sha256, "en") is found
    assert not asked.captured_queries


@pytest.mark.django_db
def test_a_unit_with_anything_unknown_in_it_says_nothing(tmp_path: Path) -> None:
    run = small_run(tmp_path, text='<p>Voir</p><iframe src="https://films.example/1"></iframe>')
    assert "u1" not in unit_seconds(run.version.sha256, "en")
