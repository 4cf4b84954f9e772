"""What happened in a period, counted from the records of one organisation.

Every figure is a count of rows or of entries in the record between two days; none is typed in.
Examples are left out, since their people do not exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from evenhand.hiring.anchors.models import AnchorRating
from evenhand.hiring.calibration.models import StoredFit
from evenhand.hiring.decisions.models import Decision, Proposal
from evenhand.hiring.decisions.seen_before import leant_after_figures
from evenhand.hiring.drift.models import DriftAlarm
from evenhand.hiring.errors import CheckedLately
from evenhand.hiring.feedback.models import Contest, Feedback, Move
from evenhand.hiring.interviews.models import Interview
from evenhand.hiring.judging.accounts import calls_of
from evenhand.hiring.judging.models import Activation, GateRun
from evenhand.hiring.locking import held
from evenhand.hiring.openings.models import Application, Opening, PackVersion
from evenhand.hiring.people.models import Organisation, User
from evenhand.hiring.record.checking import check_ledger
from evenhand.hiring.record.models import LedgerCheckpoint, LedgerEntry, LedgerHead
from evenhand.hiring.record.services import record, signer
from evenhand.hiring.scoring.models import AnswerScore, Reading, VerdictRow
from evenhand.hiring.sittings.agreed import AGREED, DECLINED
from evenhand.hiring.sittings.models import AccommodationRequest, Sitting
from evenhand.ledger import utc_text

CHECKED: Final = "ledger.checked"
AGAIN_AFTER: Final = timedelta(minutes=10)
"""How old the last check is before the page makes another one."""
_AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included, in the time zone of the pages."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.first, time.min, timezone.get_current_timezone())

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        after = self.last + timedelta(days=1)
        return datetime.combine(after, time.min, timezone.get_current_timezone())

    def of(self, field: str) -> Q:
        """Return the condition that a moment lies in it."""
        return Q(**{f"{field}__gte": self.begins, f"{field}__lt": self.ends})


@dataclass(frozen=True)
class Check:
    """A check of the whole ledger: when, how many entries it had, and what was wrong."""

    at: datetime
    entries: int
    problems: int


@dataclass(frozen=True)
class Logged:
    """The record: `entries` by kind are those of this organisation; the rest is of the whole."""

    entries: dict[str, int]
    size: int
    checkpoint_size: int | None
    checkpoint_at: datetime | None
    check: Check | None


@dataclass(frozen=True)
class Oversight:
    """What people decided, and what they did with what the figures spoke for."""

    decisions: int
    advance: int
    not_advance: int
    hold: int
    revised: int
    followed: int
    overridden: int
    after_figures: int
    """By somebody who had seen figures before they stated a lean."""
    deciders: int
    proposals: int
    interviews_locked: int
    answers_rated_by_people: int
    feedback_released: int
    contests_opened: int
    contests_settled: int
    contests_moved: int
    contests_waiting: int
    accommodations_asked: int
    accommodations_granted: int


@dataclass(frozen=True)
class Judged:
    """What the judges did, and what was done about them."""

    answers_read: int
    verdicts: int
    abstentions: int
    flagged: int
    not_scored: int
    requests_outside: int
    gates_passed: int
    gates_failed: int
    gates_broken_off: int
    activated: int
    activated_in_spite: int
    drift_raised: int
    drift_closed: int
    ended: int
    fits_stored: int
    fits_held_back: int
    fits_alarmed: int


@dataclass(frozen=True)
class Data:
    """Whose data there is, and whose went."""

    invited: int
    begun: int
    handed_in: int
    erased: dict[str, int]
    keep_days: tuple[int, int] | None
    viewed: int


@dataclass(frozen=True)
class Counted:
    """Everything that is counted for the record of a high-risk system."""

    span: Span
    openings: int
    packs: tuple[PackVersion, ...]
    logged: Logged
    oversight: Oversight
    judged: Judged
    data: Data


def count(organisation: Organisation, span: Span) -> Counted:
    """Count what happened in an organisation between two days."""
    openings = Opening.objects.filter(organisation=organisation, is_example=False)
    people = Application.objects.filter(opening__in=openings)
    packs = PackVersion.objects.filter(Q(openings__in=openings) | Q(applications__in=people))
    in_use = tuple(packs.distinct().order_by("-taken_in_at", "hash"))
    entries = _entries(openings, people, span)
    return Counted(
        span=span,
        openings=openings.count(),
        packs=in_use,
        logged=_logged(entries),
        oversight=_oversight(people, span),
        judged=_judged(organisation, people, in_use, span),
        data=_data(openings, people, span, entries),
    )


def check_now(*, by: User, now: datetime) -> Check:
    """Check the whole ledger where it stands, and record what came of it.

    It takes as long as the ledger is, so one at a time does, and not again within `AGAIN_AFTER`.

    Raises:
        CheckedLately: one is under way on this machine, or ended so shortly before.
        KeyFileError: the ledger's key cannot be used.
    """
    with held(settings.HOME / ".ledger-check.lock") as mine:
        if not mine:
            raise CheckedLately(_("The record is being checked already. Look again in a while."))
        last = _last_check()
        # An end that seems yet to come is from before the clock was set back.
        if last and timedelta() <= now - last.at < AGAIN_AFTER:
            raise CheckedLately(
                _("The last check is less than %(n)s minutes old, and stands below.")
                % {"n": AGAIN_AFTER // timedelta(minutes=1)}
            )
        return _check(by, now)


def _check(by: User, now: datetime) -> Check:
    with TemporaryDirectory() as folder:
        entries, problems = check_ledger("default", signer().vkey, Path(folder))
    facts = {"entries": entries, "problems": len(problems)}
    with transaction.atomic():
        entry = record(CHECKED, "ledgerhead:1", actor=f"user:{by.pk}", facts=facts, now=now)
    return Check(datetime.fromisoformat(entry.at), entries, len(problems))


def _subjects(openings: Any, people: Any) -> Iterator[str]:
    """Yield what entries about an organisation's openings and people are about.

    Those who were erased are not among them any more: their entries stay in the record, and are
    found in it by their openings' numbers alone.
    """
    yield from (f"opening:{pk}" for pk in openings.values_list("pk", flat=True))
    yield from (f"application:{pk}" for pk in people.values_list("pk", flat=True))
    for name, model in (("sitting", Sitting), ("interview", Interview)):
        rows = model._default_manager.filter(application__in=people)
        yield from (f"{name}:{pk}" for pk in rows.values_list("pk", flat=True))


def _entries(openings: Any, people: Any, span: Span) -> Counter[str]:
    subjects, found = list(_subjects(openings, people)), Counter[str]()
    begins, ends = utc_text(span.begins), utc_text(span.ends)
    for start in range(0, len(subjects), _AT_ONCE):
        rows = LedgerEntry.objects.filter(
            subject__in=subjects[start : start + _AT_ONCE], at__gte=begins, at__lt=ends
        )
        kinds = rows.order_by().values_list("action").annotate(n=models.Count("pk"))
        found.update(dict(kinds))
    # A no is to count for nothing: in a period with one such person it would be told from a yes.
    answered = found.pop(AGREED, 0) + found.pop(DECLINED, 0)
    if answered:
        found[f"{AGREED}, {DECLINED}"] = answered
    return found


def _logged(entries: Counter[str]) -> Logged:
    head = LedgerHead.objects.filter(pk=1).first()
    last = LedgerCheckpoint.objects.order_by("size").last()
    return Logged(
        entries=dict(sorted(entries.items())),
        size=head.size if head else 0,
        checkpoint_size=last.size if last else None,
        checkpoint_at=last.at if last else None,
        check=_last_check(),
    )


def _last_check() -> Check | None:
    of_head = LedgerEntry.objects.filter(subject="ledgerhead:1", action=CHECKED)
    last = of_head.order_by("seq").last()
    if last is None:
        return None
    at = datetime.fromisoformat(last.at)
    return Check(at, last.facts["entries"], last.facts["problems"])


def _oversight(people: Any, span: Span) -> Oversight:
    made = Decision.objects.filter(span.of("at"), application__in=people)
    by = Counter(made.order_by().values_list("outcome", flat=True))
    overridden = made.filter(overrides=True).count()
    seen_first = leant_after_figures(made.order_by().values_list("application", flat=True))
    contests = Contest.objects.filter(application__in=people)
    settled = contests.filter(span.of("settled_at"))
    asked = AccommodationRequest.objects.filter(
        span.of("asked_at"), sitting__application__in=people
    )
    rated = AnchorRating.objects.filter(
        span.of("locked_at"), anchor__answer__sitting__application__in=people
    )
    return Oversight(
        decisions=made.count(),
        advance=by["advance"],
        not_advance=by["not_advance"],
        hold=by["hold"],
        revised=made.filter(number__gt=1).count(),
        followed=made.count() - overridden,
        overridden=overridden,
        after_figures=sum(both in seen_first for both in made.values_list("application", "by")),
        deciders=made.order_by().values("by").distinct().count(),
        proposals=Proposal.objects.filter(span.of("at"), application__in=people).count(),
        interviews_locked=Interview.objects.filter(
            span.of("locked_at"), application__in=people
        ).count(),
        answers_rated_by_people=rated.order_by().values("anchor__answer").distinct().count(),
        feedback_released=Feedback.objects.filter(
            span.of("released_at"), application__in=people
        ).count(),
        contests_opened=contests.filter(span.of("opened_at")).count(),
        contests_settled=settled.count(),
        contests_moved=Move.objects.filter(contest__in=settled, beyond_chance=True)
        .order_by()
        .values("contest")
        .distinct()
        .count(),
        contests_waiting=contests.exclude(state=Contest.State.SETTLED).count(),
        accommodations_asked=asked.count(),
        accommodations_granted=asked.filter(granted_factor__isnull=False).count(),
    )


def _judged(
    organisation: Organisation, people: Any, packs: Iterable[PackVersion], span: Span
) -> Judged:
    packs = list(packs)
    read = Reading.objects.filter(span.of("read_at"), answer__sitting__application__in=people)
    said = VerdictRow.objects.filter(span.of("given_at"), answer__sitting__application__in=people)
    runs = GateRun.objects.filter(span.of("ended_at"), organisation=organisation, pack__in=packs)
    active = Activation.objects.filter(span.of("at"), organisation=organisation, pack__in=packs)
    # Golden answers leave the machine too where a panel on trial reads them.
    openings = Opening.objects.filter(pk__in=people.values("opening"))
    tried = GateRun.objects.filter(organisation=organisation, pack__in=packs)
    alarms = DriftAlarm.objects.filter(chart__organisation=organisation, chart__pack__in=packs)
    fits = StoredFit.objects.filter(span.of("fitted_at"), organisation=organisation, pack__in=packs)
    done = runs.filter(state=GateRun.State.DONE)
    return Judged(
        answers_read=read.count(),
        verdicts=said.count(),
        abstentions=said.filter(level__isnull=True).count(),
        flagged=read.filter(flagged__gt=0).count(),
        not_scored=AnswerScore.objects.filter(answer__reading__in=read, level__isnull=True).count(),
        requests_outside=sum(
            calls.filter(span.of("at")).aggregate(left=Sum("sent"))["left"] or 0
            for calls in calls_of(openings, tried)
        ),
        gates_passed=done.filter(passed=True).count(),
        gates_failed=done.filter(passed=False).count(),
        gates_broken_off=runs.filter(state=GateRun.State.FAILED).count(),
        activated=active.count(),
        activated_in_spite=active.filter(passed=False).count(),
        drift_raised=alarms.filter(span.of("raised_at")).count(),
        drift_closed=alarms.filter(span.of("closed_at")).count(),
        ended=Activation.objects.filter(
            span.of("ended_at"), organisation=organisation, pack__in=packs
        ).count(),
        fits_stored=fits.count(),
        fits_held_back=fits.exclude(held_back="").count(),
        fits_alarmed=fits.filter(alarm=True).count(),
    )


def _data(openings: Any, people: Any, span: Span, entries: Counter[str]) -> Data:
    sittings = Sitting.objects.filter(application__in=people)
    days = list(openings.values_list("keep_days", flat=True))
    return Data(
        invited=people.filter(span.of("created_at")).count(),
        begun=sittings.filter(span.of("started_at")).count(),
        handed_in=sittings.filter(span.of("submitted_at")).count(),
        erased=_erased(openings, span),
        keep_days=(min(days), max(days)) if days else None,
        viewed=sum(n for action, n in entries.items() if action.endswith(".viewed")),
    )


def _erased(openings: Any, span: Span) -> dict[str, int]:
    """Count who was erased, by reason.

    Whose application it was is gone; that it was one of these openings stands in the entry that
    added it.
    """
    added = LedgerEntry.objects.filter(action="application.added")
    own = {str(pk) for pk in openings.values_list("pk", flat=True)}
    gone = LedgerEntry.objects.filter(
        action="application.erased", at__gte=utc_text(span.begins), at__lt=utc_text(span.ends)
    )
    why = {subject: facts.get("why", "") for subject, facts in gone.values_list("subject", "facts")}
    found = Counter[str]()
    names = list(why)
    for start in range(0, len(names), _AT_ONCE):
        rows = added.filter(subject__in=names[start : start + _AT_ONCE])
        for subject, facts in rows.values_list("subject", "facts"):
            if str(facts.get("opening", "")) in own:
                found[why[subject]] += 1
    return dict(sorted(found.items()))
