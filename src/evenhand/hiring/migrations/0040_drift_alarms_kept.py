import django.db.models.deletion
import evenhand.hiring.sittings.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps what the charts of the drift watch began from, and their alarms."""

    dependencies = [
        ('hiring', '0039_ungrounded_marks_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='DriftChart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('panel', models.CharField(max_length=60)),
                ('panel_version', models.CharField(max_length=64)),
                ('measure', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=100)),
                ('centre', models.FloatField()),
                ('sd', models.FloatField()),
                ('noise', models.FloatField()),
                ('size', models.PositiveIntegerField()),
                ('until', models.PositiveBigIntegerField()),
                ('words', models.JSONField(default=list)),
                ('begun_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drift_charts', to='hiring.organisation')),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drift_charts', to='hiring.packversion')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='DriftAlarm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('raised_at', models.DateTimeField()),
                ('mean', models.FloatField()),
                ('half', models.FloatField()),
                ('after', models.PositiveIntegerField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('closed_until', models.PositiveBigIntegerField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, max_length=2000)),
                ('salt', models.CharField(default=evenhand.hiring.sittings.models.new_salt, max_length=32)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drift_alarms_closed', to=settings.AUTH_USER_MODEL)),
                ('chart', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='hiring.driftchart')),
            ],
            options={
                'ordering': ('-raised_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='DriftRound',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('until', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='one_drift_round')],
            },
        ),
        migrations.AddConstraint(
            model_name='driftchart',
            constraint=models.UniqueConstraint(fields=('organisation', 'pack', 'panel', 'panel_version', 'measure', 'subject'), name='a_chart_begins_once'),
        ),
        migrations.AddConstraint(
            model_name='driftalarm',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('chart',), name='one_open_alarm_a_chart'),
        ),
        migrations.AddConstraint(
            model_name='driftalarm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True), ('closed_until__isnull', True), ('reason', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('closed_until__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='who_closes_an_alarm_says_why'),
        ),
    ]
