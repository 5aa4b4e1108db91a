"""Which settings may a block have, and what do their values mean?

The tables come from the kinds, which this room does not know: `Kinds` maps each word after `:::` to its own settings.
What any block may have, and the blocks that belong to no kind (containers and `include`), are here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cordee.core.errors import N_
from cordee.formats.coursetext import conditions, dates, durations
from cordee.formats.coursetext.model import Place, Say, Setting, TextBlock, Written
from cordee.formats.coursetext.nearest import nearest

Kinds = Mapping[str, tuple[Setting, ...]]

COMMON: Final = (
    Setting("title", per_language=True, help="Shown above the block."),
    Setting("for", "list", help="Groups of course.yaml that see it; everybody when it is not written."),
    Setting("visible", "choice", "all", choices=("all", "team"), help="Who sees it: everybody, or the team alone."),
    Setting("if", "condition", help="What must be so before a learner sees it: “depart answered”."),
    Setting("was", "list", help="Former names of the block: its answers follow."),
    Setting("languages", "list", help="Only their readers see it, of a text; everybody when it is not written."),
)
READ_ONLY: Final = ("text", "html")  # kinds that earn nothing, and in which nothing is to be done
LANGUAGES_NOT_KEPT: Final = N_(
    "Only a text can be for the readers of some languages here: readers of every language see this. "
    "Take the line out, or do not count on it."
)
HOLDERS: Final = ("group", "bank", "experiment", "branch")  # the kinds that hold blocks
OURS: Final[Kinds] = {
    "group": (),
    "bank": (
        Setting("from", "word", help="The file of banks/ whose questions are drawn."),
        Setting("draw", "number", "all", help="How many of them each learner gets; “all”: every one, in some order."),
    ),
    "experiment": (Setting("on", "word", help="The experiment of course.yaml that says who gets which branch."),),
    "branch": (),
    "include": (Setting("src", "file", per_language=True, help="The page whose prose stands here."),),
}
PLANNED: Final = (  # of the specification, not to be had yet
    *("applet", "codecast", "discussion", "embed", "file", "match", "package", "peer", "quest", "tool"),
)
PLANNED_PER_LANGUAGE: Final = ("title", "src", "alt", "topic", "url")  # of their settings
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_YES, _NO = ("yes", "oui", "true"), ("no", "non", "false")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def with_ours(kinds: Kinds) -> Kinds:
    """Every word that may stand after `:::`."""
    return {**kinds, **OURS}


def is_known_kind(kind: str, kinds: Kinds) -> bool:
    return kind in OURS or kind in kinds


def settings_of(kind: str, kinds: Kinds) -> tuple[Setting, ...]:
    """What a block of a kind may have, in canonical order: what any block has, then its own."""
    own = _own_of(kind, kinds)
    names = [setting.name for setting in own]
    return (*[setting for setting in COMMON if setting.name not in names], *own)


def _own_of(kind: str, kinds: Kinds) -> tuple[Setting, ...]:
    return OURS[kind] if kind in OURS else kinds.get(kind, ())


def is_per_language(kind: str, name: str, kinds: Kinds) -> bool:
    """May a setting differ between languages?"""
    if kind in PLANNED and kind not in kinds:
        return name in PLANNED_PER_LANGUAGE
    setting = setting_of(kind, name, kinds)
    return setting is not None and setting.per_language


def setting_of(kind: str, name: str, kinds: Kinds) -> Setting | None:
    """Asked for every setting of a course, more than once: so nothing is put together here."""
    for settings in (_own_of(kind, kinds), COMMON):
        for setting in settings:
            if setting.name == name:
                return setting
    return None


def unquoted(text: str) -> str:
    """A value without the quotes around it: `"[1]"` says `[1]`."""
    found = _QUOTED.fullmatch(text.strip())
    return re.sub(r"\\(.)", r"\1", found[1]) if found else text.strip()


def list_of(text: str) -> tuple[str, ...]:
    """The words of `[a, b]`, of `a, b` and of `a`. A comma between quotes parts nothing."""
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1]
    parts = re.findall(r'"(?:[^"\\]|\\.)*"|[^,"]+|"', inner)
    words: list[str] = [""]
    for part in re.split(r'("(?:[^"\\]|\\.)*")', inner) if parts else []:
        if part.startswith('"') and part.endswith('"') and len(part) > 1:
            words[-1] += unquoted(part)
        else:
            first, *more = part.split(",")
            words[-1] += first.strip()
            words += [one.strip() for one in more]
    return tuple(word for word in words if word)


def yes_no(text: str) -> bool | None:
    """None when it is neither."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def number(text: str) -> float | None:
    """A number, `3,5` being 3.5; None when it is none."""
    word = text.strip()
    return float(word.replace(",", ".")) if _NUMBER.fullmatch(word) else None


def check_block(block: TextBlock, kinds: Kinds, say: Say) -> None:
    """Says what of a block's kind and settings is not understood."""
    if not is_known_kind(block.kind, kinds):
        _say_unknown_kind(block, kinds, say)
        return
    known = {setting.name: setting for setting in settings_of(block.kind, kinds)}
    seen: dict[str, Place] = {}
    for written in block.settings:
        setting = known.get(written.name)
        if setting is None:
            _say_unknown_setting(block, written, known, say)
            continue
        if written.name in seen and not setting.repeated:
            say(
                "setting-twice",
                N_("“{name}” is written twice, first on line {line}. Keep one of the two."),
                written.place,
                name=written.name,
                line=seen[written.name].line,
            )
        seen.setdefault(written.name, written.place)
        if written.name == "languages" and block.kind not in READ_ONLY:
            say("languages-not-kept", LANGUAGES_NOT_KEPT, written.place, severity="warning")
        check_value(setting, written, say)


def _say_unknown_kind(block: TextBlock, kinds: Kinds, say: Say) -> None:
    place = kind_place(block)
    if block.kind in PLANNED:
        say(
            "kind-not-here",
            N_("Activities of the kind “{kind}” cannot be made on this platform yet. Take the block out for now."),
            place,
            kind=block.kind,
        )
        return
    meant = nearest(block.kind, with_ours(kinds))
    if meant:
        say(
            "unknown-kind",
            N_("There is no kind of activity called “{kind}”. Did you mean “{meant}”?"),
            place,
            kind=block.kind,
            meant=meant,
        )
        return
    say(
        "unknown-kind",
        N_("There is no kind of activity called “{kind}”. Write one of these: {known}."),
        place,
        kind=block.kind,
        known=", ".join(sorted(with_ours(kinds))),
    )


def kind_place(block: TextBlock) -> Place:
    """Where the word after `:::` stands."""
    return block.place


def _say_unknown_setting(block: TextBlock, written: Written, known: Mapping[str, Setting], say: Say) -> None:
    meant = nearest(written.name, known)
    if meant:
        template = N_(
            "“{kind}” has no setting “{name}”. Did you mean “{meant}”? If this is text, put an empty line above it."
        )
    else:
        template = N_("“{kind}” has no setting “{name}”; it has {known}. If this is text, put an empty line above it.")
    say(
        "unknown-setting",
        template,
        written.place,
        kind=block.kind,
        name=written.name,
        meant=meant,
        known=", ".join(known),
    )


def check_value(setting: Setting, written: Written, say: Say) -> None:
    """Says when a value is not of the setting's type. A word among the default's own (`unlimited`) is always one."""
    value, place = written.value, value_place(written)
    if not value:
        say(
            "setting-without-value",
            N_("“{name}” has no value. Write one after the colon, or take the line out."),
            written.place,
            name=setting.name,
        )
        return
    if value == setting.default or value in setting.choices:
        return
    template = ""
    match setting.type:
        case "yes-no" if yes_no(value) is None:
            template = N_("“{name}” is either yes or no, not “{value}”.")
        case "number" if number(value) is None:
            template = N_("“{name}” wants a number, and “{value}” is none. Write digits, such as 2 or 0.5.")
        case "percent" if number(value.rstrip(" %\N{NO-BREAK SPACE}")) is None:
            template = N_("“{name}” wants a percentage, and “{value}” is none. Write it as 50 or 50 %.")
        case "duration" if durations.seconds(value) is None:
            template = N_("“{name}” wants a length of time, and “{value}” is none. Write it as 4:10, 30 min or 2 h.")
        case "date" if dates.read(value) is None:
            template = N_(
                "“{name}” wants a date, and “{value}” is none. Write 2027-01-31, +13d (days after the session opens), "
                "+2w, or never; an hour may follow: +13d 18:00."
            )
        case "choice":
            meant = nearest(value, setting.choices)
            if meant:
                template = N_("“{name}” cannot be “{value}”. Did you mean “{meant}”?")
                say("bad-value", template, place, name=setting.name, value=value, meant=meant)
                return
            template = N_("“{name}” cannot be “{value}”. Write one of these: {choices}.")
        case "condition":
            conditions.read(value, place, say)
        case _:
            pass
    if template:
        say("bad-value", template, place, name=setting.name, value=value, choices=", ".join(setting.choices))


def value_place(written: Written) -> Place:
    """Where a value begins, as it is usually written: one space after the colon."""
    return replace(written.place, column=written.place.column + len(written.name) + 2)


def readers_of(block: TextBlock) -> tuple[str, ...]:
    """The languages whose readers alone see a block; nothing for everybody's, and for what is to be done."""
    return list_of(block.value("languages")) if block.kind in READ_ONLY else ()
