"""`cordee pilot export --research …`: a run for researchers, with nobody to be found in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say

if TYPE_CHECKING:
    from cordee.pilot.research.writing import Export

Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]


def add_to(app: typer.Typer) -> None:
    """Make it part of `cordee pilot`."""
    app.command(
        help=_("Write a run for researchers: new pseudonyms, groups of k, weeks for dates, a codebook. Checked again.")
        + example(
            "cordee pilot export --research export.zip --store pilot --course KEY "
            '--note "For the team of Prof. Martin, by consent, not to be passed on"'
        )
    )(export)


def export(
    store: Annotated[
        Path, typer.Option("--store", metavar="DIR", help=_("Folder in which the pilot keeps what it has read."))
    ],
    research: Annotated[
        Path, typer.Option("--research", metavar="DIR|ZIP", help=_("A new folder, or a new file that ends with .zip."))
    ],
    course: Annotated[str, typer.Option(metavar="KEY", help=_("The session."))],
    note: Annotated[
        str,
        typer.Option(metavar="TEXT", help=_("Under which licence it is given, to whom, and what allows it. Needed.")),
    ] = "",
    k: Annotated[
        int | None, typer.Option("--k", metavar="N", help=_("Size of the smallest group, 10 or more."))
    ] = None,
    tables: Annotated[
        str, typer.Option(metavar="NAMES", help=_("Which tables, with commas between them."))
    ] = "people,submissions,grades,events",
    key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=_("Secret of the pseudonyms, so that another export has the same. Made if new.")
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    from cordee.core import clock
    from cordee.pilot.research import writing
    from cordee.pilot.store import Store
    from cordee.web.environment import Environment

    wanted = writing.Wanted(
        course=course,
        note=note,
        k=max(writing.LEAST_K, Environment.read().small_cell) if k is None else k,
        tables=tuple(dict.fromkeys(name.strip() for name in tables.split(",") if name.strip())),
        key=b"" if key is None else writing.key_in(key),
    )
    made = writing.export(Store(store), wanted, research, now=clock.now())
    say(json.dumps(made.as_json(), ensure_ascii=False) if as_json else _in_words(made, research))


def _in_words(made: Export, target: Path) -> str:
    lines = [
        _(
            "Written: {target}, {people} learners in {groups} groups, the smallest of {smallest} (counted in the file)."
        ).format(target=target, people=made.people, groups=made.groups, smallest=made.smallest),
        _("Rows: {rows}").format(rows=", ".join(f"{name} {count}" for name, count in made.rows.items())),
    ]
    hidden = {name: count for name, count in made.suppressed.items() if count}
    if hidden:
        words = _("Not told: {traits}").format(traits=", ".join(f"{name} {count}" for name, count in hidden.items()))
        lines.append(words)
    if made.waiting:
        lines.append(_("Newcomers left out, too few to be told of: {count}").format(count=made.waiting))
    for name, (fewest, groups) in made.diversity.items():
        if fewest == 1:
            words = _(
                "Groups in which all have the same {name}: {count}. Whoever knows that somebody is in one knows it."
            )
            lines.append(words.format(count=groups, name=name))
    lines.append(_("Read codebook.en.md before you pass it on: it says what this hides, and what it does not."))
    return "\n".join(lines)
