"""How does an author's TeX become MathML?

Formulas are found in the text of sanitised HTML, between \\(…\\), \\[…\\], $$…$$ or Open edX's [mathjax…] marks, and
replaced by MathML that is itself passed through an allow-list. What cannot be converted stays readable as TeX.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import latex2mathml.converter
import nh3

LONGEST_FORMULA = 2_000  # characters; a formula that a person can read is far below
WIDE_FORMULA = 30  # characters of TeX that may not fit a phone
DEEPEST_NESTING = 60  # braces
_FORMULA = re.compile(
    r"\\\((?P<inline>.+?)\\\)|\\\[(?P<block>.+?)\\\]|\$\$(?P<dollars>.+?)\$\$"
    r"|\[mathjaxinline\](?P<jaxinline>.+?)\[/mathjaxinline\]|\[mathjax\](?P<jax>.+?)\[/mathjax\]",
    re.DOTALL,
)
_REFUSED = re.compile(
    r"\\(href|url|includegraphics|input|include|def|newcommand|renewcommand|let|require|style|class|cssId)\b"
)
_PIECE = re.compile(r"<[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*>|[^<]+|<")
_VERBATIM = ("pre", "code", "textarea", "math")
_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle", "merror"),
    *(
        "mpadded",
        "mphantom",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mmultiscripts",
        "mprescripts",
    ),
    *("mtable", "mtr", "mtd", "menclose"),
}
_ATTRIBUTES = {
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {"stretchy", "fence", "separator", "minsize", "maxsize", "form", "movablelimits", "accent"},
    "mspace": {"width", "linebreak"},
    "mfrac": {"linethickness"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
    "mtd": {"columnalign"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "menclose": {"notation"},
}


def with_mathml(clean_html: str) -> str:
    """Sanitised HTML with each formula as MathML. `clean_html` must come from the sanitiser: its tags are trusted."""
    if "\\" not in clean_html and "$$" not in clean_html and "[mathjax" not in clean_html:
        return clean_html
    pieces: list[str] = []
    verbatim = 0
    for piece in _PIECE.findall(clean_html):
        if piece.startswith("<"):
            name = piece.strip("</>").split(None, 1)[0].lower() if piece.strip("</>") else ""
            if name in _VERBATIM:
                verbatim += -1 if piece.startswith("</") else 1
            pieces.append(piece)
        else:
            pieces.append(piece if verbatim > 0 else _FORMULA.sub(_converted, piece))
    return "".join(pieces)


def _converted(match: re.Match[str]) -> str:
    inline = match["inline"] or match["jaxinline"]
    tex = html.unescape(inline or match["block"] or match["dollars"] or match["jax"]).strip()
    return mathml(tex, block=inline is None)


@lru_cache(maxsize=4096)
def mathml(tex: str, *, block: bool) -> str:
    """One formula as MathML; `tex` itself in <code> when it cannot be converted."""
    readable = f"<code>{html.escape(tex)}</code>"
    if not tex or len(tex) > LONGEST_FORMULA or _nesting(tex) > DEEPEST_NESTING or _REFUSED.search(tex):
        return readable
    try:
        made = latex2mathml.converter.convert(tex, display="block" if block else "inline")
    except (Exception, RecursionError):  # the converter raises many kinds; whatever it is, the TeX stays readable
        return readable
    clean = nh3.clean(made, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
    if not block:
        return clean
    reach = ' tabindex="0"' if len(tex) > WIDE_FORMULA else ""  # it may scroll in its box: the keyboard must get there
    return f'<span class="formula"{reach}>{clean}</span>'


def _nesting(tex: str) -> int:
    depth = deepest = 0
    for character in tex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest
