"""How does a log look whose truth is known? Invented learners, their tracking log, and what must be counted in it."""

from cordee.pilot.simulated.edx_log import Dirt, Plan, write

__all__ = ["Dirt", "Plan", "write"]
