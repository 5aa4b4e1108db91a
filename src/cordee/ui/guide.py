"""How does each component look? `/ui` shows all of them once, in the reader's language and theme.

Only where the setting `CORDEE_GUIDE` is on (the demo, a developer's machine); elsewhere the address does not exist.
Everything on the page is invented.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cordee.ui import icons
from cordee.ui.outline import OutlineModule, OutlineSection, OutlineUnit, Tag
from cordee.ui.profile import Week
from cordee.ui.shell import Link

COLOURS = (
    "paper", "surface", "sunken", "line", "line-2", "ink", "ink-2", "ink-3", "brand", "brand-soft", "rope",
    "rope-soft", "focus", "good", "bad", "warn", "info", "mark", "fam-net", "fam-eco", "fam-sci", "fam-code",
    "d-1", "d-2", "d-3", "d-4", "d-5", "d-6", "q-1", "q-2", "q-3", "q-4", "q-5",
)  # fmt: skip
WORKLOAD = (
    Week(video_h=1.2, reading_h=0.5, practice_h=0.8, graded=True),
    Week(video_h=1.4, reading_h=0.7, practice_h=1.2, graded=True),
    Week(video_h=1.5, reading_h=0.8, practice_h=1.6, graded=True),
    Week(video_h=1.1, reading_h=0.6, practice_h=2.4),
    Week(video_h=0.8, reading_h=0.4, practice_h=1.2, graded=True),
)
ZONE = "Europe/Paris"
NOW = dt.datetime(2026, 11, 23, 19, 41, tzinfo=dt.UTC)


class GuideForm(forms.Form):
    """One field of each shape, two of them wrong."""

    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        error_messages={"invalid": gettext_lazy("Enter a full email address, for example awa@example.org")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("12 characters or more. A sentence works very well."),
        widget=forms.PasswordInput,
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        required=False,
        choices=[("sn", gettext_lazy("Senegal")), ("fr", gettext_lazy("France"))],
    )
    about = forms.CharField(
        label=gettext_lazy("A word about you"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    pace = forms.ChoiceField(
        label=gettext_lazy("How often do you want to hear from us?"),
        choices=[("weekly", gettext_lazy("Once a week at most")), ("never", gettext_lazy("Never"))],
        widget=forms.RadioSelect,
    )
    remind = forms.BooleanField(label=gettext_lazy("Tell me about deadlines"), required=False)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if len(password) < 12:  # noqa: PLR2004 - as the hint says
            raise ValidationError(_("Choose a password of 12 characters or more"))
        return password


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Every component once, drawn from invented data."""
    if not getattr(settings, "CORDEE_GUIDE", False):
        raise Http404
    return render(request, "ui/guide.html", samples())


def samples() -> dict[str, Any]:
    """The context of the page; no query."""
    form = GuideForm({"email": "awa.diallo@", "password": "court", "pace": "weekly", "remind": "on"})
    return {
        "breadcrumbs": [Link(label=_("Courses"), url="#"), Link(label=_("Components"), url="", current=True)],
        "colours": COLOURS,
        "course": _course(title=_("From cable to packet: understanding a network"), family="net", label=_("Networks")),
        "unknown_course": _course(
            title=_("Reading rocks in the field"), family="sci", label=_("Sciences"), known=False
        ),
        "guide_form": form,
        "icons": sorted(icons.names()),
        "now": NOW,
        "outline": _outline(),
        "tomorrow": NOW + dt.timedelta(days=1, hours=3, minutes=18),
        "workload": WORKLOAD,
        "zone": ZONE,
    }


def _course(*, title: str, family: str, label: str, known: bool = True) -> dict[str, Any]:
    return {
        "title": title,
        "url": "#",
        "organisation": "Télécom Lérins",
        "family": family,
        "family_label": label,
        "workload": WORKLOAD if known else None,
        "tags": [{"text": _("Starts on Monday"), "tone": "rope"}] if known else [],
        "facts": [ngettext("{count} week", "{count} weeks", 5).format(count=5), "16\u00a0h", _("Beginner")],
    }


def _outline() -> list[OutlineModule]:
    units = (
        OutlineUnit("why", "3.1", _("Why addresses?"), "#", "done", duration_s=480),
        OutlineUnit("frame", "3.2", _("Reading an Ethernet frame"), "#", "half", current=True, duration_s=1320),
        OutlineUnit("switch", "3.3", _("The table of the switch"), "#", "", duration_s=840),
        OutlineUnit("quiz", "3.4", _("Graded quiz"), "", "", tag=Tag(_("Opens on Monday"), icon="lock")),
    )
    return [
        OutlineModule(1, _("Connecting two machines"), (), "done"),
        OutlineModule(3, _("Naming and finding"), (OutlineSection("", units),), "half", open=True),
    ]
