"""Do the commands of course texts say what they do, and end with the right code?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cordee.courses.tests.course_texts import FILES
from cordee.courses.tests.course_texts import folder as course_folder
from cordee.web.tests.running import cordee, migrate_once

pytestmark = pytest.mark.long  # each call is a process of its own; some have no database
FRENCH = {"LANG": "fr_FR.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""}


@pytest.mark.with_site
def test_a_course_is_begun_checked_published_and_published_again(tmp_path: Path) -> None:
    folder = str(tmp_path / "lire-la-carte")
    begun = cordee("course", "new", folder, home=tmp_path, **FRENCH)
    assert begun.returncode == 0, begun.stderr
    assert "5 fichiers" in begun.stdout
    assert "languages: [fr]" in (tmp_path / "lire-la-carte/course.yaml").read_text()
    assert cordee("course", "new", folder, home=tmp_path).returncode == 1

    checked = cordee("course", "check", folder, home=tmp_path)
    assert checked.returncode == 0
    assert "Errors: 0. To look at: 0." in checked.stdout
    assert cordee("course", "format", folder, "--check", home=tmp_path).returncode == 0

    migrate_once(tmp_path)
    first = json.loads(cordee("course", "publish", folder, "--json", home=tmp_path).stdout)
    key = first["key"]
    assert re.fullmatch(r"mon-etablissement\+lire-la-carte\+\d{4}", key)
    assert (first["version"], first["changed"]) == (1, True)
    again = json.loads(cordee("course", "publish", folder, "--json", home=tmp_path).stdout)
    assert (again["key"], again["version"], again["changed"]) == (key, 1, False)

    page = tmp_path / "lire-la-carte/modules/premiers-pas/bienvenue.fr.md"
    page.write_text(page.read_text().replace("(x) Celui", "(X)  Celui"))
    layout = cordee("course", "publish", folder, home=tmp_path)
    assert "says the same; 1 files only look otherwise" in layout.stdout
    assert cordee("course", "format", folder, "--check", home=tmp_path).returncode == 1

    page.write_text(page.read_text().replace("Changez cette phrase", "Changez-la"))
    moved = json.loads(cordee("course", "publish", folder, "--update-run", key, "--json", home=tmp_path).stdout)
    assert (moved["version"], moved["changed"], moved["run_version"]) == (2, True, 2)


@pytest.mark.with_site
def test_errors_are_told_with_their_line_in_both_languages_and_publish_nothing(tmp_path: Path) -> None:
    folder = str(tmp_path / "reading-maps")
    cordee("course", "new", folder, "--language", "en", home=tmp_path)
    page = tmp_path / "reading-maps/modules/first-steps/welcome.en.md"
    page.write_text(page.read_text().replace("attempts: 3", "essais: 3"))
    line = next(i for i, text in enumerate(page.read_text().split("\n"), 1) if text == "essais: 3")
    place = f"modules/first-steps/welcome.en.md:{line}:1: "

    said = cordee("course", "check", folder, home=tmp_path)
    assert said.returncode == 1
    assert place + "“quiz” has no setting “essais”. Did you mean “attempts”?" in said.stdout
    assert "  essais: 3\n  ^\n" in said.stdout
    french = cordee("course", "check", folder, home=tmp_path, **FRENCH).stdout
    assert place + "« quiz » n’a pas de réglage « essais ». Vouliez-vous dire « attempts » ?" in french.replace(
        "\xa0", " "
    )

    for_machines = cordee("course", "check", folder, "--json", home=tmp_path, **FRENCH)
    found = json.loads(for_machines.stdout)
    assert (for_machines.returncode, found["errors"], found["messages"][0]["line"]) == (1, 1, line)
    migrate_once(tmp_path)
    refused = cordee("course", "publish", folder, home=tmp_path)
    assert refused.returncode == 1
    assert place in refused.stdout
    assert "nothing was published" in refused.stderr
    told = cordee("course", "publish", folder, "--json", home=tmp_path)
    assert (told.returncode, json.loads(told.stdout)["messages"][0]["code"]) == (1, "unknown-setting")


def test_the_schema_is_printed_for_editors(tmp_path: Path) -> None:
    for which, key in (("course", "languages"), ("module", "sections")):
        assert key in json.loads(cordee("course", "schema", which, home=tmp_path).stdout)["properties"]
    assert cordee("course", "schema", "unit", home=tmp_path).returncode == 2


def test_a_folder_that_is_no_course_and_one_that_is_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    empty = cordee("course", "check", str(tmp_path / "vide"), home=tmp_path)
    assert empty.returncode == 1
    assert "This folder holds no course.yaml" in empty.stdout
    gone = cordee("course", "format", str(tmp_path / "rien"), home=tmp_path)
    assert gone.returncode == 1
    assert "There is no folder" in gone.stderr
    bad = cordee("course", "new", "Été 2027", home=tmp_path)
    assert bad.returncode == 1
    assert "cannot name a course" in bad.stderr


@pytest.mark.with_site
def test_a_translation_is_confirmed_and_what_changed_since_is_shown_from_the_versions(tmp_path: Path) -> None:
    root = course_folder(tmp_path / "reseaux")
    page = str(root / "modules/nommer/trame.en.md")
    looked = json.loads(cordee("course", "translated", page, "--look", "--json", home=tmp_path).stdout)
    assert (looked["state"], looked["of"]) == ("behind", "00000000")
    done = cordee("course", "translated", page, home=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"modules/nommer/trame.en.md: of: {looked['now']}\n")
    assert "is up to date: nothing was written" in cordee("course", "translated", page, home=tmp_path).stdout

    migrate_once(tmp_path)
    assert cordee("course", "publish", str(root), home=tmp_path).returncode == 0
    french = root / "modules/nommer/trame.fr.md"
    french.write_text(french.read_text().replace("Une **trame**", "Chaque **trame**"))
    said = cordee("course", "check", str(root), home=tmp_path).stdout
    assert "The page in French has changed since this translation was confirmed" in said
    assert "  -Une **trame** : ![trame](trame.svg).\n  +Chaque **trame** : ![trame](trame.svg).\n" in said
    told = json.loads(cordee("course", "check", str(root), "--json", home=tmp_path).stdout)
    changed = next(one["changed"] for one in told["messages"] if one["code"] == "translation-behind")
    assert [line[0] for line in changed] == ["-", "+"]
    assert cordee("course", "translated", str(french), home=tmp_path).returncode == 1


def test_what_is_safe_is_mended_and_told_and_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    root = course_folder(tmp_path / "reseaux", **{"modules/nommer/perdue.fr.md": "# Perdue\n\nUne page.\n"})
    module = root / "modules/nommer/module.yaml"
    before = module.read_text()
    looked = cordee("course", "check", str(root), "--fix", "--dry-run", home=tmp_path).stdout
    assert "Would be mended: 1." in looked
    assert module.read_text() == before
    assert "Mended: 1." in cordee("course", "check", str(root), "--fix", home=tmp_path).stdout
    assert module.read_text() == before.replace("[bilan]", "[bilan, perdue]")
    again = json.loads(cordee("course", "check", str(root), "--fix", "--json", home=tmp_path).stdout)
    assert again["mended"] == []
    assert cordee("course", "check", str(root), "--dry-run", home=tmp_path).returncode == 2


@pytest.mark.with_site
def test_a_course_of_open_edx_is_written_as_text_and_published_as_the_same_version(tmp_path: Path) -> None:
    archive = str(Path(__file__).parents[4] / "tests" / "data" / "courses" / "one-of-each.tar.gz")
    alone = str(tmp_path / "alone")
    said = cordee("course", "text", archive, alone, home=tmp_path).stdout
    assert "28 pages" in said
    assert "Blocks that stay word by word as Open edX has them: 9 of 30." in said
    assert "openassessment × 1: a text has no words for them" in said
    french = cordee("course", "text", archive, str(tmp_path / "francais"), home=tmp_path, **FRENCH).stdout
    assert "openassessment × 1" in french
    assert "a text has no words" not in french
    refused = cordee("course", "text", archive, alone, home=tmp_path)
    assert (refused.returncode, "is there already" in refused.stderr) == (1, True)
    assert "Errors: 0. To look at: " in cordee("course", "check", alone, home=tmp_path).stdout

    migrate_once(tmp_path)
    assert cordee("course", "import", archive, home=tmp_path).returncode == 0
    taken = str(tmp_path / "taken")
    told = json.loads(cordee("course", "export", "CordeeX+OOE101", "--text", taken, "--json", home=tmp_path).stdout)
    assert (told["version"], told["pages"], told["blocks"], told["other"]) == (1, 28, 30, [])
    assert {"tag": "done", "why": "a text has no words for them", "count": 1} in told["word_by_word"]
    again = json.loads(cordee("course", "publish", taken, "--json", home=tmp_path).stdout)
    assert (again["changed"], again["version"], again["rewritten"]) == (False, 1, [])
    page = next((tmp_path / "taken" / "modules").rglob("choisir.fr.md"))
    page.write_text(page.read_text("utf-8").replace("Pain français", "Pain de France"), "utf-8")
    assert "so that their text alone counts: p_choix." in cordee("course", "check", taken, home=tmp_path).stdout


def test_what_learners_could_not_use_ends_checking_with_1_and_is_counted_by_publishing(tmp_path: Path) -> None:
    broken = FILES["modules/nommer/trame.fr.md"] + '\n::: html page\n<a href="/jump_to_id/nowhere">x</a>\n:::\n'
    root = course_folder(
        tmp_path / "course", **{"modules/nommer/trame.fr.md": broken, "modules/nommer/trame.en.md": ""}
    )
    said = cordee("course", "check", str(root), home=tmp_path)
    assert "Errors: 0. To look at: 2." in said.stdout
    counts = next(line for line in said.stdout.splitlines() if line.startswith("Before opening: errors: 1, "))
    assert said.returncode == 1
    for_machines = cordee("course", "check", str(root), "--json", home=tmp_path)
    assert (for_machines.returncode, json.loads(for_machines.stdout)["errors"]) == (1, 0)

    migrate_once(tmp_path)
    done = cordee("course", "publish", str(root), "--listed", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert counts in done.stdout.splitlines()
    again = json.loads(cordee("course", "publish", str(root), "--json", home=tmp_path).stdout)
    assert again["checks"]["error"] == 1

    exported = str(tmp_path / "course.tar.gz")
    assert cordee("course", "export", again["key"], "--olx", exported, home=tmp_path).returncode == 0
    assert cordee("course", "check", exported, home=tmp_path).returncode == 1
