"""What does the machine refuse, when a command fails by no fault of ours?

A folder that may not be written, a full disk, a file where a folder should be: the operator mends these, so they get a
sentence that names the folder. Whatever else is raised is a defect and keeps its trace.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from cordee.core.errors import N_, Conflict, CordeeError
from cordee.web.environment import Environment, SettingWrong
from cordee.web.reasons import reason_of

REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
OF_SQLITE = (  # what SQLite says, and as what error of the system we tell it
    ("unable to open database file", errno.EACCES),
    ("attempt to write a readonly database", errno.EACCES),
    ("database or disk is full", errno.ENOSPC),
)


def refusal_for(wrong: BaseException) -> CordeeError | None:
    """What to tell the operator; None when it is a defect."""
    try:
        environment = Environment.read()
    except SettingWrong:
        return None
    if environment.postgresql is not None and not isinstance(wrong, OSError):
        from cordee.web import postgresql

        return postgresql.refusal_for(wrong, environment.postgresql)
    found = _of_a_file(wrong, environment) if isinstance(wrong, OSError) else _of_the_database(wrong)
    if found is None and isinstance(wrong, OSError) and wrong.errno in REFUSED and wrong.filename:
        path = Path(os.fsdecode(wrong.filename))  # of somebody's own: a page of a course, for instance
        told = N_("“{path}” cannot be used: {why}. Let this account use it, then try again.")
        return Conflict(told, path=path, why=reason_of(wrong.errno))
    if found is None:
        return None
    code, folder = found
    if code == errno.EEXIST:
        code = errno.ENOTDIR  # "File exists" would read as if all were well
    folder = folder or _folders(environment)[-1]
    if code in FULL:
        return Conflict(N_("The disk of {folder} is full. Free some room, then try again."), folder=folder)
    setting = "CORDEE_HOME" if _touches(folder, environment.home) else "CORDEE_DATABASE"
    return Conflict(
        N_("The folder {folder} cannot be used: {why}. Let this account write there, or set {setting} elsewhere."),
        folder=folder,
        why=reason_of(code),
        setting=setting,
    )


def _of_a_file(wrong: OSError, environment: Environment) -> tuple[int, Path | None] | None:
    """Only what happened where we keep our things: a file of ours that is missing elsewhere is a defect."""
    if wrong.errno in FULL:
        return wrong.errno, environment.home
    if wrong.errno is None or not isinstance(wrong.filename, str | bytes):
        return None
    path = Path(os.fsdecode(wrong.filename))
    for folder in _folders(environment):
        if _touches(path, folder):
            return wrong.errno, folder
    return None


def _of_the_database(wrong: BaseException) -> tuple[int, Path | None] | None:
    """Django words SQLite's errors as its own, and keeps SQLite's as the cause."""
    cause = wrong if isinstance(wrong, sqlite3.Error) else wrong.__cause__
    if not isinstance(cause, sqlite3.OperationalError):
        return None
    return next(((code, None) for words, code in OF_SQLITE if words in str(cause)), None)


def _folders(environment: Environment) -> list[Path]:
    """Where our things are: the home folder and, when it is elsewhere, that of the SQLite file."""
    file = environment.database_file
    return [environment.home, *([file.parent] if file else [])]


def _touches(path: Path, folder: Path) -> bool:
    """Whether a path is this folder, lies in it, or is on the way to it."""
    return path.is_relative_to(folder) or folder.is_relative_to(path)
