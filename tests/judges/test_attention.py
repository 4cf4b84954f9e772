"""The judge that reads all words of an answer together."""

import inspect
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evenhand.judges import attention as kept
from evenhand.judges.attention import WINDOW, Attention, attention_for
from evenhand.judges.encoder import Encoder
from evenhand.judges.reading import Reading, read
from evenhand.judges.storing import is_of_another_release
from evenhand.rubric import Pack, shipped_pack

ASKED = ("eval_search", "eval_discipline")
GOOD = (
    "I take 300 real queries from the logs, two engineers grade the top results of both versions "
    "blind, and I compare nDCG with a bootstrap interval. Then I read every query that got worse."
)
ALL = {"eval_discipline": 0.5, "communication": 0.5}
POOR = "Search quality matters a lot to us. The new version feels faster and looks more modern."


@pytest.fixture(autouse=True)
def _reads_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no text be known from another test."""
    monkeypatch.setattr(Attention, "earned", inspect.unwrap(Attention.earned))


@pytest.fixture(scope="module")
def judge(pack: Pack) -> Attention:
    found = attention_for(pack)
    assert found is not None
    return found


@pytest.fixture
def good(encoder: Encoder) -> Reading:
    return read(GOOD, (), encoder)


@pytest.fixture
def poor(encoder: Encoder) -> Reading:
    return read(POOR, (), encoder)


def test_it_tells_doing_from_talk(judge: Attention, good: Reading, poor: Reading) -> None:
    done, talk = judge.levels([(good, *ASKED), (poor, *ASKED)])
    assert 3.0 < done < 5.5
    assert talk < 2.0


def test_company_changes_no_level(
    judge: Attention, good: Reading, poor: Reading, encoder: Encoder
) -> None:
    alone = replace(judge).levels([(poor, *ASKED)])
    others = [(read(f"{GOOD} Case {n} was odd.", (), encoder), *ASKED) for n in range(6)]
    together = replace(judge).levels([*others, (poor, *ASKED), (good, *ASKED)])
    assert together[6] == pytest.approx(alone[0], abs=1e-4)


def test_an_answer_has_a_level_for_each_dimension_of_its_question(
    judge: Attention, good: Reading
) -> None:
    asked = [(good, "behavioural_incident", d) for d in ("communication", "production_debugging")]
    both = judge.levels(asked)
    assert both.tolist() == judge.levels(asked[::-1]).tolist()[::-1]
    assert both[0] != both[1]


def test_a_long_answer_is_read_to_its_end(judge: Attention, encoder: Encoder) -> None:
    lines = [
        f"Search is something that team {n} and all others care a lot about." for n in range(60)
    ]
    assert len(judge.encoder.words([lines])[0]) > WINDOW
    plain = read("\n".join(lines), (), encoder)
    ended = read("\n".join([*lines, GOOD]), (), encoder)
    less, more = judge.levels([(plain, *ASKED), (ended, *ASKED)])
    assert more > less + 0.1


def test_a_text_in_pieces_is_read_as_a_whole_and_a_long_one_in_parts(judge: Attention) -> None:
    pieces = [f"piece number {n} of this text" for n in range(100, 300)]
    (whole,), (few,), (one,) = (judge.encoder.words([p]) for p in (pieces, pieces[:9], pieces[:1]))
    each = len(one) - 2  # beside what stands at either end
    assert np.allclose(few, judge.encoder.words([["\n".join(pieces[:9])]])[0], atol=1e-4)
    assert len(few) == 9 * each + 2
    parts = -(-len(pieces) // (WINDOW // len(one)))
    assert len(whole) == len(pieces) * each + 2 * parts
    assert parts > 1


def test_a_piece_that_is_too_long_is_read_as_far_as_that_goes(judge: Attention) -> None:
    (words,) = judge.encoder.words([["word " * 600]])
    assert len(words) == WINDOW


def test_it_knows_the_questions_that_it_learnt_and_no_others(judge: Attention, pack: Pack) -> None:
    assert judge.knows(pack)
    assert not replace(judge, prompts=("other", *judge.prompts[1:])).knows(pack)
    assert not replace(judge, dimensions=("other", *judge.dimensions[1:])).knows(pack)
    # A known question that is to measure what it never measured.
    assert not judge.knows(replace(pack, prompts=(replace(pack.prompts[0], dimensions=ALL),)))
    fewer = replace(pack, prompts=pack.prompts[1:])
    assert judge.knows(fewer)


def test_what_is_kept_rates_the_same(
    judge: Attention, good: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SHELF", replace(kept.SHELF, learnt=tmp_path / "kept.npz"))
    kept.save_attention(judge)
    again = inspect.unwrap(kept.load_attention)()
    assert again.levels([(good, *ASKED)]) == pytest.approx(judge.levels([(good, *ASKED)]), abs=0.01)


def test_what_was_kept_for_one_answer_is_not_taken_for_another(
    judge: Attention, good: Reading, poor: Reading
) -> None:
    some = replace(judge)
    asked = [(one, *ASKED) for one in (good, poor)]
    told = [some.levels([one])[0] for one in (*asked, *asked, asked[0])]
    assert told[:2] * 2 + told[:1] == told
    assert told[0] != told[1]


def test_a_calibration_that_was_made_with_another_is_of_another_release() -> None:
    facts = json.loads((shipped_pack() / "calibration" / "embedded.json").read_text())
    assert not is_of_another_release(facts)
    assert is_of_another_release({**facts, "attention": "0" * 64})
