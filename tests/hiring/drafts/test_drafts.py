"""A pack that is changed: nothing of two editors is lost, and what is published is whole."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from tests.hiring.drafts.edits import reword, shorten

from evenhand.hiring.drafts import making
from evenhand.hiring.drafts.making import make_learnt
from evenhand.hiring.drafts.meaning import look_at, reading_of
from evenhand.hiring.drafts.queries import drafts_waiting, versions_open_to
from evenhand.hiring.drafts.services import begin_draft, discard, publish, take_back
from evenhand.hiring.errors import DraftChanged, DraftError
from evenhand.hiring.judging.queries import ActivePanel, load_active
from evenhand.hiring.models import LedgerEntry, Organisation, PackDraft, PackVersion, User
from evenhand.hiring.openings.packs import pack_of
from evenhand.judges import JudgeError, inheriting
from evenhand.rubric import Pack, PackError

State = PackDraft.State


def facts_of(action: str) -> Any:
    return LedgerEntry.objects.filter(action=action).latest("seq").facts


def writes_a_file(pack: Pack, progress: making.Progress) -> None:
    """Stand in for the calibration, which takes a minute: the file is all that is looked for."""
    progress(1, 2)
    (pack.root / "calibration" / "embedded.json").write_text('{"source_hash": "x"}')


def test_two_people_who_change_different_parts_both_get_their_way(
    draft: PackDraft, alice: User, mallory: User, now: datetime
) -> None:
    hers = PackDraft.objects.get(pk=draft.pk)
    reword(draft, "cost_bill", "Who pays?", alice, now)
    kept = reword(hers, "data_inherit", "Where do you begin?", mallory, now)
    texts = {one["id"]: one["text"] for one in kept.body["prompts"]}
    assert (texts["cost_bill"], texts["data_inherit"]) == ("Who pays?", "Where do you begin?")
    assert (kept.revision, kept.by) == (2, mallory)


def test_of_two_people_who_change_the_same_part_the_second_is_told_who_was_first(
    draft: PackDraft, alice: User, mallory: User, now: datetime
) -> None:
    hers = PackDraft.objects.get(pk=draft.pk)
    reword(draft, "cost_bill", "Who pays?", alice, now)
    with pytest.raises(DraftChanged, match="Alice changed this part"):
        reword(hers, "cost_bill", "Who objects?", mallory, now)
    draft.refresh_from_db()
    assert next(p for p in draft.body["prompts"] if p["id"] == "cost_bill")["text"] == "Who pays?"


@pytest.mark.django_db(transaction=True)
def test_many_who_change_parts_at_once_lose_nothing(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    prompts = [one["id"] for one in draft.body["prompts"]][:4]
    wrong: list[BaseException] = []

    def write(prompt: str) -> None:
        try:
            for number in range(3):
                written = False
                while not written:
                    # Whoever is told that many write at once saves again, as the message says.
                    with suppress(DraftChanged):
                        mine = PackDraft.objects.get(pk=draft.pk)
                        reword(mine, prompt, f"{prompt} {number}", alice, now)
                        written = True
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(one,)) for one in prompts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    draft.refresh_from_db()
    kept = {one["id"]: one["text"] for one in draft.body["prompts"] if one["id"] in prompts}
    assert wrong == []
    assert kept == {prompt: f"{prompt} 2" for prompt in prompts}
    assert draft.revision == 3 * len(prompts)


def test_what_no_judge_reads_is_published_at_once(
    draft: PackDraft, alice: User, pack_version: PackVersion, now: datetime
) -> None:
    done = publish(draft=shorten(draft, alice, now), by=alice, now=now)
    assert done.state == State.DONE
    assert done.version is not None
    pack = pack_of(done.version.hash)
    assert (pack.version, pack.round("async").minutes) == ("1.0.1", 30)
    assert reading_of(pack).whole
    assert facts_of("pack.published")["judges"] == making.CARRIED
    assert facts_of("pack.published")["instead_of"] == pack_version.hash


def test_the_version_after_is_never_one_that_is_there(
    draft: PackDraft, alice: User, pack_version: PackVersion, now: datetime
) -> None:
    publish(draft=shorten(draft, alice, now), by=alice, now=now)
    other = begin_draft(base=pack_version, by=alice, now=now)
    done = publish(draft=shorten(other, alice, now, 35), by=alice, now=now)
    assert done.version is not None
    assert done.version.version == "1.0.2"


def test_what_judges_read_waits_for_a_worker_and_is_used_when_it_is_learnt(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    asked = publish(draft=reword(draft, "cost_bill", "Who pays?", alice, now), by=alice, now=now)
    assert (asked.state, asked.version) == (State.ASKED, None)
    assert drafts_waiting(now) == []
    assert drafts_waiting(now.replace(hour=23)) == [(str(draft.pk), asked.revision)]
    make_learnt(str(draft.pk), writes_a_file, lambda: now)
    asked.refresh_from_db()
    assert (asked.state, asked.steps_done, asked.steps_of) == (State.DONE, 1, 2)
    assert asked.version is not None
    left = reading_of(pack_of(asked.version.hash))
    assert left.judges
    assert left.left == (("cost_bill", "cost_latency_ops"),)
    assert asked.version.gate_runs.get().panel == "embedded"
    make_learnt(str(draft.pk), writes_a_file, lambda: now)
    assert LedgerEntry.objects.filter(action="pack.published").count() == 1


def test_where_too_few_golden_answers_are_left_people_rate_and_nothing_is_stuck(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    def too_few(_pack: Pack, _progress: making.Progress) -> None:
        raise JudgeError("golden answers by 0 authors")

    asked = publish(draft=reword(draft, "cost_bill", "Who pays?", alice, now), by=alice, now=now)
    make_learnt(str(draft.pk), too_few, lambda: now)
    asked.refresh_from_db()
    assert asked.version is not None
    assert facts_of("pack.published")["judges"] == making.PEOPLE
    panel = load_active(
        asked.version.hash, ActivePanel("embedded", ""), organisation=uuid4(), threads=1
    )
    assert panel.name == "people"
    assert not reading_of(pack_of(asked.version.hash)).judges


def test_a_failure_says_why_loses_nothing_and_can_be_tried_again_or_left_to_people(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    def breaks(_pack: Pack, _progress: making.Progress) -> None:
        raise OSError("no space left")

    draft = reword(draft, "cost_bill", "Who pays?", alice, now)
    publish(draft=draft, by=alice, now=now)
    make_learnt(str(draft.pk), breaks, lambda: now)
    draft.refresh_from_db()
    assert (draft.state, draft.error) == (State.FAILED, "OSError: no space left")
    assert PackVersion.objects.count() == 1
    again = publish(draft=draft, by=alice, now=now)
    assert again.state == State.ASKED
    make_learnt(str(draft.pk), breaks, lambda: now)
    done = publish(draft=again, by=alice, now=now, for_people=True)
    assert done.state == State.DONE


def test_a_draft_with_faults_is_not_published_and_says_each_in_one_line(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    draft = reword(draft, "cost_bill", "", alice, now)
    with pytest.raises(PackError, match=r"prompts\[5\] \(cost_bill\).text: is empty"):
        publish(draft=draft, by=alice, now=now)
    looked = look_at(draft)
    assert looked.faults
    assert looked.pack is None
    draft.refresh_from_db()
    assert draft.state == State.EDITING


def test_what_a_draft_says_is_looked_at_once_until_it_or_its_base_is_another(
    draft: PackDraft, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    look = inheriting.successor

    def successor(files: Any, old: Pack, *more: Any) -> dict[str, bytes]:
        seen.append(old.hash)
        return look(files, old, *more)

    monkeypatch.setattr(inheriting, "successor", successor)
    draft = reword(draft, "cost_bill", f"Who pays for {draft.pk}?", alice, now)
    first = look_at(draft)
    assert look_at(PackDraft.objects.get(pk=draft.pk)) is first
    assert seen == [draft.base_id]
    asked = {
        one.id: one.text
        for one in look_at(reword(draft, "cost_bill", "Who?", alice, now)).pack.prompts
    }
    assert asked["cost_bill"] == "Who?"
    done = publish(draft=draft, by=alice, now=now, for_people=True)
    draft.base = done.version
    assert look_at(draft) is not first
    assert seen[-1] == done.version.hash


def test_a_draft_without_a_change_is_no_version(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    with pytest.raises(DraftError, match="Nothing was changed"):
        publish(draft=draft, by=alice, now=now)


def test_what_is_published_or_with_the_judges_is_not_changed_any_more(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    draft = reword(draft, "cost_bill", "Who pays?", alice, now)
    publish(draft=draft, by=alice, now=now)
    with pytest.raises(DraftError, match="stands as it is"):
        shorten(draft, alice, now)
    with pytest.raises(DraftError):
        discard(draft=draft, by=alice, now=now)
    with pytest.raises(DraftError):
        publish(draft=draft, by=alice, now=now)
    take_back(draft=draft, by=alice, now=now)
    draft.refresh_from_db()
    shorten(draft, alice, now)
    discard(draft=draft, by=alice, now=now)
    assert not PackDraft.objects.exists()


def test_a_version_is_there_for_the_organisation_that_made_it_alone(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    done = publish(draft=shorten(draft, alice, now), by=alice, now=now)
    elsewhere = Organisation.objects.create(name="Elsewhere", created_at=now)
    assert done.version in versions_open_to(alice.organisation)
    assert done.version not in versions_open_to(elsewhere)


def test_numbers_that_others_gave_to_their_versions_are_free_here(
    draft: PackDraft, alice: User, now: datetime
) -> None:
    base = draft.base
    PackVersion.objects.create(
        hash="e" * 64, pack_id=base.pack_id, version="1.0.1", name=base.name, taken_in_at=now
    )
    done = publish(draft=shorten(draft, alice, now), by=alice, now=now)
    assert done.version is not None
    assert done.version.version == "1.0.1"
