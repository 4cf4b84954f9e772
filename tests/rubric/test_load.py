"""A pack with a fault is refused, and the message says which file, where in it, and what."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.rubric import PackError, load_pack

Spoil = Callable[[str, str, str], tuple[str, ...]]

DQ = "rubric.yaml: dimensions[2] (data_quality)"
PROMPT = "prompts.yaml: prompts[0] (eval_search)"
LINE1 = "golden/answers.jsonl:1:"
LEVEL3_DQ = (
    "      3: 'Looks at the data and errors in a general way, some checks on labels or balance.'\n"
)
CASES = [
    # Levels
    ("rubric.yaml", LEVEL3_DQ, "", f"{DQ}.levels: level 3 is missing"),
    ("rubric.yaml", LEVEL3_DQ, "      3: ' '\n", f"{DQ}.levels.3: is empty"),
    ("rubric.yaml", LEVEL3_DQ, "      3: 7\n", f"{DQ}.levels.3: must be text; put it in quotes"),
    (
        "rubric.yaml",
        LEVEL3_DQ,
        LEVEL3_DQ + "      6: 'More.'\n",
        f"{DQ}.levels: level 6 is not known here",
    ),
    # Indicators
    ("rubric.yaml", "id: data.balance", "id: eval.balance", "starts with eval, others of this"),
    ("rubric.yaml", "id: data.balance", "id: data.hygiene", "(data.hygiene).id: is given twice"),
    ("rubric.yaml", "id: data.balance", "id: balance", "indicators[3] (balance).id: must be an id"),
    ("rubric.yaml", "kind: strong", "kind: storng", "kind: must be 'strong' or 'red_flag'"),
    ("rubric.yaml", "kind: strong", "knid: strong", "the key knid is not known here"),
    ("rubric.yaml", "id: debug.", "id: eval.", "others of this dimension with eval"),
    ("rubric.yaml", "id: data_quality", "id: eval_discipline", "(eval_discipline).id: eval_disc"),
    # Prompts
    ("prompts.yaml", "{eval_discipline: 1.0}", "{tea: 1.0}", "there is no dimension tea"),
    (
        "prompts.yaml",
        "{eval_discipline: 1.0}",
        "{eval_discipline: 0.9}",
        f"{PROMPT}.dimensions: the shares add up to 0.9, not to 1",
    ),
    ("prompts.yaml", "minutes: 8", "minutes: 0", f"{PROMPT}.minutes: 0 is not above 0"),
    ("prompts.yaml", "minutes: 8", "minutes: eight", f"{PROMPT}.minutes: must be a whole number"),
    ("prompts.yaml", "minutes: 8", "minutes: 8.5", f"{PROMPT}.minutes: must be a whole number"),
    ("prompts.yaml", "round: async", "round: tea", f"{PROMPT}.round: there is no round tea"),
    ("prompts.yaml", "round: async", "round: peer", "loop.yaml does not list it in round peer"),
    ("prompts.yaml", "id: debug_drop", "id: eval_search", "id: eval_search is already at prompts"),
    # Probes
    (
        "probes.yaml",
        "indicator: eval.online",
        "indicator: eval.tea",
        "probes.yaml: probes[3] (probe.eval.online).indicator: there is no indicator eval.tea",
    ),
    (
        "probes.yaml",
        "indicator: eval.online",
        "indicator: eval.flag_vibes",
        "eval.flag_vibes is a red flag; only strong indicators have a probe",
    ),
    (
        "probes.yaml",
        "indicator: eval.online",
        "indicator: eval.upkeep",
        "is already at probes.yaml",
    ),
    ("probes.yaml", "id: probe.eval.online", "id: online", "id: must be probe.eval.online"),
    ("probes.yaml", "minutes: 2", "minutes: -2", "minutes: -2 is not above 0"),
    # Rounds
    ("loop.yaml", "[comm_irrelevant]", "[tea]", "loop.yaml: rounds[2] (peer).prompts: there is no"),
    ("loop.yaml", "[comm_irrelevant]", "[]", "loop.yaml: rounds[2] (peer).prompts: is empty"),
    ("loop.yaml", "[data_quality, ", "[", "(data_quality): no round of loop.yaml covers"),
    ("loop.yaml", "[data_quality, ", "[tea, data_quality, ", "there is no dimension tea"),
    ("loop.yaml", "[data_quality, ", "[communication, data_quality, ", "no prompt of this round"),
    ("loop.yaml", "id: peer", "id: lunch", "rounds[2] (lunch).id: must be 'async', 'final' or"),
    ("loop.yaml", "id: peer", "id: final", "(final).id: final is already at loop.yaml: rounds[1]"),
    ("loop.yaml", "[data_inherit, ", "[data_inherit, data_inherit, ", "is listed 2 times"),
    # pack.yaml
    ("pack.yaml", "bar: 3.5", "bar: 6", "pack.yaml: bar: 6 is above 5"),
    ("pack.yaml", "bar: 3.5", "bar: .nan", "pack.yaml: bar: "),
    ("pack.yaml", "  data_quality: 1\n", "", "weights: dimension data_quality has no weight"),
    ("pack.yaml", "  data_quality: 1\n", "  tea: 1\n", "weights: there is no dimension tea"),
    ("pack.yaml", "version: 1.0.0", "version: 1", "version: must be text; put it in quotes"),
    ("pack.yaml", "licence:", "license:", "pack.yaml: the key licence is missing"),
    # Golden answers
    ("golden/answers.jsonl", '"level": 4.5', '"level": 5.5', "ratings[0].level: 5.5 is above 5"),
    ("golden/answers.jsonl", '"level": 4.5', '"level": 4.2', "4.2 is not a whole or half level"),
    ("golden/answers.jsonl", '"level": 4.5', '"level": true', "level: must be a number"),
    ("golden/answers.jsonl", '"level": 4.5', '"level": NaN', f"{LINE1} ratings[0].level: "),
    ("golden/answers.jsonl", '"level": 4.5', f'"level": 1{"0" * 400}', "level: must be a number"),
    ("golden/answers.jsonl", '"level": 4.5', '"level": 9e99', "the number is above 5"),
    ("golden/answers.jsonl", '"eval.online": 2', '"eval.online": 3', "eval.online: 3 is above 2"),
    ("golden/answers.jsonl", '"eval.online": 2', '"eval.tea": 2', "has no indicator eval.tea"),
    ("golden/answers.jsonl", '"eval_search"', '"tea"', f"{LINE1} prompt: there is no prompt tea"),
    ("golden/answers.jsonl", '"eval_discipline"', '"tea"', "dimension: there is no dimension tea"),
    ("golden/answers.jsonl", '"eval_discipline"', '"communication"', "does not measure commun"),
    ("golden/answers.jsonl", '"rater": "r1"', '"rater": "r2"', "r2 rates eval_discipline 2 times"),
    (
        "golden/answers.jsonl",
        "d01-debug_drop",
        "d01-eval_search",
        "already at golden/answers.jsonl",
    ),
    (
        "golden/answers.jsonl",
        '{"id"',
        '{"id" 3',
        f"{LINE1} not valid JSON",
    ),
    (
        "golden/answers.jsonl",
        '"author": "d01"',
        '"author": "d01", "id": "x"',
        "'id' is given twice",
    ),
    ("golden/answers.jsonl", '"text": "', '"text": "\\ud800', "holds half a character"),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), CASES)
def test_a_fault_is_named_with_file_place_and_reason(
    spoil: Spoil, name: str, old: str, new: str, expected: str
) -> None:
    faults = spoil(name, old, new)
    assert any(expected in fault for fault in faults), faults


def test_a_golden_fault_names_its_line(spoil: Spoil) -> None:
    faults = spoil("golden/answers.jsonl", '"id": "d01-tradeoff_small"', '"id": ""')
    assert faults == (
        "golden/answers.jsonl:3: id: must be a name such as d01-eval: "
        "letters, digits, dot, dash and _",
    )


def test_a_dimension_needs_both_kinds_of_indicator(folder: Path, spoil: Spoil) -> None:
    file = folder / "rubric.yaml"
    text = file.read_text("utf-8")
    start, end = text.index("  - id: communication"), text.index("  - id: adversarial_thinking")
    without = text[start:end].replace("kind: red_flag", "kind: strong")
    faults = spoil("rubric.yaml", text[start:end], without)
    assert faults == (
        "rubric.yaml: dimensions[5] (communication).indicators: there is no red_flag indicator",
    )


def test_two_dimensions_cannot_share_a_prefix(folder: Path, spoil: Spoil) -> None:
    for name in ("rubric.yaml", "probes.yaml", "golden/answers.jsonl"):
        file = folder / name
        text = file.read_text("utf-8")
        file.write_text(re.sub(r"\bdata\.", "eval.", text), "utf-8")
    faults = spoil("pack.yaml", "bar: 3.5", "bar: 3.0")
    assert len(faults) == 7 + 2
    assert "eval is already the prefix of dimension eval_discipline" in faults[0]


def test_all_faults_of_all_files_are_reported_at_once(folder: Path, spoil: Spoil) -> None:
    for name, old, new in (
        ("rubric.yaml", LEVEL3_DQ, ""),
        ("rubric.yaml", "    name: Data quality intuition\n", ""),
        ("prompts.yaml", "minutes: 8", "minutes: 0"),
        ("probes.yaml", "id: probe.eval.online", "id: online"),
    ):
        file = folder / name
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")
    faults = spoil("golden/answers.jsonl", '"level": 4.5', '"level": 0.5')
    assert faults == (
        f"{DQ}: the key name is missing",
        f"{DQ}.levels: level 3 is missing",
        f"{PROMPT}.minutes: 0 is not above 0",
        f"{LINE1} ratings[0].level: 0.5 is below 1",
        "probes.yaml: probes[3] (online).id: must be probe.eval.online",
    )


def test_a_broken_file_does_not_accuse_the_others(spoil: Spoil) -> None:
    faults = spoil("rubric.yaml", "dimensions:", "dimensions: [")
    assert len(faults) == 1
    assert re.match(r"rubric\.yaml: line \d+: ", faults[0])


def test_the_message_lists_one_fault_a_line(folder: Path) -> None:
    (folder / "loop.yaml").unlink()
    (folder / "probes.yaml").unlink()
    with pytest.raises(PackError) as caught:
        load_pack(folder)
    said = ["probes.yaml: the file is missing", "loop.yaml: the file is missing"]
    assert str(caught.value).split("\n") == [f"{folder}/{one}" for one in said]


def test_a_fault_stays_on_one_line_and_can_be_printed(spoil: Spoil) -> None:
    faults = spoil("rubric.yaml", "id: data_quality", 'id: "a\\nb\\u2028\\u202e\\e[31m"')
    assert faults
    assert all(fault.isprintable() for fault in faults)


def test_the_bar_is_three_and_a_half_where_none_is_given(folder: Path) -> None:
    file = folder / "pack.yaml"
    file.write_text(re.sub(r"bar: .*\n", "", file.read_text("utf-8")), "utf-8")
    assert load_pack(folder).bar == 3.5


def test_a_new_pack_may_have_no_golden_answers_yet(folder: Path) -> None:
    (folder / "golden" / "answers.jsonl").write_text("\n\n", "utf-8")
    assert load_pack(folder).golden == ()


def test_the_text_of_a_golden_answer_is_kept_to_the_letter(folder: Path) -> None:
    file = folder / "golden" / "answers.jsonl"
    text = file.read_text("utf-8")
    assert '"text": "' in text
    file.write_text(text.replace('"text": "', '"text": "  \\u2028 \u2028', 1), "utf-8")
    assert load_pack(folder).golden[0].text.startswith("  \u2028 \u2028I'd start")


def test_a_pack_without_role_plays_is_a_pack(folder: Path) -> None:
    (folder / "roleplay.yaml").unlink()
    assert load_pack(folder).role_plays == ()


def test_a_role_play_that_cannot_be_played_is_named_with_its_fault(spoil: Spoil) -> None:
    where = "roleplay.yaml: role_plays[0] (roleplay.explain_failure)"
    assert f"{where}.dimensions: there is no dimension charm" in spoil(
        "roleplay.yaml", "{communication: 1.0}", "{charm: 1.0}"
    )


def test_role_plays_are_no_part_of_what_a_calibration_is_made_from(folder: Path) -> None:
    before = load_pack(folder)
    file = folder / "roleplay.yaml"
    file.write_text(file.read_text("utf-8").replace("minutes: 6", "minutes: 5"), "utf-8")
    after = load_pack(folder)
    assert (after.hash == before.hash, after.source_hash == before.source_hash) == (False, True)
