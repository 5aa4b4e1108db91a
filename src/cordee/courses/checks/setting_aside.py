"""Which findings does the text of the course itself set aside (`waive` of course.yaml)?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cordee.courses.checks.model import Finding
from cordee.courses.outlines import Outline, SetAside

Left = tuple[tuple[Finding, SetAside], ...]


def parted(found: Iterable[Finding], outline: Outline) -> tuple[tuple[Finding, ...], Left]:
    """What is open, and what is set aside, each with the first that sets it aside; both in their order.

    A place holds what stands in it: a module its sections, a bank its questions.
    """
    inside = {one.where: _inside(one.where, outline) for one in outline.set_aside}
    open_, left = [], []
    for one in found:
        by = _by(one, outline, inside)
        if by is None:
            open_.append(one)
        else:
            left.append((one, by))
    return tuple(open_), tuple(left)


def _by(one: Finding, outline: Outline, inside: Mapping[str, frozenset[str]]) -> SetAside | None:
    ids = {step.id for step in one.at.steps}
    for aside in outline.set_aside:
        if aside.rule == one.rule.code and (not aside.where or not ids.isdisjoint(inside[aside.where])):
            return aside
    return None


def _inside(where: str, outline: Outline) -> frozenset[str]:
    """The id itself, and of a container all that it holds, which the steps to a place pass over."""
    found = outline.entries.get(where)
    return frozenset(entry.id for entry in found[1].walk()) if found else frozenset((where,))
