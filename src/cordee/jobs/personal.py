"""What does the queue keep of a person beyond rows that are theirs: jobs, files of letters, words to them alone?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet
from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.core.privacy import Keeper, Line, Person, Piece
from cordee.jobs.models import Job, Letter, Message
from cordee.jobs.writing_letters import KIND, NO_MORE, files_folder

AT_ONCE = 500


class OfJobs(Keeper):
    def pieces(self, person: Person) -> Iterator[Piece]:
        """What each letter says, as plain text. 1 query."""
        letters = _letters_to(person).select_related("message").order_by("written_at", "pk")
        for one in letters.iterator(chunk_size=AT_ONCE):
            said = one.message
            words = gettext("Letter: {subject}").format(subject=said.subject)
            text = f"{said.subject}\n{one.written_at.isoformat()}\n\n{said.text.replace(NO_MORE, '…')}"
            yield Piece(f"letters/{one.pk}.txt", words, text.encode())

    def take_out(self, person: Person) -> Iterator[Line]:
        """The files into which letters were written instead of sent: those to them, and those under their name."""
        folder = files_folder()
        if folder is None:
            return
        sent = Letter.objects.filter(message__sender=person.name).values_list("pk", flat=True)
        count = _unlinked(folder, _letters(person))
        if count:
            yield Line("jobs mail files", N_("Files of letters to you"), "deleted", count)
        count = _unlinked(folder, [str(key) for key in sent])
        if count:
            yield Line("jobs mail files sent", N_("Files of letters under your name"), "deleted", count)

    def before_rows(self, person: Person) -> Iterator[Line]:
        """Letters to them, also from before they had an account; the jobs of these, whose errors may quote the address;
        what was written to them alone; and their name as the sender of letters to others.
        """
        letters = _letters(person)
        messages = set(_letters_to(person).values_list("message_id", flat=True))
        count = 0
        for begin in range(0, len(letters), AT_ONCE):
            count += Job.objects.filter(kind=KIND, key__in=letters[begin : begin + AT_ONCE]).delete()[0]
        if count:
            yield Line("jobs.Job", N_("Work on letters to you"), "deleted", count)
        count = _letters_to(person).delete()[0]
        if count:
            yield Line("jobs.Letter", Letter.personal.words, "deleted", count)
        shared = set(Letter.objects.filter(message__in=messages).values_list("message_id", flat=True))
        alone = Message.objects.filter(pk__in=messages - shared).delete()[0]
        if alone:
            yield Line("jobs.Message", N_("Letters that went to nobody else"), "deleted", alone)
        sent = Message.objects.filter(sender=person.name).update(sender="")  # who bears the same name loses it, too
        if sent:
            yield Line("jobs.Message sent", N_("Your name as the sender of letters to others"), "unlinked", sent)


def _letters_to(person: Person) -> QuerySet[Letter]:
    return Letter.objects.filter(person__in=(person.pseudonym, *person.strangers))


def _letters(person: Person) -> list[str]:
    return [str(key) for key in _letters_to(person).values_list("pk", flat=True)]


def _unlinked(folder: Path, letters: list[str]) -> int:
    """How many of these letters had a file, which is gone."""
    there = [path for path in (folder / f"{letter}.eml" for letter in letters) if path.exists()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)


keeper = OfJobs()
