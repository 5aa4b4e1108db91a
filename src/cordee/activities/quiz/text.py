"""A quiz in a course text: its settings, and the way from text to OLX and back.

The text becomes a definition, and the definition OLX by the one writer of OLX. Back, the text is proved: read again, it
must ask the same as the problem did, under the same names and rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cordee.activities.quiz import olx, text_reading, text_writing
from cordee.activities.quiz.text_answers import Options
from cordee.activities.quiz.text_sameness import Unsayable, sameness
from cordee.activities.quiz.text_values import Values
from cordee.core.errors import N_
from cordee.courses.graded.rules import rules_of
from cordee.courses.graded.settings import GRADED, GradedSettings, written_settings
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Line, Place, Say, Setting, TextBlock, Written
from cordee.formats.coursetext.page import NotProse
from cordee.formats.olx.model import Block

VARIANTS: Mapping[str, str] = {
    "one": "never",
    "per-learner": "per_student",
    "per-try": "always",
    "on-reset": "onreset",
}
OWN = (
    Setting("variants", "choice", "one", choices=tuple(VARIANTS), help="Who sees which order, pool and values."),
    Setting("let", "text", repeated=True, help="A value: n in 2..9, d in {10, 100}, or g = 9.81; {{n}} shows it."),
    Setting("samples", "number", "10", help="At how many points a formula is tried."),
    Setting("shuffle", "yes-no", "no", help="Whether the order of the answers is drawn."),
    Setting("pool", "number", help="How many answers are drawn: one right, the others wrong."),
    Setting("partial", "choice", choices=("each", "halves", "close"), help="How a part of the points is earned."),
    Setting("case", "choice", "any", choices=("any", "exact"), help="Whether capitals count in a text."),
    Setting("width", "number", help="How wide a field is, in characters."),
)
SETTINGS: Mapping[str, tuple[Setting, ...]] = {"quiz": (*GRADED, *OWN)}

DRAWN = N_("Values are drawn and functions run on Open edX. Here this quiz is shown, and does not count yet.")


def read_text(block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
    """The <problem> that the text of a quiz says; settings that a translation leaves out hold from the reference."""
    settings = _Settings(block, reference, say)
    attributes = settings.attributes()
    values = Values(settings.all("let"), say, block.place)
    problem = text_reading.read(block, settings.options(), values, say)
    if values.is_drawn:
        say("drawn-values", DRAWN, block.place, severity="warning")
    content = olx.write(problem, attributes.items())
    return Block(block.name, "problem", settings.title, attributes, content=content, place=str(block.place))


def write_text(block: Block) -> TextBlock | None:
    """The text of a problem; None when it would not ask the same."""
    problem = olx.read(block.content)
    try:
        asked = sameness(problem)
        written = text_writing.write(problem)
    except (Unsayable, NotProse, ValueError):
        return None
    place = Place(block.place)
    settings = tuple(Written(name, value, place) for name, value in _written_settings(block))
    settings += tuple(Written("let", let, place) for let in written.lets)
    lines = tuple(Line(line, Place("", rank)) for rank, line in enumerate(marks.written(written.parts), 1))
    text = TextBlock("quiz", block.id, settings, lines, place)
    return text if _says(text, block, asked) else None


def _says(text: TextBlock, block: Block, asked: object) -> bool:
    messages = Messages()
    again = read_text(text, None, messages)
    if messages.errors or again.title != block.title:
        return False
    try:
        same = sameness(olx.read(again.content)) == asked
    except (Unsayable, NotProse):
        return False
    return same and rules_of(again.attributes, "") == rules_of(block.attributes, "")


class _Settings(GradedSettings):
    """Settings as attributes of <problem>."""

    def _attributes(self) -> Iterator[tuple[str, str]]:
        yield from super()._attributes()
        yield "rerandomize", self._one_of("variants", VARIANTS)

    def options(self) -> Options:
        """What holds for every question, unless braces above its list say otherwise."""
        self._number("samples")
        self._number("pool")
        self._number("width")
        self._yes("shuffle")
        for name, known in (("partial", ("each", "halves", "close")), ("case", ("any", "exact"))):
            self._one_of(name, {word: word for word in known})
        names = ("samples", "shuffle", "pool", "partial", "case", "width")
        return Options({name: value for name in names if (value := self.value(name))})


def _written_settings(block: Block) -> Iterator[tuple[str, str]]:
    """In the order of the tables; what equals a default is left out."""
    rules, _remarks = rules_of(block.attributes, "")
    yield from written_settings(block)
    if rules.new_variant != "never":
        yield "variants", {"per_learner": "per-learner", "on_reset": "on-reset", "always": "per-try"}[rules.new_variant]
