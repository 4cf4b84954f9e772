"""The facts of one entry, recomputed by `measure` and compared figure by figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from evenhand.measure import Components, Rating, answer_level, estimate, without_outliers

Facts = Mapping[str, Any]

Verdicts = dict[tuple[str, str, str], float]
"""The level of each dimension, task and judge."""

Cards = dict[tuple[str, str, str, str], float]
"""The level of each interviewer, round, dimension and task."""

WRITTEN: Final = "async"
"""The round whose ratings by people are of drawn answers, and of no scorecard."""
TOLERANCE: Final = 1e-9
"""Of every figure: levels, probabilities and shares alike."""
NOTHING: Final = {"level": 1.0, "sd": 0.1, "low": 1.0, "high": 1.25}
"""The score of an answer that says nothing, which no model makes; every judge gives it level 1."""

_ME: Final = "x"
_FIGURES: Final = ("mean", "sd", "low", "high", "p_bar", "reliability")


def estimate_differences(facts: Facts, components: Components) -> Iterator[str]:
    """Yield what of one person's estimates comes out otherwise than recorded.

    Args:
        facts: as `hiring.scoring.facts.estimate_facts` writes them.
        components: those that the facts name.

    Raises:
        KeyError, TypeError, ValueError: the facts do not have that form.
    """
    if facts["provisional"] is not components.provisional:
        yield f"recorded as provisional: {facts['provisional']}, the components say otherwise"
    kept = [Rating(_ME, *row) for row in facts["ratings"]]
    yield from _left_out(facts.get("left_out", []), kept, components)
    made = estimate(
        kept,
        components,
        bar=facts["bar"],
        confidence=facts["confidence"],
        weights=facts["weights"],
        candidates=[_ME],
    )
    recorded = facts["estimates"]
    names, again = [one["dimension"] for one in recorded], [one.dimension for one in made]
    if names != again:
        yield f"estimated are {', '.join(names)}; it should be {', '.join(again)}"
        return
    for one, other in zip(recorded, made, strict=True):
        for figure in _FIGURES:
            yield from _compare(
                f"{figure} of {other.dimension}", one[figure], getattr(other, figure)
            )


def verdicts_of(facts: Facts) -> Verdicts:
    """Return the levels that the judges gave one answer; abstentions are left out."""
    return {
        (one["dimension"], facts["prompt"], one["judge"]): one["level"]
        for one in facts["verdicts"]
        if one["level"] is not None
    }


def rating_differences(facts: Facts, verdicts: Verdicts | None) -> Iterator[str]:
    """Yield where the judges' ratings of a sitting are not the verdicts on its answers.

    Args:
        facts: as `estimate_differences` takes them.
        verdicts: those on all answers of the sitting; None where the ledger has none of them, as
            for estimates that were made anew, whose subject is no sitting.
    """
    if verdicts is None:
        return
    rated = {(row[0], row[1], row[3]): row[5] for row in facts["ratings"] if row[4] == "model"}
    rated |= {(row[0], row[1], row[2]): row[3] for row in facts.get("left_out", [])}
    for place in sorted(rated.keys() | verdicts.keys()):
        dimension, task, judge = place
        what = f"the rating of {judge} on {dimension}, task {task},"
        if place not in rated:
            yield f"{what} is missing, the verdict was {verdicts[place]!r}"
        elif place not in verdicts:
            yield f"{what} stands on no verdict"
        elif rated[place] != verdicts[place]:
            yield f"{what} is {rated[place]!r}; the verdict was {verdicts[place]!r}"


def card_differences(facts: Facts, cards: Cards) -> Iterator[str]:
    """Yield where the ratings of interviewers are not what their scorecards say.

    Args:
        facts: as `estimate_differences` takes them.
        cards: the levels of the person's scorecards up to there, as corrected.
    """
    rated = {
        (row[3], row[2], row[0], row[1]): row[5]
        for row in facts["ratings"]
        if row[4] == "human" and row[2] != WRITTEN
    }
    for place in sorted(rated.keys() | cards.keys()):
        rater, met, dimension, task = place
        what = f"the rating of {rater} on {dimension}, task {task} of the {met} round,"
        if place not in rated:
            yield f"{what} is missing, the scorecard says {cards[place]!r}"
        elif place not in cards:
            yield f"{what} stands on no locked scorecard"
        elif rated[place] != cards[place]:
            yield f"{what} is {rated[place]!r}; the scorecard says {cards[place]!r}"


def note_card(facts: Facts, cards: Cards) -> None:
    """Take the levels of a scorecard that was locked, or corrected, into those of its person.

    Args:
        facts: as `hiring.interviews.locking` writes them.
        cards: is changed.

    Raises:
        KeyError, TypeError, ValueError: the facts do not have that form.
    """
    rater, met = facts["interviewer"], facts["round"]
    if "levels" in facts:
        given = facts["levels"]
    else:
        given = [facts["after"]]
        if facts["before"] is not None:
            dimension, task, _level = facts["before"]
            cards.pop((rater, met, dimension, task), None)
    for dimension, task, level in given:
        cards[rater, met, dimension, task] = level


def answer_differences(facts: Facts, components: Components) -> Iterator[str]:
    """Yield what of one answer's scores comes out otherwise than its verdicts lead to.

    Args:
        facts: as `hiring.scoring.facts.reading_facts` writes them.
        components: those that the facts name.

    Raises:
        KeyError, TypeError, ValueError: the facts do not have that form.
    """
    levels: dict[str, dict[str, float | None]] = defaultdict(dict)
    for verdict in facts["verdicts"]:
        levels[verdict["dimension"]][verdict["judge"]] = verdict["level"]
    scored = [score["dimension"] for score in facts["scores"]]
    if set(scored) != set(levels) or len(scored) != len(set(scored)):
        yield f"scored are {', '.join(scored)}; judged were {', '.join(levels)}"
        return
    for score in facts["scores"]:
        expected = _expected(score, levels[score["dimension"]], components)
        for figure, again in expected.items():
            yield from _compare(f"{figure} on {score['dimension']}", score[figure], again)


def _expected(
    score: Facts, levels: Mapping[str, float | None], components: Components
) -> Mapping[str, float | None]:
    given = [level for level in levels.values() if level is not None]
    if not given:
        return dict.fromkeys(NOTHING)
    if set(given) == {1.0} and all(score[name] == value for name, value in NOTHING.items()):
        return NOTHING
    found = answer_level(levels, score["dimension"], components, confidence=score["confidence"])
    return {name: getattr(found, name) for name in NOTHING}


def _left_out(
    recorded: Sequence[Sequence[Any]], kept: Sequence[Rating], components: Components
) -> Iterator[str]:
    """Yield where leaving out the outliers again does not give the ratings that count."""
    # A judge's rating counts the same in whatever round it stands.
    out = [
        Rating(_ME, dimension, task, WRITTEN, rater, "model", level)
        for dimension, task, rater, level, _z in recorded
    ]
    _kept, again = without_outliers([*kept, *out], components)
    names = {(row[0], row[1], row[2]): row[4] for row in recorded}
    found = {(one.dimension, one.task, one.rater): one.z for one in again}
    for name in sorted(names.keys() ^ found.keys()):
        said = "was left out and should count" if name in names else "counts and should not"
        yield f"the rating of {name[2]} on {name[0]}, task {name[1]}, {said}"
    for name in sorted(names.keys() & found.keys()):
        yield from _compare(
            f"z of {name[2]} on {name[0]}, task {name[1]}", names[name], found[name]
        )


def _compare(what: str, recorded: Any, again: float | None) -> Iterator[str]:
    if again is None or recorded is None:
        same = again is recorded
    else:
        same = abs(float(recorded) - again) <= TOLERANCE
    if not same:
        yield f"{what} is recorded as {recorded!r}, and comes out as {again!r}"
