"""How does a picture get into a page or news?"""

from __future__ import annotations

from typing import Final

from cordee.courses.assets import PICTURES, keep_picture

MOST_BYTES: Final = 1_000_000


def picture_address(name: str, data: bytes) -> str:
    """Keep it; the Markdown that shows it, but for its description: "files/<sha256>.png". 1 or 2 queries.

    Raises InputRefused, TooLarge.
    """
    kept = keep_picture(name, data, most_bytes=MOST_BYTES)
    ending = next(one for one, known in PICTURES.items() if known == kept.content_type)
    return f"files/{kept.sha256}.{ending}"
