import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    Components,
    Effect,
    JudgeFacet,
    MeasureError,
    Rating,
    components_for,
    default_components,
)
from evenhand.measure.outliers import UNFITTED

COLD = default_components(["data", "evaluation"], ["a"])
sizes = st.floats(1e-6, 10)
levels = st.floats(-10, 10)


@settings(deadline=None)
@given(sizes, sizes, levels, levels, st.text(max_size=5))
def test_components_read_back_bit_for_bit(
    noise: float, variance: float, severity: float, location: float, name: str
) -> None:
    components = replace(
        COLD,
        location=np.array([location, 1 / 3]),
        judges={name: JudgeFacet(severity, 0.1 + 0.2, noise)},
        raters={name: Effect(severity, variance)},
        difficulties={name: {"data": Effect(location, variance)}},
        provisional=False,
    )
    back = Components.from_json(components.to_json())
    assert back.version == components.version
    assert back.location.tolist() == components.location.tolist()
    assert back.judges == components.judges
    assert back.difficulties == components.difficulties


def test_the_version_changes_with_any_figure() -> None:
    assert replace(COLD, halo=COLD.halo + 1e-15).version != COLD.version
    assert default_components(["data", "evaluation"], ["a"]).version == COLD.version


def test_arrays_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="read-only"):
        COLD.psi[0, 0] = 2.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dimensions": ()}, "dimensions"),
        ({"dimensions": ("data", "data")}, "doubled"),
        ({"dimensions": ("data", "overall")}, "overall"),
        ({"location": np.zeros(3)}, "location"),
        ({"location": np.array([3.0, np.nan])}, "finite"),
        ({"psi": np.array([[1.0, 0.5], [0.4, 1.0]])}, "symmetric"),
        ({"psi": np.array([[1.0, 2.0], [2.0, 1.0]])}, "positive definite"),
        ({"location_cov": -np.eye(2)}, "location_cov"),
        ({"style": -0.1}, "style"),
        ({"human_noise": 0.0}, "human_noise"),
        ({"conformal": 0.0}, "conformal"),
        ({"judges": {"a": JudgeFacet(0, 1, 0)}}, "judge a: noise"),
        ({"judges": {"a": JudgeFacet(0, float("inf"), 1)}}, "judge a"),
        ({"raters": {"kim": Effect(0, -1)}}, "rater kim"),
        ({"difficulties": {"q1": {"data": Effect(float("nan"), 1)}}}, "task q1"),
    ],
)
def test_impossible_components_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        replace(COLD, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"judges": 3}'])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(MeasureError, match="not the form"):
        Components.from_json(text)


def test_an_unknown_field_is_refused() -> None:
    plain = json.loads(COLD.to_json()) | {"colour": "blue"}
    with pytest.raises(MeasureError, match="colour"):
        Components.from_json(json.dumps(plain))


def test_cold_components_cover_what_occurs_whatever_the_order() -> None:
    rows = [
        Rating("ana", "serving", "q1", "async", "z", "model", 3),
        Rating("ana", "data", "q1", "final", "kim", "human", 3),
    ]
    assert components_for(rows).dimensions == ("data", "serving")
    assert list(components_for(rows).judges) == ["z"]
    assert components_for(rows).version == components_for(rows[::-1]).version
    assert components_for(rows).provisional


def test_cold_components_need_a_rating() -> None:
    with pytest.raises(MeasureError, match="none"):
        components_for([])


def test_what_every_answer_needs_of_components_is_made_once() -> None:
    known = replace(
        default_components(["a"]), difficulties={"t": {"a": Effect(0.5, 0.1)}}, moderation=UNFITTED
    )
    assert known.unasked is known.unasked
    assert known.unasked.to_json() == replace(known, difficulties={}).to_json()
    assert known.unmoderated is known.unmoderated
    assert known.unmoderated.to_json() == replace(known, moderation=None).to_json()
