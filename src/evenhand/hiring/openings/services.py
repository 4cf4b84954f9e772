"""Openings and the people in them: every write, and the way in for the rest of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from evenhand.hiring.errors import AlreadyApplied, FieldError
from evenhand.hiring.judging.taking_up import check_tried
from evenhand.hiring.keys.models import ApiKey
from evenhand.hiring.keys.services import actor_of
from evenhand.hiring.openings.candidates_file import (
    CandidateRow,
    clean_email,
    clean_name,
    read_candidates_csv,
)
from evenhand.hiring.openings.links import (
    link_of,
    made_event,
    may_be_told,
    new_invitation,
    open_invitation,
    renew_link,
    revoke_link,
)
from evenhand.hiring.openings.mailing import send_link
from evenhand.hiring.openings.models import (
    Application,
    Candidate,
    Invitation,
    Membership,
    Opening,
    PackVersion,
    Role,
)
from evenhand.hiring.openings.packs import offered_pack, pack_of, take_in_pack
from evenhand.hiring.people.models import User
from evenhand.hiring.record.services import Event, record, record_all, subject_of
from evenhand.hiring.sittings.models import Sitting
from evenhand.rubric import Pack

__all__ = [
    "AddedCandidates",
    "CandidateRow",
    "add_candidate",
    "add_candidates",
    "create_opening",
    "link_of",
    "lock",
    "may_be_told",
    "move_opening",
    "offered_pack",
    "open_invitation",
    "pack_of",
    "read_candidates_csv",
    "renew_link",
    "revoke_link",
    "send_link",
    "take_in_pack",
]

ROUND = "async"
"""The round that a sitting is a pass through."""
ANCHOR_SHARE = 0.06
"""5 to 8 % of answers, rated by people too, keep a panel calibrated (science, section 2)."""


@dataclass(frozen=True)
class AddedCandidates:
    """What came of a list: the new applications, and the addresses that were in the opening."""

    added: list[Application]
    already: list[str]


def create_opening(
    *,
    title: str,
    pack: PackVersion,
    bar: float,
    contact_name: str,
    contact_email: str,
    link_days: int,
    keep_days: int,
    by: User,
    now: datetime,
    is_example: bool = False,
    anchor_share: float = ANCHOR_SHARE,
    probes: bool = True,
) -> Opening:
    """Make an opening from a pack version, which stays pinned to it.

    The bar is the level, 1 to 5, that P(at or above the bar) refers to. A personal link may wait
    `link_days` to be used; answers are kept for `keep_days`. Two people rate `anchor_share` of the
    answers too, drawn at random. With `probes` one follow-up may be asked after a question.

    Raises:
        FieldError: says which field holds what cannot be kept.
        PackUntried: the version is a change that went through no gate; an example may show it.
    """
    opening = Opening(
        title=" ".join(title.split()),
        pack=pack,
        bar=bar,
        contact_name=" ".join(contact_name.split()),
        contact_email=contact_email.strip(),
        link_days=link_days,
        keep_days=keep_days,
        anchor_share=anchor_share,
        probes=probes,
        is_example=is_example,
        organisation=by.organisation,
        created_by=by,
        created_at=now,
    )
    try:
        opening.full_clean(validate_unique=False)
    except ValidationError as error:
        raise FieldError(_in_one_line(error)) from None
    if not is_example:
        check_tried(pack, by.organisation_id)
    with transaction.atomic():
        opening.save(force_insert=True)
        Membership.objects.create(opening=opening, user=by, role=Role.RECRUITER, since=now)
        facts = {
            "pack": pack.hash,
            "bar": opening.bar,
            "confidence": opening.confidence,
            "probes": opening.probes,
        }
        record("opening.created", subject_of(opening), actor=f"user:{by.pk}", facts=facts, now=now)
    return opening


def move_opening(*, opening: Opening, pack: PackVersion, by: User, now: datetime) -> None:
    """Let people who are added from now on sit another pack version; the others keep theirs.

    Raises:
        PackUntried: the version is a change that went through no gate.
    """
    check_tried(pack, opening.organisation_id)
    with transaction.atomic():
        lock(opening)
        before = Opening.objects.values_list("pack", flat=True).get(pk=opening.pk)
        if before == pack.hash:
            return
        Opening.objects.filter(pk=opening.pk).update(pack=pack)
        facts = {"pack": pack.hash, "instead_of": before}
        record("opening.moved", subject_of(opening), actor=f"user:{by.pk}", facts=facts, now=now)
    opening.refresh_from_db()


def add_candidate(
    *, opening: Opening, name: str, email: str, by: User | ApiKey, now: datetime
) -> Application:
    """Add one person to an opening, with a sitting and a first link.

    Raises:
        FieldError: the name or the address cannot be kept.
        AlreadyApplied: the address is in the opening already.
    """
    try:
        row = CandidateRow(clean_name(name), clean_email(email))
    except ValueError as error:
        raise FieldError(str(error)) from None
    result = add_candidates(opening=opening, rows=[row], by=by, now=now)
    if not result.added:
        raise AlreadyApplied(
            _("%(email)s is in this opening already.") % {"email": result.already[0]}
        )
    return result.added[0]


def add_candidates(
    *, opening: Opening, rows: Sequence[CandidateRow], by: User | ApiKey, now: datetime
) -> AddedCandidates:
    """Add the people of a list to an opening, all or none; who is in it already is left alone."""
    with transaction.atomic():
        # Numbers and addresses are looked at one list at a time.
        lock(opening)
        # Whatever it was when the opening was read: it may have gone over to another version.
        version = PackVersion.objects.get(openings=opening)
        pack = pack_of(version.hash)
        taken = set(
            Application.objects.filter(opening=opening).values_list("candidate__email", flat=True)
        )
        wanted = {row.email: row for row in rows}
        new = [row for email, row in wanted.items() if email not in taken]
        already = [email for email in wanted if email in taken]
        first = Opening.objects.values_list("last_number", flat=True).get(pk=opening.pk) + 1
        Opening.objects.filter(pk=opening.pk).update(last_number=F("last_number") + len(new))
        added = [
            Application(
                opening=opening, pack=version, candidate=candidate, number=number, created_at=now
            )
            for number, candidate in enumerate(_candidates(opening, new, now), start=first)
        ]
        _write(opening, pack, added, actor=actor_of(by), now=now)
    return AddedCandidates(added, already)


def lock(opening: Opening) -> None:
    """Let nobody else change who is in an opening, or what they are estimated by, for now.

    It holds to the end of the transaction. An update takes the row's lock on every database.
    """
    Opening.objects.filter(pk=opening.pk).update(last_number=F("last_number") + 0)


def _candidates(opening: Opening, rows: Sequence[CandidateRow], now: datetime) -> list[Candidate]:
    """Return the person of each row: the one who applied to the organisation before, or a new one.

    That somebody applied to another organisation is nobody's business here.
    """
    applied = Candidate.objects.filter(applications__opening__organisation=opening.organisation_id)
    found = applied.filter(email__in=[row.email for row in rows]).distinct()
    known = {(c.name, c.email): c for c in found}
    people = [
        known.get((row.name, row.email))
        or Candidate(name=row.name, email=row.email, created_at=now)
        for row in rows
    ]
    Candidate.objects.bulk_create([p for p in people if p._state.adding], batch_size=500)
    return people


def _write(
    opening: Opening, pack: Pack, added: list[Application], *, actor: str, now: datetime
) -> None:
    prompts, minutes = prompts_asked(pack), pack.round(ROUND).minutes
    sittings = [Sitting(application=a, prompts=prompts, minutes=minutes) for a in added]
    invitations = [new_invitation(a, opening, now) for a in added]
    Application.objects.bulk_create(added, batch_size=500)
    Sitting.objects.bulk_create(sittings, batch_size=500)
    Invitation.objects.bulk_create(invitations, batch_size=500)
    events: list[Event] = []
    for application, sitting, invitation in zip(added, sittings, invitations, strict=True):
        facts = {
            "opening": str(opening.pk),
            "candidate": str(application.candidate_id),
            "sitting": str(sitting.pk),
            "number": application.number,
            "pack": pack.hash,
            "prompts": prompts,
        }
        events.append(Event("application.added", subject_of(application), actor, facts))
        events.append(made_event(invitation, actor))
    record_all(events, now=now)


def prompts_asked(pack: Pack) -> list[str]:
    """Return the prompts of the async round; of prompts that stand in for each other, the first."""
    asked: dict[object, str] = {}
    for name in pack.round(ROUND).prompts:
        prompt = pack.prompt(name)
        interchangeable = prompt.variant is not None
        asked.setdefault(frozenset(prompt.dimensions) if interchangeable else name, name)
    return list(asked.values())


def _in_one_line(error: ValidationError) -> str:
    """Return what is wrong with which field, in one line."""
    by_field: dict[str, list[str]] = error.message_dict
    parts = []
    for field, messages in by_field.items():
        label = "" if field == "__all__" else f"{Opening._meta.get_field(field).verbose_name}: "  # type: ignore[union-attr]
        parts.append(label + " ".join(messages))
    return "; ".join(parts)
