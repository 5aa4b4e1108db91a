"""What is asked of who writes a course's sheet, and what was typed? The rules are the sheet's own (`read_sheet`).

Texts are asked in French, in English, in the course's languages and in those that the sheet already has, so that what
is said in another language is never lost. Lists of people and the like are rows; one that is emptied is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import InputRefused
from cordee.courses.sheets.sheet import LANGUAGE, LONGEST_LINE, LONGEST_TEXT, Sheet, read_sheet, to_json
from cordee.learning.catalogue.cards import language_name
from cordee.learning.catalogue.levels import LEVELS
from cordee.learning.catalogue.told import PARTS, ROLES, WAYS
from cordee.ui.sentences import sentence_of

ALWAYS: Final = ("fr", "en")  # languages that are asked for whatever the course's
LEAST_ROWS: Final = 1  # empty ones after those that there are
MOST_ROWS: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a row asks."""

    name: str
    label: object
    sort: str  # line, text (by language), choice, year, day
    choices: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of the sheet."""

    name: str
    title: object
    hint: object
    one: object  # what a row is, before its number
    parts: tuple[Part, ...]


ROWS: Final = (
    Rows(
        "team",
        _("The team"),
        _("Only people who agreed to be named on this page."),
        _("Person"),
        (
            Part("name", _("Name"), "line"),
            Part("role", _("What the person did"), "choice", ROLES),
            Part("organisation", _("Code of their organisation"), "line"),
            Part("about", _("A sentence about them"), "text"),
        ),
    ),
    Rows(
        "partners",
        _("Partners"),
        _("Who took part without giving the course."),
        _("Partner"),
        (
            Part("name", _("Name"), "line"),
            Part("part", _("What for"), "choice", PARTS),
            Part("organisation", _("Code of the organisation"), "line"),
        ),
    ),
    Rows(
        "used",
        _("Used in class"),
        _("Schools that teach with the course."),
        _("School"),
        (
            Part("by", _("School and class"), "line"),
            Part("year", _("Year"), "year"),
            Part("way", _("How"), "choice", WAYS),
        ),
    ),
    Rows(
        "opinions",
        _("Opinions"),
        _("Only with the day on which the person agreed that their words stand here."),
        _("Opinion"),
        (
            Part("words", _("Their words"), "text"),
            Part("by", _("Who says it"), "line"),
            Part("agreed_on", _("Agreed on"), "day"),
        ),
    ),
    Rows(
        "prizes",
        _("Prizes"),
        _("What the course was given."),
        _("Prize"),
        (Part("name", _("Name of the prize"), "text"), Part("year", _("Year"), "year")),
    ),
)
LISTS: Final = {
    "outcomes": (_("What one will be able to do"), _("One a line.")),
    "keywords": (_("Keywords"), _("One a line.")),
}
TEXTS: Final = {
    "titles": _("Title, where this page gives another than the course itself"),
    "requires": _("What one should know before"),
    "needs": _("What one needs"),
    "price": _("Price (empty: free)"),
    "certification": _("Certificate"),
}


class SheetForm(forms.Form):
    """The fields that are not rows. Nothing is wanted; `read_sheet` says what is wrong."""

    use_required_attribute = False

    def __init__(
        self, *given: Any, languages: Sequence[str], categories: Sequence[tuple[str, str]], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        fields: dict[str, forms.Field] = {
            "categories": forms.MultipleChoiceField(
                label=_("Fields"),
                choices=categories,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            "level": forms.ChoiceField(label=_("Level"), choices=_choices(LEVELS), required=False),
        }
        for name, (label, hint) in LISTS.items():
            fields |= _by_language(name, label, languages, lambda: _area(6), help_text=hint)
        for name, label in TEXTS.items():
            area = name in {"requires", "needs"}
            fields |= _by_language(name, label, languages, (lambda: _area(3)) if area else forms.TextInput)
        fields |= {
            "after": _char(_("It builds on"), widget=_area(2), help_text=_("Keys of courses, one a line.")),
            "versions": _char(
                _("The same course in another language"), widget=_area(2), help_text=_("Keys of courses, one a line.")
            ),
            "subtitles": _char(_("Languages of the subtitles"), help_text=_("For example: fr, en")),
            "ects": _char(_("Credits (ECTS) with the certificate"), widget=_numeric("decimal")),
            "earlier_runs": _char(
                _("Sessions played before, and not listed"),
                widget=_numeric("numeric"),
            ),
            "invented": forms.BooleanField(label=_("Invented, for a demonstration: the page says so"), required=False),
        }
        self.fields.update(fields)


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    form: forms.Form


@dataclass(frozen=True, slots=True)
class RowsShown:
    name: str
    title: str
    hint: str
    rows: tuple[Row, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it stands: drawn from a sheet, or from what was posted."""

    form: SheetForm
    lists: tuple[RowsShown, ...]

    def sheet(self) -> Sheet | None:
        """What was typed; None, with the sentence in the form, where something is wrong."""
        if not self.form.is_valid() or not all(row.form.is_valid() for one in self.lists for row in one.rows):
            return None
        try:
            return read_sheet(self._raw())
        except InputRefused as refused:
            self.form.add_error(None, sentence_of(refused))
            return None

    def _raw(self) -> dict[str, Any]:
        said = self.form.cleaned_data
        raw: dict[str, Any] = {"categories": said["categories"], "level": said["level"], "invented": said["invented"]}
        languages = _languages_in(self.form, next(iter(TEXTS)))
        for name in LISTS:
            raw[name] = {one: lines for one in languages if (lines := _lines(said[f"{name}_{one}"]))}
        for name in TEXTS:
            raw[name] = {one: said[f"{name}_{one}"] for one in languages if said[f"{name}_{one}"]}
        raw |= {name: _lines(said[name]) for name in ("after", "versions")}
        raw["subtitles"] = said["subtitles"].replace(",", " ").split()
        raw |= {name: _number(said[name]) for name in ("ects", "earlier_runs")}
        for rows, shown in zip(ROWS, self.lists, strict=True):
            found = (_row(rows, row.form) for row in shown.rows)
            raw[rows.name] = [one for one in found if one]
        return raw


def form_of(
    sheet: Sheet,
    *,
    course_languages: Iterable[str],
    categories: Sequence[tuple[str, str]],
    typed: QueryDict | None = None,
) -> Typed:
    """The form of a sheet, with what was typed where something was; `more` in it asks for another empty row."""
    data = to_json(sheet)
    languages = languages_of(data, course_languages)
    initial: dict[str, Any] = {
        "categories": data.get("categories", []),
        "level": sheet.level,
        "after": "\n".join(sheet.after),
        "versions": "\n".join(sheet.versions),
        "subtitles": ", ".join(sheet.subtitles),
        "ects": _figure(sheet.ects),
        "earlier_runs": sheet.earlier_runs or "",
        "invented": sheet.invented,
    }
    for name in LISTS:
        initial |= {f"{name}_{one}": "\n".join(lines) for one, lines in data.get(name, {}).items()}
    for name in TEXTS:
        initial |= {f"{name}_{one}": text for one, text in data.get(name, {}).items()}
    form = SheetForm(typed, initial=initial, languages=languages, categories=categories)
    return Typed(form, tuple(_shown(rows, data.get(rows.name, []), languages, typed) for rows in ROWS))


def languages_of(data: Mapping[str, Any], course_languages: Iterable[str]) -> list[str]:
    """Those of the site, of the course, and those in which something of the sheet is said, in this order."""
    found = dict.fromkeys([*ALWAYS, *(one for one in course_languages if LANGUAGE.fullmatch(one))])
    rows = [row for one in ROWS for row in data.get(one.name, [])]
    for holder in (data, *rows):
        for value in holder.values():
            if isinstance(value, Mapping):
                found |= dict.fromkeys(value)
    return list(found)


def _shown(
    rows: Rows, known: Sequence[Mapping[str, Any]], languages: Sequence[str], typed: QueryDict | None
) -> RowsShown:
    count = len(known) + LEAST_ROWS
    if typed is not None:
        count = _count(typed.get(f"{rows.name}-rows", ""), count) + (typed.get("do") == f"more-{rows.name}")
    shown = []
    for rank in range(min(count, MOST_ROWS)):
        initial = _initial(rows, known[rank] if rank < len(known) else {})
        form = _RowForm(typed, prefix=f"{rows.name}-{rank}", initial=initial, rows=rows, languages=languages)
        shown.append(Row(f"{rows.one} {rank + 1}", form))
    return RowsShown(rows.name, str(rows.title), str(rows.hint), tuple(shown), len(shown))


class _RowForm(forms.Form):
    use_required_attribute = False

    def __init__(self, *given: Any, rows: Rows, languages: Sequence[str], **more: Any) -> None:
        super().__init__(*given, **more)
        for part in rows.parts:
            if part.sort == "text":
                self.fields.update(_by_language(part.name, part.label, languages, lambda: _area(2)))
            elif part.sort == "choice":
                choices = _choices(part.choices or {})
                self.fields[part.name] = forms.ChoiceField(label=str(part.label), choices=choices, required=False)
            else:
                widget = {"year": _numeric("numeric"), "day": forms.DateInput(attrs={"type": "date"})}
                self.fields[part.name] = _char(part.label, widget=widget.get(part.sort))


def _initial(rows: Rows, known: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in rows.parts:
        value = known.get(part.name, "")
        if part.sort == "text":
            found |= {f"{part.name}_{one}": text for one, text in (value or {}).items()}
        else:
            found[part.name] = value
    return found


def _row(rows: Rows, form: forms.Form) -> dict[str, Any]:
    """What a row says; {} for one that says nothing. A choice alone says nothing."""
    said, found, counts = form.cleaned_data, {}, False
    for part in rows.parts:
        value: Any
        if part.sort == "text":
            value = {one: said[f"{part.name}_{one}"] for one in _languages_in(form, part.name)}
            value = {one: text for one, text in value.items() if text}
        else:
            value = _number(said[part.name]) if part.sort == "year" else said[part.name]
        if value:
            found[part.name] = value
            counts = counts or part.sort != "choice"
    return found if counts else {}


def _languages_in(form: forms.Form, name: str) -> list[str]:
    return [field.removeprefix(f"{name}_") for field in form.fields if field.startswith(f"{name}_")]


def _by_language(
    name: str, label: object, languages: Sequence[str], widget: Callable[[], forms.Widget], **more: Any
) -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for language in languages:
        shown = widget()
        shown.attrs |= {"lang": language}
        found[f"{name}_{language}"] = _char(f"{label} ({language_name(language)})", widget=shown, **more)
    return found


def _char(label: object, *, widget: forms.Widget | None = None, **more: Any) -> forms.CharField:
    longest = LONGEST_TEXT if isinstance(widget, forms.Textarea) else LONGEST_LINE
    # What is too long is refused with its place by `read_sheet`, and stays typed.
    shown = widget or forms.TextInput(attrs={"maxlength": longest, "autocomplete": "off"})
    return forms.CharField(label=str(label), required=False, widget=shown, **more)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _numeric(mode: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})


def _choices(words: Mapping[str, object]) -> list[tuple[str, str]]:
    return [("", "–"), *((code, str(label)) for code, label in words.items())]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _figure(value: float) -> str:
    """As people write it, and exactly: 2, 2.5; "" for nothing."""
    return "" if not value else str(int(value)) if value.is_integer() else repr(value)


def _number(text: str) -> Any:
    """A number; 0 for nothing; the text itself for what is none, so that its reader refuses it by its place."""
    try:
        value = float(text.replace(",", ".")) if text.strip() else 0.0
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def _count(text: str, otherwise: int) -> int:
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < len("1000") else otherwise
