"""Are the style sheets, scripts, fonts and icons in the folder that the web server serves, under hashed names?"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> bool:
    """Copy what changed since the last time; True when there was something to do. Old names stay for open pages."""
    folder = Path(settings.STATIC_ROOT)
    mark = folder.with_name("static.collected")
    state = _state_of_sources()
    if mark.is_file() and (folder / "staticfiles.json").is_file() and mark.read_text("ascii") == state:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
    draft = mark.with_name(f"{mark.name}.{os.getpid()}")
    draft.write_text(state, "ascii")
    draft.replace(mark)
    return True


def _state_of_sources() -> str:
    """A hash of names, sizes and times of change: no file is read."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
