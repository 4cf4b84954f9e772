import pytest

from evenhand.rubric import Pack, Question, live_questions, load_pack, shipped_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(shipped_pack())


def by_task(questions: list[Question]) -> dict[str, Question]:
    return {question.task: question for question in questions}


def test_the_common_core_are_the_first_three_prompts_of_the_live_rounds(pack: Pack) -> None:
    found = [q for q in live_questions(pack) if not q.follows]
    assert [(q.task, q.core) for q in found] == [
        ("data_inherit", 1), ("cost_bill", 2), ("adv_fraud", 3), ("comm_irrelevant", 0),
    ]  # fmt: skip
    assert [q.round for q in found] == ["final", "final", "final", "peer"]


def test_of_prompts_that_stand_in_for_each_other_the_one_in_use_is_taken(pack: Pack) -> None:
    assert "adv_assistant" in by_task(live_questions(pack, elsewhere={"adv_assistant"}))
    asked = live_questions(pack, asked={"adv_fraud"}, elsewhere={"adv_assistant", "adv_fraud"})
    assert "adv_assistant" not in by_task(asked)


def test_every_probe_that_was_not_asked_follows_a_prompt_of_its_dimension(pack: Pack) -> None:
    gone = pack.probes[0].id
    found = [q for q in live_questions(pack, asked={gone}) if q.follows]
    assert len(found) == len(pack.probes) - 1
    for question in found:
        ((dimension, aim),) = question.dimensions.items()
        prompt = pack.prompt(question.follows)
        share = prompt.dimensions[dimension]
        assert aim == pytest.approx(question.minutes / (prompt.minutes * share))
        assert question.round in ("final", "peer")
        assert question.core == 0


def test_a_probe_follows_what_the_candidate_was_asked(pack: Pack) -> None:
    probe = next(p for p in pack.probes if p.indicator.startswith("comm."))
    assert by_task(live_questions(pack))[probe.id].follows == "comm_irrelevant"
    told = by_task(live_questions(pack, asked={"behavioural_incident"}))[probe.id]
    assert told.follows == "behavioural_incident"
    # The peer interview covers communication, so that a written answer is followed up there.
    assert told.round == "peer"


def test_a_probe_of_a_written_answer_that_no_live_round_covers_is_the_first_rounds(
    pack: Pack,
) -> None:
    probe = next(p for p in pack.probes if p.indicator.startswith("eval."))
    assert by_task(live_questions(pack))[probe.id].round == "final"
