"""What does the page say of a session before it opens, in the reader's language?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.courses.checks.costs import ASSUMPTIONS, ROLES, Estimate
from cordee.courses.checks.model import SEVERITIES, At, Finding, Severity
from cordee.courses.checks.models import Waiver
from cordee.courses.models import Run, Version
from cordee.courses.outlines import Outline, SetAside, foreign, pick
from cordee.ui.language import language
from cordee.ui.sentences import said

SHOWN: Final = 50  # places of one rule on the page; the rest is counted
OF_SEVERITY: Final[dict[Severity, str]] = {"error": N_("Errors"), "warning": N_("Warnings"), "note": N_("Notes")}
OURS: Final = N_("An opinion of ours, which no study backs.")
Shown = Run | Version  # whose pages the places lead to; nothing of a version alone can be waived here


@dataclass(frozen=True, slots=True)
class Title:
    words: str
    language: str  # "" for the page's own


@dataclass(frozen=True, slots=True)
class Line:
    """One place, and what is so there. `waive_url` is empty where the reader may not leave it."""

    number: str
    titles: tuple[Title, ...]
    content_language: str  # in which it was found; "" for all of them
    words: str
    url: str
    waive_url: str
    waiver: Waiver | None = None
    reason: Title | None = None  # of what the text of the course sets aside


@dataclass(frozen=True, slots=True)
class OfRule:
    """Everything that one rule finds."""

    code: str
    title: str
    advice: str
    source: str
    lines: tuple[Line, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.lines)


@dataclass(frozen=True, slots=True)
class OfSeverity:
    severity: Severity
    title: str
    total: int
    rules: tuple[OfRule, ...]


def parts(open_: Collection[Finding], run: Shown, outline: Outline, *, may_waive: bool) -> list[OfSeverity]:
    """What is open, by severity, then by rule; severities without a finding are left out."""
    found = []
    for severity in SEVERITIES:
        mine = [one for one in open_ if one.rule.severity == severity]
        by_rule: dict[str, list[Finding]] = {}
        for one in mine:
            by_rule.setdefault(one.rule.code, []).append(one)
        rules = tuple(_of_rule(those, run, outline, may_waive=may_waive) for those in by_rule.values())
        if mine:
            found.append(OfSeverity(severity, gettext(OF_SEVERITY[severity]), len(mine), rules))
    return found


def waived(
    those: Iterable[tuple[Finding, Waiver | SetAside]], run: Shown, outline: Outline, *, may_waive: bool
) -> list[tuple[str, Line]]:
    """What stays as it is: the rule's title and the place, with who said why, or why the text says that it may."""
    return [(gettext(one.rule.title), _left(one, by, run, outline, may_waive=may_waive)) for one, by in those]


def _left(one: Finding, by: Waiver | SetAside, run: Shown, outline: Outline, *, may_waive: bool) -> Line:
    if isinstance(by, Waiver):
        return line_of(one, run, outline, may_waive=may_waive, waiver=by)
    return replace(line_of(one, run, outline, may_waive=False), reason=_title(dict(by.reasons), by.rule, outline))


def line_of(one: Finding, run: Shown, outline: Outline, *, may_waive: bool, waiver: Waiver | None = None) -> Line:
    """One finding as the page shows it."""
    asked = {"rule": one.rule.code, "place": one.at.id}
    url = reverse("waive-check", args=[run.key]) + f"?{urlencode(asked)}" if may_waive and isinstance(run, Run) else ""
    return Line(
        one.at.number,
        _titles(one.at, outline),
        one.at.language,
        said(one.template, one.values),
        _url(one.at, run),
        url,
        waiver,
    )


def rule_title(one: Finding) -> str:
    return gettext(one.rule.title)


def _of_rule(found: list[Finding], run: Shown, outline: Outline, *, may_waive: bool) -> OfRule:
    rule = found[0].rule
    return OfRule(
        code=rule.code,
        title=gettext(rule.title),
        advice=gettext(rule.advice) if rule.advice else "",
        source=gettext(OURS) if rule.ours else gettext(rule.source) if rule.source else "",
        lines=tuple(line_of(one, run, outline, may_waive=may_waive) for one in found[:SHOWN]),
        total=len(found),
    )


def _titles(at: At, outline: Outline) -> tuple[Title, ...]:
    """From the unit down, or the module and the section above it."""
    steps = [step for step in at.steps if step.level in ("unit", "activity")] or list(at.steps)
    if at.level == "activity" and not any(words.strip() for words in at.steps[-1].titles.values()):
        steps.pop()  # it has no title: its unit says enough
    return tuple(_unlike(_title(dict(step.titles), step.id, outline) for step in steps))


def _title(titles: dict[str, str], id_: str, outline: Outline) -> Title:
    written = {code: words for code, words in titles.items() if words.strip()}
    if not written:
        return Title(id_, "")
    return Title(pick(written, language(), outline.language), foreign(written, language(), outline.language))


def _unlike(titles: Iterable[Title]) -> Iterable[Title]:
    """An activity that is called as its unit is not named twice."""
    before: Title | None = None
    for title in titles:
        if title != before:
            yield title
        before = title


def _url(at: At, run: Shown) -> str:
    if not at.steps:
        return ""
    if isinstance(run, Version):
        here = [run.course.key, run.number]
        return reverse("version-unit", args=[*here, at.unit]) if at.unit else reverse("version", args=here)
    if not at.unit:
        return reverse("outline", args=[run.key])
    return reverse("unit", args=[run.key, at.unit]) + (f"#{at.id}" if at.level == "activity" else "")


@dataclass(frozen=True, slots=True)
class CostLine:
    role: str
    hours: int


def cost_lines(estimate: Estimate) -> list[CostLine]:
    """Hours by role, whole ones: an estimate is no more exact."""
    return [CostLine(gettext(ROLES[role]), round(hours)) for role, hours in estimate.hours.items()]


def assumptions() -> list[tuple[str, str]]:
    """Sentences, each with its source or that it is ours."""
    return [(said(template, values), gettext(source or OURS)) for template, values, source in ASSUMPTIONS]
