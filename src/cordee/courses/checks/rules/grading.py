"""Do the weights add up, and can anybody pass?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.core.errors import N_, shown
from cordee.courses.checks.material import Material, RunFacts
from cordee.courses.checks.model import At, Finding, Rule
from cordee.courses.run_remarks import about_passing

WEIGHTS = Rule(
    "weights-not-100",
    "error",
    N_("Weights that do not add up to 100"),
    N_("Give the categories of assessment weights that add up to 100: grades are reckoned as they are."),
    N_("Grading policy of Open edX: weights are shares of 1"),
)
NO_CATEGORY = Rule(
    "graded-without-category",
    "error",
    N_("A graded section that counts for nothing"),
    N_("Give it one of the categories of the grading policy."),
)
FEWER_THAN_EXPECTED = Rule(
    "fewer-than-expected",
    "warning",
    N_("Fewer graded sections than the policy expects"),
    N_("Add what is missing, or expect fewer: each missing one counts 0 for everybody."),
)
NO_GRADE = Rule(
    "no-grade",
    "note",
    N_("The course gives no grade"),
    "",
    says=frozenset(("no-grade",)),
)
OUT_OF_REACH = Rule(
    "attestation-out-of-reach",
    "error",
    N_("A pass mark that nobody can reach"),
    "",
    says=frozenset(("attestation-out-of-reach",)),
)
RULES = (WEIGHTS, NO_CATEGORY, FEWER_THAN_EXPECTED, NO_GRADE, OUT_OF_REACH)
_SPOKEN = {rule.code: rule for rule in (NO_GRADE, OUT_OF_REACH)}
NEAR = 0.0005  # weights are shares, and thirds of them are written with a few decimals


def look(material: Material) -> Iterator[Finding]:
    """Of the grading policy."""
    outline = material.outline
    weights = sum(line.weight for line in outline.assignment_types)
    if outline.assignment_types and abs(weights - 1) > NEAR:
        yield Finding(WEIGHTS, At(), N_("They add up to {sum}."), {"sum": round(100 * weights, 2)})
    known = {line.name for line in outline.assignment_types}
    held: dict[str, int] = {}
    for module in outline.modules:
        for section in module.sections:
            if not section.graded or module.staff_only or section.staff_only:
                continue
            held[section.assignment_type] = held.get(section.assignment_type, 0) + 1
            if section.assignment_type not in known:
                at = material.at(module=module, section=section)
                if section.assignment_type:
                    values = {"category": shown(section.assignment_type)}
                    yield Finding(NO_CATEGORY, at, N_("The policy has no category “{category}”."), values)
                else:
                    yield Finding(NO_CATEGORY, at, N_("It has no category."))
    for line in outline.assignment_types:
        if line.weight > 0 and held.get(line.name, 0) < line.min_count - line.drop_count:
            said = {"category": shown(line.name), "expected": line.min_count, "held": held.get(line.name, 0)}
            sentence = N_("“{category}”: {expected} expected, {held} in the course.")
            yield Finding(FEWER_THAN_EXPECTED, At(), sentence, said)


def look_at_run(material: Material, run: RunFacts) -> Iterator[Finding]:
    """Whether anybody can pass, as the page of the session says it."""
    for remark in about_passing(material.outline, run.pass_mark):
        yield Finding(_SPOKEN[remark.code], At(), remark.sentence, remark.values)
