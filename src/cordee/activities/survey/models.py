"""How often was each answer given? Counts alone: no row says who answered, nor when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cordee.core.privacy import NONE
from cordee.courses.models import Run


class Tally(models.Model):
    """One answer of one survey in one run, and how often it was given.

    The row with an empty question counts the learners who answered. `published` is what may be shown of an anonymous
    survey: it follows `count` in steps (`counting.step`), so that no single answer can be told by looking twice.
    """

    personal = NONE

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(max_length=200)
    question = models.CharField(max_length=20, blank=True)  # field of the form: "q_1"; "w" for the words of a cloud
    option = models.CharField(max_length=200, blank=True)  # the option's id, or the word
    count = models.PositiveIntegerField(default=0)
    published = models.PositiveIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)  # a word that who teaches has taken out

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "activity", "question", "option"], name="an_answer_is_counted_in_one_row"
            ),
            models.CheckConstraint(condition=Q(published__gte=0), name="what_is_published_is_a_count"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.question} {self.option}: {self.count}"
