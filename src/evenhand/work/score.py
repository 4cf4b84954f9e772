"""The durable workflow that scores a sitting: one step for each answer, and one for the estimates.

Arguments and results are plain identifiers; everything else is read and written through `hiring`,
whose acts may run twice. So a worker that is killed repeats the step it was in and no other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from threading import Lock
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from dbos import DBOS
from django.conf import settings
from django.db import connections
from django.utils import timezone

from evenhand import judges
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.models import Sitting
from evenhand.work.engine import SCORE_SITTING

if TYPE_CHECKING:
    from evenhand.judges import Panel

P = ParamSpec("P")
R = TypeVar("R")

_loading = Lock()


def _step(act: Callable[P, R]) -> Callable[P, R]:
    """Make a durable step that is tried three times and leaves no connection open in its thread."""

    @wraps(act)
    def closing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return act(*args, **kwargs)
        finally:
            connections.close_all()

    return DBOS.step(retries_allowed=True, max_attempts=3)(closing)


@DBOS.workflow(name=SCORE_SITTING)
def score_sitting(sitting_id: str) -> None:
    """Score one sitting that was handed in."""
    for answer_id in list_answers(sitting_id):
        read_one(sitting_id, answer_id)
    estimate_all(sitting_id)


@_step
def list_answers(sitting_id: str) -> list[str]:
    """Return the ids of the sitting's answers in the order in which they were asked."""
    sitting = Sitting.objects.get(pk=sitting_id)
    by_prompt = {answer.prompt: str(answer.pk) for answer in sitting.answers.all()}
    return [by_prompt[prompt] for prompt in sitting.prompts]


@_step
def read_one(sitting_id: str, answer_id: str) -> None:
    """Let the panel read one answer."""
    read_answer(answer_id, _panel_for(sitting_id), timezone.now())


@_step
def estimate_all(sitting_id: str) -> None:
    """Estimate the person's levels from all answers."""
    estimate_sitting(sitting_id, _panel_for(sitting_id), timezone.now())


def _panel_for(sitting_id: str) -> Panel:
    sitting = Sitting.objects.select_related("application__opening").get(pk=sitting_id)
    # Two threads that need the same panel first must not both load its weights.
    with _loading:
        return _panel(sitting.application.opening.pack_id)


@lru_cache(maxsize=4)
def _panel(pack_hash: str) -> Panel:
    return judges.load_panel(pack_of(pack_hash), threads=settings.JUDGE_THREADS)
