"""Who learns, and how far do they go?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan import drawing
from cordee.bilan.chapters import Said, bars, made, table
from cordee.bilan.document import Bars, Block, Cell, Chapter, Lead, Pair, Piece, Stack, Terms
from cordee.bilan.figures.activity import base_of
from cordee.bilan.figures.learners import MAP_CLASSES, most_frequent
from cordee.bilan.figures.rows import OF_CATEGORIES, category_key
from cordee.bilan.portrait import portrait
from cordee.bilan.programme import AGES, EDUCATION, SEXES
from cordee.bilan.wording import UNKNOWN, amount, label, title_of
from cordee.bilan.worldmap import world_map

TOP = 10  # countries that are named
HUNDRED = 100.0
SEX_TONES = {"f": 3, "m": 1, "o": 4}  # violet and green, never pink and blue


def chapter(said: Said) -> Chapter:
    blocks: list[Block | None] = [
        _portrait(said),
        _sexes(said),
        _pair(_classes(said, "age", AGES, _("Age"), 1), _classes(said, "education", EDUCATION, _("Highest degree"), 3)),
        *_countries(said),
        _going(said),
        _readings(said),
        _categories(said),
        _definitions(),
    ]
    return made(said, "learners", _("Who learns, and how far"), blocks)


def _portrait(said: Said) -> Lead | None:
    sentence = portrait(most_frequent(said.review.programme), said.language)
    return (
        Lead(sentence, _("Each trait is the most frequent by itself, of those who declared it.")) if sentence else None
    )


def _pair(left: Bars | None, right: Bars | None) -> Block | None:
    return Pair(left, right) if left is not None and right is not None else left or right


def _sexes(said: Said) -> Stack | None:
    pieces = [
        Piece(label(f"sex:{sex}", said.language), said.shown(f"sex:{sex}"), SEX_TONES[sex])
        for sex in SEXES
        if said.book.value(f"sex:{sex}")
    ]
    if not pieces:
        return None
    return Stack(
        _("Women and men"),
        _under(said, "sex"),
        drawing.stack([said.book.value(piece.shown.key) or 0 for piece in pieces], [piece.tone for piece in pieces]),
        ", ".join(f"{piece.label} {piece.shown.text}" for piece in pieces),
        tuple(pieces),
    )


def _classes(said: Said, trait: str, classes: tuple[str, ...], title: str, tone: int) -> Bars | None:
    keys = [(label(f"{trait}:{one}", said.language), f"{trait}:{one}") for one in classes]
    return bars(said, title, _under(said, trait), keys, tone=tone)


def _under(said: Said, trait: str) -> str:
    """Of whom the shares are, and how many said nothing."""
    undeclared = said.book.value(f"{trait}:undeclared")
    if undeclared is None:
        return _("Share of those who declared it.")
    figure = said.book.get(f"{trait}:undeclared")
    written = amount(undeclared, figure.unit if figure else "percent", said.language)
    return _("Share of those who declared it; not declared: {share}.").format(share=written)


def _countries(said: Said) -> list[Block | None]:
    shares = [one for one in said.review.programme.profile if one.trait == "country" and len(one.group) == 2]  # noqa: PLR2004 - ISO 3166-1
    people = {one.group: one.people for one in shares if one.people is not None}
    undeclared = said.shown("country:undeclared")
    written = "" if undeclared.text == UNKNOWN else _("Country not declared: {share}.").format(share=undeclared.text)
    bounds = [amount(bound, "number", said.language) for bound in MAP_CLASSES]
    if not people:
        if not said.knows("countries"):
            return []
        told = _("Learners come from {count} countries. How many from each is not in the folder, so no map is drawn.")
        classes = _("Its classes would be: more than {a}, {b}, {c} and {d} learners.").format(
            a=bounds[0], b=bounds[1], c=bounds[2], d=bounds[3]
        )
        return [
            Terms(
                _("Where they come from"),
                (
                    (said.shown("countries").text, told.format(count=said.shown("countries").text)),
                    (undeclared.text, written),
                    ("", classes),
                ),
            )
        ]
    keys = [(label(f"country:{one.group}", said.language), f"country:{one.group}") for one in shares]
    keys.sort(key=lambda one: -(said.book.value(one[1]) or 0))
    return [
        world_map(people, said.language, under=written),
        bars(said, _("Most frequent countries"), "", keys[:TOP]),
    ]


def _going(said: Said) -> Block | None:
    """How far, of a hundred enrolled: the readings that are known, the largest first."""
    keys = ["started_any_percent", "started_percent", "week_two_percent", "assiduous_percent"]
    keys.append("passed_percent" if said.knows("passed_percent") else "end_of_enrolled_percent")
    named = [
        (title_of(figure, said.language) + _counted(said, key), key)
        for key in keys
        if (figure := said.book.get(key)) is not None
    ]
    named.sort(key=lambda one: -(said.book.value(one[1]) or 0))
    of = said.shown("enrolments").text
    if of == UNKNOWN:
        under = _("Of a hundred people who enrol.")
    elif any(_counted(said, key) for _words, key in named):
        under = _("Share of the enrolled of whom that is known; {count} enrolled in all.").format(count=of)
    else:
        under = _("Share of the {count} enrolled.").format(count=of)
    return bars(said, _("How far they go"), under, named, top=HUNDRED)


def _counted(said: Said, key: str) -> str:
    """How many, of how many, where a rate is not known of all enrolled."""
    name = key.removesuffix("_percent")
    base = base_of(said.book, name)
    if base is None or base == said.book.value("enrolments"):
        return ""
    few = said.shown(f"{name}_people").text
    return " " + _("({count} of {base} of whom that is known)").format(count=few, base=said.number(base))


def _readings(said: Said) -> Block | None:
    """The rates in both readings, side by side."""
    pairs = (
        (_("Started"), "started_percent", "started_any_percent"),
        (_("Assiduous"), "assiduous_percent", "week_two_percent"),
        (
            _("Passed"),
            "passed_percent" if said.knows("passed_percent") else "end_of_enrolled_percent",
            "passed_percent_mean_of_courses",
        ),
        (_("Passed, of those who stayed"), "passed_of_assiduous_percent", "passed_of_week_two_percent"),
    )
    rows = []
    for name, first, second in pairs:
        cells = []
        for key in (first, second):
            figure = said.book.get(key)
            words = (
                ""
                if figure is None
                else f"{title_of(figure, said.language)}, {_(figure.of)}"
                if figure.of
                else title_of(figure, said.language)
            )
            cells.append(Cell(said.shown(key).text, words, key=key if said.knows(key) else ""))
        rows.append([Cell(name), *cells])
    if all(cell.text == UNKNOWN for row in rows for cell in row[1:]):
        return None
    return table(
        _("Each rate in its two readings"),
        (_("Rate"), _("First reading"), _("Second reading")),
        rows,
        _("A dash is a number that is not known. The two readings are never compared with each other."),
    )


def _categories(said: Said) -> Block | None:
    categories = [(one.id, one.name(said.language)) for one in said.review.programme.about.categories]
    names = ("runs", "enrolments", *(f"{name}_percent" for name in OF_CATEGORIES))
    rows = []
    for id_, title in (*dict(categories).items(), ("", _("Category not recorded"))):
        cells = [said.cell(category_key(id_, name)) for name in names]
        if any(cell.key for cell in cells):
            rows.append([Cell(title), *cells])
    if not any(cell.key for row in rows for cell in row[3:]):
        return None
    heads = (
        _("Category"),
        _("Sessions"),
        _("Enrolled"),
        _("Started"),
        _("Assiduous"),
        _("Passed"),
        _("Of the assiduous"),
    )
    return table(_("By category"), heads, rows)


def _definitions() -> Terms:
    return Terms(
        _("What these words mean"),
        (
            (_("Started"), _("Handed in the first graded quiz. Second reading: did at least one activity, whichever.")),
            (
                _("Assiduous"),
                _(
                    "Handed in the first graded quiz of the second module, whether the first was or not. Second"
                    " reading: did at least one activity of the second module."
                ),
            ),
            (
                _("Passed"),
                _(
                    "Has a grade at or above the pass mark. FUN adds: and an attestation was issued. Coursera adds: and"
                    " did all graded activities."
                ),
            ),
            (
                _("Passed, of those who stayed"),
                _("Passed, among the assiduous. Second reading: among those active in the second module."),
            ),
        ),
        boxed=True,
    )
