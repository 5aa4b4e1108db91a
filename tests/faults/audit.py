"""Is what the site acknowledged there, once, graded as it should be, and is all that follows from it consistent?

Run in a process of its own with the settings of the site that was broken: `python -m tests.faults.audit FILE`. The file
is JSON, a list of ledgers, each with one entry a form that a learner sent: {"email", "activity", "form_id", "value",
"acknowledged"}. Prints the counts of each as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cordee.learning.models import ActivityState, Enrolment, Submission

RIGHT = {"open": {"4"}, "pick": {"choice_0"}, "word": {"rope", "ROPE"}}


def audit(ledger: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Counts; every one but the first three is 0 when all is well."""
    from cordee.learning.models import Enrolment, Submission

    kept: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    everything = list(Submission.objects.select_related("enrolment__account"))
    for submission in everything:
        kept[submission.enrolment.account.email, str(submission.form_id)].append(submission)
    sent = {(entry["email"], entry["form_id"]): entry for entry in ledger}
    acknowledged = [key for key, entry in sent.items() if entry["acknowledged"]]
    wrong: list[str] = []
    for enrolment in Enrolment.objects.select_related("account", "run__version", "run__course", "cohort"):
        wrong += _faults_of(enrolment)
    return {
        "submissions": len(everything),
        "acknowledged": len(acknowledged),
        "unacknowledged_kept": sum(1 for key in kept if key in sent and not sent[key]["acknowledged"]),
        "lost": sum(1 for key in acknowledged if not kept[key]),
        "doubled": sum(len(found) - 1 for found in kept.values() if len(found) > 1),
        "never_sent": sum(1 for key, found in kept.items() if found and key not in sent),
        "altered": sum(1 for key, entry in sent.items() for one in kept[key] if not _is_as_sent(one, entry)),
        "inconsistent": len(wrong),
        "faults": wrong[:20],
        "damage": _damage(),
    }


def _is_as_sent(submission: Submission, entry: dict[str, Any]) -> bool:
    """The same activity and answer, and the grade that this answer gets."""
    expected = 1.0 if entry["value"] in RIGHT[entry["activity"]] else 0.0
    return (
        submission.activity == entry["activity"]
        and entry["value"] in submission.answer.values()
        and submission.graded_at is not None
        and submission.earned == expected
    )


def _faults_of(enrolment: Enrolment) -> Iterable[str]:
    """What of an enrolment does not follow from its submissions."""
    from cordee.courses.queries import outline
    from cordee.learning.access import belongs
    from cordee.learning.grades import course_grade
    from cordee.learning.models import ActivityState, Event, Submission

    who = enrolment.account.email
    by_activity: dict[str, list[Submission]] = defaultdict(list)
    for submission in Submission.objects.filter(enrolment=enrolment).order_by("attempt"):
        by_activity[submission.activity].append(submission)
    states = {state.activity: state for state in ActivityState.objects.filter(enrolment=enrolment)}
    said = Counter(
        (event.activity, event.data["attempt"])
        for event in Event.objects.filter(actor=enrolment.account.pseudonym, verb="submitted")
    )
    if said != Counter((name, one.attempt) for name, found in by_activity.items() for one in found):
        yield f"{who}: the journal and the submissions differ"
    for activity in by_activity.keys() | states.keys():
        yield from _faults_of_state(who, activity, by_activity[activity], states.get(activity))
    earned = {name: max(one.earned or 0.0 for one in found) for name, found in by_activity.items() if found}
    grade = course_grade(outline(enrolment.run.version.sha256), earned, belongs("")).grade
    if grade != enrolment.grade:
        yield f"{who}: the grade is {enrolment.grade}, its submissions give {grade}"
    graded = Event.objects.filter(actor=enrolment.account.pseudonym, verb="graded").order_by("at", "id").last()
    if (graded.data["grade"] if graded else 0.0) != grade:
        yield f"{who}: the last event of the grade says otherwise"


def _faults_of_state(
    who: str, activity: str, found: Sequence[Submission], state: ActivityState | None
) -> Iterable[str]:
    if [one.attempt for one in found] != list(range(1, len(found) + 1)):
        yield f"{who}, {activity}: attempts are not numbered 1 to {len(found)}"
    if state is None or not found:
        yield f"{who}, {activity}: a state without submissions, or submissions without a state"
        return
    best = max(one.earned or 0.0 for one in found)  # the course keeps the highest
    if (state.attempts, state.earned, state.last_id) != (len(found), best, found[-1].pk):
        yield f"{who}, {activity}: the state says {state.attempts} attempts, {state.earned} points"


def _damage() -> str:
    """What the database itself finds wrong in its files; "" for nothing."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        said = "; ".join(str(row[0]) for row in cursor.fetchall())
    return "" if said == "ok" else said


def main() -> None:
    import django

    django.setup()
    ledgers = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    json.dump([audit(ledger) for ledger in ledgers], sys.stdout)


if __name__ == "__main__":
    main()
