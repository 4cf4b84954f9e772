"""What a recruiter has still to see to before an opening's loop can run, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evenhand.hiring.errors import PackGone
from evenhand.hiring.judging.outdated import is_left_to_people
from evenhand.hiring.models import Interview, Opening, PackVersion, Role, Sitting
from evenhand.hiring.openings.packs import pack_of

from .queries import CandidateLine


@dataclass(frozen=True)
class Step:
    """One thing to do; `address` is empty where it is done on this very page."""

    says: str
    link: str = ""
    address: str = ""


def steps_for(opening: Opening, lines: Sequence[CandidateLine]) -> list[Step]:
    """Return what is still missing, in the order in which it is needed.

    Args:
        opening: whose team is looked at.
        lines: the candidates that the page lists; for who has withdrawn there is nothing to do.
    """
    lines = [line for line in lines if line.application.withdrawn_at is None]
    steps = [Step(says) for says in packs_missing(opening)]
    if is_left_to_people(opening.pack_id, opening.organisation_id):
        version = reverse("opening-version", args=[opening.pk])
        steps.append(Step(words_of_outdated(opening.pack), _("Take up a newer version."), version))
    held = set(opening.memberships.values_list("role", flat=True))
    lacking = []
    if Role.INTERVIEWER not in held:
        lacking.append(_("nobody holds interviews"))
    if Role.DECIDER not in held:
        lacking.append(_("nobody decides"))
    if lacking:
        says = _("In this opening %(lacking)s yet.") % {"lacking": _(" and ").join(lacking)}
        team = reverse("team", args=[opening.pk])
        steps.append(Step(says, _("Add somebody on the team page."), team))
    unsent = sum(line.state == Sitting.State.READY and bool(line.link) for line in lines)
    if unsent:
        says = ngettext(
            "%(n)s person has not begun. Open the line under “Personal link” to copy their link "
            "or to send it by e-mail: nothing is sent by itself.",
            "%(n)s people have not begun. Open the line under “Personal link” to copy a link or "
            "to send it by e-mail: nothing is sent by itself.",
            unsent,
        )
        steps.append(Step(says % {"n": unsent}))
    return [*steps, *_after_scoring(opening, lines)]


def _after_scoring(opening: Opening, lines: Sequence[CandidateLine]) -> list[Step]:
    """Say of how many scored people nothing is planned, and of how many decided ones nothing said.

    A person may be decided on without an interview, so who is decided on needs none planned.
    """
    planned = Interview.objects.filter(application__opening=opening)
    met = set(
        planned.exclude(state=Interview.State.CANCELLED).values_list("application", flat=True)
    )
    scored = [line for line in lines if line.state == Sitting.State.SCORED]
    unmet = sum(line.application.pk not in met and not line.is_decided for line in scored)
    # Whoever is decided on has figures, be it of live rounds alone.
    decided = [line for line in lines if line.is_decided]
    untold = sum(not hasattr(line.application, "feedback") for line in decided)
    steps = []
    if unmet:
        says = ngettext(
            "%(n)s person is scored and has no interview planned: open “Interviews” in their row.",
            "%(n)s people are scored and have no interview planned: open “Interviews” in their "
            "rows.",
            unmet,
        )
        steps.append(Step(says % {"n": unmet}))
    if untold:
        says = ngettext(
            "%(n)s person is decided on and was given no feedback: open “Feedback” in their row.",
            "%(n)s people are decided on and were given no feedback: open “Feedback” in their "
            "rows.",
            untold,
        )
        steps.append(Step(says % {"n": untold}))
    return steps


def words_of_outdated(version: PackVersion) -> str:
    """Say why nobody but people rates what is answered to a version."""
    return _(
        "The judges of %(version)s are of an earlier release, so no model reads answers to it: "
        "two interviewers or auditors of the team rate each of them, under “Answers to rate”."
    ) % {"version": version}


def packs_missing(opening: Opening) -> list[str]:
    """Say of each pack version that people of an opening sit whether it cannot be opened."""
    found = []
    sat = PackVersion.objects.filter(applications__opening=opening).distinct()
    for version in sat.order_by("taken_in_at", "hash"):
        try:
            pack_of(version.hash)
        except PackGone as error:
            says = _(
                "%(pack)s cannot be opened, so who sits it is not shown their questions; what they "
                "wrote is kept, and they are told to write to you. %(fault)s Have the folder put "
                "back from a backup and Evenhand started again, and give those who ask more time."
            )
            found.append(says % {"pack": version, "fault": error})
    return found
