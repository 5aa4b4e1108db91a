"""In which order do people look for names? Without regard to case and accents, on both databases alike.

SQLite compares bytes, so that Élodie would follow Zoé and awa follow both; what PostgreSQL does depends on how its
cluster was made. So names are compared as these letters, which an index holds ready (`Index` takes the same function).
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import CharField, Func

# Those of French and its neighbours. No more: SQLite reads some thirty functions inside one another, no deeper.
LETTERS: Final = {"a": "àâäÀÂÄ", "c": "çÇ", "e": "éèêëÉÈÊ", "i": "îïÎ", "o": "ôöÔÖ", "u": "ûüÜ"}


def _nested() -> str:
    told = "%(expressions)s"
    for plain, accented in LETTERS.items():
        for letter in accented:
            told = f"REPLACE({told}, '{letter}', '{plain}')"
    return f"LOWER({told})"


class Folded(Func):
    """`Folded("name")`: the letters by which a name is sorted, e.g. "elodie durand" for "Élodie DURAND"."""

    template = _nested()
    arity = 1

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(*names, output_field=options.pop("output_field", None) or CharField(), **options)
