"""The parameters of the measurement model, in level units, and their JSON form."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.measure.link import Link
from evenhand.measure.moderation import Moderation
from evenhand.measure.table import Ratings, RatingTable
from evenhand.measure.values import MIDDLE, OVERALL, MeasureError

Array = NDArray[np.float64]

# Cold start: shares of the ability variance of one dimension, whose standard deviation is SCALE_SD
# levels. They come from the design's simulations, not from interviews; hence `provisional`.
SCALE_SD = 0.75
CORRELATION = 0.5
STYLE, ANSWER, SHARED, JUDGE = 0.15, 0.35, 0.25, 0.20
SEVERITY, HALO, DIFFICULTY, RESIDUAL = 0.15, 0.20, 0.25, 0.30
LOADING = 0.95
COLD_CONFORMAL = 1.15


@dataclass(frozen=True)
class Effect:
    """What is known of one global effect: its posterior mean and variance, in levels."""

    mean: float
    variance: float


@dataclass(frozen=True)
class JudgeFacet:
    """How one model judge reads an answer whose human level is x: 3 - severity + loading (x - 3).

    Attributes:
        severity: Levels that the judge takes off an answer of human level 3; above 0 is strict.
        loading: How far its levels spread for one level of the human scale; 0 tells nothing.
        noise: Variance of the error that is its own on each answer.
        severity_variance: How uncertain the severity is; it shifts all its ratings alike.
    """

    severity: float
    loading: float
    noise: float
    severity_variance: float = 0.0


@dataclass(frozen=True, eq=False)
class Components:
    """The fitted or shipped parameters of the model, in levels; variances in levels squared.

    Attributes:
        dimensions: The D dimensions, the order of every array here.
        location: (D,) mean level of the population.
        psi: (D, D) covariance of ability between people.
        style: Error shared by all model judges on one person.
        answer: How much one answer is better or worse than its author, by task and dimension.
        shared: Error shared by all model judges on one answer.
        judges: What is known of each judge.
        default_judge: What is assumed of a judge that is not in `judges`.
        human_noise: Error of one human rating.
        human_severity: Spread of severity between human raters.
        halo: Error shared by all ratings that one human gives one person in one round.
        difficulty: Spread of difficulty between tasks, by dimension.
        raters: Known severities of humans; above 0 is strict.
        difficulties: Known difficulties by task and dimension; above 0 is hard. Their variance is
            that of location minus difficulty, which data fix far better than either alone.
        conformal: Factor on every half-width of a dimension that only model judges rated.
        conformal_rated: The same for a dimension on which a human rated the candidate too.
        moderation: How judges' errors differ from answer to answer; None: not at all.
        link: How levels become Gaussian scores; None: they are taken as they are.
        location_cov: (D, D) posterior covariance of `location`: how far the questions asked and the
            raters seen may be off the average ones. Zero at the cold start.
        provisional: True until the parameters rest on enough people and human anchors.
        source: Where the parameters come from, in words.

    Raises:
        MeasureError: If shapes disagree, a variance is negative or psi is not a covariance.
    """

    dimensions: tuple[str, ...]
    location: Array
    psi: Array
    style: float
    answer: float
    shared: float
    judges: Mapping[str, JudgeFacet]
    default_judge: JudgeFacet
    human_noise: float
    human_severity: float
    halo: float
    difficulty: float
    raters: Mapping[str, Effect] = field(default_factory=dict)
    difficulties: Mapping[str, Mapping[str, Effect]] = field(default_factory=dict)
    conformal: float = COLD_CONFORMAL
    conformal_rated: float = COLD_CONFORMAL
    moderation: Moderation | None = None
    link: Link | None = None
    provisional: bool = True
    source: str = "cold start"
    location_cov: Array = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        object.__setattr__(self, "dimensions", tuple(self.dimensions))
        if np.size(self.location_cov) == 0:
            object.__setattr__(self, "location_cov", np.zeros_like(self.psi))
        for name in ("location", "psi", "location_cov"):
            array = np.array(getattr(self, name), dtype=np.float64)
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        _check(self)

    @property
    def version(self) -> str:
        """The SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    # Made once for all answers: to check components anew takes a millisecond.
    @cached_property
    def unasked(self) -> "Components":
        """What they are where nothing is known of any task."""
        return replace(self, difficulties={})

    @cached_property
    def unmoderated(self) -> "Components":
        """What they are where no answer is more ambiguous than another."""
        return replace(self, moderation=None)

    def index(self, dimension: str) -> int:
        """Return where a dimension stands in the arrays.

        Raises:
            MeasureError: If the components do not know it.
        """
        if dimension not in self.dimensions:
            known = ", ".join(self.dimensions)
            raise MeasureError(
                f'dimension "{dimension}" is not in the components, which know {known}'
            )
        return self.dimensions.index(dimension)

    def judge(self, name: str) -> JudgeFacet:
        """Return what is known of a judge, or the default facet."""
        return self.judges.get(name, self.default_judge)

    def rater(self, name: str) -> Effect:
        """Return the severity of a human rater, known or not."""
        return self.raters.get(name, Effect(0.0, self.human_severity))

    def task(self, task: str, dimension: str) -> Effect:
        """Return the difficulty of a task on a dimension, known or not."""
        unknown = Effect(0.0, self.difficulty)
        return self.difficulties.get(task, {}).get(dimension, unknown)

    def to_json(self) -> str:
        """Return canonical JSON: sorted keys, no spaces, floats that read back bit for bit."""
        plain: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        plain["dimensions"] = list(self.dimensions)
        plain["location"] = self.location.tolist()
        plain["psi"] = self.psi.tolist()
        plain["location_cov"] = self.location_cov.tolist()
        plain["moderation"] = None if self.moderation is None else vars(self.moderation)
        plain["link"] = None if self.link is None else self.link.plain()
        plain["default_judge"] = vars(self.default_judge)
        plain["judges"] = {name: vars(facet) for name, facet in self.judges.items()}
        plain["raters"] = {name: vars(effect) for name, effect in self.raters.items()}
        plain["difficulties"] = {
            task: {name: vars(effect) for name, effect in by_dimension.items()}
            for task, by_dimension in self.difficulties.items()
        }
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Components":
        """Read what `to_json` wrote, in any layout.

        Raises:
            MeasureError: If the text is no JSON, or a field is missing, unknown or misshapen.
        """
        try:
            plain = json.loads(text)
            plain["default_judge"] = JudgeFacet(**plain["default_judge"])
            plain["judges"] = {name: JudgeFacet(**facet) for name, facet in plain["judges"].items()}
            plain["raters"] = {name: Effect(**effect) for name, effect in plain["raters"].items()}
            plain["difficulties"] = {
                task: {name: Effect(**effect) for name, effect in by_dimension.items()}
                for task, by_dimension in plain["difficulties"].items()
            }
            if plain.get("moderation") is not None:
                plain["moderation"] = Moderation(**plain["moderation"])
            if plain.get("link") is not None:
                plain["link"] = Link.of_plain(plain["link"])
            return cls(**{"conformal_rated": plain["conformal"], **plain})
        except MeasureError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise MeasureError(f"components: not the form that to_json writes: {error}") from error


def default_components(
    dimensions: Iterable[str], judges: Iterable[str] = (), *, location: float = MIDDLE
) -> Components:
    """Return the cold-start components: every size assumed, nothing learnt yet.

    Args:
        dimensions: The dimensions, in the order wanted.
        judges: Names of the model judges; others get the same facet by default.
        location: Mean level of the population on every dimension.

    >>> default_components(["evaluation"]).psi.tolist()
    [[0.5625]]
    """
    names = tuple(dimensions)
    unit = SCALE_SD**2
    psi = unit * (CORRELATION + (1 - CORRELATION) * np.eye(len(names)))
    judge = JudgeFacet(0.0, LOADING, JUDGE * unit, SEVERITY * unit)
    return Components(
        dimensions=names,
        location=np.full(len(names), location),
        psi=psi,
        style=STYLE * unit,
        answer=ANSWER * unit,
        shared=SHARED * unit,
        judges=dict.fromkeys(judges, judge),
        default_judge=judge,
        human_noise=RESIDUAL * unit,
        human_severity=SEVERITY * unit,
        halo=HALO * unit,
        difficulty=DIFFICULTY * unit,
    )


def components_for(ratings: Ratings) -> Components:
    """Return cold-start components over the dimensions and model judges that occur in ratings.

    Both are sorted by name, so that the order of the rows does not matter.

    Raises:
        MeasureError: If there are no ratings.
    """
    table = RatingTable.of(ratings)
    if not len(table):
        raise MeasureError("ratings: there are none; give at least one row")
    judges = [name for kind, name in table.raters if kind == "model"]
    return default_components(sorted(table.dimensions), sorted(judges))


def _check(components: Components) -> None:
    size = len(components.dimensions)
    if size == 0:
        raise MeasureError("components: dimensions: is empty; name at least one")
    if len(set(components.dimensions)) < size or OVERALL in components.dimensions:
        raise MeasureError(f'components: dimensions: one is doubled or called "{OVERALL}"')
    shapes = {"location": (size,), "psi": (size, size), "location_cov": (size, size)}
    for name, shape in shapes.items():
        array = getattr(components, name)
        if array.shape != shape:
            raise MeasureError(f"components: {name}: has the shape {array.shape} and not {shape}")
        if not np.isfinite(array).all():
            raise MeasureError(f"components: {name}: holds a number that is not finite")
        if array.ndim == 2 and not np.allclose(array, array.T, rtol=0, atol=1e-9):
            raise MeasureError(f"components: {name}: is not symmetric")
    if np.linalg.eigvalsh(components.psi)[0] <= 0:
        raise MeasureError("components: psi: is not positive definite")
    if np.linalg.eigvalsh(components.location_cov)[0] < -1e-9:
        raise MeasureError("components: location_cov: is not a covariance")
    positive = ("human_noise", "conformal", "conformal_rated")
    for name in ("style", "answer", "shared", "human_severity", "halo", "difficulty", *positive):
        _check_size(getattr(components, name), name, above_zero=name in positive)
    for name, facet in (*components.judges.items(), ("(default)", components.default_judge)):
        _check_size(facet.noise, f"judge {name}: noise", above_zero=True)
        _check_size(facet.severity_variance, f"judge {name}: severity_variance")
        if not (math.isfinite(facet.severity) and math.isfinite(facet.loading)):
            raise MeasureError(f"components: judge {name}: severity or loading is not finite")
    known = [(f"rater {name}", effect) for name, effect in components.raters.items()]
    for task, by_dimension in components.difficulties.items():
        known += [(f"task {task}: {name}", effect) for name, effect in by_dimension.items()]
    for name, effect in known:
        _check_size(effect.variance, f"{name}: variance")
        if not math.isfinite(effect.mean):
            raise MeasureError(f"components: {name}: mean is not finite")


def _check_size(value: float, name: str, *, above_zero: bool = False) -> None:
    if not math.isfinite(value) or value < 0 or (above_zero and value == 0):
        raise MeasureError(
            f"components: {name}: {value} is not {'above' if above_zero else 'at least'} 0"
        )
