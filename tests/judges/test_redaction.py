import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges import screen
from evenhand.judges.redaction import INSTEAD, redact
from evenhand.rubric import Pack

SAID = st.lists(
    st.sampled_from(
        [
            "My name is Ada Byron.",
            "I'm Kofi Mensah",
            "my manager Priya said",
            "Dr. Huber wrote",
            "jo.doe+x@mail.example.com",
            "+49 170 1234567",
            "(415) 555-0100",
            "https://example.org/me",
            "I worked at Google",
            "at Brightwater Logistics GmbH",
            "I studied at MIT",
            "University of Lagos",
            "Kubernetes and Spark",
            "nDCG@10 rose 0.5",
            "\n",
            "Regards,\nTom",
            "é\u200b",
        ]
    )
    | st.text(max_size=12)
).map(" ".join)


@given(SAID)
def test_redacting_again_changes_nothing_more(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@given(SAID)
def test_the_rest_is_left_as_it_was_whatever_the_length_of_what_was_taken_out(text: str) -> None:
    found = redact(text)
    rest, at = [], 0
    for one in found.redactions:
        assert one.start >= at
        rest.append(text[at : one.start])
        at = one.end
    rest.append(text[at:])
    position = 0
    for index, piece in enumerate(rest):
        assert found.text[position : position + len(piece)] == piece
        position += len(piece)
        if index < len(found.redactions):
            instead = INSTEAD[found.redactions[index].kind]
            assert found.text.startswith(instead, position)
            position += len(instead)
    assert position == len(found.text)


@given(SAID)
def test_places_ascend_and_point_into_the_text(text: str) -> None:
    found = redact(text)
    assert len(found.offsets) == len(found.text)
    assert list(found.offsets) == sorted(found.offsets)
    assert all(0 <= place < len(text) for place in found.offsets)


@pytest.mark.parametrize(
    ("text", "kind", "taken"),
    [
        ("My name is Ada Byron.", "name", "Ada Byron"),
        ("Then my boss Priya called.", "name", "Priya"),
        ("Mail jo@example.org today", "mail", "jo@example.org"),
        ("Call +49 170 1234567 now", "phone", "+49 170 1234567"),
        ("See https://example.org/me here", "link", "https://example.org/me"),
        ("I worked for three years at Klarna there", "employer", "Klarna"),
        ("an engineer at Brightwater Logistics GmbH", "employer", "Brightwater Logistics GmbH"),
        ("My degree is from the University of Lagos", "school", "the University of Lagos"),
        ("I studied physics at Oxford then", "school", "Oxford"),
    ],
)
def test_who_somebody_is_is_taken_out(text: str, kind: str, taken: str) -> None:
    (one,) = redact(text).redactions
    assert (one.kind, text[one.start : one.end]) == (kind, taken)


def test_a_short_name_leaves_the_same_words_as_a_long_one() -> None:
    said = {redact(f"I worked at {firm} for a year.").text for firm in ("Meta", "Microsoft")}
    assert said == {"I worked at a firm for a year."}


@pytest.mark.parametrize(
    "text",
    [
        "nDCG@10 and recall@50.Then we looked.",
        "We worked with Spark and Kafka at Level 2.",
        "The Gini SE is 1.2 points; Adam with a cosine schedule.",
        "Rolled out on 2024-03-12 to 10 000 000 users from 192.168.0.1.",
        "It is MIT licensed, runs on Google Cloud and calls the OpenAI API.",
        "I'm not sure. I am happy with it.",
    ],
)
def test_the_words_of_the_trade_stay(text: str) -> None:
    assert redact(text).redactions == ()


def test_what_was_taken_out_is_known_by_its_place_in_the_text_as_given() -> None:
    given_text = "We <b>met</b> my manager Pri\u200bya there."
    screened = screen(given_text, "What did you do?")
    assert "Priya" not in screened.text
    (one,) = screened.redacted
    assert given_text[one.start : one.end] == "Pri\u200bya"
    place = screened.text.index("someone") if "someone" in screened.text else -1
    assert place == -1 or screened.span(place, place + 7) == (one.start, one.end)


def test_golden_answers_lose_names_of_people_and_no_other_word(pack: Pack) -> None:
    taken = {
        answer.text[one.start : one.end]
        for answer in pack.golden
        for one in redact(answer.text).redactions
    }
    assert taken == {"Marta", "Adeyemi", "Priya"}
