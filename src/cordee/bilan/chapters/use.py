"""What do schools, other institutions and companies make of these courses?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made, number_cell, prose, table
from cordee.bilan.document import Block, Cell, Chapter, Numbers
from cordee.bilan.figures import use
from cordee.bilan.figures.using import company_keys, mode_key, use_key
from cordee.bilan.programme import MODES
from cordee.bilan.wording import UNKNOWN, label, listed, title_of, when


def chapter(said: Said) -> Chapter:
    return made(
        said,
        "use",
        _("What schools and companies make of it"),
        [_numbers(said), _schools(said), _years(said), _elsewhere(said), _companies(said)],
    )


def _numbers(said: Said) -> Block | None:
    keys = ("own_students", "other_students", "company_people")
    cells = tuple(
        (said.shown(key), title_of(figure, said.language))
        for key in keys
        if (figure := said.book.get(key)) is not None and figure.value is not None
    )
    return Numbers(cells) if cells else None


def _schools(said: Said) -> Block | None:
    programme = said.review.programme
    languages = {course.id: course.language for course in programme.courses}
    rows = []
    for line in use.by_course(programme):
        title = line.title or _("A course of another institution")
        rows.append(
            [
                Cell(title, line.by, languages.get(line.course, "")),
                Cell(listed(list(line.schools), said.language) or UNKNOWN),
                Cell(listed([label(f"mode:{mode}", said.language) for mode in line.modes], said.language) or UNKNOWN),
                said.cell(use_key(line)),
            ]
        )
    foot = _("Students of our own schools. A course of another institution counts as well: use is not limited to ours.")
    return table(_("In our schools"), (_("Course"), _("Schools"), _("How"), _("Students")), rows, foot)


def _years(said: Said) -> Block | None:
    years = use.by_year(said.review.programme)
    if not years:
        return None
    modes = [mode for mode in (*MODES, "") if any(counts[mode] for counts in years.values())]
    rows = [
        [
            Cell(str(year)),
            *(said.cell(mode_key(year, mode)) if counts[mode] else number_cell(said.number(0)) for mode in modes),
        ]
        for year, counts in years.items()
    ]
    return table(
        _("Uses by year and mode"), (_("Year"), *(label(f"mode:{mode}", said.language) for mode in modes)), rows
    )


def _elsewhere(said: Said) -> Block | None:
    ids = use.elsewhere(said.review.programme)
    if not ids:
        return None
    titles = ", ".join(said.course_title(id_) for id_ in ids)
    return prose(_("Courses that other institutions use: {titles}.").format(titles=titles))


def _companies(said: Said) -> Block | None:
    companies = said.review.programme.companies
    rows = [
        [
            Cell(said.of(one, "sector") or UNKNOWN, when(one.since, said.language)),
            Cell(said.of(one, "need") or UNKNOWN),
            Cell(", ".join(said.course_title(id_) for id_ in one.courses) or UNKNOWN),
            Cell({True: _("yes"), False: _("no"), None: UNKNOWN}[one.tutoring]),
            said.cell(key),
        ]
        for one, key in zip(companies, company_keys(companies), strict=True)
    ]
    heads = (_("Sector"), _("Need"), _("Courses concerned"), _("Tutoring"), _("People"))
    return table(_("In companies"), heads, rows)
