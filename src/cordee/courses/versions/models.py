"""What did colleagues say of a version before a session shows it? Rows are added, never changed; the last counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cordee.core.errors import N_
from cordee.core.privacy import UNLINK, Personal
from cordee.people.models import Account


class ReviewStep(models.Model):
    """One step of a version's review. Written by `versions.reviewing`."""

    ASKED, APPROVED, RETURNED, WAIVED, WITHDRAWN = "asked", "approved", "returned", "waived", "withdrawn"
    KINDS = (ASKED, APPROVED, RETURNED, WAIVED, WITHDRAWN)

    version = models.ForeignKey("courses.Version", on_delete=models.PROTECT, related_name="review_steps")
    number = models.PositiveIntegerField()  # from 1
    kind = models.CharField(max_length=12)
    words = models.CharField(max_length=500, blank=True)  # the note of who asks, the reason of who answers
    by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")  # null: a command
    by_name = models.CharField(max_length=120, blank=True)
    # Who wrote the version, as far as is known: never the one who approves it.
    author = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=120, blank=True)
    # Whom it was asked of by name; null: of any colleague who may.
    reviewer = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    reviewer_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    personal: ClassVar[Personal] = UNLINK.called(N_("Reviews of versions that you asked for or gave")).naming(
        by="by_name", author="author_name", reviewer="reviewer_name"
    )

    class Meta:
        app_label = "courses"
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="steps_of_a_review_come_one_after_the_other"),
            models.CheckConstraint(
                condition=Q(kind__in=("asked", "approved", "returned", "waived", "withdrawn")),
                name="a_step_of_a_review_is_one_of_five",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("asked", "approved")) | ~Q(words=""),
                name="who_does_not_approve_a_version_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(kind="approved") | Q(by__isnull=True) | Q(author__isnull=True) | ~Q(by=F("author")),
                name="nobody_approves_their_own_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.number} {self.kind}"
