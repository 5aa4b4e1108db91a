"""What is a learner told of one answer? The author's hints under their label, as HTML not yet sanitised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from cordee.activities.quiz.definition import Hint
from cordee.courses.kinds import Correctness

_SPOKEN = re.compile(r'<strong lang="([\w-]+)">')


def feedback(hints: Sequence[Hint], correctness: Correctness) -> str:
    """One hint under its own label; several under the usual word; "" when there is nothing to say.

    Source: Open edX writes "Correct:" and "Incorrect:" when the author gives no label, and label="" silences it.
    """
    said = [hint for hint in hints if hint.html.strip() or hint.label]
    if not said:
        return ""
    head = _head(said[0].label if len(said) == 1 else None, correctness)
    if len(said) == 1:
        return head + said[0].html
    return head + "<ul>" + " ".join(f"<li>{hint.html}</li>" for hint in said) + "</ul>"


def without_usual_label(html: str, correctness: Correctness) -> str:
    """Feedback for below a verdict, which says the usual word already; a label of the author stays.

    What was said is kept as it was said, in the language of that day.
    """
    found = _SPOKEN.match(html)
    if not found:
        return html
    with override(found[1]):
        return html.removeprefix(_head(None, correctness))


def _head(label: str | None, correctness: Correctness) -> str:
    if label is not None:
        return f"<strong>{escape(label)}</strong> " if label else ""
    language = get_language()  # ours is often not the course's
    spoken = f' lang="{escape(language)}"' if language else ""
    return f"<strong{spoken}>{escape(_word(correctness))}</strong> "


def _word(correctness: Correctness) -> str:
    match correctness:
        case "correct":
            return _("Correct:")
        case "partially-correct":
            return _("Partly correct:")
        case _:
            return _("Incorrect:")
