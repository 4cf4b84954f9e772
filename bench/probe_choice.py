"""The choice of follow-ups: its time and memory, what it gains, and how a follow-up is to be rated.

    python bench/probe_choice.py [PACK]

Golden answers of the development authors only; each is read by the panel that was fitted without
its author. There are no answers to follow-ups among them, so that these are emulated: the first two
thirds of an answer stand for what was written at first, the rest for what a follow-up brings. What
the rule assumes (how open a mark leaves an indicator) is measured on one half of the authors, and
what it gains is reported on the other.
"""

import argparse
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evenhand.judges import Panel, load_panel
from evenhand.judges.calibration import EVERYBODY
from evenhand.judges.probing import OPEN, choose, marks_of
from evenhand.judges.values import Mark, PanelResult
from evenhand.measure import Components, Option, Rating
from evenhand.measure.aims import Narrow
from evenhand.measure.foreseeing import foresee
from evenhand.rubric import GoldenAnswer, Pack, Probe, Prompt, load_pack, shipped_pack
from evenhand.rubric.asking import WRITTEN
from evenhand.studies.flips import ratings_from
from saying import machine, tell

MEASURED = ("d01", "d03", "d05", "d06", "d07", "d09")
REPORTED = ("d11", "d13", "d14", "d16", "d17", "d18")
FIRST = 0.65
"""Share of an answer that stands for what was written before the follow-up."""
SECONDS = 2.0
MINUTES = 20.0
_END = re.compile(r'[.!?]["\')]?\s+')


@dataclass(frozen=True)
class Split:
    """A golden answer in two parts, with what the panel says of the whole and of each."""

    answer: GoldenAnswer
    whole: PanelResult
    first: PanelResult
    rest: PanelResult


def main() -> None:
    """Print every part; exit 1 where the time is missed or the rule gains nothing."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pack", nargs="?", type=Path, default=shipped_pack())
    pack = load_pack(parser.parse_args().pack)
    before = resident()
    started = time.perf_counter()
    panel = load_panel(pack)
    print(f"{machine()}; load {os.getloadavg()[0]:.1f}")
    print(
        f"panel: loaded in {time.perf_counter() - started:.1f} s, {resident() - before:.0f} MB "
        "more in the process that holds it"
    )
    splits = [split(pack, panel, a) for a in pack.golden if a.author in MEASURED + REPORTED]
    how_rated(splits)
    how_open(pack, splits)
    ok = what_gained(pack, splits)
    ok &= how_long(pack, panel)
    sys.exit(not ok)


def resident() -> float:
    """Return the memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def without(panel: Panel, author: str) -> Panel:
    """Return the panel as if an author had written nothing, whatever text it is given."""
    fitted = {EVERYBODY: panel.calibration.without[author]}
    return replace(panel, calibration=replace(panel.calibration, without=fitted, authors={}))


def parts_of(text: str) -> tuple[str, str]:
    """Cut a text at the end of the sentence nearest to its first two thirds."""
    ends = [found.end() for found in _END.finditer(text)] or [len(text)]
    cut = min(ends, key=lambda end: abs(end - FIRST * len(text)))
    return text[:cut].rstrip(), text[cut:]


def split(pack: Pack, panel: Panel, answer: GoldenAnswer) -> Split:
    """Read an answer whole and in two parts."""
    prompt, fair = pack.prompt(answer.prompt), without(panel, answer.author)
    first, rest = parts_of(answer.text)
    return Split(
        answer,
        fair.judge(prompt, f"{first}\n\n{rest}"),
        fair.judge(prompt, first),
        fair.judge(prompt, rest),
    )


def how_rated(splits: list[Split]) -> None:
    """Compare what a follow-up is rated: together with its answer, or each part on its own.

    What is left to people has no level: how many are left to compare is printed as n.
    """
    print("\nrating, against the raters' level of the whole answer (90 % intervals):")
    for name in ("whole", "first", "rest"):
        errors, covered = [], []
        for one in splits:
            for score in getattr(one, name).scores:
                levels = [r.level for r in one.answer.ratings if r.dimension == score.dimension]
                if levels and score.level is not None:
                    level = float(np.mean(levels))
                    errors.append(score.level - level)
                    covered.append(score.low <= level <= score.high)
        says = {"whole": "both together", "first": "answer alone", "rest": "follow-up alone"}[name]
        print(
            f"  {says:16} n {len(errors)}, bias {np.mean(errors):+.2f}, "
            f"RMSE {np.sqrt(np.mean(np.square(errors))):.2f}, covered {np.mean(covered):.2f}"
        )


def rated_marks(pack: Pack, splits: list[Split]) -> Iterator[tuple[Split, str, Mark, float]]:
    """Yield each strong indicator with the panel's mark of the first part, and the raters'."""
    for one in splits:
        marks = marks_of(one.first)
        for dimension in pack.prompt(one.answer.prompt).dimensions:
            given = [r.marks for r in one.answer.ratings if r.dimension == dimension]
            for indicator in pack.dimension(dimension).indicators:
                if given and indicator.kind == "strong":
                    level = float(np.mean([marks_[indicator.id] for marks_ in given]))
                    yield one, indicator.id, marks.get(indicator.id), level


def how_open(pack: Pack, splits: list[Split]) -> None:
    """Print how open a mark of the first part leaves the raters' mark of the whole."""
    print("\nopenness: variance of the raters' mark given the panel's, over the variance before:")
    for name, authors in (("measured on", MEASURED), ("seen on the others,", REPORTED)):
        rows = [r for r in rated_marks(pack, splits) if r[0].answer.author in authors]
        before = float(np.var([row[3] for row in rows]))
        found = []
        for mark in (0, 1, 2, None):
            of = [row[3] for row in rows if row[2] == mark]
            rule = f", rule {OPEN[mark]}" if mark in OPEN else ", never asked"
            if of:
                found.append(f"{mark}: {np.var(of) / before:.2f} (n {len(of)}{rule})")
        print(f"  {name} {', '.join(authors)}: {'; '.join(found)}")


def what_gained(pack: Pack, splits: list[Split]) -> bool:
    """Compare the rule with no follow-up, and with one drawn for everybody."""
    means = expected_marks(pack, splits)
    asked = {p for r in pack.rounds if r.id == WRITTEN for p in r.prompts}
    own = [s for s in splits if s.answer.author in REPORTED and s.answer.prompt in asked]
    chosen: dict[str, list[float]] = defaultdict(list)
    nothing = 0
    so_far: dict[str, list[Rating]] = defaultdict(list)
    for one in own:
        prompt = pack.prompt(one.answer.prompt)
        ratings = so_far[one.answer.author]
        ratings += ratings_from(one.answer.author, prompt.id, one.first)
        components = one.first.components
        assert components is not None
        choice = choose(pack, prompt, one.first, ratings, components, minutes=MINUTES)
        nothing += choice.probe is None
        every = probes_of(pack, prompt)
        gains = dict(
            zip(every, gains_of(pack, prompt, one, every, ratings, components), strict=True)
        )
        learnt = {p: surprise(pack, one, p, means) for p in every}
        chosen["drawn, nats"].append(float(np.mean(list(gains.values()))))
        chosen["drawn, mark"].append(float(np.mean(list(learnt.values()))))
        for probe in every:
            if probe.id == choice.probe:
                chosen["rule, nats"].append(gains[probe])
                chosen["rule, mark"].append(learnt[probe])
    rule, drawn = (sum(chosen[f"{name}, nats"]) / len(own) for name in ("rule", "drawn"))
    print(
        f"\ngain over {len(own)} written answers of {', '.join(REPORTED)} "
        f"(nothing asked: {nothing}):"
    )
    print("  no follow-up: 0 nats")
    print(f"  one drawn for everybody, mean over the probes of its prompt: {drawn:.4f} nats")
    rule_mark, drawn_mark = np.mean(chosen["rule, mark"]), np.mean(chosen["drawn, mark"])
    print(
        "  checked without the model: squared distance of the raters' mark of the whole from what "
        f"the first part let expect: rule {rule_mark:.2f}, drawn {drawn_mark:.2f}"
    )
    return tell("more than a drawn one", f"{rule:.4f} nats, {rule / drawn:.2f} times", rule > drawn)


def probes_of(pack: Pack, prompt: Prompt) -> list[Probe]:
    """Return the probes of a prompt's dimensions."""
    known = {i.id for d in prompt.dimensions for i in pack.dimension(d).indicators}
    return [probe for probe in pack.probes if probe.indicator in known]


def gains_of(
    pack: Pack,
    prompt: Prompt,
    one: Split,
    probes: list[Probe],
    ratings: list[Rating],
    components: Components,
) -> list[float]:
    """Return what probes gain by the rule's formula; for one that is shown, the openness of 2."""
    marks = marks_of(one.first)
    of = {i.id: d for d in prompt.dimensions for i in pack.dimension(d).indicators}
    options = []
    for probe in probes:
        dimension, mark = of[probe.indicator], marks.get(probe.indicator)
        part = min(probe.minutes / (prompt.minutes * prompt.dimensions[dimension]), 1.0)
        aim = OPEN.get(mark, SHOWN) * part
        options.append(
            Option(
                probe.id, {dimension: aim}, probe.minutes, WRITTEN, "model", 3, follows=prompt.id
            )
        )
    seen = foresee(ratings, components, options)
    size = len(seen.mean)
    after = seen.after_each(seen.covariance, range(len(options)))
    gains = Narrow().gains(seen.covariance[:size, :size], after, seen.human)
    return [float(gain) for gain in gains]


SHOWN = 0.23
"""Openness of an indicator that is shown, as `how_open` prints it; the rule never asks for one."""


def expected_marks(pack: Pack, splits: list[Split]) -> dict[Mark, float]:
    """Return the raters' mean mark of the whole by the panel's of the first part."""
    found: dict[Mark, list[float]] = defaultdict(list)
    for one, _, mark, level in rated_marks(pack, splits):
        if one.answer.author in MEASURED:
            found[mark].append(level)
    return {mark: float(np.mean(levels)) for mark, levels in found.items()}


def surprise(pack: Pack, one: Split, probe: Probe, means: dict[Mark, float]) -> float:
    """Return how far the raters' mark of the whole lies from what was expected, squared."""
    for _, indicator, mark, level in rated_marks(pack, [one]):
        if indicator == probe.indicator:
            return (level - means.get(mark, means[1])) ** 2
    return 0.0


def how_long(pack: Pack, panel: Panel) -> bool:
    """Time reading and choosing, as the worker does both when an answer is left."""
    seconds = []
    for answer in pack.golden:
        prompt = pack.prompt(answer.prompt)
        if answer.author not in MEASURED + REPORTED or prompt.round != WRITTEN:
            continue
        started = time.perf_counter()
        result = panel.judge(prompt, answer.text)
        ratings = ratings_from("x", prompt.id, result)
        assert result.components is not None
        choose(pack, prompt, result, ratings, result.components, minutes=MINUTES)
        seconds.append(time.perf_counter() - started)
    p50, p95 = np.percentile(seconds, (50, 95))
    print(
        f"\ntime of {len(seconds)} choices: p50 {p50:.3f} s, p95 {p95:.3f} s, "
        f"most {max(seconds):.3f} s"
    )
    return tell("p95 within 2 s", f"{p95:.3f} s", bool(p95 <= SECONDS))


if __name__ == "__main__":
    main()
