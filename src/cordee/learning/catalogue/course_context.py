"""What is a course's page drawn with?"""

from __future__ import annotations

import datetime as dt

from cordee.learning.aims import AIMS
from cordee.learning.catalogue.course_page import CoursePage
from cordee.learning.catalogue.linked_data import course_data, script
from cordee.learning.catalogue.pictures import picture_address, shared_course
from cordee.people.models import Account
from cordee.people.permissions import Subject, may


def course_context(page: CoursePage, account: Account | None, now: dt.datetime) -> dict[str, object]:
    """At most 1 query, for who has not been asked for their roles yet."""
    organisation, _, number = page.key.partition("+")
    subject = Subject.of_course(organisation, number)
    return {
        "page": page,
        "now": now,
        "aims": AIMS,
        "shared": shared_course(page),
        "linked": script(course_data(page, picture=picture_address(page))),
        "may_edit": account is not None and may(account, "course.sheet", subject),
    }
