"""How do the rows of a group's table reach its page? A hundred are drawn here, sooner than by a template.

Every word of a person goes through `escape`, once; what is said in each row is escaped once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cordee.learning.cohorts.pages import Row
from cordee.ui.language import language
from cordee.ui.typography import hundredths


@dataclass(frozen=True, slots=True)
class Table:
    """What all rows share. `ask_url`, `remove_url`: "" for who may not. `host`: where it is played, "" for here."""

    is_here: bool
    has_parts: bool
    units: int
    expected: int
    ask_url: str
    remove_url: str
    host: str = ""

    def drawn(self, rows: Iterable[Row]) -> SafeString:
        """The rows as HTML."""
        words, code = _words(self), language()
        lines = [f"<tr>{self._who(row)}{self._done(row, words, code)}{self._acts(row, words)}</tr>" for row in rows]
        return mark_safe("\n".join(lines))  # noqa: S308 - every word in it is escaped where it is written

    def _who(self, row: Row) -> str:
        name = f'<th scope="row"><bdi>{escape(row.name)}</bdi><small>{escape(row.address)}</small></th>'
        return f"{name}<td>{escape(row.site)}<small>{escape(row.zone)}</small></td>" if self.has_parts else name

    def _done(self, row: Row, words: _Words, code: str) -> str:
        if row.progress is None or not self.is_here:
            told = words.accepted if row.accepted else words.invited(row)
            if not self.is_here:
                return f"<td>{told}</td>{self._mark(row, words, code)}"
            return f'<td colspan="4" class="soft">{words.no_place if row.accepted else told}</td>'
        passed = words.passed if row.passed else ""
        of = f" / {self.expected}" if self.expected else ""
        return (
            f'<td class="num">{escape(hundredths(row.progress.grade, code))}{passed}</td>'
            f'<td class="num">{row.progress.units_opened} / {self.units}</td>'
            f'<td class="num">{row.progress.graded_done}{of}</td><td>{escape(row.last) or "–"}</td>'
        )

    def _mark(self, row: Row, words: _Words, code: str) -> str:
        """What a report of another platform says, with its date."""
        if not self.host:
            return ""
        if row.mark is None:
            return '<td class="num">–</td><td></td>'
        passed = words.passed if row.passed else ""
        grade = escape(hundredths(row.mark.grade, code))
        return f'<td class="num">{grade}{passed}</td><td>{escape(row.mark_of)}<small>{escape(self.host)}</small></td>'

    def _acts(self, row: Row, words: _Words) -> str:
        if not self.ask_url and not self.remove_url:
            return ""
        asks = words.ask % row.id if self.ask_url and row.accepted else ""
        removes = words.remove % row.id if self.remove_url else ""
        return (
            f'<td class="staff__noprint"><details><summary>{words.more}<span class="vh"> – {escape(row.name)}</span>'
            f"</summary>{asks}{removes}</details></td>"
        )


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in many rows, as HTML. `ask` and `remove`: a button and a link, with %d for whom."""

    passed: str
    invited_on: str
    not_invited: str
    accepted: str
    no_place: str
    more: str
    ask: str
    remove: str

    def invited(self, row: Row) -> str:
        return f"{self.invited_on} {escape(row.invited)}" if row.invited else self.not_invited


def _words(table: Table) -> _Words:
    return _Words(
        passed=f"<small>{escape(_('passed'))}</small>",
        invited_on=escape(_("invited on")),
        not_invited=escape(_("not invited yet")),
        accepted=escape(_("accepted")),
        no_place=escape(_("has no place in the session")),
        more=escape(_("More")),
        ask=_button("btn--secondary", table.ask_url, _("Invite into the team")),
        remove=_link("btn--danger", table.remove_url, _("Take out of the group")),
    )


def _link(tone: str, url: str, words: str) -> str:
    """To a page that asks first."""
    where, said = escape(url).replace("%", "%%"), escape(words).replace("%", "%%")
    return f'<a class="btn btn--sm {tone}" href="{where}?member=%d">{said}</a> '


def _button(tone: str, url: str, words: str) -> str:
    where, said = escape(url).replace("%", "%%"), escape(words).replace("%", "%%")
    return f'<button class="btn btn--sm {tone}" name="member" value="%d" formaction="{where}">{said}</button> '
