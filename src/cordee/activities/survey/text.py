"""Polls, surveys and word clouds in a course text.

A poll is a question and a plain list. A survey is a grid: `scale: a | b | c` and a list of questions; or several
questions with the same answers. A word cloud is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import escape, unescape

from lxml import etree

from cordee.activities.survey import olx
from cordee.activities.survey.definition import MOST_WORDS, Form, Item, Survey
from cordee.activities.survey.olx import author_html
from cordee.core.errors import N_
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages, chosen, setting_of
from cordee.formats.coursetext.marks import Answers, Braces, Note, Part, Words, parts_of
from cordee.formats.coursetext.model import Line, Place, Say, Setting, TextBlock, Written
from cordee.formats.coursetext.page import Node, NotProse, page_of
from cordee.formats.coursetext.prose import from_html, from_page, to_html, unwrapped
from cordee.formats.olx.model import Block

RESULTS = ("after", "team")
_VOTES = Setting("votes", "word", "1", help="How often one may answer: a number, or unlimited.")
_PRIVATE = (
    Setting("results", "choice", "after", choices=RESULTS, help="Who sees the results: who answered, or the team."),
    Setting("anonymous", "yes-no", "no", help="Whether nobody can know who answered; the results are the team’s."),
)
SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    "poll": (*_PRIVATE, _VOTES),
    "survey": (
        Setting("scale", "text", per_language=True, help="The answers of every question: not at all | a bit | a lot."),
        replace(_PRIVATE[0], default="team"),
        _PRIVATE[1],
        _VOTES,
    ),
    "wordcloud": (
        Setting("words", "number", "1", help="How many words each learner writes."),
        Setting("top", "number", "100", help="How many words are shown."),
        Setting("percents", "yes-no", "yes", help="Whether the share of each word is shown."),
    ),
}
FORMS: Mapping[str, Form] = {"poll": "poll", "survey": "survey", "wordcloud": "word_cloud"}
_MARK = re.compile(r"\([ xX]?\)|\[[ xX]?\]|=")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

NO_ANSWERS = N_("This poll has no answers. Write them as a plain list: “- In town”.")
NO_QUESTIONS = N_(
    "This survey has no questions. Write “scale: no | yes” and the questions as a plain list; for a question with "
    "answers of its own, write a poll."
)
OWN_ANSWERS = N_(
    "The questions of a survey share their answers, and this one has others. Write “scale: …” and a list "
    "of questions, or a poll for each question."
)
TYPED = N_(
    "A survey takes no typed answers yet. Ask for words with “::: wordcloud”, or for a text in a quiz: “- = anything”."
)
NOT_SHOWN = N_(
    "A survey shows its questions and their answers alone, so this would never be seen. Write it in the text "
    "before the survey, or as a question of its list."
)
MARKED = N_("The answers of a poll have no marks: nothing is right. Write a plain list.")
TWO_LISTS = N_("A poll has one list of answers. Write another poll for the second.")
OTHER_NOTE = N_("The note “[!{name}]” has no meaning here. What is said after answering is “> [!answered]”.")
LIST_IN_CLOUD = N_("A word cloud has no answers to choose from. Leave the list out, or write “::: poll”.")
BAD_VOTES = N_("“votes” must be a number from 1, or “unlimited”. “{value}” is neither.")
BAD_NUMBER = N_("“{name}” must be a number from 1, and “{value}” is none. Write for example “{name}: 3”.")


def read_text(block: TextBlock, reference: TextBlock | None, say: Say) -> Block:
    """The <poll>, <survey> or <word_cloud>."""
    survey = _Reader(block, reference, say).survey()
    title = setting_of(block, reference, "title")
    content = olx.write(survey, url_name=block.name, display_name=title)
    attributes = {
        str(name): str(value) for name, value in etree.fromstring(content).attrib.items() if name != "url_name"
    }
    if not title:
        attributes.pop("display_name", None)
    return Block(block.name, survey.form, title, attributes, content=content, place=str(block.place))


class _Reader:
    def __init__(self, block: TextBlock, reference: TextBlock | None, say: Say) -> None:
        self._block = block
        self._reference = reference
        self._say = say

    def survey(self) -> Survey:
        parts = parts_of(self._block.lines, plain=True)
        form = FORMS[self._block.kind]
        for part in parts:
            if isinstance(part, Note) and part.name != "answered":
                self._say("unknown-note", OTHER_NOTE, part.place, name=part.name)
        said = next((part for part in parts if isinstance(part, Note) and part.name == "answered"), None)
        feedback = to_html(said.markdown) if said else ""
        if form == "word_cloud":
            return self._cloud(parts)
        questions, options = self._poll(parts) if form == "poll" else self._grid(parts)
        return Survey(form, questions, options, feedback, self._is_private(), self._times())

    def _setting(self, name: str) -> str:
        return setting_of(self._block, self._reference, name)

    def _one_of(self, name: str, known: Sequence[str]) -> str:
        return chosen(self._block, self._reference, name, known, self._say)

    def _is_private(self) -> bool:
        usual = "team" if self._block.kind == "survey" else "after"
        private = (self._one_of("results", RESULTS) or usual) == "team"
        return self._one_of("anonymous", ("yes", "no")) == "yes" or private

    def _times(self) -> int | None:
        value = self._setting("votes")
        if value == "unlimited":
            return None
        if value and not (value.isdigit() and int(value)):
            self._say("bad-setting", BAD_VOTES, self._block.place_of("votes"), value=value)
            return 1
        return int(value or 1)

    def _number(self, name: str, default: int) -> int:
        value = self._setting(name)
        if value and not (value.isascii() and value.isdigit() and int(value) > 0):
            self._say("bad-setting", BAD_NUMBER, self._block.place_of(name), name=name, value=value)
            return default
        return int(value or default)

    def _cloud(self, parts: Sequence[Part]) -> Survey:
        answers = next((part for part in parts if isinstance(part, Answers)), None)
        if answers:
            self._say("list-in-cloud", LIST_IN_CLOUD, answers.place)
        return Survey(
            "word_cloud",
            (Item("q", _prose(parts)),),
            words=min(self._number("words", 1), MOST_WORDS),
            top=self._number("top", 100),
            shows_percents=self._one_of("percents", ("yes", "no")) != "no",
        )

    def _poll(self, parts: Sequence[Part]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        lists = [part for part in parts if isinstance(part, Answers)]
        if not lists:
            self._say("no-answers", NO_ANSWERS, self._block.place)
        if len(lists) > 1:
            self._say("two-lists", TWO_LISTS, lists[1].place)
        return (Item("q", _prose(parts)),), tuple(self._items(lists[0])) if lists else ()

    def _items(self, answers: Answers) -> Iterator[Item]:
        for rank, item in enumerate(answers.items):
            if _MARK.match(item.text.text):
                self._say("marked-poll", MARKED, item.place)
            name = dict(item.braces).get("name", _usual_id(rank))
            yield _item(name, item.markdown)

    def _grid(self, parts: Sequence[Part]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        scale = [piece.strip() for piece in self._setting("scale").split("|") if piece.strip()]
        if not scale:
            return self._shared_answers()
        for part in parts:
            if isinstance(part, Words):
                self._say("not-shown", NOT_SHOWN, part.lines[0].place)
        lists = [part for part in parts if isinstance(part, Answers)]
        questions = [item for answers in lists for item in answers.items]
        for item in questions:
            mark = _MARK.match(item.text.text)
            if mark:
                typed = mark[0] == "="
                self._say(*(("typed-survey", TYPED) if typed else ("own-answers", OWN_ANSWERS)), item.place)
        if not questions:
            self._say("no-questions", NO_QUESTIONS, self._block.place)
        named = (dict(item.braces).get("name", f"q{rank}") for rank, item in enumerate(questions, 1))
        asked = tuple(_item(name, item.markdown) for name, item in zip(named, questions, strict=True))
        return asked, tuple(_item(*_named(rank, words)) for rank, words in enumerate(scale))

    def _shared_answers(self) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        """Questions with lists of choices, all the same."""
        questions: list[Item] = []
        options: tuple[Item, ...] | None = None
        words: Words | None = None
        for part in parts_of(self._block.lines):
            if isinstance(part, Words):
                words = part
            elif isinstance(part, Answers):
                if any(item.mark.endswith("=") for item in part.items):
                    self._say("typed-survey", TYPED, part.place)
                    continue
                found = tuple(_item(_usual_id(rank), item.markdown) for rank, item in enumerate(part.items))
                if any(item.mark != "( )" for item in part.items) or (options is not None and found != options):
                    self._say("own-answers", OWN_ANSWERS, part.place)
                    continue
                options = found
                label = words.markdown if words else ""
                questions.append(_item(f"q{len(questions) + 1}", label))
                words = None
        if not questions:
            self._say("no-questions", NO_QUESTIONS, self._block.place)
        return tuple(questions), options or ()


def _usual_id(rank: int) -> str:
    return LETTERS[rank] if rank < len(LETTERS) else f"Z{rank}"


def _named(rank: int, words: str) -> tuple[str, str]:
    """The id and the words of a piece of a scale: `Yes {name=Y}`."""
    found = re.fullmatch(r"(.*?)\s*\{name=([\w.-]+)\}", words)
    return (found[2], found[1]) if found else (_usual_id(rank), words)


def _prose(parts: Sequence[Part]) -> str:
    markdown = "\n\n".join(part.markdown for part in parts if isinstance(part, Words))
    return _words(to_html(markdown))


def _words(html: str) -> str:
    """Words without any tag are plain text, as xblock-poll stores them."""
    bare = unwrapped(html)
    return html if "<" in bare or "\n" in bare else unescape(bare)


def _item(name: str, markdown: str) -> Item:
    """An answer or a question; an image at its beginning stands apart."""
    html = unwrapped(to_html(markdown))
    found = re.match(r'<img src="([^"]*)"(?: alt="([^"]*)")?>\s*', html)
    if not found:
        return Item(name, unescape(html) if "<" not in html else html)
    rest = html[found.end() :]
    return Item(name, unescape(rest) if "<" not in rest else rest, unescape(found[1]), unescape(found[2] or ""))


def write_text(block: Block) -> TextBlock | None:
    """The text of a survey; None when it would not ask the same."""
    survey, _remarks = olx.read(block)
    if survey.form == "poll_question" or survey.fault:
        return None
    try:
        body, settings = _written(survey)
    except (NotProse, ValueError):
        return None
    place = Place(block.place)
    kind = next(kind for kind, form in FORMS.items() if form == survey.form)
    if block.title:
        settings = {"title": block.title, **settings}
    written = tuple(Written(name, value, place) for name, value in settings.items())
    lines = tuple(Line(line, Place("", rank)) for rank, line in enumerate(marks.written(body), 1))
    text = TextBlock(kind, block.id, written, lines, place)
    return text if _says(text, block, survey) else None


def _says(text: TextBlock, block: Block, survey: Survey) -> bool:
    said = Messages()
    again = read_text(text, None, said)
    if said.errors or again.title != block.title:
        return False
    return _meaning(olx.read(again)[0]) == _meaning(survey)


def _meaning(survey: Survey) -> object:
    """What a learner meets, and under which names answers are counted."""
    items = [
        (item.id, page_of(_html(item.label)), item.image, item.image_text)
        for item in (*survey.questions, *survey.options)
    ]
    questions = len(survey.questions)
    rest = replace(survey, questions=(), options=(), feedback="")
    return items, questions, page_of(author_html(survey.feedback)), rest


def _html(label: str) -> str:
    return label if "<" in label else author_html(label)


def _written(survey: Survey) -> tuple[list[Part], dict[str, str]]:
    settings: dict[str, str] = {}
    parts: list[Part] = []
    if survey.form == "word_cloud":
        settings = {"words": str(survey.words), "top": str(survey.top)}
        if not survey.shows_percents:
            settings["percents"] = "no"
        return [marks.words(_markdown(survey.questions[0].label))], settings
    if survey.form == "survey":
        settings["scale"] = " | ".join(_scale_word(rank, option) for rank, option in enumerate(survey.options))
    usual = survey.form == "survey"
    if survey.is_private != usual:
        settings["results"] = "team" if survey.is_private else "after"
    if survey.times != 1:
        settings["votes"] = "unlimited" if survey.times is None else str(survey.times)
    if survey.form == "poll":
        parts += [marks.words(_markdown(survey.questions[0].label))]
        parts.append(_list(survey.options, LETTERS))
    else:
        parts.append(_list(survey.questions, "q"))
    if survey.feedback.strip():
        parts.append(marks.note("answered", _markdown(survey.feedback)))
    return parts, settings


def _scale_word(rank: int, option: Item) -> str:
    words = _markdown(option.label)
    if option.image or "|" in words or "\n" in words:
        raise ValueError(words)
    return words if option.id == _usual_id(rank) else f"{words} {{name={option.id}}}"


def _list(items: Sequence[Item], usual: str) -> Answers:
    made = []
    for rank, item in enumerate(items):
        words = _markdown(item.label)
        if _MARK.match(words):
            words = "\\" + words
        if item.image:
            picture = _picture(item)
            words = f"{picture} {words}".rstrip()
        name = _usual_id(rank) if usual == LETTERS else f"q{rank + 1}"
        braces: Braces = () if item.id == name else (("name", item.id),)
        made.append(marks.answer("", words, braces=braces))
    return Answers(tuple(made), Place(""))


def _picture(item: Item) -> str:
    attributes = (("src", item.image), *((("alt", item.image_text),) if item.image_text else ()))
    picture = from_page([Node("p", (), (Node("img", attributes),))])
    if picture is None:
        raise ValueError(item.image)
    return picture


def _markdown(label: str) -> str:
    html = _html(label)
    markdown = from_html(html if "<" in html else f"<p>{escape(html)}</p>")
    if markdown is None:
        raise ValueError(label[:60])
    return markdown
