"""What does each kind of activity say of its own definitions?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.courses.checks.material import Activity, Material
from cordee.courses.checks.model import Fault, Finding, Rule
from cordee.courses.kinds import checks_itself, installed

RULES: tuple[Rule, ...] = ()  # kinds have their own


def look(material: Material) -> Iterator[Finding]:
    """A fault that all the languages of an activity have is told once."""
    by_activity: dict[str, list[Activity]] = {}
    for one in material.activities:
        by_activity.setdefault(one.entry.id, []).append(one)
    for found in by_activity.values():
        rules = _rules_of(found[0].entry.kind)
        faults: dict[tuple[str, str, str], tuple[Fault, list[Activity]]] = {}
        for one in found:
            for fault in one.said.faults:
                key = (
                    fault.rule,
                    fault.template,
                    repr(sorted((name, str(value)) for name, value in fault.values.items())),
                )
                known = faults.setdefault(key, (fault, []))[1]
                if one not in known:
                    known.append(one)
        for fault, where in faults.values():
            first = where[0]
            at = (
                material.at_entry(first.place, first.entry) if len(where) == len(found) else material.at_activity(first)
            )
            yield Finding(rules[fault.rule], at, fault.template, fault.values)


def _rules_of(kind_name: str) -> dict[str, Rule]:
    kind = installed().get(kind_name)
    checker = checks_itself(kind) if kind is not None else None
    return {rule.code: rule for rule in checker.check_rules} if checker is not None else {}
