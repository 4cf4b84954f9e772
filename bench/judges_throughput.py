"""What the embedded panel costs beside its forward passes: its rate over the bare runtime's.

    python bench/judges_throughput.py [PACK] [--rounds N]

Both sides read the same words of the same golden answers, answer by answer, in the same batches and
with the same threads: what the judges embed, and what the encoders with changed weights are asked
about, to tell bids and to rate, which take as long. The bare side holds the token ids ready and
does nothing but call ONNX Runtime. The panel's side starts from text: screening, clauses, tokens,
forward passes, every judge, joining. The sides take turns at each answer, several rounds of it, and
each answer's least time on either side counts, so that other work on the machine weighs on both
alike and little.
"""

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evenhand.judges import Panel, load_panel
from evenhand.judges.attention import WINDOW, Attention
from evenhand.judges.encoder import MiniLM, batches, find_weights
from evenhand.judges.tuned import Tuned
from evenhand.rubric import GoldenAnswer, load_pack, shipped_pack

TARGET = 0.9
Feed = dict[str, NDArray[np.int64]]


class Listening:
    """The panel's encoder, remembering what it was asked to embed."""

    def __init__(self, panel: Panel) -> None:
        self.inner = panel.encoder
        self.version = panel.encoder.version
        self.heard: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Embed texts and note them down."""
        self.heard.append(list(texts))
        return self.inner.encode(texts)


class ListeningTuned:
    """The encoder that is tuned to bids, noting down what it was asked about."""

    def __init__(self, tuned: Tuned, heard: list[list[str]]) -> None:
        self.inner = tuned
        self.heard = heard

    def scores(self, said: Sequence[str]) -> NDArray[np.float64]:
        """Tell clauses and note them down."""
        self.heard.append(list(said))
        return self.inner.scores(said)


class ListeningWords:
    """The encoder of the attention judge, noting down what it was asked to read."""

    def __init__(self, inner: MiniLM, heard: list[list[str]]) -> None:
        self.inner = inner
        self.heard = heard
        self.windows = inner.windows

    def words(self, texts: Sequence[str]) -> list[NDArray[np.float64]]:
        """Read texts and note them down."""
        self.heard.append(list(texts))
        return self.inner.words(texts)


def listening_attention(attention: Attention | None, heard: list[list[str]]) -> Attention | None:
    """Return the judge with an encoder that notes down what it reads."""
    if attention is None:
        return None
    other = dataclasses.replace(attention)
    other.__dict__["encoder"] = ListeningWords(attention.encoder, heard)
    return other


def feeds_of(asked: list[list[str]], tokenizer: Tokenizer) -> list[Feed]:
    """Return the inputs of every forward pass, in the batches that the panel's encoder makes."""
    feeds = []
    for texts in asked:
        ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        for batch in batches([len(i) for i in ids]):
            width = max(len(ids[i]) for i in batch)
            tokens = np.zeros((len(batch), width), np.int64)
            mask = np.zeros((len(batch), width), np.int64)
            for row, i in enumerate(batch):
                tokens[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = 1
            zeros = np.zeros_like(tokens)
            feeds.append({"input_ids": tokens, "attention_mask": mask, "token_type_ids": zeros})
    return feeds


def bare_session(threads: int) -> onnxruntime.InferenceSession:
    """Open the weights as the encoder does."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    file = find_weights() / "onnx" / "model.onnx"
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def seconds_of_panel(panel: Panel, answer: GoldenAnswer) -> float:
    """Time the whole panel on one answer, of which it keeps nothing."""
    if panel.axes.attention is not None:
        panel.axes.attention._last.clear()
    started = time.perf_counter()
    panel.judge(panel.pack.prompt(answer.prompt), answer.text)
    return time.perf_counter() - started


def seconds_of_runtime(session: onnxruntime.InferenceSession, feeds: list[Feed]) -> float:
    """Time one answer's forward passes alone."""
    started = time.perf_counter()
    for feed in feeds:
        session.run(None, feed)
    return time.perf_counter() - started


def least_seconds(
    panel: Panel, answers: Sequence[GoldenAnswer], threads: int, rounds: int
) -> NDArray[np.float64]:
    """Return each answer's least time by the bare runtime and by the panel: (2, answers)."""
    listening = Listening(panel)
    tuned = cast(Tuned, ListeningTuned(panel.bids.tuned, listening.heard))
    bids = dataclasses.replace(panel.bids, tuned=tuned)
    attention = listening_attention(panel.axes.attention, listening.heard)
    axes = dataclasses.replace(panel.axes, attention=attention)
    heard = dataclasses.replace(panel, encoder=listening, bids=bids, axes=axes)
    tokenizer = Tokenizer.from_file(str(find_weights() / "tokenizer.json"))
    tokenizer.enable_truncation(WINDOW)  # no clause is as long
    tokenizer.no_padding()
    session = bare_session(threads)
    least = np.full((2, len(answers)), np.inf)
    for number, answer in enumerate(answers):
        listening.heard.clear()
        seconds_of_panel(heard, answer)
        feeds = feeds_of(listening.heard, tokenizer)
        for _ in range(rounds):
            # Another answer in between, so that nothing else the panel keeps of the last one helps.
            bare = seconds_of_runtime(session, feeds)
            seconds_of_panel(panel, answers[number - 1])
            whole = seconds_of_panel(panel, answer)
            least[:, number] = np.minimum(least[:, number], (bare, whole))
    return least


def main() -> int:
    """Print both rates and their ratio; return 1 where it misses its target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pack", type=Path, nargs="?", default=shipped_pack())
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--answers", type=int, default=18)
    chosen = parser.parse_args()
    pack, threads = load_pack(chosen.pack), os.cpu_count() or 1
    panel = load_panel(pack, threads=threads)
    answers = pack.golden[:: max(len(pack.golden) // chosen.answers, 1)]
    bare, whole = least_seconds(panel, answers, threads, chosen.rounds).sum(1)
    print(f"{len(answers)} answers, {threads} cores, {chosen.rounds} rounds")
    print(f"  bare runtime    {len(answers) / bare:6.2f} answers/s")
    print(f"  embedded panel  {len(answers) / whole:6.2f} answers/s")
    ratio = bare / whole
    print(f"  {'met   ' if ratio >= TARGET else 'MISSED'} ratio >= {TARGET} (is {ratio:.3f})")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
