"""Stating a lean and deciding: each in one transaction with its entry in the record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.decisions.advising import Advised, advise
from evenhand.hiring.decisions.models import Advice, Decision, Lean, Outcome, Proposal
from evenhand.hiring.decisions.queries import decision_on, is_estimated, lean_of
from evenhand.hiring.decisions.seen_before import figures_seen
from evenhand.hiring.errors import DecidedMeanwhile, DecisionError, FiguresMoved
from evenhand.hiring.interviews.queries import is_blind
from evenhand.hiring.openings.models import Application, Opening, Role
from evenhand.hiring.openings.services import lock
from evenhand.hiring.openings.team import roles_in
from evenhand.hiring.openings.withdrawn import hold_applying
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import record, subject_of
from evenhand.hiring.sittings.autosave import storable
from evenhand.hiring.sittings.digests import digest_of

MAX_REASON: Final = 4000
MOST: Final = 1000.0
"""How many times the one error may weigh the other."""


@dataclass(frozen=True)
class Seen:
    """What was on the page on which somebody decided.

    Attributes:
        number: that of the decision that counted; 0 where there was none.
        estimate: the id of the overall estimate.
    """

    number: int
    estimate: int


def state_lean(
    *, application: Application, lean: Advice, chance: int, reason: str, by: User, now: datetime
) -> Lean:
    """Keep what a decider thinks before they are shown any figure; it cannot be changed.

    Whether they had been shown figures before they were a decider is recorded with it.

    Args:
        application: with figures, and its opening.
        lean: to what they lean.
        chance: how likely they think that the person is at or above the bar, in percent.
        reason: may be empty.
        by: a decider of the opening.
        now: the moment.

    Raises:
        DecisionError: it is stated already, nothing can be leaned on yet, or a value is none.
        Withdrawn: the candidate has withdrawn.
    """
    said = _said(reason)
    _check(application, chance, by)
    if is_blind(by, application):
        raise DecisionError(_("You interview this person yourself. Lock your scorecard first."))
    had_seen = figures_seen(by, application)
    with transaction.atomic():
        hold_applying(application)
        made, is_new = Lean.objects.get_or_create(
            application=application,
            decider=by,
            defaults={"lean": lean, "chance": chance, "reason": said, "stated_at": now},
        )
        if not is_new:
            raise DecisionError(_("You have stated your lean on this person; it stays as it is."))
        facts = {
            "lean": made.lean,
            "chance": made.chance,
            "reason_sha256": digest_of(said, made.salt),
            "figures_seen": had_seen,
        }
        record("lean.stated", subject_of(application), actor=f"user:{by.pk}", facts=facts, now=now)
    return made


def decide(
    *,
    application: Application,
    outcome: Outcome,
    reason: str,
    chance: int,
    seen: Seen,
    by: User,
    now: datetime,
) -> Decision:
    """Decide on an application, or revise what was decided; the one before stays, marked.

    Args:
        application: with its opening.
        outcome: the decision.
        reason: why, in words.
        chance: how likely they now think that the person is at or above the bar, in percent.
        seen: what stood on their page; where it changed meanwhile, they are asked again.
        by: a decider of the opening who has stated a lean.
        now: the moment.

    Raises:
        DecidedMeanwhile: somebody else decided first; this one is kept as a proposal.
        FiguresMoved: the estimates changed meanwhile.
        DecisionError: there is no lean or no reason, or a value is none.
        Withdrawn: the candidate has withdrawn.
    """
    said = _said(reason)
    if not said:
        raise DecisionError(_("Say why, in a sentence or more."))
    _check(application, chance, by)
    if lean_of(by, application) is None:
        raise DecisionError(_("State your lean first: it is asked before the figures are shown."))
    with transaction.atomic():
        # Of two who decide at once the second one waits here, and then finds what the first said.
        lock(application.opening)
        hold_applying(application)
        application.opening.refresh_from_db()
        advised = advise(application)
        standing = decision_on(application)
        fields = _fields(application.opening, advised, outcome, said, chance, by, now)
        if (standing.number if standing else 0) == seen.number:
            if advised is None or advised.estimate.pk != seen.estimate:
                raise FiguresMoved(_("The estimates changed while you were reading. Look again."))
            return _keep(application, standing, fields, now)
        if standing is None:
            raise DecisionError(_("There is no such decision any more. Look again."))
        if (standing.by, standing.outcome, standing.reason) == (by, outcome, said):
            # The same button pressed twice.
            return standing
        kept = Proposal.objects.create(application=application, met=standing, **fields)
        _note("decision.proposed", application, kept, {"met": standing.number})
    message = _(
        "%(who)s decided first: %(outcome)s. What you wrote is kept below theirs as a proposal, "
        "and nothing of it is lost. To decide otherwise, revise their decision."
    ) % {"who": standing.by, "outcome": standing.get_outcome_display()}
    raise DecidedMeanwhile(message, standing)


def set_costs(
    *, opening: Opening, false_advance: float, false_reject: float, by: User, now: datetime
) -> None:
    """Say what the two errors cost in an opening, relative to each other.

    Raises:
        DecisionError: one is not above 0, or weighs more than `MOST` times the other.
    """
    ratio = false_advance / false_reject if false_advance > 0 and false_reject > 0 else math.nan
    if not 1 / MOST <= ratio <= MOST:
        raise DecisionError(
            _("Each error costs something, and at most %(most)d times the other.") % {"most": MOST}
        )
    with transaction.atomic():
        changed = (
            Opening.objects.filter(pk=opening.pk)
            .exclude(cost_false_advance=false_advance, cost_false_reject=false_reject)
            .update(cost_false_advance=false_advance, cost_false_reject=false_reject)
        )
        if changed:
            facts = {"false_advance": false_advance, "false_reject": false_reject}
            record(
                "opening.costs_set",
                subject_of(opening),
                actor=f"user:{by.pk}",
                facts=facts,
                now=now,
            )


def _said(reason: str) -> str:
    said = storable(reason.strip())
    if len(said) > MAX_REASON:
        raise DecisionError(
            _("The reason may have %(n)s characters; shorten it.") % {"n": MAX_REASON}
        )
    return said


def _check(application: Application, chance: int, by: User) -> None:
    if Role.DECIDER not in roles_in(by, application.opening):
        raise DecisionError(_("Only a decider of this opening can do this."))
    if not 0 <= chance <= 100:
        raise DecisionError(_("Give a chance from 0 to 100 percent."))
    if not is_estimated(application):
        raise DecisionError(_("Nothing is scored yet. Come back when the answers are."))


def _fields(
    opening: Opening,
    advised: Advised | None,
    outcome: Outcome,
    said: str,
    chance: int,
    by: User,
    now: datetime,
) -> dict[str, Any]:
    if advised is None:
        raise DecisionError(_("Nothing is estimated of this person, so there is nothing to go by."))
    says = advised.says
    return {
        "outcome": outcome,
        "reason": said,
        "chance": chance,
        "by": by,
        "at": now,
        "advised": says.advises,
        "because": says.because,
        # Holding puts the decision off, whatever was recommended.
        "overrides": outcome != Outcome.HOLD and str(outcome) != says.advises,
        "p_bar": advised.estimate.p_bar,
        "estimate": advised.estimate,
        "cost_false_advance": opening.cost_false_advance,
        "cost_false_reject": opening.cost_false_reject,
    }


def _keep(
    application: Application, standing: Decision | None, fields: dict[str, Any], now: datetime
) -> Decision:
    if standing is not None:
        Decision.objects.filter(pk=standing.pk).update(replaced_at=now)
    number = standing.number + 1 if standing else 1
    made = Decision.objects.create(application=application, number=number, **fields)
    _note("decision.made" if number == 1 else "decision.revised", application, made, {})
    return made


def _note(
    action: str, application: Application, made: Decision | Proposal, more: dict[str, object]
) -> None:
    estimate = made.estimate
    facts = {
        "outcome": str(made.outcome),
        "reason_sha256": digest_of(made.reason, made.salt),
        "chance": made.chance,
        "advised": made.advised,
        "because": made.because,
        "overrides": made.overrides,
        "p_bar": made.p_bar,
        "components": estimate.components_version if estimate else "",
        "costs": [made.cost_false_advance, made.cost_false_reject],
        **more,
    }
    if isinstance(made, Decision):
        facts["number"] = made.number
    record(action, subject_of(application), actor=f"user:{made.by_id}", facts=facts, now=made.at)
