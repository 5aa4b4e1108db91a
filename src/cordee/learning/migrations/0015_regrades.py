"""Regrades of a whole run, with what each learner had before."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0008_versions_say_who_and_why"),
        ("learning", "0014_members_as_people_sort_them"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="activitystate", name="regraded_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.CreateModel(
            name="Regrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                ("figures", models.JSONField()),
                ("made_by_name", models.CharField(blank=True, max_length=120)),
                ("made_at", models.DateTimeField()),
                ("undone_by_name", models.CharField(blank=True, max_length=120)),
                ("undone_at", models.DateTimeField(null=True)),
                ("put_back", models.PositiveIntegerField(null=True)),
                (
                    "from_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.version"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="regrades", to="courses.run"
                    ),
                ),
                (
                    "to_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.version"
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="regrade_has_a_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegradedEnrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("grade_before", models.FloatField()),
                ("grade_after", models.FloatField()),
                ("attempts", models.PositiveIntegerField()),
                ("states", models.JSONField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="regraded", to="learning.enrolment"
                    ),
                ),
                (
                    "regrade",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="learners", to="learning.regrade"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("regrade", "enrolment"), name="a_regrade_keeps_each_learner_once")
                ],
            },
        ),
    ]
