"""What is a group of a session called where the session's groups stand beside each other?

By its name; where another group of the session bears it, too, with the code of its organisation, so that two schools
that both call their class "Promo 2027" are never told together. The pilot knows groups by these names alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cordee.courses.models import Run
from cordee.learning.models import Cohort


def names_apart(run: Run) -> Mapping[int, str]:
    """By group, in the order of the names (1 query); no two are alike."""
    rows = list(Cohort.objects.filter(run=run).order_by("name", "pk").values_list("pk", "name", "organisation__code"))
    bearers = Counter(name for _pk, name, _code in rows)
    found = {pk: name for pk, name, _code in rows if bearers[name] == 1}
    taken = set(bearers)
    for pk, name, code in rows:
        if pk not in found:
            wanted = f"{name} ({code})" if code else f"{name} (–)"
            found[pk] = wanted if wanted not in taken else f"{wanted} {pk}"
            taken.add(found[pk])
    return dict(sorted(found.items(), key=lambda one: (one[1], one[0])))
