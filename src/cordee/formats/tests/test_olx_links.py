"""What does each form of link mean, and does rewriting leave everything else alone?"""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.formats.olx.assets import AssetIndex
from cordee.formats.olx.links import (
    AssetLink,
    CoursePage,
    Dead,
    External,
    Link,
    LinkContext,
    UnitLink,
    Untouched,
    links_in,
    locator_id,
    resolve,
    rewrite,
)

NAMES = [
    "a.png",
    "Fiche à lire.pdf",
    "images/plan 1.png",
    "Plan(2).png",
    "it's.png",
    "100%.png",
    "video.mp4",
    "a#b.png",
]
CONTEXT = LinkContext(
    AssetIndex(NAMES, {"uploaded.png": "a.png"}), {"p1", "unit2", "chapter1", "week:3"}, "OrgX", "C1", "R1"
)
KEY = "asset-v1:OrgX+C1+R1+type@asset+block"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/static/a.png", AssetLink("a.png")),
        ("/static/A.PNG", AssetLink("a.png")),
        ("static/a.png", AssetLink("a.png")),
        ("../static/a.png", AssetLink("a.png")),
        ("/static/uploaded.png", AssetLink("a.png")),
        ("/static/a.png?raw", AssetLink("a.png", "?raw")),
        ("/static/a.png#page=3", AssetLink("a.png", "#page=3")),
        ("/static/a#b.png", AssetLink("a#b.png")),
        ("/static/Fiche_à_lire.pdf", AssetLink("Fiche à lire.pdf")),
        ("/static/Fiche_a\u0300_lire.pdf", AssetLink("Fiche à lire.pdf")),
        ("/static/Fiche%20%C3%A0%20lire.pdf", AssetLink("Fiche à lire.pdf")),
        ("/static/images/plan_1.png", AssetLink("images/plan 1.png")),
        (f"/{KEY}@images_plan_1.png", AssetLink("images/plan 1.png")),
        ("/static/Plan_2_.png", AssetLink("Plan(2).png")),
        ("/static/it's.png", AssetLink("it's.png")),
        ("/static/100%.png", AssetLink("100%.png")),
        ("/static/100%25.png", AssetLink("100%.png")),
        (f"/{KEY}@a.png", AssetLink("a.png")),
        (f"{KEY}@a.png", AssetLink("a.png")),
        (f"/{KEY}/a.png", AssetLink("a.png")),
        ("/asset-v1:OrgX+C1+OLD+type@asset+block@a.png", AssetLink("a.png")),
        (f"https://lms.example.org/{KEY}@video.mp4", AssetLink("video.mp4")),
        (f"//lms.example.org/{KEY}@video.mp4", AssetLink("video.mp4")),
        ("/c4x/OrgX/C1/asset/a.png", AssetLink("a.png")),
        ("https://lms.example.org/c4x/OrgX/C1/asset/a.png", AssetLink("a.png")),
        ("/jump_to_id/p1", UnitLink("p1")),
        ("/jump_to_id/p1#q2", UnitLink("p1", "q2")),
        ("/jump_to_id/p1/", UnitLink("p1")),
        ("/jump_to_id/week%3A3", UnitLink("week:3")),
        ("/course/jump_to_id/p1", UnitLink("p1")),
        ("/courses/course-v1:OrgX+C1+R1/jump_to_id/p1", UnitLink("p1")),
        ("/courses/OrgX/C1/R1/jump_to_id/p1", UnitLink("p1")),
        ("/courses/course-v1:OrgX+C1+R1/jump_to/block-v1:OrgX+C1+R1+type@vertical+block@unit2", UnitLink("unit2")),
        ("/courses/course-v1:OrgX+C1+R1/courseware/chapter1/gone/", UnitLink("chapter1")),
        ("https://lms.example.org/courses/course-v1:OrgX+C1+R1/jump_to_id/p1", UnitLink("p1")),
        ("/courses/course-v1:OrgX+C1+R1/progress", CoursePage("progress")),
        ("/course/discussion/forum/#new", CoursePage("discussion/forum", "new")),
        ("/courses/course-v1:OrgX+C1+R1/", CoursePage("")),
        ("https://example.org/a.png", External("https://example.org/a.png")),
        ("https://example.org/static/a.png", External("https://example.org/static/a.png")),
        (f"https://lms.example.org/{KEY}@gone.png", External(f"https://lms.example.org/{KEY}@gone.png")),
        ("//example.org/x", External("//example.org/x")),
        ("#top", Untouched("#top")),
        ("mailto:a@example.org", Untouched("mailto:a@example.org")),
        ("data:image/png;base64,AA==", Untouched("data:image/png;base64,AA==")),
        ("", Untouched("")),
        ("/static/gone.png", Dead("/static/gone.png", "gone.png")),
        ("/static/gone.png?x", Dead("/static/gone.png?x", "gone.png")),
        (f"/{KEY}@gone.png", Dead(f"/{KEY}@gone.png", "gone.png")),
        ("/static/$name.png", Dead("/static/$name.png")),
        ("/jump_to_id/gone", Dead("/jump_to_id/gone")),
        ("/courses/course-v1:OrgY+C2+R1/jump_to_id/p1", Dead("/courses/course-v1:OrgY+C2+R1/jump_to_id/p1")),
        ("/dashboard", Dead("/dashboard")),
        ("page.html", Dead("page.html")),
        ("javascript:alert(1)", Dead("javascript:alert(1)")),
        ("JavaScript:alert(1)", Dead("JavaScript:alert(1)")),
    ],
)
def test_a_link_is_understood(url: str, link: Link) -> None:
    assert resolve(url, CONTEXT) == link


def test_names_that_differ_by_case_only_are_kept_apart() -> None:
    index = AssetIndex(["Logo.png", "logo.png"])
    assert (index.find("Logo.png"), index.find("logo.png"), index.find("LOGO.PNG")) == ("Logo.png", "logo.png", None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<img src="/static/a.png">', ["/static/a.png"]),
        ("<img src='/static/a b.png'>", ["/static/a b.png"]),
        ('<img src="/static/it\'s.png">', ["/static/it's.png"]),
        ("<img src=/static/a.png>", ["/static/a.png"]),
        ('<a href=" /static/a.png ">', ["/static/a.png"]),
        ('<p style="background: url(/static/a.png)">', ["/static/a.png"]),
        ('<a href="/static/x?a=1&amp;b=2">', ["/static/x?a=1&b=2"]),
        ('data="{&quot;targetImg&quot;: &quot;/static/a.png&quot;}"', ["/static/a.png"]),
        ('{"html": "<img src=\\"/static/a.png\\">"}', ["/static/a.png"]),
        ("[text](/static/a.png)", ["/static/a.png"]),
        ("<handout>/static/a.pdf</handout>", ["/static/a.pdf"]),
        ('<a href="/jump_to_id/p1">x</a><a href="/course/info">', ["/jump_to_id/p1", "/course/info"]),
        ('<a href="https://lms.example.org/asset-v1:O+C+R+type@asset+block@a.png">', None),
        ('<a href="https://example.org/x/static/a.png"> and "static" words', []),
        ("<p>In /static/ you find files.</p>", []),
    ],
)
def test_links_are_found_in_every_dress(text: str, found: list[str] | None) -> None:
    wanted = ["https://lms.example.org/asset-v1:O+C+R+type@asset+block@a.png"] if found is None else found
    assert list(links_in(text)) == wanted


def test_a_link_is_rewritten_and_all_else_stays() -> None:
    text = '<p>  A&nbsp;<IMG src=\'/static/a.png\' alt="x"><br>\n<a href="/static/b.png">b</a><p>'
    new = rewrite(text, lambda url: "/files/9?a=1&b='2'" if url == "/static/a.png" else None)
    assert new == text.replace("/static/a.png", "/files/9?a=1&amp;b=&#x27;2&#x27;")


SAFE = st.text(
    st.characters(exclude_characters="\"'<>&()\\\n", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=30
)


@settings(deadline=None)  # the machine may be busy
@given(before=st.text(max_size=60), name=SAFE, after=st.text(max_size=60))
def test_rewriting_with_nothing_changes_nothing(before: str, name: str, after: str) -> None:
    text = f'{before}<img src="/static/{name}">{after}'
    assert rewrite(text, lambda _: None) == text
    assert rewrite(text, lambda url: url if html.escape(url) == url else None) == text


@settings(deadline=None)  # the machine may be busy
@given(names=st.lists(SAFE, min_size=1, max_size=5), quote=st.sampled_from(['"', "'"]))
def test_each_link_is_rewritten_once_and_back(names: list[str], quote: str) -> None:
    text = "".join(f"<img src={quote}/static/{name}{quote}> text " for name in names)
    there = rewrite(text, lambda url: url.replace("/static/", "/jump_to_id/"))
    assert list(links_in(there)) == [f"/jump_to_id/{name}" for name in names]
    assert rewrite(there, lambda url: url.replace("/jump_to_id/", "/static/")) == text


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200))
def test_no_address_raises(url: str) -> None:
    resolve(url, CONTEXT)
    resolve("/static/" + url, CONTEXT)
    resolve("/courses/" + url, CONTEXT)


@pytest.mark.parametrize(
    ("locator", "name"),
    [
        ("block-v1:O+C+R+type@vertical+block@v1", "v1"),
        ("i4x://O/C/vertical/v1", "v1"),
        ("v1", "v1"),
        ("", ""),
    ],
)
def test_the_last_part_of_a_locator_is_its_id(locator: str, name: str) -> None:
    assert locator_id(locator) == name
