"""Who paid, who made it, and whom may one ask?"""

from __future__ import annotations

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, made
from cordee.bilan.document import Chapter, Terms
from cordee.bilan.figures.part import present_name
from cordee.bilan.programme import ROLES


def chapter(said: Said) -> Chapter:
    programme = said.review.programme
    roles = {
        "funder": _("Funders"),
        "by": _("Courses by"),
        "content_partner": _("Partners for content"),
        "teacher": _("Teachers"),
        "support": _("Support team"),
    }
    items = []
    for role in sorted(ROLES, key=list(roles).index):
        names = sorted({present_name(programme, credit.name) for credit in programme.credits if credit.role == role})
        if names:
            items.append((roles[role], ", ".join(names)))
    about = programme.about
    if about.source:
        items.append((_("Source of the figures"), about.source))
    if about.contact:
        items.append((_("Contact"), about.contact))
    if about.licence:
        items.append((_("Licence of text and data"), about.licence))
    return made(said, "closing", _("Funders, credits, contacts"), [Terms("", tuple(items))] if items else [])
