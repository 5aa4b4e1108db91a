"""Pages for those who make courses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from cordee.core import clock
from cordee.courses.queries import import_report_of, run_by_key
from cordee.courses.queries import outline as read_outline
from cordee.courses.run_remarks import remarks_of, told
from cordee.people.permissions import Subject, act, require

SHOWN = 200  # lines of one list on the page; the rest is counted


@require_safe
@act("course.import_report")
def import_report(request: HttpRequest, run_key: str) -> HttpResponse:
    """What the import understood, for those who teach the session."""
    run = run_by_key(run_key)
    require(request, "course.import_report", Subject.of_run_key(run.key))
    report = import_report_of(run.version)
    context = {
        "run": run,
        "version": run.version,
        "counts": [
            (gettext("modules"), report["modules"]),
            (gettext("sections"), report["sections"]),
            (gettext("units"), report["units"]),
            (gettext("activities"), sum(report["blocks"].values())),
            (gettext("questions"), sum(report["responses"].values())),
        ],
        "blocks": report["blocks"],
        "responses": report["responses"],
        "lists": _lists(report),
        "about_run": [told(remark) for remark in remarks_of(run, read_outline(run.version.sha256), clock.now())],
    }
    return render(request, "courses/import_report.html", context)


def _lists(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What to look at, each with its lines (words, place), the most serious first."""
    lists = [
        (gettext("Shown as “not available here”"), [_block(one) for one in report["unknown"]]),
        (gettext("Missing files"), [_file(one) for one in (*report["missing"], *report["missing_assets"])]),
        (gettext("Secrets left out"), [_file(one) for one in report["dropped_secrets"]]),
        (gettext("To look at"), [_remark(one) for one in report["warnings"]]),
    ]
    return [
        {"title": title, "lines": lines[:SHOWN], "total": len(lines), "more": max(0, len(lines) - SHOWN)}
        for title, lines in lists
        if lines
    ]


def _block(one: Mapping[str, str]) -> dict[str, str]:
    return {"words": f"{one['title'] or one['id']} ({one['tag']})", "place": one["place"]}


def _file(one: Mapping[str, str]) -> dict[str, str]:
    return {"words": one.get("path") or one.get("name") or one.get("id", ""), "place": one["place"]}


def _remark(one: Mapping[str, Any]) -> dict[str, str]:
    return {"words": gettext(one["template"]).format(**one["values"]), "place": one["place"]}
