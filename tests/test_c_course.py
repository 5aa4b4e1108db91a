"""Does "C, step by step" answer each wrong choice, in both languages, and can its drawings be read by everybody?

That its text is well formed and its keys win is for `cordee course check`; what its programs print is for
`test_c_course_listings.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

FOLDER = Path(__file__).parents[1] / "demo" / "c-step-by-step"
PAGES = sorted(FOLDER.glob("modules/*/*.md"))
DRAWINGS = sorted(FOLDER.glob("modules/*/*.svg"))
SVG_TEXT_AT_320_PX = 13.0
_LISTING = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_QUIZ = re.compile(r"^::: quiz (\S+)\n(.*?)^:::$", re.DOTALL | re.MULTILINE)
_CHOICE = re.compile(r"^ *- (\( \)|\(x\)|\[ \]|\[x\]) .*\n(?! +>)", re.MULTILINE)
_ROUND_BLANK = re.compile(r"^- \[\?\w+\]\n(?:  .*\n)+", re.MULTILINE)


def _name(path: Path) -> str:
    return path.name.removesuffix(path.suffix)


def _answers(path: Path) -> list[tuple[str, str]]:
    """Marks of answers with the names of their blanks, by quiz, in their order."""
    text = _LISTING.sub("", path.read_text(encoding="utf-8"))
    marks = re.compile(r"^ *- ((?:\[\?\w+\] ?)?(?:\(.\)|\[.\]|!?=)?)", re.MULTILINE)
    return [(name, mark) for name, body in _QUIZ.findall(text) for mark in marks.findall(body)]


def test_every_page_is_in_both_languages_with_the_same_quizzes_and_marks() -> None:
    french = [path for path in PAGES if path.name.endswith(".fr.md")]

    assert len(french) == 32
    assert len(PAGES) == 64
    for path in french:
        assert _answers(path) == _answers(path.with_name(path.name.replace(".fr.", ".en."))), path.name


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_wrong_choice_is_told_where_to_look(path: Path) -> None:
    for name, body in _QUIZ.findall(_LISTING.sub("", path.read_text(encoding="utf-8"))):
        silent = [found[0].strip() for found in _CHOICE.finditer(body) if found[1] != "(x)"]
        assert not silent, name


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_typed_answer_says_something_of_a_wrong_one_that_one_expects(path: Path) -> None:
    for name, body in _QUIZ.findall(_LISTING.sub("", path.read_text(encoding="utf-8"))):
        for question in re.split(r"\n(?=[^\s>-])", _ROUND_BLANK.sub("", body)):
            if re.search(r"^- (?:\[\?\w+\] )?= (?!anything)", question, re.MULTILINE):
                assert re.search(r"^- (?:\[\?\w+\] )?!= ", question, re.MULTILINE), (name, question)


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_figure_is_told_in_words_and_stands_beside_its_page(path: Path) -> None:
    language = path.name.split(".")[1]
    for words, file in re.findall(r"!\[([^\]]*)\]\((\S+)", path.read_text(encoding="utf-8")):
        assert len(words) >= 40, file
        assert file.endswith(f".{language}.svg")
        assert (path.parent / file).is_file()


@pytest.mark.parametrize("drawing", DRAWINGS, ids=_name)
def test_a_drawing_is_legible_on_a_phone_and_on_a_dark_page(drawing: Path) -> None:
    root = etree.fromstring(drawing.read_bytes())
    tags = {etree.QName(element).localname for element in root.iter()}
    assert tags <= {"svg", "style", "rect", "circle", "path", "text"}
    scale = 320 / float(root.get("viewBox", "").split()[2])
    assert all(float(text.get("font-size", "0")) * scale >= SVG_TEXT_AT_320_PX for text in root.iter("{*}text"))
    dark = root.findtext("{*}style") or ""
    used = {(kind, element.get(kind)) for element in root.iter() for kind in ("fill", "stroke") if element.get(kind)}
    assert {f'[{kind}="{colour}"]' for kind, colour in used if colour != "none"} <= set(
        re.findall(r'\[\w+="#\w+"\]', dark)
    )
