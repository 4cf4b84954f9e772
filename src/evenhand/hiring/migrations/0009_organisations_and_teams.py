import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def settle(apps, schema_editor):
    """Put who and what is there into one organisation; who made an opening is its recruiter."""
    Organisation = apps.get_model("hiring", "Organisation")
    User = apps.get_model("hiring", "User")
    Opening = apps.get_model("hiring", "Opening")
    Membership = apps.get_model("hiring", "Membership")
    if not User.objects.exists():
        return
    first = Organisation.objects.create(name="Evenhand", created_at=timezone.now())
    User.objects.update(organisation=first, duty="recruiter")
    User.objects.filter(is_superuser=True).update(duty="admin")
    Opening.objects.update(organisation=first)
    Membership.objects.bulk_create(
        Membership(opening=one, user_id=one.created_by_id, role="recruiter", since=one.created_at)
        for one in Opening.objects.all()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0008_redacted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('created_at', models.DateTimeField()),
            ],
            options={'ordering': ('created_at', 'pk')},
        ),
        migrations.AddField(
            model_name='user',
            name='duty',
            field=models.CharField(choices=[('admin', 'admin'), ('recruiter', 'recruiter'), ('member', 'member')], default='recruiter', max_length=10),
        ),
        migrations.AddField(
            model_name='user',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='hiring.organisation'),
        ),
        migrations.AddField(
            model_name='opening',
            name='organisation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='hiring.organisation'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('recruiter', 'recruiter'), ('interviewer', 'interviewer'), ('decider', 'decider'), ('auditor', 'auditor')], max_length=12)),
                ('since', models.DateTimeField()),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='hiring.opening')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('role', 'since', 'pk'),
                'constraints': [models.UniqueConstraint(fields=('opening', 'user', 'role'), name='one_role_once')],
            },
        ),
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
