import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.measure import (
    Estimate,
    MeasureError,
    Rating,
    default_components,
    estimate,
    read_ratings_csv,
    write_estimates_csv,
)

HEADER = "candidate,dimension,task,round,rater,rater_kind,level\n"
GOOD = "ana,data,q1,async,judge-a,model,3.5\n"


def read(folder: Path, text: str) -> list[Rating]:
    path = folder / "ratings.csv"
    path.write_bytes(text.encode())
    return read_ratings_csv(path)


def test_a_good_line_is_a_rating(tmp_path: Path) -> None:
    expected = [Rating("ana", "data", "q1", "async", "judge-a", "model", 3.5)]
    assert read(tmp_path, HEADER + GOOD) == expected


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + GOOD,
        (HEADER + GOOD).replace("\n", "\r\n"),
        HEADER + "\n" + GOOD + ",,,,,,\n",
        HEADER + " ana , data,q1,async,judge-a,model, 3.5\n",
        "level,note,rater_kind,rater,round,task,dimension,candidate\n"
        "3.5,fine,model,judge-a,async,q1,data,ana\n",
        HEADER + GOOD + GOOD,
    ],
    ids=["byte order mark", "CRLF", "empty lines", "spaces", "other columns", "line repeated"],
)
def test_harmless_variants_read_the_same(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == read(tmp_path, HEADER + GOOD)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ana,data,q1,async,j,model,7", 'ratings.csv:3: level: "7" is above 5'),
        ("ana,data,q1,async,j,model,0.5", 'ratings.csv:3: level: "0.5" is below 1'),
        ("ana,data,q1,async,j,model,nan", 'ratings.csv:3: level: "nan" is not a finite number'),
        ("ana,data,q1,async,j,model,good", 'ratings.csv:3: level: "good" is not a number'),
        ("ana,data,q1,async,j,model,", 'ratings.csv:3: level: "" is not a number'),
        ("ana,data,q1,async,j,robot,3", 'ratings.csv:3: rater_kind: "robot" is not model or human'),
        (" ,data,q1,async,j,model,3", "ratings.csv:3: candidate: is empty"),
        ("ana,overall,q1,async,j,model,3", 'ratings.csv:3: dimension: "overall" is kept'),
        ("ana,data,q1,async,j,model", "ratings.csv:3: level: is missing; the line has 6 fields"),
        ('ana,data,"q1', "ratings.csv:3: is not CSV"),
    ],
)
def test_a_bad_line_is_named_by_number_and_field(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(MeasureError) as caught:
        read(tmp_path, HEADER + GOOD + line)
    assert str(caught.value).startswith(message)


def test_line_numbers_count_lines_and_not_records(tmp_path: Path) -> None:
    broken = '"two\nlines",data,q1,async,j,model,3\n'
    with pytest.raises(MeasureError, match=r"ratings\.csv:4: level"):
        read(tmp_path, HEADER + broken + "ana,data,q1,async,j,model,9\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ratings.csv:1: header: is missing"),
        ("candidate,level\n", "ratings.csv:1: header: column dimension is missing"),
        (HEADER.replace("task", "round"), "header: column task is missing"),
        ("level," + HEADER, "header: column level is there twice"),
    ],
)
def test_a_bad_header_says_what_is_missing(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MeasureError, match=message):
        read(tmp_path, text)


def test_other_bytes_than_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_bytes(HEADER.encode() + b"\xff\xfe\n")
    with pytest.raises(MeasureError, match="is not UTF-8"):
        read_ratings_csv(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match=r"none\.csv: cannot be read"):
        read_ratings_csv(tmp_path / "none.csv")


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "ratings.csv"
    path.write_text(HEADER + text, encoding="utf-8")
    try:
        read_ratings_csv(path)
    except MeasureError as error:
        assert str(error).startswith("ratings.csv:")  # noqa: PT017


def test_estimates_are_written_in_the_columns_promised(tmp_path: Path) -> None:
    path = tmp_path / "estimates.csv"
    rating = Rating("ana, jr", "data", "q1", "final", "kim", "human", 5)
    write_estimates_csv(path, estimate([rating], default_components(["data"])))
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["candidate", "dimension", "mean", "sd", "low", "high", "p_bar"]
    assert [(row["candidate"], row["dimension"]) for row in rows] == [
        ("ana, jr", "data"),
        ("ana, jr", "overall"),
    ]
    assert float(rows[0]["mean"]) == pytest.approx(3 + 8 / 9, abs=1e-6)


def test_a_write_that_fails_leaves_the_older_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "estimates.csv"
    path.write_text("older", encoding="utf-8")

    def broken() -> list[Estimate]:
        raise RuntimeError("the source of estimates failed")

    def source() -> object:
        yield from estimate(
            [Rating("ana", "data", "q1", "final", "kim", "human", 5)], default_components(["data"])
        )
        yield from broken()

    with pytest.raises(RuntimeError):
        write_estimates_csv(path, source())  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "older"
    assert [entry.name for entry in tmp_path.iterdir()] == ["estimates.csv"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match="cannot be written"):
        write_estimates_csv(tmp_path / "none" / "estimates.csv", [])
