from django.db import migrations, models
from django.db.models import F


def count_kept(apps, schema_editor):
    """Count what is known of earlier calls: one attempt and its retries; where it went is not."""
    calls = apps.get_model('hiring', 'JudgeCall').objects.filter(cache_hit=False)
    calls.exclude(outcome__in=('budget', 'resting')).update(sent=F('retries') + 1)
    # Given up before it was tried once more.
    calls.filter(outcome='resting').update(sent=F('retries'))


class Migration(migrations.Migration):
    """Keeps where a call's text went, and how often it left."""

    dependencies = [
        ('hiring', '0041_one_anchor_for_both'),
    ]

    operations = [
        migrations.AddField(
            model_name='judgecall',
            name='host',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='judgecall',
            name='sent',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(count_kept, migrations.RunPython.noop),
    ]
