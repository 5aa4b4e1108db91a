"""Surveys for this kind's tests, as an export holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from django.test import Client

from cordee.activities.survey import olx
from cordee.activities.survey.definition import Survey
from cordee.courses.models import Run
from cordee.courses.opening import RunOptions
from cordee.courses.tests.make import course_files, imported
from cordee.formats.olx.model import Block
from cordee.formats.tests.make import course_files as olx_files
from cordee.formats.tests.make import read_files
from cordee.learning.forms import form_id
from cordee.learning.models import Enrolment

ANSWERS = [["B", {"label": "Baguette", "img": "", "img_alt": ""}], ["S", {"label": "Seigle", "img": "", "img_alt": ""}]]


def element(tag: str, url_name: str = "sv", inside: str = "", **attributes: Any) -> str:
    said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in attributes.items()}
    listed = " ".join(f"{name}={quoteattr(value)}" for name, value in said.items())
    return f'<{tag} url_name="{url_name}" xblock-family="xblock.v1" display_name="Survey" {listed}>{inside}</{tag}>'


def poll(url_name: str = "sv", **more: Any) -> str:
    return element("poll", url_name, **{"question": "Which bread?", "answers": ANSWERS, **more})


def survey(url_name: str = "sv", **more: Any) -> str:
    questions = [["r", {"label": "The pace?", "img": "", "img_alt": ""}], ["v", {"label": "The videos?"}]]
    return element("survey", url_name, **{"questions": questions, "answers": [["O", "Oui"], ["N", "Non"]], **more})


def cloud(url_name: str = "sv", **more: Any) -> str:
    return element("word_cloud", url_name, **{"num_inputs": "3", "instructions": "Three words.", **more})


def block_of(folder: Path, xml: str) -> Block:
    """The block as the reader of courses gives it."""
    files = olx_files(vertical__vt=f"<vertical>{xml}</vertical>")
    return next(block for block in read_files(folder, files).root.walk() if block.tag in olx.TAGS)


def read(folder: Path, xml: str) -> tuple[Survey, list[str]]:
    found, remarks = olx.read(block_of(folder, xml))
    return found, [remark.code for remark in remarks]


def run_with(folder: Path, xml: str, **options: Any) -> Run:
    """A run whose first unit holds the survey."""
    files = course_files()
    root = files["course/course/2026.xml"].decode().replace('<html url_name="t1"/>', xml)
    return imported({**files, "course/course/2026.xml": root.encode()}, folder, options=RunOptions(**options)).run


def send(
    client: Client,
    enrolment: Enrolment,
    fields: Mapping[str, Any],
    *,
    attempt: int = 1,
    activity: str = "sv",
    **extra: Any,
) -> Any:
    form = form_id(enrolment_id=enrolment.pk, activity=activity, attempt=attempt)
    url = f"/runs/{enrolment.run.key}/activities/{activity}/submissions"
    return client.post(url, {"form_id": str(form), **fields}, **extra)
