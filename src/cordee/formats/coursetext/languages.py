"""Which languages are there, and how does a sentence name one?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cordee.core.errors import N_
from cordee.formats.coursetext.model import Phrase

# The codes of ISO 639-1; those of three letters (ISO 639-3) are thousands, and are not looked at one by one.
_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee "
    "el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is "
    "it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms "
    "mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk "
    "sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu "
)
CODES: Final = frozenset(_TWO_LETTERS.split())
# Codes of three letters that are written by mistake: a page in French says fr to every browser.
SHORT: Final[Mapping[str, str]] = {
    "ara": "ar", "chi": "zh", "deu": "de", "dut": "nl", "eng": "en", "fra": "fr", "fre": "fr", "ger": "de", "gre": "el",
    "ita": "it", "jpn": "ja", "nld": "nl", "por": "pt", "ron": "ro", "rum": "ro", "rus": "ru", "spa": "es", "zho": "zh",
}  # fmt: skip
_SAID: Final[Mapping[str, str]] = {
    "ar": N_("in Arabic"),
    "br": N_("in Breton"),
    "ca": N_("in Catalan"),
    "de": N_("in German"),
    "el": N_("in Greek"),
    "en": N_("in English"),
    "es": N_("in Spanish"),
    "eu": N_("in Basque"),
    "fr": N_("in French"),
    "it": N_("in Italian"),
    "ja": N_("in Japanese"),
    "ko": N_("in Korean"),
    "nl": N_("in Dutch"),
    "oc": N_("in Occitan"),
    "pl": N_("in Polish"),
    "pt": N_("in Portuguese"),
    "ro": N_("in Romanian"),
    "ru": N_("in Russian"),
    "tr": N_("in Turkish"),
    "uk": N_("in Ukrainian"),
    "vi": N_("in Vietnamese"),
    "zh": N_("in Chinese"),
}


def is_known(code: str) -> bool:
    """Whether somebody speaks it, as far as its code says: "fr", "fr-CA", "gsw", but neither "xx" nor "fra"."""
    first = code.partition("-")[0]
    return first in CODES or (len(first) > 2 and first not in SHORT)  # noqa: PLR2004 - of two letters, all are known


def meant_by(code: str) -> str:
    """The code of two letters that was meant by one of three; "" where nobody can tell."""
    return SHORT.get(code.partition("-")[0], "")


def in_language(code: str) -> Phrase:
    """ "in French", to be put into a sentence; "in “fr-CA”" where that has no name here."""
    return Phrase(_SAID[code]) if code in _SAID else Phrase(N_("in “{code}”"), {"code": code})
