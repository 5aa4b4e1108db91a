"""Who learns what: enrolments, cohorts, submissions, states, and the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, JSONField, Q, Value

from cordee.core.errors import N_
from cordee.core.ids import uuid7
from cordee.core.privacy import DELETE, NONE, UNLINK
from cordee.courses.models import Course, Run
from cordee.people.models import Account, Organisation
from cordee.people.ordering import Folded


class Cohort(models.Model):
    """A named group inside a run, of an organisation, or an organisation's inside a run.

    Whose it is decides who sees it (`cohorts.queries.subject_of`).
    """

    personal = NONE

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="cohorts", null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cohorts", null=True, blank=True
    )
    name = models.CharField(max_length=120)
    # Who enters by rule: "" nobody, an e-mail domain, or every member of the organisation's other cohorts.
    rule = models.CharField(max_length=16, blank=True)
    rule_value = models.CharField(max_length=254, blank=True)  # the domain, e.g. "ingenia.example"
    use = models.CharField(max_length=12, blank=True)  # how the course is used in class: see `cohorts.teaching.USES`
    credits = models.FloatField(default=0.0)  # ECTS proposed to who passes; 0: none

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(run__isnull=False) | Q(organisation__isnull=False), name="a_cohort_belongs_somewhere"
            ),
            models.UniqueConstraint(
                fields=["run", "name"],
                condition=Q(organisation__isnull=True),
                name="cohort_names_of_a_run_are_unique",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(run__isnull=True),
                name="cohort_names_of_an_organisation_are_unique",
            ),
            models.UniqueConstraint(
                fields=["run", "organisation", "name"], name="cohort_names_of_an_organisation_in_a_run_are_unique"
            ),
            models.CheckConstraint(
                condition=Q(rule="", rule_value="")
                | (Q(rule="domain") & ~Q(rule_value=""))
                | Q(rule="organisation", rule_value="", organisation__isnull=False),
                name="the_rule_of_a_cohort_is_one_of_ours",
            ),
            models.CheckConstraint(
                condition=Q(use__in=("", "flipped", "blended", "core", "catch_up", "bonus")),
                name="the_use_of_a_course_in_class_is_ours",
            ),
            models.CheckConstraint(condition=Q(credits__gte=0) & Q(credits__lte=60), name="credits_are_0_to_60"),
        ]

    def __str__(self) -> str:
        return self.name


class CohortMeeting(models.Model):
    """When a cohort meets, and what of its session is to be ready by then."""

    personal = NONE

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=120)
    meets_at = models.DateTimeField()
    units = models.JSONField()  # ids, in the order of the course

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "meets_at"], name="a_cohort_meets_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.title


class CohortMember(models.Model):
    """Somebody whom a cohort counts. Before they accept, only what was said of them when they were added is shown.

    So nobody sees what a learner does by writing their address into a list.
    """

    CSV, CODE, RULE = "csv", "code", "rule"

    personal = DELETE.called(N_("The groups that count you"))

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    name = models.CharField(max_length=120)  # as given; once accepted, the account's
    address = models.CharField(max_length=254)  # as given
    site = models.CharField(max_length=120, blank=True)  # where they work or study, e.g. "Brest"
    zone = models.CharField(max_length=120, blank=True)  # e.g. "Europe West"
    # What the platform calls them on which the cohort's session is played: a username or an id, as given.
    outside_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    way = models.CharField(max_length=8)  # how they came: csv, code, rule
    added_at = models.DateTimeField()
    invited_at = models.DateTimeField(null=True, blank=True)  # of the last invitation
    accepted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "account"], name="one_is_in_a_cohort_once"),
            models.CheckConstraint(condition=Q(way__in=("csv", "code", "rule")), name="way_into_a_cohort_is_ours"),
        ]
        indexes = [
            models.Index(models.F("cohort"), Folded("name"), name="cohort_member_as_sorted"),
            models.Index(  # all that counting them by part needs
                fields=["cohort", "site", "zone", "left_at", "accepted_at"], name="cohort_member_by_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in cohort {self.cohort_id}"


class JoiningCode(models.Model):
    """With it, so many people enter a cohort by themselves. The database counts the seats."""

    personal = NONE

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=17, unique=True)  # see core/codes.py
    seats = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("seats")), name="no_more_enter_than_there_are_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.taken} of {self.seats}"


class CohortList(models.Model):
    """A list of people that was looked at and not yet taken in. Deleted then, or a day later."""

    personal = DELETE.called(N_("Lists of people that you were taking in")).without("lines")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="lists")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")  # who brought it
    lines = models.JSONField()  # as `cohorts.reading.Line`, those that can be taken
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{len(self.lines)} people"


class OutsideMark(models.Model):
    """What somebody had in a session that is played elsewhere, as a report of its platform says.

    Brought by those who follow their cohort, of who has accepted alone; an older report never replaces a later one.
    """

    personal = DELETE.called(N_("Your grades on another platform, brought in for a group"))

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="outside_marks")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="outside_marks")
    grade = models.FloatField()  # share of 1
    passed = models.BooleanField(null=True)  # as the platform says; null: by the pass mark of the run
    extracted_at = models.DateTimeField()  # when the platform wrote the report
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "account"], name="one_outside_mark_for_a_member"),
            models.CheckConstraint(condition=Q(grade__gte=0) & Q(grade__lte=2), name="outside_mark_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} of {self.extracted_at:%Y-%m-%d}"


class OutsideMarkList(models.Model):
    """A report of marks that was looked at and not yet taken in. Deleted then, or a day later."""

    personal = DELETE.called(N_("Reports of grades that you were taking in")).without("rows")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="mark_lists")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")  # who brought it
    rows = models.JSONField()  # [account, grade, passed] of each member found
    extracted_at = models.DateTimeField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{len(self.rows)} marks"


class Enrolment(models.Model):
    """A learner's place in a run. Leaving keeps the row."""

    personal = DELETE.called(N_("Your enrolments and grades"))

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="enrolments")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments", null=True, blank=True)
    enrolled_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    seed = models.PositiveBigIntegerField()  # of this learner's variants: HMAC of the site key
    grade = models.FloatField(default=0.0)  # share of 1, rounded once; the only one shown, exported, compared
    graded_at = models.DateTimeField(null=True, blank=True)  # when `grade` last changed
    # What containers showed: {bank's id: [ids of children]}, {"partition:50": [a group's id]}; see `choosing.Kept`.
    drawn = JSONField(default=dict, db_default=Value({}, JSONField()), blank=True)
    # Deadlines that a teacher moved: {section's id: moment in ISO 8601}; see `extending`.
    extensions = JSONField(default=dict, db_default=Value({}, JSONField()), blank=True)
    extended_because = JSONField(default=dict, db_default=Value({}, JSONField()), blank=True)  # {section's id: why}
    # What the gradebook shows beside the grade, {graded section's id: share of 1}, and of which version it is.
    marks = JSONField(default=dict, db_default=Value({}, JSONField()), blank=True)
    marks_of = models.BigIntegerField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)  # a pause that the learner takes; see `pausing`

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "run"], name="one_enrolment_per_account_and_run"),
            models.CheckConstraint(condition=Q(grade__gte=0), name="grade_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} in {self.run_id}"


class Aim(models.Model):
    """What a learner comes for in a run, as they said it: its absence says nothing. The codes are in `aims`."""

    personal = DELETE.called(N_("What you come for"))

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, primary_key=True, related_name="aim")
    aim = models.CharField(max_length=10, blank=True)  # "": taken back
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(aim__in=("", "explore", "parts", "complete", "certify", "unsure")),
                name="aim_is_one_of_ours",
            )
        ]
        indexes = [models.Index(fields=["said_at"], name="aim_by_time")]  # the pilot asks for the latest

    def __str__(self) -> str:
        return self.aim


class WeeklyAim(models.Model):
    """What somebody sets themselves for a week, over all their courses: its absence says nothing. See `rhythm`."""

    personal = DELETE.called(N_("Your weekly aim"))

    DAYS, UNITS = "days", "units"

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="weekly_aim")
    measure = models.CharField(max_length=8)
    count = models.PositiveSmallIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(measure="days", count__gte=1, count__lte=7)
                | Q(measure="units", count__gte=1, count__lte=30),
                name="weekly_aim_is_within_a_week",
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.measure}"


class Submission(models.Model):
    """One answer handed in to one activity, with the score it got. Never edited, only added."""

    personal = DELETE.called(N_("What you handed in"))

    id = models.UUIDField(primary_key=True, default=uuid7)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    activity = models.CharField(max_length=200)  # its id inside the version
    attempt = models.PositiveIntegerField()  # from 1
    form_id = models.UUIDField()  # made by the server when it drew the form: the same form counts once
    content = models.CharField(max_length=64)  # sha256 of the content that was answered
    language = models.CharField(max_length=12)
    seed = models.PositiveBigIntegerField()
    answer = models.JSONField()
    earned = models.FloatField(null=True)  # weighted points; null while waiting for a grade
    possible = models.FloatField(null=True)
    feedback = models.JSONField(default=dict)  # {input id: [correctness, author's HTML, raw points]}
    received_at = models.DateTimeField()
    graded_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)  # after the deadline, inside the grace period

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "form_id"], name="a_form_is_handed_in_once"),
            models.UniqueConstraint(
                fields=["enrolment", "activity", "attempt"], name="attempts_of_an_activity_are_numbered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} #{self.attempt}: {self.earned}/{self.possible}"


def points_that_count(earned: float | None, given: float | None, *, is_floor: bool) -> float | None:
    """The points given in place of those earned; what grading again gave counts where nothing better was earned."""
    if given is None:
        return earned
    return max(earned or 0.0, given) if is_floor else given


class ActivityState(models.Model):
    """Where a learner stands in one activity: what pages read, written in the submission's transaction."""

    personal = DELETE.called(N_("Where you stand in each activity"))

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="states")
    activity = models.CharField(max_length=200)
    attempts = models.PositiveIntegerField(default=0)
    earned = models.FloatField(null=True)  # of the attempt that counts, weighted
    possible = models.FloatField(null=True)
    last = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="+")
    last_at = models.DateTimeField(null=True)
    solved = models.BooleanField(default=False)  # full marks at least once
    done_at = models.DateTimeField(null=True)
    given = models.FloatField(null=True)  # points that a teacher gave in place of `earned`; see `giving_points`
    given_because = models.CharField(max_length=300, blank=True, default="", db_default="")  # shown to the learner
    # `given` came of grading again (`regrading`): it counts where nothing better was earned.
    given_is_floor = models.BooleanField(default=False, db_default=False)
    regraded_at = models.DateTimeField(null=True, blank=True)  # when `earned` was last that of a newer version

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="one_state_per_enrolment_and_activity")
        ]

    def __str__(self) -> str:
        return f"{self.activity}: {self.earned}/{self.possible}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def points(self) -> float | None:
        """What counts: the points given by a teacher, else those earned, by grading again or not; None: nothing yet."""
        return points_that_count(self.earned, self.given, is_floor=self.given_is_floor)

    @property
    def is_replaced(self) -> bool:
        """Whether `given` is what counts."""
        return self.given is not None and (not self.given_is_floor or self.given > (self.earned or 0.0))

    @property
    def is_given_by_hand(self) -> bool:
        return self.given is not None and not self.given_is_floor

    @property
    def last_answer(self) -> Mapping[str, Any]:
        """What the last submission kept; {} for none. 1 query unless the state was read with `last`."""
        return self.last.answer if self.last else {}


class Decision(models.Model):
    """What a teacher decided for one learner, and why. Only added to; what holds now stands where pages read it."""

    personal = DELETE.called(N_("What teachers decided for you")).of("enrolment").naming(made_by="made_by_name")

    POINTS, EXTENSION, REGRADE, TIME, ANEW = "points", "extension", "regrade", "time", "anew"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=12)
    about = models.CharField(max_length=200)  # the id of the activity or the section
    # points: {"before", "given" (null: taken back), "possible"}, and "floor" where what grading again had given counts
    # from then on; extension: {"until" (null: taken back)}; regrade: {"attempt", "before", "after"}, and "stands": the
    # points given by hand that count all the same; time: {"minutes", "percent"} more (both 0: taken back); anew:
    # {"begun"}, when it had been
    data = JSONField(default=dict)
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    made_by_name = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["points", "extension", "regrade", "time", "anew"]),
                name="decision_is_of_a_known_kind",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class SectionTime(models.Model):
    """The time of one learner in a section whose time is limited: when they began, and what they have besides.

    Without a row they have not begun and have the usual time. See `time_limits`.
    """

    personal = DELETE.called(N_("When you began sections whose time is limited"))

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="section_times")
    section = models.CharField(max_length=200)  # its id inside the version
    begun_at = models.DateTimeField(null=True)
    limit_min = models.FloatField(null=True)  # the most minutes that the section gave since it was begun
    extra_min = models.FloatField(default=0.0)  # minutes more that a teacher gave
    extra_percent = models.FloatField(default=0.0)  # and so much of the limit besides
    extra_because = models.CharField(max_length=300, blank=True, default="")  # shown to the learner
    anew_because = models.CharField(max_length=300, blank=True, default="")  # why they may begin again, shown too

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "section"], name="a_learner_begins_a_section_once"),
            models.CheckConstraint(
                condition=Q(begun_at__isnull=True, limit_min__isnull=True)
                | Q(begun_at__isnull=False, limit_min__isnull=False, limit_min__gt=0),
                name="a_section_is_begun_with_its_limit",
            ),
            models.CheckConstraint(
                condition=Q(extra_min__gte=0, extra_percent__gte=0), name="nobody_is_given_less_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.begun_at}"


class UnitView(models.Model):
    """When a learner last opened a unit; a reload within half an hour is the same visit."""

    personal = DELETE.called(N_("Which units you opened"))

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="unit_views")
    unit = models.CharField(max_length=200)
    first_at = models.DateTimeField()
    visit_at = models.DateTimeField()  # start of the current visit
    # The learner's own, here because every page of a unit reads this row: see `notes`.
    bookmarked_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)  # when their note was last changed; null: there is none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "unit"], name="one_view_row_per_enrolment_and_unit")
        ]

    def __str__(self) -> str:
        return self.unit


class UnitNote(models.Model):
    """What a learner wrote for themselves about a unit. Nobody else reads it, whatever their role."""

    personal = DELETE.called(N_("Your private notes"))

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="notes")
    unit = models.CharField(max_length=200)
    text = models.TextField()
    revision = models.UUIDField(default=uuid7)  # another one with each change: a second tab is found by it
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "unit"], name="one_note_per_enrolment_and_unit"),
            models.CheckConstraint(condition=~Q(text=""), name="an_emptied_note_is_deleted"),
        ]

    def __str__(self) -> str:
        return self.unit


class Event(models.Model):
    """Who did what when: the journal. Only added to."""

    personal = UNLINK.called(N_("Your traces in the journal")).by("actor").apart_by("run")

    id = models.UUIDField(primary_key=True, default=uuid7)
    schema = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    actor = models.UUIDField()  # the account's pseudonym, never the account
    verb = models.CharField(max_length=40)  # the closed list of learning.journal
    run = models.CharField(max_length=200)
    version = models.PositiveIntegerField(null=True)
    activity = models.CharField(max_length=200, blank=True)  # or a unit's id, for "viewed"
    content = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    # Outbox: which batch hands it over to the pilot's store (pilot/sealing.py); null until one does. Set once.
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "verb", "at"], name="event_run_verb_at"),
            models.Index(fields=["sent_at", "at"], name="event_sent_at_at"),  # what waits, in order
            models.Index(fields=["actor"], name="event_actor"),  # for who asks for their traces, or to be erased
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.activity}"


class NextRunWish(models.Model):
    """Somebody wants one letter when a course can be joined again. Gone once the letter is written; see `next_run`."""

    personal = DELETE.called(N_("Courses of whose next session you want to hear"))

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    known = models.JSONField(default=list)  # keys of the sessions that could be joined then: those are not news

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "course"], name="a_next_run_is_wished_for_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.course_id}"


# Django looks for tables here: these lie in folders of their own.
from cordee.learning.judging.models import HeldAnswer as HeldAnswer  # noqa: E402
from cordee.learning.judging.models import JudgedAgain as JudgedAgain  # noqa: E402
from cordee.learning.versions.models import Regrade as Regrade  # noqa: E402
from cordee.learning.versions.models import RegradedEnrolment as RegradedEnrolment  # noqa: E402
