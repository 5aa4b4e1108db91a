"""What is true of the whole site, not of one course or one person?

These rows are here because `jobs` is the lowest room with a database: every room above may ask.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cordee.core.privacy import NONE, Personal


class SiteFact(models.Model):
    """One fact of the site, e.g. the key of its seeds. Read and written through `cordee.jobs.site`."""

    name = models.CharField(max_length=60, unique=True)
    value = models.JSONField()

    personal: ClassVar[Personal] = NONE

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="site_fact_has_a_name")]

    def __str__(self) -> str:
        return self.name
