"""How is a verification code made, written, and read back from what people type?

A code is 16 symbols of Crockford's base 32 (80 random bits) and one check symbol: the number modulo 37. It is printed
in groups, `7Q2K-9F3M-PX4T-8R1C-X`. What the check symbol catches, always: one wrong symbol, and two symbols that
changed places, neighbours or not, the check symbol included (37 is a prime greater than 32, and no two of the 17
places weigh the same or opposite modulo 37). Of other errors it lets 1 in 37 pass; those meet a code that nobody has.
Source: Douglas Crockford, "Base 32", https://www.crockford.com/base32.html.
"""

from __future__ import annotations

import re
import secrets

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O (look like digits) and U
CHECK_SYMBOLS = SYMBOLS + "*~$=U"
LENGTH = 16  # without the check symbol
BITS = 5 * LENGTH
# A code whose check symbol is one of these is drawn again: they get lost at the end of an address or on the telephone.
# That costs 0.16 of the 80 bits. Reading accepts them.
HARD_TO_SAY = "*~$="

_SEPARATORS = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212_.]+")
_READ = re.compile(f"[{SYMBOLS}]{{{LENGTH}}}[{re.escape(CHECK_SYMBOLS)}]", re.ASCII)
_LOOK_ALIKE = str.maketrans("OIL", "011")
_LONGEST_TYPED = 80


def new_code() -> str:
    """17 symbols, never guessable, e.g. "7Q2K9F3MPX4T8R1CX"."""
    while True:
        code = with_check_symbol(secrets.randbits(BITS))
        if code[-1] not in HARD_TO_SAY:
            return code


def with_check_symbol(number: int) -> str:
    """The code that stands for `number` (0 ≤ number < 2**80)."""
    if not 0 <= number < 1 << BITS:
        raise ValueError(f"{number} does not fit {BITS} bits")
    body = "".join(SYMBOLS[number >> shift & 31] for shift in range(BITS - 5, -1, -5))
    return body + CHECK_SYMBOLS[number % 37]


def grouped(code: str) -> str:
    """As it is printed: "7Q2K-9F3M-PX4T-8R1C-X"."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_code(typed: str) -> str | None:
    """The 17 symbols of what was typed, None when it is no code.

    Forgives case, spaces, dashes and dots, O for 0, I and L for 1.
    """
    if len(typed) > _LONGEST_TYPED or not typed.isprintable():
        return None
    plain = _SEPARATORS.sub("", typed)
    if not plain.isascii():  # upper() would turn "ı" into "I"
        return None
    code = plain.upper().translate(_LOOK_ALIKE)
    if not _READ.fullmatch(code) or code[-1] != CHECK_SYMBOLS[_number(code[:-1]) % 37]:
        return None
    return code


def _number(body: str) -> int:
    number = 0
    for symbol in body:
        number = number << 5 | SYMBOLS.index(symbol)
    return number
