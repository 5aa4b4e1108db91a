"""Are our templates HTML that Django can read and that our content policy lets work?

djangofmt (rules in pyproject.toml) reads them as HTML, Django compiles each one, and the rules of the house are:
no `style="…"`, no `<style>`, no script between tags, no `on…="…"`: the content policy would silently drop them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

ROOT = Path(__file__).resolve().parent.parent
HOUSE_RULES = [
    (re.compile(r"<[^<>]*\sstyle\s*=", re.IGNORECASE), "style=… is dropped by the content policy: use a class"),
    (re.compile(r"<style\b", re.IGNORECASE), "<style> is dropped by the content policy: use a style sheet"),
    (re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE), "a script between tags is dropped: write an island"),
    (
        re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.IGNORECASE),
        "on…=… is dropped by the content policy: write an island",
    ),
]
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}", re.DOTALL)


def faults_of(text: str) -> list[tuple[int, str]]:
    """Line and sentence of each house rule that a template breaks."""
    bare = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return sorted(
        (bare.count("\n", 0, found.start()) + 1, sentence)
        for rule, sentence in HOUSE_RULES
        for found in rule.finditer(bare)
    )


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordee.web.settings")
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("CORDEE_HOME", home)
        django.setup()
    templates = sorted((ROOT / "src").glob("**/templates/**/*.html"))
    faults = []
    for path in templates:
        text = path.read_text(encoding="utf-8")
        shown = path.relative_to(ROOT)
        faults += [f"{shown}:{line}: {sentence}" for line, sentence in faults_of(text)]
        try:
            engines["django"].from_string(text)
        except TemplateSyntaxError as error:
            faults.append(f"{shown}: {error}")
    print("\n".join(faults), end="\n" if faults else "")
    command = [str(Path(sys.executable).parent / "djangofmt"), "check", "--output-format", "concise"]
    done = subprocess.run([*command, *map(str, templates)], cwd=ROOT, check=False) if templates else None  # noqa: S603
    return bool(faults or (done and done.returncode))


if __name__ == "__main__":
    sys.exit(main())
