"""Which names of members are taken, and under which key?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.formats.archives import ArchiveRefused
from cordee.formats.archives.names import Names, is_litter, key_of


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "a/..",
        "/etc/passwd",
        "C:\\x",
        "C:x",
        "c:/x",
        "\\\\server\\x",
        "a\\b",
        "con",
        "course/CON.xml",
        "course/nul",
        "course/aux.tar.gz",
        "course/LPT1",
        "course/com¹.txt",
        "course/name.",
        "course/name ",
        "course./x",
        "a//b",
        "a/./b",
        "a\0b",
        "a\nb",
        "a\x7fb",
        "a\x9bb",
        "x" * 256,
        "é" * 128,
        "a/" * 600 + "b",
    ],
)
def test_a_dangerous_name_is_refused_and_named(name: str) -> None:
    with pytest.raises(ArchiveRefused) as refusal:
        key_of(name)
    assert "name" in refusal.value.values
    assert all(char.isprintable() for char in str(refusal.value))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("course/course.xml", "course/course.xml"),
        ("./course/course.xml", "course/course.xml"),
        ("course/", "course"),
        ("./", ""),
        (".", ""),
        ("static/Fiche a\u0300 lire.pdf", "static/Fiche à lire.pdf"),
        ("static/console.log", "static/console.log"),
        ("static/.hidden", "static/.hidden"),
        ("vertical/a:b.xml", "vertical/a:b.xml"),
        ("static/" + "x" * 255, "static/" + "x" * 255),
    ],
)
def test_an_ordinary_name_is_kept_in_composed_form(name: str, key: str) -> None:
    assert key_of(name) == key


@pytest.mark.parametrize(
    ("first", "second"),
    [("a/x.png", "a/x.png"), ("a/x.png", "A/X.PNG"), ("é", "É"), ("straße", "STRASSE"), ("a", "a/b"), ("a/b", "A")],
)
def test_two_names_that_one_system_takes_for_one_are_refused(first: str, second: str) -> None:
    names = Names(case_matters=False)
    names.add(key_of(first), folder=False)
    with pytest.raises(ArchiveRefused):
        names.add(key_of(second), folder=False)


def test_a_decomposed_name_collides_with_the_composed_one() -> None:
    names = Names(case_matters=False)
    names.add(key_of("e\u0301.png"), folder=False)
    with pytest.raises(ArchiveRefused, match="one file on some systems"):
        names.add(key_of("é.png"), folder=False)


def test_a_folder_may_be_named_twice_and_a_file_may_not_take_its_name() -> None:
    names = Names(case_matters=False)
    names.add("a", folder=True)
    names.add("a", folder=True)
    names.add("a/b", folder=False)
    with pytest.raises(ArchiveRefused, match="a file and a folder"):
        names.add("A", folder=False)


def test_litter_is_known() -> None:
    assert is_litter("__MACOSX/course/._x")
    assert is_litter("course/.DS_Store")
    assert is_litter("course/._course.xml")
    assert not is_litter("course/x.xml")


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=40))
def test_a_key_never_leads_out_of_its_folder(name: str) -> None:
    try:
        key = key_of(name)
    except ArchiveRefused:
        return
    assert key == unicodedata.normalize("NFC", key)
    assert not key.startswith("/")
    assert "\\" not in key
    assert key == "" or all(part not in ("", ".", "..") for part in key.split("/"))
    assert key_of(key) == key
