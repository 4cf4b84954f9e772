from typing import Any

from django.db import migrations, models
from django.utils import timezone

import evenhand.hiring.at_rest.fields
from evenhand.hiring.at_rest.first import seal_existing, unseal_existing
from evenhand.hiring.at_rest.keys import make_first_key


def _seal(apps: Any, schema_editor: Any) -> None:
    # On the disk before anything is sealed with it.
    key, now, using = make_first_key(), timezone.now(), schema_editor.connection.alias
    keys = apps.get_model("hiring", "AnswerKey").objects.using(using)
    keys.create(pk=key, made_at=now, finished_at=now)
    seal_existing(apps, using)


def _unseal(apps: Any, schema_editor: Any) -> None:
    unseal_existing(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    """Seals what is stored; the way back leaves it plain, and needs the file of keys."""

    dependencies = [
        ('hiring', '0024_compliance'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerKey',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AlterField(
            model_name='accommodationrequest',
            name='message',
            field=evenhand.hiring.at_rest.fields.SealedTextField(blank=True, bound_to=('id',), max_length=4000),
        ),
        migrations.AlterField(
            model_name='accommodationrequest',
            name='reply',
            field=evenhand.hiring.at_rest.fields.SealedTextField(blank=True, bound_to=('id',), max_length=4000),
        ),
        migrations.AlterField(
            model_name='answer',
            name='text',
            field=evenhand.hiring.at_rest.fields.SealedTextField(blank=True, bound_to=('sitting_id', 'prompt')),
        ),
        migrations.AlterField(
            model_name='contest',
            name='reason',
            field=evenhand.hiring.at_rest.fields.SealedTextField(blank=True, bound_to=('id',), max_length=4000),
        ),
        migrations.AlterField(
            model_name='keptaside',
            name='text',
            field=evenhand.hiring.at_rest.fields.SealedTextField(bound_to=('answer_id', 'why', 'tab', 'salt')),
        ),
        migrations.AlterField(
            model_name='verdictrow',
            name='quotes',
            field=evenhand.hiring.at_rest.fields.SealedJSONField(bound_to=('answer_id', 'dimension', 'judge'), default=list),
        ),
        migrations.RunPython(_seal, _unseal),
    ]
