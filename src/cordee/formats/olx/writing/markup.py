"""How is an element written so that it is read back sign by sign?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from cordee.formats.olx import documents
from cordee.formats.olx.documents import local_name

_START = (
    "A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D\\u2070-\\u218F"
    "\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\U00010000-\\U000EFFFF"
)
# Source: XML 1.0, fifth edition, productions 2 (Char) and 4 (NameStartChar, NameChar); without the colon of namespaces.
NAME = re.compile(f"[{_START}][{_START}.0-9\\xB7\\u0300-\\u036F\\u203F-\\u2040-]*")
NO_CHAR = re.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\U00010000-\\U0010FFFF]")
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
QUALIFIED = re.compile(r"\{([^{}]+)\}(.+)", re.DOTALL)
SIGNS = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def is_sayable(name: str, value: str) -> bool:
    """Can an attribute of XML say this? What policy.json says of a block, not always."""
    qualified = QUALIFIED.fullmatch(name)
    if qualified and NO_CHAR.search(qualified[1]):
        return False
    local = qualified[2] if qualified else name
    return NAME.fullmatch(local) is not None and local != "xmlns" and not NO_CHAR.search(value)


def start_tag(tag: str, attributes: Mapping[str, str], *, empty: bool = False) -> str:
    """`<tag a="b">`, its attributes in the order given; a name may be lxml's `{namespace}name`."""
    said = []
    for number, (name, value) in enumerate(attributes.items()):
        qualified = QUALIFIED.fullmatch(name)
        if qualified and qualified[1] == XML_NAMESPACE:
            name = f"xml:{qualified[2]}"  # noqa: PLW2901 - as it is written
        elif qualified:
            said.append(f'xmlns:n{number}="{qualified[1].translate(SIGNS)}"')
            name = f"n{number}:{qualified[2]}"  # noqa: PLW2901 - likewise
        said.append(f'{name}="{value.translate(SIGNS)}"')
    return f"<{' '.join([tag, *said])}{'/' if empty else ''}>"


def parsed(text: str) -> etree._Element | None:
    """The root of an element that stands alone as a text; None when it is no XML."""
    try:
        return documents.parse(text.encode()).root
    except (documents.Unreadable, documents.ForbiddenDeclaration):
        return None


def inside(extra: str, allowed: tuple[str, ...]) -> str:
    """What stood beside the children of a container, to be written there again.

    Versions of before kept its text as the reader of XML gave it; where that is no markup, it becomes text.
    """
    if not extra:
        return ""
    root = parsed(f"<all>{extra}</all>")
    if root is None or any(local_name(child) not in ("", *allowed) for child in root):
        return documents.escaped(extra)
    return extra


def holds_more(extra: str) -> bool:
    """Whether something but comments stands beside the children of a container: it is no pointer then."""
    root = parsed(f"<all>{extra}</all>") if extra else None
    return bool(extra) if root is None else not documents.is_empty(root)


def as_bytes(text: str) -> bytes:
    """UTF-8. A first sign that a reader would take for a mark of the encoding is written twice."""
    return (BOM + text if text.startswith(BOM) else text).encode()
