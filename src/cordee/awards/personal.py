"""What of attestations is a person given as files, and which are withdrawn when they are erased?"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from cordee.awards.attesting import revoke_attestation
from cordee.awards.models import Attestation, RevocationReason
from cordee.awards.pdf import attestation_pdf
from cordee.core import clock
from cordee.core.errors import N_
from cordee.core.privacy import Keeper, Line, Person, Piece

NOBODY = "—"  # instead of the name, which its page does not show any more either


class OfAwards(Keeper):
    def pieces(self, person: Person) -> Iterator[Piece]:
        """Each attestation as it is printed."""
        for one in Attestation.objects.filter(enrolment__account=person.account_id).order_by("pk"):
            words = gettext("Attestation {code}, {course}").format(code=one.printed_code, course=one.course_title)
            yield Piece(f"attestation-{one.printed_code}.pdf", words, attestation_pdf(one))

    def before_rows(self, person: Person) -> Iterator[Line]:
        """Those that the person wants withdrawn: their pages of verification then say no name."""
        if not person.withdraws:
            return
        held = Attestation.objects.filter(enrolment__account=person.account_id, revoked_at=None)
        count = 0
        for one in held:
            revoke_attestation(attestation=one, reason=RevocationReason.REQUEST.value, by=None, now=clock.now())
            count += 1
        Attestation.objects.filter(enrolment__account=person.account_id).update(name=NOBODY)
        if count:
            yield Line("awards withdrawn", N_("Attestations withdrawn at your wish"), "unlinked", count)


keeper = OfAwards()
