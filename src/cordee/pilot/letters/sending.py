"""How is a letter to chosen learners sent, once, whoever presses how often in how many tabs?"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from cordee.core.errors import N_, Conflict
from cordee.core.ids import uuid8
from cordee.courses.models import Run
from cordee.jobs.site import site_key
from cordee.jobs.writing_letters import Addressee, read_line, write_letters
from cordee.people.auditing import note_act
from cordee.people.models import Account
from cordee.pilot.letters.choosing import Choice, Person
from cordee.pilot.letters.planning import plan, topic_of
from cordee.pilot.letters.wording import words_in
from cordee.pilot.models import ChosenLearner, RunLetter

ACT = "run.write_to_learners"
ROWS_AT_ONCE = 500


class SentMeanwhile(Conflict):
    """Another letter left from the same form: what was typed is shown again, under a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed and chosen."""

    subject: str
    text: str
    choice: Choice
    aim_kind: str = ""
    aim: str = ""
    held_percent: int = 0
    again: bool = False
    despite_lots: bool = False


def digest_of(draft: Draft) -> str:
    """What a preview showed, for its form to carry: only what was looked at is sent. Hex, 64 signs."""
    return hashlib.sha256(
        json.dumps(asdict(draft) | {"choice": draft.choice.as_json()}, sort_keys=True).encode()
    ).hexdigest()


def form_id_for(run_key: str, author: Account) -> UUID:
    """The form of the author's next letter to this run: the same in every tab until it is sent. 1 query."""
    count = RunLetter.objects.filter(run=run_key, author=author.pseudonym).count()
    words = f"letter form|{run_key}|{author.pseudonym}|{count}"
    return uuid8(hmac.digest(site_key(), words.encode(), hashlib.sha256))


def send_letter(
    draft: Draft, people: Sequence[Person], *, run: Run, form_id: UUID, author: Account, now: dt.datetime
) -> RunLetter:
    """Fix who gets it, write the letters, note who did it: all or nothing. The same form again gives the same letter.

    About 15 queries, and 5 for each 500 people. Raises SentMeanwhile, InputRefused, and Conflict when nobody would get
    it or no letter leaves this site.
    """
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)  # two who send at once: the second sees what the first did
        known = RunLetter.objects.filter(form_id=form_id).first()
        if known is not None:
            return _the_same(known, draft)
        planned = plan(
            people,
            run_key=run.key,
            form_id=form_id,
            held_percent=draft.held_percent,
            again=draft.again,
            despite_lots=draft.despite_lots,
            now=now,
        )
        if not planned.written:
            raise Conflict(N_("Nobody would get this letter. Choose other learners."))
        letter = RunLetter.objects.create(
            form_id=form_id,
            run=run.key,
            author=author.pseudonym,
            author_name=author.name,
            subject=read_line(draft.subject),
            text=draft.text,
            chosen_by=draft.choice.as_json(),
            aim_kind=draft.aim_kind,
            aim=draft.aim,
            held_percent=draft.held_percent,
            again=draft.again,
            despite_lots=draft.despite_lots,
            sent_at=now,
        )
        ChosenLearner.objects.bulk_create(
            [
                ChosenLearner(letter=letter, person=one.pseudonym, fate=fate)
                for fate, found in planned.fates.items()
                for one in found
            ],
            batch_size=ROWS_AT_ONCE,
        )
        words = {
            language: words_in(language, run=run, author_name=author.name, subject=draft.subject, text=draft.text)
            for language in sorted({one.language for one in planned.written})
        }
        write_letters(
            key=letter.key,
            topic=topic_of(run.key),
            sender=author.name,
            words=words,
            addressees=[Addressee(one.pseudonym, one.address, one.language) for one in planned.written],
            now=now,
        )
        note_act(
            account=author,
            act=ACT,
            place=f"run:{run.key}",
            people=len(planned.written),
            about=f"letter {letter.pk}",
            now=now,
        )
    return letter


def _the_same(known: RunLetter, draft: Draft) -> RunLetter:
    told = (draft.subject.strip(), draft.text, draft.choice.as_json(), draft.aim_kind, draft.aim, draft.held_percent)
    if (known.subject, known.text, known.chosen_by, known.aim_kind, known.aim, known.held_percent) != told:
        raise SentMeanwhile(
            N_("Another letter was sent from this form in the meantime. Yours is below and was not sent: look again.")
        )
    return known
