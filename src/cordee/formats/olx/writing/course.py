"""Which files is a course, and how do they become one archive?

The same course always gives the same bytes: members in the order of their names, without times or owners.
"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, BinaryIO, Final

from cordee.formats.olx import values
from cordee.formats.olx.assets import STATIC
from cordee.formats.olx.model import Asset, OlxCourse
from cordee.formats.olx.pages import UPDATES, update_item
from cordee.formats.olx.reader import OWN_CREDITS, OWN_LANGUAGE
from cordee.formats.olx.source import COURSE_FILE
from cordee.formats.olx.writing.blocks import BlockWriter
from cordee.formats.olx.writing.markup import as_bytes, is_sayable, start_tag
from cordee.formats.olx.writing.places import Places
from cordee.formats.olx.writing.policies import grading_json, json_bytes, policy_json

TOP: Final = "course"
COMPRESSION: Final = 6  # as gzip does by itself
Open = Callable[[Asset], BinaryIO]
Progress = Callable[[int, int], None]  # files done, files in all


@dataclass(frozen=True, slots=True)
class Written:
    """What was put into an archive."""

    files: int
    content_bytes: int  # before compression


def write_course(
    course: OlxCourse, out: IO[bytes], open_asset: Open, *, progress: Progress = lambda done, total: None
) -> Written:
    """Write the course as a .tar.gz. `open_asset` opens a file of the course, which is read in pieces.

    Reading it gives the same course, but for remarks, places and what docs/olx.md names.
    """
    texts, assets = members(course)
    top = _top_name([*texts, *assets])
    named = {_in_archive(top, path): path for path in (*texts, *assets)}
    size = 0
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for done, (name, path) in enumerate(sorted(named.items()), 1):
            with io.BytesIO(texts[path]) if path in texts else open_asset(assets[path]) as source:
                member = tarfile.TarInfo(name)
                member.size = _size_of(source)
                member.mode = 0o644
                archive.addfile(member, source)
                size += member.size
            progress(done, len(named))
    return Written(len(named), size)


def members(course: OlxCourse) -> tuple[dict[str, bytes], dict[str, Asset]]:
    """The texts and the files of a course, by path below its top folder; outside of it with "/" before."""
    assets = {asset.path or f"{STATIC}{asset.name}": asset for asset in course.assets.values()}
    texts = {path: as_bytes(text) for path, text in course.verbatim.items() if path not in assets}
    kept = {*assets, *texts}
    texts |= {path: data for path, data in _pages(course) if path not in kept}
    run = course.run or TOP  # a course that names no run is read as this one
    policies = f"policies/{run}/"
    places = Places()
    places.take(*kept, *texts, COURSE_FILE)
    if not places.are_free(f"{policies}policy.json") and f"{policies}policy.json" not in kept:
        policies = "policies/"  # the run's name is none of a folder
    places.take(f"{policies}policy.json", f"{policies}grading_policy.json")
    definition = f"course/{run.replace(':', '/')}.xml"
    has_file = places.are_free(definition)
    if has_file:
        places.take(definition)
    writer = BlockWriter(places, texts)
    inside = writer.write(course.root, course.drafts)
    pointer = {"url_name": run}
    pointer |= {name: said for name, said in (("org", course.organisation), ("course", course.number)) if said}
    own = _own_attributes(course, pointer)
    if has_file:
        texts[COURSE_FILE] = f"{start_tag('course', pointer, empty=True)}\n".encode()
        texts[definition] = _element(own, inside)
    else:
        texts[COURSE_FILE] = _element({**pointer, **own}, inside)
    policy = policy_json(run, course.policy, course.policies, writer.policy)
    for name, said in (("policy.json", policy), ("grading_policy.json", grading_json(course.grading))):
        # Another run's would be read in the place of one that is not there.
        if f"{policies}{name}" not in kept and (said or any(path.endswith(f"/{name}") for path in kept)):
            texts[f"{policies}{name}"] = json_bytes(said)
    return texts, assets


def _pages(course: OlxCourse) -> Iterator[tuple[str, bytes]]:
    for name, page in course.about.items():
        yield f"about/{name}.html", as_bytes(page.html)
    for page in course.tabs:
        yield f"tabs/{page.slug}.html", as_bytes(page.html)
    if course.handouts:
        yield "info/handouts.html", as_bytes(course.handouts)
    if course.updates:
        yield f"info/{UPDATES}", json_bytes([update_item(page) for page in course.updates])


def _own_attributes(course: OlxCourse, pointer: Mapping[str, str]) -> dict[str, str]:
    """What the element of the course says: neither what its policy says nor what course.xml does."""
    own = {
        name: value
        for name, value in course.root.attributes.items()
        if name not in course.policy and pointer.get(name) != value and is_sayable(name, value)
    }
    said = values.text(course.policy.get("language", course.root.attributes.get("language")))
    ours = {OWN_LANGUAGE: course.language if course.language != said else "", OWN_CREDITS: course.credits}
    return own | {name: value for name, value in ours.items() if value}


def _element(attributes: Mapping[str, str], inside: str) -> bytes:
    if not inside:
        return f"{start_tag('course', attributes, empty=True)}\n".encode()
    return f"{start_tag('course', attributes)}\n{inside}</course>\n".encode()


def _top_name(paths: list[str]) -> str:
    """The folder that holds the course; a name of its own where something beside it has the usual one."""
    outside = {path[1:].split("/")[0] for path in paths if path.startswith("/")}
    name = TOP
    while name in outside or (COURSE_FILE in outside and name == TOP):
        name += "-"
    return name


def _in_archive(top: str, path: str) -> str:
    return path[1:] if path.startswith("/") else f"{top}/{path}"


def _size_of(file: BinaryIO) -> int:
    if isinstance(file, io.BytesIO):
        return len(file.getbuffer())
    return os.fstat(file.fileno()).st_size
