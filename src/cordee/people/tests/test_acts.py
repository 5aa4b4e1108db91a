"""Do signing up, signing in and changing one's account do what they say, and nothing else?"""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.utils import translation

from cordee.core import clock
from cordee.core.errors import InputRefused
from cordee.people import queries
from cordee.people.changing_account import change_language, change_profile
from cordee.people.devices import Device, family_of
from cordee.people.disabling import disable_account
from cordee.people.hashers import Argon2
from cordee.people.models import Account, RoleGrant, SignIn
from cordee.people.names import NameRefused
from cordee.people.sessions import SessionClaim, load_account
from cordee.people.signing_in import SignedIn, SignInRefused, sign_in
from cordee.people.signing_up import EmailTaken, make_account, sign_up
from cordee.people.tests import make
from cordee.people.zones import Choices, offered_zones, time_zones, zone_choices

pytestmark = pytest.mark.django_db
EMAIL = "awa@example.org"
OTHER = "un autre mot de passe"
WRONG = "wrong password here"


def try_sign_in(
    email: str = EMAIL,
    password: str = make.PASSWORD,
    *,
    now: dt.datetime | None = None,
    replaced: SessionClaim | None = None,
    device: Device | None = None,
) -> SignedIn:
    return sign_in(
        email=email,
        password=password,
        address="192.0.2.1",
        now=now or clock.now(),
        replaced=replaced,
        device=device,
        agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    )


def try_sign_up(email: str = EMAIL, password: str = make.PASSWORD, name: str = "Awa Diallo") -> None:
    sign_up(
        email=email,
        password=password,
        name=name,
        language="fr",
        time_zone="Europe/Paris",
        address="192.0.2.1",
        now=clock.now(),
    )


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was hashed, in order."""
    done: list[str] = []
    encode, verify = Argon2.encode, Argon2.verify

    def counted_encode(self: Argon2, password: str, salt: str) -> str:
        done.append("encode")
        return str(encode(self, password, salt))

    def counted_verify(self: Argon2, password: str, encoded: str) -> bool:
        done.append("verify")
        return bool(verify(self, password, encoded))

    monkeypatch.setattr(Argon2, "encode", counted_encode)
    monkeypatch.setattr(Argon2, "verify", counted_verify)
    return done


def test_who_signs_up_can_sign_in() -> None:
    try_sign_up("  Awa@Example.org ")
    signed_in = try_sign_in("aWA@example.ORG")
    assert signed_in.account.email == "Awa@Example.org"
    assert signed_in.account.name == "Awa Diallo"
    assert load_account(signed_in.claim, now=clock.now()) == signed_in.account
    assert SignIn.objects.get().device == "Firefox, Linux"


def test_signing_up_with_a_taken_address_says_and_changes_nothing(hashes: list[str]) -> None:
    try_sign_up()
    before = Account.objects.values().get()
    first = list(hashes)
    hashes.clear()
    try_sign_up("AWA@example.org", OTHER, "Eve")
    assert hashes == first == ["encode"]
    assert Account.objects.values().get() == before
    with pytest.raises(SignInRefused):
        try_sign_in(password=OTHER)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("straße@example.org", "STRASSE@example.org"),
        ("ﬁne@example.org", "fine@example.org"),
        ("İstanbul@example.org", "i\u0307stanbul@example.org"),
        ("Awa@example.org", "ａｗａ@example.org"),
        ("é@example.org", "e\u0301@example.org"),
    ],
)
def test_one_address_has_one_account_however_it_is_written(one: str, other: str) -> None:
    account = make.make_account(email=one)
    with pytest.raises(EmailTaken):
        make.make_account(email=other)
    assert queries.account_by_email(other) == account
    assert account.email == one


@pytest.mark.attack(114)
def test_the_database_itself_refuses_a_second_account() -> None:
    account = make.make_account()
    with pytest.raises(IntegrityError):
        Account.objects.create(email_key=account.email_key, name="Eve", created_at=clock.now())


@pytest.mark.attack(2)
def test_known_unknown_disabled_and_passwordless_cost_one_hash_and_hear_the_same(hashes: list[str]) -> None:
    make.make_account(email=EMAIL, password=make.PASSWORD)
    make.make_account(email="imported@example.org")
    disable_account(account=make.make_account(email="disabled@example.org", password=make.PASSWORD))
    said = set()
    for email in (
        EMAIL,
        "imported@example.org",
        "disabled@example.org",
        "nobody@example.org",
        "not an address",
        "a\x00b",
    ):
        hashes.clear()
        with pytest.raises(SignInRefused) as refused:
            try_sign_in(email, WRONG)
        said.add((str(refused.value), refused.value.status))
        assert len(hashes) == 1, email
    assert len(said) == 1


def test_a_disabled_account_is_refused_even_with_its_password() -> None:
    account = make.make_account(email=EMAIL, password=make.PASSWORD)
    disable_account(account=account)
    with pytest.raises(SignInRefused):
        try_sign_in()


def test_a_password_of_ten_million_letters_is_refused_without_a_hash(hashes: list[str]) -> None:
    make.make_account(email=EMAIL, password=make.PASSWORD)
    hashes.clear()
    for email in (EMAIL, "nobody@example.org"):
        with pytest.raises(SignInRefused):
            try_sign_in(email, "x" * 10_000_000)
    assert hashes == []


def test_signing_in_makes_a_new_session_and_ends_the_one_before() -> None:
    make.make_account(email=EMAIL, password=make.PASSWORD)
    now = clock.now()
    first = try_sign_in(now=now).claim
    second = try_sign_in(now=now, replaced=first).claim
    assert first.sign_in_id != second.sign_in_id
    assert load_account(first, now=now) is None
    assert load_account(second, now=now) is not None


def test_signing_in_rightly_again_and_again_is_never_slowed_down(hashes: list[str]) -> None:
    make.make_account(email=EMAIL, password=make.PASSWORD)
    now = clock.now()
    for _ in range(7):  # two more than the free tries
        try_sign_in(now=now)
    assert hashes.count("verify") == 7


def test_signing_in_twice_at_once_gives_two_good_sessions() -> None:
    make.make_account(email=EMAIL, password=make.PASSWORD)
    now = clock.now()
    assert all(load_account(try_sign_in(now=now).claim, now=now) for _ in range(2))


def test_an_older_hash_is_renewed_at_sign_in() -> None:
    account = make.make_account(email=EMAIL, password=make.PASSWORD)
    weaker = type("Argon2", (Argon2,), {"time_cost": 1, "memory_cost": 8})()
    Account.objects.update(password=make_password(make.PASSWORD, hasher=weaker))
    claim = try_sign_in().claim
    account.refresh_from_db()
    assert "m=19456,t=2,p=1" in account.password
    assert load_account(claim, now=clock.now()) == account


def test_a_device_cookie_of_another_account_opens_no_side_door() -> None:
    account = make.make_account(email=EMAIL, password=make.PASSWORD)
    stranger = make.make_account(email="eve@example.org", password=make.PASSWORD)
    device = Device(stranger.pk, "0" * 32)
    now = clock.now()
    for _ in range(5):
        with pytest.raises(SignInRefused):
            try_sign_in(password=WRONG, now=now, device=device)
    with pytest.raises(Exception, match="Too many tries"):
        try_sign_in(now=now, device=device)
    assert try_sign_in(now=now, device=Device(account.pk, "1" * 32)).account == account


def test_nothing_is_stored_by_halves_when_a_profile_is_refused() -> None:
    account = make.make_account()
    for name, language, zone in (
        ("", "fr", "Europe/Paris"),
        ("Eve", "xx", "Europe/Paris"),
        ("Eve", "fr", "Mars/Olympus"),
    ):
        with pytest.raises(InputRefused):
            change_profile(account=account, name=name, language=language, time_zone=zone)
    account.refresh_from_db()
    assert (account.name, account.language, account.time_zone) == ("Awa Diallo", "en", "Europe/Paris")


@pytest.mark.parametrize("language", ["../../etc", "xx", "", "fr\x00", "FR", "x" * 10_000, "fr-FR"])
def test_a_language_that_we_do_not_speak_is_refused(language: str) -> None:
    with pytest.raises(InputRefused):
        change_language(account=make.make_account(), language=language)


def test_the_zones_offered_all_work() -> None:
    assert {"Europe/Paris", "UTC", "Pacific/Noumea"} <= set(offered_zones()) <= time_zones()
    assert all(zoneinfo.ZoneInfo(name) for name in time_zones())


def listed(choices: Choices) -> dict[str, dict[str, str]]:
    return {region: dict(zones) for region, zones in choices if not isinstance(zones, str)}


def test_a_zone_is_offered_once_under_its_present_name_in_its_region() -> None:
    winter, summer = dt.datetime(2026, 1, 5, tzinfo=dt.UTC), dt.datetime(2026, 7, 5, tzinfo=dt.UTC)
    with translation.override("fr"):
        choices = zone_choices("", now=winter)
    groups = listed(choices)
    assert choices[0] == ("UTC", "UTC")
    assert list(groups)[:2] == ["Afrique", "Amérique"]
    assert groups["Europe"]["Europe/London"] == "Londres (UTC)"
    assert groups["Europe"]["Europe/Paris"] == "Paris (UTC+1)"
    assert list(groups["Europe"].values()).index("Athènes (UTC+2)") < 5
    assert groups["Asie"]["Asia/Kolkata"] == "Kolkata (UTC+5:30)"
    assert "Asia/Calcutta" not in groups["Asie"]
    assert groups["Amérique"]["America/Argentina/Ushuaia"] == "Ushuaia, Argentine (UTC−3)"
    assert listed(zone_choices("", now=summer))["Europe"]["Europe/Paris"] == "Paris (UTC+2)"
    assert sum(len(zones) for zones in groups.values()) == len(offered_zones()) - 1 > 300


def test_a_zone_kept_under_an_old_name_stays_chosen() -> None:
    old = next(name for name in sorted(time_zones() - set(offered_zones())))
    assert any(old in zones for zones in listed(zone_choices(old, now=clock.now())).values())
    assert "Mars/Base" not in str(zone_choices("Mars/Base", now=clock.now()))


def test_an_account_made_by_the_operator_is_held_to_the_same_rules() -> None:
    with pytest.raises(NameRefused):
        make_account(email=EMAIL, name="Cordée", language="fr", time_zone="UTC", now=clock.now())


def test_pseudonyms_are_random_and_differ() -> None:
    assert make.make_account().pseudonym != make.make_account().pseudonym


def test_erasing_a_person_erases_sessions_and_roles() -> None:
    account = make.make_account()
    make.make_session(account)
    RoleGrant.objects.create(account=account, role="tutor", scope="", granted_at=clock.now())
    account.delete()
    assert not SignIn.objects.exists()
    assert not RoleGrant.objects.exists()


def test_open_sessions_are_listed_newest_first_and_this_one_is_marked() -> None:
    account, now = make.make_account(), clock.now()
    older = make.make_session(account, now=now - dt.timedelta(days=1))
    newer = make.make_session(account, now=now)
    make.make_session(account, now=now - dt.timedelta(days=30))
    listed = queries.open_sessions(older, now=now)
    assert [session.is_this_one for session in listed] == [False, True]
    assert newer.account_id == account.pk


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_its_families_only(agent: str, family: str) -> None:
    assert family_of(agent) == family
