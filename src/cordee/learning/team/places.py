"""What is a place that a role is held in, and what is it called?"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cordee.core.errors import N_, NotFound
from cordee.courses.queries import owner_of_private_run, run_by_key, runs_of_course
from cordee.learning.cohorts.pages import title_of
from cordee.learning.cohorts.queries import cohort_by_id, subject_of
from cordee.people.models import Role
from cordee.people.organisations import organisation_by_code
from cordee.people.permissions import Subject
from cordee.people.team import Place
from cordee.ui.language import language

ROLES_OF = {  # in the order of a list; what makes no sense in a place is not offered there
    "": tuple(Role),
    "org": (Role.TEACHER, Role.TUTOR, Role.AUTHOR, Role.PROGRAMME_MANAGER, Role.SUPPORT),
    "course": (Role.AUTHOR, Role.TEACHER, Role.TUTOR, Role.COMMUNITY_ASSISTANT, Role.SUPPORT),
    "run": (Role.TEACHER, Role.TUTOR, Role.COMMUNITY_ASSISTANT, Role.SUPPORT),
    "cohort": (Role.TEACHER, Role.TUTOR),
}


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place and its name; `roles`: those that can be held there."""

    place: Place
    name: str
    roles: tuple[Role, ...]


def subject_at(scope: str) -> Subject:
    """All that contains a place, also of one that is not there: whoever may not look learns nothing (0 or 1 query)."""
    kind, _colon, key = scope.partition(":")
    match kind:
        case "org":
            return Subject.of_organisation(key)
        case "course":
            organisation, _plus, number = key.partition("+")
            return Subject.of_course(organisation, number)
        case "run":
            return Subject.of_run_key(key, owner=owner_of_private_run(key))
        case "cohort" if key.isascii() and key.isdigit() and len(key) < 16:  # noqa: PLR2004 - digits of an id
            cohort = cohort_by_id(int(key))
            return subject_of(cohort) if cohort else Subject.of_cohort(int(key))
    return Subject()


def place_at(scope: str) -> NamedPlace:
    """A place that is there (1 or 2 queries). Raises NotFound."""
    kind, _colon, key = scope.partition(":")
    name = _("the whole site")
    match kind:
        case "":
            pass
        case "org":
            name = organisation_by_code(key).name_in(language())
        case "course":
            runs = runs_of_course(key)
            if not runs:
                raise NotFound(N_("There is no session of a course {course} here."), course=key[:120])
            name = title_of(runs[0])
        case "run":
            run = run_by_key(key)
            name = f"{title_of(run)} ({run.key.rpartition('+')[2]})"
        case "cohort":
            cohort = cohort_by_id(int(key)) if key.isascii() and key.isdigit() and len(key) < 16 else None  # noqa: PLR2004
            if cohort is None:
                raise NotFound(N_("There is no such group. Go back to the list."))
            name = cohort.name
        case _:
            raise NotFound(N_("{scope} is no place of this site."), scope=scope[:120])
    return NamedPlace(Place(scope, subject_at(scope)), name, ROLES_OF[kind])
