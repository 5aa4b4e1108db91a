"""Write down the fields of the catalogue and the paths through it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final

from django.db import transaction

from cordee.core.canonical import content_hash
from cordee.core.errors import N_, Conflict, InputRefused, shown
from cordee.courses.compiling import FAMILIES
from cordee.courses.models import Category, Programme
from cordee.courses.search.indexing import index_categories
from cordee.courses.sheets.sheet import COURSE_KEY
from cordee.people.auditing import note_act
from cordee.people.models import Account

ACT: Final = "catalogue.edit"
CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST_NAME: Final = 120
MOST_COURSES: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    code: str
    name_fr: str
    name_en: str
    family: str  # colours: one of FAMILIES
    about_fr: str = ""
    about_en: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFacts:
    """`courses`: keys in order. `about_…`: Markdown."""

    code: str
    name_fr: str
    name_en: str
    courses: tuple[str, ...]
    about_fr: str = ""
    about_en: str = ""
    organisation: str = ""
    position: int = 0


def facts_of_category(category: Category) -> CategoryFacts:
    """What stands there now. No query."""
    return CategoryFacts(**{one.name: getattr(category, one.name) for one in fields(CategoryFacts)})


def facts_of_programme(programme: Programme) -> ProgrammeFacts:
    """What stands there now. No query."""
    found = {one.name: getattr(programme, one.name) for one in fields(ProgrammeFacts)}
    return ProgrammeFacts(**found | {"courses": tuple(programme.courses)})


def mark_of(facts: CategoryFacts | ProgrammeFacts | None) -> str:
    """Changes when one of them does; "" for what is not there."""
    return content_hash([type(facts).__name__, asdict(facts)])[:16] if facts else ""


@transaction.atomic
def write_category(*, facts: CategoryFacts, by: Account | None, now: dt.datetime, seen: str | None = None) -> bool:
    """Make it or write it anew; whether anything changed. 2 or 3 queries.

    `seen`: the mark of what the writer had before them. Raises InputRefused, and Conflict when somebody else changed it
    since, or made one with its code.
    """
    _check(facts.code, facts.name_fr, facts.name_en)
    if facts.family not in FAMILIES:
        raise InputRefused(
            N_("“{family}” is no colour family. Write one of {known}."),
            family=shown(facts.family, 20),
            known=", ".join(FAMILIES),
        )
    written = asdict(facts)
    known = Category.objects.select_for_update().filter(code=facts.code).first()
    if known is not None and all(getattr(known, name) == value for name, value in written.items()):
        return False
    _refuse_overtaken(facts_of_category(known) if known else None, seen)
    Category.objects.update_or_create(code=facts.code, defaults=written)
    note_act(account=by, act=ACT, place="", people=0, about=f"category {facts.code}", now=now)
    index_categories()
    return True


@transaction.atomic
def write_programme(*, facts: ProgrammeFacts, by: Account | None, now: dt.datetime, seen: str | None = None) -> bool:
    """Make it or write it anew; whether anything changed. 2 or 3 queries. `seen` and errors as of `write_category`."""
    _check(facts.code, facts.name_fr, facts.name_en)
    _check_courses(facts.courses)
    written = asdict(facts) | {"courses": list(facts.courses)}
    known = Programme.objects.select_for_update().filter(code=facts.code).first()
    if known is not None and all(getattr(known, name) == value for name, value in written.items()):
        return False
    _refuse_overtaken(facts_of_programme(known) if known else None, seen)
    Programme.objects.update_or_create(code=facts.code, defaults=written)
    note_act(account=by, act=ACT, place="", people=0, about=f"path {facts.code}", now=now)
    return True


def _refuse_overtaken(there: CategoryFacts | ProgrammeFacts | None, seen: str | None) -> None:
    if seen is None or seen == mark_of(there):
        return
    if not seen:
        raise Conflict(N_("This code is taken already. Choose another one, or open the one that has it."))
    raise Conflict(N_("Somebody else changed this page meanwhile. Open it again and compare."))


def _check(code: str, *names: str) -> None:
    if not CODE.fullmatch(code):
        raise InputRefused(N_("{place} is a code of small letters, digits and dashes."), place=shown(code, 60))
    if not all(name.strip() and len(name) <= LONGEST_NAME for name in names):
        raise InputRefused(
            N_("{code} has a name in French and in English, of {most} signs at most."), code=code, most=LONGEST_NAME
        )


def _check_courses(keys: Sequence[str]) -> None:
    if len(keys) > MOST_COURSES or len(set(keys)) < len(keys) or not keys:
        raise InputRefused(N_("A path holds from 1 to {most} courses, each once."), most=MOST_COURSES)
    for key in keys:
        if not COURSE_KEY.fullmatch(key):
            raise InputRefused(N_("{place} is the key of a course, such as Ingenia+RES101."), place=shown(key, 60))
