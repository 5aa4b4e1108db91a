"""What does a large course look like? One as big as the biggest that were met: 759 blocks, 274 of them films."""

from __future__ import annotations

import io
import random
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

KEY = "Bench+LARGE"
MODULES, SECTIONS, UNITS = 8, 6, 4  # of each other: 192 units
VIDEOS, PROBLEMS, TEXTS = 274, 185, 300
CUES = 250  # lines of subtitles of one film: about twenty minutes
TEXT = (
    "the packet travels through a wire until a switch reads its address and sends it on to the next machine which "
    "looks for the shortest way and keeps a copy while it waits for an answer from the other side of the network"
)
WORDS = re.findall(r"\w+", TEXT)


def write(path: Path) -> None:
    """The export of such a course, as Open edX writes it."""
    draw = random.Random(4)  # noqa: S311 - the same course in each run
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, text in _files(draw):
            data = text.encode()
            member = tarfile.TarInfo(f"course/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def _files(draw: random.Random) -> Iterator[tuple[str, str]]:
    blocks = list(_blocks())
    draw.shuffle(blocks)
    units = MODULES * SECTIONS * UNITS
    yield "course.xml", '<course org="Bench" course="LARGE" url_name="2026"/>'
    chapters = "".join(f'<chapter url_name="m{number}"/>' for number in range(MODULES))
    yield "course/2026.xml", f'<course display_name="A large course" language="en">{chapters}</course>'
    unit = 0
    for module in range(MODULES):
        names = [f"s{module}-{number}" for number in range(SECTIONS)]
        inside = "".join(f'<sequential url_name="{name}"/>' for name in names)
        yield f"chapter/m{module}.xml", f'<chapter display_name="Module {module + 1}">{inside}</chapter>'
        for name in names:
            verticals = range(unit, unit + UNITS)
            unit += UNITS
            inside = "".join(f'<vertical url_name="u{number}"/>' for number in verticals)
            yield f"sequential/{name}.xml", f'<sequential display_name="{name}">{inside}</sequential>'
            for number in verticals:
                mine = blocks[number::units]
                inside = "".join(f'<{tag} url_name="{block}"/>' for tag, block in mine)
                yield f"vertical/u{number}.xml", f'<vertical display_name="Unit {number}">{inside}</vertical>'
                for tag, block in mine:
                    yield from _block(draw, tag, block)


def _blocks() -> Iterator[tuple[str, str]]:
    for tag, count in (("video", VIDEOS), ("problem", PROBLEMS), ("html", TEXTS)):
        for number in range(count):
            yield tag, f"{tag}{number}"


def _block(draw: random.Random, tag: str, name: str) -> Iterator[tuple[str, str]]:
    title = _words(draw, 4)
    match tag:
        case "video":
            yield (
                f"video/{name}.xml",
                f'<video display_name="{title}" html5_sources=\'["https://films.example.org/{name}.mp4"]\''
                f' transcripts=\'{{"en": "{name}.srt"}}\'/>',
            )
            yield f"static/{name}.srt", "\n".join(_cue(draw, number) for number in range(CUES))
        case "problem":
            yield (
                f"problem/{name}.xml",
                f'<problem display_name="{title}"><p>{_words(draw, 30)}</p>'
                '<numericalresponse answer="42"><formulaequationinput/></numericalresponse></problem>',
            )
        case _:
            yield f"html/{name}.xml", f'<html filename="{name}" display_name="{title}"/>'
            yield f"html/{name}.html", "".join(f"<p>{_words(draw, 80)}</p>" for _number in range(8))


def _cue(draw: random.Random, number: int) -> str:
    begin, end = 5 * number, 5 * number + 4
    times = " --> ".join(f"00:{moment // 60:02}:{moment % 60:02},000" for moment in (begin, end))
    return f"{number + 1}\n{times}\n{_words(draw, 12)}\n"


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))
