"""What is an exercise in programming? A task of the code laboratory (docs/code.md) with words of the course above."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cordee.core.errors import CordeeError
from cordee.courses.kinds import Data
from cordee.formats.coursetext.prose import to_html
from cordee.sandbox.tasks import Task, TaskWrong, task_of

MAIN = "main.c"
Files = tuple[tuple[str, bytes], ...]  # by path from the task's folder, sorted


@dataclass(frozen=True)
class Exercise:
    """The files of a task as they are, and the author's HTML above them. The task is read when it is asked for."""

    name: str  # of the task's folder
    files: Files = ()
    intro: str = ""
    language: str = ""  # of the page that holds it; "" where nobody said

    @cached_property
    def _read(self) -> Task | TaskWrong:
        try:
            return task_of(self.name, dict(self.files))
        except TaskWrong as wrong:
            return wrong

    @property
    def task(self) -> Task | None:
        """None when the files are no task that can be used; see `problems`."""
        return self._read if isinstance(self._read, Task) else None

    @property
    def problems(self) -> Sequence[CordeeError]:
        return self._read.problems if isinstance(self._read, TaskWrong) else ()

    @property
    def programs(self) -> Mapping[str, str]:
        """The files that a learner writes, as they are at first, by name."""
        starter = self.task.starter if self.task else {}
        return {name: data.decode("utf-8", "replace") for name, data in starter.items()} or {MAIN: ""}

    @cached_property
    def statements(self) -> Mapping[str, str]:
        """What the learner reads, as HTML, by language; "" is for every language."""
        return {language: to_html(text) for language, text in (self.task.statements if self.task else {}).items()}


def to_json(exercise: Exercise) -> Data:
    files = {path: text_of(data) for path, data in exercise.files}
    more = {"intro": exercise.intro, "language": exercise.language}
    return {"task": exercise.name, "files": files, **{name: text for name, text in more.items() if text}}


def from_json(data: Data) -> Exercise:
    files = tuple(sorted((path, bytes_of(held)) for path, held in data["files"].items()))
    return Exercise(data["task"], files, data.get("intro", ""), data.get("language", ""))


def text_of(data: bytes) -> str | dict[str, str]:
    """UTF-8 that a database keeps, else {"base64": …}."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    return {"base64": base64.b64encode(data).decode()} if "\0" in text else text


def bytes_of(held: Any) -> bytes:
    return base64.b64decode(held["base64"]) if isinstance(held, dict) else str(held).encode()
