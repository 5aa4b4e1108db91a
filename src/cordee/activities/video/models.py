"""What does a learner's watching leave behind, and from which other sites may a course play its videos?"""

from __future__ import annotations

from django.db import models

from cordee.core.errors import N_
from cordee.core.privacy import DELETE, UNLINK
from cordee.courses.models import Course
from cordee.learning.models import Enrolment
from cordee.people.models import Account


class Viewing(models.Model):
    """Where a learner stopped in a video, and which seconds of it they have watched. On every device the same."""

    personal = DELETE.called(N_("Where you stopped in films"))

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(max_length=200)
    started_at = models.DateTimeField()  # watching counts from here: nobody has watched more than time has passed
    position_s = models.FloatField(default=0.0)  # where to go on
    position_at = models.DateTimeField()  # when the device was there: a late message of another one changes nothing
    watched = models.JSONField(default=list)  # [[from second, to second], …] in order, apart from each other
    length_s = models.FloatField(null=True)  # of a film whose file does not tell, as a device says
    window_at = models.DateTimeField()  # messages are counted by the minute
    messages = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="one_viewing_per_enrolment_and_activity")
        ]

    def __str__(self) -> str:
        return f"{self.activity} at {self.position_s} s"


class MediaHost(models.Model):
    """Another site from which the videos of a course may be played: readers' browsers then ask it for them."""

    personal = UNLINK.called(N_("Other sites from which you allowed films"))

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=260)  # e.g. "https://videos.example.org"
    allowed_at = models.DateTimeField()
    allowed_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "origin"], name="one_permission_per_course_and_media_host")
        ]

    def __str__(self) -> str:
        return self.origin
