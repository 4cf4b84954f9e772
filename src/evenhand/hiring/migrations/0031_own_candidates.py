import uuid

from django.db import migrations


def part(apps, schema_editor):
    """Give each organisation a row of its own of a person who applied to several."""
    Application = apps.get_model("hiring", "Application")
    kept = {}
    applied = Application.objects.order_by("created_at", "pk").values_list(
        "candidate_id", "opening__organisation_id"
    )
    for person, organisation in applied.iterator():
        own = kept.setdefault(person, {organisation: person})
        if organisation in own:
            continue
        copy = apps.get_model("hiring", "Candidate").objects.get(pk=person)
        copy.pk, copy._state.adding = uuid.uuid4(), True
        copy.save(force_insert=True)
        own[organisation] = copy.pk
    for person, own in kept.items():
        for organisation, copy in own.items():
            if copy != person:
                Application.objects.filter(
                    candidate=person, opening__organisation=organisation
                ).update(candidate=copy)


class Migration(migrations.Migration):
    """No page of one organisation tells that somebody applied to another one too."""

    dependencies = [
        ('hiring', '0030_own_fits_hold'),
    ]

    operations = [
        migrations.RunPython(part, migrations.RunPython.noop),
    ]
