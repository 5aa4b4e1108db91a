"""Which fields does a row have, of which table whatever? As many as it has columns, each of its column's kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cordee.bilan.columns import Column
from cordee.bilan.office.labels import choice_words, classes, column_words
from cordee.bilan.office.sheets import columns, read_cell
from cordee.core.errors import CordeeError
from cordee.ui.sentences import sentence_of

MOST_IN_A_LIST: Final = 500  # courses to choose from; beyond, the id is typed
Lists = Mapping[str, Mapping[str, str]]  # by column, ids and what they are called
LONG: Final = frozenset(
    {"words", "detail", "note", "event", "need", "purpose", "lead", "notice", "estimate"}
)  # columns of sentences
WORDS = {
    "required": gettext_lazy("This is missing. Fill it in."),
    "null_characters_not_allowed": gettext_lazy("This holds a sign that cannot be kept (U+0000). Type it anew."),
}


class RowForm(forms.Form):
    """One row of a table. `cells()`: what was typed, as it is stored, once it is valid."""

    use_required_attribute = False

    def __init__(
        self, sheet: str, typed: Mapping[str, Any] | None = None, *, cells: Mapping[str, str], lists: Lists
    ) -> None:
        super().__init__(typed, initial=dict(cells))
        self.sheet = sheet
        for name, column in columns(sheet).items():
            self.fields[name] = _Cell(sheet, name, column, held=cells.get(name, ""), lists=lists)

    def cells(self) -> dict[str, str]:
        return {name: cell for name, cell in self.cleaned_data.items() if cell}


class _Cell(forms.CharField):
    """A cell: read, and refused, as the reader of the folder does."""

    def __init__(self, sheet: str, name: str, column: Column, *, held: str, lists: Lists) -> None:
        super().__init__(
            label=column_words(name),
            help_text="" if column.kind == "class" else _(column.meaning),
            required=column.required,
            error_messages=WORDS,
            widget=_widget(name, column, held, lists),
        )
        self._place = sheet, name

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return read_cell(*self._place, typed)
        except CordeeError as wrong:
            raise forms.ValidationError(sentence_of(wrong)) from None


def _widget(name: str, column: Column, held: str, lists: Lists) -> forms.Widget:
    """What was stored before can always be chosen again."""
    if column.kind == "yes":
        return forms.Select(choices=[("", "–"), ("yes", _("yes")), ("no", _("no"))])
    if column.kind == "choice":
        return _list([(word, choice_words(name, word)) for word in column.choices], held)
    if column.kind == "class":
        return _list([], held, classes())
    known = lists.get("course" if column.course else name, {}) if column.kind == "text" else {}
    if 0 < len(known) <= MOST_IN_A_LIST:
        return _list([(id_, f"{words} ({id_})") for id_, words in known.items()], held)
    base = name.removesuffix("_fr").removesuffix("_en")
    if base in LONG and column.kind == "text":
        return forms.Textarea(attrs={"rows": 3})
    attrs = {"autocomplete": "off"}
    if column.kind in {"count", "share", "amount", "year"}:
        attrs |= {"inputmode": "decimal"}
    return forms.TextInput(attrs=attrs)


def _list(
    words: list[tuple[str, str]], held: str, groups: Sequence[tuple[str, list[tuple[str, str]]]] = ()
) -> forms.Widget:
    """A list to choose from, in groups under their names where there are some."""
    known = {*dict(words), *(word for _name, those in groups for word, _said in those)}
    choices: list[Any] = [("", "–"), *words]
    for name, those in groups:
        choices += [(name, those)] if name else those
    return forms.Select(choices=[*choices, *([(held, held)] if held and held not in known else [])])
