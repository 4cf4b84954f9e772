"""The shipped pack holds what it promises."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path

import pytest

from evenhand.rubric import Pack, UnknownIdError, load_pack, shipped_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(shipped_pack())


def test_it_has_seven_dimensions_of_five_levels(pack: Pack) -> None:
    assert [d.id for d in pack.dimensions] == [
        "eval_discipline",
        "production_debugging",
        "data_quality",
        "cost_latency_ops",
        "trade_off_reasoning",
        "communication",
        "adversarial_thinking",
    ]
    assert {len(d.levels) for d in pack.dimensions} == {5}
    assert pack.dimension("eval_discipline").levels[0].startswith("Talks about models")


def test_it_has_52_strong_indicators_and_two_red_flags_a_dimension(pack: Pack) -> None:
    kinds = [[i.kind for i in d.indicators] for d in pack.dimensions]
    assert [k.count("strong") for k in kinds] == [7, 8, 7, 8, 7, 7, 8]
    assert [k.count("red_flag") for k in kinds] == [2] * 7


def test_every_golden_answer_loads_and_every_author_answered_every_prompt(pack: Pack) -> None:
    assert len(pack.golden) == 162
    assert len({a.author for a in pack.golden}) == 18
    for author in {a.author for a in pack.golden}:
        asked = sorted(a.prompt for a in pack.golden if a.author == author)
        assert asked == sorted(p.id for p in pack.prompts)


def test_every_golden_rating_marks_every_indicator_of_its_dimension(pack: Pack) -> None:
    for answer in pack.golden:
        for rating in answer.ratings:
            expected = {i.id for i in pack.dimension(rating.dimension).indicators}
            assert rating.marks.keys() == expected, answer.id


def test_its_golden_answers_carry_their_honest_label(pack: Pack) -> None:
    assert pack.golden_label.startswith("Model-written, model-rated")
    readme = (shipped_pack() / "golden" / "README.md").read_text("utf-8")
    assert "Model-written, model-rated" in readme
    assert "Split by author" in readme


def test_the_prompts_of_a_round_fit_its_minutes(pack: Pack) -> None:
    for round_ in pack.rounds:
        prompts = [pack.prompt(id) for id in round_.prompts]
        # Of the variants that measure the same dimensions one is asked.
        asked = {tuple(p.dimensions) if p.variant else p.id: p.minutes for p in prompts}
        assert sum(asked.values()) <= round_.minutes


def test_its_rounds_are_the_three_of_the_loop(pack: Pack) -> None:
    assert [(r.id, r.minutes) for r in pack.rounds] == [("async", 45), ("final", 60), ("peer", 45)]
    variants = {pack.prompt(id).variant for id in pack.round("final").prompts}
    assert variants == {None, "classical", "llm"}


def test_its_dimensions_weigh_the_same_and_the_bar_is_three_and_a_half(pack: Pack) -> None:
    assert pack.weights == {d.id: 1.0 for d in pack.dimensions}
    assert pack.bar == 3.5


def test_looking_up_an_unknown_id_says_what_is_known(pack: Pack) -> None:
    with pytest.raises(UnknownIdError, match=r"no prompt 'tea'.*known: eval_search, debug_drop"):
        pack.prompt("tea")
    with pytest.raises(KeyError):
        pack.dimension("tea")
    with pytest.raises(UnknownIdError, match=r"no round 'tea'.*async, final, peer"):
        pack.round("tea")
    with pytest.raises(UnknownIdError, match=r"eval\.golden_set"):
        pack.indicator("tea")
    with pytest.raises(UnknownIdError, match=r"no probe for indicator 'eval\.flag_vibes'"):
        pack.probe_for("eval.flag_vibes")


def test_looking_up_a_known_id_finds_it(pack: Pack) -> None:
    assert pack.prompt("cost_bill").dimensions == {"cost_latency_ops": 1.0}
    assert pack.indicator("adv.adaptive").kind == "strong"
    assert pack.probe_for("adv.adaptive").id == "probe.adv.adaptive"
    assert pack.round("peer").prompts == ("comm_irrelevant",)


def test_an_unknown_shipped_pack_says_which_there_are() -> None:
    for name in ("tea", "../packs", "", "."):
        with pytest.raises(UnknownIdError, match="known: production-ml-engineer"):
            shipped_pack(name)


def test_a_pack_is_frozen_and_can_be_copied_and_sent_elsewhere(pack: Pack) -> None:
    with pytest.raises(FrozenInstanceError):
        pack.bar = 1.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(pack)) == pack
    assert copy.deepcopy(pack) == pack
    assert asdict(pack)["id"] == pack.id


def test_errors_survive_being_sent_elsewhere() -> None:
    with pytest.raises(UnknownIdError) as caught:
        shipped_pack("tea")
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


def test_a_pack_may_be_given_as_a_path_relative_to_here(
    monkeypatch: pytest.MonkeyPatch, pack: Pack
) -> None:
    monkeypatch.chdir(shipped_pack().parent)
    assert load_pack(Path("production-ml-engineer")) == pack


def test_its_role_plays_are_of_the_peer_round_and_fit_into_it_with_its_prompts(pack: Pack) -> None:
    assert [r.id for r in pack.role_plays] == ["roleplay.explain_failure", "roleplay.push_back"]
    assert {r.round for r in pack.role_plays} == {"peer"}
    prompts = sum(pack.prompt(id).minutes for id in pack.round("peer").prompts)
    assert prompts + sum(r.minutes for r in pack.role_plays) <= pack.round("peer").minutes - 7


def test_no_role_play_says_what_is_listened_for(pack: Pack) -> None:
    for play in pack.role_plays:
        said = " ".join((play.brief, *play.lines)).lower()
        for given_away in ("one-off", "systematic", "option", "percent", "how often", "sorry"):
            assert given_away not in said
