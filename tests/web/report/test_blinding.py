"""What is left out of a text, and that everything else keeps its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.models import Answer, Candidate, Reading
from evenhand.hiring.probes.reading import SEAM
from evenhand.web.report.blinding import Hidden, Parts, Veil, veil_notes

spans = st.lists(
    st.builds(
        Hidden, st.integers(-3, 40), st.integers(-3, 40), st.sampled_from(["name", "employer"])
    ),
    max_size=6,
)


@given(st.text(max_size=40), spans)
def test_what_is_hidden_is_gone_and_the_rest_stays_in_order(
    text: str, hidden: list[Hidden]
) -> None:
    veil = Veil(text, hidden)
    kept = "".join(c for at, c in enumerate(text) if not any(h.start <= at < h.end for h in hidden))
    assert veil.text.replace("[name]", "").replace("[employer]", "") == kept.replace(
        "[name]", ""
    ).replace("[employer]", "")


@given(st.text("abc", min_size=1, max_size=40), spans, st.data())
def test_a_stretch_of_what_is_left_is_found_where_it_is_now(
    text: str, hidden: list[Hidden], data: st.DataObject
) -> None:
    veil = Veil(text, hidden)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = veil.span(start, end)
    assert 0 <= low <= high <= len(veil.text)
    if not any(h.start < end and start < h.end for h in hidden if h.start < h.end):
        assert veil.text[low:high] == text[start:end]


def test_a_stretch_that_cuts_a_name_takes_in_the_word_for_it() -> None:
    veil = Veil("I am Ada Byron.", [Hidden(5, 14, "name")])
    assert veil.text == "I am [name]."
    low, high = veil.span(9, 14)
    assert veil.text[low:high] == "[name]"


def test_the_own_name_goes_wherever_it_stands_and_words_that_hold_it_stay() -> None:
    candidate = Candidate(name="Will O. Stone", email="will@example.org")
    text = "Will said he will turn every Stone; Stoneware, WILL@example.org."
    assert veil_notes(text, candidate).text == (
        "[name] said he will turn every [name]; Stoneware, [mail address]."
    )


def test_a_follow_up_is_blinded_where_it_was_read_and_quotes_find_it() -> None:
    first, second = Answer(text="I was at Acme."), Answer(text="Ada at Beta said so, twice.")
    joined = f"{first.text}{SEAM}{second.text}"
    redacted = [
        {"kind": "employer", "start": joined.index(firm), "end": joined.index(firm) + 4}
        for firm in ("Acme", "Beta")
    ]
    candidate = Candidate(name="Ada Abel", email="ada@example.org")
    parts = Parts(first, second, Reading(redacted=redacted), candidate)
    assert parts.answer.text == "I was at [employer]."
    assert parts.follow_up is not None
    assert parts.follow_up.text == "[name] at [employer] said so, twice."
    start = joined.index("said so")
    low, high = parts.span(start, start + 7)
    assert parts.text[low:high] == "said so"
    low, high = parts.span(2, 8)
    assert parts.text[low:high] == "was at"


def test_a_follow_up_that_was_left_blank_changes_nothing() -> None:
    candidate = Candidate(name="Ada Abel", email="ada@example.org")
    parts = Parts(Answer(text="Plain."), Answer(text="  "), Reading(redacted=[]), candidate)
    assert (parts.text, parts.follow_up) == ("Plain.", None)
