"""The list of candidates says by which fit they are compared."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.test import Client
from django.urls import reverse
from tests.panels import PlainPanel
from tests.rated import hand_in_rated, rated, score_rated

from evenhand.hiring.calibration import services
from evenhand.hiring.calibration.renewing import renew_estimates
from evenhand.hiring.models import EstimateRow, Opening, StoredFit
from evenhand.hiring.openings.services import pack_of
from evenhand.judges import Panel


def page_of(client: Client, opening: Opening) -> str:
    return client.get(reverse("opening", args=[opening.pk])).content.decode()


def test_after_a_refit_the_list_shows_the_new_estimates_and_names_their_fit(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    panel = PlainPanel(pack_of(opening.pack_id))
    people = rated(opening, services.FEWEST_CANDIDATES, panel, now)
    assert f"{panel.components.version[:12]}, as it came with" in page_of(signed_in, opening)

    services.refit(
        opening.pack_id, cast(Panel, panel), opening.organisation_id, now + timedelta(days=1)
    )
    renew_estimates(opening.pk, opening.pack_id, cast(Panel, panel), now + timedelta(days=1))
    answer = signed_in.get(reverse("opening", args=[opening.pk]))
    version = StoredFit.objects.get().version
    assert f"All are estimated with fit {version[:12]}, of 3 March 2026." in (
        answer.content.decode()
    )
    shown = [line.overall for line in answer.context["lines"]]
    assert len(shown) == len(people)
    assert {one.components_version for one in shown} == {version}


def test_where_the_judges_were_changed_it_warns_that_there_are_several_fits(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    panel = PlainPanel(pack_of(opening.pack_id))
    score_rated(hand_in_rated(opening, 2, now=now), panel, now)
    assert "stand on several fits" not in page_of(signed_in, opening)
    first = EstimateRow.objects.order_by("pk")[0].application
    first.estimates.update(components_version="0" * 64)
    page = page_of(signed_in, opening)
    assert "stand on several fits (fit 000000000000" in page
    assert "All are estimated with" not in page


def test_an_opening_without_an_estimate_names_no_fit(
    signed_in: Client, opening: Opening, now: datetime
) -> None:
    hand_in_rated(opening, 1, now=now)
    page = page_of(signed_in, opening)
    assert "estimated with" not in page
