from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from cordee.courses.compiling import Compiled, compile_course
from cordee.courses.outlines import Bank, Condition, Entry, Group, Split
from cordee.formats.tests.make import course_files, read_files

PARTITIONS: dict[str, Any] = {
    "user_partitions": [
        {"id": 50, "name": "Way", "scheme": "random", "groups": [{"id": 0, "name": "A"}, {"id": 1, "name": "B"}]},
        {"id": 51, "name": "Hours", "scheme": "cohort", "groups": [{"id": 501, "name": "Matin"}]},
    ]
}
POLL = """<poll url_name="vote" xblock-family="xblock.v1" question="Which?" {more}
 answers="[[&quot;y&quot;, &quot;Yes&quot;], [&quot;n&quot;, &quot;No&quot;]]"/>"""
PROBLEM = '<problem url_name="{name}"><numericalresponse answer="1"><textline/></numericalresponse></problem>'


def compiled(folder: Path, inside: str) -> Compiled:
    files = course_files(
        vertical__vt=f"<vertical>{inside}</vertical>",
        problem__pb='<problem><numericalresponse answer="1"><textline/></numericalresponse></problem>',
    )
    files["policies/R1/policy.json"] = json.dumps({"course/R1": {"display_name": "A", "language": "en", **PARTITIONS}})
    return compile_course([read_files(folder, files)])


def entries(found: Compiled) -> dict[str, Entry]:
    return {name: entry for name, (_place, entry) in found.outline.entries.items()}


def codes(found: Compiled) -> list[str]:
    """Of the containers: the text of these courses has an image without description, which is not our subject."""
    return [remark.code for remark in found.remarks if remark.code != "image-without-description"]


@pytest.mark.parametrize("tag", ["library_content", "itembank", "problembank"])
@pytest.mark.parametrize(
    ("attributes", "count"),
    [("", 1), ('max_count="2"', 2), ('max_count="-1"', None), ('max_count="0"', 0), ('max_count="&quot;3&quot;"', 3)],
)
def test_a_bank_draws_as_many_as_its_author_says(tmp_path: Path, tag: str, attributes: str, count: int | None) -> None:
    found = compiled(tmp_path, f'<{tag} url_name="c" {attributes}><problem url_name="pb"/></{tag}>')
    entry = entries(found)["c"]
    assert (entry.kind, entry.tag, entry.choice) == ("container", tag, Bank(count))
    assert [(child.id, child.points) for child in entry.children] == [("pb", 1.0)]
    assert codes(found) == []


def test_a_count_that_cannot_be_read_is_told_and_one_is_drawn(tmp_path: Path) -> None:
    found = compiled(tmp_path, '<itembank url_name="c" max_count="many"><problem url_name="pb"/></itembank>')
    assert entries(found)["c"].choice == Bank(1)
    assert codes(found) == ["unreadable-setting"]


def test_a_bank_of_one_type_of_question_draws_only_these(tmp_path: Path) -> None:
    inside = (
        '<library_content url_name="c" capa_type="numericalresponse"><problem url_name="pb"/>'
        '<problem url_name="word"><stringresponse answer="a"><textline/></stringresponse></problem>'
        '<html url_name="tx"/></library_content>'
    )
    drawn = {child.id: not child.staff_only for child in entries(compiled(tmp_path, inside))["c"].children}
    assert drawn == {"pb": True, "word": False, "tx": False}


def test_a_randomize_draws_one(tmp_path: Path) -> None:
    inside = '<randomize url_name="c"><problem url_name="pb"/><html url_name="tx"/></randomize>'
    assert entries(compiled(tmp_path, inside))["c"].choice == Bank(1)


@pytest.mark.parametrize("tag", ["problemset", "wrapper", "sequential", "vertical"])
def test_a_container_without_a_rule_shows_all_of_its_children(tmp_path: Path, tag: str) -> None:
    found = compiled(tmp_path, f'<{tag} url_name="c"><problem url_name="pb"/></{tag}>')
    entry = entries(found)["c"]
    assert (entry.kind, entry.choice, entry.children[0].points) == ("container", None, 1.0)
    assert [one.id for one in found.outline.places["vt"].unit.activities()] == ["pb"]


def test_an_empty_container_is_no_activity(tmp_path: Path) -> None:
    found = compiled(tmp_path, '<library_content url_name="c" max_count="2"/>')
    assert list(found.outline.places["vt"].unit.activities()) == []
    assert entries(found)["c"].kind == "container"


def split(partition: str, mapping: dict[str, str]) -> str:
    groups = quoteattr(json.dumps({group: f"i4x://O/C/vertical/{child}" for group, child in mapping.items()}))
    children = "".join(f'<vertical url_name="{child}"><html url_name="tx"/></vertical>' for child in mapping.values())
    return (
        f'<split_test url_name="c" user_partition_id="{partition}" group_id_to_child={groups}>{children}</split_test>'
    )


def test_a_test_takes_its_groups_from_the_policy(tmp_path: Path) -> None:
    found = compiled(tmp_path, split("50", {"0": "va", "1": "vb"}))
    assert entries(found)["c"].choice == Split("50", "Way", (Group("0", "A", "va"), Group("1", "B", "vb")))
    assert codes(found) == []


def test_a_test_by_cohort_knows_the_names_of_the_cohorts(tmp_path: Path) -> None:
    choice = entries(compiled(tmp_path, split("51", {"501": "va"})))["c"].choice
    assert choice == Split("51", "Hours", (Group("501", "Matin", "va"),), scheme="cohort")


def test_a_test_of_an_unknown_partition_is_told_and_drawn_at_random(tmp_path: Path) -> None:
    found = compiled(tmp_path, split("99", {"7": "va", "8": "vb"}))
    assert entries(found)["c"].choice == Split("99", "", (Group("7", "7", "va"), Group("8", "8", "vb")))
    assert codes(found) == ["unknown-partition"]


@pytest.mark.parametrize("mapping", ["", "{}", "[]", "not json", "null"])
def test_a_test_without_groups_is_told_and_shows_all(tmp_path: Path, mapping: str) -> None:
    inside = f"<split_test url_name='c' group_id_to_child={quoteattr(mapping)}><html url_name='tx'/></split_test>"
    found = compiled(tmp_path, inside)
    assert entries(found)["c"].choice is None
    assert codes(found) == ["test-without-groups"]


def door(attributes: str, inside: str = "", before: str = "") -> str:
    source = PROBLEM.format(name="q")
    return f'{source}{before}<conditional url_name="c" {attributes}><html url_name="tx"/>{inside}</conditional>'


@pytest.mark.parametrize(
    ("attributes", "choice"),
    [
        ('sources="q" attempted="True"', Condition(("q",), "attempted")),
        ('sources="i4x://O/C/problem/q" submitted="true"', Condition(("q",), "attempted")),
        ('sources="block-v1:O+C+R+type@problem+block@q" correct="False"', Condition(("q",), "correct", "False")),
        ('sources="q" completed="True"', Condition(("q",), "completed")),
        ('sources="q"', Condition(("q",), "correct")),
        ('sources="q;pb" attempted="True"', Condition(("q", "pb"), "attempted")),
        (
            'sources_list="[&quot;q&quot;]" conditional_attr="attempted" conditional_value="True"',
            Condition(("q",), "attempted"),
        ),
        ('sources="vote" voted="True"', Condition(("vote",), "voted")),
        ('sources="vote" poll_answer="y"', Condition(("vote",), "poll_answer", "y")),
        (
            'sources="q" attempted="True" message="First {link}."',
            Condition(("q",), "attempted", "True", {"en": "First {link}."}),
        ),
    ],
)
def test_a_condition_is_read(tmp_path: Path, attributes: str, choice: Condition) -> None:
    before = '<problem url_name="pb"/>' + POLL.format(more="")
    found = compiled(tmp_path, door(attributes, before=before))
    assert entries(found)["c"].choice == choice
    assert codes(found) == []


@pytest.mark.parametrize(
    "attributes",
    [
        'attempted="True"',  # of what?
        'sources="nothing" attempted="True"',
        'sources="q;nothing" attempted="True"',
        'sources="vt" attempted="True"',  # a unit is not handed in
        'sources="tx" attempted="True"',  # its own child: it could never open
        'sources="gadget" completed="True"',
        'sources="python" attempted="True"',  # cannot be handed in here
        'sources="vote" correct="True"',
        'sources="q" poll_answer="y"',
        'sources="secret" poll_answer="y"',  # an anonymous answer is not known
        'sources="q" conditional_attr="score" conditional_value="0.5"',
    ],
)
def test_a_condition_that_cannot_be_judged_is_told_and_its_children_are_shown(tmp_path: Path, attributes: str) -> None:
    before = (
        '<acme url_name="gadget"/>'
        '<problem url_name="python"><customresponse cfn="f"><textline/></customresponse></problem>'
        + POLL.format(more="")
        + POLL.format(more='private_results="true"').replace("vote", "secret")
    )
    found = compiled(tmp_path, door(attributes, before=before))
    assert entries(found)["c"].choice is None
    assert "condition-not-judged" in codes(found)


def test_a_condition_that_shows_blocks_from_elsewhere_is_told(tmp_path: Path) -> None:
    found = compiled(tmp_path, door('sources="q" attempted="True"', inside='<show sources="i4x://O/C/html/other"/>'))
    assert codes(found) == ["condition-shows-others"]
    assert "i4x://O/C/html/other" in found.structure["en"]["c"]["more"]


def test_what_was_written_at_a_container_a_unit_and_a_section_is_kept(tmp_path: Path) -> None:
    found = compiled(
        tmp_path, '<library_content url_name="c" source_library_id="l" odd="1"><html url_name="tx"/></library_content>'
    )
    kept = found.structure["en"]
    assert kept["c"]["attributes"] == {"source_library_id": "l", "odd": "1"}
    assert kept["sq"]["attributes"] == {"display_name": "Section"}
    assert set(kept) == {"ch", "sq", "vt", "c"}
