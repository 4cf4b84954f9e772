"""What the embedded panel says of golden answers, and what it learnt from them.

In one file, and so in one process, as embedding them all takes half a minute.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from tests.judges.test_inheriting import OWN, made, question

from evenhand.judges import Panel, PanelResult, load_panel
from evenhand.judges.calibration import EVERYBODY, Material, calibrate, fit_without
from evenhand.judges.clauses import words
from evenhand.judges.doubt import DOUBTS
from evenhand.judges.encoder import Encoder
from evenhand.judges.inheriting import GOLDEN, golden_file
from evenhand.judges.judged import FEWEST_AUTHORS
from evenhand.judges.storing import as_stored, save
from evenhand.measure import Components
from evenhand.rubric import Pack, load_pack
from evenhand.studies.recomputing import answer_differences


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
    pack: Pack, golden_results: dict[str, PanelResult], panel: Panel
) -> None:
    for result in golden_results.values():
        assert result.components is not None
        assert result.components.version != panel.components.version
        again = Components.from_json(result.components.to_json())
        assert list(answer_differences(facts_of(result), again)) == []
    first = next(iter(golden_results.values()))
    assert list(answer_differences(facts_of(first), panel.components)) != []


def test_golden_levels_follow_the_raters(
    pack: Pack, golden_results: dict[str, PanelResult]
) -> None:
    truth, found, inside = [], [], []
    for answer in pack.golden:
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
    assert 0.85 <= np.mean(inside) <= 0.96
    assert len(found) >= 0.95 * sum(len(result.scores) for result in golden_results.values())


def test_every_verdict_marks_every_indicator_and_quotes_verbatim(
    pack: Pack, golden_results: dict[str, PanelResult]
) -> None:
    for answer in pack.golden:
        asked = pack.prompt(answer.prompt)
        for score in golden_results[answer.id].scores:
            dimension = pack.dimension(score.dimension)
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


def test_coverage_finds_evidence_in_good_answers(
    pack: Pack, golden_results: dict[str, PanelResult]
) -> None:
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


def test_parameters_without_an_author_hold_nothing_of_that_author(
    material: Material, panel: Panel
) -> None:
    known = material.known
    for author, fitted in panel.calibration.without.items():
        own = known.author == author if author else np.zeros(len(known.author), dtype=bool)
        for weights in fitted.judges.readers.values():
            assert not weights[own].any()
            assert weights[~own].any()
        rows = own[material.sheet.rows.case]
        assert not fitted.judges.marks.alpha[rows].any()
        assert fitted.judges.marks.alpha[~rows].any()


def test_a_change_of_levels_of_the_author_left_out_changes_nothing(
    pack: Pack, material: Material, panel: Panel
) -> None:
    known = material.known
    own = known.author == "d15"
    other = dataclasses.replace(
        material, known=dataclasses.replace(known, level=np.where(own, 5.0, known.level))
    )
    again, shipped = fit_without(pack, other, "d15"), panel.calibration.without["d15"]
    assert np.allclose(again.judges.line, shipped.judges.line, atol=1e-3)
    assert np.allclose(again.components.location, shipped.components.location, atol=1e-3)


def test_the_shipped_calibration_can_be_recomputed(
    pack: Pack, material: Material, panel: Panel
) -> None:
    for author in (EVERYBODY, "d13"):
        again = as_stored(fit_without(pack, material, author))
        shipped = panel.calibration.without[author]
        assert np.allclose(again.judges.line, shipped.judges.line, atol=1e-3)
        assert np.allclose(again.spread, shipped.spread, atol=1e-3)
        assert np.allclose(again.judges.marks.own, shipped.judges.marks.own, atol=1e-3)
        assert np.allclose(again.components.psi, shipped.components.psi, atol=1e-3)


def test_the_calibrated_judges_abstain_where_nothing_speaks_for_them(
    tmp_path: Path, encoder: Encoder
) -> None:
    whole = made(tmp_path, question("Who should pay for a model, and why?"))
    # As few authors as will do: each takes a fit of its own.
    few = sorted({answer.author for answer in whole.golden})[:FEWEST_AUTHORS]
    kept = [answer for answer in whole.golden if answer.author in few]
    (tmp_path / GOLDEN).write_bytes(golden_file(kept))
    save(calibrate(load_pack(tmp_path), encoder), tmp_path)
    pack = load_pack(tmp_path)
    panel = load_panel(pack)
    read, left = (panel.judge(pack.prompt(id), OWN) for id in ("eval_search", "cost_bill"))
    assert not read.scores[0].abstained
    assert left.scores[0].abstained
    assert panel.components.dimensions == tuple(d.id for d in whole.dimensions)
