import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the step before: PostgreSQL alters no table whose rows were just written."""

    dependencies = [
        ('hiring', '0019_pinned_packs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='application',
            name='pack',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='hiring.packversion'),
        ),
    ]
