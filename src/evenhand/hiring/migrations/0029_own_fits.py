import django.db.models.deletion
from django.db import migrations, models


def copy(apps, schema_editor):
    """Give each stored fit to every organisation whose estimates it was there for."""
    users = _organisations_by_pack(apps)
    read = _organisations_by_reading(apps)
    shown = _organisations_by_estimate(apps)
    Own = apps.get_model("hiring", "OwnFit")
    OwnInUse = apps.get_model("hiring", "OwnFitInUse")
    in_use = {}
    for one in apps.get_model("hiring", "FitInUse").objects.all():
        in_use[one.pack_id, one.panel_version] = one
    for former in apps.get_model("hiring", "StoredFit").objects.order_by("fitted_at", "pk"):
        readers = read.get(former.pack_id, {})
        for organisation in sorted(users.get(former.pack_id, set())):
            # Whom other judges read never met this fit; whom nobody read yet would have.
            versions = readers.get(organisation, {former.panel_version})
            stands = organisation in shown.get(former.version, set())
            if former.panel_version not in versions and not stands:
                continue
            made = Own.objects.create(organisation_id=organisation, **_values(former))
            used = in_use.get((former.pack_id, former.panel_version))
            if used is not None and used.fit_id == former.version:
                OwnInUse.objects.create(
                    organisation_id=organisation, pack_id=used.pack_id,
                    panel_version=used.panel_version, fit=made, since=used.since,
                )


def _values(former):
    return {
        field.attname: getattr(former, field.attname) for field in former._meta.concrete_fields
    }


def _organisations_by_pack(apps):
    found = {}
    for model, pack, whose in (
        ("Opening", "pack_id", "organisation_id"),
        ("Application", "pack_id", "opening__organisation_id"),
    ):
        rows = apps.get_model("hiring", model).objects.order_by().values_list(pack, whose)
        for one, organisation in rows.distinct():
            found.setdefault(one, set()).add(organisation)
    return found


def _organisations_by_reading(apps):
    """Return the versions of panels that read, by pack and organisation."""
    of = "answer__sitting__application__"
    rows = apps.get_model("hiring", "Reading").objects.order_by()
    found = {}
    for pack, organisation, version in rows.values_list(
        f"{of}pack_id", f"{of}opening__organisation_id", "panel_version"
    ).distinct():
        found.setdefault(pack, {}).setdefault(organisation, set()).add(version)
    return found


def _organisations_by_estimate(apps):
    rows = apps.get_model("hiring", "EstimateRow").objects.order_by()
    found = {}
    for version, organisation in rows.values_list(
        "components_version", "application__opening__organisation_id"
    ).distinct():
        found.setdefault(version, set()).add(organisation)
    return found


def points(to, related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to
    )


class Migration(migrations.Migration):
    """Fits belong to organisations: a version is one's own, so it is no primary key any more.

    The next step drops the former tables: PostgreSQL alters none whose rows were just written.
    """

    dependencies = [
        ('hiring', '0028_api_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnFit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', points('hiring.organisation', '+')),
                ('version', models.CharField(max_length=64)),
                ('pack', points('hiring.packversion', '+')),
                ('panel', models.CharField(max_length=60)),
                ('panel_version', models.CharField(max_length=64)),
                ('components', models.TextField()),
                ('inputs_sha256', models.CharField(max_length=64)),
                ('ratings', models.PositiveIntegerField()),
                ('candidates', models.PositiveIntegerField()),
                ('converged', models.BooleanField()),
                ('provisional', models.BooleanField()),
                ('notes', models.JSONField(default=list)),
                ('held_back', models.TextField(blank=True)),
                ('alarm', models.BooleanField(default=False)),
                ('fitted_at', models.DateTimeField()),
            ],
            options={'ordering': ('-fitted_at',), 'db_table': 'hiring_fit'},
        ),
        migrations.CreateModel(
            name='OwnFitInUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', points('hiring.organisation', '+')),
                ('pack', points('hiring.packversion', '+')),
                ('panel_version', models.CharField(max_length=64)),
                ('fit', points('hiring.ownfit', '+')),
                ('since', models.DateTimeField()),
            ],
            options={'db_table': 'hiring_fit_in_use'},
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
