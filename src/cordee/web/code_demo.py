"""Tasks as pages, with no course of anybody's, no account and no site: a course text of them, shown as a preview."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cordee.core.errors import N_, NotFound
from cordee.sandbox.outcomes import text_in
from cordee.sandbox.tasks import Task, read_task

LANGUAGES: Final = ("fr", "en")
SHOWN: Final = ("give-change", "window-frame", "below-the-mean")  # of the demo's own, one of each module
COURSE: Final = """id: programs
organisation: Demo
number: CODE
title: {fr: Des programmes à écrire, en: Programs to write}
languages: [fr, en]
licence: CC-BY-4.0
calendar: {weeks: 1, timezone: Europe/Paris}
grading:
  pass-mark: 50
  categories:
    program: {title: {fr: Programmes, en: Programs}, weight: 100}
modules: [programs]
"""


def tasks_in(folder: Path) -> list[Path]:
    """The task that a folder is, or those that lie in it, by name. Raises NotFound where there is none."""
    if (folder / "task.yaml").is_file():
        return [folder]
    found = sorted(path.parent for path in folder.glob("*/task.yaml"))
    if not found:
        raise NotFound(N_("There is no task in {folder}: a task is a folder with a task.yaml."), folder=folder)
    return found


def write_course(tasks: Sequence[Path], at: Path) -> Path:
    """A course text with a page a task, in an empty folder. Raises TaskWrong."""
    read = [read_task(folder) for folder in tasks]
    module = at / "modules" / "programs"
    module.mkdir(parents=True)
    (at / "course.yaml").write_text(COURSE, encoding="utf-8")
    units = ", ".join(f"write-{task.name}" for task in read)
    (module / "module.yaml").write_text(
        "title: {fr: Des programmes à écrire, en: Programs to write}\n"
        "sections:\n  - id: writing\n    graded: program\n"
        f"    title: {{fr: À vous d’écrire, en: Now you write}}\n    units: [{units}]\n",
        encoding="utf-8",
    )
    for folder, task in zip(tasks, read, strict=True):
        shutil.copytree(folder, at / "tasks" / task.name)
        for language in LANGUAGES:
            page = module / f"write-{task.name}.{language}.md"
            page.write_text(_page(task, language), encoding="utf-8")
    return at


def _page(task: Task, language: str) -> str:
    title = " ".join(text_in(task.title, language).split())
    setting = f"task: {task.name}\n" if language == LANGUAGES[0] else ""  # a translation says it no second time
    return f"# {title}\n\n::: code {task.name}\n{setting}:::\n"
