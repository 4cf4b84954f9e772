"""What focus saves: minutes to equal width, and decisions at equal minutes.

People are rated on seven dimensions: four written answers, one each for d0 to d3, read by three
model judges (5 % of answers and 4 % of readings missing), then one interviewer with a halo, who may
ask four prompts of 7 minutes on each dimension. Sizes are the cold start's, and the planner knows
them. All is drawn from the planner's own model, so this says what planning is worth where the model
holds, and not that it does. Four ways to ask:

- fixed script: a prompt on each dimension in the order of the rubric, then again from the top,
  eight in 60 minutes; it goes on in that order if a width asks for more;
- R > .25, the reference's printed rule: where R is largest (1 if nothing was rated) and above .25,
  a prompt on that dimension, three at most; then the script. Levels are clipped to 1..5;
- ours: prompts on d4, d5 and d6 for everyone, then a plan for each person;
- optimised but fixed: the plan for a person with nothing missing, asked of everyone.

Asked: at least 40 % fewer minutes than the script and 25 % fewer than the R rule until no dimension
is wider than the widest is, on average, after the script's 60 minutes; about the top quarter,
decisions after 30 minutes that are no worse than those after the script's 60. The second table adds
four probes of 2 minutes a dimension, which the R rule asks as its follow-ups. How much a probe
tells is an assumption there (in proportion to its minutes), and so no target hangs on it. Column
`mean`: until the mean of all dimensions is as narrow; `own`: until nobody's widest dimension is
wider than the script would have left it for that same person.

    python bench/measure_focus.py [--people 1500] [--seeds 3] [--first 1]
"""

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from evenhand.measure import Option, Rating, default_components, focus, posterior
from evenhand.measure.foreseeing import Foreseen, conditioned, foresee
from evenhand.measure.reference import FOLLOW_UP, of_levels
from saying import tell

Array = NDArray[np.float64]

D, JUDGES, TURNS = 7, 3, 4
DIMENSIONS = tuple(f"d{number}" for number in range(D))
WRITTEN = range(4)
PROMPT, PROBE, SCRIPT = 7.0, 2.0, 60.0
LONGEST = 120.0
"""Where an interview ends that never gets there, one interviewer's halo being in the way."""
SURE, ABOVE = 0.78, 0.6745
"""How sure a decision is to be (on seed 100 this took 30 minutes on average; do not report on that
seed), and where the top quarter of a normal curve begins."""
COMPONENTS = replace(
    default_components(DIMENSIONS, [f"j{judge}" for judge in range(JUDGES)]),
    conformal=1.0,
    conformal_rated=1.0,
)
BAR = 3 + ABOVE * float(np.sqrt(COMPONENTS.psi.mean()))
ESSAYS = [Option(f"a{d}", {f"d{d}": 1}, 8, "async", "model", JUDGES) for d in WRITTEN]
PROMPTS = [
    Option(f"m{d}{turn}", {f"d{d}": 1}, PROMPT, core=max(0, d - 3) if turn == 0 else 0)
    for turn in range(TURNS)
    for d in range(D)
]
READINGS = D + np.arange(len(ESSAYS) * JUDGES)
"""Where the judges' readings stand in the joint distribution."""
ORDER = [option.task for option in PROMPTS]
WHOLE = np.ones(len(READINGS), dtype=np.bool_).tobytes()


def probes(answered: Iterable[int]) -> list[Option]:
    """Return the probes: they follow the written answer, or else the first prompt on a dimension.

    How much a short question tells is in proportion to its minutes (Spearman and Brown).
    """
    first = {d: f"a{d}" if d in answered else f"m{d}0" for d in range(D)}
    return [
        Option(f"p{d}{turn}", {f"d{d}": PROBE / PROMPT}, PROBE, follows=first[d])
        for turn in range(TURNS)
        for d in range(D)
    ]


PLACE = {o.task: number for number, o in enumerate((*ESSAYS, *PROMPTS, *probes(WRITTEN)))}


@dataclass(frozen=True, eq=False)
class World:
    """N people, who they are and what they would get for whatever they are asked.

    Attributes:
        drawn: (N, D + Q) abilities and levels.
        read: (N, readings) which readings of written answers there are.
    """

    drawn: Array
    read: NDArray[np.bool_]

    @cached_property
    def starts(self) -> dict[bytes, tuple[Foreseen, Array]]:
        """For each pattern of readings: what may be asked, and the covariance before it."""
        found = {}
        for row in np.unique(self.read, axis=0):
            joint = joint_of(answered(row.tobytes()))
            found[row.tobytes()] = joint, conditioned(joint.covariance, READINGS[row])
        return found

    def people(self) -> Iterable[tuple[bytes, Array]]:
        """Yield the pattern and the draws of each person."""
        for row, drawn in zip(self.read, self.drawn, strict=True):
            yield row.tobytes(), drawn


@cache
def joint_of(given: tuple[int, ...]) -> Foreseen:
    """Return the distribution of all that may be rated, if these answers were written."""
    return foresee([], COMPONENTS, (*ESSAYS, *PROMPTS, *probes(given)))


def answered(pattern: bytes) -> tuple[int, ...]:
    """Return the dimensions whose written answer anybody read."""
    there = np.frombuffer(pattern, dtype=np.bool_).reshape(-1, JUDGES).any(axis=1)
    return tuple(np.flatnonzero(there).tolist())


def draw(people: int, seed: int) -> World:
    """Draw people, their abilities, all levels they might get, and what is missing."""
    rng = np.random.default_rng(seed)
    covariance = joint_of(tuple(WRITTEN)).covariance
    drawn = 3 + rng.standard_normal((people, len(covariance))) @ np.linalg.cholesky(covariance).T
    given = np.repeat(rng.random((people, len(ESSAYS))) >= 0.05, JUDGES, axis=1)
    return World(drawn, given & (rng.random((people, len(READINGS))) >= 0.04))


def level(drawn: Array, task: str) -> float:
    """Return the level that the interviewer gives."""
    return float(np.clip(drawn[D + len(READINGS) + PLACE[task] - len(ESSAYS)], 1, 5))


def written(pattern: bytes, drawn: Array | None = None, name: str = "ana") -> list[Rating]:
    """Return the ratings of the written answers; without draws, in the middle of the scale."""
    there = np.flatnonzero(np.frombuffer(pattern, dtype=np.bool_))
    return [
        Rating(name, f"d{n // JUDGES}", f"a{n // JUDGES}", "async", f"j{n % JUDGES}", "model",
               3.0 if drawn is None else float(np.clip(drawn[READINGS[n]], 1, 5)))
        for n in there.tolist()
    ]  # fmt: skip


def spoken(task: str, drawn: Array, name: str = "ana") -> Rating:
    """Return the interviewer's rating of the answer to a prompt: a whole level."""
    given = float(np.round(level(drawn, task)))
    return Rating(name, f"d{task[1]}", task, "final", "kim", "human", given)


def widest(covariance: Array) -> float:
    """Return the largest standard deviation of a dimension."""
    return float(np.sqrt(np.diag(covariance)[:D].max()))


def composite(covariance: Array) -> float:
    """Return the standard deviation of the mean of all dimensions."""
    return float(np.sqrt(covariance[:D, :D].mean()))


class Course:
    """An interview: what has been asked, what is known, and the printed R of each dimension."""

    def __init__(self, start: tuple[Foreseen, Array], pattern: bytes, drawn: Array) -> None:
        self.joint, self.covariance = start
        self.pattern, self.drawn = pattern, drawn
        self.asked: list[str] = []
        self.minutes = 0.0
        self._refusal: dict[int, float] = {}

    def ask(self, task: str, known: dict[tuple[bytes, tuple[str, ...]], Array]) -> None:
        """Ask a question; `known` keeps what has been worked out for other people."""
        self.asked.append(task)
        key = (self.pattern, tuple(self.asked))
        if key not in known:
            known[key] = self.joint.given(self.covariance, PLACE[task])
        self.covariance = known[key]
        self.minutes += PROMPT if task[0] == "m" else PROBE
        self._refusal.pop(int(task[1]), None)

    def refusal(self, dimension: int) -> float:
        """Return the printed R of all levels that a dimension has; 1 if it has none."""
        if dimension not in self._refusal:
            levels = [
                r.level for r in written(self.pattern, self.drawn) if r.dimension == f"d{dimension}"
            ]
            levels += [level(self.drawn, t) for t in self.asked if t[1] == str(dimension)]
            self._refusal[dimension] = of_levels(levels).refusal if levels else 1.0
        return self._refusal[dimension]


Policy = Callable[[Course], str]
"""What to ask next."""


def by(order: Sequence[str]) -> Policy:
    """Ask in one order; then whatever the script still holds."""
    return lambda course: next(task for task in (*order, *ORDER) if task not in course.asked)


def by_refusal(kind: str) -> Policy:
    """Ask by R: prompts (`m`), or probes (`p`) of what was asked."""

    def ask(course: Course) -> str:
        found = np.array([course.refusal(d) for d in range(D)])
        for d in np.argsort(-found, kind="stable").tolist():
            if kind == "p" and found[d] == 1:
                return f"m{d}0"
            turn = sum(task[:2] == f"{kind}{d}" for task in course.asked)
            if found[d] > FOLLOW_UP and turn < 3:
                return f"{kind}{d}{turn}"
        return by(ORDER)(course)

    return ask


def minutes_to(
    world: World, policy: Policy, width: Callable[[Array], float], target: float | None
) -> float:
    """Return the mean minutes until a width is at a target, or what the script would leave."""
    took = []
    known: dict[tuple[bytes, tuple[str, ...]], Array] = {}
    own = {} if target is not None else widths_after_script(world, width)
    for pattern, drawn in world.people():
        course = Course(world.starts[pattern], pattern, drawn)
        enough = (own[pattern] if target is None else target) * (1 + 1e-9)
        while width(course.covariance) > enough and course.minutes < LONGEST:
            course.ask(policy(course), known)
        took.append(course.minutes)
    return float(np.mean(took))


def widths_after_script(world: World, width: Callable[[Array], float]) -> dict[bytes, float]:
    """Return the width after the script's 60 minutes, by pattern."""
    asked = [D + len(READINGS) + PLACE[t] - len(ESSAYS) for t in ORDER[: int(SCRIPT // PROMPT)]]
    return {
        pattern: width(conditioned(start, np.array(asked)))
        for pattern, (_, start) in world.starts.items()
    }


def after_script(world: World, width: Callable[[Array], float]) -> float:
    """Return the mean of that over the people."""
    found = widths_after_script(world, width)
    return float(np.mean([found[pattern] for pattern, _ in world.people()]))


@cache
def plan(pattern: bytes, target: float | None, kinds: str) -> tuple[str, ...]:
    """Return our plan for a pattern of readings: as far as the target, or without one on and on."""
    options = [*PROMPTS, *(probes(answered(pattern)) if "p" in kinds else [])]
    steps = focus(written(pattern), COMPONENTS, options, LONGEST, target_sd=target)
    return tuple(step.task for step in steps)


def ours(target: float | None, kinds: str) -> Policy:
    """Ask by the plan for the person."""
    return lambda course: by(plan(course.pattern, target, kinds))(course)


def for_all(target: float | None, kinds: str) -> Policy:
    """Ask everyone by the plan for somebody with nothing missing."""
    return by((*plan(WHOLE, target, kinds), *plan(WHOLE, None, kinds)))


def ways(target: float | None, kinds: str) -> dict[str, Policy]:
    """Return the four ways to ask."""
    return {
        "fixed script": by(ORDER),
        "R > .25": by_refusal(kinds[-1]),
        "ours": ours(target, kinds),
        "optimised but fixed": for_all(target, kinds),
    }


def deciding(world: World) -> tuple[Array, Array, Array]:
    """Return minutes and rightness of our decisions, (N,) each, and the script's, (N, 9)."""
    truth = world.drawn[:, :D].mean(axis=1) >= BAR
    minutes, right = np.zeros(len(truth)), np.zeros(len(truth), dtype=np.bool_)
    for number, (pattern, drawn) in enumerate(world.people()):
        ratings = written(pattern, drawn)
        while steps := focus(
            ratings, COMPONENTS, PROMPTS, SCRIPT - minutes[number], bar=BAR, sure=SURE
        ).steps:
            # What everyone is asked needs no planning between the answers.
            now = [step for step in steps if step.core] or steps[:1]
            ratings += [spoken(step.task, drawn) for step in now]
            minutes[number] += sum(step.minutes for step in now)
        found = posterior(ratings, COMPONENTS, candidates=("ana",)).mean.mean()
        right[number] = (found >= BAR) == truth[number]
    fixed = np.zeros((len(truth), len(ORDER[:8]) + 1))
    names = [f"c{number}" for number in range(len(truth))]
    for asked in range(fixed.shape[1]):
        ratings = []
        for name, (pattern, drawn) in zip(names, world.people(), strict=True):
            ratings += written(pattern, drawn, name)
            ratings += [spoken(task, drawn, name) for task in ORDER[:asked]]
        known = posterior(ratings, COMPONENTS, candidates=names)
        place = {name: number for number, name in enumerate(known.candidates)}
        mean = known.mean[[place[name] for name in names]].mean(axis=1)
        fixed[:, asked] = (mean >= BAR) == truth
    return minutes, right.astype(np.float64), fixed


def tell_widths(worlds: Sequence[World], kinds: str) -> dict[str, float]:
    """Print the table of minutes to equal widths; return those to the widest dimension's."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for world in worlds:
        target, whole = after_script(world, widest), after_script(world, composite)
        last = ways(None, kinds)
        for name, policy in ways(target, kinds).items():
            rows.setdefault(name, []).append(
                (
                    minutes_to(world, policy, widest, target),
                    minutes_to(world, last[name], composite, whole),
                    minutes_to(world, own_ways(world, kinds)[name], widest, None),
                )
            )
    print(f"  {'minutes until as narrow as 60 of the script':45}{'widest':>8}{'mean':>8}{'own':>8}")
    for name, found in rows.items():
        print(f"  {name:45}" + "".join(f"{value:8.1f}" for value in np.mean(found, axis=0)))
    return {name: float(np.mean([row[0] for row in found])) for name, found in rows.items()}


def own_ways(world: World, kinds: str) -> dict[str, Policy]:
    """Return the four ways, ours aiming at what the script would leave for each person."""
    own = widths_after_script(world, widest)
    return ways(own.get(WHOLE), kinds) | {
        "ours": lambda course: ours(own[course.pattern], kinds)(course)
    }


def tell_decisions(worlds: Sequence[World]) -> None:
    """Print how often decisions are right."""
    found = [deciding(world) for world in worlds]
    minutes, right, fixed = (np.concatenate(column) for column in zip(*found, strict=True))
    whole = fixed[:, -1]
    off = right - whole
    error = float(off.std() / np.sqrt(len(off)))
    print(f"  right about the top quarter, {len(right)} people; the script after n prompts:")
    print("  " + "  ".join(f"{n * PROMPT:.0f} min {fixed[:, n].mean():.1%}" for n in range(9)))
    tell(
        "decisions at 30 minutes no worse than the script's at 60",
        f"{minutes.mean():.1f} minutes, {right.mean():.1%} right, {off.mean() * 100:+.1f} points "
        f"(standard error {100 * error:.1f})",
        minutes.mean() <= 30 and off.mean() >= -error,
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    print(f"{asked.people} people a seed, seeds {seeds[0]} to {seeds[-1]}")
    worlds = [draw(asked.people, seed) for seed in seeds]
    began = time.process_time()
    found = tell_widths(worlds, "m")
    for name, least in (("fixed script", 0.40), ("R > .25", 0.25)):
        fewer = 1 - found["ours"] / found[name]
        tell(f"{least:.0%} fewer minutes than {name}", f"{fewer:.1%}", fewer >= least)
    tell_decisions(worlds)
    print("with probes, first seed:")
    tell_widths(worlds[:1], "mp")
    print(f"{time.process_time() - began:.0f} s of one core")


if __name__ == "__main__":
    main()
