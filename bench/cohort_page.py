"""How long the server takes for the cohort page of a large opening, and for its CSV.

Fills an empty home with an opening whose people are all scored: levels N(3, .6) with an sd between
.3 and .6 of its own, on seven dimensions and overall; a tenth is decided on. Two look at it: a
recruiter, and a decider who has stated a lean on every second person. Times are those of the whole
request inside the process, record of the view included; each page is another one, so that its view
is recorded anew.

    python bench/cohort_page.py [--people 10000] [--rounds 40] [--seed 1]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from saying import machine, tell

if TYPE_CHECKING:
    from django.test import Client

    from evenhand.hiring.models import Opening, User

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ASKED = 0.3
"""Seconds at p95 for 10,000 people."""


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"{asked.people:,} people, seed {asked.seed}; {machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["EVENHAND_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        opening, people = filled(asked.people, np.random.default_rng(asked.seed))
        measured(opening, people, asked.rounds)


def filled(people: int, rng: np.random.Generator) -> tuple[Opening, dict[str, User]]:
    """Return an opening full of scored people, and who looks at it."""
    from evenhand.hiring.decisions.models import Decision, Lean
    from evenhand.hiring.models import EstimateRow, Membership, Sitting, User
    from evenhand.hiring.openings import services as openings
    from evenhand.rubric import shipped_pack

    pack = openings.take_in_pack(shipped_pack(), now=NOW)
    looking = {
        role: User.objects.create_user(f"{role}@example.org", first_name=role)
        for role in ("recruiter", "decider")
    }
    opening = openings.create_opening(
        title="Production ML engineer", pack=pack, bar=3.5, contact_name="R", link_days=14,
        contact_email="r@example.org", keep_days=180, by=looking["recruiter"], now=NOW,
    )  # fmt: skip
    Membership.objects.create(opening=opening, user=looking["decider"], role="decider", since=NOW)
    rows = [openings.CandidateRow(f"P {n}", f"p{n}@example.org") for n in range(people)]
    added = openings.add_candidates(
        opening=opening, rows=rows, by=looking["recruiter"], now=NOW
    ).added
    Sitting.objects.update(state=Sitting.State.SCORED, submitted_at=NOW, scored_at=NOW)
    names = [*(one.id for one in openings.pack_of(pack.hash).dimensions), "overall"]
    mean, sd = rng.normal(3, 0.6, (people, len(names))), rng.uniform(0.3, 0.6, people)
    chance = rng.uniform(size=(people, len(names)))
    EstimateRow.objects.bulk_create(
        (
            EstimateRow(
                application=one, dimension=name, mean=mean[n, d].clip(1, 5), sd=sd[n],
                low=(mean[n, d] - 1.645 * sd[n]).clip(1, 5),
                high=(mean[n, d] + 1.645 * sd[n]).clip(1, 5), p_bar=chance[n, d],
                reliability=0.6, confidence=0.9, components_version="0" * 64, provisional=True,
                estimated_at=NOW,
            )
            for n, one in enumerate(added)
            for d, name in enumerate(names)
        ),
        batch_size=2000,
    )  # fmt: skip
    Lean.objects.bulk_create(
        (
            Lean(application=one, decider=looking["decider"], lean="advance", chance=50,
                 stated_at=NOW)
            for one in added[::2]
        ),
        batch_size=2000,
    )  # fmt: skip
    Decision.objects.bulk_create(
        (
            Decision(
                application=one, number=1, outcome="advance", reason="It is.", chance=60,
                by=looking["decider"], at=NOW, advised="advance", because="cheapest",
                overrides=False, p_bar=0.7, cost_false_advance=1, cost_false_reject=1,
            )
            for one in added[::20]
        ),
        batch_size=2000,
    )  # fmt: skip
    return opening, looking


def measured(opening: Opening, people: dict[str, User], rounds: int) -> None:
    """Print p50 and p95 of each kind of look."""
    from django.test import Client

    from evenhand.hiring.decisions.ranking import make_ranking

    began = time.perf_counter()
    make_ranking(opening.pk, 5, NOW)
    print(f"  ranks and P(top 5), in the background: {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    make_ranking(opening.pk, 100, NOW)
    print(f"  P(top 100) more: {time.perf_counter() - began:.2f} s")
    base = f"/openings/{opening.pk}"
    kinds = {
        "page": "/decisions/?page={n}",
        "page by P, P(top 100)": "/decisions/?sort=chance&top=100&page={n}",
        "filtered by decision and P": "/decisions/?decision=none&above={n}",
        "filtered by a dimension": "/decisions/?dimension=eval_discipline&level=3.{n}",
    }
    for role, user in people.items():
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        for what, path in kinds.items():
            # The first one warms up and is left out.
            times = timed(client, [base + path.format(n=n) for n in range(rounds + 1)])[1:]
            p50, p95 = np.quantile(times, [0.5, 0.95])
            tell(f"{role}, {what}: p95 within {ASKED * 1000:.0f} ms",
                 f"p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms", p95 <= ASKED)  # fmt: skip
        took = timed(client, [f"{base}/decisions.csv"])[0]
        print(f"  {role}, CSV of everybody: {took:.2f} s")


def timed(client: Client, paths: Sequence[str]) -> list[float]:
    """Return the seconds of a request for each of these addresses."""
    times = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path)
        times.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return times


if __name__ == "__main__":
    main()
