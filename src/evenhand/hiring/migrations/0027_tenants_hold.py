import django.db.models.deletion
from django.db import migrations, models


def belongs(related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name,
        to='hiring.organisation',
    )


class Migration(migrations.Migration):
    """Apart from the step before: PostgreSQL alters no table whose rows were just written."""

    dependencies = [
        ('hiring', '0026_tenants'),
    ]

    operations = [
        migrations.AlterField('describedjudge', 'organisation', belongs('judges')),
        migrations.AlterField('describedpanel', 'organisation', belongs('panels')),
        migrations.AlterField('gaterun', 'organisation', belongs('gate_runs')),
        migrations.AlterField('activation', 'organisation', belongs('activations')),
        migrations.AddConstraint(
            'describedjudge',
            models.UniqueConstraint(
                fields=('organisation', 'name'), name='one_judge_of_a_name_an_organisation'
            ),
        ),
        migrations.AddConstraint(
            'describedpanel',
            models.UniqueConstraint(
                fields=('organisation', 'name'), name='one_panel_of_a_name_an_organisation'
            ),
        ),
    ]
