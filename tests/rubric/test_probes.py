"""The shipped probes are neutral, short, and give nothing away.

The words are compared here by a rule of its own, simpler than the linter's, so that neither
can hide a mistake of the other.
"""

from __future__ import annotations

import re

import pytest

from evenhand.rubric import Pack, Probe, lint_pack, load_pack, shipped_pack

PACK = load_pack(shipped_pack())

# Words of six letters or more that a probe may share with its indicator, each with the reason.
ALLOWED: dict[str, str] = {}
FUNCTION_WORDS = {"before", "whether", "should", "something", "somebody", "without", "against"}
YES_NO = re.compile(
    r"(am|are|can|could|did|do|does|had|has|have|is|may|might|must|shall|should|was|were|will|would)"
    r"(n't)? (i|you|he|she|it|we|they|there|this|that|these|those|the|a|an|any|your)\b",
    re.IGNORECASE,
)
QUESTION_WORDS = {"what", "how", "which", "why", "who"}

each_probe = pytest.mark.parametrize("probe", PACK.probes, ids=lambda probe: probe.id)


def question(probe: Probe) -> str:
    """Return the sentence that asks."""
    return re.split(r"(?<=[.?!]) ", probe.text)[-1]


def long_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{6,}", text.lower())) - FUNCTION_WORDS


def test_every_strong_indicator_has_exactly_one_probe_and_no_red_flag_has_any() -> None:
    strong = [i.id for d in PACK.dimensions for i in d.indicators if i.kind == "strong"]
    assert [probe.indicator for probe in PACK.probes] == strong
    assert len(PACK.probes) == 52


def test_no_two_probes_are_alike() -> None:
    def shape(probe: Probe) -> frozenset[str]:
        return frozenset(re.findall(r"[a-z]{4,}", probe.text.lower()))

    for n, one in enumerate(PACK.probes):
        for other in PACK.probes[n + 1 :]:
            shared = len(shape(one) & shape(other)) / len(shape(one) | shape(other))
            assert shared < 0.5, (one.id, other.id)


@each_probe
def test_it_is_answerable_in_two_minutes(probe: Probe) -> None:
    assert probe.minutes == 2
    assert 6 <= len(probe.text.split()) <= 45


@each_probe
def test_it_asks_one_question(probe: Probe) -> None:
    assert probe.text.count("?") == 1
    assert probe.text.endswith("?")
    asked = [w for w in re.findall(r"[a-z]+", question(probe).lower()) if w in {"and", "or"}]
    assert asked == []


@each_probe
def test_it_cannot_be_answered_by_yes_or_no(probe: Probe) -> None:
    assert not YES_NO.match(question(probe))
    assert QUESTION_WORDS & set(re.findall(r"[a-z]+", question(probe).lower()))


@each_probe
def test_it_does_not_say_what_it_listens_for(probe: Probe) -> None:
    told = long_words(PACK.indicator(probe.indicator).says)
    assert long_words(probe.text) & told <= ALLOWED.keys()


@pytest.mark.parametrize("opener", ["Did you test it?", "Would you look?", "Is there more?"])
def test_the_rule_on_yes_and_no_would_notice(opener: str) -> None:
    assert YES_NO.match(opener)


def test_the_linter_agrees() -> None:
    assert [f for f in lint_pack(PACK) if f.rule == "probe_gives_away"] == []


def test_the_probes_of_a_dimension_stand_after_each_of_its_prompts() -> None:
    """A dimension with several prompts must not have probes that speak of one prompt's subject."""
    subjects = {
        "production_debugging": r"four percent|evaluation|first hour",
        "communication": r"recommend|item|colleague outside|data product",
        "adversarial_thinking": r"fraud|assistant|language model|bank|payment|customer",
    }
    for dimension, subject in subjects.items():
        for indicator in PACK.dimension(dimension).indicators:
            if indicator.kind == "strong":
                text = PACK.probe_for(indicator.id).text
                assert not re.search(subject, text, re.IGNORECASE), text


def _unused_reasons(pack: Pack) -> set[str]:
    told = {w for p in pack.probes for w in long_words(p.text)}
    return ALLOWED.keys() - told


def test_the_list_of_allowed_words_holds_none_that_is_not_needed() -> None:
    assert _unused_reasons(PACK) == set()
