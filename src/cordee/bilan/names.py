"""What are the columns of tables called, and the words of closed lists?

Marked sentences, which whoever speaks to a reader translates: the folder's faults and the pages say the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from gettext import translation
from pathlib import Path
from typing import Final

from cordee.bilan.programme import UNDECLARED
from cordee.core.errors import N_, CordeeError, InputRefused
from cordee.ui.countries import all_codes, is_country, name_of

LABELS: Final[Mapping[str, str]] = {
    "sex:f": N_("women"),
    "sex:m": N_("men"),
    "sex:o": N_("other"),
    "age:-17": N_("under 18"),
    "age:18-24": "18–24",
    "age:25-34": "25–34",
    "age:35-44": "35–44",
    "age:45-54": "45–54",
    "age:55+": N_("55 and over"),
    "education:doctorate": N_("doctorate"),
    "education:master": N_("master’s degree"),
    "education:bachelor": N_("bachelor’s degree"),
    "education:associate": N_("two years of higher education"),
    "education:secondary": N_("end of secondary school"),
    "education:junior_secondary": N_("lower secondary school"),
    "education:primary": N_("primary school"),
    "education:other": N_("other degree"),
    "education:none": N_("no degree"),
    "role:teaching_team": N_("teaching team"),
    "role:coordination": N_("coordination"),
    "role:instructional_design": N_("instructional design"),
    "role:video": N_("video"),
    "role:putting_online": N_("putting online"),
    "role:community": N_("looking after the run"),
    "revenue:calls_for_projects": N_("calls for projects"),
    "revenue:certification": N_("certification"),
    "revenue:continuing_education": N_("continuing education"),
    "revenue:partnerships": N_("partnerships"),
    "revenue:patronage": N_("patronage"),
    "revenue:foundation": N_("foundation"),
    "revenue:other": N_("other income"),
    "mode:flipped": N_("flipped classroom"),
    "mode:blended": N_("blended with teaching on site"),
    "mode:core": N_("as the course itself"),
    "mode:catch_up": N_("to catch up"),
    "mode:bonus": N_("for bonus credits"),
    "mode:": N_("mode not said"),
    "kind:codecast": N_("codecast"),
    "kind:code": N_("programming exercises"),
    "kind:quest": N_("field quest"),
    "kind:peer": N_("peer assessment"),
    "undeclared": N_("not declared"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "id": N_("Short name"),
    "title": N_("Title"),
    "language": N_("Language"),
    "category": N_("Category"),
    "since": N_("Since"),
    "kinds": N_("Kinds of activity"),
    "certifying": N_("Certifying"),
    "prize": N_("Prize"),
    "weeks": N_("Weeks"),
    "hours_a_week": N_("Hours a week"),
    "minutes_of_video": N_("Minutes of video"),
    "enrolments": N_("Enrolments"),
    "own_students": N_("Own students"),
    "other_institutions": N_("Used by others"),
    "source": N_("Source"),
    "course": N_("Course"),
    "host": N_("Platform"),
    "address": N_("Address"),
    "opens": N_("Opens"),
    "closes": N_("Closes"),
    "store": N_("Store of the pilot"),
    "key": N_("Key of the session"),
    "started_any": N_("Active at all"),
    "started": N_("Started"),
    "assiduous": N_("Assiduous"),
    "week_two": N_("Active in module 2"),
    "passed": N_("Passed"),
    "passed_assiduous": N_("Passed, of the assiduous"),
    "passed_week_two": N_("Passed, of those active in module 2"),
    "passed_percent": N_("Passed (%)"),
    "beginners_percent": N_("Beginners (%)"),
    "survey_respondents": N_("Answers to the survey"),
    "tutored": N_("Tutored"),
    "extracted_on": N_("Taken on"),
    "role": N_("Role"),
    "name": N_("Name"),
    "detail": N_("Detail"),
    "now": N_("Name today"),
    "value": N_("Number"),
    "period": N_("Period"),
    "note": N_("Note"),
    "trait": N_("Trait"),
    "group": N_("Class"),
    "percent": N_("Share (%)"),
    "people": N_("People"),
    "date": N_("Date"),
    "event": N_("Event"),
    "year": N_("Year"),
    "institution": N_("Institution"),
    "own": N_("Own school"),
    "outside_course": N_("Course of others"),
    "outside_by": N_("Made by"),
    "programme": N_("Programme"),
    "mode": N_("How"),
    "sector": N_("Sector"),
    "need": N_("Need"),
    "courses": N_("Courses used"),
    "tutoring": N_("Tutor"),
    "person_years": N_("Person-years"),
    "declared": N_("Declared"),
    "keur": N_("Thousands of €"),
    "kind": N_("Source of the money"),
    "partner": N_("Partner"),
    "years": N_("Number of years"),
    "first_year": N_("First year"),
    "purpose": N_("Purpose"),
    "first_name": N_("First name"),
    "country": N_("Country"),
    "words": N_("Words"),
    "consent": N_("Agreed to be printed"),
    "chapter": N_("Part of the report"),
    "low": N_("Lower number"),
    "high": N_("Higher number"),
    "fr": N_("In French"),
    "en": N_("In English"),
    "lead": N_("Subtitle"),
    "prepared_on": N_("Day of the report"),
    "notice": N_("Notice"),
    "estimate": N_("Assumptions of the estimate"),
    "licence": N_("Licence"),
    "contact": N_("Contact"),
    "new_courses_a_year": N_("New courses a year (target)"),
    "languages": N_("Languages (target)"),
    "several_hosts": N_("Several platforms (target)"),
}
CHOICES: Final[Mapping[str, str]] = {  # by "column:word", what `LABELS` does not call the same
    "role:by": N_("made by"),
    "role:content_partner": N_("partner for content"),
    "role:funder": N_("funder"),
    "role:teacher": N_("teacher"),
    "role:support": N_("support"),
    "name:courses": N_("courses"),
    "name:runs": N_("sessions"),
    "name:enrolments": N_("enrolments"),
    "name:countries": N_("countries"),
    "name:went_to_the_end": N_("people who went to the end"),
    "name:teachers": N_("teachers"),
    "name:own_students": N_("students of our schools"),
    "name:other_students": N_("students of other schools"),
    "name:started_any_percent": N_("active at all, of those enrolled (%)"),
    "name:started_percent": N_("started, of those enrolled (%)"),
    "name:assiduous_percent": N_("assiduous, of those enrolled (%)"),
    "name:passed_percent": N_("passed, of those enrolled (%)"),
    "name:passed_percent_mean_of_courses": N_("passed, mean of the courses (%)"),
    "name:passed_of_week_two_percent": N_("passed, of those active in module 2 (%)"),
    "name:passed_of_assiduous_percent": N_("passed, of the assiduous (%)"),
    "name:revenue_keur": N_("revenue (thousands of €)"),
    "name:week_two": N_("being active in week two"),
    "name:hours_a_week": N_("hours of work a week"),
    "name:weeks": N_("weeks of a session"),
    "name:medium_course_hours_a_week": N_("hours a week of a medium course"),
    "name:minutes_of_video": N_("minutes of video a week"),
    "name:things_to_make": N_("things to make"),
    "name:tutoring": N_("tutoring"),
    "name:attestation": N_("attestation"),
    "trait:sex": N_("sex"),
    "trait:age": N_("age"),
    "trait:education": N_("education"),
    "trait:country": N_("country"),
    "chapter:foreword": N_("What is a MOOC?"),
    "chapter:ambitions": N_("Ambitions and key dates"),
    "chapter:catalogue": N_("The catalogue"),
    "chapter:figures": N_("The period in figures"),
    "chapter:learners": N_("Who learns, and how far"),
    "chapter:use": N_("What schools and companies make of it"),
    "chapter:innovations": N_("Innovations"),
    "chapter:money": N_("What a course costs, what it brings"),
    "language:fr": N_("French"),
    "language:en": N_("English"),
}
KIN: Final = {"kind": "revenue"}  # how `LABELS` calls the words of a column


LOCALE: Final = Path(__file__).parent / "locale"


def choice_template(name: str, word: str) -> str:
    """What the pages call a word of a closed list, not yet translated; the word itself where they call it nothing."""
    return CHOICES.get(f"{name}:{word}") or LABELS.get(f"{KIN.get(name, name)}:{word}") or word


def choices_listed(name: str, choices: Sequence[str]) -> CordeeError:
    """The words of a closed list, each with what the pages call it, for a value of a sentence."""
    said = {f"w{at}": _Called(word, choice_template(name, word)) for at, word in enumerate(choices)}
    return InputRefused(", ".join(f"{{{place}}}" for place in said), **said)


class _Called(CordeeError):
    """A word of a closed list with what the pages call it, where that is another word in the language of the reader."""

    def __init__(self, word: str, template: str) -> None:
        super().__init__(template)
        self._word = word

    def sentence(self, translate: Callable[[str], str], write: Callable[[object], object] = lambda value: value) -> str:
        said = super().sentence(translate, write)
        return self._word if said == self._word else f"{self._word} ({said})"


@cache
def words_of_choices(name: str, choices: tuple[str, ...]) -> Mapping[str, str]:
    """By what it may be called in small letters, in English or in French, the word of a closed list."""
    french = translation("django", LOCALE, languages=["fr"])
    templates = {word: choice_template(name, word) for word in choices}
    found = {template.casefold(): word for word, template in templates.items()}
    found |= {french.gettext(template).casefold(): word for word, template in templates.items()}
    return found | {word: word for word in choices}


@cache
def _classes(trait: str) -> Mapping[str, str]:
    """By what it may be called in small letters, in English or in French, the class of a trait."""
    if trait == "country":
        found = {name_of(code, language).casefold(): code for code in all_codes() for language in ("en", "fr")}
    else:
        french = translation("django", LOCALE, languages=["fr"])
        words = {key: word for key, word in LABELS.items() if key.startswith(f"{trait}:")}
        found = {word.casefold(): key.partition(":")[2] for key, word in words.items()}
        found |= {french.gettext(word).casefold(): key.partition(":")[2] for key, word in words.items()}
        found |= {key.partition(":")[2].casefold(): key.partition(":")[2] for key in words}
    return found | dict.fromkeys((UNDECLARED, "not declared", "non déclaré", "non déclarée"), UNDECLARED)


def class_called(trait: str, cell: str) -> str:
    """The class of a trait that a cell names, in its short word or as the pages call it; else the cell as it is."""
    folded = cell.replace("'", "’").casefold()
    known = _classes(trait)
    if trait == "age":
        folded = folded if folded in known else folded.replace("-", "–") if "–" in "".join(known) else folded
    code = cell.upper() if trait == "country" and is_country(cell) else ""
    return code or known.get(folded, cell)


def column_name(name: str) -> CordeeError:
    """A column as the pages call it, for a value of a sentence: a value that is an error is translated with it."""
    if name in COLUMNS:
        return InputRefused(COLUMNS[name])
    base, _sign, code = name.rpartition("_")
    return InputRefused(
        "{name} ({language})", name=InputRefused(COLUMNS[base]), language=InputRefused(CHOICES[f"language:{code}"])
    )
