"""What did an author change in a problem, and what does an older answer mean in the newer one?

Questions are paired by their words and the words of their choices, choices by theirs (`courses.differences.aligning`):
the same pairs tell what changed and find, for a regrade, the choice that was C and is now A.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from cordee.activities.quiz.blanks import blank_name, choice_name
from cordee.activities.quiz.definition import (
    SLOT,
    BlankChoices,
    Choices,
    FormulaKey,
    Hint,
    Key,
    Menus,
    NoKey,
    Number,
    Problem,
    Response,
    Spots,
    Text,
    choice_names,
)
from cordee.activities.quiz.demand_hints import hints_of
from cordee.activities.quiz.grading import grade
from cordee.activities.quiz.showing import solution_html
from cordee.core.errors import N_
from cordee.courses.differences.aligning import LIKE, TYPO, aligned, likeness, moved
from cordee.courses.differences.model import Change, Said, Weight
from cordee.courses.differences.words import plain
from cordee.courses.kinds import Answer, Result

BETWEEN = " · "
SHOWN = frozenset({"html", "label", "explanation"})  # fields that are shown and never compared with an answer
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question that is in both: its rank before and after, from 0."""

    old: int
    new: int


def pairs(before: Problem, after: Problem) -> tuple[Pair, ...]:
    """Questions of one kind are paired; what is left over came or went. In the order of the newer problem."""
    old, new = _questions(before), _questions(after)
    found: list[Pair] = []
    for tag in dict.fromkeys(response.tag for response in before.responses):
        mine = [rank for rank, response in enumerate(before.responses) if response.tag == tag]
        theirs = [rank for rank, response in enumerate(after.responses) if response.tag == tag]
        matched = aligned([old[rank] for rank in mine], [new[rank] for rank in theirs])
        found += [Pair(mine[i], theirs[j]) for i, j in matched.items()]
    return tuple(sorted(found, key=lambda pair: pair.new))


def changes(before: Problem, after: Problem) -> tuple[Change, ...]:
    """What the author changed; when it cannot be told what, the problem as a whole, as something that grades."""
    if before == after:
        return ()
    found = tuple(_changes(before, after))
    if found:
        return found
    words = plain(SLOT.sub(" ", before.body)), plain(SLOT.sub(" ", after.body))
    harmless = _without_layout(before) == _without_layout(after)
    said = N_("the layout of the problem changed") if harmless else N_("the problem changed")
    if harmless:
        return (Change(Said(said), "harmless", is_layout=True),)
    return (Change(Said(said), "grading", *words),)


def moved_answer(before: Problem, after: Problem, answer: Answer) -> dict[str, Any]:
    """An answer to `before` in the names of `after`; what has no counterpart is left out."""
    found: dict[str, Any] = {}
    for pair in _pairs(before, after):
        old, new = before.responses[pair.old], after.responses[pair.new]
        if len(old.inputs) > 1 or len(new.inputs) > 1:
            ranks = _inputs(old.key, new.key, len(old.inputs), len(new.inputs))
        else:
            ranks = {0: 0} if old.inputs and new.inputs else {}
        for i, j in ranks.items():
            name = old.input_id(i)
            if name in answer:
                value = _moved_value(old, new, i, j, answer[name])
                if value is not None:
                    found[new.input_id(j)] = value
    return found


def grade_again(before: Problem, after: Problem, answer: Answer, seed: int) -> Result:
    """The verdict of `after` on an answer to `before`."""
    moved_now = answer if before == after else moved_answer(before, after, answer)
    return grade(after, moved_now, seed, asks_what_was_shown=False)


def minds_seed(problem: Problem) -> bool:
    """Formulas are tried at points that the seed draws."""
    return any(isinstance(response.key, FormulaKey) for response in problem.responses)


@lru_cache(maxsize=64)
def _pairs(before: Problem, after: Problem) -> tuple[Pair, ...]:
    return pairs(before, after)


def _questions(problem: Problem) -> list[str]:
    """The words by which a question is known: what is asked, then what may be chosen."""
    stems = _stems(problem)
    return [
        " ".join([stems[rank], *(words for words, _right in _proposed(response.key))]).strip()
        for rank, response in enumerate(problem.responses)
    ]


def _stems(problem: Problem) -> list[str]:
    """What is asked, question by question: the body since the question before, and its label."""
    found: list[str] = []
    since = 0
    for response in problem.responses:
        starts = problem.body.find(f"\ue000({response.number}\ue001")
        ends = problem.body.find(f"\ue000){response.number}\ue001")
        body = problem.body[since : max(starts, since)]
        inside = problem.body[starts:ends] if 0 <= starts < ends else ""
        parts = (body, response.label, *response.descriptions, inside)
        found.append(" ".join(words for part in parts if (words := plain(SLOT.sub(" ", part)))))
        since = max(ends, since)
    return found


def _after_last(problem: Problem) -> str:
    last = problem.responses[-1].number if problem.responses else 0
    ends = problem.body.find(f"\ue000){last}\ue001")
    return plain(SLOT.sub(" ", problem.body[max(ends, 0) :]))


def _changes(before: Problem, after: Problem) -> Iterator[Change]:
    if not before.responses or not after.responses or before.unreadable or after.unreadable:
        return
    alone = len(before.responses) == len(after.responses) == 1
    found = pairs(before, after)
    stems = _stems(before), _stems(after)
    strayed = moved([pair.old for pair in found])
    known = {pair.new: pair for pair in found}
    for rank, response in enumerate(after.responses):
        pair = known.get(rank)
        if pair is None:
            yield _of(rank, alone, Change(Said(N_("it was added")), "grading", "", stems[1][rank]))
            continue
        if pair.old in strayed:
            said = Said(N_("it moved; it was question {old}"), {"old": pair.old + 1})
            yield _of(rank, alone, Change(said, "harmless"))
        for change in _question(before.responses[pair.old], response, stems[0][pair.old], stems[1][rank]):
            yield _of(rank, alone, change)
    for rank in sorted(set(range(len(before.responses))) - {pair.old for pair in found}):
        said = Said(N_("question {n}, as it was numbered, is gone"), {"n": rank + 1})
        yield Change(said, "grading", stems[0][rank], "")
    yield from _around(before, after)


def _of(rank: int, alone: bool, change: Change) -> Change:
    if alone:
        return change
    return replace(change, said=Said(N_("question {n}: {what}"), {"n": rank + 1, "what": change.said}))


def _around(before: Problem, after: Problem) -> Iterator[Change]:
    """What stands beside the questions."""
    if (words := (_after_last(before), _after_last(after)))[0] != words[1]:
        yield Change(Said(N_("the text after the questions changed")), "harmless", *words)
    solutions = [BETWEEN.join(plain(solution_html(xml)) for xml in one.solutions) for one in (before, after)]
    targeted = [BETWEEN.join(plain(piece.html) for piece in one.targeted) for one in (before, after)]
    hints = [BETWEEN.join(plain(hint) for hint in hints_of(one)) for one in (before, after)]
    for words_of, said in (
        (solutions, N_("the explanation changed")),
        (targeted, N_("the feedback changed")),
        (hints, N_("the hints changed")),
    ):
        if words_of[0] != words_of[1]:
            yield Change(Said(said), "harmless", *words_of)
    kept = [[piece for piece in one.kept if not piece.startswith(("<demandhint", "<!--"))] for one in (before, after)]
    if kept[0] != kept[1]:
        yield Change(Said(N_("a script of the problem changed")), "grading", *("\n".join(one) for one in kept))


def _question(old: Response, new: Response, was: str, now: str) -> Iterator[Change]:
    if was != now:
        like = not was or not now or likeness(was, now) >= LIKE
        said = N_("what is asked changed") if like else N_("it asks something else")
        yield Change(Said(said), "harmless" if like else "grading", was, now)
    yield from _key(old, new)
    if old.attributes != new.attributes or old.extra != new.extra or old.inputs != new.inputs:
        yield Change(Said(N_("a setting changed")), _setting_weight(old, new), _settings(old), _settings(new))


def _setting_weight(old: Response, new: Response) -> Weight:
    """What nothing here reads grades nothing; another number of fields does."""
    return "grading" if len(old.inputs) != len(new.inputs) else "harmless"


def _settings(response: Response) -> str:
    named = [*response.attributes, *(pair for one in response.inputs for pair in one.attributes)]
    return ", ".join(f"{name}: {value}" for name, value in named)


def _key(old: Response, new: Response) -> Iterator[Change]:
    was, now = old.key, new.key
    if was == now:
        return
    if type(was) is not type(now):
        yield Change(Said(N_("it is answered in another way")), "grading")
        return
    rights = BETWEEN.join(_right(was)), BETWEEN.join(_right(now))
    if isinstance(was, Choices | BlankChoices | Menus) and isinstance(now, Choices | BlankChoices | Menus):
        yield from _choices(was, now)
    elif rights[0] != rights[1]:
        yield Change(Said(N_("the right answer changed")), "grading", *rights)
    settings = _rules_of(was), _rules_of(now)
    for name, template in SETTINGS.items():
        values = settings[0].get(name), settings[1].get(name)
        if values[0] != values[1]:
            weight: Weight = "harmless" if name == "shuffle" else "grading"
            yield Change(Said(template), weight, *("" if one is None else str(one) for one in values))
    said = BETWEEN.join(_feedback(was)), BETWEEN.join(_feedback(now))
    if sorted(_feedback(was)) != sorted(_feedback(now)):  # what is said of a choice goes with it
        yield Change(Said(N_("the feedback changed")), "harmless", *said)


SETTINGS: Mapping[str, str] = {
    "tolerance": N_("the tolerance changed"),
    "partial_credit": N_("how partly right answers count changed"),
    "partial_range": N_("how partly right answers count changed"),
    "partial_answers": N_("how partly right answers count changed"),
    "type": N_("how the answer is compared changed"),
    "samples": N_("the values at which the formula is tried changed"),
    "pool": N_("how many choices are drawn changed"),
    "shuffle": N_("whether choices are shuffled changed"),
}


def _rules_of(key: Key) -> dict[str, Any]:
    """What decides besides the right answer."""
    return {name: value for name in SETTINGS if (value := getattr(key, name, None))}


def _proposed(key: Key) -> list[tuple[str, str]]:
    """What may be chosen: words, and whether it is right ("true", "false", "partial 0.5")."""
    match key:
        case Choices():
            return [(plain(one.html), f"{one.correct} {one.points}".strip()) for one in key.choices]
        case BlankChoices():
            return [(plain(SLOT.sub("…", one.html)), str(one.correct).lower()) for one in key.choices]
        case Menus():
            return [
                (option.text, str(option.text in menu.correct).lower()) for menu in key.menus for option in menu.options
            ]
        case _:
            return []


def _choices(was: Key, now: Key) -> Iterator[Change]:
    """Choices that came, went, were reworded or moved, and which are right."""
    old, new = _proposed(was), _proposed(now)
    found = choice_pairs(was, now)
    back = {j: i for i, j in found.items()}
    for j, (words, _right_now) in enumerate(new):
        if j not in back:
            yield Change(Said(N_("choice {letter} was added"), {"letter": _letter(j)}), "grading", "", words)
        elif old[back[j]][0] != words:
            typo = likeness(old[back[j]][0], words) >= TYPO
            said = N_("choice {letter} was reworded") if typo else N_("choice {letter} says something else")
            weight: Weight = "harmless" if typo else "grading"
            yield Change(Said(said, {"letter": _letter(j)}), weight, old[back[j]][0], words)
    for i, (words, _right_then) in enumerate(old):
        if i not in found:
            yield Change(Said(N_("choice {letter}, as it was, is gone"), {"letter": _letter(i)}), "grading", words, "")
    if moved([back[j] for j in range(len(new)) if j in back]):
        yield Change(Said(N_("the choices are in another order")), "harmless",
                     BETWEEN.join(words for words, _ in old), BETWEEN.join(words for words, _ in new))  # fmt: skip
    verdicts_differ = any(old[i][1] != new[j][1] for i, j in found.items())
    if verdicts_differ or _blanks(was, now, found):
        yield Change(Said(N_("the right answer changed")), "grading",
                     BETWEEN.join(_right(was)), BETWEEN.join(_right(now)))  # fmt: skip


def _blanks(was: Key, now: Key, found: Mapping[int, int]) -> bool:
    """Whether a number to write inside a choice has another key."""
    if not isinstance(was, BlankChoices) or not isinstance(now, BlankChoices):
        return False
    return any(
        [(one.answer, one.tolerance) for one in was.choices[i].blanks]
        != [(one.answer, one.tolerance) for one in now.choices[j].blanks]
        for i, j in found.items()
    )


@lru_cache(maxsize=256)
def choice_pairs(was: Key, now: Key) -> Mapping[int, int]:
    """Rank of a choice before -> its rank now. Menus: over all options of all menus."""
    if isinstance(was, Menus) and isinstance(now, Menus):
        return _option_pairs(was, now)
    old, new = [words for words, _ in _proposed(was)], [words for words, _ in _proposed(now)]
    # A choice that is replaced by one of other words has no counterpart, unless none came and none went.
    return aligned(old, new, by_place=len(old) == len(new))


def _option_pairs(was: Menus, now: Menus) -> Mapping[int, int]:
    found: dict[int, int] = {}
    old_start = 0
    for i, menu in enumerate(was.menus):
        j = _inputs(was, now, len(was.menus), len(now.menus)).get(i)
        if j is not None:
            new_start = sum(len(one.options) for one in now.menus[:j])
            texts = [one.text for one in menu.options], [one.text for one in now.menus[j].options]
            matched = aligned(*texts, by_place=len(texts[0]) == len(texts[1]))
            found |= {old_start + a: new_start + b for a, b in matched.items()}
        old_start += len(menu.options)
    return found


def _inputs(was: Key, now: Key, old: int, new: int) -> dict[int, int]:
    """Which field of a question was which: menus by their options, others by their place."""
    if isinstance(was, Menus) and isinstance(now, Menus):
        texts = [[" ".join(option.text for option in menu.options) for menu in key.menus] for key in (was, now)]
        return aligned(*texts)
    return {rank: rank for rank in range(min(old, new))}


def _moved_value(old: Response, new: Response, i: int, j: int, value: Any) -> Any:
    """The value of one field in the newer question; None: nothing of it is there any more."""
    if isinstance(old.key, Choices) and isinstance(new.key, Choices):
        names, names_now = choice_names(old), choice_names(new)
        found = choice_pairs(old.key, new.key)
        now = {name: names_now[found[rank]] for rank, name in enumerate(names) if rank in found}
        if isinstance(value, list):
            return [now[one] for one in value if one in now]
        return now.get(value)
    if isinstance(old.key, Menus) and isinstance(new.key, Menus):
        return _moved_option(old.key, new.key, i, j, value)
    if isinstance(old.key, BlankChoices) and isinstance(new.key, BlankChoices) and isinstance(value, Mapping):
        return _moved_blanks(old, new, value)
    return value


def _moved_option(was: Menus, now: Menus, i: int, j: int, value: Any) -> Any:
    texts, texts_now = [one.text for one in was.menus[i].options], [one.text for one in now.menus[j].options]
    if value not in texts:
        return value
    start, start_now = (sum(len(m.options) for m in key.menus[:n]) for key, n in ((was, i), (now, j)))
    rank = choice_pairs(was, now).get(start + texts.index(value))
    return None if rank is None else texts_now[rank - start_now]


def _moved_blanks(old: Response, new: Response, value: Mapping[str, Any]) -> dict[str, Any]:
    assert isinstance(old.key, BlankChoices)  # noqa: S101 - for the type checker
    found, made = choice_pairs(old.key, new.key), {}
    one, other = old.input_id(0), new.input_id(0)
    for rank, choice in enumerate(old.key.choices):
        now = found.get(rank)
        if now is None or choice_name(one, rank) not in value:
            continue
        made[choice_name(other, now)] = choice_name(other, now)
        for place in range(len(choice.blanks)):
            if (typed := value.get(blank_name(one, rank, place))) is not None:
                made[blank_name(other, now, place)] = typed
    return made


def _right(key: Key) -> list[str]:
    """What wins, in words."""
    match key:
        case Choices() | BlankChoices():
            return [_win(words, verdict) for words, verdict in _proposed(key) if verdict != "false"]
        case Menus():
            return [text for menu in key.menus for text in menu.correct]
        case Text() | Number():
            return [key.answer, *(one.answer for one in key.additional)]
        case FormulaKey():
            return [key.answer]
        case Spots():
            return [spot.rectangle or spot.regions or "" for spot in key.spots]
        case NoKey():
            return []


def _win(words: str, verdict: str) -> str:
    return words if verdict == "true" else f"{words} ({verdict.partition(' ')[2] or '½'})"


def _feedback(key: Key) -> list[str]:
    """What is said of answers, in the order of the key."""
    return [words for hint in _hints(key) if (words := " ".join(filter(None, [hint.label, plain(hint.html)])))]


def _hints(key: Key) -> Sequence[Hint]:
    match key:
        case Choices():
            return [*(hint for choice in key.choices for hint in choice.hints), *key.compound_hints]
        case Menus():
            return [hint for menu in key.menus for option in menu.options for hint in option.hints]
        case Text():
            mine = [key.hint, *(one.hint for one in key.additional), *key.equal_hints, *key.pattern_hints]
            return [hint for hint in mine if hint]
        case Number():
            return [hint for hint in (key.hint, *(one.hint for one in key.additional)) if hint]
        case FormulaKey():
            return key.parts
        case _:
            return []


def _letter(rank: int) -> str:
    return LETTERS[rank] if rank < len(LETTERS) else str(rank + 1)


def _without_layout(problem: Problem) -> Problem:
    """The problem with all that is only shown in plain words: two that are equal so grade alike and say the same."""
    body = plain(SLOT.sub(lambda found: f" {found[1]} ", problem.body))
    kept = tuple(piece for piece in problem.kept if not piece.startswith(("<demandhint", "<!--")))
    responses = tuple(_plainly(response) for response in problem.responses)
    return replace(problem, body=body, kept=kept, solutions=(), targeted=(), responses=responses)


def _plainly(part: Any) -> Any:
    """A response, or a part of one, whose words are plain: HTML that another program laid out says the same."""
    if isinstance(part, tuple):
        return tuple(_plainly(one) for one in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    said = {one.name: getattr(part, one.name) for one in fields(part)}
    return replace(part, **{name: _words_of(name, value) for name, value in said.items()})


def _words_of(name: str, value: Any) -> Any:
    if name in SHOWN and isinstance(value, str):
        return plain(SLOT.sub(lambda found: f" {found[1]} ", value))
    return _plainly(value)
