"""Courses, what they contain, their published versions and their runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from cordee.core.errors import N_
from cordee.core.privacy import NONE, UNLINK, Personal
from cordee.core.two_languages import ToldInBoth
from cordee.people.models import Account, Organisation

KEY_PART = "[A-Za-z0-9._~-]+"
RUN_KEY = rf"^{KEY_PART}\+{KEY_PART}\+{KEY_PART}$"  # organisation, course number and run: "Ingenia+RES101+2026"


class Course(models.Model):
    """A subject taught, across years: an organisation and a course number."""

    personal = NONE

    organisation = models.CharField(max_length=120)  # e.g. "Ingenia"
    number = models.CharField(max_length=120)  # e.g. "RES101"
    created_at = models.DateTimeField()
    sheet = models.ForeignKey("SheetEdition", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Whether a colleague approves a version before a session shows it; null: as the site says (`versions.reviewing`).
    reviews = models.BooleanField(null=True, blank=True, db_default=None)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_course_per_organisation_and_number")
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """E.g. "Ingenia+RES101"."""
        return f"{self.organisation}+{self.number}"


class SheetEdition(models.Model):
    """What the public page said beside the content, once somebody had changed it. Only added to; see `sheets.writing`.

    People of the team and who gave an opinion are named in `data`, as they agreed; a later edition names them no more.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sheet_editions")
    number = models.PositiveIntegerField()  # from 1
    data = models.JSONField()  # read through `sheets.sheet`, never by hand
    made_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")  # null: a command
    made_by_name = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()

    personal: ClassVar[Personal] = UNLINK.called(N_("Public pages of courses that you wrote")).naming(
        made_by="made_by_name"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="editions_of_a_sheet_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} sheet {self.number}"


class Category(ToldInBoth, models.Model):
    """A field of the catalogue, with the colour family of its courses. Written by `sheets.classing`."""

    code = models.CharField(max_length=60, unique=True)  # e.g. "networks"
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    about_fr = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    family = models.CharField(max_length=8)
    position = models.PositiveIntegerField(default=0)

    personal = NONE

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_fr="") & ~Q(name_en=""), name="category_has_a_name_in_both_languages"
            ),
            models.CheckConstraint(
                condition=Q(family__in=("net", "eco", "sci", "code")), name="category_family_is_ours"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Programme(ToldInBoth, models.Model):
    """Several courses in an order, with what they lead to together; on screen: a path. Written by `sheets.classing`."""

    code = models.CharField(max_length=60, unique=True)
    name_fr = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    about_fr = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    organisation = models.CharField(max_length=60, blank=True)  # the code of who gives it
    courses = models.JSONField(default=list)  # keys of courses, in order
    position = models.PositiveIntegerField(default=0)

    personal = NONE

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_fr="") & ~Q(name_en=""), name="programme_has_a_name_in_both_languages"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Content(models.Model):
    """What an author wrote for one activity, kept once whatever the number of versions that hold it."""

    personal = NONE

    sha256 = models.CharField(max_length=64, primary_key=True)  # of the canonical JSON of kind, data and extra
    kind = models.CharField(max_length=60)
    data = models.JSONField()  # the kind's own JSON
    extra = models.JSONField()  # tag, attributes and source that the kind does not hold: kept for export

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Asset(models.Model):
    """A file that courses show, known by its content."""

    personal = NONE

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.content_type} {self.sha256[:12]}"


class Version(models.Model):
    """One published state of a course. Never changed once written, but for a note where there was none."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of the canonical JSON of outline and files
    outline = models.JSONField()  # read through `courses.outlines`, never by hand
    files = models.JSONField()  # {language: {name after /static/: [sha256, content type]}}
    extra = models.JSONField()  # what the archive held besides: kept for export
    report = models.JSONField()  # what the author should know of this import
    published_at = models.DateTimeField()
    # Who published it, null for a command or the erased; and why, in their words.
    published_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_by_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True, default="", db_default="")

    personal: ClassVar[Personal] = (
        UNLINK.called(N_("Versions of courses that you published"))
        .without("outline", "files", "extra", "report")
        .naming(published_by="published_by_name")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="version_numbers_of_a_course_are_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} v{self.number}"


class Run(models.Model):
    """A version opened to learners between two dates; on screen: a session."""

    HERE = "here"

    personal = NONE

    key = models.CharField(_("key"), max_length=200, unique=True)  # e.g. "Ingenia+RES101+2026"
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="runs")
    host = models.CharField(max_length=40, default=HERE)  # where it is played: here, fun, coursera, edx, other
    address = models.URLField(max_length=500, blank=True)  # of a run played elsewhere
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)  # null: at the learner's pace
    enrolment_closes_at = models.DateTimeField(null=True, blank=True)
    pass_mark = models.FloatField(_("pass mark"))  # share of 1
    # Deadlines of this run in place of the version's: {section's id: moment in ISO 8601}; see `due_dates`.
    due = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    # A version that differs in harmless things alone is shown as soon as it is published; see `versions.moving`.
    follows_harmless = models.BooleanField(default=False, db_default=False)
    listed = models.BooleanField(default=True)  # False: reachable, but not in the course list
    # A private run (SPOC): only whom this organisation lets in learns that it exists.
    private_to = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="private_runs"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(private_to__isnull=True) | Q(listed=False), name="a_private_run_is_not_listed"
            ),
            models.CheckConstraint(condition=Q(pass_mark__gte=0) & Q(pass_mark__lte=1), name="pass_mark_is_a_share"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="run_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(key__regex=RUN_KEY), name="run_key_is_organisation_number_and_run"),
        ]

    def __str__(self) -> str:
        return self.key


class CatalogueEntry(models.Model):
    """What the catalogue finds and shows of one course, made of its versions, sheet and listed runs by `search`.

    It can be made anew at any time. Empty facts: the course is in no list any more.
    """

    personal = NONE

    course = models.OneToOneField(Course, on_delete=models.CASCADE, primary_key=True, related_name="catalogue_entry")
    edition = models.PositiveBigIntegerField(db_index=True)  # of the catalogue, when this was written
    facts = models.JSONField()  # what lists filter and sort by; read through `search.facts`, never by hand
    card = models.JSONField()  # what a list shows of it besides; the same
    terms = models.JSONField()  # {zone: roots, and "words": words, parted by blanks}

    def __str__(self) -> str:
        return f"{self.course_id} in the catalogue"


class CatalogueEdition(models.Model):
    """One row: how often the catalogue was changed, so that processes know that what they hold is of yesterday."""

    personal = NONE

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    edition = models.PositiveBigIntegerField(default=0)
    build = models.CharField(max_length=32, default="")  # drawn when all entries are made anew
    shape = models.PositiveIntegerField(default=0)  # of the entries: 0 before the first were made

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="catalogue_has_one_edition")]

    def __str__(self) -> str:
        return f"edition {self.edition}"


# Django looks for tables here: those of checks, and of pages and news, lie in folders of their own.
from cordee.courses.checks.models import Waiver as Waiver  # noqa: E402
from cordee.courses.editorial.models import EditorialEdition as EditorialEdition  # noqa: E402
from cordee.courses.editorial.models import EditorialText as EditorialText  # noqa: E402
from cordee.courses.versions.models import ReviewStep as ReviewStep  # noqa: E402
