"""Write a published version as the archive that Open edX imports: what its import held, from rows and files.

One archive holds one language: OLX knows no more. Read again, with those of its other languages as translations, it
is the same version: `Version.sha256`.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from cordee.core.errors import N_, Conflict, InputRefused, NotFound
from cordee.courses.assets import storage
from cordee.courses.compiling import address_part, language_of
from cordee.courses.models import Content, Course, Run, Version
from cordee.courses.outlines import CONTAINER, AssignmentType, Entry, Module, Outline, Section, Unit, from_json
from cordee.formats.olx import model as olx
from cordee.formats.olx import ours, values
from cordee.formats.olx.model import Asset, Block, GradingPolicy, OlxCourse, Page
from cordee.formats.olx.writing import write_course

BATCH = 500
RUN_PARTS = 3  # organisation+number+run
Progress = Callable[[int, int], None]  # files done, files in all


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    course: str  # key
    version: int
    language: str
    languages: tuple[str, ...]  # all that the version has, the course's own first
    files: int
    size_bytes: int  # of the archive


def version_of(key: str, number: int | None = None) -> Version:
    """The version that a session shows, or the latest of a course, or the one of this number. 1–3 queries.

    `key`: of a session or of a course. Raises NotFound.
    """
    parts = key.split("+")
    if len(parts) == RUN_PARTS:
        run = Run.objects.select_related("course").filter(key=key).first()
        if run is None:
            raise NotFound(N_("There is no session {key}. Check its key."), key=key)
        course, wanted = run.course, {"pk": run.version_id}
    else:
        found = Course.objects.filter(organisation=parts[0], number="+".join(parts[1:])).first()
        if found is None:
            raise NotFound(
                N_("There is no course {key}. Give its key, such as Ingenia+RES101, or a session’s."), key=key
            )
        course, wanted = found, {}
    if number is not None:
        wanted = {"number": number}
    version = Version.objects.select_related("course").filter(course=course, **wanted).order_by("-number").first()
    if version is None and number is None:
        raise NotFound(N_("Nothing of {course} is published yet. Publish it first."), course=course.key)
    if version is None:
        raise NotFound(
            N_("{course} has no version {number}. Look at the numbers of its versions."),
            course=course.key,
            number=number,
        )
    return version


def languages_of(version: Version) -> tuple[str, ...]:
    """The course's own language first. No query."""
    return tuple(version.outline["languages"])


def export_to(
    path: Path,
    version: Version,
    *,
    language: str = "",
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> Exported:
    """Write a version into a file, wholly or not at all. Raises Conflict for a file that is there, InputRefused."""
    if path.is_dir():
        raise InputRefused(N_("“{path}” is a folder. Give the name of a file, such as course.tar.gz."), path=path)
    if not path.parent.is_dir():
        raise InputRefused(N_("There is no folder “{path}”. Make it first, or write elsewhere."), path=path.parent)
    if path.exists() and not replace:
        raise Conflict(N_("“{path}” is there already. Give another name, or --force to write over it."), path=path)
    try:
        descriptor, name = tempfile.mkstemp(prefix=".cordee-", suffix=".draft", dir=path.parent)
    except OSError as error:
        raise InputRefused(
            N_("Nothing can be written in “{path}”: {why}. Write elsewhere."), path=path.parent, why=error.strerror
        ) from None
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            done = write_export(out, version, language=language, progress=progress)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            draft.replace(path)
        else:
            _name_it(draft, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        raise
    return done


def _name_it(draft: Path, path: Path) -> None:
    """Give the file its name, unless another has taken it meanwhile."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise Conflict(
            N_("“{path}” is there already. Give another name, or --force to write over it."), path=path
        ) from None
    except OSError:  # a disk that knows no links
        draft.replace(path)
        return
    draft.unlink()


def write_export(
    out: IO[bytes], version: Version, *, language: str = "", progress: Progress = lambda done, total: None
) -> Exported:
    """Write a version as a .tar.gz, its files in pieces. 1 query for each 500 activities. Raises InputRefused."""
    languages = languages_of(version)
    chosen = language or languages[0]
    if chosen not in languages:
        raise InputRefused(
            N_("Version {number} is not in the language {language}. It is in: {languages}."),
            number=version.number,
            language=chosen,
            languages=", ".join(languages),
        )
    course = olx_course_of(version, chosen)
    known: Mapping[str, Any] = version.files.get(chosen, {})

    def opened(asset: Asset) -> BinaryIO:
        try:
            return storage().open(known[asset.name][0])
        except FileNotFoundError as error:
            raise NotFound(
                N_("The file “{name}” of the course is not in the site’s storage any more. Run: cordee doctor --deep"),
                name=asset.name,
            ) from error

    done = write_course(course, out, opened, progress=progress)
    return Exported(version.course.key, version.number, chosen, languages, done.files, out.tell())


def olx_course_of(version: Version, language: str) -> OlxCourse:
    """A version in one of its languages as a course of Open edX. 1 query for each 500 activities."""
    outline = from_json(version.outline)
    extra: Mapping[str, Any] = version.extra.get(language) or {}
    named: Mapping[str, Any] = (version.report or {}).get("course") or {}
    root = extra.get("root") or {}
    attributes: dict[str, str] = dict(root.get("attributes") or {})
    organisation = _name(version.course.organisation, named.get("organisation"), attributes.get("org"))
    number = _name(version.course.number, named.get("number"), attributes.get("course"))
    run = str(named.get("run") or _run_of(version))
    policy: Mapping[str, Any] = extra.get("policy") or {}
    said = values.text(policy.get("language", attributes.get("language")))
    blocks = _Blocks(extra.get("structure"), _contents_of(outline, language), language)
    elsewhere: Mapping[str, str] = extra.get("elsewhere") or {}
    made = set(extra.get("made") or ())
    return OlxCourse(
        organisation=organisation,
        number=number,
        run=run,
        title=outline.titles.get(language, ""),
        language=said if language_of(said) == language else language,
        root=Block(
            run or "course",
            "course",
            outline.titles.get(language, ""),
            attributes,
            tuple(map(blocks.module, outline.modules)),
            extra=root.get("more") or "",
        ),
        policy=policy,
        policies=extra.get("policies") or {},
        grading=GradingPolicy(
            tuple(map(_assignment_type, outline.assignment_types)), outline.cutoffs, extra.get("grading") or {}
        ),
        assets={
            name: Asset(name, "", 0, content_type=found[1], path=elsewhere.get(name, ""))
            for name, found in version.files.get(language, {}).items()
            if name not in made
        },
        about={name: Page(name, "", html) for name, html in (extra.get("about") or {}).items()},
        updates=tuple(Page(**page) for page in extra.get("updates") or ()),
        tabs=tuple(Page(**page) for page in extra.get("tabs") or ()),
        handouts=extra.get("handouts") or "",
        drafts=tuple(map(_draft, extra.get("drafts") or ())),
        verbatim=extra.get("verbatim") or {},
        credits=outline.credits,
    )


def _name(kept: str, *said: object) -> str:
    """The name as it was written, of those that give the one in the course's key."""
    return next((str(name) for name in said if name and address_part(str(name)) == kept), kept)


def _run_of(version: Version) -> str:
    """Of a version that does not say it: the last part of the first key of its sessions."""
    key = Run.objects.filter(version=version).order_by("pk").values_list("key", flat=True).first() or ""
    return key.rpartition("+")[2] or "course"


def _contents_of(outline: Outline, language: str) -> dict[str, tuple[Mapping[str, Any], str]]:
    """What was kept of each activity, by the hash of its content: (extra, its text)."""
    entries = [entry for _place, entry in outline.entries.values() if entry.kind != CONTAINER and entry.contents]
    hashes = sorted({entry.contents[_language_of(entry, language)] for entry in entries})
    found: dict[str, tuple[Mapping[str, Any], str]] = {}
    for start in range(0, len(hashes), BATCH):
        some = hashes[start : start + BATCH]
        rows = dict(Content.objects.filter(sha256__in=some).values_list("sha256", "extra"))
        without = [sha256 for sha256, extra in rows.items() if "source" not in extra]
        # Only what holds the text itself is read whole: the lines of all subtitles are not needed.
        texts = dict(Content.objects.filter(sha256__in=without).values_list("sha256", "data")) if without else {}
        for sha256, extra in rows.items():
            text = extra["source"] if "source" in extra else texts[sha256].get("html")
            found[sha256] = extra, text if isinstance(text, str) else ""
    return found


def _language_of(entry: Entry, language: str) -> str:
    """The language that learners see it in: its own, where a translation lacks it."""
    return language if language in entry.contents else next(iter(entry.contents))


class _Blocks:
    """The blocks of Open edX again, from the outline and what was kept beside it."""

    def __init__(
        self,
        structure: Mapping[str, Any] | None,
        contents: Mapping[str, tuple[Mapping[str, Any], str]],
        language: str,
    ) -> None:
        self._structure = structure
        self._contents = contents
        self._language = language

    def module(self, module: Module) -> Block:
        children = tuple(map(self._section, module.sections))
        settings = {"start": module.opens_at.isoformat()} if module.opens_at else {}
        return self._held("chapter", module, children, settings)

    def _section(self, section: Section) -> Block:
        children = tuple(map(self._unit, section.units))
        settings = {"start": section.opens_at.isoformat()} if section.opens_at else {}
        settings |= {"due": section.due_at.isoformat()} if section.due_at else {}
        settings |= {"graded": "true", "format": section.assignment_type} if section.graded else {}
        return self._held("sequential", section, children, settings)

    def _unit(self, unit: Unit) -> Block:
        return self._held("vertical", unit, tuple(map(self._entry, unit.entries)), {})

    def _held(
        self, tag: str, level: Module | Section | Unit, children: tuple[Block, ...], settings: Mapping[str, str]
    ) -> Block:
        """A level of the outline; its only child itself where its author had left the level out."""
        if self._structure is None:  # of a version that kept nothing beside the outline
            attributes = {"display_name": level.titles.get(self._language, ""), **settings}
            attributes |= {"visible_to_staff_only": "true"} if level.staff_only else {}
            return Block(level.id, tag, attributes["display_name"], attributes, children)
        kept = self._structure.get(level.id)
        if kept is None and len(children) == 1:
            return children[0]
        return self._container(tag, level.id, kept or {}, children)

    def _entry(self, entry: Entry) -> Block:
        if entry.kind == CONTAINER:
            kept = (self._structure or {}).get(entry.id) or {}
            return self._container(entry.tag, entry.id, kept, tuple(map(self._entry, entry.children)))
        shown = _language_of(entry, self._language) if entry.contents else self._language
        extra, text = self._contents.get(entry.contents.get(shown, ""), ({}, ""))
        attributes = extra.get("attributes") or {}
        if shown != self._language:
            attributes = {**attributes, ours.LANGUAGE: shown}
        return Block(
            extra.get("url_name") or entry.id,
            extra.get("tag") or entry.tag,
            _title(attributes),
            attributes,
            content=text,
            extra=extra.get("more") or "",
        )

    @staticmethod
    def _container(tag: str, name: str, kept: Mapping[str, Any], children: tuple[Block, ...]) -> Block:
        attributes = kept.get("attributes") or {}
        more, source = kept.get("more") or "", kept.get("source") or ""
        title = _title(attributes)
        return Block(kept.get("url_name") or name, kept.get("tag") or tag, title, attributes, children, source, more)


def _title(attributes: Mapping[str, str]) -> str:
    """As the reader of exports finds it."""
    return values.text(attributes.get("display_name")) or values.text(attributes.get("name"))


def _assignment_type(line: AssignmentType) -> olx.AssignmentType:
    return olx.AssignmentType(line.name, line.short_label, line.min_count, line.drop_count, line.weight, line.names)


def _draft(kept: Mapping[str, Any]) -> Block:
    children = tuple(map(_draft, kept.get("children") or ()))
    attributes, content = kept.get("attributes") or {}, kept.get("content") or ""
    return Block(kept["id"], kept["tag"], "", attributes, children, content, kept.get("more") or "")
