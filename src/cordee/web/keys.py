"""Where are the secrets of this installation, and how are they made?

One file a key in `home/keys`, mode 600, made when first needed. No Django: the files process reads them too.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from cordee.core.errors import N_, CordeeError

KEY_BYTES = 32
SITE = "site"  # Django's: cookies and forms
FILES = "files"  # links to files


class KeyUnreadable(CordeeError):
    """A key file was damaged or written by hand."""


def key_folder(home: Path) -> Path:
    """The folder of all keys; it need not exist."""
    return home / "keys"


def key(home: Path, name: str) -> bytes:
    """The key of this name, 32 bytes; made now when there is none. Two processes at once get the same one."""
    path = key_folder(home) / name
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        _make(path)
        text = path.read_text("ascii")
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != KEY_BYTES:
        raise KeyUnreadable(
            N_("The file {path} holds no key. Put the one of your backup back, or remove it to have a new one made."),
            path=path,
        )
    return found


def make_all(home: Path) -> None:
    """Every key there, and readable: what is wrong with one is said now, once, and not by each process in turn."""
    for name in (SITE, FILES):
        key(home, name)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, fails when another process was first
    finally:
        draft.unlink()
