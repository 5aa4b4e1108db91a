"""What is found in a version that is published, and what of it was waived?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cordee.core import clock
from cordee.core.kept import Kept
from cordee.courses.checks.checking import in_order, look_at_run, look_at_version
from cordee.courses.checks.costs import Estimate, estimate_of
from cordee.courses.checks.material import Lag, Material, RunFacts
from cordee.courses.checks.model import Finding, Severity, count_by_severity
from cordee.courses.checks.models import Waiver
from cordee.courses.checks.rules.linking import external_links
from cordee.courses.checks.setting_aside import parted
from cordee.courses.models import Run, Version
from cordee.courses.outlines import Outline, SetAside
from cordee.courses.queries import course_names, definitions, files_of
from cordee.courses.queries import outline as read_outline
from cordee.courses.text.history import history_until, names_in
from cordee.courses.text.kinds import table
from cordee.courses.text.lagging import changed_since, standings

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
    waived: tuple[tuple[Finding, Waiver | SetAside], ...]  # on the site, else by the text of the course
    estimate: Estimate
    elsewhere: tuple[str, ...]

    @property
    def counts(self) -> dict[Severity, int]:
        return count_by_severity(self.open)


_kept: Kept[str, OfVersion] = Kept(VERSIONS_KEPT)


def checked_version(sha256: str) -> OfVersion:
    """What is found in a version. 4 queries the first time in a process, then 0.

    Of one in several languages 3 more, and 1 for each older version that is looked at for what changed since.
    """
    return _kept.of(sha256, lambda: _look(sha256))


def _look(sha256: str) -> OfVersion:
    outline = read_outline(sha256)
    wanted = [one for _place, entry in outline.entries.values() for one in entry.contents.values()]
    material = Material(
        outline,
        definitions.of(wanted),
        files_of(sha256),
        course=course_names(sha256),
        lags=tuple(_lags(sha256, outline)),
    )
    found, estimate = look_at_version(material), estimate_of(material)
    return OfVersion(Material(outline, {}, {}), found, estimate, tuple(sorted(external_links(material))))


def _lags(sha256: str, outline: Outline) -> Iterator[Lag]:
    """Translations of a version that was made from a text and that lag, with what changed since."""
    history = history_until(sha256) if len(outline.languages) > 1 else None
    if history is None:
        return
    names = names_in(outline)
    languages = (outline.language, *(one for one in outline.languages if one != outline.language))
    for one in standings(history.texts(history.issues[0].number), languages, table()):
        # A page that no list names may be called as a module or a block is.
        is_unit = one.unit in names and names[one.unit].id in outline.places
        if is_unit and one.state in ("behind", "never"):
            behind = one.state == "behind"
            changed = changed_since(history, one.reference, one.confirmed_for, table()) if behind else ()
            yield Lag(names[one.unit].id, one.language, behind, changed)


def checked_run(run: Run) -> Checked:
    """What is found in a session as it is today (1 query, and those of `checked_version`)."""
    known = checked_version(run.version.sha256)
    facts = RunFacts(run.opens_at, run.closes_at, run.pass_mark, clock.now(), run.due, run.enrolment_closes_at)
    found = in_order([*known.found, *look_at_run(known.material, facts)], known.material)
    return _checked(known, found, run.course_id)


def checked_alone(version: Version) -> Checked:
    """What is found in a version that no session need show (1 query, and those of `checked_version`)."""
    known = checked_version(version.sha256)
    return _checked(known, known.found, version.course_id)


def _checked(known: OfVersion, found: tuple[Finding, ...], course_id: int) -> Checked:
    waivers = waivers_of(course_id)
    open_, left = parted([one for one in found if one.key not in waivers], known.material.outline)
    return Checked(
        open=open_,
        waived=(*((one, waivers[one.key]) for one in found if one.key in waivers), *left),
        estimate=known.estimate,
        elsewhere=known.elsewhere,
    )


def waivers_of(course_id: int) -> Mapping[tuple[str, str], Waiver]:
    """By rule and place (1 query)."""
    return {(one.rule, one.place): one for one in Waiver.objects.filter(course_id=course_id)}
