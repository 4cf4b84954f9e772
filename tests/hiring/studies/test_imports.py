"""Decisions and outcomes from files: whole or not at all, each fault by its line, nothing lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.hiring.errors import SheetError
from evenhand.hiring.models import AdvanceOpinion, Application, LedgerEntry, Opening, Outcome, User
from evenhand.hiring.studies.decisions_file import read_decisions_file
from evenhand.hiring.studies.naming import Known
from evenhand.hiring.studies.outcomes_file import read_outcomes_file
from evenhand.hiring.studies.queries import ADVANCE, outcomes_of
from evenhand.hiring.studies.services import import_decisions, import_outcomes

ONE, TWO = uuid4(), uuid4()
KNOWN = Known({"1": ONE, "candidate 1": ONE, "ana@example.org": ONE, "2": TWO})
HEADER = "candidate,judge,advance\n"


def faults(data: bytes) -> list[str]:
    with pytest.raises(SheetError) as caught:
        read_decisions_file(data, KNOWN)
    return caught.value.faults


@pytest.mark.parametrize(
    "data",
    [
        f"{HEADER}1,judge ä,yes\n2,bo,no\n".encode(),
        f"\ufeff{HEADER}1,judge ä,YES\r\n\r\n2,bo,no".encode(),
        f"{HEADER}1,judge ä,yes\n2,bo,no\n".encode("utf-16"),
        b'Judge;when;Advance;Candidate\n"judge \xc3\xa4";x;yes;Candidate 1\nbo;;no;2\n',
        f"{HEADER}ANA@example.org,judge ä,yes\n2,bo,no\n2,bo,no\n".encode(),
    ],
    ids=["plain", "mark and CRLF", "UTF-16", "semicolons, other order", "mail, a line twice"],
)
def test_decisions_are_read_however_they_were_saved(data: bytes) -> None:
    found = [(row.application, row.label, row.advance) for row in read_decisions_file(data, KNOWN)]
    assert found == [(ONE, "judge ä", True), (TWO, "bo", False)]


def test_sureness_and_date_may_stand_beside() -> None:
    data = b"candidate,judge,advance,sure,date\n1,ann,yes,72.6,2026-03-31\n2,ann,no,,\n"
    first, second = read_decisions_file(data, KNOWN)
    assert (first.sure, first.at.date().isoformat()) == (73, "2026-03-31")
    assert (second.sure, second.at) == (None, None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "line 1: must name the columns candidate, judge and advance, each once"),
        (b"candidate,advance\n1,yes\n", "line 1: must name the columns"),
        (HEADER.encode(), "The list has no decision"),
        (
            f"{HEADER}1,ann,yes\n2,J\u00f6rg,no\n".encode("latin-1"),
            "line 3: is not UTF-8 text; it may be Latin-1",
        ),
        (f"{HEADER}1,ann,yes\n".encode("utf-16-le"), "not UTF-8 text"),
        (f"{HEADER}9,ann,yes\n".encode(), "line 2: candidate: '9' is nobody in this opening"),
        (f"{HEADER},ann,yes\n".encode(), "line 2: candidate: is empty"),
        (f"{HEADER}1,ann,maybe\n".encode(), "line 2: advance: 'maybe' is not yes or no"),
        (f"{HEADER}1,,yes\n".encode(), "line 2: judge: is empty"),
        (f"{HEADER}1,ann@acme.example,yes\n".encode(), "line 2: judge: use a label without a name"),
        (
            f"{HEADER}1,ann,yes\n1,ann,no\n".encode(),
            "line 3: judge: decided otherwise on this candidate in line 2",
        ),
        (f"{HEADER}1,ann\n".encode(), "line 2: has too few fields"),
        (f'{HEADER}1,"ann,yes\n'.encode(), "is not CSV"),
        (
            b"candidate,judge,advance,sure\n1,ann,yes,101\n",
            "line 2: sure: 101 does not lie between 0 and 100",
        ),
        (b"candidate,judge,advance,date\n1,ann,yes,31.3.\n", "line 2: date: '31.3.' is not a date"),
        (HEADER.encode() + b"1,ann,yes\n" * 900_000, "larger than 8 MB"),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_field(data: bytes, said: str) -> None:
    assert said in "\n".join(faults(data))


def test_every_wrong_line_is_named_up_to_twenty() -> None:
    found = faults(HEADER.encode() + b"1,ann,perhaps\n" * 30)
    assert (len(found), found[-1]) == (21, "and 10 more")
    assert found[4].startswith("line 6: advance:")


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_do_anything_but_be_read_or_refused(data: bytes, with_header: bool) -> None:
    content = HEADER.encode() + data if with_header else data
    for read in (read_decisions_file, read_outcomes_file):
        try:
            found: object = read(content, KNOWN)
        except SheetError as error:
            found = error.faults
        assert found


names = st.text(st.characters(categories=("L", "N", "P", "Z"), exclude_characters="@"), max_size=12)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["1", "2"]), names.filter(lambda text: text.strip())),
        st.booleans(),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_a_spreadsheet_writes_comes_back(rows: dict[tuple[str, str], bool]) -> None:
    import csv
    import io

    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["candidate", "judge", "advance"])
    expected: dict[tuple[UUID, str], bool] = {}
    for (candidate, judge), advance in rows.items():
        key = (KNOWN.by_name[candidate], " ".join(judge.split()))
        if not key[1].isprintable() or expected.get(key, advance) != advance:
            continue
        expected[key] = advance
        writer.writerow([candidate, judge, "yes" if advance else "no"])
    if not expected:
        return
    found = read_decisions_file(file.getvalue().encode(), KNOWN)
    assert {(row.application, row.label): row.advance for row in found} == expected


@pytest.mark.django_db
def test_a_file_is_taken_in_once_and_recorded_by_its_digest(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    data = (HEADER + "".join(f"{one.number},judge 1,yes\n" for one in people)).encode()
    done = import_decisions(opening=opening, data=data, blind=True, by=alice, now=now)
    assert (done.added, done.already) == (30, 0)
    again = import_decisions(opening=opening, data=data, blind=True, by=alice, now=now)
    assert (again.added, again.already) == (0, 30)
    first = LedgerEntry.objects.filter(action="opinions.imported")[0]
    assert first.subject == f"opening:{opening.pk}"
    assert (first.facts["added"], first.facts["blind"], len(first.facts["file"])) == (30, True, 64)


@pytest.mark.django_db
def test_one_wrong_line_keeps_all_out_and_an_earlier_decision_is_not_changed(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    data = f"{HEADER}{people[0].number},judge 1,yes\n".encode()
    import_decisions(opening=opening, data=data, blind=True, by=alice, now=now)
    changed = f"{HEADER}{people[1].number},judge 1,no\n{people[0].number},judge 1,no\n".encode()
    with pytest.raises(SheetError, match="line 3: judge: judge 1 decided otherwise"):
        import_decisions(opening=opening, data=changed, blind=True, by=alice, now=now)
    assert [one.advance for one in AdvanceOpinion.objects.all()] == [True]


@pytest.mark.django_db
def test_candidates_of_another_opening_are_nobody_here(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    other = Opening.objects.get(pk=opening.pk)
    other.pk, other._state.adding = None, True
    other.save(force_insert=True)
    data = f"{HEADER}{people[0].pk},judge 1,yes\n".encode()
    with pytest.raises(SheetError, match="nobody in this opening"):
        import_decisions(opening=other, data=data, blind=True, by=alice, now=now)


@pytest.mark.django_db
def test_fifty_thousand_lines_are_taken_in_and_one_more_is_refused(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    lines = [f"{people[n % 30].number},judge {n // 30},yes\n" for n in range(50_001)]
    whole = (HEADER + "".join(lines)).encode()
    with pytest.raises(SheetError, match="more than 50000 rows"):
        import_decisions(opening=opening, data=whole, blind=True, by=alice, now=now)
    assert not AdvanceOpinion.objects.exists()
    fits = (HEADER + "".join(lines[:50_000])).encode()
    done = import_decisions(opening=opening, data=fits, blind=True, by=alice, now=now)
    assert done.added == AdvanceOpinion.objects.count() == 50_000


@pytest.mark.django_db
def test_outcomes_are_means_of_their_raters_beside_the_share_of_opinions(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    one = people[0]
    data = (
        "candidate,outcome,value,rater\n"
        f"{one.number},six months,3,rater 1\n{one.number},six months,4,rater 2\n"
    ).encode()
    assert import_outcomes(opening=opening, data=data, by=alice, now=now).added == 2
    decided = f"{HEADER}{one.number},a,yes\n{one.number},b,no\n".encode()
    import_decisions(opening=opening, data=decided, blind=True, by=alice, now=now)
    assert outcomes_of(opening) == {
        ADVANCE: {str(one.pk): 0.5},
        "six months": {str(one.pk): 3.5},
    }
    with pytest.raises(SheetError, match="line 2: value: was another one in an earlier file"):
        import_outcomes(opening=opening, data=data.replace(b",3,", b",5,"), by=alice, now=now)
    assert Outcome.objects.count() == 2


def test_an_imported_outcome_called_advance_is_not_averaged_with_opinions(
    people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    one = people[0]
    rated = f"candidate,outcome,value\n{one.number},advance,5\n".encode()
    import_outcomes(opening=opening, data=rated, by=alice, now=now)
    decided = f"{HEADER}{one.number},a,yes\n{one.number},b,no\n".encode()
    import_decisions(opening=opening, data=decided, blind=True, by=alice, now=now)
    assert outcomes_of(opening) == {ADVANCE: {str(one.pk): 0.5}, "advance": {str(one.pk): 5.0}}
    named_so = f"candidate,outcome,value\n{one.number},{ADVANCE},5\n".encode()
    with pytest.raises(SheetError, match="outcome: use a label without a name"):
        import_outcomes(opening=opening, data=named_so, by=alice, now=now)
