"""What are tables, columns and their words called on the pages of the programme office?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from django.utils import translation
from django.utils.translation import gettext

from cordee.bilan.office.sheets import columns
from cordee.bilan.programme import LANGUAGES
from cordee.bilan.wording import LABELS, label
from cordee.core.errors import N_

GROUPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (N_("Courses and sessions"), ("courses", "runs", "credits", "organisations", "hosts", "categories")),
    (N_("The whole programme"), ("totals", "profile", "timeline", "advice")),
    (N_("Use"), ("use", "companies", "testimonials")),
    (N_("Money"), ("costs", "revenue", "commitments")),
)
TITLES: Final[Mapping[str, str]] = {
    "courses": N_("Courses of the programme"),
    "runs": N_("Sessions"),
    "credits": N_("Who did what"),
    "organisations": N_("Institutions that changed name"),
    "hosts": N_("Platforms"),
    "categories": N_("Categories"),
    "totals": N_("Declared totals"),
    "profile": N_("Who learns"),
    "timeline": N_("Key dates"),
    "advice": N_("Advice to authors"),
    "use": N_("Use by schools"),
    "companies": N_("Companies"),
    "testimonials": N_("Testimonials"),
    "costs": N_("Work and costs"),
    "revenue": N_("Revenue"),
    "commitments": N_("Commitments over years"),
    "about": N_("About the programme"),
    "texts": N_("Texts"),
}
UNDER: Final[Mapping[str, str]] = {
    "courses": N_("A subject, across years; of another platform or of this site."),
    "runs": N_("A course between two dates, wherever it is played."),
    "credits": N_("Schools, partners, funders, teachers and support staff, by course."),
    "organisations": N_("An institution that is called otherwise today, or that joined another."),
    "hosts": N_("Where courses are played, and when their numbers were taken."),
    "categories": N_("Families of courses, named in both languages."),
    "totals": N_("Numbers that somebody declares of the whole programme."),
    "profile": N_("Sex, age, education and countries, as declared of the whole programme."),
    "timeline": N_("Dates of the programme; the date or the event may be lost."),
    "advice": N_("Rules of thumb that the programme gives to its authors."),
    "use": N_("Courses that institutions use in their teaching."),
    "companies": N_("What companies did with courses."),
    "testimonials": N_("What learners said. Only those who agreed are printed."),
    "costs": N_("Work by role: the estimate of a typical course, or time that was declared."),
    "revenue": N_("Money that came in, by source."),
    "commitments": N_("Money promised over several years."),
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
CHOICES: Final[Mapping[str, str]] = {  # by "column:word", what `wording.LABELS` does not call the same
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
KIN: Final = {"kind": "revenue"}  # how `wording.LABELS` calls the words of a column


def title_of(sheet: str) -> str:
    return gettext(TITLES[sheet])


def under(sheet: str) -> str:
    """What a row of the table is."""
    return gettext(UNDER[sheet]) if sheet in UNDER else ""


def column_words(name: str) -> str:
    """A column as a heading: Enrolments; Prize (French)."""
    if name in COLUMNS:
        return gettext(COLUMNS[name])
    base, _sign, code = name.rpartition("_")
    return f"{gettext(COLUMNS[base])} ({gettext(CHOICES[f'language:{code}']).lower()})"


def choice_words(name: str, word: str) -> str:
    """A word of a closed list, as it is read."""
    said = CHOICES.get(f"{name}:{word}")
    if said:
        return gettext(said)
    key = f"{KIN.get(name, name)}:{word}"
    return label(key, "") if key in LABELS else word


@cache
def words_of_choices(sheet: str) -> Mapping[tuple[str, str], str]:
    """By column and what the pages call it in either language, in small letters, the word of a closed list."""
    found: dict[tuple[str, str], str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for name, column in columns(sheet).items():
                found |= {(name, choice_words(name, word).casefold()): word for word in column.choices}
    return found


@cache
def names_of_columns(sheet: str) -> Mapping[str, str]:
    """By what a first line may call it, in small letters, the column of a table."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found |= {column_words(name).casefold(): name for name in columns(sheet)}
    return found | {name: name for name in columns(sheet)}
