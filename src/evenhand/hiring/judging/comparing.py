"""What another panel would say of past candidates, against the estimates that they have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from evenhand.hiring.judging.gate_calls import GateCalls
from evenhand.hiring.openings.models import Application, Opening
from evenhand.hiring.probes.reading import Whole, whole_of
from evenhand.hiring.scoring.estimates import human_ratings_of_all
from evenhand.hiring.scoring.models import EstimateRow
from evenhand.hiring.scoring.stakes import stakes_of
from evenhand.hiring.sittings.agreed import Outside, agreed_to
from evenhand.hiring.sittings.models import Answer, Sitting

if TYPE_CHECKING:
    from evenhand.judges import AnyPanel, PanelResult
    from evenhand.measure import Rating
    from evenhand.rubric import Pack
    from evenhand.studies.flips import Flip
    from evenhand.studies.golden import Progress

MOST_COMPARED: Final = 100
"""Past candidates whose answers a gate reads, the latest of the pack."""


@dataclass(frozen=True)
class Compared:
    """What came of letting a panel read what past candidates wrote.

    Attributes:
        flips: Who would change sides of the bar, by opening id.
        people: How many were compared.
        left_out: How many were scored and not compared, as their answers may not go to its models.
    """

    flips: Mapping[str, tuple[Flip, ...]]
    people: int
    left_out: int


def compare(
    pack_hash: str,
    pack: Pack,
    panel: AnyPanel,
    *,
    organisation: UUID,
    calls: GateCalls,
    progress: Progress | None = None,
) -> Compared:
    """Let a panel read what past candidates wrote, and see who would change sides of the bar.

    Before is what the estimates say that are shown now; after is the new panel's levels together
    with what people have rated, by the components that the panel came with.

    Args:
        pack_hash: the pack version that they sat.
        pack: its content.
        panel: what is tried.
        organisation: whose past candidates it reads: nobody else's words go to its models, and
            of theirs those who agreed to these models.
        calls: keeps what the readings cost.
        progress: is told after each answer.

    Returns:
        The flips, how many people were compared, and how many were left out.
    """
    from evenhand.studies.flips import ratings_from

    people, left_out = _who_agreed(panel, pack_hash, organisation)
    answers, after = _in_order(people)
    given: dict[str, list[Rating]] = defaultdict(list)
    for done, answer in enumerate(answers, start=1):
        if not Answer.objects.filter(pk=answer.pk).exists():
            continue  # Erased since the gate began: their words go nowhere any more.
        whole = whole_of(answer, pack, after.get((answer.sitting_id, answer.prompt)))
        calls.begin(answer)
        person = str(answer.sitting.application_id)
        result = _judged(panel, whole, answer.sitting.application, given[person])
        calls.keep(result)
        given[person] += ratings_from(person, answer.prompt, result)
        if progress:
            progress(done, len(answers))
    for rating in human_ratings_of_all(Application.objects.filter(pk__in=[p.pk for p in people])):
        given[rating.candidate].append(rating)
    by_opening: dict[str, list[Application]] = defaultdict(list)
    for one in people:
        by_opening[str(one.opening_id)].append(one)
    moved = {
        opening: _moved(opening, members, given, pack, panel)
        for opening, members in by_opening.items()
    }
    return Compared(moved, len(people), left_out)


def _in_order(
    people: list[Application],
) -> tuple[list[Answer], dict[tuple[UUID, str], Answer]]:
    """Return the answers person by person as they were asked, and the follow-up of each.

    Scoring reads them in this order too: where routing goes by where the person stands, each
    answer is read by what those before it said.
    """
    rows = Answer.objects.filter(sitting__application__in=people).select_related(
        "sitting__application__opening", "sitting__application__candidate"
    )
    found = {(one.sitting_id, one.prompt): one for one in rows if not one.follows}
    after = {(one.sitting_id, one.follows): one for one in rows if one.follows}
    asked = [(one.sitting.pk, prompt) for one in people for prompt in one.sitting.prompts]
    return [found[place] for place in asked if place in found], after


def _judged(
    panel: AnyPanel, whole: Whole, application: Application, before: Sequence[Rating]
) -> PanelResult:
    """Let the panel read as it would for the opening; one that asks models by the same routing."""
    from evenhand.judges.llm.panel import LLMPanel

    confidence, known = application.opening.confidence, application.candidate.known
    if not isinstance(panel, LLMPanel):
        return panel.judge(whole.prompt, whole.text, confidence=confidence, known=known)
    stakes = stakes_of(application, panel, before)
    return panel.judge(whole.prompt, whole.text, confidence=confidence, known=known, stakes=stakes)


def _who_agreed(
    panel: AnyPanel, pack_hash: str, organisation: UUID
) -> tuple[list[Application], int]:
    """Return the latest who were scored and whose answers may be sent to the panel's models.

    Beside them, how many others were scored, whose answers may not.
    """
    scored = (
        Application.objects.filter(
            pack_id=pack_hash,
            opening__organisation=organisation,
            # The people of the example are invented: nobody would change sides of a bar.
            opening__is_example=False,
            sitting__state=Sitting.State.SCORED,
        )
        .select_related("sitting")
        .order_by("-sitting__scored_at")
    )
    if not panel.sends_to:
        return list(scored[:MOST_COMPARED]), 0
    everybody = list(scored)
    agreed = agreed_to(one.sitting for one in everybody)
    nobody: frozenset[Outside] = frozenset()
    allowed = [one for one in everybody if panel.sends_to <= agreed.get(one.sitting.pk, nobody)]
    return allowed[:MOST_COMPARED], len(everybody) - len(allowed)


def _moved(
    opening_id: str,
    people: list[Application],
    given: dict[str, list[Rating]],
    pack: Pack,
    panel: AnyPanel,
) -> tuple[Flip, ...]:
    from evenhand.studies.flips import Standing, flips, standings

    bar = Opening.objects.values_list("bar", flat=True).get(pk=opening_id)
    shown = EstimateRow.objects.filter(application__in=people, superseded_at__isnull=True)
    before = [
        Standing(str(one.application_id), one.dimension, one.mean, one.p_bar) for one in shown
    ]
    after = standings(
        [rating for person in people for rating in given[str(person.pk)]],
        panel.components,
        bar=bar,
        weights=pack.weights,
        candidates=[str(person.pk) for person in people],
    )
    return flips(before, after, bar)
