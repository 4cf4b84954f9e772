"""What was decided, and whose figures somebody may be shown yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from evenhand.hiring.decisions.models import FINAL, Decision, Lean, Proposal
from evenhand.hiring.decisions.seen_before import leant_after_figures
from evenhand.hiring.interviews.models import Interview, Scorecard
from evenhand.hiring.interviews.queries import has_yet_to_lock, is_blind, may_see_scores
from evenhand.hiring.openings.models import Application, Membership, Opening, Role
from evenhand.hiring.people.models import User
from evenhand.studies.anchoring import View


def hidden_from(user: User) -> QuerySet[Application]:
    """Return the applications whose figures somebody may not be shown yet, of all openings.

    A decider, whatever else they are, first states a lean; an interviewer first locks their card.
    Whatever shows a person's levels, side of the bar or rank, or what others made of them, goes by
    this: pages, files, lists, filters, counts of few.
    """
    return Application.objects.filter(_is_hidden(user))


def shown_to(user: User, opening: Opening) -> QuerySet[Application]:
    """Return the applications of an opening whose figures a member of its team may be shown."""
    return Application.objects.filter(~_is_hidden(user), opening=opening)


def may_see_figures(user: User, application: Application) -> bool:
    """Return whether a member of the team may be shown the figures of an application."""
    return not hidden_from(user).filter(pk=application.pk).exists()


def visible_cards(user: User, application: Application) -> QuerySet[Scorecard]:
    """Return the locked scorecards of a candidate that a person may read, with their levels.

    All of them for whom has a part in it and may see figures; otherwise their own alone.
    """
    locked = Scorecard.objects.filter(
        interview__application=application, interview__state=Interview.State.LOCKED
    ).select_related("interview__interviewer")
    if may_see_scores(user, application) and may_see_figures(user, application):
        return locked
    return locked.filter(interview__interviewer=user)


def is_estimated(application: Application) -> bool:
    """Return whether there are figures of an application."""
    return application.estimates.filter(superseded_at__isnull=True).exists()


def are_figures_hidden(user: User, application: Application) -> bool:
    """Return whether a page with figures on it is not yet for a member of the team.

    Who is yet to interview the person is shown none whether there are figures or not.
    """
    estimated = is_estimated(application)
    return is_blind(user, application) or (estimated and not may_see_figures(user, application))


def lean_of(user: User, application: Application) -> Lean | None:
    """Return what a person leaned to, if they have stated it."""
    return Lean.objects.filter(application=application, decider=user).first()


def decision_on(application: Application) -> Decision | None:
    """Return the decision that counts, if there is one."""
    return decisions_on([application]).get(application.pk)


def decisions_on(applications: Iterable[Application]) -> dict[object, Decision]:
    """Return the decisions that count, by the application's id."""
    found = Decision.objects.filter(
        application__in=list(applications), replaced_at__isnull=True
    ).select_related("by")
    return {one.application_id: one for one in found}


def is_locked(application: Application) -> bool:
    """Return whether a decision was made that shows who somebody is; a revision hides nobody."""
    return Decision.objects.filter(application=application, outcome__in=FINAL).exists()


def views_of(opening: Opening, *, decider: User | None = None) -> list[View]:
    """Return how deciders saw people before the figures and at their first word with them in view.

    A lean that was stated after figures were seen says nothing of that, and is left out.

    Args:
        opening: where they decided, or were about to.
        decider: whose; everybody's by default.
    """
    leans = Lean.objects.filter(application__opening=opening)
    if decider is not None:
        leans = leans.filter(decider=decider)
    stated = {
        (one, who): chance
        for one, who, chance in leans.values_list("application", "decider", "chance")
    }
    after_figures = leant_after_figures({one for one, _who in stated})
    before = {both: chance for both, chance in stated.items() if both not in after_figures}
    said = sorted(
        (at, application, by, chance, p_bar)
        for model in (Decision, Proposal)
        for at, application, by, chance, p_bar in model.objects.filter(
            application__opening=opening
        ).values_list("at", "application", "by", "chance", "p_bar")
    )
    views: dict[object, View] = {}
    for _at, application, by, chance, p_bar in said:
        if (application, by) in before and (application, by) not in views:
            views[application, by] = View(before[application, by] / 100, chance / 100, p_bar)
    return list(views.values())


def _is_hidden(user: User) -> Q:
    decides = Membership.objects.filter(opening=OuterRef("opening"), user=user, role=Role.DECIDER)
    leant = Lean.objects.filter(application=OuterRef("pk"), decider=user)
    return Q(has_yet_to_lock(user)) | (Q(Exists(decides)) & ~Q(Exists(leant)))
