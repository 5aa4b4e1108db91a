"""How much do we take from an archive, and how do we say no?"""

from __future__ import annotations

from dataclasses import dataclass

from cordee.core.errors import InputRefused, TooLarge

MIB = 1024 * 1024
GIB = 1024 * MIB


class ArchiveRefused(InputRefused):
    """The archive is not one, is damaged, or says two things at once."""


class ArchiveTooLarge(TooLarge):
    """The archive holds more than the operator allows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the operator allows. The largest real course that we met has 1,447 files and several hundred MB."""

    files: int = 20_000  # entries of any kind, folders included
    total_bytes: int = 4 * GIB  # after decompression
    member_bytes: int = 1 * GIB
    archive_bytes: int = 2 * GIB  # the file as it arrives
    ratio: int = 200  # decompressed / compressed; text gives about 10, a bomb 1,000
    ratio_free_bytes: int = 10 * MIB  # below this much content the ratio does not matter (a blank image has 1,000)
