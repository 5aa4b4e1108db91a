"""Does the course say in which language it is, and is everything there in each of its languages?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from cordee.core.errors import N_, shown
from cordee.courses.checks.material import Activity, Material
from cordee.courses.checks.model import At, Finding, Rule
from cordee.courses.checks.prose import known_languages
from cordee.courses.compiling import UNKNOWN_LANGUAGE
from cordee.formats.olx import links

NOT_SAID = Rule(
    "language-not-said",
    "warning",
    N_("The course does not say its language"),
    N_("Say it in the settings of the course: programs that read aloud need it, and so does the catalogue."),
    N_("WCAG 2.2, criterion 3.1.1"),
)
OTHER_LANGUAGE = Rule(
    "text-in-another-language",
    "warning",
    N_("A text in another language than the course says"),
    N_("Mark the text with its language (lang), or correct the language of the course."),
    N_("WCAG 2.2, criteria 3.1.1 and 3.1.2"),
)
BAD_TAG = Rule(
    "no-such-language",
    "warning",
    N_("A mark of language that names none"),
    N_("Write the short code of the language, such as fr or pt-BR."),
    N_("WCAG 2.2, criterion 3.1.2"),
)
NOT_IN_LANGUAGE = Rule(
    "not-in-every-language",
    "warning",
    N_("Missing in one of the languages"),
    N_("Translate it: until then readers of that language get the other one."),
)
SAME_WORDS = Rule(
    "not-translated",
    "warning",
    N_("The same words in two languages"),
    N_("Translate one of the two."),
)
SAME_TITLE = Rule(
    "title-not-translated",
    "note",
    N_("The same title in two languages"),
    N_("Translate it, unless it is a name."),
)
FEWER_FILES = Rule(
    "fewer-files-in-a-language",
    "note",
    N_("Files that one of the languages does not show"),
    N_("Add the file to the other language, or one of its own in its place."),
)
RULES = (NOT_SAID, OTHER_LANGUAGE, BAD_TAG, NOT_IN_LANGUAGE, SAME_WORDS, SAME_TITLE, FEWER_FILES)

FEWEST_WORDS: Final = 12  # of a text that should not be the same in two languages
FEWEST_WORDS_OF_TITLE: Final = 3  # one or two may be the same in any language: "Introduction", "Quiz 2"
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")


def look(material: Material) -> Iterator[Finding]:
    """What is said of one language, then what they say differently."""
    outline = material.outline
    if UNKNOWN_LANGUAGE in outline.languages:
        yield Finding(NOT_SAID, At(), N_("No language is given in its settings."))
    for one in material.activities:
        yield from _of_language(material, one)
    if len(outline.languages) > 1:
        yield from _titles(material)
        by_activity: dict[str, list[Activity]] = {}
        for one in material.activities:
            by_activity.setdefault(one.entry.id, []).append(one)
        for found in by_activity.values():
            yield from _of_translations(material, found)


def _of_language(material: Material, one: Activity) -> Iterator[Finding]:
    declared, speaks = one.language.lower().split("-")[0], one.prose.speaks
    if speaks and speaks != declared and declared in known_languages():
        values = {"spoken": speaks, "declared": one.language}
        yield Finding(
            OTHER_LANGUAGE,
            material.at_activity(one),
            N_("The words are in “{spoken}”, and the course says “{declared}”."),
            values,
        )
    for tag in one.prose.bad_tags:
        yield Finding(BAD_TAG, material.at_activity(one), N_("“{tag}” is no language."), {"tag": shown(tag)})


def _titles(material: Material) -> Iterator[Finding]:
    outline = material.outline
    yield from _title(material, At(), outline.titles)
    for module in outline.modules:
        yield from _title(material, material.at(module=module), module.titles)
        for section in module.sections:
            yield from _title(material, material.at(module=module, section=section), section.titles)
            for unit in section.units:
                at = material.at(module=module, section=section, unit=unit)
                yield from _title(material, at, unit.titles)
    for place, entry, _inside in material.entries.values():
        yield from _title(material, material.at_entry(place, entry), entry.titles)


def _title(material: Material, at: At, titles: Mapping[str, str]) -> Iterator[Finding]:
    missing = [one for one in material.outline.languages if not titles.get(one, "").strip()]
    if missing and len(missing) < len(material.outline.languages):
        yield Finding(NOT_IN_LANGUAGE, at, N_("It has no title in: {languages}."), {"languages": ", ".join(missing)})
    own = titles.get(material.outline.language, "")
    same = [one for one, title in titles.items() if one != material.outline.language and title == own]
    if same and len(_LETTERS.findall(own)) >= FEWEST_WORDS_OF_TITLE:
        values = {"title": shown(own), "languages": ", ".join((material.outline.language, *same))}
        yield Finding(SAME_TITLE, at, N_("“{title}” is its title in: {languages}."), values)


def _of_translations(material: Material, found: list[Activity]) -> Iterator[Finding]:
    """Of one activity in all the languages that it has."""
    first, outline = found[0], material.outline
    at = material.at_entry(first.place, first.entry)
    missing = [one for one in outline.languages if one not in first.entry.contents]
    if missing:
        yield Finding(NOT_IN_LANGUAGE, at, N_("It is not written in: {languages}."), {"languages": ", ".join(missing)})
    own = next((one for one in found if one.language == outline.language), first)
    same = [one.language for one in found if one is not own and one.prose.text == own.prose.text]
    if same and own.prose.words >= FEWEST_WORDS:
        values = {"languages": ", ".join((own.language, *same))}
        yield Finding(SAME_WORDS, at, N_("The words are the same in: {languages}."), values)
    shows = {one.language: _files(material, one) for one in found}
    most = max(shows.values(), key=len)
    for language, files in shows.items():
        if len(files) < len(most):
            values = {"language": language, "names": ", ".join(sorted(map(shown, most - files)))}
            yield Finding(FEWER_FILES, at, N_("Not shown in “{language}”: {names}."), values)


def _files(material: Material, one: Activity) -> frozenset[str]:
    meant = (material.resolve(link, one.language) for link in (*one.prose.links, *one.said.files))
    return frozenset(link.name for link in meant if isinstance(link, links.AssetLink))
