"""Which picture stands for a course where its address is shared? What is drawn, and at which address.

The drawing itself is made further up, where fonts and printing are (`web.course_pictures`). The address changes with
what is drawn, so that whoever fetched a picture may keep it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from cordee.core.canonical import canonical_json
from cordee.courses.outlines import Effort
from cordee.learning.catalogue.course_page import CoursePage
from cordee.learning.catalogue.linked_data import absolute
from cordee.ui.profile import Stack

LAYOUT: Final = 1  # of the drawing: another one gives other addresses
WIDTH, HEIGHT = 1200, 630  # pixels, as Open Graph's readers want them


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn."""

    title: str
    language: str
    organisation: str
    family: str
    effort: tuple[Effort, ...]
    stacks: tuple[Stack, ...]

    @property
    def mark(self) -> str:
        """12 hexadecimal digits of what is drawn."""
        effort = [[one.video_h, one.reading_h, one.practice_h, one.graded] for one in self.effort]
        stacks = [[one.units, one.graded] for one in self.stacks]
        drawn = [LAYOUT, self.title, self.language, self.organisation, self.family, effort, stacks]
        return hashlib.sha256(canonical_json(drawn)).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Shared:
    """What a page says of itself where its address is shared. `image` is absolute, "" for none."""

    title: str
    description: str
    url: str
    image: str = ""
    image_words: str = ""
    kind: str = "website"


def picture_of(page: CoursePage) -> Picture:
    return Picture(page.title, page.language, page.organisation.name, page.family, page.effort, page.stacks)


def picture_address(page: CoursePage) -> str:
    return reverse("course-picture", args=[page.key, picture_of(page).mark])


def shared_course(page: CoursePage) -> Shared:
    """No query."""
    return Shared(
        title=page.title,
        description=page.summary,
        url=absolute(reverse("course", args=[page.key])),
        image=absolute(picture_address(page)),
        image_words=f"{page.title}, {page.organisation.name}",
    )
