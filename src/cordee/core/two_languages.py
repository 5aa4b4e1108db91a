"""In which of the two languages of the site is something that was written in both shown?"""

from __future__ import annotations

from typing import Protocol


class _Named(Protocol):
    @property
    def name_fr(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class _Described(Protocol):
    @property
    def about_fr(self) -> str: ...
    @property
    def about_en(self) -> str: ...


def of_both(language: str, fr: str, en: str) -> str:
    """The French one for readers of French ("fr", "fr-CA"), else the English one."""
    return fr if language.startswith("fr") else en


class NamedInBoth:
    """A table with `name_fr` and `name_en`."""

    def name_in(self: _Named, language: str) -> str:
        return of_both(language, self.name_fr, self.name_en)


class ToldInBoth(NamedInBoth):
    """A table with `about_fr` and `about_en`, too."""

    def about_in(self: _Described, language: str) -> str:
        return of_both(language, self.about_fr, self.about_en)
