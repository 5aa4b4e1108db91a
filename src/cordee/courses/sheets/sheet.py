"""What does the public page of a course say that its content does not?

A sheet is plain JSON in `SheetEdition.data`, read and checked here alone. Texts are kept by language, as titles are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, TypeVar

from django.utils.text import slugify

from cordee.core.errors import N_, InputRefused, shown

Texts = Mapping[str, str]  # language -> text
Lists = Mapping[str, tuple[str, ...]]  # language -> lines
T = TypeVar("T")

LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
COURSE_KEY: Final = re.compile(r"[A-Za-z0-9._~-]+\+[A-Za-z0-9._~-]+")
LEVELS: Final = ("beginner", "intermediate", "advanced")
ROLES: Final = ("author", "teacher", "tutor", "coordinator", "designer", "producer", "community")
PARTS: Final = ("content", "teaching", "technical", "funding")  # of a partner
WAYS: Final = ("flipped", "blended", "core", "catch-up", "bonus")  # how a school uses the course in class
LONGEST_LINE: Final = 300
LONGEST_TEXT: Final = 4000
MOST_LINES: Final = 60
MOST_ECTS: Final = 60.0
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the team who agreed to be named, with what they did."""

    name: str
    role: str  # one of ROLES
    about: Texts = field(default_factory=dict)
    organisation: str = ""  # the code of one that the site knows

    @property
    def slug(self) -> str:
        """The person's in addresses: two sheets that write one name speak of one person."""
        return slugify(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """A body that took part without giving the course."""

    name: str
    part: str  # one of PARTS
    organisation: str = ""  # the code, where the site knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A school that teaches with the course."""

    by: str  # as people call it, e.g. "Mines Valbrune, first year"
    year: int
    way: str = ""  # one of WAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a learner or a teacher said, and when they agreed that it stands here."""

    words: Texts
    by: str
    agreed_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    name: Texts
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything is optional: what is not known is not shown."""

    titles: Texts = field(default_factory=dict)  # what the page calls the course, where not as its content does
    categories: tuple[str, ...] = ()  # codes of `Category`, the first gives the colour
    level: str = ""  # one of LEVELS
    outcomes: Lists = field(default_factory=dict)  # what one will be able to do
    requires: Texts = field(default_factory=dict)  # what one should know before
    after: tuple[str, ...] = ()  # keys of courses that it builds on
    needs: Texts = field(default_factory=dict)  # e.g. "A browser. A keyboard is better for the exercises."
    keywords: Lists = field(default_factory=dict)
    subtitles: tuple[str, ...] = ()  # languages
    price: Texts = field(default_factory=dict)  # empty: free
    certification: Texts = field(default_factory=dict)  # e.g. "supervised exam, €60"
    ects: float = 0.0
    team: tuple[Member, ...] = ()
    partners: tuple[Partner, ...] = ()
    used: tuple[Use, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    prizes: tuple[Prize, ...] = ()
    earlier_runs: int = 0  # played before, and not listed one by one
    versions: tuple[str, ...] = ()  # keys of courses that are this one in another language
    invented: bool = False  # a demonstration: the page says that nothing of it is real

    def calls_it(self, own: Texts) -> dict[str, str]:
        """The titles of the page, from those of the content."""
        return {**own, **self.titles}


def read_sheet(data: Mapping[str, Any]) -> Sheet:
    """A sheet from plain JSON or TOML. Raises InputRefused, which names the place."""
    _known(data, Sheet, "")
    return Sheet(
        titles=_titles(data),
        categories=_each(data, "categories", _code),
        level=_one_of(data, "level", LEVELS),
        outcomes=_lists(data, "outcomes"),
        requires=_texts(data, "requires"),
        after=_each(data, "after", _course),
        needs=_texts(data, "needs"),
        keywords=_lists(data, "keywords"),
        subtitles=_each(data, "subtitles", _language),
        price=_texts(data, "price"),
        certification=_texts(data, "certification"),
        ects=_number(data, "ects", 0, MOST_ECTS),
        team=_each(data, "team", _member),
        partners=_each(data, "partners", _partner),
        used=_each(data, "used", _use),
        opinions=_each(data, "opinions", _opinion),
        prizes=_each(data, "prizes", _prize),
        earlier_runs=int(_number(data, "earlier_runs", 0, 10_000)),
        versions=_each(data, "versions", _course),
        invented=_switch(data, "invented"),
    )


def to_json(sheet: Sheet) -> dict[str, Any]:
    """Plain JSON without what is empty; `read_sheet` gives the same sheet back."""
    found = {name: _plain(value) for name, value in asdict(sheet).items()}
    return {name: value for name, value in found.items() if value not in ("", 0, [], {}, False)}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case dt.date():
            return value.isoformat()
        case _:
            return value


def _member(data: Any, at: str) -> Member:
    one = _table(data, Member, at)
    return Member(
        name=_line(one, "name", at),
        role=_one_of(one, "role", ROLES, at, wanted=True),
        about=_texts(one, "about", at),
        organisation=_line(one, "organisation", at, wanted=False),
    )


def _partner(data: Any, at: str) -> Partner:
    one = _table(data, Partner, at)
    return Partner(
        name=_line(one, "name", at),
        part=_one_of(one, "part", PARTS, at, wanted=True),
        organisation=_line(one, "organisation", at, wanted=False),
    )


def _use(data: Any, at: str) -> Use:
    one = _table(data, Use, at)
    return Use(by=_line(one, "by", at), year=_year(one, at), way=_one_of(one, "way", WAYS, at))


def _opinion(data: Any, at: str) -> Opinion:
    one = _table(data, Opinion, at)
    if not one.get("agreed_on"):
        raise InputRefused(
            N_("{place}: say on which day they agreed that their words stand here (agreed_on)."), place=at
        )
    return Opinion(words=_texts(one, "words", at, wanted=True), by=_line(one, "by", at), agreed_on=_day(one, at))


def _prize(data: Any, at: str) -> Prize:
    one = _table(data, Prize, at)
    return Prize(name=_texts(one, "name", at, wanted=True), year=_year(one, at))


def _each(data: Mapping[str, Any], name: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
    value = data.get(name, ())
    if not isinstance(value, list | tuple):
        raise InputRefused(N_("{place} is a list: write it between [ and ]."), place=name)
    if len(value) > MOST_LINES:
        raise InputRefused(N_("{place} has more than {most} entries. Shorten it."), place=name, most=MOST_LINES)
    return tuple(read(one, f"{name} {number}") for number, one in enumerate(value, 1))


def _known(data: Mapping[str, Any], shape: type, at: str) -> None:
    known = [one.name for one in fields(shape)]
    for name in data:
        if name not in known:
            raise InputRefused(
                N_("{place} is not known here. Known are: {known}."),
                place=f"{at} {shown(str(name))}".strip(),
                known=", ".join(known),
            )


def _table(data: Any, shape: type, at: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise InputRefused(
            N_("{place} has several parts: {known}. Name each."),
            place=at,
            known=", ".join(one.name for one in fields(shape)),
        )
    _known(data, shape, at)
    return data


def _text(value: Any, at: str, most: int) -> str:
    if not isinstance(value, str):
        raise InputRefused(N_("{place} is a text: write it between quotation marks."), place=at)
    text = value.strip()
    if len(text) > most:
        raise InputRefused(N_("{place} has more than {most} signs. Shorten it."), place=at, most=most)
    if any(ord(sign) < ord(" ") and sign not in "\n\t" for sign in text):
        raise InputRefused(N_("{place} holds a sign that cannot be shown. Type it again."), place=at)
    return text


def _line(data: Mapping[str, Any], name: str, at: str, *, wanted: bool = True) -> str:
    text = " ".join(_text(data.get(name, ""), f"{at}: {name}", LONGEST_LINE).split())
    if wanted and not text:
        raise InputRefused(N_("{place} is missing. Write it."), place=f"{at}: {name}")
    return text


def _by_language(data: Mapping[str, Any], name: str, at: str) -> tuple[Mapping[str, Any], str]:
    place = f"{at}: {name}" if at else name
    value = data.get(name, {})
    if not isinstance(value, Mapping):
        raise InputRefused(
            N_("{place} is said by language: {example}."), place=place, example=f'{name} = {{ fr = "…", en = "…" }}'
        )
    for language in value:
        _language(language, place)
    return value, place


def _texts(data: Mapping[str, Any], name: str, at: str = "", *, wanted: bool = False) -> Texts:
    value, place = _by_language(data, name, at)
    found = {language: _text(text, f"{place}, {language}", LONGEST_TEXT) for language, text in value.items()}
    found = {language: text for language, text in found.items() if text}
    if wanted and not found:
        raise InputRefused(N_("{place} is missing. Write it."), place=place)
    return found


def _titles(data: Mapping[str, Any]) -> Texts:
    """One line each."""
    value, _place = _by_language(data, "titles", "")
    found = {language: _line({"titles": text}, "titles", language, wanted=False) for language, text in value.items()}
    return {language: text for language, text in found.items() if text}


def _lists(data: Mapping[str, Any], name: str) -> Lists:
    value, place = _by_language(data, name, "")
    return {
        language: _each({f"{place}, {language}": lines}, f"{place}, {language}", _one_line)
        for language, lines in value.items()
        if lines
    }


def _one_line(value: Any, at: str) -> str:
    text = " ".join(_text(value, at, LONGEST_LINE).split())
    if not text:
        raise InputRefused(N_("{place} is missing. Write it."), place=at)
    return text


def _one_of(data: Mapping[str, Any], name: str, words: tuple[str, ...], at: str = "", *, wanted: bool = False) -> str:
    value = data.get(name, "")
    if (value == "" and not wanted) or value in words:
        return str(value)
    raise InputRefused(
        N_("{place}: “{word}” is not among {known}."),
        place=f"{at}: {name}" if at else name,
        word=shown(str(value), 40),
        known=", ".join(words),
    )


def _code(value: Any, at: str) -> str:
    text = _text(value, at, 60)
    if not re.fullmatch(r"[a-z0-9-]+", text):
        raise InputRefused(N_("{place} is a code of small letters, digits and dashes."), place=at)
    return text


def _course(value: Any, at: str) -> str:
    text = _text(value, at, 240)
    if not COURSE_KEY.fullmatch(text):
        raise InputRefused(N_("{place} is the key of a course, such as Ingenia+RES101."), place=at)
    return text


def _language(value: Any, at: str) -> str:
    if not isinstance(value, str) or not LANGUAGE.fullmatch(value):
        raise InputRefused(
            N_("{place}: “{language}” is no language. Write a tag such as fr or pt-BR."),
            place=at,
            language=shown(str(value), 20),
        )
    return value


def _number(data: Mapping[str, Any], name: str, least: float, most: float) -> float:
    value = data.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise InputRefused(N_("{place} is a number from {least} to {most}."), place=name, least=least, most=most)
    return float(value)


def _year(data: Mapping[str, Any], at: str) -> int:
    value = data.get("year")
    if isinstance(value, bool) or not isinstance(value, int) or not FIRST_YEAR <= value <= LAST_YEAR:
        raise InputRefused(N_("{place} is a year, such as {year}."), place=f"{at}: year", year=2026)
    return value


def _day(data: Mapping[str, Any], at: str) -> dt.date:
    value = data["agreed_on"]
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise InputRefused(N_("{place} is a day, such as {day}."), place=f"{at}: agreed_on", day="2026-11-30") from None


def _switch(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise InputRefused(N_("{place} is true or false."), place=name)
    return value
