"""Do two problems ask the same, whatever their XML looks like?

What a learner meets is compared: the page with its fields in their places, the keys, what is said of answers, hints,
solutions, scripts, and the names of fields and choices, because answers are kept under them. Looks are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from cordee.activities.quiz.choosing import credit_words, share_of
from cordee.activities.quiz.definition import (
    SLOT,
    SLOT_CLOSE,
    SLOT_OPEN,
    Choices,
    FormulaKey,
    Hint,
    Menus,
    NoKey,
    Number,
    Problem,
    Response,
    Spots,
    Text,
    choice_names,
    slot,
)
from cordee.activities.quiz.demand_hints import hints_of
from cordee.activities.quiz.literals import is_python
from cordee.activities.quiz.numbers import partial_answers
from cordee.activities.quiz.showing import plain, solution_html
from cordee.activities.quiz.words import accepted_texts
from cordee.formats.coursetext.page import Inline, Node, page_of

# What an input may bear that is no more than a look, or that its element says already.
LOOKS = frozenset(
    ("type", "size", "label", "inline", "id", "rows", "cols", "style", "class", "labels", "submitted_status")
)
_LABEL_TAG = re.compile(r"<(/?)label\b[^>]*>")
_DETAILED = re.compile(r'^\s*<div class="detailed-solution">\s*<p>\s*(?:Explanation|Solution|Explication)s?:?\s*</p>')


class Unsayable(ValueError):
    """The text of a quiz has no words for something in a problem."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """What is compared."""

    page: tuple[Node, ...]
    responses: tuple[Any, ...]
    solutions: tuple[tuple[Node, ...], ...]
    hints: tuple[tuple[Node, ...], ...]
    scripts: tuple[str, ...]


def sameness(problem: Problem) -> Sameness:
    """What a problem is to a learner. Raises Unsayable and page's NotProse."""
    if problem.unreadable or problem.targeted:
        raise Unsayable("unreadable" if problem.unreadable else "targeted feedback")
    return Sameness(
        flow_of(problem),
        tuple(_response(response) for response in problem.responses),
        tuple(page_of(solution_words(xml)) for xml in problem.solutions),
        tuple(page_of(html) for html in hints_of(problem)),
        scripts_of(problem),
    )


def solution_words(xml: str) -> str:
    """What a solution says, without the heading that Studio writes into it."""
    if xml.startswith("<solutionset"):
        raise Unsayable("solutionset")
    return _DETAILED.sub("<div>", solution_html(xml))


def scripts_of(problem: Problem) -> tuple[str, ...]:
    """The Python of a problem. Raises Unsayable on other things that are kept."""
    scripts = []
    for piece in problem.kept:
        if piece.startswith("<demandhint"):
            continue
        if not piece.startswith("<script") or (not is_python(piece) and "javascript" in piece[: piece.find(">")]):
            raise Unsayable(piece[1:10])
        source = etree.fromstring(piece).text or ""
        if source.strip():
            scripts.append(re.sub(r"[ \t]+$", "", source, flags=re.MULTILINE).strip("\n"))
    return tuple(scripts)


def flow_of(problem: Problem) -> tuple[Node, ...]:
    """The page with its fields: "2_1" in its line, or, of choices and images, between blocks; labels stand before."""
    body, by_place = problem.body, {}
    for response in problem.responses:
        for rank, input_ in enumerate(response.inputs):
            by_place[f"{response.number}_{input_.number}"] = (response, rank)
    left = set(by_place)

    def put(found: re.Match[str]) -> str:
        code = found[1]
        if code in by_place:
            left.discard(code)
            return _field(*by_place[code], code, plain(body[: found.start()]))
        return f"<pre>{slot(code)}</pre>" if code[:1] == "s" else ""

    html = SLOT.sub(put, _LABEL_TAG.sub(r"<\1p>", body))
    if left:
        raise Unsayable("a field without a place")
    return tuple(_merged(page_of(html)))


def _field(response: Response, rank: int, code: str, before: str) -> str:
    """A field with its label, instruction and unit."""
    attributes = dict(response.inputs[rank].attributes)
    label = response.label
    own = attributes.get("label", "").strip()
    if not label and own and not before.endswith(plain(escape(own))):
        label = escape(own)
    if len(response.inputs) > 1 and (label or response.descriptions):
        raise Unsayable("a label for several fields")
    words = f"<p>{label}</p>" * bool(label) + "".join(f"<p><em>{html}</em></p>" for html in response.descriptions)
    if isinstance(response.key, Choices | Spots):
        return f"{words}<pre>{slot(code)}</pre>"
    after = escape(attributes.get("trailing_text", ""))
    return words + slot(code) + (f" {after}" if after else "")


def is_field(word: Inline) -> bool:
    return isinstance(word, str) and word.startswith(SLOT_OPEN)


def _merged(page: Iterable[Node]) -> Iterable[Node]:
    """A line that begins with a field goes on the paragraph before it."""
    merged: list[Node] = []
    for node in page:
        words = _apart(node)
        last = merged[-1] if merged else None
        begins = node.tag == "p" and words and is_field(words[0])
        if begins and last and last.tag == "p" and not last.attributes and not any(map(is_field, last.children)):
            merged[-1] = Node("p", (), (*last.children, " ", *words))
        else:
            merged.append(Node(node.tag, node.attributes, words))
    return merged


def _apart(node: Node) -> tuple[Inline, ...]:
    """The words of a paragraph, each field being a word of its own without spaces around it."""
    if node.tag != "p":
        return node.children
    words: list[Inline] = []
    for child in node.children:
        if isinstance(child, str) and SLOT.search(child):
            pieces = re.split(f"({SLOT_OPEN}[^{SLOT_CLOSE}]*{SLOT_CLOSE})", child)
            words += [piece for piece in pieces if piece.strip()]
        else:
            words.append(child)
    spaced: list[Inline] = []
    for rank, word in enumerate(words):
        beside = (rank and is_field(words[rank - 1])) or (rank + 1 < len(words) and is_field(words[rank + 1]))
        spaced.append(word.strip() if isinstance(word, str) and beside and not is_field(word) else word)
    return tuple(spaced)


def _response(response: Response) -> Any:
    if response.extra.strip() or any(input_.extra.strip() for input_ in response.inputs):
        raise Unsayable(f"more in {response.tag}")
    if len(response.inputs) > 1 and not isinstance(response.key, NoKey):
        raise Unsayable("several fields in one response")
    known = ("cfn", "expect") if isinstance(response.key, NoKey) else ()
    looks = ("id", "inline", "multiple-choice", "rerandomize", "size", "label")
    other = [name for name, _value in response.attributes if name not in (*known, *looks)]
    if other:
        raise Unsayable(f"{response.tag} {other[0]}")
    fields = []
    for rank, input_ in enumerate(response.inputs):
        attributes = {name: value for name, value in input_.attributes if name not in LOOKS}
        attributes.pop("trailing_text", None)
        if isinstance(response.key, Spots):
            spot = {name: " ".join(attributes.pop(name, "").split()) for name in ("src", "width", "height", "alt")}
            fields.append((response.input_id(rank), spot))
        else:
            fields.append((response.input_id(rank), {}))
        if attributes:
            raise Unsayable(f"{input_.tag} {next(iter(attributes))}")
    said = tuple((hint.when, page_of(hint.html)) for hint in response.said)
    own = dict(response.attributes)
    return (response.tag, tuple(map(str, fields)), _key(response), said, own.get("cfn"), own.get("expect"))


def _key(response: Response) -> Any:  # noqa: PLR0911 - one a kind of key
    match response.key:
        case Choices() as key:
            return _choices(response, key)
        case Menus(menus=(menu,)):
            return (
                tuple((option.text, _hints(option.hints), _none_of(option.attributes)) for option in menu.options),
                menu.correct,
            )
        case Text() as key:
            accepted = accepted_texts(key)
            hints = (
                [key.hint] * len(accepted)
                if "_or_" in key.answer
                else [key.hint, *(one.hint for one in key.additional)]
            )
            return (
                key.ignores_case,
                key.is_pattern and "_or_" not in key.answer,
                tuple(zip(accepted, map(_hint, hints), strict=False)),
                tuple((hint.when.strip(), _hint(hint)) for hint in key.equal_hints),
                tuple((hint.when.strip(), _hint(hint)) for hint in key.pattern_hints),
            )
        case Number() as key:
            words = credit_words(key.partial_credit) - {"false"}
            return (
                "".join(key.answer.split()),
                _tolerance(key.tolerance),
                sorted(words),
                (key.partial_range or "2") if "close" in words else "",
                tuple(text.strip() for text in partial_answers(key)) if "list" in words else (),
                _hint(key.hint),
                tuple((one.answer.strip(), _hint(one.hint), _tolerance(one.tolerance)) for one in key.additional),
                tuple(
                    (one.answer.strip(), _tolerance(one.tolerance), one.label, page_of(one.html)) for one in key.wrong
                ),
            )
        case FormulaKey() as key:
            return _formula(key)
        case Spots(spots=(spot,)):
            regions = json.loads(spot.regions) if spot.regions and spot.regions.strip() else []
            regions = [regions] if regions and isinstance(regions[0][0], int | float) else regions
            return "".join((spot.rectangle or "").split()).strip(";"), str(
                [[[float(x), float(y)] for x, y in r] for r in regions]
            )
        case NoKey() if response.tag == "customresponse" and {input_.tag for input_ in response.inputs} == {"textline"}:
            return "function"
    raise Unsayable(response.tag)


def _choices(response: Response, key: Choices) -> Any:
    group = {"multiplechoiceresponse": "choicegroup", "choiceresponse": "checkboxgroup"}.get(response.tag)
    if response.inputs[0].tag != group or key.targeted is not None:
        raise Unsayable(f"{response.tag} with {response.inputs[0].tag}")
    words = credit_words(key.partial_credit) - {"false"}
    shares = [
        share_of(choice.points) if choice.correct == "partial" and "points" in words else None for choice in key.choices
    ]
    right = [choice.correct == "true" for choice in key.choices]
    choices = tuple(
        (page_of(choice.html), is_right, share, choice.fixed, _hints(choice.hints, words=group == "checkboxgroup"))
        for choice, is_right, share in zip(key.choices, right, shares, strict=True)
    )
    if any(choice.explanation or _none_of(choice.attributes) for choice in key.choices):
        raise Unsayable("a choice with more")
    credit = sorted(words) if group == "checkboxgroup" else []
    compound = tuple(
        (" ".join(re.findall("[A-Z]", one.when.upper())), one.label, page_of(one.html)) for one in key.compound_hints
    )
    return choices, credit, choice_names(response), key.shuffle, key.pool, compound


def _formula(key: FormulaKey) -> Any:
    names = {hint.name: hint for hint in key.hints}
    if len(names) < len(key.hints) or {part.when for part in key.parts} != set(names):
        raise Unsayable("hints of a formula")
    said = tuple(
        (
            names[part.when].answer,
            names[part.when].samples,
            names[part.when].type == "cs",
            _tolerance(names[part.when].tolerance),
            page_of(part.html),
        )
        for part in key.parts
    )
    return key.answer.strip(), key.samples.replace(" ", ""), key.minds_case, _tolerance(key.tolerance), said


def _hint(hint: Hint | None) -> Any:
    """What is said; nothing when no words and no label are there."""
    if hint is None or not (hint.html.strip() or hint.label):
        return None
    return hint.label, page_of(hint.html)


def _hints(hints: Iterable[Hint], *, words: bool = False) -> tuple[Any, ...]:
    return tuple((said, hint.when.strip().lower() if words else "") for hint in hints if (said := _hint(hint)))


def _none_of(attributes: Iterable[tuple[str, str]]) -> list[str]:
    return [name for name, _value in attributes if name not in LOOKS]


def _tolerance(tolerance: str | None) -> str | None:
    return None if tolerance is None else "".join(tolerance.split())
