"""A table for a spreadsheet: it comes back as it went, and nothing in it runs."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.web.ui.csv import cell, csv_response, csv_text


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_begins_as_a_formula(first: str) -> None:
    assert cell(f"{first}cmd") == f"'{first}cmd"


def test_a_number_stays_a_number() -> None:
    assert (cell(-1.5), cell(0), cell(None)) == ("-1.5", "0", "")


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_every_cell_comes_back_with_at_most_an_apostrophe_before_it(rows: list[list[str]]) -> None:
    text = csv_text(["a", "b"], rows)
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back[0] == ["a", "b"]
    for given_row, row in zip(rows, back[1:], strict=True):
        for one, found in zip(given_row, row, strict=True):
            assert found in (one, f"'{one}")
            assert not found.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_download_names_its_file_and_its_encoding() -> None:
    answer = csv_response("people.csv", ["name"], [["Zoë"]])
    assert answer["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert answer.content.decode("utf-8-sig").splitlines() == ["name", "Zoë"]
