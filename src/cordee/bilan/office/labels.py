"""What are tables, columns and their words called on the pages of the programme office?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from django.utils import translation
from django.utils.translation import gettext

from cordee.bilan.names import CHOICES, COLUMNS, LABELS, choice_template
from cordee.bilan.office.sheets import columns
from cordee.bilan.programme import LANGUAGES, TRAITS, UNDECLARED
from cordee.core.errors import N_
from cordee.ui.countries import all_codes, name_of
from cordee.ui.language import language

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
    return gettext(choice_template(name, word))


def class_words(trait: str, group: str) -> str:
    """A class of learners as it is read: women, 25–34, Senegal."""
    if group == UNDECLARED:
        return gettext(LABELS[UNDECLARED])
    if trait == "country":
        return name_of(group, language())
    return gettext(LABELS[f"{trait}:{group}"]) if f"{trait}:{group}" in LABELS else group


def classes() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every class, by trait, to choose from; countries by name."""
    found = [("", [(UNDECLARED, class_words("", UNDECLARED))])]
    for trait in TRAITS:
        if trait == "country":
            named = sorted(((code, name_of(code, language())) for code in all_codes()), key=lambda one: _sorted(one[1]))
        else:
            named = [
                (key.partition(":")[2], class_words(*key.split(":"))) for key in LABELS if key.startswith(f"{trait}:")
            ]
        found.append((choice_words("trait", trait), named))
    return found


def _sorted(name: str) -> str:
    """Without accents: Égypte stands among the E."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()


@cache
def names_of_columns(sheet: str) -> Mapping[str, str]:
    """By what a first line may call it, in small letters, the column of a table."""
    found: dict[str, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            found |= {column_words(name).casefold(): name for name in columns(sheet)}
    return found | {name: name for name in columns(sheet)}
