"""An exercise in programming in a course text: `::: code`, the name of its task, and words above the editor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from cordee.activities.code import olx
from cordee.activities.code.definition import Exercise
from cordee.core.errors import N_
from cordee.courses.graded.settings import GRADED, GradedSettings, written_settings
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.marks import Answers, Note, parts_of
from cordee.formats.coursetext.model import Line, Place, Say, Setting, TextBlock, Written
from cordee.formats.coursetext.page import same_page
from cordee.formats.coursetext.prose import from_html, to_html
from cordee.formats.olx.model import Block
from cordee.sandbox.outcomes import text_in

TASK = Setting("task", "task", help="The folder of tasks/ with its statement, tests and limits.")
LANGUAGE = Setting("language", "choice", "c", choices=("c",), help="The language of the programs.")
SETTINGS: Mapping[str, tuple[Setting, ...]] = {"code": (TASK, LANGUAGE, *GRADED)}

WITHOUT_TASK = N_("An exercise needs the folder of its task: “task: double” for tasks/double.")
WRONG_TASK = N_("The task {name} cannot be used: {why}")
NO_MARKS = N_("Only words stand above a program. Put questions into a quiz, and notes into the text.")


def read_text(block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
    """The <cordee_code>; its task is written once, in the first language of the course."""
    settings = GradedSettings(block, reference, say)
    name = settings.value("task")
    files = block.files or (reference.files if reference else ())
    if not name:
        say("code-without-task", WITHOUT_TASK, block.place)
    for part in parts_of(block.lines):
        if isinstance(part, Answers | Note):
            place = part.items[0].place if isinstance(part, Answers) else part.place
            say("marks-in-code", NO_MARKS, place)
    source = "\n".join(line.text for line in block.lines).strip("\n")
    language = _language_of(block.place)
    exercise = Exercise(name, tuple(sorted(files)), to_html(source) if source else "", language)
    if files and reference is None:
        for problem in exercise.problems:
            say("task-wrong", WRONG_TASK, block.place_of("task"), name=name, why=problem)
    title = settings.title or (text_in(exercise.task.title, language) if exercise.task else "")
    attributes = {**({"display_name": title} if title else {}), **settings.attributes()}
    own = {**attributes, **olx.attributes_of(exercise)}
    return Block(block.name, olx.TAG, title, own, content=olx.write(exercise, attributes), place=str(block.place))


def _language_of(place: Place) -> str:
    """A page is called name.language.md; "" where it is not."""
    found = PurePosixPath(place.path).name.split(".")
    return found[1] if len(found) == len(("name", "language", "md")) else ""


def write_text(block: Block) -> TextBlock | None:
    """The text of an exercise; None when its words are no Markdown, or it has no files."""
    exercise, remarks = olx.read(block)
    if remarks or not exercise.files or not exercise.name:
        return None
    place = Place(block.place)
    lines: tuple[Line, ...] = ()
    if exercise.intro:
        markdown = from_html(exercise.intro)
        if markdown is None:
            return None
        text = marks.escaped(markdown)
        if not same_page(to_html(text), exercise.intro):
            return None
        lines = tuple(Line(line, Place("", rank)) for rank, line in enumerate(text.split("\n"), 1))
    settings = (Written("task", exercise.name, place), *(Written(*one, place) for one in written_settings(block)))
    return TextBlock("code", block.id, settings, lines, place, files=exercise.files)
