"""Who wrote to which learners of a run, chosen how; who was held back, to know whether it helps?

People are their pseudonyms and runs their keys, as in the journal: the pilot's own pages, which know no accounts, load
this module as well.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cordee.core.errors import N_
from cordee.core.ids import uuid7
from cordee.core.privacy import DELETE, UNLINK, Personal


class RunLetter(models.Model):
    """What somebody of the team wrote to learners of a run, once. Never edited."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form_id = models.UUIDField(unique=True)  # made by the server when it drew the form: the same form sends once
    run = models.CharField(max_length=200)
    author = models.UUIDField()
    author_name = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    chosen_by = models.JSONField()  # the filter, as in the address of the page
    aim_kind = models.CharField(max_length=10, blank=True)  # activity, module, or "": only whether they come back
    aim = models.CharField(max_length=200, blank=True)
    held_percent = models.PositiveSmallIntegerField(default=0)
    again = models.BooleanField(default=False)  # also to who got a letter within the week
    despite_lots = models.BooleanField(default=False)  # also to who is held back by an earlier letter's lot
    sent_at = models.DateTimeField()

    personal: ClassVar[Personal] = (
        UNLINK.called(N_("Letters that you wrote to learners")).by("author").naming(author="author_name")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held_percent__in=(0, 10, 50)), name="none_a_tenth_or_half_is_held_back"),
            models.CheckConstraint(condition=Q(aim_kind__in=("", "activity", "module")), name="an_aim_is_a_known_one"),
        ]
        indexes = [models.Index(fields=["run", "sent_at"], name="run_letter_run_sent_at")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.run})"

    @property
    def key(self) -> str:
        """The message's, among those of the whole site."""
        return f"pilot {self.id}"


class ChosenLearner(models.Model):
    """One of those whom the filter found when the letter was sent, and what that meant for them."""

    WRITTEN, HELD_BACK, SAID_NO, BOUNCED, THIS_WEEK, CLOSED, IN_A_LOT = (
        "written", "held_back", "said_no", "bounced", "this_week", "closed", "in_a_lot",
    )  # fmt: skip

    letter = models.ForeignKey(RunLetter, on_delete=models.PROTECT, related_name="chosen")
    person = models.UUIDField()
    fate = models.CharField(max_length=10)

    personal: ClassVar[Personal] = DELETE.called(N_("Letters for which you were chosen")).by("person")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "person"], name="a_learner_is_chosen_once_for_a_letter"),
            models.CheckConstraint(
                condition=Q(fate__in=("written", "held_back", "said_no", "bounced", "this_week", "closed", "in_a_lot")),
                name="fate_of_a_chosen_learner_is_one_of_ours",
            ),
        ]
        indexes = [models.Index(fields=["person"], name="chosen_learner_person")]

    def __str__(self) -> str:
        return f"{self.letter_id}: {self.fate}"
