"""Does axe-core find a fault on any page of ours, in any state, language, theme and width? Does one scroll sideways?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import build_islands
from tests.browser.conftest import OpenVisitor
from tests.browser.pages import (
    CATALOGUE,
    PILOT,
    REVIEW,
    SCHOOLS,
    SITE,
    UNIT_OF_A_TEACHER,
    UNITS,
    UNREADABLE,
    Seen,
    unit,
)
from tests.browser.people import People, Who
from tests.browser.sideways import WIDTHS, sideways
from tests.browser.visitor import LOOKS, Look, two_looks

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ADVICE = "best-practice"  # printed, not required
PAGES = (*SITE, *PILOT, *REVIEW, *SCHOOLS, *CATALOGUE, UNIT_OF_A_TEACHER, UNREADABLE)
RUN_AXE = """async (rules) => {
  const found = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  return found.violations.map(({ id, help, tags, nodes }) => (
    { id, help, tags, targets: nodes.map((node) => node.target.join(" ") + ": " + node.html.slice(0, 160)) }));
}"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core, from package-lock.json."""
    build_islands.install()
    return (Path(build_islands.MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str, where: str) -> list[str]:
    """What axe-core finds, one line each; advice is printed only."""
    page.evaluate("() => document.fonts.ready.then(() => undefined)")
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE, [*RULES, ADVICE])
    lines = []
    for one in found:
        said = [f"{where}: {one['id']} ({one['help']}) at {target}" for target in one["targets"]]
        if set(one["tags"]) & set(RULES):
            lines += said
        print("violation:" if set(one["tags"]) & set(RULES) else "advice:", *said, sep="\n  ")  # noqa: T201 - pytest -rP
    return lines


def faults(visit: OpenVisitor, people: People, axe: str, seen: Seen, looks: tuple[Look, ...]) -> list[str]:
    visitor = visit(looks[0], state=people.state(seen.who))
    found = []
    for look in looks:
        page = seen.open(visitor, people, look)
        found += violations(page, axe, f"{seen} {look}") + sideways(page, *WIDTHS)
    return found


@pytest.mark.parametrize(("number", "seen"), list(enumerate(PAGES)), ids=map(str, PAGES))
def test_a_page_has_no_fault_and_does_not_scroll_sideways(
    visit: OpenVisitor, people: People, axe: str, number: int, seen: Seen
) -> None:
    assert faults(visit, people, axe, seen, two_looks(number)) == []


@pytest.mark.parametrize("number", range(len(UNITS)), ids=UNITS)
def test_a_unit_has_no_fault_and_does_not_scroll_sideways_before_and_after_answers(
    visit: OpenVisitor, people: People, axe: str, number: int
) -> None:
    """The answers were given in French: the state changes with the look, and each unit is seen in two looks."""
    first, second = two_looks(number)
    found = faults(visit, people, axe, unit(UNITS[number], "fresh"), (first,))
    found += faults(visit, people, axe, unit(UNITS[number], "wrong"), (second,))
    found += faults(visit, people, axe, unit(UNITS[number], "right"), (first,))
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("seen", PAGES, ids=str)
def test_a_page_has_no_fault_in_any_of_the_eight_looks(
    visit: OpenVisitor, people: People, axe: str, seen: Seen
) -> None:
    assert faults(visit, people, axe, seen, LOOKS) == []


@pytest.mark.slow
@pytest.mark.parametrize("who", ["fresh", "wrong", "right"])
@pytest.mark.parametrize("name", UNITS)
def test_a_unit_has_no_fault_in_any_of_the_eight_looks(
    visit: OpenVisitor, people: People, axe: str, name: str, who: Who
) -> None:
    assert faults(visit, people, axe, unit(name, who), LOOKS) == []


@pytest.mark.parametrize("look", [LOOKS[0]], ids=str)
def test_axe_does_find_a_fault_that_is_there(visit: OpenVisitor, axe: str, look: Look) -> None:
    page = visit(look).show("/sign-in", look)
    page.locator("main h1").evaluate("heading => { heading.parentElement.append(document.createElement('input')); }")
    assert [line for line in violations(page, axe, "sign in") if ": label (" in line]
