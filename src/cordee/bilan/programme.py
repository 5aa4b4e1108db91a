"""What does a programme office know of its courses?

Plain values. `folder` reads them from TOML and CSV and writes them back the same; `figures` counts over them. A number
of a run is either declared (somebody wrote it down, with source and day) or computed from a store of the pilot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cordee.bilan import columns as c
from cordee.core.errors import N_

LANGUAGES: Final = ("fr", "en")  # of a report
CHAPTERS: Final = ("foreword", "ambitions", "catalogue", "figures", "learners", "use", "innovations", "money")
ROLES: Final = ("by", "content_partner", "funder", "teacher", "support")
MODES: Final = ("flipped", "blended", "core", "catch_up", "bonus")
COST_ROLES: Final = (
    "teaching_team",
    "coordination",
    "instructional_design",
    "video",
    "putting_online",
    "community",
)
SUPPORT: Final = COST_ROLES[1:]  # everybody but the teaching team
REVENUE_SOURCES: Final = (
    "calls_for_projects",
    "certification",
    "continuing_education",
    "partnerships",
    "patronage",
    "foundation",
    "other",
)
TRAITS: Final = ("sex", "age", "education", "country")
UNDECLARED: Final = "undeclared"  # the class of those who say nothing
SEXES: Final = ("f", "m", "o")
AGES: Final = ("-17", "18-24", "25-34", "35-44", "45-54", "55+")
EDUCATION: Final = (
    "doctorate",
    "master",
    "bachelor",
    "associate",
    "secondary",
    "junior_secondary",
    "primary",
    "other",
    "none",
)
TOTALS: Final = (  # what may be declared of the whole programme, by name
    "courses",
    "runs",
    "enrolments",
    "countries",
    "went_to_the_end",
    "teachers",
    "own_students",
    "other_students",
    "started_any_percent",
    "started_percent",
    "assiduous_percent",
    "passed_percent",
    "passed_percent_mean_of_courses",
    "passed_of_week_two_percent",
    "passed_of_assiduous_percent",
    "revenue_keur",
)
ADVICE: Final = (
    "week_two",
    "hours_a_week",
    "weeks",
    "medium_course_hours_a_week",
    "minutes_of_video",
    "things_to_make",
    "tutoring",
    "attestation",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A subject, across years; of another host or of ours."""

    id: str = c.text(N_("short name of the course, of your own making; the other tables use it"), required=True)
    title: str = c.text(N_("title, in the language of the course"), required=True)
    language: str = c.language(N_("language of the course, ISO 639-1"))
    category: str = c.text(N_("id of a category of programme.toml"))
    since: str = c.date(N_("when it first opened"))
    kinds: tuple[str, ...] = c.words(N_("kinds of activity that make it new, e.g. codecast | quest"))
    certifying: bool | None = c.yes(N_("whether a certificate can be had"))
    prize_fr: str = c.text(N_("prize that it won, in French"))
    prize_en: str = c.text(N_("prize that it won, in English"))
    weeks: int | None = c.count(N_("weeks that a run lasts"))
    hours_a_week: float | None = c.amount(N_("hours of work asked for each week"))
    minutes_of_video: int | None = c.count(N_("minutes of video, at most, before something is to be done"))
    enrolments: int | None = c.count(N_("enrolments declared over all its runs, where those of each run are lost"))
    own_students: int | None = c.count(N_("of these, students of your own schools"))
    other_institutions: bool | None = c.yes(N_("whether other institutions use it"))
    source: str = c.text(N_("who says so: a document, a person"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A course between two dates, wherever it is played. With `store`, its numbers are computed from there."""

    course: str = c.text(N_("id of the course"), required=True, course=True)
    host: str = c.text(N_("where it is played: FUN, Coursera, edX…"))
    address: str = c.text(N_("its page"))
    opens: str = c.date(N_("first day, or as much of it as is known"))
    closes: str = c.date(N_("last day; empty for a run without end"))
    language: str = c.language(N_("language, where it is not that of the course"))
    store: str = c.text(N_("folder of a store of the pilot, from which the numbers are computed"))
    key: str = c.text(N_("key of the run in that store"))
    enrolments: int | None = c.count(N_("enrolled"))
    started_any: int | None = c.count(N_("did at least one activity"))
    started: int | None = c.count(N_("handed in the first graded quiz"))
    assiduous: int | None = c.count(N_("handed in the first graded quiz of the second module that holds one"))
    week_two: int | None = c.count(N_("did at least one activity of the second module"))
    passed: int | None = c.count(N_("have a grade at or above the pass mark"))
    passed_assiduous: int | None = c.count(N_("passed, among the assiduous"))
    passed_week_two: int | None = c.count(N_("passed, among those active in the second module"))
    passed_percent: float | None = c.share(N_("share who passed, where only the share survives"))
    beginners_percent: float | None = c.share(N_("share of beginners among those who answered a survey"))
    survey_respondents: int | None = c.count(N_("how many answered that survey"))
    tutored: bool | None = c.yes(N_("whether tutors followed its learners"))
    source: str = c.text(N_("where declared numbers come from"))
    extracted_on: str = c.date(N_("day of the extraction"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who did what for a course."""

    course: str = c.text(N_("id of the course; empty for the whole programme"), course=True)
    role: str = c.choice(N_("what they are to it"), ROLES, required=True)
    name: str = c.text(N_("organisation, or person who agreed to be named"), required=True)
    detail_fr: str = c.text(N_("what they did, in French"))
    detail_en: str = c.text(N_("what they did, in English"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An institution whose name changed, or that joined another."""

    name: str = c.text(N_("name as the tables have it"), required=True)
    now: str = c.text(N_("name that it has today, or of the institution that it joined"), required=True)
    since: str = c.date(N_("since when"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A number that somebody declares of the whole programme."""

    name: str = c.choice(N_("what was counted"), TOTALS, required=True)
    value: float | None = c.amount(
        N_("the number; percent: 0 to 100; money: thousands of euros"), required=True, large=True
    )
    period: str = c.text(N_("e.g. 2013-2016, or 2016"), required=True)
    source: str = c.text(N_("who says so: a document, a host"), required=True)
    extracted_on: str = c.date(N_("day of the extraction"))
    note_fr: str = c.text(N_("what must be known about it, in French"))
    note_en: str = c.text(N_("what must be known about it, in English"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many learners declared a class of sex, age, education, or a country."""

    trait: str = c.choice(N_("what is declared"), TRAITS, required=True)
    group: str = c.of_class(N_("class: f, 25-34, master, SN… or undeclared"), required=True)
    percent: float | None = c.share(N_("share of those who declared it; of all, for undeclared"))
    people: int | None = c.count(N_("how many"))
    period: str = c.text(N_("e.g. 2013-2016; empty for all periods"))
    source: str = c.text(N_("where it comes from"))
    extracted_on: str = c.date(N_("day of the extraction"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A date of the programme; the date or the event may be lost."""

    date: str = c.date(N_("when, or as much of it as is known"))
    event_fr: str = c.text(N_("what happened, in French"))
    event_en: str = c.text(N_("what happened, in English"))
    course: str = c.text(N_("id of the course that it is about"), course=True)
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A course used by an institution in its teaching."""

    year: int | None = c.year(N_("in which year"))
    institution: str = c.text(N_("which school; empty where only the number is known"))
    own: bool | None = c.yes(N_("whether it is one of your own schools"))
    course: str = c.text(N_("id of the course"), course=True)
    outside_course: str = c.text(N_("title of a course of another institution, in place of an id"))
    outside_by: str = c.text(N_("who made that course"))
    programme: str = c.text(N_("in which programme of study"))
    mode: str = c.choice(N_("how"), MODES)
    people: int | None = c.count(N_("how many students"))
    source: str = c.text(N_("who says so"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What a company did with courses."""

    sector_fr: str = c.text(N_("sector, in French"))
    sector_en: str = c.text(N_("sector, in English"))
    need_fr: str = c.text(N_("what it needed, in French"))
    need_en: str = c.text(N_("what it needed, in English"))
    courses: tuple[str, ...] = c.words(N_("ids of courses"), course=True)
    people: int | None = c.count(N_("how many people"))
    tutoring: bool | None = c.yes(N_("whether they had a tutor"))
    since: str = c.date(N_("since when"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Work on a course by role. Without a course: the estimate of a typical one (its assumptions: programme.toml)."""

    course: str = c.text(N_("id of the course; empty for the estimate of a typical course"), course=True)
    role: str = c.choice(N_("whose work"), COST_ROLES, required=True)
    person_years: float | None = c.amount(N_("person-years"), required=True)
    declared: bool | None = c.yes(N_("yes: time that was declared; no: an estimate"))
    keur: float | None = c.money(N_("what it cost, in thousands of euros, where known"))
    year: int | None = c.year(N_("in which year"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revenue:
    """Money that came in."""

    year: int | None = c.year(N_("in which year"), required=True)
    kind: str = c.choice(N_("where it came from"), REVENUE_SOURCES, required=True)
    keur: float | None = c.money(N_("thousands of euros"), required=True)
    programme: str = c.text(N_("from which scheme"))
    course: str = c.text(N_("id of the course, if it was for one"), course=True)
    partner: str = c.text(N_("from whom"))
    note_fr: str = c.text(N_("what must be known about it, in French"))
    note_en: str = c.text(N_("what must be known about it, in English"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Money promised over several years."""

    partner: str = c.text(N_("who promised"), required=True)
    keur: float | None = c.money(N_("thousands of euros over all years"), required=True)
    years: int | None = c.count(N_("over how many years"))
    first_year: int | None = c.year(N_("from which year on"))
    purpose_fr: str = c.text(N_("what for, in French"))
    purpose_en: str = c.text(N_("what for, in English"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimonial:
    """What a learner said, shown with their leave only."""

    first_name: str = c.text(N_("first name, or initial"), required=True)
    country: str = c.country(N_("country, ISO 3166-1"))
    course: str = c.text(N_("id of the course"), course=True)
    language: str = c.language(N_("language in which they wrote, ISO 639-1"), required=True)
    words: str = c.text(N_("what they wrote"), required=True)
    consent: bool | None = c.yes(N_("yes, once they agreed to be printed"))
    chapter: str = c.choice(N_("beside which part it stands"), CHAPTERS)
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A rule of thumb that the programme gives to its authors, with who says so."""

    name: str = c.choice(N_("about what"), ADVICE, required=True)
    low: float | None = c.amount(N_("the number, or the lower of two"))
    high: float | None = c.amount(N_("the higher of two numbers"))
    source_fr: str = c.text(N_("who says so, in French"))
    source_en: str = c.text(N_("who says so, in English"))
    line: int = c.place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A platform on which runs are played."""

    name: str = c.text(N_("name of the platform, as runs.csv has it"), required=True)
    address: str = c.text(N_("its page"))
    source: str = c.text(N_("where its numbers come from"))
    extracted_on: str = c.date(N_("day of the extraction"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A family of courses, named in each language."""

    id: str = c.text(N_("short name, as courses.csv has it; net, eco, sci and code have colours"), required=True)
    fr: str = c.text(N_("its name in French"), required=True)
    en: str = c.text(N_("its name in English"), required=True)

    def name(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What the programme had promised itself."""

    new_courses_a_year: int | None = None
    languages: tuple[str, ...] = ()
    several_hosts: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The file programme.toml: names by language, and what is said once."""

    name: Mapping[str, str] = field(default_factory=dict)  # of the programme office
    title: Mapping[str, str] = field(default_factory=dict)  # of the report
    lead: Mapping[str, str] = field(default_factory=dict)
    period: str = ""  # the one that is reported when none is asked for
    licence: str = ""
    contact: str = ""
    source: str = ""
    prepared_on: str = ""  # the day that stands on the report
    notice: Mapping[str, str] = field(default_factory=dict)  # what a reader must know first, e.g. that it is a demo
    estimate: Mapping[str, str] = field(default_factory=dict)  # assumptions of the typical course in costs.csv
    targets: Targets = field(default_factory=Targets)
    hosts: tuple[Host, ...] = ()
    categories: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """All that a folder holds. `texts`: (chapter, language) → Markdown."""

    about: About = field(default_factory=About)
    courses: tuple[Course, ...] = ()
    runs: tuple[Run, ...] = ()
    credits: tuple[Credit, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    totals: tuple[Total, ...] = ()
    profile: tuple[Share, ...] = ()
    timeline: tuple[Milestone, ...] = ()
    use: tuple[Use, ...] = ()
    companies: tuple[Company, ...] = ()
    costs: tuple[Cost, ...] = ()
    revenue: tuple[Revenue, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    testimonials: tuple[Testimonial, ...] = ()
    advice: tuple[Advice, ...] = ()
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)


TABLES: Final[Mapping[str, type]] = {  # the CSV files, by the field of Programme that each fills
    "courses": Course,
    "runs": Run,
    "credits": Credit,
    "organisations": Organisation,
    "totals": Total,
    "profile": Share,
    "timeline": Milestone,
    "use": Use,
    "companies": Company,
    "costs": Cost,
    "revenue": Revenue,
    "commitments": Commitment,
    "testimonials": Testimonial,
    "advice": Advice,
}
