"""What a pack's calibration brings along beside the golden answers, to pull form and matter apart.

Written samples have a level from whoever wrote them; rated samples were written without sight of
the rubric, and have levels and marks from raters who knew neither author nor purpose. Traps are
rated samples too, by voices that are confident and wrong or talk without sense.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from evenhand.judges.cases import TRAP_NOISE, Case, foreign_sentences
from evenhand.judges.encoder import Encoder
from evenhand.judges.errors import JudgeError
from evenhand.judges.reading import read_all
from evenhand.judges.references import parsed, references_version, sentences_of
from evenhand.judges.screening import screen
from evenhand.judges.wording import Vocabulary, vocabulary_of
from evenhand.rubric import Dimension, Pack

SAMPLES = ("calibration/samples.yaml", "calibration/contrasts.yaml")
SAMPLE_NOISE, CARELESS_NOISE, MARKED_NOISE = 1.2, 2.0, 2.0
"""The same for a written sample, whose level nobody but its writer has judged: without marks, a
careless one of these, and one with marks. There are many of the last two, so each weighs less."""
CARELESS = 1.5
"""Samples below this level are careless ones."""
MARK_PER_LEVEL = 0.45
"""Mean mark of a strong indicator for each level above 1, among golden answers."""

RATED, TRAPS = "calibration/rated.jsonl", "calibration/traps.jsonl"
RATED_NOISE = 2.0
"""The same for a rated sample: one or two blind raters stand behind its level, where three or six
stand behind a golden answer's. A trap weighs a little less (`TRAP_NOISE`)."""


@dataclass(frozen=True)
class Sample:
    """A written sample; `marks` names the indicators that it shows, None where nobody said."""

    prompt: str
    level: float
    text: str
    marks: Mapping[str, float] | None


def sample_cases(pack: Pack, encoder: Encoder) -> list[Case]:
    """Read the samples that a pack's calibration brings along, if it does.

    Where a sample has no marks, each strong indicator is taken to have the mean mark of the level.

    Raises:
        JudgeError: a file is not of the form prompt: [{level, text, marks}].
    """
    samples = load_samples(pack)
    readings = read_all([(sample.text, ()) for sample in samples], encoder)
    cases = []
    for sample, reading in zip(samples, readings, strict=True):
        for name in pack.prompt(sample.prompt).dimensions:
            marks = _marks(sample, pack.dimension(name))
            cases.append(
                Case(reading, sample.prompt, name, "", sample.level, marks, _noise(sample))
            )
    return cases


def _noise(sample: Sample) -> float:
    if sample.marks is not None:
        return MARKED_NOISE
    return CARELESS_NOISE if sample.level < CARELESS else SAMPLE_NOISE


def _marks(sample: Sample, dimension: Dimension) -> dict[str, float]:
    usual = MARK_PER_LEVEL * (sample.level - 1)
    if sample.marks is not None:
        return {i.id: sample.marks.get(i.id, 0.0) for i in dimension.indicators}
    return {i.id: usual if i.kind == "strong" else 0.0 for i in dimension.indicators}


def load_samples(pack: Pack) -> list[Sample]:
    """Return the samples of all files, in the files' order."""
    return [sample for name in SAMPLES for sample in _read_samples(pack, pack.root / name)]


def _read_samples(pack: Pack, file: Path) -> list[Sample]:
    if not file.is_file():
        return []
    prompts = {prompt.id: prompt for prompt in pack.prompts}
    samples = []
    try:
        found = parsed(file.read_text(encoding="utf-8")) or {}
        for prompt, entries in found.items():
            if prompt not in prompts:
                continue
            names = {i.id for d in prompts[prompt].dimensions for i in pack.dimension(d).indicators}
            for entry in entries:
                marks = entry.get("marks")
                if marks is not None and not set(marks) <= names:
                    raise ValueError(f"{prompt}: not an indicator: {sorted(set(marks) - names)}")
                shown = None if marks is None else {n: float(m) for n, m in marks.items()}
                samples.append(Sample(prompt, float(entry["level"]), str(entry["text"]), shown))
        return samples
    except (
        yaml.YAMLError,
        UnicodeDecodeError,
        TypeError,
        KeyError,
        ValueError,
        AttributeError,
    ) as error:
        raise JudgeError(f"{file}: must be prompt: [{{level, text, marks}}]: {error}") from error


def rated_cases(pack: Pack, encoder: Encoder) -> list[Case]:
    """Read the rated samples and the traps, where there are any; a case for each rated dimension.

    Raises:
        JudgeError: a line is not of the form of a golden answer.
    """
    rated, traps = load_rated(pack, RATED), load_rated(pack, TRAPS)
    rows = [*rated, *traps]
    noise = [RATED_NOISE] * len(rated) + [TRAP_NOISE] * len(traps)
    texts = []
    for row in rows:
        prompt = pack.prompt(row["prompt"])
        texts.append((screen(row["text"], prompt.text).text, foreign_sentences(pack, prompt)))
    return [
        Case(reading, row["prompt"], name, "", level, marks, weight, f"voice {row['author']}")
        for row, reading, weight in zip(rows, read_all(texts, encoder), noise, strict=True)
        for name, level, marks in means_of(row)
    ]


def means_of(row: dict[str, Any]) -> Iterator[tuple[str, float, dict[str, float]]]:
    """Yield each rated dimension with the mean level and marks of its raters."""
    for name in sorted({rating["dimension"] for rating in row["ratings"]}):
        ratings = [rating for rating in row["ratings"] if rating["dimension"] == name]
        marks = {
            indicator: float(np.mean([rating["marks"][indicator] for rating in ratings]))
            for indicator in ratings[0]["marks"]
        }
        yield name, float(np.mean([rating["level"] for rating in ratings])), marks


def load_rated(pack: Pack, name: str) -> list[dict[str, Any]]:
    """Return the rated samples of `RATED` or `TRAPS` in the order of the file, checked."""
    file = pack.root / name
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
            row["text"], row["author"] = str(row["text"]), str(row["author"])
        except (ValueError, KeyError, TypeError) as error:
            raise JudgeError(f"{file}:{number}: {error}") from error
        rows.append(row)
    return rows


def pack_vocabulary(pack: Pack) -> Vocabulary:
    """Collect the vocabulary of a pack: rubric, exemplars and samples, and no golden answer.

    Raises:
        JudgeError: one of the files is not of its form.
    """
    answers = [sample.text for sample in load_samples(pack)]
    answers += [row["text"] for name in (RATED, TRAPS) for row in load_rated(pack, name)]
    return vocabulary_of(answers, [line for lines in sentences_of(pack).values() for line in lines])


def extras_version(pack: Pack) -> str:
    """Name what a calibration is made from beside the rubric and the golden answers: hex SHA-256.

    Raises:
        JudgeError: one of the files is not of its form.
    """
    lines = [json.dumps(asdict(sample), sort_keys=True) + "\n" for sample in load_samples(pack)]
    for name in (RATED, TRAPS):
        lines += [json.dumps(row, sort_keys=True) + "\n" for row in load_rated(pack, name)]
    lines.append(references_version(sentences_of(pack)))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
