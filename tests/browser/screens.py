"""How does every screen look? `sh bin/screens FOLDER` starts a demo and takes a picture of each page in each look.

A look is a language, a theme and a width: fr-light-390. `index.html` in the folder shows all of them beside each other.
"""

from __future__ import annotations

import argparse
import html
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS, browser_here, visitor
from tests.browser.pages import EVERY_PAGE, Seen
from tests.browser.people import People
from tests.browser.pictures import SCALE, STORED, file_name, small_picture
from tests.browser.running import Site, running_demo
from tests.browser.visitor import DESK, LOOKS, Look

STORED_LOOK = Look("fr", "light", DESK)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/screens", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="where the pictures go")
    parser.add_argument("--only", default="", help="pages whose name holds these words, e.g. course")
    parser.add_argument("--look", action="append", choices=[str(look) for look in LOOKS], help="may be repeated")
    parser.add_argument(
        "--store", action="store_true", help=f"write the small pictures that tests compare with ({STORED.name}/)"
    )
    asked = parser.parse_args(words)
    if not asked.folder and not asked.store:
        parser.error("name a folder for the pictures")
    program = browser_here()
    if not program:
        parser.error("no browser was found: apt install chromium, or name one in TEST_BROWSER")
    pages = [seen for seen in EVERY_PAGE if asked.only.lower() in seen.name.lower()]
    if not pages:
        parser.error(f"no page is called “{asked.only}”")
    looks = [look for look in LOOKS if not asked.look or str(look) in asked.look]
    with tempfile.TemporaryDirectory() as home, running_demo(Path(home)) as site, sync_playwright() as playwright:
        flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else [*FLAGS]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        people = People(site)
        if asked.store:
            STORED.mkdir(exist_ok=True)
            for seen in pages:
                (STORED / file_name(seen.name)).write_bytes(stored_picture(browser, site, people, seen))
        else:
            asked.folder.mkdir(parents=True, exist_ok=True)
            for look in looks:
                for seen in pages:
                    _take(browser, site, people, seen, look, asked.folder)
            _index(asked.folder, pages, looks)
        browser.close()
    return 0


def stored_picture(browser: Browser, site: Site, people: People, seen: Seen) -> bytes:
    """The small picture of a page in the one look that is stored."""
    one = visitor(browser, site, STORED_LOOK, state=people.state(seen.who), script=True, scale=SCALE)
    try:
        return small_picture(seen.open(one, people, STORED_LOOK))
    finally:
        one.context.close()


def _take(browser: Browser, site: Site, people: People, seen: Seen, look: Look, folder: Path) -> None:
    one = visitor(browser, site, look, state=people.state(seen.who), script=True)
    try:
        page = seen.open(one, people, look)
        page.evaluate("() => document.fonts.ready.then(() => undefined)")
        page.screenshot(path=folder / f"{Path(file_name(seen.name)).stem}-{look}.png", full_page=True)
        sys.stdout.write(f"{seen.name}, {look}\n")
    finally:
        one.context.close()


def _index(folder: Path, pages: Sequence[Seen], looks: Sequence[Look]) -> None:
    rows = []
    for seen in pages:
        stem = Path(file_name(seen.name)).stem
        cells = "".join(
            f'<td><a href="{stem}-{look}.png"><img src="{stem}-{look}.png" width="{200 if look.width < DESK else 400}"'
            f' alt="{look}" loading="lazy"></a><br>{look}</td>'
            for look in looks
        )
        rows.append(f"<tr><th>{html.escape(seen.name)}</th>{cells}</tr>")
    table = f"<!doctype html><meta charset=utf-8><title>Screens</title><table>{''.join(rows)}</table>"
    (folder / "index.html").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
