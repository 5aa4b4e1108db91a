"""Which key do the answers of one question make?

The form of an answer says its type: (x) one choice, [x] several, = 42 a number, = "Paris" a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Literal

from cordee.activities.quiz.definition import (
    Accepted,
    Attributes,
    Choice,
    Choices,
    FormulaHint,
    FormulaKey,
    Hint,
    Key,
    Menu,
    Menus,
    NoKey,
    Number,
    NumberHint,
    Option,
    Spot,
    Spots,
    Text,
)
from cordee.activities.quiz.text_expected import (
    ANYTHING,
    BadAnswer,
    Expected,
    expected,
    quoted,
    whole,
)
from cordee.formats.coursetext.marks import Answers, Braces, Item, Note
from cordee.formats.coursetext.model import Place, Say

HALF = 50.0
OF_LISTS = ("partial", "range", "shuffle", "pool", "case", "samples", "width")
OF_CHOICES = ("fixed", "name")

NO_MARK = "This answer has no mark. Write (x) before a right answer and ( ) before a wrong one."
MIXED = (
    "Round and square marks are mixed in one list. Use ( ) when one answer is expected, [ ] when several may be ticked."
)
MIXED_FORMS = "Choices and typed answers are mixed in one list. Write one list for each question."
NO_RIGHT = "No answer of this question is right. Put an x in the parentheses of the right one: (x)."
NO_RIGHT_BOX = "No answer of this question is right. Put an x in the brackets of the right ones: [x]."
NO_RIGHT_TYPED = "No answer of this question is right. Write a right one: = …"
OTHER_MARK = "The mark {mark} has no meaning in a quiz. Write (x), [x] or = before an answer."
UNKNOWN_BRACE = "{name} has no meaning between these braces. Use one of: {known}. For braces in the text write \\{{."
MENU_WORDS = "A drop-down shows plain words only. Write this answer without emphasis, images or links."
MANY_RIGHT_IN_MENU = "A drop-down has one right answer, and {count} are marked. Keep one (x)."
MIXED_TYPED = "Numbers, texts and formulas are mixed in one list. Write one list for each question."
SHARE_HERE = (
    "A part of the points cannot be given to this sort of answer. Write = before a right one, != before a wrong."
)
SHARE_OF_NUMBER = "Another number earns half of the points, no other part. Write (50%)."
TOLERANCE_OF_SHARE = "The tolerance of the first number holds for this one too. Leave ± out here."
SAID_OF_SHARE = "Nothing can be said of a number that earns half of the points. Move the words to [!partly]."
SAID_OF_PLACE = (
    "What is said of a place cannot be told apart. Write it for the whole question: > [!right] or > [!wrong]."
)
WRONG_PLACE = "A wrong place cannot be expected yet. Write what is said of it for the whole question: > [!wrong]."
OR_IN_TEXT = 'Open edX takes "_or_" for a choice between two answers. Write two answers, one a line.'
NOTE_HERE = "The note [!{name}] has no meaning in an answer. Write the words alone, or [!unselected] in a box."
INNER = "Only a blank holds answers of its own. Write the list without indentation."


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of one question: those of the quiz, and the braces above its list over them."""

    values: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    @property
    def minds_case(self) -> bool:
        return self.get("case") == "exact"

    @property
    def samples(self) -> int:
        text = self.get("samples", "10")
        return int(text) if text.isdigit() and text.isascii() and 0 < len(text) < 5 and int(text) else 10  # noqa: PLR2004


@dataclass(slots=True)
class Made:
    """A key and what belongs to its element."""

    tag: str
    key: Key
    input_tag: str
    attributes: Attributes = ()
    input_attributes: Attributes = ()
    said: list[Hint] = field(default_factory=list)
    place: Place = field(default_factory=lambda: Place(""))


Html = Callable[[str], str]  # Markdown -> XML of the words of an answer


class KeyMaker:
    """Makes keys; says what is wrong and goes on with what can be read."""

    def __init__(self, say: Say, html: Html, names: frozenset[str], compute: Callable[[str], str]) -> None:
        self._say = say
        self._html = html
        self._names = names
        self._compute = compute  # an expression with drawn values -> the name of a value of the script

    def made(self, items: Sequence[Item], place: Place, options: Options, *, as_menu: bool) -> Made | None:
        marks = {self._family(item) for item in items}
        if "none" in marks or not items:
            return None
        if marks == {"round"}:
            return self._menu(items, place) if as_menu else self._choices(items, place, options)
        if marks == {"square"}:
            return self._boxes(items, place, options)
        if marks <= {"typed"}:
            return self._typed(items, place, options)
        both = {"round", "square"} <= marks
        self._say("mixed-marks", MIXED if both else MIXED_FORMS, items[-1].place)
        return None

    def _family(self, item: Item) -> str:
        if item.mark == "" or (item.mark.startswith("@") or item.mark in _points(item)):
            if item.mark:
                self._say("unknown-mark", OTHER_MARK, item.place, mark=item.mark)
            else:
                self._say("no-mark", NO_MARK, item.place)
            return "none"
        if item.mark.endswith("="):
            return "typed"
        return "square" if item.mark.startswith("[") else "round"

    def _choices(self, items: Sequence[Item], place: Place, options: Options) -> Made | None:
        if not any(item.mark == "(x)" for item in items):
            self._say("no-right-answer", NO_RIGHT, place)
        choices = tuple(self._choice(item) for item in items)
        partial = any(choice.correct == "partial" for choice in choices)
        key = Choices(
            choices,
            partial_credit="points" if partial else None,
            shuffle=options.get("shuffle") == "yes",
            pool=options.get("pool"),
        )
        return Made("multiplechoiceresponse", key, "choicegroup", input_attributes=(("type", "MultipleChoice"),))

    def _choice(self, item: Item) -> Choice:
        braces = self._braces(item.braces, OF_CHOICES, item.place)
        hints = tuple(self._hint(note) for note in self._notes(item))
        share = _share(item)
        return Choice(
            self._html(item.markdown),
            "partial" if share is not None else "true" if item.mark == "(x)" else "false",
            name=braces.get("name", ""),
            points="" if share in (None, HALF) else f"{share / 100:g}" if share is not None else "",
            fixed="fixed" in braces,
            hints=hints,
        )

    def _boxes(self, items: Sequence[Item], place: Place, options: Options) -> Made | None:
        if not any(item.mark == "[x]" for item in items):
            self._say("no-right-answer", NO_RIGHT_BOX, place)
        choices = []
        for item in items:
            braces = self._braces(item.braces, OF_CHOICES, item.place)
            hints = [
                replace(self._hint(note), when="false" if note.name else "true")
                for note in self._notes(item, "unselected")
            ]
            right: Literal["true", "false"] = "true" if item.mark == "[x]" else "false"
            choices.append(
                Choice(
                    self._html(item.markdown),
                    right,
                    braces.get("name", ""),
                    fixed="fixed" in braces,
                    hints=tuple(hints),
                )
            )
        partial = {"each": "EDC", "halves": "halves"}.get(options.get("partial"))
        key = Choices(
            tuple(choices),
            partial_credit=partial,
            shuffle=options.get("shuffle") == "yes",
            pool=options.get("pool"),
        )
        return Made("choiceresponse", key, "checkboxgroup")

    def _menu(self, items: Sequence[Item], place: Place) -> Made | None:
        options = []
        for item in items:
            self._braces(item.braces, (), item.place)
            html = self._html(item.markdown)
            if "<" in html:
                self._say("menu-words", MENU_WORDS, item.text.place)
            if _share(item) is not None:
                self._say("share-here", SHARE_HERE, item.place)
            options.append(Option(unescape(html), tuple(self._hint(note) for note in self._notes(item))))
        right = tuple(option.text for option, item in zip(options, items, strict=True) if item.mark == "(x)")
        if not right:
            self._say("no-right-answer", NO_RIGHT, place)
        elif len(right) > 1:
            self._say("many-right", MANY_RIGHT_IN_MENU, place, count=len(right))
        return Made("optionresponse", Menus((Menu(tuple(options), right),)), "optioninput")

    def _typed(self, items: Sequence[Item], place: Place, options: Options) -> Made | None:
        read: list[tuple[Item, Expected]] = []
        for item in items:
            self._braces(item.braces, (), item.place)
            try:
                read.append((item, expected(item.text.text, samples=options.samples, names=self._names)))
            except BadAnswer as error:
                self._say(error.code, error.sentence, item.text.place, value=error.value)
        if len(read) < len(items):
            return None
        right = [(item, found) for item, found in read if item.mark == "="]
        if not right:
            self._say("no-right-answer", NO_RIGHT_TYPED, place)
            return None
        forms = {found.form for _item, found in read}
        make = {
            "number": self._number,
            "formula": self._formula,
            "place": self._places,
            "function": self._function,
        }.get(right[0][1].form)
        if make is not None and forms == {right[0][1].form}:
            return make(read, options)
        if forms <= {"text", "pattern", "anything"}:
            return self._text(read, options)
        first = right[0][1].form
        other = next(item for item, found in read if found.form != first)
        self._say("mixed-forms", MIXED_TYPED, other.text.place)
        return None

    def _number(self, read: list[tuple[Item, Expected]], options: Options) -> Made:
        right = [(item, found) for item, found in read if item.mark == "="]
        shares = [(item, found) for item, found in read if _share(item) is not None]
        for item, found in shares:
            if _share(item) != HALF:
                self._say("share-of-number", SHARE_OF_NUMBER, item.place)
            if found.tolerance is not None:
                self._say("tolerance-of-share", TOLERANCE_OF_SHARE, item.text.place)
            if self._notes(item):
                self._say("said-of-share", SAID_OF_SHARE, item.place)
        words = (["close"] if options.get("partial") == "close" else []) + (["list"] if shares else [])
        first, others = right[0], right[1:]
        key = Number(
            self._compute(first[1].value),
            tolerance=first[1].tolerance,
            partial_credit=",".join(words) or None,
            partial_range=options.get("range") or None,
            partial_answers=",".join(found.value for _item, found in shares) or None,
            hint=self._only_hint(first[0]),
            additional=tuple(
                Accepted(self._compute(found.value), self._only_hint(item), tolerance=found.tolerance)
                for item, found in others
            ),
            wrong=tuple(
                NumberHint(self._compute(found.value), hint.html, found.tolerance, hint.label)
                for item, found in read
                if item.mark == "!=" and (hint := self._only_hint(item) or Hint(""))
            ),
        )
        return Made("numericalresponse", key, "formulaequationinput")

    def _formula(self, read: list[tuple[Item, Expected]], options: Options) -> Made:
        type_ = "cs" if options.minds_case else None
        said: list[Hint] = []
        hints, parts = [], []
        first = next(found for item, found in read if item.mark == "=")
        for rank, (item, found) in enumerate(read):
            hint = self._only_hint(item)
            if item.mark == "!=":
                name = f"wrong{rank}"
                hints.append(FormulaHint(name, found.value, found.more or "", type_, found.tolerance))
                parts.append(Hint(hint.html if hint else "", label="", when=name))
            elif _share(item) is not None or found is not first:
                self._say("one-formula", "A question has one right formula. Write one = line.", item.place)
            elif hint:
                said.append(replace(hint, when="right", label=None))
        key = FormulaKey(first.value, first.more or "", type_, first.tolerance, tuple(hints), tuple(parts))
        return Made("formularesponse", key, "formulaequationinput", said=said)

    def _text(self, read: list[tuple[Item, Expected]], options: Options) -> Made:
        right = [(item, found) for item, found in read if item.mark == "="]
        for item, found in read:
            if _share(item) is not None:
                self._say("share-here", SHARE_HERE, item.place)
            if found.form == "text" and "_or_" in found.value:
                self._say("or-in-text", OR_IN_TEXT, item.text.place)
        is_pattern = any(found.form != "text" for _item, found in right)
        values = [self._accepted(found, is_pattern=is_pattern, among_others=len(right) > 1) for _item, found in right]
        hints = [self._only_hint(item) for item, _found in right]
        wrong = [(found, replace(self._only_hint(item) or Hint(""))) for item, found in read if item.mark == "!="]
        key = Text(
            values[0],
            type=" ".join(([] if options.minds_case else ["ci"]) + (["regexp"] if is_pattern else [])) or None,
            hint=hints[0],
            additional=tuple(Accepted(value, hint) for value, hint in zip(values[1:], hints[1:], strict=True)),
            equal_hints=tuple(replace(hint, when=found.value) for found, hint in wrong if found.form == "text"),
            pattern_hints=tuple(
                replace(hint, when=whole(found.value, among_others=False))
                for found, hint in wrong
                if found.form != "text"
            ),
        )
        return Made("stringresponse", key, "textline")

    def _accepted(self, found: Expected, *, is_pattern: bool, among_others: bool) -> str:
        if not is_pattern:
            return found.value
        return whole(_literally(found.value) if found.form == "text" else found.value, among_others=among_others)

    def _places(self, read: list[tuple[Item, Expected]], _options: Options) -> Made:
        for item, _found in read:
            if item.mark == "!=":
                self._say("wrong-place", WRONG_PLACE, item.place)
            if self._notes(item):
                self._say("said-of-place", SAID_OF_PLACE, item.place)
        right = [found.value for item, found in read if item.mark != "!="]
        rectangles = [value for value in right if value.startswith("(")]
        regions = [value for value in right if value.startswith("[")]
        spot = Spot(";".join(rectangles) or None, f"[{','.join(regions)}]" if regions else None)
        return Made("imageresponse", Spots((spot,)), "imageinput")

    def _function(self, read: list[tuple[Item, Expected]], _options: Options) -> Made:
        item, found = read[0]
        if len(read) > 1:
            self._say("one-function", "A question has one function. Write one = line.", read[1][0].place)
        if self._notes(item):
            self._say("said-by-function", "The function says what is said. Write it in its code.", item.place)
        attributes = [("cfn", found.value), *([] if found.more is None else [("expect", found.more)])]
        return Made("customresponse", NoKey(), "textline", attributes=tuple(attributes))

    def _notes(self, item: Item, *also: str) -> list[Note]:
        """What is said of an answer; anything else that it should not hold is told."""
        notes = []
        for part in item.parts:
            if isinstance(part, Answers):
                self._say("inner-answers", INNER, part.place)
            elif isinstance(part, Note) and part.name in ("", *also):
                notes.append(part)
            elif isinstance(part, Note):
                self._say("note-here", NOTE_HERE, part.place, name=part.name)
        return notes

    def _only_hint(self, item: Item) -> Hint | None:
        notes = self._notes(item)
        if len(notes) > 1:
            self._say("said-twice", "Two things are said of one answer. Write them as one quotation.", notes[1].place)
        return self._hint(notes[0]) if notes else None

    def _hint(self, note: Note) -> Hint:
        braces = self._braces(note.braces, ("label",), note.place)
        return Hint(self._html(note.markdown), braces.get("label"))

    def _braces(self, braces: Braces, known: Sequence[str], place: Place) -> dict[str, str]:
        for name, _value in braces:
            if name not in known:
                listed = ", ".join(known) or "-"
                self._say("unknown-brace", UNKNOWN_BRACE, place, name=name, known=listed)
        return {name: value for name, value in braces if name in known}

    def options_of(self, answers: Answers, options: Options) -> Options:
        """Those of the quiz with the braces above a list over them."""
        return Options({**options.values, **self._braces(answers.braces, OF_LISTS, answers.place)})


def _points(item: Item) -> tuple[str, ...]:
    return (item.mark,) if item.mark[:1] == "(" and item.mark[1:-1].replace(".", "").isdigit() else ()


def _share(item: Item) -> float | None:
    """The percent of `(50%)`."""
    return float(item.mark[1:].partition("%")[0]) if "%" in item.mark else None


def _literally(text: str) -> str:
    """A pattern that matches this text."""
    return "".join("\\" + sign if sign in "\\^$.|?*+()[]{}" else sign for sign in text)


def written_accepted(value: str, *, is_pattern: bool) -> str:
    """An accepted text as an author writes it."""
    if not is_pattern:
        return quoted(value)
    return ANYTHING if value == ".+" else f"/{value}/"
