"""Is the state of a folder that is being written told as it is, and only what changed worked out again?"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from cordee.courses.outlines import Unit
from cordee.courses.tests.course_texts import COURSE, MODULE, NOW, folder
from cordee.courses.tests.test_text_writing_out import archive_of, as_text
from cordee.courses.text import drawer
from cordee.courses.text.checking import check_folder
from cordee.courses.text.drafting import Draft, Drafts
from cordee.formats.coursetext import folder as reading
from cordee.formats.coursetext.lines import read_page
from cordee.formats.olx import read_course

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
    "modules/nommer/quatre.fr.md": f"# Quatre\n\n![plan](plan.svg) ![signe](../../signes/un.svg)\n\n{FILM}",
    "modules/nommer/film.fr.vtt": WEBVTT.format(words="Bonjour"),
    "modules/nommer/plan.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "modules/nommer/trame.svg": "",
    "signes/un.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
    "shared/regles.fr.md": "Une règle.\n",
    "banks/echelles.fr.md": f"# Échelles\n\n{QUIZ.format(name='a')}\n{QUIZ.format(name='b')}",
}
SECTION = "units: [un, deux, trois, quatre]"
FACTS = f"{SECTION}\n    due: +13d\n    closes: +20d\n    hide-after-due: yes\n    show-result: {{}}"
SURVEY = "\n::: survey avis\n\n{}\n\n- ( ) {}\n- ( ) {}{}\n\n:::\n"
HALF = 0.5
LAGS = "---\nof: 00000000\n---\n"  # confirmed for what the reference no longer says


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


@pytest.mark.long
def test_after_any_changes_the_state_is_the_one_that_a_first_reading_and_a_check_give(tmp_path: Path) -> None:
    whole(tmp_path)
    _change_at_random(tmp_path, [*_changes()], 90)


def _change_at_random(at: Path, changes: Sequence[tuple[str, str]], count: int, *, settled: bool = False) -> None:
    """Of states with errors, half are mended at once: by a folder that is as it was at first.

    `settled`: the files look as if they had been written long ago, so that what is known of them is used.
    """
    draw = random.Random(7)  # noqa: S311 - the same changes each time
    drafts = Drafts(at)
    drafts.draw(NOW)
    held = {path: (at / path).read_text() if (at / path).exists() else "" for path, _text in changes}
    sound, is_sound = 0, True
    for number in range(count):
        path, text = changes[draw.randrange(len(changes))]
        now = NOW + dt.timedelta(hours=7 * number)
        written = {path: text.replace("NUMBER", str(number))} if is_sound or draw.random() < HALF else held
        for one, words in written.items():
            if words:
                (at / one).write_text(words)
            else:
                (at / one).unlink(missing_ok=True)
            if settled and words:
                _age(at / one, number)
        again, first, checked = drafts.draw(now), Drafts(at).draw(now), check_folder(at, now=now)
        assert again.messages == first.messages, path
        assert [one.code for one in again.messages if one.code == "defect"] == []
        is_sound = not first.errors
        if is_sound:
            sound += 1
            assert [one for one in again.messages if one not in checked.messages] == [], path
            assert again.outline == first.outline, path
            assert again.compiled == first.compiled == checked.compiled, path
            assert again.files == first.files, path
    assert sound > count * HALF  # of many states there is something to compare


def _age(file: Path, number: int) -> None:
    moment = time.time_ns() - 10**13 + number * 10**7
    os.utime(file, ns=(moment, moment))


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
        (path_of("quatre"), WHOLE[path_of("quatre")].replace("plan.svg", "absent.svg")),
        ("modules/nommer/module.yaml", LISTED.replace("un, deux", "deux, un")),
        ("course.yaml", "id: reseaux\nlanguages: [fr]\ntitle: Réseaux\nmodules: [nommer]\n"),
        *(("course.yaml", text) for text in (COURSE, COURSE, COURSE + "defaults: {quiz: {points: 3}}\n")),
        *(("course.yaml", f"{COURSE}lagging: {how}\n") for how in ("notice", "reference")),
        *(("modules/nommer/module.yaml", LISTED.replace(SECTION, FACTS.format(how))) for how in ("never", "due")),
        (path_of("un", "en"), LAGS + WHOLE[path_of("un", "en")]),
        (path_of("quatre", "en"), LAGS + "# Four\n\n![plan](plan.svg)\n"),
        (path_of("deux"), WHOLE[path_of("deux")] + SURVEY.format("Alors ?", "Bien", "Mal", "\n- ( ) Autre")),
        (path_of("deux", "en"), "# Two\n\nGo.\n" + SURVEY.format("Well?", "Good", "Bad", "")),
    ]


def units_of(draft: Draft) -> dict[str, Unit]:
    assert draft.compiled is not None
    return {
        unit.id: unit for module in draft.compiled.outline.modules for part in module.sections for unit in part.units
    }


def again_in(before: Draft, after: Draft) -> set[str]:
    """Units that were worked out again."""
    known = units_of(before)
    return {name for name, unit in units_of(after).items() if unit is not known.get(name)}


def test_what_a_section_says_of_its_quizzes_is_seen_and_other_sections_stay(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path))
    before = drafts.draw(NOW)
    change(tmp_path, "modules/nommer/module.yaml", SECTION, FACTS.format("never"))
    after = drafts.draw(NOW)
    assert again_in(before, after) == set(UNITS)
    assert after.compiled is not None
    quiz = units_of(after)["un"].entries[1].contents["fr"]
    assert after.compiled.contents[quiz].extra["attributes"]["show_correctness"] == "never"
    change(tmp_path, "modules/nommer/module.yaml", "show-result: never", "show-result: due")
    again = drafts.draw(NOW)
    assert again.compiled is not None
    quiz = units_of(again)["un"].entries[1].contents["fr"]
    assert again.compiled.contents[quiz].extra["attributes"]["show_correctness"] == "past_due"


def test_the_day_of_a_correction_goes_on_while_a_translation_lags_and_nothing_else_is_worked_out(
    tmp_path: Path,
) -> None:
    lags = {"course.yaml": COURSE + "lagging: notice\n", path_of("un", "en"): LAGS + WHOLE[path_of("un", "en")]}
    drafts = Drafts(whole(tmp_path, **lags))
    before = drafts.draw(NOW)
    assert units_of(before)["un"].corrected == {"en": "2026-11-24"}
    assert again_in(before, drafts.draw(NOW + dt.timedelta(hours=1))) == set()
    after = drafts.draw(NOW + dt.timedelta(days=1))
    assert again_in(before, after) == {"un"}
    assert units_of(after)["un"].corrected == {"en": "2026-11-25"}


def test_what_is_shown_of_a_translation_that_lags_goes_by_what_the_course_says_now(tmp_path: Path) -> None:
    drafts = Drafts(whole(tmp_path, **{path_of("un", "en"): LAGS + WHOLE[path_of("un", "en")]}))
    before = drafts.draw(NOW)
    assert "See <a" in texts_of(before)
    change(tmp_path, "course.yaml", "modules: ", "lagging: reference\nmodules: ")
    after = drafts.draw(NOW)
    assert "See <a" not in texts_of(after)
    assert again_in(before, after) == {*UNITS, "bilan"}


ALONE = {  # a section that holds a question without a unit
    "sequential/s2.xml": '<sequential display_name="Seule"><problem url_name="p9"/></sequential>',
    "problem/p9.xml": '<problem display_name="Seule" acme="x"><p>Neuf.</p><numericalresponse answer="4">'
    "<label>2 + 2</label><formulaequationinput/></numericalresponse></problem>",
}
FRAME = "modules/c1/trame.fr.md"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """The text of an export, with its drawer; its files were written long ago."""
    as_text(archive_of(tmp_path, **ALONE), tmp_path / "text")
    for file in (tmp_path / "text").rglob("*"):
        _age(file, 0)
    return tmp_path / "text"


@pytest.mark.long
def test_after_any_changes_a_folder_with_a_drawer_is_what_a_first_reading_and_a_check_give(text: Path) -> None:
    assert Drafts(text).draw(NOW).errors == ()
    _change_at_random(text, [*_changes_beside_a_drawer(text)], 60, settled=True)


def _changes_beside_a_drawer(text: Path) -> list[tuple[str, str]]:
    held = {path: (text / path).read_text() for path in ("course.yaml", "modules/c1/module.yaml", FRAME, drawer.MAP)}
    second = "modules/c1/v2.fr.md"
    held[second] = (text / second).read_text()
    quiz = "olx/fr/problem/p1.xml"
    held[quiz] = (text / quiz).read_text()
    frame, course, module = held[FRAME], held["course.yaml"], held["modules/c1/module.yaml"]
    found = [*held.items(), *held.items()]
    found += [
        (FRAME, frame.replace("Voisine", "Autre NUMBER")),
        (FRAME, frame.replace("Une **trame**", "Une *trame* NUMBER")),
        (FRAME, frame.replace("attempts: 2", "attempts: 3")),
        (FRAME, frame.replace("/jump_to_id/p1", "#p1")),
        (FRAME, frame.replace("attempts: 2", "essais: 3")),
        (second, held[second].replace("if: p1 right", "if: p1 answered")),
        (second, held[second].replace("Texte 6", "Texte NUMBER")),
        (second, held[second].replace("title: Dedans\n", "title: Dehors\n")),
        ("modules/c1/trame.en.md", "# A frame\n\nNUMBER\n"),
        ("modules/c1/trame.en.md", ""),
        ("course.yaml", course.replace("[fr]", "[fr, en]")),
        ("course.yaml", course.replace("[fr]", "[fr, en]") + "lagging: notice\n"),
        ("course.yaml", course + "defaults: {quiz: {points: 3}}\n"),
        ("modules/c1/module.yaml", module.replace("show-result: due", "show-result: never")),
        ("modules/c1/module.yaml", module.replace("trame, v2", "v2, trame")),
        (drawer.MAP, ""),
        (quiz, held[quiz].replace("acme", "acne")),
        ("olx/fr/static/nobody.bin", "NUMBER"),
    ]
    return found


def test_what_the_map_of_a_drawer_says_of_names_and_files_is_followed_by_units_that_stay(text: Path) -> None:
    """The map changes, and no page that it is about."""
    link = "![une trame](<../../shared/%C3%A9t%C3%A9%20%281%29.png>)"
    change(text, FRAME, link, f"{link} [plus loin](#p2)")
    said = json.loads((text / drawer.MAP).read_text())
    without_files = {**said, "files": {}}
    alike = {name: one for name, one in said["names"].items() if one.get("block", "").partition("/")[2] == name}
    plain = {**without_files, "names": alike}  # no name and no file is called otherwise in the course
    (file,) = said["files"]
    other_name = {**said, "files": {file: {"name": "autre.png", "languages": ["fr"]}}}
    other_block = {**without_files, "names": {**said["names"], "p2": {**said["names"]["p2"], "block": "problem/q1"}}}
    drafts = Drafts(text)
    for number, one in enumerate((None, plain, said, other_name, other_block, without_files, plain, None, said)):
        if one is None:
            shutil.move(text / "olx", text.parent / "away")
        else:
            if not (text / "olx").exists():
                shutil.move(text.parent / "away", text / "olx")
            (text / drawer.MAP).write_text(json.dumps(one))
            _age(text / drawer.MAP, number)
        drawn, first = drafts.draw(NOW), Drafts(text).draw(NOW)
        assert drawn.errors == first.errors == (), number
        assert drawn.compiled == first.compiled == check_folder(text, now=NOW).compiled, number
        assert drawn.files == first.files, number
    assert "/jump_to_id/q1" not in texts_of(drawn)


def test_a_file_of_a_drawer_that_lies_beside_a_page_is_found_once_it_is_there(text: Path) -> None:
    image = text / "shared/été (1).png"
    held = image.read_bytes()
    image.unlink()
    drafts = Drafts(text)
    assert {one.code for one in drafts.draw(NOW).errors} == {"missing-file"}
    image.write_bytes(held)
    drawn, first = drafts.draw(NOW), Drafts(text).draw(NOW)
    assert drawn.errors == ()
    assert drawn.files == first.files
    assert "été (1).png" in drawn.files["fr"]


def test_a_unit_with_an_error_is_shown_as_it_was_with_all_that_its_drawer_keeps_of_it(text: Path) -> None:
    drafts = Drafts(text)
    before = drafts.draw(NOW)
    broken = (FRAME, "modules/c1/seule.fr.md")
    for path in broken:
        (text / path).write_text((text / path).read_text().replace("\ntitle: ", "\ntitre: "))
    draft = drafts.draw(NOW)
    assert {one.place.path for one in draft.errors} == draft.kept == {*broken}
    assert draft.compiled == before.compiled
    never = Drafts(text).draw(NOW)
    assert never.left_out == {*broken}
    assert "Texte 6" in texts_of(never)


def test_a_drawer_is_read_again_only_when_something_in_it_has_changed(
    text: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = Drafts(text)
    first = drafts.draw(NOW)
    read: list[object] = []

    def counting(files: drawer.DrawerFiles) -> object:
        read.append(files)
        return read_course(files)

    monkeypatch.setattr(drawer, "read_course", counting)
    change(text, "modules/c1/v2.fr.md", "Texte 6", "Texte 66")
    assert "Texte 66" in texts_of(drafts.draw(NOW))
    assert read == []
    change(text, "olx/fr/problem/p1.xml", "acme", "acne")
    _age(text / "olx/fr/problem/p1.xml", 1)
    assert texts_of(drafts.draw(NOW)) != texts_of(first)
    assert len(read) == 1


def test_a_file_of_a_drawer_that_is_written_twice_within_a_tick_of_its_clock_is_read_twice(text: Path) -> None:
    quiz = text / "olx/fr/problem/p1.xml"
    moment = time.time_ns()
    os.utime(quiz, ns=(moment, moment))
    drafts = Drafts(text)
    before = drafts.draw(NOW).compiled
    change(text, "olx/fr/problem/p1.xml", "acme", "acne")
    os.utime(quiz, ns=(moment, moment))
    assert drafts.draw(NOW).compiled == Drafts(text).draw(NOW).compiled != before


def test_a_day_that_ends_a_section_and_has_passed_ends_nothing(tmp_path: Path) -> None:
    ended = f'{SECTION}\n    due: "2026-03-01"\n    closes: "2026-03-02"\n    hide-after-due: yes'
    draft = Drafts(whole(tmp_path, **{"modules/nommer/module.yaml": LISTED.replace(SECTION, ended)})).draw(NOW)
    assert draft.errors == ()
    assert draft.outline is not None
    section = draft.outline.modules[0].sections[0]
    assert (section.due_at, section.closes_at) == (None, None)
    change(tmp_path, "modules/nommer/module.yaml", "2026-03-02", "2027-03-02")
    to_come = Drafts(tmp_path).draw(NOW).outline
    assert to_come is not None
    assert to_come.modules[0].sections[0].closes_at == dt.datetime(2027, 3, 2, 22, 59, tzinfo=dt.UTC)


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
    found = Drafts(whole(tmp_path, **{path_of("quatre"): "# Quatre\n\n![](plan.svg)\n"})).draw(NOW).findings(NOW)[0]
    assert {one.rule.code for one in found}
