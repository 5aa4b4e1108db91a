"""Programs that are judged again once their exercise was mended have a table."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0020_earlier_points_of_grading_again_are_a_floor")]

    operations = [
        migrations.CreateModel(
            name="JudgedAgain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("found", models.JSONField(null=True)),
                ("gained", models.BooleanField(default=False)),
                (
                    "submission",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="learning.submission",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "content"), name="a_content_judges_an_answer_again_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="judging_again_has_a_reason"
                    ),
                ],
            },
        ),
    ]
