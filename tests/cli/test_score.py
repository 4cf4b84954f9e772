import json
import shutil

import pytest
import yaml
from tests.cli.conftest import PACK

FIELDS = [
    "id", "prompt", "dimension", "level", "sd", "low", "high",
    "confidence", "abstained", "flags", "verdicts",
]  # fmt: skip


def line(row):
    return {key: row[key] for key in ("id", "prompt", "text")}


def test_a_line_comes_out_for_each_answer_and_dimension_with_the_documented_fields(
    evenhand, answers_file, golden, tmp_path
):
    rows = [row for row in golden if row["author"] == "d05"][:4]
    ran = evenhand(
        "score", answers_file(*map(line, rows)), "--pack", PACK, "--out", tmp_path / "scores.jsonl"
    )
    assert (ran.code, ran.out) == (0, ""), ran.err
    scores = [json.loads(text) for text in (tmp_path / "scores.jsonl").read_text().splitlines()]
    asked = {(row["id"], rating["dimension"]) for row in rows for rating in row["ratings"]}
    assert {(score["id"], score["dimension"]) for score in scores} == asked
    texts = {row["id"]: row["text"] for row in rows}
    for score in scores:
        assert list(score) == FIELDS
        assert score["confidence"] == 0.9
        if score["abstained"]:
            assert [score[name] for name in ("level", "sd", "low", "high")] == [None] * 4
            assert all("a person should read" in one["reason"] for one in score["verdicts"])
        else:
            assert 1 <= score["low"] <= score["level"] <= score["high"] <= 5
        assert len({verdict["judge"] for verdict in score["verdicts"]}) >= 3
        for verdict in score["verdicts"]:
            assert set(verdict) == {"judge", "level", "abstained", "reason", "marks", "quotes"}
            for quote in verdict["quotes"]:
                assert texts[score["id"]][quote["start"] : quote["end"]] == quote["text"]
    assert not all(score["abstained"] for score in scores)


def test_without_an_output_file_the_scores_are_printed(program, answers_file, golden):
    ran = program("score", answers_file(line(golden[0])), "--pack", PACK)
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["id"] == golden[0]["id"]


def test_a_file_that_cannot_be_written_is_named_as_it_was_given(
    evenhand, answers_file, golden, tmp_path
):
    out = tmp_path / "nowhere" / "s.jsonl"
    ran = evenhand("score", answers_file(line(golden[0])), "--pack", PACK, "--out", out)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    said = f"{out} cannot be written: {out.parent} is no folder that is there; name a file in one"
    assert said in ran.err


def test_every_bad_line_is_named_and_nothing_is_written(evenhand, answers_file, golden, tmp_path):
    good = line(golden[0])
    path = answers_file(
        good,
        "{broken\n",
        {**good, "id": "b", "prompt": "no_such_prompt"},
        {"id": "c", "prompt": "eval_search"},
        {**good, "id": "d", "text": 5},
    )
    out = tmp_path / "scores.jsonl"
    ran = evenhand("score", path, "--pack", PACK, "--out", out)
    assert ran.code == 2
    for said in (":2:", ":3: prompt", "no_such_prompt", ":4: text", ":5: text"):
        assert said in ran.err
    assert "Traceback" not in ran.err
    assert not out.exists()
    assert list(tmp_path.glob(".scores*")) == []


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "x" * 200_000, "\x00\x01\x02binary\x7f", "<script>alert(1)</script> <b>hi</b>",
     "\u202eright to left\u202c", "a\u200bb\u200bc zero width", "שלום עולם, זו תשובה בעברית"],
    ids=["empty", "blank", "huge", "binary", "html", "bidi", "zero-width", "hebrew"],
)  # fmt: skip
def test_an_odd_answer_is_scored_or_abstained_from_and_never_crashes(evenhand, answers_file, text):
    ran = evenhand(
        "score",
        answers_file({"id": "odd", "prompt": "eval_search", "text": text}),
        "--pack",
        PACK,
    )
    assert ran.code == 0, ran.err
    (score,) = (json.loads(found) for found in ran.out.splitlines())
    assert score["abstained"] or score["level"] <= 2.0


def test_an_empty_answer_file_gives_an_empty_result(evenhand, answers_file):
    ran = evenhand("score", answers_file(), "--pack", PACK)
    assert (ran.code, ran.out) == (0, "")
    said = "answers.jsonl: holds no answer, so there is nothing to score"
    assert ran.err.splitlines()[0].endswith(said)


def test_a_pack_with_a_missing_level_is_refused_with_file_path_and_fault(
    evenhand, answers_file, golden, tmp_path
):
    broken = tmp_path / "pack"
    shutil.copytree(PACK, broken)
    rubric = yaml.safe_load((broken / "rubric.yaml").read_text())
    del rubric["dimensions"][2]["levels"][3]
    (broken / "rubric.yaml").write_text(yaml.safe_dump(rubric))
    ran = evenhand("score", answers_file(line(golden[0])), "--pack", broken)
    assert ran.code == 2
    assert "rubric.yaml" in ran.err
    assert "dimensions[2]" in ran.err
    assert "level 3 is missing" in ran.err


def test_an_unknown_panel_is_refused_and_the_known_ones_named(evenhand, answers_file, golden):
    ran = evenhand("score", answers_file(line(golden[0])), "--pack", PACK, "--panel", "oracle")
    assert ran.code == 2
    assert "oracle" in ran.err
    assert "embedded" in ran.err
