import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.samples import pack_vocabulary
from evenhand.judges.wording import Vocabulary, stem, vocabulary_of
from evenhand.rubric import Pack

WORDS = st.lists(
    st.sampled_from(["label", "labels", "drift", "queries", "cache", "of"]), max_size=9
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    answers = ["the labels drift", "a cache of queries", "labelled queries drift"]
    return vocabulary_of(answers, ["labels and queries", "a cache"])


@pytest.mark.parametrize(
    ("word", "expected"), [("queries", "queri"), ("rolling", "roll"), ("bing", "bing"), ("", "")]
)
def test_a_stem_keeps_at_least_four_letters(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_a_stem_that_one_text_uses_is_no_part_of_the_vocabulary(vocabulary: Vocabulary) -> None:
    assert {"label", "cache", "queri", "drift"} <= set(vocabulary.index)
    assert "labell" not in vocabulary.index


@given(WORDS)
def test_saying_a_word_again_changes_nothing(vocabulary: Vocabulary, said: list[str]) -> None:
    once = vocabulary.vector([" ".join(said)])
    assert np.array_equal(once, vocabulary.vector([" ".join(said)] * 3))
    assert np.linalg.norm(once) < 1


def test_the_golden_answers_add_no_word_to_the_vocabulary(pack: Pack) -> None:
    golden = (dataclasses.replace(pack.golden[0], text="zyzzyva zyzzyva"), *pack.golden[1:])
    changed = pack_vocabulary(dataclasses.replace(pack, golden=golden))
    assert dict(changed.index) == dict(pack_vocabulary(pack).index)
