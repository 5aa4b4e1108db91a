"""What was measured, beside its floor and what it must reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.client import Load

LARGE = ("visits_per_s", "floor_share")  # should be large: every other measure should be small


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `ratio`: floor / value for what should be small, value / floor for what should be large."""

    name: str
    engine: str
    value: float
    unit: str
    floor: float | None = None
    target: float | None = None

    @property
    def measure(self) -> str:
        return self.name.partition("/")[2]

    @property
    def ratio(self) -> float | None:
        if not self.floor or not self.value:
            return None
        return self.value / self.floor if self.measure.startswith(LARGE) else self.floor / self.value

    @property
    def holds(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.measure.startswith(LARGE) else self.value <= self.target

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "engine": self.engine,
            "value": round(self.value, 3),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "target": self.target,
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """The loads of one scenario, and the processor time of each."""

    loads: tuple[Load, ...]
    cpu_s: tuple[float, ...]

    @property
    def cpu_ms(self) -> float:
        """Per visit, over all loads."""
        visits = sum(load.visits for load in self.loads)
        return 1000 * sum(self.cpu_s) / visits if visits else 0.0

    @property
    def visits_per_s(self) -> float:
        """At the number of clients that suits it best."""
        return max(load.visits_per_second for load in self.loads)


def rows_of(
    name: str,
    engine: str,
    real: Measured,
    floor: Measured,
    counted: Mapping[str, float],
    targets: Mapping[str, float],
) -> Iterator[Row]:
    """Every figure of one scenario."""

    def row(measure: str, value: float, unit: str, least: float | None = None) -> Row:
        return Row(f"{name}/{measure}", engine, value, unit, least, targets.get(measure))

    yield row("cpu_ms", real.cpu_ms, "ms", floor.cpu_ms)
    yield row("visits_per_s", real.visits_per_s, "1/s", floor.visits_per_s)
    yield row("floor_share", floor.cpu_ms / real.cpu_ms if real.cpu_ms else 0.0, "of 1")
    for measure, value in counted.items():
        yield row(measure, value, {"sql": "statements", "html_bytes": "bytes"}.get(measure, "requests"))
    for load, least in zip(real.loads, floor.loads, strict=True):
        clients = load.clients
        yield row(f"visits_per_s_{clients}", load.visits_per_second, "1/s", least.visits_per_second)
        yield row(f"p50_ms_{clients}", load.percentile(0.5), "ms", least.percentile(0.5))
        yield row(f"p95_ms_{clients}", load.percentile(0.95), "ms", least.percentile(0.95))


def as_table(rows: Iterable[Row]) -> str:
    """For a person."""
    lines = [f"{'':34} {'engine':>10} {'value':>11} {'floor':>11} {'ratio':>6} {'target':>8}"]
    for row in rows:
        floor = "" if row.floor is None else f"{row.floor:,.2f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        target = "" if row.target is None else f"{row.target:,g}"
        verdict = {None: "", True: "  holds", False: "  MISSED"}[row.holds]
        lines.append(f"{row.name:34} {row.engine:>10} {row.value:>11,.2f} {floor:>11} {ratio:>6} {target:>8}{verdict}")
    return "\n".join(lines)
