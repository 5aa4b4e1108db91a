"""Members of a group by name as people sort names: an index of the letters without case and accents."""

from django.db import migrations, models

from cordee.people.ordering import Folded


class Migration(migrations.Migration):
    dependencies = [("learning", "0013_extended_because")]

    operations = [
        migrations.AddIndex(
            model_name="cohortmember",
            index=models.Index(models.F("cohort"), Folded("name"), name="cohort_member_as_sorted"),
        ),
        migrations.RemoveIndex(model_name="cohortmember", name="cohort_member_by_name"),
    ]
