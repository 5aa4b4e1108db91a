"""Which files does the course hold, and which of them does a name mean?

Studio writes asset keys with `_` for spaces, slashes and odd characters, while the archive holds the names as they
were uploaded: a name is compared loosely. Source: Open edX `AssetLocation.clean_keeping_underscores`, measured.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from cordee.formats.olx import documents, values
from cordee.formats.olx.model import Asset
from cordee.formats.olx.policy import read_json
from cordee.formats.olx.remarks import Remarks
from cordee.formats.olx.source import CourseFiles

STATIC = "static/"
LISTING, XML_LISTING = "policies/assets.json", "assets/assets.xml"
ODD = re.compile(r"[^\w.%-]")
KEY_NAME = re.compile(r"(?:type@asset\+block[@/]|/asset/)(.+)$")


def loose_name(name: str) -> str:
    """Names that Studio takes for one and the same give the same string."""
    return ODD.sub("_", unicodedata.normalize("NFC", name))


class AssetIndex:
    """Finds an asset by any name that a link may use for it."""

    def __init__(self, names: Iterable[str], aliases: Mapping[str, str] | None = None) -> None:
        self._exact = {unicodedata.normalize("NFC", name): name for name in names}
        self._loose: dict[str, str] = {}
        self._caseless: dict[str, str | None] = {}
        for alias, name in [*((name, name) for name in self._exact.values()), *(aliases or {}).items()]:
            loose = loose_name(alias)
            self._loose.setdefault(loose, name)
            folded = loose.casefold()
            if self._caseless.setdefault(folded, name) != name:
                self._caseless[folded] = None  # two files differ by case only: neither is meant

    def find(self, name: str) -> str | None:
        """The asset's own name, or None."""
        for tried in dict.fromkeys((name, unquote(name))):
            composed = unicodedata.normalize("NFC", tried).lstrip("/")
            found = self._exact.get(composed) or self._loose.get(loose_name(composed))
            if found is not None:
                return found
        return self._caseless.get(loose_name(unquote(name).lstrip("/")).casefold())


def read_assets(files: CourseFiles, remarks: Remarks) -> tuple[dict[str, Asset], AssetIndex]:
    """The files under static/ by the name that links use, and the index that finds them."""
    listing = read_json(files, LISTING, remarks) if LISTING in files else {}
    lines = _xml_lines(files, remarks)
    if isinstance(listing, dict):
        lines.update({name: line for name, line in listing.items() if isinstance(line, dict)})
    names = [path[len(STATIC) :] for path in files.below(STATIC)]
    index = AssetIndex(names)
    told: dict[str, Mapping[str, Any]] = {}
    aliases: dict[str, str] = {}
    for alias, line in lines.items():
        spellings = [alias, *_spellings(line)]
        found = next((name for name in map(index.find, spellings) if name is not None), None)
        if found is not None:
            told.setdefault(found, line)
            aliases.update(dict.fromkeys(spellings, found))
    for path in (LISTING, XML_LISTING):
        if path in files:
            files.keep_too(path)  # names on screen, former names, marks that mean nothing here
    assets = {name: _asset(files, name, told.get(name, {})) for name in names}
    return assets, AssetIndex(names, aliases)


def _spellings(line: Mapping[str, Any]) -> list[str]:
    found = [line.get("import_path"), line.get("displayname")]
    key = KEY_NAME.search(values.text(line.get("filename")))
    return [name for name in (*found, key[1] if key else None) if isinstance(name, str) and name]


def _asset(files: CourseFiles, name: str, line: Mapping[str, Any]) -> Asset:
    locked = line.get("locked")
    return Asset(
        name=name,
        member=files.take(STATIC + name),
        size_bytes=files.size_bytes(STATIC + name),
        content_type=values.text(line.get("contentType")),
        display_name=values.text(line.get("displayname")),
        locked=locked is True or (isinstance(locked, str) and locked.lower() == "true"),
    )


def _xml_lines(files: CourseFiles, remarks: Remarks) -> dict[str, Mapping[str, Any]]:
    """assets/assets.xml of newer exports, in the words of assets.json; mostly it is empty."""
    if XML_LISTING not in files:
        return {}
    try:
        root = documents.parse(files.read(XML_LISTING)).root
    except documents.Unreadable as error:
        remarks.refused("unreadable-xml", error, XML_LISTING)
        return {}
    lines: dict[str, Mapping[str, Any]] = {}
    for asset in root.iter("asset"):
        fields = {documents.local_name(child): child.text or "" for child in asset}
        key = KEY_NAME.search(fields.get("asset_id", ""))
        if key:
            names = {"contentType": fields.get("contenttype", ""), "locked": fields.get("locked", "")}
            lines[key[1]] = {**names, "filename": fields["asset_id"], "import_path": fields.get("pathname")}
    return lines
