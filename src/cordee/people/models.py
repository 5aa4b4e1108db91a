"""Who has an account, where is it signed in, what may it do, and how often was its password tried?"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import N_
from cordee.core.privacy import DELETE, NONE, Personal, keep
from cordee.core.two_languages import NamedInBoth

ORGANISATION_CODE = r"^[A-Za-z0-9._~-]+$"  # a part of a course's key


class Account(AbstractBaseUser):
    """A person who can sign in. The writes are in `signing_up`, `changing_account` and `disabling`."""

    last_login = None  # SignIn says it, one row a sign-in

    email = models.CharField(_("email address"), max_length=254)  # as typed; `emails.email_key` makes the key
    email_key = models.CharField(max_length=254, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=8)  # e.g. "fr"
    time_zone = models.CharField(_("time zone"), max_length=64)  # e.g. "Europe/Paris"
    epoch = models.PositiveIntegerField(default=0)  # raising it ends every session
    pseudonym = models.UUIDField(
        default=uuid.uuid4, unique=True, editable=False
    )  # stands for the person in the journal
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # What a request must know without another query
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when the owner of the address answered from it
    second_factor_at = models.DateTimeField(null=True, blank=True)  # since when signing in needs a code, too
    waits_for_parent = models.BooleanField(default=False, db_default=False)  # too young to agree alone
    # When the last of the sessions that were forgotten was over; newer ones are in SignIn. See `ageing`.
    last_seen_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "name"]
    personal: ClassVar[Personal] = DELETE.called(N_("Your account")).without("password")

    objects: ClassVar[models.Manager[Account]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(email_key=""), name="account_has_an_email_key"),
            models.CheckConstraint(condition=~Q(name=""), name="account_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """One sign-in of one browser. Called a session in code; never deleted while it can still be used."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    device = models.CharField(max_length=60, blank=True)  # e.g. "Firefox, Linux": families only, no version
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = DELETE.called(N_("Your sign-ins"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="sign_in_expires_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("created_at")),
                name="sign_in_ends_after_it_was_made",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="sign_in_by_expiry")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.created_at:%Y-%m-%d %H:%M}"


class MailedLink(models.Model):
    """What the reader of a letter may do by its link, once, until when. Its secret is in no row: `by_letter.links`."""

    # Each is the first part of an address, too
    SIGN_UP, PASSWORD, CONFIRM = "sign-up", "password", "confirm-address"
    ADDRESS, TAKE_BACK, AGREEMENT = "new-address", "take-back", "agreement"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    door = models.CharField(max_length=16)  # which page it opens
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="mailed_links")
    address = models.CharField(max_length=254)  # which address it is about, as typed
    epoch = models.PositiveIntegerField(null=True, blank=True)  # of the account then; null: outlives a new password
    data = models.JSONField(default=dict)  # what was typed before there is an account, e.g. {"name": "Awa"}
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = DELETE.called(N_("Links of letters about your account"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    door__in=("sign-up", "password", "confirm-address", "new-address", "take-back", "agreement")
                ),
                name="mailed_link_opens_a_door_of_ours",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="mailed_link_ends_after_it_was_made"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="mailed_link_by_expiry")]

    def __str__(self) -> str:
        return f"{self.door} {self.made_at:%Y-%m-%d %H:%M}"


class SecondFactor(models.Model):
    """The program on a phone that makes codes for this account. What it shares with us is derived, never kept."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="second_factor")
    nonce = models.CharField(max_length=32)  # hex; the secret is made of it and the site's key
    last_step = models.PositiveBigIntegerField(default=0)  # of the last code taken: none is taken twice (RFC 6238, 5.2)
    began_at = models.DateTimeField()

    personal: ClassVar[Personal] = DELETE.called(N_("The second step of your sign-in")).without("nonce")

    def __str__(self) -> str:
        return f"{self.account_id} {self.began_at:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code on paper that stands in for the phone, once."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = DELETE.called(N_("Your recovery codes")).without("digest")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="a_recovery_code_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.made_at:%Y-%m-%d}"


class AboutMe(models.Model):
    """What somebody chose to say of themselves, for statistics; apart from the account, and in edX's codes.

    An empty value was not asked or not answered; "-" and 0 say "I'd rather not say".
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="about_me")
    languages = models.JSONField(default=list)  # those one reads, e.g. ["fr", "en"]
    gender = models.CharField(max_length=2, blank=True)  # m, f, o
    year_of_birth = models.PositiveSmallIntegerField(null=True, blank=True)
    level_of_education = models.CharField(max_length=6, blank=True)  # p, m, b, a, hs, jhs, el, none, other
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    said_at = models.DateTimeField()

    personal: ClassVar[Personal] = DELETE.called(N_("What you said of yourself"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(gender__in=("", "-", "m", "f", "o")), name="gender_is_a_code_of_edx"),
            models.CheckConstraint(
                condition=Q(level_of_education__in=("", "-", "p", "m", "b", "a", "hs", "jhs", "el", "none", "other")),
                name="education_is_a_code_of_edx",
            ),
        ]
        indexes = [models.Index(fields=["said_at"], name="about_me_by_time")]  # the pilot asks for the latest

    def __str__(self) -> str:
        return str(self.account_id)


class AgeStatement(models.Model):
    """In which year somebody said they were born, where their age was asked. Only added to: the youngest counts."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="age_statements")
    year = models.PositiveSmallIntegerField()
    said_at = models.DateTimeField()
    by_team = models.BooleanField(default=False)  # whoever runs the site put it right: earlier ones do not count

    personal: ClassVar[Personal] = DELETE.called(N_("The years of birth that you gave"))

    class Meta:
        indexes = [models.Index(fields=["account", "said_at"], name="age_statement_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.year}"


class ParentAgreement(models.Model):
    """A parent agreed that this minor has an account. Proof of consent, for as long as the account is there."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="parent_agreement")
    address = models.CharField(max_length=254)  # of the parent
    country = models.CharField(max_length=2)  # under whose law it was asked
    words = models.TextField()  # what the parent read, in their language
    agreed_at = models.DateTimeField()

    personal: ClassVar[Personal] = DELETE.called(N_("The agreement of a parent"))

    def __str__(self) -> str:
        return str(self.account_id)


class Role(models.TextChoices):
    """What a person can be to a course or to the site (a learner is no role: it is an enrolment)."""

    AUTHOR = "author", _("author")
    TEACHER = "teacher", _("teacher")
    TUTOR = "tutor", _("tutor")
    COMMUNITY_ASSISTANT = "community_assistant", _("community assistant")
    PROGRAMME_MANAGER = "programme_manager", _("programme manager")
    SUPPORT = "support", _("help desk")
    OPERATOR = "operator", _("operator")


class OrganisationKind(models.TextChoices):
    """What sort of body it is: the review counts own, associated and other schools apart."""

    SCHOOL = "school", _("school")
    SUBSIDIARY = "subsidiary", _("subsidiary school")
    ASSOCIATED = "associated", _("associated school")
    COMPANY = "company", _("company")
    OTHER = "other", _("other institution")
    FUNDER = "funder", _("funder")


class RoleGrant(models.Model):
    """This account has this role here. `scope`: "" the site, "org:KEY", "course:ORG+NUM", "run:KEY" or "cohort:ID"."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    scope = models.CharField(max_length=255, blank=True)
    granted_by = models.ForeignKey(
        Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="role_grants_given"
    )  # null: given on the command line
    granted_at = models.DateTimeField()

    personal: ClassVar[Personal] = DELETE.called(N_("Your roles, and those that you gave"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "role", "scope"], name="role_is_granted_once_for_a_scope"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_one_of_ours"),
            models.CheckConstraint(
                condition=Q(scope="")
                | Q(scope__startswith="org:")
                | Q(scope__startswith="course:")
                | Q(scope__startswith="run:")
                | Q(scope__startswith="cohort:"),
                name="scope_is_the_site_or_a_named_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.scope or 'site'}"


class TeamInvitation(models.Model):
    """Somebody was asked to join the team of a place; the role is theirs once they say yes."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="team_invitations")
    role = models.CharField(max_length=24, choices=Role.choices)
    scope = models.CharField(max_length=255)  # as a role's
    invited_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False)

    personal: ClassVar[Personal] = DELETE.called(N_("Invitations into a team")).of("account")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "scope"],
                condition=Q(answered_at__isnull=True),
                name="one_open_invitation_to_a_team",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invited_role_is_one_of_ours"),
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.scope}?"


class Organisation(NamedInBoth, models.Model):
    """A school, a company or another body, with what it looks like. Writes are in `organisations`.

    `code` is what courses are keyed by and roles are held in ("org:Ingenia"), so it never changes.
    """

    code = models.CharField(max_length=60, unique=True)  # e.g. "Ingenia"
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=OrganisationKind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    contact = models.CharField(max_length=254, blank=True)  # an address to write to
    site = models.URLField(max_length=300, blank=True)
    shown_name = models.CharField(max_length=80, blank=True)  # on its own pages, in place of the site's name
    logo = models.CharField(max_length=64, blank=True)  # sha256 of a file of the site
    logo_type = models.CharField(max_length=120, blank=True)  # e.g. "image/png"
    colour = models.CharField(max_length=7, blank=True)  # e.g. "#0b4f4a"; "" for the site's own
    ink = models.CharField(max_length=7, blank=True)  # of words on it
    changed_at = models.DateTimeField()

    personal: ClassVar[Personal] = NONE

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=ORGANISATION_CODE), name="organisation_code_is_a_key_part"),
            models.CheckConstraint(
                condition=~Q(name_fr="") & ~Q(name_en=""), name="organisation_has_a_name_in_both_languages"
            ),
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_is_ours"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="organisation_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(colour="", ink="") | (~Q(colour="") & ~Q(ink="")), name="colours_come_in_pairs"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CompanyFacts(models.Model):
    """What the programme knows of a company that it trains; nothing of its people. Writes are in `companies`."""

    personal: ClassVar[Personal] = NONE

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="company_facts"
    )
    sector_fr = models.CharField(max_length=120, blank=True)  # e.g. "énergie"
    sector_en = models.CharField(max_length=120, blank=True)
    need_fr = models.CharField(max_length=300, blank=True)  # what it came for
    need_en = models.CharField(max_length=300, blank=True)
    # Where it has no group on this site, which would say so: of who learns elsewhere, or came before.
    courses = models.JSONField(default=list)  # numbers, e.g. ["res101"]
    people = models.PositiveIntegerField(null=True, blank=True)
    tutoring = models.BooleanField(null=True, blank=True)
    since = models.CharField(max_length=7, blank=True)  # "2026" or "2026-11"
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(since="") | Q(since__regex=r"^\d{4}(-\d{2})?$"), name="company_since_is_a_year_or_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.sector_en}"


class StaffAct(models.Model):
    """Somebody of the team did something to other people. Only added to; written by `auditing`."""

    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)  # as it was then
    act = models.CharField(max_length=60)  # of the table of permissions, e.g. "run.write_to_learners"
    role = models.CharField(max_length=24, blank=True, default="", db_default="")  # by which they could, e.g. "teacher"
    person = models.UUIDField(null=True)  # pseudonym of the one whom it concerned, where it was one
    place = models.CharField(max_length=255, blank=True)  # as a role's scope, e.g. "run:Ingenia+RES101+2026"
    people = models.PositiveIntegerField()  # how many it concerned; 0 where nobody counted
    look = models.BooleanField(
        default=False, db_default=False
    )  # only read; without `person`, a list of everybody in the place
    about = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField()

    personal: ClassVar[Personal] = (
        keep(N_("Whom the team wrote to or looked at is proof for those people, until the term of this journal."))
        .called(N_("What you did to others as one of the team, and who of the team looked at your data"))
        .by("person")
        .naming(account="name")
    )

    class Meta:
        indexes = [
            models.Index(fields=["done_at"], name="staff_act_by_time"),
            models.Index(fields=["person"], name="staff_act_by_person"),
            models.Index(fields=["place", "done_at"], name="staff_act_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.act} {self.place}"


class Consent(models.Model):
    """A person said yes to one purpose, having read one text; later they may have taken it back. Only added to."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)  # a name of `consenting.PURPOSES`
    language = models.CharField(max_length=8)
    text = models.TextField()  # as it was shown
    text_sha256 = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = DELETE.called(N_("What you agreed to"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_agrees_to_a_purpose_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.purpose}"


class DataExport(models.Model):
    """Everything about one person, asked for by them: one at a time. Written by `asking_data` and `exporting`."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    number = models.UUIDField(default=uuid.uuid4, unique=True)  # names the file; another one each time
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = DELETE.called(N_("That you asked for your data"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True) | Q(expires_at__gt=F("ready_at")),
                name="an_export_that_is_ready_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.asked_at:%Y-%m-%d %H:%M}"


class ErasureRequest(models.Model):
    """This person is erased on that day: their wish, or a term of the site. See `asking_erasure`, `ageing`."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    number = models.UUIDField(default=uuid.uuid4, unique=True)  # of the receipt that there will be
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    withdraws = models.BooleanField(default=False)  # also what stays in their name for others, e.g. attestations
    because = models.CharField(max_length=12, blank=True, default="", db_default="")  # "": they asked; see `ageing`

    personal: ClassVar[Personal] = DELETE.called(N_("A request to erase the account"))

    def __str__(self) -> str:
        return f"{self.account_id} {self.due_at:%Y-%m-%d}"


class CalendarLink(models.Model):
    """The secret address of a person's calendar; renewing it ends the one before."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    key_sha256 = models.CharField(max_length=64, unique=True)  # the address itself is kept nowhere
    made_at = models.DateTimeField()

    personal: ClassVar[Personal] = DELETE.called(N_("The address of your calendar")).without("key_sha256")

    def __str__(self) -> str:
        return f"{self.account_id} {self.made_at:%Y-%m-%d}"


class Throttle(models.Model):
    """How many failed tries weigh on one key (an account from an address, an account, an address).

    The key is a keyed digest: no e-mail or address stands here in clear. Unknown e-mails are counted like known ones.
    """

    key = models.CharField(max_length=64, primary_key=True)
    level = models.FloatField(default=0.0)  # tries, leaking away with time
    counted_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = keep(
        N_("Keyed digests without name or address, which lead to nobody; forgotten after a day without a try.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=0), name="throttle_level_is_not_negative"),
        ]
        indexes = [models.Index(fields=["counted_at"], name="throttle_by_time")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.level:.1f}"
