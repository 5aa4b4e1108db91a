"""Which words may stand after `:::` on this site, and which kind reads them?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cordee.courses.kinds import WrittenAsText, installed, written_as_text
from cordee.formats.coursetext.settings import OURS, Kinds


@cache
def readers() -> Mapping[str, WrittenAsText]:
    """Every word with the kind that reads it; a word of two kinds, or of the format itself, is a start-up error."""
    found: dict[str, WrittenAsText] = {}
    for kind in installed().values():
        reader = written_as_text(kind)
        if reader is None:
            continue
        for word in reader.text_settings():
            if word in found or word in OURS:
                raise RuntimeError(f"two kinds are written as ::: {word}: keep one of the two packages")
            found[word] = reader
    return found


@cache
def table() -> Kinds:
    """The settings of each word."""
    return {word: tuple(reader.text_settings()[word]) for word, reader in readers().items()}
