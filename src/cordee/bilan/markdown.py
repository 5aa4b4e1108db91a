"""Which of Markdown may an editorial text use? Paragraphs, "## titles", "- items", *emphasis* and **strong**.

Everything else is text, HTML and typst too: what is read here is shown, never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cordee.bilan.document import Paragraph, Span

MARK = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|\*(?=\S)(.+?)(?<=\S)\*")


def paragraphs_of(text: str) -> tuple[Paragraph, ...]:
    """The text as paragraphs; lines that follow each other are one."""
    found: list[Paragraph] = []
    held: list[str] = []

    def close() -> None:
        if held:
            found.append(Paragraph("p", _spans(" ".join(held))))
            held.clear()

    for line in (one.strip() for one in text.splitlines()):
        if not line:
            close()
        elif line.startswith("#"):
            close()
            found.append(Paragraph("heading", (Span(line.lstrip("# ")),)))
        elif line.startswith(("- ", "* ")):
            close()
            found.append(Paragraph("item", _spans(line[2:].strip())))
        else:
            held.append(line)
    close()
    return tuple(found)


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(_cut(text))


def _cut(text: str) -> Iterator[Span]:
    at = 0
    for mark in MARK.finditer(text):
        if mark.start() > at:
            yield Span(text[at : mark.start()])
        yield Span(mark[1], "strong") if mark[1] else Span(mark[2], "emphasis")
        at = mark.end()
    if at < len(text):
        yield Span(text[at:])
