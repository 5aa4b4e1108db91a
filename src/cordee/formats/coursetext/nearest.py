"""Which of the known words was meant?

French words lead to the English key: the format has one set of keys, whatever the language of the course.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

LIKE_ENOUGH = 0.6
FRENCH: Final[Mapping[str, tuple[str, ...]]] = {  # as an author may type it -> the words of the format
    "affichage": ("show-result", "visible"),
    "afficher-corrigé": ("show-answer",),
    "aleatoire": ("shuffle",),
    "aléatoire": ("shuffle",),
    "anonyme": ("anonymous",),
    "attente": ("wait",),
    "banque": ("bank",),
    "barème": ("grading",),
    "branche": ("branch",),
    "cacher": ("visible",),
    "casse": ("case",),
    "categories": ("categories",),
    "catégories": ("categories",),
    "code": ("code",),
    "condition": ("if",),
    "corrigé": ("show-answer", "solution"),
    "date-limite": ("due",),
    "debut": ("start", "opens"),
    "début": ("start", "opens"),
    "durée": ("duration", "effort"),
    "duree": ("duration", "effort"),
    "echelle": ("scale",),
    "échelle": ("scale",),
    "essais": ("attempts",),
    "établissement": ("organisation",),
    "experience": ("experiment",),
    "expérience": ("experiment",),
    "exercice": ("quiz",),
    "ferme": ("closes",),
    "fin": ("end", "closes"),
    "groupe": ("group", "for"),
    "groupes": ("groups", "for"),
    "image": ("image",),
    "inclure": ("include",),
    "indice": ("hint",),
    "langue": ("language", "languages"),
    "langues": ("languages",),
    "largeur": ("width",),
    "légende": ("captions", "title"),
    "licence": ("licence",),
    "limite": ("due",),
    "melanger": ("shuffle",),
    "mélanger": ("shuffle",),
    "modules": ("modules",),
    "mots": ("words",),
    "noté": ("graded",),
    "note": ("graded", "points"),
    "note-minimale": ("pass-mark",),
    "nuage": ("wordcloud",),
    "nuage-de-mots": ("wordcloud",),
    "ouvre": ("opens",),
    "ouverture": ("opens",),
    "partiel": ("partial",),
    "poids": ("weight", "points"),
    "points": ("points",),
    "pour": ("for",),
    "pratique": ("practice",),
    "entrainement": ("practice",),
    "entraînement": ("practice",),
    "qcm": ("quiz",),
    "questionnaire": ("quiz",),
    "rendu": ("due",),
    "resultats": ("results",),
    "résultats": ("results",),
    "resume": ("summary",),
    "résumé": ("summary",),
    "sections": ("sections",),
    "séquences": ("sections",),
    "sequences": ("sections",),
    "si": ("if",),
    "solution": ("solution",),
    "sondage": ("poll", "survey"),
    "enquête": ("survey",),
    "enquete": ("survey",),
    "source": ("src",),
    "sous-titre": ("subtitle",),
    "sous-titres": ("captions",),
    "tentatives": ("attempts",),
    "texte": ("text",),
    "tirage": ("draw",),
    "titre": ("title",),
    "unites": ("units",),
    "unités": ("units",),
    "variantes": ("variants",),
    "vidéo": ("video",),
    "votes": ("votes",),
    "équipe": ("team",),
    "equipe": ("team",),
}


_MEANT: Final = frozenset(word for words in FRENCH.values() for word in words)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, "" for none."""
    words = list(known)
    lower = word.lower().replace("_", "-")
    if lower in words and lower != word:
        return lower
    for meant in FRENCH.get(lower, ()):
        if meant in words:
            return meant
    found = difflib.get_close_matches(lower, words, n=1, cutoff=LIKE_ENOUGH)
    return found[0] if found else ""


def is_known_key(word: str) -> bool:
    """Is it a key of the format that authors write by habit?"""
    return word in _MEANT


def is_french_key(word: str) -> bool:
    """Is it a French word for a key of the format? Accents make it no setting by the grammar, so it is asked for."""
    return word.lower() in FRENCH
