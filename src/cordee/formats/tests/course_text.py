"""Pages of course text for tests, with kinds of their own: this room knows none."""

from __future__ import annotations

from cordee.formats.coursetext.lines import Page, read_page
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Setting, TextBlock
from cordee.formats.coursetext.settings import Kinds, check_block

KINDS: Kinds = {
    "quiz": (
        Setting("points", "number"),
        Setting("attempts", "number", "unlimited"),
        Setting("shuffle", "yes-no", "no"),
        Setting("let", repeated=True),
    ),
    "video": (
        Setting("src", "file", per_language=True, repeated=True),
        Setting("captions", "file", per_language=True, repeated=True),
        Setting("duration", "duration"),
        Setting("opens", "date"),
        Setting("ratio", "percent"),
    ),
    "poll": (Setting("results", "choice", "after", choices=("after", "always", "never")),),
    "html": (),
}
PATH = "modules/nommer/trame.fr.md"


def page_of(text: str, say: Messages | None = None, *, path: str = PATH, language: str = "fr") -> Page:
    """A page whose unit is called "trame"."""
    return read_page(text, path=path, name="trame", language=language, say=say or Messages())


def told(text: str, *, settings: bool = False) -> list[str]:
    """What is said of a page, each with its line and column."""
    say = Messages()
    page = page_of(text, say)
    for part in page.unit.parts:
        if settings and isinstance(part, TextBlock):
            check_block(part, KINDS, say)
    return [f"{one.place.line}:{one.place.column} {one}" for one in say.all]
