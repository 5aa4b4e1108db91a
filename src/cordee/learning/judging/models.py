"""Which answer of a learner is with a worker, or came back without being handed in; which is judged once more?"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import JSONField, Q

from cordee.core.errors import N_
from cordee.core.ids import uuid7
from cordee.core.privacy import DELETE, Personal


class HeldAnswer(models.Model):
    """The newest answer of one learner to one activity that went to a worker; the next one takes its place.

    What is handed in becomes a submission, which is never changed. `round` tells two answers in one row apart: the
    word of a worker that was slow counts for its own round only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    enrolment = models.ForeignKey("Enrolment", on_delete=models.PROTECT, related_name="held_answers")
    activity = models.CharField(max_length=200)
    round = models.PositiveIntegerField(default=1)
    form_id = models.UUIDField()
    content = models.CharField(max_length=64)  # sha256 of the content that was answered
    language = models.CharField(max_length=12)
    answer = JSONField()
    is_trial = models.BooleanField()
    received_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)  # null: it is with a worker
    found = JSONField(null=True)  # what is to be shown of it; null while it waits, and once it was handed in

    personal: ClassVar[Personal] = DELETE.called(N_("Programs that you tried or that were judged last"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="one_held_answer_per_enrolment_and_activity")
        ]

    def __str__(self) -> str:
        return f"{self.activity}, round {self.round}"


class JudgedAgain(models.Model):
    """An answer that was handed in, judged by a newer content of its activity, once for each. It stays as it is.

    What counts stands in `ActivityState`; this is what pages say of the answer from then on.
    """

    # Without an index of its own: the constraint's begins with it.
    submission = models.ForeignKey("Submission", on_delete=models.PROTECT, related_name="judgements", db_index=False)
    content = models.CharField(max_length=64)  # sha256 of the content that judges it
    reason = models.CharField(max_length=300)  # shown to the learner
    asked_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)  # null: it is to be judged
    found = JSONField(null=True)  # null: not judged, or nobody could
    gained = models.BooleanField(default=False)

    personal: ClassVar[Personal] = DELETE.called(
        N_("What your programs were found to be once their exercise was mended")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "content"], name="a_content_judges_an_answer_again_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="judging_again_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}, asked {self.asked_at:%Y-%m-%d}"
