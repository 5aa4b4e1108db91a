"""States and enrolments that are written again stay on their page, so that no index is touched.

PostgreSQL writes a changed row anew: beside the old one where its page has room, and then no index needs to know. Room
is left on pages that are filled from now on. SQLite changes a row where it stands.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

FILLED = 45  # percent: a row and what it becomes, which is a little longer
TABLES = ("learning_activitystate", "learning_enrolment")


def leave_room(_apps: Any, editor: Any) -> None:
    """For states and enrolments, that change with each answer and in thousands with a regrade."""
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(f"ALTER TABLE {editor.quote_name(table)} SET (fillfactor = {FILLED})")


def leave_none(_apps: Any, editor: Any) -> None:
    """As PostgreSQL does by itself."""
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(f"ALTER TABLE {editor.quote_name(table)} RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("learning", "0016_regrades_touch_fewer_indexes")]

    operations = [migrations.RunPython(leave_room, leave_none)]
