"""How do the rows of a group's table reach its page? A hundred are drawn here, sooner than by a template.

Every word goes through `format_html`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cordee.learning.cohorts.pages import Row
from cordee.ui.language import language
from cordee.ui.typography import hundredths

NOTHING = SafeString("")


@dataclass(frozen=True, slots=True)
class Table:
    """What all rows share. `ask_url`, `remove_url`: "" for who may not."""

    is_here: bool
    has_parts: bool
    units: int
    expected: int
    ask_url: str
    remove_url: str

    def drawn(self, rows: Iterable[Row]) -> SafeString:
        """The rows as HTML."""
        words = _Words(
            _("passed"), _("invited on"), _("not invited yet"), _("accepted"), _("has no place in the session")
        )
        return format_html_join("\n", "<tr>{}{}{}{}</tr>", (self._cells(row, words, language()) for row in rows))

    def _cells(self, row: Row, words: _Words, code: str) -> tuple[SafeString, ...]:
        name = format_html('<th scope="row"><bdi>{}</bdi><small>{}</small></th>', row.name, row.address)
        part = format_html("<td>{}<small>{}</small></td>", row.site, row.zone) if self.has_parts else NOTHING
        return name, part, self._done(row, words, code), self._acts(row)

    def _done(self, row: Row, words: _Words, code: str) -> SafeString:
        if row.progress is None or not self.is_here:
            told = words.accepted if row.accepted else words.invited(row)
            if not self.is_here:
                return format_html("<td>{}</td>", told)
            return format_html('<td colspan="4" class="soft">{}</td>', words.no_place if row.accepted else told)
        passed = format_html("<small>{}</small>", words.passed) if row.passed else NOTHING
        return format_html(
            '<td class="num">{}{}</td><td class="num">{} / {}</td><td class="num">{}{}</td><td>{}</td>',
            hundredths(row.progress.grade, code),
            passed,
            row.progress.units_opened,
            self.units,
            row.progress.graded_done,
            f" / {self.expected}" if self.expected else "",
            row.last or "–",
        )

    def _acts(self, row: Row) -> SafeString:
        if not self.ask_url and not self.remove_url:
            return NOTHING
        button = '<button class="btn btn--sm {}" name="member" value="{}" formaction="{}">{}</button> '
        asks = (
            format_html(button, "btn--secondary", row.id, self.ask_url, _("Invite into the team"))
            if self.ask_url and row.accepted
            else NOTHING
        )
        removes = (
            format_html(button, "btn--danger", row.id, self.remove_url, _("Take out of the group"))
            if self.remove_url
            else NOTHING
        )
        return format_html(
            '<td class="staff__noprint"><details><summary>{}<span class="vh"> – {}</span></summary>{}{}</details></td>',
            _("More"),
            row.name,
            asks,
            removes,
        )


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in many rows."""

    passed: str
    invited_on: str
    not_invited: str
    accepted: str
    no_place: str

    def invited(self, row: Row) -> str:
        return f"{self.invited_on} {row.invited}" if row.invited else self.not_invited
