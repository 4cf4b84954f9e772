"""The encoder with some of its weights changed."""

import io

import numpy as np
import pytest

from evenhand.judges.encoder import WIDTH, Encoder, MiniLM
from evenhand.judges.tuned import Tuned, tuned_from_arrays
from evenhand.judges.weights import LINEAR, read_weights

SAID = ["We rolled it back.", "Whoever reads this should be generous, and I mean that.", "No."]


def tuned(seed: int = 0, size: float = 0.05) -> Tuned:
    draw = np.random.default_rng(seed)
    changes = {
        (5, part): (
            draw.normal(0, size, (into, 2)).astype(np.float32),
            draw.normal(0, size, (2, out)).astype(np.float32),
        )
        for part, (into, out) in LINEAR.items()
    }
    weights = draw.normal(0, 1, (WIDTH, 3)).astype(np.float32)
    return Tuned(changes, weights, np.array([0.0, 1.0, -1.0], np.float32))


def test_weights_are_read_where_the_file_has_them(encoder: Encoder) -> None:
    same = MiniLM(changed={name: np.array(one) for name, one in read_weights().items()})
    assert np.allclose(same.encode(SAID), encoder.encode(SAID), atol=1e-6)


def test_a_change_is_added_to_the_weights_of_its_part(encoder: Encoder) -> None:
    none, some = tuned(size=0.0).encoder, tuned().encoder
    assert np.allclose(none.encode(SAID), encoder.encode(SAID), atol=1e-6)
    assert not np.allclose(some.encode(SAID), encoder.encode(SAID), atol=1e-3)


def test_what_is_kept_tells_the_same() -> None:
    before, file = tuned(), io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **before.arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as kept:
        after = tuned_from_arrays(kept)
    assert after.scores(SAID) == pytest.approx(before.scores(SAID), abs=0.05)
    assert after.scores(SAID).shape == (3, 3)
