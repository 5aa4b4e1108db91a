"""When accounts were last used was not kept beyond their sign-ins: those that are here count as seen on this day."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cordee.core import clock


def count_as_seen(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    accounts = apps.get_model("people", "Account").objects.using(editor.connection.alias)
    accounts.filter(last_seen_at=None).update(last_seen_at=clock.now())


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_ageing_accounts"),
    ]

    operations = [
        migrations.RunPython(count_as_seen, migrations.RunPython.noop, elidable=True),
    ]
