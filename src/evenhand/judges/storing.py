"""Write a calibration into a pack and read it back: one .npz of numbers, two .json of facts."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from evenhand.judges.calibration import EVERYBODY, Calibration, Fitted
from evenhand.judges.coverage import MarkModel
from evenhand.judges.errors import JudgeError
from evenhand.judges.learning import Judges
from evenhand.judges.relevance import Relevance
from evenhand.judges.whole import RECIPES, Inputs, WholeModel
from evenhand.measure import Components, MeasureError

Array = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

FOLDER = "calibration"
NUMBERS, FACTS, COMPONENTS = "embedded.npz", "embedded.json", "components.json"
_MARK_FIELDS = ("centre", "scale", "mean", "common", "own", "sense", "whole")
_WHOLE_FIELDS = ("mean", "vectors", "offsets", "centre", "scale", "alpha")
_GATE_FIELDS = ("centre", "scale", "slopes", "offset")


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
        pooled=learnt.pooled.astype(np.float32),
        wide=learnt.wide.astype(np.float32),
        pair=learnt.pair,
        dimension=learnt.dimension,
        **{name: np.stack(values) for name, values in arrays.items()},
    )
    facts = {
        "source_hash": calibration.source_hash,
        "extras": calibration.extras,
        "weights": calibration.weights,
        "code": calibration.code,
        "sets": list(calibration.without),
        "authors": dict(sorted(calibration.authors.items())),
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
        learnt = Inputs(
            _wide(arrays["pooled"]), _wide(arrays["wide"]), arrays["pair"], arrays["dimension"]
        )
        return Calibration(
            without,
            learnt,
            facts["authors"],
            facts["source_hash"],
            facts["extras"],
            facts["weights"],
            facts["code"],
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
    ) as error:
        raise JudgeError(f"{folder}: the calibration is broken ({error}); {remedy}") from error


def as_stored(fitted: Fitted) -> Fitted:
    """Return a set with its numbers rounded as the file keeps them."""
    return _rebuild(_flatten(fitted), fitted.components)


def _flatten(fitted: Fitted) -> Arrays:
    judges = fitted.judges
    flat: Arrays = {"spread.": fitted.spread, "line.": judges.line, "cuts.": judges.cuts}
    for kind, model in (("strong", judges.strong), ("flag", judges.flag)):
        for name in _MARK_FIELDS:
            # Half precision is ample for the one large block: 384 numbers for each indicator.
            kept = np.float16 if name == "sense" else np.float32
            flat[f"{kind}.{name}"] = np.asarray(getattr(model, name)).astype(kept)
    for judge, reader in judges.readers.items():
        for name in _WHOLE_FIELDS:
            flat[f"{judge}.{name}"] = np.asarray(getattr(reader, name)).astype(np.float32)
    for name in _GATE_FIELDS:
        flat[f"relevance.{name}"] = np.asarray(getattr(judges.relevance, name))
    return flat


def _rebuild(flat: Mapping[str, NDArray[Any]], components: Components) -> Fitted:
    def fields(owner: str, names: tuple[str, ...]) -> dict[str, Any]:
        found = {name: _wide(flat[f"{owner}.{name}"]) for name in names}
        return {name: value if value.ndim else float(value) for name, value in found.items()}

    judges = Judges(
        MarkModel(**fields("strong", _MARK_FIELDS)),
        MarkModel(**fields("flag", _MARK_FIELDS)),
        _wide(flat["line."]),
        _wide(flat["cuts."]),
        {
            name: WholeModel(signs=recipe.signs, **fields(name, _WHOLE_FIELDS))
            for name, recipe in RECIPES.items()
        },
        Relevance(**fields("relevance", _GATE_FIELDS)),
    )
    return Fitted(judges, components, _wide(flat["spread."]))


def _wide(array: NDArray[Any]) -> Array:
    return array.astype(np.float64)
