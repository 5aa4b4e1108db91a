"""How are polls, surveys and word clouds read from an Open edX course, and written back?

`poll` and `survey` (xblock-poll) hold their answers as JSON in attributes; `poll_question` holds them as elements;
`word_cloud` holds numbers. Attributes that mean nothing here are kept by the importer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape, unescape
from typing import Any, cast

from lxml import etree

from cordee.activities.survey.definition import MOST_WORDS, Form, Item, Survey
from cordee.core.errors import N_
from cordee.formats.olx import documents, values
from cordee.formats.olx.documents import Unreadable, local_name
from cordee.formats.olx.model import Block, Remark

TAGS: tuple[Form, ...] = ("poll", "survey", "word_cloud", "poll_question")
USUAL_WORDS = 5
USUAL_TOP = 250


class _Reader:
    def __init__(self, block: Block) -> None:
        self.block = block
        self.remarks: list[Remark] = []

    def text(self, name: str) -> str:
        return values.text(self.block.attributes.get(name))

    def flag(self, name: str, default: bool = False) -> bool:
        try:
            return values.boolean(self.block.attributes.get(name, ""), default)
        except values.UnreadableValue as error:
            self._refused(error)
            return default

    def whole(self, name: str, default: int) -> int:
        try:
            found = values.number(self.block.attributes.get(name, ""))
        except values.UnreadableValue as error:
            self._refused(error)
            return default
        return default if found is None else int(found)

    def items(self, name: str) -> tuple[Item, ...]:
        """`[["B", {"label": …, "img": …, "img_alt": …}], …]`; older exports write the label alone."""
        found = values.json_value(self.block.attributes.get(name, ""))
        items = [item for line in (found if isinstance(found, list) else []) if (item := _item(line)) is not None]
        if not isinstance(found, list) or len(items) < len(found):
            self.tell(
                "survey-unreadable", N_("The {name} of “{title}” cannot all be read. Write them again."), name=name
            )
        return tuple(items)

    def tell(self, code: str, sentence: str, **more: object) -> None:
        title = self.block.title or self.block.id
        self.remarks.append(Remark(code, sentence, self.block.place, {"title": title, **more}))

    def _refused(self, error: values.UnreadableValue) -> None:
        self.remarks.append(Remark("unreadable-setting", error.template, self.block.place, dict(error.values)))


def read(block: Block) -> tuple[Survey, tuple[Remark, ...]]:
    """The survey of a block, and what its author should know."""
    reader = _Reader(block)
    match block.tag:
        case "word_cloud":
            survey = _cloud(reader)
        case "poll_question":
            survey = _poll_question(reader)
        case _:
            survey = _poll(reader)
    if survey.fault:
        reader.tell(
            "survey-not-answerable",
            N_("“{title}” cannot be answered ({reason}), so it counts for nothing. Give it questions and answers."),
            reason=survey.fault,
        )
    return survey, tuple(reader.remarks)


def _poll(reader: _Reader) -> Survey:
    times: int | None = reader.whole("max_submissions", 1)
    is_private = reader.flag("private_results")
    if is_private and times != 1:
        reader.tell(
            "survey-once",
            N_(
                "“{title}” is anonymous, so it can be answered once only: "
                "nobody knows which earlier answer a new one would replace."
            ),
        )
        times = 1
    if reader.block.tag == "poll":
        questions: tuple[Item, ...] = (Item("q", reader.text("question")),)
    else:
        questions = reader.items("questions")
    return Survey(
        form=cast(Form, reader.block.tag),
        questions=questions,
        options=reader.items("answers"),
        feedback=reader.text("feedback"),
        is_private=is_private,
        times=None if times is None or times < 1 else times,
    )


def _cloud(reader: _Reader) -> Survey:
    return Survey(
        form="word_cloud",
        questions=(Item("q", reader.text("instructions")),),
        words=min(max(reader.whole("num_inputs", USUAL_WORDS), 1), MOST_WORDS),
        top=max(reader.whole("num_top_words", USUAL_TOP), 1),
        shows_percents=reader.flag("display_student_percents", default=True),
    )


def _poll_question(reader: _Reader) -> Survey:
    try:
        root = documents.parse(reader.block.content.encode()).root
    except Unreadable:  # said when the course was read
        return Survey("poll_question")
    answers = [child for child in root if local_name(child) == "answer"]
    options = tuple(Item(child.get("id", ""), documents.inner_html(child).strip()) for child in answers)
    for child in answers:
        _remove(child)
    question = documents.inner_html(root).strip()
    times = None if reader.flag("reset") else 1
    return Survey("poll_question", (Item("q", question),) if question else (), options, times=times)


def _remove(child: etree._Element) -> None:
    """Take an element away and leave the words that followed it."""
    parent, before, tail = child.getparent(), child.getprevious(), child.tail or ""
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    child.tail = None
    parent.remove(child)


def _item(line: Any) -> Item | None:
    match line:
        case [str(name), str(label)]:
            return Item(name, label)
        case [str(name), dict(said)]:
            label, image, image_text = (_string(said.get(key)) for key in ("label", "img", "img_alt"))
            return Item(name, label, image, image_text) if name and (label or image) else None
        case _:
            return None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def write(survey: Survey, *, url_name: str, display_name: str) -> str:
    """The element as XML text; `read` gives the same survey back."""
    attributes: dict[str, str] = {"url_name": url_name, "display_name": display_name}
    match survey.form:
        case "word_cloud":
            attributes |= {
                "instructions": _told(survey.questions),
                "num_inputs": str(survey.words),
                "num_top_words": str(survey.top),
                "display_student_percents": _word(survey.shows_percents),
            }
        case "poll_question":
            attributes["reset"] = _word(survey.times is None)
        case _:
            attributes |= {
                "xblock-family": "xblock.v1",
                "answers": _lines(survey.options, bare=survey.form == "survey"),
                "feedback": survey.feedback,
                "private_results": _word(survey.is_private),
                "max_submissions": str(survey.times or 0),
            }
            if survey.form == "poll":
                attributes["question"] = _told(survey.questions)
            else:
                attributes["questions"] = _lines(survey.questions, bare=False)
    element = etree.Element(survey.form, _quoted(attributes))
    if survey.form == "poll_question":
        element.text = _told(survey.questions)
        for option in survey.options:
            answer = etree.SubElement(element, "answer", {"id": option.id})
            answer.text = option.label
    return documents.outer(element)


def _quoted(attributes: Mapping[str, str]) -> dict[str, str]:
    """Words that would be read as JSON null or as a JSON string are written as JSON strings."""
    meant = {name: value for name, value in attributes.items() if values.text(value) == value}
    return {name: meant.get(name, json.dumps(value, ensure_ascii=False)) for name, value in attributes.items()}


def _told(questions: Iterable[Item]) -> str:
    return next((question.label for question in questions), "")


def _word(flag: bool) -> str:
    return "true" if flag else "false"


def _lines(items: Iterable[Item], *, bare: bool) -> str:
    lines = [
        [item.id, item.label]
        if bare and not item.image and not item.image_text
        else [item.id, {"label": item.label, "img": item.image, "img_alt": item.image_text}]
        for item in items
    ]
    return json.dumps(lines, ensure_ascii=False)


def author_html(words: str) -> str:
    """Author's words as HTML: HTML stays what it is, plain words get their paragraphs (xblock-poll takes both)."""
    if "<" in words:
        return words
    paragraphs = [part.strip() for part in unescape(words).replace("\r\n", "\n").split("\n\n")]
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)
