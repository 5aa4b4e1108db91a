"""How does a store look that holds a whole programme: dozens of runs, hundreds of thousands of enrolments?

Nobody in it exists. How many of a run begin, stay and pass is the programme's; who they are, when they act and what
they earn is decided by chance: another seed gives other people and the same programme. Rows are made by DuckDB and
written as any import leaves them, so that pages, indicators and reports read them as they read any store; every number
is counted from these rows. Chance is MD5 of the seed and of what is decided: the same seed gives the same files, on any
number of cores.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import duckdb

from cordee.pilot.disk import write_file, write_parquet
from cordee.pilot.parts import SIMULATED, folder_of
from cordee.pilot.store import Receipt, Store
from cordee.pilot.tables import BY_NAME

MEMORY: Final = "700MB"
DIGEST_SIGNS: Final = 16
NAMED: Final = re.compile(r"\$(\w+)")
SHARED: Final = 0.7  # people for each enrolment: some take part twice
LESSONS: Final = 2  # units of a module before its quiz, each a film and an exercise
STEPS: Final = LESSONS + 1  # units of a module
PARTS: Final = ("a", "b")  # questions of a quiz
POINTS: Final = 5  # of each
PASS_MARK: Final = 60
UNSTARTED: Final = 33  # of those who go on, one in so many leaves the first quiz out
BEGINNER: Final = {  # a question and its answers, the first that of a beginner
    "fr": ("Que savez-vous déjà du sujet ?", "Rien, je débute", "Quelques bases", "J’ai pratiqué"),
    "en": ("What do you know of the subject?", "Nothing, I begin", "Some basics", "I have practised"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """A run, and how many of its learners get how far."""

    key: str  # e.g. "course-v1:Ingenia+ABC-DU-C+2016_T3"
    title: str
    subject: str
    host: str
    language: str
    opens: dt.date
    modules: int  # weeks
    hours_a_week: float
    learners: int
    started_any: int
    first_quiz_only: int  # hand in the first graded quiz, and nothing later
    week_two: int
    assiduous: int
    passed: int
    attested: bool  # the host issues an attestation to who passes
    surveyed: int = 0
    beginners: int = 0  # of these
    extracted_at: dt.datetime  # in UTC: what happens later is not known
    cohorts: tuple[tuple[str, int], ...] = ()  # schools and companies, with how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What people say of themselves: weights by class, and the share in percent who say nothing."""

    sex: Mapping[str, float]
    ages: Mapping[str, float]  # "18-24" or "55-75": both ends included
    education: Mapping[str, float]
    countries: Mapping[str, float]
    undeclared_percent: float


def write_programme(
    store: Store,
    runs: Sequence[PlannedRun],
    crowd: Crowd,
    *,
    seed: int,
    moved: Callable[[float], None] = lambda _share: None,
) -> None:
    """Put every run into the store, in place of what this function put there before. Waits while others write.

    Raises ValueError for a run in which more get further than began.
    """
    for run in runs:
        _refuse_impossible(run)
    ordered = sorted(runs, key=lambda one: (one.host, one.opens, one.key))
    total = sum(run.learners for run in ordered)
    starts, seen = [], 0
    for run in ordered:
        starts.append(round(seen * SHARED))
        seen += run.learners
    with store.alone():
        store.tidy()
        take_out(store)
        with _opened(store, seed) as database:
            _make_people(database, ordered, starts, crowd)
            done = 0
            for run, start in zip(ordered, starts, strict=True):
                _write_run(store, database, run, start, seed=seed)
                done += run.learners
                moved(done / total)


def take_out(store: Store) -> None:
    """Take every simulated run out of the store again, under `alone`."""
    for receipt in store.receipts():
        if receipt.source == SIMULATED:
            for path in sorted((store.folder / "tables").glob(f"*/course=*/*.{receipt.digest}.parquet")):
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()
            (store.folder / "sources" / f"{receipt.digest}.json").unlink()


def _refuse_impossible(run: PlannedRun) -> None:
    if not run.passed <= run.assiduous <= run.week_two <= run.started_any <= run.learners:
        raise ValueError(f"of {run.key}, more get further than began")
    if run.surveyed > run.learners or run.beginners > run.surveyed or run.modules < 2:  # noqa: PLR2004 - two weeks
        raise ValueError(f"{run.key} cannot be played so")


@contextlib.contextmanager
def _opened(store: Store, seed: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose `chance(what, who)` is a number from 0 to 1, and which spills beside the store."""
    with tempfile.TemporaryDirectory(prefix="landing-", dir=store.folder) as spill:
        database = duckdb.connect(
            config={"memory_limit": MEMORY, "threads": os.cpu_count() or 1, "temp_directory": spill}
        )
        try:
            database.execute("SET TimeZone = 'UTC'")
            database.execute(f"CREATE MACRO bits(what, who) AS md5_number_lower(concat_ws('.', {seed:d}, what, who))")
            database.execute("CREATE MACRO chance(what, who) AS (bits(what, who) >> 11) / 9007199254740992.0")
            # Four chances of 16 bits in one number: MD5 is what all this costs.
            database.execute("CREATE MACRO part(number, nth) AS ((number >> (16 * nth)) & 65535) / 65536.0")
            yield database
        finally:
            database.close()


def _make_people(
    database: duckdb.DuckDBPyConnection, runs: Sequence[PlannedRun], starts: Sequence[int], crowd: Crowd
) -> None:
    """`folk`: person, actor, sex, birth_year, education, country. Of each trait the shares are met, whoever has it."""
    many = max(start + run.learners for run, start in zip(runs, starts, strict=True))
    database.execute("CREATE TEMP TABLE played (start BIGINT, stop BIGINT, year INTEGER)")
    rows = [(start, start + run.learners, run.opens.year) for run, start in zip(runs, starts, strict=True)]
    database.execute(
        "INSERT INTO played SELECT unnest($1), unnest($2), unnest($3)", [*map(list, zip(*rows, strict=True))]
    )
    traits: dict[str, Mapping[str, float]] = {
        "sex": crowd.sex,
        "age": crowd.ages,
        "education": crowd.education,
        "country": crowd.countries,
    }
    database.execute("CREATE TEMP TABLE classes (trait VARCHAR, class VARCHAR, low DOUBLE, high DOUBLE)")
    for trait, weights in traits.items():
        whole, low = sum(weights.values()), 0.0
        for name, weight in weights.items():
            database.execute("INSERT INTO classes VALUES (?, ?, ?, ?)", [trait, name, low, low + weight / whole])
            low += weight / whole
        database.execute("UPDATE classes SET high = 2 WHERE trait = ? AND class = ?", [trait, [*weights][-1]])
    placed = ", ".join(
        f"(row_number() OVER (ORDER BY chance('{trait}', person), person) - 0.5) / {many} AS {trait}"
        for trait in ("told", *traits)
    )
    share = crowd.undeclared_percent / 100
    database.execute(
        f"""
        CREATE TEMP TABLE folk AS
        WITH placed AS (SELECT range AS person, {placed} FROM range({many})),
        first_runs AS (  -- of somebody in two, the age is that in the first
            SELECT range AS person, min(played.year) AS year FROM range({many})
            JOIN played ON range >= start AND range < stop GROUP BY range)
        SELECT person, CAST(bits('actor', person) >> 2 AS BIGINT) AS actor,
               CASE WHEN told >= {share} THEN sexes.class END AS sex,
               CASE WHEN told >= {share} THEN first_runs.year - CAST(split_part(ages.class, '-', 1) AS INTEGER)
                    - CAST(floor(chance('years', person) * (1 + CAST(split_part(ages.class, '-', 2) AS INTEGER)
                                                            - CAST(split_part(ages.class, '-', 1) AS INTEGER)))
                           AS INTEGER) END AS birth_year,
               CASE WHEN told >= {share} THEN educations.class END AS education,
               CASE WHEN told >= {share} THEN countries.class END AS country
        FROM placed
        JOIN classes AS sexes ON sexes.trait = 'sex' AND sex >= sexes.low AND sex < sexes.high
        JOIN classes AS ages ON ages.trait = 'age' AND age >= ages.low AND age < ages.high
        JOIN classes AS educations ON educations.trait = 'education' AND education >= educations.low
             AND education < educations.high
        JOIN classes AS countries ON countries.trait = 'country' AND country >= countries.low
             AND country < countries.high
        JOIN first_runs USING (person)
        ORDER BY person"""  # noqa: S608 - numbers and names of ours
    )


# Of a run: who is in it, how far each gets. `last_step`: the last unit done, 0 for none.
WHO: Final = """
CREATE OR REPLACE TEMP TABLE who AS
WITH numbered AS (
    SELECT folk.*, $key || '.' || person AS me, person - $start AS place,
           row_number() OVER (ORDER BY chance('cohort', $key || '.' || person), person) AS nth
    FROM folk WHERE person >= $start AND person < $start + $learners),
grouped AS (
    SELECT numbered.*, coalesce(cohort, '') AS cohort FROM numbered
    LEFT JOIN cohorts ON nth > cohorts.low AND nth <= cohorts.high),
ranked AS (
    SELECT *, row_number() OVER (
                  ORDER BY chance('far', me) - CASE WHEN cohort <> '' THEN 0.4 ELSE 0 END, person) AS rank,
           row_number() OVER (ORDER BY chance('survey', me), person) AS answering,
           bits('who', me) AS dice
    FROM grouped)
SELECT *, CASE WHEN rank <= $passed THEN 5 WHEN rank <= $assiduous THEN 4 WHEN rank <= $week_two THEN 3
               WHEN rank <= $week_two + $first_quiz_only THEN 2 WHEN rank <= $started_any THEN 1 ELSE 0 END AS level,
       CASE WHEN rank <= $passed THEN $steps
            WHEN rank <= $assiduous THEN $two + CAST(floor(part(dice, 0) * ($steps - $two + 1)) AS INTEGER)
            WHEN rank <= $week_two THEN $one + 1 + CAST(floor(part(dice, 0) * ($one - 1)) AS INTEGER)
            WHEN rank <= $week_two + $first_quiz_only THEN $one
            WHEN rank <= $started_any THEN 1 + CAST(floor(part(dice, 0) * ($one - 1)) AS INTEGER)
            ELSE 0 END AS last_step,
       rank <= $week_two AND rank % $unstarted = 7 AND (rank > $passed OR ($attested AND $modules >= 4))
           AS leaves_first,
       CAST($opens AS TIMESTAMP) + to_microseconds(CAST(
           86400000000 * (CASE WHEN part(dice, 1) < 0.85 THEN -35 * part(dice, 1) ELSE 9 * part(dice, 2) END)
           AS BIGINT)) AS enrolled_at,
       -ln(1 - part(dice, 3)) * 2.2 AS pace
FROM ranked"""

# Units done by each, with the moment.
DONE: Final = """
CREATE OR REPLACE TEMP TABLE done AS
SELECT actor, me, level, last_step, leaves_first, step, 1 + (step - 1) // $one AS module, 1 + (step - 1) % $one AS unit,
       bits('unit' || step, me) AS dice,
       greatest(CAST($opens AS TIMESTAMP), enrolled_at) + to_microseconds(CAST(86400000000 * (
           least(pace, 8) + 7 * ((step - 1) // $one) + 1.7 * ((step - 1) % $one)
           + part(bits('unit' || step, me), 0)) AS BIGINT)) AS moment
FROM who, range(1, $steps + 1) AS steps(step)
WHERE step <= last_step"""

ACTS: Final = f"""
CREATE OR REPLACE TEMP TABLE acts AS
WITH lessons AS (
    SELECT *, 'film' || module || '_' || unit AS film, 'exercise' || module || '_' || unit AS exercise,
           CAST(240 + 60 * ((module * 2 + unit) % 6) AS DOUBLE) AS length_s,
           CASE WHEN part(dice, 1) < 0.7 THEN 1.0 ELSE 0.05 + 0.9 * part(dice, 2) END AS seen,
           CASE WHEN part(dice, 3) < 0.06 THEN 0
                WHEN part(dice, 2) < 0.62 - 0.05 * ((module + unit) % 4) THEN 1
                WHEN part(dice, 1) < 0.8 THEN 2 ELSE 3 END AS tries  -- 3: given up after two
    FROM done WHERE unit < $one),
quizzes AS (
    SELECT *, unnest(['a', 'b']) AS question, unnest([1, 2]) AS nth FROM done
    WHERE unit = $one AND NOT (leaves_first AND module = 1)),
graded AS (
    SELECT *, 'quiz' || module || question AS activity, part(dice, nth) AS luck,
           CASE WHEN level = 5 AND leaves_first THEN 4 WHEN level = 5 THEN 3 ELSE 0 END AS least,
           CASE WHEN level = 5 THEN {POINTS} WHEN last_step = $steps THEN 2 ELSE 3 END AS most
    FROM quizzes),
scored AS (
    SELECT *, least + CAST(floor((most - least + 1) * pow(luck, 0.7 + 0.15 * ((module * 2 + nth) % 4))) AS INTEGER)
           AS points
    FROM graded)
SELECT actor, me, moment AS happened_at, 'viewed' AS verb, 'unit' || module || '_' || unit AS activity,
       NULL::DOUBLE AS from_s, NULL::DOUBLE AS to_s, NULL::DOUBLE AS earned, NULL::DOUBLE AS possible,
       NULL::INTEGER AS attempt FROM done
UNION ALL
SELECT actor, me, moment + INTERVAL 1 MINUTE, 'played', film, 0, NULL, NULL, NULL, NULL FROM lessons
UNION ALL
SELECT actor, me, moment + INTERVAL 1 MINUTE + to_milliseconds(CAST(1000 * length_s * seen AS BIGINT)), 'watched',
       film, 0, round(length_s * seen, 1), NULL, NULL, NULL FROM lessons
UNION ALL
SELECT actor, me, moment + INTERVAL 12 MINUTE, 'submitted', exercise, NULL, NULL, CAST(tries = 1 AS INTEGER), 1, 1
FROM lessons WHERE tries > 0
UNION ALL
SELECT actor, me, moment + INTERVAL 15 MINUTE, 'submitted', exercise, NULL, NULL, CAST(tries = 2 AS INTEGER), 1, 2
FROM lessons WHERE tries > 1
UNION ALL
SELECT actor, me, moment + INTERVAL 20 MINUTE + nth * INTERVAL 4 MINUTE, 'submitted', activity, NULL, NULL,
       CASE WHEN part(dice, 3) < 0.35 AND points > 0 THEN points - 1 ELSE points END, {POINTS}, 1
FROM scored
UNION ALL
SELECT actor, me, moment + INTERVAL 40 MINUTE + nth * INTERVAL 3 MINUTE, 'submitted', activity, NULL, NULL, points,
       {POINTS}, 2
FROM scored WHERE part(dice, 3) < 0.35 AND points > 0"""  # noqa: S608 - a number of ours

EVENTS: Final = """
SELECT md5_number_lower(concat_ws('.', me, verb, activity, coalesce(attempt, 0))) AS id, $key AS course, actor,
       happened_at, verb, activity, from_s, to_s, earned, possible, attempt
FROM acts WHERE happened_at >= CAST($month AS TIMESTAMP) AND happened_at < CAST($month AS TIMESTAMP) + INTERVAL 1 MONTH
      AND happened_at < CAST($until AS TIMESTAMP)
ORDER BY actor, happened_at, id"""

ROWS: Final = {  # of each table but `events` and `structure`
    "enrolments": """SELECT $key AS course, actor, enrolled_at, true AS active, 'honor' AS mode, cohort, false AS staff
        FROM who ORDER BY actor""",
    "people": """SELECT $key AS course, actor, sex, birth_year, education, country, NULL::VARCHAR AS language
        FROM who ORDER BY actor""",
    "grades": """WITH best AS (
            SELECT actor, activity, max(earned) AS earned FROM acts
            WHERE verb = 'submitted' AND starts_with(activity, 'quiz') AND happened_at < CAST($until AS TIMESTAMP)
            GROUP BY actor, activity),
        graded AS (SELECT actor, round(100 * sum(earned) / $points, 2) AS grade FROM best GROUP BY actor)
        SELECT $key AS course, actor, CAST(coalesce(grade, 0) AS DOUBLE) AS grade,
               coalesce(grade, 0) >= $pass_mark AS passed,
               CASE WHEN $attested THEN coalesce(grade, 0) >= $pass_mark END AS certified, NULL::BOOLEAN AS complete
        FROM who LEFT JOIN graded USING (actor) ORDER BY actor""",
    "surveys": """SELECT $key AS course, actor, $question AS question,
               CASE WHEN answering <= $beginners THEN $first WHEN part(dice, 2) < 0.6 THEN $second ELSE $third END
               AS answer
        FROM who WHERE answering <= $surveyed ORDER BY actor""",
    "runs": """SELECT $key AS course, $title AS title, $subject AS subject, $host AS host,
               CAST($opens AS TIMESTAMP) AS opens_at, CAST($closes AS TIMESTAMP) AS closes_at,
               CAST($pass_mark AS DOUBLE) AS pass_mark, CAST($hours AS DOUBLE) AS hours_a_week""",
}


def _write_run(store: Store, database: duckdb.DuckDBPyConnection, run: PlannedRun, start: int, *, seed: int) -> None:
    digest = hashlib.sha256(f"{SIMULATED} {seed} {start} {asdict(run)}".encode()).hexdigest()[:DIGEST_SIGNS]
    until = run.extracted_at.strftime("%Y-%m-%d %H:%M:%S")
    question, first, second, third = BEGINNER[run.language]
    given = {
        "key": run.key, "start": start, "learners": run.learners, "passed": run.passed, "assiduous": run.assiduous,
        "week_two": run.week_two, "first_quiz_only": run.first_quiz_only, "started_any": run.started_any,
        "steps": STEPS * run.modules, "one": STEPS, "two": 2 * STEPS, "unstarted": UNSTARTED, "attested": run.attested,
        "modules": run.modules, "opens": f"{run.opens} 08:00:00",
        "closes": f"{run.opens + dt.timedelta(weeks=run.modules + 2)} 22:00:00", "until": until,
        "points": run.modules * len(PARTS) * POINTS, "pass_mark": PASS_MARK, "title": run.title,
        "subject": run.subject, "host": run.host, "hours": run.hours_a_week, "question": question, "first": first,
        "second": second, "third": third, "surveyed": run.surveyed, "beginners": run.beginners,
    }  # fmt: skip

    def asked(query: str, **more: object) -> dict[str, object]:
        named = set(NAMED.findall(query))
        return {name: value for name, value in (given | more).items() if name in named}

    database.execute("CREATE OR REPLACE TEMP TABLE cohorts (cohort VARCHAR, low BIGINT, high BIGINT)")
    low = 0
    for name, size in run.cohorts:
        database.execute("INSERT INTO cohorts VALUES (?, ?, ?)", [name, low, low + size])
        low += size
    for query in (WHO, DONE, ACTS):
        database.execute(query, asked(query))
    rows: dict[str, int] = {}
    events = folder_of(store.folder, "events", run.key)
    months = database.execute(
        "SELECT strftime(date_trunc('month', happened_at), '%Y-%m'), count(*) FROM acts "
        "WHERE happened_at < CAST($until AS TIMESTAMP) GROUP BY 1 ORDER BY 1",
        {"until": until},
    ).fetchall()
    for month, _count in months:
        query = EVENTS
        write_parquet(
            database, query, events / f"{month}.{SIMULATED}.{digest}.parquet", asked(query, month=f"{month}-01")
        )
    rows["events"] = sum(count for _month, count in months)
    name = f"{SIMULATED}.{run.extracted_at:%Y%m%dT%H%M%S}.{digest}.parquet"
    for table, query in ROWS.items():
        if table == "surveys" and not run.surveyed:
            continue
        write_parquet(database, query, folder_of(store.folder, table, run.key) / name, asked(query))
        rows[table] = {"runs": 1, "surveys": run.surveyed}.get(table, run.learners)
    rows["structure"] = _write_structure(store, database, run, name)
    receipt = Receipt(
        digest=digest,
        name=f"{run.key.rpartition(':')[2]} (seed {seed})",
        source=SIMULATED,
        extracted_at=run.extracted_at,
        courses=(run.key,),
        read=sum(rows.values()),
        kept=sum(rows.values()),
        known=0,
        dropped={},
        remarks=(),
        rows=rows,
    )
    text = json.dumps(receipt.as_json(), ensure_ascii=False, indent=1)
    write_file(store.folder / "sources" / f"{digest}.json", text.encode())


def _write_structure(store: Store, database: duckdb.DuckDBPyConnection, run: PlannedRun, name: str) -> int:
    columns = BY_NAME["structure"].columns[1:]
    rows = [*_structure(run)]
    database.execute(
        "CREATE OR REPLACE TEMP TABLE plan (" + ", ".join(f"{column.name} {column.type}" for column in columns) + ")"
    )
    listed = ", ".join(f"unnest(${place + 1})" for place in range(len(columns)))
    database.execute(f"INSERT INTO plan SELECT {listed}", [*map(list, zip(*rows, strict=True))])
    query = "SELECT $key AS course, * FROM plan ORDER BY position"
    write_parquet(database, query, folder_of(store.folder, "structure", run.key) / name, {"key": run.key})
    return len(rows)


def _structure(run: PlannedRun) -> Iterator[tuple[str, str, str, str, int, int, bool, str, float | None]]:
    """Rows of `structure` without their course, in order."""
    lesson, exercise, question = (
        ("Leçon {}.{}", "Exercice {}.{}", "Quiz {}, question {}")
        if run.language == "fr"
        else ("Lesson {}.{}", "Exercise {}.{}", "Quiz {}, question {}")
    )
    position = 0
    for module in range(1, run.modules + 1):
        for unit in range(1, STEPS + 1):
            id_ = f"unit{module}_{unit}"
            quiz = f"Quiz {module}" if unit == STEPS else ""
            inside: list[tuple[str, str, str, float | None]]
            if quiz:
                inside = [(f"quiz{module}{one}", "problem", question.format(module, one), None) for one in PARTS]
            else:
                length = 240.0 + 60 * ((module * 2 + unit) % 6)
                inside = [
                    (f"film{module}_{unit}", "video", lesson.format(module, unit), length),
                    (f"exercise{module}_{unit}", "problem", exercise.format(module, unit), None),
                ]
            position += 1
            yield id_, "unit", quiz or lesson.format(module, unit), id_, module, position, False, "", None
            for activity, kind, title, length_s in inside:
                position += 1
                yield activity, kind, title, id_, module, position, bool(quiz), quiz, length_s
