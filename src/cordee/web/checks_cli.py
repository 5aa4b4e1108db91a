"""How does `cordee course check` say what should be mended, and what making a course costs?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.utils import translation

from cordee.core.errors import N_
from cordee.web import amounts
from cordee.web.command_language import gettext as _
from cordee.web.command_language import language

if TYPE_CHECKING:
    from cordee.courses.checks.costs import Estimate
    from cordee.courses.checks.material import Material
    from cordee.courses.checks.model import At, Finding, Severity
    from cordee.courses.checks.setting_aside import Left
    from cordee.courses.checks.trying import Tried
    from cordee.courses.importing import Looked

SHOWN = 20  # places of one rule; the rest is counted
OF_SEVERITY: Mapping[Severity, str] = {"error": N_("Errors"), "warning": N_("Warnings"), "note": N_("Notes")}
OURS = N_("An opinion of ours, which no study backs.")


class Seen(Protocol):
    """What was looked into, and what there is to mend."""

    @property
    def material(self) -> Material: ...
    @property
    def found(self) -> Sequence[Finding]: ...
    @property
    def left(self) -> Left: ...


def without_what_checks_say(looked: Looked) -> dict[str, Any]:
    """The report without the lines that a check says again, at its place."""
    report, found = looked.report, (*looked.found, *(one for one, _aside in looked.left))
    said = {code for one in found for code in one.rule.says}
    files = {str(one.values["name"]) for one in found if one.rule.code == "missing-file"}
    seen = {one.rule.code for one in found}
    return {
        **report,
        "warnings": [one for one in report["warnings"] if one["code"] not in said],
        "missing_assets": [one for one in report["missing_assets"] if one["name"] not in files],
        "unknown": [] if "not-available-here" in seen else report["unknown"],
    }


def as_json(looked: Looked, tried: Sequence[Tried] | None) -> dict[str, Any]:
    """The report, and what `checks_as_json` tells."""
    return {**looked.report, **checks_as_json(looked, tried)}


def checks_as_json(looked: Seen, tried: Sequence[Tried] | None) -> dict[str, Any]:
    """`checks`, `waived`, `estimate`, `links` and, where they were tried, `links_to_look_at`."""
    from cordee.courses.checks.costs import estimate_of
    from cordee.courses.checks.rules.linking import external_links

    with translation.override("en"):
        answer: dict[str, Any] = {
            "checks": [one.to_json() for one in looked.found],
            "waived": [{**one.to_json(), "reasons": dict(aside.reasons)} for one, aside in looked.left],
            "estimate": estimate_of(looked.material).to_json(),
            "links": list(external_links(looked.material)),
        }
    if tried is not None:
        answer["links_to_look_at"] = {one.address: one.why.format(**dict(one.values)) for one in tried if one.why}
    return answer


def in_words(looked: Seen, tried: Sequence[Tried] | None) -> list[str]:
    """Lines: the findings by severity and rule, what the text sets aside, the links tried, then the estimate."""
    from cordee.courses.checks.costs import estimate_of

    lines = ["", counts_in_words(looked.found)]
    own = looked.material.outline.language
    with translation.override(language()):
        for severity, title in OF_SEVERITY.items():
            mine = [one for one in looked.found if one.rule.severity == severity]
            if mine:
                lines += ["", _("{title}: {count}").format(title=_(title), count=len(mine))]
            for code in dict.fromkeys(one.rule.code for one in mine):
                lines += _of_rule([one for one in mine if one.rule.code == code], own)
        lines += _left(looked.left, own)
    return [*lines, *(_tried(looked, tried) if tried is not None else []), *_estimate(estimate_of(looked.material))]


def _tried(looked: Seen, found: Sequence[Tried]) -> list[str]:
    """Which links to other sites are no good, each with the first place that names it."""
    from cordee.courses.checks.rules.linking import external_links

    named, own = external_links(looked.material), looked.material.outline.language
    bad = [(one, looked.material.at_activity(named[one.address])) for one in found if one.why]
    head = _("Links to other sites: {count}, of which {bad} are to look at").format(count=len(found), bad=len(bad))
    lines = (
        f"  - {_place(at, own)}{one.address}  {_(one.why).format(**dict(one.values))}{_file(at)}" for one, at in bad
    )
    return ["", head, *lines]


def counts_in_words(found: Sequence[Finding]) -> str:
    """One line, for who has just imported, too."""
    count = {severity: sum(one.rule.severity == severity for one in found) for severity in OF_SEVERITY}
    return _("Before opening: errors: {error}, warnings: {warning}, notes: {note}").format(**count)


def has_errors(looked: Seen) -> bool:
    """Whether anything of it would be impossible for learners: checking then ends with 1."""
    return any(one.rule.severity == "error" for one in looked.found)


def _of_rule(found: Sequence[Finding], own_language: str) -> list[str]:
    rule = found[0].rule
    lines = [f"  {_(rule.title)} ({rule.code})"]
    lines += [f"    {_(rule.advice)}"] if rule.advice else []
    source = OURS if rule.ours else rule.source
    lines += [f"    {_(source)}"] if source else []
    lines += [f"    - {_place(one.at, own_language)}{_said(one)}{_file(one.at)}" for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append("    " + _("and {count} more: --json lists all of them").format(count=len(found) - SHOWN))
    return lines


def _left(left: Left, own_language: str) -> list[str]:
    """What the text of the course sets aside, with its reasons."""
    from cordee.courses.outlines import pick

    if not left:
        return []
    lines = ["", _("Left as they are, by the text of the course: {count}").format(count=len(left))]
    for one, aside in left[:SHOWN]:
        lines.append(f"  {_(one.rule.title)} ({one.rule.code})")
        lines.append(f"    - {_place(one.at, own_language)}{_said(one)}{_file(one.at)}")
        lines.append(f"      {pick(aside.reasons, language(), own_language)}")
    if len(left) > SHOWN:
        lines.append("  " + _("and {count} more: --json lists all of them").format(count=len(left) - SHOWN))
    return lines


def _said(one: Finding) -> str:
    """The finding's sentence, its numbers and days as the language of the command writes them."""
    from cordee.ui.sentences import written

    sentence = _(one.template)
    return (
        sentence.format(**{name: written(value, language()) for name, value in one.values.items()})
        if one.values
        else sentence
    )


def _place(at: At, own_language: str) -> str:
    titles = [
        step.titles.get(own_language) or next(iter(step.titles.values()), step.id)
        for step in at.steps
        if step.level in ("unit", "activity") or at.level in ("module", "section")
    ]
    where = " › ".join(dict.fromkeys(title for title in titles if title))
    number = f"{at.number} " if at.number else ""
    spoken = f" ({at.language})" if at.language else ""
    return f"{number}{where}{spoken}: " if where else ""


def _file(at: At) -> str:
    return f"  [{at.file}]" if at.file else ""


def _estimate(estimate: Estimate) -> list[str]:
    from cordee.courses.checks.costs import ASSUMPTIONS, ROLES
    from cordee.ui.sentences import written

    lines = ["", _("What making it costs: an estimate, in hours of work")]
    lines += [f"  {amounts.number(hours):>8}  {_(ROLES[role])}" for role, hours in estimate.hours.items()]
    lines += [f"  {amounts.number(estimate.total_hours):>8}  " + _("In all")]
    reckoned = _(
        "Reckoned from: weeks {weeks}, hours of a learner {hours}, minutes of film {minutes}, words {words}, "
        "questions {questions}. It assumes:"
    ).format(
        weeks=estimate.weeks,
        hours=amounts.number(estimate.learner_hours, 1),
        minutes=amounts.number(estimate.minutes_of_film),
        words=amounts.number(estimate.words),
        questions=amounts.number(estimate.questions),
    )
    lines.append(f"  {reckoned}")
    for template, values, source in ASSUMPTIONS:
        sentence = _(template).format(**{name: written(value, language()) for name, value in values.items()})
        lines.append(f"    {sentence} ({_(source) if source else _(OURS)})")
    return lines
