"""How does a file from outside come in? The one door for `.tar.gz` and `.zip`, checked before anything is handed out.

with open_archive(path) as archive:
    for key, member in archive.members.items(): ...
    data = archive.read("course/course.xml")
"""

from __future__ import annotations

from cordee.formats.archives.archive import Archive, Member, open_archive
from cordee.formats.archives.limits import ArchiveRefused, ArchiveTooLarge, Limits

__all__ = ["Archive", "ArchiveRefused", "ArchiveTooLarge", "Limits", "Member", "open_archive"]
