"""`cordee organisation …`: schools, companies and partners from a terminal, and a list of people for a group."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from cordee.core.errors import N_, InputRefused, NotFound
from cordee.web import amounts
from cordee.web.command_language import example
from cordee.web.command_language import gettext as _
from cordee.web.terminal import say, set_up_django

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help=_("Schools, companies and partners, and their groups of people."),
)

Kind = Literal["school", "subsidiary", "associated", "company", "other", "funder"]
Code = Annotated[str, typer.Argument(metavar="CODE", help=_("As in the keys of its courses, for example Ingenia."))]
Json = Annotated[bool, typer.Option("--json", help=_("Answer in JSON, for machines."))]
Text = str


@app.command(
    help=_("Write down an organisation. Its logo and its colours are chosen on its page of the site.")
    + example("cordee organisation make Ingenia --fr 'Alliance Ingénia' --en 'Ingenia Alliance' --kind school")
)
def make(
    code: Code,
    fr: Annotated[Text, typer.Option(help=_("Its name in French."))],
    en: Annotated[Text, typer.Option(help=_("Its name in English."))],
    kind: Annotated[Kind, typer.Option(help=_("What sort of organisation it is."))] = "school",
    parent: Annotated[Text, typer.Option(metavar="CODE", help=_("The one that it belongs to."))] = "",
    contact: Annotated[Text, typer.Option(help=_("An email address that everybody may see."))] = "",
    site: Annotated[Text, typer.Option(help=_("The address of its web site."))] = "",
    as_json: Json = False,
) -> None:
    _open_site()
    from cordee.core import clock
    from cordee.people.organisations import About, make_organisation

    about = About(name_fr=fr, name_en=en, kind=kind, parent=parent, contact=contact, site=site)
    made = make_organisation(code=code, about=about, by=None, now=clock.now())
    say(json.dumps({"code": made.code}) if as_json else _("{code} is written down.").format(code=made.code))


@app.command("list", help=_("The organisations of this site."))
def list_all(as_json: Json = False) -> None:
    _open_site()
    from cordee.people.organisations import about_of, all_organisations

    found = [(one.code, about_of(one)) for one in all_organisations()]
    if as_json:
        told = [
            {"code": code, "name_fr": one.name_fr, "name_en": one.name_en, "kind": one.kind, "parent": one.parent}
            for code, one in found
        ]
        say(json.dumps(told, ensure_ascii=False))
        return
    for code, one in found:
        say(f"{code}  {one.name_fr}  {one.name_en}  {one.kind}  {one.parent}".rstrip())


@app.command(
    help=_("Bring a list of people into a group: all of them, or none when a line cannot be taken.")
    + example("cordee organisation people 12 people.csv")
)
def people(
    number: Annotated[int, typer.Argument(metavar="GROUP", help=_("The number at the end of the group's address."))],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=_("CSV with the columns email, name, site, zone, language."))
    ],
    as_json: Json = False,
) -> None:
    _open_site()
    from cordee.core import clock
    from cordee.learning.cohorts.filling import add_people
    from cordee.learning.cohorts.queries import cohort_by_id, keys_of_members
    from cordee.learning.cohorts.reading import read_people
    from cordee.learning.models import CohortMember

    cohort = cohort_by_id(number)
    if cohort is None:
        raise NotFound(N_("There is no such group. Go back to the list."))
    if not file.is_file():
        raise NotFound(N_("There is no file {file}."), file=file)
    found = read_people(file.read_bytes(), members=keys_of_members(cohort))
    if found.refused:
        first = found.refused[0]
        raise InputRefused(
            N_("Nothing is stored: {count} lines cannot be taken. Line {line}: {why}"),
            count=len(found.refused),
            line=first.number,
            why=first.why,
        )
    done = add_people(cohort=cohort, lines=found.lines, way=CohortMember.CSV, by=None, now=clock.now())
    if as_json:
        say(json.dumps({"added": done.added, "invited": done.invited}))
        return
    words = _("Taken in: {added}. Letters on their way: {invited}.")
    say(words.format(added=amounts.number(done.added), invited=amounts.number(done.invited)))


def _open_site() -> None:
    """Django with a database that is there and not older than the code. Raises Conflict."""
    set_up_django()
    from cordee.web import database, starting
    from cordee.web.environment import Environment

    environment = Environment.read()
    starting.refuse_unusable(environment)
    database.refuse_missing(environment)
    database.refuse_older()
