"""What the embedded panel says of golden answers, and what it learnt from them and from samples.

In one file, and so in one process, as most of the time goes into embedding them. By day a few of
them are read; at night (EVENHAND_TEST_EVERY_ANSWER=1) all.
"""

import dataclasses
import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.judges.few import EVERY_ANSWER, at_night, few_of, write_pack
from tests.judges.test_inheriting import OWN, question
from tests.rubric.bodies import FILES, SHIPPED

from evenhand.judges import Panel, PanelResult, load_panel
from evenhand.judges.calibration import (
    CODE_VERSION,
    EVERYBODY,
    Fitted,
    Material,
    calibrate,
    fit_without,
    prepare,
)
from evenhand.judges.cases import foil_cases, golden_cases
from evenhand.judges.clauses import words
from evenhand.judges.coverage import Rows
from evenhand.judges.doubt import DOUBTS
from evenhand.judges.encoder import Encoder
from evenhand.judges.inheriting import successor
from evenhand.judges.layout import Known, Sheet, lay_out
from evenhand.judges.learning import ANYWHERE, JUDGES, embedded_in
from evenhand.judges.reading import keep_to_subject
from evenhand.judges.samples import rated_cases, sample_cases
from evenhand.judges.storing import as_stored, save
from evenhand.judges.whole import RECIPES, START, kernel, likeness
from evenhand.measure import Components
from evenhand.rubric import Pack, load_pack
from evenhand.studies.recomputing import answer_differences

Index = NDArray[np.intp]

FITTED_BY: Final = "15"
FITTED: Final = {
    "line": [3.3965, 0.9408, -0.091, 0.5221],
    "cuts": [0.5581, 0.927, 0.3566, 0.4806],
    "weights": [84.7595, 121.4011, 215.2722, 79.253],
    "marks": [132.0015, -0.0196, 0.0154, 0.0124, 0.023, 0.0049],
    "gate": [0.9503, 1.0939, 1.2633, 1.9728, 1.4881, -0.8573],
    "attended": [1.0209, -0.0663],
    "spread": [0.7987, 0.9175, 1.0777, 0.7596, 0.8002, 0.4937],
    "severities": [0.0162, 0.0464, 0.0685, 0.0276, 0.0361, -0.0065],
    "loadings": [0.5745, 0.3713, 0.3136, 0.5636, 0.4909, 0.8345],
    "noises": [0.7029, 0.3355, 0.2726, 0.1409, 0.5267, 0.08],
    "people": [3.2176, 3.2565, 3.2353, 3.2122, 3.2369, 3.2356, 3.153, 0.5518, 0.3547, 0.1455],
    "answers": [0.8031, 0.1455, 0.0713],
    "doubt": [0.003, 0.0012, 0.0079, 0.0891, 0.004, 0.0125, -np.inf, -np.inf],
}
"""What a fit to `few` gave when the shipped pack was calibrated, by the judges' code of then.

Where a change of the code or of what is learnt from moves it, raise CODE_VERSION, calibrate the
shipped pack, and write here what the test that failed has found.
"""


def numbers_of(fitted: Fitted) -> dict[str, list[float]]:
    judges, components, gate = fitted.judges, fitted.components, fitted.judges.relevance
    facets = [components.judges[name] for name in JUDGES]
    numbers = {
        "line": judges.line,
        "cuts": judges.cuts,
        "weights": [np.abs(weights).sum() for weights in judges.readers.values()],
        "marks": [np.abs(judges.marks.alpha).sum(), *judges.marks.own[0]],
        "gate": [*gate.slopes, gate.offset],
        "attended": judges.attended,
        "spread": fitted.spread,
        "severities": [one.severity for one in facets],
        "loadings": [one.loading for one in facets],
        "noises": [one.noise for one in facets],
        "people": [*components.location, *components.psi[0, :2], components.style],
        "answers": [components.answer, components.shared, components.difficulty],
        "doubt": [*fitted.doubt.usual.ravel(), *fitted.doubt.least_lead],
    }
    return {name: np.round(np.ravel(found), 4).tolist() for name, found in numbers.items()}


def facts_of(result: PanelResult) -> dict[str, object]:
    """The facts as the ledger keeps them: through JSON and back."""
    scores = [dataclasses.asdict(score) for score in result.scores]
    verdicts = [verdict for score in scores for verdict in score["verdicts"]]
    keep = ("judge", "dimension", "level")
    return json.loads(  # type: ignore[no-any-return]
        json.dumps(
            {
                "prompt": result.prompt,
                "verdicts": [{name: one[name] for name in keep} for one in verdicts],
                "scores": scores,
            }
        )
    )


def test_golden_answers_come_out_with_the_components_that_the_result_names(
    golden_results: dict[str, PanelResult], panel: Panel
) -> None:
    for result in golden_results.values():
        assert result.components is not None
        assert result.components.version != panel.components.version
        again = Components.from_json(result.components.to_json())
        assert list(answer_differences(facts_of(result), again)) == []
    first = next(iter(golden_results.values()))
    assert list(answer_differences(facts_of(first), panel.components)) != []


def test_golden_levels_follow_the_raters(
    read: Pack, golden_results: dict[str, PanelResult]
) -> None:
    truth, found, inside = [], [], []
    for answer in read.golden:
        for score in golden_results[answer.id].scores:
            mean = np.mean([r.level for r in answer.ratings if r.dimension == score.dimension])
            if score.abstained:
                continue
            assert score.level is not None
            assert score.low is not None
            assert score.high is not None
            truth.append(mean)
            found.append(score.level)
            inside.append(score.low <= mean <= score.high)
    assert np.corrcoef(truth, found)[0, 1] > 0.85
    assert np.sqrt(np.mean((np.array(truth) - found) ** 2)) < 0.6
    off = 0 if EVERY_ANSWER else 0.05  # so much a share of eighty may be by chance
    assert 0.85 - off <= np.mean(inside) <= 0.96 + off
    assert len(found) >= 0.95 * sum(len(result.scores) for result in golden_results.values())


def test_every_verdict_marks_every_indicator_and_quotes_verbatim(
    read: Pack, golden_results: dict[str, PanelResult]
) -> None:
    for answer in read.golden:
        asked = read.prompt(answer.prompt)
        for score in golden_results[answer.id].scores:
            dimension = read.dimension(score.dimension)
            assert len(score.verdicts) >= 3
            for verdict in score.verdicts:
                assert set(verdict.marks) == {i.id for i in dimension.indicators}
                if score.abstained:
                    assert verdict.reason in DOUBTS
                    assert not verdict.quotes
                    continue
                assert verdict.distribution is not None
                assert sum(verdict.distribution) == pytest.approx(1)
                quoted = {quote.indicator for quote in verdict.quotes}
                assert quoted == {name for name, mark in verdict.marks.items() if mark}
                spans = [(quote.start, quote.end) for quote in verdict.quotes]
                assert all(spans.count(span) <= 2 for span in spans)
                for quote in verdict.quotes:
                    assert answer.text[quote.start : quote.end] == quote.text
                    assert len(words(quote.text)) >= 3
                    assert quote.text not in asked.text


def test_coverage_finds_evidence_in_good_answers(golden_results: dict[str, PanelResult]) -> None:
    strong = golden_results["d01-eval_search"].scores[0].verdicts[0]
    weak = golden_results["d18-eval_search"].scores[0].verdicts[0]
    assert sum(mark or 0 for mark in strong.marks.values()) > 5
    assert sum((weak.marks[i] or 0) for i in weak.marks if "flag" not in i) <= 1


@pytest.mark.parametrize("text", ["", "I would first look at the dashboards and roll back."])
def test_any_other_answer_comes_out_with_the_panels(pack: Pack, panel: Panel, text: str) -> None:
    result = panel.judge(pack.prompts[0], text)
    assert result.components is not None
    assert result.components.version == panel.components.version
    assert list(answer_differences(facts_of(result), panel.components)) == []


@pytest.fixture(scope="module")
def laid_out(read: Pack, panel: Panel) -> tuple[Sheet, Known]:
    """What is learnt from, embedded anew and laid out along the axes of the shipped panel."""
    kinds = (golden_cases, foil_cases, sample_cases, rated_cases)
    cases = [
        replace(
            case, reading=keep_to_subject(case.reading, panel.subject(read.prompt(case.prompt)))
        )
        for kind in kinds
        for case in kind(read, panel.encoder)
    ]
    left = [case for case in cases if not case.reading.empty]
    return lay_out(read, panel.axes, panel.references, left, [])


@pytest.fixture(scope="module")
def places(laid_out: tuple[Sheet, Known], panel: Panel) -> Index:
    """(cases,) where each stands among those that the shipped panel keeps: the nearest there."""
    of, inputs = laid_out[0].inputs, panel.calibration.learnt.inputs
    return np.array(
        [
            min(
                np.flatnonzero((inputs.prompt == prompt) & (inputs.dimension == dimension)),
                key=lambda i: ((inputs.pooled[i] - pooled) ** 2).sum(),
            )
            for prompt, dimension, pooled in zip(of.prompt, of.dimension, of.pooled, strict=True)
        ]
    )


def rows_at(places: Index, rows: Rows) -> Index:
    """Return the rows of some cases, case by case."""
    return np.concatenate([np.flatnonzero(rows.case == place) for place in places])


def test_an_answer_that_is_read_anew_is_one_that_the_shipped_panel_learnt_from(
    laid_out: tuple[Sheet, Known], places: Index, panel: Panel
) -> None:
    sheet, learnt = laid_out[0], panel.calibration.learnt
    kept, rows = learnt.inputs.take(places), learnt.rows.take(rows_at(places, learnt.rows))
    for field in dataclasses.fields(kept):
        again, was = getattr(sheet.inputs, field.name), getattr(kept, field.name)
        assert np.allclose(again, was, rtol=0, atol=1e-4), field.name
    assert np.array_equal(sheet.rows.which, rows.which)
    assert np.allclose(sheet.rows.signal, rows.signal, rtol=0, atol=1e-4)
    assert len(set(places.tolist())) == len(places)
    assert not EVERY_ANSWER or len(places) == len(learnt.inputs.prompt)


@pytest.mark.parametrize("author", [EVERYBODY, "d13"])
def test_what_the_shipped_weights_make_of_a_case_is_what_is_known_of_it_but_for_its_noise(
    laid_out: tuple[Sheet, Known], places: Index, panel: Panel, author: str
) -> None:
    # Weights solve (covariance + noise) weights = known - start, whichever case is looked at:
    # Rasmussen and Williams 2006, equation 2.25. So a few cases are proof enough.
    sheet, known = laid_out
    learnt, fitted = panel.calibration.learnt, panel.calibration.without[author].judges
    kept = known.author != author if author else np.ones(len(places), dtype=bool)
    alike = likeness(sheet.inputs, learnt.inputs, fitted.scale)
    for name, recipe in RECIPES.items():
        weights = fitted.readers[name]
        left = recipe.noise * known.noise * weights[places]
        levels = START + kernel(recipe, alike) @ weights + left
        assert np.allclose(levels[kept], known.level[kept], rtol=0, atol=1e-3), name
    marks = fitted.marks.marks(sheet.rows, alike, learnt, panel.axes.flags)
    marks += known.noise[sheet.rows.case] * fitted.marks.alpha[rows_at(places, learnt.rows)]
    of = kept[sheet.rows.case]
    assert np.allclose(marks[of], known.mark[of], rtol=0, atol=1e-3)


def test_parameters_without_an_author_hold_nothing_of_that_author(pack: Pack, panel: Panel) -> None:
    # Golden answers come first, and none of them says nothing.
    learnt = panel.calibration.learnt
    written = [
        (answer.author, panel.axes.prompts.index(answer.prompt))
        for answer in pack.golden
        for _ in {rating.dimension for rating in answer.ratings}
    ]
    assert learnt.inputs.prompt[: len(written)].tolist() == [prompt for _, prompt in written]
    others = [""] * (len(learnt.inputs.prompt) - len(written))
    authors = np.array([*(author for author, _ in written), *others])
    for author, fitted in panel.calibration.without.items():
        own = authors == author if author else np.zeros(len(authors), dtype=bool)
        for weights in fitted.judges.readers.values():
            assert not weights[own].any()
            assert weights[~own].any()
        rows = own[learnt.rows.case]
        assert not fitted.judges.marks.alpha[rows].any()
        assert fitted.judges.marks.alpha[~rows].any()


@pytest.fixture(scope="module")
def material(few: Pack, encoder: Encoder) -> Material:
    return prepare(few, encoder)


def test_a_change_of_levels_of_the_author_left_out_changes_nothing(
    few: Pack, material: Material
) -> None:
    known = material.known
    other = replace(known, level=np.where(known.author == "d13", 5.0, known.level))
    once, again = (fit_without(few, replace(material, known=one), "d13") for one in (known, other))
    assert np.array_equal(again.judges.line, once.judges.line)
    assert np.array_equal(again.spread, once.spread)
    assert again.components.to_json() == once.components.to_json()
    for name, weights in once.judges.readers.items():
        assert np.array_equal(again.judges.readers[name], weights)


def test_what_is_fitted_to_a_few_is_what_was_fitted_to_them_when_the_panel_was_calibrated(
    few: Pack, material: Material
) -> None:
    found = numbers_of(fit_without(few, material, EVERYBODY))
    assert CODE_VERSION == FITTED_BY, found
    for name, numbers in FITTED.items():
        assert np.allclose(found[name], numbers, rtol=0, atol=1e-3), (name, found)


def test_where_the_attention_judge_does_not_know_what_is_asked_the_others_are_fitted(
    few: Pack, material: Material
) -> None:
    without = replace(material, axes=replace(material.axes, attention=None))
    fitted = as_stored(fit_without(few, without, EVERYBODY))
    assert fitted.judges.attended is None
    assert embedded_in(fitted.components) == ANYWHERE
    assert len(fitted.spread) == len(ANYWHERE)


@at_night
def test_the_shipped_calibration_can_be_recomputed(
    pack: Pack, encoder: Encoder, panel: Panel
) -> None:
    material = prepare(pack, encoder)
    for author in (EVERYBODY, "d13"):
        # What the author left out was given has no part in it.
        own = author != EVERYBODY and material.known.author == author
        known = replace(material.known, level=np.where(own, 5.0, material.known.level))
        again = as_stored(fit_without(pack, replace(material, known=known), author))
        shipped = panel.calibration.without[author]
        assert np.allclose(again.judges.line, shipped.judges.line, atol=1e-3)
        assert np.allclose(again.spread, shipped.spread, atol=1e-3)
        assert np.allclose(again.judges.marks.own, shipped.judges.marks.own, atol=1e-3)
        assert np.allclose(again.components.psi, shipped.components.psi, atol=1e-3)
        for bound in ("least_lead", "most_spread", "most_fault"):
            found, kept = (getattr(fitted.doubt, bound) for fitted in (again, shipped))
            assert np.allclose(found, kept, atol=1e-3), bound


def test_the_calibrated_judges_abstain_where_nothing_speaks_for_them(
    tmp_path: Path, encoder: Encoder
) -> None:
    asked = question("Who should pay for a model, and why?")
    whole = write_pack(tmp_path, few_of(successor(FILES, SHIPPED, asked, ())))
    save(calibrate(whole, encoder), tmp_path)
    pack = load_pack(tmp_path)
    panel = load_panel(pack)
    read, left = (panel.judge(pack.prompt(id), OWN) for id in ("eval_search", "cost_bill"))
    assert not read.scores[0].abstained
    assert left.scores[0].abstained
    assert panel.components.dimensions == tuple(d.id for d in whole.dimensions)
