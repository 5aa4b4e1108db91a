"""How does a container of an Open edX course choose among its children?

Source: Open edX `library_content`, `itembank`, `randomize`, `split_test`, `conditional` (docs/olx.md). What cannot be
done here becomes a remark, and its children are shown to everybody: nothing of a course is lost for a rule we lack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from cordee.core.errors import N_
from cordee.courses.outlines import Bank, Choice, Condition, Group, Split, Test
from cordee.formats.olx import values
from cordee.formats.olx.links import locator_id
from cordee.formats.olx.model import Block, Remark

BANKS: Final = ("library_content", "itembank", "problembank")
USUAL_COUNT = 1  # Open edX's default of max_count
TESTS: Mapping[str, Test] = {  # attribute of <conditional> -> what is asked; handed in is attempted, right or wrong
    "attempted": "attempted",
    "submitted": "attempted",
    "correct": "correct",
    "completed": "completed",
    "voted": "voted",
    "poll_answer": "poll_answer",
}
_UNKNOWN_PARTITION = N_(
    "The test “{title}” asks for the partition {partition}, which the policy of the course does not hold. "
    "Its groups are drawn at random; add the partition to the policy to name them."
)


@dataclass(frozen=True, slots=True)
class Source:
    """An activity that a condition may ask about: its id in the outline, and what can be known of it."""

    id: str
    taken: bool  # it is handed in, so that it is known whether a learner tried it
    scored: bool  # and graded at once
    followed: bool  # whether it is done is known
    kept: bool = True  # what was answered is kept with the learner


@dataclass(slots=True)
class Found:
    """What was understood of one container."""

    choice: Choice | None = None
    remarks: tuple[Remark, ...] = ()


def choice_of(
    block: Block,
    child_ids: Mapping[str, str],
    *,
    policy: Mapping[str, Any],
    source: Callable[[str], Source | None],
    messages: Mapping[str, str],
) -> Found:
    """The choice of a container. `child_ids`: url_name of each child -> its id in the outline; `source`: what a
    url_name of the course is, None for what is no activity; `messages` by language.
    """
    if block.tag in BANKS:
        return _bank(block)
    match block.tag:
        case "randomize":
            return Found(Bank(1))
        case "split_test":
            return _split(block, child_ids, policy)
        case "conditional":
            return _condition(block, source, messages)
        case _:
            return Found()


def _bank(block: Block) -> Found:
    text = block.attributes.get("max_count", "")
    try:
        found = values.number(text)
    except values.UnreadableValue as error:
        return Found(
            Bank(USUAL_COUNT), (Remark("unreadable-setting", error.template, block.place, dict(error.values)),)
        )
    count = USUAL_COUNT if found is None else int(found)
    return Found(Bank(count if count >= 0 else None))


def is_of_type(block: Block, capa_type: str) -> bool:
    """Is a child of a bank of the type of question that the bank asks for? "any" is every block."""
    wanted = values.text(capa_type).strip()
    if wanted in ("", "any"):
        return True
    return block.tag == "problem" and f"<{wanted}" in block.content


def _split(block: Block, child_ids: Mapping[str, str], policy: Mapping[str, Any]) -> Found:
    partition = values.text(block.attributes.get("user_partition_id")).strip()
    mapping = values.json_value(block.attributes.get("group_id_to_child", ""))
    if not isinstance(mapping, dict) or not mapping:
        remark = Remark(
            "test-without-groups",
            N_("The test “{title}” does not say which group sees which child. All of them are shown to everybody."),
            block.place,
            {"title": block.title or block.id},
        )
        return Found(remarks=(remark,))
    children = {str(group): child_ids.get(locator_id(str(locator)), "") for group, locator in mapping.items()}
    known = _partition(policy, partition)
    if known is None:
        groups = tuple(Group(group, group, child) for group, child in children.items())
        sentence_values = {"title": block.title or block.id, "partition": partition}
        remark = Remark("unknown-partition", _UNKNOWN_PARTITION, block.place, sentence_values)
        return Found(Split(partition, "", groups), (remark,))
    listed = known.get("groups")
    groups = tuple(
        Group(str(group.get("id")), str(group.get("name", "")), children.get(str(group.get("id")), ""))
        for group in (listed if isinstance(listed, list) else [])
        if isinstance(group, dict)
    )
    scheme: Any = "cohort" if known.get("scheme") == "cohort" else "random"
    return Found(Split(partition, str(known.get("name", "")), groups, scheme))


def _partition(policy: Mapping[str, Any], wanted: str) -> Mapping[str, Any] | None:
    partitions = policy.get("user_partitions")
    for partition in partitions if isinstance(partitions, list) else []:
        if isinstance(partition, dict) and str(partition.get("id")) == wanted:
            return partition
    return None


def _condition(block: Block, source: Callable[[str], Source | None], messages: Mapping[str, str]) -> Found:
    attributes = block.attributes
    asked, value = next(
        ((name, attributes[name]) for name in TESTS if attributes.get(name)),
        (attributes.get("conditional_attr") or "correct", attributes.get("conditional_value") or "True"),
    )
    names = list(sources_of(attributes))
    inside = {child.id for child in block.walk()}
    sources = [found for name in names if (found := source(name)) is not None]
    test = TESTS.get(asked)
    remarks = [_not_shown_from_elsewhere(block)] if _shows_others(block) else []
    itself = inside.intersection(names)
    if itself:
        remark = Remark(
            "condition-not-judged",
            N_("“{name}” waits for itself, so it is always shown. Let it wait for something that comes before it."),
            block.place,
            {"name": ", ".join(sorted(itself))},
        )
        return Found(remarks=(remark, *remarks))
    if test is None or not sources or len(sources) < len(names) or not all(_can_be_asked(one, test) for one in sources):
        remark = Remark(
            "condition-not-judged",
            N_("Whether “{title}” may be shown ({condition} of {sources}) cannot be judged here: it is always shown."),
            block.place,
            {"title": block.title or block.id, "condition": asked, "sources": ", ".join(names) or "?"},
        )
        return Found(remarks=(remark, *remarks))
    word = values.text(value).strip()
    if test != "poll_answer":
        word = "False" if word.lower() in ("false", "0", "no") else "True"
    return Found(Condition(tuple(one.id for one in sources), test, word, dict(messages)), tuple(remarks))


def _can_be_asked(source: Source, test: Test) -> bool:
    match test:
        case "correct":
            return source.scored
        case "completed":
            return source.followed
        case "attempted":
            return source.taken
        case "poll_answer":
            return source.taken and not source.scored and source.kept
        case _:  # a vote has no right answer
            return source.taken and not source.scored


def sources_of(attributes: Mapping[str, str]) -> Iterable[str]:
    listed = values.json_value(attributes.get("sources_list", ""))
    locators = listed if isinstance(listed, list) else values.text(attributes.get("sources")).split(";")
    return [locator_id(str(locator)) for locator in locators if str(locator).strip()]


def _shows_others(block: Block) -> bool:
    if "<show" not in block.extra:
        return False
    try:
        root = etree.fromstring(f"<all>{block.extra}</all>")
    except etree.XMLSyntaxError:
        return True
    return any(element.get("sources") for element in root.iter("show"))


def _not_shown_from_elsewhere(block: Block) -> Remark:
    return Remark(
        "condition-shows-others",
        N_(
            "“{title}” shows blocks that stand elsewhere in the course. They are shown in their own place; "
            "put them inside the conditional to show them under its condition."
        ),
        block.place,
        {"title": block.title or block.id},
    )
