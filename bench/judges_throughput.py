"""What the embedded panel costs beside its forward passes: its rate over the bare runtime's.

    python bench/judges_throughput.py [PACK] [--rounds N]

Both sides read the same words of the same golden answers, answer by answer, in the same batches,
with the same threads and by the same weights: what the judges embed, and what the encoders with
changed weights are asked about, to tell bids and to rate. The bare side holds the token ids ready
and does nothing but call ONNX Runtime, from one thread or from two, whichever is faster. The
panel's side starts from text: screening, clauses, tokens, forward passes, every judge, joining. Its
rate is that of `judge_all`; beside it stands that of one answer after another, each side's calls
from one thread. The sides take turns, several rounds of it, and the least time of either counts, so
that other work on the machine weighs on both alike and little. Between rounds the panel forgets
what it has read.
"""

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evenhand.judges import Panel, load_panel
from evenhand.judges.ahead import each_ahead
from evenhand.judges.attention import WINDOW, Attention
from evenhand.judges.encoder import MiniLM, batches, find_weights
from evenhand.judges.faults import Faults
from evenhand.judges.tuned import Change, Part, Tuned, changed_weights
from evenhand.rubric import GoldenAnswer, load_pack, shipped_pack

TARGET = 0.9
Feed = dict[str, NDArray[np.int64]]
Feeds = list[tuple[str, Feed]]
Sessions = Mapping[str, onnxruntime.InferenceSession]
Heard = list[tuple[str, list[str]]]
"""By whose weights something was read, and what."""
BASE, BIDS, ATTENTION, FAULTS = "base", "bids", "attention", "faults"
Reads = TypeVar("Reads", Attention, Faults)
BARE, BARE_AT_ONCE = "bare runtime", "bare runtime, from two threads"
ONE_BY_ONE, ALL = "embedded panel, one after another", "embedded panel"


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
    """An encoder that reads whole answers, noting down what it was asked to read."""

    def __init__(self, inner: MiniLM, whose: str, heard: Heard) -> None:
        self.inner = inner
        self.whose = whose
        self.heard = heard

    def words(self, texts: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """Read texts and note them down; no golden answer is longer than is read at once."""
        self.heard.append((self.whose, ["\n".join(one) for one in texts]))
        return self.inner.words(texts)


def listening(judge: Reads, whose: str, heard: Heard) -> Reads:
    """Return what reads whole answers with an encoder that notes down what it reads."""
    other = dataclasses.replace(judge)
    other.__dict__["encoder"] = ListeningWords(judge.encoder, whose, heard)
    return other


def feeds_of(asked: Heard, tokenizer: Tokenizer) -> Feeds:
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
    """Open the weights as the encoders do: as they are, and with each change."""
    changes = {BASE: {}, BIDS: panel.bids.tuned.changes, FAULTS: panel.faults.changes}
    if panel.axes.attention is not None:
        changes[ATTENTION] = panel.axes.attention.changes
    return {name: bare_session(changed, threads) for name, changed in changes.items()}


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


def forget(panel: Panel) -> None:
    """Let nothing be known that the panel has read before."""
    if panel.axes.attention is not None:
        panel.axes.attention._last.clear()
    modules = [one for name, one in sys.modules.items() if name.startswith("evenhand.judges")]
    for kept in (one for module in modules for one in vars(module).values()):
        # What is kept without a bound was loaded; what has one was read.
        if hasattr(kept, "cache_parameters") and kept.cache_parameters()["maxsize"] is not None:
            kept.cache_clear()


def all_feeds(panel: Panel, answers: Sequence[GoldenAnswer]) -> list[Feeds]:
    """Return what the runtime is fed for each answer."""
    encoder = Listening(panel)
    tuned = cast(Tuned, ListeningTuned(panel.bids.tuned, encoder.heard))
    attention = panel.axes.attention
    if attention is not None:
        attention = listening(attention, ATTENTION, encoder.heard)
    heard = dataclasses.replace(
        panel,
        encoder=encoder,
        bids=dataclasses.replace(panel.bids, tuned=tuned),
        axes=dataclasses.replace(panel.axes, attention=attention),
        faults=listening(panel.faults, FAULTS, encoder.heard),
    )
    tokenizer = Tokenizer.from_file(str(find_weights() / "tokenizer.json"))
    tokenizer.enable_truncation(WINDOW)  # no clause is as long
    tokenizer.no_padding()
    feeds = []
    for answer in answers:
        forget(heard)
        encoder.heard.clear()
        heard.judge(panel.pack.prompt(answer.prompt), answer.text)
        feeds.append(feeds_of(encoder.heard, tokenizer))
    return feeds


def least_seconds(
    panel: Panel, answers: Sequence[GoldenAnswer], threads: int, rounds: int
) -> dict[str, float]:
    """Return the least time that each side took for all answers, by its name."""
    feeds, sessions = all_feeds(panel, answers), bare_sessions(panel, threads)
    asked = [(panel.pack.prompt(answer.prompt), answer.text) for answer in answers]

    def run(passes: Feeds) -> int:
        for weights, feed in passes:
            sessions[weights].run(None, feed)
        return len(passes)

    sides: dict[str, Callable[[], object]] = {
        BARE: lambda: [run(passes) for passes in feeds],
        BARE_AT_ONCE: lambda: list(each_ahead(run, feeds)),
        ONE_BY_ONE: lambda: [panel.judge(*one) for one in asked],
        ALL: lambda: list(panel.judge_all(asked)),
    }
    least = dict.fromkeys(sides, float("inf"))
    for _ in range(rounds):
        for name, side in sides.items():
            forget(panel)
            started = time.perf_counter()
            side()
            least[name] = min(least[name], time.perf_counter() - started)
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
    least = least_seconds(panel, answers, threads, chosen.rounds)
    print(f"{len(answers)} answers, {threads} cores, {chosen.rounds} rounds")
    for name, seconds in least.items():
        print(f"  {name:<34}{len(answers) / seconds:6.2f} answers/s")
    print(f"  one after another: ratio {least[BARE] / least[ONE_BY_ONE]:.3f}")
    ratio = min(least[BARE], least[BARE_AT_ONCE]) / least[ALL]
    print(f"  {'met   ' if ratio >= TARGET else 'MISSED'} ratio >= {TARGET} (is {ratio:.3f})")
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
