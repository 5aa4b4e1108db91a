"""What do course.yaml and module.yaml say? Each field is a key of the file; the JSON Schema comes from here too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.dates import When
from cordee.formats.coursetext.model import Place, Severity
from cordee.formats.coursetext.shapes import (
    Choice,
    Date,
    Duration,
    ListOf,
    Located,
    MapOf,
    Number,
    Record,
    Shape,
    Text,
    Texts,
    TimeLimit,
    YesNo,
    key,
    language,
    name,
    read_record,
    schema_of,
    stem,
)

MOST_MINUTES: Final = 10_000  # that a unit may take
COURSE_FILE, MODULE_FILE = "course.yaml", "module.yaml"
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NOWHERE: Final = Place("")
Words = Mapping[str, Located]  # by language, "" in all


@dataclass(frozen=True, slots=True)
class _Any:
    """Whatever stands there: for what is described in the text and read by nothing yet."""

    def read(self, node: Any, key: str, say: Any) -> Any:
        return node

    def schema(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Person:
    name: Located | None = field(default=None, metadata=key(Text(), required=True, help="Name, as it is shown."))
    role: Located | None = field(default=None, metadata=key(Text(), help="author, teacher, tutor, producer…"))
    about: Words | None = field(default=None, metadata=key(Texts(), help="A few words about the person."))
    photo: Located | None = field(default=None, metadata=key(Text(), help="A picture in the folder."))
    link: Located | None = field(default=None, metadata=key(Text(), help="The person's page."))
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    pace: str = field(
        default="guided", metadata=key(Choice(("guided", "free")), help="free: at the learner's own pace, no end.")
    )
    weeks: float = field(default=4.0, metadata=key(Number(1, 200, whole=True), help="How long a new session lasts."))
    effort: float | None = field(default=None, metadata=key(Duration(), help="What a week asks of a learner: 2 h."))
    timezone: Located | None = field(
        default=None, metadata=key(Text(), help="The zone of every date: Europe/Paris; UTC when it is not written.")
    )
    opens: When | None = field(default=None, metadata=key(Date(), help="First day of a new session."))
    closes: When | None = field(default=None, metadata=key(Date(), help="Last day of a new session."))
    enrolment_opens: When | None = field(
        default=None, metadata=key(Date(), applied=False, help="When one may enrol from.")
    )
    enrolment_closes: When | None = field(default=None, metadata=key(Date(), help="When one may enrol until."))
    grace: float | None = field(
        default=None, metadata=key(Duration(), help="After a deadline, how long an answer is still taken.")
    )
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Category:
    title: Words | None = field(default=None, metadata=key(Texts(), help="Shown to learners."))
    weight: float = field(
        default=0.0, metadata=key(Number(0, 100), required=True, help="Percent of the grade; all of them make 100.")
    )
    count: float | None = field(
        default=None,
        metadata=key(Number(1, 1000, whole=True), help="How many sections are expected; as many as there are."),
    )
    drop: float = field(
        default=0.0, metadata=key(Number(0, 1000, whole=True), help="How many of the lowest do not count.")
    )
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grading:
    pass_mark: float = field(default=50.0, metadata=key(Number(0, 100), help="Grade out of 100 that passes."))
    letters: Mapping[str, float] | None = field(
        default=None, metadata=key(MapOf(Number(0, 100)), help="{A: 85, B: 70}: the lowest one passes.")
    )
    categories: Mapping[str, Category] = field(
        default_factory=dict,
        metadata=key(MapOf(Record(Category)), help="Groups of graded sections, each with its weight."),
    )
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Experiment:
    title: Words | None = field(default=None, metadata=key(Texts(), help="For the team."))
    branches: Mapping[str, float] = field(
        default_factory=dict, metadata=key(MapOf(Number(0, 100)), required=True, help="{with: 50, without: 50}")
    )
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiver:
    rule: Located | None = field(
        default=None, metadata=key(Text(), required=True, help="The code of the check that is set aside.")
    )
    where: Located | None = field(
        default=None,
        metadata=key(Text(), help="A module, a section, a unit, a block; everywhere when it is not written."),
    )
    reason: Words | None = field(default=None, metadata=key(Texts(), required=True, help="Why."))
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """course.yaml."""

    format: float = field(default=1.0, metadata=key(Number(1, 1, whole=True), help="Version of the format."))
    id: Located | None = field(
        default=None, metadata=key(name(), help="The course across years; the folder's name when it is not written.")
    )
    organisation: Located | None = field(default=None, metadata=key(name("my-school"), help="Who gives the course."))
    number: Located | None = field(
        default=None, metadata=key(name("RES101"), help="The course's number there; `id` when it is not written.")
    )
    title: Words | None = field(default=None, metadata=key(Texts(), required=True, help="Title of the course."))
    subtitle: Words | None = field(default=None, metadata=key(Texts(), help="One line below the title."))
    summary: Words | None = field(default=None, metadata=key(Texts(), help="Two sentences for the catalogue."))
    languages: tuple[Located, ...] = field(
        default_factory=tuple, metadata=key(ListOf(language()), help="The first is the reference; fr.")
    )
    licence: Located | None = field(
        default=None, metadata=key(Text(), help="SPDX, such as CC-BY-4.0, or all-rights-reserved.")
    )
    level: Located | None = field(default=None, metadata=key(Text(), help="beginner, intermediate, advanced."))
    keywords: tuple[Located, ...] = field(
        default_factory=tuple, metadata=key(ListOf(Text()), help="For the catalogue.")
    )
    requires: tuple[Located, ...] = field(
        default_factory=tuple, metadata=key(ListOf(Text()), help="Courses to have followed before.")
    )
    image: Located | None = field(default=None, metadata=key(Text(), help="The course's picture, in the folder."))
    banner: Located | None = field(default=None, metadata=key(Text(), help="A wide picture, in the folder."))
    video: Located | None = field(default=None, metadata=key(Text(), help="A film that presents the course."))
    family: str | None = field(
        default=None, metadata=key(Choice(("net", "eco", "sci", "code")), help="The family of colours of its pages.")
    )
    team: tuple[Person, ...] = field(default_factory=tuple, metadata=key(ListOf(Record(Person)), help="Who made it."))
    calendar: Calendar = field(default_factory=Calendar, metadata=key(Record(Calendar), help="Dates of a new session."))
    grading: Grading = field(default_factory=Grading, metadata=key(Record(Grading), help="How the grade is made."))
    groups: Mapping[str, Words] = field(
        default_factory=dict, metadata=key(MapOf(Texts()), help="Groups of learners that blocks are for.")
    )
    experiments: Mapping[str, Experiment] = field(
        default_factory=dict,
        metadata=key(MapOf(Record(Experiment)), help="Groups drawn at random that see one branch each."),
    )
    defaults: Mapping[str, Mapping[str, Located]] = field(
        default_factory=dict,
        metadata=key(MapOf(MapOf(Text())), help="{quiz: {attempts: 2}}: settings of every block of a kind."),
    )
    modules: tuple[Located, ...] = field(
        default_factory=tuple, metadata=key(ListOf(stem()), required=True, help="Folders of modules/, in order.")
    )
    pages: tuple[Located, ...] = field(
        default_factory=tuple, metadata=key(ListOf(stem()), help="Pages of pages/, in order.")
    )
    discussions: Any = field(default=None, metadata=key(_Any(), applied=False, help="Topics of discussion."))
    textbooks: Any = field(default=None, metadata=key(_Any(), applied=False, help="Books that come with the course."))
    attestation: Any = field(default=None, metadata=key(_Any(), applied=False, help="Who signs."))
    lagging: str = field(
        default="show",
        metadata=key(Choice(("show", "notice", "reference")), help="What is shown of a translation that lags behind."),
    )
    waive: tuple[Waiver, ...] = field(
        default_factory=tuple, metadata=key(ListOf(Record(Waiver)), help="Checks set aside, with a reason.")
    )
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def all_languages(self) -> tuple[str, ...]:
        """The first is the reference."""
        return tuple(dict.fromkeys(one.text for one in self.languages)) or ("fr",)


@dataclass(frozen=True, slots=True)
class SectionFacts:
    id: Located | None = field(
        default=None, metadata=key(name("trames"), required=True, help="Name of the section, unique in the course.")
    )
    title: Words | None = field(default=None, metadata=key(Texts(), required=True, help="Title of the section."))
    units: tuple[Located, ...] = field(
        default_factory=tuple, metadata=key(ListOf(stem()), required=True, help="Pages of this module, in order.")
    )
    graded: Located | None = field(
        default=None, metadata=key(Text(), help="A category of the grading: what is in it counts.")
    )
    opens: When | None = field(
        default=None, metadata=key(Date(), help="When it opens; the module's day when it is not written.")
    )
    due: When | None = field(default=None, metadata=key(Date(), help="By when it is to be handed in."))
    closes: When | None = field(
        default=None, metadata=key(Date(), help="After this day no answer is taken; it stays to be read.")
    )
    time_limit: float | None = field(
        default=None,
        metadata=key(
            TimeLimit(), help="How long a learner has from when they begin it: 30 min. No answer is taken later."
        ),
    )
    after: Located | None = field(
        default=None,
        metadata=key(Text(joined_by="and"), help="What is to be done before it opens: names, see the documentation."),
    )
    for_: tuple[Located, ...] = field(default_factory=tuple, metadata=key(ListOf(Text()), help="Groups that see it."))
    visible: str = field(default="all", metadata=key(Choice(("all", "team")), help="team: learners do not see it."))
    show_result: str = field(
        default="",
        metadata=key(
            Choice(("always", "never", "due")), help="When learners see what is right, in every quiz that says nothing."
        ),
    )
    hide_after_due: bool | None = field(
        default=None, metadata=key(YesNo(), help="Whether learners no longer open it once its deadline has passed.")
    )
    was: tuple[Located, ...] = field(default_factory=tuple, metadata=key(ListOf(name()), help="Former names."))
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """module.yaml."""

    title: Words | None = field(default=None, metadata=key(Texts(), required=True, help="Title of the module."))
    summary: Words | None = field(default=None, metadata=key(Texts(), help="What one will be able to do after it."))
    opens: When | None = field(
        default=None, metadata=key(Date(), help="When it opens; with the session when it is not written.")
    )
    visible: str = field(default="all", metadata=key(Choice(("all", "team")), help="team: learners do not see it."))
    was: tuple[Located, ...] = field(default_factory=tuple, metadata=key(ListOf(name()), help="Former names."))
    sections: tuple[SectionFacts, ...] = field(
        default_factory=tuple, metadata=key(ListOf(Record(SectionFacts)), required=True, help="In order.")
    )
    place: Place = NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)


HEADING_KEYS: Final[Mapping[str, Shape]] = {  # of the block between `---` lines of a page
    "id": name(),
    "was": ListOf(name()),
    "effort": Number(0, MOST_MINUTES),
    "for": ListOf(Text()),
    "visible": Choice(("all", "team")),
    "of": Text(),
    "languages": ListOf(Text()),
}


KEPT: Final = (  # of course.yaml, for which OLX has no words
    *("level", "keywords", "requires", "video", "team", "lagging", "waive"),
)
KEPT_OF_CALENDAR: Final = ("pace", "weeks", "effort")


def kept_facts(text: str) -> dict[str, Any]:
    """What course.yaml says that exports carry in a field of ours, as it is written: `KEPT`, and some of `calendar`.

    A calendar that says nothing of its length says the usual one there: OLX without an end means none.
    """
    said = yamls.plain(yamls.read(text, COURSE_FILE, _quiet))
    whole = said if isinstance(said, dict) else {}
    found = _kept(whole)
    calendar = whole.get("calendar")
    dates = calendar if isinstance(calendar, dict) else {}
    if not dates.get("closes") and not dates.get("weeks") and dates.get("pace") != "free":
        found["calendar"] = {**found.get("calendar", {}), "weeks": int(Calendar().weeks)}
    return found


def facts_kept(kept: Any) -> dict[str, Any]:
    """The same from an export; nothing where it is not what course.yaml may say."""
    found = _kept(kept if isinstance(kept, dict) else {})
    whole = {"title": "x", "modules": ["x"], **found}
    wrong: list[str] = []

    def say(code: str, template: str, place: Place, *, severity: Severity = "error", **values: object) -> None:
        wrong.extend([code] if severity == "error" else ())

    node = yamls.read(json.dumps(whole, ensure_ascii=False), COURSE_FILE, say)
    if not isinstance(node, yamls.Map) or not _is_sayable(plain := yamls.plain(node)):
        return {}
    read_record(CourseFacts, node, say)
    return {} if wrong else _kept(plain)


def _kept(said: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: said[name] for name in KEPT if said.get(name)}
    calendar = said.get("calendar")
    if isinstance(calendar, dict):
        dates = {name: calendar[name] for name in KEPT_OF_CALENDAR if calendar.get(name)}
        if str(dates.get("weeks", "")).isdecimal():
            dates["weeks"] = int(dates["weeks"])
        found |= {"calendar": dates} if dates else {}
    return found


def _is_sayable(said: Any) -> bool:
    match said:
        case dict():
            return all(map(_is_sayable, said.values()))
        case list():
            return all(map(_is_sayable, said))
        case _:
            return isinstance(said, str) and said.isprintable()


def _quiet(code: str, template: str, place: Place, **values: object) -> None:
    """It was told when the file was read."""


def words(texts: Words | None, language_: str, reference: str) -> str:
    """A text in a language, else in the reference's, else in any; "" for none."""
    if not texts:
        return ""
    found = texts.get(language_) or texts.get("") or texts.get(reference) or next(iter(texts.values()))
    return found.text


def json_schema(which: type) -> dict[str, Any]:
    """The JSON Schema of course.yaml (`CourseFacts`) or module.yaml (`ModuleFacts`)."""
    file = COURSE_FILE if which is CourseFacts else MODULE_FILE
    return {"$schema": DRAFT, "title": file, **schema_of(which)}
