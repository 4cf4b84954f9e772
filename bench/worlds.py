"""Simulated worlds for the benches of measurement: people, judges, interviewers and fresh raters.

People are rated on seven dimensions by three model judges in four written answers, by one manager
on six live questions and by one peer on three. Human levels are whole numbers, model levels are
clipped to 1..5, 5 % of answers and 4 % of judges' readings are missing, and in most worlds 8 % of
the written answers are scored by a manager as well. Variances are in units of ability.

The truth is the mean level that trained raters would give a person on a dimension, over raters and
over questions of average difficulty: the mean of the whole, clipped level that ability yields. What
the questions asked happened to be worth is part of what an estimate can get wrong.

Golds: a twentieth of the people, 100 at least, are rated on every dimension by four fresh raters
on fresh questions. These ratings are not among the world's ratings.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from evenhand.measure import Gold, RatingTable

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

SD, LEVEL = 0.75, 3.0
DIMENSIONS = tuple(f"d{number}" for number in range(7))
WRITTEN, MANAGER, PEER = (0, 1, 2, 3), (0, 1, 4, 5, 6, 4), (3, 5, 6)
LOADING, LENIENCY = (1.0, 0.85, 0.9), (0.35, -0.10, 0.20)
MISSING, ABSTAINED = 0.05, 0.04
FRESH = 4
CUTS = np.array([1.5, 2.5, 3.5, 4.5])


@dataclass(frozen=True)
class Plan:
    """What a world is made of; variances in units of ability.

    Attributes:
        errors: `normal`, `t` (4 degrees of freedom, same variance) or `bimodal` (answers only: good
            or bad by the same amount, with a little round it).
        ambiguity: Spread of the logarithm by which judges' variances differ between answers.
        informative: Whether the judges' own scatter follows that too, or the shared error alone.
        managers, peers: How many of each there are for 2,000 people.
    """

    name: str
    people: int = 2000
    errors: str = "normal"
    style: float = 0.15
    answer: float = 0.35
    shared: float = 0.25
    judge: float = 0.20
    severity: float = 0.15
    halo: float = 0.20
    difficulty: float = 0.25
    residual: float = 0.30
    anchored: float = 0.08
    ambiguity: float = 0.6
    informative: bool = True
    managers: int = 60
    peers: int = 120


WORLDS = {
    plan.name: plan
    for plan in (
        Plan("S1"),
        Plan("S2", informative=False),
        Plan("S3", shared=0.50),
        Plan("S4", anchored=0.0),
        Plan("S5", people=200),
        Plan("T1", errors="t"),
        Plan("B1", errors="bimodal"),
    )
}


@dataclass(frozen=True, eq=False)
class World:
    """Ratings; (C, 7) truth of candidates c0, c1, ...; and the golds of some of them."""

    ratings: RatingTable
    truth: Array
    golds: list[Gold]


class _Draw:
    """One world's draws, all through one seeded generator."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.rng = plan, np.random.default_rng(seed)
        self.columns: dict[str, list[Codes]] = {}
        self.levels: list[Array] = []
        correlation = 0.5 + 0.5 * np.eye(len(DIMENSIONS))
        self.ability = self.rng.multivariate_normal(
            np.zeros(len(DIMENSIONS)), correlation, plan.people
        )
        crowd = plan.people / 2000
        self.managers = max(2, round(plan.managers * crowd))
        self.peers = max(2, round(plan.peers * crowd))
        self.severity = self.normal(plan.severity, self.managers + self.peers)

    def normal(self, variance: float, *size: int) -> Array:
        return self.rng.normal(0, np.sqrt(variance), size)

    def error(self, variance: float, *size: int) -> Array:
        """Draw an error of the world's kind."""
        if self.plan.errors == "t":
            return np.asarray(self.rng.standard_t(4, size) * np.sqrt(variance / 2))
        return self.normal(variance, *size)

    def luck(self, *size: int) -> Array:
        """Draw how much an answer is better or worse than its author."""
        if self.plan.errors != "bimodal":
            return self.error(self.plan.answer, *size)
        side = self.rng.choice([-1.0, 1.0], size) * np.sqrt(0.9 * self.plan.answer)
        return np.asarray(side + self.normal(0.1 * self.plan.answer, *size))

    def add(self, person: Codes, task: str, dimension: int, rater: Codes, level: Array) -> None:
        """Keep ratings of one task; judges are raters -1, -2, -3."""
        size = len(person)
        for name, codes in (("person", person), ("rater", rater)):
            self.columns.setdefault(name, []).append(codes)
        self.columns.setdefault("task", []).append(np.full(size, _code(task)))
        self.columns.setdefault("dimension", []).append(np.full(size, dimension))
        self.levels.append(np.clip(level, 1, 5))

    def written(self) -> None:
        """The written answers, read by judges and now and then by a manager."""
        plan, people = self.plan, self.plan.people
        style = self.normal(plan.style, people)
        for task, dimension in enumerate(WRITTEN):
            there = self.rng.random(people) >= MISSING
            ambiguity = self.rng.lognormal(-0.5 * plan.ambiguity**2, plan.ambiguity, people)
            answer = self.ability[:, dimension] + self.luck(people)
            answer -= self.normal(plan.difficulty, 1)
            shared = answer + style + self.error(plan.shared, people) * np.sqrt(ambiguity)
            own = np.sqrt(ambiguity) if plan.informative else np.ones(people)
            for judge, (loading, leniency) in enumerate(zip(LOADING, LENIENCY, strict=True)):
                given = np.flatnonzero(there & (self.rng.random(people) >= ABSTAINED))
                level = leniency + loading * shared + self.error(plan.judge, people) * own
                self.add(
                    given, f"a{task}", dimension, np.full(len(given), -1 - judge),
                    LEVEL + SD * level[given],
                )  # fmt: skip
            read = np.flatnonzero(there & (self.rng.random(people) < plan.anchored))
            rater = self.rng.integers(self.managers, size=len(read))
            seen = answer[read] + self.severity[rater] + self.normal(plan.halo, len(read))
            seen += self.error(plan.residual, len(read))
            self.add(read, f"a{task}", dimension, rater, np.round(LEVEL + SD * seen))

    def live(self, name: str, questions: tuple[int, ...], first: int, raters: int) -> None:
        """One round, each person with one rater."""
        plan, people = self.plan, self.plan.people
        rater = first + self.rng.integers(raters, size=people)
        common = self.severity[rater] + self.normal(plan.halo, people)
        for task, dimension in enumerate(questions):
            there = np.flatnonzero(self.rng.random(people) >= MISSING)
            seen = self.ability[:, dimension] + self.luck(people) + common
            seen += self.error(plan.residual, people) - self.normal(plan.difficulty, 1)
            self.add(
                there, f"{name}{task}", dimension, rater[there], np.round(LEVEL + SD * seen[there])
            )

    def golds(self) -> list[Gold]:
        """Four fresh raters for some people, one fresh question a dimension each."""
        plan, some = self.plan, max(100, self.plan.people // 20)
        size = (some, len(DIMENSIONS), FRESH)
        rater = self.normal(plan.severity, some, 1, FRESH) + self.normal(plan.halo, some, 1, FRESH)
        seen = self.ability[:some, :, None] + rater + self.luck(*size)
        seen += self.error(plan.residual, *size) + self.normal(plan.difficulty, *size)
        levels = np.clip(np.round(LEVEL + SD * seen), 1, 5)
        variance = float(levels.var(axis=2, ddof=1).mean()) / FRESH
        mean = levels.mean(axis=2)
        return [
            Gold(f"c{person}", DIMENSIONS[d], float(mean[person, d]), variance)
            for person in range(some)
            for d in range(len(DIMENSIONS))
        ]


_TASKS = [
    *(f"a{n}" for n in range(len(WRITTEN))),
    *(f"m{n}" for n in range(len(MANAGER))),
    *(f"p{n}" for n in range(len(PEER))),
]


def _code(task: str) -> int:
    return _TASKS.index(task)


def world(plan: Plan, seed: int, *, people: int | None = None) -> World:
    """Draw a world, of another number of people than planned if asked."""
    draw = _Draw(plan if people is None else replace(plan, people=people), seed)
    draw.written()
    draw.live("m", MANAGER, 0, draw.managers)
    draw.live("p", PEER, draw.managers, draw.peers)
    golds = draw.golds()
    person, task, dimension, rater = (
        np.concatenate(draw.columns[name]) for name in ("person", "task", "dimension", "rater")
    )
    order = np.argsort(person, kind="stable")  # so that names appear from c0 on
    table = RatingTable(
        candidates=tuple(f"c{number}" for number in range(draw.plan.people)),
        dimensions=DIMENSIONS,
        tasks=tuple(_TASKS),
        rounds=("async", "final", "peer"),
        raters=(
            *(("human", f"h{number}") for number in range(draw.managers + draw.peers)),
            *(("model", f"j{judge}") for judge in range(len(LOADING))),
        ),
        candidate=person[order],
        dimension=dimension[order],
        task=task[order],
        round=np.array([0] * len(WRITTEN) + [1] * len(MANAGER) + [2] * len(PEER))[task[order]],
        rater=np.where(rater < 0, draw.managers + draw.peers - 1 - rater, rater)[order],
        level=np.concatenate(draw.levels)[order],
    )
    return World(table, truth(draw.plan, draw.ability), golds)


def truth(plan: Plan, ability: Array) -> Array:
    """Return the mean whole, clipped level that raters give to abilities."""
    if plan.errors == "normal":
        total = plan.answer + plan.difficulty + plan.severity + plan.halo + plan.residual
        between = (LEVEL + SD * ability[..., None] - CUTS) / (SD * np.sqrt(total))
        return np.asarray(1 + ndtr(between).sum(axis=-1))
    # Other errors have no closed form: average over one large fixed sample of them.
    sample = _Draw(replace(plan, people=1), 20_000)
    size = 20_000
    errors = sample.luck(size) + sample.error(plan.residual, size)
    errors += sample.normal(plan.difficulty + plan.severity + plan.halo, size)
    grid = np.linspace(-6, 6, 481)
    levels = np.clip(np.round(LEVEL + SD * (grid[:, None] + errors)), 1, 5).mean(axis=1)
    return np.asarray(np.interp(ability, grid, levels))
