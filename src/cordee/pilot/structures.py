"""What is a run made of? A tree of blocks, as Open edX writes it, becomes rows of `structure`.

A graded section is called as the reports call it: its type and its number among those of its type, "Quiz 2"; the type
alone where there is one of it. Source: edx-platform, `grades/course_data.py` and the header of the grade report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Blocks that nobody hands in: their rows are never graded.
WITHOUT_SCORE: Final = frozenset(
    {"html", "video", "discussion", "about", "static_tab", "unit", "poll", "survey", "word_cloud"}
)


@dataclass(frozen=True, slots=True)
class Node:
    """One block. `graded` and `type` are a section's; `weight` a problem's, None where it does not say."""

    id: str
    tag: str
    title: str
    graded: bool = False
    type: str = ""
    weight: float | None = None
    length_s: float | None = None
    children: tuple[Node, ...] = ()

    def leaves(self) -> Iterator[Node]:
        """What holds nothing, in order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    @property
    def scored(self) -> bool:
        """Whether it can earn points."""
        return self.tag not in WITHOUT_SCORE and self.weight != 0


CONTAINERS: Final = frozenset({"course", "chapter", "sequential", "vertical"})


def add_tree(add: Callable[..., Any], modules: Sequence[Node]) -> int:
    """Give `add("structure", …)` each unit and each leaf, in order. Returns how many.

    What stands in a section or a module without a unit of its own has that one for its unit.
    """
    quizzes = _quizzes([section for module in modules for section in module.children])
    position = 0
    units: set[str] = set()
    for rank, module in enumerate(modules, 1):
        for section in module.children:
            quiz = quizzes.get(id(section), "")
            for holder, leaf in _held(module, section):
                if holder.id not in units:
                    units.add(holder.id)
                    position += 1
                    add(
                        "structure", activity=holder.id, kind="unit", title=holder.title, unit=holder.id, module=rank,
                        position=position, graded=False, quiz="", length_s=None,
                    )  # fmt: skip
                if leaf is None:
                    continue
                position += 1
                graded = bool(quiz) and leaf.scored
                add(
                    "structure", activity=leaf.id, kind=leaf.tag, title=leaf.title, unit=holder.id, module=rank,
                    position=position, graded=graded, quiz=quiz if graded else "", length_s=leaf.length_s,
                )  # fmt: skip
    return position


def _held(module: Node, section: Node) -> Iterator[tuple[Node, Node | None]]:
    """Each leaf of a section with the unit that holds it; an empty unit with None."""
    for unit in section.children:
        holder = unit if unit.tag in CONTAINERS or unit.children else section
        leaves: list[Node | None] = [leaf for leaf in unit.leaves() if leaf.tag not in CONTAINERS]
        for leaf in leaves or [None]:
            yield holder, leaf
    if not section.children and section.tag not in CONTAINERS:
        yield module, section


def _quizzes(sections: Sequence[Node]) -> dict[int, str]:
    """Names of the graded sections that can earn points, by identity."""
    graded = [section for section in sections if section.graded and any(leaf.scored for leaf in section.leaves())]
    of_type = Counter(section.type for section in graded)
    nth: Counter[str] = Counter()
    found: dict[int, str] = {}
    for section in graded:
        nth[section.type] += 1
        if not section.type:
            found[id(section)] = section.title or section.id
        else:
            found[id(section)] = section.type if of_type[section.type] == 1 else f"{section.type} {nth[section.type]}"
    return found
