"""What `check --fix` mends, what it leaves, and the warning about a name that was lost."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cordee.core.errors import InputRefused
from cordee.courses.differences import aligning
from cordee.courses.models import Course
from cordee.courses.opening import RunOptions
from cordee.courses.tests.course_texts import MODULE, NOW, errors_of, folder, page, published
from cordee.courses.text.checking import check_folder
from cordee.courses.text.confirming import confirm_translation, translation_at
from cordee.courses.text.formatting import format_folder
from cordee.courses.text.history import History, history_of
from cordee.courses.text.mending import Mended, mend_folder
from cordee.courses.text.publishing import TextRefused, publish_folder, write_names
from cordee.formats.coursetext.folder import read_folder
from cordee.formats.coursetext.messages import Messages

QUIZ = "::: quiz {}\nattempts: 2\n\nQuelle adresse atteint toutes les machines du réseau local ?\n\n- = {}\n\n:::\n"
FRENCH = "modules/nommer/trame.fr.md"


def look_back(organisation: str, number: str) -> History | None:
    return history_of(organisation, number)


def mended(at: Path, *, write: bool = True) -> Mended:
    return mend_folder(at, write=write, look_back=look_back)


def told(found: Mended) -> list[str]:
    return [f"{one.place} {one}" for one in found.changes]


def texts(at: Path) -> dict[str, str]:
    return {path.relative_to(at).as_posix(): path.read_bytes().decode() for path in at.rglob("*.*") if path.is_file()}


def without_names(text: str) -> str:
    return text.replace("depart-2", "depart")


def test_two_blocks_of_one_name_are_an_error_that_names_both_places(tmp_path: Path) -> None:
    both = page("# Trame\n\n" + QUIZ.format("depart", 4) + "\n" + QUIZ.format("depart", 5))
    assert errors_of(tmp_path, **both) == [
        "modules/nommer/trame.fr.md:12:5 “depart” is the name of something else too (modules/nommer/trame.fr.md:3:5). "
        "Give one of the two another name."
    ]


@pytest.mark.django_db
def test_of_two_blocks_of_one_name_the_one_that_the_last_version_did_not_have_there_is_renamed(tmp_path: Path) -> None:
    original, copy = QUIZ.format("depart", 4), QUIZ.format("depart", 5)
    published(folder(tmp_path, **page("# Trame\n\n" + original)))
    folder(tmp_path, **page("# Trame\n\n" + copy + "\n" + original))  # the copy stands first
    before = texts(tmp_path)
    assert (
        told(mended(tmp_path, write=False))
        == told(mended(tmp_path))
        == [
            "modules/nommer/trame.fr.md:3:5 “depart” stood twice: this one is called “depart-2” now, and "
            "modules/nommer/trame.fr.md:12:5 keeps its name and its answers."
        ]
    )
    after = texts(tmp_path)
    assert after[FRENCH] == "# Trame\n\n" + copy.replace("depart", "depart-2") + "\n" + original
    assert {path: without_names(text) for path, text in after.items()} == before
    assert check_folder(tmp_path, now=NOW).errors == ()
    assert mended(tmp_path).changes == []


@pytest.mark.django_db
def test_a_page_copied_with_its_translation_is_renamed_in_both_and_the_published_page_keeps_its_names(
    tmp_path: Path,
) -> None:
    french, english = "# Trame\n\n" + QUIZ.format("depart", 4), "# Frame\n\n" + QUIZ.format("depart", 4)
    published(folder(tmp_path, **{FRENCH: french, "modules/nommer/trame.en.md": english}))
    copied = {
        FRENCH: french,
        "modules/nommer/trame.en.md": english,
        "modules/nommer/avant.fr.md": french,
        "modules/nommer/avant.en.md": english,
        "modules/nommer/module.yaml": MODULE.replace("[trame]", "[avant, trame]"),
    }
    folder(tmp_path, **copied)
    mended(tmp_path)
    after = texts(tmp_path)
    assert ("quiz depart-2\n" in after["modules/nommer/avant.fr.md"]) is True
    assert ("quiz depart-2\n" in after["modules/nommer/avant.en.md"]) is True
    assert (after[FRENCH], after["modules/nommer/trame.en.md"]) == (french, english)
    assert check_folder(tmp_path, now=NOW).errors == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("listed", "longer"),
    [
        ("    units: [bilan]\n", "    units: [bilan, perdue]\n"),
        ('    units: ["bilan"]  # le dernier\n', '    units: ["bilan", perdue]  # le dernier\n'),
        ("    units:\n      - bilan  # le dernier\n", "    units:\n      - bilan  # le dernier\n      - perdue\n"),
    ],
)
def test_a_page_that_no_list_names_goes_to_the_end_of_its_module(tmp_path: Path, listed: str, longer: str) -> None:
    path = "modules/nommer/module.yaml"
    written = MODULE.replace("    units: [bilan]\n", listed).replace("\n", "\r\n")
    lost = {"modules/nommer/perdue.fr.md": "# Perdue\n\n::: quiz\n\nUn ?\n\n- = 1\n\n:::\n"}
    folder(tmp_path, **lost)
    (tmp_path / path).write_text(written, newline="")
    codes = [one.code for one in mended(tmp_path).changes]
    assert codes[0] == "listed"
    assert "named" in codes  # what stands on the page is mended in the same go
    text = (tmp_path / path).read_bytes().decode()
    assert text == MODULE.replace("    units: [bilan]\n", longer).replace("\n", "\r\n")
    units = check_folder(tmp_path, now=NOW).course
    assert units is not None
    assert [unit.stem for unit in units.units()] == ["trame", "bilan", "perdue"]


@pytest.mark.django_db
def test_a_page_that_comes_into_a_graded_section_is_said_to_count(tmp_path: Path) -> None:
    folder(tmp_path, **{"modules/nommer/perdue.fr.md": "# Perdue\n\nRien.\n"})
    (change,) = mended(tmp_path, write=False).changes
    assert "in the section “verifier”, which is graded: what is asked on it counts." in str(change)
    folder(tmp_path, **{"modules/nommer/module.yaml": MODULE.replace("    graded: quiz\n", "")})
    (change,) = mended(tmp_path, write=False).changes
    assert (
        str(change)
        == "Nobody could reach this page: it is the last one of its module now (modules/nommer/module.yaml)."
    )


@pytest.mark.django_db
def test_looking_tells_as_many_changes_as_are_made_and_writes_nothing(tmp_path: Path) -> None:
    both = "# Perdue\n\n::: quiz\n\nUn ?\n\n- = 1\n\n:::\n\n" + QUIZ.format("depart", 4)
    lost = {f"modules/nommer/{name}.fr.md": both for name in ("a", "b")}
    root = folder(tmp_path / "cours", **lost)
    (root / "modules/nommer/c.fr.md").write_bytes("# Réservée\n".encode("latin-1"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    looked = mended(root, write=False)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert told(looked) == told(mended(root))
    assert {one.code for one in looked.changes} == {"listed", "named", "renamed"}


@pytest.mark.django_db
def test_a_page_without_the_reference_language_and_a_folder_that_cannot_be_read_are_left_alone(tmp_path: Path) -> None:
    folder(tmp_path, **{"modules/nommer/lost.en.md": "# Lost\n"})
    before = texts(tmp_path)
    assert mended(tmp_path).changes == []
    assert texts(tmp_path) == before
    (tmp_path / "course.yaml").write_text("title: [")
    assert mended(tmp_path).changes == []


# A name that was lost -----------------------------------------------------------------------------------------------


def lost(at: Path, answers: Mapping[str, int] | None, text: str) -> list[str]:
    """What publishing says of a name lost, with so many answers."""
    folder(at, **page(text))

    def count(_course: Course) -> Mapping[str, int]:
        return answers or {}

    done = publish_folder(at, options=RunOptions(), now=NOW, count=None if answers is None else count)
    return [str(one) for one in done.messages if one.code == "name-lost"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"quiz-7": 312}, "“quiz-7” has gone and “reseau-3” looks like it: 312 answers would stay behind. "
         "Write was: quiz-7"),
        ({"quiz-7": 1}, "“quiz-7” has gone and “reseau-3” looks like it: 1 answer would stay behind. "
         "Write was: quiz-7"),
        (None, "“quiz-7” has gone and “reseau-3” looks like it. If it is the same one, write was: quiz-7"),
    ],
)  # fmt: skip
def test_a_block_that_looks_like_one_that_has_gone_is_told_with_the_answers_that_would_stay_behind(
    tmp_path: Path, answers: Mapping[str, int] | None, said: str
) -> None:
    published(folder(tmp_path, **page("# Trame\n\n" + QUIZ.format("quiz-7", 4))))
    assert lost(tmp_path, answers, "# Trame\n\n" + QUIZ.format("reseau-3", 5)) == [said]


@pytest.mark.django_db
def test_what_follows_what_is_another_kind_and_what_is_less_alike_is_not_told(tmp_path: Path) -> None:
    published(folder(tmp_path, **page("# Trame\n\n" + QUIZ.format("quiz-7", 4))))
    counted = {"quiz-7": 312}
    follows = QUIZ.format("reseau-3\nwas: quiz-7", 5)
    other = "::: quiz autre\n\nCombien de couleurs a le drapeau ?\n\n- = 3\n\n:::\n"
    poll = "::: poll reseau-3\n\nQuelle adresse atteint toutes les machines du réseau local ?\n\n- A\n- B\n\n:::\n"
    both = QUIZ.format("quiz-7", 4) + "\n" + QUIZ.format("copie", 4)  # nothing has gone
    for text in (other, poll, both):
        messages = check_folder(folder(tmp_path, **page("# Trame\n\n" + text)), now=NOW, look_back=look_back).messages
        assert [one for one in messages if one.code == "name-lost"] == []
    assert lost(tmp_path, counted, "# Trame\n\n" + follows) == []


@pytest.mark.django_db
def test_checking_a_course_that_was_published_here_tells_a_lost_name_before_it_is_published(tmp_path: Path) -> None:
    published(folder(tmp_path, **page("# Trame\n\n" + QUIZ.format("quiz-7", 4))))
    folder(tmp_path, **page("# Trame\n\n" + QUIZ.format("reseau-3", 4)))
    found = check_folder(tmp_path, now=NOW, look_back=look_back)
    assert [one.code for one in found.warnings if one.code == "name-lost"] == ["name-lost"]


# What is no text ----------------------------------------------------------------------------------------------------

LATIN_1 = "# Trame\n\nAdresses réservées.\n\n\n::: quiz\n\nDeux et deux ?\n\n- = 4\n\n:::\n".encode("latin-1")
HELD = b"# Trame\n\nUn \0.\n\n\n::: quiz\n\nDeux et deux ?\n\n- = 4\n\n:::\n"


@pytest.mark.django_db
@pytest.mark.parametrize(("data", "code"), [(LATIN_1, "not-utf-8"), (HELD, "not-text")])
@pytest.mark.parametrize("path", [FRENCH, "modules/nommer/trame.en.md"])
def test_no_byte_of_a_page_that_is_no_text_nor_of_its_other_languages_is_written(
    tmp_path: Path, path: str, data: bytes, code: str
) -> None:
    other = "# Trame\n\n\n::: quiz\n\nDeux et deux ?\n\n- = 4\n\n:::\n"
    folder(tmp_path, **{FRENCH: other, "modules/nommer/trame.en.md": other})
    (tmp_path / path).write_bytes(data)
    before = {one: one.read_bytes() for one in tmp_path.rglob("*.*") if one.parent.name == "nommer"}
    assert mended(tmp_path).changes == []
    formatted = format_folder(tmp_path)
    assert not {FRENCH, "modules/nommer/trame.en.md"} & set(formatted.changed)
    assert code in {one.code for one in formatted.left}
    with pytest.raises(TextRefused) as refused:
        published(tmp_path)
    assert code in {one.code for one in refused.value.messages}
    course = read_folder(tmp_path, Messages())
    assert course is not None
    write_names(course, [(path, 6, "somme")])
    with pytest.raises(InputRefused):
        confirm_translation(translation_at(tmp_path / "modules/nommer/trame.en.md"))
    assert {one: one.read_bytes() for one in before} == before


@pytest.mark.django_db
def test_of_two_blocks_of_one_name_the_one_on_a_page_that_is_no_text_is_left_and_the_error_stays(
    tmp_path: Path,
) -> None:
    other = "# Bilan\n\n" + QUIZ.format("depart", 4)
    folder(tmp_path, **page("# Trame\n\n" + QUIZ.format("depart", 4)), **{"modules/nommer/bilan.fr.md": other})
    data = other.encode("latin-1")
    (tmp_path / "modules/nommer/bilan.fr.md").write_bytes(data)
    assert mended(tmp_path).changes == []
    assert (tmp_path / "modules/nommer/bilan.fr.md").read_bytes() == data
    assert {one.code for one in check_folder(tmp_path, now=NOW).errors} == {"not-utf-8", "name-twice"}


def test_a_list_that_is_no_text_is_not_made_longer(tmp_path: Path) -> None:
    folder(tmp_path, **{"modules/nommer/perdue.fr.md": "# Perdue\n\nRien.\n"})
    data = (MODULE + "# réservé\n").encode("latin-1")
    (tmp_path / "modules/nommer/module.yaml").write_bytes(data)
    assert mend_folder(tmp_path).changes == []
    assert (tmp_path / "modules/nommer/module.yaml").read_bytes() == data


@pytest.mark.django_db
def test_a_course_in_which_every_name_is_lost_is_looked_at_in_little_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def counted(one: str, _other: str) -> float:
        compared.append(one)
        return 0.0

    monkeypatch.setattr(aligning, "likeness", counted)
    blocks = "# Trame\n\n{}"
    many = range(aligning.MOST + 1)
    published(folder(tmp_path, **page(blocks.format("\n".join(QUIZ.format(f"old-{n}", n) for n in many)))))
    now = "\n".join(QUIZ.format(f"new-{n}", n + 1000 if n else 0) for n in many)
    found = check_folder(folder(tmp_path, **page(blocks.format(now))), now=NOW, look_back=look_back)
    assert [one.values["name"] for one in found.warnings if one.code == "name-lost"] == ["new-0"]  # the same words
    assert len(compared) <= aligning.MOST**2
