from typing import Any, Final

from django.db import migrations, models

from evenhand.hiring.at_rest.fields import SealedJSONField, SealedTextField
from evenhand.hiring.at_rest.first import seal_existing, unseal_existing

SEALED: Final = (
    "CardLevel.reason",
    "Decision.reason",
    "DisagreementNote.note",
    "Interview.kit",
    "KeptCard.body",
    "Lean.reason",
    "Proposal.reason",
    "Reading.flags",
    "Scorecard.body",
)


def _count_flags(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("hiring", "Reading").objects.using(schema_editor.connection.alias)
    for pk, flags in rows.exclude(flags=[]).values_list("pk", "flags").iterator():
        rows.filter(pk=pk).update(flagged=len(flags))


def _seal(apps: Any, schema_editor: Any) -> None:
    seal_existing(apps, schema_editor.connection.alias, SEALED)


def _unseal(apps: Any, schema_editor: Any) -> None:
    unseal_existing(apps, schema_editor.connection.alias, SEALED)


class Migration(migrations.Migration):
    """Seals what interviewers and deciders wrote and what quotes an answer, and counts the flags."""

    dependencies = [
        ('hiring', '0032_canaries'),
    ]

    operations = [
        migrations.AddField(
            model_name='reading',
            name='flagged',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(_count_flags, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='cardlevel',
            name='reason',
            field=SealedTextField(blank=True, bound_to=('scorecard_id', 'dimension', 'task', 'level'), max_length=2000),
        ),
        migrations.AlterField(
            model_name='decision',
            name='reason',
            field=SealedTextField(bound_to=('application_id', 'salt'), max_length=4000),
        ),
        migrations.AlterField(
            model_name='disagreementnote',
            name='note',
            field=SealedTextField(blank=True, bound_to=('application_id', 'by_id', 'right'), max_length=2000),
        ),
        migrations.AlterField(
            model_name='interview',
            name='kit',
            field=SealedJSONField(blank=True, bound_to=('id',), null=True),
        ),
        migrations.AlterField(
            model_name='keptcard',
            name='body',
            field=SealedJSONField(bound_to=('scorecard_id', 'why', 'base_revision', 'device')),
        ),
        migrations.AlterField(
            model_name='lean',
            name='reason',
            field=SealedTextField(blank=True, bound_to=('application_id', 'decider_id'), max_length=4000),
        ),
        migrations.AlterField(
            model_name='proposal',
            name='reason',
            field=SealedTextField(bound_to=('application_id', 'salt'), max_length=4000),
        ),
        migrations.AlterField(
            model_name='reading',
            name='flags',
            field=SealedJSONField(bound_to=('answer_id',), default=list),
        ),
        migrations.AlterField(
            model_name='scorecard',
            name='body',
            field=SealedJSONField(bound_to=('interview_id',), default=dict),
        ),
        migrations.RunPython(_seal, _unseal),
    ]
