from typing import Any

from django.db import migrations, models
from django.db.models import Count, OuterRef, Q, Subquery


def _settle(apps: Any, schema_editor: Any) -> None:
    """Keep with each sitting that was read by whom: with that its panel is settled."""
    alias = schema_editor.connection.alias
    readings = apps.get_model("hiring", "Reading").objects.using(alias)
    first = readings.filter(answer__sitting=OuterRef("pk")).order_by("read_at", "pk")
    read = readings.order_by().values("answer__sitting")
    whole = read.annotate(panels=Count("panel_version", distinct=True)).filter(panels=1)
    # Whose reading goes on begins anew where several panels were at it; who is scored stays so.
    settled = Q(pk__in=whole.values("answer__sitting")) | Q(pk__in=read, state="submitted")
    apps.get_model("hiring", "Sitting").objects.using(alias).filter(settled).update(
        panel=Subquery(first.values("panel")[:1]),
        panel_version=Subquery(first.values("panel_version")[:1]),
    )


class Migration(migrations.Migration):
    """Keeps which panel reads a sitting, and how many people a gate left out."""

    dependencies = [
        ('hiring', '0033_all_words_sealed'),
    ]

    operations = [
        migrations.AddField(
            model_name='gaterun',
            name='left_out',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sitting',
            name='panel',
            field=models.CharField(blank=True, default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='sitting',
            name='panel_version',
            field=models.CharField(blank=True, default='', max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(_settle, migrations.RunPython.noop),
    ]
