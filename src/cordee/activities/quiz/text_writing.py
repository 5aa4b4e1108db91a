"""How is a problem written as the text of a quiz?

What is written here is proved by its caller: the text is read back and must ask the same (`text_sameness`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from cordee.activities.quiz.choosing import credit_words, share_of
from cordee.activities.quiz.definition import (
    SLOT_CLOSE,
    SLOT_OPEN,
    Choices,
    FormulaKey,
    Hint,
    Menu,
    Menus,
    NoKey,
    Number,
    Problem,
    Response,
    Spots,
    Text,
    choice_names,
)
from cordee.activities.quiz.demand_hints import hints_of
from cordee.activities.quiz.numbers import partial_answers
from cordee.activities.quiz.text_expected import (
    DEFAULT_SAMPLES,
    OPEN_PATTERN,
    bare,
    quoted,
    written_place,
    written_samples,
    written_tolerance,
)
from cordee.activities.quiz.text_reading import GRADER
from cordee.activities.quiz.text_sameness import Unsayable, flow_of, is_field, scripts_of, solution_words
from cordee.activities.quiz.text_values import lets_of, names_in
from cordee.activities.quiz.words import accepted_texts
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.marks import Answers, Braces, Item, Listing, Note, Part, Separator, Words
from cordee.formats.coursetext.model import Place
from cordee.formats.coursetext.page import Inline, Node, tidied
from cordee.formats.coursetext.prose import from_html, from_page

_NOWHERE = Place("")
_VALUE_OPEN, _VALUE_CLOSE = "\ue002", "\ue003"
_VALUE = re.compile(f"{_VALUE_OPEN}([A-Za-z0-9_]*){_VALUE_CLOSE}")
_FIELD = re.compile(f"{SLOT_OPEN}([^{SLOT_CLOSE}]*){SLOT_CLOSE}")


@dataclass(slots=True)
class Written:
    """The body of a quiz, and settings that its content asks for."""

    parts: list[Part] = field(default_factory=list)
    lets: tuple[str, ...] = ()


def write(problem: Problem) -> Written:
    """The parts of the text. Raises Unsayable, NotProse, ValueError."""
    return _Writer(problem).written()


class _Writer:
    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._by_code = {
            f"{response.number}_{input_.number}": response
            for response in problem.responses
            for input_ in response.inputs
        }
        self._names: set[str] = set()
        self._answers: dict[str, str] = {}
        self._done: set[int] = set()

    def written(self) -> Written:
        result = Written()
        scripts = scripts_of(self._problem)
        for source in scripts:
            self._names |= names_in(source)
        found = lets_of(scripts[0]) if len(scripts) == 1 else None
        if found:
            result.lets, self._answers = found
        else:
            result.parts += [Listing(GRADER, marks.lines_of(source), _NOWHERE) for source in scripts]
        for node in flow_of(self._problem):
            result.parts += self._node(node)
        result.parts += [marks.note("hint", self._markdown(html)) for html in hints_of(self._problem)]
        result.parts = [*_parted(result.parts)]
        return result

    # Words

    def _marked(self, html: str) -> str:
        """$names of the script as marks that prose carries unchanged."""
        if not self._names:
            return html
        names = "|".join(sorted(map(re.escape, self._names), key=len, reverse=True))
        return re.sub(rf"\$({names})\b", f"{_VALUE_OPEN}\\1{_VALUE_CLOSE}", html)

    def _unmarked(self, markdown: str | None) -> str:
        if markdown is None:
            raise Unsayable("prose")
        return _VALUE.sub(r"{{\1}}", markdown)

    def _markdown(self, html: str) -> str:
        return self._unmarked(from_html(self._marked(html)))

    def _of_nodes(self, nodes: Iterable[Node]) -> str:
        return self._unmarked(from_page([tidied(self._marked_node(node)) for node in nodes]))

    def _marked_node(self, node: Node) -> Node:
        if not self._names:
            return node
        children = tuple(
            self._marked(child) if isinstance(child, str) else self._marked_node(child) for child in node.children
        )
        return Node(node.tag, tuple((name, self._marked(value)) for name, value in node.attributes), children)

    # The page

    def _node(self, node: Node) -> Iterator[Part]:
        codes = _FIELD.findall(_text(node))
        if not codes:
            yield marks.words(self._of_nodes([node]))
        elif node.tag == "pre" and codes[0][:1] == "s":
            html = solution_words(self._problem.solutions[int(codes[0][1:])])
            yield marks.note("solution", self._markdown(html))
        elif node.tag == "pre":
            yield from self._asked(self._by_code[codes[0]])
        elif node.tag == "p" and len(codes) == 1 and any(map(is_field, node.children)):
            yield from self._line(node, self._by_code[codes[0]])
        else:
            yield from self._filled(node, codes)

    def _line(self, node: Node, response: Response) -> Iterator[Part]:
        """One field in a paragraph; behind its label when nothing follows it."""
        at = next(rank for rank, word in enumerate(node.children) if is_field(word))
        before, after = node.children[:at], node.children[at + 1 :]
        if isinstance(response.key, Menus) or after:
            words = [*before, *([" "] if before else []), str(node.children[at]), *([" "] if after else []), *after]
            words = _closed(words, after)
            yield self._with_blanks([Node("p", (), tuple(words))], {"": _FIELD.findall(str(node.children[at]))[0]})
        elif before:
            yield marks.words(self._of_nodes([Node("p", (), before)]))
        yield from self._asked(response)

    def _filled(self, node: Node, codes: Sequence[str]) -> Iterator[Part]:
        names = {chr(ord("a") + rank) if len(codes) <= 26 else f"b{rank + 1}": code for rank, code in enumerate(codes)}  # noqa: PLR2004 - letters
        yield self._with_blanks([_spaced(node)], names)
        items: list[Item] = []
        options: Braces = ()
        for name, code in names.items():
            response = self._by_code[code]
            if response.number in self._done or not isinstance(
                response.key, Menus | Text | Number | FormulaKey | NoKey
            ):
                raise Unsayable("fields among fields")
            self._done.add(response.number)
            own = self._options(response)
            if isinstance(response.key, Menus):
                inner = Answers(tuple(self._items(response)), _NOWHERE, own)
                items.append(marks.answer("", "", [inner], blanks=(name,)))
                continue
            if options and own != options:
                raise Unsayable("settings of one field among others")
            options = own
            of_response = tuple(blank for blank, one in names.items() if self._by_code[one] is response)
            items += [
                Item(item.mark, item.text, item.parts, item.place, of_response, item.braces)
                for item in self._items(response)
            ]
        if any(self._by_code[code].said for code in codes):
            raise Unsayable("what is said of one field among others")
        yield Answers(tuple(items), _NOWHERE, options)

    def _with_blanks(self, nodes: list[Node], names: dict[str, str]) -> Words:
        markdown = marks.escaped(self._of_nodes(nodes))
        for name, code in names.items():
            markdown = markdown.replace(f"{SLOT_OPEN}{code}{SLOT_CLOSE}", f"[?{name}]")
        return Words(marks.lines_of(markdown))

    # Questions

    def _asked(self, response: Response) -> Iterator[Part]:
        if response.number in self._done:
            raise Unsayable("several fields")
        self._done.add(response.number)
        if isinstance(response.key, Spots):
            attributes = dict(response.inputs[0].attributes)
            alternative = escape(" ".join(attributes.get("alt", "").split()))
            image = f'<img src="{escape(attributes.get("src", ""))}" alt="{alternative}"'
            size = "".join(f' {name}="{attributes.get(name, "")}"' for name in ("width", "height"))
            yield marks.words(self._markdown(f"<p>{image}{size}></p>").replace("{decorative ", "{"))
        yield Answers(tuple(self._items(response)), _NOWHERE, self._options(response))
        if isinstance(response.key, Choices):
            for hint in response.key.compound_hints:
                letters = " ".join(re.findall("[A-Z]", hint.when.upper()))
                yield marks.note("when", self._markdown(hint.html), argument=letters, braces=_label(hint))
        for hint in response.said:
            if not (isinstance(response.key, FormulaKey) and hint.when == "right"):
                yield marks.note(hint.when, self._markdown(hint.html))

    def _options(self, response: Response) -> Braces:
        """What stands in braces above the list."""
        match response.key:
            case Choices() as key:
                words = credit_words(key.partial_credit)
                partial = "each" if "edc" in words else "halves" if "halves" in words else ""
                options = [("partial", partial), ("shuffle", "yes" * key.shuffle), ("pool", key.pool)]
            case Text() as key:
                options = [("case", "" if key.ignores_case else "exact")]
            case Number() as key if "close" in credit_words(key.partial_credit):
                options = [("partial", "close"), ("range", key.partial_range or "")]
            case FormulaKey() as key:
                samples = written_samples(key.samples)
                count = "" if samples is None or samples[1] == DEFAULT_SAMPLES else str(samples[1])
                options = [("case", "exact" if key.minds_case else ""), ("samples", count)]
            case _:
                options = []
        return tuple((name, value) for name, value in options if value)

    def _items(self, response: Response) -> Iterator[Item]:
        match response.key:
            case Choices() as key:
                yield from self._choices(response, key)
            case Menus(menus=(menu,)):
                yield from self._menu(menu)
            case Text() as key:
                yield from self._texts(key)
            case Number() as key:
                yield from self._numbers(key)
            case FormulaKey() as key:
                yield from self._formulas(response, key)
            case Spots(spots=(spot,)):
                yield from (marks.answer("=", place) for place in written_place(spot.rectangle, spot.regions))
            case NoKey() if response.tag == "customresponse":
                own = dict(response.attributes)
                expected = f" {quoted(own['expect'])}" if "expect" in own else ""
                yield marks.answer("=", f"`{own.get('cfn', '')}`{expected}")
            case _:
                raise Unsayable(response.tag)

    def _choices(self, response: Response, key: Choices) -> Iterator[Item]:
        boxes = response.tag == "choiceresponse"
        paid = "points" in credit_words(key.partial_credit)
        plain = [f"choice_{rank}" for rank in range(len(key.choices))]
        named = not boxes and list(choice_names(response)) != plain
        for choice in key.choices:
            if boxes:
                mark = "[x]" if choice.correct == "true" else "[ ]"
            elif choice.correct == "partial" and paid:
                mark = f"({(share_of(choice.points) or 0) * 100:g}%)"
            else:
                mark = "(x)" if choice.correct == "true" else "( )"
            braces: list[tuple[str, str]] = [("fixed", "")] if choice.fixed else []
            if named and choice.name:
                braces.append(("name", choice.name))
            notes = [
                marks.note(
                    "unselected" if boxes and hint.when.lower() == "false" else "",
                    self._markdown(hint.html),
                    braces=_label(hint),
                )
                for hint in choice.hints
                if hint.html.strip() or hint.label
            ]
            yield marks.answer(mark, self._markdown(choice.html), notes, braces=tuple(braces))

    def _menu(self, menu: Menu) -> Iterator[Item]:
        for option in menu.options:
            notes = [self._said(hint) for hint in option.hints[:1]]
            mark = "(x)" if option.text in menu.correct else "( )"
            yield marks.answer(mark, self._markdown(escape(option.text, quote=False)), [one for one in notes if one])

    def _texts(self, key: Text) -> Iterator[Item]:
        accepted = accepted_texts(key)
        legacy = "_or_" in key.answer
        hints = [key.hint] * len(accepted) if legacy else [key.hint, *(one.hint for one in key.additional)]
        for text, hint in zip(accepted, hints, strict=False):
            words = quoted(text)
            if key.is_pattern and not legacy:
                words = (
                    "anything"
                    if text == OPEN_PATTERN and len(accepted) == 1
                    else _slashed(bare(text, among_others=len(accepted) > 1))
                )
            yield self._equal("=", words, hint)
        for hint in key.equal_hints:
            yield self._equal("!=", quoted(hint.when), hint)
        for hint in key.pattern_hints:
            yield self._equal("!=", _slashed(bare(hint.when, among_others=False)), hint)

    def _numbers(self, key: Number) -> Iterator[Item]:
        yield self._equal("=", self._expression(key.answer) + written_tolerance(key.tolerance), key.hint)
        for one in key.additional:
            yield self._equal("=", self._expression(one.answer) + written_tolerance(one.tolerance), one.hint)
        if "list" in credit_words(key.partial_credit):
            yield from (marks.answer("(50%) =", text.strip()) for text in partial_answers(key))
        for wrong in key.wrong:
            words = self._expression(wrong.answer) + written_tolerance(wrong.tolerance)
            yield self._equal("!=", words, Hint(wrong.html, wrong.label))

    def _expression(self, answer: str) -> str:
        if answer in self._answers:
            return self._answers[answer]
        return answer[1:] if answer[:1] == "$" and answer[1:] in self._names else answer

    def _formulas(self, response: Response, key: FormulaKey) -> Iterator[Item]:
        right = next((hint for hint in response.said if hint.when == "right"), None)
        yield self._equal("=", _formula(key.answer, key.tolerance, key.samples), right)
        said = {part.when: part for part in key.parts}
        for hint in key.hints:
            words = _formula(hint.answer, hint.tolerance, hint.samples)
            part = said.get(hint.name)
            yield self._equal("!=", words, Hint(part.html) if part else None)

    def _equal(self, mark: str, text: str, hint: Hint | None) -> Item:
        said = self._said(hint)
        return marks.answer(mark, text, [said] if said else [])

    def _said(self, hint: Hint | None) -> Note | None:
        if hint is None or not (hint.html.strip() or hint.label):
            return None
        return marks.note("", self._markdown(hint.html), braces=_label(hint))


def _formula(answer: str, tolerance: str | None, samples: str) -> str:
    said = written_samples(samples)
    if said is None:
        raise Unsayable("samples")
    return f"{answer}{written_tolerance(tolerance)} for {said[0]}"


def _label(hint: Hint) -> Braces:
    return () if hint.label is None else (("label", hint.label),)


def _slashed(pattern: str | None) -> str:
    if pattern is None:
        raise Unsayable("pattern")
    return f"/{pattern}/"


def _text(node: Node) -> str:
    return "".join(child if isinstance(child, str) else _text(child) for child in node.children)


def _closed(words: list[Inline], after: Sequence[Inline]) -> list[Inline]:
    """No space before a full stop or a comma."""
    first = after[0] if after else ""
    if isinstance(first, str) and first[:1] in (".", ",", ")", ";") and " " in words:
        at = len(words) - len(after) - 1
        return words[:at] + words[at + 1 :]
    return words


def _spaced(node: Node) -> Node:
    """Spaces again around the fields that stand between words."""
    children: list[Inline] = []
    for child in node.children:
        word = child if isinstance(child, str) else _spaced(child)
        if children and is_field(children[-1]) != is_field(word) and (is_field(word) or is_field(children[-1])):
            closes = isinstance(word, str) and word[:1] in (".", ",", ")", ";")
            children += [] if closes else [" "]
        children.append(word)
    return Node(node.tag, node.attributes, tuple(children))


def _parted(parts: Sequence[Part]) -> Iterator[Part]:
    """A list of prose that answers follow is kept apart; two lists of answers are two questions."""
    before: Part | None = None
    for part in parts:
        if isinstance(part, Answers):
            if isinstance(before, Answers | Note):
                yield Separator(_NOWHERE)
            elif isinstance(before, Words) and _ends_in_list(before):
                yield marks.words("<!-- -->")
        yield part
        before = part


def _ends_in_list(words: Words) -> bool:
    last = words.lines[-1].text
    return last.startswith(("- ", "  ")) or re.match(r"-\s*$", last) is not None
