"""What is true of the whole site; what is to be done later; which letters leave, and who wants none?

These rows are here because `jobs` is the lowest room with a database: every room above may ask. A person is their
pseudonym, as in the journal: who has an account is known further up.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cordee.core.errors import N_
from cordee.core.ids import uuid7
from cordee.core.privacy import DELETE, NONE, Personal


class SiteFact(models.Model):
    """One fact of the site, e.g. the key of its seeds. Read and written through `cordee.jobs.site`."""

    name = models.CharField(max_length=60, unique=True)
    value = models.JSONField()

    personal: ClassVar[Personal] = NONE

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="site_fact_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """One piece of work to be done later, once. Written by `enqueuing`, done by `performing`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)  # e.g. "letter"
    key = models.CharField(max_length=200)  # what it is about: the same work is enqueued once
    data = models.JSONField(default=dict)  # ids of rows; never names or addresses
    enqueued_at = models.DateTimeField()
    due_at = models.DateTimeField()  # not before; while somebody does it, when their lease ends
    leased = models.BooleanField(default=False)
    claims = models.PositiveIntegerField(default=0)  # how often it was taken: whoever took it before may not end it
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)  # of the last failure
    done_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)  # failed for good, until an operator says otherwise

    personal: ClassVar[Personal] = NONE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "kind"], name="the_same_job_is_enqueued_once"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(given_up_at__isnull=True), name="a_job_is_done_or_given_up"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(done_at__isnull=True) & Q(given_up_at__isnull=True),
                name="job_that_waits",
            ),
            models.Index(fields=["given_up_at"], condition=Q(given_up_at__isnull=False), name="job_that_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Message(models.Model):
    """What a letter says, in one language, to all who get it. Never edited."""

    key = models.CharField(max_length=200)  # which message, whatever its language, e.g. "pilot 0199…"
    language = models.CharField(max_length=8)
    topic = models.CharField(max_length=200)  # what one says no to, e.g. "run:Ingenia+RES101+2026"
    about = models.CharField(max_length=200)  # the topic in words, e.g. "From cable to packet"
    sender = models.CharField(max_length=120, blank=True)  # the name beside the site's address
    subject = models.CharField(max_length=200)
    text = models.TextField()  # NO_MORE stands for the address at which one says no
    html = models.TextField()

    personal: ClassVar[Personal] = NONE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="a_message_says_one_thing_in_a_language"),
            models.CheckConstraint(condition=~Q(topic=""), name="a_message_has_a_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"


class Letter(models.Model):
    """A message on its way to one person."""

    WAITING, SENT, BOUNCED, WITHHELD, FAILED = "waiting", "sent", "bounced", "withheld", "failed"
    STATES = (WAITING, SENT, BOUNCED, WITHHELD, FAILED)

    id = models.UUIDField(primary_key=True, editable=False)  # made of message and person: one each
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="letters")
    key = models.CharField(max_length=200)  # the message's
    person = models.UUIDField()  # the account's pseudonym
    address = models.CharField(max_length=254)  # as it was when the letter was written, then where it went
    state = models.CharField(max_length=10, default=WAITING)
    written_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # when it left its first state
    error = models.CharField(max_length=500, blank=True)  # what the server said, or why it was withheld

    personal: ClassVar[Personal] = DELETE.called(N_("Letters to you")).by("person")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "person"], name="a_person_gets_a_message_once"),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "sent", "bounced", "withheld", "failed")),
                name="state_of_a_letter_is_one_of_ours",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(settled_at__isnull=False), name="a_settled_letter_says_when"
            ),
        ]
        indexes = [
            models.Index(fields=["address"], condition=Q(state="bounced"), name="letter_that_bounced"),
            models.Index(fields=["key", "state"], name="letter_key_state"),
            models.Index(fields=["person"], name="letter_person"),
            models.Index(fields=["written_at"], name="letter_written_at"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class NoLetters(models.Model):
    """This person wants no letters of this topic; topic "": of none that others write."""

    person = models.UUIDField()
    topic = models.CharField(max_length=200, blank=True)
    said_at = models.DateTimeField()

    personal: ClassVar[Personal] = DELETE.called(N_("What you want no letters of")).by("person")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="one_says_no_once")]

    def __str__(self) -> str:
        return self.topic or "all"
