"""Which names are shown, and which are refused?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.people.names import MAX_LENGTH, NameRefused, read_name


@pytest.mark.parametrize(
    "name",
    [
        "Awa Diallo",
        "İstanbul",
        "Weiß",
        "ﬁ",
        "O’Neill-Ngô Thị Ánh",
        "李小龙",
        "सत्यजित राय",
        "می‌خواهم",  # with its joiner
        "ක්‍රිෂ්ණ",  # with its joiner
        "שָׁלוֹם",
        "Jean Cordée",
        "Anne Admin-Dupont",
        "X",
        "<script>alert(1)</script>",  # escaped when shown
        "x" * MAX_LENGTH,
    ],
)
def test_a_name_is_shown_as_typed(name: str) -> None:
    assert read_name(name) == unicodedata.normalize("NFC", name)


def test_spaces_around_and_doubled_are_tidied() -> None:
    assert read_name("  Awa \u00a0  Diallo\u2009") == "Awa Diallo"


@pytest.mark.attack(54)
@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\u3164",
        "Awa\u3164",
        "42",
        "!!!",
        "Awa\nDiallo",
        "Awa\x00",
        "Awa\r\nSet-Cookie: a=b",
        "Awa\u202eollaiD",
        "\u2066Awa\u2069",
        "A\u200bwa",
        "A\u200dwa",
        "Awa\u200c",
        "\ufeffAwa",
        "A\u00adwa",
        "Awa\ud800",
        "Awa\ue000",
        "Awa\U000e0041",
        "A" + "\u0301" * 40,
        "Z\u0337\u0322\u0321\u035c\u0327algo",
        "x" * (MAX_LENGTH + 1),
    ],
)
def test_what_hides_or_draws_outside_its_line_is_refused(name: str) -> None:
    with pytest.raises(NameRefused):
        read_name(name)


@pytest.mark.attack(54)
@pytest.mark.parametrize(
    "name",
    [
        "Administrateur",
        "administrator",
        "ADMIN",
        "Admin 2",
        "Cordée",
        "cordee",
        "Équipe Cordée",
        "Support-Cordée",
        "C o r d é e",
        "Аdministrateur",  # with a Cyrillic "А"
        "Ａｄｍｉｎ",
        "A\u0301dmin",
        "Modératrice",
    ],
)
def test_nobody_poses_as_the_site(name: str) -> None:
    with pytest.raises(NameRefused):
        read_name(name)


@given(st.text(max_size=200))
def test_a_name_once_read_reads_the_same_again(text: str) -> None:
    try:
        name = read_name(text)
    except NameRefused:
        return
    assert read_name(name) == name
    assert not {"Cc", "Cs", "Zl", "Zp"} & {unicodedata.category(sign) for sign in name}
