"""Does the `cordee` command speak the language of the machine, and English to programs?"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest
import typer.core
import typer.rich_utils
from typer._click import core, decorators, exceptions, formatting

from cordee.core.errors import InputRefused
from cordee.web import command_language
from cordee.web.command_language import OF_CLICK, OF_TYPER, language_of, sentence_of
from cordee.web.doctor import Finding
from cordee.web.tests.running import cordee, free_pair_of_ports

FRENCH = {"LC_ALL": "fr_FR.UTF-8"}


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_CA"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_FR.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "", "LANG": "fr_FR.UTF-8"}, "fr"),
    ],
)
def test_the_first_variable_that_is_set_decides(variables: dict[str, str], language: str) -> None:
    assert language_of(variables) == language


@pytest.mark.long
def test_help_is_french_on_a_french_machine(tmp_path: Path) -> None:
    said = cordee("serve", "--help", home=tmp_path, **FRENCH).stdout
    assert "Servir le site jusqu’à Ctrl-C" in said
    assert "Exemple" in said
    assert "Serve the site" not in said
    assert "Commandes" not in said  # it has none
    assert "Faire fonctionner le site" in cordee("--help", home=tmp_path, **FRENCH).stdout


@pytest.mark.long
def test_a_refusal_is_french_with_its_advice(tmp_path: Path) -> None:
    done = cordee("migrate", home=tmp_path, CORDEE_LANGUAGE="de", **FRENCH)
    assert done.returncode == 1
    assert (
        done.stderr == "cordee: Le réglage CORDEE_LANGUAGE ne convient pas. Écrivez l’un de fr, en au lieu de 'de'.\n"
    )


@pytest.mark.long
def test_what_typer_says_by_itself_is_french_too(tmp_path: Path) -> None:
    done = cordee("nothing", home=tmp_path, **FRENCH)
    assert done.returncode == 2
    assert "La commande 'nothing' n’existe pas." in done.stderr


def test_the_sentences_of_typer_are_those_that_it_asks_for() -> None:
    asked = inspect.getsource(typer.core) + inspect.getsource(typer.rich_utils)
    assert [sentence for sentence in OF_TYPER if f'_("{sentence}")' not in asked] == []


@pytest.mark.long
def test_how_a_command_is_used_and_what_it_misses_is_said_in_french(tmp_path: Path) -> None:
    help_ = cordee("pilot", "import", "--help", home=tmp_path, **FRENCH).stdout
    assert " Usage\u00a0: cordee pilot import" in help_
    assert "Montrer ce message et terminer." in help_
    for words, said in (
        (("pilot", "import"), "Il manque l’argument 'PATH…'."),
        (("pilot", "import", "x.csv"), "Il manque l’option '--store'."),
        (("pilot", "import", "x.csv", "--stroe", "x"), "Pas d’option de ce nom: --stroe"),
    ):
        done = cordee(*words, home=tmp_path, **FRENCH)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_the_words_of_click_are_those_that_it_has() -> None:
    has = inspect.getsource(core) + "".join(map(inspect.getsource, (decorators, exceptions, formatting)))
    missing = [one for one in OF_CLICK if one not in has.replace("{param_type}", "argument")]
    assert missing in ([], ["Missing option"])


@pytest.mark.long
def test_doctor_speaks_french_to_a_person_and_english_to_a_program(tmp_path: Path) -> None:
    port = str(free_pair_of_ports())
    said = cordee("doctor", "--port", port, home=tmp_path, **FRENCH).stdout
    assert "base de données\u00a0: aucune à l’emplacement" in said
    findings = json.loads(cordee("doctor", "--json", "--port", port, home=tmp_path, **FRENCH).stdout)
    database = next(finding for finding in findings if finding["what"] == "database")
    assert database["mend"] == "Run: cordee migrate"


def test_a_sentence_of_any_room_is_known_without_django(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    refused = InputRefused("“{name}” is cut short in the archive. Make the archive again.", name="course.xml")
    assert sentence_of(refused).startswith("«\u00a0course.xml\u00a0»")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert sentence_of(refused) == "“course.xml” is cut short in the archive. Make the archive again."


@pytest.mark.long
def test_the_remarks_on_a_course_are_french_on_a_french_machine(tmp_path: Path) -> None:
    course = Path(__file__).parents[4] / "demo" / "math-percent-fi.tar.gz"
    said = cordee("course", "check", str(course), home=tmp_path, **FRENCH).stdout
    assert "Une question qui n’est pas notée ici (question-not-graded)" in said
    assert "« Fichier à remettre » s’affiche comme indisponible ici." in said.replace("\u00a0", " ")
    report = json.loads(cordee("course", "check", str(course), "--json", home=tmp_path, **FRENCH).stdout)
    assert any("customresponse is not graded here yet" in warning["sentence"] for warning in report["warnings"])


def test_programs_are_spoken_to_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setitem(command_language._to_machines, "speaks", False)
    assert command_language.gettext("Stopped.") == "Arrêté."
    command_language.speak_to_machines()
    assert command_language.gettext("Stopped.") == "Stopped."


def test_a_command_to_type_is_written_as_this_one_was_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = tmp_path / "a folder" / "cordee"
    here.parent.mkdir()
    here.touch(mode=0o755)
    refused = InputRefused("Type cordee pilot import, see docs/cordee or cordee: that is all.")
    for called, on_path, typed in (
        (str(here), "/nowhere", f"'{here}'"),
        (".venv/bin/cordee", "/nowhere", ".venv/bin/cordee"),
        (str(here), str(here.parent), "cordee"),
        ("pytest", "/nowhere", "cordee"),
    ):
        monkeypatch.setattr("sys.argv", [called])
        monkeypatch.setenv("PATH", on_path)
        assert sentence_of(refused) == f"Type {typed} pilot import, see docs/cordee or cordee: that is all."
        assert f"[bold]{typed} pilot demo[/bold]" in command_language.example("cordee pilot demo")
        found = Finding("demo", "warning", "try cordee demo", "Run: cordee jobs retry").line()
        assert f"try {typed} demo" in found
        assert f"Run: {typed} jobs retry" in found
