"""The example opening: golden answers, handed in through the real services, scored right here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from evenhand.hiring.openings.models import Opening
from evenhand.hiring.openings.services import add_candidate, create_opening, pack_of, take_in_pack
from evenhand.hiring.people.models import User
from evenhand.hiring.sittings.autosave import save
from evenhand.hiring.sittings.services import begin, submit
from evenhand.rubric import Pack, shipped_pack

EXAMPLE_EMAIL: Final = "recruiter@example.org"
NOTICE: Final = "example"


@dataclass(frozen=True)
class _Person:
    """An invented candidate, and the author of the golden answers that stand as theirs."""

    name: str
    email: str
    author: str
    hours_ago: int


# From strong to weak, in no order that would give it away.
_PEOPLE: Final = (
    _Person("Robin Ahlgren", "robin.ahlgren@example.org", "d16", 130),
    _Person("Sasha Okafor", "sasha.okafor@example.org", "d04", 98),
    _Person("Noor Lindqvist", "noor.lindqvist@example.org", "d12", 75),
    _Person("Kim Barros", "kim.barros@example.org", "d18", 52),
    _Person("Alex Tanaka", "alex.tanaka@example.org", "d08", 27),
    _Person("Jo Marchetti", "jo.marchetti@example.org", "d13", 5),
)
_TO_TRY: Final = ("Charlie Example", "charlie@example.org")


def make_example(now: datetime) -> Opening:
    """Make the example opening, or return the one that is there.

    Six sittings are handed in and wait for the worker; a seventh person has an open link.
    """
    known = Opening.objects.filter(is_example=True).first()
    if known is not None:
        return known
    began = now - timedelta(days=6)
    version = take_in_pack(shipped_pack(), now=began)
    pack = pack_of(version.hash)
    with transaction.atomic():
        recruiter = example_recruiter()
        opening = create_opening(
            title=_("Production ML engineer (example)"),
            pack=version,
            bar=pack.bar,
            contact_name=recruiter.get_full_name(),
            contact_email=recruiter.email,
            link_days=14,
            keep_days=180,
            by=recruiter,
            now=began,
            is_example=True,
        )
        for person in _PEOPLE:
            _sit(person, opening, pack, recruiter, now - timedelta(hours=person.hours_ago))
        name, email = _TO_TRY
        add_candidate(opening=opening, name=name, email=email, by=recruiter, now=now)
    return opening


def example_recruiter() -> User:
    """Return the example recruiter; nobody can sign in as them with a password."""
    user = User.objects.filter(email=EXAMPLE_EMAIL).first()
    if user is None:
        user = User.objects.create_user(EXAMPLE_EMAIL, first_name="Dana", last_name="Example")
    return user


def _sit(person: _Person, opening: Opening, pack: Pack, recruiter: User, at: datetime) -> None:
    """Let a person sit the round through the same services as everybody."""
    texts = {a.prompt: a.text for a in pack.golden if a.author == person.author}
    application = add_candidate(
        opening=opening, name=person.name, email=person.email, by=recruiter, now=at
    )
    sitting = application.sitting
    at += timedelta(hours=1)
    begin(sitting=sitting, notice_version=NOTICE, consent=True, now=at)
    for prompt in sitting.prompts:
        at += timedelta(minutes=pack.prompt(prompt).minutes)
        save(
            sitting=sitting,
            prompt=prompt,
            text=texts[prompt],
            base_revision=0,
            tab=NOTICE,
            replace=False,
            now=at,
        )
    submit(sitting=sitting, now=at + timedelta(minutes=1))
