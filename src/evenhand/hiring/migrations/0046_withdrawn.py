from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0044_invited_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
