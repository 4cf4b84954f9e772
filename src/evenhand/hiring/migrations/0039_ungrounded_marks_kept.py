from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps how many marks a judge gave, and how many had no words; unknown of earlier verdicts."""

    dependencies = [
        ('hiring', '0038_gate_calls'),
    ]

    operations = [
        migrations.AddField(
            model_name='verdictrow',
            name='claimed',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='verdictrow',
            name='ungrounded',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='verdictrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claimed__isnull', True), ('ungrounded__isnull', True)), models.Q(('claimed__isnull', False), ('ungrounded__isnull', False), ('ungrounded__lte', models.F('claimed'))), _connector='OR'), name='ungrounded_marks_are_of_those_claimed'),
        ),
    ]
