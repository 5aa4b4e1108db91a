"""How is the Markdown of a category or a path shown? Paragraphs, lists, emphasis and links; nothing that breaks out."""

from __future__ import annotations

from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_READER: Final = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading"])


def shown(text: str) -> SafeString:
    """HTML for `.prose`. Written HTML is shown as text, and links lead only to web addresses (markdown-it's rule)."""
    html: str = _READER.render(text)
    return mark_safe(html)  # noqa: S308 - escaped by its renderer
