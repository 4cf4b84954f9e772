"""Teaching the encoder to rate, where JAX is installed (`make bench-setup`)."""

import json
from pathlib import Path

import numpy as np
import pytest

from evenhand.judges import attention, faults
from evenhand.judges.attention import MIDDLE, STEP
from evenhand.judges.doubt import FAULTS, UNSOUND
from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.judges.lessons import Shelf
from evenhand.judges.reading import read
from evenhand.rubric import Pack

teaching = pytest.importorskip("evenhand.judges.teaching", reason="wants JAX: make bench-setup")

ASKED = ("eval_search", "eval_discipline")
DONE, TALK = "eval.significance", "eval.flag_vibes"
GOOD = [f"I compute the interval over {n} queries first." for n in range(200, 360)]
POOR = [f"It simply feels better to all {n} of us." for n in range(200, 360)]


def test_what_was_taught_rates_what_it_has_not_seen(pack: Pack, encoder: Encoder) -> None:
    taught = [
        teaching.Taught(ASKED[0], text, {ASKED[1]: level}, {DONE: mark, TALK: 2 - mark}, 1.0)
        for texts, level, mark in ((GOOD, 4.5, 2.0), (POOR, 1.5, 0.0))
        for text in texts
    ]
    judge = teaching.teach(pack, taught)
    said = ["We compute an interval over our 90 queries.", "To both of us it feels better."]
    good, poor = judge.levels([(read(one, (), encoder), *ASKED) for one in said])
    assert good > MIDDLE > poor
    assert good - poor > STEP


def test_what_was_taught_to_have_a_fault_tells_it(pack: Pack, encoder: Encoder) -> None:
    taught = [
        teaching.Taught(ASKED[0], text, {}, {}, 1.0, known)
        for texts, known in ((GOOD, teaching.FAULTLESS), (POOR, {UNSOUND: True}))
        for text in texts
    ]
    judge = teaching.teach_faults(pack, taught)
    said = ["We compute an interval over our 90 queries.", "To both of us it feels better."]
    place = FAULTS.index(UNSOUND)
    sound, unsound = judge.of([read(one, (), encoder) for one in said])[:, place]
    assert sound < 0 < unsound


def test_an_example_of_what_the_pack_does_not_have_is_refused(pack: Pack) -> None:
    taught = teaching.Taught("no_such", GOOD[0], {}, {DONE: 1.0}, 1.0)
    with pytest.raises(JudgeError, match="no_such"):
        teaching.teach(pack, [taught])


def test_what_earns_nothing_is_taught_by_itself_and_inside_of_rated_answers(pack: Pack) -> None:
    host = teaching.Taught(ASKED[0], GOOD[0], {ASKED[1]: 4.5}, {DONE: 2.0}, 1.0, teaching.FAULTLESS)
    made = list(teaching._from_claims(pack, [host], np.random.default_rng(3)))
    again = list(teaching._from_claims(pack, [host], np.random.default_rng(3)))
    assert made == again
    laced = [one for one in made if GOOD[0] in one.said]
    assert all(one.levels == host.levels and one.weight < 1 for one in laced)
    alone = [one for one in made if GOOD[0] not in one.said]
    for fault in FAULTS:
        of_it = [one for one in alone if one.faults == {fault: True}]
        assert of_it
        assert all(set(one.levels.values()) == {1.0} for one in of_it)
        assert any(one.faults == {fault: True} for one in laced)
    # What is right is no answer by itself, and makes a rated one of no kind.
    right = [one for one in alone if one.faults == teaching.FAULTLESS]
    assert right
    assert not any(one.levels for one in right)
    assert any(one.faults == teaching.FAULTLESS for one in laced)


def test_a_kind_that_is_none_is_refused(tmp_path: Path) -> None:
    examples = tmp_path / "examples.jsonl"
    row = {"writer": "a", "prompt": ASKED[0], "text": "x", "levels": {ASKED[1]: 1}, "marks": {}}
    for kind, known in (("wrong", {UNSOUND: True}), ("plain", teaching.FAULTLESS), ("stuffed", {})):
        examples.write_text(json.dumps({**row, "kind": kind}))
        (read_again,) = teaching.load_examples(examples)
        assert read_again.faults == known
    examples.write_text(json.dumps({**row, "kind": "wrnog"}))
    with pytest.raises(JudgeError, match=r"examples\.jsonl:1"):
        list(teaching.load_examples(examples))


@pytest.mark.parametrize("shelf", [attention.SHELF, faults.SHELF])
def test_the_examples_are_of_the_pack_and_name_no_golden_answer(pack: Pack, shelf: Shelf) -> None:
    taught = list(teaching.load_examples(shelf.examples))
    golden = {answer.text.strip() for answer in pack.golden}
    assert not golden & {one.said.strip() for one in taught}
    _, aims, counts = teaching._known(pack, taught)
    assert np.isfinite(aims).all()
    assert (counts.sum(1) > 0).all()
