import pytest

from evenhand.measure import MeasureError, Rating, options_of_file, ratings_of


def human(candidate: str, dimension: str, task: str, met: str = "final") -> Rating:
    return Rating(candidate, dimension, task, met, "kim", "human", 3)


def model(candidate: str, dimension: str, task: str, judge: str) -> Rating:
    return Rating(candidate, dimension, task, "async", judge, "model", 3)


def test_tasks_that_a_candidate_was_not_asked_are_options_as_others_were_rated_on_them() -> None:
    rows = [
        human("ana", "data", "f1"),
        human("bob", "data", "f2", "peer"),
        human("cho", "cost", "f2", "peer"),
        human("cho", "cost", "f2"),
        *(model("bob", "data", "a1", judge) for judge in "xyz"),
    ]
    found = {option.task: option for option in options_of_file(rows, "ana", ["cost", "data"])}
    assert set(found) == {"f2", "a1"}
    f2, a1 = found["f2"], found["a1"]
    assert dict(f2.dimensions) == {"cost": 1, "data": 1}
    assert (f2.round, f2.rater_kind, f2.raters, f2.minutes) == ("peer", "human", 1, 7)
    assert (a1.round, a1.rater_kind, a1.raters) == ("async", "model", 3)


def test_a_dimension_without_a_task_left_gets_one_further_question() -> None:
    rows = [human("ana", "data", "f1", "peer"), human("bob", "cost", "f2")]
    found = {option.task: option for option in options_of_file(rows, "ana", ["cost", "data"])}
    assert set(found) == {"f2", "further question on data"}
    assert found["further question on data"].round == "peer"


def test_a_human_rating_of_a_task_that_judges_rated_makes_it_a_persons_question() -> None:
    rows = [model("bob", "data", "a1", "x"), human("bob", "data", "a1", "async"),
            human("ana", "data", "f1")]  # fmt: skip
    assert options_of_file(rows, "ana", ["data"])[0].rater_kind == "human"


def test_the_order_of_rows_does_not_matter() -> None:
    met = [("ana", "final"), ("bob", "final"), ("bob", "peer"), ("cho", "peer")]
    rows = [human(name, "data", f"f{n}", where) for n, (name, where) in enumerate(met)]
    assert options_of_file(rows, "ana", ["data"]) == options_of_file(rows[::-1], "ana", ["data"])


def test_a_candidate_without_ratings_is_refused_with_those_there_are() -> None:
    with pytest.raises(MeasureError, match='"zoe" has no ratings; there are those of ana'):
        ratings_of([human("ana", "data", "f1")], "zoe")
    with pytest.raises(MeasureError, match="nobody has any"):
        ratings_of([], "zoe")
