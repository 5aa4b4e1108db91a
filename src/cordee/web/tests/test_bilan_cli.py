"""Does `cordee bilan` make a report from a folder, say what is wrong with one, and end with the right code?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cordee.bilan.tests.make import DEMO
from cordee.web.tests.running import cordee, migrate_once

pytestmark = pytest.mark.long  # each call is a process of its own; most have no database


def test_help_names_the_commands_in_both_languages(tmp_path: Path) -> None:
    said = cordee("bilan", "--help", home=tmp_path)
    assert said.returncode == 0
    for name in ("demo", "build", "check", "start", "import", "export", "world"):
        assert f" {name} " in said.stdout
    french = cordee("bilan", "--help", home=tmp_path, LC_ALL="fr_FR.UTF-8")
    assert "Le bilan d’un programme" in re.sub(r"\s+", " ", french.stdout.replace("│", ""))


def test_the_demo_writes_its_pages_and_its_pdf_with_no_site_and_no_account(tmp_path: Path) -> None:
    pages, pdf = tmp_path / "pages", tmp_path / "bilan.pdf"
    done = cordee("bilan", "demo", "--lang", "fr", "--html", str(pages), "--pdf", str(pdf), home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert str(pages / "index.html") in done.stdout
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert '<html lang="fr">' in (pages / "index.html").read_text()
    assert '<html lang="en">' in (pages / "en.html").read_text()


def test_a_programme_manager_begins_checks_and_builds(tmp_path: Path) -> None:
    folder = tmp_path / "programme d’été"
    begun = cordee("bilan", "start", str(folder), home=tmp_path)
    assert begun.returncode == 0, begun.stderr
    assert "cordee bilan check" in begun.stdout
    assert cordee("bilan", "check", str(folder), home=tmp_path).returncode == 0
    with (folder / "courses.csv").open("a") as file:
        file.write("alpha,Alpha\n")
    with (folder / "runs.csv").open("a") as file:
        file.write("alhpa,FUN,,2026-03\nalhpa,FUN,,2026-04\n")
    wrong = cordee("bilan", "check", str(folder), home=tmp_path, LC_ALL="fr_FR.UTF-8")
    assert wrong.returncode == 1
    assert "runs.csv:2–3 (× 2): courses.csv n’a pas de cours alhpa. Vouliez-vous dire alpha" in wrong.stdout
    as_json = json.loads(cordee("bilan", "check", str(folder), "--json", home=tmp_path).stdout)
    assert as_json["rows"] == {"courses": 1, "runs": 2}
    assert [(one["file"], one["line"]) for one in as_json["faults"]] == [("runs.csv", 2), ("runs.csv", 3)]
    built = cordee(
        "bilan", "build", str(folder), "--lang", "en", "--csv", "fr", "--html", str(tmp_path / "out"), home=tmp_path
    )
    assert built.returncode == 0, built.stderr
    assert "runs.csv:2" in built.stdout
    assert "To look at" in (tmp_path / "out" / "index.html").read_text()
    assert (tmp_path / "out" / "data" / "figures.csv").read_text(encoding="utf-8").startswith("\ufeffkey;title;value")


def test_a_programme_is_simulated_once_and_says_what_to_do_next(tmp_path: Path) -> None:
    folder = tmp_path / "programme"
    words = ("bilan", "world", str(folder), "--scale", "1/10", "--course", "impact")
    made, again = cordee(*words, home=tmp_path), cordee(*words, home=tmp_path)
    assert (made.returncode, again.returncode) == (0, 0)
    assert made.stdout == f"Made in {folder}. Next: cordee bilan build {folder} --html bilan\n"
    assert again.stdout.startswith(f"It was in {folder} already.")
    pages = cordee(
        "bilan", "build", str(folder), "--lang", "en", "--csv", "fr", "--html", str(tmp_path / "out"), home=tmp_path
    )
    assert pages.returncode == 0
    assert "Simulated data</p>" in (tmp_path / "out" / "index.html").read_text()
    for wrong in ("2", "0", "x", "1/0"):
        refused = cordee("bilan", "world", str(folder), "--scale", wrong, home=tmp_path)
        assert refused.returncode == 2
        assert "write a share" in refused.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("build", "nowhere", "--html", "out"), 1, "holds no programme.toml"),
        (("check", "nowhere"), 1, "holds no programme.toml"),
        (("build", "demo"), 2, "name what to write"),
        (("build", "demo", "--pdf", "x.pdf", "--lang", "de"), 2, "write fr or en"),
        (("build", "demo", "--pdf", "x.pdf", "--period", "jadis"), 1, "is no period"),
        (("build", "demo", "--pdf", "x.pdf", "--only", "school:Nulle Part"), 1, "No course is by Nulle Part"),
        (("build", "demo", "--pdf", "x.pdf", "--only", "Nulle Part"), 2, "write school:NAME or category:ID"),
        (("build", "demo", "--pdf", "/proc/x.pdf"), 1, "cannot be written"),
        (("start", "demo"), 1, "is not empty"),
    ],
)
def test_a_call_that_cannot_be_answered_says_why(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    demo = Path(__file__).parents[4] / "demo" / "bilan" / "imt-2017"
    done = cordee("bilan", *(str(demo) if word == "demo" else word for word in words), home=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in re.sub(r"[\s│]+", " ", done.stderr)


@pytest.mark.with_site
def test_what_goes_into_the_pages_of_a_site_comes_out_as_the_same_folder(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    migrate_once(home)
    stored = cordee("bilan", "import", str(DEMO), home=home)
    assert stored.returncode == 0, stored.stderr
    assert "Rows stored: 120." in stored.stdout
    assert cordee("bilan", "export", str(out), home=home).returncode == 0
    assert files_of(out) == files_of(DEMO)
    refused = cordee("bilan", "import", str(out), home=home)
    assert refused.returncode == 1
    assert "cordee bilan export" in refused.stderr
    assert cordee("bilan", "import", str(out), "--replace", home=home).returncode == 0
    built = cordee("bilan", "build", "--lang", "fr", "--html", str(tmp_path / "pages"), home=home)
    assert built.returncode == 0, built.stderr
    assert "Institut Mines-Télécom" in (tmp_path / "pages" / "index.html").read_text()


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
