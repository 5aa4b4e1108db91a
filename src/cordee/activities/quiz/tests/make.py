"""Problems, views and the verdicts of Open edX that the tests share."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, settings

from cordee.activities.quiz import olx
from cordee.activities.quiz.definition import Problem
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.kind import kind
from cordee.courses.kinds import InputResult, PageView, Result
from cordee.courses.rendering import Target, render

# A busy machine is no failure.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)
DATA = Path(__file__).parents[5] / "tests" / "data"


def problem(inside: str) -> Problem:
    """The problem whose XML is <problem>inside</problem>."""
    return olx.read(f"<problem>{inside}</problem>")


def numerical(answer: str, inside: str = "", **attributes: str) -> Problem:
    listed = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return problem(f'<numericalresponse answer="{answer}"{listed}>{inside}<textline/></numericalresponse>')


def string(answer: str, inside: str = "", type_: str = "") -> Problem:
    return problem(f'<stringresponse answer="{answer}" type="{type_}">{inside}<textline/></stringresponse>')


def single(choices: str, group: str = "", **attributes: str) -> Problem:
    listed = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return problem(
        f"<multiplechoiceresponse{listed}><choicegroup {group}>{choices}</choicegroup></multiplechoiceresponse>"
    )


def many(choices: str, **attributes: str) -> Problem:
    listed = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return problem(f"<choiceresponse{listed}><checkboxgroup>{choices}</checkboxgroup></choiceresponse>")


def only_input(definition: Problem, value: object) -> InputResult:
    """The verdict on the only input of a problem."""
    return grade(definition, {"p_2_1": value}, None).inputs["p_2_1"]


def author_html(html: str) -> SafeString:
    """The author's HTML as courses shows it, every link leading nowhere."""
    return render(html, resolve=lambda _link: Target("nowhere"))


def view(**changes: Any) -> PageView:
    given: dict[str, Any] = {
        "activity_id": "q1",
        "title": "Quiz",
        "language": "fr",
        "seed": 7,
        "render": author_html,
    }
    return PageView(**{**given, **changes})


def shown(definition: Problem, **changes: Any) -> str:
    """The page source of a problem."""
    return render_to_string(kind.template, dict(kind.page(definition, view(**changes))))


def answered(definition: Problem, answer: Mapping[str, Any], **changes: Any) -> str:
    """The page source of a problem after an answer."""
    result: Result = grade(definition, answer, None)
    return shown(definition, answer=answer, result=result, **changes)


@dataclass(frozen=True)
class Graded:
    """One problem with answers that Open edX graded."""

    name: str
    xml: str
    cases: tuple[dict[str, Any], ...]
    loads: bool = True


@cache
def handmade() -> tuple[Graded, ...]:
    return tuple(_read("olx_grading_handmade.jsonl", lambda name: (DATA / "olx" / name).read_text(encoding="utf-8")))


@cache
def from_finland() -> tuple[Graded, ...]:
    # From the first member to the last: going back in an archive is unpacking it anew.
    with tarfile.open(DATA / "courses" / "math-percent-fi.tar.gz") as archive:
        members = ((member.name, archive.extractfile(member)) for member in archive if member.name.endswith(".xml"))
        files = {f"math-percent-fi/{name}": file.read().decode() for name, file in members if file is not None}
    return tuple(_read("olx_grading_math-percent-fi.jsonl", files.__getitem__))


def _read(file: str, xml: Any) -> Iterator[Graded]:
    for line in (DATA / "olx" / file).read_text(encoding="utf-8").splitlines():
        data = json.loads(line)
        yield Graded(data["problem"], xml(data["problem"]), tuple(data["cases"]), "load_error" not in data)


def formula(answer: str, samples: str = "x,y@1,1:3,3#5", inside: str = "", **attributes: str) -> Problem:
    listed = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return problem(
        f'<formularesponse answer="{answer}" samples="{samples}"{listed}>{inside}<textline/></formularesponse>'
    )


def click(places: str) -> Problem:
    return problem(
        f'<imageresponse><imageinput src="/static/a.png" width="400" height="300" {places}/></imageresponse>'
    )


def blanks(choices: str, group: str = "radiotextgroup") -> Problem:
    return problem(f"<choicetextresponse><{group}>{choices}</{group}></choicetextresponse>")
