"""How do two commands that change the same database wait for each other?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from cordee.web.environment import Environment

P = ParamSpec("P")
R = TypeVar("R")


def one_at_a_time(
    act: Callable[Concatenate[Environment, P], R],
) -> Callable[Concatenate[Environment, P], R]:
    """Only one process with this home folder is inside `act`; the others wait. A killed one holds nobody up."""

    @wraps(act)
    def waiting(environment: Environment, /, *args: P.args, **kwargs: P.kwargs) -> R:
        environment.home.mkdir(parents=True, exist_ok=True)
        with (environment.home / "migrating.lock").open("a") as lock:
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(lock, fcntl.LOCK_EX)
            return act(environment, *args, **kwargs)

    return waiting
