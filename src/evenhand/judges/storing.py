"""Write a calibration into a pack and read it back: one .npz of numbers, two .json of facts."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evenhand.judges import attention, faults
from evenhand.judges.calibration import CODE_VERSION, EVERYBODY, Calibration, Fitted
from evenhand.judges.coverage import Rows
from evenhand.judges.doubt import Doubt, Ground
from evenhand.judges.encoder import weights_version
from evenhand.judges.errors import JudgeError
from evenhand.judges.learning import ATTENTION, Judges
from evenhand.judges.marking import Learnt, MarkModel
from evenhand.judges.relevance import Relevance
from evenhand.judges.together import Together
from evenhand.judges.whole import RECIPES, Inputs, Scale
from evenhand.judges.wording import Vocabulary
from evenhand.measure import Components, MeasureError

Array = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

FOLDER = "calibration"
NUMBERS, FACTS, COMPONENTS = "embedded.npz", "embedded.json", "components.json"
_MARK_FIELDS = ("centre", "spread", "own", "sense", "alpha")
_SCALE_FIELDS = ("sense", "together", "wording", "centre", "spread")
_INPUTS = ("pooled", "together", "said", "wide", "prompt", "dimension")
_TOGETHER = ("middle", "directions", "moments")
_ROWS = ("case", "which", "dimension", "signal")
_GATE_FIELDS = ("centre", "scale", "slopes", "offset")
_GROUND_FIELDS = ("questions", "centres", "commonplaces")
_DOUBT_FIELDS = ("usual", "least_lead", "most_spread", "most_fault")


def save(calibration: Calibration, pack: Path) -> None:
    """Write `calibration/` of a pack: the panel's numbers and facts, and the shipped components."""
    folder = pack / FOLDER
    folder.mkdir(exist_ok=True)
    arrays: dict[str, list[NDArray[Any]]] = {}
    for fitted in calibration.without.values():
        for name, value in _flatten(fitted).items():
            arrays.setdefault(name, []).append(value)
    learnt = calibration.learnt
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        allow_pickle=False,
        **{f"answer-{name}": _short(getattr(learnt.inputs, name)) for name in _INPUTS},
        **{f"row-{name}": _short(getattr(learnt.rows, name)) for name in _ROWS},
        **{f"together-{name}": _half(getattr(calibration.together, name)) for name in _TOGETHER},
        sentences=_half(calibration.sentences),
        questions=_half(calibration.questions),
        stems=np.array("\n".join(calibration.vocabulary.index)),
        telling=calibration.vocabulary.weight,
        usual=np.array(calibration.vocabulary.usual),
        **{name: np.stack(values) for name, values in arrays.items()},
    )
    facts = {
        "source_hash": calibration.source_hash,
        "extras": calibration.extras,
        "weights": calibration.weights,
        "code": calibration.code,
        "sets": list(calibration.without),
        "authors": dict(sorted(calibration.authors.items())),
        **({"judged": calibration.judged} if calibration.judged else {}),
        **({ATTENTION: attention.SHELF.version} if ATTENTION in calibration.judges else {}),
        faults.SHELF.command: faults.SHELF.version,
        "components": {
            author: json.loads(fitted.components.to_json())
            for author, fitted in calibration.without.items()
        },
    }
    (folder / NUMBERS).write_bytes(stream.getvalue())
    _write_json(folder / FACTS, facts)
    shipped = json.loads(calibration.without[EVERYBODY].components.to_json())
    _write_json(folder / COMPONENTS, shipped)


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read(pack: Path) -> Calibration:
    """Read what `save` wrote.

    Raises:
        JudgeError: it is missing or broken.
    """
    folder = pack / FOLDER
    remedy = f"run: python -m evenhand.judges calibrate {pack}"
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        with np.load(folder / NUMBERS, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        without = {
            author: _rebuild(
                {name: value[index] for name, value in arrays.items() if "." in name},
                Components.from_json(json.dumps(facts["components"][author])),
            )
            for index, author in enumerate(facts["sets"])
        }
        return Calibration(
            without,
            _learnt(arrays),
            Together(*(_wide(arrays[f"together-{name}"]) for name in _TOGETHER)),
            _wide(arrays["sentences"]),
            _wide(arrays["questions"]),
            _vocabulary(arrays),
            facts["authors"],
            facts["source_hash"],
            facts["extras"],
            facts["weights"],
            facts["code"],
            facts.get("judged", ""),
        )
    except FileNotFoundError as error:
        raise JudgeError(f"{error.filename}: the pack is not calibrated; {remedy}") from None
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        BadZipFile,
        OSError,
        MeasureError,
        MemoryError,  # numbers said to be more than any machine holds
    ) as error:
        raise JudgeError(f"{folder}: the calibration is broken ({error}); {remedy}") from error


def is_of_another_release(facts: Mapping[str, Any]) -> bool:
    """Say by its facts whether a calibration was made by other code or judges than this release's.

    Its numbers say nothing here: what they were made with is gone. One that does not say is broken.
    """
    current = {
        "code": CODE_VERSION,
        "weights": weights_version(),
        ATTENTION: attention.SHELF.version,
        faults.SHELF.command: faults.SHELF.version,
    }
    return any(facts.get(what, now) != now for what, now in current.items())


def read_named(pack: Path) -> tuple[tuple[str, str, str, str], Components]:
    """Read what names a calibration, without its numbers: what it was made from, its components.

    Returns:
        Source hash, extras, weights and code; and the components fitted to all authors.

    Raises:
        JudgeError: it is missing or broken.
    """
    file = pack / FOLDER / FACTS
    try:
        facts = json.loads(file.read_text(encoding="utf-8"))
        components = Components.from_json(json.dumps(facts["components"][EVERYBODY]))
        return (facts["source_hash"], facts["extras"], facts["weights"], facts["code"]), components
    except (OSError, ValueError, KeyError, TypeError, MeasureError) as error:
        raise JudgeError(f"{file}: missing or broken ({error})") from error


def _short(array: NDArray[Any]) -> NDArray[Any]:
    """Keep numbers in single precision and indices in two bytes."""
    return array.astype(np.float32 if array.dtype.kind == "f" else np.uint16)


def _half(array: NDArray[Any]) -> NDArray[Any]:
    """Keep numbers in half precision, which is ample for directions."""
    return array.astype(np.float16)


def _learnt(arrays: Mapping[str, NDArray[Any]]) -> Learnt:
    """Rebuild the answers learnt from; what clauses near an indicator said is in the models."""
    case, which, dimension = (arrays[f"row-{name}"].astype(np.intp) for name in _ROWS[:3])
    signal = _wide(arrays["row-signal"])
    pooled, together, said, wide = (_wide(arrays[f"answer-{name}"]) for name in _INPUTS[:4])
    prompt, asked = (arrays[f"answer-{name}"].astype(np.intp) for name in _INPUTS[4:])
    return Learnt(
        Rows(case, which, dimension, signal, np.zeros((len(case), 0))),
        # Of thousands of stems an answer uses a hundred: those columns alone are read.
        Inputs(pooled, together, np.asfortranarray(said), wide, prompt, asked),
    )


def _vocabulary(arrays: Mapping[str, NDArray[Any]]) -> Vocabulary:
    said = str(arrays["stems"])
    stems = said.split("\n") if said else []
    index = {stem: place for place, stem in enumerate(stems)}
    return Vocabulary(index, arrays["telling"], float(arrays["usual"]))


def as_stored(fitted: Fitted) -> Fitted:
    """Return a set with its numbers rounded as the file keeps them."""
    return _rebuild(_flatten(fitted), fitted.components)


def _flatten(fitted: Fitted) -> Arrays:
    judges = fitted.judges
    flat: Arrays = {"spread.": fitted.spread, "line.": judges.line, "cuts.": judges.cuts}
    for name in _MARK_FIELDS:
        # Half precision is ample for the one large block: 384 numbers for each indicator.
        kept = np.float16 if name == "sense" else np.float32
        flat[f"marks.{name}"] = np.asarray(getattr(judges.marks, name)).astype(kept)
    for name in _SCALE_FIELDS:
        flat[f"scale.{name}"] = np.asarray(getattr(judges.scale, name)).astype(np.float32)
    for judge, weights in judges.readers.items():
        flat[f"{judge}."] = weights.astype(np.float32)
    if judges.attended is not None:
        flat["attended."] = judges.attended
    for name in _GATE_FIELDS:
        flat[f"relevance.{name}"] = np.asarray(getattr(judges.relevance, name))
    for name in _GROUND_FIELDS:
        flat[f"ground.{name}"] = getattr(fitted.doubt.ground, name).astype(np.float32)
    for name in _DOUBT_FIELDS:
        flat[f"doubt.{name}"] = np.asarray(getattr(fitted.doubt, name)).astype(np.float32)
    return flat


def _rebuild(flat: Mapping[str, NDArray[Any]], components: Components) -> Fitted:
    def fields(owner: str, names: tuple[str, ...]) -> dict[str, Any]:
        found = {name: _wide(flat[f"{owner}.{name}"]) for name in names}
        return {name: value if value.ndim else float(value) for name, value in found.items()}

    judges = Judges(
        Scale(**fields("scale", _SCALE_FIELDS)),
        MarkModel(**fields("marks", _MARK_FIELDS)),
        _wide(flat["line."]),
        _wide(flat["cuts."]),
        {name: _wide(flat[f"{name}."]) for name in RECIPES},
        Relevance(**fields("relevance", _GATE_FIELDS)),
        _wide(flat["attended."]) if "attended." in flat else None,
    )
    ground = Ground(**fields("ground", _GROUND_FIELDS))
    doubt = Doubt(ground, **fields("doubt", _DOUBT_FIELDS))
    return Fitted(judges, components, _wide(flat["spread."]), doubt)


def _wide(array: NDArray[Any]) -> Array:
    return array.astype(np.float64)
