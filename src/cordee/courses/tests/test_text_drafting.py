"""Is the state of a folder that is being written told as it is, and only what changed worked out again?"""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from cordee.courses.tests.course_texts import MODULE, NOW, folder
from cordee.courses.text.drafting import Draft, Drafts
from cordee.formats.coursetext import folder as reading
from cordee.formats.coursetext.lines import read_page

UNITS = ("un", "deux", "trois", "quatre")
LISTED = MODULE.replace("units: [trame]", "units: [un, deux, trois, quatre]")
QUIZ = "::: quiz {name}\nattempts: 2\n\nCombien ?\n\n- = 6\n\n> [!hint]\n> Comptez.\n\n:::\n"
FILM = "::: video film\nsrc: https://films.example.org/a.mp4\ncaptions: film.{lang}.vtt\n\n:::\n"
WEBVTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n{words}\n"
WHOLE: Mapping[str, str] = {
    "modules/nommer/module.yaml": LISTED,
    "modules/nommer/trame.fr.md": "",
    "modules/nommer/trame.en.md": "",
    "modules/nommer/un.fr.md": f"# Un\n\nVoir [deux](deux.fr.md).\n\n{QUIZ.format(name='un-q')}",
    "modules/nommer/un.en.md": f"# One\n\nSee [two](deux.fr.md).\n\n{QUIZ.format(name='un-q')}",
    "modules/nommer/deux.fr.md": "# Deux\n\nAller à [la question](#un-q).\n\n"
    "::: group suite\nfor: [alternance]\nif: un-q right\n\nLa suite.\n\n:::\n",
    "modules/nommer/trois.fr.md": "# Trois\n\n::: include\nsrc: ../../shared/regles.fr.md\n:::\n\n"
    "::: bank tirage\nfrom: echelles\ndraw: 1\n:::\n",
    "modules/nommer/quatre.fr.md": f"# Quatre\n\n![plan](plan.svg)\n\n{FILM}",
    "modules/nommer/film.fr.vtt": WEBVTT.format(words="Bonjour"),
    "modules/nommer/plan.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "modules/nommer/trame.svg": "",
    "shared/regles.fr.md": "Une règle.\n",
    "banks/echelles.fr.md": f"# Échelles\n\n{QUIZ.format(name='a')}\n{QUIZ.format(name='b')}",
}


def whole(at: Path, **changed: str) -> Path:
    return folder(at, **{**WHOLE, **changed})


def path_of(unit: str, language: str = "fr") -> str:
    return f"modules/nommer/{unit}.{language}.md"


def change(at: Path, path: str, old: str, new: str) -> None:
    text = (at / path).read_text()
    assert old in text
    (at / path).write_text(text.replace(old, new))


def told(draft: Draft) -> list[str]:
    return [f"{one.place} {one.code}" for one in draft.errors]


def texts_of(draft: Draft) -> str:
    """All that learners may read."""
    assert draft.compiled is not None
    assert draft.outline is not None
    shown = {
        sha256
        for _place, entry in draft.outline.entries.values()
        for sha256 in entry.contents.values()
        if sha256 in draft.compiled.contents
    }
    return "".join(repr(draft.compiled.contents[one].data) for one in sorted(shown))


def test_a_whole_course_is_drawn_without_errors(tmp_path: Path) -> None:
    draft = Drafts(whole(tmp_path)).draw(NOW)
    assert told(draft) == []
    assert draft.outline is not None
    assert [*draft.outline.places] == [*UNITS, "bilan"]
    assert draft.groups == ("alternance",)


def test_after_any_changes_the_state_is_the_one_that_a_first_reading_gives(tmp_path: Path) -> None:
    draw = random.Random(7)  # noqa: S311 - the same changes each time
    drafts = Drafts(whole(tmp_path))
    drafts.draw(NOW)
    changes = [*_changes()]
    for number in range(60):
        path, text = changes[draw.randrange(len(changes))]
        file = tmp_path / path
        if text:
            file.write_text(text.replace("NUMBER", str(number)))
        else:
            file.unlink(missing_ok=True)
        again, first = drafts.draw(NOW), Drafts(tmp_path).draw(NOW)
        assert again.messages == first.messages, path
        if not first.errors:
            assert again.outline == first.outline, path
            assert again.compiled == first.compiled, path
            assert again.files == first.files, path


def _changes() -> list[tuple[str, str]]:
    """Files with what somebody may write in them; "" takes the file away."""
    found = [(path, text) for path, text in WHOLE.items() if text]
    found += [(path, text) for path, text in WHOLE.items() if text]  # mended as often as broken
    return [
        *found,
        (path_of("un"), WHOLE[path_of("un")] + "\nEncore NUMBER.\n"),
        (path_of("un"), WHOLE[path_of("un")].replace("un-q", "autre-q")),
        (path_of("un", "en"), ""),
        (path_of("deux"), "# Deux\n\nRien que NUMBER.\n\n::: quiz\n\nSans nom ?\n\n- = 1\n\n:::\n"),
        (path_of("trois"), "# Trois\n\nRien.\n"),
        ("shared/regles.fr.md", "Une autre règle, [là](../modules/nommer/plan.svg) : NUMBER.\n"),
        ("banks/echelles.fr.md", f"# Échelles\n\n{QUIZ.format(name='c')}\n"),
        ("modules/nommer/film.fr.vtt", WEBVTT.format(words="Au revoir NUMBER")),
        ("modules/nommer/film.en.vtt", WEBVTT.format(words="Hello")),
        ("modules/nommer/plan.svg", ""),
        ("modules/nommer/module.yaml", LISTED.replace("un, deux", "deux, un")),
        ("course.yaml", "id: reseaux\nlanguages: [fr]\ntitle: Réseaux\nmodules: [nommer]\n"),
    ]


def test_only_the_page_that_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = Drafts(whole(tmp_path))
    drafts.draw(NOW)
    read: list[str] = []

    def counting(text: str, *, path: str, **more: object) -> object:
        read.append(path)
        return read_page(text, path=path, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "read_page", counting)
    change(tmp_path, path_of("deux"), "La suite", "La fin")
    assert "La fin" in texts_of(drafts.draw(NOW))
    assert read == [path_of("deux")]


def test_a_unit_with_an_error_is_shown_as_it_was_and_the_others_as_they_are(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path))
    drafts.draw(NOW)
    change(tmp_path, path_of("un"), "attempts: 2", "essais: 2")
    change(tmp_path, path_of("un"), "Voir", "Regarder")
    change(tmp_path, path_of("deux"), "La suite", "La fin")
    draft = drafts.draw(NOW)
    assert f"{path_of('un')}:6:1 unknown-setting" in told(draft)
    assert draft.kept == {path_of("un")}
    assert "Voir" in texts_of(draft)
    assert "Regarder" not in texts_of(draft)
    assert "La fin" in texts_of(draft)
    change(tmp_path, path_of("un"), "essais: 2", "attempts: 2")
    mended = drafts.draw(NOW)
    assert (told(mended), mended.kept) == ([], frozenset())
    assert "Regarder" in texts_of(mended)


def test_a_unit_that_never_was_without_errors_is_named_and_empty(tmp_path: Path) -> None:
    draft = Drafts(whole(tmp_path, **{path_of("quatre"): "# Quatre\n\n::: quiz fin\n\nCombien ?\n"})).draw(NOW)
    assert draft.errors
    assert draft.left_out == {path_of("quatre")}
    assert draft.outline is not None
    assert draft.outline.places["quatre"].unit.entries == ()
    assert "La suite" in texts_of(draft)


def test_a_translation_that_differs_leaves_the_unit_as_it_was_in_both_languages(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path))
    drafts.draw(NOW)
    change(tmp_path, path_of("un", "en"), "attempts: 2", "attempts: 3")
    change(tmp_path, path_of("un"), "Voir", "Regarder")
    draft = drafts.draw(NOW)
    assert {one.place.path for one in draft.errors} == {path_of("un", "en")}
    assert draft.kept == {path_of("un")}
    assert "Regarder" not in texts_of(draft)


@pytest.mark.parametrize("path", ["course.yaml", "modules/nommer/module.yaml", "shared/regles.fr.md"])
def test_what_several_units_need_is_taken_as_it_was_while_it_cannot_be_read(tmp_path: Path, path: str) -> None:
    drafts = Drafts(whole(tmp_path))
    before = drafts.draw(NOW)
    broken = "a: [\n" if path.endswith(".yaml") else "Une ![image](absente.svg).\n"
    (tmp_path / path).write_text(broken)
    change(tmp_path, path_of("deux"), "La suite", "La fin")
    draft = drafts.draw(NOW)
    assert {one.place.path for one in draft.errors} == {path}
    assert draft.outline is not None
    assert before.outline is not None
    assert [*draft.outline.places] == [*before.outline.places]
    assert "La fin" in texts_of(draft)
    assert "Une règle" in texts_of(draft)


def test_a_course_that_cannot_be_read_at_first_is_shown_once_it_can(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path, **{"course.yaml": "title: [\n"}))
    first = drafts.draw(NOW)
    assert first.compiled is None
    assert first.errors
    whole(tmp_path)
    assert told(drafts.draw(NOW)) == []


def test_a_folder_that_has_gone_is_told_and_its_last_state_stays(tmp_path: Path) -> None:
    root = whole(tmp_path / "cours")
    drafts = Drafts(root)
    drafts.draw(NOW)
    shutil.move(root, tmp_path / "ailleurs")
    gone = drafts.draw(NOW)
    assert [one.code for one in gone.errors] == ["folder-gone"]
    assert "La suite" in texts_of(gone)
    shutil.move(tmp_path / "ailleurs", root)
    assert told(drafts.draw(NOW)) == []


def test_a_new_unit_and_one_with_another_name_are_seen_at_the_next_look(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path))
    drafts.draw(NOW)
    (tmp_path / path_of("cinq")).write_text("# Cinq\n\nNeuf.\n")
    assert [one.code for one in drafts.draw(NOW).warnings if one.code == "unlisted-page"] == ["unlisted-page"]
    (tmp_path / "modules/nommer/module.yaml").write_text(LISTED.replace("quatre", "quatre, cinq"))
    assert "Neuf" in texts_of(drafts.draw(NOW))
    (tmp_path / path_of("cinq")).rename(tmp_path / path_of("six"))
    (tmp_path / "modules/nommer/module.yaml").write_text(LISTED.replace("quatre", "quatre, six"))
    draft = drafts.draw(NOW)
    assert draft.outline is not None
    assert [*draft.outline.places][-2] == "six"


def test_nothing_waits_for_its_day_and_nothing_is_written_into_the_folder(tmp_path: Path) -> None:
    whole(tmp_path, **{path_of("quatre"): "# Quatre\n\n::: quiz\n\nSans nom ?\n\n- = 1\n\n:::\n"})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    draft = Drafts(tmp_path).draw(NOW)
    assert draft.outline is not None
    assert draft.opens_at is not None
    assert all(module.opens_at is None and not module.opens_after for module in draft.outline.modules)
    assert draft.opens_at <= NOW
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_files_are_named_by_their_state_and_a_link_of_the_file_system_is_told(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path))
    before = drafts.draw(NOW).files["fr"]["nommer/plan.svg"]
    (tmp_path / "modules/nommer/plan.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>\n")
    assert drafts.draw(NOW).files["fr"]["nommer/plan.svg"] != before
    (tmp_path / "modules/nommer/lien.svg").symlink_to("/etc/passwd")
    draft = drafts.draw(NOW)
    assert [one.code for one in draft.errors] == ["symbolic-link"]
    assert "nommer/lien.svg" not in draft.files["fr"]


def test_what_should_be_mended_before_opening_is_found_in_a_draft_as_in_a_check(tmp_path: Path) -> None:
    found = Drafts(whole(tmp_path, **{path_of("quatre"): "# Quatre\n\n![](plan.svg)\n"})).draw(NOW).findings(NOW)
    assert {one.rule.code for one in found}
