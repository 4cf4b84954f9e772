"""The canary reaches every model, whatever routing says, and again when its time is over."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.judges.llm.servers import FaultServer, fails, says

from evenhand.judges.canary import AGAIN, KNOWN_WORST, LASTS, check_canary, read_canary
from evenhand.judges.llm.caching import FolderCache
from evenhand.judges.llm.routing import Rule

NOW = datetime.fromtimestamp(300_000 * LASTS.total_seconds(), UTC)
"""The beginning of a period."""


def rating(good, level):
    quote = "the garden is doing well" if level > 1 else ""
    marks = {name: {"quote": "", "mark": 0} for name in good["marks"]}
    first = {name: {"quote": quote, "mark": 1 if quote else 0} for name in list(marks)[:2]}
    chances = {str(n): 100 * (n == level) for n in range(1, 6)}
    return says({"marks": {**marks, **first}, "chances": chances, "level": level})


@pytest.fixture
def replies(tmp_path: Path) -> FolderCache:
    return FolderCache(tmp_path)


def test_every_model_reads_it_where_routing_would_ask_nobody(panel_of, serve, panel, prompt, good):
    servers: list[FaultServer] = [serve(rating(good, 4)) for _ in range(2)]
    rule = Rule(3.5, 0.0, 100, ("llm-0", "llm-1"))
    both = panel_of(*servers, embedded=panel, rule=rule)
    both.judge(prompt, KNOWN_WORST)
    assert [len(one.seen) for one in servers] == [0, 0]
    failures = check_canary(both, [prompt], NOW)
    assert [one.judge for one in failures if one.judge.startswith("llm")] == ["llm-0", "llm-1"]
    assert [len(one.seen) for one in servers] == [1, 1]


def test_models_are_asked_again_in_the_next_period_and_by_no_other_process_meanwhile(
    panel_of, serve, prompt, good, replies, tmp_path
):
    server = serve(rating(good, 1), rating(good, 4))
    one, other = (panel_of(server, cache=replies) for _ in range(2))
    for panel in (one, other, one):
        assert check_canary(panel, [prompt], NOW) == ()
    assert len(server.seen) == 1
    files = sorted(tmp_path.rglob("*.json"))
    # The model behind the name was changed by now.
    for panel in (one, other):
        assert [f.judge for f in check_canary(panel, [prompt], NOW + LASTS)] == ["llm-0"]
    assert len(server.seen) == 2
    assert sorted(tmp_path.rglob("*.json")) == files


def test_where_one_model_was_away_it_alone_is_asked_again_and_not_with_every_answer(
    panel_of, serve, prompt, good, replies
):
    there = serve(rating(good, 1))
    both = panel_of(there, serve(fails(503)), cache=replies)
    first, asked = read_canary(both, prompt, NOW)
    assert asked
    assert read_canary(both, prompt, NOW + AGAIN / 2) == (first, False)
    again, asked = read_canary(both, prompt, NOW + AGAIN)
    assert asked
    assert again.id == first.id
    assert [call.cache_hit for call in again.result.calls] == [True, False]
    assert len(there.seen) == 1


def test_a_candidates_answer_in_the_same_words_is_asked_about_for_itself(
    panel_of, serve, prompt, good, replies
):
    server = serve(rating(good, 1))
    one = panel_of(server, cache=replies)
    check_canary(one, [prompt], NOW)
    for _ in range(2):
        one.judge(prompt, KNOWN_WORST)
    assert len(server.seen) == 2
