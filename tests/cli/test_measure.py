import csv
import json

import pytest

HEADER = "candidate,dimension,task,round,rater,rater_kind,level\n"


def ratings(tmp_path, *rows):
    path = tmp_path / "ratings.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


def test_estimates_have_the_documented_columns_with_overall(program, tmp_path):
    path = ratings(
        tmp_path,
        "ann,eval,q1,async,coverage,model,4.0",
        "ann,eval,q1,async,regression,model,4.5",
        "ann,cost,q2,final,hm,human,3",
        "bob,eval,q1,async,coverage,model,2.0",
    )
    out = tmp_path / "estimates.csv"
    ran = program("measure", path, "--out", out, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["candidates"] == 2
    with out.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["candidate", "dimension", "mean", "sd", "low", "high", "p_bar"]
    found = {(row["candidate"], row["dimension"]): row for row in rows}
    assert set(found) == {(c, d) for c in ("ann", "bob") for d in ("eval", "cost", "overall")}
    assert float(found["ann", "eval"]["mean"]) > float(found["bob", "eval"]["mean"])
    for row in rows:
        assert 1 <= float(row["low"]) <= float(row["mean"]) <= float(row["high"]) <= 5
        assert 0 <= float(row["p_bar"]) <= 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ("ann,eval,q1,async,coverage,model,7", "level"),
        ("ann,eval,q1,async,coverage,model,nan", "level"),
        ("ann,eval,q1,async,coverage,robot,3", "rater_kind"),
        (",eval,q1,async,coverage,model,3", "candidate"),
    ],
)
def test_a_bad_line_names_its_number_and_field_and_no_file_is_left(evenhand, tmp_path, bad, field):
    path = ratings(
        tmp_path,
        "ann,eval,q1,async,coverage,model,4.0",
        bad,
    )
    out = tmp_path / "estimates.csv"
    ran = evenhand("measure", path, "--out", out)
    assert ran.code == 2
    assert f"ratings.csv:3: {field}" in ran.err
    assert ran.err.count("\n") == 1
    assert not out.exists()


def test_a_missing_column_is_named(evenhand, tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("candidate,dimension,level\nann,eval,3\n")
    ran = evenhand("measure", path, "--out", tmp_path / "out.csv")
    assert ran.code == 2
    assert "rater_kind" in ran.err


def test_a_confidence_outside_its_range_is_bad_use(evenhand, tmp_path):
    ran = evenhand("measure", ratings(tmp_path), "--out", tmp_path / "o.csv", "--confidence", "1.5")
    assert ran.code == 2
    assert "--confidence" in ran.err
