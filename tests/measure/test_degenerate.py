"""Data at the edge of sense get an answer that is right, or an error that says why.

Every sort of data goes the whole way: fit, estimates, ranks, contributions, golds, the level of one
answer, the next rating, and the command on a CSV file.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evenhand import cli
from evenhand.measure import (
    Components,
    Estimate,
    Gold,
    MeasureError,
    Rating,
    RatingTable,
    answer_level,
    calibrate,
    components_for,
    contributions,
    default_components,
    estimate,
    fit,
    golds_of,
    predict_rating,
    rank,
    sources,
    without_outliers,
)
from evenhand.measure.files import RATING_COLUMNS


def model(
    candidate: str, level: float, judge: str = "a", task: str = "q1", on: str = "data"
) -> Rating:
    return Rating(candidate, on, task, "async", judge, "model", level)


def human(
    candidate: str, level: float, rater: str = "kim", task: str = "q2", on: str = "data"
) -> Rating:
    return Rating(candidate, on, task, "final", rater, "human", level)


def usual(people: int = 8, seed: int = 0) -> list[Rating]:
    """Two judges and one of two people rate everybody on two dimensions."""
    rng = np.random.default_rng(seed)
    return [
        row
        for n in range(people)
        for on in ("data", "serving")
        for row in (
            *(model(f"c{n}", float(rng.uniform(1, 5)), judge, on=on) for judge in ("a", "b")),
            human(f"c{n}", float(rng.integers(1, 6)), ("kim", "lee")[n % 2], on=on),
        )
    ]


def constant(people: int, level: float) -> list[Rating]:
    return [replace(r, level=level) for r in usual(people)]


def unbalanced() -> list[Rating]:
    rng = np.random.default_rng(1)
    many = [model("c0", float(rng.uniform(1, 5)), judge, f"q{k}") for k in range(60)
            for judge in ("a", "b", "c")]  # fmt: skip
    return [*many, *(model(f"c{n}", 1 + n % 5) for n in range(1, 9))]


LONG = "n" * 100_000
DATA: dict[str, Callable[[], list[Rating]]] = {
    "one rating of a model": lambda: [model("ana", 4)],
    "one rating of a person": lambda: [human("ana", 5)],
    "one candidate": lambda: usual(1),
    "four candidates": lambda: usual(4),
    "five candidates": lambda: usual(5),
    "one person": lambda: [human(f"c{n}", 1 + n % 5) for n in range(12)],
    "one judge": lambda: [model(f"c{n}", 1 + n % 5) for n in range(12)],
    "one dimension": lambda: [r for r in usual() if r.dimension == "data"],
    "only models": lambda: [r for r in usual() if r.rater_kind == "model"],
    "only people": lambda: [r for r in usual() if r.rater_kind == "human"],
    "constant": lambda: constant(8, 4.0),
    "constant for many": lambda: constant(220, 4.0),
    "all at the top": lambda: constant(220, 5.0),
    "all at the bottom": lambda: constant(220, 1.0),
    "two levels": lambda: [human(f"c{n}", 1 + 4 * (n % 2)) for n in range(220)],
    "levels a hair apart": lambda: [model(f"c{n}", 3 + 1e-12 * n) for n in range(220)],
    "a rater seen once": lambda: [*usual(), human("c0", 1, "once", "q9")],
    "every rater seen once": lambda: [human(f"c{n}", 1 + n % 5, f"h{n}") for n in range(60)],
    "more raters than are solved at once": lambda: [
        human(f"c{n // 2}", 1 + n % 5, f"h{n}") for n in range(900)
    ],
    "rows doubled": lambda: [*usual(), *usual()],
    "a judge without overlap": lambda: [
        *usual(), *(model(f"z{n}", 2, "lonely", "q7") for n in range(8))
    ],
    "a model and a person of one name": lambda: [replace(r, rater="x") for r in usual()],
    "an answer rated by one person in two rounds": lambda: [
        replace(human(f"c{n}", 1 + n % 5), round=met)
        for n in range(8) for met in ("final", "peer")
    ],
    "more dimensions than people": lambda: [
        model(f"c{n}", 1 + (n + k) % 5, on=f"d{k}") for n in range(6) for k in range(12)
    ],
    "very unbalanced": unbalanced,
    "huge names": lambda: [
        replace(r, candidate=LONG + r.candidate, task=LONG, dimension=LONG) for r in usual(6)
    ],
    "odd names": lambda: [
        replace(r, candidate=f"\u202e{r.candidate}\n,\"'", rater="=1+1;\t") for r in usual(6)
    ],
}  # fmt: skip


@pytest.fixture(params=DATA, scope="module")
def rows(request: pytest.FixtureRequest) -> list[Rating]:
    return DATA[request.param]()


@pytest.fixture(scope="module")
def fitted(rows: list[Rating]) -> Components:
    found = fit(rows)
    assert found.converged
    assert not np.any(np.diff(found.trace) < -1e-6)
    return found.components


@pytest.fixture(scope="module")
def estimates(rows: list[Rating], fitted: Components) -> list[Estimate]:
    return estimate(rows, fitted)


def check(estimates: list[Estimate]) -> None:
    for e in estimates:
        assert 1 <= e.low <= e.mean + 1e-9
        assert e.mean - 1e-9 <= e.high <= 5
        assert 0 < e.sd < 3
        assert 0 <= e.p_bar <= 1
        assert 0 <= e.reliability <= 1


def test_every_estimate_is_a_level_in_its_interval(
    rows: list[Rating], fitted: Components, estimates: list[Estimate]
) -> None:
    assert len(estimates) == len({r.candidate for r in rows}) * (len(fitted.dimensions) + 1)
    check(estimates)


def test_components_can_be_kept(fitted: Components) -> None:
    assert Components.from_json(fitted.to_json()).version == fitted.version


def test_ranks_are_ranks(estimates: list[Estimate]) -> None:
    overall = [e for e in estimates if e.dimension == "overall"]
    found = rank(overall, top=1)
    count = len(found)
    for one in found:
        assert 1 <= one.surely_from <= one.low <= one.expected + 0.5
        assert one.expected - 0.5 <= one.high <= one.surely_to <= count
    assert sum(one.p_top for one in found) == pytest.approx(1)
    assert sum(one.expected for one in found) == pytest.approx(count * (count + 1) / 2)


def test_contributions_sum_to_the_estimate(
    rows: list[Rating], fitted: Components, estimates: list[Estimate]
) -> None:
    first = rows[0].candidate
    mine = [r for r in rows if r.candidate == first]
    for e in estimates[: len(fitted.dimensions) + 1]:
        parts = contributions(mine, fitted, e.dimension)
        assert e.candidate == first
        assert len(parts) == len(mine) + 2
        assert sum(part.share for part in parts) == pytest.approx(e.mean, abs=1e-9)


def test_sources_make_up_the_whole_variance(rows: list[Rating], fitted: Components) -> None:
    mine = [r for r in rows if r.candidate == rows[0].candidate]
    found = sources(mine, fitted, fitted.dimensions[0])
    assert sum(source.share for source in found) == pytest.approx(1)
    assert min(source.share for source in found) >= 0


def test_the_outlier_rule_leaves_two_judges_and_every_person(
    rows: list[Rating], fitted: Components
) -> None:
    kept, outliers = without_outliers(rows, fitted)
    assert [r for r in kept if r.rater_kind == "human"] == [
        r for r in rows if r.rater_kind == "human"
    ]
    panels = Counter((r.candidate, r.task, r.dimension) for r in kept if r.rater_kind == "model")
    for outlier in outliers:
        assert panels[outlier.candidate, outlier.task, outlier.dimension] >= 2


def test_golds_set_a_factor_or_say_that_they_are_too_few(
    rows: list[Rating], fitted: Components, estimates: list[Estimate]
) -> None:
    golds = [Gold(e.candidate, fitted.dimensions[0], 3.0, 0.1)
             for e in estimates if e.dimension == "overall"]  # fmt: skip
    found = calibrate(rows, fitted, golds)
    for factor in found.factors:
        if factor.value is None:
            assert "too few" in str(factor.alarm)
        else:
            assert 0.05 <= factor.value <= 5
            assert (factor.alarm is None) == (0.85 <= factor.value <= 1.25)
    check(estimate(rows, found.components))


def test_one_answer_has_a_level_or_nobody_read_it(rows: list[Rating], fitted: Components) -> None:
    read = {r.rater: r.level for r in rows if r.rater_kind == "model" and r.task == rows[0].task}
    dimension = fitted.dimensions[0]
    if not read:
        with pytest.raises(MeasureError, match="every judge abstained; ask a person"):
            answer_level(read, dimension, fitted)
        return
    found = answer_level(read, dimension, fitted)
    assert 1 <= found.low <= found.level <= found.high <= 5


def test_the_next_rating_has_chances(rows: list[Rating], fitted: Components) -> None:
    mine = [r for r in rows if r.candidate == rows[0].candidate]
    found = predict_rating(
        mine, fitted, dimension=fitted.dimensions[0], task="new", round="final", rater="new"
    )
    assert sum(found.chances) == pytest.approx(1)
    assert 1 <= found.low <= found.high <= 5


def command(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> tuple[object, Path]:
    source, out = folder / "ratings.csv", folder / "out.csv"
    source.write_text(text, encoding="utf-8", newline="")
    monkeypatch.setattr(sys, "argv", ["evenhand", "measure", str(source), "--out", str(out)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, out


def as_csv(folder: Path, rows: list[Rating]) -> str:
    path = folder / "written.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RATING_COLUMNS)
        writer.writerows([[repr(v) if isinstance(v, float) else v for v in vars(r).values()]
                          for r in rows])  # fmt: skip
    return path.read_text(encoding="utf-8")


def test_the_command_says_what_the_library_says(
    rows: list[Rating],
    estimates: list[Estimate],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, out = command(tmp_path, monkeypatch, as_csv(tmp_path, rows))
    assert code in (0, None)
    with open(out, encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    # A line repeated word for word is read once, and spaces at the ends of a name are dropped.
    once = list(dict.fromkeys(replace(r, rater=r.rater.strip()) for r in rows))
    expected = estimates if once == rows else estimate(once, fit(once).components)
    assert len(written) == len(expected)
    for row, e in zip(written, expected, strict=True):
        assert (row["candidate"], row["dimension"]) == (e.candidate, e.dimension)
        for name in ("mean", "sd", "low", "high", "p_bar"):
            assert float(row[name]) == pytest.approx(getattr(e, name), abs=2e-6)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "there are no ratings"),
        ("ana,data,q1,async,a,model,0", 'ratings.csv:2: level: "0" is below 1'),
        ("ana,data,q1,async,a,model,6", 'ratings.csv:2: level: "6" is above 5'),
        ("ana,data,q1,async,a,model,nan", 'ratings.csv:2: level: "nan" is not a finite number'),
        ("ana,data,q1,async,a,model,-inf", 'ratings.csv:2: level: "-inf" is not a finite'),
        ("ana,data,q1,async,a,model,", "ratings.csv:2: level: "),
        ("ana,overall,q1,async,a,model,3", 'ratings.csv:2: dimension: "overall" is kept'),
        (f"{'n' * 200_000},data,q1,async,a,model,3", "ratings.csv:2: is not CSV: field larger"),
    ],
)
def test_the_command_refuses_in_one_line_and_leaves_no_file(
    line: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out = command(tmp_path, monkeypatch, ",".join(RATING_COLUMNS) + f"\n{line}\n")
    said = capsys.readouterr().err
    assert code == 2
    assert message in said
    assert said.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("level", [0.99, 5.01, float("nan"), float("inf"), float("-inf")])
def test_no_door_lets_a_level_in_that_is_none(level: float) -> None:
    cold = default_components(["data"])
    columns = {name: ["x"] for name in RATING_COLUMNS[:5]}
    doors: list[Callable[[], object]] = [
        lambda: model("ana", level),
        lambda: RatingTable.from_columns(**columns, rater_kind=["model"], level=[level]),
        lambda: answer_level({"a": level}, "data", cold),
        lambda: Gold("ana", "data", level, 0.1),
    ]
    for door in doors:
        with pytest.raises(MeasureError, match="level"):
            door()


def test_an_unknown_dimension_is_named_at_every_door() -> None:
    cold, charm = default_components(["data"]), [model("ana", 3, on="charm")]
    doors: list[Callable[[], object]] = [
        lambda: fit(charm, cold),
        lambda: estimate(charm, cold),
        lambda: estimate([], cold, weights={"charm": 1}),
        lambda: contributions(charm, cold, "data"),
        lambda: contributions([model("ana", 3)], cold, "charm"),
        lambda: answer_level({"a": 3}, "charm", cold),
        lambda: calibrate([model("ana", 3)], cold, [Gold("ana", "charm", 3, 0.1)]),
        lambda: predict_rating(charm, cold, dimension="data", task="q", round="r", rater="x"),
    ]
    for door in doors:
        with pytest.raises(MeasureError, match="charm"):
            door()


def test_a_dimension_may_not_be_called_overall() -> None:
    rows = [model("ana", 3, on="overall")]
    for door in (lambda: fit(rows), lambda: components_for(rows)):
        with pytest.raises(MeasureError, match="overall"):
            door()


def test_where_all_is_missing_there_is_nobody_or_anybody() -> None:
    cold = default_components(["data"])
    assert estimate([], cold) == []
    anybody = estimate([], cold, candidates=["ana"])
    assert [(e.mean, e.reliability) for e in anybody] == [(3, 0), (3, 0)]
    for door in (
        lambda: fit([]),
        lambda: components_for([]),
        lambda: contributions([], cold, "data"),
        lambda: rank([], top=1),
        lambda: calibrate([], cold, []),
        lambda: golds_of([]),
    ):
        with pytest.raises(MeasureError, match=r"there are no|nobody"):
            door()
    with pytest.raises(MeasureError, match="ana on data: the candidate has no ratings"):
        calibrate([], cold, [Gold("ana", "data", 3, 0.1)])


def test_of_people_whom_nobody_rated_no_rank_is_excluded() -> None:
    found = rank([e for e in estimate([], default_components(["data"]), candidates=["a", "b", "c"])
                  if e.dimension == "data"], top=1)  # fmt: skip
    for one in found:
        assert (one.low, one.high, one.surely_from, one.surely_to, one.band) == (1, 3, 1, 3, 1)
        assert one.p_top == pytest.approx(1 / 3)


def test_with_one_dimension_it_is_the_overall() -> None:
    rows = DATA["one dimension"]()
    found = estimate(rows, fit(rows).components)
    for one, overall in zip(found[::2], found[1::2], strict=True):
        assert (one.mean, one.sd, one.low, one.high, one.p_bar, one.reliability) == pytest.approx(
            (overall.mean, overall.sd, overall.low, overall.high, overall.p_bar,
             overall.reliability)
        )  # fmt: skip


@pytest.mark.parametrize("level", [2.5, 4.0])
def test_constant_ratings_tell_nobody_apart_and_the_interval_holds_them(level: float) -> None:
    rows = constant(220, level)
    found = [e for e in estimate(rows, fit(rows).components) if e.dimension == "data"]
    assert np.ptp([e.mean for e in found]) < 0.1
    assert all(e.low <= level <= e.high for e in found)


def test_constant_ratings_at_an_end_are_half_believed_and_half_put_down_to_the_raters() -> None:
    # A population whose mean is 2 levels off the middle lies 4 sd out in the prior of its location;
    # that these two raters are lenient and these questions easy is as likely.
    top, bottom = (
        [e.mean for e in estimate(rows, fit(rows).components)]
        for rows in (constant(220, 5.0), constant(220, 1.0))
    )
    assert 3.5 < min(top) <= max(top) < 4.5
    np.testing.assert_allclose(np.array(top) + bottom, 6, atol=1e-6)


def test_rows_doubled_are_the_same_readings() -> None:
    once, twice = fit(usual()).components, fit([*usual(), *usual()]).components
    np.testing.assert_allclose(once.psi, twice.psi, atol=1e-12)
    for one, two in zip(estimate(usual(), once), estimate(usual() * 2, twice), strict=True):
        assert (one.mean, one.sd) == pytest.approx((two.mean, two.sd), abs=1e-12)


def test_a_rater_seen_once_moves_the_others_hardly_and_stays_unknown() -> None:
    rows = usual(40)
    with_once = [*rows, human("c0", 1, "once", "q9")]
    before, after = fit(rows).components, fit(with_once).components
    assert after.raters["once"].variance > 0.7 * after.human_severity
    moved = [
        abs(two.mean - one.mean)
        for one, two in zip(estimate(rows, before), estimate(with_once, after), strict=True)
        if one.candidate != "c0"
    ]
    # One more question of the dimension, and one more rating to learn every size from.
    assert max(moved) < 0.1


def test_a_judge_without_overlap_is_known_by_nothing_but_the_prior() -> None:
    found = fit(DATA["a judge without overlap"]())
    lonely, met = (found.components.judges[name] for name in ("lonely", "a"))
    assert lonely.severity_variance > 1.3 * met.severity_variance
    assert any("2 groups without a candidate in common" in note for note in found.notes)
    assert not any("in common" in note for note in fit(usual()).notes)


def test_whoever_was_asked_more_is_known_better() -> None:
    rows = unbalanced()
    found = {e.candidate: e for e in estimate(rows, fit(rows).components) if e.dimension == "data"}
    assert found["c0"].sd < 0.8 * min(e.sd for name, e in found.items() if name != "c0")
