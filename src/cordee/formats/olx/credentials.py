"""Which values of an export are secrets that must not enter our database?

Documented in Open edX: `lti_passports` ("id:key:secret"), `video_upload_pipeline` (its tokens), `matlab_api_key`,
`xqa_key`, `annotation_token_secret`. Besides these, every key that calls itself a secret, password, token or API key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

NAMES = ("lti_passports", "video_upload_pipeline", "matlab_api_key", "xqa_key", "annotation_token_secret")
SECRET_NAME = re.compile(
    r"(?:^|[_-])(?:secret|password|passwd|credentials?|(?:api|private|secret|consumer|shared|access)[_-]?key"
    r"|(?:access|upload|auth|api|bearer|refresh|session)[_-]?token)(?:$|[_-])",
    re.IGNORECASE,
)
SUSPECT = re.compile("secret|passw|credential|_key|apikey|token|lti_passports|video_upload", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\s([\w.-]+)\s*=\s*("[^"]*"|'[^']*')""")
EMPTY: tuple[Any, ...] = (None, "", "null", "[]", "{}", '""', [], {}, False)
DEEPEST = 50


def is_secret(name: str) -> bool:
    """Does a setting of this name hold a secret?"""
    return name in NAMES or SECRET_NAME.search(name) is not None


def clean_json(value: Any, dropped: set[str], depth: int = 0) -> Any:
    """The value without its secrets; their names are added to `dropped` where there was something to drop."""
    if isinstance(value, list):
        return [clean_json(item, dropped, depth + 1) for item in value] if depth < DEEPEST else []
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, item in value.items():
        if is_secret(name):
            if item not in EMPTY:
                dropped.add(name)
        elif depth < DEEPEST:
            kept[name] = clean_json(item, dropped, depth + 1)
    return kept


def clean_element(element: etree._Element) -> set[str]:
    """Remove secret attributes from the element and all below it; gives the names of those that held something."""
    dropped = set()
    for name, owner in list(_secret_attributes(element)):
        if owner.attrib.pop(name) not in EMPTY:
            dropped.add(name)
    return dropped


def _secret_attributes(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for owner in element.iter(etree.Element):
        for name in owner.attrib:
            if isinstance(name, str) and is_secret(name):
                yield name, owner


def clean_text(text: str, dropped: set[str]) -> str:
    """The same for XML that cannot be parsed, attribute by attribute."""

    def kept(found: re.Match[str]) -> str:
        if not is_secret(found[1]):
            return found[0]
        if found[2][1:-1].strip() not in EMPTY:
            dropped.add(found[1])
        return ""

    return ATTRIBUTE.sub(kept, text)


def is_suspect(text: str) -> bool:
    """Worth a look for secrets? Cheap, so that nearly all files are spared the search."""
    return SUSPECT.search(text) is not None
