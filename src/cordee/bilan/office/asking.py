"""Of what does somebody ask for a report: which period, which part, in which language, against which edition?"""

from __future__ import annotations

import base64
import binascii
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from cordee.bilan.editions import Edition, edition_file_of, edition_of
from cordee.bilan.figures.part import Part, present_name
from cordee.bilan.office.queries import Held
from cordee.bilan.period import Period
from cordee.bilan.programme import LANGUAGES
from cordee.core.errors import N_, CordeeError, InputRefused, TooLarge
from cordee.formats.archives import Limits, open_archive
from cordee.ui.language import language
from cordee.ui.sentences import sentence_of

if TYPE_CHECKING:
    Files = MultiValueDict[str, UploadedFile[Any]]

LARGEST_BYTES: Final = 1_000_000  # of a figures.csv, or of an archive that holds one
LARGEST_FIGURES: Final = 20_000_000  # of what is in the archive
LIMITS: Final = Limits(
    files=100, total_bytes=2 * LARGEST_FIGURES, member_bytes=LARGEST_FIGURES, archive_bytes=LARGEST_BYTES
)
NAMES: Final = {"fr": "Français", "en": "English"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be reported, in which language."""

    period: str
    part: Part
    language: str

    def query(self, **changes: str) -> str:
        said = {"period": self.period, "school": self.part.school, "category": self.part.category}
        held = QueryDict(mutable=True)
        held.update({name: value for name, value in (said | {"lang": self.language} | changes).items() if value})
        return f"?{held.urlencode()}"


class AskForm(forms.Form):
    """The choices of a report. `asked()`: what was chosen, once it is valid."""

    use_required_attribute = False

    def __init__(self, held: Held, typed: QueryDict | None = None, files: Files | None = None) -> None:
        about = held.programme.about
        if typed is not None and not typed.get("lang"):
            typed = typed.copy()
            typed["lang"] = language()
        super().__init__(typed, files, initial={"period": about.period, "lang": language()})
        self._held = held
        self.fields["period"] = forms.CharField(
            label=_("Period, e.g. 2013-2016"),
            required=not about.period,
            error_messages={"required": _("No period is chosen. Write one, e.g. 2013-2016.")},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        schools = schools_of(held)
        if schools or (typed and typed.get("school")):
            choices = [("", _("all schools")), *((one, one) for one in schools)]
            self.fields["school"] = forms.CharField(
                label=_("Courses made by"), required=False, widget=forms.Select(choices=choices)
            )
        if about.categories or (typed and typed.get("category")):
            named = [("", _("all categories")), *((one.id, one.name(language())) for one in about.categories)]
            self.fields["category"] = forms.CharField(
                label=_("Category"), required=False, widget=forms.Select(choices=named)
            )
        self.fields["lang"] = forms.CharField(
            label=_("Language of the report"), widget=forms.Select(choices=[*NAMES.items()])
        )

    def clean_period(self) -> str:
        written = str(self.cleaned_data["period"]).strip()
        try:
            if written:
                Period.parse(written)
        except CordeeError as wrong:
            raise forms.ValidationError(sentence_of(wrong)) from None
        return written

    def clean_school(self) -> str:
        name = str(self.cleaned_data["school"])
        if name and present_name(self._held.programme, name) not in schools_of(self._held):
            raise forms.ValidationError(_("No course here is by this school. Choose one from the list."))
        return name

    def clean_category(self) -> str:
        id_ = str(self.cleaned_data["category"])
        if id_ and id_ not in {one.id for one in self._held.programme.about.categories}:
            raise forms.ValidationError(_("There is no such category. Choose one from the list."))
        return id_

    def clean_lang(self) -> str:
        wanted = str(self.cleaned_data["lang"])
        return wanted if wanted in LANGUAGES else language()

    def asked(self) -> Asked:
        said = self.cleaned_data
        return Asked(said["period"], Part(said.get("school", ""), said.get("category", "")), said["lang"])


class CompareForm(AskForm):
    """The same, with the figures of an earlier edition: a file, or what the page before carried of it."""

    def __init__(self, held: Held, typed: QueryDict | None = None, files: Files | None = None) -> None:
        super().__init__(held, typed, files)
        self.fields["earlier"] = forms.FileField(
            label=_("Figures of the edition before"),
            required=False,
            help_text=_("figures.csv of its open data, or the .zip that was downloaded as “Open data”."),
            widget=forms.FileInput(attrs={"accept": ".csv,.zip"}),
        )
        self.edition: Edition = {}
        self.carried = ""

    def clean_earlier(self) -> None:
        file: UploadedFile[Any] | None = self.cleaned_data["earlier"]
        try:
            data = _carried(str(self.data.get("carried", ""))) if file is None else _figures(file)
            self.edition = edition_of(data, _("This file") if file is None else str(file.name))
        except CordeeError as wrong:
            raise forms.ValidationError(sentence_of(wrong)) from None
        self.carried = base64.b64encode(zlib.compress(edition_file_of(self.edition))).decode()


def schools_of(held: Held) -> list[str]:
    """Who made courses, as they are called today."""
    by = {one.name for one in held.programme.credits if one.role == "by" and one.course}
    return sorted({present_name(held.programme, name) for name in by})


def _figures(file: UploadedFile[Any]) -> bytes:
    """figures.csv, alone or out of an archive. Raises InputRefused, TooLarge, ArchiveRefused, ArchiveTooLarge."""
    if (file.size or 0) > LARGEST_BYTES:
        raise TooLarge(
            N_("The file is larger than {most} kB. Choose the figures.csv of a report, or the .zip of its open data."),
            most=LARGEST_BYTES // 1000,
        )
    data = bytes(file.read())
    if not data.startswith(b"PK"):
        return data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.zip"
        path.write_bytes(data)
        with open_archive(path, LIMITS) as archive:
            key = next((key for key in archive.members if key.rpartition("/")[2] == "figures.csv"), "")
            if not key:
                raise InputRefused(N_("The archive holds no figures.csv. Choose the .zip of a report’s open data."))
            return archive.read(key)


def _carried(words: str) -> bytes:
    """What the page before carried. Raises InputRefused where it carried nothing."""
    if not words:
        raise InputRefused(N_("No file was chosen. Choose the figures of the edition before."))
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.b64decode(words, validate=True), LARGEST_FIGURES)
    except (binascii.Error, ValueError, zlib.error):
        data = b""
    return data
