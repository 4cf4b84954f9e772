"""The pages of what each candidate cost: who sees whom, and what adds up to what."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.contested import member
from tests.deciding import another, lean
from tests.hiring.judging.calls import call, golden_call, hit, skip
from tests.tenants import admin_beside

from evenhand.hiring.anchors.blind import has_met
from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.judging.spending import drop_calls
from evenhand.hiring.models import (
    Answer,
    Application,
    Interview,
    JudgeCall,
    LedgerEntry,
    Membership,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.services import add_candidate, pack_of
from evenhand.hiring.studies.services import has_seen_score
from evenhand.web.judging import candidate_costs

Add = Callable[[str], Application]
MARCH = {"month": "2026-03"}


@pytest.fixture
def add(opening: Opening, alice: User, now: datetime) -> Add:
    def one(name: str) -> Application:
        email = f"{name.lower()}@example.org"
        return add_candidate(opening=opening, name=name, email=email, by=alice, now=now)

    return one


@pytest.fixture
def asked(application: Application, now: datetime) -> Application:
    """Charlie, for whose answers four calls were made: one a cache hit, one thrown away."""
    Answer.objects.bulk_create(
        Answer(sitting=application.sitting, prompt=prompt, saved_at=now)
        for prompt in application.sitting.prompts
    )
    first = call(application, now, judge="big", picos=7_000_000_000, microseconds=9_000_000)
    call(application, now, retries=2, outcome="timeout", abstained=True, picos=0)
    hit(application, now, first)
    drop_calls(JudgeCall.objects.filter(pk=call(application, now, picos=500_000_000).pk))
    return application


def decides(user: User, opening: Opening, now: datetime) -> None:
    Membership.objects.create(opening=opening, user=user, role=Role.DECIDER, since=now)


def of_opening(client: Client, opening: Opening, **query: object) -> HttpResponse:
    return client.get(reverse("opening-costs", args=[opening.pk]), {**MARCH, **query})


def of(client: Client, application: Application) -> HttpResponse:
    return client.get(reverse("application-costs", args=[application.pk]))


def tables(answer: HttpResponse) -> list[list[list[str]]]:
    """Return the rows of a page's tables as text, the last of each its foot."""
    assert answer.status_code == 200
    shown = re.findall(r"<tbody>(.*?)</table>", answer.content.decode(), re.DOTALL)
    return [
        [
            [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in row]
            for row in (re.findall(r"<t[hd].*?</t[hd]>", r) for r in table.split("</tr>"))
            if row
        ]
        for table in shown
    ]


def summed(rows: Sequence[Sequence[str]]) -> list[Any]:
    """Return what lines add up to: money, calls, tokens, retries, cache hits, abstentions."""
    whole = []
    for row in rows:
        read, cached = row[3].strip(")").split(" (")
        whole.append([Decimal(row[1]), *map(int, (row[2], read, cached, row[4], *row[6:]))])
    return [sum(column) for column in zip(*whole, strict=True)]


def test_the_lines_add_up_to_the_openings_sum_whoever_they_are_of(
    signed_in: Client, asked: Application, alice: User, add: Add, now: datetime
) -> None:
    gone, left = add("Gus"), add("Lea")
    call(gone, now, picos=3_000_000_000)
    gone.delete()
    call(left, now, picos=2_000_000_000, retries=1)
    Application.objects.filter(pk=left.pk).update(withdrawn_at=now)
    skip(add("Sam"), now, "big")
    add("Nobody")
    call(asked, now, kind="canary", answer=None, picos=4_000_000_000)
    run = ask_for_gate(pack=asked.opening.pack, panel="other", by=alice, now=now)
    call(asked, now, kind="gate", gate_run=run, picos=5_000_000_000)
    golden_call(run, asked, now)
    call(left, now + timedelta(days=40))
    ((*lines, foot),) = tables(of_opening(signed_in, asked.opening))
    assert [line[0] for line in lines] == [
        asked.code, f"{left.code} withdrew", "Candidate 4", "1 candidate who was erased",
        "No candidate: canaries", "No candidate: gates",
    ]  # fmt: skip
    assert summed(lines) == summed([foot])
    assert (foot[0], foot[1]) == ("Together", "0.021500")
    whole = signed_in.get(reverse("costs"), {**MARCH, "opening": str(asked.opening_id)})
    assert b"<strong>0.021500</strong>" in whole.content
    assert b"<dt>Candidates read</dt><dd>4</dd>" in whole.content


def test_a_candidates_account_adds_up_by_answer_by_judge_and_by_month(
    signed_in: Client, asked: Application, now: datetime
) -> None:
    second = asked.sitting.answers.order_by("prompt")[1]
    call(asked, now + timedelta(days=31), judge="small", answer=second)
    found = tables(of(signed_in, asked))
    feet = [summed([table[-1]]) for table in found]
    assert [summed(table[:-1]) for table in found] == feet
    assert feet == [feet[0]] * 3
    by_answer, by_judge, by_month = ([row[0] for row in table[:-1]] for table in found)
    assert len(by_answer) == len(asked.sitting.prompts) + 1
    assert [name[:2] for name in by_answer[:-1]] == ["1.", "2.", "3.", "4."]
    assert by_answer[-1] == "None: readings that were thrown away"
    assert by_judge == ["big", "mid", "small"]
    assert by_month == ["April 2026", "March 2026"]
    (in_march,) = tables(of_opening(signed_in, asked.opening))[0][:-1]
    assert in_march[1:] == found[2][1][1:]


def test_an_answer_stands_under_its_question(
    signed_in: Client, asked: Application, now: datetime
) -> None:
    third = asked.sitting.prompts[2]
    for _each in range(5):
        call(asked, now, answer=asked.sitting.answers.get(prompt=third))
    row = tables(of(signed_in, asked))[0][2]
    assert row[0][:20] == f"3. {pack_of(asked.pack_id).prompt(third).text}"[:20]
    assert int(row[2]) in (5, 8)  # the other three stand under the first in order of name


def test_of_whom_no_model_was_asked_there_is_no_table(
    signed_in: Client, application: Application, now: datetime
) -> None:
    for answer in (of(signed_in, application), of_opening(signed_in, application.opening)):
        assert b"No model was asked." in answer.content
        assert b"<table" not in answer.content


def test_costs_lead_to_the_list_and_the_list_to_each_candidate(
    signed_in: Client, asked: Application
) -> None:
    one = {**MARCH, "opening": str(asked.opening_id)}
    address = reverse("opening-costs", args=[asked.opening_id])
    assert (
        f'href="{address}?month=2026-03"' in signed_in.get(reverse("costs"), one).content.decode()
    )
    page = signed_in.get(reverse("costs"), MARCH).content.decode()
    assert "Choose an opening above to see what each candidate cost." in page
    to = reverse("application-costs", args=[asked.pk])
    assert f'href="{to}"' in of_opening(signed_in, asked.opening).content.decode()


def test_who_may_not_read_reports_sees_sums_alone_and_no_link(
    client: Client, asked: Application, alice: User
) -> None:
    client.force_login(admin_beside(alice))
    for query in ({**MARCH, "opening": str(asked.opening_id)}, MARCH):
        shown = client.get(reverse("costs"), query).content.decode()
        assert "<strong>0.007500</strong>" in shown
        assert "each candidate cost" not in shown
    assert of_opening(client, asked.opening).status_code == 404
    assert of(client, asked).status_code == 404


def test_before_the_lean_a_decider_is_led_to_it_and_sees_nobodys_account_in_the_list(
    signed_in: Client, asked: Application, alice: User, now: datetime
) -> None:
    # Two people, of whom one is hidden: the other's account would say the hidden one's.
    dan = another(asked.opening, "Dan", alice, now)
    call(dan, now)
    decides(alice, asked.opening, now)
    lean(dan, alice, now)
    assert of(signed_in, asked)["Location"] == reverse("lean", args=[asked.pk])
    for answer in (of_opening(signed_in, asked.opening), of(signed_in, dan)):
        assert b"is hidden from you" in answer.content
        assert b"<table" not in answer.content
        assert b"0.00" not in answer.content
    viewed = LedgerEntry.objects.filter(action__endswith=".viewed")
    assert not any(entry.facts["what"] == "costs" for entry in viewed)


def test_an_interviewer_who_has_yet_to_lock_their_card_sees_no_account(
    signed_in: Client, asked: Application, alice: User, now: datetime
) -> None:
    Membership.objects.create(opening=asked.opening, user=alice, role=Role.INTERVIEWER, since=now)
    Interview.objects.create(
        application=asked, round="final", interviewer=alice, minutes=60, planned_by=alice,
        planned_at=now,
    )  # fmt: skip
    assert b"Hidden until your scorecard is locked" in of(signed_in, asked).content
    assert b"<table" not in of_opening(signed_in, asked.opening).content


def test_a_month_in_which_nobody_hidden_was_read_is_shown(
    signed_in: Client, asked: Application, alice: User, now: datetime
) -> None:
    dan = another(asked.opening, "Dan", alice, now)
    call(dan, now + timedelta(days=31))
    decides(alice, asked.opening, now)
    lean(dan, alice, now)
    assert b"<table" in of_opening(signed_in, asked.opening, month="2026-04").content
    assert b"<table" in of(signed_in, dan).content
    # What a judge was not asked about tells as much as what it was.
    skip(asked, now + timedelta(days=31), "big")
    assert b"<table" not in of_opening(signed_in, asked.opening, month="2026-04").content
    assert b"<table" not in of(signed_in, dan).content


def test_many_who_are_hidden_are_one_line_and_in_no_view(
    signed_in: Client, asked: Application, alice: User, add: Add, now: datetime
) -> None:
    dan = another(asked.opening, "Dan", alice, now)
    call(dan, now, picos=1_000_000_000)
    for number in range(9):
        call(add(f"Hidden{number}"), now)
    decides(alice, asked.opening, now)
    lean(dan, alice, now)
    ((*lines, foot),) = tables(of_opening(signed_in, asked.opening))
    assert [line[0] for line in lines] == [dan.code, "10 candidates who are hidden from you still"]
    assert summed(lines) == summed([foot])
    entry = LedgerEntry.objects.get(action="opening.viewed")
    assert entry.facts == {"what": "costs", "applications": [str(dan.pk)]}
    assert b"<table" in of(signed_in, dan).content


def test_a_look_is_in_the_record_and_whoever_looked_rates_and_judges_blind_no_more(
    client: Client, asked: Application, add: Add, now: datetime
) -> None:
    dora = add("Dora")
    call(dora, now)
    ann = member(asked.opening, "ann", Role.AUDITOR, now)
    client.force_login(ann)
    assert not has_met(ann, dora)
    of_opening(client, asked.opening)
    assert has_met(ann, dora)
    assert not has_seen_score(ann, asked)
    of(client, asked)
    assert has_seen_score(ann, asked)
    entry = LedgerEntry.objects.get(action="application.viewed")
    assert (entry.subject, entry.facts) == (f"application:{asked.pk}", {"what": "costs"})


def test_no_name_is_on_either_page(signed_in: Client, asked: Application) -> None:
    for answer in (of_opening(signed_in, asked.opening), of(signed_in, asked)):
        assert asked.candidate.name not in answer.content.decode()


def test_a_long_list_comes_in_pages_with_the_sum_of_all(
    signed_in: Client, asked: Application, add: Add, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate_costs, "PAGE", 2)
    for name in ("Dora", "Emma"):
        call(add(name), now)
    first, second = (
        tables(of_opening(signed_in, asked.opening, page=number))[0] for number in (1, 2)
    )
    assert [len(first), len(second)] == [3, 2]
    assert first[-1] == second[-1]
    assert first[-1][0] == "Together, on all pages"
    assert summed([*first[:-1], *second[:-1]]) == summed([first[-1]])


def test_either_page_takes_as_many_queries_for_many_as_for_one(
    signed_in: Client, asked: Application, add: Add, now: datetime,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    for number in range(20):
        one = add(f"More{number}")
        for _each in range(3):
            call(one, now)
            call(asked, now)
    for get in (lambda: of_opening(signed_in, asked.opening), lambda: of(signed_in, asked)):
        with django_assert_max_num_queries(20):
            assert get().status_code == 200
