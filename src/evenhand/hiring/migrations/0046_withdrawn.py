from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0045_calls_missing_and_tried'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
