from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from evenhand.judges import Panel
from evenhand.judges.canary import KNOWN_WORST, PANEL, check_canary, read_canary
from evenhand.judges.llm.values import Call, Outcome
from evenhand.judges.values import PanelResult
from evenhand.rubric import Pack, Prompt

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Charmed:
    """A panel one of whose judges likes everything."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.version = "charmed"
        self.components = panel.components
        self.asked = 0

    def judge(
        self, prompt: Prompt, given: str, *, confidence: float = 0.9, known: Sequence[str] = ()
    ) -> PanelResult:
        self.asked += 1
        result = self.panel.judge(prompt, given, confidence=confidence)
        scores = tuple(
            replace(s, verdicts=(replace(s.verdicts[0], level=4.0), *s.verdicts[1:]))
            for s in result.scores
        )
        return replace(result, scores=scores)


def test_the_shipped_panel_gives_the_canary_nothing(panel: Panel, pack: Pack) -> None:
    assert check_canary(panel, pack.prompts, NOW) == ()


def test_a_judge_that_likes_the_canary_is_named_and_asked_once(panel: Panel, pack: Pack) -> None:
    charmed = Charmed(panel)
    prompt = pack.prompt("eval_search")
    (failure,) = check_canary(charmed, [prompt], NOW)  # type: ignore[arg-type]
    assert (failure.judge, failure.level) == (panel.judges[0], 4.0)
    assert failure.judge != PANEL
    assert panel.judges[0] in failure.flag().detail
    later = NOW + timedelta(days=9)
    assert check_canary(charmed, [prompt], later) == (failure,)  # type: ignore[arg-type]
    assert charmed.asked == 1


def test_a_canary_that_a_limit_cut_short_is_read_another_time(panel: Panel, pack: Pack) -> None:
    cut, prompt = Charmed(panel), pack.prompt("eval_search")
    barred = Call("mid", "m", "eval", 0, 0, 0, Decimal(0), 0.0, 0, False, Outcome.BUDGET)
    result = replace(panel.judge(prompt, KNOWN_WORST), calls=(barred,))
    cut.judge = lambda *_: result  # type: ignore[method-assign,assignment]
    first, second = (read_canary(cut, prompt, NOW)[0] for _ in range(2))  # type: ignore[arg-type]
    assert not first.complete
    assert first.id != second.id


def test_a_panel_that_makes_much_of_judges_who_see_nothing_is_named(
    panel: Panel, pack: Pack
) -> None:
    generous = Charmed(panel)
    prompt = pack.prompt("eval_search")
    result = panel.judge(prompt, KNOWN_WORST)
    scores = tuple(replace(score, level=2.0) for score in result.scores)
    generous.judge = lambda *_: replace(result, scores=scores)  # type: ignore[method-assign,assignment]
    (failure,) = check_canary(generous, [prompt], NOW)  # type: ignore[arg-type]
    assert (failure.judge, failure.level) == (PANEL, 2.0)


def test_the_canary_is_fluent_and_no_empty_text() -> None:
    assert len(KNOWN_WORST.split()) > 40
