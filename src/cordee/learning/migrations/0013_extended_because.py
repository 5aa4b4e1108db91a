"""The reason of a moved deadline beside it, where the learner's pages read it."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def bring_reasons(apps: Any, schema: Any) -> None:
    """From the latest decision about each deadline that is moved now."""
    place = schema.connection.alias
    enrolments = apps.get_model("learning", "Enrolment").objects.using(place)
    decisions = apps.get_model("learning", "Decision").objects.using(place)
    for one in enrolments.exclude(extensions={}).only("extensions", "extended_because").iterator():
        found = decisions.filter(enrolment=one, kind="extension", about__in=list(one.extensions))
        reasons = dict(found.order_by("made_at", "pk").values_list("about", "reason"))
        if reasons:
            one.extended_because = reasons
            one.save(using=place, update_fields=["extended_because"])


class Migration(migrations.Migration):
    dependencies = [("learning", "0012_next_run_wishes")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="extended_because",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.RunPython(bring_reasons, migrations.RunPython.noop),
    ]
