"""How does the text of a quiz become its definition?

A question is prose, one list of answers, and notes. The last paragraph before the answers is its label; one wholly in
italics before them is its instruction. A blank in the prose is where the field stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape
from xml.sax.saxutils import escape

import lxml.html
from lxml import etree

from cordee.activities.quiz.definition import (
    SLOT_CLOSE,
    SLOT_OPEN,
    Attributes,
    Choices,
    Hint,
    Input,
    Menus,
    NoKey,
    Problem,
    Response,
    Spots,
    slot,
)
from cordee.activities.quiz.text_answers import KeyMaker, Made, Options
from cordee.activities.quiz.text_values import Values
from cordee.activities.quiz.trees import without_marks, written
from cordee.formats.coursetext.markdown import foreign_tags, image_of, paragraphs_of, to_html, unwrapped
from cordee.formats.coursetext.marks import Answers, Item, Listing, Note, Part, Separator, Words, parts_of
from cordee.formats.coursetext.model import Line, Place, Say, TextBlock

GRADER = "python grader"
STATES = ("right", "partly", "wrong")

NO_ANSWERS = "This question has no answers. Write them as a list: - (x) right, - ( ) wrong, or - = 42."
NO_QUESTION = "The note [!{name}] belongs below a question. Write the question and its answers first."
UNKNOWN_NOTE = "There is no note [!{name}] in a quiz. Write one of: {known}."
BLANK_UNANSWERED = "The blank [?{name}] has no answer. Write - [?{name}] = …"
BLANK_LIKE = "The blank [?{name}] has no answer (there is one for [?{other}]). Write - [?{name}] = …"
NO_BLANK = "There is no blank [?{name}] in this question. Write [?{name}] where the learner should write."
BLANK_TWICE = "The blank [?{name}] stands twice in this question. Give each its own name."
MANY_UNNAMED = "This question has {count} blanks without a name. Name them: [?a], [?b], and answer each: - [?a] = …"
FOREIGN_TAG = "HTML <{tag}> has no place in a text. Write Markdown."
WHEN_LETTERS = "[!when] names boxes by their letters, and this list has {count}. Write for example [!when A C]."
WHEN_BOXES = "[!when] speaks of boxes to tick. Write the answers with [ ] and [x]."
NO_IMAGE = (
    "A place is clicked on an image. Put the image alone on a line above the answers: ![what it shows](file.png)."
)
IMAGE_SIZE = "The size of this image is not known. Write it behind the image: {{size=480x320}}."
LOOSE_PROSE = "A list without marks ends this question. If these are the answers, write (x) or ( ) before each."

_BLANK_PLACE = re.compile(f"{SLOT_OPEN}\\?([^{SLOT_CLOSE}]*){SLOT_CLOSE}")
_INSTRUCTION = re.compile(r"<p><em>((?:(?!</?em\b).)*)</em></p>", re.DOTALL)
_MADE_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*?(/?)>")
_VOID = frozenset(("br", "img", "wbr", "hr", "input"))


def read(block: TextBlock, options: Options, values: Values, say: Say) -> Problem:
    """The definition; what cannot be read is said and left out."""
    return _Quiz(block, options, values, say).problem()


@dataclass(slots=True)
class _Question:
    """Where notes go: the last responses made, by their position."""

    responses: list[int]
    place: Place


class _Quiz:
    def __init__(self, block: TextBlock, options: Options, values: Values, say: Say) -> None:
        self._block = block
        self._options = options
        self._values = values
        self._say = say
        self._body: list[str] = []
        self._responses: list[Response] = []
        self._solutions: list[str] = []
        self._hints: list[str] = []
        self._prose: list[Line] = []
        self._last: _Question | None = None
        self._asked = False
        self._maker = KeyMaker(say, self._words, values.names, values.computed)

    def problem(self) -> Problem:
        lines = tuple(Line(without_marks(line.text), line.place) for line in self._block.lines)
        parts = parts_of(lines, listings=[GRADER])
        for part in parts:
            if isinstance(part, Listing):
                self._values.add_listing(part.source)
        for part in parts:
            self._part(part)
        self._flush()
        if not self._asked:
            self._say("no-answers", NO_ANSWERS, self._block.place)
        kept = self._kept()
        return Problem("".join(self._body), tuple(self._responses), tuple(self._solutions), kept=kept)

    def _kept(self) -> tuple[str, ...]:
        kept = []
        script = self._values.script()
        if script:
            kept.append(written("script", [("type", "loncapa/python")], escape(script)))
            self._body.insert(0, slot(f"k{len(kept) - 1}"))
        if self._hints:
            kept.append(written("demandhint", (), "".join(written("hint", (), html) for html in self._hints)))
            self._body.append(slot(f"k{len(kept) - 1}"))
        return tuple(kept)

    def _part(self, part: Part) -> None:
        match part:
            case Words():
                self._prose += [*([Line("", part.lines[0].place)] if self._prose else []), *part.lines]
            case Separator():
                self._flush()
            case Answers():
                self._ask(part)
            case Note():
                self._note(part)
            case Listing():
                pass

    # Prose

    def _html(self, markdown: str, place: Place | None = None) -> str:
        for line, tag in foreign_tags(markdown):
            where = place or self._block.place
            self._say("foreign-tag", FOREIGN_TAG, replace(where, line=where.line + line), tag=tag)
        return to_xml(to_html(markdown, blank=lambda name: f"{SLOT_OPEN}?{name}{SLOT_CLOSE}", value=self._values.shown))

    def _words(self, markdown: str) -> str:
        """The words of an answer or a note; a blank has no place there."""
        html = to_xml(to_html(markdown, value=self._values.shown))
        return unwrapped(html)

    def _flush(self) -> None:
        """Prose that no answers follow stays on the page."""
        prose, self._prose = self._prose, []
        if not prose:
            return
        for found in _BLANK_PLACE.finditer(self._html(_markdown(prose), prose[0].place)):
            self._say("blank-unanswered", BLANK_UNANSWERED, _place_of(prose, found[1]), name=found[1])
        self._body.append(_BLANK_PLACE.sub("", self._html(_markdown(prose))))

    # Notes

    def _note(self, note: Note) -> None:
        if note.name == "hint":
            self._hints.append(self._words(note.markdown))
        elif note.name == "solution":
            self._flush()
            self._body.append(slot(f"s{len(self._solutions)}"))
            self._solutions.append(written("solution", (), self._words(note.markdown)))
        elif note.name in STATES or note.name == "when":
            if self._last is None:
                self._say("no-question", NO_QUESTION, note.place, name=note.name)
            elif note.name == "when":
                self._compound(note)
            else:
                for at in self._last.responses:
                    said = Hint(self._words(note.markdown), when=note.name)
                    self._responses[at] = replace(self._responses[at], said=(*self._responses[at].said, said))
        else:
            known = "hint, solution, when, right, partly, wrong"
            self._say("unknown-note", UNKNOWN_NOTE, note.place, name=note.name, known=known)

    def _compound(self, note: Note) -> None:
        at = self._last.responses[-1] if self._last and self._last.responses else -1
        response = self._responses[at] if at >= 0 else None
        if response is None or response.tag != "choiceresponse" or not isinstance(response.key, Choices):
            self._say("when-boxes", WHEN_BOXES, note.place)
            return
        letters = note.argument.replace(",", " ").upper().split()
        count = len(response.key.choices)
        if any(len(letter) > 1 or not 0 <= ord(letter) - ord("A") < count for letter in letters):
            self._say("when-letters", WHEN_LETTERS, note.place, count=count)
            return
        label = dict(note.braces).get("label")
        hint = Hint(self._words(note.markdown), label, " ".join(letters))
        key = replace(response.key, compound_hints=(*response.key.compound_hints, hint))
        self._responses[at] = replace(response, key=key)

    # Questions

    def _ask(self, answers: Answers) -> None:
        self._asked = True
        prose, self._prose = self._prose, []
        self._last = _Question([], answers.place)
        options = self._maker.options_of(answers, self._options)
        if any(item.blanks for item in answers.items):
            self._fill(answers, prose, options)
        else:
            self._ask_one(answers, prose, options)

    def _ask_one(self, answers: Answers, prose: list[Line], options: Options) -> None:
        """A question with one field: below its label, or at the only blank."""
        names = _BLANK_PLACE.findall(self._html(_markdown(prose), prose[0].place)) if prose else []
        if self._has_too_many(names, prose):
            return
        made = self._maker.made(answers.items, answers.place, options, as_menu=bool(names))
        if made is not None and isinstance(made.key, Spots):
            self._ask_on_image(made, prose, answers)
        elif made is not None:
            self._ask_in_line(made, prose)

    def _has_too_many(self, names: list[str], prose: list[Line]) -> bool:
        """Blanks that this list cannot answer, which is said."""
        named = [name for name in names if name]
        for name in named:
            self._say("blank-unanswered", BLANK_UNANSWERED, _place_of(prose, name), name=name)
        unnamed = len(names) - len(named)
        if unnamed > 1:
            self._say("many-blanks", MANY_UNNAMED, _place_of(prose, ""), count=unnamed)
        return bool(named) or unnamed > 1

    def _ask_in_line(self, made: Made, prose: list[Line]) -> None:
        before, label, descriptions = _label_of(prose)
        if before:
            self._body.append(self._html(_markdown(before)))
        instruction = tuple(self._instruction(lines) for lines in descriptions)
        html = unwrapped(self._html(_markdown(label))) if label else ""
        found = _BLANK_PLACE.search(html)
        if not found:
            misplaced = bool(before) and bool(_BLANK_PLACE.search(self._body[-1]))
            if misplaced:  # in a paragraph further up, in a list or a table
                page = self._body.pop()
                self._at_places(page + (html and f"<p>{html}</p>"), [(("",), made)], instruction)
            elif isinstance(made.key, NoKey):
                self._body.append(html and f"<p>{html}</p>")
                self._add(made, "", instruction)
            else:
                self._add(made, html, instruction)
            return
        start, end = html[: found.start()].strip(), html[found.end() :].strip()
        balanced = _is_balanced(start)
        if balanced and not end and not isinstance(made.key, NoKey):
            self._add(made, start, instruction)
        elif balanced and "<" not in end and not isinstance(made.key, NoKey | Menus):
            made.input_attributes += (("trailing_text", unescape(end)),)
            self._add(made, start, instruction)
        else:
            self._at_places(f"<p>{html}</p>", [(("",), made)], instruction)

    def _instruction(self, lines: list[Line]) -> str:
        found = _INSTRUCTION.fullmatch(self._html(_markdown(lines)).strip())
        return found[1] if found else ""

    def _ask_on_image(self, made: Made, prose: list[Line], answers: Answers) -> None:
        """The last paragraph is the image; the one before it is the label."""
        cuts = [*paragraphs_of([line.text for line in prose])]
        image = image_of(_markdown(prose[cuts[-1][0] : cuts[-1][1]])) if cuts else None
        if image is None:
            self._say("no-image", NO_IMAGE, answers.place)
            return
        place = prose[cuts[-1][0]].place
        if not (image.get("width", "").isdigit() and image.get("height", "").isdigit()):
            self._say("image-size", IMAGE_SIZE, place)
            return
        before, label, descriptions = _label_of(prose[: cuts[-1][0]])
        if before:
            self._body.append(self._html(_markdown(before)))
        listed = [(name, unescape(image[name])) for name in ("src", "width", "height", "alt") if image.get(name)]
        made.input_attributes = tuple(listed)
        html = unwrapped(self._html(_markdown(label))) if label else ""
        self._add(made, html, tuple(map(self._instruction, descriptions)))

    def _fill(self, answers: Answers, prose: list[Line], options: Options) -> None:
        """Several blanks in the prose, each with its own answers."""
        page = self._html(_markdown(prose), prose[0].place) if prose else ""
        groups: dict[tuple[str, ...], list[Item]] = {}
        for item in answers.items:
            if not item.blanks:
                self._say("no-mark", NO_BLANK_HERE, item.place)
                return
            groups.setdefault(item.blanks, []).append(item)
        faults = self._has_faults(groups, _BLANK_PLACE.findall(page), prose)
        made = [(names, one) for names, items in groups.items() if (one := self._made_for(items, options))]
        if not faults and len(made) == len(groups):
            self._at_places(page, made)

    def _made_for(self, items: list[Item], options: Options) -> Made | None:
        """The key of one blank: of its own list, or of its lines."""
        inner = [part for item in items for part in item.parts if isinstance(part, Answers)]
        if len(items) == 1 and items[0].mark == "" and inner:
            held = self._maker.options_of(inner[0], options)
            return self._maker.made(inner[0].items, inner[0].place, held, as_menu=True)
        return self._maker.made(items, items[0].place, options, as_menu=True)

    def _has_faults(self, groups: dict[tuple[str, ...], list[Item]], standing: list[str], prose: list[Line]) -> bool:
        """Blanks without answers, answers without blanks, which is said."""
        answered = [name for names in groups for name in names]
        faults = False
        for name in dict.fromkeys(standing):
            if standing.count(name) > 1:
                self._say("blank-twice", BLANK_TWICE, _place_of(prose, name), name=name)
                faults = True
            if name not in answered:
                other = next((known for known in answered if known not in standing), "")
                sentence = BLANK_LIKE if other else BLANK_UNANSWERED
                self._say("blank-unanswered", sentence, _place_of(prose, name), name=name, other=other)
                faults = True
        for names, items in groups.items():
            for name in names:
                if name not in standing and not faults:
                    self._say("no-blank", NO_BLANK, items[0].place, name=name)
                    faults = True
        return faults

    def _at_places(
        self, page: str, made: Sequence[tuple[tuple[str, ...], Made]], descriptions: tuple[str, ...] = ()
    ) -> None:
        """Put each field where its blank stands; responses are numbered in the order of the page."""
        order = _BLANK_PLACE.findall(page)
        for names, one in sorted(made, key=lambda pair: order.index(pair[0][0])):
            number = self._take_number(one, "", descriptions, len(names))
            if len(names) > 1:
                page = slot(f"({number}") + page + slot(f"){number}")
            for rank, name in enumerate(names, 1):
                place = f"{SLOT_OPEN}?{name}{SLOT_CLOSE}"
                field = slot(f"{number}_{rank}")
                page = page.replace(place, field if len(names) > 1 else slot(f"({number}") + field + slot(f"){number}"))
        self._body.append(page)

    def _add(self, made: Made, label: str, descriptions: tuple[str, ...]) -> None:
        number = self._take_number(made, label, descriptions, 1)
        self._body.append(slot(f"({number}") + slot(f"{number}_1") + slot(f"){number}"))

    def _take_number(self, made: Made, label: str, descriptions: tuple[str, ...], inputs: int) -> int:
        number = len(self._responses) + 2
        attributes: Attributes = made.input_attributes
        width = self._options.get("width")
        if width and made.input_tag in ("textline", "formulaequationinput"):
            attributes += (("size", width),)
        fields = tuple(Input(rank, made.input_tag, attributes) for rank in range(1, inputs + 1))
        response = Response(
            number, made.tag, made.key, fields, label, descriptions, made.attributes, said=tuple(made.said)
        )
        if self._last is not None:
            self._last.responses.append(len(self._responses))
        self._responses.append(response)
        return number


NO_BLANK_HERE = "The other answers of this list are for named blanks. Write the name of the blank first: - [?name] = …"


def _label_of(prose: list[Line]) -> tuple[list[Line], list[Line], list[list[Line]]]:
    """What stands before, the label, and the instruction, if it is one: the last paragraph, wholly in italics."""
    texts = [line.text for line in prose]
    cuts = [*paragraphs_of(texts)]
    descriptions: list[list[Line]] = []
    if cuts:
        last = prose[cuts[-1][0] : cuts[-1][1]]
        if len(cuts) > 1 and _INSTRUCTION.fullmatch(to_html(_markdown(last))) and _is_paragraph(prose, cuts[-2]):
            descriptions.append(last)
            cuts.pop()
    if cuts and _is_paragraph(prose, cuts[-1]):
        return prose[: cuts[-1][0]], prose[cuts[-1][0] : cuts[-1][1]], descriptions
    if descriptions:
        return prose, [], []
    return prose, [], []


def _is_paragraph(prose: list[Line], cut: tuple[int, int]) -> bool:
    html = to_html(_markdown(prose[cut[0] : cut[1]]))
    return html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1


def _markdown(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _place_of(prose: list[Line], name: str) -> Place:
    """Where a blank stands."""
    sign = f"[?{name}]"
    for line in prose:
        if sign in line.text:
            return replace(line.place, column=line.place.column + line.text.index(sign))
    return prose[0].place


def _is_balanced(html: str) -> bool:
    depth = 0
    for found in _MADE_TAG.finditer(html):
        if found[2] not in _VOID and not found[3]:
            depth += -1 if found[1] else 1
    return depth == 0


def to_xml(html: str) -> str:
    """HTML as XML: what stands in a problem must be both."""
    if not html:
        return ""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter():
        if isinstance(element.tag, str) and len(element) == 0 and element.text is None and element.tag not in _VOID:
            element.text = ""
    xml = str(etree.tostring(root, encoding="unicode", method="xml"))
    return xml.removeprefix("<div>").removesuffix("</div>") if xml != "<div/>" else ""
