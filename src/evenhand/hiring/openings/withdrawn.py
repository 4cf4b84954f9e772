"""What holds once a candidate has withdrawn: nothing more is planned with them or decided."""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext as _

from evenhand.hiring.errors import Withdrawn
from evenhand.hiring.openings.models import Application


def hold_applying(application: Application) -> None:
    """Hold an application to the end of the transaction, and refuse one that was withdrawn.

    Raises:
        Withdrawn: its candidate has withdrawn.
    """
    rows = Application.objects.filter(pk=application.pk, withdrawn_at__isnull=True)
    if not rows.update(number=F("number")):
        raise Withdrawn(
            _(
                "%(code)s has withdrawn, so nothing more is planned or decided. They alone can "
                "take that back, with their personal link."
            )
            % {"code": application.code}
        )
