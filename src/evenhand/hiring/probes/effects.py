"""What follow-ups did to the scores of an opening, from its records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenhand.hiring.calibration.choosing import origin_of
from evenhand.hiring.models import Application, EstimateRow, Opening, Reading, Sitting
from evenhand.hiring.openings.packs import pack_of
from evenhand.hiring.probes.models import ProbeChoice
from evenhand.hiring.scoring.estimates import estimate_people, ratings_of_all
from evenhand.measure import Estimate, Rating
from evenhand.rubric.asking import WRITTEN

if TYPE_CHECKING:
    from evenhand.studies.probing import Chance, Change


@dataclass(frozen=True)
class Effects:
    """The material of the study, over everybody in the opening who is scored.

    Attributes:
        chances: Each time that somebody went on from a prompt.
        reasons: How often nothing was asked, by reason.
        changes: For everybody who was asked a follow-up, by dimension.
        left_out: People who were asked one and cannot be compared: another panel scored them.
        extended: For each person, whether extra time was granted.
    """

    chances: Sequence[Chance]
    reasons: Counter[str]
    changes: dict[str, list[Change]]
    left_out: int
    extended: dict[str, bool]


def effects_in(opening: Opening) -> Effects:
    """Gather what follow-ups did in an opening; estimates are made anew, with and without them."""
    from evenhand.studies.probing import Chance

    people = Application.objects.filter(opening=opening, sitting__state=Sitting.State.SCORED)
    decided = (ProbeChoice.State.ASKED, ProbeChoice.State.NONE)
    choices = list(
        ProbeChoice.objects.filter(sitting__application__in=people, state__in=decided)
        .select_related("sitting")
        .order_by("asked_at")
    )
    asked = [choice for choice in choices if choice.state == ProbeChoice.State.ASKED]
    comparable = _comparable(asked)
    changes = _changes(opening, [choice for choice in asked if _who(choice) in comparable])
    factors = people.values_list("pk", "sitting__time_factor")
    return Effects(
        [Chance(_who(c), c.prompt, c.state == ProbeChoice.State.ASKED) for c in choices],
        Counter(str(c.get_reason_display()) for c in choices if c.state == ProbeChoice.State.NONE),
        changes,
        len({_who(choice) for choice in asked} - comparable),
        {str(person): factor > 1 for person, factor in factors},
    )


def _who(choice: ProbeChoice) -> str:
    return str(choice.sitting.application_id)


def _comparable(asked: Sequence[ProbeChoice]) -> set[str]:
    """Return the people all of whose follow-ups were chosen by the panel that scored them."""
    sittings = {choice.sitting_id for choice in asked}
    read = {
        (sitting, prompt): version
        for sitting, prompt, version in Reading.objects.filter(
            answer__sitting__in=sittings
        ).values_list("answer__sitting", "answer__prompt", "panel_version")
    }
    same: dict[str, bool] = defaultdict(lambda: True)
    for one in asked:
        same[_who(one)] &= read.get((one.sitting_id, one.prompt)) == one.panel_version
    return {person for person, alike in same.items() if alike}


def _changes(opening: Opening, asked: Sequence[ProbeChoice]) -> dict[str, list[Change]]:
    from evenhand.studies.probing import Change

    people = {_who(choice) for choice in asked}
    rated = [
        rating
        for rating in ratings_of_all(Application.objects.filter(pk__in=people))
        if rating.rater_kind == "model"  # people rate the whole alone
    ]
    after = {(_who(choice), choice.prompt) for choice in asked}
    before = [rating for rating in rated if (rating.candidate, rating.task) not in after]
    before += [
        Rating(_who(choice), dimension, choice.prompt, WRITTEN, judge, "model", level)
        for choice in asked
        for dimension, judge, level in choice.levels
    ]
    changes: dict[str, list[Change]] = defaultdict(list)
    for (version, pack), members in _by_version(people).items():
        first = {
            (e.candidate, e.dimension): e for e in _made(opening, pack, before, version, members)
        }
        for made in _made(opening, pack, rated, version, members):
            moved = made.mean - first[made.candidate, made.dimension].mean
            changes[made.dimension].append(Change(made.candidate, made.dimension, moved))
    return dict(changes)


def _by_version(people: set[str]) -> dict[tuple[str, str], list[str]]:
    """Return the people by the components that their estimates stand on, and their pack version."""
    members = Application.objects.filter(pk__in=people)
    rows = EstimateRow.objects.filter(application__in=members, superseded_at__isnull=True)
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for person, version, pack in rows.values_list(
        "application", "components_version", "application__pack"
    ):
        found[version, pack].add(str(person))
    return {key: sorted(members) for key, members in found.items()}


def _made(
    opening: Opening,
    pack_hash: str,
    ratings: Sequence[Rating],
    version: str,
    members: Sequence[str],
) -> Sequence[Estimate]:
    pack = pack_of(pack_hash)
    components = origin_of(pack, version, opening.organisation_id).components
    if components is None:
        return []
    own = [rating for rating in ratings if rating.candidate in set(members)]
    return estimate_people(
        opening, own, components, weights=pack.weights, candidates=members
    ).estimates
