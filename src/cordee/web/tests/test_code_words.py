"""Is what came of a program said in whole sentences of one's language, on the terminal?"""

from __future__ import annotations

import gettext
from pathlib import Path

from cordee.sandbox import laboratory, tasks
from cordee.sandbox.outcomes import Artifact, Diagnostic, Fault, Outcome, Place, RunLimits
from cordee.web.code_words import lines_of_compiler, lines_of_report, lines_of_run

CATALOGUE = Path(__file__).parents[1] / "locale/fr/LC_MESSAGES/django.mo"


def french(template: str) -> str:
    with CATALOGUE.open("rb") as file:
        return gettext.GNUTranslations(file).gettext(template)


def test_one_block_that_was_not_freed_is_one_block() -> None:
    def said(blocks: int) -> list[str]:
        outcome = Outcome("finished", 0, b"", b"", 1, 1, leaked_blocks=blocks, leaked_bytes=8)
        return list(lines_of_run(outcome, Artifact(b""), {}, str))

    assert said(1) == ["One block of memory (8 bytes) was not given back with free."]
    assert said(2) == ["2 blocks of memory (8 bytes) were not given back with free."]


def test_french_has_a_space_before_a_colon() -> None:
    told = Diagnostic("error", "", "expected ';' after expression", Place("main.c", 1, 2), Place("main.c", 1, 2))
    card = next(lines_of_compiler([told], {"main.c": "x\n"}, limit=False, translate=french))
    assert card.startswith("main.c:1:2: ")
    assert "\N{NO-BREAK SPACE}: " in card
    fault = Fault("exit_code", None, {"a": 3})
    test = laboratory.TestReport(tasks.Test("one", b"", b""), "runtime_error", 0.0, fault=fault)
    report = laboratory.Report("runtime_error", 0.0, (test,))
    line = next(lines_of_report(report, RunLimits(), {}, french, "fr"))
    assert "\N{NO-BREAK SPACE}: " in line
