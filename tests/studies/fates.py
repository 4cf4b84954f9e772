"""Cohorts with the fate of each member, for the tests of the audit."""

from __future__ import annotations

from evenhand.studies.auditing import STAGES, Asked, Person

SEX = Asked("sex", "Sex", ("female", "male"))
ORIGIN = Asked("origin", "Origin", ("a", "b", "c"))


def cohort(
    *counts: tuple[str, str | None, int, int], parts: tuple[str, ...] = ("x",)
) -> list[Person]:
    """Make people: (sex, origin, how many, how many of them are selected)."""
    made = []
    for sex, origin, n, selected in counts:
        told = {"sex": sex, **({"origin": origin} if origin else {})} if sex else {}
        for one in range(n):
            results: dict[str, bool | None] = dict.fromkeys(STAGES)
            results |= {"decision": one < selected, "figures": one < selected}
            made.append(Person(parts[one % len(parts)], told, results, 2.0 + one % 7 / 3))
    return made
