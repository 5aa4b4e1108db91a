"""What do programs read of a course's page? schema.org's Course and CourseInstance as JSON-LD.

Source: schema.org/Course, schema.org/CourseInstance; JSON-LD 1.1 in HTML, section 7. Only what the page says, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from cordee.learning.catalogue.course_page import CoursePage, OtherCourse
from cordee.learning.catalogue.runs import RunLine
from cordee.learning.catalogue.told import Place
from cordee.ui.shell import Link

CONTEXT: Final = "https://schema.org"
# What would end the script, or begin a comment in it, stands as JSON's own escape.
ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def absolute(url: str) -> str:
    """The address with the site's own before it; what is absolute stays."""
    return url if "://" in url or not url else f"{settings.CORDEE.url}{url}"


def script(data: Mapping[str, Any]) -> SafeString:
    """The block for a page's head: data, which the content policy lets be, since no browser runs it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign, escape in ESCAPES.items():
        text = text.replace(sign, escape)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - no sign of HTML is left


def course_data(page: CoursePage, *, picture: str = "") -> dict[str, Any]:
    """No query. `picture`: the address of its picture."""
    url = absolute(reverse("course", args=[page.key]))
    told = page.told
    people = [
        _person(person.name, person.url, person.organisation, job=team.role)
        for team in told.team
        for person in team.people
    ]
    return {"@context": CONTEXT} | _without_empty(
        {
            "@type": "Course",
            "@id": url,
            "url": url,
            "name": page.title,
            "courseCode": page.key,
            "description": page.summary or page.title,
            "inLanguage": list(page.languages),
            "provider": _organisation(page.organisation),
            "image": absolute(picture),
            "educationalLevel": told.level,
            "teaches": list(told.outcomes.lines) if told.outcomes else [],
            "coursePrerequisites": [
                *([told.requires.words] if told.requires else []),
                *(_other(one) for one in page.builds_on),
            ],
            "about": [one.name for one in page.categories],
            "keywords": list(told.keywords.lines) if told.keywords else [],
            "timeRequired": hours(page.effort_h),
            "numberOfCredits": told.ects,
            "license": page.licence_url or page.licence,
            "creditText": page.credits,
            "contributor": people,
            "sponsor": [_organisation(one) for one in told.partners],
            "award": [f"{one.name}, {one.year}" for one in told.prizes],
            "review": [
                {
                    "@type": "Review",
                    "author": {"@type": "Person", "name": one.by},
                    "reviewBody": one.words.words,
                    "inLanguage": one.words.language,
                }
                for one in told.opinions
            ],
            "workTranslation": [_other(one) for one in page.versions],
            "syllabusSections": [
                _without_empty({"@type": "Syllabus", "name": one.title, "timeRequired": hours(one.hours)})
                for one in page.modules
            ],
            "isAccessibleForFree": told.price is None,
            "offers": _offer(page, url),
            "hasCourseInstance": [_instance(run, page, url) for run in page.runs.lines if not run.is_over],
        }
    )


def breadcrumb_data(links: Sequence[Link]) -> dict[str, Any]:
    """Where a page stands: schema.org/BreadcrumbList."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": rank, "name": link.label, "item": absolute(link.url)}
            for rank, link in enumerate(links, 1)
        ],
    }


def hours(number: float) -> str:
    """A duration as ISO 8601 writes it, e.g. "PT7H30M"; "" for none."""
    minutes = round(number * 60)
    if not minutes:
        return ""
    whole, rest = divmod(minutes, 60)
    return f"PT{f'{whole}H' if whole else ''}{f'{rest}M' if rest else ''}"


def _offer(page: CoursePage, url: str) -> dict[str, Any]:
    if page.told.price is None:
        return {"@type": "Offer", "category": "Free", "price": 0, "priceCurrency": "EUR", "url": url}
    return {"@type": "Offer", "category": "Paid", "description": page.told.price.words, "url": url}


def _instance(run: RunLine, page: CoursePage, url: str) -> dict[str, Any]:
    place = url if run.is_here else run.address
    return _without_empty(
        {
            "@type": "CourseInstance",
            "@id": f"{url}#{run.name}",
            "name": f"{page.title}, {run.name}",
            "courseMode": "Online",
            "inLanguage": list(page.languages),
            "startDate": run.opens_at.isoformat(),
            "endDate": run.closes_at.isoformat() if run.closes_at else "",
            "courseWorkload": hours(page.effort_h),
            "url": place,
            "location": {"@type": "VirtualLocation", "url": place},
        }
    )


def _organisation(place: Place) -> dict[str, Any]:
    return _without_empty({"@type": "Organization", "name": place.name, "url": absolute(place.url)})


def _person(name: str, url: str, organisation: Place | None, *, job: str) -> dict[str, Any]:
    return _without_empty(
        {
            "@type": "Person",
            "name": name,
            "url": absolute(url),
            "jobTitle": job,
            "affiliation": _organisation(organisation) if organisation else {},
        }
    )


def _other(one: OtherCourse) -> dict[str, Any]:
    url = absolute(one.url)
    return {"@type": "Course", "@id": url, "url": url, "name": one.title}


def _without_empty(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in ("", [], {}, None, 0.0) or value is False}
