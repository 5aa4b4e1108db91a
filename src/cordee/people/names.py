"""May a person be called this on screen?

Names of all scripts are welcome. Refused is what draws outside its line, hides, reverses the text around it, or poses
as the site itself.
"""

from __future__ import annotations

import re
import unicodedata

from cordee.core.errors import N_, InputRefused

MAX_LENGTH = 120
MAX_MARKS = 4  # accents in a row on one letter; Vietnamese needs 2, pointed Hebrew 3
JOINERS = "\u200c\u200d"  # needed inside Persian and Indic words, invisible elsewhere
JOINED_SCRIPTS = (("\u0600", "\u08ff"), ("\u0900", "\u0dff"), ("\u1000", "\u109f"), ("\u1780", "\u18af"))
BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters for Unicode, nothing for the eye
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
RESERVED_WORD = re.compile(
    "admin|administrat(eur|rice|ion|or)|anonyme|anonymous|assistance|cordee|equipe|exploitant|helpdesk"
    "|moderat(eur|rice|ion|or)|operat(eur|rice|or)|root|securite|security|staff|support|systeme?|team|webmaster"
)
# Cyrillic and Greek letters that look like Latin ones: enough to see through a disguise, not a full table
LOOKALIKES = str.maketrans("авеёікмнорсстухѕјԁαεικνορτυχ", "abeeikmhopcctyxsjdaeikvoptux")


class NameRefused(InputRefused):
    """A name that cannot be shown."""


def read_name(text: str) -> str:
    """The name in NFC with single spaces. Raises `NameRefused`."""
    name = " ".join(unicodedata.normalize("NFC", text).split(" ")).strip()
    name = re.sub(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+", " ", name)
    if not name:
        raise NameRefused(N_("The name is missing. Enter the name that others will see."))
    if len(name) > MAX_LENGTH:
        raise NameRefused(N_("This name is too long. Shorten it to {limit} characters."), limit=MAX_LENGTH)
    if _hides_something(name):
        raise NameRefused(N_("This name holds characters that cannot be shown. Type it again on a keyboard."))
    if _stacks_marks(name):
        raise NameRefused(N_("This name has too many accents on one letter. Keep {limit} at most."), limit=MAX_MARKS)
    if not any(unicodedata.category(sign).startswith("L") for sign in name):
        raise NameRefused(N_("This name has no letter. Enter the name that others will see."))
    if _poses_as_the_site(name):
        raise NameRefused(N_("This name is kept for the team of the site. Choose another."))
    return name


def _hides_something(name: str) -> bool:
    return any(
        sign in BLANK_LETTERS or (unicodedata.category(sign) in REFUSED_CATEGORIES and not _joins(name, place))
        for place, sign in enumerate(name)
    )


def _joins(name: str, place: int) -> bool:
    """Whether this sign is a joiner between two letters of a script that writes with joiners."""
    around = name[max(place - 1, 0) : place] + name[place + 1 : place + 2]
    return (
        name[place] in JOINERS
        and len(around) == len("xx")
        and all(any(first <= sign <= last for first, last in JOINED_SCRIPTS) for sign in around)
    )


def _stacks_marks(name: str) -> bool:
    row = 0
    for sign in name:
        row = row + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if row > MAX_MARKS:
            return True
    return False


def _poses_as_the_site(name: str) -> bool:
    folded = unicodedata.normalize("NFKD", name).casefold().translate(LOOKALIKES)
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.findall(r"[^\W\d_]+", letters)
    return bool(words) and (
        all(RESERVED_WORD.fullmatch(word) for word in words) or bool(RESERVED_WORD.fullmatch("".join(words)))
    )
