"""Which values does a setting hold that may hold several? `src: [a.mp4, b.webm]`, or the setting repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cordee.formats.coursetext.model import Message, Place, Say, Severity, TextBlock, Written


def listed(written: Iterable[Written]) -> tuple[str, ...]:
    """Every value, in order."""
    found: list[str] = []
    for one in written:
        value = one.value.strip()
        pieces = value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
        found += [piece.strip().strip('"') for piece in pieces if piece.strip()]
    return tuple(found)


def settings_of(block: TextBlock, reference: TextBlock | None, name: str) -> tuple[Written, ...]:
    """A setting as it is written; that of the reference where this text is silent."""
    own = tuple(one for one in block.settings if one.name == name)
    above = reference.settings if reference else ()
    return own or tuple(one for one in above if one.name == name)


def setting_of(block: TextBlock, reference: TextBlock | None, name: str) -> str:
    """The last value of a setting, "" for none."""
    return next((one.value.strip() for one in reversed(settings_of(block, reference, name))), "")


def chosen(
    block: TextBlock, reference: TextBlock | None, name: str, known: Mapping[str, str] | Sequence[str], say: Say
) -> str:
    """A setting that is one of some words; "" for none, or for another word, which is said."""
    value = setting_of(block, reference, name)
    if value and value not in known:
        listed_words = ", ".join(known)
        say("bad-setting", BAD_CHOICE, block.place_of(name), name=name, value=value, known=listed_words)
        return ""
    return value


BAD_CHOICE = "{name} cannot be {value}. Write one of: {known}."


class Messages:
    """Takes note of what is said while a text is read."""

    def __init__(self) -> None:
        self.all: list[Message] = []

    def __call__(
        self, code: str, template: str, place: Place, *, severity: Severity = "error", **values: object
    ) -> None:
        self.all.append(Message(code, template, place, values, severity))

    @property
    def errors(self) -> list[Message]:
        return [message for message in self.all if message.severity == "error"]
