"""What may a template ask of this room? `{% load ui %}`: icons, rope, dates, numbers, fields, parts drawn once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    Textarea,
)
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from cordee.ui import charts, dates, icons, profile, typography
from cordee.ui.drawn_once import drawn_once
from cordee.ui.language import language
from cordee.ui.profile import Stack, Workload

register = template.Library()
register.tag("drawn_once", drawn_once)


# ---- Drawings ----


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "check" %}`: decoration; the words beside it carry the meaning."""
    return icons.svg(name)


@register.inclusion_tag("ui/rope.html")
def rope(
    percent: float,
    left: str = "",
    right: str = "",
    modules: int = 0,
    label: str = "",
    drawn: bool = False,
) -> dict[str, Any]:
    """`{% rope 38 left="38 %" right="Average 74 / 100" modules=5 %}`: the share done, 0–100.

    `modules`: how many, for ticks at their ends. `drawn`: it draws itself once (only on the page that says "passed").
    """
    done = _clamped(percent)
    ticks = [f"{100 * i / modules:.4g}%" for i in range(1, modules)] if modules else []
    return {
        "now": round(done),
        "length": f"{done:.4g}%",
        "ticks": ticks,
        "left": left,
        "right": right,
        "label": label,
        "drawn": drawn,
    }


@register.inclusion_tag("ui/bar.html")
def bar(percent: float, mark: float | None = None, label: str = "", kind: str = "") -> dict[str, Any]:
    """`{% bar 54 mark=60 %}`: a bar from zero, 0–100, with a tick. Without `label` its number stands beside it."""
    at = None if mark is None else f"{_clamped(mark):.4g}%"
    return {"length": f"{_clamped(percent):.4g}%", "mark": at, "label": label, "kind": kind}


@register.simple_tag
def chart_patterns() -> SafeString:
    """`{% chart_patterns %}`: the hatches of `ui.charts`, once on a page that shows its drawings."""
    return charts.patterns()


@register.simple_tag
def course_profile(
    form: str,
    workload: Workload = None,
    *,
    stacks: Sequence[Stack] = (),
    here: float | None = None,
    narrow: bool = False,
) -> SafeString:
    """`{% course_profile "cover" course.workload %}`. Forms: cover, strip, mini, profile.

    Only the cover takes `stacks` (units by module, drawn when the workload is unknown); only the profile takes `here`
    (weeks from the start) and `narrow` (for phones and narrow columns).
    """
    match form:
        case "cover":
            return profile.cover(workload, stacks or ())
        case "strip":
            return profile.strip(workload)
        case "mini":
            return profile.mini(workload)
        case "profile":
            return profile.profile(workload, language(), here=here, narrow=narrow)
    raise template.TemplateSyntaxError(f"course_profile has no form {form!r}: cover, strip, mini or profile")


@register.simple_tag
def island(path: str) -> SafeString:
    """`<div data-island="quiz" {% island "activities/quiz/island.js" %}>`: where the loader finds the script."""
    return format_html('data-island-src="{}"', static(path))


def _clamped(percent: float) -> float:
    return min(max(float(percent), 0.0), 100.0)


# ---- Dates ----


@register.simple_tag
def when(
    moment: dt.datetime, now: dt.datetime, zone: dates.Zone, name_zone: bool = True, begins: bool = True
) -> SafeString:
    """`{% when deadline now zone %}`: Tomorrow, 11:59 pm (Paris time). `begins=False` after a colon: tomorrow."""
    return _time(moment, dates.when(moment, now, zone, language(), name_zone=name_zone, begins=begins))


@register.simple_tag
def how_far(moment: dt.datetime, now: dt.datetime, zone: dates.Zone) -> SafeString:
    """`{% how_far deadline now zone %}`: Tomorrow, 11:59 pm; In 6 days; In 9 weeks."""
    return _time(moment, dates.how_far(moment, now, zone, language()))


@register.simple_tag
def said(moment: dt.datetime, now: dt.datetime, zone: dates.Zone) -> SafeString:
    """`{% said deadline now zone %}`: Tomorrow, 11:59 pm; Thursday, in two days; In 9 days."""
    return _time(moment, dates.said(moment, now, zone, language()))


@register.simple_tag
def day(moment: dt.datetime, zone: dates.Zone, now: dt.datetime | None = None, weekday: bool = False) -> SafeString:
    """`{% day opens_at zone %}`: 24 Nov 2026; with `now`, without the present year."""
    return _time(moment, dates.day(moment, zone, language(), now=now, weekday=weekday))


@register.simple_tag
def long_day(moment: dt.datetime, zone: dates.Zone) -> SafeString:
    """`{% long_day issued_at zone %}`: 24 November 2026, 1er novembre 2026."""
    return _time(moment, dates.long_day(moment, zone, language()))


def _time(moment: dt.datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.astimezone(dt.UTC).isoformat(timespec="seconds"), words)


# ---- Numbers and spaces ----


@register.filter
def number(value: float, decimals: int = 0) -> str:
    """`{{ enrolled|number }}`: 12,480 or 12 480."""
    return typography.number(value, language(), decimals)


@register.filter
def points(value: float) -> str:
    """`{{ score.earned|points }}`: 3, 2.5, 0.33."""
    return typography.points(value, language())


@register.filter
def plural_of(value: float) -> int:
    """`count n=score|plural_of`: the whole number whose plural 1.5 takes (singular in French)."""
    return typography.plural_of(value, language())


@register.filter
def percent(share: float, decimals: int = 0) -> str:
    """`{{ grade|percent }}`: a share 0–1 as 41% or 41 %."""
    return typography.percent(share, language(), decimals)


@register.filter
def hundredths(share: float) -> str:
    """`{{ grade|hundredths }}`: a share 0–1 as a grade out of 100: 74, 74.5."""
    return typography.hundredths(share, language())


@register.filter
def duration(seconds: float) -> str:
    """`{{ unit.seconds|duration }}`: 22 min."""
    return typography.duration(seconds, language())


@register.filter(is_safe=True)
def typo(text: str) -> str:
    """`{{ sentence|typo }}`: the spaces of the page's language; HTML that is safe stays so, code in it is untouched."""
    return _typo(text) if typography.is_french(language()) else cast(str, conditional_escape(text))


@register.filter(is_safe=True)
def typo_fr(text: str) -> str:
    """`{{ sentence|typo_fr }}`: the no-break spaces of French, whatever the page's language."""
    return _typo(text)


def _typo(text: str) -> SafeString:
    return mark_safe(typography.typo_fr_html(conditional_escape(text)))  # noqa: S308 - escaped one line above


# ---- Forms ----

CLASSES = ((Textarea, "textarea"), (Select, "select"))


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, css: str = "", autocomplete: str = "") -> dict[str, Any]:
    """`{% field form.email %}`: label, hint, control, error, tied together. `css`: more classes of the control."""
    widget = bound.field.widget
    shape = "control"
    if isinstance(widget, CheckboxInput):
        shape = "check"
    elif isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        shape = "choices"
    attrs: dict[str, str | bool] = {}
    if shape == "control":
        kind = next((name for cls, name in CLASSES if isinstance(widget, cls)), "input")
        attrs["class"] = " ".join(filter(None, (kind, css)))
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    described = bound.aria_describedby or ""
    return {
        "bound": bound,
        "shape": shape,
        "control": bound.as_widget(attrs=attrs),
        "described": described,
        "hint_id": f"{bound.auto_id}_helptext",
        "error_id": f"{bound.auto_id}_error",
        "optional": not bound.field.required and shape != "check",
    }


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm, focus: bool = True) -> dict[str, Any]:
    """`{% error_summary form %}` on top of a form: every message again, linked to its field; takes the focus."""
    messages = [
        {"label": bound.label, "words": words, "target": bound.id_for_label if not _grouped(bound) else bound.auto_id}
        for bound in form.visible_fields()
        for words in bound.errors
    ]
    others = form.non_field_errors()
    return {"messages": messages, "others": others, "count": len(messages) + len(others), "focus": focus}


def _grouped(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
