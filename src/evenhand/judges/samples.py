"""What a pack's calibration brings along beside the golden answers, to pull form and matter apart.

Written samples have a level from whoever wrote them; rated samples were written without sight of
the rubric, and have levels and marks from a rater who knew neither author nor purpose.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import yaml

from evenhand.judges.cases import Case, foreign_sentences
from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.judges.reading import read_all
from evenhand.judges.references import references_version, sentences_of
from evenhand.judges.screening import screen
from evenhand.rubric import Pack

SAMPLES = "calibration/samples.yaml"
SAMPLE_NOISE = 1.2
"""The same for a written sample, whose level nobody but its writer has judged."""
MARK_PER_LEVEL = 0.45
"""Mean mark of a strong indicator for each level above 1, among golden answers."""

RATED = "calibration/rated.jsonl"
RATED_NOISE = 2.0
"""The same for a rated sample: one blind rater stands behind its level, where three or six stand
behind a golden answer's."""


def sample_cases(pack: Pack, encoder: Encoder) -> list[Case]:
    """Read the samples that a pack's calibration brings along, if it does.

    They have a level and no marks; each strong indicator is taken to have the mean mark of the
    level.

    Raises:
        JudgeError: the file is not of the form prompt: [{level, text}].
    """
    samples = load_samples(pack)
    readings = read_all([(text, ()) for _, _, text in samples], encoder)
    cases = []
    for (prompt, level, _), reading in zip(samples, readings, strict=True):
        for name in pack.prompt(prompt).dimensions:
            mark = MARK_PER_LEVEL * (level - 1)
            marks = {
                i.id: mark if i.kind == "strong" else 0.0 for i in pack.dimension(name).indicators
            }
            cases.append(Case(reading, prompt, name, "", level, marks, SAMPLE_NOISE))
    return cases


def load_samples(pack: Pack) -> list[tuple[str, float, str]]:
    """Return (prompt, level, text) of each sample, in the file's order."""
    file = pack.root / SAMPLES
    if not file.is_file():
        return []
    known = {prompt.id for prompt in pack.prompts}
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        return [
            (prompt, float(sample["level"]), str(sample["text"]))
            for prompt, samples in found.items()
            if prompt in known
            for sample in samples
        ]
    except (
        yaml.YAMLError,
        UnicodeDecodeError,
        TypeError,
        KeyError,
        ValueError,
        AttributeError,
    ) as error:
        raise JudgeError(f"{file}: must be prompt: [{{level, text}}]: {error}") from error


def rated_cases(pack: Pack, encoder: Encoder) -> list[Case]:
    """Read the rated samples, if the calibration brings any; a case for each rated dimension.

    Raises:
        JudgeError: a line is not of the form of a golden answer.
    """
    rows = load_rated(pack)
    texts = []
    for row in rows:
        prompt = pack.prompt(row["prompt"])
        texts.append((screen(row["text"], prompt.text).text, foreign_sentences(pack, prompt)))
    return [
        Case(reading, row["prompt"], name, "", level, marks, RATED_NOISE)
        for row, reading in zip(rows, read_all(texts, encoder), strict=True)
        for name, level, marks in _means(row)
    ]


def _means(row: dict[str, Any]) -> Iterator[tuple[str, float, dict[str, float]]]:
    """Yield each rated dimension with the mean level and marks of its raters."""
    for name in sorted({rating["dimension"] for rating in row["ratings"]}):
        ratings = [rating for rating in row["ratings"] if rating["dimension"] == name]
        marks = {
            indicator: float(np.mean([rating["marks"][indicator] for rating in ratings]))
            for indicator in ratings[0]["marks"]
        }
        yield name, float(np.mean([rating["level"] for rating in ratings])), marks


def load_rated(pack: Pack) -> list[dict[str, Any]]:
    """Return the rated samples in the file's order, checked against the pack."""
    file = pack.root / RATED
    if not file.is_file():
        return []
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            prompt = pack.prompt(row["prompt"])
            for rating in row["ratings"]:
                indicators = {i.id for i in pack.dimension(rating["dimension"]).indicators}
                if rating["dimension"] not in prompt.dimensions:
                    raise ValueError(f"{prompt.id} does not measure {rating['dimension']}")
                if set(rating["marks"]) != indicators or not 1 <= rating["level"] <= 5:
                    raise ValueError("marks or level do not fit the rubric")
            row["text"] = str(row["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise JudgeError(f"{file}:{number}: {error}") from error
        rows.append(row)
    return rows


def extras_version(pack: Pack) -> str:
    """Name what a calibration is made from beside the rubric and the golden answers: hex SHA-256.

    Raises:
        JudgeError: one of the files is not of its form.
    """
    lines = [f"{prompt}\t{level}\t{text}\n" for prompt, level, text in load_samples(pack)]
    lines += [json.dumps(row, sort_keys=True) + "\n" for row in load_rated(pack)]
    lines.append(references_version(sentences_of(pack)))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
