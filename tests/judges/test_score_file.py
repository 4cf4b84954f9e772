import json
from pathlib import Path

import pytest

from evenhand.judges import AnswerScore, JudgeInputError, Panel, Verdict
from evenhand.judges.score_file import read_answers, score_json, score_lines
from evenhand.measure import answer_level, default_components
from evenhand.rubric import Pack


def write(folder: Path, *lines: bytes) -> Path:
    file = folder / "answers.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def test_every_fault_is_named_with_line_and_field(pack: Pack, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        line(id="a", prompt="eval_search", text="I measure."),
        b'{"id": "b", ',
        line(id="c", prompt="foo", text="x"),
        line(id="d", prompt="eval_search", text=3),
        line(prompt="eval_search", text="x"),
        b'{"id": "e\xff"}',
        b"[1]",
        line(id="a", prompt="eval_search", text="x"),
    )
    with pytest.raises(JudgeInputError) as caught:
        read_answers(file, pack)
    faults = caught.value.faults
    assert [fault.split(":")[1] for fault in faults] == ["2", "3", "4", "5", "6", "7", "8"]
    assert faults[1].startswith('answers.jsonl:3: prompt: "foo" is not in the pack (known: eval_')
    assert faults[2] == "answers.jsonl:4: text: must be text, not int"
    assert faults[3] == "answers.jsonl:5: id: is missing"
    assert "not UTF-8" in faults[4]
    assert 'id: "a" is already on line 1' in faults[6]


def test_a_file_that_is_not_there_is_named(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(JudgeInputError, match="cannot be read"):
        read_answers(tmp_path / "none.jsonl", pack)


def test_empty_lines_and_a_byte_order_mark_are_passed_over(pack: Pack, tmp_path: Path) -> None:
    good = line(id="a", prompt="eval_search", text="")
    answers = read_answers(write(tmp_path, b"\xef\xbb\xbf" + good, b"", b"  ", b""), pack)
    assert [answer.id for answer in answers] == ["a"]


def test_a_line_for_each_dimension_in_the_fixed_form(
    pack: Pack, panel: Panel, tmp_path: Path
) -> None:
    text = "In May we lost 200 orders because a feed was late. I rolled back and called the depot."
    file = write(tmp_path, line(id="a", prompt="behavioural_incident", text=text))
    rows = list(score_lines(read_answers(file, pack), pack, panel, 0.9))
    assert [row["dimension"] for row in rows] == ["communication", "production_debugging"]
    for row in json.loads(json.dumps(rows)):
        assert list(row) == [
            *("id", "prompt", "dimension", "level", "sd", "low", "high", "confidence"),
            *("abstained", "flags", "verdicts"),
        ]
        assert row["low"] <= row["level"] <= row["high"]
        assert row["flags"] == []
        for verdict in row["verdicts"]:
            assert list(verdict) == ["judge", "level", "abstained", "reason", "marks", "quotes"]
            assert set(verdict["marks"].values()) <= {0, 1, 2, None}
            for quote in verdict["quotes"]:
                assert text[quote["start"] : quote["end"]] == quote["text"]


def test_a_higher_confidence_gives_a_wider_interval(pack: Pack, panel: Panel) -> None:
    asked = pack.prompt("eval_search")
    text = (
        "I would sample 200 logged queries and let two people grade the results of both versions "
        "blind. If the interval of the difference in nDCG holds zero, I keep the one in use."
    )
    wide, narrow = (panel.judge(asked, text, confidence=c).scores[0] for c in (0.95, 0.8))
    assert wide.high is not None
    assert narrow.high is not None
    assert wide.high > narrow.high


def test_a_judge_far_above_the_others_says_why_it_does_not_count() -> None:
    verdicts = tuple(
        Verdict(judge, "eval_discipline", level, None, {}, (), None)
        for judge, level in (("a", 1.5), ("b", 5.0), ("c", 1.6))
    )
    found = answer_level(
        {verdict.judge: verdict.level for verdict in verdicts},
        "eval_discipline",
        default_components(["eval_discipline"], ["a", "b", "c"]),
    )
    row = score_json(
        "x", "eval_search", AnswerScore.of("eval_discipline", found, 0.9, verdicts), ()
    )
    assert [one["reason"] for one in row["verdicts"]] == [
        None,
        "left out: far above the other judges",
        None,
    ]
    assert row["level"] < 2.2
