"""What is found in a version that is published, and what of it was waived?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cordee.core import clock
from cordee.core.kept import Kept
from cordee.courses.checks.checking import in_order, look_at_run, look_at_version
from cordee.courses.checks.costs import Estimate, estimate_of
from cordee.courses.checks.material import Material, RunFacts
from cordee.courses.checks.model import Finding, Severity, count_by_severity
from cordee.courses.checks.models import Waiver
from cordee.courses.checks.rules.linking import external_links
from cordee.courses.models import Run, Version
from cordee.courses.queries import definitions, files_of
from cordee.courses.queries import outline as read_outline

VERSIONS_KEPT: Final = 32


@dataclass(frozen=True, slots=True)
class OfVersion:
    """What holds of a version for ever, and so is found once a process."""

    material: Material  # without definitions: they have been looked at
    found: tuple[Finding, ...]
    estimate: Estimate
    elsewhere: tuple[str, ...]  # addresses of other sites


@dataclass(frozen=True, slots=True)
class Checked:
    """A session before it opens."""

    open: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    estimate: Estimate
    elsewhere: tuple[str, ...]

    @property
    def counts(self) -> dict[Severity, int]:
        return count_by_severity(self.open)


_kept: Kept[str, OfVersion] = Kept(VERSIONS_KEPT)


def checked_version(sha256: str) -> OfVersion:
    """What is found in a version. 3 queries the first time in a process, then 0."""
    return _kept.of(sha256, lambda: _look(sha256))


def _look(sha256: str) -> OfVersion:
    outline = read_outline(sha256)
    wanted = [one for _place, entry in outline.entries.values() for one in entry.contents.values()]
    material = Material(outline, definitions.of(wanted), files_of(sha256))
    found, estimate = look_at_version(material), estimate_of(material)
    return OfVersion(Material(outline, {}, {}), found, estimate, tuple(sorted(external_links(material))))


def checked_run(run: Run) -> Checked:
    """What is found in a session as it is today (1 query, and those of `checked_version`)."""
    known = checked_version(run.version.sha256)
    facts = RunFacts(run.opens_at, run.closes_at, run.pass_mark, clock.now(), run.due, run.enrolment_closes_at)
    found = in_order([*known.found, *look_at_run(known.material, facts)], known.material)
    waivers = waivers_of(run.course_id)
    return Checked(
        open=tuple(one for one in found if one.key not in waivers),
        waived=tuple((one, waivers[one.key]) for one in found if one.key in waivers),
        estimate=known.estimate,
        elsewhere=known.elsewhere,
    )


def checked_alone(version: Version) -> Checked:
    """What is found in a version that no session need show (1 query, and those of `checked_version`)."""
    known = checked_version(version.sha256)
    waivers = waivers_of(version.course_id)
    return Checked(
        open=tuple(one for one in known.found if one.key not in waivers),
        waived=tuple((one, waivers[one.key]) for one in known.found if one.key in waivers),
        estimate=known.estimate,
        elsewhere=known.elsewhere,
    )


def waivers_of(course_id: int) -> Mapping[tuple[str, str], Waiver]:
    """By rule and place (1 query)."""
    return {(one.rule, one.place): one for one in Waiver.objects.filter(course_id=course_id)}
