"""What judges replied is sealed on the disk too: each file in its place, through every rotation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import LazySettings

from evenhand.hiring.at_rest import files
from evenhand.hiring.at_rest.keys import add_key, alone, key_ring, make_first_key
from evenhand.hiring.at_rest.services import check_keys, forget, rotate
from evenhand.hiring.judging.queries import replies_of
from evenhand.hiring.models import AnswerKey
from evenhand.judges.llm.caching import CacheKey, FolderCache, Kept
from evenhand.judges.llm.values import Spared, Tokens

OURS, THEIRS = UUID(int=1), UUID(int=2)
KEY = CacheKey("a" * 64, "b" * 64, "c" * 64, "draw0")
OTHER = replace(KEY, answer="d" * 64)
KEPT = Kept({"quote": "Xylograph words"}, Spared("call-1", Tokens(9, 0, 3), Decimal("1.5")))
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def folder(db: None, settings: LazySettings, tmp_path: Path, now: datetime) -> Iterator[Path]:
    """A home of each test's own: its keys, which the database knows, and its replies."""
    settings.ANSWER_KEYS = tmp_path / "answer-keys"
    settings.JUDGE_REPLIES = tmp_path / "judge-replies"
    make_first_key()
    AnswerKey.objects.all().delete()
    check_keys(now)
    yield settings.JUDGE_REPLIES
    assert not list(tmp_path.rglob("*.new"))


def written(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in folder.rglob("*.json")}


def test_a_reply_is_read_by_whom_it_was_kept_for_and_shows_no_word(folder: Path) -> None:
    replies_of(OURS).put(KEY, KEPT)
    assert replies_of(OURS).get(KEY) == KEPT
    assert replies_of(THEIRS).get(KEY) is None
    (text,) = written(folder).values()
    assert text.startswith(f"s1.{key_ring().current}.")
    assert "Xylograph" not in text


def test_copied_to_another_answer_question_or_organisation_it_counts_as_nothing(
    folder: Path,
) -> None:
    replies_of(OURS).put(KEY, KEPT)
    ((file, text),) = written(folder).items()
    others = [replace(KEY, part="draw1"), OTHER]
    for cache, key in [*((replies_of(OURS), one) for one in others), (replies_of(THEIRS), KEY)]:
        cache.put(key, KEPT)
        (place,) = (path for path, said in written(folder).items() if said != text)
        place.write_text(text)
        assert cache.get(key) is None
        place.unlink()
    assert replies_of(OURS).get(KEY) == KEPT
    file.write_text("{}")
    assert replies_of(OURS).get(KEY) is None


def test_a_rotation_seals_files_anew_and_what_lay_there_plain(folder: Path, now: datetime) -> None:
    replies_of(OURS).put(KEY, KEPT)
    FolderCache(replies_of(OURS).folder).put(OTHER, KEPT)
    done = rotate(now)
    assert done.resealed == 2
    assert all(text.startswith(f"s1.{done.key}.") for text in written(folder).values())
    assert [replies_of(OURS).get(key) for key in (KEY, OTHER)] == [KEPT, KEPT]
    assert rotate(now).resealed == 2


def test_a_reply_that_was_sealed_late_with_a_former_key_outlives_that_key(
    folder: Path, now: datetime
) -> None:
    replies_of(OURS).put(KEY, KEPT)
    late = written(folder)
    done = rotate(now)
    for file, text in late.items():
        file.write_text(text)
    assert forget(now + HOUR) == done.former
    assert replies_of(OURS).get(KEY) == KEPT


def test_what_cannot_be_opened_stops_no_rotation(folder: Path, now: datetime) -> None:
    for key in (KEY, OTHER):
        replies_of(OURS).put(key, KEPT)
    broken = next(iter(written(folder)))
    whole = broken.read_text()
    for damaged in (whole[:-3].encode(), b"\xff" + whole.encode()):
        broken.write_bytes(damaged)
        assert rotate(now).resealed == 1
    files.unseal_files()


def test_a_reply_that_is_forgotten_during_a_rotation_does_not_come_back(
    folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    replies_of(OURS).put(KEY, KEPT)
    seal = files.seal

    def erased_meanwhile(text: str, place: list[str]) -> str:
        replies_of(OURS).forget(KEY.answer)
        return seal(text, place)

    monkeypatch.setattr(files, "seal", erased_meanwhile)
    assert rotate(now).resealed == 0
    assert not written(folder)


def test_forgetting_that_was_cut_off_is_finished_when_it_is_called_again(folder: Path) -> None:
    cache = replies_of(OURS)
    cache.put(KEY, KEPT)
    # As if killed when the folder had been moved away.
    kept = cache.folder / "aa" / KEY.answer
    kept.rename(kept.with_name(f".{KEY.answer}"))
    cache.forget(KEY.answer)
    assert not list(folder.rglob("*.json"))


def test_the_migration_seals_what_was_plain_and_can_go_back(folder: Path) -> None:
    plain = FolderCache(replies_of(OURS).folder)
    for key in (KEY, OTHER):
        plain.put(key, KEPT)
    before = written(folder)
    first = next(iter(before))
    first.with_name("left.new").write_text("half a rep")
    # As if an earlier try had been cut off after the first.
    first.write_text(files.SealedFiles().wrap(before[first], first))
    files.sweep()
    assert sum(files.reseal_files(key_ring().current)) == 1
    assert [replies_of(OURS).get(key) for key in (KEY, OTHER)] == [KEPT, KEPT]
    files.unseal_files()
    assert written(folder) == before


def test_what_somebody_is_writing_now_is_not_swept_away(folder: Path, now: datetime) -> None:
    replies_of(OURS).put(KEY, KEPT)
    place = next(iter(written(folder))).parent
    for name, age in (("old.new", 2 * HOUR), ("young.new", HOUR / 2)):
        (place / name).touch()
        at = (now - age).timestamp()
        os.utime(place / name, (at, at))
    rotate(now)
    assert [path.name for path in folder.rglob("*.new")] == ["young.new"]
    files.sweep()


def test_a_key_that_was_added_seals_the_next_reply(folder: Path) -> None:
    with alone():
        key = add_key()
    replies_of(OURS).put(KEY, KEPT)
    assert [text.split(".")[1] for text in written(folder).values()] == [key]
