"""Pages for those who make courses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from cordee.core import clock
from cordee.core.errors import N_
from cordee.courses.checks.queries import checked_run
from cordee.courses.kinds import installed, label_of
from cordee.courses.queries import import_report_of, run_by_key, subject_of_run_key
from cordee.courses.queries import outline as read_outline
from cordee.courses.run_remarks import remarks_of, told
from cordee.people.permissions import Subject, act, may, require
from cordee.people.sessions import account_of

SHOWN = 200  # lines of one list on the page; the rest is counted
UNKNOWN = N_("Another question")
PLACES = 3  # of one line at once; the rest opens
QUESTIONS = {  # what Open edX calls a question -> what a teacher calls it
    "multiplechoiceresponse": N_("One choice"),
    "truefalseresponse": N_("True or false"),
    "choiceresponse": N_("Several choices"),
    "optionresponse": N_("A list to choose from"),
    "stringresponse": N_("A word or a sentence"),
    "numericalresponse": N_("A number"),
    "formularesponse": N_("A formula"),
    "imageresponse": N_("A point of an image"),
    "choicetextresponse": N_("A choice with numbers in it"),
    "customresponse": N_("A question graded by Python"),
    "schematicresponse": N_("A circuit"),
    "coderesponse": N_("A program"),
    "annotationresponse": N_("A remark on a text"),
    "jsmeresponse": N_("A molecule"),
}


@require_safe
@act("course.import_report")
def import_report(request: HttpRequest, run_key: str) -> HttpResponse:
    """What the import understood, for those who teach the session."""
    subject = subject_of_run_key(run_key, account_of(request))
    require(request, "course.import_report", subject)  # before it is known whether there is one
    run = run_by_key(run_key)
    report = import_report_of(run.version)
    account = account_of(request)
    context = {
        "run": run,
        "version": run.version,
        "may_export": may(account, "course.export", Subject.of_run_key(run_key)),
        "reads_versions": may(account_of(request), "course.versions", subject),
        "counts": [
            (gettext("modules"), report["modules"]),
            (gettext("sections"), report["sections"]),
            (gettext("units"), report["units"]),
            (gettext("activities"), sum(report["blocks"].values())),
            (gettext("questions"), sum(report["responses"].values())),
        ],
        "tables": _tables(report),
        "lists": _lists(report),
        "checks": checked_run(run).counts if may(account_of(request), "course.checks", subject) else None,
        "about_run": [told(remark) for remark in remarks_of(run, read_outline(run.version.sha256), clock.now())],
    }
    return render(request, "courses/import_report.html", context)


def _tables(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was found: (words, tag, how many), activities as learners see them named, then questions."""
    kinds = {tag: label_of(kind, tag) for kind in installed().values() for tag in kind.olx_tags}
    not_here = gettext("Not available here")
    tables = [
        (
            gettext("Activities"),
            [(kinds.get(tag, not_here), tag, count) for tag, count in report["blocks"].items()],
        ),
        (
            gettext("Questions"),
            [(gettext(QUESTIONS.get(tag, UNKNOWN)), tag, count) for tag, count in report["responses"].items()],
        ),
    ]
    return [{"title": title, "rows": rows} for title, rows in tables if rows]


def _lists(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What to look at, the most serious first: lines (words, places); what is said of several places is said once."""
    lists = [
        (gettext("Shown as “not available here”"), [_block(one) for one in report["unknown"]]),
        (gettext("Missing files"), [_file(one) for one in (*report["missing"], *report["missing_assets"])]),
        (gettext("Secrets left out"), [_file(one) for one in report["dropped_secrets"]]),
        (gettext("To look at"), [_remark(one) for one in report["warnings"]]),
    ]
    return [_list(title, found) for title, found in lists if found]


def _list(title: str, found: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    by_words: dict[str, list[str]] = {}
    for one in found:
        by_words.setdefault(one["words"], []).append(one["place"])
    lines = [
        {
            "words": words,
            "count": len(places),
            "places": [place for place in places[:PLACES] if place],
            "more_places": [place for place in places[PLACES:] if place],
        }
        for words, places in by_words.items()
    ]
    return {"title": title, "total": len(found), "lines": lines[:SHOWN], "more": max(0, len(lines) - SHOWN)}


def _block(one: Mapping[str, str]) -> dict[str, str]:
    return {"words": f"{one['title'] or one['id']} ({one['tag']})", "place": one["place"]}


def _file(one: Mapping[str, str]) -> dict[str, str]:
    return {"words": one.get("path") or one.get("name") or one.get("id", ""), "place": one["place"]}


def _remark(one: Mapping[str, Any]) -> dict[str, str]:
    return {"words": gettext(one["template"]).format(**one["values"]), "place": one["place"]}
