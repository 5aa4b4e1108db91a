"""Names that C does not know, or knows twice: variables, functions, types, headers, `main`."""

from __future__ import annotations

import re
from dataclasses import replace

from cordee.core.errors import shown
from cordee.sandbox.card_rules.rule import FOREIGN, NAME, OTHER_NAME, Case, Found, Rules, Value, foreign_word
from cordee.sandbox.card_source import (
    DIRECTIVES,
    HEADER_OF,
    HEADERS,
    HEADERS_OF_A_SYSTEM,
    HEADERS_OF_WINDOWS,
    KEYWORDS,
    NOT_HERE,
    STATEMENTS,
    TYPES,
    nearest,
)
from cordee.sandbox.outcomes import Place

RULES = Rules()


@RULES.rule(r"")
def header_of_a_system(_match: re.Match[str], case: Case) -> Found | None:
    """Whatever is wrong in a header that is not for here is told where the learner includes it."""
    if case.place is None or case.place.file in case.sources or case.said.level != "error":
        return None
    for name in HEADERS_OF_A_SYSTEM.get(case.place.file, ()):
        for file, source in case.sources.items():
            found = re.search(rf"^[ \t]*#[ \t]*include[ \t]*<{re.escape(name)}>", source.text, re.MULTILINE)
            if found:
                place = Place(file, source.line_at(found.start()), 1)
                return Found("missing-header/system", {"name": name}, place)
    return None


@RULES.rule(r"'(?P<name>[^']+)' file not found")
def missing_header(match: re.Match[str], case: Case) -> Found | None:
    name = shown(match["name"], 60)
    if name.lower() in HEADERS_OF_WINDOWS:
        return Found("missing-header/windows", {"name": name})
    guess = nearest(name, (*HEADERS, *(file for file in case.sources if file.endswith(".h"))))
    if guess or name.removesuffix(".h") + ".h" in HEADERS:
        return Found("misspelt-header", {"name": name, "guess": guess or name + ".h"})
    return Found("missing-header", {"name": name})


@RULES.rule(r"^expected \"FILENAME\" or <FILENAME>|^expected '>'|^missing terminating '>'|empty filename")
def include_brackets(_match: re.Match[str], case: Case) -> Found | None:
    return Found("include-brackets") if case.source.line(case.line).lstrip().startswith("#") else None


@RULES.rule(r"^invalid preprocessing directive(?:, did you mean '#(?P<guess>\w+)')?")
def misspelt_directive(match: re.Match[str], case: Case) -> Found | None:
    name = case.word
    guess = match["guess"] or nearest(name, DIRECTIVES)
    return Found("misspelt-directive", {"name": shown(name, 40), "guess": guess}) if guess else None


@RULES.rule(rf"^call to undeclared library function {NAME}|^implicitly declaring library function {OTHER_NAME}")
def missing_include(match: re.Match[str], case: Case) -> Found | None:
    name = match["name"] or match["n"]
    if name in NOT_HERE:
        return not_here(name)
    notes = (re.search(r"include the header <([^>]+)>", note.text) for note in case.said.notes)
    header = next((found[1] for found in notes if found), HEADER_OF.get(name, ""))
    return Found("missing-include", {"name": name, "header": header}) if header else None


@RULES.rule(rf"^call to undeclared function {NAME}")
def unknown_function(  # noqa: PLR0911 - the first yes wins
    match: re.Match[str], case: Case
) -> Found | None:
    name = match["name"]
    if name == "gets":
        return Found("removed-gets")
    if name in FOREIGN:
        return foreign_word(name)
    line = case.source.functions.get(name, 0)
    if line > case.line:
        return Found("function-below", {"name": name, "line": line})
    if name in NOT_HERE:
        return not_here(name)
    if name in HEADER_OF:
        return Found("missing-include", {"name": name, "header": HEADER_OF[name]})
    if guess := nearest(name, [word for word in KEYWORDS if word in (*STATEMENTS, "sizeof")]):
        return Found("misspelt-keyword", {"name": name, "guess": guess})
    guess = case.clangs_guess or nearest(name, (*case.functions, *_library_functions()))
    return Found("misspelt-function" if guess else "unknown-function", {"name": name, "guess": guess})


def not_here(name: str) -> Found:
    """Of a function of another world: `name` is in NOT_HERE."""
    of_c = {"gets_s": "fgets", "fopen_s": "fopen"}.get(name, name.removesuffix("_s"))
    return Found(f"not-here/{NOT_HERE[name]}", {"name": name, "guess": of_c if NOT_HERE[name] == "safe" else ""})


def _library_functions() -> list[str]:
    return [name for name in HEADER_OF if name.islower() and not name.endswith("_t")]


@RULES.rule(rf"^use of undeclared identifier {NAME}|^unknown type name {OTHER_NAME}")
def undeclared_type(  # noqa: PLR0911 - the first yes wins
    match: re.Match[str], case: Case
) -> Found | None:
    """A line that looks like a declaration: the first word should be a type."""
    name = match["name"] or match["n"]
    is_declaration = re.match(r"\w+\b(?:\s+|\s*\*+\s*)[^\W\d]\w*\s*(?:[=;,\[]|$)", case.after)
    if not match["n"] and not (is_declaration and re.search(r"(?:^|[{};(])\s*$", case.before)):
        return None
    if name in FOREIGN:
        return foreign_word(name)
    if (second := re.match(r"\w+\s+(\w+)", case.after)) and second[1] in TYPES:
        return Found("missing-type/order", {"name": name})
    if name.lower() == "string":
        return Found("unknown-type/string", {"name": name})
    if name in HEADER_OF:
        return Found("missing-include", {"name": name, "header": HEADER_OF[name]})
    if name in case.source.structures:
        return Found("missing-struct", {"name": name})
    if name.lower().startswith("bool"):
        return Found("unknown-type/guess", {"name": name, "guess": "bool"})
    if name.lower().startswith("integer"):
        return Found("unknown-type/guess", {"name": name, "guess": "int"})
    guess = nearest(name, TYPES)
    if not guess and (word := nearest(name, KEYWORDS)):
        return Found("misspelt-keyword", {"name": name, "guess": word})
    return Found("unknown-type/guess" if guess else "unknown-type", {"name": name, "guess": guess})


@RULES.rule(rf"^use of undeclared identifier {NAME}")
def undeclared_name(  # noqa: PLR0911 - the first yes wins
    match: re.Match[str], case: Case
) -> Found | None:
    name = match["name"]
    if name in FOREIGN:
        return foreign_word(name)
    if name in HEADER_OF:
        return Found("missing-include", {"name": name, "header": HEADER_OF[name]})
    lines = case.source.declared.get(name, [])
    if above := [line for line in lines if line < case.line]:
        return Found("undeclared-name/scope", {"name": name, "line": above[-1]})
    if lines and case.source.function_around(lines[0]) == case.source.function_around(case.line):
        return Found("undeclared-name/below", {"name": name, "line": lines[0]})
    if guess := nearest(name, [word for word in KEYWORDS if len(word) > 2]):  # noqa: PLR2004 - "if" is near to all
        return Found("misspelt-keyword", {"name": name, "guess": guess})
    names = [one for one, at in case.source.declared.items() if at[0] <= case.line]
    if guess := nearest(name, names):
        return Found("undeclared-name/guess", {"name": name, "guess": guess})
    if re.search(r"\b(?:printf|puts)\s*\(\s*$", case.before):
        return Found("missing-quote/text", {"name": name})
    if guess := case.clangs_guess or nearest(name, (*case.functions, *HEADER_OF)):
        return Found("undeclared-name/guess", {"name": name, "guess": guess})
    return Found("undeclared-name", {"name": name})


@RULES.rule(rf"^must use 'struct' tag to refer to type {NAME}")
def missing_struct(match: re.Match[str], _case: Case) -> Found | None:
    return Found("missing-struct", {"name": match["name"]})


@RULES.rule(rf"^redefinition of {NAME}(?: with a different type: '(?P<wanted>[^']+)' .*vs '(?P<given>[^']+)')?")
def redefinition(match: re.Match[str], case: Case) -> Found | None:
    name, line = match["name"], case.noted_line()
    if name == "main":
        return Found("two-mains")
    if match["wanted"]:
        values: dict[str, Value] = {"name": name, "wanted": match["wanted"], "given": match["given"], "line": line}
        return Found("wrong-type-declared", values)
    return Found("redefinition", {"name": name, "line": line}) if line else None


@RULES.rule(r"^duplicate symbol: (?P<name>\w+)")
def duplicate_symbol(match: re.Match[str], case: Case) -> Found | None:
    places = _places_of(case, rf"\b{match['name']}\s{{0,9}}\(")
    key = "two-mains" if match["name"] == "main" else "redefinition/files"
    return Found(key, {"name": match["name"]}, places[-1] if places else None)


@RULES.rule(r"^undefined symbol: (?P<name>\w+)")
def undefined_symbol(match: re.Match[str], case: Case) -> Found | None:
    name = match["name"]
    places = _places_of(case, rf"\b{name}\b")
    if name in NOT_HERE:
        return replace(not_here(name), place=places[0] if places else None)
    guess = nearest(name, case.functions)
    values: dict[str, Value] = {"name": name, "guess": guess}
    return Found("undefined-function/guess" if guess else "undefined-function", values, places[0] if places else None)


@RULES.rule(r"^the variables are larger than (?P<most>\d+) MB")
def data_too_large(match: re.Match[str], _case: Case) -> Found | None:
    return Found("data-too-large", {"most": match["most"]})


@RULES.rule(r"^there is no function main")
def no_main(_match: re.Match[str], case: Case) -> Found | None:
    for file, source in case.sources.items():
        for name, line in source.functions.items():
            if nearest(name, ["main"]):
                return Found("no-main/guess", {"name": name, "guess": "main"}, Place(file, line))
    return Found("no-main")


def _places_of(case: Case, pattern: str) -> list[Place]:
    return [
        Place(file, source.line_at(found.start()))
        for file, source in case.sources.items()
        for found in re.finditer(pattern, source.bare_text)
    ]


@RULES.rule(rf"^conflicting types for {NAME}")
def conflicting_types(match: re.Match[str], case: Case) -> Found | None:
    if match["name"] in HEADER_OF and case.source.depth(case.line) == 0 and re.search(r";\s*$", case.after):
        return Found("outside-function")
    return Found("conflicting-types", {"name": match["name"]})
