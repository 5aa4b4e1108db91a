"""Which page does somebody see who writes to learners? A desk says what may be seen; the run stands in the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from cordee.core import clock
from cordee.core.errors import N_, Conflict, NotFound
from cordee.courses.models import Run
from cordee.courses.queries import outline as read_outline
from cordee.courses.queries import run_by_key
from cordee.jobs.writing_letters import files_folder, letters_leave
from cordee.learning.forms import read_form_id
from cordee.people.permissions import signed_in_account
from cordee.pilot.desk import Desk
from cordee.pilot.letters import pages
from cordee.pilot.letters.choosing import Choice, check_place, everybody, people_of, rows_of
from cordee.pilot.letters.forms import LetterForm
from cordee.pilot.letters.planning import plan
from cordee.pilot.letters.sending import SentMeanwhile, digest_of, form_id_for, send_letter
from cordee.pilot.models import RunLetter
from cordee.ui.sentences import sentence_of
from cordee.ui.shell import Link

OK, REFUSED, NOT_YET = 200, 400, 409


@require_safe
def letters(request: HttpRequest, desk: Desk, run_key: str) -> HttpResponse:
    """The letters of a run."""
    if desk.waits_for(run_key) and desk.may_write:
        return _not_yet(request, run_key)
    _own_run(desk, run_key)
    context = pages.list_context(desk, run_key)
    return render(request, "pilot/letters.html", context | {"breadcrumbs": pages.crumbs(desk, run_key)})


@require_safe
def letter(request: HttpRequest, desk: Desk, run_key: str, letter_id: UUID) -> HttpResponse:
    """One letter, and whether it helped."""
    run = _own_run(desk, run_key)
    found = RunLetter.objects.filter(pk=letter_id, run=run_key).first()
    if found is None:
        raise NotFound(N_("There is no such letter here. Choose one from the list."))
    context = pages.letter_context(desk, run, found, now=clock.now())
    more = {"breadcrumbs": _crumbs(desk, run_key), **_files()}
    return render(request, "pilot/letter.html", context | more)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, desk: Desk, run_key: str) -> HttpResponse:
    """Choose learners (the address says whom), write, look at it, send."""
    if desk.waits_for(run_key) and desk.may_write:
        return _not_yet(request, run_key)
    run, now = _own_run(desk, run_key), clock.now()
    author = signed_in_account(request)
    choice, outline = Choice.read(request.GET), read_outline(run.version.sha256)
    check_place(choice, outline)
    if choice.why == "everybody":
        people = everybody(desk, run, choice)
    else:
        people = people_of(desk, run, rows_of(desk, run_key, choice))
    form_id = form_id_for(run_key, author)
    posted = request.POST if request.method == "POST" else None
    aims = pages.aims_of(outline)
    form = LetterForm(posted, aims=aims, initial={"aim": _first_aim(choice, aims)})
    valid = posted is not None and form.is_valid()
    looked = digest_of(form.draft(choice)) if valid else ""
    refused: Conflict | None = None
    if valid and posted is not None and posted.get("act") == "send":
        if posted.get("looked") != looked:
            refused = Conflict(
                N_("Nothing was sent: this is not what you looked at. Look at it again, as it is now, then send.")
            )
        elif len(people) <= _seen(posted.get("seen", "")):  # never more than were looked at
            try:
                sent = send_letter(
                    form.draft(choice),
                    people,
                    run=run,
                    form_id=read_form_id(posted.get("form_id", "")),
                    author=author,
                    now=now,
                )
            except Conflict as conflict:
                refused = conflict
                if isinstance(conflict, SentMeanwhile):
                    form_id = form_id_for(run_key, author)
            else:
                return HttpResponseRedirect(reverse("pilot:letter", args=[run_key, sent.pk]))
        else:
            refused = Conflict(N_("More learners are chosen now than when you looked. Look again, then send."))
    said = form.cleaned_data if valid else {}
    planned = plan(
        people,
        run_key=run_key,
        form_id=form_id,
        held_percent=said.get("held", 0),
        again=said.get("again", False),
        despite_lots=said.get("despite_lots", False),
        now=now,
    )
    context = pages.choice_context(desk, run, choice, people, planned) | {
        "form": form,
        "form_id": form_id,
        "draft_of": _draft_of(choice),
        "looked": looked,
        "refused": sentence_of(refused) if refused is not None else "",
        "previews": pages.previews(run, planned, author_name=author.name, subject=said["subject"], text=said["text"])
        if valid
        else [],
        "too_few": pages.too_few_words(planned, desk.k) if valid else "",
        "send_words": _send_words(len(planned.written)),
        "address": reverse("pilot:write", args=[run_key]) + choice.query(),
        "leave": letters_leave(),
        **_files(),
        "breadcrumbs": _crumbs(desk, run_key),
    }
    return render(request, "pilot/letter_write.html", context, status=REFUSED if form.errors or refused else 200)


def _not_yet(request: HttpRequest, run_key: str) -> HttpResponse:
    """Of a session that nobody has entered in the store yet: what is missing, and when it comes."""
    status = NOT_YET if request.method == "POST" else OK
    return render(request, "pilot/not_yet.html", {"run_key": run_key, "letters": True}, status=status)


def _own_run(desk: Desk, run_key: str) -> Run:
    """Raises NotFound for a run that is not played here: its learners have no accounts."""
    told = desk.run(run_key)
    if not told.is_here or not desk.may_write:
        raise NotFound(N_("The learners of {key} have no accounts here, so nobody can write to them."), key=run_key)
    return run_by_key(run_key)


def _first_aim(choice: Choice, aims: pages.Options) -> str:
    wanted = f"activity:{choice.activity}"
    return wanted if any(value == wanted for _group, found in aims for value, _words in found) else ""


def _files() -> dict[str, Any]:
    """Whether letters stay on this machine, and where they are seen."""
    return {"only_files": files_folder() is not None, "files_url": reverse("ui:mail") if settings.CORDEE_GUIDE else ""}


def _draft_of(choice: Choice) -> str:
    """Part of the key under which the tab keeps what was typed: words for one learner never come up for others."""
    return f"one {choice.learner}" if choice.why == "one" else "several"


def _seen(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0  # noqa: PLR2004 - a count


def _send_words(number: int) -> str:
    return gettext("Send to {people}").format(people=pages.people_words(number))


def _crumbs(desk: Desk, run_key: str) -> tuple[Link, ...]:
    return pages.crumbs(desk, run_key, Link(label=gettext("Letters"), url=reverse("pilot:letters", args=[run_key])))
