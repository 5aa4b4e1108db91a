"""How is a problem written as OLX? The half of `olx` that gives back what was read."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from cordee.activities.quiz.definition import (
    SLOT,
    Accepted,
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
    Number,
    NumberHint,
    Option,
    Problem,
    Response,
    Spots,
    Text,
)
from cordee.activities.quiz.trees import written

# What is said of a whole question, as attributes of its response: Open edX passes over them.
SAID = {"right": "right-feedback", "partly": "partly-feedback", "wrong": "wrong-feedback"}


def write(problem: Problem, attributes: Iterable[tuple[str, str]] = ()) -> str:
    """The <problem> as XML text. `attributes` are those of the element itself (display_name, weight…)."""
    if problem.unreadable:
        return problem.body
    pieces = {f"s{rank}": xml for rank, xml in enumerate(problem.solutions)}
    pieces |= {f"k{rank}": xml for rank, xml in enumerate(problem.kept)}
    pieces["t0"] = written(
        "targetedfeedbackset",
        (),
        "".join(
            written("targetedfeedback", [("explanation-id", piece.explanation)], piece.html)
            for piece in problem.targeted
        ),
    )
    for response in problem.responses:
        opened, closed = _written_response(response)
        pieces[f"({response.number}"] = opened
        pieces[f"){response.number}"] = closed
        for rank, input_ in enumerate(response.inputs):
            pieces[f"{response.number}_{input_.number}"] = _written_input(response.key, rank, input_)
    return written("problem", attributes, SLOT.sub(lambda found: pieces.get(found[1], ""), problem.body))


def _written_response(response: Response) -> tuple[str, str]:
    """The start of a response with all that is not on the page, and its end."""
    attributes, content = _written_key(response.key)
    head = written("label", (), response.label) if response.label else ""
    head += "".join(written("description", (), html) for html in response.descriptions)
    attributes += [(SAID[said.when], said.html) for said in response.said]
    element = written(response.tag, [*attributes, *response.attributes], head + content + response.extra)
    end = f"</{response.tag}>"
    return element.removesuffix(end), end


def _written_key(key: Key) -> tuple[list[tuple[str, str | None]], str]:
    match key:
        case Choices():
            return [("partial_credit", key.partial_credit), ("targeted-feedback", key.targeted)], ""
        case Text():
            content = _written_hint("correcthint", key.hint) + _written_accepted(key.additional)
            content += "".join(_written_hint("stringequalhint", hint, "answer") for hint in key.equal_hints)
            content += "".join(_written_hint("regexphint", hint, "answer") for hint in key.pattern_hints)
            return [("answer", key.answer), ("type", key.type)], content
        case Number():
            parameter = [
                ("type", None if key.tolerance is None else "tolerance"),
                ("default", key.tolerance),
                ("partial_range", key.partial_range),
                ("partial_answers", key.partial_answers),
            ]
            content = written("responseparam", parameter) if any(value is not None for _, value in parameter) else ""
            content += _written_hint("correcthint", key.hint) + _written_accepted(key.additional)
            said = "".join(_written_number_hint(rank, hint) for rank, hint in enumerate(key.wrong, 1))
            content += written("hintgroup", (), said) if said else ""
            return [("answer", key.answer), ("partial_credit", key.partial_credit)], content
        case FormulaKey():
            content = (
                ""
                if key.tolerance is None
                else written("responseparam", [("type", "tolerance"), ("default", key.tolerance)])
            )
            said = "".join(_written_formula_hint(hint) for hint in key.hints)
            said += "".join(
                written("hintpart", [("on", part.when)], written("text", (), part.html)) for part in key.parts
            )
            content += written("hintgroup", (), said) if said else ""
            return [("type", key.type), ("samples", key.samples), ("answer", key.answer)], content
        case _:
            return [], ""


def _written_number_hint(rank: int, hint: NumberHint) -> str:
    name = f"wrong{rank}"
    expected = [("answer", hint.answer), ("tolerance", hint.tolerance), ("label", hint.label), ("name", name)]
    return written("numericalhint", expected) + written("hintpart", [("on", name)], written("text", (), hint.html))


def _written_formula_hint(hint: FormulaHint) -> str:
    return written(
        "formulahint",
        [
            ("samples", hint.samples),
            ("answer", hint.answer),
            ("name", hint.name),
            ("type", hint.type),
            ("tolerance", hint.tolerance),
        ],
    )


def _written_hint(tag: str, hint: Hint | None, attribute: str = "") -> str:
    if hint is None:
        return ""
    attributes: list[tuple[str, str | None]] = [("label", hint.label)]
    if attribute and (hint.when or attribute != "selected"):
        attributes.insert(0, (attribute, hint.when))
    return written(tag, attributes, hint.html)


def _written_accepted(additional: tuple[Accepted, ...]) -> str:
    return "".join(
        written(
            "additional_answer",
            [("answer", None if accepted.in_text else accepted.answer), ("tolerance", accepted.tolerance)],
            (escape(accepted.answer) if accepted.in_text else "") + _written_hint("correcthint", accepted.hint),
        )
        for accepted in additional
    )


def _written_input(key: Key, rank: int, input_: Input) -> str:
    attributes: list[tuple[str, str | None]] = [*input_.attributes]
    content = input_.extra
    match key:
        case Choices():
            attributes += [("shuffle", "true" if key.shuffle else None), ("answer-pool", key.pool or None)]
            content = "".join(_written_choice(choice) for choice in key.choices)
            content += "".join(_written_hint("compoundhint", hint, "value") for hint in key.compound_hints)
            content += input_.extra
        case Menus():
            menu = key.menus[rank]
            if menu.as_elements:
                content = "".join(_written_option(option, menu) for option in menu.options) + input_.extra
            else:
                quoted = ",".join("'" + option.text.replace("'", "\\'") + "'" for option in menu.options)
                attributes += [("options", f"({quoted})"), ("correct", menu.correct[0] if menu.correct else None)]
        case Spots():
            attributes += [("rectangle", key.spots[rank].rectangle), ("regions", key.spots[rank].regions)]
        case BlankChoices():
            content = "".join(_written_blank_choice(choice) for choice in key.choices) + input_.extra
    return written(input_.tag, attributes, content)


def _written_blank_choice(choice: BlankChoice) -> str:
    blanks = {
        f"n{rank}": written(
            "numtolerance_input", [("answer", blank.answer), ("tolerance", blank.tolerance), *blank.attributes]
        )
        for rank, blank in enumerate(choice.blanks)
    }
    attributes = [("correct", "true" if choice.correct else "false"), *choice.attributes]
    return written("choice", attributes, SLOT.sub(lambda found: blanks.get(found[1], ""), choice.html))


def _written_choice(choice: Choice) -> str:
    attributes = [
        ("correct", choice.correct),
        ("name", choice.name or None),
        ("point_value", choice.points or None),
        ("fixed", "true" if choice.fixed else None),
        ("explanation-id", choice.explanation or None),
        *choice.attributes,
    ]
    hints = "".join(_written_hint("choicehint", hint, "selected") for hint in choice.hints)
    return written("choice", attributes, choice.html + hints)


def _written_option(option: Option, menu: Menu) -> str:
    attributes = [("correct", "True" if option.text in menu.correct else "False"), *option.attributes]
    hints = "".join(_written_hint("optionhint", hint, "selected") for hint in option.hints)
    return written("option", attributes, escape(option.text) + hints)
