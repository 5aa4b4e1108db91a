"""A course with one block of each kind: nothing of it is lost, and each learner sees what is theirs.

The archive is read twice: by Cordée, and here, word by word, to look for each word in what Cordée stored.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from cordee.core import clock
from cordee.courses.assets import storage
from cordee.courses.importing import import_course
from cordee.courses.models import Content, Run, Version
from cordee.courses.opening import RunOptions
from cordee.courses.outlines import Outline
from cordee.courses.queries import outline
from cordee.formats.archives import Limits
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.models import Cohort, Enrolment, Event, Submission
from cordee.people.granting import grant_role
from cordee.people.models import Role
from cordee.people.tests.make import make_account, signed_in_client

pytestmark = pytest.mark.django_db
ARCHIVE = Path(__file__).parent / "data" / "courses" / "one-of-each.tar.gz"
IN_THE_LTI_PASSPORT = "secret-de-demonstration"


@pytest.fixture
def run() -> Run:
    now = clock.now()
    return import_course(
        ARCHIVE,
        limits=Limits(),
        options=RunOptions(listed=True, opens_at=now, closes_at=now.replace(year=2099)),
        now=now,
    ).run


def learner_in(run: Run, cohort: str = "") -> Enrolment:
    enrolment = enrol(account=make_account(), run=run, now=clock.now())
    if cohort:
        enrolment.cohort = Cohort.objects.get_or_create(run=run, name=cohort)[0]
        enrolment.save(update_fields=["cohort"])
    return enrolment


def teacher_of(run: Run) -> Client:
    teacher = make_account()
    grant_role(account=teacher, role=Role.TEACHER, scope=f"run:{run.key}", granted_by=None, now=clock.now())
    return signed_in_client(teacher)


def members() -> dict[str, bytes]:
    with tarfile.open(ARCHIVE) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {one.name.removeprefix("course/"): archive.extractfile(one).read() for one in files}  # type: ignore[union-attr]  # they are files


def stored(run: Run) -> str:
    """Everything that was kept of the course, as one text of plain words."""
    version = Version.objects.get(pk=run.version_id)
    pieces: list[str] = []

    def collect(value: Any) -> None:
        match value:
            case dict():
                for key, inner in value.items():
                    pieces.append(str(key))
                    collect(inner)
            case list():
                for inner in value:
                    collect(inner)
            case _:
                pieces.append(str(value))

    for data in (version.outline, version.files, version.extra, version.report):
        collect(data)
    for content in Content.objects.all():
        collect(content.data)
        collect(content.extra)
    pieces += [run.key, run.course.organisation, run.course.number]
    return "\n".join(pieces)


Kept = dict[tuple[str, str], dict[str, Any]]  # (tag, url_name) -> what was kept of a block


def kept_blocks(run: Run) -> Kept:
    """Attributes, source and what else was kept of each block: leaves beside their contents, the others in `extra`."""
    extra = Version.objects.get(pk=run.version_id).extra["fr"]
    found: Kept = {}
    for content in Content.objects.all():
        found[content.extra["tag"], content.extra["url_name"]] = {"html": content.data.get("html"), **content.extra}
    for one in extra["structure"].values():
        found[one["tag"], one["url_name"]] = one
    found["course", "2026"] = extra["root"]

    def walk(draft: dict[str, Any]) -> None:
        found["draft " + draft["tag"], draft["id"]] = {**draft, "source": draft["content"], "html": draft["content"]}
        for child in draft["children"]:
            walk(child)

    for draft in extra["drafts"]:
        walk(draft)
    return found


def canonical(xml: str | bytes) -> bytes:
    found: bytes = etree.tostring(etree.fromstring(xml), method="c14n", with_tail=False)
    return found


def definitions_in(path: str, data: bytes) -> Iterator[tuple[tuple[str, str], etree._Element]]:
    """The blocks that a file defines: its root, and the children that stand there themselves."""
    draft = "draft " if path.startswith("drafts/") else ""
    root = etree.fromstring(data)
    yield (f"{draft}{root.tag}", path.rpartition("/")[2].removesuffix(".xml")), root
    if root.tag in ("vertical", "course", "chapter", "sequential"):
        for child in root.iterchildren(etree.Element):
            if set(child.attrib) - {"url_name", "slug"}:
                yield (f"{draft}{child.tag}", child.get("url_name", "")), child


def test_every_attribute_of_every_block_is_kept_with_its_block(run: Run) -> None:
    kept, seen = kept_blocks(run), 0
    for path, data in members().items():
        if not path.endswith(".xml") or path in ("course.xml", "assets/assets.xml"):
            continue
        for block, element in definitions_in(path, data):
            for name, value in element.attrib.items():
                if name in ("url_name", "filename", "slug"):
                    continue
                seen += 1
                attributes = kept[block]["attributes"]
                policy_wins = block == ("course", "2026")
                assert policy_wins or attributes[name] == value, (path, name)
    assert seen > 150


def test_what_stands_inside_every_leaf_is_kept_word_by_word(run: Run) -> None:
    kept, seen = kept_blocks(run), 0
    for path, data in members().items():
        if not path.endswith(".xml") or path in ("course.xml", "assets/assets.xml"):
            continue
        for block, element in definitions_in(path, data):
            tag = block[0].removeprefix("draft ")
            if tag in ("html", "vertical", "course", "chapter", "sequential", "split_test", "library_content"):
                continue
            if tag == "conditional" or not (len(element) or (element.text or "").strip()):
                continue
            seen += 1
            assert canonical(kept[block]["source"]) == canonical(etree.tostring(element, with_tail=False)), path
    assert seen > 10


def test_what_a_course_file_says_besides_is_kept(run: Run) -> None:
    extra = Version.objects.get(pk=run.version_id).extra["fr"]
    assert "CordeeX.OOE101.2026" in extra["root"]["more"]
    files = members()
    for path in ("assets/assets.xml", "policies/assets.json"):
        assert path in extra["verbatim"], path
    read = outline(run.version.sha256)
    grading = json.loads(files["policies/2026/grading_policy.json"])
    assert [
        (line.name, line.short_label, line.min_count, line.drop_count, line.weight) for line in read.assignment_types
    ] == [
        (line["type"], line["short_label"], line["min_count"], line["drop_count"], line["weight"])
        for line in grading["GRADER"]
    ]
    assert read.cutoffs == grading["GRADE_CUTOFFS"]
    assert (run.course.organisation, run.course.number, run.key) == ("CordeeX", "OOE101", "CordeeX+OOE101+2026")


def test_every_page_and_policy_of_the_archive_is_found_again(run: Run) -> None:
    kept = stored(run)
    squeezed = re.sub(r"\s+", "", kept)
    for path, data in members().items():
        if path.endswith(".html") or path == "LICENSE.txt":
            assert re.sub(r"\s+", "", data.decode()) in squeezed, path
    policy = json.loads(members()["policies/2026/policy.json"])["course/2026"]
    extra = Version.objects.get(pk=run.version_id).extra["fr"]
    assert set(policy) - set(extra["policy"]) == {"lti_passports"}
    assert all(extra["policy"][name] == value for name, value in policy.items() if name != "lti_passports")


def test_every_file_of_the_archive_is_kept_byte_for_byte(run: Run) -> None:
    files = Version.objects.get(pk=run.version_id).files["fr"]
    for path, data in members().items():
        if path.startswith("static/"):
            sha256, _type = files[path.removeprefix("static/")]
            with storage().open(sha256) as kept:
                assert kept.read() == data


def test_the_secret_of_the_archive_is_kept_nowhere(run: Run) -> None:
    assert IN_THE_LTI_PASSPORT.encode() in members()["policies/2026/policy.json"]
    assert IN_THE_LTI_PASSPORT not in stored(run)


def ids_on(client: Client, run: Run, unit: str) -> set[str]:
    answer = client.get(f"/runs/{run.key}/units/{unit}")
    assert answer.status_code == 200, unit
    known = outline(run.version.sha256).entries
    return {name for name in known if f'id="{name}"' in answer.content.decode()}


@pytest.mark.parametrize("cohort", ["Matin", "Soir", ""])
def test_every_page_opens_for_every_cohort_with_what_is_theirs(run: Run, cohort: str) -> None:
    enrolment = learner_in(run, cohort)
    client = signed_in_client(enrolment.account)
    for unit in outline(run.version.sha256).places:
        status = client.get(f"/runs/{run.key}/units/{unit}").status_code
        assert status == (200 if unit != "v_cohorte" or cohort == "Matin" else 404), unit
    for page in ("", "progress"):
        assert client.get(f"/runs/{run.key}/{page}").status_code == 200
    assert len(ids_on(client, run, "v_banque") & {"b_un", "b_deux", "b_trois"}) == 2
    assert len(ids_on(client, run, "v_test") & {"texte_a", "texte_b"}) == 1
    assert ids_on(client, run, "v_condition") == {"si_fait"}


def test_who_teaches_sees_every_way_and_who_gets_it(run: Run) -> None:
    teacher = teacher_of(run)
    for unit in outline(run.version.sha256).places:
        assert teacher.get(f"/runs/{run.key}/units/{unit}").status_code == 200
    assert ids_on(teacher, run, "v_banque") == {"banque", "b_un", "b_deux", "b_trois"}
    assert {"texte_a", "texte_b"} <= ids_on(teacher, run, "v_test")
    page = teacher.get(f"/runs/{run.key}/units/v_test").content.decode()
    assert "Shown to the group “A” only" in page
    assert "texte_apres" in ids_on(teacher, run, "v_condition")
    assert not Event.objects.filter(verb="assigned").exists()


def test_the_door_opens_once_the_exercise_was_tried(run: Run) -> None:
    enrolment = learner_in(run)
    client = signed_in_client(enrolment.account)
    page = client.get(f"/runs/{run.key}/units/v_condition").content.decode()
    assert "Essayez d’abord l’exercice" in page
    assert f'href="/runs/{run.key}/units/v_nombre#p_nombre"' in page
    form = form_id(enrolment_id=enrolment.pk, activity="p_nombre", attempt=1)
    answered = client.post(
        f"/runs/{run.key}/activities/p_nombre/submissions", {"form_id": str(form), "p_2_1": "1", "p_3_1": "1"}
    )
    assert answered.status_code == 303
    assert Submission.objects.count() == 1
    assert ids_on(client, run, "v_condition") == {"texte_apres"}


def test_the_group_is_told_to_the_journal_once_with_nothing_of_the_person(run: Run) -> None:
    enrolment = learner_in(run)
    client = signed_in_client(enrolment.account)
    for _time in range(3):
        client.get(f"/runs/{run.key}/units/v_test")
        client.get(f"/runs/{run.key}/units/v_banque")
    split, bank = (Event.objects.get(verb="assigned", activity=name) for name in ("ab_test", "banque"))
    assert split.actor == enrolment.account.pseudonym
    assert set(split.data) == {"partition", "group"}
    assert split.data["partition"] == "50"
    group = {"0": "texte_a", "1": "texte_b"}[split.data["group"]]
    assert group in ids_on(client, run, "v_test")
    assert set(bank.data["children"]) == ids_on(client, run, "v_banque")


def test_an_outline_of_before_the_choices_is_still_read(run: Run) -> None:
    version = Version.objects.get(pk=run.version_id)
    old = json.loads(json.dumps(version.outline))

    def forget(value: Any) -> None:
        match value:
            case dict():
                value.pop("choice", None)
                for inner in value.values():
                    forget(inner)
            case list():
                for inner in value:
                    forget(inner)

    forget(old)
    from cordee.courses.outlines import from_json

    read: Outline = from_json(old)
    assert read.entries["banque"][1].choice is None
    assert [entry.id for entry in read.places["v_banque"].unit.activities()] == ["b_un", "b_deux", "b_trois"]
