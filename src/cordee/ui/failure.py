"""What does a page say when an answer is an error? One sentence of what happened, one of what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What `ui/error.html` shows. `sentence` and `advice` are whole sentences in the reader's language."""

    status: int
    title: str
    sentence: str
    advice: str = ""


def failure(status: int, sentence: str = "", advice: str = "", *, is_too_early: bool = False) -> Failure:
    """The page of a status. `sentence` says what happened better than the status can, and replaces its two.

    `is_too_early`: it is refused now, and becomes possible by what the sentence says.

    A status without words of its own gets those of 400 below 500 and those of 500 above.
    """
    words = _words()
    title, plain, remedy = words.get(status) or words[500 if status >= 500 else 400]  # noqa: PLR2004 - the servers' own
    title = _("Not yet.") if is_too_early else title
    if sentence:
        return Failure(status=status, title=title, sentence=sentence, advice=advice)
    return Failure(status=status, title=title, sentence=plain, advice=advice or remedy)


def _words() -> dict[int, tuple[str, str, str]]:
    return {
        400: (
            _("This request cannot be read."),
            _("What the browser sent is not what this page expects."),
            _("Go back, reload the page and try again."),
        ),
        403: (
            _("This page is not open to you."),
            _("You may need to sign in, or to be enrolled in this course."),
            _("If you came from a form, reload its page and send it again."),
        ),
        404: (
            _("This page does not exist, or no longer does."),
            _("The course may have moved to another address. None of your answers is lost."),
            "",
        ),
        405: (
            _("This address does not work that way."),
            _("It only answers to a form."),
            _("Go back to the page you came from."),
        ),
        409: (
            _("This can no longer be done."),
            _("Things have changed since the page was loaded."),
            _("Reload the page to see how they stand now."),
        ),
        413: (
            _("This is too large."),
            _("What was sent is larger than this site takes."),
            _("Send a smaller file or a shorter answer."),
        ),
        429: (
            _("Too many tries in a short time."),
            _("To protect accounts, we ask you to wait a little."),
            _("Wait a few minutes, then try again."),
        ),
        500: (
            _("Something broke on our side."),
            _("The page could not be made. What you had already handed in is kept."),
            _("Try again in a minute. If it happens again, write to the people who run this site."),
        ),
        507: (
            _("There is no room left."),
            _("The site could not keep what was sent."),
            _("Go back: your answer is still in the form. Send it again later."),
        ),
        503: (
            _("The site is resting for a moment."),
            _("It is being looked after and will be back soon."),
            _("Try again in a few minutes."),
        ),
    }
