"""What does programme.toml say, and what in it is wrong?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from cordee.bilan.columns import columns_of
from cordee.bilan.folder.cells import date_of
from cordee.bilan.folder.faults import Faults
from cordee.bilan.period import Period
from cordee.bilan.programme import LANGUAGES, About, Category, Host, Targets
from cordee.core.errors import N_, CordeeError, InputRefused, shown

FILE: Final = "programme.toml"
NAMED: Final = ("name", "title", "lead", "notice", "estimate")  # a text by language
SAID: Final = ("period", "licence", "contact", "source", "prepared_on")


class _Looking:
    """The text of the file, to tell on which line a key stands."""

    def __init__(self, text: str, faults: Faults) -> None:
        self._lines = text.splitlines()
        self._faults = faults

    def fault(self, key: str, sentence: str, /, **values: object) -> None:
        wanted = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}\b")
        line = next((number for number, words in enumerate(self._lines, 1) if wanted.match(words)), 0)
        self._faults.add(FILE, line, sentence, **values)


def about_of(data: Mapping[str, Any], text: str, faults: Faults) -> About:
    """The file as values; what cannot be understood is left out, and a fault."""
    looking = _Looking(text, faults)
    known = (*NAMED, *SAID, "targets", "hosts", "categories")
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            looking.fault(
                key,
                N_("There is no entry {key}: it is not read. Did you mean {near}?")
                if near
                else N_("There is no entry {key}: it is not read. There are: {all}."),
                key=shown(key, 40),
                near="".join(near),
                all=", ".join(known),
            )
    named: dict[str, Any] = {key: _by_language(key, data.get(key, {}), looking) for key in NAMED}
    said: dict[str, Any] = {key: _said(key, data.get(key, ""), looking) for key in SAID}
    _tried("period", said, Period.parse, looking)
    _tried("prepared_on", said, date_of, looking)
    said["prepared_on"] = said["prepared_on"] and date_of(said["prepared_on"])
    return About(
        **named,
        **said,
        targets=_targets(data.get("targets", {}), looking),
        hosts=tuple(_rows("hosts", data.get("hosts", []), Host, looking)),
        categories=tuple(_rows("categories", data.get("categories", []), Category, looking)),
    )


def _by_language(key: str, value: object, looking: _Looking) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()) and set(value) <= set(LANGUAGES):
        return {language: value[language] for language in LANGUAGES if language in value}
    looking.fault(key, N_('{key} must be a text by language. Write: {key} = {{ fr = "…", en = "…" }}'), key=key)
    return {}


def _said(key: str, value: object, looking: _Looking) -> str:
    if isinstance(value, str):
        return value
    looking.fault(key, N_("{key} must be a text. Put it between quotes."), key=key)
    return ""


def _tried(key: str, said: dict[str, Any], read: Callable[[str], object], looking: _Looking) -> None:
    try:
        if said[key]:
            read(said[key])
    except CordeeError as wrong:
        looking.fault(key, N_("{key}: {what}"), key=key, what=wrong)
        said[key] = ""


def _targets(value: object, looking: _Looking) -> Targets:
    if not isinstance(value, dict):
        looking.fault("targets", N_("{key} must be a table. Write: [{key}]"), key="targets")
        return Targets()
    number, languages, hosts = (value.get(key) for key in ("new_courses_a_year", "languages", "several_hosts"))
    for key in sorted(set(value) - {"new_courses_a_year", "languages", "several_hosts"}):
        looking.fault(
            key,
            N_("There is no entry {key}: it is not read. There are: {all}."),
            key=shown(key, 40),
            all="new_courses_a_year, languages, several_hosts",
        )
    if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 0):
        looking.fault(
            "new_courses_a_year",
            N_("{key} is no whole number from 0 on. Write e.g. {key} = 10"),
            key="new_courses_a_year",
        )
        number = None
    if languages is not None and not (isinstance(languages, list) and all(isinstance(one, str) for one in languages)):
        looking.fault("languages", N_('{key} must be a list. Write: {key} = ["fr", "en"]'), key="languages")
        languages = None
    if hosts is not None and not isinstance(hosts, bool):
        looking.fault("several_hosts", N_("{key} is neither true nor false. Write {key} = true"), key="several_hosts")
        hosts = None
    return Targets(new_courses_a_year=number, languages=tuple(languages or ()), several_hosts=hosts)


def _rows(key: str, value: object, record: type, looking: _Looking) -> list[Any]:
    if not isinstance(value, list):
        looking.fault(key, N_("{key} must be a list of tables. Write: [[{key}]]"), key=key)
        return []
    found = []
    for row in value:
        try:
            if not isinstance(row, dict) or not all(isinstance(one, str) for one in row.values()):
                raise TypeError(row)
            if any(column.required and name not in row for name, column in columns_of(record).items()):
                raise TypeError(row)
            read = dict(row)
            if read.get("extracted_on"):
                read["extracted_on"] = date_of(read["extracted_on"])
            found.append(record(**read))
        except TypeError:
            looking.fault(
                key,
                N_("An entry of {key} is left out. Each has {fields}, and each is a text."),
                key=key,
                fields=", ".join(record.__slots__),  # type: ignore[attr-defined]  # Host and Category have slots
            )
        except InputRefused as wrong:
            looking.fault(key, N_("{key}: {what}"), key=key, what=wrong)
    return found
