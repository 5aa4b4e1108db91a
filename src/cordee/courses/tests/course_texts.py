"""Small folders of course text for tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Outline
from cordee.courses.text.checking import Checked, check_folder
from cordee.courses.text.publishing import Published, publish_folder

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
COURSE = """id: reseaux
organisation: Ingenia
number: RES101
title: {fr: Réseaux, en: Networks}
summary: {fr: Un cours., en: A course.}
languages: [fr, en]
licence: CC-BY-4.0
calendar: {weeks: 2, timezone: Europe/Paris}
grading:
  pass-mark: 60
  categories:
    quiz: {title: Quiz, weight: 100}
groups: {alternance: En alternance}
modules: [nommer]
"""
MODULE = """title: {fr: Nommer, en: Naming}
opens: +7d
sections:
  - id: lire
    title: {fr: Lire, en: Reading}
    units: [trame]
  - id: verifier
    title: Vérifier
    units: [bilan]
    graded: quiz
    due: +13d
"""
PROBLEM = """<problem display_name="Somme" max_attempts="2">
<numericalresponse answer="4"><label>2 + 2 ?</label><formulaequationinput/></numericalresponse></problem>"""
FILES = {
    "course.yaml": COURSE,
    "modules/nommer/module.yaml": MODULE,
    "modules/nommer/trame.fr.md": "# Trame\n\nUne **trame** : ![trame](trame.svg).\n\nVoir [le bilan](bilan.fr.md).\n",
    "modules/nommer/trame.en.md": "---\nof: 00000000\n---\n# Frame\n\nA **frame**: ![frame](trame.svg).\n",
    "modules/nommer/bilan.fr.md": f"# Bilan\n\n```olx somme\n{PROBLEM}\n```\n",
    "modules/nommer/trame.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
}


def folder(at: Path, **changed: str) -> Path:
    """The course with some of its files changed, added, or taken out (an empty text)."""
    for path, text in (FILES | changed).items():
        there = at / path
        there.parent.mkdir(parents=True, exist_ok=True)
        if text:
            there.write_text(text, encoding="utf-8")
        else:
            there.unlink(missing_ok=True)
    return at


def page(text: str) -> dict[str, str]:
    """A change of the French page "trame"."""
    return {"modules/nommer/trame.fr.md": text, "modules/nommer/trame.en.md": ""}


def checked(at: Path, **changed: str) -> Checked:
    return check_folder(folder(at, **changed), now=NOW)


def errors_of(at: Path, **changed: str) -> list[str]:
    return [f"{one.place} {one}" for one in checked(at, **changed).errors]


def outline_of(at: Path, **changed: str) -> Outline:
    found = checked(at, **changed)
    assert found.errors == ()
    assert found.compiled is not None
    return found.compiled.outline


def published(at: Path, *, options: RunOptions | None = None, now: dt.datetime = NOW) -> Published:
    return publish_folder(at, options=options or RunOptions(listed=True), now=now)
