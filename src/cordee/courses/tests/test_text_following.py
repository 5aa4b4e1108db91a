"""Which part of the published versions is a part of the text that was renamed?"""

from __future__ import annotations

from pathlib import Path

import pytest

from cordee.courses.models import Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Condition, Module, Outline, Section, Unit, from_json, to_json
from cordee.courses.queries import definitions, outline
from cordee.courses.tests.course_texts import COURSE, FILES, MODULE, NOW, errors_of, folder, page, published
from cordee.courses.tests.test_text_writing_out import QUIZ, archive_of, as_text
from cordee.courses.text.checking import check_folder
from cordee.courses.text.following import with_ids
from cordee.courses.text.history import History, Issue, history_of
from cordee.courses.text.publishing import TextRefused, publish_folder
from cordee.courses.versions.queries import difference_of
from cordee.formats.olx.model import Block

NOMMER = "modules/nommer"


def quiz(name: str, was: str = "", question: str = "Deux et deux ?") -> str:
    return f"::: quiz {name}\n" + (f"was: {was}\n" if was else "") + f"\n{question}\n\n- = 4\n\n:::\n"


def trame(*blocks: str) -> dict[str, str]:
    return page("\n".join(["# Trame\n", *blocks]))


def latest() -> Outline:
    version = Version.objects.order_by("-number").first()
    assert version is not None
    return outline(version.sha256)


def said(refused: pytest.ExceptionInfo[TextRefused]) -> list[str]:
    return [f"{one.place} {one}" for one in refused.value.messages if one.severity == "error"]


def names() -> dict[str, str]:
    """Of everything that keeps an id which is not its name: the name, and the id."""
    found = {entry.called: entry.id for _place, entry in latest().entries.values() if entry.called}
    for module in latest().modules:
        levels: tuple[Module | Section | Unit, ...] = (
            module,
            *module.sections,
            *(unit for section in module.sections for unit in section.units),
        )
        for level in levels:
            if level.called:
                found[level.called] = level.id
    return found


def test_two_blocks_that_claim_one_former_name_are_an_error_that_names_both_places(tmp_path: Path) -> None:
    assert errors_of(tmp_path, **trame(quiz("b", "a"), quiz("c", "a"))) == [
        "modules/nommer/trame.fr.md:13:6 “a” is said to be the former name of something else too "
        "(modules/nommer/trame.fr.md:4:6). Its answers follow one of the two: take the other line out."
    ]


def test_a_former_name_that_is_the_name_of_something_else_is_an_error(tmp_path: Path) -> None:
    assert errors_of(tmp_path, **trame(quiz("b", "[x, a]"), quiz("a"))) == [
        "modules/nommer/trame.fr.md:4:6 “a” is the name of something else now (modules/nommer/trame.fr.md:12:5), so "
        "its answers cannot follow. Give that one another name, or take this line out."
    ]


def test_a_course_that_was_never_published_keeps_its_former_names_without_a_word(tmp_path: Path) -> None:
    assert errors_of(tmp_path, **trame(quiz("b", "a"))) == []


@pytest.mark.django_db
def test_a_block_that_was_renamed_keeps_its_id_through_a_chain_of_names_and_without_the_line(tmp_path: Path) -> None:
    published(folder(tmp_path, **trame(quiz("a"))))
    published(folder(tmp_path, **trame(quiz("b", "a"))))
    assert names() == {"b": "a"}
    published(folder(tmp_path, **trame(quiz("c", "b"))))
    assert names() == {"c": "a"}
    published(folder(tmp_path, **trame(quiz("c"))))
    assert names() == {"c": "a"}
    published(folder(tmp_path, **trame(quiz("d", "[b, a]"))))
    assert names() == {"d": "a"}
    published(folder(tmp_path, **trame(quiz("a"))))  # the first name again
    assert names() == {}
    assert "a" in latest().entries
    assert from_json(to_json(latest())) == latest()


@pytest.mark.django_db
def test_a_former_name_may_be_used_for_nothing_else(tmp_path: Path) -> None:
    published(folder(tmp_path, **trame(quiz("a"))))
    published(folder(tmp_path, **trame(quiz("b", "a"))))
    with pytest.raises(TextRefused) as refused:
        published(folder(tmp_path, **trame(quiz("b"), quiz("a", question="Trois et un ?"))))
    assert said(refused) == [
        "modules/nommer/trame.fr.md:11:5 “a” was the name of what is “b” now, and its answers follow that one. Give "
        "this one another name."
    ]


@pytest.mark.django_db
def test_what_cannot_follow_is_an_error_or_a_warning_that_says_why(tmp_path: Path) -> None:
    published(folder(tmp_path, **trame(quiz("a"), quiz("b"))))
    with pytest.raises(TextRefused) as refused:
        published(folder(tmp_path, **trame(quiz("b", "a"))))
    assert "stood beside each other in the last version" in said(refused)[0]
    poll = "::: poll c\nwas: a\n\nDeux et deux ?\n\n- Quatre\n- Cinq\n\n:::\n"
    with pytest.raises(TextRefused) as refused:
        published(folder(tmp_path, **trame(poll, quiz("b"))))
    assert "was something of another kind" in said(refused)[0]
    done = published(folder(tmp_path, **trame(quiz("a"), quiz("b"), quiz("c", "aa"))))
    assert [str(one) for one in done.messages if one.code == "was-unknown"] == [
        "No version published here has “aa”, so nothing follows. Did you mean “a”?"
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("answers", "kept"), [({"a": 312}, "a"), ({"a": 312, "b": 1}, "b"), (None, "b")])
def test_the_line_that_comes_a_version_late_still_counts_while_nobody_answered_under_the_new_name(
    tmp_path: Path, answers: dict[str, int] | None, kept: str
) -> None:
    published(folder(tmp_path, **trame(quiz("a"))))
    published(folder(tmp_path, **trame(quiz("b"))))  # by accident, without the line
    folder(tmp_path, **trame(quiz("b", "a")))
    count = None if answers is None else (lambda _course: answers)
    done = publish_folder(tmp_path, options=RunOptions(), now=NOW, count=count)
    assert kept in latest().entries
    assert ("was-too-late" in {one.code for one in done.messages}) == (kept == "b")


@pytest.mark.django_db
def test_units_sections_and_modules_keep_their_ids_and_the_texts_of_a_unit_go_along(tmp_path: Path) -> None:
    published(folder(tmp_path))
    moved = {
        "course.yaml": COURSE.replace("[nommer]", "[designer]"),
        "modules/nommer/module.yaml": "",
        "modules/designer/module.yaml": "was: nommer\n"
        + MODULE.replace("id: lire", "id: apprendre\n    was: lire").replace("[trame]", "[cadre]"),
        "modules/designer/cadre.fr.md": "---\nwas: trame\n---\n# Cadre\n\nUne trame. Voir [le bilan](bilan.fr.md).\n",
        "modules/designer/bilan.fr.md": FILES["modules/nommer/bilan.fr.md"] + "\n[cadre](cadre.fr.md)\n",
    }
    gone = {path: "" for path in FILES if path.startswith(NOMMER)}
    published(folder(tmp_path, **(gone | moved)))
    assert names() == {"designer": "nommer", "apprendre": "lire", "cadre": "trame", "cadre.1": "trame.1"}
    before, after = Version.objects.order_by("number")
    told = difference_of(before, after, "fr")
    called = [one.change for one in told.changes if "the text calls it" in one.change.said.template]
    assert {str(change.said.values["new"]) for change in called} == {"designer", "apprendre", "cadre", "cadre.1"}
    assert {change.weight for change in called} == {"harmless"}


@pytest.mark.django_db
def test_links_and_conditions_lead_to_a_block_by_its_new_name(tmp_path: Path) -> None:
    follow_up = "::: group suite\nif: {0} right\n\nVoir [la question](#{0}).\n\n:::\n"
    published(folder(tmp_path, **trame(quiz("a"), follow_up.format("a"))))
    published(folder(tmp_path, **trame(quiz("b", "a"), follow_up.format("b"))))
    condition = latest().entries["suite.if"][1]
    assert isinstance(condition.choice, Condition)
    assert condition.choice.sources == ("a",)
    holder = next(entry for entry in condition.walk() if entry.kind == "text")
    content = holder.contents["fr"]
    assert "/jump_to_id/a" in definitions.of([content])[content].html


@pytest.mark.django_db
def test_a_drawn_question_follows_its_bank_and_its_own_name(tmp_path: Path) -> None:
    bank = "::: bank {}\nfrom: echelles\ndraw: 1\n:::\n"
    both = quiz("q1") + "\n" + quiz("q2")
    published(folder(tmp_path, **trame(bank.format("tirage")), **{"banks/echelles.fr.md": "# Échelles\n\n" + both}))
    assert {"tirage.q1", "tirage.q2"} <= latest().entries.keys()
    renamed = quiz("un", "q1") + "\n" + quiz("q2")
    published(
        folder(
            tmp_path,
            **trame(bank.format("hasard\nwas: tirage")),
            **{"banks/echelles.fr.md": "# Échelles\n\n" + renamed},
        )
    )
    assert names() == {"hasard": "tirage", "hasard.un": "tirage.q1", "hasard.q2": "tirage.q2"}


def test_names_of_older_versions_are_read_once_and_the_latest_that_had_one_counts() -> None:
    read: list[str] = []

    def outline_of(sha256: str) -> Outline:
        read.append(sha256)
        names = {"3": ["here"], "2": ["here", "gone"], "1": ["gone", "first"]}[sha256]
        sections = tuple(Section(id=f"{sha256}-{name}", titles={}, units=(), called=name) for name in names)
        return Outline(
            language="fr", languages=("fr",), titles={}, modules=(Module(id="m", titles={}, sections=sections),)
        )

    issues = [Issue(number, str(number), NOW) for number in (3, 2, 1)]
    history = History(issues, outline=outline_of, texts=lambda _number: {})
    found = [history.find(name) for name in ("here", "gone", "first", "never", "nothing")]
    assert [one and one.id for one in found] == ["3-here", "2-gone", "1-first", None, None]
    assert read == ["3", "2", "1"]


def from_elsewhere(at: Path) -> Path:
    """The text of a course of Open edX whose names no text may have; it was published once."""
    unit = (
        '<vertical display_name="Calculs"><problem url_name="q.1"/><problem url_name="été un"/>'
        '<conditional url_name="k1" sources="q.1" correct="True"><html url_name="h4"/></conditional></vertical>'
    )
    problems = {f"problem/{name}.xml": QUIZ.replace("Deux", name) for name in ("q.1", "été un")}
    as_text(archive_of(at, **{"vertical/v2.xml": unit.replace("v2", "v.2"), **problems}), at / "text")
    published(at / "text")
    return at / "text"


@pytest.mark.django_db
def test_a_block_of_open_edx_that_no_text_may_call_so_is_followed_and_keeps_what_text_has_no_words_for(
    tmp_path: Path,
) -> None:
    text = from_elsewhere(tmp_path)
    assert {"q.1", "t-un"} <= latest().entries.keys()
    page = text / "modules/c1/v2.fr.md"
    words = page.read_text("utf-8")
    page.write_text(words.replace("::: quiz q-1\n", "::: quiz somme\nwas: q-1\n").replace("if: q-1 ", "if: somme "))
    done = published(text)
    assert [one for one in done.messages if one.code in {"was-unknown", "name-lost"}] == []
    assert (names(), done.rewritten) == ({"somme": "q.1"}, ())
    condition = latest().entries["k1"][1].choice
    assert isinstance(condition, Condition)
    assert condition.sources == ("q.1",)
    made = check_folder(text, now=NOW, look_back=history_of).made
    assert made is not None
    (quiz_,) = [block for block in made.courses[0].root.walk() if block.id == "q.1"]
    assert quiz_.attributes["acme"] == "x"

    page.write_text(page.read_text("utf-8").replace("::: quiz somme\nwas: q-1\n", "::: quiz total\nwas: somme\n"))
    page.write_text(page.read_text("utf-8").replace("if: somme ", "if: total "))
    published(text)
    assert names() == {"total": "q.1"}
    page.write_text(page.read_text("utf-8").replace("was: somme\n", ""))
    published(text)
    assert names() == {"total": "q.1"}
    page.write_text(words)
    published(text)
    assert names() == {}
    assert "q.1" in latest().entries


@pytest.mark.django_db
def test_a_unit_of_open_edx_that_no_text_may_call_so_is_followed_with_its_texts(tmp_path: Path) -> None:
    files = {
        "sequential/s1.xml": '<sequential display_name="Lire"><vertical url_name="v.2"/></sequential>',
        "vertical/v.2.xml": '<vertical display_name="Suite"><html url_name="h.1"/><problem url_name="p1"/></vertical>',
        "html/h.1.xml": '<html filename="h.1" acme="1"/>',
        "html/h.1.html": "<p class='looks'>Un texte.</p>",
    }
    text = tmp_path / "text"
    assert as_text(archive_of(tmp_path, **files), text).other == ()
    published(text)
    assert {"h.1", "p1"} <= latest().entries.keys()
    (page,) = (path for path in text.glob("modules/c1/*.fr.md") if "Un texte." in path.read_text("utf-8"))
    words = page.read_text("utf-8")
    assert "id: " not in words.split("# ")[0]
    page.write_text("---\nid: suite\nwas: v-2\n---\n" + words, "utf-8")
    done = published(text)
    assert done.rewritten == ()
    assert names() == {"suite": "v.2", "suite.1": "h.1"}
    made = check_folder(text, now=NOW, look_back=history_of).made
    assert made is not None
    (html,) = [block for block in made.courses[0].root.walk() if block.id == "h.1"]
    assert html.attributes["acme"] == "1"
    assert html.content == "<p class='looks'>Un texte.</p>"


@pytest.mark.django_db
def test_a_block_of_open_edx_that_lost_its_name_is_told_by_the_name_that_the_text_has_for_it(tmp_path: Path) -> None:
    text = from_elsewhere(tmp_path)
    page = text / "modules/c1/v2.fr.md"
    words = page.read_text("utf-8")
    page.write_text(words.replace("::: quiz q-1\n", "::: quiz autre\n").replace("if: q-1 ", "if: autre "))
    told = [str(one) for one in check_folder(text, now=NOW, look_back=history_of).warnings if one.code == "name-lost"]
    assert told == ["“q-1” has gone and “autre” looks like it. If it is the same one, write was: q-1"]


@pytest.mark.parametrize(
    ("attribute", "value", "followed"),
    [
        ("sources", "b; c ;d", "a; c ;d"),
        ("sources", "i4x://Org/C/problem/b;block-v1:Org+C+R+type@problem+block@b", None),
        ("sources_list", '["i4x://Org/C/problem/b", "c", 3]', '["i4x://Org/C/problem/a", "c", 3]'),
        ("sources_list", '["c",  "d"]', '["c",  "d"]'),
        ("sources_list", "b", "b"),
        ("group_id_to_child", '{"0": "i4x://O/C/vertical/b", "1": null}', '{"0": "i4x://O/C/vertical/a", "1": null}'),
        ("group_id_to_child", "{0: 'b'", "{0: 'b'"),
        ("group_id_to_child", '{"0":"c"}', '{"0":"c"}'),
        ("display_name", "b", "b"),
    ],
)  # fmt: skip
def test_the_ways_in_which_open_edx_names_other_blocks_are_followed_and_no_other_sign_changes(
    attribute: str, value: str, followed: str | None
) -> None:
    block = Block("k", "conditional", "", {attribute: value})
    found = with_ids(block, {"b": "a"}, {"b": "a"}).attributes[attribute]
    assert found == (value.replace("/b", "/a").replace("@b", "@a") if followed is None else followed)


@pytest.mark.django_db
def test_olx_word_by_word_with_a_broken_mapping_is_published_beside_a_block_that_was_renamed(tmp_path: Path) -> None:
    olx = (
        '\n```olx essai\n<split_test user_partition_id="1" group_id_to_child="{0: b}"/>\n```\n'
        '\n```olx suite\n<conditional sources="b;i4x://Org/C/problem/b" attempted="True">'
        '<html url_name="dedans">Bien</html></conditional>\n```\n'
    )
    published(folder(tmp_path, **trame(quiz("a"), olx.replace("b;", "a;").replace("/b", "/a"))))
    published(folder(tmp_path, **trame(quiz("b", "a"), olx)))
    condition = latest().entries["suite"][1].choice
    assert isinstance(condition, Condition)
    assert condition.sources == ("a", "a")
