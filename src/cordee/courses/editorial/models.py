"""A page or an item of news in one language, and each state in which somebody left it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cordee.core.errors import N_
from cordee.core.privacy import NONE, UNLINK, Personal
from cordee.people.models import Account

PAGE, NEWS = "page", "news"


class EditorialText(models.Model):
    """What stands at one address in one language. Written by `editorial.writing`."""

    kind = models.CharField(max_length=8)  # PAGE or NEWS
    slug = models.CharField(max_length=60)  # of its address, the same in each language
    language = models.CharField(max_length=8)
    shown = models.ForeignKey("EditorialEdition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    personal: ClassVar[Personal] = NONE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug", "language"], name="one_editorial_text_per_address"),
            models.CheckConstraint(condition=Q(kind__in=(PAGE, NEWS)), name="an_editorial_text_is_a_page_or_news"),
            models.CheckConstraint(condition=~Q(slug=""), name="an_editorial_text_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.language}"


class EditorialEdition(models.Model):
    """What somebody stored, shown or not. Only added to."""

    text = models.ForeignKey(EditorialText, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()  # from 1
    title = models.CharField(max_length=200)
    summary = models.CharField(max_length=300, blank=True)
    markdown = models.TextField(blank=True)
    day = models.DateField(null=True, blank=True)  # of news
    in_footer = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField(default=0)  # among the links of the footer
    seen = models.PositiveIntegerField()  # number of the edition that its writer had before them; 0: none
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")  # null: a command
    made_by_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()

    personal: ClassVar[Personal] = UNLINK.called(N_("Pages and news that you wrote")).naming(made_by="made_by_name")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="editions_of_an_editorial_text_are_numbered"),
            models.CheckConstraint(condition=~Q(title=""), name="an_edition_has_a_title"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} edition {self.number}"

    @property
    def is_beside_another(self) -> bool:
        """Whether somebody else stored an edition while this one was written: both are kept."""
        return self.seen != self.number - 1
