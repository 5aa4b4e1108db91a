"""What may a block, a unit or a file be called, and which name is given to one that has none?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
STEM = re.compile(r"[a-z0-9][a-z0-9-]*")  # of a file, a module, a section
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
LONGEST_NAME = 100
LONGEST_SLUG = 40
_NOT_ASCII = re.compile(r"[^a-z0-9]+")
_MARKUP = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\))?(?:\{[^}]*\})?|<[^>]*>|\$[^$]*\$|\{\{[^}]*\}\}")
_LITTLE = frozenset(
    (
        *(
            "a",
            "au",
            "aux",
            "d",
            "de",
            "des",
            "du",
            "en",
            "et",
            "l",
            "la",
            "le",
            "les",
            "on",
            "un",
            "une",
            "que",
            "quel",
        ),
        *("quelle", "the", "of", "in", "an", "is", "to"),
    )
)


def slug(words: str) -> str:
    """A short name of ASCII letters, digits and dashes from a title or a question; "" when nothing is left."""
    plain = _MARKUP.sub(lambda found: f" {found[1] or ''} ", words)
    plain = (
        plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        .replace("œ", "oe")
        .replace("Œ", "OE")
        .replace("æ", "ae")
        .replace("ß", "ss")
    )
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    every = [part for part in _NOT_ASCII.split(letters) if part]
    kept = [part for part in every if part not in _LITTLE] or every
    found = ""
    for part in kept:
        longer = f"{found}-{part}" if found else part
        if len(longer) > LONGEST_SLUG:
            break
        found = longer
    return found or "".join(kept)[:LONGEST_SLUG]


def free_name(wanted: str, taken: Container[str]) -> str:
    """The name itself, or with `-2`, `-3`… where it is taken."""
    found, n = wanted, 1
    while found in taken:
        n += 1
        found = f"{wanted}-{n}"
    return found
