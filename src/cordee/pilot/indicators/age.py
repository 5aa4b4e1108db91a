"""How old are they?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cordee.core.errors import N_
from cordee.pilot.indicators import Indicator, Row
from cordee.pilot.indicators.traits import CELLS, DENOMINATOR, FIELDS, SOURCE, counted, shares_of

CLASSES: Final = ("-17", "18-24", "25-34", "35-44", "45-54", "55+")

SAID: Final = """
    SELECT course, actor, 'age' AS trait,
           CASE WHEN age IS NULL OR age < 0 OR age > 120 THEN ''
                WHEN age < 18 THEN '-17' WHEN age < 25 THEN '18-24' WHEN age < 35 THEN '25-34'
                WHEN age < 45 THEN '35-44' WHEN age < 55 THEN '45-54' ELSE '55+' END AS class
    FROM (
        SELECT learners.course, learners.actor,
               year(coalesce(openings.opens_at, enrolling.enrolled_at, dated.extracted_at)) - birth_year AS age
        FROM learners
        LEFT JOIN people ON people.course = learners.course AND people.actor = learners.actor
        LEFT JOIN (SELECT course, min(opens_at) AS opens_at FROM runs GROUP BY course) AS openings
               ON openings.course = learners.course
        LEFT JOIN (SELECT course, min(enrolled_at) AS enrolled_at FROM enrolments GROUP BY course) AS enrolling
               ON enrolling.course = learners.course
        LEFT JOIN (SELECT course, max(extracted_at) AS extracted_at FROM extractions GROUP BY course) AS dated
               ON dated.course = learners.course) AS ages"""


def _finish(rows: Sequence[Row]) -> list[Row]:
    return shares_of(rows, CLASSES)


indicator = Indicator(
    name="age",
    title=N_("Ages"),
    definition=N_(
        "The year in which the run opened minus the declared year of birth; where the opening is not known, the year "
        "of the first enrolment, else of the extraction. The report has no class under 18: it is shown apart."
    ),
    unit=N_("learners, and shares in percent"),
    denominator=DENOMINATOR,
    source=SOURCE,
    needs=("people",),
    chart="shares",
    fields=FIELDS,
    said=SAID,
    query=counted(SAID),
    finish=_finish,
    cells=CELLS,
)
