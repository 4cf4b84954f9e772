"""What holds of every plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    Components,
    Option,
    Rating,
    default_components,
    focus,
    posterior,
)
from evenhand.measure.moderation import Moderation

DIMENSIONS = ("data", "evaluation", "cost")
COLD = default_components(DIMENSIONS, ["x", "y"])
UNEVEN = replace(
    COLD, location_cov=0.02 * np.eye(3), conformal=1.05, conformal_rated=1.2,
    moderation=Moderation(4.0, 1.0, 0.5),
)  # fmt: skip

ratings = st.lists(
    st.builds(
        Rating,
        candidate=st.just("ana"),
        dimension=st.sampled_from(DIMENSIONS),
        task=st.sampled_from(["q0", "q1", "a0", "a1"]),
        round=st.sampled_from(["async", "final"]),
        rater=st.sampled_from(["x", "y"]),
        rater_kind=st.sampled_from(["model", "human"]),
        level=st.floats(1, 5),
    ),
    max_size=8,
)


@st.composite
def several_options(draw: st.DrawFn) -> list[Option]:
    count = draw(st.integers(0, 6))
    core = draw(st.permutations(range(1, count + 1)))
    found = []
    for number in range(count):
        aims = draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.floats(0.05, 1), min_size=1))
        role = draw(st.sampled_from(["core", "prompt", "prompt", "probe"]))
        follows = draw(st.sampled_from([f"q{n}" for n in range(6) if n != number] + ["a0"]))
        found.append(
            Option(
                f"q{number}", aims, draw(st.floats(0.5, 30)),
                round=draw(st.sampled_from(["final", "peer"])),
                rater_kind=draw(st.sampled_from(["human", "human", "model"])),
                raters=draw(st.integers(1, 2)),
                core=core[number] if role == "core" else 0,
                follows=follows if role == "probe" else "",
            )
        )  # fmt: skip
    return found


aims = st.sampled_from([{}, {"target_sd": 0.6}, {"target_sd": {"cost": 0.5}}, {"bar": 3.4}])
components = st.sampled_from([COLD, UNEVEN])


@settings(max_examples=60, deadline=None)
@given(ratings, several_options(), st.floats(0, 90), aims, components, st.randoms())
def test_every_plan_keeps_its_promises(
    before: list[Rating], options: list[Option], minutes: float, aim: dict, of: Components, random
) -> None:
    plan = focus(before, of, options, minutes, **aim)
    assert all(step.gain >= 0 for step in plan)
    assert plan.minutes <= minutes + 1e-6
    assert plan.minutes == pytest.approx(sum(step.minutes for step in plan))
    assert len({(step.task, step.round) for step in plan}) == len(plan)
    assert [step.core for step in plan] == sorted((s.core for s in plan), reverse=True)
    place = {option.task: option.core for option in options}
    core = [place[step.task] for step in plan if step.core]
    assert core == sorted(core)
    done = {rating.task for rating in before}
    for step in plan:
        assert not step.follows or step.follows in done
        done.add(step.task)
    shuffled = list(options)
    random.shuffle(shuffled)
    again = focus(before, of, shuffled, minutes, **aim)
    assert [step.task for step in again] == [step.task for step in plan]
    assert [s.gain for s in again] == pytest.approx([s.gain for s in plan], abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(ratings, st.sampled_from(DIMENSIONS), st.sampled_from(["final", "peer"]), components)
def test_a_gain_is_the_fall_of_the_posterior_variance_before_and_after(
    before: list[Rating], dimension: str, met: str, of: Components
) -> None:
    plan = focus(before, of, [Option("new", {dimension: 1}, 5, met)], 60)
    here = [r.rater for r in before if r.rater_kind == "human" and r.round == met]
    asked = Rating("ana", dimension, "new", met, here[0] if here else "z", "human", 2.0)
    old, new = (
        np.diag(posterior(rows, of, candidates=["ana"]).covariance[0])
        for rows in (before, [*before, asked])
    )
    assert plan[0].gain == pytest.approx(float(np.sum(np.log(old / new))), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(ratings, st.floats(1, 5))
def test_what_is_answered_does_not_change_how_far_intervals_narrow(
    before: list[Rating], level: float
) -> None:
    options = [Option(f"new{n}", {d: 1}, 7) for n, d in enumerate(DIMENSIONS)]
    other = [replace(rating, level=level) for rating in before]
    old, new = focus(before, COLD, options, 60), focus(other, COLD, options, 60)
    assert [s.task for s in old] == [s.task for s in new]
    assert [s.gain for s in old] == pytest.approx([s.gain for s in new], abs=1e-9)
