"""How is the Markdown of a category or a path shown? Paragraphs, lists, emphasis and links; nothing that breaks out."""

from __future__ import annotations

from html import unescape
from typing import Final

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_READER: Final = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading"])


LONGEST_PLAIN: Final = 200


def plain(html: str) -> str:
    """The words alone, on one line, cut at a word where they are many: for a description."""
    words = " ".join(unescape(strip_tags(html)).split())
    return words if len(words) <= LONGEST_PLAIN else f"{words[:LONGEST_PLAIN].rpartition(' ')[0]}…"


def shown(text: str) -> SafeString:
    """HTML for `.prose`. Written HTML is shown as text, and links lead only to web addresses (markdown-it's rule)."""
    html: str = _READER.render(text)
    return mark_safe(html)  # noqa: S308 - escaped by its renderer
