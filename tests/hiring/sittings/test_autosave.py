"""Nothing that a person types is lost."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.errors import NotStarted, PromptUnknown, TextTooLong, TimeOver
from evenhand.hiring.models import Answer, Application, KeptAside, LedgerEntry, Sitting
from evenhand.hiring.sittings import services as sittings
from evenhand.hiring.sittings.autosave import MAX_CHARACTERS, Conflict, Saved, save, storable
from evenhand.hiring.sittings.digests import digest_of
from evenhand.hiring.sittings.models import GRACE

PROMPT = "eval_search"


def put(sitting: Sitting, text: str, base: int, now: datetime, **more: Any) -> Saved | Conflict:
    fields = {"prompt": PROMPT, "tab": "one", "replace": False, **more}
    return save(sitting=sitting, text=text, base_revision=base, now=now, **fields)


def aside() -> list[tuple[str, str, str]]:
    return [(one.why, one.tab, one.text) for one in KeptAside.objects.order_by("pk")]


def test_saves_that_build_on_each_other_are_written(sitting: Sitting, now: datetime) -> None:
    later = now + timedelta(seconds=2)
    assert put(sitting, "a", 0, now) == Saved(1, now, sitting)
    assert put(sitting, "ab", 1, later) == Saved(2, later, sitting)
    answer = Answer.objects.get()
    assert (answer.text, answer.revision, answer.saved_at) == ("ab", 2, later)
    assert aside() == []


def test_each_save_is_recorded_by_a_digest_that_can_be_checked(
    sitting: Sitting, now: datetime
) -> None:
    put(sitting, "secret words", 0, now)
    answer = Answer.objects.get()
    entry = LedgerEntry.objects.latest("seq")
    assert entry.action == "answer.saved"
    assert entry.subject == f"sitting:{sitting.pk}"
    assert entry.facts == {
        "answer": str(answer.pk),
        "prompt": PROMPT,
        "revision": 1,
        "sha256": digest_of("secret words", answer.salt),
    }


def test_the_same_text_again_writes_nothing(sitting: Sitting, now: datetime) -> None:
    put(sitting, "a", 0, now)
    entries = LedgerEntry.objects.count()
    assert put(sitting, "a", 0, now + timedelta(seconds=9), tab="two") == Saved(1, now, sitting)
    assert LedgerEntry.objects.count() == entries


def test_a_second_tab_is_told_and_its_text_is_kept(sitting: Sitting, now: datetime) -> None:
    put(sitting, "from one", 0, now)
    assert put(sitting, "from two", 0, now, tab="two") == Conflict(1, "from one")
    assert Answer.objects.get().text == "from one"
    assert aside() == [("conflict", "two", "from two")]
    put(sitting, "from two, longer", 0, now, tab="two")
    assert aside() == [("conflict", "two", "from two, longer")]
    put(sitting, "from three", 0, now, tab="three")
    assert len(aside()) == 2


def test_who_has_seen_both_may_replace_and_the_other_text_is_kept(
    sitting: Sitting, now: datetime
) -> None:
    put(sitting, "from one", 0, now)
    put(sitting, "from two", 0, now, tab="two")
    assert put(sitting, "from two", 1, now, tab="two", replace=True) == Saved(2, now, sitting)
    assert Answer.objects.get().text == "from two"
    assert aside() == [("replaced", "two", "from one")]


def test_replacing_what_one_has_not_seen_is_a_conflict_again(
    sitting: Sitting, now: datetime
) -> None:
    put(sitting, "a", 0, now)
    put(sitting, "ab", 1, now)
    assert put(sitting, "x", 1, now, tab="two", replace=True) == Conflict(2, "ab")
    assert aside() == [("conflict", "two", "x")]


def test_a_tab_may_have_any_name(sitting: Sitting, now: datetime) -> None:
    put(sitting, "a", 0, now)
    put(sitting, "ab", 1, now)
    assert put(sitting, "x", 1, now, tab="a\0\udc80") == Conflict(2, "ab")
    assert aside() == [("conflict", "a\ufffd\ufffd", "x")]


def test_grace_is_given_and_what_comes_after_it_is_kept_aside(
    sitting: Sitting, now: datetime
) -> None:
    assert sitting.ends_at is not None
    closes = sitting.ends_at + GRACE
    assert isinstance(put(sitting, "in time", 0, closes - timedelta(seconds=1)), Saved)
    for text in ("too late", "too late, longer"):
        with pytest.raises(TimeOver, match="kept"):
            put(sitting, text, 1, closes)
    assert Answer.objects.get().text == "in time"
    assert aside() == [("late", "one", "too late, longer")]
    assert LedgerEntry.objects.latest("seq").action == "answer.kept_aside"


def test_what_comes_after_handing_in_is_kept_aside_even_as_the_first_text(
    sitting: Sitting, now: datetime
) -> None:
    sittings.submit(sitting=sitting, now=now)
    with pytest.raises(TimeOver):
        put(sitting, "late", 0, now)
    assert aside() == [("late", "one", "late")]
    assert Answer.objects.get(prompt=PROMPT).text == ""


def test_tabs_without_end_are_kept_in_so_many_places(
    sitting: Sitting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evenhand.hiring.sittings.autosave.MOST_TABS", 3)
    for n in range(6):
        with pytest.raises(TimeOver):
            put(sitting, f"late {n}", 0, now + timedelta(hours=2), tab=f"tab {n}")
    with pytest.raises(TimeOver):
        put(sitting, "late 1, longer", 0, now + timedelta(hours=2), tab="tab 1")
    assert sorted(aside()) == [
        ("late", "", "late 5"),
        ("late", "tab 0", "late 0"),
        ("late", "tab 1", "late 1, longer"),
        ("late", "tab 2", "late 2"),
    ]


def test_who_has_handed_in_early_is_not_told_that_the_time_is_over(
    sitting: Sitting, now: datetime
) -> None:
    sittings.submit(sitting=sitting, now=now)
    with pytest.raises(TimeOver, match="answers are handed in"):
        put(sitting, "late", 0, now)
    with pytest.raises(TimeOver, match="time is over"):
        put(sitting, "later", 0, now + timedelta(hours=2))


def test_late_text_for_a_prompt_without_an_answer_is_kept(sitting: Sitting, now: datetime) -> None:
    with pytest.raises(TimeOver):
        put(sitting, "late", 0, now + timedelta(hours=2))
    assert aside() == [("late", "one", "late")]


def test_more_time_moves_the_end(sitting: Sitting, now: datetime) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(time_factor=2)
    assert isinstance(put(sitting, "a", 0, now + timedelta(minutes=80)), Saved)


def test_what_cannot_be_saved_says_why(
    application: Application, sitting: Sitting, now: datetime
) -> None:
    with pytest.raises(PromptUnknown):
        put(sitting, "a", 0, now, prompt="cost_bill")
    with pytest.raises(TextTooLong, match="200,000 characters, this has 200,001"):
        put(sitting, "a" * (MAX_CHARACTERS + 1), 0, now)
    assert isinstance(put(sitting, "a" * MAX_CHARACTERS, 0, now), Saved)
    Sitting.objects.update(state=Sitting.State.READY, started_at=None)
    with pytest.raises(NotStarted):
        put(sitting, "ab", 1, now)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b", "a\ufffdb"),
        ("half \ud83d", "half \ufffd"),
        ("two halves \ud83d\ude00", "two halves \N{GRINNING FACE}"),
        ("<b>&amp;</b>\r\n\t", "<b>&amp;</b>\r\n\t"),
        ("\u202eright to left\u200b", "\u202eright to left\u200b"),
    ],
)
def test_text_is_kept_as_given_but_for_what_no_database_holds(
    text: str, kept: str, sitting: Sitting, now: datetime
) -> None:
    put(sitting, text, 0, now)
    assert Answer.objects.get().text == kept


@given(st.text(st.characters()))
def test_storable_text_is_whole_unicode_and_does_not_change_again(text: str) -> None:
    kept = storable(text)
    assert "\0" not in kept
    assert kept.encode().decode() == storable(kept)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_save_at_once_one_is_written_and_both_texts_are_kept(
    sitting: Sitting, now: datetime
) -> None:
    start = threading.Barrier(2)
    outcomes: dict[str, Saved | Conflict | BaseException] = {}

    def tab(name: str) -> None:
        try:
            for turn in range(20):
                start.wait()
                outcomes[f"{name}{turn}"] = put(
                    sitting, f"{name} {turn}", turn, now, tab=f"{name}{turn}"
                )
        except BaseException as error:
            outcomes[name] = error
            start.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=tab, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for turn in range(20):
        kinds = {type(outcomes.get(f"{name}{turn}")) for name in "ab"}
        assert kinds == {Saved, Conflict}, outcomes
    assert Answer.objects.get().revision == 20
    kept = {text for _why, _tab, text in aside()}
    written = {f"{name} {turn}" for name in "ab" for turn in range(20)} - kept
    assert (len(kept), len(written)) == (20, 20)
