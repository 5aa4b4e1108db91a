"""How does the programme office's store leave as a folder, and come in from one? As the .zip of a folder."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from cordee.bilan.folder.faults import Fault
from cordee.bilan.folder.reading import ABOUT, TEXTS, read_folder
from cordee.bilan.folder.writing import write_folder
from cordee.bilan.office.sheets import check_lines, sheets_of
from cordee.bilan.programme import Programme
from cordee.core.errors import N_, InputRefused
from cordee.formats.archives import Limits, open_archive

LARGEST_BYTES: Final = 1_000_000  # of an archive: it goes through a form twice
LIMITS: Final = Limits(files=500, total_bytes=20_000_000, member_bytes=10_000_000, archive_bytes=LARGEST_BYTES)
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)  # the same rows give the same bytes


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a folder holds. `lost`: what is wrong in it and left out; other faults come in and can be mended here."""

    programme: Programme
    lost: tuple[Fault, ...]
    sheets: dict[str, list[dict[str, str]]]


def packed(programme: Programme) -> bytes:
    """The folder of the programme as a .zip."""
    with tempfile.TemporaryDirectory() as folder:
        write_folder(programme, Path(folder))
        return zip_of(Path(folder))


def zip_of(folder: Path) -> bytes:
    """Every file below a folder, in the order of names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return out.getvalue()


def unpacked(data: bytes) -> Unpacked:
    """Read a .zip (or .tar.gz) of a folder; stores of the pilot in it are left out. Raises ArchiveRefused,
    ArchiveTooLarge, InputRefused."""
    with tempfile.TemporaryDirectory() as held:
        file, folder = Path(held) / "folder", Path(held) / "read"
        file.write_bytes(data)
        folder.mkdir()
        with open_archive(file, LIMITS) as archive:
            paths = [PurePosixPath(key) for key in archive.members]
            tops = sorted((path.parent for path in paths if path.name == ABOUT), key=lambda top: len(top.parts))
            if not tops:
                raise InputRefused(
                    N_("The archive holds no programme.toml. Pack the folder of a programme, as it was exported.")
                )
            for key, path in zip(archive.members, paths, strict=True):
                if not path.is_relative_to(tops[0]):
                    continue
                inside = path.relative_to(tops[0])
                if inside.name == ABOUT or inside.suffix == ".csv":
                    wanted = len(inside.parts) == 1
                else:
                    wanted = len(inside.parts) == 2 and inside.parts[0] == TEXTS  # noqa: PLR2004 - texts/a.fr.md
                if wanted:
                    (folder / inside).parent.mkdir(exist_ok=True)
                    content = archive.read(key)
                    check_lines(inside.name, content.decode("utf-8", "replace"))
                    (folder / inside).write_bytes(content)
        return read(folder)


def read(folder: Path) -> Unpacked:
    """Read a folder. Raises NotFound where it is none, InputRefused for what cannot be kept."""
    programme, faults = read_folder(folder)
    lost = tuple(fault for fault in faults if fault.kind == "lost")
    return Unpacked(programme, lost, sheets_of(programme))
