"""Errors a person can act on: what happened, then what to do.

The rooms below Django cannot translate, so an error carries its English sentence as a template with named values;
`cordee.web` translates the template into the reader's language. Mark the sentence with `N_` so that it is extracted:

    raise ArchiveRefused(N_("The archive holds {count} files, more than {limit}. Split it."), count=9, limit=5)
"""

from __future__ import annotations

from collections.abc import Callable


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext's tools know for "extract, do not translate yet"
    """Mark a sentence for translation and give it back unchanged."""
    return sentence


NO_BREAK = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"  # French is full of them, and Python calls them unprintable


def shown(text: str, most: int = 120) -> str:
    """Words from outside as they can be put into a sentence: one line, no control character, not endless."""
    clean = "".join(sign if sign.isprintable() or sign in NO_BREAK else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= most else clean[:most] + "…"


class CordeeError(Exception):
    """Base of every error raised on purpose. `status` is the HTTP answer that fits it."""

    status = 400

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.sentence(lambda template: template)

    def sentence(self, translate: Callable[[str], str], write: Callable[[object], object] = lambda value: value) -> str:
        """The sentence in the language that `translate` takes templates into, as is a value that is itself an error.

        `write` says how a value is written in that language: give numbers and days as they are, not as text.
        """
        template = translate(self.template)
        if not self.values:
            return template
        values = {
            name: value.sentence(translate, write) if isinstance(value, CordeeError) else write(value)
            for name, value in self.values.items()
        }
        return template.format(**values)


class InputRefused(CordeeError):
    """What was sent cannot be read or is not allowed."""

    status = 400


class NotAllowed(CordeeError):
    """The person may not do this."""

    status = 403


class NotFound(CordeeError):
    """No such thing, or not for this person."""

    status = 404


class Conflict(CordeeError):
    """The state of things forbids it (attempts used, deadline passed, already done)."""

    status = 409


class NotYet(Conflict):
    """It becomes possible one step later: the sentence says which."""


class TooLarge(CordeeError):
    """More than we take."""

    status = 413


class TooMany(CordeeError):
    """Tried too often; `retry_after_s` says when to try again."""

    status = 429

    def __init__(self, template: str, /, *, retry_after_s: int, **values: object) -> None:
        super().__init__(template, **values)
        self.retry_after_s = retry_after_s
