"""Which form of subtitles is this, and what does it say? Forgiving: what one line spoils, the others survive."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from cordee.core.errors import N_
from cordee.formats.captions.cues import LONGEST_S, Captions, CaptionsUnreadable, Cue, in_order, plain

LONGEST_BYTES = 5_000_000  # an hour of talk is 100 kB
MOST_CUES = 50_000
_MOMENT = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_MOMENT}\s*-{{1,2}}>\s*{_MOMENT}(?:\s.*)?")
_NOT_JSON = re.compile(r"\{\\|\{\d")  # {\an8}, {0}{25}: subtitles of other forms
_ARROW = re.compile(r"\s*[\d:.,]+\s*->")
_NEVER = (math.inf, math.inf)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read(data: bytes) -> Captions:
    """The cues of a file, its form told by its content. Raises CaptionsUnreadable, never anything else.

    Sources: SubRip as Studio takes it, sjson of Open edX ({"start": [ms], "end": [ms], "text": []}), WebVTT
    (https://www.w3.org/TR/webvtt1/). Text that is no UTF-8 is read as Windows wrote it (cp1252).
    """
    if len(data) > LONGEST_BYTES:
        raise CaptionsUnreadable(
            N_("The file of subtitles is larger than {limit} MB. Check that it holds text only."),
            limit=LONGEST_BYTES // 1_000_000,
        )
    text = _decoded(data)
    if "\x00" in text:
        raise CaptionsUnreadable(N_("The file of subtitles is no text. Save it as .srt or .vtt in UTF-8."))
    if text.lstrip()[:1] == "{" and not _NOT_JSON.match(text.lstrip()):
        found = _sjson(text)
    else:
        found = _timed(text, blank_ends=text.lstrip().startswith("WEBVTT"))
    if not found.cues:
        raise CaptionsUnreadable(
            N_("The file of subtitles holds no line with its times. It should look like 00:00:01,000 --> 00:00:04,000.")
        )
    return found


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _timed(text: str, *, blank_ends: bool) -> Captions:
    """SubRip, and WebVTT, where a blank line ends a cue (`blank_ends`)."""
    cues: list[Cue] = []
    unread = 0
    for times, lines in _blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        found = _TIMES.fullmatch(times)
        start_s, end_s = (_moment(*found.group(1, 2, 3, 4)), _moment(*found.group(5, 6, 7, 8))) if found else _NEVER
        if max(start_s, end_s) > LONGEST_S or len(cues) >= MOST_CUES:
            unread += 1
            continue
        cues.append(Cue(start_s, end_s, plain("\n".join(_own_lines(lines) if blank_ends else lines))))
    return Captions(in_order(cues), unread)


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each line of times with the lines up to the next; the number that stands before the next is not among them."""
    starts = [n for n, line in enumerate(lines) if "-->" in line or ("->" in line and _ARROW.match(line))]
    for start, end in pairwise((*starts, len(lines))):
        kept = lines[start + 1 : end]
        yield lines[start], kept if end == len(lines) else _without_number(kept)


def _without_number(lines: list[str]) -> list[str]:
    """A number alone on the last line, behind a blank one or all by itself, names the next cue."""
    numbered = bool(lines) and lines[-1].strip().isdecimal() and (len(lines) == 1 or not lines[-2].strip())
    return lines[:-1] if numbered else lines


def _own_lines(lines: list[str]) -> list[str]:
    """Up to the first blank one."""
    end = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    return lines[:end]


def _moment(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return (whole * 1000 + int(fraction.ljust(3, "0") if fraction else 0)) / 1000


def _sjson(text: str) -> Captions:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise CaptionsUnreadable(
            N_("The file of subtitles starts like JSON and is none. Export the subtitles again as .srt.")
        ) from None
    columns: list[Any] = [data.get(name) for name in ("start", "end", "text")] if isinstance(data, dict) else []
    if not columns or not all(isinstance(column, list) for column in columns):
        raise CaptionsUnreadable(
            N_("The file of subtitles lacks its lists of start, end and text. Export the subtitles again as .srt.")
        )
    starts, ends, texts = columns
    rows = list(zip(starts, ends, texts, strict=False))[:MOST_CUES]
    cues = [
        Cue(start_s, end_s, plain(words if isinstance(words, str) else ""))
        for start, end, words in rows
        if (start_s := _seconds(start)) is not None and (end_s := _seconds(end)) is not None
    ]
    return Captions(in_order(cues), max(map(len, columns)) - len(cues))


def _seconds(milliseconds: object) -> float | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return None
    try:
        found = float(milliseconds) / 1000
    except OverflowError:
        return None
    return round(found, 3) if math.isfinite(found) and 0 <= found <= LONGEST_S else None
