import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.phrases import FEWEST, known_phrases, runs_of


def test_a_run_is_kept_where_enough_clauses_have_it() -> None:
    phrases = known_phrases(["round it up"] * FEWEST + ["leave it"] * (FEWEST - 1))
    assert "round it" in phrases.place
    assert "leave it" not in phrases.place
    assert phrases.rarity[phrases.place["it"]] == 0


def test_vectors_have_length_one_and_a_clause_without_a_known_run_is_empty() -> None:
    phrases = known_phrases(["round it up", "round it down", "round that", "we waited"])
    vectors = phrases.vectors(["round it and round it", "nothing known here"])
    assert np.allclose(vectors.power(2).sum(axis=1), [1, 0])


def test_the_rarer_of_two_runs_weighs_more() -> None:
    phrases = known_phrases(["a b"] * 3 + ["a c"] * 9)
    (row,) = phrases.vectors(["b a"]).toarray()
    assert row[phrases.place["b"]] > row[phrases.place["a"]]
    assert phrases.rarity[phrases.place["b"]] == pytest.approx(math.log(4))


@given(st.text(max_size=60))
def test_any_text_has_runs_and_a_vector(text: str) -> None:
    phrases = known_phrases(["we ran it twice"] * 3 + ["they did"])
    assert phrases.vectors([text, *runs_of(text)]).shape[1] == len(phrases.place)
