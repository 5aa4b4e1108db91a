"""What HTML does the Markdown of a course text become?

CommonMark with tables, strikethrough, footnotes and mathematics; a note for the team leaves no trace.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

_TEAM = re.compile(r"^> ?\[!team\][^\n]*\n?(?:>[^\n]*\n?)*", re.MULTILINE)


def to_html(markdown: str, *, language: str = "en") -> str:
    """The HTML of some Markdown."""
    del language
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)
    return str(reader.render(_TEAM.sub("", markdown))).strip()
