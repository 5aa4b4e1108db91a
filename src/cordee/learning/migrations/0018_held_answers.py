"""Programs that are with the laboratory, or came back from it, have a table."""

from __future__ import annotations


import cordee.core.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("learning", "0017_states_and_enrolments_stay_on_their_page"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldAnswer",
            fields=[
                ("id", models.UUIDField(default=cordee.core.ids.uuid7, primary_key=True, serialize=False)),
                ("activity", models.CharField(max_length=200)),
                ("round", models.PositiveIntegerField(default=1)),
                ("form_id", models.UUIDField()),
                ("content", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=12)),
                ("answer", models.JSONField()),
                ("is_trial", models.BooleanField()),
                ("received_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("found", models.JSONField(null=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_answers",
                        to="learning.enrolment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "activity"), name="one_held_answer_per_enrolment_and_activity"
                    )
                ],
            },
        ),
    ]
