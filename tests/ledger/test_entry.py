import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.ledger import Entry, EntryError, leaf_hash, salted_digest, utc_text

ENTRY = Entry(
    seq=3,
    at="2026-01-31T09:30:00.000000Z",
    actor="person:7",
    action="answer.submitted",
    subject="sitting:4f0c",
    facts={"words": 212, "digest": "ab"},
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
limit = 2**53 - 1
facts = st.dictionaries(
    words,
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-limit, limit)
        | st.floats(-limit, limit, allow_nan=False)
        | words,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def test_canonical_bytes_are_sorted_json_without_spaces() -> None:
    assert ENTRY.canonical() == (
        b'{"action":"answer.submitted","actor":"person:7",'
        b'"at":"2026-01-31T09:30:00.000000Z","facts":{"digest":"ab","words":212},'
        b'"seq":3,"subject":"sitting:4f0c"}'
    )


def test_the_leaf_is_the_hash_of_a_zero_byte_and_the_canonical_bytes() -> None:
    assert ENTRY.leaf() == sha256(b"\0" + ENTRY.canonical()).digest()
    assert ENTRY.leaf() == leaf_hash(ENTRY.canonical())


@given(facts)
def test_an_entry_read_back_from_its_bytes_has_the_same_bytes(facts: dict[str, object]) -> None:
    entry = replace(ENTRY, facts=facts)
    again = Entry.from_json(json.loads(entry.canonical()))
    assert again.canonical() == entry.canonical()
    assert again == entry


@pytest.mark.parametrize("field", ["seq", "at", "actor", "action", "subject", "facts"])
@pytest.mark.parametrize("value", [None, True, -1, 1.5, "", " ", "two words", [], 2**53])
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    if field == "actor" and value in (" ", "two words"):
        return  # an actor is free text
    with pytest.raises(EntryError, match=f"^{field} must"):
        replace(ENTRY, **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "at",
    [
        "2026-01-31T09:30:00Z",
        "2026-01-31T09:30:00.000Z",
        "2026-01-31T09:30:00.000000+00:00",
        "2026-01-31 09:30:00.000000Z",
        "2026-02-30T09:30:00.000000Z",
        "2026-01-31T24:30:00.000000Z",
        "2026-01-31T09:30:00.000000z",
        "2026-01-31T09:30:00.000000Z\n",
        "٢٠٢٦-01-31T09:30:00.000000Z",
    ],
)
def test_moments_in_any_other_form_are_refused(at: str) -> None:
    with pytest.raises(EntryError, match=r"^at must"):
        replace(ENTRY, at=at)


@pytest.mark.parametrize("action", ["answer", "Answer.submitted", "a.b.c", "a.", ".b", "a b.c"])
def test_actions_are_two_lower_case_words(action: str) -> None:
    with pytest.raises(EntryError, match=r"^action must"):
        replace(ENTRY, action=action)


@pytest.mark.parametrize("subject", ["sitting", "sitting:", ":7", "sitting:7 8", "sitting:é"])
def test_subjects_are_a_type_and_an_id(subject: str) -> None:
    with pytest.raises(EntryError, match=r"^subject must"):
        replace(ENTRY, subject=subject)


@pytest.mark.parametrize("actor", ["line\nbreak", "bell\a", "\u202ereversed", "\ud800"])
def test_actors_are_printable(actor: str) -> None:
    with pytest.raises(EntryError, match=r"^actor must"):
        replace(ENTRY, actor=actor)


deep: object = []
for _ in range(40):
    deep = [deep]


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        -(2**53),
        1e16,
        10**400,
        float("nan"),
        float("inf"),
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        b"bytes",
        {1, 2},
        datetime(2026, 1, 1, tzinfo=UTC),
        deep,
    ],
)
def test_facts_that_json_would_not_give_back_are_refused(value: object) -> None:
    with pytest.raises(EntryError, match=r"^facts\.inner"):
        replace(ENTRY, facts={"inner": [value]})


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(EntryError, match="1000000 bytes"):
        replace(ENTRY, facts={"text": "x" * 1_000_000}).leaf()


@pytest.mark.parametrize("value", [None, [], {}, {"seq": 0}])
def test_json_without_exactly_the_fields_is_refused(value: object) -> None:
    with pytest.raises(EntryError):
        Entry.from_json(value)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(EntryError, match="exactly the fields"):
        Entry.from_json({**json.loads(ENTRY.canonical()), "more": 1})


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=5))), min_value=datetime(1, 1, 2)))  # noqa: DTZ001
def test_any_aware_moment_becomes_a_valid_at(moment: datetime) -> None:
    entry = replace(ENTRY, at=utc_text(moment))
    assert datetime.fromisoformat(entry.at) == moment


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(EntryError, match="time zone"):
        utc_text(datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_salted_digest_is_the_hash_of_length_salt_and_text() -> None:
    salt = bytes(range(16))
    data = b"\0\0\0\0\0\0\0\x10" + salt + "é".encode()
    assert salted_digest(salt, "é") == sha256(data).hexdigest()


def test_salt_and_text_cannot_be_shifted_into_each_other() -> None:
    assert salted_digest(b"s" * 16, "st") != salted_digest(b"s" * 17, "t")


def test_a_salt_short_enough_to_try_out_is_refused() -> None:
    with pytest.raises(EntryError, match="16"):
        salted_digest(b"short", "text")
