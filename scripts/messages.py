"""Which sentences does Cordée say, and are all of them translated?

    python scripts/messages.py extract    bring every .po file to what the sources say, keeping translations
    python scripts/messages.py compile    write the .mo files that the site reads
    python scripts/messages.py check      fail on a sentence missing, empty, left over or translated with other
                                          placeholders, and on a file that extract or compile would change

English is the language of the sources and needs no file. Each room and each kind of activity has a catalogue of its
own, found by its place: `src/cordee/<room>/locale/fr/LC_MESSAGES/django.po`. Babel does the work, in Python alone.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "cordee"
PLURALS = {"fr": (2, "(n > 1)")}  # each language that is not English, with Django's rule for its plural
NOT_SHOWN = {"tests", "migrations", "samples", "static", "locale"}  # folders whose sentences nobody reads on a page
TEMPLATES = {".html", ".txt", ".xml", ".svg"}
KEYWORDS = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0]*[\d.]*[a-zA-Z]|%[sdif]|\{\w*(?:![rsa])?(?::[^{}]*)?\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


class Messages(Catalog):
    """A catalogue whose header holds no date, person or version of a tool: equal sources give equal bytes."""

    def __init__(self, language: str) -> None:
        super().__init__(locale=language, header_comment="", fuzzy=False)

    @property
    def num_plurals(self) -> int:
        return PLURALS[str(self.locale_identifier)][0]

    @property
    def plural_expr(self) -> str:
        return PLURALS[str(self.locale_identifier)][1]

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.plural_forms}\n"),
        ]

    mime_headers = property(_get_mime_headers)


def places(package: Path) -> list[Path]:
    """The folders that own a catalogue: each room and each kind of activity."""
    rooms = [path.parent for path in package.glob("*/__init__.py")]
    return sorted([*rooms, *(path.parent for path in package.glob("activities/*/kind.py"))])


def sources_of(place: Path, package: Path) -> Iterator[Path]:
    """The files whose sentences belong to a place and to no place inside it."""
    inner = [other for other in places(package) if other != place and place in other.parents]
    for path in sorted(place.rglob("*")):
        if NOT_SHOWN.intersection(path.relative_to(place).parts) or any(other in path.parents for other in inner):
            continue
        if path.suffix == ".py" or ("templates" in path.parts and path.suffix in TEMPLATES):
            yield path


def sentences_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None, list[str]]]:
    """Each sentence of a file with its context and the notes for whoever translates it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        code = templatize(text, origin=str(path))
        text = "\n".join(line.strip() for line in code.splitlines())  # Python's tokens must not look indented
    for _line, message, notes, context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        yield message, context, notes


def asked_of(place: Path, package: Path, language: str) -> Messages:
    """The sentences of a place, none translated."""
    catalogue = Messages(language)
    for path in sources_of(place, package):
        for message, context, notes in sentences_of(path):
            shown = path.relative_to(package).as_posix()
            catalogue.add(message, locations=[(shown, 0)], auto_comments=notes, context=context)
    return catalogue


def file_of(place: Path, language: str) -> Path:
    return place / "locale" / language / "LC_MESSAGES" / "django.po"


def held_in(path: Path, language: str) -> Messages:
    """The catalogue of a .po file; an empty one when there is none."""
    held = Messages(language)
    if path.exists():
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    held[message.id] = message
    return held


def merged(asked: Messages, held: Messages) -> Messages:
    """What is asked, with every translation that is held for exactly the same sentence."""
    for message in asked:
        known = held.get(message.id, message.context) if message.id else None
        if known is not None and not known.fuzzy and isinstance(known.id, str) == isinstance(message.id, str):
            message.string = known.string
            message.user_comments = known.user_comments
    return asked


def as_po(catalogue: Messages) -> bytes:
    file = io.BytesIO()
    write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False)
    return file.getvalue().strip(b"#\n") + b"\n"


def as_mo(catalogue: Messages) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def forms(message: Message) -> list[str]:
    """The translations of a message: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def marks(text: str) -> Counter[str]:
    """What a translation must keep as it is: placeholders and tags."""
    return Counter(PLACEHOLDER.findall(text)) + Counter(TAG.findall(PLACEHOLDER.sub("", text)))


def fault_of(message: Message) -> str:
    """What is wrong with one translation; "" when nothing is."""
    if message.fuzzy:
        return "is marked fuzzy"
    if not all(forms(message)):
        return "is not translated"
    if isinstance(message.id, str):
        pairs = [(message.id, message.id, message.string)]
    else:
        one, many = message.id
        first, *others = forms(message)
        pairs = [(one, many, first), *((many, many, form) for form in others)]
    for least, most, form in pairs:
        kept = set(marks(str(form)))
        if not set(marks(least)) <= kept or not kept <= set(marks(least)) | set(marks(most)):
            return f"has other placeholders or tags in its translation {str(form)!r}"
        if str(form)[:1].isspace() != least[:1].isspace() or str(form)[-1:].isspace() != least[-1:].isspace():
            return f"begins or ends with a space only on one side: {str(form)!r}"
    return ""


def faults_of(place: Path, package: Path, language: str) -> list[str]:
    """Every fault of one catalogue and of its two files."""
    path = file_of(place, language)
    name = f"{path.relative_to(package)}"
    held = held_in(path, language)
    asked = asked_of(place, package, language)
    wanted = {(message.id, message.context) for message in asked if message.id}
    faults = [
        f"{name}: {message.id!r} is said nowhere any more"
        for message in held
        if message.id and (message.id, message.context) not in wanted
    ]
    fresh = merged(asked, held)
    for message in fresh:
        fault = fault_of(message) if message.id else ""
        faults += [f"{name}: {message.id!r} {fault}"] if fault else []
    if not faults and (wanted or path.exists()):
        if not path.exists() or path.read_bytes() != as_po(fresh):
            faults.append(f"{name} is not what the sources say today: run scripts/messages.py extract")
        elif not path.with_suffix(".mo").exists() or path.with_suffix(".mo").read_bytes() != as_mo(fresh):
            faults.append(
                f"{path.with_suffix('.mo').relative_to(package)} is not up to date: run scripts/messages.py compile"
            )
    return faults


def quarrels(package: Path, language: str) -> list[str]:
    """Sentences that two catalogues translate differently: Django reads all of them as one and would show only one."""
    said: dict[tuple[object, object], tuple[list[str], Path]] = {}
    faults = []
    for place in places(package):
        for message in held_in(file_of(place, language), language):
            if not message.id or not all(forms(message)):
                continue
            first, where = said.setdefault((message.id, message.context), (forms(message), place))
            if first != forms(message):
                faults.append(
                    f"{message.id!r} is {first} in {where.name} and {forms(message)} in {place.name}:"
                    " translate it alike, or tell the two apart with pgettext"
                )
    return faults


def bring_up_to_date(package: Path) -> list[str]:
    """Write every .po file again; returns one line for each catalogue."""
    lines = []
    for language in PLURALS:
        for place in places(package):
            path = file_of(place, language)
            fresh = merged(asked_of(place, package, language), held_in(path, language))
            open_ones = sum(1 for message in fresh if message.id and not all(forms(message)))
            if not len(fresh):
                path.unlink(missing_ok=True)
                path.with_suffix(".mo").unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_po(fresh))
            lines.append(f"{path.relative_to(package)}: {len(fresh)} sentences, {open_ones} to translate")
    return lines


def compile_all(package: Path) -> list[str]:
    """Write every .mo file again; returns one line for each catalogue."""
    lines = []
    for language in PLURALS:
        for place in places(package):
            path = file_of(place, language)
            if path.exists():
                path.with_suffix(".mo").write_bytes(as_mo(held_in(path, language)))
                lines.append(f"{path.with_suffix('.mo').relative_to(package)}")
    return lines


def all_faults(package: Path) -> list[str]:
    faults = []
    for language in PLURALS:
        for place in places(package):
            faults += faults_of(place, package, language)
        faults += quarrels(package, language)
    return faults


def main(arguments: list[str] | None = None, *, package: Path = PACKAGE) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("act", choices=["extract", "compile", "check"])
    act = parser.parse_args(arguments).act
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if act == "check":
        faults = all_faults(package)
        print("\n".join(faults) or "every sentence is translated")
        return bool(faults)
    print("\n".join(bring_up_to_date(package) if act == "extract" else compile_all(package)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
