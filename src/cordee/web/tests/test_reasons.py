"""Does the system's refusal speak the language of the sentence around it?"""

from __future__ import annotations

import errno
import os

import pytest

from cordee.core.errors import Conflict
from cordee.web.command_language import catalogue
from cordee.web.reasons import WORDS, reason_of


@pytest.mark.parametrize("code", sorted(WORDS))
def test_a_common_reason_is_the_systems_in_english_and_said_in_french_too(code: int) -> None:
    reason = reason_of(OSError(code, os.strerror(code)))
    french = reason.sentence(catalogue("fr").gettext)
    assert french != str(reason)
    assert french[0].islower()  # it stands after a colon
    if os.uname().sysname == "Linux":
        assert str(reason) == os.strerror(code)


def test_a_rare_reason_keeps_the_systems_words() -> None:
    assert str(reason_of(errno.EXDEV)) == os.strerror(errno.EXDEV)
    assert str(reason_of(OSError("only {words}"))) == "only {words}"


def test_the_reason_follows_the_language_of_its_sentence() -> None:
    refused = Conflict("{folder}: {why}", folder="/x", why=reason_of(errno.EROFS))
    assert str(refused) == "/x: Read-only file system"
    assert refused.sentence(catalogue("fr").gettext) == "/x: système de fichiers en lecture seule"
