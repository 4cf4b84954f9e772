import json

import pytest

from .conftest import PACK

HEADER = "candidate,dimension,task,round,rater,rater_kind,level\n"
ROWS = (
    "ann,eval_discipline,eval_search,async,coverage,model,4.0",
    "ann,eval_discipline,eval_search,async,regression,model,2.5",
    "ann,production_debugging,debug_drop,async,coverage,model,3",
    "bob,eval_discipline,eval_search,async,coverage,model,2.0",
    "bob,adversarial_thinking,adv_assistant,final,hm,human,2",
)


@pytest.fixture
def ratings(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in ROWS))
    return path


def test_the_plan_is_in_order_and_gives_the_gain_per_minute(evenhand, ratings):
    ran = evenhand("focus", ratings, "--candidate", "ann", "--minutes", "21", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    plan = told["plan"]
    assert plan[0]["task"] == "adv_assistant"
    rates = [step["gain_per_minute"] for step in plan]
    assert rates == sorted(rates, reverse=True)
    assert all(rate > 0 for rate in rates)
    assert [step["minutes_so_far"] for step in plan] == [7, 14, 21]
    assert told["planned_minutes"] == 21
    assert told["stopped"] in ("time", "nothing_helps")
    assert "no question has shown it yet" in plan[0]["reason"]
    for step in plan:
        assert step["gain"] == pytest.approx(step["gain_per_minute"] * step["minutes"])
        assert step["sd_after"] < step["sd_before"]


def test_a_person_reads_lines(program, ratings):
    ran = program("focus", ratings, "--candidate", "ann")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("ann: ")
    assert "1. adv_assistant (final): 7 min" in ran.out
    assert "a minute" in ran.out


def test_a_pack_gives_core_first_then_prompts_and_probes(evenhand, ratings):
    ran = evenhand(
        "focus", ratings, "--candidate", "ann", "--minutes", "60", "--pack", PACK, "--json"
    )
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)["plan"]
    # The other candidate was asked adv_assistant, so that is this opening's variant.
    assert [s["task"] for s in plan if s["core"]] == ["data_inherit", "cost_bill", "adv_assistant"]
    assert [s["core"] for s in plan[:3]] == [True, True, True]
    assert sum(step["minutes"] for step in plan) <= 60
    assert any(step["follows"] in ("eval_search", "debug_drop") for step in plan[3:])


def test_a_bar_turns_the_plan_into_one_for_the_decision(evenhand, ratings):
    for more in ((), ("--pack", PACK)):
        ran = evenhand(
            "focus", ratings, "--candidate", "ann", "--bar", "3", "--sure", "0.99", *more, "--json"
        )
        assert ran.code == 0, ran.err
        told = json.loads(ran.out)
        assert told["goal"] == "decide"
        assert 0.5 <= told["sure_now"] <= told["sure_after"] <= 1
    sure = evenhand("focus", ratings, "--candidate", "ann", "--bar", "1", "--json")
    assert json.loads(sure.out)["stopped"] == "settled"


def test_an_unknown_candidate_is_one_line_and_bad_use(evenhand, ratings):
    ran = evenhand("focus", ratings, "--candidate", "zoe")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert '"zoe" has no ratings' in ran.err
    assert "ann, bob" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("--candidate", "ann", "--minutes", "0"), "--minutes"),
        (("--candidate", "ann", "--bar", "9"), "--bar"),
        (("--candidate", "ann", "--bar", "3", "--target-sd", "0.4"), "not both"),
        (("--minutes", "30"), "--candidate"),
    ],
)
def test_bad_use_is_one_line_that_names_the_option(evenhand, ratings, arguments, names):
    ran = evenhand("focus", ratings, *arguments)
    assert ran.code == 2
    assert names in ran.err
    assert ran.err.count("\n") == 1


def test_a_dimension_that_the_pack_does_not_have_is_named(evenhand, tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(HEADER + "ann,charm,f1,final,hm,human,3\n")
    ran = evenhand("focus", path, "--candidate", "ann", "--pack", PACK)
    assert ran.code == 2
    assert "charm" in ran.err
    assert ran.err.count("\n") == 1
