"""Which member names do we accept, and what do we call a member ourselves?

A name is refused when it could lead out of its folder or when two systems would read it differently. Our own key is
the name in Unicode's composed form (NFC), with `/` between its parts and nothing before or after.
"""

from __future__ import annotations

import re
import unicodedata

from cordee.core.errors import N_, shown
from cordee.formats.archives.limits import ArchiveRefused

PART_BYTES = 255  # what file systems take for one part
NAME_BYTES = 1024
LITTER = {".DS_Store", "__MACOSX"}
# Source: Microsoft, "Naming Files, Paths, and Namespaces"; the superscript digits count too.
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
DRIVE = re.compile(r"[A-Za-z]:")


def key_of(name: str) -> str:
    """Our key for a member (or folder) name as it stands in the archive; "" for the top folder itself (`./`).

    Raises ArchiveRefused naming the member.
    """
    if "\\" in name:
        _refuse(
            name, N_("The archive names “{name}” with a backslash. Make the archive again with “/” between folders.")
        )
    if name.startswith("/") or DRIVE.match(name):
        _refuse(name, N_("The archive names “{name}” from the root of a disk. Make it again from inside the folder."))
    if CONTROL.search(name):
        _refuse(name, N_("The name “{name}” holds a control character. Rename this file and make the archive again."))
    while name.startswith("./"):
        name = name[2:]
    name = name.removesuffix("/")
    if name in ("", "."):
        return ""
    key = unicodedata.normalize("NFC", name)
    if len(key.encode()) > NAME_BYTES:
        _refuse(name, N_("The name “{name}” is too long. Shorten it and make the archive again."))
    for part in key.split("/"):
        _check_part(part, name)
    return key


def _check_part(part: str, name: str) -> None:
    if part == "..":
        _refuse(
            name, N_("The archive names “{name}”, which leads out of its folder. Make the archive again without “..”.")
        )
    if part in ("", "."):
        _refuse(name, N_("The name “{name}” has an empty part. Make the archive again with plain folder names."))
    if len(part.encode()) > PART_BYTES:
        _refuse(name, N_("The name “{name}” is too long. Shorten it and make the archive again."))
    if part[-1] in ". ":
        _refuse(name, N_("The name “{name}” ends with a dot or a space. Rename this file and make the archive again."))
    if RESERVED.fullmatch(part):
        _refuse(name, N_("The name “{name}” is reserved on Windows. Rename this file and make the archive again."))


def _refuse(name: str, sentence: str) -> None:
    raise ArchiveRefused(sentence, name=shown(name))


def is_litter(key: str) -> bool:
    """What macOS leaves in archives and no course means to hold."""
    parts = key.split("/")
    return not LITTER.isdisjoint(parts) or parts[-1].startswith("._")


class Names:
    """The names seen so far in one archive: no two may be one and the same, no file may also be a folder.

    In a zip, names that differ by case only are one: many of its readers unpack where they are. A platform writes a
    .tar.gz where they are two, and real courses hold such pairs; nothing here is ever unpacked to a name.
    """

    def __init__(self, *, case_matters: bool) -> None:
        self._case_matters = case_matters
        self._files: dict[str, str] = {}
        self._folders: set[str] = set()

    def add(self, key: str, *, folder: bool) -> None:
        """Take one more name. Raises ArchiveRefused when it collides with an earlier one."""
        folded = key if self._case_matters else unicodedata.normalize("NFC", key.casefold())
        if folder:
            self._add_folders(folded + "/", key)
            return
        if folded in self._files:
            raise ArchiveRefused(
                N_("The archive holds “{name}” and “{other}”, one file on some systems. Rename one."),
                name=shown(key),
                other=shown(self._files[folded]),
            )
        if folded in self._folders:
            self._both(key)
        self._files[folded] = key
        self._add_folders(folded, key)

    def _add_folders(self, folded: str, key: str) -> None:
        end = folded.rfind("/")
        while end > 0:
            folder = folded[:end]
            if folder in self._folders:
                return
            if folder in self._files:
                self._both(key)
            self._folders.add(folder)
            end = folder.rfind("/")

    @staticmethod
    def _both(key: str) -> None:
        raise ArchiveRefused(
            N_("In the archive, “{name}” is a file and a folder at once. Rename one of the two."), name=shown(key)
        )
