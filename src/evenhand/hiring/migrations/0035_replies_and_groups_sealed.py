from typing import Any, Final

from django.db import migrations

from evenhand.hiring.at_rest.fields import SealedJSONField
from evenhand.hiring.at_rest.files import reseal_files, sweep, unseal_files
from evenhand.hiring.at_rest.first import seal_existing, unseal_existing
from evenhand.hiring.at_rest.keys import key_ring

SEALED: Final = ("Volunteered.told",)


def _seal(apps: Any, schema_editor: Any) -> None:
    seal_existing(apps, schema_editor.connection.alias, SEALED)
    # No rollback restores files: cut off here, both kinds lie there, and this is done again.
    sweep()
    for _count in reseal_files(key_ring().current):
        pass


def _unseal(apps: Any, schema_editor: Any) -> None:
    unseal_files()
    unseal_existing(apps, schema_editor.connection.alias, SEALED)


class Migration(migrations.Migration):
    """Seals what people volunteered about groups, and the files of what judges replied."""

    dependencies = [
        ('hiring', '0034_who_reads'),
    ]

    operations = [
        migrations.AlterField(
            model_name='volunteered',
            name='told',
            field=SealedJSONField(bound_to=('key',), padded_to=1024),
        ),
        migrations.RunPython(_seal, _unseal),
    ]
