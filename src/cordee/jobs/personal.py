"""What does the queue keep of a person beyond rows that are theirs: jobs, files of letters, words to them alone?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from cordee.core.errors import N_
from cordee.core.privacy import Keeper, Line, Person, Piece
from cordee.jobs.models import Job, Letter, Message
from cordee.jobs.writing_letters import KIND, NO_MORE, files_folder

AT_ONCE = 500


class OfJobs(Keeper):
    def pieces(self, person: Person) -> Iterator[Piece]:
        """What each letter says, as plain text. 1 query."""
        letters = Letter.objects.filter(person=person.pseudonym).select_related("message").order_by("written_at", "pk")
        for one in letters.iterator(chunk_size=AT_ONCE):
            said = one.message
            words = gettext("Letter: {subject}").format(subject=said.subject)
            text = f"{said.subject}\n{one.written_at.isoformat()}\n\n{said.text.replace(NO_MORE, '…')}"
            yield Piece(f"letters/{one.pk}.txt", words, text.encode())

    def take_out(self, person: Person) -> Iterator[Line]:
        """The files into which letters were written instead of sent."""
        folder = files_folder()
        if folder is None:
            return
        found = [folder / f"{letter}.eml" for letter in _letters(person)]
        there = [path for path in found if path.exists()]
        for path in there:
            path.unlink(missing_ok=True)
        if there:
            yield Line("jobs mail files", N_("Files of letters to you"), "deleted", len(there))

    def before_rows(self, person: Person) -> Iterator[Line]:
        """The jobs of their letters, whose errors may quote the address, and what was written to them alone."""
        letters = _letters(person)
        messages = set(Letter.objects.filter(person=person.pseudonym).values_list("message_id", flat=True))
        count = 0
        for begin in range(0, len(letters), AT_ONCE):
            count += Job.objects.filter(kind=KIND, key__in=letters[begin : begin + AT_ONCE]).delete()[0]
        if count:
            yield Line("jobs.Job", N_("Work on letters to you"), "deleted", count)
        shared = set(
            Letter.objects.filter(message__in=messages)
            .exclude(person=person.pseudonym)
            .values_list("message_id", flat=True)
        )
        Letter.objects.filter(person=person.pseudonym).delete()
        alone = Message.objects.filter(pk__in=messages - shared).delete()[0]
        if alone:
            yield Line("jobs.Message", N_("Letters that went to nobody else"), "deleted", alone)


def _letters(person: Person) -> list[str]:
    found = Letter.objects.filter(person=person.pseudonym).values_list("pk", flat=True)
    return [str(key) for key in found]


keeper = OfJobs()
