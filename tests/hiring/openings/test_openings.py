"""Openings and the people in them."""

from __future__ import annotations

import shutil
import threading
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.tenants import opening_elsewhere

from evenhand.hiring.errors import AlreadyApplied, FieldError, PackGone
from evenhand.hiring.models import (
    Application,
    Candidate,
    LedgerEntry,
    Opening,
    PackVersion,
    Sitting,
    User,
)
from evenhand.hiring.openings.erasing import what_goes
from evenhand.hiring.openings.services import (
    CandidateRow,
    add_candidate,
    add_candidates,
    create_opening,
    pack_of,
    take_in_pack,
)
from evenhand.rubric import PackError, shipped_pack

FIELDS = {
    "title": "ML engineer",
    "bar": 3.5,
    "contact_name": "Alice",
    "contact_email": "alice@example.org",
    "link_days": 14,
    "keep_days": 180,
}


def actions() -> list[str]:
    return list(LedgerEntry.objects.values_list("action", flat=True))


@pytest.mark.django_db
def test_a_pack_is_taken_in_once_and_opens_from_the_store(now: datetime) -> None:
    first = take_in_pack(shipped_pack(), now=now)
    assert take_in_pack(shipped_pack(), now=now) == first
    pack = pack_of(first.hash)
    assert pack.hash == first.hash
    assert pack.root == (settings.PACK_STORE / first.hash).resolve()
    assert actions() == ["pack.taken_in"]


@pytest.mark.django_db
def test_a_pack_with_a_fault_is_refused_and_leaves_nothing_behind(
    now: datetime, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(shipped_pack(), broken)
    (broken / "prompts.yaml").write_text("prompts: []\n")
    before = set(settings.PACK_STORE.iterdir()) if settings.PACK_STORE.exists() else set()
    with pytest.raises(PackError, match=r"prompts\.yaml"):
        take_in_pack(broken, now=now)
    assert not PackVersion.objects.exists()
    assert (set(settings.PACK_STORE.iterdir()) if before else before) == before


@pytest.mark.django_db
def test_a_pack_that_was_changed_in_the_store_is_not_opened(now: datetime, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(shipped_pack(), own)
    (own / "NOTES.md").write_text("one")
    version = take_in_pack(own, now=now)
    (settings.PACK_STORE / version.hash / "NOTES.md").write_text("two")
    with pytest.raises(PackGone, match="was changed"):
        pack_of(version.hash)
    shutil.rmtree(settings.PACK_STORE / version.hash)
    with pytest.raises(PackGone, match="cannot be opened"):
        pack_of(version.hash)


def test_an_opening_pins_its_pack_and_is_recorded(opening: Opening, alice: User) -> None:
    entry = LedgerEntry.objects.get(action="opening.created")
    assert entry.actor == f"user:{alice.pk}"
    assert entry.subject == f"opening:{opening.pk}"
    assert entry.facts == {"pack": opening.pack_id, "bar": 3.5, "confidence": 0.9, "probes": True}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "  ", "job title"),
        ("bar", 5.5, "level from 1 to 5"),
        ("contact_email", "nowhere", "e-mail"),
        ("link_days", -1, "days a link is open"),
    ],
)
def test_an_opening_with_a_wrong_field_is_refused_by_name(
    field: str, value: object, said: str, alice: User, pack_version: PackVersion, now: datetime
) -> None:
    with pytest.raises(FieldError, match=said):
        create_opening(**{**FIELDS, field: value}, pack=pack_version, by=alice, now=now)  # type: ignore[arg-type]
    assert not Opening.objects.exists()


def test_a_candidate_gets_a_number_a_sitting_and_a_link(application: Application) -> None:
    assert application.number == 1
    sitting = application.sitting
    assert sitting.state == Sitting.State.READY
    assert sitting.prompts == [
        "eval_search",
        "debug_drop",
        "tradeoff_small",
        "behavioural_incident",
    ]
    assert sitting.minutes == 45
    assert application.invitations.count() == 1
    assert actions()[-2:] == ["application.added", "link.made"]


def test_the_same_address_twice_is_refused_whatever_its_case(
    application: Application, alice: User, now: datetime
) -> None:
    with pytest.raises(AlreadyApplied, match=r"charlie@example\.org"):
        add_candidate(
            opening=application.opening,
            name="Other",
            email=" Charlie@EXAMPLE.org",
            by=alice,
            now=now,
        )
    assert Application.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "email"), [("", "d@example.org"), ("Dee", "d"), ("D\x00", "d@e.org")]
)
def test_a_name_or_address_that_cannot_be_kept_is_refused(
    name: str, email: str, opening: Opening, alice: User, now: datetime
) -> None:
    with pytest.raises(FieldError):
        add_candidate(opening=opening, name=name, email=email, by=alice, now=now)


def test_a_list_adds_who_is_new_and_names_who_was_there(
    application: Application, alice: User, now: datetime
) -> None:
    rows = [CandidateRow("Dana", "dana@example.org"), CandidateRow("C", "charlie@example.org")]
    result = add_candidates(opening=application.opening, rows=rows, by=alice, now=now)
    assert [a.number for a in result.added] == [2]
    assert result.already == ["charlie@example.org"]


def test_one_person_in_two_openings_is_one_candidate(
    application: Application, alice: User, pack_version: PackVersion, now: datetime
) -> None:
    other = create_opening(**FIELDS, pack=pack_version, by=alice, now=now)  # type: ignore[arg-type]
    again = add_candidate(
        opening=other, name="Charlie Cole", email="charlie@example.org", by=alice, now=now
    )
    assert again.candidate_id == application.candidate_id
    assert again.number == 1
    assert Candidate.objects.count() == 1


def test_a_long_list_is_added_whole(opening: Opening, alice: User, now: datetime) -> None:
    rows = [CandidateRow(f"Name {n}", f"n{n}@example.org") for n in range(1200)]
    result = add_candidates(opening=opening, rows=rows, by=alice, now=now)
    assert [a.number for a in result.added] == list(range(1, 1201))
    assert Sitting.objects.count() == 1200


@pytest.mark.django_db(transaction=True)
def test_people_who_are_added_at_the_same_moment_get_different_numbers(
    opening: Opening, alice: User, now: datetime
) -> None:
    failures: list[BaseException] = []

    def add(first: int) -> None:
        try:
            for n in range(first, first + 5):
                add_candidate(
                    opening=opening, name=f"N{n}", email=f"n{n}@example.org", by=alice, now=now
                )
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(10 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    numbers = Application.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 21))


def test_who_applied_to_another_organisation_is_a_person_of_their_own_here(
    opening: Opening, application: Application, now: datetime
) -> None:
    theirs = opening_elsewhere(opening, now)
    eve = theirs.created_by
    known = application.candidate
    other = add_candidate(opening=theirs, name=known.name, email=known.email, by=eve, now=now)
    assert other.candidate != known
    # The page that erases them here must not tell that they stay anywhere.
    assert what_goes([application])[Candidate] == 1
    again = create_opening(
        title="Again", pack=opening.pack, bar=3.0, contact_name="Alice", link_days=14,
        contact_email="alice@example.org", keep_days=180, by=opening.created_by, now=now,
    )  # fmt: skip
    own = add_candidate(
        opening=again, name=known.name, email=known.email, by=opening.created_by, now=now
    )
    assert own.candidate == known
