"""What tells that a text is wrong or senseless, hollow, or about something else."""

import inspect
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evenhand.judges import faults as kept
from evenhand.judges.doubt import ASTRAY, FAULTS, HOLLOW, UNSOUND
from evenhand.judges.encoder import Encoder
from evenhand.judges.faults import Array, Faults, load_faults
from evenhand.judges.reading import read
from evenhand.judges.storing import is_of_another_release
from evenhand.rubric import shipped_pack

GOOD = (
    "I take 300 real queries from the logs, two engineers grade the top results of both versions "
    "blind, and I compare nDCG with a bootstrap interval. Then I read every query that got worse."
)
SHORT = "Two people grade 100 real queries blind, both versions. Then I look at what got worse."
FAULTY = {
    UNSOUND: (
        "I tune on the test set until the score stops rising, since that is how you know that it "
        "generalises. Errors in the labels cancel out by themselves when there are enough layers. "
        "A p-value of 0.9 means that the new ranker is better with 90 percent probability."
    ),
    HOLLOW: (
        "With vision and the right mindset we unlock value along the whole journey. We engage "
        "every stakeholder, build on proven best practice and deliver excellence with passion."
    ),
    ASTRAY: (
        "Before I glaze a pot I weigh it dry, then wet, and the difference tells me how much the "
        "clay drinks. Of forty bowls fired at cone six last spring, nine crazed. I changed the "
        "silica by four percent, fired twelve test tiles, and told the shop to hold the old batch."
    ),
}


PLAIN = (
    "The graders see query and result and nothing else, and a third of the pairs goes to both of "
    "them, so that I know how far they agree before I believe a difference.",
    "If kappa is under 0.6 the guideline is rewritten and the pairs are graded again.",
    "Offline I look at head and tail queries apart, since the new ranker was trained on clicks and "
    "clicks hardly exist in the tail.",
    "Then an interleaved test on five percent of traffic for two weeks, with the share of sessions "
    "that end without a click as the guardrail, and a stop rule written down before it begins.",
    "Position bias is why I do not read raw click rates: the old ranker chose what was seen.",
)
MORE_POTS = (
    " The second test was of the glaze itself: three buckets, one with fresh water, one with what "
    "the kiln shed gives in August, one boiled. Only the August water crazed, and it had twice the "
    "lime. Since then each bucket carries a slip of paper with the day and the hardness."
)


@pytest.fixture(autouse=True)
def _reads_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no text be known from another test."""
    monkeypatch.setattr(Faults, "found", inspect.unwrap(Faults.found))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_text_with_a_fault_is_told_from_good_ones(encoder: Encoder, fault: str) -> None:
    texts = (FAULTY[fault], GOOD, SHORT)
    found = load_faults().of([read(one, (), encoder) for one in texts])[:, FAULTS.index(fault)]
    assert found[0] > 0.3
    assert (found[1:] < -0.3).all()


def test_what_was_put_into_a_good_answer_is_told_too(encoder: Encoder) -> None:
    mixed = f"{GOOD}\n\n{FAULTY[ASTRAY]}"
    good, astray = load_faults().of([read(one, (), encoder) for one in (GOOD, mixed)])
    assert astray[FAULTS.index(ASTRAY)] > good[FAULTS.index(ASTRAY)] + 0.5


@pytest.mark.parametrize("first", [True, False])
def test_what_strays_before_or_behind_an_answer_is_told_by_itself(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    """In the same paragraph too, and though the text as a whole is mostly about what was asked."""

    def share_of_essay(_: Faults, said: list[tuple[str, ...]]) -> Array:
        return np.array([[np.mean([clause in essay for clause in one])] * 3 for one in said])

    answer, essay = " ".join([GOOD, *PLAIN]), FAULTY[ASTRAY] + MORE_POTS
    text = f"{essay} {answer}" if first else f"{answer} {essay}"
    monkeypatch.setattr(Faults, "found", share_of_essay)
    good, mixed = load_faults().of([read(one, (), encoder) for one in (answer, text)])
    at = FAULTS.index(ASTRAY)
    assert (good == 0).all()
    assert mixed[at] > 0.9
    assert (np.delete(mixed, at) < 0.6).all()


def test_a_text_too_short_to_be_cut_is_read_as_a_whole_alone(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(_: Faults, said: list[tuple[str, ...]]) -> Array:
        asked.append(len(said))
        return np.zeros((len(said), len(FAULTS)))

    monkeypatch.setattr(Faults, "found", counted)
    for text in (SHORT, GOOD, " ".join([GOOD, *PLAIN])):
        load_faults().of([read(text, (), encoder)])
    assert asked == [1, 1, 3]


def test_company_changes_nothing(encoder: Encoder) -> None:
    readings = [read(one, (), encoder) for one in (*FAULTY.values(), GOOD)]
    together = load_faults().of(readings)
    assert np.allclose(
        together, np.vstack([load_faults().of([one]) for one in readings]), atol=1e-3
    )


def test_what_is_kept_tells_the_same(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SHELF", replace(kept.SHELF, learnt=tmp_path / "kept.npz"))
    kept.save_faults(load_faults())
    again, readings = inspect.unwrap(load_faults)(), [read(GOOD, (), encoder)]
    assert again.of(readings) == pytest.approx(load_faults().of(readings), abs=0.01)


def test_a_calibration_that_was_made_with_another_is_of_another_release() -> None:
    facts = json.loads((shipped_pack() / "calibration" / "embedded.json").read_text())
    assert not is_of_another_release(facts)
    assert is_of_another_release({**facts, "faults": "0" * 64})
