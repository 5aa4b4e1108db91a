"""Runs that people passed, and attestations, for this room's tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import count
from typing import Any

from cordee.awards.models import Attestation
from cordee.core.canonical import content_hash
from cordee.courses.models import Course, Run, Version
from cordee.courses.outlines import Effort, Module, Outline, to_json
from cordee.learning.models import Enrolment
from cordee.people.models import Account
from cordee.people.tests.make import make_account

NOW = dt.datetime(2026, 7, 2, 9, 0, tzinfo=dt.UTC)
OUTLINE = Outline(
    titles={"fr": "Concevoir un objet connecté sobre", "en": "Designing a frugal connected object"},
    language="fr",
    languages=("fr", "en"),
    modules=tuple(
        Module(f"m{rank}", {"fr": french, "en": english})
        for rank, (french, english) in enumerate(
            [
                ("Mesurer", "Measure"),
                ("Choisir", "Choose"),
                ("Alléger", "Lighten"),
                ("Projet, relu par trois pairs", "Project, reviewed by three peers"),
            ],
            1,
        )
    ),
    effort=(
        Effort(video_h=0.8, reading_h=0.4, practice_h=0.5),
        Effort(video_h=0.9, reading_h=0.5, practice_h=0.8, graded=True),
        Effort(video_h=0.7, reading_h=0.5, practice_h=1.6),
        Effort(video_h=0.5, reading_h=0.3, practice_h=2.5, graded=True),
    ),
    family="eco",
    organisation_name="École d’ingénieurs de l’Aubrac",
)
_numbers = count(1)


def make_run(outline: Outline = OUTLINE, *, closes: bool = True, pass_mark: float = 0.6) -> Run:
    """A run in June 2026 with an outline of its own (outlines are kept by the process, so no two may share a hash)."""
    number = next(_numbers)
    own = replace(outline, credits=f"test {number}")
    course = Course.objects.create(organisation="Ingenia", number=f"SOBRE{number}", created_at=NOW)
    version = Version.objects.create(
        course=course,
        number=1,
        sha256=content_hash(to_json(own)),
        outline=to_json(own),
        files={},
        extra={},
        report={},
        published_at=NOW,
    )
    return Run.objects.create(
        key=f"Ingenia+SOBRE{number}+2026",
        course=course,
        version=version,
        opens_at=dt.datetime(2026, 5, 31, 22, 0, tzinfo=dt.UTC),
        closes_at=dt.datetime(2026, 6, 28, 21, 59, 59, tzinfo=dt.UTC) if closes else None,
        pass_mark=pass_mark,
    )


def make_enrolment(*, grade: float = 0.86, account: Account | None = None, run: Run | None = None) -> Enrolment:
    """A learner in a run, with this grade."""
    return Enrolment.objects.create(
        account=account or make_account(name="Awa Diallo", language="fr"),
        run=run or make_run(),
        enrolled_at=NOW,
        seed=1,
        grade=grade,
        graded_at=NOW if grade else None,
    )


def unsaved(**values: Any) -> Attestation:
    """An attestation in memory, as mock-up 12 has it."""
    modules = [
        {"title": module.titles["fr"], "video_h": e.video_h, "reading_h": e.reading_h, "practice_h": e.practice_h}
        | {"graded": e.graded}
        for module, e in zip(OUTLINE.modules, OUTLINE.effort, strict=True)
    ]
    printed: dict[str, Any] = {
        "code": "7Q2K9F3MPX4T8R1CX",
        "issued_at": NOW,
        "layout": 1,
        "language": "fr",
        "name": "Awa Diallo",
        "course_title": "Concevoir un objet connecté sobre",
        "course_language": "fr",
        "organisation": "École d’ingénieurs de l’Aubrac",
        "operator": "Alliance Ingénia",
        "site_url": "https://cordee.ingenia.example",
        "run_key": "Ingenia+SOBRE+2026",
        "grade": 0.86,
        "pass_mark": 0.6,
        "opens_on": dt.date(2026, 6, 1),
        "closes_on": dt.date(2026, 6, 28),
        "issued_on": dt.date(2026, 7, 2),
        "modules": modules,
        "family": "eco",
    }
    return Attestation(**(printed | values))
