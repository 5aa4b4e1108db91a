"""What is a MOOC, and what does this report answer?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made, prose
from cordee.bilan.document import Chapter


def chapter(said: Said) -> Chapter:
    written = ("foreword", said.language) in said.review.programme.texts
    return made(
        said,
        "foreword",
        _("What is a MOOC?"),
        [
            None
            if written
            else prose(
                _(
                    "A MOOC is an online course that is open to everybody. People enrol, watch, read and practise, and "
                    "receive a statement if they reach the pass mark."
                )
            )
        ],
    )
