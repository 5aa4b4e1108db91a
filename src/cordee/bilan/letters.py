"""Which letters of a programme can no font of ours print, and where do they stand?

The PDF shows a question mark in their place; a browser has more fonts. So they are named before somebody finds them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from cordee.awards import glyphs
from cordee.bilan.columns import columns_of
from cordee.bilan.folder.faults import Fault, Faults
from cordee.bilan.programme import TABLES, About, Programme
from cordee.core.errors import N_

MOST_NAMED: Final = 8  # letters of one place


def unprintable(programme: Programme) -> tuple[Fault, ...]:
    """A remark for each row, text and entry with such letters: which they are, and where fonts are added."""
    letters, faults = glyphs.printable_letters(), Faults()
    for file, line, words in _said(programme):
        if words.isascii():
            continue
        signs = dict.fromkeys(
            sign
            for sign in unicodedata.normalize("NFC", words)
            if ord(sign) not in letters and sign not in glyphs.UNDRAWN and sign != "\n"
        )
        if signs:
            faults.remark(
                file,
                line,
                N_(
                    "No font here has these letters: {letters}. In the PDF each is a question mark. Put a font that has"
                    " them (.ttf or .otf) into {folder}, or write the words otherwise."
                ),
                letters=", ".join(f"{sign} (U+{ord(sign):04X})" for sign in [*signs][:MOST_NAMED])
                + (", …" if len(signs) > MOST_NAMED else ""),
                folder=glyphs.font_pack(),
            )
    return faults.all()


def _said(programme: Programme) -> Iterator[tuple[str, int, str]]:
    """The words of each row, text and entry, with the place where they stand."""
    for name, record in TABLES.items():
        names = [one for one, column in columns_of(record).items() if column.kind in {"text", "words"}]
        for row in getattr(programme, name):
            words = (getattr(row, one) for one in names)
            yield f"{name}.csv", row.line, "\n".join(one if isinstance(one, str) else "\n".join(one) for one in words)
    yield "programme.toml", 0, "\n".join(_of_about(programme.about))
    for (chapter, language), text in programme.texts.items():
        yield f"texts/{chapter}.{language}.md", 0, text


def _of_about(about: About) -> Iterable[str]:
    for named in (about.name, about.title, about.lead, about.notice, about.estimate):
        yield from named.values()
    yield from (about.licence, about.contact, about.source)
    for host in about.hosts:
        yield host.name
    for category in about.categories:
        yield from (category.fr, category.en)
