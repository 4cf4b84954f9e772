from typing import Any

from django.db import migrations

RATERS = 2


def _one_for_both(apps: Any, schema_editor: Any) -> None:
    """Make one of the two anchors of an answer that was drawn and then contested.

    The contested one hid the one drawn. What was rated keeps its anchor, which the record names,
    and so does what a contest points to; where both were begun, both stay.
    """
    alias = schema_editor.connection.alias
    anchors = apps.get_model("hiring", "Anchor").objects.using(alias)
    readings = apps.get_model("hiring", "ContestedReading").objects.using(alias)
    for drawn in list(anchors.filter(contested=False, locked__lt=RATERS).order_by("pk")):
        twins = anchors.filter(answer=drawn.answer_id, contested=True)
        if not drawn.locked:
            twin = twins.order_by("drawn_at", "pk").first()
            if twin is not None:
                anchors.filter(pk=drawn.pk).delete()
                anchors.filter(pk=twin.pk).update(contested=False, drawn_at=drawn.drawn_at)
        else:
            twin = twins.filter(locked=0).first()
            if twin is not None:
                readings.filter(anchor=twin.pk).update(anchor=drawn.pk)
                anchors.filter(pk=twin.pk).delete()


class Migration(migrations.Migration):
    """Lets the ratings of an answer that was drawn and contested count as those of a drawn one."""

    dependencies = [
        ('hiring', '0040_drift_alarms_kept'),
    ]

    operations = [
        migrations.RunPython(_one_for_both, migrations.RunPython.noop),
    ]
