"""What did a regrade of a whole run change, and what was there before? Rows are added; only their undoing is noted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import JSONField, Q

from cordee.core.errors import N_
from cordee.core.privacy import DELETE, UNLINK, Personal
from cordee.courses.models import Run, Version
from cordee.people.models import Account


class Regrade(models.Model):
    """Every answer of a run graded again by the version that it shows from then on."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="regrades")
    from_version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")  # that the run showed
    to_version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")  # may be the same
    reason = models.CharField(max_length=300)
    figures = JSONField()  # as `planning.Figures`
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")  # null: a command
    made_by_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    undone_by_name = models.CharField(max_length=120, blank=True)
    undone_at = models.DateTimeField(null=True)
    put_back = models.PositiveIntegerField(null=True)  # how many learners have their scores of before again

    personal: ClassVar[Personal] = UNLINK.called(N_("Regrades of sessions that you made or undid")).naming(
        made_by="made_by_name", undone_by="undone_by_name"
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="regrade_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.run_id} regraded"


class RegradedEnrolment(models.Model):
    """What one learner had before a regrade, where it changed anything of theirs."""

    personal = DELETE.called(N_("What your scores were before your session was graded again")).of("enrolment")

    # Without an index of its own: the constraint's begins with it.
    regrade = models.ForeignKey(Regrade, on_delete=models.PROTECT, related_name="learners", db_index=False)
    enrolment = models.ForeignKey("learning.Enrolment", on_delete=models.PROTECT, related_name="regraded")
    grade_before = models.FloatField()
    grade_after = models.FloatField()
    attempts = models.PositiveIntegerField()  # of all activities together: more now, and something was handed in since
    # {activity: [earned, possible, solved, when graded again before (ISO 8601 or null)]} before, where it changed
    states = JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["regrade", "enrolment"], name="a_regrade_keeps_each_learner_once"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.grade_before} to {self.grade_after}"
