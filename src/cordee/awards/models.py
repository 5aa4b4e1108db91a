"""Who was given an attestation, saying what, and does it still hold?

What is printed is frozen in the row: no later change of the course, the run, the account or the site's settings touches
it. Only the state changes: superseded, revoked, or its enrolment let go of when the person is erased.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cordee.core.codes import grouped
from cordee.core.errors import N_
from cordee.core.privacy import Personal, keep
from cordee.learning.models import Enrolment
from cordee.people.models import Account


class RevocationReason(models.TextChoices):
    """Why an attestation was withdrawn, as the verification page says it."""

    MISTAKE = "mistake", _("It was issued by mistake.")
    CONDUCT = "conduct", _("The rules of the assessments were not followed.")
    REQUEST = "request", _("The person asked for it to be withdrawn.")


class Attestation(models.Model):
    """An attestation of success, as it was on the day it was issued."""

    personal: ClassVar[Personal] = keep(
        N_(
            "Others rely on it: whoever holds the code can still verify it after the account is erased. Nothing leads"
            " from it to an account any more; the person may have it withdrawn, which hides the name."
        )
    ).called(N_("Your attestations"))

    code = models.CharField(max_length=17, unique=True, editable=False)  # as `core.codes` makes it, without dashes
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="attestations", null=True, blank=True
    )  # null once the person has been erased
    issued_at = models.DateTimeField()

    # Printed
    layout = models.PositiveSmallIntegerField()  # which drawing and which words: `typst/attestation_<layout>.typ`
    language = models.CharField(max_length=8)  # of the attestation, e.g. "fr"
    name = models.CharField(max_length=120)  # as the learner confirmed it
    course_title = models.CharField(max_length=500)
    course_language = models.CharField(max_length=12)  # of `course_title` and the module titles
    organisation = models.CharField(max_length=300)
    operator = models.CharField(max_length=300, blank=True)  # who runs the site
    site_url = models.CharField(max_length=300)  # where the verification page is, e.g. "https://learn.example.org"
    run_key = models.CharField(max_length=200)
    grade = models.FloatField()  # share of 1, as the enrolment had it then
    pass_mark = models.FloatField()  # share of 1
    opens_on = models.DateField()  # the dates are those of the site's time zone
    closes_on = models.DateField(null=True, blank=True)  # null: at the learner's pace
    issued_on = models.DateField()
    modules = (
        models.JSONField()
    )  # [{"title", "video_h", "reading_h", "practice_h", "graded"}, …]; hours null: not known
    family = models.CharField(max_length=12)  # colour family of the course: net, eco, sci, code

    # State
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=12, blank=True, choices=RevocationReason.choices)
    revoked_by = models.ForeignKey(Account, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(superseded_at__isnull=True, revoked_at__isnull=True),
                name="one_live_attestation_per_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(grade__gte=F("pass_mark")), name="attestation_is_for_a_grade_at_the_pass_mark"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="attestation_has_a_name"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_reason="")
                | Q(revoked_at__isnull=False, revoked_reason__in=RevocationReason.values),
                name="revocation_has_a_reason_of_ours",
            ),
        ]

    def __str__(self) -> str:
        return self.printed_code

    @property
    def printed_code(self) -> str:
        """E.g. "7Q2K-9F3M-PX4T-8R1C-X"."""
        return grouped(self.code)

    @property
    def verification_url(self) -> str:
        """The address in the QR code. Frozen with the row: the site may move, what is printed does not."""
        return f"{self.site_url}/v/{self.printed_code}"

    @property
    def effort_h(self) -> float | None:
        """Hours of work that the authors reckoned, None when they did not."""
        hours = [module[part] for module in self.modules for part in ("video_h", "reading_h", "practice_h")]
        return None if not hours or None in hours else sum(hours)

    @property
    def is_live(self) -> bool:
        """Neither superseded nor revoked."""
        return self.superseded_at is None and self.revoked_at is None
