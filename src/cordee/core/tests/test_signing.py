"""Does a link grant one file, under one name and type, on its days, and nothing else?"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.core.signing import SignedFile, safe_name, sign_file, verify_file

KEY = b"k" * 32
DAY = dt.date(2026, 3, 1)
HASH = "0123456789abcdef" * 4


def link(name: str = "schéma du réseau.svg", content_type: str = "image/svg+xml") -> str:
    return sign_file(KEY, sha256=HASH, name=name, content_type=content_type, day=DAY)


def test_a_link_is_good_on_its_day_and_the_next() -> None:
    granted = SignedFile(HASH, "schéma du réseau.svg", "image/svg+xml")
    assert verify_file(KEY, link(), today=DAY) == granted
    assert verify_file(KEY, link(), today=DAY + dt.timedelta(days=1)) == granted
    assert verify_file(KEY, link(), today=DAY + dt.timedelta(days=2)) is None


def test_a_link_made_elsewhere_where_tomorrow_has_begun_is_good_but_no_later_one() -> None:
    assert verify_file(KEY, link(), today=DAY - dt.timedelta(days=1)) is not None
    assert verify_file(KEY, link(), today=DAY - dt.timedelta(days=2)) is None


def test_changing_any_character_of_a_link_makes_it_worthless() -> None:
    path = link(name="a.png", content_type="image/png")
    for place in range(len("/f/"), len(path)):
        for other in "A0-%":
            if path[place] != other:
                changed = path[:place] + other + path[place + 1 :]
                assert verify_file(KEY, changed, today=DAY) is None, changed


def test_a_link_of_another_site_is_worthless() -> None:
    assert verify_file(b"x" * 32, link(), today=DAY) is None


@pytest.mark.parametrize("path", ["", "/f/", "/f/1/2/3/4", "/f/1/é/x/y/z", "/f/20260301/a/b/c/%ff", "/f/a/b/=/c/d"])
def test_what_is_no_link_grants_nothing(path: str) -> None:
    assert verify_file(KEY, path, today=DAY) is None


@given(st.text())
def test_any_name_can_be_signed_and_comes_back_safe(name: str) -> None:
    granted = verify_file(KEY, link(name=name), today=DAY)
    assert granted is not None
    assert granted.name == safe_name(name)
    assert granted.name.isprintable()
    assert not set(granted.name) & set('/\\"\r\n')
    assert 0 < len(granted.name.encode()) <= 200


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("é" * 300 + ".pdf").endswith(".pdf")
    assert safe_name("../../etc/.htaccess") == "htaccess"
    assert safe_name('x\r\nSet-Cookie: "a"') == "xSet-Cookie a"


def test_a_type_that_would_break_a_header_cannot_be_signed() -> None:
    with pytest.raises(ValueError, match="no content type"):
        link(content_type="text/html\r\nSet-Cookie: a=b")
