"""What course does this archive hold?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cordee.core.errors import N_
from cordee.formats.olx import credentials, documents, pages, values
from cordee.formats.olx.assets import read_assets
from cordee.formats.olx.documents import Document, Unreadable, local_name
from cordee.formats.olx.drafts import read_drafts
from cordee.formats.olx.links import Dead, LinkContext, links_in, resolve
from cordee.formats.olx.model import Asset, Block, GradingPolicy, OlxCourse
from cordee.formats.olx.policy import read_grading, read_policies
from cordee.formats.olx.remarks import Remarks
from cordee.formats.olx.source import COURSE_FILE, TEXT_BYTES, CourseFiles, CourseRefused, Files
from cordee.formats.olx.tree import TreeReader, warn_of_duplicates

# What Cordée's own export says of a course where OLX has no words: Open edX passes over these attributes.
OWN_LANGUAGE, OWN_CREDITS = "cordee-language", "cordee-credits"
POLICY_DATES = ("start", "end", "enrollment_start", "enrollment_end")


def read_course(archive: Files) -> OlxCourse:
    """Everything that an Open edX course export holds.

    Raises CourseRefused (no course, two courses, a course file that is none), ForbiddenDeclaration (entities) and
    TooLarge, all CordeeError. Whatever else is wrong in it becomes a remark.
    """
    files, remarks = CourseFiles(archive), Remarks()
    pointer = _course_document(files, COURSE_FILE)
    run = pointer.root.get("url_name") or pointer.root.get("slug") or ""
    path, definition = _definition(files, pointer, run, remarks)
    policies = read_policies(files, run, remarks)
    reader = TreeReader(files, policies, remarks)
    root = reader.read_root(run or "course", pointer.root, definition.root, path)
    for name in POLICY_DATES:
        _check_date(policies.course, name, run, remarks)
    grading = read_grading(files, run, remarks)
    warn_of_duplicates(root.walk(), remarks)
    _check_assignment_types(root, grading, remarks)
    drafts = read_drafts(files, policies, remarks)
    assets, index = read_assets(files, remarks)
    about = pages.read_about(files, remarks)
    updates = pages.read_updates(files, run, remarks)
    tabs = pages.read_tabs(files, policies.course, remarks)
    handouts = pages.read_handouts(files, run, remarks)
    verbatim, others = _verbatim(files, assets, remarks)
    root, ours = _without_ours(root)
    course = OlxCourse(
        organisation=_said("org", pointer, definition),
        number=_said("course", pointer, definition),
        run=run,
        title=root.title or (about["title"].html.strip() if "title" in about else ""),
        language=ours.get(OWN_LANGUAGE) or values.text(root.attributes.get("language")),
        root=root,
        policy=policies.course,
        grading=grading,
        assets={**assets, **others},
        about=about,
        updates=updates,
        tabs=tabs,
        drafts=drafts,
        handouts=handouts,
        verbatim=verbatim,
        policies=policies.others,
        credits=ours.get(OWN_CREDITS, ""),
        missing_files=tuple(remarks.missing_files),
        dropped_secrets=tuple(remarks.dropped_secrets),
        warnings=tuple(remarks.warnings),
    )
    context = LinkContext(index, _names(root), course.organisation, course.number, run)
    return _with_missing_assets(course, context, remarks)


def _course_document(files: CourseFiles, path: str) -> Document:
    """course.xml or course/RUN.xml. Raises CourseRefused: without it there is no course."""
    try:
        document = documents.parse(files.read(path))
    except Unreadable as error:
        raise CourseRefused(N_("{path} cannot be read. {reason}"), path=path, reason=error, line=error.line) from error
    tag = local_name(document.root)
    if tag != "course":
        raise CourseRefused(
            N_("{path} holds <{tag}>, not <course>, so this is no course. Export the course again."), path=path, tag=tag
        )
    return document


def _definition(files: CourseFiles, pointer: Document, run: str, remarks: Remarks) -> tuple[str, Document]:
    """The file that holds the chapters: course/RUN.xml, or course.xml itself."""
    if not documents.is_empty(pointer.root):
        return COURSE_FILE, pointer
    path = f"course/{run.replace(':', '/')}.xml"
    if path in files:
        return path, _course_document(files, path)
    found = [other for other in files.below("course/", ".xml") if other.count("/") == 1]
    if len(found) != 1:
        raise CourseRefused(
            N_("course.xml points to {path}, which is not in the archive. Export the course again."), path=path
        )
    sentence = N_("course.xml points to {path}, which is not in the archive; {found} was read in its place.")
    remarks.warn("other-run", sentence, COURSE_FILE, path=path, found=found[0])
    return found[0], _course_document(files, found[0])


def _said(name: str, *found: Document) -> str:
    return next((value for document in found if (value := document.root.get(name))), "")


def _check_date(policy: Mapping[str, Any], name: str, run: str, remarks: Remarks) -> None:
    try:
        values.moment(policy.get(name))
    except values.UnreadableValue as error:
        remarks.refused("unreadable-date", error, f"policies/{run}/policy.json")


def _check_assignment_types(root: Block, grading: GradingPolicy, remarks: Remarks) -> None:
    known = {line.name for line in grading.assignment_types}
    for block in root.walk():
        kind = values.text(block.attributes.get("format"))
        graded = values.text(block.attributes.get("graded")).lower() == "true"
        if block.tag == "sequential" and graded and kind not in known:
            sentence = N_("“{title}” is graded as “{kind}”, which the grading policy does not name. Add it there.")
            remarks.warn("unknown-assignment-type", sentence, block.place, title=block.title, kind=kind)


def _without_ours(root: Block) -> tuple[Block, dict[str, str]]:
    """The course without the attributes that our own export adds to it, and these."""
    ours = {name: root.attributes[name] for name in (OWN_LANGUAGE, OWN_CREDITS) if name in root.attributes}
    kept = {name: value for name, value in root.attributes.items() if name not in ours}
    return (replace(root, attributes=kept) if ours else root), ours


def _names(root: Block) -> frozenset[str]:
    return frozenset(block.id for block in root.walk())


def _verbatim(
    files: CourseFiles, assets: Mapping[str, Asset], remarks: Remarks
) -> tuple[dict[str, str], dict[str, Asset]]:
    """Files that nothing has read: texts as they are, save secrets; the others as assets named by their path."""
    texts, others = {}, {}
    for path in list(files.unused()):
        text = None
        if files.size_bytes(path) <= TEXT_BYTES:
            found, good = files.read_text(path)
            text = found if good and "\0" not in found else None
        if text is not None:
            texts[path] = _without_secrets(path, text, remarks)
        else:
            name = path if path not in assets else "/" + path
            others[name] = Asset(name, files.take(path), files.size_bytes(path), path=path)
    return texts, others


def _without_secrets(path: str, text: str, remarks: Remarks) -> str:
    """Policies of other runs, copies of them and unused definitions hold secrets too, whatever their name."""
    start = text.lstrip()[:1]
    if start not in ("{", "[", "<") or not credentials.is_suspect(text):
        return text
    dropped: set[str] = set()
    if start != "<":
        try:
            clean = credentials.clean_json(json.loads(text), dropped)
            text = json.dumps(clean, ensure_ascii=False, indent=4) if dropped else text
        except (ValueError, RecursionError):
            dropped = {name for name in credentials.NAMES if name in text}
            text = "" if dropped else text
    else:
        text = credentials.clean_text(text, dropped)
    for name in sorted(dropped):
        remarks.secret(name, path)
    return text


def _with_missing_assets(course: OlxCourse, context: LinkContext, remarks: Remarks) -> OlxCourse:
    """The course, with each linked file that is not there."""
    for place, text in _linked_texts(course):
        for url in links_in(text):
            link = resolve(url, context)
            if isinstance(link, Dead) and link.asset:
                remarks.missing_asset(link.asset, place)
    return replace(course, missing_assets=tuple(remarks.missing_assets))


def _linked_texts(course: OlxCourse) -> Iterator[tuple[str, str]]:
    """(place, text) of everything that a learner may see."""
    seen: set[int] = set()
    for block in course.leaves():
        if id(block) not in seen:  # a file used twice is one object
            seen.add(id(block))
            yield block.place, block.content
    for slug, page in course.about.items():
        yield f"about/{slug}.html", page.html
    for page in course.tabs:
        yield f"tabs/{page.slug}.html", page.html
    for page in course.updates:
        yield f"info/{pages.UPDATES}", page.html
    yield "info/handouts.html", course.handouts
