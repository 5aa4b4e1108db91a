from __future__ import annotations

import json
from pathlib import Path

import pytest

from cordee.formats.coursetext import yamls
from cordee.formats.coursetext.canonical import digest
from cordee.formats.coursetext.dates import After
from cordee.formats.coursetext.facts import CourseFacts, ModuleFacts, json_schema, words
from cordee.formats.coursetext.folder import CourseText, FolderLimits, read_folder
from cordee.formats.coursetext.messages import Messages
from cordee.formats.coursetext.model import Setting
from cordee.formats.tests.course_text import KINDS

EXAMPLE = Path(__file__).parents[4] / "tests" / "data" / "course-text" / "carte-et-boussole"
COURSE = """title: {fr: Réseaux, en: Networks}
languages: [fr, en]
modules: [nommer]
"""
MODULE = """title: Nommer
opens: +7d
sections:
  - id: trames
    title: Trames
    units: [trame]
"""


def folder(at: Path, **files: str) -> Path:
    """A small course. Names of files: `/` as `__`, the endings after the last two underscores."""
    given = {
        "course.yaml": COURSE,
        "modules/nommer/module.yaml": MODULE,
        "modules/nommer/trame.fr.md": "# Trame\n\nOui.\n",
    }
    for path, text in (given | files).items():
        there = at / path
        there.parent.mkdir(parents=True, exist_ok=True)
        if text:
            there.write_text(text, encoding="utf-8")
    return at


def read(root: Path, limits: FolderLimits | None = None) -> tuple[CourseText | None, list[str]]:
    say = Messages()
    found = read_folder(root, say, limits or FolderLimits())
    return found, [f"{one.place} {one}" for one in say.all]


def test_a_folder_is_modules_sections_and_pages_in_each_language(tmp_path: Path) -> None:
    found, said = read(folder(tmp_path / "reseaux", **{"modules/nommer/trame.en.md": "# Frame\n\nYes.\n"}))
    assert found is not None
    assert said == []
    assert (found.name, found.reference) == ("reseaux", "fr")
    module = found.modules[0]
    assert (module.name, words(module.facts.title, "en", "fr"), module.facts.opens) == ("nommer", "Nommer", After(7))
    unit = module.sections[0].units[0]
    assert {language: page.unit.title for language, page in unit.pages.items()} == {"fr": "Trame", "en": "Frame"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"course.yaml": COURSE.replace("title", "titre")},
         ["course.yaml:1:1 There is no key “titre” here. Did you mean “title”?",
          "course.yaml:1:1 “title” is missing here. Write it."]),
        ({"course.yaml": COURSE + "calendar: {pace: guidé}\n"},
         ["course.yaml:4:18 “pace” cannot be “guidé”. Did you mean “guided”?"]),
        ({"course.yaml": COURSE + "grading: {pass-mark: 120}\n"},
         ["course.yaml:4:22 “pass-mark” wants a number from 0 to 100."]),
        ({"course.yaml": COURSE + "calendar:\n  opens: demain\n"},
         ["course.yaml:5:10 “opens” wants a date. Write 2027-01-31, +13d (days after the session opens), +2w, or "
          "never; an hour may follow: +13d 18:00."]),
        ({"course.yaml": COURSE + "lagging: notice\ntitle: encore\n"},
         ["course.yaml:5:1 “title” is written twice, first on line 1. Keep one of the two."]),
        ({"course.yaml": COURSE + "team: &a [x]\n"},
         ["course.yaml:4:7 Anchors and aliases (& and *) are not read. Write the value where it is needed."]),
        ({"course.yaml": COURSE.replace("nommer", "nomer")},
         ["course.yaml:3:11 There is no file modules/nomer/module.yaml. Did you mean the module “nommer”?",
          "modules/nommer/module.yaml:1:1 Nobody can reach the module “nommer”: no list names it. "
          "Add it to `modules` of course.yaml."]),
        ({"modules/nommer/module.yaml": MODULE.replace("[trame]", "[trames]")},
         ["modules/nommer/module.yaml:6:13 The unit “trames” has no page trames.fr.md. “trame.fr.md” is there: "
          "did you mean trame?",
          "modules/nommer/trame.fr.md:1:1 Nobody can reach this page: no list names it. "
          "Add “trame” to a section of module.yaml."]),
        ({"modules/nommer/module.yaml": MODULE.replace("[trame]", "[trame, trame]")},
         ["modules/nommer/module.yaml:6:20 “trame” is listed twice. A page stands in one place: "
          "take one of the two out."]),
        ({"modules/nommer/trame.fr.md": "---\nlanguages: [fr]\n---\n# Trame\n"},
         ["modules/nommer/trame.fr.md:2:1 Only a text can be for the readers of some languages here: readers of every "
          "language see this. Take the line out, or do not count on it."]),
        ({"modules/nommer/trame.de.md": "# Rahmen\n"},
         ["modules/nommer/trame.de.md:1:1 This page is in the language “de”, which `languages` of course.yaml does "
          "not name."]),
        ({"modules/nommer/Trame 2.md": "# T\n"},
         ["modules/nommer/Trame 2.md:1:1 A page is called name.language.md, in small letters, such as trame.fr.md. "
          "Change its name."]),
        ({"modules/nommer/trame.fr.md": "---\neffort: 8\ntitre: Oui\n---\n# T\n\nOui.\n"},
         ["modules/nommer/trame.fr.md:3:1 There is no key “titre” here. Write one of these: id, was, effort, "
          "for, visible."]),
        ({"course.yaml": ""},
         ["course.yaml:1:1 This folder holds no course.yaml, so it is no course. "
          "Make one with: cordee course new NAME"]),
    ],
)  # fmt: skip
def test_what_a_folder_should_not_hold_is_told_with_its_place(
    tmp_path: Path, files: dict[str, str], said: list[str]
) -> None:
    assert read(folder(tmp_path, **files))[1] == said


def test_yaml_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    found, said = read(folder(tmp_path, **{"course.yaml": "title: [a\nlanguages: [fr]\n"}))
    assert found is None
    assert said[0].startswith("course.yaml:1:8 A list that opens with [ is not closed")


def test_times_and_words_of_yaml_stay_what_they_look_like() -> None:
    say = Messages()
    assert yamls.plain(yamls.read("a: 4:10\nb: no\nc: 010\nd: 2027-01-31\ne:\n", "x", say)) == {
        "a": "4:10",
        "b": "no",
        "c": "010",
        "d": "2027-01-31",
        "e": None,
    }


def test_links_of_the_file_system_and_what_lies_outside_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.fr.md"
    secret.write_text("# Secret\n")
    root = folder(tmp_path / "course")
    (root / "modules/nommer/vol.fr.md").symlink_to(secret)
    (root / "ailleurs").symlink_to(tmp_path, target_is_directory=True)
    found, said = read(root)
    assert found is not None
    assert "Secret" not in "".join(found.texts.values())
    assert [one.split(" ", 1)[0] for one in said] == ["ailleurs:1:1", "modules/nommer/vol.fr.md:1:1"]


def test_files_that_are_too_large_or_no_text_are_told(tmp_path: Path) -> None:
    root = folder(tmp_path)
    (root / "modules/nommer/trame.en.md").write_bytes(b"# A\n\n\xff\n")
    (root / "modules/nommer/film.mp4").write_bytes(b"0" * 2_000)
    found, said = read(root, FolderLimits(file_bytes=1_000))
    assert found is not None
    assert "modules/nommer/film.mp4" not in found.files
    assert said == [
        "modules/nommer/film.mp4:1:1 This file is larger than 0 MB. Make it smaller.",
        "modules/nommer/trame.en.md:3:1 This file is not UTF-8. Save it as UTF-8 in your editor.",
    ]
    (root / "modules/nommer/trame.fr.md").write_bytes(b"# A\n" + b"a" * (1 << 20))
    assert any("larger than 1 MB" in one for one in read(root)[1])


def test_a_folder_of_more_bytes_than_are_taken_is_told_once(tmp_path: Path) -> None:
    root = folder(tmp_path)
    for name in ("a.png", "b.png", "c.png"):
        (root / "modules/nommer" / name).write_bytes(b"0" * 2_000)
    _found, said = read(root, FolderLimits(total_bytes=3_000))
    assert [one for one in said if "together" in one] == [
        "modules/nommer/b.png:1:1 The files of this folder are larger than 0 MB together. Take out what is not needed."
    ]


@pytest.mark.parametrize(
    ("limit", "seconds", "said"),
    [
        ("1 min", 60, ""),
        ("1 d", 86_400, ""),
        ("0 min", None, "E no time at all"),
        ("0", None, "E wants a length of time"),
        ("-5", None, "E wants a length of time"),
        ("400 d", None, "E longer than a year"),
        ("99999999999999999999 min", None, "E longer than a year"),
        ("9" * 400 + " min", None, "E longer than a year"),
        ("00:05", 5, "W gives 5 seconds only"),
        ("30 s", 30, "W gives 30 seconds only"),
        ("300 d", 25_920_000, "W longer than a day"),
        ("null", None, "W says no time"),
        ("", None, "W says no time"),
    ],
)
def test_a_limit_of_time_that_gives_none_is_refused_at_its_line_and_an_odd_one_is_warned_of(
    tmp_path: Path, limit: str, seconds: float | None, said: str
) -> None:
    module = "title: N\nsections:\n- id: s\n  title: S\n  units: [trame]\n  time-limit: {}\n"
    messages = Messages()
    found = read_folder(
        folder(tmp_path, **{"modules/nommer/module.yaml": module.format(limit)}), messages, FolderLimits()
    )
    assert [(one.severity[0].upper(), str(one.place).rpartition(":")[0]) for one in messages.all] == (
        [(said[0], "modules/nommer/module.yaml:6")] if said else []
    )
    assert all(said[2:] in str(one) for one in messages.all)
    if found is not None:
        assert found.modules[0].sections[0].facts.time_limit == seconds


def test_what_editors_and_versions_leave_behind_is_passed_over(tmp_path: Path) -> None:
    root = folder(tmp_path, **{".git/config": "x", "modules/nommer/trame.fr.md~": "x", "modules/.DS_Store": "x"})
    found, said = read(root)
    assert found is not None
    assert (said, dict(found.files)) == ([], {})


def test_the_schema_comes_from_the_same_keys_as_the_reading() -> None:
    course, module = json_schema(CourseFacts), json_schema(ModuleFacts)
    assert json.loads(json.dumps(course)) == course
    assert {"title", "modules"} == set(course["required"])
    assert course["additionalProperties"] is False
    assert course["properties"]["calendar"]["properties"]["pace"]["enum"] == ["guided", "free"]
    assert "pass-mark" in course["properties"]["grading"]["properties"]
    section = module["properties"]["sections"]["items"]
    assert {"for", "time-limit"} <= set(section["properties"])
    assert all("description" in one for one in course["properties"].values())


def test_the_course_of_the_specification_is_read_and_its_translations_are_up_to_date() -> None:
    kinds = {
        **KINDS,
        "survey": (Setting("results"),),
        "wordcloud": (Setting("words"),),
        "video": (*KINDS["video"], Setting("licence")),
    }
    say = Messages()
    found = read_folder(EXAMPLE, say)
    assert found is not None
    assert say.all == ()
    states = {
        page.stem: page.pages["en"].unit.heading.get("of") == digest(page.pages["fr"], kinds)
        for page in found.all_pages()
    }
    assert states == dict.fromkeys(("bienvenue", "echelle", "relief", "sortie", "bilan", "echelles", "about"), True) | {
        "echelles": True
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('a: 1\nb: "c\nd: 1\n', 2, "The quote that opens here is never closed"),
        ("a: b: c\n", 1, "A colon stands where none can"),
        ("a: 1\nb\nc: 2\n", 2, "A key stands here without a colon"),
        ("\ta: 1\n", 1, "A tab stands here"),
        ("a:\n  - b\n\t- c\n", 3, "A tab stands here"),
        ("a: @b\n", 1, "No value begins with this sign"),
        ("a: [1, 2\nb: 3\n", 1, "A list that opens with [ is not closed"),
        ("a: {x: 1\nb: 2\n", 1, "What opens with { is not closed"),
        ("a: [1, 2\nb: [3]\n", 1, "A list that opens with [ is not closed"),
        ("a: [1,\n  - b: 2\n", 1, "What opens with [ or { here is never closed"),
        ("a: '['  # [\nb: [\n", 2, "What opens with [ or { here is never closed"),
        ("a: - x\n", 1, "A list cannot begin here"),
        ("- a\nb: 1\n", 2, "This line does not go with those above it"),
        ('a: "\\q"\n', 1, "“\\q” means nothing between these quotes"),
        ("a: *b\n", 1, "Anchors and aliases"),
        ("a: 1\n---\nb: 2\n", 2, "A line of --- divides this file"),
        ("a: |x\n  c\n", 1, "After | or >"),
        ("a: ,\n", 1, "A value is missing"),
        ("\0", 1, "This is not YAML that can be read"),
    ],
)
def test_what_the_parser_of_yaml_says_is_said_in_our_words_at_its_place(text: str, line: int, words: str) -> None:
    say = Messages()
    assert yamls.read(text, "course.yaml", say) is None
    (message,) = say.all
    assert str(message).startswith(words)
    assert message.place.line == line
    assert "problem" not in message.values  # the parser's English


def test_a_language_that_nobody_speaks_is_told_with_the_code_that_was_meant(tmp_path: Path) -> None:
    course = COURSE.replace("[fr, en]", "[fr, xx, fra, fr-CA, gsw]")
    _found, said = read(folder(tmp_path, **{"course.yaml": course}))
    assert said == [
        "course.yaml:2:17 “xx” is the code of no language. Write one of ISO 639, such as fr or en.",
        "course.yaml:2:21 “fra” is the code of no language. Did you mean “fr”?",
    ]


@pytest.mark.parametrize("path", ["one.yaml", "two.yaml"])
def test_a_text_that_is_read_again_is_not_parsed_again_and_its_faults_are_told_at_each_place(path: str) -> None:
    text = "a: 1\na: 2\nb: &c 3\n"
    yamls.read(text, "before.yaml", Messages())
    parsed = yamls._composed.cache_info().misses
    say = Messages()
    yamls.read(text, path, say, first_line=5)
    assert yamls._composed.cache_info().misses == parsed
    assert [(one.code, one.place.path, one.place.line) for one in say.all] == [
        ("key-twice", path, 6),
        ("yaml-anchor", path, 7),
    ]


def test_a_long_text_is_not_kept() -> None:
    kept = yamls._composed.cache_info()
    text = "".join(f"key{number}: {number}\n" for number in range(500))
    assert yamls.read(text, "x", Messages()) == yamls.read(text, "x", Messages())
    assert yamls._composed.cache_info() == kept


def test_a_module_that_cannot_be_read_is_told_first_and_its_pages_are_not_said_to_be_lost(tmp_path: Path) -> None:
    files = {
        "course.yaml": COURSE.replace("[nommer]", "[nommer, mesurer]"),
        "modules/mesurer/module.yaml": MODULE,
        "modules/mesurer/autre.fr.md": "# Autre\n\nOui.\n",
        "modules/nommer/module.yaml": MODULE.replace("[trame]", "[trame"),
    }
    _found, said = read(folder(tmp_path, **files))
    cause = "modules/nommer/module.yaml:6:12 A list that opens with [ is not closed, or a comma is missing."
    assert said[0].startswith(cause)
    assert not any("nommer/trame" in one for one in said)
    assert any("mesurer/autre" in one for one in said)  # what else is wrong is told behind it


def test_a_page_or_a_module_that_is_too_large_is_not_said_to_be_missing(tmp_path: Path) -> None:
    limits = FolderLimits(page_bytes=500)
    large = "Oui.\n" * 200
    for path, text in (
        ("trame.fr.md", f"# Trame\n\n{large}"),
        ("module.yaml", f"{MODULE}# {large * 3}".replace("\n", "\n# ")),
    ):
        files = {f"modules/nommer/{path}": text, "modules/nommer/trame.en.md": "# Frame\n\nYes.\n"}
        root = folder(tmp_path / path.partition(".")[0], **files)
        said = read(root, limits)[1]
        assert [one.partition(". ")[0].split(" ", 1)[1] for one in said] == ["This file is larger than 0 MB"], path


def test_what_comes_before_a_section_is_joined_by_and_not_listed(tmp_path: Path) -> None:
    module = MODULE.replace("    units:", "    after: [lire, exercer]\n    units:")
    _found, said = read(folder(tmp_path, **{"modules/nommer/module.yaml": module}))
    assert said == [
        "modules/nommer/module.yaml:6:12 “after” wants no list. Join what it names by “and”: lire and exercer."
    ]
