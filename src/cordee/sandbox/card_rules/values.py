"""Values where others are wanted: types, formats, arguments, indexes; and code that does something else than meant."""

from __future__ import annotations

import re

from cordee.core.errors import shown
from cordee.sandbox.card_rules.rule import NAME, Case, Found, Rules, Value
from cordee.sandbox.card_source import HEADER_OF, TYPES

RULES = Rules()
WHOLE_TYPES = (  # as wide as they are here, where long is no wider than int
    ("int", -(1 << 31), (1 << 31) - 1),
    ("long long", -(1 << 63), (1 << 63) - 1),
    ("unsigned long long", 0, (1 << 64) - 1),
)
FORMATS = {
    "int": "%d",
    "unsigned int": "%u",
    "long": "%ld",
    "unsigned long": "%lu",
    "long long": "%lld",
    "unsigned long long": "%llu",
    "char": "%c",
    "double": "%f",
    "float": "%f",
    "char *": "%s",
    "const char *": "%s",
    "size_t": "%zu",
    "int *": "%d",
    "unsigned int *": "%u",
    "long *": "%ld",
    "long long *": "%lld",
    "double *": "%lf",
    "float *": "%f",
    "char[": "%s",
}
GIVEN_WANTED = re.compile(
    r"(?:initializing|assigning to) '(?P<w1>[^']+)'[^']*?from '(?P<g1>[^']+)'|"
    r"initializing '(?P<w2>[^']+)' (?:\(aka '[^']*'\) )?with an expression of (?:incompatible )?type '(?P<g2>[^']+)'|"
    r"assigning to '(?P<w5>[^']+)' (?:\(aka '[^']*'\) )?from incompatible type '(?P<g5>[^']+)'|"
    r"passing '(?P<g3>[^']+)' (?:\(aka '[^']*'\) )?to parameter of (?:incompatible )?type '(?P<w3>[^']+)'|"
    r"returning '(?P<g4>[^']+)' (?:\(aka '[^']*'\) )?from a function with (?:incompatible )?result type '(?P<w4>[^']+)'"
)


def _types(text: str) -> tuple[str, str]:
    """(given, wanted) as clang names them, or two empty texts."""
    found = GIVEN_WANTED.search(text)
    if found is None:
        return "", ""
    groups = found.groupdict()
    given = next((value for name, value in groups.items() if name[0] == "g" and value), "")
    wanted = next((value for name, value in groups.items() if name[0] == "w" and value), "")
    return given, wanted


@RULES.rule(r"^incompatible integer to pointer conversion")
def number_for_address(_match: re.Match[str], case: Case) -> Found | None:
    given, wanted = _types(case.said.text)
    if quoted := re.match(r"'((?:\\.|[^'\\])*)'", case.after):
        is_one = len(quoted[1].lstrip("\\")) <= 1
        return Found("char-for-string" if is_one else "apostrophes-for-string", {"wanted": wanted})
    if re.search(r"\b(?:printf|scanf)\s*\(\s*$", case.before):
        return Found("format-first")
    values: dict[str, Value] = {"given": given, "wanted": wanted}
    return Found("int-pointer/address" if "take the address" in case.said.text else "int-pointer", values)


@RULES.rule(r"^incompatible pointer to integer conversion")
def address_for_number(_match: re.Match[str], case: Case) -> Found | None:
    given, wanted = _types(case.said.text)
    values: dict[str, Value] = {"given": given, "wanted": wanted}
    if case.after.startswith('"'):
        is_long = re.match(r'"(?:\\.|[^"\\]){2,}"', case.after) is not None
        of_char = "string-for-char/text" if is_long else "string-for-char"
        return Found(of_char if "char" in wanted else "string-for-number", values)
    return Found("int-pointer/value" if "remove &" in case.said.text else "int-pointer", values)


@RULES.rule(r"^incompatible pointer types|^incompatible function pointer types")
def wrong_pointer(_match: re.Match[str], case: Case) -> Found | None:
    given, wanted = _types(case.said.text)
    return Found("wrong-pointer", {"given": given, "wanted": wanted}) if given else None


@RULES.rule(r"incompatible type")
def wrong_type(_match: re.Match[str], case: Case) -> Found | None:
    given, wanted = _types(case.said.text)
    if given == "void":
        return Found("void-used")
    return Found("wrong-type", {"given": given, "wanted": wanted}) if given else None


@RULES.rule(r"^implicit conversion from .* to '(?P<type>[^']+)'.* changes value from (?P<value>-?\d+) to")
def number_too_large(match: re.Match[str], _case: Case) -> Found | None:
    if match["type"] == "float":
        return Found("number-too-large", {"guess": "double"})
    value = int(match["value"][:30])
    fits = (name for name, least, most in WHOLE_TYPES if least <= value <= most)
    return Found("number-too-large", {"guess": next(fits, "double")})


@RULES.rule(r"^comparison between pointer and integer")
def pointer_compared(match: re.Match[str], case: Case) -> Found | None:
    types = re.findall(r"'([^']+)'", case.said.text)
    if any(case.line == (one.place.line if one.place else 0) for one in case.others(r"against a string literal")):
        return Found("string-for-char")
    return Found("int-pointer", {"given": types[0], "wanted": types[1]}) if len(types) > 1 else None


@RULES.rule(r"^result of comparison against a string literal")
def compared_strings(_match: re.Match[str], case: Case) -> Found | None:
    numbers = case.others(r"^comparison between pointer and integer")
    if any(one.place and one.place.line == case.line for one in numbers):
        return Found("string-for-char")
    return Found("compared-strings")


@RULES.rule(
    r"^format specifies type '(?P<wanted>[^']+)'(?: \(aka '(?P<w2>[^']+)'\))? but the argument has "
    r"(?:underlying )?type '(?P<given>[^']+)'(?: \(aka '(?P<g2>[^']+)'\))?"
)
def format_mismatch(match: re.Match[str], case: Case) -> Found | None:
    wanted, given = match["wanted"], match["given"]
    line = case.source.line(case.line)
    reads = re.search(r"\b[fs]?scanf\s*\(", line) is not None
    ampersand = re.search(r"&\s*(\w+)", case.after)
    if reads and wanted.endswith("*") and "*" not in given and "[" not in given:
        return Found("missing-ampersand", {"name": case.covered or case.word})
    if reads and "(*)[" in given and ampersand is None:
        ampersand = re.search(r"&\s*(\w+)", line)
    if ampersand and "(*)[" in given:
        return Found("extra-ampersand/array", {"name": ampersand[1]})
    if ampersand and not reads and given.endswith("*"):
        return Found("extra-ampersand", {"name": ampersand[1]})
    guess = (
        FORMATS.get(given) or FORMATS.get(match["g2"] or "") or (FORMATS["char["] if given.startswith("char[") else "")
    )
    if given.endswith("*") and not reads and "char" not in given:
        guess = ""
    values: dict[str, Value] = {"wanted": wanted, "given": given, "guess": guess}
    return Found("format-mismatch/guess" if guess else "format-mismatch", values)


@RULES.rule(r"^(?P<word>\w+) (?:statement|loop) has empty body")
def empty_body(match: re.Match[str], _case: Case) -> Found | None:
    return Found("empty-body", {"word": match["word"]})


@RULES.rule(r"^misleading indentation; statement is not part of the previous '(?P<word>\w+)'")
def misleading_indentation(match: re.Match[str], _case: Case) -> Found | None:
    return Found("misleading-indentation", {"word": match["word"]})


@RULES.rule(rf"^variable {NAME} (?P<how>is uninitialized|is used uninitialized|may be uninitialized)")
def uninitialised(match: re.Match[str], case: Case) -> Found | None:
    use = next((note.place for note in case.said.notes if "use occurs here" in note.text), None)
    key = "uninitialised" if match["how"] == "is uninitialized" else "uninitialised/sometimes"
    return Found(key, {"name": match["name"]}, use)


@RULES.rule(r"^too (?P<how>few|many) arguments to (?:function|method) call(?P<rest>.*)")
def number_of_arguments(match: re.Match[str], case: Case) -> Found | None:
    numbers = re.findall(r"\b\d+\b", match["rest"])
    few = match["how"] == "few"
    if "single argument" in match["rest"]:
        numbers = ["1", "0"] if few else ["1", *numbers]
    noted = (re.search(r"'([^']+)' declared here", note.text) for note in case.said.notes)
    name = next((found[1] for found in noted if found), re.split(r"\W", case.covered)[0] or case.word)
    if len(numbers) != 2:  # noqa: PLR2004 - wanted, given
        return None
    key = "too-few-arguments" if few else "too-many-arguments"
    return Found(key, {"name": name, "wanted": numbers[0], "given": numbers[1]})


@RULES.rule(r"^non-void function (?:'(?P<name>[^']+)' )?(?:does not return a value|should return a value)")
def no_return_value(match: re.Match[str], case: Case) -> Found | None:
    name = match["name"] or case.source.function_around(case.line)
    return Found("no-return-value", {"name": name}) if name else None


@RULES.rule(r"expression result unused")
def unused_result(_match: re.Match[str], case: Case) -> Found | None:
    name = case.covered
    if name in HEADER_OF or name in case.functions:
        return Found("call-without-parentheses", {"name": name})
    return Found("unused-result")


@RULES.rule(
    r"^array index (?P<index>-?\d+) is (?P<how>past the end|before the beginning)(?:.*'[^'\[]*\[(?P<size>\d+)\])?"
)
def index_past_end(match: re.Match[str], case: Case) -> Found | None:
    index = match["index"]
    if match["how"] != "past the end" or not match["size"]:
        return Found("index-past-end/before", {"index": index})
    named = (re.search(r"array '([^']+)'", note.text) for note in case.said.notes)
    name = next((found[1] for found in named if found), case.source.word_before(case.place))
    size = int(match["size"][:18])
    return Found("index-past-end", {"index": index, "name": name, "size": size, "last": size - 1})


@RULES.rule(r"^subscripted value is not an array")
def index_on_number(_match: re.Match[str], case: Case) -> Found | None:
    return Found("index-on-number", {"name": case.covered or case.word})


@RULES.rule(r"^array type '[^']+' is not assignable")
def array_assigned(_match: re.Match[str], case: Case) -> Found | None:
    return Found("array-assigned", {"name": case.covered or case.word})


@RULES.rule(r"^expression is not assignable")
def not_assignable(_match: re.Match[str], case: Case) -> Found | None:
    in_condition = re.match(r"\s*\}?\s*(?:else\s+)?(?:if|while)\s*\(", case.source.line(case.line))
    return Found("assignment-in-condition" if in_condition else "not-assignable")


@RULES.rule(r"^use of unary operator that may be intended as compound assignment \((?P<sign>.)=\)")
def operator_turned_round(match: re.Match[str], _case: Case) -> Found | None:
    return Found("wrong-operator", {"given": f"={match['sign']}", "wanted": f"{match['sign']}="})


@RULES.rule(r"^called object type '[^']+' is not a function")
def not_a_function(_match: re.Match[str], case: Case) -> Found | None:
    name = case.covered or case.word
    return Found("not-a-function", {"name": name}) if re.fullmatch(r"[^\W\d]\w*", name) else Found("missing-operator")


@RULES.rule(r"^'(?P<word>break|continue)' statement not in loop")
def break_outside(match: re.Match[str], _case: Case) -> Found | None:
    return Found("break-outside", {"word": match["word"]})


@RULES.rule(r"^'(?P<word>case|default)' statement not in switch")
def case_outside(match: re.Match[str], _case: Case) -> Found | None:
    return Found("case-outside", {"word": match["word"]})


@RULES.rule(rf"^duplicate case value:? {NAME}")
def case_twice(match: re.Match[str], case: Case) -> Found | None:
    return Found("case-twice", {"name": match["name"], "line": case.noted_line()})


@RULES.rule(r"^expression is not an integer constant expression")
def case_variable(_match: re.Match[str], case: Case) -> Found | None:
    return Found("case-variable") if re.match(r"\s*case\b", case.source.line(case.line)) else None


@RULES.rule(r"^invalid operands to binary expression \('(?P<given>[^']+)'.* and '(?P<wanted>[^']+)'")
def wrong_operands(match: re.Match[str], case: Case) -> Found | None:
    if match["given"].startswith("char[") and (found := re.search(r"\"\s*(&\s*\w+)", case.source.line(case.line))):
        return Found("missing-comma", {"word": shown(found[1], 40)})
    return Found("wrong-operands", {"given": match["given"], "wanted": match["wanted"]})


@RULES.rule(rf"^no member named {NAME} in '(?P<type>[^']+)'")
def no_member(match: re.Match[str], case: Case) -> Found | None:
    guess = case.clangs_guess
    values: dict[str, Value] = {"name": match["name"], "type": match["type"], "guess": guess}
    return Found("no-member/guess" if guess else "no-member", values)


@RULES.rule(r"^member reference type '[^']+'.* did you mean to use '(?P<guess>->|\.)'")
def dot_or_arrow(match: re.Match[str], _case: Case) -> Found | None:
    return Found("dot-or-arrow", {"guess": match["guess"]})


@RULES.rule(r"^invalid suffix '(?P<suffix>[^']*)' on (?:integer|floating) constant")
def invalid_suffix(_match: re.Match[str], case: Case) -> Found | None:
    is_name = case.source.word_before(case.at_line(case.line, 1)) in TYPES or re.match(
        rf"\s*(?:{'|'.join(TYPES)})\s+\d", case.source.line(case.line)
    )
    return Found("name-with-digit" if is_name else "missing-operator")


@RULES.rule(r"^definition of variable with array type needs an explicit size")
def array_without_size(_match: re.Match[str], case: Case) -> Found | None:
    return Found("array-without-size", {"name": case.word})


@RULES.rule(r"^all paths through this function will call itself")
def endless_recursion(_match: re.Match[str], case: Case) -> Found | None:
    name = case.source.function_around(case.line)
    return Found("endless-recursion", {"name": name}) if name else None


@RULES.rule(r"^variable has incomplete type '(?P<type>[^']+)'")
def incomplete_type(match: re.Match[str], case: Case) -> Found | None:
    if match["type"] == "FILE":
        return Found("missing-star", {"type": "FILE", "name": case.word})
    if match["type"] == "void":
        return Found("void-variable", {"name": case.word})
    return Found("unknown-struct", {"type": match["type"]}) if match["type"].startswith("struct") else None


for _pattern, _key in (
    (rf"^void function {NAME} should not return a value", "return-in-void"),
    (r"^using the result of an assignment as a condition", "assignment-in-condition"),
    (r"^equality comparison result unused", "comparison-for-assignment"),
    (r"comparison result unused|^left operand of comma operator has no effect", "unused-result"),
    (r"^more '%' conversions than data arguments", "format-too-few"),
    (r"^data argument not used by format string", "format-too-many"),
    (r"^invalid conversion specifier|^incomplete format specifier", "format-unknown"),
    (r"^format string is not a string literal", "format-first"),
    (r"^return type of 'main' is not 'int'|^'main' must return 'int'", "main-type"),
    (r"^function definition is not allowed here", "function-in-function"),
    (r"^indirection requires pointer operand \('(?P<given>[^']+)'", "star-on-number"),
    (r"^excess elements in (?:array|scalar) initializer", "too-many-values"),
    (r"^initializer-string for char array is too long", "text-too-long"),
    (r"^array initializer must be an initializer list", "list-braces"),
    (r"^result of '.*\^.*' is -?\d+; did you mean", "power-sign"),
    (r"^variable-sized object may not be initialized", "variable-size"),
    (rf"^cannot assign to variable {NAME} with const-qualified type", "const-assigned"),
    (r"^array subscript is not an integer", "index-type"),
    (r"^chained comparison", "chained-comparison"),
    (r"^(?:division|remainder) by zero", "division-by-zero"),
    (r"^adding '[^']+' to a string does not append", "string-plus-number"),
    (r"^member reference base type '(?P<given>[^']+)'", "no-struct"),
    (r"is too large to be represented in any", "number-too-large/any"),
    (r"^invalid digit '[89]' in octal constant", "leading-zero"),
    (r"^unknown escape sequence '(?P<name>[^']+)'", "unknown-escape"),
    (r"^sizeof on array function parameter|will return the size of the pointer", "array-size"),
    (
        r"^address of stack memory associated with (?:local variable|parameter) '(?P<name>[^']+)' returned",
        "local-address",
    ),
    (
        rf"^(?:multiple unsequenced modifications|unsequenced modification and access) to {NAME}",
        "unsequenced",
    ),
    (r"^(?P<word>\S+) has lower precedence than (?:==|!=|<|>)", "bit-operator"),
    (
        r"^use of logical '(?:\|\||&&)' with constant|overlapping comparisons always|is always (?:true|false)$",
        "always-same",
    ),
    (r"^brackets are not allowed here; to declare an array", "brackets-before-name"),
    (r"^expected 'while' in do/while loop", "do-without-while"),
):
    RULES.simple(_pattern, _key)
