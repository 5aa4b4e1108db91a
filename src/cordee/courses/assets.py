"""Where is a course's file, and at which address does a browser get it?"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cordee.core.signing import sign_file
from cordee.core.storage import LocalFolder


@lru_cache(maxsize=1)
def _folder(root: Path) -> LocalFolder:
    return LocalFolder(root)


def storage() -> LocalFolder:
    """The site's files, by their content."""
    return _folder(settings.CORDEE.files_folder)


def file_address(*, sha256: str, name: str, content_type: str, day: dt.date) -> str:
    """An address on the content origin, signed, good today and tomorrow (UTC)."""
    path = sign_file(bytes(settings.FILES_KEY), sha256=sha256, name=name, content_type=content_type, day=day)
    return f"{settings.CORDEE.content_url}{path}"
