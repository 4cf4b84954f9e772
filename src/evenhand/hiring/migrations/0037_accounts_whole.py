from collections import Counter, defaultdict
from typing import Any
from uuid import UUID, uuid4

from django.db import migrations, models


def _name_readings(apps: Any, schema_editor: Any) -> None:
    """Name the readings of canaries that were kept: rows of one moment, a judge once in each."""
    alias = schema_editor.connection.alias
    rows = apps.get_model("hiring", "CanaryReading").objects.using(alias)
    names: dict[object, UUID] = defaultdict(uuid4)
    seen: Counter[object] = Counter()
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        kept = (row.opening_id, row.panel_version, row.prompt, row.at)
        name = names[kept, seen[kept, row.judge]]
        seen[kept, row.judge] += 1
        rows.filter(pk=row.pk).update(reading=name)


class Migration(migrations.Migration):
    """Names the readings of canaries, and keeps calls whose reading was thrown away."""

    dependencies = [
        ('hiring', '0036_ledger_keys_known'),
    ]

    operations = [
        migrations.AddField(
            model_name='canaryreading',
            name='reading',
            field=models.UUIDField(null=True),
        ),
        migrations.RunPython(_name_readings, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='canaryreading',
            name='reading',
            field=models.UUIDField(),
        ),
        migrations.AddConstraint(
            model_name='canaryreading',
            constraint=models.UniqueConstraint(fields=('opening', 'reading', 'judge'), name='a_canary_is_kept_once_an_opening'),
        ),
        migrations.RemoveConstraint(
            model_name='judgecall',
            name='a_call_is_made_for_somebody_or_about_a_canary',
        ),
        migrations.AlterField(
            model_name='judgecall',
            name='kind',
            field=models.CharField(choices=[('answer', "a candidate's answer"), ('canary', 'a canary'), ('dropped', "a candidate's answer, whose reading was thrown away")], default='answer', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='judgecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', True), ('kind', 'canary')), models.Q(('application__isnull', False), ('kind', 'answer')), models.Q(('answer__isnull', True), ('application__isnull', False), ('kind', 'dropped')), _connector='OR'), name='a_call_is_made_for_somebody_or_about_a_canary'),
        ),
    ]
