"""Deadlines of a run's own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0005_editorial")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="due",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
