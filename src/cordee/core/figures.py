"""How many, how long, since this site was started? Counts that several processes add to and one of them reads.

The board is a small piece of memory that every process of a site maps. Each process claims a row of its own, so that
adding is one store into one cell: no lock, no system call, nothing that a killed process could leave half done. The
kernel gives the row of a process that ended, however it ended, to the next one, which goes on where the row stands:
sums lose nothing. Without a board (tests, other commands) the cells are this process's own.
"""

from __future__ import annotations

import itertools
import mmap
import os
import sys
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROWS = 128  # the first is the one of whoever made the board
CELL_BYTES = 8
MICROSECONDS = 1_000_000
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # upper bounds of the classes of a duration

ROLES = ("web", "files", "worker", "laboratory")
STATUSES = ("2xx", "3xx", "4xx", "5xx")
# Rooms whose pages are counted apart; "files" is the content origin, "none" an address that nothing answers.
GROUPS = ("web", "activities", "gateways", "bilan", "pilot", "awards", "learning", "courses", "people", "ui")
GROUPS_AND_OTHERS = (*GROUPS, "files", "none")


class BoardUnusable(OSError):
    """The board cannot be mapped, or every row is taken."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted. `labels` name the dimensions; each has its closed list of values in `values`."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    values: tuple[tuple[str, ...], ...] = ()
    is_level: bool = False  # goes up and down, and starts at nothing in each process
    classes: Sequence[float] = field(default=())  # upper bounds in seconds: a distribution of durations

    @property
    def width(self) -> int:
        """Cells that one combination of labels takes: one, or the classes, the class above them, and the sum."""
        return len(self.classes) + 2 if self.classes else 1

    def combinations(self) -> Iterator[tuple[str, ...]]:
        return itertools.product(*self.values)


REQUESTS = Figure(
    "cordee_requests_total",
    "Requests answered, by the room that answered and the class of the status.",
    ("group", "status"),
    (GROUPS_AND_OTHERS, STATUSES),
)
DURATIONS = Figure(
    "cordee_request_duration_seconds",
    "Seconds to make an answer once the request has come in whole.",
    ("group",),
    (GROUPS_AND_OTHERS,),
    classes=BOUNDS_S,
)
IN_FLIGHT = Figure("cordee_requests_in_flight", "Requests being received or answered now.", is_level=True)
TURNED_AWAY = Figure("cordee_slow_senders_total", "Requests given up because they did not come in within the limit.")
SUBMISSIONS = Figure("cordee_submissions_accepted_total", "Answers handed in and kept; the same form again is not one.")
SIGN_INS_REFUSED = Figure("cordee_sign_ins_refused_total", "Sign-ins refused: wrong password, or too many tries.")
LINES_DROPPED = Figure("cordee_log_lines_dropped_total", "Lines of the log given up because nobody took them.")
STARTS = Figure("cordee_process_starts_total", "Workers started, by kind.", ("process",), (ROLES,))
RESTARTS = Figure(
    "cordee_server_restarts_total", "Servers that ended by themselves and were started again.", ("process",), (ROLES,)
)
EVENTS_SEALED = Figure("cordee_events_sealed_total", "Events of the journal that were brought into the pilot's store.")
WORKER_ROUNDS = Figure("cordee_worker_rounds_total", "Times that the worker looked for something to do: all 5 s.")
WORKER_FAILURES = Figure("cordee_worker_failures_total", "Works of the worker that failed and are tried again.")
JOBS_DONE = Figure("cordee_jobs_done_total", "Jobs of the queue that were done.")
STOPPING = Figure("cordee_stopping", "1 once the site was asked to stop.", is_level=True)
FIGURES = (
    REQUESTS,
    DURATIONS,
    IN_FLIGHT,
    TURNED_AWAY,
    SUBMISSIONS,
    SIGN_INS_REFUSED,
    LINES_DROPPED,
    STARTS,
    RESTARTS,
    EVENTS_SEALED,
    WORKER_ROUNDS,
    WORKER_FAILURES,
    JOBS_DONE,
    STOPPING,
)


def _places() -> dict[tuple[str, tuple[str, ...]], int]:
    places, at = {}, 0
    for figure in FIGURES:
        for values in figure.combinations():
            places[figure.name, values] = at
            at += figure.width
    places["", ()] = at
    return places


_PLACES = _places()
CELLS = _PLACES["", ()]
ROW_BYTES = CELLS * CELL_BYTES
BOARD_BYTES = ROWS * ROW_BYTES


class Board:
    """Cells of this process (`row`) and of all of them."""

    def __init__(self, memory: memoryview, row: int, kept: object = None) -> None:
        self._all = memory
        self.row = memory[row * CELLS : (row + 1) * CELLS]
        self._kept = kept  # the descriptor whose lock is the claim

    def add(self, figure: Figure, values: tuple[str, ...] = (), amount: int = 1) -> None:
        """Count `amount` more. KeyError for a label's value that is on no list."""
        place = _PLACES[figure.name, values]
        self.row[place] = (self.row[place] + amount) % 2**64

    def observe(self, figure: Figure, seconds: float, values: tuple[str, ...] = ()) -> None:
        """Count one duration."""
        place = _PLACES[figure.name, values]
        bounds = figure.classes
        for number, bound in enumerate(bounds):
            if seconds <= bound:
                self.row[place + number] += 1
                break
        else:
            self.row[place + len(bounds)] += 1
        self.row[place + len(bounds) + 1] += max(int(seconds * MICROSECONDS), 0)

    def cells(self, figure: Figure, values: tuple[str, ...] = ()) -> list[int]:
        """Sums over all processes: one number, or of a distribution each class, the class above, and microseconds."""
        place = _PLACES[figure.name, values]
        return [sum(self._all[place + offset :: CELLS]) % 2**64 for offset in range(figure.width)]

    def total(self, figure: Figure, values: tuple[str, ...] = ()) -> int:
        return self.cells(figure, values)[0]

    @property
    def is_stopping(self) -> bool:
        """Whether the site was asked to stop: written by whoever made the board, in the first row."""
        return bool(self._all[_PLACES[STOPPING.name, ()]])

    def say_stopping(self) -> None:
        self._all[_PLACES[STOPPING.name, ()]] = 1


def own_board() -> Board:
    """Cells that nobody shares."""
    return Board(memoryview(array("Q", bytes(ROW_BYTES))), 0)


def make_board() -> tuple[Board, str]:
    """A board for this process and those it starts, and the path under which they find it.

    On Linux it is memory without a file: nothing to clean, no disk that could be full under it.
    """
    if sys.platform == "linux":
        descriptor = os.memfd_create("cordee-figures")
        path = f"/proc/{os.getpid()}/fd/{descriptor}"
    else:
        descriptor, path = tempfile.mkstemp(prefix="cordee-figures-")
    os.write(descriptor, bytes(BOARD_BYTES))
    return Board(_mapped(descriptor), 0, kept=descriptor), path


def claim_row(path: str, role: str) -> Board:
    """A row of the board at `path`, held as long as this process lives. Raises `BoardUnusable`."""
    if sys.platform == "win32":
        return own_board()
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDWR)
        memory = _mapped(descriptor)
    except (OSError, ValueError) as wrong:
        raise BoardUnusable(f"{path}: {wrong}") from wrong
    for row in range(1, ROWS):
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, row)
        except OSError:
            continue
        board = Board(memory, row, kept=descriptor)
        for figure in FIGURES:
            if figure.is_level:
                board.row[_PLACES[figure.name, ()]] = 0
        board.add(STARTS, (role,))
        return board
    os.close(descriptor)
    raise BoardUnusable(f"{path}: every row is taken")


def forget_board(path: str) -> None:
    """Where the board is a file, remove it."""
    if not path.startswith("/proc/"):
        Path(path).unlink(missing_ok=True)


def _mapped(descriptor: int) -> memoryview:
    return memoryview(mmap.mmap(descriptor, BOARD_BYTES)).cast("Q")


_board = own_board()


def use(board: Board) -> None:
    """From here on, `add` and `observe` of this process count on that board."""
    global _board  # noqa: PLW0603 - one board a process, known when it starts
    _board = board


def board() -> Board:
    """The board that this process counts on."""
    return _board


def add(figure: Figure, values: tuple[str, ...] = (), amount: int = 1) -> None:
    _board.add(figure, values, amount)


def observe(figure: Figure, seconds: float, values: tuple[str, ...] = ()) -> None:
    _board.observe(figure, seconds, values)


def status_class(status: int) -> str:
    """e.g. "4xx"; what is below 200 counts as 2xx, what is above 599 as 5xx."""
    return STATUSES[min(max(status // 100 - 2, 0), 3)]
