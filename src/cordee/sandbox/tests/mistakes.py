"""Which mistakes do beginners make, and which card must each get, at which line?

Each program has one mistake. `compile_errors/` holds the first ones as files; both are compiled and recorded in
`recorded.json`, so that the rules can be tested where there is no compiler. `recording.py` makes it anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


def whole(text: str) -> str:
    """The program: `text` itself when it ends with the end of a line, else with it in main, from line 3 on."""
    if text.endswith("\n"):
        return text
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"#include <stdio.h>\nint main(void) {{\n{lines}    return 0;\n}}\n"


class Mistake(NamedTuple):
    rule: str
    line: int  # 0: of no line
    text: str  # see `whole`
    also: tuple[str, ...] = ()  # cards that come after the first

    @property
    def program(self) -> str:
        return whole(self.text)


IN_FILES = {
    "ce01_missing_semicolon": ("missing-semicolon", 3),
    "ce03_missing_include": ("missing-include", 2),
    "ce05_missing_brace": ("missing-brace", 3),
    "ce07_missing_paren": ("missing-parenthesis", 4),
    "ce09_assign_in_if": ("assignment-in-condition", 4),
    "ce11_scanf_no_amp": ("missing-ampersand", 4),
    "ce13_too_few_args": ("too-few-arguments", 4),
    "ce15_no_return_value": ("no-return-value", 2),
    "ce17_semicolon_after_for": ("empty-body", 4),
    "ce19_else_without_if": ("else-without-if", 7),
    "ce21_main_missing": ("no-main", 2),
    "ce23_pointer_int": ("int-pointer", 4),
    "ce25_unicode_quotes": ("typographic-quotes", 3),
}

IN_MAIN = {
    "semicolon_after_printf": Mistake("missing-semicolon", 3, 'printf("a")\nprintf("b");'),
    "semicolon_after_return": Mistake(
        "missing-semicolon", 3, "#include <stdio.h>\nint main(void) {\n    return 0\n}\n"
    ),
    "semicolon_in_for": Mistake("for-semicolons", 3, 'for (int i = 0, i < 3, i++) printf("%d", i);'),
    "semicolon_after_struct": Mistake(
        "missing-semicolon",
        2,
        "#include <stdio.h>\nstruct point { int x; int y; }\nint main(void) {\n    return 0;\n}\n",
    ),
    "semicolon_after_head": Mistake(
        "semicolon-after-function", 2, '#include <stdio.h>\nint main(void);\n{\n    printf("a");\n    return 0;\n}\n'
    ),
    "undeclared": Mistake("undeclared-name", 3, 'somme = 3;\nprintf("%d", somme);'),
    "misspelt_variable": Mistake("undeclared-name", 4, 'int total = 1;\nprintf("%d", totl);'),
    "misspelt_swapped": Mistake("undeclared-name", 4, 'int compteur = 1;\ncompetur = 2;\nprintf("%d", compteur);'),
    "capital_variable": Mistake("undeclared-name", 4, 'int age = 1;\nprintf("%d", Age);'),
    "for_variable_after": Mistake("undeclared-name", 4, 'for (int i = 0; i < 3; i++) printf("a");\nprintf("%d", i);'),
    "missing_math_include": Mistake(
        "missing-include", 3, '#include <stdio.h>\nint main(void) {\n    printf("%f", sqrt(2.0));\n    return 0;\n}\n'
    ),
    "missing_string_include": Mistake("missing-include", 3, 'printf("%d", (int)strlen("abc"));'),
    "missing_bool_include": Mistake("missing-include", 3, 'bool fini = false;\nprintf("%d", fini);'),
    "capital_printf": Mistake("misspelt-function", 3, 'Printf("a");'),
    "misspelt_printf": Mistake("misspelt-function", 3, 'prinft("a");'),
    "misspelt_printf_short": Mistake("misspelt-function", 3, 'print("a");'),
    "unknown_function": Mistake("unknown-function", 3, 'printf("%d", volume(2));'),
    "function_below": Mistake(
        "function-below",
        3,
        '#include <stdio.h>\nint main(void) {\n    printf("%d", carre(2));\n    return 0;\n}\n'
        "int carre(int n) { return n * n; }\n",
    ),
    "header_typo": Mistake("misspelt-header", 1, "#include <stdoi.h>\nint main(void) {\n    return 0;\n}\n"),
    "header_of_ones_own": Mistake("missing-header", 1, '#include "outils.h"\nint main(void) {\n    return 0;\n}\n'),
    "header_conio": Mistake("missing-header", 1, "#include <conio.h>\nint main(void) {\n    return 0;\n}\n"),
    "header_signal": Mistake(
        "missing-header",
        2,
        "#include <stdio.h>\n#include <signal.h>\nint main(void) {\n    signal(SIGINT, SIG_IGN);\n    return 0;\n}\n",
    ),
    "header_setjmp": Mistake(
        "missing-header",
        1,
        "#include <setjmp.h>\nstatic jmp_buf back;\nint main(void) {\n    if (setjmp(back)) return 1;\n"
        "    longjmp(back, 1);\n}\n",
    ),
    "header_wait": Mistake("missing-header", 1, "#include <sys/wait.h>\nint main(void) {\n    return 0;\n}\n"),
    "header_mman": Mistake("missing-header", 1, "# include <sys/mman.h>\nint main(void) {\n    return 0;\n}\n"),
    "signal": Mistake("not-here", 3, "signal(2, 0);"),
    "data_of_100_mb": Mistake(
        "data-too-large",
        0,
        "#include <stdio.h>\nint t[5000][5000];\nint main(void) {\n    t[1][1] = 3;\n"
        '    printf("%d", t[2][1]);\n    return 0;\n}\n',
    ),
    "include_without_brackets": Mistake(
        "include-brackets", 1, "#include stdio.h\nint main(void) {\n    return 0;\n}\n"
    ),
    "include_misspelt": Mistake(
        "misspelt-directive", 1, '#inclde <stdio.h>\nint main(void) {\n    printf("a");\n    return 0;\n}\n'
    ),
    "extra_brace": Mistake("extra-brace", 5, "#include <stdio.h>\nint main(void) {\n    return 0;\n}\n}\n"),
    "extra_brace_inside": Mistake(
        "extra-brace",
        5,
        '#include <stdio.h>\nint main(void) {\n    int x = 1;\n    if (x == 1)\n        x = 2;}\n    printf("%d", x);\n'
        "    return 0;\n}\n",
    ),
    "brace_of_main": Mistake(
        "missing-brace", 2, '#include <stdio.h>\nint main(void) {\n    printf("a");\n    return 0;\n'
    ),
    "brace_of_function": Mistake(
        "missing-brace",
        2,
        "#include <stdio.h>\nint carre(int n) {\n    return n * n;\nint main(void) {\n"
        '    printf("%d", carre(2));\n    return 0;\n}\n',
    ),
    "opening_brace": Mistake("missing-opening-brace", 3, "#include <stdio.h>\nint main(void)\n    return 0;\n}\n"),
    "parenthesis_of_printf": Mistake("missing-parenthesis", 4, 'int x = 1;\nprintf("%d", x;'),
    "parenthesis_of_while": Mistake("missing-parenthesis", 4, "int i = 0;\nwhile i < 3\n    i++;"),
    "parenthesis_extra": Mistake("extra-parenthesis", 4, 'int x = 1;\nif (x == 1)) {\n    printf("a");\n}'),
    "bracket": Mistake("missing-bracket", 3, 'int t[3;\nprintf("a");'),
    "quote": Mistake("missing-quote", 3, 'printf("bonjour);\nprintf("b");'),
    "apostrophe": Mistake("missing-quote", 3, 'char c = \'a;\nprintf("%c", c);'),
    "string_in_apostrophes": Mistake("apostrophes-for-string", 3, "printf('bonjour');"),
    "string_for_char": Mistake("string-for-char", 3, 'char c = "a";\nprintf("%c", c);'),
    "char_for_string": Mistake("char-for-string", 3, "char *nom = 'a';\nprintf(\"%s\", nom);"),
    "compare_with_string": Mistake("string-for-char", 4, 'char c = \'a\';\nif (c == "a") printf("oui");'),
    "compare_strings": Mistake("compared-strings", 4, 'char nom[] = "Awa";\nif (nom == "Awa") printf("oui");'),
    "typographic_dash": Mistake("strange-character", 4, 'int x = 1;\nx = x – 1;\nprintf("%d", x);'),
    "digit_in_name": Mistake("name-with-digit", 3, 'int 2x = 1;\nprintf("a");'),
    "assignment_in_while": Mistake("assignment-in-condition", 4, "int x = 3;\nwhile (x = 1) x = 0;"),
    "comparison_alone": Mistake("comparison-for-assignment", 4, 'int x;\nx == 3;\nprintf("a");'),
    "comma_alone": Mistake("unused-result", 4, 'int a = 1, b = 2;\na, b;\nprintf("%d%d", a, b);'),
    "sum_alone": Mistake("unused-result", 4, 'int a = 1;\na + 1;\nprintf("%d", a);'),
    "function_without_call": Mistake(
        "call-without-parentheses",
        4,
        '#include <stdio.h>\nvoid salut(void) { printf("a"); }\nint main(void) {\n    salut;\n    return 0;\n}\n',
    ),
    "empty_if": Mistake("empty-body", 4, 'int x = 1;\nif (x == 2);\n    printf("%d", x);'),
    "empty_while": Mistake("empty-body", 4, "int x = 1;\nwhile (x < 3);\n{ x++; }"),
    "uninitialised": Mistake("uninitialised", 4, 'int n;\nprintf("%d", n);'),
    "sum_uninitialised": Mistake(
        "uninitialised", 4, 'int somme;\nfor (int i = 0; i < 3; i++) somme += i;\nprintf("%d", somme);'
    ),
    "maybe_uninitialised": Mistake("uninitialised", 5, 'int n, x = getchar();\nif (x > 2) n = 1;\nprintf("%d", n);'),
    "format_double": Mistake("format-mismatch", 4, 'double x = 1;\nprintf("%d", x);'),
    "format_int": Mistake("format-mismatch", 4, 'int x = 1;\nprintf("%f", x);'),
    "format_string": Mistake("format-mismatch", 4, 'int x = 1;\nprintf("%s", x);'),
    "format_scanf_double": Mistake("format-mismatch", 4, 'double x;\nscanf("%f", &x);\nprintf("%f", x);'),
    "format_too_few": Mistake("format-too-few", 4, 'int x = 1;\nprintf("%d %d", x);'),
    "format_too_many": Mistake("format-too-many", 4, 'int x = 1;\nprintf("somme", x);'),
    "format_unknown": Mistake("format-unknown", 4, 'int x = 1;\nprintf("%y", x);'),
    "printf_of_a_number": Mistake("format-first", 4, "int x = 1;\nprintf(x);"),
    "printf_of_a_text": Mistake("format-first", 4, 'char nom[] = "Awa";\nprintf(nom);'),
    "printf_ampersand": Mistake("extra-ampersand", 4, 'int x = 1;\nprintf("%d", &x);'),
    "scanf_ampersand_of_array": Mistake("extra-ampersand", 4, 'char nom[20];\nscanf("%s", &nom);\nprintf("%s", nom);'),
    "scanf_second": Mistake("missing-ampersand", 4, 'int a, b = 0;\nscanf("%d %d", &a, b);\nprintf("%d%d", a, b);'),
    "scanf_double": Mistake("missing-ampersand", 4, 'double x = 0;\nscanf("%lf", x);\nprintf("%f", x);'),
    "too_many": Mistake(
        "too-many-arguments",
        4,
        '#include <stdio.h>\nint carre(int n) { return n * n; }\nint main(void) {\n    printf("%d", carre(2, 3));\n'
        "    return 0;\n}\n",
    ),
    "none_given": Mistake(
        "too-few-arguments",
        4,
        '#include <stdio.h>\nint carre(int n) { return n * n; }\nint main(void) {\n    printf("%d", carre());\n'
        "    return 0;\n}\n",
    ),
    "redefinition": Mistake("redefinition", 4, 'int x = 1;\nint x = 2;\nprintf("%d", x);'),
    "redefinition_other_type": Mistake("wrong-type-declared", 4, 'int x = 1;\ndouble x = 2;\nprintf("%f", x);'),
    "redefinition_of_function": Mistake(
        "redefinition",
        3,
        "#include <stdio.h>\nint f(void) { return 1; }\nint f(void) { return 2; }\nint main(void) {\n"
        "    return f();\n}\n",
    ),
    "two_mains": Mistake(
        "two-mains", 5, "#include <stdio.h>\nint main(void) {\n    return 0;\n}\nint main(void) {\n    return 1;\n}\n"
    ),
    "other_type_than_above": Mistake(
        "conflicting-types",
        3,
        "#include <stdio.h>\nint f(int n);\ndouble f(int n) { return n; }\nint main(void) {\n    return 0;\n}\n",
    ),
    "no_return": Mistake(
        "no-return-value",
        2,
        '#include <stdio.h>\nint carre(int n) { n = n * n; }\nint main(void) {\n    printf("%d", carre(2));\n'
        "    return 0;\n}\n",
    ),
    "return_nothing": Mistake(
        "no-return-value",
        2,
        '#include <stdio.h>\nint carre(int n) { n = n * n; return; }\nint main(void) {\n    printf("%d", carre(2));\n'
        "    return 0;\n}\n",
    ),
    "no_return_sometimes": Mistake(
        "no-return-value",
        2,
        '#include <stdio.h>\nint signe(int n) { if (n > 0) return 1; }\nint main(void) {\n    printf("%d", signe(2));\n'
        "    return 0;\n}\n",
    ),
    "return_in_void": Mistake(
        "return-in-void",
        2,
        "#include <stdio.h>\nvoid f(void) { return 3; }\nint main(void) {\n    f();\n    return 0;\n}\n",
    ),
    "void_used": Mistake(
        "void-used",
        4,
        '#include <stdio.h>\nvoid f(void) { printf("a"); }\nint main(void) {\n    int x = f();\n    return x;\n}\n',
    ),
    "undefined_function": Mistake(
        "undefined-function", 2, "#include <stdio.h>\nint aide(int n);\nint main(void) {\n    return aide(1);\n}\n"
    ),
    "no_main_at_all": Mistake("no-main", 0, "#include <stdio.h>\nint carre(int n) { return n * n; }\n"),
    "capital_main": Mistake("no-main", 2, "#include <stdio.h>\nint Main(void) {\n    return 0;\n}\n"),
    "else_alone": Mistake("else-without-if", 4, 'int x = 1;\nelse x = 2;\nprintf("%d", x);'),
    "else_after_semicolon": Mistake(
        "else-without-if", 6, 'int x = 1;\nif (x == 1);\n    x = 3;\nelse x = 2;\nprintf("%d", x);'
    ),
    "else_condition": Mistake(
        "else-with-condition", 4, 'int x = 1;\nif (x == 1) { x = 2; } else (x == 3) { x = 4; }\nprintf("%d", x);'
    ),
    "elif": Mistake("foreign-word", 5, 'int x = 1;\nif (x == 1) x = 2;\nelif (x == 2) x = 3;\nprintf("%d", x);'),
    "then": Mistake("foreign-word", 4, 'int x = 1;\nif (x == 1) then x = 2;\nprintf("%d", x);'),
    "pointer_to_int": Mistake("int-pointer", 4, 'int x = 1;\nint y = &x;\nprintf("%d%d", x, y);'),
    "array_to_int": Mistake("int-pointer", 4, 'int t[3] = {1, 2, 3};\nint y = t;\nprintf("%d", y);'),
    "int_for_pointer_argument": Mistake(
        "int-pointer",
        4,
        "#include <stdio.h>\nvoid plus(int *n) { *n = *n + 1; }\nint main(void) {\n    int x = 1; plus(x);\n"
        "    return x;\n}\n",
    ),
    "other_pointer": Mistake("wrong-pointer", 4, 'int x = 1;\ndouble *p = &x;\nprintf("%f", *p);'),
    "star_on_int": Mistake("star-on-number", 4, 'int x = 1;\nprintf("%d", *x);'),
    "index_past_end": Mistake("index-past-end", 4, 'int t[3] = {1, 2, 3};\nprintf("%d", t[3]);'),
    "index_before": Mistake("index-past-end", 4, 'int t[3] = {1, 2, 3};\nprintf("%d", t[-1]);'),
    "index_on_int": Mistake("index-on-number", 4, 'int t = 3;\nprintf("%d", t[0]);'),
    "too_many_values": Mistake("too-many-values", 3, 'int t[2] = {1, 2, 3};\nprintf("%d", t[0]);'),
    "array_assigned": Mistake("array-assigned", 4, 'char nom[10];\nnom = "Awa";\nprintf("%s", nom);'),
    "number_assigned": Mistake("not-assignable", 4, 'int x = 1;\n3 = x;\nprintf("%d", x);'),
    "sum_assigned": Mistake("not-assignable", 4, 'int x = 1;\nx + 1 = 3;\nprintf("%d", x);'),
    "const_assigned": Mistake("const-assigned", 4, 'const int x = 1;\nx = 3;\nprintf("%d", x);'),
    "type_misspelt": Mistake("unknown-type", 3, 'itn x = 1;\nprintf("%d", x);'),
    "type_string": Mistake("unknown-type", 3, 'string nom = "Awa";\nprintf("%s", nom);'),
    "type_boolean": Mistake("unknown-type", 3, 'boolean x = 1;\nprintf("%d", x);'),
    "capital_int": Mistake("unknown-type", 3, 'Int x = 1;\nprintf("%d", x);'),
    "variable_without_type": Mistake(
        "missing-type", 2, "#include <stdio.h>\nx = 3;\nint main(void) {\n    return x;\n}\n"
    ),
    "main_without_type": Mistake("missing-type", 2, "#include <stdio.h>\nmain() {\n    return 0;\n}\n"),
    "void_main": Mistake("main-type", 2, "#include <stdio.h>\nvoid main(void) {\n}\n"),
    "code_outside": Mistake(
        "outside-function", 2, '#include <stdio.h>\nprintf("a");\nint main(void) {\n    return 0;\n}\n'
    ),
    "function_in_function": Mistake(
        "function-in-function",
        3,
        "#include <stdio.h>\nint main(void) {\n    int carre(int n) { return n * n; }\n    return carre(2);\n}\n",
    ),
    "keyword_as_name": Mistake("keyword-as-name", 3, 'int double = 1;\nprintf("a");'),
    "keyword_return_as_name": Mistake("keyword-as-name", 3, 'int while = 1;\nprintf("a");'),
    "type_in_call": Mistake(
        "type-in-call",
        4,
        '#include <stdio.h>\nint carre(int n) { return n * n; }\nint main(void) {\n    printf("%d", carre(int 2));\n'
        "    return 0;\n}\n",
    ),
    "missing_operand": Mistake("missing-expression", 3, 'int x = 1 + ;\nprintf("%d", x);'),
    "greater_equal": Mistake("wrong-operator", 4, 'int x = 1;\nif (x => 2) printf("a");'),
    "chained_comparison": Mistake("chained-comparison", 4, 'int x = 5;\nif (1 < x < 3) printf("a");'),
    "multiplication_implicit": Mistake("missing-operator", 4, 'int x = 5;\nprintf("%d", 2 (x + 1));'),
    "variable_called": Mistake("not-a-function", 4, 'int x = 5;\nprintf("%d", x(2));'),
    "break_outside": Mistake("break-outside", 4, 'int x = 5;\nif (x == 5) break;\nprintf("%d", x);'),
    "continue_outside": Mistake("break-outside", 3, 'continue;\nprintf("a");'),
    "case_without_switch": Mistake("case-outside", 3, 'case 1: printf("a");'),
    "case_twice": Mistake("case-twice", 6, "int x = 1;\nswitch (x) {\ncase 1: break;\ncase 1: break;\n}"),
    "case_falls": Mistake("case-variable", 5, "int x = 1, y = 2;\nswitch (x) {\ncase y: break;\n}"),
    "division_by_zero": Mistake("division-by-zero", 4, 'int x = 5;\nprintf("%d", x / 0);'),
    "modulo_double": Mistake("wrong-operands", 4, 'double x = 5;\nprintf("%f", x % 2);'),
    "strings_added": Mistake("wrong-operands", 3, 'char *nom = "a" + "b";\nprintf("%s", nom);'),
    "string_plus_number": Mistake("string-plus-number", 4, 'int x = 2;\nprintf("abc" + x);'),
    "struct_member": Mistake(
        "no-member",
        5,
        "#include <stdio.h>\nstruct point { int x; int y; };\nint main(void) {\n    struct point p = {1, 2};\n"
        "    return p.z;\n}\n",
    ),
    "struct_arrow": Mistake(
        "dot-or-arrow",
        5,
        "#include <stdio.h>\nstruct point { int x; int y; };\nint main(void) {\n    struct point p = {1, 2};\n"
        "    return p->x;\n}\n",
    ),
    "struct_dot": Mistake(
        "dot-or-arrow",
        3,
        "#include <stdio.h>\nstruct point { int x; int y; };\nint f(struct point *p) { return p.x; }\n"
        "int main(void) {\n    return 0;\n}\n",
    ),
    "struct_word": Mistake(
        "missing-struct",
        4,
        "#include <stdio.h>\nstruct point { int x; int y; };\nint main(void) {\n    point p = {1, 2};\n"
        "    return p.x;\n}\n",
    ),
    "member_of_int": Mistake("no-struct", 4, 'int x = 1;\nprintf("%d", x.size);'),
    "comment_open": Mistake("open-comment", 3, '/* un commentaire\nprintf("a");'),
    "big_number": Mistake("number-too-large", 3, 'int x = 3000000000;\nprintf("%d", x);'),
    "huge_number": Mistake("number-too-large", 3, 'long long x = 99999999999999999999;\nprintf("%lld", x);'),
    "char_of_200": Mistake("number-too-large", 3, 'char c = 200;\nprintf("%d", c);'),
    "octal": Mistake("leading-zero", 3, 'int x = 08;\nprintf("%d", x);'),
    "comma_in_number": Mistake("comma-in-number", 3, 'double x = 3,14;\nprintf("%f", x);'),
    "backslash": Mistake("unknown-escape", 3, 'printf("a\\d");'),
    "slash_n": Mistake("strange-character", 3, 'printf("a"\\n);'),
    "sizeof_pointer": Mistake(
        "array-size",
        2,
        "#include <stdio.h>\nint f(int t[]) { return sizeof(t) / sizeof(t[0]); }\nint main(void) {\n"
        "    return f(0);\n}\n",
    ),
    "local_address": Mistake(
        "local-address",
        2,
        "#include <stdio.h>\nint *f(void) { int x = 1; return &x; }\nint main(void) {\n    return *f();\n}\n",
    ),
    "bit_and": Mistake("bit-operator", 4, 'int x = 5;\nif (x & 1 == 0) printf("a");'),
    "or_constant": Mistake("always-same", 4, 'int x = getchar();\nif (x == 1 || 2) printf("a");'),
    "not_equal": Mistake("wrong-operator", 4, 'int x = 5;\nif (x <> 3) printf("a");'),
    "include_open": Mistake("include-brackets", 1, "#include <stdio.h\nint main(void) {\n    return 0;\n}\n"),
    "include_hash": Mistake("include-hash", 1, "include <stdio.h>\nint main(void) {\n    return 0;\n}\n"),
    "misspelt_return": Mistake("misspelt-keyword", 3, "#include <stdio.h>\nint main(void) {\n    retrun 0;\n}\n"),
    "capital_if": Mistake("misspelt-keyword", 4, 'int x = 1;\nIf (x == 1) printf("a");'),
    "capital_while": Mistake("misspelt-keyword", 4, "int x = 1;\nWhile (x < 3) { x++; }"),
    "and": Mistake("foreign-word", 4, 'int x = 1;\nif (x == 1 and x == 2) printf("a");'),
    "text_without_quotes": Mistake("missing-quote", 3, "printf(bonjour);"),
    "parenthesis_extra_call": Mistake("extra-parenthesis", 3, 'printf("a"));'),
    "parenthesis_nested": Mistake("missing-parenthesis", 4, 'int x = 1;\nif ((x == 1) printf("a");'),
    "product_without_sign": Mistake("missing-operator", 4, 'int x = 1;\nint y = 2x;\nprintf("%d", x + y);'),
    "do_without_while": Mistake("do-without-while", 7, 'int x = 1;\ndo {\n    x++;\n}\nprintf("%d", x);'),
    "index_double": Mistake("index-type", 4, 'int t[3] = {1, 2, 3};\ndouble i = 1; printf("%d", t[i]);'),
    "void_variable": Mistake("void-variable", 3, 'void x;\nprintf("a");'),
    "struct_unknown": Mistake("unknown-struct", 3, 'struct point p;\nprintf("a");'),
    "text_too_long": Mistake("text-too-long", 3, 'char nom[3] = "Aminata";\nprintf("%s", nom);'),
    "recursion": Mistake(
        "endless-recursion",
        2,
        "#include <stdio.h>\nint f(int n) { return n * f(n - 1); }\nint main(void) {\n    return f(3);\n}\n",
    ),
    "twice_changed": Mistake("unsequenced", 4, 'int i = 1;\ni = i++ + 1;\nprintf("%d", i);'),
    "never": Mistake("always-same", 4, 'int x = getchar();\nif (x < 3 && x > 5) printf("a");'),
    "misleading": Mistake("misleading-indentation", 6, 'int x = 1;\nif (x == 2)\n    printf("a");\n    printf("b");'),
    "declared_below": Mistake("undeclared-name", 3, 'printf("%d", x);\nint x = 1;\nx = 2;'),
    "two_mistakes": Mistake("missing-semicolon", 3, 'int x = 1\nx = 2;\nprintf("%d", x + y);', ("undeclared-name",)),
    "error_and_warning": Mistake(
        "undeclared-name", 4, 'int x = 1;\nprintf("%d", y);\nif (x = 2) printf("a");', ("assignment-in-condition",)
    ),
    "two_headers": Mistake(
        "missing-include", 2, 'int main(void) {\n    printf("a");\n    puts("b");\n    return 0;\n}\n'
    ),
    "wrong_type": Mistake(
        "wrong-type",
        4,
        "#include <stdio.h>\nstruct point { int x; int y; };\nint main(void) {\n"
        "    struct point p = {1, 2}; int n = p;\n"
        "    return n;\n}\n",
    ),
    "unknown_to_us": Mistake("other", 4, 'int x = 1;\ngoto end_of_all;\nprintf("%d", x);'),
    "javascript": Mistake("wrong-language", 1, 'console.log("a");\n'),
    "typographic_apostrophe": Mistake("typographic-quotes", 3, 'char c = ‘a’;\nprintf("%c", c);'),
    "french_quotes": Mistake("typographic-quotes", 3, "printf(«bonjour»);"),
    "brace_of_if": Mistake(
        "missing-brace",
        4,
        "#include <stdio.h>\nint main(void) {\n    int x = 1;\n    if (x == 1) {\n        x = 2;\n"
        "    while (x < 5) {\n        x++;\n    }\n    return x;\n}\n",
    ),
    "main_without_parentheses": Mistake("missing-parenthesis", 2, "#include <stdio.h>\nint main {\n    return 0;\n}\n"),
    "list_in_brackets": Mistake("list-braces", 3, 'int t[] = [1, 2, 3];\nprintf("%d", t[0]);'),
    "list_in_parentheses": Mistake("list-braces", 3, 'int t[3] = (1, 2, 3);\nprintf("%d", t[0]);'),
    "list_assigned": Mistake("array-assigned", 4, "int t[3];\nt = {1, 2, 3};"),
    "text_in_char": Mistake("string-for-char", 3, 'char nom = "Awa";\nputchar(nom);'),
    "printf_without_parentheses": Mistake("call-without-parentheses", 3, 'printf "a";'),
    "case_without_colon": Mistake("missing-colon", 5, "int x = 1;\nswitch (x) {\ncase 1\n    x = 2;\n}"),
    "product_with_x": Mistake("missing-semicolon", 4, 'int n = 5;\nint m = n x 2;\nprintf("%d", m);'),
    "space_in_name": Mistake("name-in-two-words", 3, 'int prix total = 5;\nprintf("a");'),
    "dash_in_name": Mistake("name-in-two-words", 3, 'int prix-total = 5;\nprintf("a");'),
    "power": Mistake("power-sign", 3, 'int x = 2^8;\nprintf("%d", x);'),
    "parameters_with_semicolon": Mistake(
        "missing-comma",
        2,
        "#include <stdio.h>\nint f(int a; int b) {\n    return a + b;\n}\nint main(void) {\n    return f(1, 2);\n}\n",
    ),
    "comment_of_python": Mistake("comment-sign", 3, 'printf("a"); # la fin'),
    "comment_of_one_stroke": Mistake("comment-sign", 3, 'printf("a"); / la fin'),
    "file_without_star": Mistake("missing-star", 3, 'FILE f = fopen("a", "r");'),
    "comparison_in_declaration": Mistake("comparison-for-assignment", 3, 'int x == 3;\nprintf("%d", x);'),
    "type_after_name": Mistake("missing-type", 3, 'x int = 3;\nprintf("%d", x);'),
    "type_twice": Mistake("type-twice", 3, 'int x = 1, int y = 2;\nprintf("%d", x);'),
    "size_not_fixed": Mistake("variable-size", 4, 'int n = 3;\nint t[n] = {0};\nprintf("%d", t[0]);'),
    "parameter_without_type": Mistake(
        "missing-type", 2, "#include <stdio.h>\nint f(x) {\n    return x;\n}\nint main(void) {\n    return f(1);\n}\n"
    ),
    "assignment_after_and": Mistake("assignment-in-condition", 4, 'int n = 5;\nif (n == 5 && n = 6) printf("a");'),
    "format_without_quotes": Mistake("format-first", 4, "int n;\nscanf(%d, &n);"),
    "operator_turned": Mistake("wrong-operator", 4, 'int n = 1;\nn =+ 2;\nprintf("%d", n);'),
    "operator_in_two": Mistake("wrong-operator", 4, 'int n = 1;\nn + = 2;\nprintf("%d", n);'),
    "operator_of_pascal": Mistake("wrong-operator", 3, 'int n := 5;\nprintf("%d", n);'),
    "capital_letter_alone": Mistake("undeclared-name", 4, 'double x = 2;\nprintf("%f", X);'),
    "array_printed": Mistake("format-mismatch", 4, 'int t[3] = {1, 2, 3};\nprintf("%d", t);'),
    "brace_and_semicolon": Mistake(
        "missing-brace",
        2,
        '#include <stdio.h>\nint main(void) {\n    printf("a")\n    return 0;\n',
        ("missing-semicolon",),
    ),
    "pascal": Mistake("wrong-language", 1, "program hello;\nbegin\n  writeln('a');\nend.\n"),
    "python": Mistake("wrong-language", 1, 'print("bonjour")\n'),
    "python_function": Mistake(
        "wrong-language", 1, "def double(x):\n    return 2 * x\n\nprint(double(int(input())))\n"
    ),
    "java": Mistake(
        "wrong-language",
        1,
        "public class Main {\n    public static void main(String[] args) {\n        System.out.println(1);\n    }\n}\n",
    ),
    "cpp": Mistake(
        "wrong-language",
        1,
        '#include <iostream>\nusing namespace std;\nint main() {\n    cout << "a" << endl;\n    return 0;\n}\n',
    ),
    "cout": Mistake("wrong-language", 3, 'std::cout << "a";'),
    "gets": Mistake("removed-gets", 4, 'char nom[20];\ngets(nom);\nprintf("%s", nom);'),
    "array_size_unknown": Mistake("array-without-size", 3, 'int t[];\nprintf("a");'),
    "array_java": Mistake("brackets-before-name", 3, 'int[] t = {1, 2};\nprintf("a");'),
    "missing_comma": Mistake("missing-comma", 4, 'int x = 1;\nprintf("%d" x);'),
    "missing_comma_scanf": Mistake("missing-comma", 4, 'int x;\nscanf("%d" &x);\nprintf("%d", x);'),
    "function_type_missing": Mistake(
        "missing-type",
        2,
        "#include <stdio.h>\nint add(a, int b) { return a + b; }\nint main(void) {\n    return add(1, 2);\n}\n",
    ),
    "define_semicolon": Mistake(
        "define-semicolon",
        4,
        '#include <stdio.h>\n#define N 10;\nint main(void) {\n    int t[N];\n    printf("%d", t[0]);\n'
        "    return 0;\n}\n",
    ),
    "define_equals": Mistake(
        "define-equals",
        4,
        '#include <stdio.h>\n#define N = 10\nint main(void) {\n    int x = N;\n    printf("%d", x);\n'
        "    return 0;\n}\n",
    ),
    "fork": Mistake(
        "not-here",
        4,
        '#include <stdio.h>\n#include <unistd.h>\nint main(void) {\n    printf("%d", fork());\n    return 0;\n}\n',
    ),
    "system": Mistake(
        "not-here",
        4,
        '#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n    system("pause");\n    return 0;\n}\n',
    ),
    "getch": Mistake("not-here", 3, "getch();"),
    "scanf_s": Mistake("not-here", 4, 'int n;\nscanf_s("%d", &n);'),
    "gets_s": Mistake("not-here", 4, "char t[9];\ngets_s(t, 9);"),
    "sleep": Mistake("missing-include", 3, "sleep(1);"),
    "accent_semicolon": Mistake(
        "missing-semicolon", 4, 'int total = 4;\nprintf("Égalité : %d\\n", total)\nprintf("a");'
    ),
    "accent_ampersand": Mistake("missing-ampersand", 4, 'int total;\nscanf("été %d", total);'),
    "emoji_before": Mistake("undeclared-name", 4, 'int total = 4;\nprintf("😀 e\u0301 %d", totl);'),
    "accent_within": Mistake("undeclared-name", 4, 'int élève = 3;\nprintf("%d", élèvee);'),
    "accent_after": Mistake("assignment-in-condition", 4, 'int total = 4;\nif (total = 3) printf("été 😀");'),
    "tab_before": Mistake("undeclared-name", 4, 'int total = 4;\nprintf("\té\t%d", totl);'),
    "return_string": Mistake(
        "string-for-number",
        2,
        '#include <stdio.h>\nint f(void) { return "a"; }\nint main(void) {\n    return f();\n}\n',
    ),
}

# What deserves no card: right programs, and warnings that teach a beginner nothing.
NOTHING_TO_SAY = {
    "right": 'int n;\nif (scanf("%d", &n) == 1) printf("%d\\n", 2 * n);',
    "right_double_parentheses": "int c;\nwhile ((c = getchar()) != EOF) putchar(c);",
    "right_empty_loop": "int i = 0;\nwhile (++i < 3)\n    ;",
    "right_no_break_space": 'int\u00a0x = 1;\nprintf("%d", x);',
    "unused_variable": "int x = 1;",
    "unused_function": "#include <stdio.h>\nstatic int f(void) { return 1; }\nint main(void) {\n    return 0;\n}\n",
    "old_parameters": "#include <stdio.h>\nint main() {\n    return 0;\n}\n",
    "signs_compared": 'unsigned int n = 3;\nfor (int i = 0; i < n; i++) printf("a");',
}
