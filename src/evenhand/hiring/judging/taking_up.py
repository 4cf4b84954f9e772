"""Whether an opening may take a pack version up: no change of rubric or judges reads untried.

The embedded judges of a version are files of it, so other judges are another version. What they
rate by a version that is new here goes live where an opening takes it up, and nowhere else.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from evenhand.hiring.drafts.models import PackDraft
from evenhand.hiring.errors import PackGone, PackUntried
from evenhand.hiring.judging.models import Activation, GateRun
from evenhand.hiring.openings.models import Application, Opening, PackVersion
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import Pack

EMBEDDED = "embedded"
"""The panel that reads a version for which nobody made another one active."""


def check_tried(version: PackVersion, organisation: UUID) -> None:
    """Refuse a version that `is_tried` does not let through.

    Raises:
        PackUntried: says what to do.
        PackGone: it is missing from the store, or was changed there.
    """
    if not is_tried(version, organisation):
        raise PackUntried(
            _("%(version)s changes what the judges read, and was not tried here yet, so no opening "
              "can take it up. Let its gate be passed on “Judges”, or make its panel active there "
              "and say why.")
            % {"version": version}
        )  # fmt: skip


def is_tried(version: PackVersion, organisation: UUID) -> bool:
    """Say whether an organisation's openings may take a version up.

    They may where its gate was passed or a panel was made active for it, which takes a passed gate
    or a recorded reason; and where there is nothing to try: people alone rate it, an opening uses
    it already, or its judges are those of a version that may be taken up. The first version of a
    pack that comes from outside is no change: there is nothing that it would be a change of.

    Raises:
        PackGone: it is missing from the store, or was changed there.
    """
    from evenhand.judges.unread import is_calibrated

    pack = pack_of(version.pk)
    if not is_calibrated(pack) or _went_through(version, organisation):
        return True
    used = set(versions_used(organisation).filter(pack_id=version.pack_id))
    made = PackDraft.objects.filter(organisation=organisation, version=version)
    bases = {draft.base for draft in made.select_related("base")}
    if version in used or not (used or bases):
        return True
    return any(_same_judges(pack, one) for one in used) or any(
        _same_judges(pack, one) and is_tried(one, organisation) for one in bases - used
    )


def _went_through(version: PackVersion, organisation: UUID) -> bool:
    """Say whether a panel was made active for a version, or the latest gate of its own passed.

    One that reads no more speaks for nothing unless it was the embedded one, which reads again.
    """
    made = Activation.objects.filter(pack=version, organisation=organisation)
    latest = made.first()
    if latest is not None and latest.ended_at is None:
        return True
    if made.filter(panel_version__name=EMBEDDED).exists():
        return True
    done = GateRun.objects.filter(
        pack=version, organisation=organisation, panel=EMBEDDED, state=GateRun.State.DONE
    )
    return bool(done.order_by("-ended_at").values_list("passed", flat=True).first())


def versions_used(organisation: UUID) -> QuerySet[PackVersion]:
    """Return what people of an organisation sit, or will; the example is nobody's choice."""
    own = Opening.objects.filter(organisation=organisation, is_example=False)
    takes = own.filter(pack=OuterRef("pk"))
    sits = Application.objects.filter(opening__in=own, pack=OuterRef("pk"))
    return PackVersion.objects.filter(Exists(takes) | Exists(sits))


def _same_judges(pack: Pack, other: PackVersion) -> bool:
    """Say whether the embedded judges read the same of both packs, and have learnt the same."""
    from evenhand.judges.inheriting import judged_alike
    from evenhand.judges.storing import FOLDER, NUMBERS

    try:
        theirs = pack_of(other.pk)
    except PackGone:
        return False
    learnt = [one.root / FOLDER / NUMBERS for one in (pack, theirs)]
    if not all(file.is_file() for file in learnt) or not judged_alike(pack, theirs):
        return False
    return learnt[0].read_bytes() == learnt[1].read_bytes()
