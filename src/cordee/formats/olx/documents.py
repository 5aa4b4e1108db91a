"""How is a text or XML file of a course read, safely and without losing what cannot be parsed?

No DTD, no entity, no network; the encoding is what the file says, UTF-8 otherwise. Source: XML 1.0, 2.8 and 4.3.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from cordee.core.errors import N_, InputRefused, shown

ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "iso-8859-1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
DECLARED_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
# What may stand before a document type: white space, comments, instructions.
BEFORE_DOCTYPE = re.compile(r"(?>\s+|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)
DOCTYPE_WITH_DECLARATIONS = re.compile(r"<!DOCTYPE[^>\[]*\[|<!ENTITY")
MOST_ATTRIBUTES = 500
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False, recover=False
)
TOO_MANY_ATTRIBUTES = etree.XPath(f"boolean(//*[count(@*) > {MOST_ATTRIBUTES}])")


class Unreadable(InputRefused):
    """A file cannot be read as what it should be. `line` is 0 when it is not known."""

    def __init__(self, template: str, /, *, line: int = 0, **values: object) -> None:
        super().__init__(template, line=line, **values)
        self.line = line


class ForbiddenDeclaration(InputRefused):
    """A file declares entities: no course needs that, an attack does. The whole archive is refused."""


@dataclass(frozen=True, slots=True)
class Document:
    """An XML file: its tree, and its text without the XML declaration."""

    root: etree._Element
    text: str


def decode(data: bytes) -> str:
    """The text of an XML file. Raises Unreadable."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8-sig"
    else:
        declared = DECLARED_ENCODING.match(data)
        name = declared[1].decode("ascii").lower() if declared else "utf-8"
        if name not in ENCODINGS:
            raise Unreadable(N_("The encoding “{encoding}” is not read here. Save the file as UTF-8."), encoding=name)
        encoding = ENCODINGS[name]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            N_("Line {line} is not {encoding}. Save the file as UTF-8."), line=line, encoding=encoding
        ) from error


def decode_loosely(data: bytes) -> tuple[str, bool]:
    """The text of a file that has no declaration (HTML, plain text), and whether it was UTF-8 as it should be."""
    try:
        return data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), False


def parse(data: bytes) -> Document:
    """Read an XML file. Raises Unreadable with the line, ForbiddenDeclaration."""
    text = decode(data)
    declaration = DECLARATION.match(text)
    if declaration:  # its line breaks stay, so that lines keep their numbers
        text = "\n" * declaration[0].count("\n") + text[declaration.end() :]
    prolog = BEFORE_DOCTYPE.match(text)
    start = prolog.end() if prolog else 0
    if text.startswith("<!DOCTYPE", start):
        if DOCTYPE_WITH_DECLARATIONS.match(text, start):
            raise ForbiddenDeclaration(N_("A file of the course declares XML entities. Remove the document type."))
        raise Unreadable(N_("The file declares a document type. Remove the line “<!DOCTYPE …>”."), line=1)
    try:
        root = etree.fromstring(text.encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            N_("Line {line} is not well-formed XML: {reason}. Correct it in the course and export again."),
            line=error.lineno or 0,
            reason=shown((error.msg or "").partition(", line ")[0].strip()),
        ) from error
    except (ValueError, RecursionError, UnicodeEncodeError) as error:
        raise Unreadable(N_("The file is not XML. Correct it in the course and export again.")) from error
    if TOO_MANY_ATTRIBUTES(root):  # reading them takes time as the square of their number
        raise Unreadable(
            N_("An element of the file has more than {limit} attributes. Correct it in the course and export again."),
            limit=MOST_ATTRIBUTES,
        )
    return Document(root, text)


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def outer(element: etree._Element) -> str:
    """The element as XML text, without what follows it."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))


def beside(element: etree._Element) -> tuple[list[str], list[str]]:
    """Comments and instructions before and after the root of a file; nothing for any other element."""
    if element.getparent() is not None:
        return [], []
    before = [outer(one) for one in element.itersiblings(preceding=True)]
    return before[::-1], [outer(one) for one in element.itersiblings()]


def comments_in(element: etree._Element) -> list[str]:
    """Comments and instructions that stand right in an element."""
    return [outer(child) for child in element if not local_name(child)]


def escaped(text: str) -> str:
    """Text as it stands between tags, so that it is read back sign by sign."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def inner_html(element: etree._Element) -> str:
    """What an inline <html> element holds, as HTML text.

    Its leading text is taken unescaped, as Open edX does: authors put their markup in CDATA or escape it there.
    """
    parts = [element.text or ""]
    parts += [str(etree.tostring(child, encoding="unicode", method="html", with_tail=True)) for child in element]
    return "".join(parts)


def is_empty(element: etree._Element) -> bool:
    """Neither child elements nor text; comments do not count."""
    texts = [element.text or "", *(child.tail or "" for child in element)]
    return not any(local_name(child) for child in element) and not "".join(texts).strip()
