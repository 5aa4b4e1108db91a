"""Who learns: sex, age, education, countries, and the most frequent learner?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cordee.bilan.computing import query_of
from cordee.bilan.figures import Amount, Book, Figure, lines
from cordee.bilan.programme import AGES, EDUCATION, SEXES, TRAITS, UNDECLARED, Programme, Share
from cordee.core.errors import N_

CHAPTER: Final = "learners"
HUNDRED: Final = 100.0
EXACT: Final = 0.05  # points; a sum closer than this to 100 is 100
MOST: Final = 100.9  # percent; rounding alone does not lead above it
MAP_CLASSES: Final = (1_000, 5_000, 10_000, 100_000)  # learners of a country, from which its shade is another
ORDER: Final[Mapping[str, Sequence[str]]] = {"sex": SEXES, "age": AGES, "education": EDUCATION}
TITLES: Final[Mapping[str, str]] = {
    "sex": N_("women and men"),
    "age": N_("age"),
    "education": N_("highest degree"),
    "country": N_("country"),
}


def figures(programme: Programme, book: Book, *, computed: bool) -> None:
    """Add the share of each class, and say in the margin where classes do not add up to 100."""
    for trait in TRAITS:
        shares = [one for one in programme.profile if one.trait == trait]
        classes = ordered([one for one in shares if one.group != UNDECLARED], trait)
        for one in classes:
            _add(one, book, computed=computed)
        for one in [one for one in shares if one.group == UNDECLARED][:1]:
            _add(one, book, computed=computed)
        shown = {one.group: one for one in reversed(classes)}.values()  # of a class that is there twice, the first
        known = [one.percent for one in shown if one.percent is not None]
        total = sum(known)
        if trait != "country" and known and len(known) == len(shown) and abs(total - HUNDRED) > EXACT:
            book.remark(
                CHAPTER,
                N_(
                    "The classes of “{trait}” add up to {total}: that cannot be, it is more than all. "
                    "Look at profile.csv."
                )
                if total > MOST
                else N_("The classes of “{trait}” add up to {total}: each was rounded alone, or a class is missing."),
                *(f"{trait}:{one.group}" for one in shown),
                trait=TITLES[trait],
                total=Amount(total, "percent", 1),
            )


def ordered(shares: Sequence[Share], trait: str) -> list[Share]:
    """In the order of the classes; countries by size."""
    order = ORDER.get(trait)
    if order is None:
        return sorted(shares, key=lambda one: (-(one.people or one.percent or 0), one.group))
    return sorted(shares, key=lambda one: order.index(one.group) if one.group in order else len(order))


def _add(one: Share, book: Book, *, computed: bool) -> None:
    key = f"{one.trait}:{one.group}"
    if book.get(key) is not None:
        return
    in_people = one.percent is None
    book.add(
        Figure(
            key=key,
            title=N_("{trait}: {group}"),
            words={"trait": TITLES[one.trait], "group": key},
            value=one.people if in_people else one.percent,
            unit="people" if in_people else "percent",
            of="" if in_people else N_("of all") if one.group == UNDECLARED else N_("of those who declared it"),
            period=one.period or book.period,
            how="computed" if computed else "declared",
            source=one.source,
            extracted_on=one.extracted_on,
            rows=() if computed else lines("profile", [one]),
            query=query_of(one.trait) if computed else "",
        )
    )


def most_frequent(programme: Programme) -> dict[str, Share]:
    """Of each trait the class that most declared; of equals, the first. Empty where nothing is known."""
    found = {}
    for trait in TRAITS:
        classes = ordered([one for one in programme.profile if one.trait == trait and one.group != UNDECLARED], trait)
        sized = [one for one in classes if (one.percent or one.people)]
        if sized:
            found[trait] = max(sized, key=lambda one: (one.percent or 0, one.people or 0))
    return found


def map_class(people: int) -> int:
    """0 for up to 1,000 learners, then 1 to 4."""
    return sum(people > bound for bound in MAP_CLASSES)
