"""The course of the specification, with kinds that this platform has not yet."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from cordee.courses.tests.course_texts import NOW
from cordee.courses.text.checking import check_folder
from cordee.courses.text.formatting import format_folder

EXAMPLE = Path(__file__).parents[4] / "tests" / "data" / "course-text" / "carte-et-boussole"


def test_the_example_is_told_what_cannot_be_made_yet_at_each_block_and_nothing_else_of_its_frame() -> None:
    found = check_folder(EXAMPLE, now=NOW)
    assert found.course is not None
    kinds = Counter(str(one.values["kind"]) for one in found.errors if one.code == "kind-not-here")
    assert kinds == Counter({"match": 2, "quest": 2, "peer": 2, "discussion": 2})
    tasks = [one for one in found.errors if one.code == "task-wrong"]  # it is in Python, which cannot be judged yet
    assert {one.place.path for one in tasks} == {"modules/lire-la-carte/echelle.fr.md"}
    others = [one for one in found.errors if one.code not in ("kind-not-here", "task-wrong")]
    assert {one.place.path.rpartition("/")[2].split(".")[0] for one in others} <= {"bienvenue", "relief"}
    assert all(one.place.line > 1 for one in found.errors)


def test_the_example_is_laid_out_already() -> None:
    assert format_folder(EXAMPLE, write=False).changed == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_example_without_what_cannot_be_made_yet_is_sound(tmp_path: Path, language: str) -> None:
    root = tmp_path / "carte-et-boussole"
    shutil.copytree(EXAMPLE, root)
    (root / "modules/lire-la-carte/bienvenue.fr.md").write_text("# Bienvenue\n\nUne carte est un dessin.\n")
    (root / "modules/lire-la-carte/bienvenue.en.md").unlink()
    for name in ("sortie", "echelle", "relief"):
        for path in root.glob(f"modules/lire-la-carte/{name}.*.md"):
            path.write_text(_without(path.read_text(), ("quest", "peer", "discussion", "code", "match", "quiz clic")))
    found = check_folder(root, now=NOW)
    assert [f"{one.place} {one}" for one in found.errors] == []
    assert found.compiled is not None
    outline = found.compiled.outline
    assert [unit.id for section in outline.modules[0].sections for unit in section.units] == [
        "bienvenue",
        "echelle",
        "relief",
        "sortie",
        "bilan",
    ]
    drawn = outline.entries["tirage-echelles"][1]
    assert [child.id for child in drawn.children] == [
        "tirage-echelles.ech-4cm",
        "tirage-echelles.ech-inverse",
        "tirage-echelles.ech-denominateur",
        "tirage-echelles.ech-choix",
    ]
    quiz = outline.entries["curvimetre"][1]
    assert (quiz.rules.max_attempts, quiz.points) == (1, 2.0)
    assert outline.entries["nom-ligne"][1].rules.max_attempts == 2  # of the course's defaults
    assert outline.titles[language] == {"fr": "Carte et boussole", "en": "Map and compass"}[language]


def _without(text: str, kinds: tuple[str, ...]) -> str:
    """A page without the blocks of some kinds."""
    kept, leaving = [], False
    for line in text.split("\n"):
        leaving = leaving or any(line.startswith(f"::: {kind}") for kind in kinds)
        if not leaving:
            kept.append(line)
        leaving = leaving and line != ":::"
    return "\n".join(kept)
