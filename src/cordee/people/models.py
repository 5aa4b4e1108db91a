"""Who has an account, where is it signed in, what may it do, and how often was its password tried?"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cordee.core.privacy import DELETE, NONE, Personal, keep

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

    USERNAME_FIELD = "email_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "name"]
    personal: ClassVar[Personal] = DELETE

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

    personal: ClassVar[Personal] = DELETE

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

    personal: ClassVar[Personal] = DELETE

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

    personal: ClassVar[Personal] = DELETE

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


class Organisation(models.Model):
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

    def name_in(self, language: str) -> str:
        """The name in a language of the site."""
        return self.name_fr if language.startswith("fr") else self.name_en


class StaffAct(models.Model):
    """Somebody of the team did something to other people. Only added to; written by `auditing`."""

    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120)  # as it was then
    act = models.CharField(max_length=60)  # of the table of permissions, e.g. "run.write_to_learners"
    place = models.CharField(max_length=255, blank=True)  # as a role's scope, e.g. "run:Ingenia+RES101+2026"
    people = models.PositiveIntegerField()  # how many it concerned
    about = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField()

    personal: ClassVar[Personal] = keep(
        "Whom the team wrote to or looked at is proof for those people, afterwards too."
    )

    class Meta:
        indexes = [models.Index(fields=["done_at"], name="staff_act_by_time")]

    def __str__(self) -> str:
        return f"{self.name}: {self.act} {self.place}"


class Throttle(models.Model):
    """How many failed tries weigh on one key (an account from an address, an account, an address).

    The key is a keyed digest: no e-mail or address stands here in clear. Unknown e-mails are counted like known ones.
    """

    key = models.CharField(max_length=64, primary_key=True)
    level = models.FloatField(default=0.0)  # tries, leaking away with time
    counted_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    personal: ClassVar[Personal] = keep("Keyed digests without name or address; forgotten after a day without a try.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=0), name="throttle_level_is_not_negative"),
        ]
        indexes = [models.Index(fields=["counted_at"], name="throttle_by_time")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.level:.1f}"
