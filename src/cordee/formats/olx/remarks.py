"""Who collects what the author or the importer should know?"""

from __future__ import annotations

from dataclasses import dataclass, field

from cordee.core.errors import N_, CordeeError
from cordee.formats.olx.documents import Unreadable
from cordee.formats.olx.model import Remark


@dataclass(slots=True)
class Remarks:
    """Four lists that grow while a course is read. The same thing at the same place is said once."""

    warnings: list[Remark] = field(default_factory=list)
    missing_files: list[Remark] = field(default_factory=list)
    missing_assets: list[Remark] = field(default_factory=list)
    dropped_secrets: list[Remark] = field(default_factory=list)

    def warn(self, code: str, sentence: str, place: str, **values: object) -> None:
        self.warnings.append(Remark(code, sentence, place, values))

    def refused(self, code: str, error: CordeeError, path: str) -> None:
        """A file or a value that could not be read, at its line when that is known."""
        line = error.line if isinstance(error, Unreadable) else 0
        self.warnings.append(Remark(code, error.template, f"{path}:{line}" if line else path, error.values))

    def not_utf8(self, path: str) -> None:
        sentence = N_("The file is not UTF-8; it was read as Windows-1252. Check its accents and save it as UTF-8.")
        self.warn("not-utf-8", sentence, path)

    def secret(self, name: str, place: str) -> None:
        remark = Remark(
            "dropped-secret",
            N_("The secret “{name}” was left out of the import. Enter it again where it is needed."),
            place,
            {"name": name},
        )
        if remark not in self.dropped_secrets:
            self.dropped_secrets.append(remark)

    def missing_file(self, tag: str, name: str, path: str, place: str) -> None:
        sentence = N_("{tag} “{id}” should be in {path}, which is not in the archive. Export the course again.")
        self.missing_files.append(Remark("missing-file", sentence, place, {"tag": tag, "id": name, "path": path}))

    def missing_asset(self, name: str, place: str) -> None:
        remark = Remark(
            "missing-asset",
            N_("The file “{name}” is linked but is not in the archive. Add it to the files of the course."),
            place,
            {"name": name},
        )
        if remark not in self.missing_assets:
            self.missing_assets.append(remark)
