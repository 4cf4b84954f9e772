import random
import re
from dataclasses import fields, replace
from itertools import combinations

import pytest

from evenhand.studies.redteam import REGISTRY, SETS, Setting, load_phrases
from evenhand.studies.redteam.grammar import babel
from evenhand.studies.redteam.metamorphic import CHANGES
from evenhand.studies.redteam.phrases import Phrases
from evenhand.studies.redteam.shoptalk import shop_talk

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


@pytest.mark.parametrize(("one", "other"), list(combinations(SETS, 2)))
def test_no_two_sets_say_anything_in_the_same_words(one: str, other: str) -> None:
    for field in fields(Phrases):
        ours, theirs = (getattr(load_phrases(name), field.name) for name in (one, other))
        assert len(ours) >= 3 or field.name == "senseless"
        assert not set(ours) & set(theirs)


def test_shop_talk_is_in_the_words_of_the_set_where_it_has_some(setting: Setting) -> None:
    sixth = replace(setting, phrases=load_phrases("sixth"))
    said = REGISTRY["shop_talk"].make(ANSWER, sixth, random.Random(3))
    other = REGISTRY["shop_talk"].make(ANSWER, setting, random.Random(3))
    assert any(phrase in said for phrase in sixth.phrases.senseless)
    assert not any(phrase in other for phrase in sixth.phrases.senseless)


def test_shop_talk_leaves_no_slot_unfilled_and_says_nothing_twice() -> None:
    text = shop_talk("search index", 60, random.Random(1))
    assert not set("{}@|~") & set(text)
    assert "search index" in text
    said = re.split(r"(?<=\.)\s+", text)
    assert len(said) == len(set(said)) >= 60


def test_the_grammar_leaves_no_rule_unexpanded() -> None:
    text = babel("search index", 40, random.Random(1))
    assert "{" not in text
    assert text.count("search index") >= 20
