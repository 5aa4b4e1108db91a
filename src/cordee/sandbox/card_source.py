"""What does a learner's own text show that the compiler does not say? Names, blocks, what stands at a place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from cordee.sandbox.outcomes import Place

KEYWORDS = frozenset(
    {
        *("auto", "break", "case", "char", "const", "continue", "default", "do", "double"),
        *("else", "enum", "extern", "float", "for", "goto", "if", "inline", "int"),
        *("long", "register", "return", "short", "signed", "sizeof", "static", "struct", "switch"),
        *("typedef", "union", "unsigned", "void", "volatile", "while"),
    }
)
TYPES = ("int", "double", "float", "char", "long", "short", "unsigned", "signed", "void", "bool", "size_t", "FILE")
STATEMENTS = ("if", "else", "for", "while", "do", "switch", "case", "return", "break", "continue")
DIRECTIVES = ("include", "define", "undef", "ifdef", "ifndef", "endif", "elif", "else", "pragma", "if", "error")
_LIBRARY = {
    "stdio.h": (
        "printf scanf puts putchar getchar gets fgets fputs fputc fgetc getc putc sprintf snprintf sscanf "
        "fprintf fscanf fopen fclose fflush perror FILE stdin stdout stderr EOF"
    ),
    "stdlib.h": (
        "malloc calloc realloc free exit abort atoi atol atof strtol strtod rand srand qsort bsearch abs labs "
        "EXIT_SUCCESS EXIT_FAILURE RAND_MAX"
    ),
    "string.h": (
        "strlen strcpy strncpy strcat strncat strcmp strncmp strchr strrchr strstr strtok memcpy memmove "
        "memset memcmp strdup"
    ),
    "math.h": (
        "sqrt pow sin cos tan asin acos atan atan2 exp log log10 log2 fabs ceil floor round fmod hypot cbrt "
        "trunc fmin fmax M_PI INFINITY NAN"
    ),
    "ctype.h": ("isalpha isdigit isalnum isspace isupper islower ispunct toupper tolower"),
    "time.h": ("time clock difftime localtime strftime time_t clock_t CLOCKS_PER_SEC"),
    "stdbool.h": ("bool true false"),
    "stdint.h": ("int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t"),
    "stddef.h": ("size_t NULL ptrdiff_t"),
    "limits.h": ("INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN LLONG_MAX LLONG_MIN CHAR_MAX CHAR_MIN CHAR_BIT"),
    "float.h": ("DBL_MAX DBL_MIN DBL_EPSILON FLT_MAX FLT_EPSILON"),
    "assert.h": ("assert"),
    "unistd.h": ("sleep usleep"),
}
# What other worlds than C's have, by what is said of it.
NOT_HERE: Mapping[str, str] = {
    name: key
    for key, names in {
        "processes": (
            "fork vfork execl execle execlp execv execve execvp wait waitpid popen pclose system kill pipe dup2 "
            "pthread_create pthread_join thrd_create thrd_join CreateProcess CreateThread ShellExecute"
        ),
        "system": (
            "signal raise sigaction sigemptyset alarm setjmp longjmp sigsetjmp siglongjmp mmap munmap times getrusage"
        ),
        "screen": (
            "getch getche _getch _getche kbhit _kbhit clrscr gotoxy textcolor textbackground delay Sleep Beep "
            "SetConsoleCP SetConsoleOutputCP"
        ),
        "safe": (
            "gets_s scanf_s sscanf_s fscanf_s printf_s sprintf_s fopen_s strcpy_s strcat_s strncpy_s strncat_s "
            "strtok_s memcpy_s memmove_s"
        ),
    }.items()
    for name in names.split()
}
HEADERS_OF_WINDOWS = frozenset({"conio.h", "windows.h", "process.h", "dos.h", "graphics.h", "tchar.h"})
# Of the library's own, but they say that they are not here: the name in the compiler's message -> as it is included.
HEADERS_OF_A_SYSTEM: Mapping[str, tuple[str, ...]] = {
    "signal.h": ("signal.h", "sys/wait.h"),
    "setjmp.h": ("setjmp.h",),
    "mman.h": ("sys/mman.h",),
    "times.h": ("sys/times.h",),
    "resource.h": ("sys/resource.h", "sys/wait.h"),
    "wait.h": ("sys/wait.h", "wait.h"),
}
HEADER_OF: Mapping[str, str] = {name: header for header, names in _LIBRARY.items() for name in names.split()}
HEADERS = (*_LIBRARY, "errno.h", "inttypes.h", "stdarg.h", "complex.h", "locale.h", "iso646.h")
MOST_CANDIDATES = 300
MOST_NAME = 30
MOST_LINE = 1000  # nobody writes longer ones by hand, and patterns may take long on them
MOST_AROUND = 200  # characters before or after a place
_TEXTS = re.compile(
    r'/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\Z)|' + r"'(?:\\.|[^'\\\n])*(?:'|(?=\n)|\Z)", re.DOTALL
)
_FUNCTION = re.compile(r"\b([^\W\d]\w{0,80})[ \t]{0,20}\(([^;{}()]{0,400})\)\s{0,40}\{")
_DECLARED = re.compile(rf"\b(?:{'|'.join(TYPES)}|struct[ \t]+\w{{1,40}})\b([^;{{}}()]{{0,200}})")
_DEFINED = re.compile(
    r"^[ \t]{0,20}#[ \t]{0,20}define[ \t]{1,20}([^\W\d]\w{0,80})[ \t]{1,20}(\S.{0,100})", re.MULTILINE
)
_TOKEN = re.compile(r"\s*([^\W\d]\w*|\d[\w.]*|[^\s\w])")


class Source:
    """One file of the learner, with lines as the compiler counts them."""

    def __init__(self, text: str | bytes = "") -> None:
        self.text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        self.text = self.text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")

    @cached_property
    def bare_text(self) -> str:
        """The same with spaces in place of texts, characters and comments."""
        return _TEXTS.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), self.text)

    @cached_property
    def bare_lines(self) -> list[str]:
        return self.bare_text.split("\n")

    def line(self, number: int) -> str:
        """Without its end, and no further than MOST_LINE; "" where there is none."""
        return self.lines[number - 1][:MOST_LINE] if 0 < number <= len(self.lines) else ""

    def bare(self, number: int) -> str:
        return self.bare_lines[number - 1][:MOST_LINE] if 0 < number <= len(self.bare_lines) else ""

    def index(self, place: Place) -> int:
        """Of the character in its line."""
        return min(max(place.column - 1, 0), len(self.line(place.line)))

    def after(self, place: Place | None) -> str:
        return self.line(place.line)[self.index(place) :][:MOST_AROUND] if place else ""

    def before(self, place: Place | None) -> str:
        return self.line(place.line)[: self.index(place)][-MOST_AROUND:] if place else ""

    def between(self, place: Place | None, end: Place | None) -> str:
        """What stands there, when it is one line."""
        if place is None or end is None or end.line != place.line:
            return ""
        return self.line(place.line)[self.index(place) : self.index(end)]

    def word(self, place: Place | None) -> str:
        """The name, the number or the sign at a place, or the first one after it."""
        if place is None:
            return ""
        if found := _TOKEN.match(self.after(place)):
            return found[1]
        later = (_TOKEN.match(self.line(number)) for number in range(place.line + 1, place.line + 20))
        return next((found[1] for found in later if found), "")

    def word_before(self, place: Place | None) -> str:
        words = _TOKEN.findall(self.before(place)[-200:])
        return str(words[-1]) if words else ""

    def line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    @cached_property
    def functions(self) -> dict[str, int]:
        """The functions that are written, with the line of each."""
        found: dict[str, int] = {}
        for one in _FUNCTION.finditer(self.bare_text):
            if one[1] not in KEYWORDS:
                found.setdefault(one[1], self.line_at(one.start()))
        return found

    @cached_property
    def declared(self) -> dict[str, list[int]]:
        """The names that look declared, with their lines. A guess: no parser reads what is wrong anyway."""
        found: dict[str, list[int]] = {}
        for one in _DECLARED.finditer(self.bare_text):
            line = self.line_at(one.start())
            for part in re.sub(r"=[^,]*", "", one[1]).split(","):
                if (names := re.findall(r"[^\W\d]\w*", part.partition("[")[0])) and names[-1] not in KEYWORDS:
                    found.setdefault(names[-1], []).append(line)
        return found

    @cached_property
    def defined(self) -> dict[str, tuple[int, str]]:
        """The names of `#define` with their line and what stands for them."""
        return {one[1]: (self.line_at(one.start(1)), one[2].strip()) for one in _DEFINED.finditer(self.bare_text)}

    @cached_property
    def structures(self) -> frozenset[str]:
        return frozenset(re.findall(r"\bstruct[ \t]+([^\W\d]\w{0,80})", self.bare_text))

    def function_around(self, line: int) -> str:
        """The name of the last one that begins before, "" when there is none."""
        names = [name for name, start in self.functions.items() if start <= line]
        return max(names, key=self.functions.__getitem__, default="")

    @cached_property
    def depths(self) -> list[int]:
        """For each line, how many braces are open where it begins."""
        found, depth = [], 0
        for line in self.bare_lines:
            found.append(depth)
            depth = max(depth + line.count("{") - line.count("}"), 0)
        return found

    def depth(self, line: int) -> int:
        return self.depths[line - 1] if 0 < line <= len(self.depths) else 0

    def unclosed(self) -> int | None:
        """The line of a brace that its closing one does not stand under, the first such; None where all do."""
        opened: list[tuple[int, int]] = []
        indents: Counter[int] = Counter()  # of those that are open
        for number, line in enumerate(self.bare_lines, 1):
            first = len(line) - len(line.lstrip())
            indent = len(line[:first].expandtabs(4))
            for sign in re.finditer(r"[{}]", line):
                if sign[0] == "{":
                    opened.append((number, indent))
                    indents[indent] += 1
                elif opened:
                    line_of, indent_of = opened.pop()
                    indents[indent_of] -= 1
                    if sign.start() == first and indent < indent_of and indents[indent]:
                        return line_of
        return None

    def closing_before(self, line: int) -> int | None:
        """The last line above `line` that holds a closing brace."""
        before = bisect_left(self._closing, line)
        return self._closing[before - 1] if before else None

    @cached_property
    def _closing(self) -> list[int]:
        """The lines that hold a closing brace."""
        return [number for number in range(1, len(self.bare_lines) + 1) if "}" in self.bare(number)]


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that was likely meant, or "". One slip in a short name, two in a long one; capitals are free."""
    if len(name) > MOST_NAME:
        return ""
    most = 1 if len(name) < 6 else 2  # noqa: PLR2004 - letters of a short name
    if len(name) < 5:  # noqa: PLR2004 - else anything is near to something
        candidates = [one for one in candidates if one[:1].lower() == name[:1].lower()]
    near = []
    candidates = {one for one in candidates if abs(len(one) - len(name)) <= most and one != name}
    for candidate in sorted(candidates)[:MOST_CANDIDATES]:
        distance = distance_between(name.lower(), candidate.lower())
        if distance == 0 or (distance <= most and distance < min(len(name), len(candidate)) - 1):
            near.append((distance, abs(len(candidate) - len(name)), -len(candidate), candidate))
    return min(near)[-1] if near else ""


def distance_between(one: str, other: str) -> int:
    """How many letters are put in, left out, changed or swapped with the next one (optimal string alignment)."""
    if abs(len(one) - len(other)) > 3:  # noqa: PLR2004 - more than anybody asks for
        return max(len(one), len(other))
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
