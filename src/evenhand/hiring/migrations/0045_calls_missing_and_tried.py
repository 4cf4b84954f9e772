import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps what a reply left out, and the calls that tried a judge."""

    dependencies = [
        ('hiring', '0044_invited_by'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='judgecall',
            name='a_call_is_made_for_somebody_or_about_a_canary',
        ),
        migrations.RemoveConstraint(
            model_name='judgecall',
            name='a_call_is_in_an_opening_or_a_gate_made_it',
        ),
        migrations.AddField(
            model_name='judgecall',
            name='missing',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='judgecall',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tries', to='hiring.organisation'),
        ),
        migrations.AlterField(
            model_name='judgecall',
            name='kind',
            field=models.CharField(choices=[('answer', "a candidate's answer"), ('canary', 'a canary'), ('dropped', "a candidate's answer, whose reading was thrown away"), ('gate', "a past candidate's answer or a golden one, read by a panel on trial"), ('tried', 'a made-up answer, to try a judge')], default='answer', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='judgecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', True), ('kind', 'canary')), models.Q(('application__isnull', False), ('kind', 'answer')), models.Q(('answer__isnull', True), ('application__isnull', False), ('kind', 'dropped')), ('kind', 'gate'), models.Q(('answer__isnull', True), ('application__isnull', True), ('kind', 'tried')), _connector='OR'), name='a_call_is_made_for_somebody_or_about_a_canary'),
        ),
        migrations.AddConstraint(
            model_name='judgecall',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind__in', ('gate', 'tried')), _negated=True), ('gate_run__isnull', True), ('opening__isnull', False)), models.Q(('gate_run__isnull', True), ('kind', 'tried'), ('opening__isnull', True), ('organisation__isnull', False)), models.Q(('application__isnull', False), ('gate_run__isnull', False), ('kind', 'gate'), ('opening__isnull', False)), models.Q(('answer__isnull', True), ('application__isnull', True), ('gate_run__isnull', False), ('kind', 'gate'), ('opening__isnull', True)), _connector='OR'), name='a_call_is_in_an_opening_or_a_gate_made_it'),
        ),
    ]
