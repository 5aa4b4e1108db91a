"""How do files of other systems come into a store?

A file is known by the digest of its bytes: read once, it is never read again, under whatever name. What each file
is, is told by its content. Killed at any moment, the same import again ends with the same rows.
"""

from __future__ import annotations

import datetime as dt
import glob
import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cordee.core.errors import N_, InputRefused
from cordee.formats.edx.keys import course_key, subject_of
from cordee.pilot import remarks
from cordee.pilot.sources import HEAD_BYTES, Landing, Source, all_sources
from cordee.pilot.store import Receipt, Store
from cordee.pilot.tables import TABLES

DIGEST_SIGNS: Final = 16
PIECE: Final = 64 * 1024  # bytes
WORTH_TWO: Final = 16 * 1024 * 1024  # bytes: who sums up so much takes two cores
# Of an extraction: …_2026-03-15-0600.csv as Open edX names its reports, …-2026-03-15.zip as the research packages.
DATED: Final = re.compile(r"[_-](\d{4})-(\d{2})-(\d{2})(?:-(\d{2})(\d{2}))?(?=[._-]|$)")
NOT_FOR_US: Final = N_("the format is not known")
EMPTY: Final = N_("the file is empty")
WORKBOOK: Final = N_("it is a spreadsheet’s workbook: save it as CSV")
UNKNOWN: Final = {  # what is said of a file that was named
    NOT_FOR_US: N_(
        "What {name} is cannot be told from its content. Cordée reads the grade report, the problem grade report and "
        "the student profile report as the instructor dashboard gives them, tracking logs, and more: see "
        "docs/pilot/sources.md."
    ),
    EMPTY: N_("{name} is empty. Export it again."),
    WORKBOOK: N_("{name} is a spreadsheet’s workbook. Save it as CSV, then import that."),
}


def import_paths(
    store: Store,
    paths: Iterable[Path | str],
    *,
    structure: Path | None = None,
    host: str = "",
    course: str = "",
    moved: Callable[[float], None] = lambda _share: None,
) -> list[Receipt]:
    """Read files, folders and patterns into the store, each file once; others who import wait.

    The files that say who is who are read first. `structure` is one more file, `host` where the runs are played (here,
    FUN, edX, Coursera, other), `course` the key of the run of those files that do not say theirs. `moved` is told how
    far it is, from 0 to 1, by size. The receipts are in the order of reading, also of the files that were known
    already; a file that cannot be read, or a file of a folder whose format is not known, gives a receipt with no source
    and a refusal or a remark, and stops no other. Raises InputRefused before anything is read for a path that names no
    file, a file that was named and whose format is not known, or a `course` that is no key.
    """
    run = course_key(course) if course else ""
    if run is None:
        raise InputRefused(
            N_("{course} is no key of a session. Write it as Open edX does, e.g. course-v1:IMT+ABC-C+2017_T1."),
            course=course,
        )
    named = [*map(Path, paths), *([structure] if structure else [])]
    found = list(_files(named))
    if not found:
        raise InputRefused(N_("There is nothing to read in {paths}."), paths=", ".join(map(str, named)))
    known, receipts = [], []
    for path, by_name in found:
        source = source_of(path)
        if source is not None:
            known.append((source, path))
        elif by_name:
            raise InputRefused(UNKNOWN[why_unknown(path)], name=path.name)
        else:
            receipts.append(_unread(path, why_unknown(path)))
    known.sort(key=lambda one: (not one[0].identifies, extracted_at(one[1]), one[1].name))
    sizes = [path.stat().st_size + 1 for _source, path in known]
    total, done = sum(sizes), 0
    for (source, path), size in zip(known, sizes, strict=True):
        part = _Part(moved, done / total, size / total)
        try:
            receipts.append(import_file(store, path, source, host=host, course=run, moved=part))
        except InputRefused as refusal:
            receipts.append(_unread(path, refusal=refusal))
        done += size
        moved(done / total)
    return receipts


@dataclass(frozen=True, slots=True)
class _Part:
    """One file's part of the whole way."""

    moved: Callable[[float], None]
    begun: float
    share: float

    def __call__(self, share: float) -> None:
        self.moved(self.begun + share * self.share)


def import_file(
    store: Store,
    path: Path,
    source: Source,
    *,
    host: str = "",
    course: str = "",
    moved: Callable[[float], None] = lambda _share: None,
) -> Receipt:
    """Read one file, unless the store holds it. Waits while another import runs. Raises InputRefused.

    A report that was taken for another run than `course`, and does not say its run itself, moves to that run.
    """
    digest = digest_of(path)
    with store.alone():
        store.tidy()
        kept = store.receipt_of(digest)
        # A log says the run of each event: nothing that is said beside changes it.
        if kept is not None and (not course or course in kept.courses or kept.rows.get("events")):
            return _known_again(kept, path, course)
        with store.landing(extracted_at(path)) as landing:
            landing.moved, landing.course = moved, course
            source.read(path, landing)
            if landing.adds and not DATED.search(path.name):
                _date_by_newest(landing)
            runs = _name_runs(landing, host)
            if kept is not None:
                if runs == set(kept.courses):
                    return _known_again(kept, path, course)
                store.forget(digest)
                landing.remarks.append(remarks.MOVED.format(course=", ".join(kept.courses)))
            if course and runs and course not in runs:
                landing.remarks.append(_says_own(runs))
            return store.take(landing, digest=digest, name=path.name, source=source.name)


def _known_again(kept: Receipt, path: Path, course: str) -> Receipt:
    """The receipt of a file that was read before, as it is called now; of its remarks, why `course` changed nothing."""
    own = (_says_own(kept.courses),) if course and kept.courses and course not in kept.courses else ()
    return replace(kept, name=path.name, remarks=own, again=True)


def _says_own(runs: Iterable[str]) -> str:
    return remarks.SAYS_OWN_COURSE.format(course=", ".join(sorted(runs)))


def source_of(path: Path) -> Source | None:
    """The format of a file, by its content; None if it is none of ours."""
    head = head_of(path)
    return next((source for source in all_sources() if head and source.recognises(path, head)), None)


def head_of(path: Path) -> bytes:
    """The first bytes of a file, inflated if it is gz, also of one that is damaged further on."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"\x1f\x8b"):
        try:
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD_BYTES)
        except zlib.error:
            return b""
    return head


def digest_of(path: Path) -> str:
    """16 hex of a SHA-256 of the checksums (CRC-32) of the file's pieces.

    It tells files apart that differ by accident, seven times as fast as a SHA-256 of all bytes, which would cost as
    much as reading the log.
    """
    size = path.stat().st_size
    half = size // 2 // PIECE * PIECE if size >= WORTH_TWO else 0
    with ThreadPoolExecutor(1) as beside:
        second = beside.submit(_sums, path, half, None)
        first = _sums(path, 0, half)
    return hashlib.sha256(first + second.result()).hexdigest()[:DIGEST_SIGNS]


def _sums(path: Path, start: int, end: int | None) -> bytes:
    """Size and checksum of each piece from one place of a file to another, or to what is its end by now."""
    sums = bytearray()
    with path.open("rb") as file:
        file.seek(start)
        while (end is None or start < end) and (piece := file.read(PIECE)):
            sums += b"%d %d\n" % (len(piece), zlib.crc32(piece))
            start += len(piece)
    return bytes(sums)


def extracted_at(path: Path) -> dt.datetime:
    """When a file was written out: by its name, else by the file system; UTC."""
    dated = DATED.search(path.name)
    if dated:
        year, month, day, hour, minute = (int(part or 0) for part in dated.groups())
        try:
            return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)
        except ValueError:
            pass  # 2017-13-45 is no date
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


def _files(named: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file once, and whether it was named itself."""
    seen: set[Path] = set()
    for path in named:
        if path.is_dir():
            below = sorted(one for one in path.rglob("*") if one.is_file())
            chosen = [(one, False) for one in below if not any(p.startswith(".") for p in one.relative_to(path).parts)]
        elif path.is_file():
            chosen = [(path, True)]
        else:
            chosen = [(one, True) for one in map(Path, sorted(glob.glob(str(path), recursive=True))) if one.is_file()]  # noqa: PTH207
            if not chosen:
                raise InputRefused(N_("There is no file {path}. Check how it is written."), path=path)
        for one, by_name in chosen:
            if one.resolve() not in seen:
                seen.add(one.resolve())
                yield one, by_name


def why_unknown(path: Path) -> str:
    """Which of `UNKNOWN` a file is that no source recognises."""
    if path.stat().st_size == 0:
        return EMPTY
    is_workbook = path.suffix.lower() in {".xlsx", ".xls", ".ods"}
    return WORKBOOK if is_workbook else NOT_FOR_US


def _unread(path: Path, *remarks: str, refusal: InputRefused | None = None) -> Receipt:
    return Receipt(
        digest="",
        name=path.name,
        source="",
        extracted_at=extracted_at(path),
        courses=(),
        read=0,
        kept=0,
        known=0,
        dropped={},
        remarks=remarks,
        rows={},
        refusal=refusal,
    )


def _date_by_newest(landing: Landing) -> None:
    """A log is of the moment of its last event, unless its clock was wrong."""
    row = landing.database.execute(
        "SELECT max(happened_at) FROM landing.events WHERE happened_at <= now() AT TIME ZONE 'UTC'"
    ).fetchone()
    if row and row[0]:
        landing.extracted_at = row[0].replace(tzinfo=dt.UTC)


def _name_runs(landing: Landing, host: str) -> set[str]:
    """Every run that a file speaks of has its row, with what is said of where it is played; gives their keys."""
    database = landing.database
    spoken = " UNION ".join(f"SELECT course FROM landing.{table.name}" for table in TABLES)  # noqa: S608
    courses = {str(course) for (course,) in database.execute(spoken).fetchall() if course}
    told = {str(course) for (course,) in database.execute("SELECT course FROM landing.runs").fetchall()}
    landing.add(
        "runs",
        [(one, "", subject_of(one), host) for one in sorted(courses - told)],
        ("course", "title", "subject", "host"),
    )
    if host:
        database.execute("UPDATE landing.runs SET host = ? WHERE coalesce(host, '') = ''", [host])
    return courses | told
