"""Versions whose embedded judges are of an earlier release: what is answered is left to people.

Their code is gone with that release, and what this one would make of their numbers would be other
judges, which nobody has tried. So nobody reads in their place but people, until an opening takes up
a version that judges of this release have learnt.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from evenhand.hiring.errors import PackGone
from evenhand.hiring.judging.queries import DEFAULT, active_panel
from evenhand.hiring.openings.models import Opening
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.panels.queries import panels_described
from evenhand.hiring.sittings.models import Sitting


def is_left_to_people(version_hash: str, organisation: UUID) -> bool:
    """Say whether people rate what is answered to a version, since its judges are outdated.

    A panel of models alone, which an organisation made active, reads all the same.
    """
    from evenhand.judges.unread import is_outdated

    try:
        if not is_outdated(pack_of(version_hash)):
            return False
    except PackGone:
        # Whoever opens its pages is told of that.
        return False
    active = active_panel(version_hash, organisation)
    if active.name == DEFAULT:
        return True
    described = panels_described(organisation).get(active.name)
    return described is None or described.embedded


def openings_left() -> list[Opening]:
    """Return the openings that still take people on for such a version, by title.

    They are those in which somebody is not scored yet, or has a link that still opens.
    """
    live = Q(
        applications__sitting__state=Sitting.State.READY,
        applications__invitations__revoked_at__isnull=True,
        applications__invitations__expires_at__gt=timezone.now(),
    )
    open_ = (Sitting.State.STARTED, Sitting.State.SUBMITTED)
    found = Opening.objects.filter(
        live | Q(applications__sitting__state__in=open_),
        applications__pack=F("pack"),
        applications__withdrawn_at__isnull=True,
        is_example=False,
    )
    # One look at each version for each organisation, however many openings take it.
    left = {
        pair
        for pair in found.order_by().values_list("pack", "organisation").distinct()
        if is_left_to_people(*pair)
    }
    openings = found.select_related("pack").order_by("title", "pk").distinct()
    return [one for one in openings if (one.pack_id, one.organisation_id) in left]
