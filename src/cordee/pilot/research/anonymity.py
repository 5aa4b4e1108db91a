"""How are people hidden, by what others may know of them, in groups of k or more?

What others may know (quasi-identifiers): sex, class of age, education, country. Each has a ladder: as it was declared,
coarser, not at all. `hide` takes for all people of a run the rungs that lose least, and tells nothing of those who
would still be fewer than k (full-domain generalisation with suppression: Samarati 2001, IEEE TKDE 13; Sweeney 2002).
Who is not told of at all are a group too, of k or more or of nobody.

Nothing here knows a table: people are a mapping from anything to their traits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, NamedTuple, TypeVar

from cordee.pilot.research.regions import region_of

UNDECLARED: Final = "undeclared"
SUPPRESSED: Final = "suppressed"
HIGHER: Final = frozenset({"doctorate", "master", "bachelor", "associate"})
SCHOOL: Final = frozenset({"secondary", "junior_secondary", "primary", "none"})
COARSE_AGES: Final = {"-17": "-24", "18-24": "-24", "25-34": "25-44", "35-44": "25-44", "45-54": "45+", "55+": "45+"}

Person = TypeVar("Person", bound=Hashable)


class Traits(NamedTuple):
    """What others may know of somebody, as `age`, `sex`, `education` and `countries` call the classes."""

    sex: str
    age: str
    education: str
    country: str


class Rungs(NamedTuple):
    """How coarse each trait is told: 0 as declared; the highest of RUNGS, not at all."""

    sex: int
    age: int
    education: int
    country: int


RUNGS: Final = Rungs(sex=1, age=2, education=2, country=2)
NOTHING: Final = Traits(SUPPRESSED, SUPPRESSED, SUPPRESSED, SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is told of each, at which rungs."""

    rungs: Rungs
    told: dict[Hashable, Traits]


def coarser(traits: Traits, rungs: Rungs) -> Traits:
    """The traits at these rungs. Who declared nothing is told to have declared nothing until the last."""
    sex, age, education, country = traits
    if rungs.age and age != UNDECLARED:
        age = COARSE_AGES.get(age, age)
    if rungs.education and education != UNDECLARED:
        education = "higher" if education in HIGHER else "school" if education in SCHOOL else education
    if rungs.country and country != UNDECLARED:
        country = region_of(country)
    told = (sex, age, education, country)
    return Traits(*(SUPPRESSED if at == most else one for one, at, most in zip(told, rungs, RUNGS, strict=True)))


def hide(people: Mapping[Person, Traits], k: int, rungs: Rungs | None = None) -> Hidden:
    """Groups of k or more; at these rungs where they are given, else at those that lose least.

    Raises ValueError for fewer people than k: there is no such group.
    """
    if 0 < len(people) < k:
        raise ValueError(f"{len(people)} people make no group of {k}")
    counts = Counter(people.values())
    tried = [rungs] if rungs else [Rungs(*each) for each in product(*(range(most + 1) for most in RUNGS))]
    best = min(tried, key=lambda one: (_loss(counts, one, k), one))
    small = _small(_classes(counts, best), k)
    told: dict[Hashable, Traits] = {}
    for person, traits in people.items():
        coarse = coarser(traits, best)
        told[person] = NOTHING if coarse in small else coarse
    return Hidden(best, told)


def merged(told: Mapping[Person, Traits], k: int) -> dict[Person, Traits]:
    """What was told of each, with nothing of those whose group is under a k that has grown since."""
    small = _small(Counter(told.values()), k)
    return {person: NOTHING if traits in small else traits for person, traits in told.items()}


def smallest(told: Mapping[Person, Traits]) -> int:
    """The size of the smallest group; 0 of nobody."""
    return min(Counter(told.values()).values(), default=0)


def diversity(told: Mapping[Person, Traits], secret: Mapping[Person, object]) -> tuple[int, int]:
    """Distinct l-diversity (Machanavajjhala et al. 2007): the fewest values of a secret in a group, in how many groups.

    A group in which all share one value tells it of each of them, whatever its size.
    """
    values: dict[Traits, set[object]] = defaultdict(set)
    for person, traits in told.items():
        values[traits].add(secret.get(person))
    fewest = min(map(len, values.values()), default=0)
    return fewest, sum(len(one) == fewest for one in values.values())


def _classes(counts: Counter[Traits], rungs: Rungs) -> Counter[Traits]:
    classes: Counter[Traits] = Counter()
    for traits, n in counts.items():
        classes[coarser(traits, rungs)] += n
    return classes


def _small(classes: Counter[Traits], k: int) -> set[Traits]:
    """The groups of which nothing may be told: those under k, and others until all of them together are k."""
    small = {traits for traits, n in classes.items() if n < k and traits != NOTHING}
    hidden = sum(classes[traits] for traits in small) + classes.get(NOTHING, 0)
    for traits in sorted(classes.keys() - small - {NOTHING}, key=lambda one: (classes[one], one)):
        if hidden == 0 or hidden >= k:
            break
        small.add(traits)
        hidden += classes[traits]
    return small


def _loss(counts: Counter[Traits], rungs: Rungs, k: int) -> float:
    """What is lost, from 0 to 4 a person: of each trait the share of its ladder that was climbed."""
    classes = _classes(counts, rungs)
    small = _small(classes, k)
    climbed = sum(at / most for at, most in zip(rungs, RUNGS, strict=True))
    hidden = sum(classes[traits] for traits in small)
    return hidden * len(RUNGS) + (classes.total() - hidden) * climbed
