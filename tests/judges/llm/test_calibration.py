import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.judges.llm.conftest import config_for
from tests.judges.llm.servers import asked_about, says

from evenhand.judges.errors import JudgeError
from evenhand.judges.llm.assembling import assemble_llm, calibrate_panel
from evenhand.judges.llm.calibration import (
    calibrate_judge,
    cross_fitted,
    fit_map,
    made_from,
    read_calibration,
)
from evenhand.judges.llm.config import PanelConfig


def invented(seed: int, *, noise: float = 0.3, severity: float = 0.0, n: int = 270):
    """Return levels, raters' means and authors of a judge of known faults."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(1, 5, n)
    author = np.array([f"a{k % 18:02d}" for k in range(n)])
    levels = np.clip(3 + 0.4 * (mean - 3) - severity + rng.normal(0, noise, n), 1, 5)
    return levels, mean, author


def test_a_judge_that_keeps_to_the_middle_is_stretched_to_the_raters_scale():
    levels, mean, author = invented(1)
    fit = calibrate_judge(levels, mean, author, 0.05)
    assert fit.level(2.4) < 2.0
    assert fit.level(3.6) > 4.0
    found = np.array([fit.level(level) for level in levels])
    assert np.sqrt(((found - mean) ** 2).mean()) < np.sqrt(((levels - mean) ** 2).mean())


def test_severity_goes_into_the_map():
    strict = calibrate_judge(*invented(2, severity=0.8), 0.05)
    assert strict.level(2.2) == pytest.approx(3.0, abs=0.4)
    assert abs(strict.facet.severity) < 0.1


def test_a_judge_that_tells_nothing_gets_hardly_any_loading():
    levels, mean, author = invented(3)
    shuffled = np.random.default_rng(4).permutation(levels)
    facet = calibrate_judge(shuffled, mean, author, 0.05).facet
    assert 0 <= facet.loading < 0.15
    sharp = calibrate_judge(levels, mean, author, 0.05).facet
    assert sharp.loading > 0.6


def test_levels_of_an_author_come_from_a_map_that_has_not_seen_them():
    levels, mean, author = invented(5)
    changed = np.where(author == "a00", 6 - mean, mean)
    same_fold = np.isin(author, ["a00", "a06", "a12"])
    before, after = (cross_fitted(levels, m, author) for m in (mean, changed))
    assert np.array_equal(before[same_fold], after[same_fold])
    assert not np.array_equal(before[~same_fold], after[~same_fold])


@given(
    levels=arrays(float, 60, elements=st.floats(1, 5)),
    mean=arrays(float, 60, elements=st.floats(1, 5)),
)
def test_the_map_ascends_and_stays_within_the_scale(levels, mean):
    raw, mapped = fit_map(levels, mean)
    assert list(raw) == sorted(raw)
    assert list(mapped) == sorted(mapped)
    assert 1 - 1e-9 <= mapped[0] <= mapped[-1] <= 5 + 1e-9


def test_pooling_gives_what_a_hand_gives():
    # Cells of twelve with means 2, 4, 3 by quantile; 4 and 3 are pooled to 3.5.
    levels = np.repeat([1.0, 2.0, 3.0], 12)
    raw, mapped = fit_map(levels, np.repeat([2.0, 4.0, 3.0], 12))
    assert raw == (1.0, 2.5)
    assert mapped == (2.0, 3.5)


def test_too_few_answers_leave_a_judge_uncalibrated():
    levels, mean, author = invented(6, n=29)
    with pytest.raises(JudgeError, match="calibration needs"):
        calibrate_judge(levels, mean, author, 0.05)


@pytest.fixture
def config(serve, tmp_path, dimension):
    """A panel of one judge that goes by the length of the answer and quotes its first words."""

    def by_length(handler, body):
        answer = body["messages"][1]["content"].split("\n", 1)[1].rsplit("\n", 1)[0]
        level = int(np.clip(len(answer) // 400, 1, 5))
        rating = asked_about(body) | {"level": level}
        first = {"quote": " ".join(answer.split()[:7]), "mark": 1}
        rating["marks"] |= {"1": first, "2": first}
        says(rating)(handler, body)

    file = tmp_path / "panels.toml"
    return PanelConfig("one", (config_for(serve(by_length).url),), False, file)


def test_a_panel_is_calibrated_on_the_golden_answers_and_uses_it(pack, config, tmp_path):
    told: list[str] = []
    found = calibrate_panel(
        pack, config, {}, common=0.1, cache=tmp_path / "draws", tell=told.append
    )["mid"]
    assert found.answers == sum(len({r.dimension for r in a.ratings}) for a in pack.golden)
    assert 0.4 < found.correlation < 0.95
    assert told == [f"mid: rating {len(pack.golden)} golden answers"]
    panel = assemble_llm(pack, config, {}, embedded=None)
    try:
        assert panel.provisional == ()
        assert panel.components.judges["mid"] == found.facet("")
        answer = pack.golden[0]
        (score,) = panel.judge(pack.prompt(answer.prompt), answer.text).scores
        raw = float(np.clip(len(answer.text) // 400, 1, 5))
        assert score.verdicts[0].level == found.without[answer.author].level(raw)
        assert score.verdicts[0].level != raw
    finally:
        panel.close()


def test_a_calibration_made_from_something_else_is_not_used(pack, config, tmp_path):
    calibrate_panel(pack, config, {}, common=0.1, cache=tmp_path / "draws", tell=lambda _: None)
    (file,) = tmp_path.glob("panels.calibration/*.json")
    made = made_from(pack, config.judges[0])
    assert read_calibration(file, made) is not None
    for name in made:
        assert read_calibration(file, {**made, name: "other"}) is None
    assert set(made) == {"judge", "prompts", "grounding", "pack"}
    assert read_calibration(Path(tmp_path / "none.json"), made) is None
    plain = json.loads(file.read_text())
    del plain["without"][""]
    file.write_text(json.dumps(plain))
    with pytest.raises(JudgeError, match="broken"):
        read_calibration(file, made)
