"""Small courses for tests: written as Open edX exports, read by the one door, imported like any other."""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from cordee.courses.importing import Imported, import_course
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.formats.archives import Limits

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)

CAPITAL = """<problem display_name="Capital" max_attempts="2" showanswer="finished">
<multiplechoiceresponse><label>Capital of France?</label><choicegroup type="MultipleChoice">
<choice correct="true">Paris<choicehint>Since Clovis.</choicehint></choice>
<choice correct="false">Lyon<choicehint>Larger river, fewer ministers.</choicehint></choice>
</choicegroup></multiplechoiceresponse>
<solution><p>SECRET-SOLUTION</p></solution></problem>"""
SUM = """<problem display_name="Sum"><p>Two and two?</p><numericalresponse answer="4"><formulaequationinput/>
</numericalresponse></problem>"""
PYTHON = """<problem display_name="Checked by Python"><script type="loncapa/python">a = 1</script>
<customresponse cfn="check"><textline/></customresponse></problem>"""
GRADING = {
    "GRADER": [{"type": "Quiz", "short_label": "Q", "min_count": 2, "drop_count": 0, "weight": 1.0}],
    "GRADE_CUTOFFS": {"Pass": 0.6},
}


def course_files(
    *,
    number: str = "TST101",
    title: str = "A small course",
    language: str = "en",
    text: str = "<p>Read this.</p>",
    quizzes: Mapping[str, str] | None = None,
    section: str = "",
    policy: Mapping[str, Any] | None = None,
    grading: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """One module: a section to read (units u1, u2; u2 holds the practice quiz `practice`), then one graded section a
    quiz.

    `quizzes`: url_name -> problem XML. `section`: more attributes of the graded sections, e.g.
    'due="2026-12-01T00:00Z"'.
    """
    quizzes = {"capital": CAPITAL, "sum": SUM} if quizzes is None else quizzes
    graded = "".join(
        f'<sequential url_name="s_{name}" display_name={quoteattr(name.title())} graded="true" format="Quiz" {section}>'
        f'<vertical url_name="v_{name}" display_name={quoteattr(name.title())}><problem url_name="{name}"/></vertical>'
        "</sequential>"
        for name in quizzes
    )
    root = f"""<course display_name={quoteattr(title)} language="{language}">
<chapter url_name="m1" display_name="First module">
<sequential url_name="s0" display_name="Reading">
<vertical url_name="u1" display_name="To read"><html url_name="t1"/></vertical>
<vertical url_name="u2" display_name="To practise"><problem url_name="practice"/></vertical>
</sequential>{graded}</chapter></course>"""
    files = {
        "course/course.xml": f'<course url_name="2026" org="Ingenia" course="{number}"/>'.encode(),
        "course/course/2026.xml": root.encode(),
        "course/html/t1.xml": b'<html filename="t1" display_name="A text"/>',
        "course/html/t1.html": text.encode(),
        "course/problem/practice.xml": SUM.encode(),
        "course/policies/2026/policy.json": json.dumps(
            {"course/2026": {"start": "2026-09-01T00:00:00Z", "language": language, **(policy or {})}}
        ).encode(),
        "course/policies/2026/grading_policy.json": json.dumps(grading or GRADING).encode(),
    }
    files |= {f"course/problem/{name}.xml": problem.encode() for name, problem in quizzes.items()}
    return files


def archive(files: Mapping[str, bytes], path: Path) -> Path:
    """The files as a .tar.gz."""
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def imported(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    options: RunOptions = RunOptions(),  # noqa: B008 - frozen
    translations: tuple[Mapping[str, bytes], ...] = (),
    now: dt.datetime = NOW,
) -> Imported:
    options = options if options.listed is not None else replace(options, listed=True)
    paths = [archive(one, folder / f"{n}.tar.gz") for n, one in enumerate([files, *translations])]
    return import_course(paths[0], translations=paths[1:], limits=Limits(), options=options, now=now)


def small_run(folder: Path, *, options: RunOptions = RunOptions(), **choices: Any) -> Run:  # noqa: B008 - frozen
    """A run of a small course, open since September."""
    return imported(course_files(**choices), folder, options=options).run
