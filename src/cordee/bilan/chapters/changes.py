"""What is another figure than in the edition before?"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from cordee.bilan.chapters import Said, number_cell, prose, table
from cordee.bilan.document import Cell, Chapter
from cordee.bilan.editions import Correction
from cordee.bilan.wording import UNKNOWN, amount, title_of


def chapter(said: Said, found: Sequence[Correction]) -> Chapter:
    rows = []
    for one in found:
        figure = said.book.get(one.key)
        unit = "number" if figure is None else figure.unit
        before = UNKNOWN if one.before is None else amount(one.before, unit, said.language)
        now = UNKNOWN if one.now is None else amount(one.now, unit, said.language)
        title = one.title if figure is None else title_of(figure, said.language)
        rows.append([Cell(title), number_cell(before), number_cell(now, one.key if one.now is not None else "")])
    foot = _("A dash is a figure that this edition or the one before does not have.")
    heads = ("", _("Edition before"), _("This edition"))
    block = table("", heads, rows, foot) if rows else prose(_("No figure changed."))
    return Chapter(id="changes", title=_("What changed since the last edition"), blocks=(block,) if block else ())
