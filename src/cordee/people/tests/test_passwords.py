"""Which passwords may be chosen?"""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password

from cordee.people import passwords
from cordee.people.passwords import PasswordRefused, hashed_form, read_new_password

EMAIL = "awa.diallo@example.org"


@pytest.mark.parametrize(
    "password",
    [
        "une corde, deux noeuds",
        "🧗" * 8,
        "deux mains 🧗 sur la corde, et la montagne attend là-haut ! 🏔️ xx",
        "onlyletters",
        "84610375",
    ],
)
def test_length_is_enough_and_no_kind_of_sign_is_asked_for(password: str) -> None:
    assert read_new_password(password, email=EMAIL, name="Awa Diallo")


@pytest.mark.attack(9)
def test_sixty_four_signs_with_emoji_and_spaces_are_accepted_and_recognised() -> None:
    password = ("🧗 été " * 11)[:64]
    assert len(password) == 64
    hashed = make_password(read_new_password(password, email=EMAIL))
    assert check_password(str(hashed_form(password)), hashed)


@pytest.mark.attack(9)
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("x", "too short"),
        ("seven77", "too short"),
        ("password", "most used"),
        ("PassWord", "most used"),
        ("12345678", "most used"),
        ("       x", "most used"),
        (EMAIL, "email address or your name"),
        (EMAIL.upper(), "email address or your name"),
        ("awa.diallo", "email address or your name"),
        ("Awa Diallo", "email address or your name"),
        ("awadiallo", "email address or your name"),
        ("x" * 513, "too long"),
        ("x" * 5000, "too long"),
        ("🧗" * 129, "too long"),
        ("longenough\ud800", "too long"),
    ],
)
def test_a_bad_password_is_refused_with_its_reason_before_any_hash(
    password: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cordee.people.hashers.Argon2.encode", None)
    with pytest.raises(PasswordRefused, match=reason):
        read_new_password(password, email=EMAIL, name="Awa Diallo")


def test_one_password_typed_on_two_keyboards_is_one_password() -> None:
    assert hashed_form("e\u0301te\u0301 a\u00a0b") == hashed_form("été a b")
    assert hashed_form("Été") != hashed_form("été")


def test_the_length_is_looked_at_before_the_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "unicodedata", None)
    assert hashed_form("x" * 10_000_000) is None


def test_hashes_are_argon2id_with_our_cost() -> None:
    hashed = make_password("une corde, deux noeuds")
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert not identify_hasher(hashed).must_update(hashed)
