"""Who is slowed down, and who never is?"""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import RequestFactory

from cordee.core.errors import TooMany
from cordee.people.forgetting import forget_tries
from cordee.people.models import Throttle
from cordee.people.throttling import address_of, give_back, take_sign_up, take_try

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def fail(
    times: int, *, key: str = "awa@example.org", address: str = "192.0.2.1", at: float = 0, device: str = ""
) -> int:
    """Send `times` wrong passwords; how many were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            take_try(email_key=key, address=address, device=device, now=after(at))
        except TooMany:
            continue
        looked_at += 1
    return looked_at


def test_a_hundred_tries_at_once_are_five() -> None:
    assert fail(100) == 5


def test_tries_a_second_apart_are_five_too() -> None:
    assert sum(fail(1, at=second) for second in range(30)) == 5


def test_the_refusal_says_how_long_to_wait() -> None:
    fail(5)
    with pytest.raises(TooMany) as refused:
        take_try(email_key="awa@example.org", address="192.0.2.1", device="", now=after(1))
    assert refused.value.retry_after_s == 30
    assert "30 seconds" in str(refused.value)


def test_waits_double_up_to_a_quarter_of_an_hour_and_are_never_for_ever() -> None:
    fail(5)
    waits, at = [], 0.0
    for _ in range(8):
        with pytest.raises(TooMany) as refused:
            take_try(email_key="awa@example.org", address="192.0.2.1", device="", now=after(at))
        waits.append(refused.value.retry_after_s)
        at += refused.value.retry_after_s
        assert fail(1, at=at) == 1
    assert waits[:4] == [30, 60, 120, 240]
    assert waits == sorted(waits)
    assert max(waits) == 900


def test_the_owner_signs_in_from_elsewhere_while_one_address_is_blocked() -> None:
    fail(100)
    assert fail(1, address="198.51.100.7") == 1


@pytest.mark.attack(1)
def test_the_owner_signs_in_from_a_new_address_while_many_addresses_try() -> None:
    tried = sum(fail(8, address=f"203.0.113.{number}") for number in range(60))
    assert tried < 80  # 5 for each of the first few, then 1 each
    assert fail(1, address="198.51.100.7") == 1


def test_a_known_browser_is_not_kept_out_by_a_stranger_behind_the_same_address() -> None:
    fail(100)
    assert fail(1) == 0
    assert fail(1, device="0123") == 1


def test_a_known_browser_is_slowed_down_by_its_own_tries() -> None:
    assert fail(100, device="0123") == 5


def test_a_class_of_forty_behind_one_address_signs_in_together() -> None:
    for number in range(40):
        taken = take_try(email_key=f"learner{number}@example.org", address="192.0.2.1", device="", now=NOW)
        give_back(taken, now=NOW)
    assert fail(1, key="teacher@example.org") == 1


def test_a_class_of_forty_signs_in_beside_one_who_tries_a_hundred_passwords() -> None:
    fail(100, key="victim@example.org")
    assert all(fail(1, key=f"learner{number}@example.org") == 1 for number in range(40))


@pytest.mark.long
@pytest.mark.attack(112)
def test_one_address_that_tries_a_thousand_accounts_is_slowed_down() -> None:
    tried = sum(fail(1, key=f"learner{number}@example.org", at=number * 0.06) for number in range(1000))
    assert 100 <= tried <= 120


def test_right_passwords_do_not_count_against_the_address() -> None:
    for number in range(150):
        give_back(take_try(email_key=f"a{number}@example.org", address="192.0.2.1", device="", now=NOW), now=NOW)
    assert fail(1, key="other@example.org") == 1


def test_a_right_password_forgets_the_typing_errors_before_it() -> None:
    fail(4)
    give_back(take_try(email_key="awa@example.org", address="192.0.2.1", device="", now=NOW), now=NOW)
    assert fail(100) == 5


def test_ones_own_right_password_does_not_wash_away_tries_on_others() -> None:
    fail(5, key="victim@example.org")
    give_back(take_try(email_key="eve@example.org", address="192.0.2.1", device="", now=NOW), now=NOW)
    assert fail(1, key="victim@example.org") == 0


def test_a_clock_set_back_locks_nobody_out() -> None:
    fail(5, at=7200)
    assert fail(1) == 1


def test_counts_hold_no_address_and_are_forgotten_after_their_term() -> None:
    fail(1)
    assert not any("example" in row.key or "192.0" in row.key for row in Throttle.objects.all())
    forget_tries(before=after(-3600))
    assert Throttle.objects.count() == 3
    forget_tries(before=after(3600))
    assert Throttle.objects.count() == 0


@pytest.mark.attack(112)
def test_forty_accounts_are_made_behind_one_address_and_a_thousand_are_not() -> None:
    made = 0
    for number in range(1000):
        try:
            take_sign_up(address="192.0.2.1", now=after(number * 0.06))
        except TooMany:
            continue
        made += 1
    assert 60 <= made <= 80


@pytest.mark.parametrize(
    ("peer", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("junk", "unknown"),
    ],
)
def test_one_subscriber_is_one_address(peer: str, counted: str) -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=peer)) == counted


def test_a_header_of_the_sender_changes_nothing_about_who_is_counted() -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.7", HTTP_X_REAL_IP="1.1.1.1"
    )
    assert address_of(request) == "192.0.2.1"
