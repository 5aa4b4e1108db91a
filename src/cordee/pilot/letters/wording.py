"""What does the letter say around the teacher's words, in the language of who gets it?"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from cordee.courses.models import Run
from cordee.courses.outlines import pick
from cordee.courses.queries import outline as read_outline
from cordee.jobs.writing_letters import NO_MORE, Words

PARAGRAPHS: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def words_in(language: str, *, run: Run, author_name: str, subject: str, text: str) -> Words:
    """The whole letter in one language. `text` is plain: blank lines part paragraphs, addresses become links."""
    outline = read_outline(run.version.sha256)
    about = pick(outline.titles, language, outline.language)
    url = f"{settings.CORDEE.url}{reverse('outline', args=[run.key])}"
    with override(language):
        why = gettext(
            "You get this letter because you have a place in “{about}” on {site}. Nobody reads replies to it."
        ).format(about=about, site=urlsplit(settings.CORDEE.url).netloc)
        no_more = gettext("No more letters of this session:")
        html = render_to_string(
            "pilot/letter_mail.html",
            {
                "language": language,
                "subject": subject,
                "paragraphs": paragraphs_of(text),
                "author": author_name,
                "about": about,
                "url": url,
                "why": why,
                "no_more": NO_MORE,
            },
        )
    plain = "\n\n".join(paragraphs_of(text))
    foot = f"{author_name}\n{about}\n{url}\n\n-- \n{why}\n{no_more}\n{NO_MORE}\n"
    return Words(subject, f"{plain}\n\n{foot}", html, about)


def paragraphs_of(text: str) -> list[str]:
    """What blank lines part, without the blanks around."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace(NO_MORE, "")
    return [part.strip() for part in PARAGRAPHS.split(plain) if part.strip()]
