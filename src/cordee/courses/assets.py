"""Where is a course's file, and at which address does a browser get it?"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from cordee.core.errors import N_, InputRefused, TooLarge
from cordee.core.file_types import HEAD_BYTES, content_type_of
from cordee.core.signing import sign_file
from cordee.core.storage import LocalFolder
from cordee.courses.models import Asset

PICTURES: Final[Mapping[str, str]] = {  # ending -> content type, of what somebody may send in
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}


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


def keep_picture(name: str, data: bytes, *, most_bytes: int) -> Asset:
    """Keep a picture that somebody sent in as a file of the site: the same picture is kept once. 1 or 2 queries.

    Its type goes by its content. SVG is served in a sandbox, from the content origin. Raises InputRefused, TooLarge.
    """
    if len(data) > most_bytes:
        raise TooLarge(N_("The picture has more than {most} kB. Save a smaller one."), most=most_bytes // 1000)
    content_type = content_type_of(name, data[:HEAD_BYTES])
    if content_type not in PICTURES.values():
        raise InputRefused(N_("This is no picture that browsers show. Choose a PNG, JPEG, WebP or SVG file."))
    stored = storage().put(io.BytesIO(data))
    return Asset.objects.get_or_create(
        sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes, "content_type": content_type}
    )[0]
