"""How does the catalogue know a course, and a run of it, that are played on another site?

Such a course has a version like any other, whose outline names its modules and holds nothing: what learners do there is
known to its host alone. Once the course itself comes in, its versions follow and its old runs stay on the first one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from cordee.core.errors import N_, Conflict, InputRefused, shown
from cordee.courses.assets import storage
from cordee.courses.compiling import Compiled
from cordee.courses.models import Run, Version
from cordee.courses.opening import DEFAULT_PASS_MARK, day_here, run_key
from cordee.courses.outlines import Effort, Module, Outline, Titles
from cordee.courses.publishing import publish_version
from cordee.courses.search.indexing import index_courses
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "course.sheet"
HOST_NAMES: Final[Mapping[str, str]] = {"fun": "FUN", "edx": "edX", "coursera": "Coursera"}
DOMAINS: Final[Mapping[str, str]] = {"fun": "fun-mooc.fr", "edx": "edx.org", "coursera": "coursera.org"}
INVENTED: Final = ".example"  # domains that nobody can have (RFC 2606): of demonstrations
HOSTS: Final[Mapping[str, str]] = {**HOST_NAMES, "other": N_("another platform")}
LONGEST_ADDRESS: Final = 500
FACTS: Final = ("host", "address", "opens_at", "closes_at", "enrolment_closes_at", "pass_mark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is known of a course whose content is not here. `modules`: titles by language."""

    organisation: str  # the first part of its key
    number: str
    titles: Titles
    languages: tuple[str, ...]  # the first is the course's own
    summary: Titles
    about: Titles  # HTML, sanitised when it is shown
    modules: tuple[Titles, ...] = ()
    effort: tuple[Effort, ...] = ()  # one a week
    family: str = "net"
    licence: str = ""
    organisation_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunElsewhere:
    """A run on another site. `pass_mark`: share of 1."""

    key: str  # whole, or its last part
    host: str  # one of HOSTS
    address: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None = None
    enrolment_closes_at: dt.datetime | None = None
    pass_mark: float = DEFAULT_PASS_MARK


def host_of(run: Run) -> str:
    """The platform of a session that is played elsewhere, e.g. "FUN"; not translated where it is no name."""
    return HOSTS.get(run.host, run.host)


def publish_summary(*, summary: Summary, now: dt.datetime) -> tuple[Version, bool]:
    """The version, and whether it was added now. A course that has content here gets none. Raises InputRefused."""
    if not summary.titles or summary.languages[:1] == ():
        raise InputRefused(N_("A course has a title and a language. Write both."))
    outline = Outline(
        titles=dict(summary.titles),
        language=summary.languages[0],
        languages=summary.languages,
        modules=tuple(Module(f"m{number}", dict(titles)) for number, titles in enumerate(summary.modules, 1)),
        effort=summary.effort,
        family=summary.family,
        licence=summary.licence,
        organisation_name=summary.organisation_name,
        about=_about(summary.summary, summary.about),
    )
    compiled = Compiled(summary.organisation, summary.number, "run", outline)
    with storage().held(), transaction.atomic():
        known = (
            Version.objects.filter(course__organisation=summary.organisation, course__number=summary.number)
            .order_by("-number")
            .first()
        )
        if known is not None and holds_content(known.outline):
            return known, False
        return publish_version(
            compiled=compiled, files={}, store_again=lambda _gone: None, extra={}, report={}, now=now
        )


def holds_content(outline_json: Mapping[str, object]) -> bool:
    """Whether a stored outline has anything to open."""
    modules = outline_json.get("modules")
    return isinstance(modules, list) and any(module.get("sections") for module in modules)


def open_run_elsewhere(
    *, version: Version, run: RunElsewhere, by: Account | None, now: dt.datetime, seen: str | None = None
) -> tuple[Run, bool]:
    """The run, and whether anything about it changed: known by its key, its other facts are written anew. 3 queries.

    `seen`: the digest of the facts that the writer had before them, "" for a new run. Raises InputRefused, and Conflict
    for a key that another course's run or a run played here has, or when somebody else wrote it since.
    """
    facts = facts_of_run(run)
    key = run_key(run.key, version.course.key)
    with transaction.atomic():
        there = Run.objects.select_for_update().filter(key=key).first()
        if there is None:
            there = Run(key=key, course=version.course, version=version, **facts)
            try:
                with transaction.atomic():
                    there.save(force_insert=True)
            except IntegrityError:
                raise Conflict(N_("There is a session {key} already. Choose another key."), key=key) from None
        elif there.course_id != version.course_id or there.host == Run.HERE:
            raise Conflict(N_("There is a session {key} already. Choose another key."), key=key)
        else:
            changed = [name for name, value in facts.items() if getattr(there, name) != value]
            if not changed:
                return there, False
            if seen == "":
                raise Conflict(N_("There is a session {key} already. Choose another key."), key=key)
            if seen is not None and seen != digest_of_run(there):
                raise Conflict(N_("Somebody else changed this session meanwhile. It is shown as it is now."))
            for name in changed:
                setattr(there, name, facts[name])
            there.save(update_fields=changed)
        note_act(account=by, act=ACT, place=f"run:{key}", people=0, about=f"on {run.host}", now=now)
        index_courses([there.course_id])
    return there, True


def digest_of_run(run: Run) -> str:
    """What a form carries, to tell whether somebody else changed the run meanwhile."""
    return hashlib.sha256(repr([getattr(run, name) for name in FACTS]).encode()).hexdigest()[:16]


def read_address(text: str, host: str = "other") -> str:
    """The address of a page on another site, of that host. Raises InputRefused for what is none."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        names_a_host = bool(parts.hostname) and "." in (parts.hostname or "")
    except ValueError:
        names_a_host = False
    if not names_a_host or parts.scheme != "https" or parts.username is not None:
        raise InputRefused(N_("The address of a session begins with https://, for example https://www.fun-mooc.fr/…"))
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise InputRefused(N_("This address is too long, or holds a space. Copy it from your browser once more."))
    domain, name = DOMAINS.get(host, ""), (parts.hostname or "").lower()
    if domain and name != domain and not name.endswith((f".{domain}", INVENTED)):
        raise InputRefused(
            N_("An address on {host} lies in {domain}, and this one does not. Choose another host, or copy it again."),
            host=HOST_NAMES[host],
            domain=domain,
        )
    return address


def facts_of_run(run: RunElsewhere) -> dict[str, object]:
    """Its columns by name. No query. Raises InputRefused for what cannot be."""
    if run.host not in HOSTS:
        raise InputRefused(
            N_("“{host}” is no host. Write one of {known}."), host=shown(run.host, 40), known=", ".join(HOSTS)
        )
    if not 0 <= run.pass_mark <= 1:
        raise InputRefused(N_("A pass mark lies between 0 and 100. Give another one."))
    for end in (run.closes_at, run.enrolment_closes_at):
        if end is not None and end <= run.opens_at:
            raise InputRefused(
                N_("It would close on {closes} before it opens on {opens}. Give other dates."),
                closes=day_here(end),
                opens=day_here(run.opens_at),
            )
    return {
        "host": run.host,
        "address": read_address(run.address, run.host),
        "opens_at": run.opens_at,
        "closes_at": run.closes_at,
        "enrolment_closes_at": run.enrolment_closes_at,
        "pass_mark": run.pass_mark,
    }


def _about(summary: Titles, about: Titles) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for page, by_language in (("short_description", summary), ("overview", about)):
        for language, text in by_language.items():
            if text:
                found.setdefault(language, {})[page] = text
    return found
