"""Since when is a page as it is, and what changed in it since somebody confirmed its translation? From the versions."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cordee.courses.text.history import History
from cordee.formats.coursetext.canonical import confirmed_lines, digest
from cordee.formats.coursetext.folder import MODULES
from cordee.formats.coursetext.join import State, confirmed_for, state_of
from cordee.formats.coursetext.lines import Page, read_page
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.settings import Kinds

LINES_AROUND = 1  # of a difference


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a page of a version stands in one language. `unit`: its name in the text."""

    unit: str
    language: str
    state: State
    reference: Page
    confirmed_for: str = ""


def corrected_at(history: History | None, reference: Page, kinds: Kinds) -> dt.datetime | None:
    """When the page was first published as it is now, without a break since; None when it is not published yet."""
    wanted, found = digest(reference, kinds), None
    for issue in history.issues if history is not None else ():
        earlier = _page_in(history.texts(issue.number), reference) if history is not None else None
        if earlier is None or digest(earlier, kinds) != wanted:
            break
        found = issue.published_at
    return found


def changed_since(history: History, reference: Page, confirmed: str, kinds: Kinds) -> tuple[str, ...]:
    """Lines that went (`-`) and came (`+`) since the state that was confirmed; none when no version holds that one."""
    for issue in history.issues:
        earlier = _page_in(history.texts(issue.number), reference)
        if earlier is not None and digest(earlier, kinds) == confirmed:
            before, after = confirmed_lines(earlier, kinds), confirmed_lines(reference, kinds)
            lines = difflib.unified_diff(before, after, n=LINES_AROUND, lineterm="")
            return tuple(line for line in list(lines)[2:] if not line.startswith("@@") and line[1:].strip())
    return ()


def standings(texts: Mapping[str, str], languages: tuple[str, ...], kinds: Kinds) -> Iterator[Standing]:
    """Every unit of a published text in every language but the first, which is the reference."""
    first, *others = languages
    ending = f".{first}.md"
    for path in sorted(texts):
        if not path.startswith(f"{MODULES}/") or not path.endswith(ending):
            continue
        reference = _read(texts[path], path, first)
        for language in others:
            own = path.removesuffix(ending) + f".{language}.md"
            page = _read(texts[own], own, language) if own in texts else None
            said = confirmed_for(page) if page is not None else ""
            yield Standing(reference.unit.name, language, state_of(reference, page, kinds), reference, said)


def _page_in(texts: Mapping[str, str], page: Page) -> Page | None:
    """The same page as another version had it, by its path."""
    text = texts.get(page.unit.path)
    return None if text is None else _read(text, page.unit.path, page.unit.language)


def _read(text: str, path: str, language: str) -> Page:
    name = path.rpartition("/")[2].split(".")[0]
    return read_page(text, path=path, name=name, language=language, say=Messages())
