"""Scores: the one value that grading, progress, attestations and indicators share."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned out of points possible, as IEEE doubles like Open edX's; `possible` may be 0 (nothing was graded).

    `earned` may exceed `possible` or be negative: an author may give a choice 1.5 or -1 points (measured in Open edX).
    """

    earned: float
    possible: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.earned) and math.isfinite(self.possible)) or self.possible < 0:
            raise ValueError(f"{self.earned}/{self.possible} is not a score")

    @property
    def ratio(self) -> float:
        """Share of the points earned; 0 when nothing was graded."""
        return self.earned / self.possible if self.possible else 0.0

    def weighted(self, weight: float | None) -> Score:
        """The same ratio out of `weight` points; unchanged when the author set no weight.

        Source: Open edX multiplies raw earned by weight/possible (xmodule `weighted_score`).
        """
        if weight is None or self.possible == 0:
            return self
        return Score(self.earned * weight / self.possible, weight)


def rounded_grade(share: float) -> float:
    """A course grade as a share 0–1, rounded once as Open edX does: round(100·p + 0.05) / 100.

    This is the only number shown, exported and compared. Source: edx-platform `grades/course_grade`.
    """
    return round(share * 100 + 0.05) / 100
