"""Is every package that Cordée stands on explained, locked and under a licence we may use?"""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import check_locks

ROOT = Path(__file__).resolve().parent.parent
COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )(?:\bA?GPL|General Public License)", re.IGNORECASE)


def project() -> dict[str, dict[str, Any]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def locks() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")}


def asked() -> set[str]:
    table = project()["project"]
    lines = [*table["dependencies"]]
    for group in [*table["optional-dependencies"].values(), *project()["dependency-groups"].values()]:
        lines += group
    names: set[str] = {canonicalize_name(Requirement(line).name) for line in lines}
    for place in ("package.json", "tests/browser/lighthouse/package.json"):
        names |= set(json.loads((ROOT / place).read_text(encoding="utf-8"))["devDependencies"])
    return names


def rows() -> dict[str, list[str]]:
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    return {row[0]: row[1:] for row in cells if row[0] != "package"}


def licence_of(name: str) -> str:
    data = metadata(name)
    if data["License-Expression"]:
        return str(data["License-Expression"])
    classifiers = [line for line in data.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join([*classifiers, *(data["License"] or "").splitlines()[:1]])


def test_every_package_has_a_row_with_a_reason_a_size_and_a_licence() -> None:
    assert set(rows()) == asked()
    for name, cells in rows().items():
        assert len(cells) == 3, name
        reason, size, licence = cells
        assert reason, name
        assert licence, name
        assert re.fullmatch(r"\d+\.\d MB", size), name


def test_no_locked_package_is_under_the_gpl_or_the_agpl() -> None:
    read = 0
    for name in check_locks.pins("\n".join(locks().values())):
        try:
            licence = licence_of(name)
        except PackageNotFoundError:  # a package of another system, or of a set that is not installed
            continue
        read += 1
        assert licence.strip(), name
        assert not COPYLEFT.search(licence), f"{name}: {licence}"
    assert read > len(rows())


@pytest.mark.parametrize("licence", ["GPL-3.0-or-later", "GNU Affero General Public License v3", "AGPL-3.0"])
def test_the_gpl_is_recognised(licence: str) -> None:
    assert COPYLEFT.search(licence)


@pytest.mark.parametrize("licence", ["LGPL-3.0-only", "GNU Lesser General Public License v3", "MIT OR Apache-2.0"])
def test_other_licences_are_not_mistaken_for_it(licence: str) -> None:
    assert not COPYLEFT.search(licence)


def test_the_lock_files_are_sound() -> None:
    assert check_locks.faults_of_python(project(), locks()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("django==", "djang0==", "holds nothing for 'django"),
        ("django==5.2", "django==4.2", "holds 4.2"),
        ("--hash=sha256:", "--hush=sha256:", "has no hash for"),
        ("django==", "--index-url file:///mirror\ndjango==", "names an address"),
    ],
)
def test_an_unsound_lock_file_is_noticed(old: str, new: str, fault: str) -> None:
    texts = locks()
    assert old in texts["runtime"]
    texts["runtime"] = texts["runtime"].replace(old, new)
    assert any(fault in line for line in check_locks.faults_of_python(project(), texts))


def test_the_set_of_the_cluster_shares_its_versions_and_keeps_spark_to_itself() -> None:
    texts = locks()
    assert "pyspark" in check_locks.pins(texts["cluster"])
    assert not any("pyspark" in check_locks.pins(text) for name, text in texts.items() if name != "cluster")
    texts["cluster"] = texts["cluster"].replace("sqlglot==", "sqlglot==9")
    assert any("is not the one of development.txt" in line for line in check_locks.faults_of_python(project(), texts))


def test_node_packages_are_locked_without_addresses() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert check_locks.faults_of_node(package, lock) == []
    assert check_locks.faults_of_node({"devDependencies": {"esbuild": "0.1.0"}}, lock)
    assert check_locks.faults_of_node(package, lock.replace('"integrity"', '"resolved"', 1))
