"""What is new in the way of teaching, and does it show?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made, number_cell, table
from cordee.bilan.document import Block, Cell, Chapter, Terms
from cordee.bilan.figures.tries import ENOUGH, Side, Try, tries
from cordee.bilan.figures.using import kind_key, survey_keys
from cordee.bilan.programme import Advice
from cordee.bilan.wording import UNKNOWN, amount, label


def chapter(said: Said) -> Chapter:
    return made(said, "innovations", _("Innovations"), [_kinds(said), _survey(said), _advice(said), _tries(said)])


def _kinds(said: Said) -> Block | None:
    programme = said.review.programme
    kinds = list(dict.fromkeys(kind for course in programme.courses for kind in course.kinds))
    rows = []
    for kind in kinds:
        courses = [course for course in programme.courses if kind in course.kinds]
        rows.append(
            [
                Cell(label(f"kind:{kind}", said.language)),
                Cell(", ".join(course.title for course in courses)),
                said.cell(kind_key(kind)),
                said_mean(said),
            ]
        )
    heads = (_("Kind of activity"), _("Courses concerned"), _("Passed there"), _("Mean of all courses"))
    foot = _("A difference is no effect: these courses differ in more than their activities.")
    return table(_("Where new kinds of activity are used"), heads, rows, foot)


def said_mean(said: Said) -> Cell:
    key = "passed_percent_mean_of_courses"
    return number_cell(said.shown(key).text, key if said.knows(key) else "")


def _survey(said: Said) -> Block | None:
    runs = said.review.programme.runs
    rows = [
        [
            Cell(said.course_title(run.course)),
            Cell(run.opens or UNKNOWN),
            said.cell(beginners),
            said.cell(answers),
        ]
        for run, (beginners, answers) in zip(runs, survey_keys(runs), strict=True)
        if run.beginners_percent is not None
    ]
    heads = (_("Course"), _("Session of"), _("Beginners"), _("Answers to the survey"))
    return table(_("Do beginners come?"), heads, rows)


def _advice(said: Said) -> Block | None:
    items = [(_value(said, one), _told(said, one)) for one in said.review.programme.advice]
    return Terms(_("What the programme advises its authors"), tuple(items), boxed=True) if items else None


def _told(said: Said, one: Advice) -> str:
    return _("{topic}. Source: {source}.").format(topic=_topics()[one.name], source=said.of(one, "source"))


def _tries(said: Said) -> Block | None:
    """What was said in 2017, tried on these runs: one row a rule, with intervals and numbers, or not enough data."""
    rules = {
        "week_two": (_("The second week decides"), _("active in the second week"), _("others")),
        "load": (_("Two hours a week, five weeks at most"), _("light courses"), _("heavier courses")),
        "minutes_of_video": (_("Something to do after 20 minutes of video"), _("after 20 minutes at most"), _("later")),
        "things_to_make": (_("Things to make"), _("courses with new kinds of activity"), _("others")),
        "tutoring": (_("Tutoring"), _("sessions with tutors"), _("others")),
        "attestation": (_("Something to earn at the end"), _("certifying courses"), _("others")),
    }
    who = {one.name: said.of(one, "source") for one in said.review.programme.advice}
    rows = []
    for one in tries(said.review.programme):
        title, first, second = rules[one.rule]
        rule = Cell(title, who.get("hours_a_week" if one.rule == "load" else one.rule, ""))
        row = [rule, Cell(_("not enough data")), Cell(UNKNOWN), number_cell(UNKNOWN)]
        if one.with_it is not None and one.without is not None:
            row = [
                rule,
                _side(said, one.with_it, first),
                _side(said, one.without, second),
                _difference(said, one),
            ]
        rows.append(row)
    heads = (_("What is said"), _("Passed with it"), _("Passed without"), _("Difference, in points"))
    foot = _(
        "95% intervals in brackets; n: learners. Fewer than {enough} on a side are not enough data. Nobody was drawn by"
        " lot: a difference is no effect."
    ).format(enough=ENOUGH)
    return table(_("What is said of open courses, tried on these runs"), heads, rows, foot)


def _side(said: Said, side: Side, who: str) -> Cell:
    low, high = side.interval
    words = _("{who}; [{low} to {high}], n = {n}").format(
        who=who, low=_short(said, low), high=_short(said, high), n=said.number(side.of)
    )
    return Cell(said.percent(round(side.percent, 1)), words)


def _difference(said: Said, one: Try) -> Cell:
    points = one.difference
    if points is None:
        return number_cell(UNKNOWN)
    middle, low, high = (("−" if value < 0 else "+") + _short(said, abs(value)) for value in points)
    return Cell(middle, f"[{low} ; {high}]" if said.language == "fr" else f"[{low}; {high}]", number=True)


def _short(said: Said, value: float) -> str:
    return amount(round(value, 1), "number", said.language)


def _value(said: Said, one: Advice) -> str:
    if one.low is None:
        return UNKNOWN
    low = amount(one.low, "number", said.language)
    return (
        low
        if one.high is None
        else _("{low} to {high}").format(low=low, high=amount(one.high, "number", said.language))
    )


def _topics() -> dict[str, str]:
    return {
        "week_two": _("The second week decides"),
        "hours_a_week": _("Hours of work a week"),
        "weeks": _("Weeks at most"),
        "medium_course_hours_a_week": _("Hours a week of a medium course"),
        "minutes_of_video": _("Minutes of video after which a formative activity should follow"),
        "things_to_make": _("Things to make"),
        "tutoring": _("Tutoring"),
        "attestation": _("Attestation"),
    }
