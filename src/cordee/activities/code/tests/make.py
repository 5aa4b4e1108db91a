"""A small course of one exercise, for tests."""

from __future__ import annotations

from pathlib import Path

from cordee.courses.tests.course_texts import folder, page

RIGHT = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", 2 * n); return 0; }\n'
WRONG = RIGHT.replace("2 * n", "2 * n + 1")
TASK_YAML = """\
title: {fr: Le double, en: Twice}
tests:
  - {name: small, in: "21\\n", out: "42\\n", visible: true}
  - {name: hidden, in: "-77123\\n", out: "-154246\\n"}
solutions:
  - {files: solutions/right.c, score: 100}
"""
STARTER = "#include <stdio.h>\n\nint main(void) {\n    return 0;\n}\n"
TASK = {
    "tasks/double/task.yaml": TASK_YAML,
    "tasks/double/statement.fr.md": "Lisez un nombre, affichez son **double**.\n",
    "tasks/double/statement.en.md": "Read a number, print **twice** that.\n",
    "tasks/double/starter/main.c": STARTER,
    "tasks/double/solutions/right.c": RIGHT,
}
PAGE = "# Trame\n\n::: code double\ntask: double\nattempts: 3\n\nÀ vous.\n\n:::\n"


def course(at: Path, text: str = PAGE, **changed: str) -> Path:
    """A folder of course text whose only unit holds the exercise."""
    return folder(at, **{**page(text), **TASK, **changed})
