"""Texts of a course text that are for the readers of some languages alone (`languages`)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cordee.core import clock
from cordee.courses.exporting import olx_course_of
from cordee.courses.models import Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import from_json, to_json
from cordee.courses.tests.course_texts import checked, folder, published
from cordee.courses.text.laying_out import plan_of
from cordee.learning.enrolling import enrol
from cordee.people.tests.make import make_account, signed_in_client

FRENCH = """# Trame

Une trame.

::: text visa
languages: [en]

You need a visa.

:::

::: html prefecture
languages: [fr]

<p>Allez à la préfecture.</p>

:::
"""
ENGLISH = """---
of: 00000000
---
# Frame

A frame.

::: text visa

You need a visa.

:::
"""
PAGES = {
    "modules/nommer/trame.fr.md": FRENCH,
    "modules/nommer/trame.en.md": ENGLISH,
    "modules/nommer/trame.svg": "",
}


def test_a_text_for_other_readers_is_no_translation_that_lacks_and_a_language_is_one_of_the_course(
    tmp_path: Path,
) -> None:
    found = checked(tmp_path, **PAGES)
    assert found.errors == ()
    assert [one.code for one in found.warnings if one.code in ("block-not-translated", "languages-not-kept")] == []
    assert found.compiled is not None
    outline = found.compiled.outline
    assert from_json(to_json(outline)) == outline
    assert {name: entry.readers for name, (_place, entry) in outline.entries.items() if entry.readers} == {
        "visa": ("en",),
        "prefecture": ("fr",),
    }
    wrong = FRENCH.replace("languages: [en]", "languages: [de]")
    told = checked(tmp_path, **(PAGES | {"modules/nommer/trame.fr.md": wrong})).errors
    assert [(one.code, one.place.line) for one in told] == [("unknown-language", 6)]


@pytest.mark.django_db
def test_readers_see_the_texts_for_their_language_and_those_of_another_the_course_own(tmp_path: Path) -> None:
    started = clock.now() - dt.timedelta(days=10)
    options = RunOptions(key="2026", opens_at=started, closes_at=started + dt.timedelta(days=60))
    run = published(folder(tmp_path, **PAGES), options=options, now=clock.now()).done.run
    for language, sees in (("fr", [False, True]), ("en", [True, False])):
        account = make_account(language=language)
        enrol(account=account, run=run, now=clock.now())
        client = signed_in_client(account)
        page = client.get(f"/runs/{run.key}/units/trame").content.decode()
        assert [words in page for words in ("You need a visa.", "Allez à la préfecture.")] == sees
    text = plan_of({"fr": olx_course_of(Version.objects.get(), "fr")}, lambda name: True)
    pages = text.pages(next(unit for unit in text.units if unit.name == "trame"))
    assert "::: text visa\nlanguages: [en]\n" in "".join(pages.values())
