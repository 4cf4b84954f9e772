"""The durable workflow that scores a sitting: one step for each answer, and one for the estimates.

Arguments and results are plain identifiers; everything else is read and written through `hiring`,
whose acts may run twice. So a worker that is killed repeats the step it was in and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from dbos import DBOS
from django.utils import timezone

from evenhand.hiring.errors import SittingError
from evenhand.hiring.scoring.services import answers_in_order, estimate_sitting, read_answer
from evenhand.hiring.scoring.settling import begin_anew, settle_panel
from evenhand.hiring.sittings.agreed import may_be_sent
from evenhand.hiring.sittings.models import Sitting
from evenhand.work.engine import SCORE_SITTING
from evenhand.work.held import HELD
from evenhand.work.steps import step

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel

_MOST_CHOICES: Final = 5
"""How often it is chosen anew who reads, where what that hangs on changes at this very moment."""


@DBOS.workflow(name=SCORE_SITTING)
def score_sitting(sitting_id: str) -> None:
    """Score one sitting that was handed in."""
    for answer_id in list_answers(sitting_id):
        read_one(sitting_id, answer_id)
    estimate_all(sitting_id)


@step
def list_answers(sitting_id: str) -> list[str]:
    """Return the ids of the sitting's answers in the order in which they were asked."""
    return answers_in_order(sitting_id)


@step
def read_one(sitting_id: str, answer_id: str) -> None:
    """Let the panel read one answer."""
    with _panel_for(sitting_id) as panel:
        _read_up_to(sitting_id, answer_id, panel)


@step
def estimate_all(sitting_id: str) -> None:
    """Estimate the person's levels from all answers."""
    with _panel_for(sitting_id) as panel:
        _read_up_to(sitting_id, "", panel)
        estimate_sitting(sitting_id, panel, timezone.now())


def _read_up_to(sitting_id: str, last: str, panel: AnyPanel) -> None:
    """Read the answers up to one, or all: those before it again where a panel's were dropped."""
    for answer_id in answers_in_order(sitting_id):
        _stop_where_withdrawn(sitting_id)
        read_answer(answer_id, panel, timezone.now())
        if answer_id == last:
            break


@contextmanager
def _panel_for(sitting_id: str) -> Iterator[AnyPanel]:
    """Lend the panel that reads all of a sitting; as reading begins, it is settled which.

    It is the active panel, or the embedded one where the person did not agree to its models. Where
    the one that was settled on is not to be had any more, reading begins anew.
    """
    _stop_where_withdrawn(sitting_id)
    sitting = Sitting.objects.select_related("application__opening").get(pk=sitting_id)
    whose = sitting.application.pack_id, sitting.application.opening.organisation_id
    for _ in range(_MOST_CHOICES):
        with ExitStack() as stack:
            active = panel = stack.enter_context(HELD.of(*whose))
            if not may_be_sent(sitting, active.sends_to) or _is_settled_elsewhere(sitting, active):
                panel = stack.enter_context(HELD.of(*whose, embedded=True))
            if sitting.panel_version == panel.version or sitting.state != Sitting.State.SUBMITTED:
                yield panel
                return
            if sitting.panel_version:
                begin_anew(sitting, timezone.now())
            else:
                settle_panel(sitting, panel, active, timezone.now())
    raise SittingError(f"sitting {sitting_id}: who reads it was not settled; it is tried again")


def _stop_where_withdrawn(sitting_id: str) -> None:
    """Look, without holding anything: reading takes minutes, and nobody who withdraws waits."""
    if Sitting.objects.filter(pk=sitting_id, application__withdrawn_at__isnull=False).exists():
        raise SittingError(f"sitting {sitting_id}: its candidate has withdrawn")


def _is_settled_elsewhere(sitting: Sitting, active: AnyPanel) -> bool:
    return sitting.panel_version not in ("", active.version)
