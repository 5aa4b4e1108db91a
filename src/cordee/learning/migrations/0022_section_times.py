"""When learners begin a section whose time is limited, and what a teacher decided about that, have their places."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0021_programs_judged_again")]

    operations = [
        migrations.CreateModel(
            name="SectionTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("section", models.CharField(max_length=200)),
                ("begun_at", models.DateTimeField(null=True)),
                ("limit_min", models.FloatField(null=True)),
                ("extra_min", models.FloatField(default=0.0)),
                ("extra_percent", models.FloatField(default=0.0)),
                ("extra_because", models.CharField(blank=True, default="", max_length=300)),
                ("anew_because", models.CharField(blank=True, default="", max_length=300)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="section_times",
                        to="learning.enrolment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "section"), name="a_learner_begins_a_section_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("begun_at__isnull", True), ("limit_min__isnull", True)),
                            models.Q(("begun_at__isnull", False), ("limit_min__gt", 0), ("limit_min__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_section_is_begun_with_its_limit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("extra_min__gte", 0), ("extra_percent__gte", 0)),
                        name="nobody_is_given_less_time",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="decision", name="decision_is_of_a_known_kind"),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["points", "extension", "regrade", "time", "anew"])),
                name="decision_is_of_a_known_kind",
            ),
        ),
    ]
