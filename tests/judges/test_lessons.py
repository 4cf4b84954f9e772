"""What is learnt from, what of it is kept, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.judges.taught import lesson_of, unit_near

from evenhand.judges import JudgeError
from evenhand.judges.lessons import Shelf, Size, load_examples
from evenhand.judges.telling import from_arrays

KINDS = ("order", "honest")
SIZE = Size(examples=20, answers=20, noise=0.5)


def lines(*rows: dict[str, str]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    examples = tmp_path / "some.jsonl"
    examples.write_text(lines({"writer": "a", "kind": "order", "text": "Round it up."}), "utf-8")
    return Shelf(examples, tmp_path / "some.npz", "some")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"writer": "a", "kind": "order"}, r'some\.jsonl:2: must be \{"writer", "kind", "text"\}'),
        (
            {"writer": "a", "kind": "odd", "text": "x"},
            r'some\.jsonl:2: kind "odd" is none of honest, order',
        ),
    ],
)
def test_a_line_that_is_no_example_is_named(tmp_path: Path, row: dict[str, str], says: str) -> None:
    file = tmp_path / "some.jsonl"
    good = {"writer": "a", "kind": "honest", "text": "We asked them."}
    file.write_text(lines(good, row), encoding="utf-8")
    with pytest.raises(JudgeError, match=says):
        load_examples(file, KINDS)


def test_what_is_kept_is_what_was_learnt(shelf: Shelf) -> None:
    rng = np.random.default_rng(0)
    said = ["give it more"] * 20 + ["we ran it twice"] * 60
    lesson = lesson_of(said, unit_near(rng, np.eye(8)[0], 80), 20, kinds=2)
    telling = SIZE.learn(lesson, 0)
    shelf.save(**telling.arrays(), bounds=np.array([[0.1, 0.2]]))
    again, bounds = shelf.load(lambda kept: (from_arrays(kept), kept["bounds"]))
    assert bounds.tolist() == [[0.1, 0.2]]
    told = again.scores(lesson.vectors, said)
    assert np.allclose(told, telling.scores(lesson.vectors, said), atol=1e-5)


def test_what_was_learnt_from_other_examples_is_refused(shelf: Shelf) -> None:
    rng = np.random.default_rng(0)
    said = ["give it more"] * 5 + ["we ran it"] * 15
    lesson = lesson_of(said, unit_near(rng, np.eye(8)[0], 20), 5)
    shelf.save(**SIZE.learn(lesson, 0).arrays())
    shelf.examples.write_text(lines({"writer": "a", "kind": "order", "text": "Other."}), "utf-8")
    with pytest.raises(JudgeError, match=r"some\.npz: learnt from other examples; run: .* some "):
        shelf.load(lambda _: None)


def test_what_is_missing_or_broken_says_how_to_make_it(shelf: Shelf) -> None:
    with pytest.raises(JudgeError, match=r"some\.npz: missing or broken .*; run: "):
        shelf.load(lambda _: None)
    shelf.learnt.write_bytes(b"nothing")
    with pytest.raises(JudgeError, match=r"some\.npz: missing or broken .*; run: "):
        shelf.load(lambda _: None)


def test_answers_are_told_by_what_never_saw_whoever_wrote_them() -> None:
    """Each voice has a word of its own, which alone would tell what it was said to be."""
    rng = np.random.default_rng(0)
    voices = [f"v{n}" for n in range(8)]
    said = ["give it more"] * 20 + [f"{voice} said it" for voice in voices for _ in range(5)]
    plain = lesson_of(said, unit_near(rng, np.eye(8)[0], 60), 20)
    names = np.array(["w"] * 20 + [voice for voice in voices for _ in range(5)])
    lesson = replace(plain, text=np.arange(60), voice=names)
    odd = replace(lesson, kind=lesson.kind.copy())
    odd.kind[20:25] = 1.0
    before, after = (np.concatenate(list(SIZE.held_out(one, 0))) for one in (lesson, odd))
    assert len(before) == 40
    # v0's own answers, the first of those left out first, are told as they were.
    assert np.allclose(before[:5], after[:5])
    assert not np.allclose(before[20:], after[20:])
