"""Triggers that refuse to change or delete ledger entries."""

from django.db import migrations

from evenhand.hiring.record import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("hiring", "0001_first")]
    operations = [migrations.RunPython(install, remove)]
