"""What the embedded panel costs beside its forward passes: its rate over the bare runtime's.

    python bench/judges_throughput.py [PACK] [--rounds N]

Both sides read the same words of the same golden answers, answer by answer, in the same batches,
with the same threads and by the same weights: what the judges embed, and what the encoders with
changed weights are asked about, to tell bids and to rate. The bare side holds the token ids ready
and does nothing but call ONNX Runtime. The panel's side starts from text: screening, clauses,
tokens, forward passes, every judge, joining. The sides take turns at each answer, several rounds of
it, and each answer's least time on either side counts, so that other work on the machine weighs on
both alike and little.
"""

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evenhand.judges import Panel, load_panel
from evenhand.judges.attention import WINDOW, Attention
from evenhand.judges.encoder import MiniLM, batches, find_weights
from evenhand.judges.tuned import Change, Part, Tuned, changed_weights
from evenhand.rubric import GoldenAnswer, load_pack, shipped_pack

TARGET = 0.9
Feed = dict[str, NDArray[np.int64]]
Sessions = Mapping[str, onnxruntime.InferenceSession]
Heard = list[tuple[str, list[str]]]
"""By whose weights something was read, and what."""
BASE, BIDS, ATTENTION = "base", "bids", "attention"


class Listening:
    """The panel's encoder, remembering what it was asked to embed."""

    def __init__(self, panel: Panel) -> None:
        self.inner = panel.encoder
        self.version = panel.encoder.version
        self.heard: Heard = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Embed texts and note them down."""
        self.heard.append((BASE, list(texts)))
        return self.inner.encode(texts)


class ListeningTuned:
    """The encoder that is tuned to bids, noting down what it was asked about."""

    def __init__(self, tuned: Tuned, heard: Heard) -> None:
        self.inner = tuned
        self.heard = heard

    def scores(self, said: Sequence[str]) -> NDArray[np.float64]:
        """Tell clauses and note them down."""
        self.heard.append((BIDS, list(said)))
        return self.inner.scores(said)


class ListeningWords:
    """The encoder of the attention judge, noting down what it was asked to read."""

    def __init__(self, inner: MiniLM, heard: Heard) -> None:
        self.inner = inner
        self.heard = heard

    def words(self, texts: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Read texts and note them down; no golden answer is longer than is read at once."""
        self.heard.append((ATTENTION, ["\n".join(one) for one in texts]))
        return self.inner.words(texts)


def listening_attention(attention: Attention | None, heard: Heard) -> Attention | None:
    """Return the judge with an encoder that notes down what it reads."""
    if attention is None:
        return None
    other = dataclasses.replace(attention)
    other.__dict__["encoder"] = ListeningWords(attention.encoder, heard)
    return other


def feeds_of(asked: Heard, tokenizer: Tokenizer) -> list[tuple[str, Feed]]:
    """Return the inputs of every forward pass, in the batches that the panel's encoder makes."""
    feeds = []
    for weights, texts in asked:
        ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
        for batch in batches([len(i) for i in ids]):
            width = max(len(ids[i]) for i in batch)
            tokens = np.zeros((len(batch), width), np.int64)
            mask = np.zeros((len(batch), width), np.int64)
            for row, i in enumerate(batch):
                tokens[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = 1
            zeros = np.zeros_like(tokens)
            feed = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": zeros}
            feeds.append((weights, feed))
    return feeds


def bare_sessions(panel: Panel, threads: int) -> Sessions:
    """Open the weights as the encoders do: as they are, and with either change."""
    found = {BASE: bare_session({}, threads), BIDS: bare_session(panel.bids.tuned.changes, threads)}
    attention = panel.axes.attention
    return found | ({ATTENTION: bare_session(attention.changes, threads)} if attention else {})


def bare_session(changes: Mapping[Part, Change], threads: int) -> onnxruntime.InferenceSession:
    """Open the weights with some changes."""
    options = onnxruntime.SessionOptions()
    changed = changed_weights(changes)
    values = [
        onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(one))
        for one in changed.values()
    ]
    options.add_external_initializers(list(changed), values)
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads of one session that spin while they wait hold up those of the others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
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


def seconds_of_runtime(sessions: Sessions, feeds: list[tuple[str, Feed]]) -> float:
    """Time one answer's forward passes alone."""
    started = time.perf_counter()
    for weights, feed in feeds:
        sessions[weights].run(None, feed)
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
    sessions = bare_sessions(panel, threads)
    least = np.full((2, len(answers)), np.inf)
    for number, answer in enumerate(answers):
        listening.heard.clear()
        seconds_of_panel(heard, answer)
        feeds = feeds_of(listening.heard, tokenizer)
        for _ in range(rounds):
            # Another answer in between, so that nothing else the panel keeps of the last one helps.
            bare = seconds_of_runtime(sessions, feeds)
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
