"""What is a beginner told of what the compiler says? Cards: few, in plain words, the cause before its effects."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cordee.core.errors import N_, shown
from cordee.sandbox.card_rules import names, syntax, values
from cordee.sandbox.card_rules.rule import Case, Found
from cordee.sandbox.card_source import Source
from cordee.sandbox.card_words import SIGNS, WORDS
from cordee.sandbox.explaining import Told
from cordee.sandbox.outcomes import Diagnostic, Place, SourceRefused

RULES = (syntax.RULES, names.RULES, values.RULES)  # the first that knows a mistake wins
MOST_SOURCE_LINE = 200


@dataclass(frozen=True, slots=True)
class Card:
    """`rule`: our own name of the mistake, stable between versions. `level`: an error stops the compiler, a warning
    teaches. `source`: the learner's line at `place`. `guess`: the name that was likely meant, or ""."""

    rule: str
    level: Literal["error", "warning"]
    place: Place | None
    source: str
    title: Told
    text: Told
    advice: Told
    guess: str = ""

    def said(self, translate: Callable[[str], str] = lambda template: template) -> tuple[str, str, str]:
        """Title, what happened, and what to try."""
        return self.title.sentence(translate), self.text.sentence(translate), self.advice.sentence(translate)


# What breaks the reading of all that comes after: the rest of the file says nothing that can be trusted.
BREAKING = frozenset(
    {
        *("missing-quote", "open-comment", "typographic-quotes", "missing-brace"),
        *("extra-brace", "missing-opening-brace", "wrong-language", "semicolon-after-function"),
        *("include-hash", "include-brackets", "misspelt-header", "missing-header", "missing-header/system"),
    }
)
FIRST = BREAKING | {"for-semicolons"}  # of several cards for one line
# On a line with several warnings, these count last.
LAST = frozenset({"unused-result", "uninitialised", "format-first", "misleading-indentation"})
WITHOUT_A_HEADER = frozenset({"misspelt-directive", "misspelt-header", "include-brackets", "include-hash"})
STOPS = frozenset({"main-type"})  # warnings of the compiler after which there is no program
OUTSIDE = frozenset({"outside-function", "missing-type", "conflicting-types"})
ORPHANS = frozenset({"undeclared-name", "unknown-function", "misspelt-function", "unknown-type", "too-many-arguments"})
FLOOD = "too many errors emitted"  # clang's last words; they are about no line


@dataclass(frozen=True, slots=True)
class _One:
    found: Found
    level: Literal["error", "warning"]
    place: Place | None

    @property
    def at(self) -> tuple[str, int]:
        return (self.place.file, self.place.line) if self.place else ("", 0)


def cards(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str | bytes]) -> tuple[Card, ...]:
    """In the order in which they are worth reading: errors, then warnings that teach; never one mistake twice.

    `sources`: what was compiled, by name. An error that no rule knows becomes a card `other` with the compiler's words;
    a warning that no rule knows becomes none. What was never given to the compiler is the one card `source-refused`.
    """
    if refused := next((one.refused for one in diagnostics if one.refused), None):
        return (_refused(refused),)
    texts = {name: Source(text) for name, text in sources.items()}
    said = tuple(one for one in diagnostics if one.level != "note" and not one.text.startswith(FLOOD))
    all_found = [one for diagnostic in said if (one := _found(diagnostic, said, texts))]
    errors = [one for one in all_found if one.level == "error"]
    if errors and (other := _other_language(texts)):
        return (_card(other, texts),)
    kept = _without_what_follows(errors, texts)
    warnings = [one for one in all_found if one.level == "warning"]
    return tuple(_card(one, texts) for one in (*kept, *_worth_teaching(warnings, kept, texts)))


def _found(one: Diagnostic, said: tuple[Diagnostic, ...], texts: Mapping[str, Source]) -> _One | None:
    source = texts.get(one.place.file, Source()) if one.place else Source()
    case = Case(one, said, source, texts)
    found = next((known for rules in RULES if (known := rules.find(case))), None)
    if found is None and one.level == "warning":
        return None
    found = found or Found("other" if one.place else "other/no-place", {"said": shown(one.text, 200)})
    level: Literal["error", "warning"] = "warning" if one.level == "warning" else "error"
    place = found.place or one.place
    if found.rule in STOPS or (found.rule == "missing-quote" and _has_error_on_line(said, place)):
        level = "error"
    if found.rule == "apostrophes-for-string" and _has_error_on_line(said, place):
        level = "error"
    return _One(found, level, place)


def _has_error_on_line(said: Sequence[Diagnostic], place: Place | None) -> bool:
    return any(one.level == "error" and one.place and place and one.place.line == place.line for one in said)


def _without_what_follows(errors: list[_One], texts: Mapping[str, Source]) -> list[_One]:
    """The causes, in the order of the text. One a line, one a name, and nothing after what breaks all the rest."""
    rules = {one.found.rule for one in errors}
    if "open-comment" in rules:  # it has swallowed the braces
        errors = [one for one in errors if one.found.rule != "missing-brace"]
        rules.discard("missing-brace")
    for breaking in ("extra-brace", "missing-brace"):  # told at the end of the file, and everything else comes of them
        if breaking in rules:
            errors = [one for one in errors if not _follows_from_brace(one, errors, breaking)]
    ordered = sorted(errors, key=lambda one: (one.place is None, one.found.key not in FIRST, _line(one)))
    kept: list[_One] = []
    for one in ordered:
        if not any(_follows(one, earlier, texts) for earlier in kept):
            kept.append(one)
    if kept and any(one.place for one in kept):
        return sorted((one for one in kept if one.found.rule != "no-main" or one.place or len(kept) == 1), key=_line)
    return kept


def _line(one: _One) -> int:
    return one.place.line if one.place else 1 << 30


def _follows_from_brace(one: _One, errors: Sequence[_One], breaking: str) -> bool:
    brace = next(other for other in errors if other.found.rule == breaking)
    if one.found.rule == breaking:
        return one is not brace
    if one.found.rule == "function-in-function":
        return True
    if one.found.rule == "missing-semicolon":
        return False
    if breaking == "extra-brace" and one.found.rule in BREAKING:
        return False
    return one.at[0] == brace.at[0] and _line(one) >= _line(brace)


def _follows(one: _One, earlier: _One, texts: Mapping[str, Source]) -> bool:  # noqa: PLR0911 - the first yes wins
    if one.at == earlier.at:
        return True
    rule, before = one.found.rule, earlier.found.rule
    if before == "missing-brace" and rule == "missing-semicolon":
        return False
    if before == "return-in-void" and rule == "void-used":
        return True
    if earlier.found.key in BREAKING and one.at[0] == earlier.at[0] and _line(one) >= _line(earlier):
        return True
    name = one.found.values.get("name")
    if name and name == earlier.found.values.get("name"):
        return True
    if rule == before and rule in ("missing-include", "outside-function", "typographic-quotes", "wrong-operator"):
        return rule != "missing-include" or one.found.values.get("header") == earlier.found.values.get("header")
    if rule == "missing-include" and before in WITHOUT_A_HEADER:
        return True
    if before == "main-type" and rule == "no-main":
        return True
    if before in OUTSIDE and rule in OUTSIDE and _line(one) == _line(earlier) + 1:
        return True
    # A name that the broken line should have declared is not another mistake.
    if rule in ORPHANS and name and earlier.place and _line(earlier) < _line(one):
        line = texts.get(earlier.place.file, Source()).bare(earlier.place.line)
        return re.search(rf"\b{re.escape(str(name))}\b", line) is not None
    return False


def _worth_teaching(warnings: list[_One], errors: Sequence[_One], texts: Mapping[str, Source]) -> list[_One]:
    """One a line, none on a line with an error, the same mistake about the same name once."""
    taken = {one.at for one in errors}
    if any(one.found.key in BREAKING for one in errors):
        return []
    seen: set[tuple[str, object]] = set()
    doubtful = "|".join(re.escape(str(name)) for one in errors if (name := one.found.values.get("name")))
    explained = {one.found.values.get("line") for one in errors if one.found.key.startswith("else-without-if/")}
    kept = []
    for one in sorted(warnings, key=lambda one: one.found.rule in LAST):
        name = one.found.values.get("name")
        same = (one.found.rule, name) if name else (one.found.rule, one.at)
        line = texts[one.place.file].bare(one.place.line) if one.place and one.place.file in texts else ""
        if doubtful and re.search(rf"\b(?:{doubtful})\b", line):
            continue  # what is said of such a name may change with its error
        if one.at not in taken and same not in seen and _line(one) not in explained:
            taken.add(one.at)
            seen.add(same)
            kept.append(one)
    return sorted(kept, key=_line)


LANGUAGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "C++",
        re.compile(
            r"#\s{0,9}include\s{0,9}<(?:iostream|vector|string|bits/stdc\+\+\.h)>|"
            r"\bstd::|\busing namespace\b|\bcout\s{0,9}<<"
        ),
    ),
    ("Java", re.compile(r"\bpublic (?:static|class)\b|\bSystem\.out\b|\bimport java\.")),
    ("JavaScript", re.compile(r"\bconsole\.log\s{0,9}\(|^(?:let|function)\s{1,9}\w{1,40}\s{0,9}[=(]")),
    ("PHP", re.compile(r"<\?php")),
    ("HTML", re.compile(r"^\s{0,20}<(?:!DOCTYPE|html|head|body)\b", re.IGNORECASE)),
)
PYTHON = re.compile(
    r"^\s{0,40}(?:def \w{1,60}\s{0,9}\([^)]{0,200}\)\s{0,9}:|(?:if|elif|for|while|else)\b[^;{]{0,200}:\s{0,9}$|"
    r"print\s{0,9}\([^;]{0,200}\)\s{0,9}$|import \w{1,60}\s{0,9}$|from \w{1,60} import\b|\w{1,60} = (?:int\(|input\())"
)

PASCAL = re.compile(r"^\s{0,40}(?:program \w{1,60};|begin\s{0,9}$|writeln\b)", re.IGNORECASE)


def _other_language(texts: Mapping[str, Source]) -> _One | None:
    """The first line that no programmer in C writes, in what is then no program in C."""
    for file, source in texts.items():
        is_c = re.search(r"\bmain\s{0,9}\(|^\s{0,9}#\s{0,9}include", source.bare_text, re.MULTILINE) is not None
        patterns = LANGUAGES if is_c else (*LANGUAGES, ("Python", PYTHON), ("Pascal", PASCAL))
        for number, line in enumerate(source.lines, 1):
            for language, pattern in patterns:
                bare = line if language in ("C++", "Python") else source.bare(number)
                if (found := pattern.search(bare[:500])) and source.bare(number)[found.start() :].strip():
                    return _One(Found("wrong-language", {"language": language}), "error", Place(file, number, 1))
    return None


def _refused(refused: SourceRefused) -> Card:
    values = {name: value if isinstance(value, int) else shown(str(value)) for name, value in refused.values.items()}
    title, advice = Told(N_("This cannot be compiled")), Told(N_("Nothing was run."))
    return Card("source-refused", "error", None, "", title, Told(refused.template, values), advice)


def _card(one: _One, texts: Mapping[str, Source]) -> Card:
    words = WORDS[one.found.key]
    values = {**SIGNS, **one.found.values}
    source = texts[one.place.file].line(one.place.line) if one.place and one.place.file in texts else ""
    return Card(
        one.found.rule,
        one.level,
        one.place,
        shown(source.expandtabs(4), MOST_SOURCE_LINE),
        Told(words.title, values),
        Told(words.text, values),
        Told(words.advice, values),
        str(values.get("guess", "")),
    )
