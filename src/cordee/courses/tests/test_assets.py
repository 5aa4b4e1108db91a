"""A picture that somebody sends in is kept once, and is what its content says."""

from __future__ import annotations

import pytest

from cordee.core.errors import InputRefused, TooLarge
from cordee.courses.assets import keep_picture, storage
from cordee.courses.models import Asset

PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)


@pytest.mark.django_db
def test_a_picture_is_kept_once_and_its_type_goes_by_its_content() -> None:
    first = keep_picture("logo.jpg", PNG, most_bytes=100)
    again = keep_picture("other.png", PNG, most_bytes=100)

    assert first == again == Asset.objects.get()
    assert (first.content_type, first.size_bytes) == ("image/png", len(PNG))
    assert storage().exists(first.sha256)


@pytest.mark.django_db
def test_what_is_no_picture_or_too_large_is_refused_and_not_kept() -> None:
    with pytest.raises(InputRefused):
        keep_picture("page.png", b"<html></html>", most_bytes=100)
    with pytest.raises(TooLarge):
        keep_picture("logo.png", PNG, most_bytes=10)
    assert not Asset.objects.exists()
