"""What does this room keep of somebody whom others wrote into a list?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.core.errors import N_
from cordee.core.privacy import Keeper, Line, Person
from cordee.learning.models import CohortList
from cordee.people.emails import email_key


class OfLearning(Keeper):
    def before_rows(self, person: Person) -> Iterator[Line]:
        """Their line in lists that were looked at and not taken yet. There are those of a day: 1 query, and 1 for each
        list that names them.
        """
        count = 0
        for kept in CohortList.objects.select_for_update().order_by("pk"):
            others = [line for line in kept.lines if email_key(line["address"]) not in person.address_keys]
            if len(others) < len(kept.lines):
                count += len(kept.lines) - len(others)
                kept.lines = others
                kept.save(update_fields=["lines"])
        if count:
            yield Line("learning.CohortList lines", N_("Your line in lists of people to be invited"), "deleted", count)


keeper = OfLearning()
