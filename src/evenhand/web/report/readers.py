"""Which judges read somebody's answers, in words."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from evenhand.hiring.scoring.readers import UNKNOWN, Readers
from evenhand.hiring.scoring.settling import DECLINED_IT, NOT_TOLD, OUTDATED, UNAVAILABLE


def read_by(readers: Readers, judges: Sequence[str]) -> str:
    """Say which panel read, and its judges by name; empty while nothing is read."""
    if not readers.panel:
        return ""
    if not judges:
        return _("The panel %(panel)s.") % {"panel": readers.panel}
    return _("The panel %(panel)s: %(judges)s.") % {
        "panel": readers.panel,
        "judges": ", ".join(judges),
    }


def why_not_active(readers: Readers) -> str:
    """Say in a sentence why the panel that was active did not read; empty where it did.

    Who said no to its models and who was never told of them are not told apart: a no is to count
    for nothing, so whoever decides does not learn of it.
    """
    agreed = _(
        "The panel %(active)s was active as reading began, but its models were not among those "
        "that this person had agreed to; so the judges on this machine read. It says nothing "
        "about them."
    )
    says = {
        NOT_TOLD: agreed,
        DECLINED_IT: agreed,
        UNAVAILABLE: _(
            "The panel %(active)s was active as reading began, but could not be loaded as it went "
            "through its gate; so the judges on this machine read."
        ),
        OUTDATED: _(
            "The panel %(active)s was active as reading began, but the embedded judges of this "
            "version are of an earlier release; so the answers were left to people. It says "
            "nothing about whoever wrote them."
        ),
        UNKNOWN: _(
            "The panel %(active)s was active as reading began, and the judges on this machine "
            "read; the record of that time does not hold why."
        ),
    }
    return says[readers.why] % {"active": readers.instead_of} if readers.why else ""
