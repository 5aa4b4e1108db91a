"""Is a batch of a player taken, and anything else refused whole?"""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.activities.video.posting import MOST_EVENTS, SCHEMA, read_batch
from cordee.activities.video.tests.make import batch, event
from cordee.core.errors import CordeeError, InputRefused
from cordee.courses.tests.make import NOW
from cordee.learning.journal import VERBS


def test_events_come_in_the_order_in_which_they_happened() -> None:
    found = read_batch(
        batch(event("paused", at_s=9, ago_ms=100), event("played", at_s=0, speed=1, length_s=25, ago_ms=9100)), NOW
    )
    assert [one.verb for one in found] == ["played", "paused"]
    assert (NOW - found[0].device_at).total_seconds() == 9.1


def test_the_journal_knows_all_that_a_player_may_say() -> None:
    for verb, (needed, possible) in SCHEMA.items():
        assert needed | possible <= VERBS[verb]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        "null",
        "[1]",
        "[[]]",
        "[" * 5000,
        batch(*[event(from_s=0, to_s=1)] * (MOST_EVENTS + 1)),
        batch(event("cheated", at_s=1)),
        batch(event("paused")),
        batch(event("paused", at_s=1, more=2)),
        batch(event("paused", at_s=-1)),
        batch(event("paused", at_s=True)),
        batch(event("paused", at_s=1e9)),
        batch(event("paused", at_s=float("nan"))),
        batch(event("paused", at_s=float("inf"))),
        batch(event("paused", at_s="1")),  # type: ignore[arg-type] # what a script may send
        batch(event("progressed", from_s=9, to_s=1)),
        batch(event("paused", at_s=1, id="no id")),
        batch(event("paused", at_s=1, ago_ms=-1)),
        batch(event("paused", at_s=1) | {"actor": "me"}),
        batch({"verb": "paused"}),
        batch(event("paused", at_s=1) | {"verb": ["paused"]}),
        batch(event("paused", at_s=1) | {"id": 5}),
    ],
    ids=lambda text: f"{len(text)} characters",
)
def test_what_no_player_sends_is_refused(text: str) -> None:
    with pytest.raises(InputRefused):
        read_batch(text, NOW)


def test_a_batch_has_a_largest_size() -> None:
    with pytest.raises(CordeeError) as refused:
        read_batch(" " * 20_000, NOW)
    assert refused.value.status == 413


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "verb", "ago_ms", "data", "at_s"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(json_values)
def test_no_json_breaks_the_reader(value: Any) -> None:
    with contextlib.suppress(InputRefused):
        assert read_batch(json.dumps(value), NOW)
