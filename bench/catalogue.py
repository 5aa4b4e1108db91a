"""What does a catalogue of 5,000 courses cost: to make, to take up in a process, to search, to change?"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from collections.abc import Iterator

from bench.rows import Row
from cordee.core import clock
from cordee.core.canonical import content_hash
from cordee.courses import outlines
from cordee.courses.models import Category, Course, Run, SheetEdition, Version
from cordee.courses.search import shelf as held
from cordee.courses.search.finding import find
from cordee.courses.search.indexing import build
from cordee.courses.sheets import sheet as sheets
from cordee.courses.sheets.writing import write_sheet

COURSES = 5000
WORDS = 9000  # of all courses together, a few in many of them and most in few
QUESTIONS = 300
SEARCH_MS = 20
BATCH = 250
SLIP = 4  # of five questions
A_DAY = dt.timedelta(days=1)
STARTS = ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "br", "cl", "tr", "st")
SYLLABLES = [start + vowel for start in STARTS for vowel in "aeioué"]
ENDINGS = ("", "", "s", "tion", "ment", "ité", "ique", "eur")


def words(draw: random.Random) -> list[str]:
    """Invented words, each once, the commonest first."""
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(draw.choices(SYLLABLES, k=draw.choice((2, 3, 3)))) + draw.choice(ENDINGS)] = None
    return list(found)


class Writer:
    """Writes texts in which words are as common as in a language: the tenth is a tenth as common as the first."""

    def __init__(self) -> None:
        self._draw = random.Random(5)  # noqa: S311 - the same in each run
        self.words = words(self._draw)
        self._weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(WORDS)))

    def text(self, count: int) -> str:
        return " ".join(self._draw.choices(self.words, cum_weights=self._weights, k=count))

    def one_of(self, *choices: str) -> str:
        return self._draw.choice(choices)

    def number(self, least: int, most: int) -> int:
        return self._draw.randint(least, most)


def fill(count: int = COURSES) -> list[str]:
    """Courses as a catalogue has them, written straight into the tables, then the catalogue made anew. Their keys."""
    writer, now = Writer(), clock.now()
    Category.objects.bulk_create(
        [
            Category(
                code=f"field-{n}",
                name_fr=f"Domaine {n}",
                name_en=f"Field {n}",
                family=("net", "eco", "sci", "code")[n % 4],
            )
            for n in range(12)
        ]
    )
    keys = []
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        courses = Course.objects.bulk_create(
            [Course(organisation=f"School{n % 40}", number=f"B{n}", created_at=now) for n in numbers]
        )
        plans = [_outline(writer, n) for n in numbers]
        versions = Version.objects.bulk_create(
            [
                Version(
                    course=course,
                    number=1,
                    sha256=content_hash({"course": course.key}),
                    outline=outlines.to_json(plan),
                    files={},
                    extra={},
                    report={},
                    published_at=now,
                )
                for course, plan in zip(courses, plans, strict=True)
            ]
        )
        editions = SheetEdition.objects.bulk_create(
            [
                SheetEdition(course=course, number=1, data=sheets.to_json(_sheet(writer, n, plan)), made_at=now)
                for course, plan, n in zip(courses, plans, numbers, strict=True)
            ]
        )
        for course, edition in zip(courses, editions, strict=True):
            course.sheet = edition
        Course.objects.bulk_update(courses, ["sheet"])
        Run.objects.bulk_create([_run(writer, version, now) for version in versions])
        keys += [course.key for course in courses]
    build()
    return keys


def _outline(writer: Writer, n: int) -> outlines.Outline:
    language = ("fr", "en", "fr")[n % 3]
    return outlines.Outline(
        titles={language: writer.text(5).capitalize()},
        language=language,
        languages=(language,),
        modules=tuple(outlines.Module(f"m{rank}", {language: writer.text(4)}) for rank in range(6)),
        effort=tuple(
            outlines.Effort(video_h=0.8, reading_h=0.5, practice_h=writer.number(0, 30) / 10, graded=rank in (2, 5))
            for rank in range(6)
        ),
        organisation_name=f"School of {n % 40}",
        about={language: {"short_description": writer.text(25), "overview": f"<p>{writer.text(120)}</p>"}},
    )


def _sheet(writer: Writer, n: int, plan: outlines.Outline) -> sheets.Sheet:
    return sheets.Sheet(
        categories=(f"field-{n % 12}",),
        level=sheets.LEVELS[n % 3],
        keywords={plan.language: tuple(writer.text(1) for _word in range(5))},
        outcomes={plan.language: tuple(writer.text(8) for _line in range(5))},
        team=(sheets.Member(name=writer.text(2).title(), role="author"),),
        ects=float(n % 4),
    )


def _run(writer: Writer, version: Version, now: dt.datetime) -> Run:
    opens = now + writer.number(-300, 120) * A_DAY
    return Run(
        key=f"{version.course.key}+S1",
        course=version.course,
        version=version,
        host=writer.one_of("fun", "coursera", "edx"),
        address="https://courses.example/",
        opens_at=opens,
        closes_at=None if writer.number(0, 3) == 0 else opens + 60 * A_DAY,
        pass_mark=0.5,
    )


def a_listed_course() -> str:
    """The key of a course that stands in the catalogue."""
    return Course.objects.filter(runs__listed=True).order_by("pk")[0].key


def questions(count: int = QUESTIONS) -> list[str]:
    """Of one to three words that stand in texts, one in five with an error of typing."""
    writer = Writer()
    return [
        _slip(writer, writer.text(writer.number(1, 3)), n) if n % 5 == SLIP else writer.text(1 + n % 3)
        for n in range(count)
    ]


def _slip(writer: Writer, text: str, n: int) -> str:
    at = writer.number(1, max(1, len(text) - 2))
    return (text[:at] + text[at + 1 :], text[:at] + "x" + text[at:])[n % 2]


def measured(engine: str) -> Iterator[Row]:
    """In this process, with the 5,000 courses of `fill` in the database. Times are of the processor."""
    now = clock.now()
    before = _memory_mb()
    began = time.process_time()
    shelf = held.shelf(now)
    yield Row("catalogue/taken_up_cpu_s", engine, time.process_time() - began, "s")
    yield Row("catalogue/taken_up_mb", engine, _memory_mb() - before, "MB")
    times = []
    for question in questions():
        began = time.perf_counter()
        find(shelf, question, language="fr")
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    yield Row("catalogue/search_ms", engine, sum(times) / len(times), "ms", None, SEARCH_MS)
    yield Row("catalogue/search_p95_ms", engine, times[int(0.95 * len(times))], "ms", None, SEARCH_MS)
    yield Row("catalogue/search_most_ms", engine, times[-1], "ms")
    course = Course.objects.get(number="B7")
    assert course.sheet is not None
    written = sheets.read_sheet(course.sheet.data)
    began = time.process_time()
    write_sheet(
        course=course, sheet=sheets.Sheet(categories=written.categories, level="advanced"), by=None, now=clock.now()
    )
    yield Row("catalogue/written_cpu_ms", engine, 1000 * (time.process_time() - began), "ms")
    began = time.process_time()
    held.shelf(clock.now())
    yield Row("catalogue/followed_cpu_ms", engine, 1000 * (time.process_time() - began), "ms")
    began = time.process_time()
    build()
    yield Row("catalogue/made_anew_cpu_s", engine, time.process_time() - began, "s")


def _memory_mb() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - of the kernel
        return int(file.read().split()[1]) * 4096 / 1024**2
