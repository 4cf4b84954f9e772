"""What the embedded panel says of an answer comes out again from its verdicts alone."""

import json
from dataclasses import asdict

import pytest

from evenhand.judges import Panel, PanelResult
from evenhand.measure import Components
from evenhand.rubric import Pack
from evenhand.studies.recomputing import answer_differences


def facts_of(result: PanelResult) -> dict[str, object]:
    """The facts as the ledger keeps them: through JSON and back."""
    scores = [asdict(score) for score in result.scores]
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


@pytest.mark.parametrize("text", ["", "I would first look at the dashboards and roll back."])
def test_any_other_answer_comes_out_with_the_panels(pack: Pack, panel: Panel, text: str) -> None:
    result = panel.judge(pack.prompts[0], text)
    assert result.components is not None
    assert result.components.version == panel.components.version
    assert list(answer_differences(facts_of(result), panel.components)) == []
