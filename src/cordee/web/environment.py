"""Which settings did the operator give, and where does Cordée live on this machine?

`Environment` is the one table of settings: each field says how it is read, what happens without it, and what it means.
The check of `docs/settings.md` and `cordee doctor` derive from it. Nothing here imports Django: the files process and
`cordee doctor` read the same settings without it.
"""

from __future__ import annotations

import ipaddress
import os
import re
import sys
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cordee
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.people.minors.ages import DEFAULT_RULE, AgeRule, read_rule
from cordee.web import database_url, smtp_url
from cordee.web.database_url import PostgreSQL
from cordee.web.smtp_url import Smtp

PACKAGE = Path(cordee.__file__).parent
LANGUAGES = ("fr", "en")
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
DEFAULT_PORT = 8000
DEFAULT_URL = f"http://127.0.0.1:{DEFAULT_PORT}"
LAST_PORT = 65535
LONGEST_S = 3600
UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Reader = Callable[[str], Any]


class SettingWrong(InputRefused):
    """A setting cannot be read: which one, and what to write instead."""

    def __init__(self, name: str, advice: CordeeError, /) -> None:
        super().__init__(N_("The setting {name} cannot be used. {advice}"), name=name, advice=advice)


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is read, and what an operator should know of it."""

    name: str
    read: Reader  # raises InputRefused with the advice to show
    default: str  # in words, as the documentation shows it
    sentence: str
    example: str


def checkout() -> Path | None:
    """The folder of the source tree that this code runs from; None when the package is installed."""
    root = PACKAGE.parent.parent
    return root if PACKAGE.parent.name == "src" and (root / "pyproject.toml").is_file() else None


def data_folder() -> Path:
    """Where the demo's courses lie: beside the code in a checkout, inside the package when installed."""
    packed = PACKAGE / "web" / "demo_data"
    root = checkout()
    return packed if packed.is_dir() or root is None else root / "demo"


def default_home() -> Path:
    """`var` in a checkout, else the platform's folder for the data of a program."""
    if (root := checkout()) is not None:
        return root / "var"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "cordee"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "cordee"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "cordee"


def apps_found_by_place() -> list[str]:
    """Rooms and kinds that hold an `apps.py`, by name."""
    found = [*PACKAGE.glob("*/apps.py"), *PACKAGE.glob("activities/*/apps.py")]
    return sorted(".".join(path.parent.relative_to(PACKAGE.parent).parts) for path in found)


def addresses_of_kinds() -> list[str]:
    """The address modules of kinds that have addresses of their own, by name."""
    found = PACKAGE.glob("activities/*/urls.py")
    return sorted(".".join(path.with_suffix("").relative_to(PACKAGE.parent).parts) for path in found)


def message_folders() -> list[str]:
    """Message folders of the rooms and kinds that are no Django app."""
    found = [*PACKAGE.glob("*/locale"), *PACKAGE.glob("activities/*/locale")]
    return sorted(str(path) for path in found if not (path.parent / "apps.py").exists())


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _origin(text: str) -> str:
    """Scheme, host and port, without a final slash."""
    advice = InputRefused(
        N_("Write an address such as https://learn.example.org, with no path behind it, instead of {given!r}."),
        given=text,
    )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise advice from None
    plain = re.fullmatch(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d+)?", parts.netloc)
    if parts.scheme not in {"http", "https"} or not plain or port == 0 or parts.path not in {"", "/"}:
        raise advice
    if parts.query or parts.fragment:
        raise advice
    return f"{parts.scheme}://{parts.netloc}"


def _database(text: str) -> Path | PostgreSQL:
    place = database_url.read(text)
    return place if isinstance(place, PostgreSQL) else place.absolute()


def _language(text: str) -> str:
    return _one_of(LANGUAGES, text)


def _time_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise InputRefused(
            N_("Write the name of a time zone such as Europe/Paris instead of {given!r}."), given=text
        ) from None
    return text


def _mail_from(text: str) -> str:
    _name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not local or not domain or not text.isprintable() or len(getaddresses([text])) != 1:
        raise InputRefused(
            N_("Write one address, e.g. Cordée <no-reply@learn.example.org>, instead of {given!r}."), given=text
        )
    return text


def _yes_or_no(text: str) -> bool:
    answers = {"yes": True, "true": True, "1": True, "on": True, "no": False, "false": False, "0": False, "off": False}
    if text.lower() not in answers:
        raise InputRefused(N_("Write yes or no instead of {given!r}."), given=text)
    return answers[text.lower()]


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d+)\s*([KMG]?)i?B?", text, re.IGNORECASE)
    if not found or int(found[1]) == 0:
        raise InputRefused(N_("Write a size above zero such as 500K, 20M or 2G instead of {given!r}."), given=text)
    return int(found[1]) * UNITS[found[2].upper()]


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise InputRefused(N_("Write a whole number from 1 instead of {given!r}."), given=text)
    return int(text)


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) == 0:
        raise InputRefused(N_("Write a whole number of days from 1 instead of {given!r}."), given=text)
    return int(text)


def _days_or_off(least: int) -> Callable[[str], int]:
    """A term that is no term by default; shorter than `least` would surprise people."""

    def read(text: str) -> int:
        if text.lower() == "off":
            return 0
        if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) < least:
            raise InputRefused(
                N_("Write a whole number of days from {least}, or off, instead of {given!r}."), least=least, given=text
            )
        return int(text)

    return read


def _networks(text: str) -> tuple[Network, ...]:
    networks = []
    for part in re.split(r"[,\s]+", text):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError:
            raise InputRefused(
                N_("Write addresses such as 10.0.0.2 or 10.0.0.0/8, comma between, not {given!r}."), given=part
            ) from None
    return tuple(networks)


def _log_level(text: str) -> str:
    return _one_of(("debug", "info", "warning", "error"), text.lower())


def _log_format(text: str) -> str:
    return _one_of(("json", "text"), text.lower())


def _seconds(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) > LONGEST_S:
        raise InputRefused(
            N_("Write a number of seconds from 0 to {most} instead of {given!r}."), most=LONGEST_S, given=text
        )
    return int(text)


def _listen(text: str) -> tuple[str, int]:
    """Host and port, e.g. ("127.0.0.1", 9464)."""
    host, colon, port = text.rpartition(":")
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        colon = ""
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) <= LAST_PORT:
        raise InputRefused(
            N_("Write an address of this machine and a port, e.g. 127.0.0.1:9464, instead of {given!r}."), given=text
        )
    return host.strip("[]"), int(port)


def _one_of(known: tuple[str, ...], text: str) -> str:
    if text not in known:
        raise InputRefused(N_("Write one of {known} instead of {given!r}."), known=", ".join(known), given=text)
    return text


def _text(text: str) -> str:
    return text


def _setting(read: Reader, *, default: str = "", sentence: str, example: str) -> dict[str, Any]:
    """What a field of `Environment` says of itself; `CORDEE_` and its name in capitals name the setting."""
    return {"read": read, "default": default, "sentence": sentence, "example": example}


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the operator set. Fields in the order of docs/settings.md."""

    home: Path = field(
        metadata=_setting(
            _folder,
            default="`var` in a checkout, else the data folder of the platform",
            sentence="Folder of everything that Cordée keeps: database, files, keys, backups.",
            example="/srv/cordee",
        )
    )
    url: str = field(
        default=DEFAULT_URL,
        metadata=_setting(
            _origin,
            sentence="Public address of the site. With https, cookies are sent over https only.",
            example="https://learn.example.org",
        ),
    )
    content_url: str = field(
        default="",
        metadata=_setting(
            _origin,
            default="on this machine, the next port under the other name of it (http://localhost:8001)",
            sentence="Public address of the files, under another host name: what authors upload is shown from there.",
            example="https://files.example.org",
        ),
    )
    database: Path | PostgreSQL | None = field(
        default=None,
        metadata=_setting(
            _database,
            default="`cordee.sqlite3` in the home folder",
            sentence="Where the rows are kept: a SQLite file (`sqlite:////folder/file.sqlite3`) or PostgreSQL.",
            example="postgresql://cordee@db.example.org:5432/cordee?sslmode=verify-full",
        ),
    )
    language: str = field(
        default="fr",
        metadata=_setting(
            _language,
            sentence="Language of the site for a reader who asks for neither French nor English: `fr` or `en`.",
            example="en",
        ),
    )
    time_zone: str = field(
        default="Europe/Paris",
        metadata=_setting(
            _time_zone,
            sentence="Zone in which times are shown to people who are not signed in or chose none.",
            example="Pacific/Noumea",
        ),
    )
    operator: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing",
            sentence="Name of who runs the site, shown in the footer.",
            example="Alliance Ingénia",
        ),
    )
    operator_address: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing: a blank",
            sentence="Postal address of who runs the site, for the notices.",
            example="12 rue du Col, 12000 Rodez",
        ),
    )
    contact: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing: a blank",
            sentence="Address that people write to, for the notices.",
            example="bonjour@example.org",
        ),
    )
    publisher: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing: a blank",
            sentence="Who is responsible for what is published, for the legal notice.",
            example="Hélène Marchand, directrice",
        ),
    )
    hosting: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing: a blank",
            sentence="Name and address of who hosts the machines, for the notices.",
            example="Hébergeur SA, 1 rue du Lac, Annecy",
        ),
    )
    authority: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing: a blank",
            sentence="Authority for data protection that people may complain to.",
            example="CNIL, cnil.fr",
        ),
    )
    dpo: str = field(
        default="",
        metadata=_setting(
            _text,
            default="none",
            sentence="How to reach the data protection officer, where there is one.",
            example="dpo@example.org",
        ),
    )
    accessibility_audit: str = field(
        default="",
        metadata=_setting(
            _text,
            default="nothing: a blank",
            sentence="Result and date of the audit of accessibility.",
            example="audited by nobody yet (November 2026)",
        ),
    )
    guide: bool = field(
        default=False,
        metadata=_setting(
            _yes_or_no,
            default="no (yes in the demo)",
            sentence="Shows the page `/ui` with every component of the interface.",
            example="yes",
        ),
    )
    trusted_proxies: tuple[Network, ...] = field(
        default=(),
        metadata=_setting(
            _networks,
            default="none",
            sentence="Addresses of proxies in front of Cordée whose `X-Forwarded-For`, `X-Request-Id` are believed.",
            example="127.0.0.1, 10.0.0.0/8",
        ),
    )
    workers: int = field(
        default=0,
        metadata=_setting(
            _count,
            default="one for each processor core, at least two",
            sentence="Number of processes that answer page requests.",
            example="4",
        ),
    )
    form_bytes: int = field(
        default=2 * UNITS["M"],
        metadata=_setting(_size, default="2M", sentence="Largest form or answer that a page takes.", example="5M"),
    )
    list_bytes: int = field(
        default=16 * UNITS["M"],
        metadata=_setting(
            _size, default="16M", sentence="Largest list of people or report of marks that a page takes.", example="32M"
        ),
    )
    archive_files: int = field(
        default=20_000,
        metadata=_setting(
            _count, default="20000", sentence="Most files that an imported archive may hold.", example="50000"
        ),
    )
    archive_bytes: int = field(
        default=2 * UNITS["G"],
        metadata=_setting(
            _size, default="2G", sentence="Largest archive that is imported, as it arrives.", example="5G"
        ),
    )
    archive_total_bytes: int = field(
        default=4 * UNITS["G"],
        metadata=_setting(
            _size, default="4G", sentence="Largest size of an imported archive once unpacked.", example="10G"
        ),
    )
    archive_file_bytes: int = field(
        default=UNITS["G"],
        metadata=_setting(
            _size, default="1G", sentence="Largest size of one file inside an imported archive.", example="4G"
        ),
    )
    archive_ratio: int = field(
        default=200,
        metadata=_setting(
            _count,
            default="200",
            sentence="How many times larger than the archive its unpacked files may be: bombs are more.",
            example="500",
        ),
    )
    backups: int = field(
        default=5,
        metadata=_setting(
            _count, default="5", sentence="How many copies of the database `cordee migrate` keeps.", example="20"
        ),
    )
    small_cell: int = field(
        default=10,
        metadata=_setting(
            _count,
            default="10",
            sentence="A number of people smaller than this is not shown to the public, nor what so few answered.",
            example="20",
        ),
    )
    smtp: Smtp | None = field(
        default=None,
        metadata=_setting(
            smtp_url.read,
            default="none: no letter leaves; where only this machine reaches the site, they are written to files",
            sentence="Server that letters are handed to: `smtp://` encrypts after its first words, `smtps://` at once.",
            example="smtp://cordee:secret@mail.example.org:587",
        ),
    )
    mail_from: str = field(
        default="",
        metadata=_setting(
            _mail_from,
            default="no-reply at the host of `CORDEE_URL`",
            sentence="Address that letters come from, with a name or without.",
            example="Cordée <no-reply@learn.example.org>",
        ),
    )
    mail_pace: int = field(
        default=60,
        metadata=_setting(
            _count, default="60", sentence="Most letters that are handed to the server in a minute.", example="600"
        ),
    )
    staff_second_factor: bool = field(
        default=False,
        metadata=_setting(
            _yes_or_no,
            default="no",
            sentence="Whether roles (teacher, operator, …) count only for who signs in in two steps.",
            example="yes",
        ),
    )
    confirm_address_later: bool = field(
        default=False,
        metadata=_setting(
            _yes_or_no,
            default="no",
            sentence=(
                "Whether a new account is open at once and its address confirmed later: it learns, and gets no "
                "attestation. Whoever tries an address that has an account can tell."
            ),
            example="yes",
        ),
    )
    age_of_consent: AgeRule = field(
        default=DEFAULT_RULE,
        metadata=_setting(
            read_rule,
            default="`FR` (15 years)",
            sentence="Country whose law says from which age one agrees alone to an account, an age, or `none`.",
            example="DE",
        ),
    )
    review_versions: bool = field(
        default=False,
        metadata=_setting(
            _yes_or_no,
            default="no",
            sentence=(
                "Whether a colleague approves a version of a course before a session shows it, where the course does "
                "not say otherwise."
            ),
            example="yes",
        ),
    )
    export_days: int = field(
        default=7,
        metadata=_setting(
            _days,
            default="7",
            sentence="Days for which a person may download everything about them, a teacher the archive of a course.",
            example="3",
        ),
    )
    erasure_wait_days: int = field(
        default=7,
        metadata=_setting(
            _days,
            default="7",
            sentence="Days between asking to be erased and being erased: until then one may stay.",
            example="30",
        ),
    )
    sign_in_days: int = field(
        default=365,
        metadata=_setting(
            _days,
            default="365",
            sentence="Days for which a sign-in is kept after its session was over.",
            example="180",
        ),
    )
    throttle_days: int = field(
        default=1,
        metadata=_setting(
            _days,
            default="1",
            sentence="Days for which a count of failed sign-ins is kept after the last of them.",
            example="7",
        ),
    )
    letter_days: int = field(
        default=365,
        metadata=_setting(
            _days,
            default="365",
            sentence="Days for which a letter is kept after it was sent or given up; bounced addresses stay.",
            example="90",
        ),
    )
    mail_file_days: int = field(
        default=30,
        metadata=_setting(
            _days,
            default="30",
            sentence="Days for which a file of a letter is kept, where letters are written to files.",
            example="7",
        ),
    )
    staff_act_days: int = field(
        default=730,
        metadata=_setting(
            _days,
            default="730",
            sentence="Days for which the journal of what the team did to people, or looked at, is kept.",
            example="365",
        ),
    )
    job_days: int = field(
        default=30,
        metadata=_setting(
            _days,
            default="30",
            sentence="Days for which a job that was done is kept.",
            example="7",
        ),
    )
    consent_days: int = field(
        default=1825,
        metadata=_setting(
            _days,
            default="1825",
            sentence="Days for which a consent that was withdrawn is kept, as proof.",
            example="1095",
        ),
    )
    unused_account_days: int = field(
        default=0,
        metadata=_setting(
            _days_or_off(180),
            default="off",
            sentence="Days after which an account that nobody uses gets a letter; it is erased a month later.",
            example="1095",
        ),
    )
    unanswered_minor_days: int = field(
        default=0,
        metadata=_setting(
            _days_or_off(30),
            default="off",
            sentence="Days after which a minor whose parent never answered is told so, and then erased.",
            example="90",
        ),
    )
    journal_days: int = field(
        default=0,
        metadata=_setting(
            _days_or_off(90),
            default="off",
            sentence="Days after which a line of the journal no longer leads to the person who left it.",
            example="1095",
        ),
    )
    pilot_password: str = field(
        default="",
        metadata=_setting(
            _text,
            default="none: `cordee pilot serve` then answers this machine only",
            sentence="Password of the pages of `cordee pilot serve --host-address`, for other machines.",
            example="nine-larks-over-the-col",
        ),
    )
    log_level: str = field(
        default="info",
        metadata=_setting(
            _log_level,
            sentence="From which gravity on the log is written: `debug`, `info`, `warning` or `error`.",
            example="warning",
        ),
    )
    log_format: str = field(
        default="",
        metadata=_setting(
            _log_format,
            default="`text` in a terminal and in the demo, else `json`",
            sentence="How a line of the log is written: `json` for machines, `text` for people.",
            example="text",
        ),
    )
    metrics: tuple[str, int] | None = field(
        default=None,
        metadata=_setting(
            _listen,
            default="nowhere",
            sentence="Where figures for Prometheus are given, at `/metrics`, apart from the site and to no one else.",
            example="127.0.0.1:9464",
        ),
    )
    stop_delay: int = field(
        default=0,
        metadata=_setting(
            _seconds,
            default="0",
            sentence="Seconds between saying at `/readyz` that the site stops and taking no more requests.",
            example="10",
        ),
    )
    stop_wait: int = field(
        default=5,
        metadata=_setting(
            _seconds,
            default="5",
            sentence="Seconds for which requests in progress may still end when the site stops.",
            example="30",
        ),
    )
    free_bytes: int = field(
        default=200 * UNITS["M"],
        metadata=_setting(
            _size,
            default="200M",
            sentence="Room on the disk of the home folder below which `/readyz` says no.",
            example="2G",
        ),
    )

    @classmethod
    def read(cls, given: Mapping[str, str] | None = None) -> Environment:
        """The settings in `given` (default: the process's variables). Raises `SettingWrong`."""
        variables = os.environ if given is None else given
        values: dict[str, Any] = {}
        for attribute, setting in _table().items():
            text = _given(setting.name, variables)
            if text:
                try:
                    values[attribute] = setting.read(text)
                except InputRefused as advice:
                    raise SettingWrong(setting.name, advice) from None
        values.setdefault("home", default_home())
        if "content_url" not in values:
            values["content_url"] = _content_origin(values.get("url", DEFAULT_URL))
        values.setdefault("mail_from", f"no-reply@{host_of(values.get('url', DEFAULT_URL))}")
        environment = cls(**values)
        _check_together(environment)
        return environment

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https:")

    @property
    def is_local(self) -> bool:
        """Whether the site's address is one that only this machine reaches."""
        return host_of(self.url) in LOOPBACK_NAMES

    @property
    def database_file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        if isinstance(self.database, PostgreSQL):
            return None
        return self.database or self.home / "cordee.sqlite3"

    @property
    def postgresql(self) -> PostgreSQL | None:
        """The database of a server; None on SQLite."""
        return self.database if isinstance(self.database, PostgreSQL) else None

    @property
    def files_folder(self) -> Path:
        return self.home / "files"

    @property
    def code_folder(self) -> Path:
        """Where the C compiler's library is kept: made again when it is missing, so not a part of backups."""
        return self.home / "code"

    @property
    def pilot_folder(self) -> Path:
        return self.home / "pilot"

    @property
    def static_folder(self) -> Path:
        return self.home / "static"

    @property
    def backups_folder(self) -> Path:
        return self.home / "backups"

    @property
    def allowed_hosts(self) -> list[str]:
        """Host names under which pages are answered: the public one, and this machine's for health checks."""
        return sorted({host_of(self.url), *LOOPBACK_NAMES})


def settings() -> tuple[Setting, ...]:
    """Every setting, in the order of the documentation."""
    return tuple(_table().values())


def unknown_settings(given: Mapping[str, str] | None = None) -> list[str]:
    """Variables that look like settings but are none: most often a slip of the pen."""
    names = {setting.name for setting in settings()}
    known = names | {f"{name}_FILE" for name in names}
    variables = os.environ if given is None else given
    return sorted(name for name in variables if name.startswith("CORDEE_") and name not in known)


def is_url_told(variables: Mapping[str, str]) -> bool:
    """Whether somebody said what the public address is; else only a site that runs knows its port."""
    return bool(variables.get("CORDEE_URL") or variables.get("CORDEE_URL_FILE"))


def host_of(origin: str) -> str:
    """The host of an origin, as the Host header writes it, without the port."""
    return re.sub(r":\d+$", "", urlsplit(origin).netloc)


def port_of(origin: str) -> int:
    """The port of an origin, given or implied."""
    parts = urlsplit(origin)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _table() -> dict[str, Setting]:
    table = {}
    for each in fields(Environment):
        meta = each.metadata
        default = meta["default"] or f"`{each.default}`"
        name = f"CORDEE_{each.name.upper()}"
        table[each.name] = Setting(name, meta["read"], default, meta["sentence"], meta["example"])
    return table


def _given(name: str, variables: Mapping[str, str]) -> str:
    """The text of a setting, from the variable or from the file that its twin names; "" when not given."""
    text, file = variables.get(name, "").strip(), variables.get(f"{name}_FILE", "").strip()
    if text and file:
        raise SettingWrong(name, InputRefused(N_("It is given twice: keep {name} or {name}_FILE."), name=name))
    if not file:
        return text
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        advice = InputRefused(N_("The file {file} cannot be read: {why}."), file=file, why=wrong)
        raise SettingWrong(f"{name}_FILE", advice) from None


def _content_origin(url: str) -> str:
    """Where files are when the operator did not say: this machine has two names, other hosts have no second one."""
    swap = {"127.0.0.1": "localhost", "localhost": "127.0.0.1"}
    if host_of(url) not in swap:
        advice = N_(
            "It is needed because CORDEE_URL is {url}: write the address of the files under another host name,"
            " e.g. https://files.example.org."
        )
        raise SettingWrong("CORDEE_CONTENT_URL", InputRefused(advice, url=url))
    return f"{urlsplit(url).scheme}://{swap[host_of(url)]}:{port_of(url) + 1}"


def _check_together(environment: Environment) -> None:
    if host_of(environment.url) == host_of(environment.content_url):
        advice = N_(
            "Its host is the one of CORDEE_URL, so uploaded content could act as the site. Give it another host name."
        )
        raise SettingWrong("CORDEE_CONTENT_URL", InputRefused(advice))
    if environment.is_https and not environment.content_url.startswith("https:"):
        advice = N_("The site is on https: browsers would refuse files over http. Write https://….")
        raise SettingWrong("CORDEE_CONTENT_URL", InputRefused(advice))
