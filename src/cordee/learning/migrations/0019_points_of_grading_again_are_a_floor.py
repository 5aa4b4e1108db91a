"""Points that came of grading again are told apart from those that a teacher gave by hand."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0018_held_answers")]

    operations = [
        migrations.AddField(
            model_name="activitystate",
            name="given_is_floor",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
