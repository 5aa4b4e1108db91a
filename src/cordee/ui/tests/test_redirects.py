"""Is a page of this site told from a page elsewhere?"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from django.http import HttpResponseRedirect
from hypothesis import given
from hypothesis import strategies as st

from cordee.ui.redirects import is_local

SITE = "https://cordee.example"


@pytest.mark.parametrize("path", ["/", "/account", "/runs/a+b?x=1&y=/z#part", "/é", "/runs/https://x", "/a//b"])
def test_a_path_of_ours_is_local(path: str) -> None:
    assert is_local(path)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//e",
        "/\\e",
        "\\/e",
        "https:e",
        "javascript:1",
        "e",
        "?next=/",
        "/\t/e",
        "/ /e",
        "/\ud800",
        "/" + "x" * 2000,
    ],
)
def test_everything_else_is_not(address: str) -> None:
    assert not is_local(address)


@given(st.text(alphabet="/\\:ahtps.@?# \t\r\n\x00é％／", max_size=12))
def test_what_is_local_stays_on_the_site_in_any_reading(address: str) -> None:
    if is_local(address):
        assert urlsplit(urljoin(SITE, address)).netloc == "cordee.example"
        assert HttpResponseRedirect(address)["Location"].startswith("/")
        assert not HttpResponseRedirect(address)["Location"].startswith("//")
