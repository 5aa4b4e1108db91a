"""A site in which everything belongs to somebody, and around it one account of each kind that it does not belong to.

Whatever tells of Zénobie or of what is hers, her class's or her teachers' holds the word `CANARY`: where an account
reads it that should not, it sees too much. Her places: the session `PUBLIC` (whose existence everybody may know), and a
private session of the organisation Alpine.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.test import Client

from cordee.activities.code.tests.make import course as a_program
from cordee.activities.video.tests.make import batch, event
from cordee.awards.attesting import issue_attestation
from cordee.bilan.office.editing import add_row
from cordee.core import clock
from cordee.courses.checks.waiving import waive
from cordee.courses.editorial.writing import Words, store_text
from cordee.courses.importing import import_course
from cordee.courses.models import Course, Run
from cordee.courses.opening import RunOptions
from cordee.courses.private_elsewhere import Elsewhere
from cordee.courses.queries import definitions, outline
from cordee.courses.sheets.classing import CategoryFacts, ProgrammeFacts, write_category, write_programme
from cordee.courses.sheets.sheet import Member, Sheet
from cordee.courses.sheets.writing import write_sheet
from cordee.courses.tests.course_texts import MODULE, published
from cordee.courses.tests.make import small_run
from cordee.formats.archives import Limits
from cordee.jobs.inviting import Invited, own_address
from cordee.jobs.refusing_letters import address_to_say_no
from cordee.jobs.signed_addresses import path_of
from cordee.learning.catalogue.course_page import course_page
from cordee.learning.catalogue.pictures import picture_of
from cordee.learning.cohorts.inviting import LETTER
from cordee.learning.cohorts.joining import make_code
from cordee.learning.cohorts.teaching import make_meeting
from cordee.learning.elsewhere.following import follow_elsewhere
from cordee.learning.enrolling import enrol
from cordee.learning.forms import form_id
from cordee.learning.giving_points import give_points
from cordee.learning.models import CohortMember, Enrolment, Regrade, RegradedEnrolment, SectionTime
from cordee.learning.notes.writing import keep_note
from cordee.learning.tests.cohorts import make_cohort, make_member, make_organisation, private_run_of
from cordee.learning.versions.planning import Figures
from cordee.learning.viewing import view_unit
from cordee.people import erasing, exporting
from cordee.people.asking_data import ask_for_data
from cordee.people.by_letter.links import make_link
from cordee.people.feeding_calendars import renew_link
from cordee.people.granting import grant_role
from cordee.people.models import Account, DataExport, MailedLink, Organisation, Role, SignIn, TeamInvitation
from cordee.people.permissions import ANYONE, ENROLLED, SIGNED_IN, TABLE
from cordee.people.tests.make import PASSWORD, make_account, make_session, signed_in_client
from cordee.pilot import live, refreshing, sealing
from cordee.pilot.models import ChosenLearner, RunLetter
from tests.somebody import learn

CANARY: Final = "canari"
COHORT: Final = f"Classe {CANARY}"
NOTHING: Final = uuid.UUID("0199c1c4-0000-7000-8000-000000000000")
NO_WORD: Final = "nothing-is-here"
NO_RUN: Final = "Ingenia+TST101+nothing-is-here"
NOBODY: Final = "nobody"
# Accounts beside which nothing of this belongs -> their roles. Learners are made below.
OUTSIDE: Final[Mapping[str, tuple[tuple[Role, str], ...]]] = {
    "learner of another session": (),
    "fellow learner": (),
    "learner of the other organisation": (),
    "tutor of another group": ((Role.TUTOR, "cohort:{other_cohort}"),),
    "teacher of another run": ((Role.TEACHER, "run:Ingenia+OTH101+2026"), (Role.TEACHER, "course:Ingenia+OTH101")),
    "school's teacher of another cohort": ((Role.TEACHER, "org:Other"),),
    "author of another course": ((Role.AUTHOR, "course:Ingenia+OTH101"),),
    "manager of the other organisation": ((Role.PROGRAMME_MANAGER, "org:Other"),),
    "assistant elsewhere": ((Role.COMMUNITY_ASSISTANT, "run:Ingenia+OTH101+2026"),),
    "support": ((Role.SUPPORT, ""),),
    "operator": ((Role.OPERATOR, ""),),
}
IN_PUBLIC: Final = frozenset({"fellow learner", "learner of the other organisation"})  # enrolled there
BESIDE: Final = frozenset({"tutor of another group"})  # read it for the sake of their own group
OF_SITE: Final = {"support": Role.SUPPORT.value, "operator": Role.OPERATOR.value}
# Who it does belong to.
LEARNER, TEACHER, SCHOOL, OFFICE = "zenobie", "teacher", "school", "office"

PUBLIC, HIDDEN, ELSEWHERE = "public", "hidden", "elsewhere"


@dataclass(frozen=True, slots=True)
class Target:
    """One address of something that belongs to somebody.

    `nothing`: the ids of the same address for something that is not there; None where everybody may know that it is
    there. `place`: where it lies, which says who may come by a role or a place of their own. `secret`: who holds the
    address may open it, whoever they are; a wrong one is tried instead. `alike`: others are not refused but answered
    as if there was nothing, with nothing done. `own`: it is everybody's own page, and its id is no thing of anybody.
    """

    route: str
    ids: Mapping[str, object]
    nothing: Mapping[str, object] | None
    owner: str
    place: str = ELSEWHERE
    query: str = ""
    posts: Mapping[str, str] = field(default_factory=dict)
    open_to: Collection[str] = ()
    secret: bool = False
    alike: bool = False
    own: bool = False

    def may(self, who: str, act: str) -> bool:
        """Whether the account `who`, to which it does not belong, may nevertheless do this act here."""
        allowed = TABLE[act]
        if self.secret or self.own:
            return ANYONE in allowed or (SIGNED_IN in allowed and who != NOBODY) or OF_SITE.get(who) in allowed
        if who in self.open_to or OF_SITE.get(who) in allowed:
            return True
        if self.place != PUBLIC:
            return False
        return (
            (ENROLLED in allowed and who in IN_PUBLIC)
            or (act in ("run.learn", "course.preview") and who in BESIDE)
            or (act == "run.enrol" and who != NOBODY)
        )


@dataclass(frozen=True, slots=True)
class World:
    """Browsers by the name of who is signed in, and every address of something with an id in it."""

    browsers: Mapping[str, Client]
    targets: tuple[Target, ...]


def make_world(folder: Path) -> World:
    """The whole site, in some three seconds."""
    now = clock.now()
    text = '<p>Read <a href="/jump_to_id/gone">this</a>.</p>'  # a fault to leave as it is
    public = small_run(folder, section='due="2026-12-30T00:00:00Z"', text=text)
    small_run(folder, number="OTH101")
    media = import_course(
        Path(__file__).parents[1] / "data" / "courses" / "one-of-each.tar.gz",
        limits=Limits(),
        options=RunOptions(listed=True, opens_at=now - dt.timedelta(days=9), closes_at=now + dt.timedelta(days=99)),
        now=now,
    ).run
    alpine, other = make_organisation("Alpine"), make_organisation("Other")
    hidden = private_run_of(alpine, media)
    limited = {"modules/nommer/module.yaml": f"{MODULE}    time-limit: 30 min\n"}
    programs = private_run_of(alpine, published(a_program(folder / "program", **limited)).done.run)
    zenobie = make_account(
        name=f"Zénobie {CANARY.title()}", email=f"zenobie@{CANARY}.example", password=PASSWORD, now=now
    )
    staff = _staff(public, now)
    cohort = make_cohort(COHORT, organisation=alpine, run=public)
    enrolment = _learns(zenobie, public, now)
    member = make_member(cohort, zenobie, now=now)
    make_member(make_cohort(f"Privée {CANARY}", organisation=alpine, run=hidden), zenobie)
    others_cohort = make_cohort("Another class", organisation=other, run=public)
    accounts = _outsiders(public, others_cohort.pk, now)
    make_member(others_cohort, accounts["learner of the other organisation"])
    browsers = {name: signed_in_client(account) for name, account in {**accounts, **staff, LEARNER: zenobie}.items()}
    browsers[NOBODY] = Client()
    sealing.seal(live.site_store(), now=clock.now)
    refreshing.read_states(live.site_store(), public.key, clock.now())
    targets = (
        *_own(zenobie, now),
        *_by_letter(zenobie, cohort.pk, member, now),
        *_of_cohort(cohort, member, staff[SCHOOL], now),
        *_of_run(public, enrolment, staff[TEACHER], now),
        *_of_hidden(hidden, programs),
        *_of_time(programs, zenobie, now),
        *_of_pilot(public, zenobie, staff[TEACHER], now),
        *_of_office(staff[OFFICE], now),
        *_public(public, enrolment),
        *_of_catalogue(public, staff[OFFICE], now),
        *_of_editorial(staff[OFFICE], now),
        *_of_groups_elsewhere(alpine, staff[SCHOOL], now),
        *_of_versions(public, enrolment, now),
    )
    return World(browsers, targets)


def _staff(public: Run, now: dt.datetime) -> dict[str, Account]:
    """Those who may, each in their own place; their names are nobody else's to read either."""
    roles = {
        TEACHER: [(Role.TEACHER, f"run:{public.key}")],
        SCHOOL: [(Role.TEACHER, "org:Alpine"), (Role.PROGRAMME_MANAGER, "org:Alpine")],
        OFFICE: [(Role.PROGRAMME_MANAGER, "")],
    }
    found = {}
    for name, held in roles.items():
        found[name] = make_account(name=f"{name} {CANARY}")
        for role, scope in held:
            grant_role(account=found[name], role=role, scope=scope, granted_by=None, now=now)
    return found


def _outsiders(public: Run, other_cohort: int, now: dt.datetime) -> dict[str, Account]:
    accounts = {}
    for name, roles in OUTSIDE.items():
        accounts[name] = account = make_account(name="Somebody Else", password=PASSWORD)
        for role, scope in roles:
            place = scope.format(other_cohort=other_cohort)
            grant_role(account=account, role=role, scope=place, granted_by=None, now=now)
    elsewhere = Run.objects.get(key="Ingenia+OTH101+2026")
    enrol(account=accounts["learner of another session"], run=elsewhere, now=now)
    for name in IN_PUBLIC:
        enrol(account=accounts[name], run=public, now=now)
    return accounts


def _learns(account: Account, run: Run, now: dt.datetime) -> Enrolment:
    """With answers, an attestation and points that a teacher gave."""
    enrolment = enrol(account=account, run=run, now=now)
    learn(enrolment)
    enrolment.refresh_from_db()
    issue_attestation(enrolment=enrolment, name=account.name, now=now)
    give_points(
        enrolment=Enrolment.objects.select_related("account", "run__version", "cohort").get(pk=enrolment.pk),
        outline=outline(run.version.sha256),
        entry=outline(run.version.sha256).entries["capital"][1],
        points=1.0,
        reason=f"Dit au {CANARY}",
        by=make_account(),
        now=now,
    )
    return enrolment


def _own(zenobie: Account, now: dt.datetime) -> list[Target]:
    ask_for_data(account=zenobie, now=now)
    exporting.make_export(DataExport.objects.get())
    export = DataExport.objects.get()
    session = make_session(zenobie).sign_in_id
    assert SignIn.objects.filter(pk=session, account=zenobie).exists()
    asked = TeamInvitation.objects.create(
        account=zenobie, role=Role.COMMUNITY_ASSISTANT, scope="run:Ingenia+TST101+2026", invited_by=None, invited_at=now
    )
    return [
        Target("download-data", {"number": export.number}, {"number": NOTHING}, LEARNER),
        Target("end-session", {"number": session}, {"number": NOTHING}, LEARNER, alike=True),
        Target("answer-team", {"number": asked.pk}, {"number": 10**6}, LEARNER, posts={"answer": "no"}),
        Target("change-consent", {"purpose": "digest"}, None, LEARNER, posts={"wish": "yes"}, own=True),
    ]


def _by_letter(zenobie: Account, cohort: int, member: CohortMember, now: dt.datetime) -> list[Target]:
    """Addresses that open to whoever holds them."""
    leaver = make_account(name=f"Partie {CANARY}")
    erased = erasing.erase_now(account=leaver, by="operator", withdraws=False, now=now)
    tokens = {
        "open-account": (MailedLink.SIGN_UP, None),
        "choose-password": (MailedLink.PASSWORD, zenobie),
        "confirm-address": (MailedLink.CONFIRM, zenobie),
        "new-address": (MailedLink.ADDRESS, zenobie),
        "take-back": (MailedLink.TAKE_BACK, zenobie),
        "agree": (MailedLink.AGREEMENT, zenobie),
    }
    found = []
    for route, (door, account) in tokens.items():
        link = make_link(door, account=account, address=f"{door}@{CANARY}.example", now=now)
        found.append((route, "token", path_of(door, link.pk).rpartition("/")[2]))
    invited = Invited(zenobie.pseudonym, f"{LETTER} {cohort} 0", zenobie.email, now)
    found += [
        ("invitation", "token", own_address(invited).rpartition("/")[2]),
        ("no-letters", "token", address_to_say_no(zenobie.pseudonym, "run:A+B+C", CANARY).rpartition("/")[2]),
        ("set-up", "token", "A" * 32),
        ("calendar", "key", renew_link(account=zenobie, now=now)),
    ]
    targets = [
        Target(route, {name: token}, {name: _wrong(token)}, LEARNER, secret=True) for route, name, token in found
    ]
    return [
        *targets,
        Target("receipt", {"number": erased.number}, {"number": NOTHING}, LEARNER, secret=True),
        Target("ui:one-mail", {"name": NOTHING}, {"name": uuid.uuid4()}, LEARNER, secret=True),
    ]


def _wrong(token: str) -> str:
    """The same with its last sign but one changed: the last one of base64 may say nothing."""
    return token[:-2] + ("b" if token[-2] != "b" else "c") + token[-1]


def _of_cohort(cohort: Any, member: CohortMember, teacher: Account, now: dt.datetime) -> list[Target]:
    meeting = make_meeting(
        cohort=cohort, title=f"Réunion {CANARY}", meets_at=now + dt.timedelta(days=3), units=["u1"], by=teacher, now=now
    )
    code = make_code(cohort=cohort, seats=3, expires_at=now + dt.timedelta(days=3), by=teacher, now=now)
    ids, nothing = {"number": cohort.pk}, {"number": 10**6}
    forms = {
        "cohort": {},
        "cohort-call": {},
        "rename-cohort": {"name": "Taken over", "seen": "Taken over"},
        "remove-cohort": {},
        "cohort-export": {},
        "cohort-people": {},
        "cohort-codes": {"close": str(code.pk)},
        "cohort-invite": {},
        "cohort-rule": {},
        "cohort-remove": {"member": str(member.pk)},
        "cohort-meetings": {"act": "use", "use-use": "", "use-ects": "3"},
        "cohort-credits": {},
    }
    of_meeting = {**ids, "meeting": meeting.pk}
    return [
        *(Target(route, ids, nothing, SCHOOL, posts=posts) for route, posts in forms.items()),
        Target("cohort-meeting", of_meeting, {**nothing, "meeting": meeting.pk}, SCHOOL),
        Target("cohort-meeting", of_meeting, {**ids, "meeting": 10**6}, SCHOOL),
        Target("change-meeting", of_meeting, {**ids, "meeting": 10**6}, SCHOOL),
        Target("cancel-meeting", of_meeting, {**ids, "meeting": 10**6}, SCHOOL),
        Target("ask-member", ids, nothing, TEACHER, posts={"member": str(member.pk)}),
        Target("leave-group", ids, nothing, LEARNER, alike=True),
        Target("join", {"code": code.code}, {"code": "0" * len(code.code)}, LEARNER, secret=True),
    ]


def _of_run(public: Run, enrolment: Enrolment, by: Account, now: dt.datetime) -> list[Target]:
    run, one = {"run_key": public.key}, {"run_key": public.key, "enrolment_id": enrolment.pk}
    nobody = {**one, "enrolment_id": 10**6}
    points = {"points-activity": "capital", "points-points": "0", "points-reason": "Because"}
    moved = {"extension-section": "s_capital", "extension-until": "2030-01-01T10:00", "extension-reason": "Because"}
    again = {"regrade-activity": "capital", "regrade-reason": "Because"}
    quiz = {**run, "activity_id": "practice"}
    unit, no_unit = {**run, "unit_id": "v_capital"}, {**run, "unit_id": NO_WORD}
    view_unit(enrolment=enrolment, unit="v_capital", known=None, language="en", now=now)
    keep_note(enrolment=enrolment, unit="v_capital", text=f"Noté au {CANARY}", seen=None, now=now)
    answer = {"form_id": str(form_id(enrolment_id=enrolment.pk, activity="practice", attempt=1)), "p_2_1": "4"}
    left = "broken-link", "t1"
    waive(course=public.course, rule=left[0], place=left[1], reason=f"Voulu: {CANARY}", by=by, now=now)
    waived = {"rule": left[0], "place": left[1], "reason": f"Voulu: {CANARY}"}
    return [
        *(Target(name, run, None, LEARNER, PUBLIC) for name in ("outline", "resume", "progress", "leave", "enrol")),
        Target("aim", run, None, LEARNER, PUBLIC, posts={"aim": "certify"}),
        Target("rest", run, None, LEARNER, PUBLIC, posts={"until": "2030-01-01"}),
        Target("unit-note", unit, no_unit, LEARNER, PUBLIC, posts={"text": "Taken over", "seen": ""}),
        Target("bookmark", unit, no_unit, LEARNER, PUBLIC, posts={"marked": "1"}),
        Target("unit", {**run, "unit_id": "v_capital"}, {**run, "unit_id": NO_WORD}, LEARNER, PUBLIC),
        Target("begin", unit, no_unit, LEARNER, PUBLIC),
        Target("submit", quiz, {**run, "activity_id": NO_WORD}, LEARNER, PUBLIC, posts=answer),
        Target("finish", quiz, {**run, "activity_id": NO_WORD}, LEARNER, PUBLIC),
        Target("attestation", run, None, LEARNER, PUBLIC, posts={"name": "Zoé"}),
        Target("attestation-pdf", run, None, LEARNER, PUBLIC, open_to=IN_PUBLIC),
        *(Target(name, run, None, TEACHER, PUBLIC) for name in ("desk", "desk-csv", "import-report", "video-hosts")),
        Target("course-export", run, None, TEACHER, PUBLIC, posts={"language": "en"}),
        Target("before-opening", run, None, TEACHER, PUBLIC),
        Target("waive-check", run, None, TEACHER, PUBLIC, f"rule={left[0]}&place={left[1]}", waived),
        Target("desk-settings", run, None, TEACHER, PUBLIC, posts={"pass_mark": "0"}),
        Target("desk-as-learner", run, None, TEACHER, PUBLIC, posts={"wish": "learner"}),
        Target("desk-learner", one, nobody, TEACHER, PUBLIC),
        Target("desk-points", one, nobody, TEACHER, PUBLIC, posts=points),
        Target("desk-extension", one, nobody, TEACHER, PUBLIC, posts=moved),
        Target("desk-regrade", one, nobody, TEACHER, PUBLIC, posts=again),
    ]


def _of_versions(public: Run, enrolment: Enrolment, now: dt.datetime) -> list[Target]:
    """Versions of the course are for who makes or teaches it; which one a session shows, for who teaches that."""
    regrade = Regrade.objects.create(
        run=public, from_version=public.version, to_version=public.version, reason=f"Clé {CANARY}",
        figures=Figures().to_json(), made_by=None, made_by_name=f"Qui {CANARY}", made_at=now,
    )  # fmt: skip
    RegradedEnrolment.objects.create(
        regrade=regrade, enrolment=enrolment, grade_before=0.0, grade_after=1.0, attempts=10**6, states={}
    )
    run, course = {"run_key": public.key}, {"course_key": public.course.key}
    one, none = {**course, "number": 1}, {**course, "number": 10**6}
    made, no_regrade = {**run, "regrade_id": regrade.pk}, {**run, "regrade_id": 10**6}
    unit, no_unit = {**one, "unit_id": "v_capital"}, {**one, "unit_id": NO_WORD}
    return [
        Target("versions", course, None, TEACHER, PUBLIC),
        Target("version", one, none, TEACHER, PUBLIC, posts={"note": "Taken over"}),
        Target("version-changes", one, none, TEACHER, PUBLIC, query="since=1"),
        Target("version-unit", unit, no_unit, TEACHER, PUBLIC),
        Target("version-review", one, none, TEACHER, PUBLIC, posts={"do": "approve", "seen": "1", "latest": "1"}),
        Target("course-reviews", course, None, OFFICE, PUBLIC, posts={"reviews": "off"}),
        Target("restore-version", one, none, OFFICE, PUBLIC, posts={"seen": "1", "restore-note": "Taken over"}),
        Target("desk-version", run, None, TEACHER, PUBLIC, posts={"to": "1", "seen": "1", "regrade": "no"}),
        Target("desk-follow", run, None, TEACHER, PUBLIC, posts={"follows": "yes"}),
        Target("desk-regraded", made, no_regrade, TEACHER, PUBLIC),
    ]


def _of_hidden(hidden: Run, programs: Run) -> list[Target]:
    """Sessions that to others are as if they were not there, with an activity of each kind that has addresses."""
    run, none = {"run_key": hidden.key}, {"run_key": NO_RUN}
    found = definitions.of(outline(hidden.version.sha256).entries["video_locale"][1].contents.values())
    watched = {"events": batch(event("played", at_s=0, speed=1, length_s=25))}
    captions = next(iter(found.values())).captions[0].name
    learner: list[tuple[str, dict[str, str]]] = [
        ("outline", {}),
        ("resume", {}),
        ("progress", {}),
        ("leave", {}),
        ("enrol", {}),
        ("aim", {}),
    ]
    learner += [
        ("attestation", {}),
        ("attestation-pdf", {}),
        ("unit", {"unit_id": "v_nombre"}),
        ("begin", {"unit_id": "v_nombre"}),
    ]
    learner += [("rest", {}), ("unit-note", {"unit_id": "v_nombre"}), ("bookmark", {"unit_id": "v_nombre"})]
    video = {"activity_id": "video_locale"}
    learner += [("submit", {"activity_id": "p_nombre"}), ("finish", video), ("video-watching", video)]
    learner += [("video-captions", {**video, "name": captions})]
    learner += [("video-transcript", {**video, "spoken": "fr"})]
    teacher: list[tuple[str, dict[str, str]]] = [
        (name, {}) for name in ("desk", "desk-csv", "desk-settings", "desk-as-learner", "desk-version", "desk-follow")
    ]
    teacher += [("desk-regraded", {"regrade_id": str(10**6)})]
    teacher += [(name, {}) for name in ("import-report", "video-hosts")]
    teacher += [(name, {}) for name in ("before-opening", "waive-check")]
    teacher += [("cloud-words", {"activity_id": "nuage"})]
    program, double = {"run_key": programs.key}, {"activity_id": "double"}
    return [
        *(
            Target(name, {**program, **double}, {**none, **double}, SCHOOL, HIDDEN, posts={"reason": "Mended"})
            for name in ("programs", "programs-again")
        ),
        *(Target(name, {**run, **more}, {**none, **more}, LEARNER, HIDDEN, posts=watched) for name, more in learner),
        *(Target(name, {**run, **more}, {**none, **more}, SCHOOL, HIDDEN) for name, more in teacher),
        Target("private-sessions", {"code": "Alpine"}, None, SCHOOL),
        Target("new-private-session", {"code": "Alpine"}, None, SCHOOL),
        Target("private-session", {"code": "Alpine", **run}, {"code": "Alpine", **none}, SCHOOL),
        Target("edit-organisation", {"code": "Alpine"}, None, SCHOOL),
    ]


def _of_time(run: Run, zenobie: Account, now: dt.datetime) -> list[Target]:
    """She has begun a section whose time is limited, in a session that to others is as if it were not there."""
    enrolment = Enrolment.objects.create(account=zenobie, run=run, enrolled_at=now, seed=1)
    SectionTime.objects.create(enrolment=enrolment, section="verifier", begun_at=now, limit_min=30)
    one = {"run_key": run.key, "enrolment_id": enrolment.pk}
    nobody = {**one, "enrolment_id": 10**6}
    time = {"time-section": "verifier", "time-minutes": "10", "time-reason": "Because"}
    anew = {"anew-section": "verifier", "anew-reason": "Because"}
    return [
        Target("desk-time", one, nobody, SCHOOL, HIDDEN, posts=time),
        Target("desk-anew", one, nobody, SCHOOL, HIDDEN, posts=anew),
    ]


def _of_pilot(public: Run, zenobie: Account, teacher: Account, now: dt.datetime) -> list[Target]:
    letter = RunLetter.objects.create(
        form_id=uuid.uuid4(), run=public.key, author=teacher.pseudonym, author_name=teacher.name,
        subject=f"Lettre {CANARY}", text=CANARY, chosen_by={}, sent_at=now,
    )  # fmt: skip
    ChosenLearner.objects.create(letter=letter, person=zenobie.pseudonym, fate=ChosenLearner.WRITTEN)
    run = {"run_key": public.key}
    query = "run=Ingenia%2BTST101%2B2026"
    actor = live.site_store().actor_of(str(zenobie.pseudonym))
    of_group = {"school's teacher of another cohort"}  # the page of the session, with nothing but their own group's
    pages = {"run": "&who=all", "exercise": "&activity=capital", "learner": f"&learner={actor}", "films": ""}
    pages |= {"weeks": "", "world": "", "research": "", "comparison": "", "film": "&activity=nothing-is-here"}
    words = {"subject": "Hello", "text": "Hello", "held": "0", "act": "look"}
    return [
        *(
            Target(f"pilot:{name}", {}, None, TEACHER, PUBLIC, query=query + more, open_to=of_group)
            for name, more in pages.items()
        ),
        Target("pilot:indicator", {"name": "learners"}, None, TEACHER, PUBLIC, query=query, open_to=of_group),
        *(
            Target("pilot:export", {"name": "learners", "form": form}, None, TEACHER, PUBLIC, query, open_to=of_group)
            for form in ("csv", "json")
        ),
        Target("pilot:letters", run, None, TEACHER, PUBLIC),
        Target("pilot:write", run, None, TEACHER, PUBLIC, query="why=never_came", posts=words),
        Target("pilot:letter", {**run, "letter_id": letter.pk}, {**run, "letter_id": NOTHING}, TEACHER, PUBLIC),
    ]


def _of_office(office: Account, now: dt.datetime) -> list[Target]:
    row, sheet = uuid.uuid4(), {"sheet": "revenue"}
    cells = {"year": "2016", "kind": "foundation", "keur": "40"}
    add_row(sheet="revenue", cells=cells, row_id=row, account=office, now=now)
    return [
        Target("bilan:text", {"chapter": "foreword"}, {"chapter": NO_WORD}, OFFICE, posts={"en": CANARY}),
        *(
            Target(f"bilan:{name}", sheet, {"sheet": NO_WORD}, OFFICE)
            for name in ("table", "new", "paste", "empty", "csv")
        ),
        Target("bilan:row", {**sheet, "row_id": row}, {**sheet, "row_id": NOTHING}, OFFICE),
    ]


def _of_catalogue(public: Run, office: Account, now: dt.datetime) -> list[Target]:
    """What stands around a course: its sheet, with what it said before, its field and its path."""
    course, course_key = Course.objects.get(pk=public.course_id), {"course_key": public.course.key}
    team = (Member(name="Ada Martin", role="author"),)
    before, after = Sheet(requires={"fr": CANARY}, team=team), Sheet(team=team, categories=("networks",))
    for seen, sheet in enumerate((before, after)):
        write_sheet(course=course, sheet=sheet, by=office, now=now, seen=seen)
    write_category(
        facts=CategoryFacts(code="networks", name_fr="Réseaux", name_en="Networks", family="net"), by=office, now=now
    )
    path = ProgrammeFacts(code="engineer", name_fr="Ingénieur", name_en="Engineer", courses=(course.key,))
    write_programme(facts=path, by=office, now=now)
    page = course_page(course.key, account=None, language="fr", now=now)
    field, path_code, no_code = {"code": "networks"}, {"code": "engineer"}, {"code": NO_WORD}
    picture = {**course_key, "mark": picture_of(page).mark}
    return [
        Target("edit-sheet", course_key, None, OFFICE, posts={"level": "advanced"}),
        Target("sheet-editions", course_key, None, OFFICE),
        Target("sheet-runs", course_key, None, OFFICE, posts={"run": "", "new-key": "Taken"}),
        Target("sheet-edition", {**course_key, "number": 1}, {**course_key, "number": 10**6}, OFFICE),
        Target("edit-category", field, no_code, OFFICE, posts={"name_fr": "Taken over"}),
        Target("edit-programme", path_code, no_code, OFFICE, posts={"name_fr": "Taken over"}),
        Target("next-run", course_key, None, LEARNER, posts={"wish": "yes"}, own=True),
        Target("category", field, no_code, NOBODY, own=True),
        Target("programme", path_code, no_code, NOBODY, own=True),
        Target("person", {"slug": team[0].slug}, {"slug": NO_WORD}, NOBODY, own=True),
        Target("course-picture", picture, {**picture, "mark": NO_WORD}, NOBODY, own=True),
        Target("sitemap-part", {"number": 1}, {"number": 10**6}, NOBODY, own=True),
    ]


def _of_editorial(office: Account, now: dt.datetime) -> list[Target]:
    """A page that nobody shows yet, and a page and news that everybody reads."""
    day = now.date()
    for kind, slug, title, shown in (
        ("page", "a-draft", f"Brouillon {CANARY}", False),
        ("page", "about", "About", True),
        ("news", "it-begins", "It begins", True),
    ):
        words = Words(title=title, day=day if kind == "news" else None)
        store_text(kind=kind, slug=slug, language="en", words=words, seen=0, publish=shown, by=office, now=now)
    draft = {"kind": "page", "slug": "a-draft", "language_code": "en"}
    none = {**draft, "slug": NO_WORD}
    typed = {"title": "Taken over", "markdown": "Taken over", "seen": "1", "do": "draft"}
    return [
        Target("new-editorial", {"kind": "page"}, None, OFFICE, posts={"slug": "taken-over"}),
        Target("edit-editorial", draft, none, OFFICE, posts=typed),
        Target("withdraw-editorial", draft, none, OFFICE),
        Target("editorial-edition", {**draft, "number": 1}, {**none, "number": 1}, OFFICE),
        Target("page", {"slug": "about"}, {"slug": NO_WORD}, NOBODY, own=True),
        Target("one-news", {"slug": "it-begins"}, {"slug": NO_WORD}, NOBODY, own=True),
    ]


def _of_groups_elsewhere(alpine: Organisation, school: Account, now: dt.datetime) -> list[Target]:
    """A group whose session is played on another platform, and the register of a company."""
    told = Elsewhere(
        host="fun", address="https://fun.example/a", title=f"Ailleurs {CANARY}", language="fr", number="04018",
        session="session07", opens_at=now, closes_at=None, pass_mark=0.5,
    )  # fmt: skip
    group = follow_elsewhere(told=told, organisation=alpine, group=f"Loin {CANARY}", ects=3.0, by=school, now=now)
    make_organisation("Rivoire", kind="company")
    return [
        Target("name-elsewhere", {"code": "Alpine"}, None, SCHOOL, posts={"title": "Taken over"}),
        Target("company", {"code": "Rivoire"}, None, OFFICE, posts={"sector": "energy"}),
        Target("cohort-marks", {"number": group.pk}, {"number": 10**6}, SCHOOL),
    ]


def _public(public: Run, enrolment: Enrolment) -> list[Target]:
    """What anyone may read: nothing of Zénobie, but her attestation for who has its code."""
    code = enrolment.attestations.get().code
    return [
        Target(
            "course", {"course_key": public.course.key}, {"course_key": "Ingenia+nothing-is-here"}, NOBODY, own=True
        ),
        Target("organisation", {"code": "Alpine"}, {"code": NO_WORD}, NOBODY, own=True),
        Target("organisation-colours", {"code": "Alpine"}, {"code": NO_WORD}, NOBODY, own=True),
        Target("verify-code", {"code": code}, {"code": "0" * len(code)}, LEARNER, secret=True),
        Target("verify-code-page", {"code": code}, {"code": "0" * len(code)}, LEARNER, secret=True),
    ]
