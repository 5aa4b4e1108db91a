"""Findings of a course that may stay as they are, with the reason."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0006_run_due"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Waiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=60)),
                ("place", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=500)),
                ("waived_by_name", models.CharField(blank=True, max_length=120)),
                ("waived_at", models.DateTimeField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waivers", to="courses.course"
                    ),
                ),
                (
                    "waived_by",
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
                    models.UniqueConstraint(
                        fields=("course", "rule", "place"), name="one_waiver_per_course_rule_and_place"
                    ),
                    models.CheckConstraint(condition=~models.Q(reason=""), name="a_waiver_has_a_reason"),
                ]
            },
        ),
    ]
