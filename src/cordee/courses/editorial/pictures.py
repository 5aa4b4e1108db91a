"""How does a picture get among the site's files, for a page or news?"""

from __future__ import annotations

import io
from typing import Final

from cordee.core.errors import N_, InputRefused, TooLarge
from cordee.core.file_types import HEAD_BYTES, content_type_of
from cordee.courses.assets import storage
from cordee.courses.editorial.showing import PICTURES
from cordee.courses.models import Asset

MOST_BYTES: Final = 1_000_000


def keep_picture(name: str, data: bytes) -> str:
    """The Markdown that shows it, but for its description: "files/<sha256>.png". The same picture is kept once.

    Its type goes by its content. 1 or 2 queries. Raises InputRefused, TooLarge.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(N_("The picture has more than {most} kB. Save a smaller one."), most=MOST_BYTES // 1000)
    content_type = content_type_of(name, data[:HEAD_BYTES])
    endings = {known: ending for ending, known in PICTURES.items()}
    if content_type not in endings:
        raise InputRefused(N_("This is no picture that browsers show. Choose a PNG, JPEG, WebP or SVG file."))
    stored = storage().put(io.BytesIO(data))
    Asset.objects.get_or_create(
        sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes, "content_type": content_type}
    )
    return f"files/{stored.sha256}.{endings[content_type]}"
