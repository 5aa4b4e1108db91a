"""May this account do this act here?

`TABLE` is the one place: a row an act, its cell the ones who may do it. A room that needs an act adds a row. Every view
names its act with `@act("run.learn")`; what it needs beyond being signed in is asked inside, once the subject is known:

    @act("run.learn")
    def unit(request: HttpRequest, run_key: str) -> HttpResponse:
        seat = seat_in(request, "run.learn", run_key, now)  # joins the sign-in, calls `remember` and `require`

A view that answers without having asked is a programming error and fails closed (`PermissionNotAsked`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from cordee.core.errors import N_, CordeeError, NotAllowed
from cordee.people.models import Account, Role, RoleGrant
from cordee.people.sessions import SessionClaim, account_of, claim_of

# Who may: a role of `Role`, or one of these.
ANYONE: Final = "anyone"
SIGNED_IN: Final = "signed in"
ENROLLED: Final = "enrolled"  # a standing: the caller, who has loaded the enrolment, says so
OWNER: Final = "owner"  # a standing: the thing is the person's own

AUTHOR, TEACHER, TUTOR = Role.AUTHOR.value, Role.TEACHER.value, Role.TUTOR.value
PROGRAMME_MANAGER, OPERATOR = Role.PROGRAMME_MANAGER.value, Role.OPERATOR.value
COMMUNITY_ASSISTANT, SUPPORT = Role.COMMUNITY_ASSISTANT.value, Role.SUPPORT.value

TABLE: Mapping[str, frozenset[str]] = {
    # site
    "site.read": frozenset({ANYONE}),  # home, catalogue, course pages, error pages, sign in and up, language
    "site.guide": frozenset({ANYONE}),  # /ui, served only where the setting CORDEE_GUIDE is on
    "role.grant": frozenset({TEACHER, PROGRAMME_MANAGER, OPERATOR}),  # see a team, change it: see `may_give`
    "team.answer": frozenset({SIGNED_IN}),  # say yes or no to an invitation of one's own into a team
    # people
    "account.own": frozenset({SIGNED_IN}),  # one's own account page, sessions, password, sign-out
    "account.disable": frozenset({OPERATOR}),
    "account.help": frozenset({OPERATOR}),  # a lost phone, a wrong year of birth
    "account.join": frozenset({ANYONE}),  # sign up, forgotten password, and the links of letters about an account
    "account.prove": frozenset({ANYONE}),  # the code after the password
    "account.second_factor": frozenset({SIGNED_IN}),  # one's own: switch it on and off
    "account.about_me": frozenset({SIGNED_IN}),  # what one says of oneself
    "account.agreement": frozenset({SIGNED_IN}),  # a minor asks a parent
    "account.agree": frozenset({ANYONE}),  # a parent answers, by the letter's link
    "account.data": frozenset({SIGNED_IN}),  # everything about oneself, who looked, what one agreed to, one's calendar
    "account.notes": frozenset({SIGNED_IN}),  # one's own notes and bookmarks, of all sessions
    "account.rhythm": frozenset({SIGNED_IN}),  # one's own weekly aim
    "account.erase": frozenset({SIGNED_IN}),  # oneself
    "account.erase_other": frozenset({OPERATOR}),  # somebody else, at once, with the operator's password and code
    "privacy.notices": frozenset({ANYONE}),  # data, cookies, terms, who publishes, accessibility
    "privacy.receipt": frozenset({ANYONE}),  # of an erasure, by its number: it names nobody
    "privacy.calendar": frozenset({ANYONE}),  # by its secret address: programs sign in nowhere
    # organisations
    "organisation.edit": frozenset({PROGRAMME_MANAGER, OPERATOR}),  # name, contact, logo, colours
    # cohorts, of an organisation or of a run
    "cohort.make": frozenset({TEACHER, PROGRAMME_MANAGER}),  # make them, say who is in them, invite
    "cohort.read": frozenset({TEACHER, TUTOR, PROGRAMME_MANAGER}),  # members, their progress and grades, the export
    "cohort.bring_marks": frozenset({TEACHER, PROGRAMME_MANAGER}),  # of a session that is played elsewhere
    "cohort.join": frozenset({SIGNED_IN}),  # by a code; leave one's own
    "cohort.look_at_code": frozenset({ANYONE}),  # who holds a code sees whose it is; to enter, they sign in
    "invitation.answer": frozenset({ANYONE}),  # who holds the link of a letter
    # courses
    "course.import": frozenset({AUTHOR, OPERATOR}),
    "course.import_report": frozenset({AUTHOR, TEACHER, SUPPORT, OPERATOR}),
    "course.export": frozenset({AUTHOR, TEACHER, OPERATOR}),  # take a whole version away, its answers included
    "course.checks": frozenset({AUTHOR, TEACHER, SUPPORT, OPERATOR}),  # what its author should mend before it opens
    "course.waive": frozenset({AUTHOR, TEACHER, OPERATOR}),  # leave one of these as it is, with a reason
    "course.preview": frozenset(
        {AUTHOR, TEACHER, TUTOR, COMMUNITY_ASSISTANT, SUPPORT, OPERATOR}
    ),  # read a version outside a run
    "course.versions": frozenset(
        {AUTHOR, TEACHER, PROGRAMME_MANAGER, OPERATOR}
    ),  # read every version of a course, compare two
    "course.publish": frozenset({AUTHOR, PROGRAMME_MANAGER, OPERATOR}),  # restore a version, say why one was published
    "course.review": frozenset(
        {AUTHOR, TEACHER, PROGRAMME_MANAGER, OPERATOR}
    ),  # approve the version of a colleague, or send it back
    "course.waive_review": frozenset(
        {PROGRAMME_MANAGER, OPERATOR}
    ),  # do without a review, with a reason; say whether the course wants them
    "course.media_hosts": frozenset({AUTHOR, TEACHER, OPERATOR}),  # from which other sites its videos may be played
    "course.unknown_details": frozenset({AUTHOR, TEACHER, SUPPORT, OPERATOR}),  # what a block that no kind reads is
    "course.sheet": frozenset({AUTHOR, TEACHER, PROGRAMME_MANAGER, OPERATOR}),  # what its public page says
    "catalogue.edit": frozenset({PROGRAMME_MANAGER, OPERATOR}),  # the fields of the catalogue and the paths through it
    # learning
    "course.next_run": frozenset({SIGNED_IN}),  # ask for one letter when a session of a course can be joined
    "run.enrol": frozenset({SIGNED_IN}),
    "run.aim": frozenset({ENROLLED}),  # what one comes for: one's own
    "run.keep_notes": frozenset({ENROLLED}),  # a private note or a bookmark on a unit: nobody else reads them
    "run.rest": frozenset({ENROLLED}),  # take a pause, come back
    "run.open_private": frozenset({PROGRAMME_MANAGER, OPERATOR}),  # of an organisation: a session of its own
    "run.name_elsewhere": frozenset({TEACHER, PROGRAMME_MANAGER}),  # of an organisation: a session played elsewhere
    "run.mine": frozenset({SIGNED_IN}),  # the list of one's own runs
    "run.learn": frozenset({ENROLLED, TEACHER, TUTOR, COMMUNITY_ASSISTANT, SUPPORT, OPERATOR}),  # outline and units
    "run.submit": frozenset({ENROLLED}),
    "run.progress": frozenset({ENROLLED}),  # one's own
    "run.teach": frozenset({TEACHER}),  # cohorts, extensions, settings of a run
    "run.version": frozenset({TEACHER}),  # which version a run shows; grade its answers again, and undo that
    "run.results": frozenset({TEACHER, TUTOR}),  # other people's progress and grades
    "run.pilot": frozenset({TEACHER, OPERATOR}),  # the numbers of a run; names are for who may `run.teach`
    "run.research": frozenset({TEACHER, OPERATOR}),  # a run for researchers, without names
    "run.write_to_learners": frozenset({TEACHER}),  # letters to learners of a run, and whether they helped
    "submission.read": frozenset({OWNER, TEACHER, TUTOR}),
    # awards
    "award.ask": frozenset({ENROLLED}),
    "award.read": frozenset({OWNER}),  # the PDF
    "award.verify": frozenset({ANYONE}),
    "award.revoke": frozenset({PROGRAMME_MANAGER}),
    "editorial.edit": frozenset({PROGRAMME_MANAGER, OPERATOR}),  # pages, news, and which courses stand first
    # bilan
    "bilan.edit": frozenset({PROGRAMME_MANAGER, OPERATOR}),  # the tables of the programme office, and its report
}
# Whom a role names to what it does not hold itself, in the groups and private sessions of its organisation alone.
NAMES: Mapping[str, frozenset[str]] = {PROGRAMME_MANAGER: frozenset({TEACHER, TUTOR})}
SIGN_IN_FIRST = N_("This page needs you to be signed in. Sign in to go on.")
STANDINGS = frozenset({ENROLLED, OWNER})
ACT_ATTRIBUTE = "cordee_act"  # read by the test that walks all addresses

P = ParamSpec("P")
R = TypeVar("R", bound=HttpRequest)
_ASKED = "_cordee_acts_asked"  # where a request keeps the acts that were asked for
_GRANTS = "_cordee_grants"
MOST_REMEMBERED: Final = 10_000
# Account → its roles when last asked, and whether each is of the site: for what is shown, never for what is allowed.
ROLES_SEEN: dict[int, frozenset[tuple[str, bool]]] = {}


class SignInRequired(CordeeError):
    """Nobody is signed in, or the session has ended. The web room turns it into the sign-in page with `next`."""

    status = 401


class SecondFactorFirst(NotAllowed):
    """A role that counts only once signing in needs a code, too. The web room offers to switch that on."""


class ParentFirst(NotAllowed):
    """A minor whose parent has not agreed yet. The web room leads to where one asks."""


class PermissionNotAsked(RuntimeError):
    """A view answered without asking `require` for its act. Shown to no one: the page becomes a server error."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the act is done to: the places that hold it, and what the caller knows of the person's standing there."""

    scopes: frozenset[str] = frozenset({""})  # the site holds everything
    standing: frozenset[str] = frozenset()
    owner: str = ""  # the code of the organisation whose own it is: its group, its private session

    @classmethod
    def of_course(cls, organisation: str, number: str, *, standing: Collection[str] = ()) -> Subject:
        """A course or one of its versions."""
        scopes = {"", f"org:{organisation}", f"course:{organisation}+{number}"}
        return cls(frozenset(scopes), _known(standing))

    @classmethod
    def of_run(cls, key: str, organisation: str, number: str, *, standing: Collection[str] = ()) -> Subject:
        """A run, its units, enrolments and submissions."""
        course = cls.of_course(organisation, number)
        return cls(course.scopes | {f"run:{key}"}, _known(standing))

    @classmethod
    def of_run_key(cls, key: str, *, owner: str = "", standing: Collection[str] = ()) -> Subject:
        """The same from the key alone, e.g. "MinesTelecom+04018+session07": a run's key begins with its course's.

        `owner`: the code of the organisation whose private run it is. Its teachers teach it fully, as do those of the
        course; in a run that is open to everybody they have their own cohorts alone (`of_cohort`).
        """
        organisation, _, rest = key.partition("+")
        found = cls.of_run(key, organisation, rest.partition("+")[0], standing=standing)
        return cls(found.scopes | {f"org:{owner}"}, found.standing, owner) if owner else found

    @classmethod
    def of_organisation(cls, code: str) -> Subject:
        """A school or a company, and what is its own."""
        return cls(frozenset({"", f"org:{code}"}))

    @classmethod
    def of_cohort(cls, number: int, *, organisation: str = "", run_key: str = "") -> Subject:
        """A cohort of an organisation, of a run, or of an organisation in a run.

        An organisation's is its own: who teaches the course in another organisation has no part in it, who teaches the
        very run has.
        """
        scopes = {"", f"cohort:{number}"}
        if organisation:
            scopes.add(f"org:{organisation}")
        if run_key:
            scopes |= {f"run:{run_key}"} if organisation else Subject.of_run_key(run_key).scopes
        return cls(frozenset(scopes), owner=organisation)

    @classmethod
    def own(cls) -> Subject:
        """Something that belongs to the person and to no course."""
        return cls(standing=frozenset({OWNER}))


SITE = Subject()


def may(account: Account | None, act: str, subject: Subject = SITE) -> bool:
    """Whether `account` may do `act` to `subject`. No query unless a role decides, then 1."""
    allowed = TABLE[act]
    if ANYONE in allowed:
        return True
    if account is None or not account.is_active or must_wait(account, act):
        return False
    if SIGNED_IN in allowed or allowed & subject.standing:
        return True
    roles = allowed - STANDINGS
    if not roles or lacks_second_factor(account):
        return False
    return any(grant.role in roles and grant.scope in subject.scopes for grant in grants_of(account))


def lacks_second_factor(account: Account) -> bool:
    """Whether the account's roles do not count here, since signing in to it needs no code. No query.

    Who has a second factor has given a code in this session: it began with one, or it is the one that switched it on.
    """
    return bool(settings.CORDEE.staff_second_factor) and account.second_factor_at is None


def must_wait(account: Account, act: str) -> bool:
    """Whether this is closed to a minor until a parent agrees: all but public pages and their own account. No query."""
    return account.waits_for_parent and not act.startswith("account.") and ANYONE not in TABLE[act]


def acts_of(role: str) -> frozenset[str]:
    """All that a role lets one do."""
    return frozenset(act for act, allowed in TABLE.items() if role in allowed)


def may_give(account: Account, role: str, place: Subject) -> bool:
    """Whether `account` may give this role there, or take it back: nobody gives more than they hold. At most 1 query.

    Who runs the site gives any role of it: the command line is theirs, too. What one may name others to, see `NAMES`.
    """
    held = {grant.role for grant in grants_of(account) if grant.scope in place.scopes} if account.is_active else set()
    if OPERATOR in held:
        return True
    if bool(held & TABLE["role.grant"]) and acts_of(role) <= frozenset().union(*map(acts_of, held)):
        return True
    return may_only_name(account, role, place)


def may_only_name(account: Account, role: str, place: Subject) -> bool:
    """Whether `account` may name somebody to this role there, which they do not hold: so never themselves.

    Only in what is their organisation's own. At most 1 query.
    """
    if not place.owner or not account.is_active:
        return False
    grants = [grant for grant in grants_of(account) if grant.scope in {"", f"org:{place.owner}"}]
    held = {grant.role for grant in grants_of(account) if grant.scope in place.scopes}
    holds_it = OPERATOR in held or acts_of(role) <= frozenset().union(*map(acts_of, held))
    return not holds_it and any(role in NAMES.get(grant.role, ()) for grant in grants)


def require(request: HttpRequest, act: str, subject: Subject = SITE) -> None:
    """Raise unless the request's account may do `act`: `SignInRequired` when nobody is signed in, else `NotAllowed`."""
    request.__dict__.setdefault(_ASKED, set()).add(act)
    if ANYONE in TABLE[act]:
        return
    account = account_of(request)
    if account is None:
        raise SignInRequired(SIGN_IN_FIRST)
    if must_wait(account, act):
        raise ParentFirst(N_("This waits until a parent has agreed. The page of your account says how to ask."))
    if not may(account, act, subject):
        if lacks_second_factor(account) and TABLE[act] & {grant.role for grant in grants_of(account)}:
            raise SecondFactorFirst(
                N_("Your role needs sign-in in two steps on this site. Switch it on, it takes two minutes.")
            )
        raise NotAllowed(N_("This page is not open to your account. Ask the course's teacher if it should be."))


def signed_in(request: HttpRequest) -> tuple[Account, SessionClaim]:
    """The account and its session, or `SignInRequired`. At most 1 query a request."""
    account, claim = account_of(request), claim_of(request)
    if account is None or claim is None:
        raise SignInRequired(SIGN_IN_FIRST)
    return account, claim


def signed_in_account(request: HttpRequest) -> Account:
    """The account of a page that needs one. At most 1 query. Raises `SignInRequired`."""
    account = account_of(request)
    if account is None:
        raise SignInRequired(SIGN_IN_FIRST)
    return account


def table_lines() -> list[str]:
    """The table as Markdown: an act a line, a mark where somebody may. Printed by `cordee role table`."""
    heads = (ANYONE, SIGNED_IN, ENROLLED, OWNER, *(role.value for role in Role))
    shown = [head.replace("_", " ") for head in heads]
    lines = [f"| act | {' | '.join(shown)} |", f"|---|{'---|' * len(heads)}"]
    for name, allowed in TABLE.items():
        lines.append(f"| `{name}` | {' | '.join('yes' if head in allowed else '' for head in heads)} |")
    return lines


def act(
    name: str,
) -> Callable[
    [Callable[Concatenate[R, P], HttpResponseBase]],
    Callable[Concatenate[R, P], HttpResponseBase],
]:
    """Name a view's act, turn strangers away before any query, and refuse an answer that nobody asked permission for.

    For acts open to anyone or to whoever is signed in the decorator asks by itself. Raises KeyError on an unknown act.
    """
    allowed = TABLE[name]

    def decorate(
        view: Callable[Concatenate[R, P], HttpResponseBase],
    ) -> Callable[Concatenate[R, P], HttpResponseBase]:
        @wraps(view)
        def asking(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if ANYONE not in allowed and claim_of(request) is None:
                raise SignInRequired(SIGN_IN_FIRST)
            if allowed & {ANYONE, SIGNED_IN}:
                require(request, name)
            response = view(request, *args, **kwargs)
            # A method that the address does not know is answered before the view runs, and tells nothing.
            if name not in request.__dict__.get(_ASKED, ()) and not isinstance(response, HttpResponseNotAllowed):
                raise PermissionNotAsked(f"{view.__module__}.{view.__qualname__} never asked for {name!r}")
            return response

        setattr(asking, ACT_ATTRIBUTE, name)
        return asking

    return decorate


def act_of(view: Callable[..., object]) -> str | None:
    """The act that a view names, None when it names none."""
    return cast("str | None", getattr(view, ACT_ATTRIBUTE, None))


def grants_of(account: Account) -> list[RoleGrant]:
    """The account's roles everywhere. 1 query, then kept on the account object (which lives as long as its request)."""
    known = account.__dict__.get(_GRANTS)
    if known is None:
        known = account.__dict__[_GRANTS] = list(RoleGrant.objects.filter(account=account))
    return cast("list[RoleGrant]", known)


def roles_known(account: Account, *, of_site: bool = False) -> frozenset[str] | None:
    """The roles that the account has anywhere, as far as this request or an earlier one asked; else None. No query.

    `of_site`: only those that hold everywhere.
    """
    grants = account.__dict__.get(_GRANTS)
    if grants is not None:
        if len(ROLES_SEEN) >= MOST_REMEMBERED:
            ROLES_SEEN.clear()
        ROLES_SEEN[account.pk] = frozenset((grant.role, not grant.scope) for grant in grants)
    known = ROLES_SEEN.get(account.pk)
    return None if known is None else frozenset(role for role, everywhere in known if everywhere or not of_site)


def _known(standing: Collection[str]) -> frozenset[str]:
    unknown = set(standing) - STANDINGS
    if unknown:
        raise ValueError(f"not a standing: {sorted(unknown)}")
    return frozenset(standing)
