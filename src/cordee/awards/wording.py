"""What does an attestation say, word for word?

The words of a document that was given do not change, so they are here by layout and language, and not among the
messages that translators may improve: the printed and the drawn sheet read the same for ever. A new wording is a new
layout.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from cordee.awards.models import Attestation
from cordee.ui.dates import day_of_month, long_date
from cordee.ui.typography import NBSP, duration, hundredths, number

LAYOUT = 1  # of the attestations that are issued today
LANGUAGES = ("fr", "en")
FEW = 10  # numbers below are written in letters


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every line of one attestation, in its language."""

    kind: str  # "Attestation de suivi avec succès"
    did: str
    detail: str  # length, hours, dates, grade and pass mark
    issued: str
    session: str
    code_label: str
    code_place: str  # "learn.example.org/v"
    limits: str  # what it is not
    header: tuple[str, ...]  # who runs the site, whose course it is
    labels: tuple[str, ...]  # under the profile, one a module
    profile_words: str  # the profile for those who do not see it
    qr_words: str


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one layout in one language."""

    kind: str
    did: str
    detail: str
    modules: Callable[[int], str]
    hours: str
    between: Callable[[dt.date, dt.date], str]
    since: str
    grade: str
    issued: str
    session: str
    code_label: str
    limits: str
    profile: str
    profile_module: str
    profile_unknown: str
    qr: str


def sheet_of(attestation: Attestation) -> Sheet:
    """The attestation in words. No query. Raises KeyError for a layout or a language that never existed."""
    words = WORDS[attestation.layout, attestation.language]
    language = attestation.language
    effort_h = attestation.effort_h
    parts = [words.modules(len(attestation.modules))] if attestation.modules else []
    if effort_h:
        parts.append(words.hours.format(hours=_hours(effort_h, language)))
    if attestation.closes_on:
        parts.append(words.between(attestation.opens_on, attestation.closes_on))
    else:
        parts.append(words.since.format(date=long_date(attestation.opens_on, language)))
    length = ", ".join(parts)
    grade = words.grade.format(
        grade=hundredths(attestation.grade, language), mark=hundredths(attestation.pass_mark, language)
    )
    return Sheet(
        kind=words.kind,
        did=words.did,
        detail=words.detail.format(length=length[:1].upper() + length[1:], grade=grade),
        issued=words.issued.format(date=long_date(attestation.issued_on, language)),
        session=words.session.format(key=attestation.run_key),
        code_label=words.code_label,
        code_place=f"{attestation.site_url.partition('://')[2]}/v",
        limits=words.limits,
        header=tuple(dict.fromkeys(line for line in (attestation.operator, attestation.organisation) if line)),
        labels=_labels(attestation),
        profile_words=_profile(attestation, words),
        qr_words=words.qr.format(address=attestation.verification_url),
    )


def _labels(attestation: Attestation) -> tuple[str, ...]:
    titles = [module["title"] for module in attestation.modules]
    if len(titles) > FEW:  # no room for words
        return tuple(str(rank) for rank in range(1, len(titles) + 1))
    return tuple(
        title if title[:1].isdigit() or len(titles) == 1 else f"{rank}. {title}" if title else str(rank)
        for rank, title in enumerate(titles, 1)
    )


def _profile(attestation: Attestation, words: Words) -> str:
    if not attestation.effort_h:
        return words.profile_unknown
    hours = [module["video_h"] + module["reading_h"] + module["practice_h"] for module in attestation.modules]
    return words.profile.format(
        modules=("\u00a0; " if attestation.language == "fr" else "; ").join(
            words.profile_module.format(rank=rank, hours=_hours(each, attestation.language))
            for rank, each in enumerate(hours, 1)
        )
    )


def _hours(hours: float, language: str) -> str:
    """E.g. "10 heures", "1 heure", "3 h 30", "45 min"."""
    minutes = round(hours * 60)
    if minutes % 60 or not minutes:
        return duration(minutes * 60, language)
    whole = minutes // 60
    unit = ("heure" if whole == 1 else "heures") if language == "fr" else ("hour" if whole == 1 else "hours")
    return f"{number(whole, language)}{NBSP}{unit}"


def _start(first: dt.date, last: dt.date, language: str) -> str:
    """The first date of two, without what it shares with the second."""
    if first.year != last.year:
        return long_date(first, language)
    if first.month != last.month:
        return long_date(first, language, with_year=False)
    return day_of_month(first, language)


def _between_fr(first: dt.date, last: dt.date) -> str:
    if first == last:
        return f"session ouverte le {long_date(first, 'fr')}"
    return f"session ouverte du {_start(first, last, 'fr')} au {long_date(last, 'fr')}"


def _between_en(first: dt.date, last: dt.date) -> str:
    if first == last:
        return f"a session open on {long_date(first, 'en')}"
    return f"a session open from {_start(first, last, 'en')} to {long_date(last, 'en')}"


def _modules_fr(count: int) -> str:
    letters = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"]
    return f"{letters[count - 1] if count < FEW else count}{NBSP}module{'s' if count > 1 else ''}"


def _modules_en(count: int) -> str:
    letters = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return f"{letters[count - 1] if count < FEW else count}{NBSP}module{'s' if count > 1 else ''}"


WORDS = {
    (1, "fr"): Words(
        kind="Attestation de suivi avec succès",
        did="a suivi avec succès le cours en ligne",
        detail="{length}. {grade}.",
        modules=_modules_fr,
        hours="{hours} de travail",
        between=_between_fr,
        since="session à rythme libre ouverte le {date}",
        grade=f"Note obtenue{NBSP}: {{grade}} sur 100, pour une note minimale de {{mark}}",
        issued="Délivrée le {date}",
        session="Session {key}",
        code_label="Code de vérification",
        limits=(
            "Cette attestation ne donne pas de crédits ECTS et ne vaut pas diplôme. L’identité de la personne n’a pas"
            " été contrôlée et les évaluations n’ont pas été surveillées."
        ),
        profile=f"Profil d’effort{NBSP}: {{modules}}.",
        profile_module="module {rank}, {hours}",
        profile_unknown="Profil d’effort non connu.",
        qr=f"Code QR de la page de vérification{NBSP}: {{address}}",
    ),
    (1, "en"): Words(
        kind="Statement of successful completion",
        did="has successfully completed the online course",
        detail="{length}. {grade}.",
        modules=_modules_en,
        hours="{hours} of work",
        between=_between_en,
        since="a self-paced session opened on {date}",
        grade="Grade obtained: {grade} out of 100; the pass mark was {mark}",
        issued="Issued on {date}",
        session="Session {key}",
        code_label="Verification code",
        limits=(
            "This statement gives no ECTS credits and is not a degree. The person’s identity was not checked and the"
            " assessments were not supervised."
        ),
        profile="Effort profile: {modules}.",
        profile_module="module {rank}, {hours}",
        profile_unknown="Effort profile not known.",
        qr="QR code of the verification page: {address}",
    ),
}
