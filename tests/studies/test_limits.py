"""A pack may hold its panels to other limits; a file that is wrong is named with the place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evenhand.rubric import Pack, PackError, load_pack, shipped_pack
from evenhand.studies.errors import StudyError
from evenhand.studies.limits import FILE, LIMITS, limits_of


@pytest.fixture
def with_file(tmp_path: Path) -> object:
    def make(text: str | bytes) -> Pack:
        copy = tmp_path / "pack"
        shutil.copytree(shipped_pack(), copy)
        (copy / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_pack(copy)

    return make


def test_the_limits_of_the_shipped_pack_are_those_of_the_table_and_two_groups(pack: Pack) -> None:
    found = limits_of(pack)
    assert found.checks == LIMITS
    assert found.groups["not_native"].authors == ("d13",)


def test_a_pack_may_ask_otherwise_and_for_latency_and_cost(with_file) -> None:
    pack = with_file("limits:\n  r: {low: 0.8}\n  seconds: {high: 2}\n  cost: {high: 0.01}\n")
    found = limits_of(pack).checks
    assert found["r"].low == 0.8
    assert found["r"].source == "the pack"
    assert found["seconds"].asked == "at most 2"
    assert found["rmse"] == LIMITS["rmse"]


def test_an_empty_file_changes_nothing(with_file) -> None:
    assert limits_of(with_file("")).checks == LIMITS


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("limits: {rr: {low: 1}}", 'limits: "rr" is not known'),
        ("limits: {r: {low: x}}", 'limits.r: "x" is not a number'),
        ("limits: {r: {low: .nan}}", "is not a number"),
        ("limits: {r: {low: true}}", "is not a number"),
        ("limits: {r: {}}", "give low, high or both"),
        ("limits: {coverage: {low: 0.9, high: 0.8}}", "low 0.9 is above high 0.8"),
        ("limits: {r: {lo: 1}}", '"lo" is not known'),
        ("limits: [r]", "limits: must be a mapping"),
        ("groups: {x: {authors: [nobody], high: 1}}", "groups.x.authors: must be a list of golden"),
        ("groups: {x: {authors: d13, high: 1}}", "groups.x.authors"),
        ("groups: {x: {authors: [d13]}}", "give low, high or both"),
        ("other: 1", '"other" is not known'),
        ("- 1", "must be a mapping"),
    ],
)
def test_a_wrong_file_is_named_with_the_place(with_file, text, says) -> None:
    pack = with_file(text)
    with pytest.raises(StudyError, match=r"gate\.yaml") as error:
        limits_of(pack)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"), [("a: [", "line 2"), (b"\xff\xfe\x00", "not UTF-8 text")]
)
def test_what_cannot_be_parsed_is_found_when_the_pack_is_loaded(with_file, text, says) -> None:
    with pytest.raises(PackError, match=r"calibration/gate\.yaml") as error:
        with_file(text)
    assert says in str(error.value)
