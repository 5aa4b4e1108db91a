"""A quiz from and to the OLX element <problem>.

Source of the elements and attributes: docs/olx.md; what each one does to a grade was measured on Open edX's grader.
What is not understood is kept as it is, in its place, and written back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Literal, TypeVar

from cordee.activities.quiz.definition import (
    Accepted,
    Blank,
    BlankChoice,
    BlankChoices,
    Choice,
    Choices,
    FormulaHint,
    FormulaKey,
    Hint,
    Input,
    Key,
    Menu,
    Menus,
    NoKey,
    Number,
    NumberHint,
    Option,
    Problem,
    Response,
    Spot,
    Spots,
    Targeted,
    Text,
    slot,
)
from cordee.activities.quiz.trees import (
    Element,
    attributes_but,
    change_texts,
    inner,
    leading_text,
    outer,
    prepare,
    replace,
    tag_of,
    unwrap,
    without_marks,
)
from cordee.activities.quiz.writing import SAID
from cordee.activities.quiz.writing import write as write
from cordee.core.errors import InputRefused
from cordee.formats.olx.documents import parse

T = TypeVar("T")

# Source: Open edX's grader refuses any other input in these responses, and a second one save in optionresponse.
INPUTS_OF: Mapping[str, tuple[str, ...]] = {
    "multiplechoiceresponse": ("choicegroup",),
    "choiceresponse": ("checkboxgroup", "radiogroup"),
    "optionresponse": ("optioninput",),
    "stringresponse": ("textline",),
    "numericalresponse": ("formulaequationinput", "textline"),
    "formularesponse": ("formulaequationinput", "textline"),
    "imageresponse": ("imageinput",),
    "choicetextresponse": ("radiotextgroup", "checkboxtextgroup"),
    "truefalseresponse": ("choicegroup",),
}
MUST_ANSWER = ("stringresponse", "numericalresponse", "formularesponse")  # their `answer` may not be empty
SEVERAL_INPUTS = ("optionresponse", "imageresponse")
INPUTS = frozenset(
    [
        "annotationinput",
        "checkboxgroup",
        "checkboxtextgroup",
        "chemicalequationinput",
        "choicegroup",
        "codeinput",
        "crystallography",
        "designprotein2dinput",
        "drag_and_drop_input",
        "editageneinput",
        "editamoleculeinput",
        "filesubmission",
        "formulaequationinput",
        "imageinput",
        "javascriptinput",
        "jsinput",
        "jsme",
        "matlabinput",
        "optioninput",
        "radiogroup",
        "radiotextgroup",
        "schematic",
        "textbox",
        "textline",
        "vsepr_input",
    ]
)
# What a response holds besides its page and its inputs.
UNSEEN = frozenset(
    [
        "additional_answer",
        "answer",
        "correcthint",
        "formulahint",
        "hintgroup",
        "hintpart",
        "numericalhint",
        "regexphint",
        "responseparam",
        "stringequalhint",
        "stringhint",
    ]
)
KEPT = frozenset(("demandhint", "script", "style"))


def read(xml: str, change: Callable[[str], str] | None = None) -> Problem:
    """Read one <problem>, its own tag included. Never raises: what is no XML becomes an unreadable problem.

    `change` is applied to each text and attribute first, scripts and styles aside.
    """
    try:
        root = parse(xml.encode()).root
    except (InputRefused, UnicodeEncodeError):
        return Problem(body=without_marks(xml), unreadable=True)
    if tag_of(root) != "problem":
        return Problem(body=without_marks(xml), unreadable=True)
    if change is not None:
        change_texts(root, change, but=("script", "style"))
    prepare(root)
    found = [element for element in root.iter() if _is_response(element)]
    responses = tuple(_response(number, element) for number, element in zip(count(2), found, strict=False))
    solutions = _take(root, "s", lambda tag: tag in ("solution", "solutionset"))
    targeted = tuple(
        Targeted(element.get("explanation-id", ""), inner(element)) for element in root.iter("targetedfeedback")
    )
    for place, element in enumerate([*root.iter("targetedfeedbackset")]):
        replace(element, slot("t0") if place == 0 else "")
    kept = _take(root, "k", lambda tag: tag in KEPT)
    return Problem(inner(root), responses, solutions, targeted, kept)


def _is_response(element: Element) -> bool:
    return tag_of(element).endswith("response") and not any(
        tag_of(above).endswith("response") for above in element.iterancestors()
    )


def _take(root: Element, letter: str, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    """Take the outermost elements of some tags out, leaving numbered slots."""
    found = [
        element
        for element in root.iter()
        if wanted(tag_of(element)) and not any(wanted(tag_of(above)) for above in element.iterancestors())
    ]
    pieces = tuple(outer(element) for element in found)
    for rank, element in enumerate(found):
        replace(element, slot(f"{letter}{rank}"))
    return pieces


def _response(number: int, element: Element) -> Response:
    """Read a response and leave its page in its place, with slots for its inputs."""
    tag = tag_of(element)
    inputs = [
        found
        for found in element.iter()
        if tag_of(found) in INPUTS and not any(tag_of(above) in INPUTS for above in found.iterancestors())
    ]
    reader = _READERS.get(tag, _no_key) if _can_be_read(tag, element, inputs) else _no_key
    label, descriptions = _label(element) if reader is not _no_key else "", _descriptions(element, reader)
    key, read_inputs, names, extra = reader(element, inputs)
    for input_, place in zip(inputs, read_inputs, strict=True):
        replace(input_, slot(f"{number}_{place.number}"))
    said: tuple[Hint, ...] = ()
    if reader is not _no_key:
        said = tuple(Hint(html, when=when) for when, name in SAID.items() if (html := _html_in(element, name)))
        names = (*names, *(SAID[hint.when] for hint in said))
    attributes = attributes_but(element, *names)
    response = Response(number, tag, key, read_inputs, label, descriptions, attributes, extra, said)
    unwrap(element, slot(f"({number}"), slot(f"){number}"))
    return response


def _html_in(element: Element, name: str) -> str:
    """The HTML in an attribute of ours; "" when it is not one that could stand in the page."""
    html = element.get(name, "")
    try:
        parse(f"<p>{html}</p>".encode())
    except (InputRefused, UnicodeEncodeError):
        return ""
    return html


def _can_be_read(tag: str, element: Element, inputs: list[Element]) -> bool:
    allowed = INPUTS_OF.get(tag)
    if allowed is None or not inputs or any(tag_of(input_) not in allowed for input_ in inputs):
        return False
    if tag in MUST_ANSWER and not element.get("answer"):
        return False
    return tag in SEVERAL_INPUTS or len(inputs) == 1


def _label(element: Element) -> str:
    """The question: a <label> of the response, or the one just before it."""
    label = element.find("label")
    if label is None:
        before = element.getprevious()
        if before is None or tag_of(before) != "label" or (before.tail or "").strip():
            return ""
        label = before
    html = inner(label)
    replace(label, "")
    return html


Reader = Callable[[Element, list[Element]], tuple[Key, tuple[Input, ...], tuple[str, ...], str]]


def _descriptions(element: Element, reader: Reader) -> tuple[str, ...]:
    if reader is _no_key:
        return ()
    found = element.findall("description")
    descriptions = tuple(inner(description) for description in found)
    for description in found:
        replace(description, "")
    return descriptions


def _hint(element: Element | None, when: str = "") -> Hint | None:
    return None if element is None else Hint(inner(element), element.get("label"), when)


def _hints(elements: Iterable[Element], attribute: str) -> tuple[Hint, ...]:
    return tuple(Hint(inner(element), element.get("label"), element.get(attribute, "")) for element in elements)


def _no_key(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    read_inputs = tuple(
        Input(rank, tag_of(input_), attributes_but(input_), inner(input_)) for rank, input_ in enumerate(inputs, 1)
    )
    return NoKey(), read_inputs, (), _unseen(element, inputs)


def _unseen(element: Element, inputs: list[Element], *read: Element) -> str:
    """Take out of a response what is not for the page, and give back as XML what was not read."""
    found = [
        child
        for child in element.iterdescendants()
        if tag_of(child) in UNSEEN
        and not any(above in inputs or tag_of(above) in UNSEEN for above in child.iterancestors())
    ]
    extra = "".join(outer(child) for child in found if child not in read)
    for child in found:
        replace(child, "")
    return extra


def _choices(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    group = inputs[0]
    compound = _hints(group.iter("compoundhint"), "value")
    for hint in [*group.iter("compoundhint")]:
        replace(hint, "")
    choices = _taken(group, "choice", _choice)
    key = Choices(
        choices,
        partial_credit=element.get("partial_credit"),
        shuffle=(group.get("shuffle") or "").lower() == "true",
        pool=group.get("answer-pool", ""),
        targeted=element.get("targeted-feedback"),
        compound_hints=compound,
    )
    attributes = attributes_but(group, *(("shuffle",) if key.shuffle else ()), "answer-pool")
    input_ = Input(1, tag_of(group), attributes, inner(group).strip())
    return key, (input_,), ("partial_credit", "targeted-feedback"), _unseen(element, inputs)


def _taken(group: Element, tag: str, read_one: Callable[[Element], T]) -> tuple[T, ...]:
    """Read and take out every element of a tag; one inside another is taken first, and so is no part of the other."""
    found = []
    for element in reversed([*group.iter(tag)]):
        found.append(read_one(element))
        replace(element, "")
    return tuple(reversed(found))


def _choice(element: Element) -> Choice:
    hints = _hints(element.findall("choicehint"), "selected")
    for hint in element.findall("choicehint"):
        replace(hint, "")
    correct: Literal["true", "false", "partial"] = "false"
    match element.get("correct", "").lower():
        case "true":
            correct = "true"
        case "partial":
            correct = "partial"
    fixed = element.get("fixed", "").lower() == "true"
    return Choice(
        inner(element).strip(),
        correct,
        name=element.get("name", ""),
        points=element.get("point_value", ""),
        fixed=fixed,
        explanation=element.get("explanation-id", ""),
        hints=hints,
        attributes=attributes_but(
            element, "correct", "name", "point_value", "explanation-id", *(("fixed",) if fixed else ())
        ),
    )


def _menus(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    menus, read_inputs = [], []
    for rank, input_ in enumerate(inputs, 1):
        elements = [*input_.iter("option")]
        if elements:
            options = tuple(_option(option) for option in elements)
            right = tuple(
                option.text
                for option, found in zip(options, elements, strict=True)
                if found.get("correct", "").lower() == "true"
            )
            menus.append(Menu(options, right))
            for option in elements:
                replace(option, "")
        else:
            texts = options_of(input_.get("options", ""))
            correct = input_.get("correct")
            menus.append(
                Menu(tuple(Option(text) for text in texts), () if correct is None else (correct,), as_elements=False)
            )
        names = () if elements else ("options", "correct")
        read_inputs.append(Input(rank, "optioninput", attributes_but(input_, *names), inner(input_).strip()))
    return Menus(tuple(menus)), tuple(read_inputs), (), _unseen(element, inputs)


def _option(element: Element) -> Option:
    hints = _hints(element.findall("optionhint"), "selected")
    return Option(leading_text(element).strip(), hints, attributes_but(element, "correct"))


_QUOTED = re.compile(r"""'((?:\\'|[^']|(?<=[^\W\d_])'(?=[^\W\d_]))*)'|"([^"]*)\"""")


def options_of(text: str) -> tuple[str, ...]:
    """The lines of a menu written as one attribute: ('a','b').

    An apostrophe between letters or after a backslash is no quote.
    """
    text = text.strip()
    if text[:1] in ("(", "[") and text[-1:] in (")", "]"):
        text = text[1:-1]
    quoted = [(found[1] or found[2] or "").replace("\\'", "'") for found in _QUOTED.finditer(text)]
    return tuple(quoted or (piece.strip() for piece in text.split(",") if piece.strip()))


def _text(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    correct_hint = element.find("correcthint")
    key = Text(
        element.get("answer", ""),
        type=element.get("type"),
        hint=_hint(correct_hint),
        additional=tuple(_accepted(child, may_be_text=True) for child in element.findall("additional_answer")),
        equal_hints=_hints(element.findall("stringequalhint"), "answer"),
        pattern_hints=_hints(element.findall("regexphint"), "answer"),
    )
    read_ = [*element.findall("additional_answer"), *element.findall("stringequalhint"), *element.findall("regexphint")]
    if correct_hint is not None:
        read_.append(correct_hint)
    return key, (_line(inputs[0]),), ("answer", "type"), _unseen(element, inputs, *read_)


def _line(input_: Element) -> Input:
    return Input(1, tag_of(input_), attributes_but(input_), inner(input_).strip())


def _accepted(element: Element, *, may_be_text: bool) -> Accepted:
    answer = element.get("answer")
    in_text = may_be_text and not answer
    return Accepted(
        leading_text(element).strip() if in_text else answer or "",
        hint=_hint(element.find("correcthint")),
        in_text=in_text,
        tolerance=None if may_be_text else element.get("tolerance"),
    )


_PARAMETERS = ("type", "default", "partial_range", "partial_answers")


def _number(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    correct_hint = element.find("correcthint")
    parameters = [*element.iter("responseparam")]

    def first(name: str, *, of_tolerance: bool = False) -> str | None:
        values = (found.get(name) for found in parameters if not of_tolerance or found.get("type") == "tolerance")
        return next((value for value in values if value is not None), None)

    groups = [group for group in element.findall("hintgroup") if _is_plain_number_group(group)]
    key = Number(
        element.get("answer", ""),
        tolerance=first("default", of_tolerance=True),
        partial_credit=element.get("partial_credit"),
        partial_range=first("partial_range"),
        partial_answers=first("partial_answers"),
        hint=_hint(correct_hint),
        additional=tuple(_accepted(child, may_be_text=False) for child in element.findall("additional_answer")),
        wrong=tuple(hint for group in groups for hint in _number_hints(group)),
    )
    understood = {
        "type": "tolerance",
        "default": key.tolerance,
        "partial_range": key.partial_range,
        "partial_answers": key.partial_answers,
    }
    read_ = [
        found
        for found in parameters
        if all(understood.get(str(name)) == value for name, value in found.attrib.items())
        and (found.get("type") or not found.get("default"))
    ]
    read_ += [*element.findall("additional_answer"), *groups]
    if correct_hint is not None:
        read_.append(correct_hint)
    return key, (_line(inputs[0]),), ("answer", "partial_credit"), _unseen(element, inputs, *read_)


def _number_hints(group: Element) -> Iterator[NumberHint]:
    for found, part in zip([*group][::2], [*group][1::2], strict=True):
        yield NumberHint(found.get("answer", ""), inner(part[0]), found.get("tolerance"), found.get("label"))


def _is_plain_number_group(group: Element) -> bool:
    """Whether a group holds wrong numbers, each followed by what is said of it, under the names that `write` gives."""
    pairs = [*zip([*group][::2], [*group][1::2], strict=False)]
    return (
        not group.attrib
        and len(group) == 2 * len(pairs) > 0
        and all(
            tag_of(hint) == "numericalhint"
            and tag_of(part) == "hintpart"
            and [tag_of(inside) for inside in part] == ["text"]
            and {*map(str, hint.attrib)} <= {"answer", "tolerance", "label", "name"}
            and hint.get("name") == part.get("on") == f"wrong{rank}"
            and not part[0].attrib
            for rank, (hint, part) in enumerate(pairs, 1)
        )
    )


def _formula(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    parameter = next((found for found in element.iter("responseparam") if found.get("type") == "tolerance"), None)
    tolerance = None if parameter is None else parameter.get("default")
    groups = [group for group in element.findall("hintgroup") if _is_plain_hintgroup(group)]
    key = FormulaKey(
        element.get("answer", ""),
        element.get("samples", ""),
        type=element.get("type"),
        tolerance=tolerance,
        hints=tuple(
            FormulaHint(
                found.get("name", ""),
                found.get("answer", ""),
                found.get("samples", ""),
                type=found.get("type"),
                tolerance=found.get("tolerance"),
            )
            for group in groups
            for found in group.findall("formulahint")
        ),
        parts=tuple(
            Hint(inner(part[0]), label="", when=part.get("on", ""))
            for group in groups
            for part in group.iter("hintpart")
        ),
    )
    read_ = list(groups)
    if parameter is not None and tolerance is not None and len(parameter.attrib) == 2:  # noqa: PLR2004 - type and default
        read_.append(parameter)
    return key, (_line(inputs[0]),), ("answer", "samples", "type"), _unseen(element, inputs, *read_)


_OF_FORMULAHINT = frozenset(("answer", "name", "samples", "tolerance", "type"))


def _is_plain_hintgroup(group: Element) -> bool:
    """Whether a group holds what is understood and nothing else: formulas, and parts with one <text> each."""
    return not group.attrib and all(
        (tag_of(child) == "formulahint" and len(child) == 0 and {*map(str, child.attrib)} <= _OF_FORMULAHINT)
        or (
            tag_of(child) == "hintpart"
            and [tag_of(inside) for inside in child] == ["text"]
            and {*map(str, child.attrib)} <= {"on"}
            and not child[0].attrib
        )
        for child in group
    )


def _spots(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    spots = tuple(Spot(input_.get("rectangle"), input_.get("regions")) for input_ in inputs)
    read_inputs = tuple(
        Input(rank, "imageinput", attributes_but(input_, "rectangle", "regions"), inner(input_).strip())
        for rank, input_ in enumerate(inputs, 1)
    )
    return Spots(spots), read_inputs, (), _unseen(element, inputs)


def _blank_choices(element: Element, inputs: list[Element]) -> tuple[Key, tuple[Input, ...], tuple[str, ...], str]:
    group = inputs[0]
    key = BlankChoices(_taken(group, "choice", _blank_choice))
    input_ = Input(1, tag_of(group), attributes_but(group), inner(group).strip())
    return key, (input_,), (), _unseen(element, inputs)


def _blank_choice(element: Element) -> BlankChoice:
    blanks = []
    for rank, field in enumerate([*element.iter("numtolerance_input")]):
        blanks.append(
            Blank(
                field.get("answer", ""), field.get("tolerance"), attributes=attributes_but(field, "answer", "tolerance")
            )
        )
        replace(field, slot(f"n{rank}"))
    return BlankChoice(
        inner(element).strip(),
        element.get("correct", "").lower() == "true",
        tuple(blanks),
        attributes_but(element, "correct"),
    )


_READERS: Mapping[str, Reader] = {
    "multiplechoiceresponse": _choices,
    "choiceresponse": _choices,
    "truefalseresponse": _choices,
    "formularesponse": _formula,
    "imageresponse": _spots,
    "choicetextresponse": _blank_choices,
    "optionresponse": _menus,
    "stringresponse": _text,
    "numericalresponse": _number,
}
