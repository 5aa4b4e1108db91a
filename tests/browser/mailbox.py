"""Where does the link of a letter lead that a demo has written to somebody? Read from its own page of letters."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx
import lxml.html

PATIENCE_S = 30.0


def link_in_letter(site_url: str, address: str, door: str) -> str:
    """The path of the link to this page (e.g. "sign-up") in the latest letter to this address that has one."""
    until = time.monotonic() + PATIENCE_S
    with httpx.Client(base_url=site_url, timeout=60) as client:
        while time.monotonic() < until:
            listed: Any = lxml.html.fromstring(client.get("/ui/mail").text)
            for row in listed.xpath("//main//tbody/tr"):
                if address not in row.text_content():
                    continue
                letter = client.get(str(row.xpath(".//a/@href")[0])).text
                if found := re.search(rf"/{door}/[0-9a-f]{{32}}\.[\w-]+", letter):
                    return found[0]
            time.sleep(0.3)
    raise AssertionError(f"no letter to {address} has a link to {door}")
