"""The list of candidates as people save it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.errors import CandidatesFileError
from evenhand.hiring.openings.candidates_file import CandidateRow, read_candidates_csv

TWO = [CandidateRow("Ana Silva", "ana@example.org"), CandidateRow("Bo", "bo@example.org")]


def faults(data: bytes) -> list[str]:
    with pytest.raises(CandidatesFileError) as caught:
        read_candidates_csv(data)
    return caught.value.faults


@pytest.mark.parametrize(
    "data",
    [
        b"name,email\nAna Silva,ana@example.org\nBo,bo@example.org\n",
        b"\xef\xbb\xbfname,email\r\nAna Silva,ana@example.org\r\n\r\nBo,bo@example.org",
        b"Email;phone;Name\nANA@example.org;1;Ana  Silva\nbo@example.org;;Bo\n",
        b'name,email\n"Ana\nSilva",ana@example.org\nBo,bo@example.org\n',
        "name\temail\nAna Silva\tana@example.org\nBo\tbo@example.org\n".encode("utf-16"),
    ],
    ids=[
        "plain",
        "byte-order mark and CRLF",
        "semicolons, other order and case",
        "quoted",
        "Excel",
    ],
)
def test_a_list_is_read_however_it_was_saved(data: bytes) -> None:
    assert read_candidates_csv(data) == TWO


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1: must name the columns"),
        (b"first,last\nA,B\n", "line 1: must name the columns"),
        (b"name,email,email\nA,a@e.org,b@e.org\n", "each once"),
        (b"name,email\n", "no candidates"),
        ("name,email\nJosé,j@e.org\n".encode("latin-1"), "not UTF-8"),
        ("name,email\nA,a@e.org\n".encode("utf-16-le"), "not UTF-8"),
        (b"name,email\nA\0,a@e.org\n", "not UTF-8"),
        (b"PK\x03\x04\xff\xfe", "not UTF-8"),
        (b"name,email\nA,a@e.org\nB\n", "line 3: has too few fields"),
        (b"name,email\n,a@e.org\n", "line 2: the name is missing"),
        (b"name,email\nA,a at e.org\n", "line 2: this is not an e-mail address: 'a at e.org'"),
        (b"name,email\nA,a@e.org\nB,A@E.org\n", "line 3: this e-mail address stands in line 2"),
        (b'name,email\n"A,a@e.org\n', "is not CSV"),
        (b"name,email\n" + b"A,a@e.org\n" * 300_000, "larger than 2 MB"),
    ],
)
def test_a_list_that_cannot_be_read_says_where_and_why(data: bytes, said: str) -> None:
    assert said in "\n".join(faults(data))


def test_every_wrong_line_is_named_with_its_own_number() -> None:
    data = b'name,email\n"A\nA",a@e.org\nB,b\n,c@e.org\n'
    assert [fault.partition(":")[0] for fault in faults(data)] == ["line 4", "line 5"]


def test_many_faults_are_cut_short() -> None:
    found = faults(b"name,email\n" + b"A,a\n" * 50)
    assert len(found) == 21
    assert found[-1] == "and 30 more"


def test_more_than_five_thousand_rows_are_refused() -> None:
    lines = "".join(f"A,a{n}@e.org\n" for n in range(5001))
    assert "more than 5000 rows" in faults(f"name,email\n{lines}".encode())[0]


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes) -> None:
    for content in (data, b"name,email\n" + data):
        try:
            rows, said = read_candidates_csv(content), []
        except CandidatesFileError as error:
            rows, said = [], error.faults
        assert bool(rows) != bool(said)
        assert len({row.email for row in rows}) == len(rows)
