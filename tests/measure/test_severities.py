import numpy as np
import pytest

from evenhand.measure import Fit, MeasureError, Rating, fit, own_severity, severity_gap

NAMES = {"strict": "kim", "lenient": "lee"}


def paired(people: int, apart: float, seed: int = 1, ceiling: float = 5.0) -> list[Rating]:
    """Kim and Lee rate the same people, Kim lower by `apart`; Moe rates somebody else."""
    rng = np.random.default_rng(seed)
    rows = [Rating("other", "data", "q1", "final", "moe", "human", 3)]
    for n in range(people):
        level = rng.normal(3, 0.5)
        for rater, severity in (("kim", apart / 2), ("lee", -apart / 2)):
            given = float(np.clip(level - severity + rng.normal(0, 0.3), 1, ceiling))
            rows.append(Rating(f"c{n}", "data", "q1", "final", rater, "human", given))
    return rows


def raw(rows: list[Rating]) -> float:
    by = {name: np.mean([r.level for r in rows if r.rater == name]) for name in ("kim", "lee")}
    return float(by["lee"] - by["kim"])


@pytest.fixture(scope="module")
def rows() -> list[Rating]:
    return paired(150, 0.4)


@pytest.fixture(scope="module")
def fitted(rows: list[Rating]) -> Fit:
    return fit(rows)


def test_the_gap_is_the_paired_difference_with_its_standard_error(
    rows: list[Rating], fitted: Fit
) -> None:
    assert fitted.severities is not None
    mean, variance = fitted.severities.gap("kim", "lee")
    of = fitted.components
    # Pairs leave the error and halo of both raters, and a prior that weighs 1 / (2 severity).
    from_pairs = 2 * (of.halo + of.human_noise) / 150
    by_prior = 2 * of.human_severity
    assert variance == pytest.approx(1 / (1 / from_pairs + 1 / by_prior), rel=0.01)
    assert mean == pytest.approx(raw(rows) * by_prior / (by_prior + from_pairs), abs=1e-3)


def test_the_gap_is_known_far_better_than_either_severity(fitted: Fit) -> None:
    assert fitted.severities is not None
    _, variance = fitted.severities.gap("kim", "lee")
    assert variance < 0.1 * sum(fitted.components.raters[name].variance for name in ("kim", "lee"))


def test_in_levels_the_interval_holds_the_raw_difference_and_turns_with_the_names(
    rows: list[Rating], fitted: Fit
) -> None:
    assert fitted.severities is not None
    one = severity_gap(fitted.severities, fitted.components, "data", **NAMES)
    two = severity_gap(
        fitted.severities, fitted.components, "data", strict="lee", lenient="kim", confidence=0.9
    )
    assert one.low < raw(rows) < one.high
    assert (two.mean, two.low, two.high) == pytest.approx((-one.mean, -one.high, -one.low))


def test_a_ceiling_hides_part_of_a_gap_and_the_map_back_knows() -> None:
    rows = paired(600, 0.6, ceiling=3.4)
    whole = [Rating(**{**vars(r), "level": round(r.level)}) for r in rows]
    found = fit(whole)
    assert found.severities is not None
    assert found.components.link is not None
    gap = severity_gap(found.severities, found.components, "data", **NAMES)
    assert gap.mean < found.severities.gap("kim", "lee")[0]
    assert gap.mean == pytest.approx(raw(whole), abs=0.08)


def test_levels_can_be_taken_as_numbers_however_many_people_there_are() -> None:
    rows = paired(300, 0.4)
    found = fit(rows, normal_scores=False)
    assert found.severities is not None
    assert found.components.link is None
    gap = severity_gap(found.severities, found.components, "data", **NAMES)
    assert gap.mean == pytest.approx(raw(rows), abs=2e-3)


def test_nobody_is_stricter_than_himself(fitted: Fit) -> None:
    assert fitted.severities is not None
    assert fitted.severities.gap("kim", "kim") == (0.0, 0.0)


def test_people_who_never_met_a_candidate_together_are_not_compared(fitted: Fit) -> None:
    assert fitted.severities is not None
    with pytest.raises(MeasureError, match="kim and moe never rated the same candidate"):
        fitted.severities.gap("kim", "moe")


def test_a_stranger_is_named(fitted: Fit) -> None:
    assert fitted.severities is not None
    with pytest.raises(MeasureError, match="severity: zoe: is no person of this fit"):
        fitted.severities.gap("zoe", "kim")


def test_a_fit_that_kept_its_start_knows_no_severities() -> None:
    assert fit(paired(2, 0.4)).severities is None


def test_a_persons_own_severity_is_told_against_the_average_rater_and_with_all_its_doubt(
    fitted: Fit,
) -> None:
    kim, lee = (own_severity(fitted.components, name) for name in ("kim", "lee"))
    assert kim is not None
    assert lee is not None
    gap = severity_gap(fitted.severities, fitted.components, "data", **NAMES)  # type: ignore[arg-type]
    assert kim.mean - lee.mean == pytest.approx(gap.mean, abs=1e-9)
    assert kim.high - kim.low > gap.high - gap.low
    assert own_severity(fitted.components, "nobody") is None


def test_own_severity_goes_through_the_link_where_there_is_one() -> None:
    rows = [Rating(**{**vars(r), "level": round(r.level)}) for r in paired(600, 0.6, ceiling=3.4)]
    found = fit(rows).components
    kim = own_severity(found, "kim")
    assert found.link is not None
    assert kim is not None
    assert 0 < kim.mean < found.raters["kim"].mean
