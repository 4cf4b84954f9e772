import random
from dataclasses import fields

import pytest

from evenhand.studies.redteam import REGISTRY, SETS, Setting, load_phrases
from evenhand.studies.redteam.grammar import babel
from evenhand.studies.redteam.metamorphic import CHANGES

ANSWER = "I take 300 logged queries.\n\nTwo people grade them. The worst twenty I read myself."


def test_there_are_more_than_eighteen_classes_and_each_says_what_it_does() -> None:
    assert len(REGISTRY) >= 18
    assert all(attack.says for attack in (*REGISTRY.values(), *CHANGES.values()))


@pytest.mark.parametrize("name", [*REGISTRY, *CHANGES])
def test_an_attack_follows_from_its_seed_alone(name: str, setting: Setting) -> None:
    make = (REGISTRY.get(name) or CHANGES[name]).make
    drawn = {make(ANSWER, setting, random.Random(7)) for _ in range(3)}
    assert len(drawn) == 1


@pytest.mark.parametrize("name", [n for n, a in REGISTRY.items() if a.form == "laced"])
def test_a_laced_answer_still_holds_what_the_answer_says(name: str, setting: Setting) -> None:
    made = REGISTRY[name].make(ANSWER, setting, random.Random(3))
    assert made != ANSWER
    assert all(words in made for words in ("300 logged queries", "The worst twenty"))


@pytest.mark.parametrize("name", [n for n, a in REGISTRY.items() if a.form == "alone"])
def test_an_attack_alone_holds_nothing_of_the_answer(name: str, setting: Setting) -> None:
    made = REGISTRY[name].make(ANSWER, setting, random.Random(3))
    assert "logged queries" not in made


def test_the_two_sets_say_nothing_in_the_same_words() -> None:
    first, second = (load_phrases(name) for name in SETS)
    for field in fields(first):
        ours, theirs = getattr(first, field.name), getattr(second, field.name)
        assert len(ours) >= 3
        assert not set(ours) & set(theirs)


def test_the_grammar_leaves_no_rule_unexpanded() -> None:
    text = babel("search index", 40, random.Random(1))
    assert "{" not in text
    assert text.count("search index") >= 20
