import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the step before: PostgreSQL alters no table whose rows were just written."""

    dependencies = [
        ('hiring', '0009_organisations_and_teams'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='users', to='hiring.organisation'),
        ),
        migrations.AlterField(
            model_name='opening',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='hiring.organisation'),
        ),
    ]
