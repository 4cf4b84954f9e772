"""Each lint rule, on small examples: what it finds, and the near miss that it lets pass."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from evenhand.rubric import (
    Dimension,
    Indicator,
    LintFinding,
    Pack,
    Probe,
    lint_minutes,
    lint_pack,
    load_pack,
    shipped_pack,
)

SHIPPED = load_pack(shipped_pack())
LEVELS = (
    "Leaves the kettle cold.",
    "Boils water without leaves.",
    "Steeps leaves until brown.",
    "Times each infusion by variety.",
    "Teaches guests which harvest suits them.",
)
STRONG = Indicator("tea.steep", "strong", "Warms the pot with boiling water.")


def pack_of(
    *says: str, levels: tuple[str, ...] = LEVELS, second: str | None = None, probe: str = ""
) -> Pack:
    indicators = [Indicator(f"tea.i{n}", "strong", text) for n, text in enumerate(says)]
    dimensions = [Dimension("tea", "Tea", "Tea?", levels, tuple(indicators or [STRONG]))]
    if second is not None:
        other = Indicator("milk.only", "strong", second)
        levels = tuple(f"{word}." for word in ("Red", "Green", "Blue", "Pink", "Grey"))
        dimensions.append(Dimension("milk", "Milk", "Milk?", levels, (other,)))
    probes = [Probe("probe.tea.i0", "tea.i0", probe, 2)] if probe else []
    return replace(SHIPPED, dimensions=tuple(dimensions), probes=tuple(probes))


def rules(pack: Pack) -> list[str]:
    return [finding.rule for finding in lint_pack(pack)]


def test_sound_wording_passes() -> None:
    assert lint_pack(pack_of()) == []


@pytest.mark.parametrize(
    ("says", "found"),
    [
        ("Names a metric and checks label quality.", '"names a …" and "checks label …"'),
        ("Writes tests or reads the incident log.", '"writes tests …" and "reads the …"'),
        (
            "Samples errors, and measures those of last week.",
            '"samples errors …" and "measures tho',
        ),
        ("Fixes the source and measures whether it helped.", '"fixes the …" and "measures whether'),
    ],
)
def test_two_demands_in_one_are_double_barrelled(says: str, found: str) -> None:
    (finding,) = lint_pack(pack_of(says))
    assert finding.rule == "double_barrelled"
    assert found in finding.message
    assert finding.path == "rubric.yaml: dimensions[0] (tea).indicators[0] (tea.i0).says"


@pytest.mark.parametrize(
    "says",
    [
        "Names and checks the metric of the release.",  # one object
        "Looks at and checks the release log.",  # one object, the first verb with a preposition
        "Samples errors from logs and groups them by cause.",  # the same object
        "Reads deploy logs and checks of the pipeline.",  # checks is a noun
        "Compares latency and cost across two vendors.",  # two objects, one verb
        "Names the metric. Checks label quality.",  # two sentences
    ],
)
def test_one_demand_is_not_double_barrelled(says: str) -> None:
    assert rules(pack_of(says)) == []


def test_a_vague_anchor_is_found_with_its_words() -> None:
    levels = (*LEVELS[:3], "Shows good understanding of various approaches.", LEVELS[4])
    assert lint_pack(pack_of(levels=levels)) == [
        LintFinding(
            "rubric.yaml: dimensions[0] (tea).levels.4",
            "vague",
            '"good", "various" in "Shows good understanding of various approaches" '
            "names nothing that can be observed",
        )
    ]


@pytest.mark.parametrize(
    "level",
    [
        "Shows understanding of leaf, harvest, region, altitude.",  # no vague word
        "Gives several causes: stale cache, wrong join.",  # examples follow
        "Serves a good cup within 3 minutes.",  # a figure
        "Says 'good enough' and stops.",  # quoted
        "Compares several harvests with picking dates from regional auction records.",  # enough
    ],
)
def test_a_vague_word_beside_something_observable_passes(level: str) -> None:
    assert rules(pack_of(levels=(*LEVELS[:4], level))) == []


def test_a_vague_word_is_weighed_against_its_own_clause_alone() -> None:
    level = "Compares several harvests, reads auction records from regional growers."
    (finding,) = lint_pack(pack_of(levels=(*LEVELS[:4], level)))
    assert '"several" in "Compares several harvests"' in finding.message


def test_two_levels_in_nearly_the_same_words_overlap() -> None:
    levels = (*LEVELS[:3], "Times each infusion.", "Timing infusions each time.")
    (finding,) = lint_pack(pack_of(levels=levels))
    assert finding.rule == "overlap"
    assert finding.path.endswith("levels.5")
    assert finding.message.startswith("hard to tell from dimensions[0] (tea).levels.4: both say")
    assert "infusions" in finding.message


def test_two_levels_that_share_half_their_words_do_not_overlap() -> None:
    levels = (*LEVELS[:3], "Times infusion, water.", "Times infusion, harvest.")
    assert rules(pack_of(levels=levels)) == []


def test_two_indicators_of_a_dimension_overlap() -> None:
    pack = pack_of("Checks labels for agreement.", "Checks label agreement by annotator.")
    assert rules(pack) == ["overlap"]


def test_indicators_of_two_dimensions_overlap() -> None:
    pack = pack_of("Compares latency with cost.", second="Compares the cost with latency.")
    (finding,) = lint_pack(pack)
    assert finding.path == "rubric.yaml: dimensions[1] (milk).indicators[0] (milk.only).says"
    assert "dimensions[0] (tea).indicators[0] (tea.i0)" in finding.message


def test_indicators_with_one_common_word_do_not_overlap() -> None:
    pack = pack_of("Compares latency with cost.", second="Compares harvests by altitude.")
    assert rules(pack) == []


def test_levels_of_different_dimensions_may_be_alike() -> None:
    pack = pack_of(second="Pours slowly.")
    first, other = pack.dimensions
    same = replace(other, levels=first.levels)
    assert rules(replace(pack, dimensions=(first, same))) == []


def test_a_probe_that_says_what_it_listens_for_is_found() -> None:
    pack = pack_of("Audits annotator labels.", probe="How would you audit the annotators?")
    assert lint_pack(pack) == [
        LintFinding(
            "probes.yaml: probes[0] (probe.tea.i0).text",
            "probe_gives_away",
            "says what it listens for: annotators",
        )
    ]


def test_a_probe_that_shares_short_and_common_words_alone_passes() -> None:
    pack = pack_of("Asks before use whether labels hold.", probe="Whether or before, what hold?")
    assert rules(pack) == []


def test_the_shipped_rubric_is_linted_the_same_each_time() -> None:
    findings = lint_pack(SHIPPED)
    assert findings == lint_pack(SHIPPED)
    assert {finding.rule for finding in findings} <= {"double_barrelled", "vague"}


def test_a_round_whose_questions_take_longer_than_it_is_found_with_both_figures() -> None:
    longer = [replace(one, minutes=one.minutes + 20) for one in SHIPPED.prompts]
    findings = lint_minutes(replace(SHIPPED, prompts=tuple(longer)))
    assert set(findings) <= set(lint_pack(replace(SHIPPED, prompts=tuple(longer))))
    assert findings[0].path == "loop.yaml: rounds[0] (async).minutes"
    assert re.match(r"its questions take \d+ minutes, \d+ more than the 45", findings[0].message)
    assert lint_minutes(SHIPPED) == []


def test_of_prompts_that_stand_in_for_each_other_the_longest_counts_once() -> None:
    final = next(one for one in SHIPPED.rounds if one.id == "final")
    minutes = {one.id: one.minutes for one in map(SHIPPED.prompt, final.prompts)}
    alike = max(minutes.pop("adv_fraud"), minutes.pop("adv_assistant"))
    just = replace(final, minutes=sum(minutes.values()) + alike)
    short = replace(final, minutes=just.minutes - 1)
    assert lint_minutes(replace(SHIPPED, rounds=(just,))) == []
    assert [one.rule for one in lint_minutes(replace(SHIPPED, rounds=(short,)))] == ["over_time"]
