"""What a regrade kept of each learner has one index less: the constraint that says each once begins with the regrade."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0015_regrades")]

    operations = [
        migrations.AlterField(  # "a_regrade_keeps_each_learner_once" begins with it
            model_name="regradedenrolment",
            name="regrade",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="learners",
                to="learning.regrade",
            ),
        ),
    ]
