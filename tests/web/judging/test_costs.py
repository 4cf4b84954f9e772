"""The page of costs, limits and the break-even."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.contested import member
from tests.hiring.judging.calls import call, golden_call, hit, skip
from tests.tenants import admin_beside, opening_elsewhere

from evenhand.hiring.judging.services import ask_for_gate
from evenhand.hiring.judging.spending import drop_calls, month_of
from evenhand.hiring.models import (
    Application,
    Budget,
    GateRun,
    JudgeCall,
    LedgerEntry,
    Opening,
    Role,
    User,
)
from evenhand.hiring.openings.services import add_candidate

MACHINE = {"hour": "0.5", "speed": "1000"}


@pytest.fixture
def page(signed_in: Client) -> Callable[..., str]:
    def get(**query: str) -> str:
        answer = signed_in.get(reverse("costs"), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def asked(application: Application, now: datetime) -> Application:
    """Charlie, for whom three calls were made, one of them answered by the cache."""
    first = call(application, now, judge="big-judge")
    call(application, now, retries=2, outcome="timeout", abstained=True, picos=0)
    hit(application, now, first)
    skip(application, now, "big-judge")
    return application


def test_it_shows_money_tokens_latency_and_savings_of_a_month(
    page: Callable[..., str], asked: Application
) -> None:
    shown = page(month="2026-03")
    assert "<strong>0.001460</strong>" in shown
    assert "big-judge" in shown
    assert "judges not needed: 1" in shown
    assert asked.opening.title in shown


def test_what_was_paid_for_readings_that_were_thrown_away_is_told_and_in_the_sums(
    page: Callable[..., str], asked: Application, now: datetime
) -> None:
    lost = call(asked, now, judge="small", picos=2_000_000_000)
    drop_calls(JudgeCall.objects.filter(pk=lost.pk))
    shown = page(month="2026-03")
    assert "0.002000; calls: 1, tokens read 1000, written 100" in shown
    assert "<strong>0.003460</strong>" in shown


def test_a_month_that_is_not_there_is_answered_with_this_one(
    page: Callable[..., str], asked: Application
) -> None:
    assert "No model was asked." in page(month="1999-01")


def test_nobody_sees_what_a_colleague_spends(
    client: Client, mallory: User, asked: Application
) -> None:
    client.force_login(mallory)
    assert b"0.001460" not in client.get(reverse("costs"), {"month": "2026-03"}).content
    other = client.get(reverse("costs"), {"opening": str(asked.opening_id)})
    assert other.status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: Client, opening: Opening) -> None:
    for answer in (
        client.get(reverse("costs")),
        client.post(reverse("budget", args=[opening.pk]), {"hard": "1"}),
    ):
        assert answer.status_code == 302
        assert reverse("sign-in") in answer["Location"]
    assert not Budget.objects.exists()


def test_an_opening_that_is_no_id_is_not_found(signed_in: Client, opening: Opening) -> None:
    assert signed_in.get(reverse("costs"), {"opening": "first"}).status_code == 404


def test_limits_are_set_shown_and_in_the_record(signed_in: Client, opening: Opening) -> None:
    answer = signed_in.post(
        reverse("budget", args=[opening.pk]), {"soft": "1.5", "hard": "2"}, follow=True
    )
    assert b"1.500000" in answer.content
    assert Budget.objects.get().hard_micros == 2_000_000
    facts = LedgerEntry.objects.get(action="budget.set").facts
    assert facts == {"soft_micros": 1_500_000, "hard_micros": 2_000_000}


def test_limits_that_cross_are_refused_in_words(signed_in: Client, opening: Opening) -> None:
    answer = signed_in.post(reverse("budget", args=[opening.pk]), {"soft": "3", "hard": "2"})
    assert answer.status_code == 422
    assert b"The soft limit must not be above the hard one." in answer.content


def test_a_colleagues_limits_are_out_of_reach(
    client: Client, mallory: User, opening: Opening
) -> None:
    client.force_login(mallory)
    assert client.post(reverse("budget", args=[opening.pk]), {"hard": "0"}).status_code == 404


def test_a_limit_that_is_reached_is_shown(
    page: Callable[..., str], signed_in: Client, opening: Opening
) -> None:
    signed_in.post(reverse("budget", args=[opening.pk]), {"soft": "", "hard": "0"})
    assert "hard limit reached" in page()


def test_the_break_even_is_worked_out_from_the_months_calls(
    page: Callable[..., str], asked: Application
) -> None:
    # 0.5 an hour is 365 in 730 hours, at 0.00146 a candidate 250,000 of them. Two calls of 400
    # fresh and 100 written tokens take a second.
    shown = page(month="2026-03", **MACHINE)
    assert "It pays from 250000 candidates a month on." in shown
    assert "can read 2628000 candidates" in shown


def test_the_break_even_is_by_all_who_were_read_and_not_by_those_alone_who_cost(
    page: Callable[..., str], asked: Application, alice: User, now: datetime
) -> None:
    add = {"opening": asked.opening, "name": "Dora", "by": alice, "now": now}
    skip(add_candidate(email="dora@example.org", **add), now, "big-judge")
    shown = page(month="2026-03", **MACHINE)
    assert "<dt>Candidates read</dt><dd>2</dd>" in shown
    assert "It pays from 500000 candidates a month on." in shown
    assert "can read 5256000 candidates" in shown


def test_where_everybody_was_left_to_the_cheap_judges_there_is_nothing_to_compare_with(
    page: Callable[..., str], application: Application, now: datetime
) -> None:
    skip(application, now, "big-judge")
    assert "there is nothing to compare with" in page(month="2026-03", **MACHINE)


def test_a_machine_that_cannot_be_is_refused_in_words(
    page: Callable[..., str], asked: Application
) -> None:
    shown = page(month="2026-03", **{**MACHINE, "speed": "0"})
    assert "Please mend this" in shown


def test_the_page_takes_as_many_queries_for_many_calls_as_for_one(
    signed_in: Client, asked: Application, now: datetime, django_assert_max_num_queries: Callable
) -> None:
    for _more in range(30):
        call(asked, now)
    with django_assert_max_num_queries(17):
        signed_in.get(reverse("costs"), {"month": "2026-03"})


def test_what_canaries_cost_is_in_the_sum_and_in_nobodys_cost(
    page: Callable[..., str], asked: Application, now: datetime
) -> None:
    call(asked, now, kind="canary", answer=None)
    shown = page(month="2026-03")
    assert "<strong>0.002920</strong>" in shown
    assert "<dd>0.001460; calls: 1, tokens read 1000, written 100</dd>" in shown
    assert "<dt>Cost a candidate</dt><dd>0.001460</dd>" in shown


@pytest.fixture
def gated(asked: Application, alice: User, now: datetime) -> GateRun:
    """A gate with two calls about golden answers and one about Charlie's."""
    run = ask_for_gate(pack=asked.opening.pack, panel="other", by=alice, now=now)
    for _each in range(2):
        golden_call(run, asked, now, judge="big-judge", picos=3_000_000_000)
    call(asked, now, kind="gate", gate_run=run, picos=500_000_000)
    return run


def test_what_gates_cost_is_a_line_of_its_own_in_the_sum_and_in_nobodys_cost(
    page: Callable[..., str], asked: Application, gated: GateRun
) -> None:
    shown = " ".join(page(month="2026-03").split())
    assert "<strong>0.007960</strong>" in shown
    assert "<dd>0.006500; calls: 3, tokens read 3000, written 300" in shown
    assert "<dt>Cost a candidate</dt><dd>0.001460</dd>" in shown
    # By opening, what was read of golden answers has a line of its own: all lines add up.
    golden = shown.split("In none: golden answers of gates, tries of judges</th>")[1].split(
        "</tr>"
    )[0]
    assert "0.006000" in golden
    assert "0.001960" in shown.split(f"{asked.opening.title}</a></th>")[1].split("</tr>")[0]
    assert "0.007960" in shown.split('id="months-heading"')[1].split("</table>")[0]


def test_an_opening_has_what_gates_read_of_its_candidates_and_no_golden_answer(
    page: Callable[..., str], asked: Application, gated: GateRun
) -> None:
    shown = " ".join(page(month="2026-03", opening=str(asked.opening_id)).split())
    assert "<strong>0.001960</strong>" in shown
    assert "<dd>0.000500; calls: 1," in shown
    assert "golden answers</th>" not in shown


def test_an_admin_sees_what_every_gate_cost_and_another_organisation_nothing(
    client: Client, asked: Application, gated: GateRun
) -> None:
    stranger = opening_elsewhere(asked.opening, gated.asked_at).created_by
    for user, sees in ((admin_beside(gated.asked_by), True), (stranger, False)):
        client.force_login(user)
        shown = client.get(reverse("costs"), {"month": "2026-03"}).content
        assert (b"<strong>0.007960</strong>" in shown, b"0.006000" in shown) == (sees, sees)


def test_limits_stand_where_they_stood_before_a_gate(
    page: Callable[..., str], signed_in: Client, gated: GateRun, opening: Opening, now: datetime
) -> None:
    signed_in.post(reverse("budget", args=[opening.pk]), {"soft": "", "hard": "0.001461"})
    shown = page(opening=str(opening.pk))
    assert "hard limit reached" not in shown


def test_the_page_of_a_gate_says_what_it_cost_in_total(
    signed_in: Client, asked: Application, gated: GateRun
) -> None:
    for state in ("waiting", "failed"):
        GateRun.objects.update(state=state)
        shown = signed_in.get(reverse("gate-run", args=[gated.pk])).content.decode()
        assert "<strong>0.006500</strong> (calls: 3), 0.000500 of it for past" in shown
    JudgeCall.objects.filter(gate_run=gated).delete()
    shown = signed_in.get(reverse("gate-run", args=[gated.pk])).content.decode()
    assert "Cost of this gate," not in shown


def test_calls_that_nobody_counted_are_told_as_estimates(
    page: Callable[..., str], asked: Application, now: datetime
) -> None:
    assert "were estimated from the text" not in page(month="2026-03")
    call(asked, now, judge="small", missing="logprobs usage")
    call(asked, now, judge="small", missing="logprobs")
    shown = page(month="2026-03")
    assert "<dd>1 <span" in shown
    assert "by judge: small 1." in shown


def test_the_month_that_is_shown_is_the_one_that_is_chosen(
    page: Callable[..., str], asked: Application
) -> None:
    # Calls were made in an earlier month alone, and this one is shown.
    (chosen,) = re.findall(r'<option value="(\d{4}-\d\d)" selected>', page())
    assert chosen == month_of(timezone.now())
    (chosen,) = re.findall(r'<option value="(\d{4}-\d\d)" selected>', page(month="2026-03"))
    assert chosen == "2026-03"


def test_whom_a_limit_kept_from_being_asked_is_told_where_nobody_was_asked(
    page: Callable[..., str], application: Application
) -> None:
    skip(application, timezone.now(), "big-judge", "hard_limit")
    shown = page()
    assert "No model was asked." in shown
    assert "soft 0, hard 1" in shown


def test_a_judge_that_was_never_asked_is_named_where_its_saving_is_not_known(
    page: Callable[..., str], asked: Application, now: datetime
) -> None:
    assert "Not counted, since" not in page(month="2026-03")
    skip(asked, now, "dear")
    assert "so have no cost here: dear." in page(month="2026-03")


def test_an_auditor_is_shown_no_form_that_would_not_be_there_for_them(
    client: Client, page: Callable[..., str], opening: Opening, now: datetime
) -> None:
    one = {"opening": str(opening.pk)}
    assert "Set the limits" in page(**one)
    assert "Choose an opening above to set its limits." in page()
    client.force_login(member(opening, "ann", Role.AUDITOR, now))
    for query in (one, {}):
        shown = client.get(reverse("costs"), query).content.decode()
        assert "Set the limits" not in shown
        assert "to set its limits" not in shown
