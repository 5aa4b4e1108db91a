"""A tracking log of Open edX of any size and any dirtiness, with its structure and its truth.

Learners have an ability and a staying power, exercises a difficulty: who meets an exercise solves a try with the
logistic probability of the difference (the Rasch model), has up to three tries, and may stop before each module.
The truth is counted while the log is written, from what the learners do, never from the log.

write(folder, Plan(seed=7, learners=200), Dirt(share=0.02)) leaves in the folder

    tracking.log           (.gz on demand)   one record a line, as Open edX writes them
    structure.csv          problem_id,module,graded
    truth.json             the counts; of exercises and films by the last part of their usage key
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

BIN_S: Final = 10
TRIES: Final = 3
A_WEEK: Final = dt.timedelta(days=7)
GENERATIONS: Final = ("block", "i4x", "dashes", "address")
BROWSERS: Final = (
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:53.0) Gecko/20100101 Firefox/53.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_12_4) AppleWebKit/603.1.30 (KHTML, like Gecko) Version/10.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 10_3 like Mac OS X) AppleWebKit/602.1.50 (KHTML, like Gecko) Mobile/14E5239e",
)

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which course, and who follows it. Every choice comes from `seed`."""

    seed: int = 1
    learners: int = 100
    modules: int = 6
    exercises: int = 6  # of each module; the last two are graded
    films: int = 4  # of each module
    course: str = "course-v1:IMT+SIM+2017_T1"
    opens_at: dt.datetime = dt.datetime(2017, 3, 6, 6, 0, tzinfo=dt.UTC)
    stays: float = 0.85  # the mean probability of going on to the next module
    pass_mark: float = 50.0
    first_user: int = 1  # so that two runs may share learners, or not


@dataclass(frozen=True, slots=True)
class Dirt:
    """What is wrong with the log. `share`: of the lines, for each fault; none of them changes the truth."""

    share: float = 0.0
    generations: tuple[str, ...] = ("block",)  # of the ids, one chosen for each record
    mixed: bool = False  # browser events also as objects, server events also as strings
    out_of_order_s: float = 0.0  # by how much the lines of a log may be out of order

    @classmethod
    def all_of(cls, share: float = 0.03) -> Dirt:
        """Everything at once."""
        return cls(share=share, generations=GENERATIONS, mixed=True, out_of_order_s=600)


@dataclass
class _Truth:
    plan: Plan
    records: int = 0
    facts: int = 0
    attempts: Counter[str] = field(default_factory=Counter)
    tried: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    solved: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    first: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    plays: Counter[str] = field(default_factory=Counter)
    bins: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    weeks: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    last: dict[int, str] = field(default_factory=dict)
    learners: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    posts: int = 0
    hints: int = 0
    shown: int = 0
    views: int = 0
    unreadable: int = 0
    no_user: int = 0
    of_nobody: int = 0
    twice: int = 0
    twice_facts: int = 0

    def acted(self, user: int, at: dt.datetime, activity: str) -> None:
        year, week, _day = at.isocalendar()
        self.weeks[f"{year}-W{week:02}"].add(user)
        self.last[user] = activity

    def watched(self, film: str, start: float, end: float) -> None:
        for rank in range(int(start // BIN_S), math.ceil(end / BIN_S)):
            self.bins[film][rank] += 1

    def as_json(self, course: _Course, size: int) -> dict[str, Any]:
        graded = [one for one in course.exercises if one.graded]
        first_of = {module: next(one for one in graded if one.module == module) for module in (1, 2)}
        started, assiduous = (self.tried[first_of[module].name] for module in (1, 2))
        passed = {
            user
            for user in self.learners
            if 100 * sum(user in self.solved[one.name] for one in graded) / len(graded) >= self.plan.pass_mark
        }

        def sizes(of: dict[str, set[int]]) -> dict[str, int]:
            return {name: len(users) for name, users in of.items() if users}

        return {
            "events": self.records,
            "bytes": size,
            "attempts": dict(self.attempts),
            "tried": sizes(self.tried),
            "ok": sizes(self.solved),
            "first_ok": sizes(self.first),
            "started": len(started),
            "assiduous": len(assiduous),
            "both": len(started & assiduous),
            "learners": len(self.learners),
            "plays": dict(self.plays),
            "course": self.plan.course,
            "pass_mark": self.plan.pass_mark,
            "passed": len(passed),
            "passed_of_assiduous": len(passed & assiduous),
            "weeks": {week: len(users) for week, users in sorted(self.weeks.items())},
            "last_activity": dict(Counter(self.last.values())),
            "video_bins": {
                film: {str(rank): count for rank, count in sorted(bins.items())} for film, bins in self.bins.items()
            },
            "facts": self.facts,
            "left": len(self.left),
            "posts": self.posts,
            "hints": self.hints,
            "answers_shown": self.shown,
            "views": self.views,
            "unreadable": self.unreadable,
            "no_user": self.no_user,
            "known": self.twice_facts,
            "lines": self.records + self.unreadable + self.of_nobody + self.twice,
        }


@dataclass(frozen=True, slots=True)
class _Exercise:
    name: str
    module: int
    graded: bool
    difficulty: float


@dataclass(frozen=True, slots=True)
class _Film:
    name: str
    module: int
    length_s: float


@dataclass(frozen=True, slots=True)
class _Course:
    exercises: tuple[_Exercise, ...]
    films: tuple[_Film, ...]
    sections: tuple[tuple[str, str], ...]  # chapter and section of each module


def write(folder: Path, plan: Plan, dirt: Dirt | None = None, *, gz: bool = False) -> dict[str, Any]:
    """Write the three files, and give the truth back."""
    dirt = dirt or Dirt()
    chance = random.Random(plan.seed)  # noqa: S311 - invented learners
    course = _course_of(plan, chance)
    truth = _Truth(plan)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / ("tracking.log.gz" if gz else "tracking.log")
    size = 0
    with gzip.open(log, "wb", compresslevel=6) if gz else log.open("wb") as out:
        for line in _soiled(_in_order(_told(plan, course, dirt, chance, truth), dirt, chance), dirt, chance, truth):
            size += len(line)
            out.write(line)
    _write_structure(folder / "structure.csv", plan, course)
    told = truth.as_json(course, size)
    (folder / "truth.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    return told


def _course_of(plan: Plan, chance: random.Random) -> _Course:
    def name() -> str:
        return f"{chance.getrandbits(128):032x}"

    modules = range(1, plan.modules + 1)
    return _Course(
        exercises=tuple(
            _Exercise(name(), module, rank >= plan.exercises - 2, chance.gauss(-0.3, 1.0))
            for module in modules
            for rank in range(plan.exercises)
        ),
        films=tuple(
            _Film(name(), module, float(chance.randint(90, 900))) for module in modules for _ in range(plan.films)
        ),
        sections=tuple((name(), name()) for _ in modules),
    )


def _write_structure(path: Path, plan: Plan, course: _Course) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["problem_id", "module", "graded"])
        for one in course.exercises:
            rows.writerow([_usage(plan.course, "problem", one.name, "block"), one.module, int(one.graded)])


def _usage(course: str, category: str, name: str, generation: str) -> str:
    organisation, number, run = course.partition(":")[2].split("+")
    if generation == "block":
        return f"block-v1:{organisation}+{number}+{run}+type@{category}+block@{name}"
    parts = [organisation, number, category, name]
    return {
        "i4x": "i4x://" + "/".join(parts),
        "dashes": "i4x-" + "-".join(parts),
        "address": "i4x:;_;_" + ";_".join(parts),
    }[generation]


def _happens(chance: random.Random, share: float) -> bool:
    return chance.random() < share


class _Learner:
    """One person's records, in the order in which they are made."""

    def __init__(self, plan: Plan, course: _Course, dirt: Dirt, chance: random.Random, user: int) -> None:
        self.plan, self.course, self.dirt, self.chance, self.user = plan, course, dirt, chance, user
        self.ability = chance.gauss(0, 1)
        self.at = plan.opens_at + dt.timedelta(seconds=chance.uniform(0, 5 * 86400))
        self.session = f"{chance.getrandbits(128):032x}"
        self.agent = chance.choice(BROWSERS)

    def wait(self, least_s: float, most_s: float) -> None:
        # A microsecond at least, so that no two facts of a person are one.
        self.at += dt.timedelta(seconds=self.chance.uniform(least_s, most_s), microseconds=1)

    def record(
        self, kind: str, event: object, *, server: bool, path: str = "/event", module: str = "", user_id: object = None
    ) -> Record:
        generation = self.chance.choice(self.dirt.generations)
        key = self.plan.course
        if generation != "block":
            key = "/".join(key.partition(":")[2].split("+"))
        time = self.at.isoformat() if _happens(self.chance, 0.5) else self.at.isoformat(timespec="microseconds")
        if self.dirt.mixed:
            time = self.chance.choice([time, time.replace("+00:00", "Z"), time.removesuffix("+00:00")])
        context: Record = {
            "user_id": self.user if user_id is None else user_id,
            "org_id": key.partition(":")[2].split("+")[0] if ":" in key else key.split("/")[0],
            "course_id": key,
            "path": path,
            "course_user_tags": {},
        }
        if module:
            context["module"] = {"display_name": "Exercice", "usage_key": module}
        text = event if isinstance(event, str) or server else json.dumps(event)
        if self.dirt.mixed and not isinstance(event, str) and _happens(self.chance, 0.5):
            text = json.dumps(event) if server else event
        return {
            "username": f"learner_{self.user:07}",
            "event_source": "server" if server else "browser",
            "name": kind,
            "accept_language": "fr-FR,fr;q=0.8,en-US;q=0.5,en;q=0.3",
            "time": time,
            "agent": self.agent,
            "page": "x_module" if server else f"https://www.fun-mooc.fr/courses/{key}/courseware/",
            "host": "www.fun-mooc.fr",
            "session": self.session,
            "referer": f"https://www.fun-mooc.fr/courses/{key}/courseware/",
            "context": context,
            "ip": f"10.0.{self.user // 256 % 256}.{self.user % 256}",
            "event": text,
            "event_type": kind,
        }

    def usage(self, category: str, name: str) -> str:
        return _usage(self.plan.course, category, name, self.chance.choice(self.dirt.generations))


def _told(
    plan: Plan, course: _Course, dirt: Dirt, chance: random.Random, truth: _Truth
) -> Iterator[tuple[dt.datetime, bool, Record]]:
    """Each record with its moment, and whether it is a fact."""
    for user in range(plan.first_user, plan.first_user + plan.learners):
        learner = _Learner(plan, course, dirt, chance, user)
        for fact, record in _life(learner, truth):
            truth.records += 1
            truth.facts += fact
            yield learner.at, fact, record


def _life(who: _Learner, truth: _Truth) -> Iterator[tuple[bool, Record]]:
    plan, chance = who.plan, who.chance
    enrolment = {"course_id": plan.course, "user_id": who.user, "mode": "honor"}
    yield True, who.record("edx.course.enrollment.activated", enrolment, server=True, path="/change_enrollment")
    if _happens(chance, 0.05):
        who.wait(60, 86400)
        truth.left.add(who.user)
        yield True, who.record("edx.course.enrollment.deactivated", enrolment, server=True, path="/change_enrollment")
        return
    truth.learners.add(who.user)
    if _happens(chance, 0.15):  # never opened
        return
    stays = min(0.98, max(0.3, chance.gauss(plan.stays, 0.1)))
    for module in range(1, plan.modules + 1):
        if module > 1 and chance.random() > stays:
            return
        opens = plan.opens_at + (module - 1) * A_WEEK
        who.at = max(who.at, opens)
        who.wait(3600, 4 * 86400)
        who.session = f"{chance.getrandbits(128):032x}"
        chapter, section = who.course.sections[module - 1]
        path = f"/courses/{plan.course}/courseware/{chapter}/{section}/"
        truth.views += 1
        truth.acted(who.user, who.at, section)
        yield True, who.record(path, {"POST": {}, "GET": {}}, server=True, path=path)
        for film in who.course.films:
            if film.module == module and _happens(chance, 0.8):
                yield from _watching(who, film, truth)
        for exercise in who.course.exercises:
            if exercise.module == module and _happens(chance, 0.9):
                yield from _answering(who, exercise, truth)
        if _happens(chance, 0.1):
            yield from _writing(who, truth)


def _watching(who: _Learner, film: _Film, truth: _Truth) -> Iterator[tuple[bool, Record]]:
    chance = who.chance
    who.wait(5, 120)
    told = {"id": who.usage("video", film.name), "code": "html5"}
    yield False, who.record("load_video", told, server=False)
    position = 0.0
    for _stretch in range(chance.choice([1, 1, 1, 2, 3])):
        who.wait(1, 10)
        truth.plays[film.name] += 1
        truth.acted(who.user, who.at, film.name)
        yield True, who.record("play_video", told | {"currentTime": position}, server=False)
        end = round(min(film.length_s, position + chance.uniform(5, film.length_s)), 3)
        who.wait(end - position, end - position + 0.5)
        truth.watched(film.name, position, end)
        if end >= film.length_s:
            yield True, who.record("stop_video", told | {"currentTime": end}, server=False)
            return
        if _happens(chance, 0.3):
            there = round(chance.uniform(0, film.length_s * 0.9), 3)
            seek = told | {"old_time": end, "new_time": there, "type": "onSlideSeek"}
            yield True, who.record("seek_video", seek, server=False)
            position = there
        else:
            yield True, who.record("pause_video", told | {"currentTime": end}, server=False)
            position = end
        if _happens(chance, 0.1):
            who.wait(0, 1)
            yield False, who.record("speed_change_video", told | {"old_speed": "1.0", "new_speed": "1.5"}, server=False)


def _answering(who: _Learner, exercise: _Exercise, truth: _Truth) -> Iterator[tuple[bool, Record]]:
    chance = who.chance
    for attempt in range(1, TRIES + 1):
        who.wait(20, 400)
        if _happens(chance, 0.05):
            truth.hints += 1
            truth.acted(who.user, who.at, exercise.name)
            hint = {"module_id": who.usage("problem", exercise.name), "hint_index": 0, "hint_len": 1, "hint_text": "…"}
            yield True, who.record("edx.problem.hint.demandhint_displayed", hint, server=True)
            who.wait(5, 30)
        usage = who.usage("problem", exercise.name)
        right = chance.random() < 1 / (1 + math.exp(exercise.difficulty - who.ability - 0.4 * (attempt - 1)))
        choice = "choice_0" if right else f"choice_{chance.randint(1, 3)}"
        html_id = _input_id(usage, exercise.name)
        yield False, who.record("problem_check", f"input_{html_id}={choice}", server=False)
        truth.attempts[exercise.name] += 1
        truth.tried[exercise.name].add(who.user)
        if right:
            truth.solved[exercise.name].add(who.user)
        if right and attempt == 1:
            truth.first[exercise.name].add(who.user)
        truth.acted(who.user, who.at, exercise.name)
        yield True, who.record(
            "problem_check", _check(usage, html_id, choice, right, attempt), server=True, module=usage,
            path=f"/courses/{who.plan.course}/xblock/{usage}/handler/xmodule_handler/problem_check",
        )  # fmt: skip
        if right:
            return
        if attempt == TRIES and _happens(chance, 0.4):
            who.wait(1, 30)
            truth.shown += 1
            truth.acted(who.user, who.at, exercise.name)
            yield True, who.record("showanswer", {"problem_id": usage}, server=True)
            yield False, who.record("problem_show", {"problem": usage}, server=False)
            return
        if _happens(chance, 0.4):
            return


def _input_id(usage: str, name: str) -> str:
    return f"{usage if usage.startswith('i4x-') else name}_2_1"


def _check(usage: str, html_id: str, choice: str, right: bool, attempt: int) -> Record:
    word = "correct" if right else "incorrect"
    return {
        "submission": {
            html_id: {
                "question": "Quelle est la valeur de la variable x après l’instruction ?",
                "response_type": "multiplechoiceresponse",
                "answer": choice,
                "variant": "",
                "input_type": "choicegroup",
                "correct": right,
            }
        },
        "success": word,
        "grade": int(right),
        "max_grade": 1,
        "attempts": attempt,
        "correct_map": {
            html_id: {
                "hint": "", "hintmode": None, "correctness": word, "npoints": None, "answervariable": None, "msg": "",
                "queuestate": None,
            }
        },
        "state": {"student_answers": {}, "seed": 1, "done": None, "correct_map": {}, "input_state": {html_id: {}}},
        "answers": {html_id: choice},
        "problem_id": usage,
    }  # fmt: skip


def _writing(who: _Learner, truth: _Truth) -> Iterator[tuple[bool, Record]]:
    who.wait(30, 600)
    truth.posts += 1
    post = {
        "id": f"{who.chance.getrandbits(96):024x}", "title": "…", "body": "…", "truncated": False,
        "commentable_id": "course", "category_id": "course", "category_name": "General", "thread_type": "discussion",
        "anonymous": False, "anonymous_to_peers": False, "group_id": None, "options": {"followed": True},
        "url": f"https://www.fun-mooc.fr/courses/{who.plan.course}/discussion/forum/course/threads/",
        "user_course_roles": [], "user_forums_roles": ["Student"],
    }  # fmt: skip
    yield True, who.record("edx.forum.thread.created", post, server=True)


def _in_order(
    told: Iterator[tuple[dt.datetime, bool, Record]], dirt: Dirt, chance: random.Random
) -> Iterator[tuple[bool, bytes]]:
    """By time over all learners, as a server writes them; later or earlier by up to `out_of_order_s`."""
    lines: list[tuple[float, int, bool, bytes]] = []
    for rank, (at, fact, record) in enumerate(told):
        moved = chance.uniform(0, dirt.out_of_order_s) if dirt.out_of_order_s else 0.0
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        lines.append((at.timestamp() + moved, rank, fact, line))
    lines.sort(key=lambda one: one[:2])
    for _moment, _rank, fact, line in lines:
        yield fact, line


def _soiled(lines: Iterator[tuple[bool, bytes]], dirt: Dirt, chance: random.Random, truth: _Truth) -> Iterator[bytes]:
    for fact, line in lines:
        if not dirt.share:
            yield line
            continue
        if chance.random() < dirt.share:  # a record that was cut, at the end of its line or before the next record
            alone = _happens(chance, 0.5)
            yield line[: chance.randint(10, len(line) - 3)] + (b"\n" if alone else b"")
            truth.unreadable += alone  # else it is of the next record's line, which is found
        elif chance.random() < dirt.share:
            yield b"\n"
        if chance.random() < dirt.share:
            yield _of_nobody(line, chance)
            truth.no_user += fact
            truth.of_nobody += 1
        if chance.random() < dirt.share:
            yield b"Mar  6 07:37:49 lms [tracking] INFO - " + line
        else:
            yield line
        if chance.random() < dirt.share:
            yield line
            truth.twice += 1
            truth.twice_facts += fact


def _of_nobody(line: bytes, chance: random.Random) -> bytes:
    record = json.loads(line)
    nobody: Any = chance.choice([None, "", "missing"])
    record["context"]["user_id"] = nobody
    if nobody == "missing":
        del record["context"]["user_id"]
    if isinstance(record["event"], dict):
        record["event"].pop("user_id", None)
    elif '"user_id"' in record["event"]:
        record["event"] = {key: value for key, value in json.loads(record["event"]).items() if key != "user_id"}
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"
