"""Is everything that docs/course-text-kinds.md says of the kinds of a course text so?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cordee.courses.kinds import installed, written_as_text
from cordee.formats.coursetext import marks
from cordee.formats.coursetext.lists import Messages
from cordee.formats.coursetext.model import Place, TextBlock, Written

DOCS = Path(__file__).parent.parent / "docs" / "course-text-kinds.md"
EXAMPLE = re.compile(r"^````markdown\n::: (\S+) (\S+)\n(.*?)^:::\n````$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"([a-z][a-z-]*):(?: (.*))?")
KINDS = {
    name: (kind, settings)
    for one in installed().values()
    if (kind := written_as_text(one))
    for name, settings in kind.text_settings().items()
}

TASK = (("task.yaml", b'title: Twice\ntests: [{name: small, in: "2", out: "4"}]\n'),)


def examples() -> list[TextBlock]:
    """The blocks of the page, read as plainly as they are written."""
    found = []
    for kind, name, inside in EXAMPLE.findall(DOCS.read_text(encoding="utf-8")):
        lines = inside.rstrip("\n").split("\n")
        settings = []
        while lines and (setting := SETTING.fullmatch(lines[0])):
            settings.append(Written(setting[1], setting[2] or "", Place(DOCS.name)))
            lines.pop(0)
        body = marks.lines_of("\n".join(lines).strip("\n"), Place(DOCS.name))
        files = TASK if kind == "code" else ()
        found.append(TextBlock(kind, name, tuple(settings), body, Place(DOCS.name), files=files))
    return found


def test_every_kind_has_an_example_and_every_setting_its_line() -> None:
    assert {block.kind for block in examples()} == set(KINDS)
    sections = {
        word: section
        for section in re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        for word in section.partition("\n")[0].replace(" and ", " ").split()
    }
    for name, (_kind, settings) in KINDS.items():
        for setting in settings:
            assert f"`{setting.name}`" in sections[name], (name, setting.name)
            assert all(f"`{choice}`" in sections[name] or choice in sections[name] for choice in setting.choices)
            assert setting.help.endswith(".")


@pytest.mark.parametrize("block", examples(), ids=lambda block: f"{block.kind} {block.name}")
def test_an_example_is_read_without_a_fault_and_written_back(block: TextBlock) -> None:
    kind, settings = KINDS[block.kind]
    assert {one.name for one in block.settings} <= {"title", *(setting.name for setting in settings)}
    said = Messages()
    found = kind.read_text(block, None, said)
    assert said.errors == []
    again = kind.write_text(found)
    assert again is not None
    assert again.kind == ("text" if block.kind == "html" else block.kind)
    twice = kind.read_text(again, None, said)
    assert said.errors == []
    assert kind.read_olx(twice).rules == kind.read_olx(found).rules
    third = kind.write_text(twice)
    assert third is not None
    assert [line.text for line in third.lines] == [line.text for line in again.lines]


def test_a_translation_may_say_less_than_its_reference() -> None:
    for block in examples():
        kind, _settings = KINDS[block.kind]
        said = Messages()
        bare = TextBlock(block.kind, block.name, (), block.lines, block.place)  # files come with the task that is named
        assert kind.read_text(bare, block, said).content == kind.read_text(block, None, said).content
