import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps the calls of gates: in an opening where a candidate's answer was read, else in none."""

    dependencies = [
        ('hiring', '0037_accounts_whole'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='judgecall',
            name='a_call_is_made_for_somebody_or_about_a_canary',
        ),
        migrations.AddField(
            model_name='judgecall',
            name='gate_run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='hiring.gaterun'),
        ),
        migrations.AlterField(
            model_name='judgecall',
            name='kind',
            field=models.CharField(choices=[('answer', "a candidate's answer"), ('canary', 'a canary'), ('dropped', "a candidate's answer, whose reading was thrown away"), ('gate', "a past candidate's answer or a golden one, read by a panel on trial")], default='answer', max_length=10),
        ),
        migrations.AlterField(
            model_name='judgecall',
            name='opening',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='judge_calls', to='hiring.opening'),
        ),
        migrations.AddConstraint(
            model_name='judgecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', True), ('kind', 'canary')), models.Q(('application__isnull', False), ('kind', 'answer')), models.Q(('answer__isnull', True), ('application__isnull', False), ('kind', 'dropped')), ('kind', 'gate'), _connector='OR'), name='a_call_is_made_for_somebody_or_about_a_canary'),
        ),
        migrations.AddConstraint(
            model_name='judgecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'gate'), _negated=True), ('gate_run__isnull', True), ('opening__isnull', False)), models.Q(('application__isnull', False), ('gate_run__isnull', False), ('kind', 'gate'), ('opening__isnull', False)), models.Q(('answer__isnull', True), ('application__isnull', True), ('gate_run__isnull', False), ('kind', 'gate'), ('opening__isnull', True)), _connector='OR'), name='a_call_is_in_an_opening_or_a_gate_made_it'),
        ),
    ]
