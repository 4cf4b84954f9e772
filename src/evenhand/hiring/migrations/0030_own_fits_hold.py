import django.db.models.deletion
from django.db import migrations, models


def points(to, related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=to
    )


class Migration(migrations.Migration):
    """The fits of organisations take the place of those that were everybody's."""

    dependencies = [
        ('hiring', '0029_own_fits'),
    ]

    operations = [
        migrations.DeleteModel('FitInUse'),
        migrations.DeleteModel('StoredFit'),
        migrations.RenameModel('OwnFit', 'StoredFit'),
        migrations.RenameModel('OwnFitInUse', 'FitInUse'),
        migrations.AlterField('storedfit', 'organisation', points('hiring.organisation', 'fits')),
        migrations.AlterField('storedfit', 'pack', points('hiring.packversion', 'fits')),
        migrations.AlterField('fitinuse', 'organisation', points('hiring.organisation', 'fits_in_use')),
        migrations.AlterField('fitinuse', 'pack', points('hiring.packversion', 'fits_in_use')),
        migrations.AlterField('fitinuse', 'fit', points('hiring.storedfit', 'in_use')),
        migrations.AddConstraint(
            'storedfit',
            models.UniqueConstraint(
                fields=('organisation', 'version'), name='one_fit_of_a_version_an_organisation'
            ),
        ),
        migrations.AddConstraint(
            'fitinuse',
            models.UniqueConstraint(
                fields=('organisation', 'pack', 'panel_version'), name='one_fit_in_use_an_organisation'
            ),
        ),
    ]
