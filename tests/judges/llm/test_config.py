import re
from pathlib import Path

import pytest

from evenhand.judges.errors import JudgeConfigError
from evenhand.judges.llm.config import PanelConfig, read_panels
from evenhand.judges.llm.routing import Rule
from evenhand.judges.llm.values import Price

ROUTING_KEYS = ("bar", "bar_margin", "most_unresolved", "narrows", "order")
GOOD = """
[judge.mid]
kind = "openai"
base_url = "https://llm.example/v1/"
model = "mid-1"
key_env = "LLM_KEY"
price = { input = 0.5, cached = 0.05, output = 2 }
logprobs = true
per_minute = 300

[judge.big]
kind = "anthropic"
base_url = "https://other.example"
model = "big-2"
price = { input = 3, cached = 0.3, output = 15 }
draws = 3
temperature = 0.7

[panel.both]
judges = ["mid", "big"]

[panel.both.routing]
bar = 3.0
bar_margin = 0.25
most_unresolved = 2
narrows = 0.02
order = ["mid", "big"]

[panel.alone]
judges = ["mid"]
embedded = false
"""


def read(tmp_path: Path, text: str) -> dict[str, PanelConfig]:
    file = tmp_path / "panels.toml"
    file.write_text(text)
    return read_panels(file)


def faults(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(JudgeConfigError) as caught:
        read(tmp_path, text)
    return caught.value.faults


def test_a_file_gives_its_panels_with_their_judges(tmp_path):
    panels = read(tmp_path, GOOD)
    both = panels["both"]
    assert [judge.name for judge in both.judges] == ["mid", "big"]
    assert (both.embedded, panels["alone"].embedded) == (True, False)
    mid, big = both.judges
    assert mid.base_url == "https://llm.example/v1"
    assert (mid.price, mid.per_minute) == (Price(0.5, 0.05, 2.0), 300)
    assert (big.key_env, big.per_minute, big.draws, big.style) == (None, None, 3, "structured")


def test_a_price_of_what_the_provider_keeps_is_read_where_it_is_given(tmp_path):
    text = GOOD.replace("cached = 0.05, output = 2", "cached = 0.05, stored = 0.75, output = 2")
    mid, big = read(tmp_path, text)["both"].judges
    assert (mid.price.stored, big.price.stored) == (0.75, None)
    with pytest.raises(JudgeConfigError, match=r"judge\.mid\.price\.stored: must be a number"):
        read(tmp_path, text.replace("stored = 0.75", "stored = -1"))


def test_the_routing_table_becomes_the_panels_rule(tmp_path):
    panels = read(tmp_path, GOOD)
    assert panels["both"].routing == Rule(3.0, 0.25, 2, ("mid", "big"), 0.02)
    assert panels["alone"].routing is None


def test_an_empty_routing_table_has_the_cheapest_judge_first(tmp_path):
    text = GOOD.replace('judges = ["mid", "big"]', 'judges = ["big", "mid"]')
    lines = [x for x in text.splitlines() if x.split(" = ")[0] not in ROUTING_KEYS]
    assert read(tmp_path, "\n".join(lines))["both"].routing == Rule(3.5, 0.0, 0, ("mid", "big"))


def test_the_hash_follows_what_may_change_a_verdict_and_not_price_or_speed(tmp_path):
    def mid(text: str) -> str:
        return read(tmp_path, text)["both"].judges[0].hash

    same = GOOD.replace("input = 0.5", "input = 9").replace("per_minute = 300", "timeout = 5")
    assert mid(same) == mid(GOOD)
    assert mid(GOOD.replace('"mid-1"', '"mid-2"')) != mid(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "openai"', 'kind = "oracle"', 'judge.mid.kind: must be one of "openai"'),
        ('model = "mid-1"\n', "", "judge.mid.model: is missing"),
        ("https://llm.example/v1/", "llm.example", "judge.mid.base_url: must be an address"),
        ("https://llm.example/v1/", "https://a..b/v1", "judge.mid.base_url: no host is called"),
        ("https://llm.example/v1/", "https://me:pw@llm.example", "judge.mid.base_url: must hold"),
        ("per_minute = 300", "per_minute = 0", "judge.mid.per_minute: must be a whole number"),
        ("per_minute = 300", "per_minutes = 3", "judge.mid.per_minutes: is not known"),
        ("cached = 0.05", "cached = nan", "judge.mid.price.cached: must be a number"),
        ("cached = 0.05, ", "", "judge.mid.price.cached: must be a number"),
        ("price = { input = 0.5, cached = 0.05, output = 2 }", "", "judge.mid.price: is missing"),
        ("temperature = 0.7", "", "judge.big.draws: at temperature 0"),
        ("temperature = 0.7", "temperature = 1\nlogprobs = true", "judge.big.logprobs: this"),
        ("logprobs = true", 'style = "checklist"', "judge.mid.style: a checklist is read from"),
        ('["mid", "big"]', '["mid", "huge"]', 'panel.both.judges: "huge" has no table'),
        ('["mid", "big"]', '["mid", "mid"]', "panel.both.judges: one is named twice"),
        ('["mid", "big"]', "[]", "panel.both.judges: must be a list of names"),
        ("bar = 3.0", "bar = 6", "panel.both.routing.bar: must be a number from 1 to 5"),
        ("bar_margin = 0.25", "bar_margin = -1", "panel.both.routing.bar_margin: must be a"),
        ("most_unresolved = 2", "most_unresolved = 0.5", "panel.both.routing.most_unresolved: "),
        ("most_unresolved = 2", "mots_unresolved = 2", "panel.both.routing.mots_unresolved: is"),
        ("narrows = 0.02", "narrows = 2", "panel.both.routing.narrows: must be a number from 0"),
        ('order = ["mid", "big"]', 'order = ["mid"]', "panel.both.routing.order: must name each"),
        ('order = ["mid", "big"]', "order = []", "panel.both.routing.order: must be a list"),
        ('order = ["mid", "big"]', 'order = ["mid", "mid"]', "panel.both.routing.order: must n"),
        ("per_minute = 300", "batch_share = 2", "judge.mid.batch_share: must be a number from 0"),
        ("[panel.alone]", "[panel.embedded]", "panel.embedded: is the name of the panel"),
        ("[judge.big]", "[judge.coverage]", "judge.coverage: is the name of an embedded judge"),
        ("[judge.big]", '[judge."Big One"]', "judge.Big One: must be 1 to 40 of"),
        ("[judge.mid]", "[judges.mid]", "judges: is not known"),
        ("logprobs = true", "logprobs = 1", "judge.mid.logprobs: must be true or false"),
    ],
)
def test_a_fault_is_named_with_file_table_and_key(tmp_path, old, new, fault):
    assert old in GOOD
    found = faults(tmp_path, GOOD.replace(old, new, 1))
    assert any(line.startswith(f"panels.toml: {fault}") for line in found), found


def test_every_fault_is_named_at_once(tmp_path):
    text = GOOD.replace('"openai"', "7").replace('model = "big-2"', "").replace("true", "2")
    assert len(faults(tmp_path, text)) == 3


@pytest.mark.parametrize("line", ['key_env = "sk-4711"', 'api_key = "sk-4711"', 'key = "sk-4711"'])
def test_a_key_in_the_file_is_refused_and_not_repeated(tmp_path, line):
    found = faults(tmp_path, GOOD.replace('key_env = "LLM_KEY"', line))
    assert len(found) == 1
    assert "sk-4711" not in found[0]
    assert "variable" in found[0]


def test_a_file_that_is_no_toml_or_not_there_says_so(tmp_path):
    assert "not TOML" in faults(tmp_path, "[judge")[0]
    with pytest.raises(JudgeConfigError, match="cannot be read"):
        read_panels(tmp_path / "missing.toml")


def test_a_file_without_a_panel_says_what_to_add(tmp_path):
    assert faults(tmp_path, "") == ("panels.toml: panel: is missing; add a table [panel.NAME]",)


def test_the_examples_of_the_guide_can_be_read(tmp_path):
    guide = (Path(__file__).parents[3] / "docs" / "judges.md").read_text()
    example, routing = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (careful,) = read(tmp_path, f"{example}\n{routing}").values()
    assert [judge.kind for judge in careful.judges] == ["openai", "anthropic"]
    assert careful.routing == Rule(3.5, 0.2, 2, ("mid", "big"), 0.02)
