"""What the audit's page says of a ratio: no more than its numbers can."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from tests.studies.fates import SEX, cohort

from evenhand.hiring.models import ImpactAudit
from evenhand.studies.auditing import audit
from evenhand.web.compliance.impact import impact_paper
from evenhand.web.compliance.paper import Facts, Table

DAY = date(2026, 7, 31)


def said_of(*counts: tuple[str, str | None, int, int]) -> dict[str, str]:
    """Return what the table of decisions says of each group."""
    told = audit(cohort(*counts), [SEX])
    made = ImpactAudit(first=date(2026, 4, 1), last=date(2026, 6, 30), told=told)
    made.made_at = datetime(2026, 7, 31, tzinfo=UTC)
    paper = impact_paper("All", made, None, DAY, made.made_at)
    tables = [one for part in paper.sections for one in part.blocks if isinstance(one, Table)]
    (decided,) = (one for one in tables if one.caption.startswith("Decision"))
    return {row[0]: row[-1] for row in decided.rows}


@pytest.mark.parametrize(
    ("women", "men", "says"),
    [
        ((20, 200), (60, 200), "more than chance explains: look for the cause."),
        ((10, 30), (20, 40), "chance alone could explain it: too few to say. It would take about"),
        ((2900, 5000), (3100, 5000), "Not below four fifths, but a difference"),
        ((19, 60), (20, 60), "and too few to rule one out. It would take about"),
        ((1500, 5000), (1510, 5000), "No sign of a difference."),
        # A large group beside a small one can tell no more than the small one lets it.
        ((1500, 5000), (7, 20), "and too few to rule one out. It would take about"),
    ],
)
def test_what_is_said_rests_on_test_ratio_and_the_smaller_group(
    women: tuple[int, int], men: tuple[int, int], says: str
) -> None:
    groups = (("female", None, women[1], women[0]), ("male", None, men[1], men[0]))
    assert says in said_of(*groups)["female"]


@pytest.mark.parametrize(("n", "says"), [(0, "nobody"), (1, "1 person"), (9, "9 people")])
def test_it_says_how_many_have_no_decision(n: int, says: str) -> None:
    people = cohort(("female", None, 30, 10), ("male", None, 40, 20))
    told = audit([replace(one, decided=k >= n) for k, one in enumerate(people)], [SEX])
    made = ImpactAudit(first=DAY, last=DAY, told=told, made_at=datetime(2026, 7, 31, tzinfo=UTC))
    facts = impact_paper("All", made, None, DAY, made.made_at).sections[0].blocks[0]
    assert isinstance(facts, Facts)
    assert dict(facts.pairs)["Without a final decision"] == says


def test_where_nobody_was_selected_that_is_said() -> None:
    said = said_of(("female", None, 30, 0), ("male", None, 30, 0))
    assert set(said.values()) == {"nobody was selected in any group"}
