"""Give the site its key: from then on it is there, committed, before the first page asks for it."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import migrations


def make_key(apps: Any, schema_editor: Any) -> None:
    facts = apps.get_model("jobs", "SiteFact").objects.using(schema_editor.connection.alias)
    facts.get_or_create(name="site key", defaults={"value": secrets.token_hex(32)})


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_site_facts")]

    operations = [migrations.RunPython(make_key, migrations.RunPython.noop)]
