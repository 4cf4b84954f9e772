"""The cohort: who is listed, in which order, with which figures; and what is not told."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.deciding import another, decider, lean, make_decision
from tests.web.scored import components_for

from evenhand.hiring.calibration import choosing
from evenhand.hiring.decisions import ranking as ranks
from evenhand.hiring.models import (
    Application,
    EstimateRow,
    LedgerEntry,
    Membership,
    Opening,
    Ranking,
    RankRow,
    TopRow,
    User,
)
from evenhand.hiring.openings.services import pack_of
from evenhand.hiring.openings.withdrawing import take_back, withdraw
from evenhand.web.decisions import ranks as web_ranks
from evenhand.web.decisions.people import Asking

EVALUATION = "eval_discipline"
ASKED: dict[str, Any] = {
    "state": None, "decision": None, "above": None, "dimension": None, "level": None,
    "sort": "overall", "top": 10,
}  # fmt: skip


@pytest.fixture
def five(
    opening: Opening, alice: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> list[Application]:
    """Five people, the later the stronger."""
    components = components_for(pack_of(opening.pack_id))
    monkeypatch.setattr(choosing, "shipped_components", lambda root: components)
    names = ("Ana A", "Ben B", "Cleo C", "Dan D", "Eva E")
    levels = (1.5, 2.2, 3.0, 3.8, 4.6)
    return [
        another(opening, name, alice, now, level) for name, level in zip(names, levels, strict=True)
    ]


@pytest.fixture
def recruiting(client: Client, alice: User) -> Client:
    client.force_login(alice)
    return client


def page(client: Client, opening: Opening, **query: object) -> str:
    address = reverse("cohort", args=[opening.pk])
    return client.get(address, {k: str(v) for k, v in query.items()}).content.decode()


def rows(client: Client, opening: Opening, **query: object) -> list[dict[str, str]]:
    address = reverse("cohort-csv", args=[opening.pk])
    body = client.get(address, {k: str(v) for k, v in query.items()}).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def numbers(client: Client, opening: Opening, **query: object) -> list[int]:
    return [int(row["candidate"]) for row in rows(client, opening, **query)]


def test_everybody_is_listed_by_code_with_figures_and_no_name(
    recruiting: Client, five: list[Application], opening: Opening
) -> None:
    body = page(recruiting, opening)
    assert body.index("Candidate 5") < body.index("Candidate 1")
    assert body.count('class="mini"') == 5
    assert "Among the best 5" not in body, "all five are among the best five"
    assert "Among the best 2" in page(recruiting, opening, top=2)
    assert "among 5 with an estimate" in body
    assert not any(one in body for one in ("Ana", "eva@example.org"))


def test_filters_and_order_are_those_that_are_asked_for(
    recruiting: Client, five: list[Application], opening: Opening, dora: User, now: datetime
) -> None:
    lean(five[1], dora, now)
    make_decision(five[1], dora, now)
    assert numbers(recruiting, opening) == [5, 4, 3, 2, 1]
    assert numbers(recruiting, opening, sort="number") == [1, 2, 3, 4, 5]
    assert numbers(recruiting, opening, sort="low") == [5, 4, 3, 2, 1]
    assert numbers(recruiting, opening, decision="advance") == [2]
    assert numbers(recruiting, opening, decision="none") == [5, 4, 3, 1]
    assert numbers(recruiting, opening, state="ready") == []
    above = [
        row.application.number
        for row in EstimateRow.objects.filter(dimension="overall", p_bar__gte=0.5)
    ]
    assert sorted(numbers(recruiting, opening, above=50)) == sorted(above)
    good = EstimateRow.objects.filter(dimension=EVALUATION, mean__gte=3)
    wanted = sorted(row.application.number for row in good)
    assert sorted(numbers(recruiting, opening, dimension=EVALUATION, level=3)) == wanted
    assert 0 < len(wanted) < 5


def test_a_filter_that_cannot_be_read_says_so_and_asks_nothing(
    recruiting: Client, five: list[Application], opening: Opening
) -> None:
    body = page(recruiting, opening, above="most", level="9", sort="name", top="0")
    assert "Please mend this" in body
    assert body.count('class="mini"') == 5


def test_the_csv_has_what_the_page_has_and_every_dimension(
    recruiting: Client, five: list[Application], opening: Opening
) -> None:
    first = rows(recruiting, opening, top=2)[0]
    row = EstimateRow.objects.get(application=five[4], dimension="overall")
    assert (first["candidate"], first["state"], first["decision"]) == ("5", "scored", "")
    assert float(first["level"]) == round(row.mean, 4)
    assert float(first["p_top_2"]) > 0.5
    assert first["band"] == "1"
    names = [one.id for one in pack_of(opening.pack_id).dimensions]
    assert all(first[f"{name}_low"] <= first[f"{name}_level"] for name in names)


def test_a_decider_sees_figures_row_by_row_as_they_lean(
    deciding: Client, five: list[Application], opening: Opening, dora: User, now: datetime
) -> None:
    assert page(deciding, opening).count('class="mini"') == 0
    # The order tells nothing: it is that of the numbers.
    assert numbers(deciding, opening) == [1, 2, 3, 4, 5]
    lean(five[2], dora, now)
    lean(five[3], dora, now)
    found = rows(deciding, opening)
    assert [int(row["candidate"]) for row in found] == [4, 3, 1, 2, 5]
    figures = ["level", "low", "high", "p_bar", "band", "rank_low", "rank_high", "p_top_5"]
    for row in found[2:]:
        assert not any(row[name] for name in figures)
        assert not any(v for k, v in row.items() if k.endswith("_level"))
    # Among so few, the places of two would tell where the three stand.
    places = {"band", "rank_low", "rank_high", "p_top_5"}
    assert {name for name in figures if not found[0][name]} == places
    assert "Places and bands are shown once nobody is hidden" in page(deciding, opening)
    for one in (five[0], five[1], five[4]):
        lean(one, dora, now)
    assert all(all(row[name] for name in figures) for row in rows(deciding, opening))


def test_places_are_shown_where_many_are_hidden(
    deciding: Client, five: list[Application], opening: Opening, dora: User, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    lean(five[3], dora, now)
    monkeypatch.setattr(web_ranks, "FEWEST_HIDDEN", 4)
    first = rows(deciding, opening)[0]
    assert first["rank_low"]
    assert first["p_top_5"]


@pytest.mark.parametrize(
    "query", [{"above": 0}, {"above": 1}, {"dimension": EVALUATION, "level": 1}]
)
def test_no_filter_tells_a_decider_what_is_hidden(
    deciding: Client,
    five: list[Application],
    opening: Opening,
    dora: User,
    now: datetime,
    query: dict[str, object],
) -> None:
    lean(five[4], dora, now)
    expected = [5] if query != {"above": 0} else [5, 1, 2, 3, 4]
    assert numbers(deciding, opening, **query) == expected


def test_what_another_decided_is_shown_to_a_decider_after_their_lean(
    deciding: Client, five: list[Application], opening: Opening, dora: User, now: datetime
) -> None:
    emil = decider(opening, "Emil", now)
    lean(five[0], emil, now)
    make_decision(five[0], emil, now)
    first = next(row for row in rows(deciding, opening) if row["candidate"] == "1")
    assert (first["decision"], numbers(deciding, opening, decision="advance")) == ("not_shown", [])
    assert "not shown yet" in page(deciding, opening)
    lean(five[0], dora, now)
    assert numbers(deciding, opening, decision="advance") == [1]


def test_who_recruits_and_decides_sees_figures_and_decisions_nowhere_before_their_lean(
    recruiting: Client, five: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    emil = decider(opening, "Emil", now)
    lean(five[0], emil, now)
    make_decision(five[0], emil, now, reason="Emil's own words.")
    Membership.objects.create(opening=opening, user=alice, role="decider", since=now)
    names = ("application-data", "application-data-json", "feedback-preview", "report")
    for name in names:
        answer = recruiting.get(reverse(name, args=[five[0].pk]))
        assert (answer.status_code, answer.headers.get("Location")) == (
            302,
            reverse("lean", args=[five[0].pk]),
        ), name
    listed = recruiting.get(reverse("opening", args=[opening.pk])).content.decode()
    assert "Emil" not in listed
    assert "advance" not in listed.lower()
    lean(five[0], alice, now)
    assert {recruiting.get(reverse(name, args=[five[0].pk])).status_code for name in names} == {200}
    assert (
        "Emil&#x27;s own words."
        in recruiting.get(reverse("opening", args=[opening.pk])).content.decode()
    )


def test_a_list_is_an_entry_with_everybody_on_it(
    recruiting: Client, five: list[Application], opening: Opening
) -> None:
    for name in ("cohort", "cohort-csv"):
        recruiting.get(reverse(name, args=[opening.pk]))
    first, second = LedgerEntry.objects.filter(action="opening.viewed").order_by("seq")
    everybody = sorted(str(one.pk) for one in five)
    assert first.facts == {"what": "cohort", "applications": everybody}
    assert second.facts == {"what": "cohort.csv", "applications": everybody}


def test_the_page_takes_as_many_queries_for_five_as_for_thirty(
    recruiting: Client, five: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    page(recruiting, opening)
    with CaptureQueriesContext(connection) as few:
        page(recruiting, opening)
    for number in range(25):
        another(opening, f"P{number} P", alice, now)
    page(recruiting, opening)
    with CaptureQueriesContext(connection) as many:
        page(recruiting, opening)
    assert len(many) == len(few) <= 18


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_no_table_of_figures_is_read_from_end_to_end(
    five: list[Application], opening: Opening, dora: User, alice: User
) -> None:
    ranks.make_ranking(opening.pk, 10, five[0].created_at)
    kept = Ranking.objects.get()
    ids = [one.pk for one in five]
    for user in (alice, dora):
        asked = Asking(opening, user, kept, {**ASKED, "above": 40, "decision": "none"})
        with CaptureQueriesContext(connection) as taken:
            asked.rows(ids)
            list(asked.ids())
            ranks.version_of(opening)
        for query in taken.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                steps = [row[3] for row in cursor.fetchall()]
            assert not [one for one in steps if one.startswith("SCAN")], steps


def test_ranks_are_made_once_and_again_when_an_estimate_changes(
    recruiting: Client,
    five: list[Application],
    opening: Opening,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    real = web_ranks.make_ranking

    def counted(*given: Any) -> None:
        made.append(given[1])
        real(*given)

    monkeypatch.setattr(web_ranks, "make_ranking", counted)
    for _ in range(2):
        page(recruiting, opening)
    assert made == [5]
    page(recruiting, opening, top=3)
    assert made == [5, 3]
    before = Ranking.objects.get().version
    row = EstimateRow.objects.get(application=five[0], dimension="overall")
    EstimateRow.objects.filter(pk=row.pk).update(superseded_at=now)
    row.pk, row.mean = None, 4.9
    row.save(force_insert=True)
    page(recruiting, opening)
    assert made == [5, 3, 5]
    assert Ranking.objects.get().version != before
    assert RankRow.objects.count() == 5
    assert set(TopRow.objects.values_list("top", flat=True)) == {5}


def test_who_has_withdrawn_has_no_place_and_takes_none(
    recruiting: Client, five: list[Application], opening: Opening, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    page(recruiting, opening, top=1)
    best = Application.objects.get(pk=five[4].pk)
    second = TopRow.objects.get(application=five[3]).chance
    withdraw(application=best, by_link=best.invitations.get(), now=now)
    body = page(recruiting, opening, top=1)
    assert "among 4 with an estimate" in body
    assert "takes none" in body
    assert not RankRow.objects.filter(application=best).exists()
    assert TopRow.objects.get(application=five[3]).chance > second
    take_back(application=best, now=now)
    page(recruiting, opening, top=1)
    assert RankRow.objects.get(application=best).low == 1
    withdraw(application=best, by_link=best.invitations.get(), now=now)
    kept = Ranking.objects.get()
    # Ranks of before are shown while the worker makes new ones, but none of who has withdrawn.
    (row,) = Asking(opening, opening.created_by, kept, {**ASKED, "top": 1}).rows([best.pk])
    assert (row.withdrew, row.rank_low, row.rank_high, row.band, row.top) == (
        True, None, None, None, None,
    )  # fmt: skip


def test_many_people_are_ranked_by_the_worker_and_the_page_says_of_when_ranks_are(
    recruiting: Client, five: list[Application], opening: Opening, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    asked: list[tuple[str, str, int]] = []
    monkeypatch.setattr(web_ranks, "AT_ONCE", 3)
    monkeypatch.setattr(web_ranks, "enqueue_ranking", lambda *given: asked.append(given))
    assert "Ranks are being worked out." in page(recruiting, opening)
    assert asked == [(str(opening.pk), ranks.version_of(opening), 5)]
    ranks.make_ranking(opening.pk, 5, now)
    assert "being worked out" not in page(recruiting, opening)
    EstimateRow.objects.filter(application=five[0]).delete()
    body = page(recruiting, opening)
    assert "Estimates have changed since" in body
    assert "among 5 with an estimate" in body
    assert len(asked) == 2


def test_ranks_are_those_of_measurement(
    five: list[Application], opening: Opening, now: datetime
) -> None:
    ranks.make_ranking(opening.pk, 2, now)
    best = RankRow.objects.get(application=five[4])
    assert (best.low, best.band) == (1, 1)
    assert RankRow.objects.get(application=five[0]).high == 5
    chances = list(TopRow.objects.values_list("chance", flat=True))
    assert sum(chances) == pytest.approx(2, abs=1e-6)


def test_how_hard_the_loop_is_blurs_no_rank(
    five: list[Application], opening: Opening, now: datetime
) -> None:
    ranks.make_ranking(opening.pk, 1, now)
    plain = TopRow.objects.get(application=five[4]).chance
    for row in EstimateRow.objects.filter(dimension="overall"):
        EstimateRow.objects.filter(pk=row.pk).update(level_sd=0.9 * row.sd)
    Ranking.objects.all().delete()
    ranks.make_ranking(opening.pk, 1, now + timedelta(minutes=1))
    assert TopRow.objects.get(application=five[4]).chance > plain


def test_an_opening_without_estimates_has_no_ranks(
    recruiting: Client, application: Application, opening: Opening
) -> None:
    body = page(recruiting, opening)
    assert "1 person" in body
    assert not Ranking.objects.exists()


def test_people_side_by_side_on_one_scale(
    recruiting: Client, five: list[Application], opening: Opening
) -> None:
    address = reverse("compare", args=[opening.pk])
    body = recruiting.get(address, {"who": ["1", "3", "5"]}).content.decode()
    assert body.count('class="plot"') == 1 + len(pack_of(opening.pack_id).dimensions)
    assert "Candidate 5 above Candidate 1: more than 99\u00a0%" in body
    assert "several fits" not in body
    (entry,) = LedgerEntry.objects.filter(action="opening.viewed")
    assert entry.facts["applications"] == sorted(str(five[n].pk) for n in (0, 2, 4))


@pytest.mark.parametrize("who", [[], ["1"], ["1", "1"], ["1", "2", "3", "4", "5", "6", "7"], ["x"]])
def test_fewer_than_two_or_more_than_six_are_not_compared(
    recruiting: Client,
    five: list[Application],
    opening: Opening,
    alice: User,
    now: datetime,
    who: list[str],
) -> None:
    for name in ("Fay F", "Gil G"):
        another(opening, name, alice, now)
    body = recruiting.get(reverse("compare", args=[opening.pk]), {"who": who}).content.decode()
    assert "Choose 2 to 6 people" in body
    assert 'class="plot"' not in body


def test_a_comparison_across_two_fits_says_so(
    recruiting: Client, five: list[Application], opening: Opening
) -> None:
    EstimateRow.objects.filter(application=five[0]).update(components_version="e" * 64)
    address = reverse("compare", args=[opening.pk])
    assert "several fits" in recruiting.get(address, {"who": ["1", "2"]}).content.decode()
    assert "several fits" in page(recruiting, opening)


def test_a_decider_compares_only_those_they_have_leaned_on(
    deciding: Client, five: list[Application], opening: Opening, dora: User, now: datetime
) -> None:
    for one in five[:2]:
        lean(one, dora, now)
    address = reverse("compare", args=[opening.pk])
    body = deciding.get(address, {"who": ["1", "2", "3"]}).content.decode()
    assert "Candidate 3 is left out: figures are hidden from you" in body
    assert "Candidate 1 above" in body or "Candidate 2 above" in body
    assert "above Candidate 3" not in body


def test_how_views_moved_is_shown_to_who_it_concerns(
    deciding: Client, five: list[Application], opening: Opening, dora: User, now: datetime
) -> None:
    lean(five[0], dora, now)
    make_decision(five[0], dora, now)
    body = deciding.get(reverse("anchoring", args=[opening.pk])).content.decode()
    assert "Your own views" in body
    assert "1 view so far: too few to say" in body
    assert "Everybody" not in body.partition("<main")[2].replace("everybody in", "")


def test_costs_are_changed_on_their_page(deciding: Client, opening: Opening, dora: User) -> None:
    address = reverse("error-costs", args=[opening.pk])
    answer = deciding.post(address, {"false_advance": "3", "false_reject": "1"}, follow=True)
    assert "costs 3 times as much as turning away" in answer.content.decode()
    assert "from a chance of 75\u00a0% up" in answer.content.decode()
    wrong = deciding.post(address, {"false_advance": "0", "false_reject": "x"})
    assert wrong.status_code == 422
    opening.refresh_from_db()
    assert opening.cost_false_advance == 3
