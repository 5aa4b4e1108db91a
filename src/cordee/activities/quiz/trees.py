"""How are pieces taken out of an XML tree, and how is the rest written so that it is both XML and HTML?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from cordee.activities.quiz.definition import SLOT_CLOSE, SLOT_OPEN, Attributes

Element = etree._Element  # noqa: SLF001 - lxml gives its element class no other name

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


def tag_of(element: Element) -> str:
    """The tag; "" for comments and instructions."""
    return element.tag if isinstance(element.tag, str) else ""


def prepare(root: Element) -> None:
    """Remove forged slot marks, and give every empty element that HTML does not know as empty an end tag of its own."""
    for element in root.iter():
        for name in ("text", "tail"):
            text = getattr(element, name)
            if text and (SLOT_OPEN in text or SLOT_CLOSE in text):
                setattr(element, name, without_marks(text))
        if not tag_of(element):
            continue
        for attribute, value in element.attrib.items():
            if SLOT_OPEN in value or SLOT_CLOSE in value:
                element.set(attribute, without_marks(str(value)))
        if len(element) == 0 and element.text is None and tag_of(element) not in VOID:
            element.text = ""


def change_texts(root: Element, change: Callable[[str], str], *, but: tuple[str, ...]) -> None:
    """Apply a change to every text and attribute, save inside elements of some tags."""
    for element in root.iter():
        if element.tail:
            element.tail = change(element.tail)
        if not tag_of(element) or tag_of(element) in but:
            continue
        if element.text:
            element.text = change(element.text)
        for name, value in element.attrib.items():
            element.set(name, change(str(value)))


def without_marks(text: str) -> str:
    """The text without the two characters that enclose slots."""
    return text.replace(SLOT_OPEN, "").replace(SLOT_CLOSE, "")


def unwrap(element: Element, before: str, after: str) -> None:
    """Put an element's content in its place, between two texts."""
    parent, previous = element.getparent(), element.getprevious()
    assert parent is not None  # noqa: S101 - only what is inside a problem is unwrapped
    position, children = parent.index(element), list(element)
    head, tail = before + (element.text or ""), after + (element.tail or "")
    parent.remove(element)
    for offset, child in enumerate(children):
        parent.insert(position + offset, child)
    if children:
        children[-1].tail = (children[-1].tail or "") + tail
    else:
        head += tail
    if previous is None:
        parent.text = (parent.text or "") + head
    else:
        previous.tail = (previous.tail or "") + head


def replace(element: Element, text: str) -> None:
    """Put a text in the place of an element and all it holds; nothing when it went with what held it."""
    if element.getparent() is None:
        return
    for child in list(element):
        element.remove(child)
    element.text = None
    unwrap(element, text, "")


def leading_text(element: Element) -> str:
    """The text before the first child element; comments do not end it."""
    text = element.text or ""
    for child in element:
        if tag_of(child):
            break
        text += child.tail or ""
    return text


def outer(element: Element) -> str:
    """The element as text, without what follows it."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def inner(element: Element) -> str:
    """What the element holds, as text."""
    children = (str(etree.tostring(child, encoding="unicode")) for child in element)
    return escape(element.text or "", {"\r": "&#13;"}) + "".join(children)


def attributes_but(element: Element, *read: str) -> Attributes:
    """The attributes that are not among those read."""
    return tuple((str(name), str(value)) for name, value in element.attrib.items() if name not in read)


def written(tag: str, attributes: Iterable[tuple[str, str | None]], content: str = "") -> str:
    """An element as XML text; attributes that are None are left out, `content` is XML."""
    listed = "".join(f" {name}={quoteattr(value)}" for name, value in attributes if value is not None)
    return f"<{tag}{listed}>{content}</{tag}>"
