"""Which findings may stay as they are, and why?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cordee.core.errors import N_
from cordee.core.privacy import UNLINK, Personal
from cordee.people.models import Account


class Waiver(models.Model):
    """A finding of a course that somebody decided to leave, in whichever version. Written by `checks.waiving`."""

    LONGEST_PLACE = 200

    course = models.ForeignKey("courses.Course", on_delete=models.PROTECT, related_name="waivers")
    rule = models.CharField(max_length=60)  # its code
    place = models.CharField(max_length=LONGEST_PLACE, blank=True)  # id in the outline; "" for the whole course
    reason = models.CharField(max_length=500)
    waived_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    waived_by_name = models.CharField(max_length=120, blank=True)
    waived_at = models.DateTimeField()

    personal: ClassVar[Personal] = UNLINK.called(N_("Checks of courses that you waived")).naming(
        waived_by="waived_by_name"
    )

    class Meta:
        app_label = "courses"
        constraints = [
            models.UniqueConstraint(fields=["course", "rule", "place"], name="one_waiver_per_course_rule_and_place"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_waiver_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.rule} at {self.place or 'the course'}"
