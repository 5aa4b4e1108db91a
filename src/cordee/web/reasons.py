"""Why does the system refuse, in the language of the sentence around it?"""

from __future__ import annotations

import errno
import os

from cordee.core.errors import N_, CordeeError

# What the system says in English, so that a command in English says it in the system's own words.
WORDS = {
    errno.EACCES: N_("Permission denied"),
    errno.EADDRINUSE: N_("Address already in use"),
    errno.EADDRNOTAVAIL: N_("Cannot assign requested address"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EEXIST: N_("File exists"),
    errno.EIO: N_("Input/output error"),
    errno.EISDIR: N_("Is a directory"),
    errno.EMFILE: N_("Too many open files"),
    errno.ENOENT: N_("No such file or directory"),
    errno.ENOSPC: N_("No space left on device"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EPERM: N_("Operation not permitted"),
    errno.EROFS: N_("Read-only file system"),
}


def reason_of(wrong: OSError | int) -> CordeeError:
    """The reason as a value of another error's sentence, translated with it; a rare one in the system's words."""
    code = wrong if isinstance(wrong, int) else wrong.errno
    if code in WORDS:
        return CordeeError(WORDS[code])
    return CordeeError("{words}", words=os.strerror(wrong) if isinstance(wrong, int) else wrong.strerror or wrong)
