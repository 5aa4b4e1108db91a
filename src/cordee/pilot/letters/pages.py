"""What do the pages of letters show: whom one chooses, what was sent, whether it helped?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from cordee.courses.entry_names import name_in_section
from cordee.courses.models import Run
from cordee.courses.outlines import Outline, pick
from cordee.courses.queries import outline as read_outline
from cordee.jobs.models import Letter
from cordee.jobs.queries import letters_by_state
from cordee.jobs.writing_letters import NO_MORE
from cordee.learning.cohorts.naming_apart import names_apart
from cordee.pilot.desk import Desk
from cordee.pilot.figures import Filters, count, share
from cordee.pilot.letters.choosing import OF_A_UNIT, OF_AN_EXERCISE, WHYS, Choice, Person
from cordee.pilot.letters.measuring import Outcome, also_written, outcomes
from cordee.pilot.letters.planning import OF_A_LOT, Plan
from cordee.pilot.letters.wording import words_in
from cordee.pilot.models import ChosenLearner, RunLetter
from cordee.pilot.pages.learners import learner_row
from cordee.ui import typography
from cordee.ui.language import language, language_name
from cordee.ui.shell import Link

MOST_LISTED = 30
JUST = dt.timedelta(minutes=1)  # so long a page says that a letter was sent, though all of it has left
Options = list[tuple[str, list[tuple[str, str]]]]  # groups of (value, words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How many of the chosen get no letter, and why."""

    count: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The letter as those of one language get it."""

    language: str
    name: str  # of the language
    number: int
    people: str  # the number in words
    subject: str
    text: str


def choice_context(desk: Desk, run: Run, choice: Choice, people: Sequence[Person], planned: Plan) -> dict[str, Any]:
    """The filter and whom it finds."""
    outline = read_outline(run.version.sha256)
    titles = {value: words for _group, found in exercises_of(outline) for value, words in found}
    filters = Filters(run=run.key, cohort=choice.cohort)
    shown = [learner_row({**one.row, "name": one.name}, filters, titles) for one in people[:MOST_LISTED]]
    return {
        "run": desk.run(run.key),
        "choice": choice,
        "whys": [(name, gettext(words)) for name, words in WHYS.items() if name != "one" or choice.why == "one"],
        "asks_days": choice.why == "silent",
        "asks_unit": choice.why in OF_A_UNIT,
        "asks_exercise": choice.why in OF_AN_EXERCISE,
        "units": units_of(outline) if choice.why in OF_A_UNIT else [],
        "exercises": exercises_of(outline) if choice.why in OF_AN_EXERCISE else [],
        "cohort_choices": _groups(desk, run, choice),
        "count": len(people),
        "count_words": people_words(len(people)),
        "written": len(planned.written),
        "left": left_of(planned),
        "rows": shown,
        "unlisted": len(people) - len(shown),
        "has_this_week": bool(planned.people(ChosenLearner.THIS_WEEK)),
        "has_in_a_lot": bool(planned.people(ChosenLearner.IN_A_LOT)),
    }


def _groups(desk: Desk, run: Run, choice: Choice) -> list[str]:
    if choice.why == "everybody":  # a group that nobody has entered in the store may be written to, too
        return [name for name in names_apart(run).values() if desk.cohorts is None or name in desk.cohorts]
    return [name for name, _size in desk.cohorts_of(run.key)]


def left_of(planned: Plan) -> list[Left]:
    """Those of the chosen who get no letter."""
    counts = {fate: len(found) for fate, found in planned.fates.items()}
    return _left(counts)


def _left(counts: Mapping[str, int]) -> list[Left]:
    def of(fate: str) -> int:
        return counts.get(fate, 0)

    words = {
        ChosenLearner.HELD_BACK: gettext("held back by lot, to compare with"),
        ChosenLearner.IN_A_LOT: ngettext(
            "left out: held back by the lot of an earlier letter, whose 14 days are not over",
            "left out: held back by the lot of an earlier letter, whose 14 days are not over",
            of(ChosenLearner.IN_A_LOT),
        ),
        ChosenLearner.THIS_WEEK: ngettext(
            "got a letter of this session within the last seven days",
            "got a letter of this session within the last seven days",
            of(ChosenLearner.THIS_WEEK),
        ),
        ChosenLearner.SAID_NO: ngettext("wants no letters", "want no letters", of(ChosenLearner.SAID_NO)),
        ChosenLearner.BOUNCED: ngettext(
            "has an address that a server refused",
            "have an address that a server refused",
            of(ChosenLearner.BOUNCED),
        ),
        ChosenLearner.CLOSED: ngettext("has a closed account", "have a closed account", of(ChosenLearner.CLOSED)),
    }
    return [Left(count=count(of(fate)), words=said) for fate, said in words.items() if of(fate)]


def units_of(outline: Outline) -> Options:
    """The units of each module."""
    return [
        (
            _title(module.titles, outline),
            [
                (unit.id, _title(unit.titles, outline))
                for section in module.sections
                if not section.staff_only
                for unit in section.units
                if not unit.staff_only
            ],
        )
        for module in outline.modules
        if not module.staff_only
    ]


def exercises_of(outline: Outline) -> Options:
    """What can earn points, by module."""
    return [
        (
            _title(module.titles, outline),
            [
                (entry.id, name_in_section(outline, entry, language()))
                for section in module.sections
                for entry in section.activities()
                if entry.points > 0
            ],
        )
        for module in outline.modules
        if not module.staff_only
    ]


def aims_of(outline: Outline) -> Options:
    """What a letter may be to bring about: an exercise solved, a module begun."""
    modules = [
        (f"module:{module.id}", _title(module.titles, outline)) for module in outline.modules if not module.staff_only
    ]
    exercises = [(f"activity:{value}", words) for _group, found in exercises_of(outline) for value, words in found]
    return [
        (gettext("That they begin a module"), modules),
        (gettext("That they solve an exercise"), exercises),
    ]


def previews(run: Run, planned: Plan, *, author_name: str, subject: str, text: str) -> list[Preview]:
    """The letter in each language of those who get it."""
    by_language: dict[str, int] = {}
    for one in planned.written:
        by_language[one.language] = by_language.get(one.language, 0) + 1
    found = []
    for code in sorted(by_language):
        with override(code):
            own_link = gettext("(here stands a link of each learner’s own)")
        words = words_in(code, run=run, author_name=author_name, subject=subject, text=text)
        found.append(
            Preview(
                language=code,
                name=language_name(code),
                number=by_language[code],
                people=people_words(by_language[code]),
                subject=words.subject,
                text=words.text.replace(NO_MORE, own_link),
            )
        )
    return found


def too_few_words(planned: Plan, k: int) -> str:
    """What a lot of so few is worth, before it is drawn; "" where it can tell something, or is not asked for."""
    if not planned.held_percent or not planned.written or min(len(planned.written), len(planned.held_back)) >= k:
        return ""
    if not planned.held_back:
        return gettext("One learner alone cannot be compared: nobody is held back, the letter goes to this one.")
    return gettext(
        "This lot: letter written {written}, held back {held}. At least {k} are needed on each side. Choose more"
        " learners, or write to all of them."
    ).format(written=count(len(planned.written)), held=count(len(planned.held_back)), k=k)


# The letters that were sent


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """A line of the list of letters."""

    subject: str
    url: str
    sent_at: dt.datetime
    author: str
    chosen: str
    written: str
    sent: str
    bounced: str
    waiting: str


def list_context(desk: Desk, run_key: str) -> dict[str, Any]:
    """Every letter of a run, the latest first. 3 queries."""
    letters = list(RunLetter.objects.filter(run=run_key).order_by("-sent_at"))
    states = letters_by_state([letter.key for letter in letters])
    fates = _fates([letter.pk for letter in letters])
    return {
        "run": desk.run(run_key),
        "rows": [_sent_row(letter, states[letter.key], fates.get(letter.pk, {})) for letter in letters],
    }


def _fates(ids: Sequence[Any]) -> Mapping[Any, Mapping[str, int]]:
    found: dict[Any, dict[str, int]] = {}
    rows = ChosenLearner.objects.filter(letter__in=ids).values_list("letter", "fate").annotate(n=Count("pk"))
    for letter, fate, n in rows:
        found.setdefault(letter, {})[fate] = n
    return found


def _sent_row(letter: RunLetter, states: Mapping[str, int], fates: Mapping[str, int]) -> SentRow:
    return SentRow(
        subject=letter.subject,
        url=reverse("pilot:letter", args=[letter.run, letter.pk]),
        sent_at=letter.sent_at,
        author=letter.author_name,
        chosen=chosen_words(letter),
        written=count(fates.get(ChosenLearner.WRITTEN, 0)),
        sent=count(states[Letter.SENT]),
        bounced=count(states[Letter.BOUNCED] + states[Letter.FAILED]),
        waiting=count(states[Letter.WAITING]),
    )


def chosen_words(letter: RunLetter) -> str:
    """By what its learners were chosen."""
    said = letter.chosen_by
    why = str(said.get("why", ""))
    if why == "silent":
        words = ngettext("Not here for {count} day", "Not here for {count} days", int(said["days"])).format(
            count=said["days"]
        )
    else:
        words = gettext(WHYS.get(why, why))
    return f"{words} · {said['cohort']}" if said.get("cohort") else words


def letter_context(desk: Desk, run: Run, letter: RunLetter, *, now: dt.datetime) -> dict[str, Any]:
    """One letter: what left, and whether it helped. About 15 queries."""
    outline = read_outline(run.version.sha256)
    states = letters_by_state([letter.key])[letter.key]
    fates = _fates([letter.pk]).get(letter.pk, {})
    found = outcomes(letter, outline, k=desk.k, now=now)
    compared = bool(fates.get(ChosenLearner.HELD_BACK))
    meanwhile = also_written(letter, now) if compared else 0
    return {
        "run": desk.run(run.key),
        "letter": letter,
        "just_sent": bool(states[Letter.WAITING]) or now - letter.sent_at < JUST,
        "chosen": chosen_words(letter),
        "left": _left(fates),
        "states": [
            (words, count(states[state]))
            for state, words in (
                (Letter.SENT, gettext("Handed over")),
                (Letter.WAITING, gettext("On their way")),
                (Letter.BOUNCED, gettext("Refused: the address takes no letters")),
                (Letter.FAILED, gettext("Failed: whoever runs the site sees why")),
                (Letter.WITHHELD, gettext("Withheld: said no, or left, in the meantime")),
            )
            if states[state] or state == Letter.SENT
        ],
        "written": count(fates.get(ChosenLearner.WRITTEN, 0)),
        "aim": _aim_words(letter, outline),
        "effects": [effect_row(one, desk.k) for one in found],
        "compared": compared,
        "until": letter.sent_at + OF_A_LOT if compared and now < letter.sent_at + OF_A_LOT else None,
        "meanwhile": ngettext(
            "{count} of those held back got another letter of this session meanwhile, which blurs the comparison.",
            "{count} of those held back got another letter of this session meanwhile, which blurs the comparison.",
            meanwhile,
        ).format(count=count(meanwhile))
        if meanwhile
        else "",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What became of one measure, in words and numbers."""

    label: str
    written: str
    held: str
    before: str
    sentence: str


def effect_row(one: Outcome, k: int) -> Effect:
    """A line of the table."""
    labels = {
        "back": ngettext("Came back within {count} day", "Came back within {count} days", one.days),
        "solved": ngettext("Solved it within {count} day", "Solved it within {count} days", one.days),
        "started": ngettext("Began it within {count} day", "Began it within {count} days", one.days),
    }
    return Effect(
        label=labels[one.measure].format(count=one.days),
        written=_of(one.written_done, one.written),
        held=_of(one.held_done, one.held),
        before="" if one.before_done is None else _of(one.before_done, one.written),
        sentence=effect_sentence(one, k),
    )


def effect_sentence(one: Outcome, k: int) -> str:
    """What may be said of it, and no more."""
    match one.verdict:
        case "no_draw":
            return gettext("Nobody was held back by lot, so this proves nothing.")
        case "early":
            return gettext("It is too early to say.")
        case "few":
            return gettext("Too few to say: at least {k} learners are needed on each side.").format(k=k)
    assert one.low is not None  # noqa: S101 - the other verdicts have an interval
    assert one.high is not None  # noqa: S101
    words = {
        "more": gettext(
            "{written} of those who got it against {held} of those held back: it helped."
            " The difference is from {low} to {high} points (95% interval)."
        ),
        "fewer": gettext(
            "{written} of those who got it against {held} of those held back: it did not help, and may have kept some"
            " away. The difference is from {low} to {high} points (95% interval)."
        ),
        "same": gettext(
            "{written} of those who got it against {held} of those held back: no difference can be told."
            " It is from {low} to {high} points (95% interval)."
        ),
    }[one.verdict]
    return words.format(
        written=share(one.written_done / one.written, 0),
        held=share(one.held_done / one.held, 0),
        low=_points(one.low),
        high=_points(one.high),
    )


def _points(difference: float) -> str:
    words = typography.number(abs(difference) * 100, language(), 1)
    return f"−{words}" if difference < 0 else words


def _of(done: int, of: int) -> str:
    if not of:
        return "–"
    return gettext("{done} of {of} ({share})").format(done=count(done), of=count(of), share=share(done / of, 0))


def _aim_words(letter: RunLetter, outline: Outline) -> str:
    if not letter.aim_kind:
        return ""
    titles = {value: words for _group, found in aims_of(outline) for value, words in found}
    return titles.get(f"{letter.aim_kind}:{letter.aim}", letter.aim)


def people_words(number: int) -> str:
    """E.g. "38 learners"."""
    return ngettext("{count} learner", "{count} learners", number).format(count=count(number))


def crumbs(desk: Desk, run_key: str, *more: Link) -> tuple[Link, ...]:
    """The way to these pages."""
    told = desk.run(run_key)
    return (
        Link(label=gettext("Sessions"), url=reverse("pilot:runs") + "?all=1"),
        Link(label=f"{told.title}, {told.short}", url=reverse("pilot:run") + Filters(run=run_key).query()),
        *more,
    )


def _title(titles: Mapping[str, str], outline: Outline) -> str:
    return pick(titles, language(), outline.language) if titles else ""
