import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evenhand.judges.whole import solve


@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_a_group_left_out_in_closed_form_is_a_group_left_out_by_fitting_again(
    seed: int, groups: int
) -> None:
    random = np.random.default_rng(seed)
    x = random.normal(size=(12, 3))
    covariance, noise, off = x @ x.T, np.full(12, 0.3), random.normal(size=12)
    names = np.array([f"g{i % groups}" for i in range(12)])
    _, left_out = solve(covariance, noise, off, names)
    for name in set(names.tolist()):
        own = names == name
        kept = np.ix_(~own, ~own)
        alpha = np.linalg.solve(covariance[kept] + np.diag(noise[~own]), off[~own])
        assert np.allclose(left_out[own], covariance[np.ix_(own, ~own)] @ alpha)
