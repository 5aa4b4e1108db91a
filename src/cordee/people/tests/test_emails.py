"""Are addresses read, refused and told apart as they should be?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cordee.people.emails import EmailRefused, email_key, read_email


@pytest.mark.parametrize(
    "text",
    [
        "awa@example.org",
        " awa.diallo+cordee@mail.example.org ",
        "o'neill@example.ie",
        "élodie@example.fr",
        "用户@例子.广告",
        "a@b.co",
        f"{'x' * 64}@example.org",
        "awa@bücher.example",
    ],
)
def test_an_address_is_kept_as_typed(text: str) -> None:
    assert read_email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "awa",
        "awa@",
        "@example.org",
        "awa@localhost",
        "awa@@example.org",
        "awa@exam ple.org",
        "a wa@example.org",
        "awa@example.org, eve@example.org",
        "<awa@example.org>",
        "awa@example..org",
        ".awa@example.org",
        "awa.@example.org",
        "a..wa@example.org",
        "awa@-example.org",
        "awa@192.168.0.1",
        "awa@[192.168.0.1]",
        '"awa"@example.org',
        "awa@example.org\r\nBcc: eve@example.org",
        "awa@example.org\x00",
        "a\u200bwa@example.org",
        "a\u202ewa@example.org",
        "a\ud800@example.org",
        "awa＠evil@example.org",  # becomes two signs "@" once normalised
        f"{'x' * 65}@example.org",
        f"{'é' * 33}@example.org",
        f"awa@{'x' * 64}.org",
        f"awa@{'x.' * 130}org",
        "\ufdfa" * 20 + "@example.org",  # each becomes eighteen letters
    ],
)
def test_what_no_mail_could_reach_is_refused(text: str) -> None:
    with pytest.raises(EmailRefused):
        read_email(text)


@pytest.mark.attack(114)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Awa@Example.ORG", "awa@example.org"),
        ("straße@example.org", "STRASSE@example.org"),
        ("ﬁne@example.org", "fine@example.org"),
        ("ＡＷＡ@example.org", "awa@example.org"),
        ("e\u0301lodie@example.fr", "élodie@example.fr"),
        ("ÉLODIE@example.fr", "élodie@example.fr"),
        ("awa@bücher.example", "awa@xn--bcher-kva.example"),
        ("awa@example\u3002org", "awa@example.org"),
        ("ΣΊΣΥΦΟΣ@example.gr", "σίσυφος@example.gr"),
        ("İstanbul@example.org", "i\u0307stanbul@example.org"),
    ],
)
def test_two_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("awa@example.org", "aw4@example.org"),
        ("awa@example.org", "awa@example.com"),
        ("awa+1@example.org", "awa@example.org"),
        ("a.wa@example.org", "awa@example.org"),
        ("İstanbul@example.org", "istanbul@example.org"),
        ("ıstanbul@example.org", "istanbul@example.org"),
        ("аwa@example.org", "awa@example.org"),  # a Cyrillic "а"
    ],
)
def test_two_addresses_have_two_keys(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@given(st.text(max_size=60))
def test_any_text_has_a_key_and_its_key_is_its_own(text: str) -> None:
    key = email_key(text)
    assert email_key(key) == key


@given(st.text(max_size=60))
def test_reading_any_text_gives_an_address_or_a_refusal(text: str) -> None:
    try:
        email = read_email(text)
    except EmailRefused:
        return
    assert "@" in email
    assert len(email_key(email)) <= 254
