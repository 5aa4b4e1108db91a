"""Are settings read as documented, and is a wrong one said clearly?"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cordee.web import keys
from cordee.web.database_url import PostgreSQL
from cordee.web.environment import Environment, SettingWrong, checkout, settings, unknown_settings
from cordee.web.smtp_url import Smtp

DOCUMENT = Path(__file__).parents[4] / "docs" / "settings.md"


def documented() -> dict[str, tuple[str, str, str]]:
    rows = re.findall(r"^\| `(CORDEE_\w+)` \| (.*?) \| (.*?) \| `(.*?)` \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    return {name: (sentence, default, example) for name, sentence, default, example in rows}


def test_each_setting_is_documented_and_each_documented_setting_exists() -> None:
    in_code = {setting.name: (setting.sentence, setting.default, setting.example) for setting in settings()}
    assert documented() == in_code


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.name)
def test_the_documented_example_of_a_setting_can_be_used(setting: object) -> None:
    name, (_, _, example) = next(row for row in documented().items() if row[0] == getattr(setting, "name", ""))
    content = {"CORDEE_CONTENT_URL": "https://files.example.org"} if name == "CORDEE_URL" else {}
    assert Environment.read({**content, name: example})


def test_nothing_has_to_be_set() -> None:
    environment = Environment.read({})
    assert environment.url == "http://127.0.0.1:8000"
    assert environment.content_url == "http://localhost:8001"
    root = checkout()
    assert root is not None
    assert environment.home == root / "var"


def test_the_content_origin_follows_the_port_under_the_other_name_of_the_machine() -> None:
    assert Environment.read({"CORDEE_URL": "http://127.0.0.1:9000"}).content_url == "http://localhost:9001"
    assert Environment.read({"CORDEE_URL": "http://localhost:9000"}).content_url == "http://127.0.0.1:9001"


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("CORDEE_URL", "learn.example.org", "https://learn.example.org"),
        ("CORDEE_URL", "https://learn.example.org/path", "no path"),
        ("CORDEE_URL", "https://user:pw@learn.example.org", "no path"),
        ("CORDEE_URL", "ftp://learn.example.org", "https://"),
        ("CORDEE_URL", "http://127.0.0.1:99999", "https://"),
        ("CORDEE_URL", "https://a{b}", "https://"),
        ("CORDEE_LANGUAGE", "de", "fr, en"),
        ("CORDEE_TIME_ZONE", "Paris", "Europe/Paris"),
        ("CORDEE_TIME_ZONE", "../../etc/passwd", "Europe/Paris"),
        ("CORDEE_GUIDE", "perhaps", "yes or no"),
        ("CORDEE_DATABASE", "mysql://me:secret@host/db", "postgresql://user@host:port/name, not mysql:…."),
        ("CORDEE_DATABASE", "me:secret@host", "postgresql://user@host:port/name"),
        ("CORDEE_DATABASE", "postgresql://me:secret@host", "with the name of a database"),
        ("CORDEE_DATABASE", "postgresql://me:secret@host/db/more", "with the name of a database"),
        ("CORDEE_DATABASE", "postgresql://me:secret@host:99999/db", "with the name of a database"),
        ("CORDEE_DATABASE", "postgresql://me:sec#ret@host/db", "%23"),
        ("CORDEE_DATABASE", "postgresql://me:sec/ret@host/db", "%2F"),
        ("CORDEE_DATABASE", "postgresql://me:secret@host/db?sslmod=require", "sslmod is not known"),
        ("CORDEE_DATABASE", "sqlite:cordee", "sqlite:///"),
        ("CORDEE_FORM_BYTES", "0", "above zero"),
        ("CORDEE_FORM_BYTES", "2 apples", "20M"),
        ("CORDEE_ARCHIVE_FILES", "-1", "from 1"),
        ("CORDEE_TRUSTED_PROXIES", "proxy", "10.0.0.0/8"),
        ("CORDEE_TRUSTED_PROXIES", "10.0.0.1/8", "10.0.0.0/8"),
        ("CORDEE_LOG_LEVEL", "loud", "warning"),
        ("CORDEE_SMTP", "mail.example.org", "smtp://user:password@host:587"),
        ("CORDEE_SMTP", "http://mail.example.org", "smtps://"),
        ("CORDEE_SMTP", "smtp://me:sec/ret@mail.example.org", "%2F"),
        ("CORDEE_SMTP", "smtp://me@mail.example.org", "smtp://user:password@host:587"),
        ("CORDEE_SMTP", "smtp://me:secret@mail.example.org:99999", "smtp://user:password@host:587"),
        ("CORDEE_SMTP", "smtp+plain://me:secret@mail.example.org", "in clear"),
        ("CORDEE_MAIL_FROM", "Cordée", "no-reply@learn.example.org"),
        ("CORDEE_MAIL_FROM", "a@example.org, b@example.org", "one address"),
        ("CORDEE_MAIL_PACE", "0", "from 1"),
    ],
)
def test_a_wrong_value_names_the_setting_and_says_what_to_write(name: str, value: str, advice: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        Environment.read({name: value})
    assert name in str(refused.value)
    assert advice in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "ret@" not in str(refused.value)


def test_the_address_of_a_server_is_read_in_all_its_parts() -> None:
    def read(text: str) -> PostgreSQL:
        found = Environment.read({"CORDEE_DATABASE": text}).postgresql
        assert found is not None
        return found

    found = read("postgresql://cor%40dee:p%40ss%3A%2Fw@db.example.org:6432/rows?sslmode=verify-full&connect_timeout=3")
    assert (found.user, found.password, found.host, found.port) == ("cor@dee", "p@ss:/w", "db.example.org", 6432)
    assert (found.name, found.options) == ("rows", (("connect_timeout", "3"), ("sslmode", "verify-full")))
    assert read("postgres:///rows").port == 5432
    assert read("postgresql:///rows?host=/run/postgresql").host == "/run/postgresql"
    assert read("postgresql://cordee@[::1]:5433/rows").host == "::1"


def test_a_server_for_letters_is_read_in_all_its_parts() -> None:
    def read(text: str) -> Smtp:
        smtp = Environment.read({"CORDEE_SMTP": text}).smtp
        assert smtp is not None
        return smtp

    assert read("smtp://a%40b:p%2Fw@mail.example.org") == Smtp("mail.example.org", 587, "a@b", "p/w", "starttls")
    assert read("smtps://mail.example.org") == Smtp("mail.example.org", 465, "", "", "tls")
    assert read("smtp+plain://me:secret@[::1]:2525") == Smtp("::1", 2525, "me", "secret", "none")
    assert "secret" not in f"{read('smtp://me:secret@mail.example.org')!r} {read('smtp://me:secret@mail.example.org')}"
    environment = Environment.read(
        {"CORDEE_URL": "https://l.example.org", "CORDEE_CONTENT_URL": "https://f.example.org"}
    )
    assert (environment.mail_from, environment.is_local) == ("no-reply@l.example.org", False)
    assert Environment.read({}).is_local


def test_no_password_is_ever_printed() -> None:
    environment = Environment.read({"CORDEE_DATABASE": "postgresql://cordee:hunter2@host/rows"})
    assert environment.postgresql is not None
    shown = [
        repr(environment),
        str(environment.postgresql),
        repr(environment.postgresql),
        environment.postgresql.pg_dump,
    ]
    assert [text for text in shown if "hunter2" in text] == []
    assert str(environment.postgresql) == "postgresql://cordee@host:5432/rows"
    assert environment.database_file is None


def test_a_public_site_needs_a_second_host_for_files() -> None:
    with pytest.raises(SettingWrong, match="CORDEE_CONTENT_URL"):
        Environment.read({"CORDEE_URL": "https://learn.example.org"})
    with pytest.raises(SettingWrong, match="another host name"):
        Environment.read({"CORDEE_URL": "https://a.example", "CORDEE_CONTENT_URL": "https://a.example:8443"})
    with pytest.raises(SettingWrong, match="https"):
        Environment.read({"CORDEE_URL": "https://a.example", "CORDEE_CONTENT_URL": "http://b.example"})


def test_a_setting_may_be_in_a_file_but_not_given_twice(tmp_path: Path) -> None:
    file = tmp_path / "language"
    file.write_text("en\n")
    assert Environment.read({"CORDEE_LANGUAGE_FILE": str(file)}).language == "en"
    with pytest.raises(SettingWrong, match="twice"):
        Environment.read({"CORDEE_LANGUAGE_FILE": str(file), "CORDEE_LANGUAGE": "en"})
    with pytest.raises(SettingWrong, match="CORDEE_LANGUAGE_FILE"):
        Environment.read({"CORDEE_LANGUAGE_FILE": str(tmp_path / "absent")})


def test_a_name_that_is_no_setting_is_found() -> None:
    given = {"CORDEE_LANGAGE": "fr", "CORDEE_LANGUAGE": "fr", "CORDEE_URL_FILE": "x", "PATH": "/"}
    assert unknown_settings(given) == ["CORDEE_LANGAGE"]


def test_sizes_are_read_with_their_units() -> None:
    environment = Environment.read({"CORDEE_FORM_BYTES": "500K", "CORDEE_ARCHIVE_BYTES": "3 GiB"})
    assert (environment.form_bytes, environment.archive_bytes) == (512_000, 3 * 1024**3)


def test_settings_load_without_django() -> None:
    code = "import sys, cordee.web.environment, cordee.web.keys; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert done.stdout.strip() == "False"


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    made = keys.key(tmp_path, keys.SITE)
    assert len(made) == 32
    assert keys.key(tmp_path, keys.SITE) == made
    assert keys.key(tmp_path, keys.FILES) != made
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "keys" / "site").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["files", "site"]


def test_everybody_who_asks_for_a_key_at_once_gets_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: keys.key(tmp_path, keys.SITE), range(64)))) == 1


def test_a_damaged_key_is_never_replaced_in_silence(tmp_path: Path) -> None:
    keys.key(tmp_path, keys.SITE)
    (tmp_path / "keys" / "site").write_text("abc")
    with pytest.raises(keys.KeyUnreadable, match="backup"):
        keys.key(tmp_path, keys.SITE)
