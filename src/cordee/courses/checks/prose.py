"""What of an author's HTML concerns its readers: pictures, headings, links, words and their language? Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import lxml.html
from lxml import etree

from cordee.courses.rendering import LONGEST_HTML

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_LINKING: Final = {  # tags -> attributes that lead somewhere
    **dict.fromkeys(("a", "area"), ("href",)),
    **dict.fromkeys(("img", "iframe", "embed", "frame", "audio", "source", "track"), ("src",)),
    "video": ("src", "poster"),
    "object": ("data",),
}
_NO_PROSE: Final = frozenset(("script", "style", "code", "pre", "kbd", "samp", "math", "svg", "textarea", "template"))
_FORMULA: Final = re.compile(
    r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$|\[mathjax(?:inline)?\].*?\[/mathjax(?:inline)?\]", re.S
)
_FORMULA_LIKE: Final = re.compile(r"\\[(\[]|\$\$|\[mathjax")  # with which all of these begin
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # as BCP 47 writes one, near enough to find words
MOST_LINKS: Final = 2000  # of one text

# A language is told by its little words. Those that two of these languages share tell nothing and are left out.
_LITTLE: Final[Mapping[str, str]] = {
    "en": "the of and to is that for it with as was this by from or have are be which at not you we they their has can",
    "fr": "le les des une et est dans que qui pour pas sur au du ce cette vous nous sont avec ou aux leur mais être",
    "es": "el los las y por con para una del se al lo como más pero sus esta son hay cuando muy también",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch wird sind werden",
    "it": "il di che della per non sono una con del dei nel gli le anche più alla questo come si è",
    "pt": "o os do da em um uma para com não por mais dos como mas foi ao ele das tem à seu sua ou ser",
    "fi": "ja on ei se että oli ovat kun niin mutta myös joka sen tai jos hän ole voidaan kanssa mikä tämä",
    "nl": "het een van ik te dat die hij zijn niet aan ook als voor maar om hem bij dan deze wordt",
}
_ALL: Final = [word for words in _LITTLE.values() for word in set(words.split())]
_TELLS: Final = {word: code for code, words in _LITTLE.items() for word in words.split() if _ALL.count(word) == 1}
FEWEST_WORDS: Final = 60  # below, a text says too little to be sure of its language
SURE_SHARE: Final = 0.12  # of the words are little words of the language
SURE_TIMES: Final = 5  # as many as of the language that was declared


@dataclass(frozen=True, slots=True)
class Prose:
    """What was found in the author's HTML of one activity, in one language."""

    words: int = 0
    text: str = ""  # words in small letters, one blank between them: to compare two languages
    bare_images: int = 0  # without an alternative text; an empty one says that a picture is decoration
    headings: tuple[str, ...] = ()  # headings out of order, as they are written
    links: tuple[str, ...] = ()  # every address, in order, as a browser sees it
    speaks: str = ""  # the language that it is surely in, "" when not sure; parts with a `lang` of their own left out
    bad_tags: tuple[str, ...] = ()  # values of `lang` that name no language


def read_prose(parts: tuple[str, ...]) -> Prose:
    """The parts are rendered one by one, and so are their headings compared. Never raises on what an author wrote."""
    trees = [tree for part in parts if part.strip() and (tree := _tree(part)) is not None]
    if not trees:
        return Prose()
    words = _words_of(trees, leaves_out_foreign=False)
    is_mixed = any("lang" in part.lower() for part in parts)
    own = _words_of(trees, leaves_out_foreign=True) if is_mixed else words
    return Prose(
        words=len(words),
        text=" ".join(words),
        bare_images=sum(1 for tree in trees for image in tree.iter("img") if "alt" not in image.attrib),
        headings=tuple(heading for tree in trees for heading in _out_of_order(tree)),
        links=tuple(link for tree in trees for link in _links(tree))[:MOST_LINKS],
        speaks=language_of(own),
        bad_tags=tuple(dict.fromkeys(tag for tree in trees for tag in _bad_tags(tree))) if is_mixed else (),
    )


def language_of(words: list[str]) -> str:
    """The language whose little words are many, and far more than any other's; "" when that is not sure."""
    if len(words) < FEWEST_WORDS:
        return ""
    counts = Counter(filter(None, map(_TELLS.get, words))).most_common(2)
    if not counts:
        return ""
    (code, most), second = counts[0], counts[1][1] if len(counts) > 1 else 0
    return code if most >= SURE_SHARE * len(words) and most >= SURE_TIMES * second else ""


def known_languages() -> frozenset[str]:
    """Those that can be told by their words."""
    return frozenset(_LITTLE)


def _words_of(trees: list[lxml.html.HtmlElement], *, leaves_out_foreign: bool) -> list[str]:
    words: list[str] = []
    for tree in trees:
        for text in _texts(tree, leaves_out_foreign=leaves_out_foreign):
            for piece in _without_formulas(text.lower()).split():
                words += (piece,) if piece.isalpha() else _WORD.findall(piece)  # mostly: ten times as quick
    return words


def _without_formulas(text: str) -> str:
    return _FORMULA.sub(" ", text) if _FORMULA_LIKE.search(text) else text


def _tree(html: str) -> lxml.html.HtmlElement | None:
    try:
        return lxml.html.fragment_fromstring(html[:LONGEST_HTML].replace("\x00", ""), create_parent="div")
    except (etree.ParserError, ValueError):
        return None


def _texts(element: lxml.html.HtmlElement, *, leaves_out_foreign: bool) -> Iterator[str]:
    """The texts below an element in order, no code and no formula among them."""
    waiting: list[lxml.html.HtmlElement | str] = [element]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        inside: list[lxml.html.HtmlElement | str] = []
        for child in one:
            hidden = not isinstance(child.tag, str) or child.tag in _NO_PROSE
            if not hidden and not (leaves_out_foreign and child.get("lang")):
                inside.append(child)
            if child.tail:
                inside.append(child.tail)
        waiting += reversed([one.text, *inside] if one.text else inside)


def _out_of_order(tree: lxml.html.HtmlElement) -> Iterator[str]:
    """Headings that lie more than one level below the one before, once levels are as the page writes them.

    The page puts an author's headings below its own, closing gaps that the whole text has (`rendering`): so the first
    has to be of the highest level that the text uses.
    """
    found = [(int(element.tag[1]), element) for element in tree.iter(*_HEADINGS)]
    ranks = {level: rank for rank, level in enumerate(sorted({level for level, _element in found}))}
    before = -1
    for level, element in found:
        if ranks[level] > before + 1:
            yield " ".join(str(element.text_content()).split())[:80]
        before = ranks[level]


def _links(tree: lxml.html.HtmlElement) -> Iterator[str]:
    for element in tree.iter(*_LINKING):
        for name in _LINKING[element.tag]:
            address = (element.get(name) or "").strip()
            if address:
                yield address


def _bad_tags(tree: lxml.html.HtmlElement) -> Iterator[str]:
    for element in tree.iter():
        if isinstance(element.tag, str):
            tag = element.get("lang")
            if tag and not _TAG.fullmatch(tag.strip()):
                yield tag.strip()[:40]
