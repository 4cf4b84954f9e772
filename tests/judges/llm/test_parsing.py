import json
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.judges.llm.servers import numbered

from evenhand.judges.llm.client import CallFailed, Completion, Token
from evenhand.judges.llm.parsing import Claim, level_chances, read_draw, read_object, yes_over_no
from evenhand.judges.llm.prompting import structured_instruction
from evenhand.judges.llm.values import Outcome, Tokens

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def completion(value: object, written: tuple[Token, ...] = ()) -> Completion:
    text = value if isinstance(value, str) else json.dumps(numbered(value))
    return Completion(text, Tokens(), written)


def attempt(read):
    """Return what was read, None for a reply that is broken; anything else is an error."""
    try:
        return read()
    except CallFailed as failure:
        return None if failure.outcome is Outcome.BROKEN else pytest.fail(str(failure))


@given(text=st.text() | json_values.map(json.dumps))
def test_whatever_a_judge_writes_is_an_object_or_broken(text):
    assert isinstance(attempt(lambda: read_object(text)), dict | None)


@given(
    changed=st.dictionaries(
        st.sampled_from(["dimension", "marks", "chances", "level"]), json_values, min_size=1
    )
)
def test_a_reply_with_anything_in_a_field_is_a_draw_or_broken(pack, changed):
    dimension = pack.dimension("eval_discipline")
    marks = {i.id: {"quote": "", "mark": 0} for i in dimension.indicators}
    reply = {"marks": marks, "chances": {str(n): 1 for n in range(1, 6)}, "level": 3, **changed}
    draw = attempt(lambda: read_draw(completion(reply), dimension))
    if draw is not None:
        assert math.isclose(sum(draw.distribution), 1.0)
        assert set(draw.claims) == {i.id for i in dimension.indicators}


@pytest.mark.parametrize(
    "text",
    [
        '{"level": 3}',
        'Sure! Here it is:\n{"level": 3}\nAnything else?',
        '```json\n{"level": 3}\n```',
    ],
)
def test_words_around_the_object_do_no_harm(text):
    assert read_object(text) == {"level": 3}


@pytest.mark.parametrize(
    "text",
    [
        'The candidate wrote {"level": 5}. I say {"level": 2}',
        'They quote\n```json\n{"level": 5}\n```\nI say {"level": 1}',
        'I say {"level": 1} and not\n```json\n{"level": 5}\n```',
        'They say {nothing}\n```json\n{"level": 5}\n```',
        "```\n" + " " * 90_000 + "x",
        '{"level": 2, "level": 5}',
        '{"level": NaN}',
        '{"level": Infinity}',
        '{"level": 3',
        "[" * 100_000,
        '{"a":' * 20_000,
        '{"level": 3}' + " " * 100_000,
        "",
    ],
)
def test_an_object_that_is_forged_doubled_or_endless_is_broken(text):
    with pytest.raises(CallFailed):
        read_object(text)


@pytest.mark.parametrize("level", [0, 6, -1, 3.5, "4", True, None, [4], 1e99])
def test_a_level_outside_the_scale_is_no_level(good, dimension, level):
    with pytest.raises(CallFailed, match="level"):
        read_draw(completion({**good, "level": level}), dimension)


@pytest.mark.parametrize("named", [None, "", "Communication", "eval_discipline", 1])
def test_a_reply_about_another_dimension_is_broken(good, dimension, named):
    with pytest.raises(CallFailed, match="not about the dimension"):
        read_draw(completion({**good, "dimension": named}), dimension)


@pytest.mark.parametrize("mark", [3, -1, 1.5, "2", True])
def test_a_mark_outside_its_values_breaks_the_reply(good, dimension, mark):
    good["marks"]["eval.upkeep"] = {"quote": "", "mark": mark}
    with pytest.raises(CallFailed, match=r"eval\.upkeep"):
        read_draw(completion(good), dimension)


@pytest.mark.parametrize("mark", [0, None])
def test_a_mark_that_rests_on_no_words_may_stand_alone(good, dimension, mark):
    in_full = read_draw(completion(good), dimension)
    assert in_full.claims["eval.upkeep"] == Claim(0, "")
    good["marks"]["eval.upkeep"] = mark
    draw = read_draw(completion(good), dimension)
    assert draw.claims == {**in_full.claims, "eval.upkeep": Claim(mark, "")}


@pytest.mark.parametrize("alone", [1, 2, 3, -1, 0.0, "0", "", False, True, [], [0]])
def test_no_other_mark_stands_alone(good, dimension, alone):
    good["marks"]["eval.upkeep"] = alone
    with pytest.raises(CallFailed, match=r"eval\.upkeep"):
        read_draw(completion(good), dimension)


@pytest.mark.parametrize("with_chances", [True, False])
def test_the_form_that_is_shown_is_one_that_is_read(pack, prompt, dimension, with_chances):
    (_, about, _) = structured_instruction(pack, prompt, dimension, with_chances=with_chances)
    shown = about.splitlines()[-1].replace(", ...}", "}").replace('"1": 0', '"1": 1')
    draw = read_draw(completion(shown), dimension)
    assert list(draw.claims.values())[:3] == [Claim(1, "..."), Claim(0, ""), Claim(None, "")]


def test_an_indicator_that_is_not_mentioned_or_not_known_is_no_mark(good, dimension):
    del good["marks"]["eval.upkeep"]
    good["marks"]["eval.genius"] = {"quote": "all of it", "mark": 2}
    draw = read_draw(completion(good), dimension)
    assert draw.claims["eval.upkeep"].mark is None
    assert "eval.genius" not in draw.claims


def test_chances_are_brought_to_one_and_a_lone_level_gets_all(good, dimension):
    assert read_draw(completion(good), dimension).distribution == (0.0, 0.0, 0.2, 0.6, 0.2)
    del good["chances"]
    assert read_draw(completion(good), dimension).distribution == (0.0, 0.0, 0.0, 1.0, 0.0)


def tokens(*texts: str, digit: tuple[tuple[str, float], ...]) -> tuple[Token, ...]:
    return tuple(Token(text, digit if text.strip().isdigit() else ((text, 0.0),)) for text in texts)


DIGIT = (("4", math.log(0.6)), ("3", math.log(0.2)), (" 4", math.log(0.1)), ("x", math.log(0.1)))


def test_the_distribution_is_read_where_the_levels_digit_was_written():
    written = tokens('{"level', '":', " ", "4", "}", digit=DIGIT)
    found = level_chances(written, '{"level": 4}')
    assert found == pytest.approx((0.0, 0.0, 2 / 9, 7 / 9, 0.0))


CERTAIN = (("5", 0.0),)


def test_only_the_level_that_was_parsed_is_read_and_no_other_in_the_words_around():
    before = tokens('"level": ', "5", ' they say. {"level": 5 }', digit=CERTAIN)
    after = tokens('. They say "level": ', "5", digit=CERTAIN)
    own = tokens('{"level": ', "4", "}", digit=DIGIT)
    assert level_chances((*before, *own, *after), '{"level": 4}')[3] > 0.7


@pytest.mark.parametrize(
    ("texts", "source"),
    [
        (('{"level": 5}', '{"level": ', "4", "}"), '{"level": 3}'),
        (('{"level": ', "4", '} {"level": ', "4", "}"), '{"level": 4}'),
        (('{"level": ', "4", ', "a": {"level": 4}}'), '{"level": 4, "a": {"level": 4}}'),
        (("4",), '{"level": 4}'),
        ((), '{"level": 4}'),
    ],
)
def test_a_level_that_is_not_the_parsed_one_or_not_alone_is_not_read(texts, source):
    assert level_chances(tokens(*texts, digit=DIGIT), source) is None


def test_a_letter_that_lies_across_tokens_hides_no_level():
    written = tokens('{"quote": "caf', "\ufffd", '", "level": ', "4", "}", digit=DIGIT)
    assert level_chances(written, '{"quote": "caf\u00e9", "level": 4}')[3] > 0.7


@given(text=st.text(), around=st.text(), cuts=st.lists(st.integers(0, 60)))
def test_wherever_tokens_are_cut_the_digit_of_the_object_is_read_or_none(text, around, cuts):
    source = json.dumps({"quote": text, "level": 4}, ensure_ascii=False)
    head = source.rindex("4")
    pieces = [source[a:b] for a, b in pairwise(sorted({0, head, *(c for c in cuts if c < head)}))]
    own = (*(Token(piece, ()) for piece in pieces), Token("4", DIGIT), Token("}", ()))
    written = (Token(around, ()), *own, Token(around, ()))
    found = level_chances(written, source)
    assert found is None or found[3] > 0.7
    assert found is not None or source in around


def test_log_probabilities_beat_chances_and_end_the_drawing(good, dimension):
    text = json.dumps(numbered(good))
    written = tokens(text[: text.rindex("4")], "4", "}", digit=DIGIT)
    draw = read_draw(completion(good, written), dimension)
    assert draw.sure
    assert draw.distribution[2] == pytest.approx(2 / 9)


def test_log_probabilities_of_a_level_outside_the_object_are_not_the_judges(good, dimension):
    good["level"] = 2
    text = json.dumps(numbered(good))
    written = (
        *tokens(text[:-2], "2", "}", digit=(("2", 0.0),)),
        *tokens(' They say "level": ', "5", digit=CERTAIN),
    )
    draw = read_draw(completion(f'{text} They say "level": 5', written), dimension)
    assert draw.distribution == (0.0, 1.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "digit", [(), (("4", math.log(0.3)),), (("4", math.nan),), (("4", 5.0),), (("44", 0.0),)]
)
def test_log_probabilities_that_say_little_are_not_used(digit):
    assert level_chances(tokens('{"level": ', "4", "}", digit=digit), '{"level": 4}') is None


def test_yes_and_no_are_added_up_in_all_their_spellings():
    alternatives = ((" Yes", math.log(0.3)), ("yes", math.log(0.3)), ("No", math.log(0.2)))
    assert yes_over_no((Token("Yes", alternatives),)) == pytest.approx(math.log(3))


def test_a_word_that_is_not_there_is_as_likely_as_the_last_that_is():
    assert yes_over_no((Token("No", (("No", -0.1), ("The", -6.0))),)) == pytest.approx(-5.9)


@pytest.mark.parametrize("alternatives", [(), (("The", -0.1),), (("Yes", math.nan),)])
def test_neither_yes_nor_no_is_no_answer(alternatives):
    assert yes_over_no((Token("The", alternatives),)) is None
    assert yes_over_no(()) is None
