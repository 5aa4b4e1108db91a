"""How long after a save does the page of a large course text show it? With the reader's own page, in a browser."""

from __future__ import annotations

import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import serving
from bench.large_course import WORDS
from bench.rows import Row
from tests.ports import free_ports

if TYPE_CHECKING:
    from playwright.sync_api import Page

MODULES, SECTIONS, UNITS = 8, 6, 4  # of each other: 192 units
BLOCKS = 4  # of a unit: two texts, two quizzes: 768 in all
SHOWN_MS = 300
SAVES = 12
PAGE = "modules/m3/u80.en.md"
ADDRESS = "/runs/Bench+large+preview/units/u80"
START_S = 120.0
# The least: the page asks for one that is as large and lies ready, and puts its content in the place of its own.
LEAST = """async () => {
  const begun = performance.now();
  const text = await (await fetch("/static/preview-floor.html", { cache: "no-store" })).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  await new Promise(requestAnimationFrame);
  return performance.now() - begun;
}"""


def measured(folder: Path, engine: str) -> Iterator[Row]:
    """The middle one of a few saves: from the write to the words in the page; beside the least in the same browser."""
    from playwright.sync_api import sync_playwright

    root = folder / "text"
    write(root)
    program = os.environ.get("TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-headless-shell")
    if program is None:
        print("bench: preview is left out: it needs a browser (apt install chromium)", file=sys.stderr, flush=True)
        return
    with sync_playwright() as playwright, _watched(root, folder) as address:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(address + ADDRESS)
        page.wait_for_selector("#preview[data-island-state=ready]")
        html = page.content()
        took = [_saved(page, root / PAGE, f"Word{number}") for number in range(SAVES)]
        page.route("**/static/preview-floor.html", lambda route: route.fulfill(body=html, content_type="text/html"))
        least = [float(page.evaluate(LEAST)) for _ in range(SAVES)]
        browser.close()
    yield Row("preview/shown_ms", engine, statistics.median(took), "ms", statistics.median(least), SHOWN_MS)
    yield Row("preview/slowest_ms", engine, max(took), "ms")


def _saved(page: Page, file: Path, word: str) -> float:
    """Milliseconds until the page shows a word that was just written."""
    text = file.read_text()
    wait = "w => document.querySelector('main').textContent.includes(w)"
    begun = time.perf_counter()
    file.write_text(f"{text}\n{word} ends it.\n")
    page.wait_for_function(wait, arg=word, polling=5)
    took = 1000 * (time.perf_counter() - begun)
    time.sleep(0.3)
    return took


@contextmanager
def _watched(root: Path, folder: Path) -> Iterator[str]:
    """`cordee course watch` of a folder: its address, until the block is left."""
    port, log = free_ports(), folder / "preview.log"
    command = serving.cordee_command("course", "watch", str(root), "--port", str(port))
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:  # noqa: S603 - our own
        try:
            until = time.monotonic() + START_S
            while f":{port}/" not in log.read_text():
                if process.poll() is not None or time.monotonic() > until:
                    raise serving.NotServed(log.read_text())
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def write(root: Path) -> None:
    """A course text of 768 blocks in 192 units."""
    draw = random.Random(4)  # noqa: S311 - the same course in each run
    root.mkdir()
    modules = ", ".join(f"m{number}" for number in range(MODULES))
    facts = f"id: large\norganisation: Bench\ntitle: A large course\nlanguages: [en]\nmodules: [{modules}]\n"
    (root / "course.yaml").write_text(facts)
    unit = 0
    for module in range(MODULES):
        folder = root / "modules" / f"m{module}"
        folder.mkdir(parents=True)
        lines = [f"title: Module {module}", "sections:"]
        for section in range(SECTIONS):
            names = [f"u{number}" for number in range(unit, unit + UNITS)]
            unit += UNITS
            lines += [
                f"  - id: s{module}-{section}",
                f"    title: Section {section}",
                f"    units: [{', '.join(names)}]",
            ]
            for name in names:
                (folder / f"{name}.en.md").write_text(_page(draw, name))
        (folder / "module.yaml").write_text("\n".join(lines) + "\n")


def _page(draw: random.Random, name: str) -> str:
    parts = [f"# Unit {name}"]
    for number in range(BLOCKS // 2):
        parts += [_words(draw, 80).capitalize() + "." for _paragraph in range(4)]
        parts.append(
            f"::: quiz {name}-{number}\nattempts: 2\n\n{_words(draw, 20).capitalize()}?\n\n"
            f"- ( ) {_words(draw, 5)}\n  > {_words(draw, 8)}\n- (x) {_words(draw, 5)}\n\n"
            f"> [!hint]\n> {_words(draw, 8)}\n\n> [!solution]\n> {_words(draw, 12)}\n\n:::"
        )
    return "\n\n".join(parts) + "\n"


def _words(draw: random.Random, count: int) -> str:
    return " ".join(draw.choices(WORDS, k=count))
