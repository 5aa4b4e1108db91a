"""Write down the fields of the catalogue and the paths through it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from django.db import transaction

from cordee.core.errors import N_, InputRefused, shown
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


@transaction.atomic
def write_category(*, facts: CategoryFacts, by: Account | None, now: dt.datetime) -> bool:
    """Make it or write it anew; whether anything changed. 2 or 3 queries. Raises InputRefused."""
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
    Category.objects.update_or_create(code=facts.code, defaults=written)
    note_act(account=by, act=ACT, place="", people=0, about=f"category {facts.code}", now=now)
    index_categories()
    return True


@transaction.atomic
def write_programme(*, facts: ProgrammeFacts, by: Account | None, now: dt.datetime) -> bool:
    """Make it or write it anew; whether anything changed. 2 or 3 queries. Raises InputRefused."""
    _check(facts.code, facts.name_fr, facts.name_en)
    _check_courses(facts.courses)
    written = asdict(facts) | {"courses": list(facts.courses)}
    known = Programme.objects.select_for_update().filter(code=facts.code).first()
    if known is not None and all(getattr(known, name) == value for name, value in written.items()):
        return False
    Programme.objects.update_or_create(code=facts.code, defaults=written)
    note_act(account=by, act=ACT, place="", people=0, about=f"path {facts.code}", now=now)
    return True


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
