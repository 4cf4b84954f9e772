"""The durable workflow that scores a sitting: one step for each answer, and one for the estimates.

Arguments and results are plain identifiers; everything else is read and written through `hiring`,
whose acts may run twice. So a worker that is killed repeats the step it was in and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from dbos import DBOS
from django.utils import timezone

from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.agreed import may_be_sent
from evenhand.hiring.sittings.models import Sitting
from evenhand.work.engine import SCORE_SITTING
from evenhand.work.held import HELD
from evenhand.work.steps import step

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel


@DBOS.workflow(name=SCORE_SITTING)
def score_sitting(sitting_id: str) -> None:
    """Score one sitting that was handed in."""
    for answer_id in list_answers(sitting_id):
        read_one(sitting_id, answer_id)
    estimate_all(sitting_id)


@step
def list_answers(sitting_id: str) -> list[str]:
    """Return the ids of the sitting's answers in the order in which they were asked."""
    sitting = Sitting.objects.get(pk=sitting_id)
    by_prompt = {answer.prompt: str(answer.pk) for answer in sitting.answers.all()}
    return [by_prompt[prompt] for prompt in sitting.prompts]


@step
def read_one(sitting_id: str, answer_id: str) -> None:
    """Let the panel read one answer."""
    with _panel_for(sitting_id) as panel:
        read_answer(answer_id, panel, timezone.now())


@step
def estimate_all(sitting_id: str) -> None:
    """Estimate the person's levels from all answers."""
    with _panel_for(sitting_id) as panel:
        estimate_sitting(sitting_id, panel, timezone.now())


@contextmanager
def _panel_for(sitting_id: str) -> Iterator[AnyPanel]:
    """Lend the active panel; the embedded one where the person did not agree to its models."""
    sitting = Sitting.objects.select_related("application__opening").get(pk=sitting_id)
    whose = sitting.application.pack_id, sitting.application.opening.organisation_id
    with ExitStack() as stack:
        panel = stack.enter_context(HELD.of(*whose))
        if not may_be_sent(sitting, panel.sends_to):
            panel = stack.enter_context(HELD.of(*whose, embedded=True))
        yield panel
