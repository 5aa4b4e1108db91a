"""What is a rule? A pattern of clang 22's texts, with a function that looks at the learner's line.

No rule looks at clang's numbers of rules: they change from one version to the next, the texts hardly do. The function
gives a Found, or None when it is another mistake after all; the first rule that knows wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cordee.core.errors import shown
from cordee.sandbox.card_source import Source
from cordee.sandbox.outcomes import Diagnostic, Place

Value = str | int
NAME = r"'(?P<name>[^']+)'"
OTHER_NAME = r"'(?P<n>[^']+)'"  # of a second pattern in one rule


@dataclass(frozen=True, slots=True)
class Found:
    """`key`: of `card_words.WORDS`. `place`: when it is not the one that the compiler names."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    place: Place | None = None

    @property
    def rule(self) -> str:
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that the compiler says, with all else that may tell what it means."""

    said: Diagnostic
    all_said: tuple[Diagnostic, ...]
    source: Source
    sources: Mapping[str, Source]

    @property
    def place(self) -> Place | None:
        return self.said.place

    @property
    def line(self) -> int:
        return self.said.place.line if self.said.place else 0

    @property
    def word(self) -> str:
        return self.source.word(self.place)

    @property
    def after(self) -> str:
        return self.source.after(self.place)

    @property
    def before(self) -> str:
        return self.source.before(self.place)

    @property
    def covered(self) -> str:
        """What the compiler points at, in the learner's words."""
        return shown(self.source.between(self.place, self.said.end).strip(), 40)

    def at_line(self, line: int, column: int = 0) -> Place | None:
        return Place(self.place.file, line, column) if self.place else None

    def others(self, pattern: str) -> Iterable[Diagnostic]:
        return (one for one in self.all_said if re.search(pattern, one.text))

    def noted_line(self, pattern: str = "") -> int:
        """Of the first note in a file of the learner; 0 when there is none."""
        places = [note.place for note in self.said.notes if re.search(pattern, note.text)]
        return next((place.line for place in places if place and place.file in self.sources), 0)

    @property
    def functions(self) -> list[str]:
        """All that are written in the program."""
        return [name for source in self.sources.values() for name in source.functions]

    @property
    def clangs_guess(self) -> str:
        """What clang thinks was meant, or ""."""
        texts = (self.said.text, *(note.text for note in self.said.notes))
        found = next((one for text in texts if (one := re.search(r"did you mean '([^']+)'", text))), None)
        return found[1] if found else ""


Rule = Callable[[re.Match[str], Case], Found | None]


class Rules:
    """Of one module, in the order in which they are asked."""

    def __init__(self) -> None:
        self._rules: list[tuple[re.Pattern[str], Rule]] = []

    def rule(self, pattern: str) -> Callable[[Rule], Rule]:
        def register(function: Rule) -> Rule:
            self._rules.append((re.compile(pattern), function))
            return function

        return register

    def simple(self, pattern: str, key: str) -> None:
        """A mistake that the text alone tells; the pattern's names are its values."""

        @self.rule(pattern)
        def found(match: re.Match[str], _case: Case) -> Found | None:
            return Found(key, {name: shown(value or "", 80) for name, value in match.groupdict().items()})

    def find(self, case: Case) -> Found | None:
        for pattern, function in self._rules:
            if (match := pattern.search(case.said.text)) and (found := function(match, case)):
                return found
        return None


# Words of other languages, and what C writes. "": nothing at all.
FOREIGN = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "elif": "else if",
    "elsif": "else if",
    "elseif": "else if",
    "then": "",
    "True": "1",
    "False": "0",
    "None": "NULL",
    "null": "NULL",
    "nil": "NULL",
    "mod": "%",
    "foreach": "for",
    "repeat": "do",
    "begin": "{",
    "end": "}",
    "div": "/",
    "input": "scanf",
    "println": "printf",
    "echo": "printf",
}


def foreign_word(word: str) -> Found:
    wanted = FOREIGN[word]
    return Found("foreign-word" if wanted else "foreign-word/none", {"name": word, "wanted": wanted})
