"""Everything that a decision on somebody can rest on, gathered once for the page and its files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from evenhand.hiring.decisions.advising import Advised, advise
from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.decisions.queries import decision_on, is_locked
from evenhand.hiring.decisions.seen_before import leant_after_figures
from evenhand.hiring.models import Application, Decision, Lean, Proposal
from evenhand.studies.anchoring import View
from evenhand.web.report.blinding import blinded
from evenhand.web.report.build import build
from evenhand.web.report.material import Material, gather
from evenhand.web.report.shape import Report
from evenhand.web.ui.figures import share

from .cards import CardNotes, interviews_to_come, notes_of


@dataclass(frozen=True)
class Rests:
    """What the estimate of a dimension rests on: how many ratings of each round."""

    dimension: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Grounds:
    """What a decider has before them.

    Attributes:
        locked: whether a final decision stands, so that the name may be shown.
        report: without the name unless it is locked.
        advised: what the figures speak for; None where nothing is estimated.
        lean: the decider's own.
        round_names: of the pack, in the order of `Rests.counts`.
        to_come: planned interviews without a locked scorecard.
        said: the decisions, the latest first.
        standing: the one that counts.
        moved: how far the decider's own view moved, in words; empty unless they decided.
        after_figures: the ids of those who had seen figures before they stated a lean.
    """

    application: Application
    locked: bool
    report: Report
    advised: Advised | None
    lean: Lean
    round_names: tuple[str, ...]
    rests: tuple[Rests, ...]
    cards: tuple[CardNotes, ...]
    to_come: int
    said: tuple[Decision, ...]
    proposals: tuple[Proposal, ...]
    standing: Decision | None
    moved: str
    after_figures: frozenset[int]

    @property
    def turned_down(self) -> bool:
        """Whether the decision that counts is not to advance them."""
        return self.standing is not None and self.standing.outcome == Outcome.NOT_ADVANCE


def grounds_of(application: Application, lean: Lean) -> Grounds:
    """Gather what a decider who has stated their lean may see; the caller has checked that."""
    locked = is_locked(application)
    material = gather(application)
    if not locked:
        material = blinded(material, application.candidate)
    said = Decision.objects.filter(application=application).select_related("by").order_by("-number")
    standing = decision_on(application)
    after_figures = frozenset(who for _one, who in leant_after_figures([application.pk]))
    return Grounds(
        application=application,
        locked=locked,
        report=build(material),
        advised=advise(application),
        lean=lean,
        round_names=tuple(round_.name for round_ in material.pack.rounds),
        rests=_rests(material),
        cards=tuple(notes_of(application, levels=True)),
        to_come=interviews_to_come(application),
        said=tuple(said),
        proposals=tuple(application.proposals.select_related("by", "met").order_by("at")),
        standing=standing,
        moved="" if lean.decider_id in after_figures else _moved(lean, standing),
        after_figures=after_figures,
    )


def _rests(material: Material) -> tuple[Rests, ...]:
    """Return the number of ratings by dimension and round."""
    found = Counter((rating.dimension, rating.round) for rating in material.ratings)
    return tuple(
        Rests(one.name, tuple(found[one.id, round_.id] for round_ in material.pack.rounds))
        for one in material.pack.dimensions
    )


def _moved(lean: Lean, standing: Decision | None) -> str:
    """Return how far the decider's own view moved, once they have decided."""
    if standing is None or standing.by_id != lean.decider_id:
        return ""
    view = View(lean.chance / 100, standing.chance / 100, standing.p_bar)
    moved = round(100 * view.moved)
    figures = {"before": share(view.before), "after": share(view.after), "moved": abs(moved)}
    if moved > 0:
        said = _("Your view went from %(before)s to %(after)s: %(moved)s points towards the panel.")
    elif moved < 0:
        said = _(
            "Your view went from %(before)s to %(after)s: %(moved)s points away from the panel."
        )
    else:
        said = _("Your view stayed where it was, at %(after)s.")
    return said % figures
