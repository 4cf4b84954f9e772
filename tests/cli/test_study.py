"""`evenhand study`: from files to figures, and one line for what is wrong with a file."""

import json

import pytest

ESTIMATES = "candidate,dimension,mean,sd,low,high,p_bar\n"
DECISIONS = "candidate,judge,advance,date\n"


@pytest.fixture
def files(tmp_path):
    """Twenty-four candidates of rising level, whom Ann would advance from the thirteenth on."""
    estimates, decisions = tmp_path / "estimates.csv", tmp_path / "decisions.csv"
    lines = []
    for k in range(24):
        mean = 2 + k / 12
        figures = f"{mean:.3f},0.4,{mean - 1:.3f},{mean + 1:.3f},{k / 23}"
        lines += [f"c{k},{dimension},{figures}" for dimension in ("eval", "overall")]
    estimates.write_text(ESTIMATES + "\n".join(lines) + "\n")
    decided = [f"c{k},ann,{'yes' if k >= 12 and k != 20 else 'no'},2026-03-02" for k in range(24)]
    decisions.write_text(DECISIONS + "\n".join(decided) + "\n")
    return estimates, decisions


def test_figures_come_as_lines_or_as_json(evenhand, files):
    ran = evenhand("study", "concordance", *files)
    assert ran.code == 0, ran.err
    assert "24 candidates with 24 decisions of 1 judges" in ran.out
    assert "c20: P 0.87; advance: nobody; not: ann" in ran.out
    found = json.loads(evenhand("study", "concordance", *files, "--json").out)
    assert found["table"] == {"both_yes": 11, "panel_only": 1, "people_only": 0, "both_no": 12}
    assert found["kappa"]["low"] < found["kappa"]["value"] < found["kappa"]["high"]


def test_another_bar_or_dimension_makes_other_sides(program, files):
    found = json.loads(program("study", "concordance", *files, "--bar", "2", "--json").out)
    assert found["table"]["both_no"] < 12
    ran = program("study", "concordance", *files, "--dimension", "cost")
    assert ran.code == 2
    assert "has no estimate of cost; it has eval, overall" in ran.err


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("c1,ann,maybe,", "decisions.csv:26: advance:"),
        (",ann,yes,", "decisions.csv:26: candidate: is empty"),
        ("c1,ann,yes,", "decisions.csv:26: judge: ann decided on c1 before, and otherwise"),
        ("c1,bo,yes,2 March", "decisions.csv:26: date:"),
        ("c1,bo,yes", "decisions.csv:26: fields: there are 3"),
        ('c1,"bo,yes,', "decisions.csv:26: is not CSV"),
    ],
)
def test_a_bad_line_is_one_line_with_number_and_field(evenhand, files, bad, said):
    with files[1].open("a") as file:
        file.write(f"{bad}\n")
    ran = evenhand("study", "concordance", *files)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_files_that_have_nobody_in_common_are_bad_use(evenhand, files):
    files[1].write_text(f"{DECISIONS}nobody,ann,yes,\n")
    ran = evenhand("study", "concordance", *files)
    assert ran.code == 2
    assert "decisions.csv: names no candidate of estimates.csv, such as c0" in ran.err
    files[1].write_text("who,ann\n")
    assert (
        "decisions.csv:1: header: column candidate is missing"
        in evenhand("study", "concordance", *files).err
    )


@pytest.fixture
def outcomes(tmp_path, files):
    """Ratings of everyone, and a coding test."""
    ratings, signals = tmp_path / "ratings.csv", tmp_path / "signals.csv"
    lines = []
    for k in range(36):
        mean = 2 + (k % 12) / 6
        lines.append(f"c{k},overall,{mean:.3f},0.4,1,5,0.5")
    files[0].write_text(ESTIMATES + "\n".join(lines) + "\n")
    rated = [f"c{k},six months,{(k % 12) + k % 5}" for k in range(36)]
    ratings.write_text("candidate,outcome,value\n" + "\n".join(rated) + "\n")
    tested = [f"c{k},coding_test,HackerRank,{k % 7}" for k in range(36)]
    signals.write_text("candidate,kind,name,value\n" + "\n".join(tested) + "\n")
    return files[0], ratings, signals


def test_validity_comes_as_lines_or_as_json(evenhand, outcomes):
    estimates, ratings, signals = outcomes
    ran = evenhand("study", "validity", estimates, ratings, "--signals", signals)
    assert ran.code == 0, ran.err
    assert "outcome six months: 36 people" in ran.out
    assert "coding_test HackerRank (36 people)" in ran.out
    assert "the score adds    too few to say" in ran.out
    found = json.loads(evenhand("study", "validity", estimates, ratings, "--json").out)
    assert found["found"][0]["r"]["value"] > 0.8
    assert found["claim"] == "untested"


def test_decisions_are_an_outcome_too(program, files):
    found = json.loads(program("study", "validity", *files, "--json").out)
    assert (found["outcome"], found["people"]) == ("advance", 24)


@pytest.mark.parametrize(
    ("which", "bad", "said"),
    [
        (1, "c1,six months,good", 'ratings.csv:38: value: "good" is not a number'),
        (1, "c1,a year,3", "ratings.csv: has several outcomes (six months, a year); name one"),
        (2, "c1,lottery,x,3", 'signals.csv:38: kind: "lottery" is not one of'),
        (2, "c1,coding_test,HackerRank,3", "signals.csv:38: candidate: c1 is there twice"),
    ],
)
def test_a_bad_line_of_outcomes_or_signals_is_named(evenhand, outcomes, which, bad, said):
    with outcomes[which].open("a") as file:
        file.write(f"{bad}\n")
    ran = evenhand("study", "validity", *outcomes[:2], "--signals", outcomes[2])
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
