"""`cordee jobs …`: what waits in the queue, and what failed for good?"""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

import typer

from cordee.core.errors import N_, InputRefused
from cordee.web import amounts
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say, set_up_django

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=_("See what failed in the queue, and try again."))
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


@app.command("list", help=_("How many jobs wait, and those that failed for good, with the reason."))
def list_jobs(as_json: Json = False) -> None:
    _open_site()
    from cordee.jobs.queries import jobs_given_up, queue_state

    state, failed = queue_state(), jobs_given_up()
    if as_json:
        jobs = [
            {"id": str(job.pk), "kind": job.kind, "key": job.key, "error": job.error, "given_up_at": _iso(job)}
            for job in failed
        ]
        oldest = state.oldest_at.isoformat() if state.oldest_at else None
        say(json.dumps({"waiting": state.waiting, "oldest_at": oldest, "failed": state.given_up, "jobs": jobs}))
        return
    words = _("Waiting: {waiting}. Failed for good: {failed}.")
    say(words.format(waiting=amounts.number(state.waiting), failed=amounts.number(state.given_up)))
    for job in failed:
        say(f"{job.pk}  {job.kind}  {amounts.moment(_iso(job))}  {job.error}")


@app.command(
    help=_("Have jobs that failed for good done again: those named, or all.") + example("cordee jobs retry"),
)
def retry(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help=_("As cordee jobs list shows them."))] = None,
    as_json: Json = False,
) -> None:
    for one in ids or ():
        try:
            UUID(one)
        except ValueError:
            raise InputRefused(N_("{id} is no job. Take an ID from cordee jobs list."), id=one) from None
    _open_site()
    from cordee.core import clock
    from cordee.jobs.performing import try_again

    count = try_again(ids=tuple(ids or ()), now=clock.now())
    if as_json:
        say(json.dumps({"tried_again": count}))
    else:
        say(_("Jobs that will be tried again: {count}.").format(count=amounts.number(count)))


@app.command(help=_("Hold all that waits, e.g. letters after a restore; cordee jobs retry lets it go."))
def hold(as_json: Json = False) -> None:
    _open_site()
    from cordee.core import clock
    from cordee.jobs.performing import hold_waiting

    count = hold_waiting(now=clock.now())
    if as_json:
        say(json.dumps({"held": count}))
    else:
        say(_("Jobs held: {count}. To let them go: cordee jobs retry").format(count=amounts.number(count)))


@app.command(
    help=_("Read on standard input what a mail server reports of a letter that could not be delivered (RFC 3464).")
    + example("cordee jobs bounce < report.eml")
)
def bounce(as_json: Json = False) -> None:
    _open_site()
    import sys

    from cordee.core import clock
    from cordee.jobs.bouncing import MOST_BYTES, note_bounce

    outcome = note_bounce(sys.stdin.buffer.read(MOST_BYTES + 1), now=clock.now())
    if as_json:
        say(json.dumps({"outcome": outcome}))
        return
    words = {
        "bounced": _("The letter bounced. No other goes to its address."),
        "not for good": _("The server tries again, or the mailbox is full: nothing changes."),
        "not ours": _("The report is about no letter of this site."),
    }
    say(words[outcome])


def _iso(job: object) -> str:
    moment = getattr(job, "given_up_at", None)
    return moment.isoformat() if moment else ""


def _open_site() -> None:
    from cordee.web.environment import Environment

    environment = Environment.read()
    set_up_django()
    from cordee.web import database

    database.refuse_missing(environment)
    database.refuse_older()
