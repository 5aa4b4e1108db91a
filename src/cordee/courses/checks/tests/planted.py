"""A course with each fault planted once, written as Open edX exports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cordee.formats.tests.test_mp4 import film

FRENCH = (
    "<p>Le réseau est un ensemble de machines qui échangent des messages. Dans ce cours, nous allons voir comment les "
    "paquets sont envoyés par une machine, puis comment ils sont reçus par une autre. Les routeurs sont des machines "
    "qui lisent l’adresse de chaque paquet et qui choisissent le chemin le plus court pour aller vers le destinataire. "
    "Une fois que le paquet est arrivé, il est lu par le programme qui est dans la machine, et vous pouvez lire la "
    "page que vous avez demandée.</p>"
)
ENGLISH = (
    "<p>A network is a set of machines that send messages to each other. In this course we will see how the packets "
    "are sent by one machine, and how they are received by another. Routers are machines that read the address of "
    "each packet and choose the shortest way to its destination. You can follow the way of a packet with a command "
    "that asks each of them in turn, and that is what we do in the first exercise of this week.</p>"
)


def _srt(end_s: int) -> bytes:
    moment = f"{end_s // 3600:02}:{end_s // 60 % 60:02}:{end_s % 60:02},000"
    return f"1\n00:00:01,000 --> {moment}\nWords are spoken.\n".encode()


def _choice(*choices: str) -> str:
    inside = "".join(choices)
    return (
        f'<problem display_name="P"><multiplechoiceresponse><choicegroup type="MultipleChoice">{inside}</choicegroup>'
        "</multiplechoiceresponse></problem>"
    )


def _number(answer: str, tolerance: str) -> str:
    return (
        f'<problem display_name="P"><numericalresponse answer="{answer}">'
        f'<responseparam type="tolerance" default="{tolerance}"/><formulaequationinput/></numericalresponse></problem>'
    )


def _conditional(source: str, inside: str) -> str:
    locator = f"block-v1:Ingenia+BAD+2026+type@problem+block@{source}"
    asked = f'url_name="asks" sources_list=\'["{locator}"]\' conditional_attr="attempted"'
    return f"<conditional {asked}>{inside}</conditional>"


RIGHT, WRONG = '<choice correct="true">Yes</choice>', '<choice correct="false">No</choice>'
SUM = '<problem display_name="Sum"><numericalresponse answer="4"><formulaequationinput/></numericalresponse></problem>'

# What stands in module 3, a unit each: the id of the activity -> its element; the rule that it breaks is in FOUND.
HTML: Mapping[str, str] = {
    "t-gone": '<p><img src="/static/gone.png" alt="A plan"/></p>',
    "t-nowhere": '<p><a href="/jump_to_id/no-such-unit">There</a></p>',
    "t-bare": '<p><img src="/static/here.png"/></p>',
    "t-headings": "<h3>One</h3><h5>Too deep</h5><h4>Two</h4>",
    "t-french": FRENCH,
    "t-french-marked": f'<div lang="fr">{FRENCH}</div>',
    "t-tag": '<p lang="french">Bonjour</p>',
    "t-script": "<p>Look</p><script>draw()</script>",
    "t-good": '<h3>One</h3><h4>Two</h4><h3>Three</h3><p><img src="/static/here.png" alt=""/> <a href="#x">x</a></p>',
}
PROBLEMS: Mapping[str, str] = {
    "q-no-key": _choice(WRONG, '<choice correct="false">Never</choice>'),
    "q-slow": '<problem display_name="P"><stringresponse answer="(a+)+b" type="regexp"><textline/></stringresponse>'
    "</problem>",
    "q-python": '<problem display_name="P"><script type="loncapa/python">a = 1</script><customresponse cfn="check">'
    "<textline/></customresponse></problem>",
    "q-setting": '<problem display_name="P"><multiplechoiceresponse>'
    '<choicegroup type="MultipleChoice" answer-pool="some">'
    f"{RIGHT}{WRONG}</choicegroup></multiplechoiceresponse></problem>",
    "q-contradicts": _choice(RIGHT, WRONG, '<choice correct="false"><p>Yes</p></choice>'),
    "q-twice": _choice(RIGHT, WRONG, WRONG),
    "q-wide": _number("5", "100%"),
    "q-zero": _number("0", "5%"),
    "q-never": '<problem display_name="P"><choiceresponse><checkboxgroup><choice correct="true">One</choice>'
    '<choice correct="false">Two</choice><compoundhint value="A F">Both?</compoundhint></checkboxgroup>'
    "</choiceresponse></problem>",
    "q-good": _choice(RIGHT, WRONG),
}
POLLS: Mapping[str, str] = {
    "p-none": '<poll url_name="p-none" display_name="P" question="Which?" answers="[]"/>',
    "p-twice": '<poll url_name="p-twice" display_name="P" question="Which?"'
    ' answers=\'[["a",{"label":"Red"}],["b",{"label":"red"}]]\'/>',
    "p-picture": '<poll url_name="p-picture" display_name="P" question="Which?"'
    ' answers=\'[["a",{"label":"","img":"/static/here.png"}],["b",{"label":"Blue"}]]\'/>',
}
VIDEOS: Mapping[str, str] = {
    "v-none": '<video display_name="V"/>',
    "v-unknown": '<video display_name="V" youtube="1.00:dQw4w9WgXcQ"/>',
    "v-good": '<video display_name="V"><source src="/static/a.mp4"/>'
    '<transcript language="en" src="short.srt"/></video>',
}
POLICY: dict[str, Any] = {
    "start": "2026-09-01T00:00:00Z",
    "end": "2026-12-20T00:00:00Z",
    "language": "en",
    "user_partitions": [
        {"id": 50, "name": "Halves", "scheme": "random", "groups": [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}]}
    ],
    "other_course_settings": {
        "cordee_workload": [{"video_h": hours} for hours in (1, 3, 6, 1, 1, 1)],
    },
}
GRADING = {
    "GRADER": [
        {"type": "Quiz", "short_label": "Q", "min_count": 4, "drop_count": 0, "weight": 0.6},
        {"type": "Exam", "short_label": "E", "min_count": 1, "drop_count": 0, "weight": 0.3},
    ],
    "GRADE_CUTOFFS": {"Pass": 0.6},
}

# Each fault once: the rule, and the id of its place ("" for the course).
FOUND: Mapping[str, str] = {
    "missing-file": "t-gone",
    "broken-link": "t-nowhere",
    "image-without-description": "t-bare",
    "headings-out-of-order": "t-headings",
    "text-in-another-language": "t-french",
    "no-such-language": "t-tag",
    "script-not-run": "t-script",
    "question-cannot-be-won": "q-no-key",
    "slow-pattern": "q-slow",
    "question-not-graded": "q-python",
    "question-setting-unread": "q-setting",
    "same-answer-right-and-wrong": "q-contradicts",
    "same-answer-twice": "q-twice",
    "tolerance-too-wide": "q-wide",
    "tolerance-of-zero": "q-zero",
    "never-reached": "q-never",
    "survey-cannot-be-answered": "p-none",
    "same-answer-twice-in-a-survey": "p-twice",
    "survey-picture-without-description": "p-picture",
    "video-without-film": "v-none",
    "video-without-captions": "v-unknown",
    "video-without-length": "v-unknown",
    "not-available-here": "d-done",
    "films-without-work": "v-long",
    "team-only": "u-team",
    "nobody-sees-it": "u-nobody",
    "condition-never-holds": "asks",
    "group-sees-nothing": "halves",
    "bank-too-small": "bank",
    "empty-unit": "u-empty",
    "weights-not-100": "",
    "graded-without-category": "s-homework",
    "fewer-than-expected": "",
    "attestation-out-of-reach": "",
    "time-limit-short": "s2",
    "modules-open-out-of-order": "m5",
    "section-opens-before-module": "s-early",
    "opens-after-the-end": "s-late",
    "due-before-it-opens": "s-due-first",
    "due-after-the-end": "s-due-late",
    "deadlines-before-opening": "",
    "deadlines-past": "",
    "week-above-2-hours": "m2",
    "week-above-5-hours": "m3",
    "more-than-5-weeks": "",
    "no-early-graded-quiz": "",
    "nothing-made-by-week-2": "",
}


def planted() -> dict[str, bytes]:
    """The export, file by file."""
    units = "".join(
        f'<vertical url_name="u-{name}" display_name="Unit of {name}">{_element(name)}</vertical>'
        for name in (*HTML, *PROBLEMS, *POLLS, *VIDEOS)
    )
    root = f"""<course display_name="A course with faults" language="en">
<chapter url_name="m1" display_name="Week 1"><sequential url_name="s1" display_name="To read">
<vertical url_name="u-one" display_name="One"><html url_name="t-one"/></vertical></sequential></chapter>
<chapter url_name="m2" display_name="Week 2"><sequential url_name="s2" display_name="To watch"
 is_time_limited="true" default_time_limit_minutes="10">
<vertical url_name="u-film" display_name="Films"><video url_name="v-long"/></vertical></sequential></chapter>
<chapter url_name="m3" display_name="Week 3"><sequential url_name="s3" display_name="Everything">{units}
<vertical url_name="u-done" display_name="Done"><done url_name="d-done" display_name="Done"/></vertical>
<vertical url_name="u-team" display_name="Team" visible_to_staff_only="true"><problem url_name="q-team"/></vertical>
<vertical url_name="u-nobody" display_name="Nobody" group_access='{{"50": [99]}}'><html url_name="t-nobody"/></vertical>
<vertical url_name="u-asks" display_name="Asks">{_conditional("q-team", '<html url_name="t-asks"/>')}</vertical>
<vertical url_name="u-halves" display_name="Halves"><split_test url_name="halves" user_partition_id="50"
 group_id_to_child='{{"1": "block-v1:Ingenia+BAD+2026+type@html+block@t-half"}}'>
<html url_name="t-half"/></split_test></vertical>
<vertical url_name="u-bank" display_name="Bank">
<library_content url_name="bank" max_count="3">
<problem url_name="q-bank"/></library_content></vertical>
<vertical url_name="u-empty" display_name="Empty"/></sequential></chapter>
<chapter url_name="m4" display_name="Week 4" start="2026-10-10T00:00:00Z">
<sequential url_name="s-early" display_name="Early" start="2026-10-05T00:00:00Z">
<vertical url_name="u-early" display_name="E">
<html url_name="t-early"/></vertical>
</sequential>
<sequential url_name="s-homework" display_name="Homework" graded="true" format="Homework">
<vertical url_name="u-h" display_name="H">
<problem url_name="q-h"/></vertical>
</sequential></chapter>
<chapter url_name="m5" display_name="Week 5" start="2026-10-01T00:00:00Z">
<sequential url_name="s-late" display_name="Late" start="2027-01-01T00:00:00Z">
<vertical url_name="u-late" display_name="L">
<html url_name="t-late"/></vertical>
</sequential>
<sequential url_name="s-due-first" display_name="Due first" start="2026-12-10T00:00:00Z" due="2026-12-05T00:00:00Z">
<vertical url_name="u-df" display_name="D">
<html url_name="t-df"/></vertical>
</sequential>
<sequential url_name="s-due-late" display_name="Due late" due="2027-01-05T00:00:00Z">
<vertical url_name="u-dl" display_name="D">
<html url_name="t-dl"/></vertical>
</sequential></chapter>
<chapter url_name="m6" display_name="Week 6">
<sequential url_name="s-quiz" display_name="Quiz" graded="true" format="Quiz" due="2026-10-15T00:00:00Z">
<vertical url_name="u-quiz" display_name="Q">
<problem url_name="q-quiz"/></vertical>
</sequential>
<sequential url_name="s-exam" display_name="Exam" graded="true" format="Exam" due="2026-08-15T00:00:00Z">
<vertical url_name="u-exam" display_name="X">
<problem url_name="q-exam"/></vertical>
</sequential></chapter>
</course>"""
    short = ("t-one", "t-nobody", "t-asks", "t-half", "t-early", "t-late", "t-df", "t-dl")
    html = {**HTML, **dict.fromkeys(short, "<p>Read this.</p>")}
    problems = {**PROBLEMS, **dict.fromkeys(("q-team", "q-bank", "q-h", "q-quiz", "q-exam"), SUM)}
    long = (
        '<video display_name="V" youtube="1.00:dQw4w9WgXcQ" sub=""><transcript language="en" src="long.srt"/></video>'
    )
    return {
        **exported(root, POLICY, GRADING, html),
        **{f"course/problem/{name}.xml": text.encode() for name, text in problems.items()},
        **{f"course/video/{name}.xml": text.encode() for name, text in {**VIDEOS, "v-long": long}.items()},
        "course/static/here.png": b"\x89PNG\r\n\x1a\n",
        "course/static/a.mp4": film(600, 15_000),
        "course/static/short.srt": _srt(20),
        "course/static/long.srt": _srt(25 * 60),
    }


def _element(name: str) -> str:
    if name in POLLS:
        return POLLS[name]
    tag = {"t": "html", "q": "problem", "v": "video"}[name[0]]
    return f'<{tag} url_name="{name}"/>'


def exported(
    root: str, policy: Mapping[str, Any], grading: Mapping[str, Any], html: Mapping[str, str]
) -> dict[str, bytes]:
    """The files of an export, its texts each in files of their own."""
    return {
        "course/course.xml": b'<course url_name="2026" org="Ingenia" course="BAD"/>',
        "course/course/2026.xml": root.encode(),
        "course/policies/2026/policy.json": json.dumps({"course/2026": policy}).encode(),
        "course/policies/2026/grading_policy.json": json.dumps(grading).encode(),
        **{f"course/html/{name}.xml": f'<html filename="{name}" display_name="{name}"/>'.encode() for name in html},
        **{f"course/html/{name}.html": text.encode() for name, text in html.items()},
    }
