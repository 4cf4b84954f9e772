import uuid

import django.db.models.deletion
from django.db import migrations, models


def settle(apps, schema_editor):
    """Give judges, panels, gates and activations to who made them, and to whom they read for."""
    organisations = _organisations_by_pack(apps)
    Activation = apps.get_model("hiring", "Activation")
    latest = {}
    for one in Activation.objects.select_related("panel_version", "by", "run").order_by("at", "pk"):
        latest[one.pack_id] = one
    _give_what_is_described(apps, latest, organisations)
    for run in apps.get_model("hiring", "GateRun").objects.select_related("asked_by"):
        run.organisation_id = run.asked_by.organisation_id
        run.save(update_fields=["organisation"])
    for one in Activation.objects.select_related("by"):
        one.organisation_id = one.by.organisation_id
        one.save(update_fields=["organisation"])
    for pack, active in latest.items():
        # What read for the others by this activation goes on doing so.
        for organisation in organisations.get(pack, set()) - {active.by.organisation_id}:
            _copy(apps, active, organisation)
    if schema_editor.connection.vendor == "postgresql":
        # The indexes of the new columns come at the end, and only once no check is outstanding.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _organisations_by_pack(apps):
    found = {}
    Opening = apps.get_model("hiring", "Opening")
    Application = apps.get_model("hiring", "Application")
    for pack, one in Opening.objects.order_by().values_list("pack_id", "organisation_id"):
        found.setdefault(pack, set()).add(one)
    sat = Application.objects.order_by().values_list("pack_id", "opening__organisation_id")
    for pack, one in sat.distinct():
        found.setdefault(pack, set()).add(one)
    return found


def _give_what_is_described(apps, latest, organisations):
    """Give each panel to its writer's organisation and those that it reads for, with its judges."""
    Judge = apps.get_model("hiring", "DescribedJudge")
    Panel = apps.get_model("hiring", "DescribedPanel")
    needed = {}
    for panel in list(Panel.objects.select_related("changed_by")):
        home = panel.changed_by.organisation_id
        users = {home}
        for pack, active in latest.items():
            if active.panel_version.name == panel.name:
                users |= organisations.get(pack, set())
        for judge in panel.table.get("judges", []):
            needed.setdefault(judge, set()).update(users)
        _spread(panel, home, users)
    for judge in list(Judge.objects.select_related("changed_by")):
        home = judge.changed_by.organisation_id
        _spread(judge, home, {home} | needed.get(judge.name, set()))


def _spread(row, home, organisations):
    row.organisation_id = home
    row.save(update_fields=["organisation"])
    for one in sorted(organisations - {home}):
        row.pk, row._state.adding = None, True
        row.organisation_id = one
        row.save(force_insert=True)


def _copy(apps, active, organisation):
    run = apps.get_model("hiring", "GateRun").objects.get(pk=active.run_id)
    run.pk, run._state.adding = uuid.uuid4(), True
    run.organisation_id, run.compared = organisation, 0
    run.save(force_insert=True)
    apps.get_model("hiring", "Activation").objects.create(
        organisation_id=organisation, pack_id=active.pack_id,
        panel_version_id=active.panel_version_id, run=run, passed=active.passed,
        reason=active.reason, salt=active.salt, by_id=active.by_id, at=active.at,
    )


def belongs(related_name):
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name=related_name,
        to='hiring.organisation',
    )


class Migration(migrations.Migration):
    """What was described and activated for everybody belongs to the organisations that use it."""

    dependencies = [
        ('hiring', '0025_sealed_answers'),
    ]

    operations = [
        migrations.AddField('describedjudge', 'organisation', belongs('judges')),
        migrations.AddField('describedpanel', 'organisation', belongs('panels')),
        migrations.AddField('gaterun', 'organisation', belongs('gate_runs')),
        migrations.AddField('activation', 'organisation', belongs('activations')),
        migrations.AlterField('describedjudge', 'name', models.CharField(max_length=40)),
        migrations.AlterField('describedpanel', 'name', models.CharField(max_length=40)),
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
