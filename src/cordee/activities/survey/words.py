"""What is a word of a word cloud, once it has been made clean?

Words are shown to everybody: nothing in them may change the page around it, and two ways of typing one word are one.
"""

from __future__ import annotations

import unicodedata

from cordee.core.errors import N_
from cordee.courses.kinds import AnswerUnreadable

LONGEST = 40  # characters
POSTED_AT_MOST = 400  # of one field, before it is made clean


def clean_word(typed: str, input_id: str) -> str:
    """The word, in small letters, its blanks single; "" for nothing.

    Marks that turn the direction of writing and characters that cannot be seen are taken out. Raises AnswerUnreadable
    for what is too long or no text.
    """
    if not is_text(typed):
        raise _unreadable(input_id)
    text = unicodedata.normalize("NFKC", typed).casefold()
    text = unicodedata.normalize("NFC", text)
    # Zero-width joiners stay between letters: some scripts and emoji are not written without them.
    seen = "".join(
        one for one in text if unicodedata.category(one) not in ("Cc", "Cf", "Co", "Cn") or one in " \t\n\u200d"
    )
    words = " ".join(seen.split())
    if len(words) > LONGEST:
        raise AnswerUnreadable(
            N_("“{word}…” is longer than {limit} characters. Write one word, or a few short ones."),
            input_id=input_id,
            word=words[:LONGEST],
            limit=LONGEST,
        )
    return words if any(unicodedata.category(one)[0] in "LNS" for one in words) else ""


def is_text(typed: str) -> bool:
    """Whether a page can show it again: what nobody types into a field of one word is not even looked at."""
    return len(typed) <= POSTED_AT_MOST and not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in typed)


def _unreadable(input_id: str) -> AnswerUnreadable:
    return AnswerUnreadable(
        N_("This word holds something that is no text, or is far too long. Type it again."), input_id=input_id
    )
