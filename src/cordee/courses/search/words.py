"""Under which roots is a word of a text, or of a question, found again?

A word is folded (no accents, small letters, ligatures apart), then brought to its root by the rules of its language
(Snowball). Accents matter to some of these rules, and who types leaves them out: a word of a text stands under the root
of both its spellings, a word of a question is looked for under both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from Stemmer import Stemmer

LANGUAGES: Final = {
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}  # those whose rules have been asked for; a word of any other language stands under itself
LONGEST: Final = 40  # signs of a word: what is longer is none
WORDS_KEPT: Final = 8_000
# Elisions go with their apostrophe (l'énergie), and the English possessive does (the network's).
ELIDED: Final = re.compile(r"\b(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=\w)|(?<=\w)['’]s\b", re.IGNORECASE)
WORD: Final = re.compile(r"[^\W_]+(?:\+\+|#)?")  # "c++" and "c#" are words
STRAIGHT: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_FRENCH: Final = """
a ai au aux avec ce ces cet cette comme comment cours dans de des du elle en et eux il ils je la le les leur leurs
lui ma mais me mes moi mon ne nos notre nous ou par pas pour qu que quel quelle quels quelles qui sa sans se ses si
sont sur ta te tes toi tu un une vos votre vous y
"""
_ENGLISH: Final = """
a about all an and any are as at be by can course courses do does for from had has have he her his how i if in into
is it its mooc moocs my not of on or our she so that the their them these they this to was we were what when where
which who why will with you your
"""
EMPTY: Final = frozenset(f"{_FRENCH} {_ENGLISH}".split())  # in every text: nobody looks for them


def fold(text: str) -> str:
    """Without accents and capitals: "L’Énergie" -> "l’energie", "cœur" -> "coeur"."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold().translate(STRAIGHT))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def words_of(text: str) -> list[str]:
    """The words of a text in order, in small letters with their accents: "L’énergie, c'est…" -> ["énergie", "est"]."""
    whole = unicodedata.normalize("NFC", text).lower()
    return [word for word in WORD.findall(ELIDED.sub(" ", whole)) if len(word) <= LONGEST]


def says_something(word: str) -> bool:
    """Whether one looks for it: "the" and "le" are in every text."""
    return fold(word) not in EMPTY


def roots(words: Iterable[str], language: str) -> list[str]:
    """Each root of these words of one language, once, in the order of the words."""
    found: dict[str, None] = {}
    for word in words:
        if says_something(word):
            found.update(dict.fromkeys(roots_of(word, language[:2])))
    return list(found)


def roots_asked(word: str, languages: Iterable[str]) -> frozenset[str]:
    """Every root under which a word of a question may stand, in texts of these languages."""
    return frozenset(root for language in languages for root in roots_of(word, language)) | {fold(word)}


@lru_cache(maxsize=WORDS_KEPT)
def roots_of(word: str, language: str) -> tuple[str, ...]:
    """One or two roots. `language`: two letters."""
    plain = fold(word)
    rules = _rules_of(language)
    if rules is None or not plain.isalpha():
        return (plain,)
    return tuple(dict.fromkeys((rules.stemWord(plain), fold(rules.stemWord(word)))))


@lru_cache
def _rules_of(language: str) -> Stemmer | None:
    return Stemmer(LANGUAGES[language]) if language in LANGUAGES else None
