"""What is found in a course: all checks, in the order in which one mends.

A check is a module of `checks.rules`, found by its place. It binds `RULES`, and one or both of

    def look(material: Material) -> Iterator[Finding]                        of the version alone
    def look_at_run(material: Material, run: RunFacts) -> Iterator[Finding]  of a session of it, as it is `now`
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType

from cordee.courses.checks import rules as rules_package
from cordee.courses.checks.costs import Estimate, estimate_of
from cordee.courses.checks.material import Material, RunFacts
from cordee.courses.checks.model import SEVERITIES, Finding, Rule
from cordee.courses.compiling import Compiled
from cordee.courses.kinds import checks_itself, installed


@cache
def check_modules() -> tuple[ModuleType, ...]:
    """Every check, by name."""
    found = sorted(pkgutil.iter_modules(rules_package.__path__), key=lambda one: one.name)
    return tuple(import_module(f"{rules_package.__name__}.{one.name}") for one in found)


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by code, those of kinds among them. Two of one code is a start-up error."""
    found: dict[str, Rule] = {}
    kinds = [checker for kind in installed().values() if (checker := checks_itself(kind))]
    for rule in [rule for module in check_modules() for rule in module.RULES] + [
        rule for kind in kinds for rule in kind.check_rules
    ]:
        if found.setdefault(rule.code, rule) is not rule:
            raise RuntimeError(f"two rules of checks are called {rule.code!r}: give one another code")
    return found


@cache
def rules_of_sessions() -> frozenset[str]:
    """Codes of the checks that look at a session: what they find may be another thing tomorrow."""
    return frozenset(rule.code for module in check_modules() if hasattr(module, "look_at_run") for rule in module.RULES)


def look_at(material: Material, run: RunFacts | None = None) -> tuple[Finding, ...]:
    """What is found of a version, and of its session where there is one: the most serious first, then by place."""
    return in_order([*look_at_version(material), *(look_at_run(material, run) if run else ())], material)


def look_at_version(material: Material) -> tuple[Finding, ...]:
    """What holds of a version for ever."""
    return in_order(
        [one for check in check_modules() if hasattr(check, "look") for one in check.look(material)], material
    )


def look_at_run(material: Material, run: RunFacts) -> tuple[Finding, ...]:
    """What depends on the dates of a session and on the day."""
    checks = [check for check in check_modules() if hasattr(check, "look_at_run")]
    return in_order([one for check in checks for one in check.look_at_run(material, run)], material)


def in_order(found: list[Finding], material: Material) -> tuple[Finding, ...]:
    """The most serious first, those of one rule together, then as the course goes."""
    ranks = {id_: rank for rank, id_ in enumerate(_ids(material))}
    return tuple(
        sorted(
            found,
            key=lambda one: (SEVERITIES.index(one.rule.severity), one.rule.code, ranks.get(one.at.id, -1)),
        )
    )


def _ids(material: Material) -> Iterator[str]:
    for module in material.outline.modules:
        yield module.id
        for section in module.sections:
            yield section.id
            for unit in section.units:
                yield unit.id
                yield from (entry.id for top in unit.entries for entry in top.walk())


def material_of(compiled: Compiled, files: Mapping[str, set[str]]) -> Material:
    """What was compiled and is not stored yet. `files`: language -> names after /static/."""
    definitions = {
        sha256: installed()[content.kind].from_json(dict(content.data)) for sha256, content in compiled.contents.items()
    }
    made = {language: set(names) for language, names in compiled.found_files.items()}
    together = {language: files.get(language, set()) | made.get(language, set()) for language in {*files, *made}}
    course = (compiled.organisation, compiled.number)
    return Material(compiled.outline, definitions, together, compiled.places, course)


def checks_of(
    compiled: Compiled, *, files: Mapping[str, set[str]], run: RunFacts | None = None
) -> tuple[tuple[Finding, ...], Estimate]:
    """What a course that was compiled should have mended, and what making it costs; nothing is stored.

    `files`: language -> the names that links use after /static/, without those that compiling found. Each finding has
    the file and line that `Block.place` said.
    """
    material = material_of(compiled, files)
    return look_at(material, run), estimate_of(material)
