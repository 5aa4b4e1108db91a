"""Who is the most frequent learner, in one sentence that is right in French and in English?

Rules of languages, not messages: a third language is a third function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cordee.bilan.programme import Share
from cordee.bilan.wording import amount
from cordee.ui.countries import name_of
from cordee.ui.typography import NBSP, is_french

# Countries before which French says "à": islands and cities without an article.
A_FR: Final = frozenset(
    [
        "AD",
        "AG",
        "AI",
        "AW",
        "BH",
        "BN",
        "CU",
        "CW",
        "CY",
        "DJ",
        "FJ",
        "GG",
        "GI",
        "GU",
        "HK",
        "HT",
        "JE",
        "KI",
        "KN",
        "LC",
        "MC",
        "MG",
        "MO",
        "MS",
        "MT",
        "MU",
        "NR",
        "NU",
        "OM",
        "PM",
        "PR",
        "RE",
        "SG",
        "SM",
        "SX",
        "ST",
        "TO",
        "TT",
        "TV",
        "TW",
        "VC",
        "WF",
        "WS",
        "YT",
        "BL",
        "MF",
        "SH",
    ]
)
AUX_FR: Final = frozenset(
    [
        "AE",
        "AS",
        "BM",
        "BQ",
        "BS",
        "FK",
        "FO",
        "IC",
        "KM",
        "MH",
        "MP",
        "MV",
        "NL",
        "PH",
        "PW",
        "SB",
        "SC",
        "TC",
        "UM",
        "US",
        "VG",
        "VI",
        "CK",
        "CC",
        "GS",
    ]
)  # plurals
AU_FR: Final = frozenset(["CG", "KH", "MX", "MZ", "ZW", "BZ", "SR"])  # end in e, and are masculine
EN_FR: Final = frozenset(["KR", "KP", "GW", "MK", "ES"])  # feminine without e at the end
THE_EN: Final = frozenset(
    [
        "AE",
        "BS",
        "CF",
        "CD",
        "CG",
        "CZ",
        "DO",
        "FK",
        "FO",
        "GB",
        "GM",
        "KM",
        "KY",
        "MH",
        "MP",
        "MV",
        "NL",
        "PH",
        "SB",
        "TC",
        "US",
        "VG",
        "VI",
    ]
)
OWN_FR: Final = {"BB": "à la", "DM": "à la", "GD": "à la", "PS": "dans les", "TF": "dans les", "VA": "à l’"}
EDUCATION_FR: Final = {
    "doctorate": "titulaire d’un doctorat",
    "master": "titulaire d’un master",
    "bachelor": "titulaire d’une licence",
    "associate": "titulaire d’un diplôme de niveau bac + 2",
    "secondary": "titulaire du baccalauréat",
    "junior_secondary": "qui a suivi le collège",
    "primary": "qui a suivi l’école primaire",
    "other": "titulaire d’un autre diplôme",
    "none": "sans diplôme",
}
EDUCATION_EN: Final = {
    "doctorate": "who holds a doctorate",
    "master": "who holds a master’s degree",
    "bachelor": "who holds a bachelor’s degree",
    "associate": "who studied for two years after school",
    "secondary": "who finished secondary school",
    "junior_secondary": "who left after lower secondary school",
    "primary": "who left after primary school",
    "other": "who holds another degree",
    "none": "without a degree",
}


def portrait(traits: Mapping[str, Share], language: str) -> str:
    """The sentence; "" where nothing is known."""
    if not traits:
        return ""
    return (_fr if is_french(language) else _en)(traits)


def _fr(traits: Mapping[str, Share]) -> str:
    who = (
        {"f": "une femme", "m": "un homme"}.get(traits["sex"].group, "une personne")
        if "sex" in traits
        else "une personne"
    )
    parts = ["Le plus souvent, c’est " + who + _share(traits.get("sex"), "fr")]
    if "age" in traits:
        parts[0] += " " + _age_fr(traits["age"].group) + _share(traits["age"], "fr")
    if "education" in traits:
        parts.append(EDUCATION_FR.get(traits["education"].group, "") + _share(traits["education"], "fr"))
    if "country" in traits:
        parts.append("qui vit " + in_country_fr(traits["country"].group) + _share(traits["country"], "fr"))
    return ", ".join(parts) + "."


def _en(traits: Mapping[str, Share]) -> str:
    who = {"f": "a woman", "m": "a man"}.get(traits["sex"].group, "a person") if "sex" in traits else "a person"
    parts = ["Most often it is " + who + _share(traits.get("sex"), "en")]
    if "age" in traits:
        parts[0] += " " + _age_en(traits["age"].group) + _share(traits["age"], "en")
    if "education" in traits:
        parts.append(EDUCATION_EN.get(traits["education"].group, "") + _share(traits["education"], "en"))
    if "country" in traits:
        code = traits["country"].group
        article = "the " if code in THE_EN else ""
        parts.append(f"who lives in {article}{name_of(code, 'en')}" + _share(traits["country"], "en"))
    return ", ".join(parts) + "."


def _share(one: Share | None, language: str) -> str:
    return f" ({amount(one.percent, 'percent', language)})" if one is not None and one.percent is not None else ""


def _age_fr(group: str) -> str:
    if group == "-17":
        return "de moins de 18 ans"
    low, _sign, high = group.removesuffix("+").partition("-")
    return f"de {low} à {high}{NBSP}ans" if high else f"de {low}{NBSP}ans ou plus"


def _age_en(group: str) -> str:
    if group == "-17":
        return "under 18"
    low, _sign, high = group.removesuffix("+").partition("-")
    return f"aged {low} to {high}" if high else f"aged {low} or over"


def in_country_fr(code: str) -> str:
    """en France, au Sénégal, aux États-Unis, à Madagascar."""
    name = name_of(code, "fr")
    if code in OWN_FR:
        return f"{OWN_FR[code]} {name}".replace("’ ", "’")
    if code in A_FR:
        return f"à {name}"
    if code in AUX_FR or name.startswith("Îles"):
        return f"aux {name}"
    feminine = name.endswith("e") and code not in AU_FR
    return f"{'en' if feminine or code in EN_FR or name[0] in 'AEIOUÉÎ' else 'au'} {name}"
