"""What is a rule, what is found, and where does it stand?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from cordee.ui.typography import points

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
Level = Literal["course", "module", "section", "unit", "activity"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. Sentences are English, marked with `N_`."""

    code: str  # stable: waivers name it, docs/checks.md has a line for it
    severity: Severity
    title: str  # what is so, in a few words
    advice: str  # one sentence: what to do
    source: str = ""  # who says so, a sentence; "" where the page that learners get says it by itself
    ours: bool = False  # an opinion of ours, which no source backs
    says: frozenset[str] = frozenset()  # codes of the reader's remarks (`formats.olx`, kinds) that say the same


@dataclass(frozen=True, slots=True)
class Fault:
    """What a kind found in a definition, by one of its rules. `template` says what is so here, with {named} values."""

    rule: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One level on the way from the course down to what is meant."""

    level: Level
    id: str
    titles: Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class At:
    """Where something stands in the outline, and in which file it was written where that is known."""

    steps: tuple[Step, ...] = ()  # module, section, unit, activity, as far as it goes down; () for the course
    number: str = ""  # of its unit, as people say it: "1.2"
    language: str = ""  # of the content in which it was found; "" for all of them
    file: str = ""  # "problem/abc.xml", "trame.fr.md:12"; "" for a version that is read from the database

    @property
    def level(self) -> Level:
        return self.steps[-1].level if self.steps else "course"

    @property
    def id(self) -> str:
        """What a waiver names; "" for the course."""
        return self.steps[-1].id if self.steps else ""

    @property
    def unit(self) -> str:
        """The id of the unit whose page shows it; "" above units."""
        return next((step.id for step in self.steps if step.level == "unit"), "")

    def to_json(self) -> dict[str, Any]:
        """{"level", "file", "language", "module": {"id", "titles"}, "section": …}"""
        levels: dict[str, Any] = {step.level: {"id": step.id, "titles": dict(step.titles)} for step in self.steps}
        return {"level": self.level, "number": self.number, "language": self.language, "file": self.file, **levels}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend, at its place: `template` says what is so here, the rule says what to do."""

    rule: Rule
    at: At
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What a waiver is about."""
        return self.rule.code, self.at.id

    def __str__(self) -> str:
        values = {name: points(one, "en") if isinstance(one, float) else one for name, one in self.values.items()}
        return self.template.format(**values) if values else self.template

    def to_json(self) -> dict[str, Any]:
        """For machines, in English."""
        return {
            "rule": self.rule.code,
            "severity": self.rule.severity,
            "sentence": str(self),
            "advice": self.rule.advice,
            "source": self.rule.source,
            "ours": self.rule.ours,
            "place": self.at.to_json(),
        }


def count_by_severity(found: Collection[Finding]) -> dict[Severity, int]:
    """How many of each, none left out."""
    return {severity: sum(1 for one in found if one.rule.severity == severity) for severity in SEVERITIES}
