"""Do the lock files agree with what is asked for, carry a hash for everything, and name no address?"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<rest>.*(?:\n    .*)*)", re.MULTILINE)
ADDRESS = re.compile(r"://|^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links)\b", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    """Name and version of each package in a file of requirements/."""
    return {canonicalize_name(found["name"]): found["version"] for found in PIN.finditer(text)}


def without_hash(text: str) -> list[str]:
    return [found["name"] for found in PIN.finditer(text) if "--hash=sha256:" not in found["rest"]]


def faults_of_python(project: dict[str, Any], locks: dict[str, str]) -> list[str]:
    """What is wrong with the texts of requirements/*.txt, by the names of the files: one sentence each."""
    groups = project["dependency-groups"]
    runtime = project["project"]["dependencies"]
    postgresql = [*runtime, *project["project"]["optional-dependencies"]["postgresql"]]
    c = [*runtime, *project["project"]["optional-dependencies"]["c"]]
    cluster = [*runtime, *project["project"]["optional-dependencies"]["cluster"]]
    asked = {
        "setup": groups["setup"],
        "runtime": runtime,
        "postgresql": postgresql,
        "c": c,
        "cluster": cluster,
        "development": [*postgresql, *c, *(line for lines in groups.values() for line in lines)],
    }
    held = {name: pins(text) for name, text in locks.items()}
    faults = []
    for name, text in locks.items():
        faults += [f"requirements/{name}.txt names an address"] if ADDRESS.search(text) else []
        faults += [f"requirements/{name}.txt has no hash for {package}" for package in without_hash(text)]
        for line in asked[name]:
            wanted = Requirement(line)
            version = held[name].get(canonicalize_name(wanted.name))
            if version is None or not wanted.specifier.contains(version, prereleases=True):
                faults.append(f"requirements/{name}.txt holds {version or 'nothing'} for {line!r}: run scripts/lock.sh")
        for package, version in held[name].items():
            # Spark alone is not in the set for developing; one environment can still hold both.
            if held["development"].get(package, version if name == "cluster" else None) != version:
                faults.append(f"{package} {version} of requirements/{name}.txt is not the one of development.txt")
    return faults


def faults_of_node(package: dict[str, Any], lock_text: str) -> list[str]:
    """What is wrong with package-lock.json, one sentence each."""
    lock = json.loads(lock_text)["packages"]
    faults = ["package-lock.json names an address"] if "://" in lock_text or '"resolved"' in lock_text else []
    faults += [
        f"package-lock.json has no hash for {at}" for at, entry in lock.items() if at and "integrity" not in entry
    ]
    if package.get("devDependencies") != lock[""].get("devDependencies") or "dependencies" in package:
        faults.append("package-lock.json was not made from this package.json: run npm install --package-lock-only")
    return faults


def main() -> int:
    names = ("setup", "runtime", "postgresql", "c", "cluster", "development")
    faults = faults_of_python(
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")),
        {name: (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in names},
    )
    faults += faults_of_node(
        json.loads((ROOT / "package.json").read_text(encoding="utf-8")),
        (ROOT / "package-lock.json").read_text(encoding="utf-8"),
    )
    print("\n".join(faults) or "the lock files are sound")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
