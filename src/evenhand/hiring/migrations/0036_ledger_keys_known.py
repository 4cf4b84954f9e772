from django.db import migrations, models


class Migration(migrations.Migration):
    """Keeps the public keys that signed the ledger: what is left of them where a file is lost."""

    dependencies = [
        ('hiring', '0035_replies_and_groups_sealed'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vkey', models.TextField(unique=True)),
                ('since', models.DateTimeField()),
            ],
            options={
                'ordering': ('-since', '-pk'),
            },
        ),
    ]
