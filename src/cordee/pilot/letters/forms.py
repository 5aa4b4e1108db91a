"""What does a teacher fill in to write to learners?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import CordeeError
from cordee.jobs.writing_letters import LONGEST_SUBJECT, read_line
from cordee.pilot.letters.choosing import Choice
from cordee.pilot.letters.planning import SHARES
from cordee.pilot.letters.sending import Draft
from cordee.pilot.letters.wording import paragraphs_of
from cordee.ui.sentences import sentence_of

LONGEST_TEXT = 10_000
MISSING = {"required": _("This answer is missing. Fill it in.")}
WORDS = {
    **MISSING,
    "max_length": _("This has %(show_value)d signs; at most %(limit_value)d can be sent. Shorten it."),
    "null_characters_not_allowed": _("This holds a sign that cannot be sent (U+0000). Type it anew."),
}
UNLISTED = {**MISSING, "invalid_choice": _("This is not in the list. Choose from it.")}
HELD = {
    0: _("Nobody: write to all of them"),
    10: _("A tenth, drawn by lot"),
    50: _("Half, drawn by lot: tells soonest"),
}


class LetterForm(forms.Form):
    """Subject, text, what the letter is to bring about, and whom not to write to. `aims`: grouped choices."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=LONGEST_SUBJECT,
        error_messages=WORDS,
        widget=forms.TextInput(attrs={"maxlength": LONGEST_SUBJECT, "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Letter"),
        help_text=_("A blank line begins a paragraph; an address that begins with https:// becomes a link."),
        max_length=LONGEST_TEXT,
        error_messages=WORDS,
        widget=forms.Textarea(attrs={"rows": 10, "maxlength": LONGEST_TEXT}),
    )
    aim = forms.ChoiceField(
        label=_("What is it to bring about?"),
        help_text=_("The page of the letter will count it, after 7 and after 14 days."),
        required=False,
        error_messages=UNLISTED,
    )
    held = forms.TypedChoiceField(
        label=_("To know whether it helps, do not write to"),
        help_text=_(
            "Only a comparison with learners like them who got no letter can tell. Until its 14 days are over, your"
            " other letters leave those out."
        ),
        choices=[(share, HELD[share]) for share in SHARES],
        coerce=int,
        initial=0,
        error_messages=UNLISTED,
        widget=forms.RadioSelect,
    )
    again = forms.BooleanField(
        label=_("Write also to those who got a letter of this session within the last seven days"),
        help_text=_("Letters that come too often are read no more, and learners say no to all of them."),
        required=False,
    )

    despite_lots = forms.BooleanField(
        label=_("Write also to those whom the lot of an earlier letter holds back"),
        help_text=_(
            "This spoils that letter’s comparison: whether it helped can then hardly be told. Its page says when the"
            " 14 days are over."
        ),
        required=False,
    )

    def __init__(self, *args: Any, aims: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["aim"].choices = [("", _("That they come back")), *aims]  # type: ignore[attr-defined] # of its class

    def clean_subject(self) -> str:
        try:
            return read_line(self.cleaned_data["subject"])
        except CordeeError as refused:
            raise forms.ValidationError(sentence_of(refused)) from None

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if not paragraphs_of(text):
            raise forms.ValidationError(MISSING["required"])
        return text

    def draft(self, choice: Choice) -> Draft:
        """What was filled in, once it is valid."""
        said = self.cleaned_data
        kind, _colon, aim = said["aim"].partition(":")
        return Draft(
            subject=said["subject"],
            text=said["text"],
            choice=choice,
            aim_kind=kind,
            aim=aim,
            held_percent=said["held"],
            again=said["again"],
            despite_lots=said["despite_lots"],
        )
