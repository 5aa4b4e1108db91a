"""How is a number drawn on the server, so that it reads without script, in print, and in one colour?

Every drawing is SVG whose lengths are percentages of its place: it fits a phone and a wide screen, and its words keep
their size (13 px), which a drawing that is scaled would not. Shapes and hatches say what colours say. A drawing beside
its number in a table is decoration (`aria-hidden`); one that stands alone carries a title and a description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cordee.ui.language import language
from cordee.ui.typography import percent

STEPS_HEIGHT = 300  # px of the plot, without the words below
WORDS = 26  # px below a plot
TOP = 8
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
SPARK_WIDTH, SPARK_HEIGHT = 96, 26
MIDDLE = 0.55  # beyond, a label goes to the left of its point
NEAR = 0.06  # two words of an axis closer than this share of it would touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A series of shares 0–1, one a step. `shape`: 1 full line, 2 dashes, 3 dots, up to 6."""

    label: str
    shares: Sequence[float]
    shape: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A place of the first line that is pointed at: after its step number `step`, from 0."""

    step: int
    label: str
    words: str = ""


def at(share: float) -> str:
    """A share 0–1 as a length, kept inside the drawing."""
    return f"{100 * min(max(share, 0.0), 1.0):.4g}%"


def interval_bar(
    share: float,
    low: float | None = None,
    high: float | None = None,
    mark: float | None = None,
    *,
    provisional: bool = False,
    tone: int = 1,
) -> SafeString:
    """A bar from zero: its interval as a whisker, a mark for what it is compared with, hatched when provisional.

    Beside a number only: it is hidden from screen readers. `tone` 1–3: the colour of the series.
    """
    hatch = "hatch-2" if tone == 2 else "hatch"  # noqa: PLR2004 - the second colour
    fill = mark_safe(f'fill="url(#{hatch})" class="ibar__hatch"' if provisional else 'class="ibar__value"')  # noqa: S308
    parts = [format_html('<rect {} width="{}" height="100%"/>', fill, at(share))]
    if low is not None and high is not None:
        parts.append(_whisker(low, high, "ibar__whisker"))
    if mark is not None:
        parts.append(
            format_html(
                '<rect class="ibar__gap" x="{0}" y="0" width="7" height="100%" transform="translate(-3.5)"/>'
                '<rect class="ibar__mark" x="{0}" y="0" width="3" height="100%" transform="translate(-1.5)"/>',
                at(mark),
            )
        )
    return format_html('<svg class="ibar ibar--{}" aria-hidden="true" focusable="false">{}</svg>', tone, _joined(parts))


def interval_dot(
    share: float, low: float, high: float, mark: float | None = None, *, top: float = 1.0, tone: int = 1
) -> SafeString:
    """A dot on its interval, on a scale from 0 to `top` that a whole table shares; a diamond where it is compared."""
    parts = [
        SafeString('<line class="idot__ground" x1="0" x2="100%" y1="50%" y2="50%"/>'),
        _whisker(low / top, high / top, "idot__whisker"),
    ]
    if mark is not None:
        parts.append(
            format_html(
                '<svg class="idot__at" x="{}" y="50%"><path class="idot__mark" d="M0 -7L6 0L0 7L-6 0Z"/></svg>',
                at(mark / top),
            )
        )
    parts.append(format_html('<circle class="idot__value" cx="{}" cy="50%" r="5.5"/>', at(share / top)))
    return format_html('<svg class="idot idot--{}" aria-hidden="true" focusable="false">{}</svg>', tone, _joined(parts))


def difference_dot(difference: float, low: float, high: float, *, top: float) -> SafeString:
    """A dot on its interval around a zero in the middle, on a scale from -`top` to `top` that a whole table shares."""

    def along(value: float) -> float:
        return (value / top + 1) / 2

    parts = [
        SafeString('<line class="idot__ground" x1="0" x2="100%" y1="50%" y2="50%"/>'),
        SafeString('<line class="idot__zero" x1="50%" x2="50%" y1="0" y2="100%"/>'),
        _whisker(along(low), along(high), "idot__whisker"),
        format_html('<circle class="idot__value" cx="{}" cy="50%" r="5.5"/>', at(along(difference))),
    ]
    return format_html('<svg class="idot" aria-hidden="true" focusable="false">{}</svg>', _joined(parts))


def histogram(counts: Sequence[float], *, told_from: int | None = None) -> SafeString:
    """Columns on a common ground, highest first full; those from `told_from` on stand out, hatched."""
    most = max(counts, default=0)
    if most <= 0:
        return SafeString("")
    step = SPARK_WIDTH / len(counts)
    parts = []
    for i, count in enumerate(counts):
        height = max(1.0, SPARK_HEIGHT * count / most) if count else 0.6
        told = told_from is not None and i >= told_from
        parts.append(
            format_html(
                '<rect class="spark__{}" x="{}" y="{}" width="{}" height="{}"/>',
                "told" if told else "column",
                f"{i * step + step * 0.08:.1f}",
                f"{SPARK_HEIGHT - height:.1f}",
                f"{step * 0.84:.1f}",
                f"{height:.1f}",
            )
        )
    return _spark(parts)


def sparkline(values: Sequence[float], *, told: bool = False) -> SafeString:
    """A line of at least two values, drawn over its own range, with a dot at its end."""
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return SafeString("")
    low, high = min(values), max(values)
    if low == high:  # nothing changes: a line through the middle
        values, low, high = (low, low), low - 1, low + 1
    span = high - low
    step = (SPARK_WIDTH - 6) / (len(values) - 1)
    points = [
        (2 + i * step, SPARK_HEIGHT - 4 - (SPARK_HEIGHT - 8) * (value - low) / span) for i, value in enumerate(values)
    ]
    kind = " spark__line--told" if told else ""
    x, y = points[-1]
    return _spark(
        [
            format_html(
                '<polyline class="spark__line{}" points="{}"/>', kind, " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
            ),
            format_html('<circle class="spark__end{}" cx="{}" cy="{}" r="2.6"/>', kind, f"{x:.1f}", f"{y:.1f}"),
        ]
    )


def progress(share: float) -> SafeString:
    """A rope in small, for a cell of a table whose words stand beside it: how much is done."""
    return format_html(
        '<svg class="ropelet" aria-hidden="true" focusable="false"><rect class="rope__rest" y="5" width="100%" '
        'height="2"/><rect class="rope__done" y="4" width="{0}" height="4" rx="2"/>'
        '<circle class="rope__knot" cx="{0}" cy="6" r="5"/></svg>',
        at(share),
    )


def steps(
    lines: Sequence[Line],
    *,
    title: str,
    words: str,
    ticks: Sequence[tuple[int, str]] = (),
    note: Note | None = None,
    name: str = "steps",
) -> SafeString:
    """Stairs from 100 %: the share that is left after each step. `ticks`: (step, label) below; `words`: the numbers.

    `name` makes the ids of the title and of the description. A line of fewer steps than another ends before it.
    """
    count = max((len(line.shares) for line in lines), default=0)
    if not count:
        return SafeString("")
    plot: list[SafeString] = [
        format_html('<line class="plot__grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>', _y(share)) for share in GRID
    ]
    shown: list[tuple[float, str]] = []
    for step, label in ticks:
        x = step / count
        plot.append(
            format_html('<line class="plot__grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', at(x), TOP, STEPS_HEIGHT + 5)
        )
        if not shown or x - shown[-1][0] >= NEAR:
            shown.append((x, label))
    plot += [format_html('<text x="{}" dx="4" y="{}">{}</text>', at(x), STEPS_HEIGHT + 20, label) for x, label in shown]
    if note is not None:
        plot.append(
            format_html(
                '<rect class="plot__band" x="{}" y="{}" width="{}" height="{}"/>',
                at(note.step / count),
                TOP,
                at(1 / count),
                STEPS_HEIGHT - TOP,
            )
        )
    paths = [
        format_html('<path class="plot__line plot__line--{}" d="{}"/>', line.shape, _stairs(line.shares, count))
        for line in reversed(lines)
    ]
    plot.append(
        format_html(
            '<svg class="plot__in" y="{}" width="100%" height="{}" viewBox="0 0 1000 1000" '
            'preserveAspectRatio="none">{}</svg>',
            TOP,
            STEPS_HEIGHT - TOP,
            _joined(paths),
        )
    )
    if note is not None:
        highest = max(line.shares[note.step] for line in lines if note.step < len(line.shares))
        plot.append(_pointed(note, (note.step + 1) / count, lines[0].shares[note.step], highest))
    axis = format_html_join(
        "",
        '<text x="40" y="{}" text-anchor="end">{}</text>',
        ((f"{_y(share) + 4:.0f}", percent(share, language())) for share in GRID),
    )
    height = STEPS_HEIGHT + WORDS
    return format_html(
        '<div class="plot"><svg class="viz plot__y" width="44" height="{height}" aria-hidden="true" '
        'focusable="false">{axis}</svg><svg class="viz plot__area" height="{height}" role="img" '
        'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{title}</title><desc id="{name}-d">{words}</desc>'
        "{plot}</svg></div>",
        height=height,
        axis=axis,
        name=name,
        title=title,
        words=words,
        plot=_joined(plot),
    )


def columns(
    values: Sequence[float],
    labels: Sequence[str],
    *,
    title: str,
    words: str,
    name: str,
    told: int | None = None,
    over: Sequence[float] = (),
) -> SafeString:
    """Columns from zero, each with its label below where there is room; `told`: the one that stands out, hatched.

    `over`: a part of each column, hatched.
    """
    most = max(values, default=0)
    if most <= 0:
        return SafeString("")
    height, count = 160, len(values)
    plot = [format_html('<line class="plot__grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>', height)]
    last = -1.0
    for i, value in enumerate(values):
        tall = (height - TOP) * value / most
        kind = mark_safe('fill="url(#hatch-2)" class="plot__told"' if i == told else 'class="plot__column"')  # noqa: S308
        plot.append(
            format_html(
                '<rect {} x="{}" y="{}" width="{}" height="{}"/>',
                kind,
                at((i + 0.08) / count),
                f"{height - tall:.1f}",
                at(0.84 / count),
                f"{tall:.1f}",
            )
        )
        if over:
            part = (height - TOP) * over[i] / most
            plot.append(
                format_html(
                    '<rect fill="url(#hatch-2)" x="{}" y="{}" width="{}" height="{}"/>',
                    at((i + 0.08) / count),
                    f"{height - part:.1f}",
                    at(0.84 / count),
                    f"{part:.1f}",
                )
            )
        if i / count - last >= NEAR or last < 0:
            plot.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="middle">{}</text>', at((i + 0.5) / count), height + 18, labels[i]
                )
            )
            last = i / count
    return format_html(
        '<svg class="viz plot__area plot__area--alone" height="{}" role="img" aria-labelledby="{name}-t {name}-d">'
        '<title id="{name}-t">{}</title><desc id="{name}-d">{}</desc>{}</svg>',
        height + WORDS,
        title,
        words,
        _joined(plot),
        name=name,
    )


def patterns() -> SafeString:
    """The hatches that drawings of a page fill with; once a page, before the first of them."""
    one = (
        '<pattern id="{0}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch__ground" width="7" height="7"/><rect class="{1}" width="4" height="7"/></pattern>'
    )
    both = one.format("hatch", "hatch__1") + one.format("hatch-2", "hatch__2")
    return mark_safe(  # noqa: S308 - our own words
        f'<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>{both}</defs></svg>'
    )


def _y(share: float) -> float:
    return STEPS_HEIGHT - (STEPS_HEIGHT - TOP) * share


def _stairs(shares: Sequence[float], count: int) -> str:
    """In thousandths of a plot of `count` steps: down at the end of each step, to what is left after it."""
    step = 1000 / count
    path = "M0 0"
    for i, (before, after) in enumerate(pairwise([1.0, *shares])):
        path += f"H{(i + 1) * step:.1f}"
        if after != before:
            path += f"V{1000 * (1 - after):.1f}"
    return path


def _pointed(note: Note, x: float, share: float, highest: float) -> SafeString:
    """A ring at the place, its words in the free half of the plot: above every line, towards the middle."""
    anchor, side = ("end", -12) if x > MIDDLE else ("start", 12)
    y = _y(share)
    up = max(_y(highest) - 52, TOP + 14)
    return format_html(
        '<circle class="plot__ring" cx="{x}" cy="{y}" r="5"/>'
        '<line class="plot__lead plot__words" x1="{x}" x2="{x}" y1="{tail}" y2="{from_}"/>'
        '<text class="viz__n plot__words" x="{x}" dx="{side}" y="{up}" text-anchor="{anchor}">{label}</text>'
        '<text class="plot__words" x="{x}" dx="{side}" y="{below}" text-anchor="{anchor}">{words}</text>',
        x=at(x),
        y=f"{y:.0f}",
        tail=f"{y - 5:.0f}",
        from_=f"{up - 10:.0f}",
        up=f"{up:.0f}",
        below=f"{up + 18:.0f}",
        side=side,
        anchor=anchor,
        label=note.label,
        words=note.words,
    )


def _whisker(low: float, high: float, kind: str) -> SafeString:
    return format_html(
        '<line class="{kind}" x1="{low}" x2="{high}" y1="50%" y2="50%"/>'
        '<line class="{kind}" x1="{low}" x2="{low}" y1="30%" y2="70%"/>'
        '<line class="{kind}" x1="{high}" x2="{high}" y1="30%" y2="70%"/>',
        kind=kind,
        low=at(low),
        high=at(high),
    )


def _spark(parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg class="spark" viewBox="0 0 {0} {1}" width="{0}" height="{1}" aria-hidden="true" focusable="false">'
        "{2}</svg>",
        SPARK_WIDTH,
        SPARK_HEIGHT,
        _joined(parts),
    )


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - each was escaped when it was made
