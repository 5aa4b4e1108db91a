"""Which files would a host give the team of a session? Log, structure, grade report and profiles of invented people.

Rates and profiles follow those of the report "4 ans de MOOC" (Institut Mines-Télécom, 2017): a quarter of the enrolled
do anything, three in five of those who reach the second module pass, one in four is a woman. Nobody in it exists.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SEX: Final = {"f": 25, "m": 75}
AGES: Final = {(18, 24): 17, (25, 34): 34, (35, 44): 24, (45, 54): 16, (55, 75): 8}
EDUCATION: Final = {"m": 47, "b": 17, "hs": 13, "jhs": 10, "p": 6, "other": 3, "a": 2.6, "el": 1.6, "none": 0.6}
COUNTRIES: Final = {
    "FR": 58,
    "MA": 8,
    "SN": 6,
    "TN": 5,
    "CI": 5,
    "DZ": 4,
    "BE": 3,
    "CM": 3,
    "CA": 2,
    "MG": 2,
    "BJ": 2,
    "CH": 2,
}
UNDECLARED: Final = 0.3
FIRST: Final = (
    *("Awa", "Bastien", "Inès", "Malo", "Sarah", "Noé", "Léa", "Karim", "Jeanne"),
    *("Mamadou", "Chloé", "Yanis", "Fatou", "Hugo", "Lina", "Paul", "Nadia", "Théo"),
)
LAST: Final = (
    *("Roux", "Haddad", "Diallo", "Cohen", "Martin", "Ndiaye", "Petit", "Benali"),
    *("Leroy", "Traoré", "Moreau", "Garnier", "Faure", "Sow", "Lambert", "Blanc"),
)
QUIZ: Final = "Quiz"
PASS: Final = 60
LEFT_OUT, SEEN_WHOLE, GIVING_UP = 0.06, 0.7, 0.2  # shares of exercises, of films, of failed tries
EASY: Final = 2  # the unit that everybody solves
UNCLEAR: Final = (7, 2)  # unit and question that knowing does not help with


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session: who is in it and how it goes. `starting`: the share who do anything; `staying`: at each unit."""

    key: str  # e.g. "course-v1:Ingenia+CABLE+2026_T2"
    title: str
    modules: Sequence[tuple[str, Sequence[str]]]  # title, titles of its units; a unit called "Quiz …" is graded
    opens: dt.datetime
    closes: dt.datetime
    extracted: dt.datetime
    learners: int
    seed: int
    starting: float = 0.2
    staying: float = 0.87
    hard: str = ""  # the unit where many stop
    cohorts: Sequence[tuple[str, int]] = ()  # groups of schools, who stay


@dataclass(frozen=True, slots=True)
class _Unit:
    number: int
    module: int
    title: str

    @property
    def is_quiz(self) -> bool:
        return self.title.startswith(QUIZ)


def write(folder: Path, session: Session) -> None:
    """Leave tracking log (gz), structure (JSON), grade report and profiles (CSV) in the folder, named as FUN does."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(session.seed)  # noqa: S311 - invented learners
    organisation, number, run = session.key.partition(":")[2].split("+")
    stem, stamp = f"{organisation}_{number}_{run}", f"{session.extracted:%Y-%m-%d-%H%M}"
    units = [
        _Unit(place, module, title)
        for place, (module, title) in enumerate(
            (module, title) for module, (_name, titles) in enumerate(session.modules, 1) for title in titles
        )
    ]
    people = [_person(session, chance, place) for place in range(session.learners)]
    records: list[dict[str, Any]] = []
    for person in people:
        person["grades"] = _follow(session, units, person, chance, records)
    records.sort(key=lambda record: str(record["time"]))
    (folder / f"{stem}_course_structure_{stamp}.json").write_text(
        json.dumps(_structure(session, units), ensure_ascii=False, indent=0), encoding="utf-8"
    )
    with gzip.GzipFile(folder / f"{stem}_tracking_{stamp}.log.gz", "wb", mtime=0) as log:
        for record in records:
            log.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    _write_csv(folder / f"{stem}_grade_report_{stamp}.csv", _grade_report(units, people))
    _write_csv(folder / f"{stem}_student_profile_info_{stamp}.csv", _profiles(people, chance))


def _person(session: Session, chance: random.Random, place: int) -> dict[str, Any]:
    cohort, left = "", place
    for name, size in session.cohorts:
        if left < size:
            cohort = name
            break
        left -= size
    number = session.seed * 100_000 + place
    return {
        "id": number,
        "username": f"learner{number}",
        "name": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "cohort": cohort,
        "ability": chance.gauss(0.9 if cohort else 0.3, 0.8),
        "enrolled": session.opens - dt.timedelta(days=chance.random() * 30 - 3),
    }


def _follow(
    session: Session,
    units: Sequence[_Unit],
    person: dict[str, Any],
    chance: random.Random,
    records: list[dict[str, Any]],
) -> dict[int, float]:
    """What one learner does; gives the score of each quiz by its unit."""
    starting = 0.95 if person["cohort"] else session.starting
    grades: dict[int, float] = {}
    if chance.random() > starting:
        return grades
    moment = session.opens + dt.timedelta(days=chance.expovariate(1 / 4))
    pace = chance.uniform(1.2, 3.2)
    for unit in units:
        moment += dt.timedelta(days=chance.expovariate(1 / pace))
        if moment > session.extracted:
            break
        if not unit.is_quiz:
            records += _watch(session, unit, person, moment, chance)
        scores = []
        for question in range(4 if unit.is_quiz else 1):
            if not unit.is_quiz and chance.random() < LEFT_OUT:
                continue
            moment += dt.timedelta(minutes=chance.uniform(1, 12))
            solved, tries = _try(session, unit, question, person, moment, chance)
            records += tries
            scores.append(1.0 if solved else 0.0)
        if unit.is_quiz:
            grades[unit.number] = sum(scores) / 4
        stay = session.staying + (0.085 if unit.module > 1 else 0) + (0.04 if person["cohort"] else 0)
        if unit.title == session.hard:
            stay -= 0.15
        if chance.random() > min(stay, 0.995):
            break
    return grades


def _try(
    session: Session, unit: _Unit, question: int, person: dict[str, Any], moment: dt.datetime, chance: random.Random
) -> tuple[bool, list[dict[str, Any]]]:
    """Up to six tries (two in a quiz) at one exercise, by the Rasch model."""
    difficulty = (unit.number * 7 + question * 5) % 11 / 5 - 1.6
    difficulty += 3.0 if unit.title == session.hard else -2.2 if unit.number == EASY else 0
    usage, found = _usage(session, "problem", f"ex{unit.number}q{question}"), []
    for attempt in range(1, 3 if unit.is_quiz else 7):
        able = 0.38 if (unit.number, question) == UNCLEAR else 1 / (1 + math.exp(difficulty - person["ability"] - 0.5))
        solved = chance.random() < able
        answer = 0 if solved else 1 + int(chance.triangular(0, 3, 0.4))
        found.append(
            _record(session, person, moment + dt.timedelta(minutes=2 * attempt), "problem_check", "server")
            | {
                "event": {
                    "problem_id": usage,
                    "grade": int(solved),
                    "max_grade": 1,
                    "attempts": attempt,
                    "success": "correct" if solved else "incorrect",
                    "submission": {
                        f"ex{unit.number}q{question}_2_1": {
                            "question": f"{unit.title}, question {question + 1}",
                            "answer": f"Réponse {'ABCD'[(answer + unit.number) % 4]}",
                            "input_type": "choicegroup",
                            "correct": solved,
                        }
                    },
                }
            }
        )
        if solved or chance.random() < GIVING_UP:
            return solved, found
    return False, found


def _watch(
    session: Session, unit: _Unit, person: dict[str, Any], moment: dt.datetime, chance: random.Random
) -> Iterator[dict[str, Any]]:
    length = 240 + 37 * unit.number
    seen = length if chance.random() < SEEN_WHOLE else chance.uniform(20, length)
    for name, after, second in (("play_video", 0.0, 0.0), ("pause_video", seen, seen)):
        event = {"id": f"film{unit.number}", "code": "html5", "currentTime": round(second, 1), "duration": length}
        record = _record(session, person, moment - dt.timedelta(seconds=length + 60 - after), name, "browser")
        yield record | {"event": json.dumps(event, separators=(",", ":"))}


def _record(session: Session, person: dict[str, Any], moment: dt.datetime, name: str, side: str) -> dict[str, Any]:
    return {
        "username": person["username"],
        "event_source": side,
        "event_type": name,
        "name": name,
        "time": moment.isoformat(timespec="microseconds"),
        "context": {"user_id": person["id"], "course_id": session.key},
    }


def _usage(session: Session, kind: str, name: str) -> str:
    return f"block-v1:{session.key.partition(':')[2]}+type@{kind}+block@{name}"


def _structure(session: Session, units: Sequence[_Unit]) -> dict[str, Any]:
    """As edX's research package gives it."""
    found: dict[str, Any] = {}

    def add(kind: str, name: str, title: str, children: Sequence[str], **more: Any) -> str:
        key = _usage(session, kind, name)
        found[key] = {"category": kind, "children": list(children), "metadata": {"display_name": title, **more}}
        return key

    chapters = []
    for module, (title, _titles) in enumerate(session.modules, 1):
        sections = []
        for unit in (unit for unit in units if unit.module == module):
            asked = 4 if unit.is_quiz else 1
            inside = [
                add(
                    "problem",
                    f"ex{unit.number}q{q}",
                    unit.title if asked == 1 else f"{unit.title}, question {q + 1}",
                    (),
                )
                for q in range(asked)
            ]
            if not unit.is_quiz:
                inside.insert(0, add("video", f"film{unit.number}", unit.title, ()))
            vertical = add("vertical", f"unit{unit.number}", unit.title, inside)
            graded = {"graded": True, "format": QUIZ} if unit.is_quiz else {}
            sections.append(add("sequential", f"part{unit.number}", unit.title, [vertical], **graded))
        chapters.append(add("chapter", f"module{module}", title, sections))
    more = {"start": session.opens.isoformat(), "end": session.closes.isoformat()}
    add("course", "course", session.title, chapters, **more)
    return found


def _grade_report(units: Sequence[_Unit], people: Sequence[dict[str, Any]]) -> Iterator[list[Any]]:
    quizzes = [unit for unit in units if unit.is_quiz]
    yield [
        "Student ID",
        "Email",
        "Username",
        "Grade",
        *(f"Quiz {place}: {unit.title}" for place, unit in enumerate(quizzes, 1)),
        "Quiz (Avg)",
        "Cohort Name",
        "Enrollment Track",
        "Verification Status",
        "Certificate Eligible",
        "Certificate Delivered",
        "Certificate Type",
        "Enrollment Status",
    ]
    for person in people:
        grades = person["grades"]
        mean = round(sum(grades.values()) / len(quizzes), 2)
        passed = "Y" if mean * 100 >= PASS else "N"
        yield [
            person["id"],
            f"{person['username']}@example.org",
            person["username"],
            mean,
            *(grades.get(unit.number, "Not Attempted") for unit in quizzes),
            mean,
            person["cohort"],
            "honor",
            "N/A",
            passed,
            passed,
            "honor" if passed == "Y" else "N/A",
            "enrolled",
        ]


def _profiles(people: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[list[Any]]:
    yield [
        *("id", "username", "name", "email", "language", "location", "year_of_birth", "gender", "level_of_education"),
        *("mailing_address", "goals", "enrollment_mode", "enrollment_date", "cohort", "country"),
    ]
    for person in people:
        told = chance.random() >= UNDECLARED
        low, high = chance.choices([*AGES], [*AGES.values()])[0]
        year = person["enrolled"].year - chance.randint(low, high)
        sex, education, country = (_one_of(table, chance) for table in (SEX, EDUCATION, COUNTRIES))
        yield [
            *(person["id"], person["username"], person["name"], f"{person['username']}@example.org", "", ""),
            *((year, sex, education) if told else ("", "", "")),
            *("", "", "honor", person["enrolled"].isoformat(sep=" ", timespec="seconds"), person["cohort"]),
            country if told else "",
        ]


def _one_of(table: dict[str, float] | dict[str, int], chance: random.Random) -> str:
    return str(chance.choices([*table], [*table.values()])[0])


def _write_csv(path: Path, rows: Iterator[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
