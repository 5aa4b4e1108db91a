"""How does whoever opens or teaches a run say by when each graded section is due in it?

A field a section, for the form of the run's dates: empty, the section has the deadline of the course.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django import forms
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from cordee.courses.due_dates import OwnDue, due_in, due_of, graded, own_due
from cordee.courses.models import Run
from cordee.courses.outlines import Section, pick
from cordee.courses.queries import outline as read_outline
from cordee.learning.teaching.moments import Moment
from cordee.ui import dates
from cordee.ui.language import language

PREFIX: Final = "due:"  # of the name of a field; a section's id follows


def add_due_fields(form: forms.Form, run: Run) -> None:
    """A field for each graded section of the run. No query once the process has met the version."""
    outline = read_outline(run.version.sha256)
    for section in graded(outline):
        held = run.due.get(section.id)
        form.fields[f"{PREFIX}{section.id}"] = Moment(
            label=pick(section.titles, language(), outline.language) or section.id,
            help_text=_usual(section, run),
            required=False,
            initial=dt.datetime.fromisoformat(held) if held else None,
        )


def due_fields(form: forms.Form) -> list[forms.BoundField]:
    """For a template."""
    return [form[name] for name in form.fields if name.startswith(PREFIX)]


def due_wanted(form: forms.Form) -> OwnDue:
    """What was typed into a valid form."""
    return own_due(
        {name.removeprefix(PREFIX): typed for name, typed in form.cleaned_data.items() if name.startswith(PREFIX)}
    )


def _usual(section: Section, run: Run) -> str:
    due = due_in(section, own={}, opens_at=run.opens_at, closes_at=run.closes_at)
    if due is None:
        return _("Empty: no deadline.")
    day = dates.long_day(due, get_current_timezone_name(), language())
    if due == due_of(section, run.opens_at):
        return _("Empty: %(day)s, as in the course.") % {"day": day}
    return _("Empty: %(day)s, when the session closes.") % {"day": day}
