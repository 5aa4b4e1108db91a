"""How does an organisation's logo get among the site's files?"""

from __future__ import annotations

import io
from typing import Final

from cordee.core.errors import N_, InputRefused, TooLarge
from cordee.core.file_types import HEAD_BYTES, content_type_of
from cordee.courses.assets import storage
from cordee.courses.models import Asset

TYPES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/svg+xml"})
MOST_BYTES: Final = 200_000


def keep_logo(name: str, data: bytes) -> Asset:
    """Keep a picture as a file of the site: the same picture is kept once. 1 or 2 queries.

    Its type goes by its content. SVG is served in a sandbox, from the content origin. Raises InputRefused, TooLarge.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(N_("The logo has more than {most} kB. Save a smaller one."), most=MOST_BYTES // 1000)
    content_type = content_type_of(name, data[:HEAD_BYTES])
    if content_type not in TYPES:
        raise InputRefused(N_("The logo is no picture that browsers show. Choose a PNG, JPEG, WebP or SVG file."))
    stored = storage().put(io.BytesIO(data))
    return Asset.objects.get_or_create(
        sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes, "content_type": content_type}
    )[0]
