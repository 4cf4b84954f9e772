"""Teaching the encoder to rate, where JAX is installed (`make bench-setup`)."""

import numpy as np
import pytest

from evenhand.judges.attention import MIDDLE, STEP
from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
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


def test_an_example_of_what_the_pack_does_not_have_is_refused(pack: Pack) -> None:
    taught = teaching.Taught("no_such", GOOD[0], {}, {DONE: 1.0}, 1.0)
    with pytest.raises(JudgeError, match="no_such"):
        teaching.teach(pack, [taught])


def test_the_examples_are_of_the_pack_and_name_no_golden_answer(pack: Pack) -> None:
    taught = list(teaching.load_examples())
    golden = {answer.text.strip() for answer in pack.golden}
    assert not golden & {one.said.strip() for one in taught}
    _, aims, counts = teaching._known(pack, taught)
    assert np.isfinite(aims).all()
    assert (counts.sum(1) > 0).all()
