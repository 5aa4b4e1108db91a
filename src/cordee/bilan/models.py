"""What does a programme office know, row by row, as its pages keep it?

The columns are no columns of the database: `bilan.programme` says what a row may hold, for folders and pages alike.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from cordee.core.errors import N_
from cordee.core.privacy import NONE, Personal, keep


class Office(models.Model):
    """That something changed: `state` is another after each act. Locked by whoever writes rows."""

    SITE = "site"

    key = models.CharField(max_length=20, primary_key=True)
    state = models.UUIDField(default=uuid.uuid4)

    personal: ClassVar[Personal] = NONE

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class SheetRow(models.Model):
    """One row of one table. Its id is made by the form that adds it, so that the same form adds it once."""

    id = models.UUIDField(primary_key=True, editable=False)
    sheet = models.CharField(max_length=20)  # a name of `office.sheets.SHEETS`
    position = models.PositiveIntegerField()
    cells = models.JSONField()  # {column: cell as the folder writes it}; what is empty is left out

    personal: ClassVar[Personal] = keep(
        N_(
            "Names of teachers and of who is quoted stand here as in a printed report: entered by hand with their"
            " leave, tied to no account, and taken out by hand."
        )
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="a_place_in_a_table_holds_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.position}"
