"""What does the pilot say of a file beside its rows, and in which language?

A landing keeps plain English sentences, because they are written to the store and outlive the reader's language. Each
is made from a template of this module, and `in_words` finds the template again to say it in another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from cordee.core.errors import N_

ROW: Final = N_("row {numbers}")  # of a file: where something was left out
COURSE_ASSUMED: Final = N_(
    "The session was read from the file’s name as {course}: the name does not say where organisation, course and "
    "session end."
)
COURSE_BESIDE: Final = N_("The file does not name its session; it was taken for {course}, like the files beside it.")
SAYS_OWN_COURSE: Final = N_(
    "It went to {course}: the file’s name or its content says so, and that counts more than --course."
)
MOVED: Final = N_("It was taken for {course} before; what it left there was taken out.")
COLUMNS_IGNORED: Final = N_("Columns that are not used: {columns}.")
TEXT_MENDED: Final = N_("The file was read as {encoding}; signs that are none in it were replaced.")
SECTIONS_AS_MODULES: Final = N_(
    "The modules are unknown here, so each graded section counts as a module, in the order of the report. Import the "
    "course’s structure to know them."
)
PASS_MARK: Final = N_("The pass mark was inferred from who may have a certificate: {mark} out of 100.")
PASS_MARK_BETWEEN: Final = N_(
    "The pass mark is unknown: by who may have a certificate it lies above {low} and at most at {high} out of 100."
)
PASS_MARK_UNKNOWN: Final = N_(
    "The pass mark is unknown: who may have a certificate does not follow from the grades of this report."
)
GRADES_OF_HUNDRED: Final = N_("The grades were read as points out of 100, because some are above 1.")
ZERO_IS_NOTHING: Final = N_(
    "This report does not tell 0 points from nothing handed in: a section with 0 counts as not handed in."
)
NO_SECTIONS: Final = N_(
    "No graded section is in this report: who started and who was assiduous cannot be known from it."
)
NOT_NUMBERS: Final = N_("Cells that are neither a number nor a known word, taken as not handed in: {count}.")
GRADES_NO_NUMBERS: Final = N_("Grades that are no number, left out: {count}.")
NOBODY_IN_IT: Final = N_("No learner is in it.")
FAR_FEWER: Final = N_(
    "It lists {few} people, the older report whose place it takes {many}. If it is incomplete, download it again and "
    "import that."
)
NOT_AVAILABLE: Final = N_("Cells of problems that a learner cannot see, taken as not handed in: {count}.")
TITLES: Final = N_(
    "The exercises are known by their titles. Import the answers to a problem, or the course’s structure, to know "
    "their ids."
)
ONLY_LISTED: Final = N_("This report lists only who is enrolled: who has left is not in it.")
IMPOSSIBLE_YEARS: Final = N_("Years of birth that nobody here can have, left out: {count}.")
UNKNOWN_CODES: Final = N_("Values of {column} that are none of edX’s, left out: {count}.")
WAITING: Final = N_("Handed in and still without a final score: {count}.")
NO_TIMES: Final = N_("This report does not say when anything was handed in.")
COHORTS_UNKNOWN: Final = N_("Cohorts that the session does not have, by the results beside this file: {names}.")
STRUCTURE_QUIZZES: Final = N_(
    "The graded sections are not in this file: the graded exercises of a module count as one quiz."
)
STRUCTURE_MODULES: Final = N_("Modules that are no number, left out: {count}.")

_PLACE: Final = re.compile(r"\\{(\w+)\\}")


@cache
def _templates() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = [value for name, value in globals().items() if name.isupper() and isinstance(value, str)]
    return tuple((one, re.compile(_PLACE.sub(r"(?P<\1>.*)", re.escape(one)), re.DOTALL)) for one in found)


def in_words(remark: str, translate: Callable[[str], str]) -> str:
    """The remark in the language that `translate` takes templates into; as it is where no template made it."""
    for template, pattern in _templates():
        if match := pattern.fullmatch(remark):
            return translate(template).format(**match.groupdict())
    return translate(remark) if remark else ""
