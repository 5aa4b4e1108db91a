from __future__ import annotations

import re
from pathlib import Path

import pytest

from cordee.courses.outlines import Before
from cordee.courses.tests.course_texts import NOW
from cordee.courses.text.checking import check_folder
from cordee.courses.text.formatting import format_folder
from cordee.courses.text.kinds import table
from cordee.courses.text.starting import start_course
from cordee.formats.coursetext.facts import CourseFacts, ModuleFacts, json_schema
from cordee.formats.coursetext.settings import COMMON, OURS, PLANNED

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "course-text.md").read_text(encoding="utf-8")
KINDS = (ROOT / "docs" / "course-text-kinds.md").read_text(encoding="utf-8")  # tests/test_course_text_kinds.py runs it
EXAMPLES = re.findall(r"^````markdown\n(.*?)^````$", PAGE, re.MULTILINE | re.DOTALL)
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nOui.\n"


def yaml_of(which: str) -> str:
    found = re.search(rf"^```yaml {which}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def documented(at: Path, page: str) -> Path:
    """The course of the documentation with one of its examples as a page."""
    files = {
        "course.yaml": yaml_of("course"),
        "modules/nommer/module.yaml": yaml_of("module"),
        "modules/nommer/trame.fr.md": page if page.startswith("#") else f"# Trame\n\n{page}",
        "modules/nommer/bilan.fr.md": "# Bilan\n\nOui.\n",
        "modules/nommer/trame.fr.vtt": VTT,
        "banks/echelles.fr.md": "# Échelles\n\n"
        + "\n".join(f"::: quiz q{n}\n\nUn ?\n\n- = {n}\n\n:::\n" for n in (1, 2)),
        "shared/regles.fr.md": "Une règle.\n",
    }
    for path, text in files.items():
        (at / path).parent.mkdir(parents=True, exist_ok=True)
        (at / path).write_text(text, encoding="utf-8")
    return at


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.findall(r"::: (\w+)", text)[0])
def test_every_documented_example_is_read_in_canonical_form(tmp_path: Path, example: str) -> None:
    root = documented(tmp_path, example)
    assert [f"{one.place} {one}" for one in check_folder(root, now=NOW).errors] == []
    assert format_folder(root, write=False).changed == ()


def test_every_kind_and_setting_and_key_is_documented_and_every_kind_has_an_example() -> None:
    words = {*table(), *OURS}
    silent = {word for word in words if not any(f"::: {word}" in example for example in EXAMPLES)}
    assert {word for word in silent if f"::: {word} " not in KINDS} == set()  # those that need a folder of their own
    settings = {setting.name for word in words for setting in {**table(), **OURS}[word]} | {one.name for one in COMMON}
    assert {name for name in settings if f"`{name}`" not in PAGE + KINDS} == set()
    assert {kind for kind in PLANNED if f"`{kind}`" not in PAGE} == set()


def test_the_documented_limit_of_time_is_read_and_has_its_effect(tmp_path: Path) -> None:
    root = documented(tmp_path, "Une trame.\n")
    (root / "modules/nommer/module.yaml").write_text(yaml_of("module timed"), encoding="utf-8")
    found = check_folder(root, now=NOW)
    assert found.errors == ()
    assert found.compiled is not None
    assert found.compiled.outline.modules[0].sections[0].limit_min == 30


def test_the_documented_checks_that_are_set_aside_are_read_and_have_their_effect(tmp_path: Path) -> None:
    root = documented(tmp_path, "Une trame.\n")
    (root / "course.yaml").write_text(yaml_of("course") + yaml_of("course waive"), encoding="utf-8")
    found = check_folder(root, now=NOW)
    assert found.errors == ()
    assert [one for one in found.warnings if one.place.path == "course.yaml"] == []
    assert found.looked is not None
    assert {one.rule.code for one, _by in found.looked.left} == {"no-grade", "not-in-every-language"}


def test_the_documented_ends_of_a_section_are_read_and_have_their_effect(tmp_path: Path) -> None:
    root = documented(tmp_path, "Une trame.\n")
    (root / "modules/nommer/module.yaml").write_text(yaml_of("module closing"), encoding="utf-8")
    found = check_folder(root, now=NOW)
    assert found.errors == ()
    assert [one for one in found.warnings if one.code == "not-applied"] == []
    assert found.compiled is not None
    section = found.compiled.outline.modules[0].sections[0]
    assert (section.closes_after, section.hides_after_due) == ("+20d 23:59 Europe/Paris", True)


def test_what_is_documented_to_come_first_is_read(tmp_path: Path) -> None:
    root = documented(tmp_path, "Une trame.\n")
    (root / "modules/nommer/module.yaml").write_text(yaml_of("module first"), encoding="utf-8")
    (root / "modules/nommer/bilan.fr.md").write_text("# Bilan\n\nLe bilan.\n", encoding="utf-8")
    found = check_folder(root, now=NOW)
    assert found.errors == ()
    assert found.compiled is not None
    assert found.compiled.outline.modules[0].sections[1].first == (Before("lire", "done"),)


def test_the_documented_choice_for_translations_that_lag_is_read(tmp_path: Path) -> None:
    root = documented(tmp_path, "Une trame.\n")
    (root / "course.yaml").write_text(yaml_of("course lagging"), encoding="utf-8")
    (root / "modules/nommer/module.yaml").write_text("title: Nommer\nsections:\n- {id: a, title: A, units: [trame]}\n")
    found = check_folder(root, now=NOW)
    assert found.errors == ()
    assert found.course is not None
    assert found.course.facts.lagging == "notice"


@pytest.mark.parametrize("which", [CourseFacts, ModuleFacts])
def test_every_key_of_the_yaml_files_says_what_it_is_for(which: type) -> None:
    def without_help(schema: dict[str, object], path: str) -> list[str]:
        found = []
        properties = schema.get("properties", {})
        assert isinstance(properties, dict)
        for name, inner in properties.items():
            found += [] if inner.get("description") else [f"{path}{name}"]
            for deeper in (inner, inner.get("items", {}), inner.get("additionalProperties") or {}):
                found += without_help(deeper, f"{path}{name}.") if isinstance(deeper, dict) else []
        return found

    assert without_help(json_schema(which), "") == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_new_course_is_sound_and_laid_out(tmp_path: Path, language: str) -> None:
    made = start_course(tmp_path / "lire-la-carte", language=language)
    assert [str(one) for one in check_folder(made.folder, now=NOW).messages] == []
    assert format_folder(made.folder, write=False).changed == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_laying_a_course_out_changes_nothing_of_what_it_means(tmp_path: Path, language: str) -> None:
    folder = start_course(tmp_path / "lire-la-carte", language=language).folder
    meant = check_folder(folder, now=NOW).compiled
    for path in folder.rglob("*.md"):
        text = re.sub("^::: quiz", "::::: quiz", path.read_text(), flags=re.MULTILINE)
        text = text.replace("(x)", "(X)").replace("- (", "* (")
        path.write_text(text.replace("attempts: ", "attempts:   ").replace("\n\n:::\n", "\n:::\n"), newline="\r\n")
    untidy = check_folder(folder, now=NOW).compiled
    assert format_folder(folder).changed != ()
    tidy = check_folder(folder, now=NOW).compiled
    assert meant is not None
    assert untidy is not None
    assert tidy is not None
    assert meant.outline_json == untidy.outline_json == tidy.outline_json
