"""Signs and words that stand wrong or lack: semicolons, braces, quotes, keywords."""

from __future__ import annotations

import re

from cordee.core.errors import shown
from cordee.sandbox.card_rules.rule import FOREIGN, Case, Found, Rules, foreign_word
from cordee.sandbox.card_source import HEADER_OF, KEYWORDS, STATEMENTS, TYPES

RULES = Rules()
CURVED = "\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019\u201a\u00b4"
LOOKS_LIKE = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u00d7": "*",
    "\u00f7": "/",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\uff1b": ";",
    "\u037e": ";",
    "\uff08": "(",
    "\uff09": ")",
    "\u2026": "...",
    "\uff0c": ",",
    "\u2217": "*",
}


@RULES.rule(r"character <U\+(?P<code>[0-9A-F]{1,6})>")
def strange_character(match: re.Match[str], case: Case) -> Found | None:
    number = int(match["code"], 16)
    sign = chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"  # noqa: PLR2004 - Unicode's
    if sign in CURVED:
        return Found("typographic-quotes")
    if sign in LOOKS_LIKE:
        return Found("strange-character/guess", {"sign": sign, "guess": LOOKS_LIKE[sign]})
    return Found("strange-character", {"sign": shown(sign)})


@RULES.rule(r"unterminated /\* comment")
def open_comment(_match: re.Match[str], _case: Case) -> Found | None:
    return Found("open-comment")


@RULES.rule(r"missing terminating (?P<sign>'\"'|') character")
def missing_quote(match: re.Match[str], case: Case) -> Found | None:
    if any(sign in case.source.line(case.line) for sign in CURVED):
        return Found("typographic-quotes")
    return Found("missing-quote", {"sign": match["sign"].strip("'") or "'"})


@RULES.rule(r"multi-character character constant|character constant too long")
def apostrophes_for_string(_match: re.Match[str], _case: Case) -> Found | None:
    return Found("apostrophes-for-string")


def _from_define(case: Case) -> Found | None:
    """A `#define` used on this line that holds what no value has."""
    for name in re.findall(r"[^\W\d]\w*", case.source.bare(case.line)):
        line, value = case.source.defined.get(name, (0, ""))
        if value.startswith("=") and not value.startswith("=="):
            return Found("define-equals", {"name": name, "line": line})
        if value.endswith(";"):
            return Found("define-semicolon", {"name": name, "line": line})
    return None


@RULES.rule(r"^expected |^unexpected |extraneous ")
def syntax_of_a_define(_match: re.Match[str], case: Case) -> Found | None:
    return None if case.source.bare(case.line).lstrip().startswith("#") else _from_define(case)


@RULES.rule(r"^expected |^unexpected ")
def foreign_in_syntax(_match: re.Match[str], case: Case) -> Found | None:
    word = case.word
    if word in FOREIGN and word not in case.source.declared:
        return foreign_word(word)
    return None


@RULES.rule(r"^expected ';' in 'for' statement|^unexpected .* in 'for'|'for' statement")
def for_semicolons(_match: re.Match[str], _case: Case) -> Found | None:
    return Found("for-semicolons")


@RULES.rule(r"^expected ';' after (?:struct|union|enum)")
def semicolon_after_struct(_match: re.Match[str], _case: Case) -> Found | None:
    return Found("missing-semicolon/struct")


@RULES.rule(r"^expected ';'")
def missing_semicolon(_match: re.Match[str], case: Case) -> Found | None:
    line = case.source.bare(case.line)
    if found := re.search(r"\belse\s{0,9}\(", line):
        return Found("else-with-condition", place=case.at_line(case.line, found.start() + 1))
    if re.search(r"\d$", case.before.rstrip()) and re.match(r"\s*,\s*\d", case.after):
        return Found("comma-in-number")
    if re.match(r"\s*\)", case.after) and line.count(")") > line.count("("):
        return Found("extra-parenthesis")
    if re.match(r"\s*elif\b|\s*\{", case.after) and (word := re.match(r"\s*(elif|elsif|elseif)\b", line)):
        return foreign_word(word[1])
    if case.source.depth(case.line) == 0 and "top level" in case.said.text and re.match(r"\s*[\w{]", case.after):
        name = case.source.word_before(case.place)
        is_head = re.match(r"\s*\{", case.after) is not None and name.isidentifier()
        return Found("missing-parenthesis/function", {"name": name}) if is_head else None
    return _between_two(case) or Found("missing-semicolon", {"word": shown(case.source.word_before(case.place), 40)})


def _between_two(case: Case) -> Found | None:
    """What stands on the same line after the place where “;” is missed tells what was meant."""
    before, after = case.source.word_before(case.place), case.after.strip()
    if after.startswith(":="):
        return Found("wrong-operator", {"given": ":=", "wanted": "="})
    if re.fullmatch(rf"\s*(?:{'|'.join(TYPES)})\s+\w+\s*", case.before) and re.match(
        r"-?\s*[^\W\d]\w*\s*(?:[=;,]|$)", after
    ):
        return Found("name-in-two-words")
    if before in HEADER_OF or before in case.functions:
        if re.match(r"[\w\"']", after) and after.split()[0] not in KEYWORDS:
            return Found("call-without-parentheses/values", {"name": before})
    elif re.match(r"\w", after) and case.word not in KEYWORDS and case.word not in HEADER_OF:
        return Found("missing-semicolon/middle", {"word": shown(before, 40), "name": shown(case.word, 40)})
    return None


@RULES.rule(r"^expected '\}'")
def missing_brace(_match: re.Match[str], case: Case) -> Found | None:
    line = case.source.unclosed() or case.noted_line() or case.line
    column = case.source.bare(line).rfind("{") + 1
    return Found("missing-brace", place=case.at_line(line, column))


@RULES.rule(r"^extraneous closing brace")
def extra_brace(_match: re.Match[str], case: Case) -> Found | None:
    """The compiler names the last one; the one that closed too early stands above the first line left outside."""
    for one in case.others(
        r"^expected parameter declarator|^type specifier missing|^expected identifier or|outside of a"
    ):
        if one.place and one.place.line < case.line and case.source.depth(one.place.line) == 0:
            line = case.source.closing_before(one.place.line)
            if line and case.source.depth(line):
                return Found("extra-brace", place=case.at_line(line, case.source.bare(line).rfind("}") + 1))
    return Found("extra-brace")


@RULES.rule(r"^expected function body after function declarator")
def missing_opening_brace(_match: re.Match[str], case: Case) -> Found | None:
    return Found("missing-opening-brace") if case.source.depth(case.line) == 0 else None


@RULES.rule(r"^expected '\(' after (?:')?(?P<word>\w+)")
def missing_open_parenthesis(match: re.Match[str], _case: Case) -> Found | None:
    return Found("missing-parenthesis/open", {"word": match["word"]})


@RULES.rule(r"^extraneous '\)'")
def extra_parenthesis(_match: re.Match[str], _case: Case) -> Found | None:
    return Found("extra-parenthesis")


@RULES.rule(r"^expected '\]'")
def missing_bracket(_match: re.Match[str], case: Case) -> Found | None:
    return Found("missing-bracket", {"line": case.noted_line() or case.line})


@RULES.rule(r"^expected '\)'")
def missing_parenthesis(_match: re.Match[str], case: Case) -> Found | None:
    opened = case.noted_line() or case.line
    if case.after.startswith("\\"):
        return Found("strange-character/outside", {"sign": case.after[:2]})
    if case.source.depth(case.line) == 0:
        is_parameters = case.after.lstrip().startswith(";") and re.search(r"\w\s*\(\s*\w+\s", case.before)
        return Found("missing-comma/parameters") if is_parameters else None
    before = case.before.rstrip()
    if re.match(r"\s*[\w\"'&]", case.after) and re.search(r"[\w\"')\]]$", before) and _is_call(case):
        if re.search(r"\d$", before) and re.match(r"[^\W\d]", case.after):
            return Found("missing-operator")
        return Found("missing-comma", {"word": _first_sign(case)})
    return Found("missing-parenthesis", {"line": opened})


def _is_call(case: Case) -> bool:
    """The parenthesis that is open on this line is the one of a call."""
    opened = next((note.place for note in case.said.notes if "to match this" in note.text), None)
    if opened is None or opened.line != case.line:
        return False
    called = case.source.word_before(opened)
    return called.isidentifier() and called not in KEYWORDS


def _first_sign(case: Case) -> str:
    found = re.match(r"\s*(&?\w+|\"[^\"]{0,30}\"?|\S)", case.after)
    return shown(found[1], 40) if found else ""


@RULES.rule(r"^expected expression")
def else_without_if(_match: re.Match[str], case: Case) -> Found | None:
    if case.word != "else":
        return None
    for one in case.others(r"^misleading indentation"):
        if one.place and case.line - 4 <= one.place.line < case.line:
            return Found("else-without-if/braces", {"line": one.place.line})
    for one in case.others(r"^if statement has empty body"):
        if one.place and case.line - 4 <= one.place.line < case.line:
            return Found("else-without-if/semicolon", {"line": one.place.line})
    return Found("else-without-if")


@RULES.rule(r"^expected expression")
def expected_expression(  # noqa: PLR0911 - the first yes wins
    _match: re.Match[str], case: Case
) -> Found | None:
    word = case.word
    if word == "=" and (found := re.search(r"([-+*/%]) +$", case.before)):
        return Found("wrong-operator", {"given": f"{found[1]} =", "wanted": f"{found[1]}="})
    if case.after.startswith("#") or re.match(r"/\s", case.after):
        return Found("comment-sign")
    if word == "[" and re.search(r"=\s*$", case.before):
        return Found("list-braces")
    if word == "{" and (name := re.search(r"(\w+)\s*=\s*$", case.before)):
        return Found("array-assigned", {"name": name[1]})
    if re.match(r"%\d*[a-z]", case.after) and re.search(r"\b(?:printf|scanf)\s*\(", case.before):
        return Found("format-first")
    pair = case.before[-1:] + case.after[:1]
    wanted = {"=>": ">=", "=<": "<=", "<>": "!="}.get(pair)
    if wanted:
        return Found("wrong-operator", {"given": pair, "wanted": wanted})
    if word in TYPES and re.search(r"[(,]\s*$", case.before):
        return Found("type-in-call", {"word": word})
    if word in FOREIGN:
        return foreign_word(word)
    if case.source.depth(case.line) == 0:
        return None
    return Found("missing-expression", {"word": shown(word or _first_sign(case), 40)})


@RULES.rule(r"^expected identifier or '\('|^cannot combine with previous|outside of a function$|^expected expression")
def no_name_here(  # noqa: PLR0911 - the first yes wins
    match: re.Match[str], case: Case
) -> Found | None:
    word, before = case.word, case.source.word_before(case.place)
    if match[0].startswith("cannot"):
        return Found("keyword-as-name", {"name": word}) if word in KEYWORDS else None
    if before in TYPES and word in KEYWORDS:
        return Found("keyword-as-name", {"name": word})
    if before in TYPES and word in ("=", ";") and before in KEYWORDS:
        words = re.findall(r"\w+", case.before)
        return (
            Found("keyword-as-name", {"name": before})
            if len(words) > 1
            else Found("missing-expression", {"word": word})
        )
    if before == "," and word in TYPES:
        return Found("type-twice", {"word": word})
    if before in TYPES and word[:1].isdigit():
        return Found("name-with-digit")
    if re.match(r"\d", case.after) and re.search(r"\d\s*,\s*$", case.before):
        return Found("comma-in-number")
    if word == "{" and case.source.depth(case.line) == 0:
        above = next((number for number in range(case.line, 0, -1) if ";" in case.source.bare(number)), 0)
        if above and case.source.bare(above).rstrip().rstrip("{").rstrip().endswith(");"):
            return Found("semicolon-after-function", {"line": above}, case.at_line(above))
    if case.source.depth(case.line) == 0 and (word in STATEMENTS or "outside" in match[0]):
        return Found("outside-function")
    return None


@RULES.rule(r"^expected parameter declarator|^a parameter list without types")
def outside_function(_match: re.Match[str], case: Case) -> Found | None:
    return Found("outside-function") if case.source.depth(case.line) == 0 else None


@RULES.rule(r"^expected identifier$|^expected identifier or|type specifier missing|^unknown type name")
def missing_type(match: re.Match[str], case: Case) -> Found | None:
    word = case.word
    if match[0].startswith("type"):
        name = case.source.word(case.place)
        if re.match(r"\s*\w+\s*\(", case.after) and re.search(r";\s*$", case.after):
            return Found("outside-function")
        return Found("missing-type", {"name": name})
    if match[0] == "expected identifier" and re.search(r"\w\s*\(", case.before):
        found = re.search(r"[(,]\s*(\w+)\s*(?:,|$)", case.before.rstrip()) or re.match(r"\s*(\w+)", case.before)
        return Found("missing-type", {"name": found[1]}) if found and found[1] not in TYPES else None
    if word == "include" and re.match(r"include\s*[<\"]", case.after):
        return Found("include-hash")
    return None


@RULES.rule(r"^parameter '(?P<name>[^']+)' was not declared, defaults to")
def parameter_without_type(match: re.Match[str], _case: Case) -> Found | None:
    return Found("missing-type", {"name": match["name"]})


for _pattern, _key in (
    (r"^expected ':' after", "missing-colon"),
    (r"^invalid '==' at end of declaration", "comparison-for-assignment/declaration"),
):
    RULES.simple(_pattern, _key)
