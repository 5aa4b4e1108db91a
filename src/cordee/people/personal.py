"""What does this room keep of somebody before they have an account, and after they had another address?"""

from __future__ import annotations

from collections.abc import Iterator

from cordee.core.errors import N_
from cordee.core.privacy import Keeper, Line, Person
from cordee.people.emails import email_key
from cordee.people.models import MailedLink

AT_ONCE = 500


class OfPeople(Keeper):
    def before_rows(self, person: Person) -> Iterator[Line]:
        """Links of letters that make an account, used or not: they hold the address, and the name that was typed.

        Two spellings are one address, so all of the last weeks are read (`by_letter.links.KEPT`). 1 query, 1 more for
        each 500 found.
        """
        links = MailedLink.objects.filter(account=None).values_list("pk", "address")
        theirs = [key for key, address in links.iterator() if email_key(address) in person.address_keys]
        for begin in range(0, len(theirs), AT_ONCE):
            MailedLink.objects.filter(pk__in=theirs[begin : begin + AT_ONCE]).delete()
        if theirs:
            yield Line("people.MailedLink sign-up", N_("Links of letters to make your account"), "deleted", len(theirs))


keeper = OfPeople()
