"""A version may have to be approved by a colleague before a session shows it."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _somebody() -> models.ForeignKey[object, object]:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0008_versions_say_who_and_why"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="course", name="reviews", field=models.BooleanField(blank=True, db_default=None, null=True)
        ),
        migrations.CreateModel(
            name="ReviewStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=12)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("by", _somebody()),
                ("by_name", models.CharField(blank=True, max_length=120)),
                ("author", _somebody()),
                ("author_name", models.CharField(blank=True, max_length=120)),
                ("reviewer", _somebody()),
                ("reviewer_name", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_steps",
                        to="courses.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "number"), name="steps_of_a_review_come_one_after_the_other"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=("asked", "approved", "returned", "waived", "withdrawn")),
                        name="a_step_of_a_review_is_one_of_five",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=("asked", "approved")) | ~models.Q(words=""),
                        name="who_does_not_approve_a_version_says_why",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(kind="approved")
                        | models.Q(by__isnull=True)
                        | models.Q(author__isnull=True)
                        | ~models.Q(by=models.F("author")),
                        name="nobody_approves_their_own_version",
                    ),
                ]
            },
        ),
    ]
