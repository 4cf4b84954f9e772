"""No form of somebody's feedback holds anything of anybody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contested import anchors_of, lock_rating, member
from tests.web.feedback.conftest import path_of
from tests.web.report.test_pdf import text_of
from tests.web.scored import score

from evenhand.hiring.feedback.contests import contestable, open_contest
from evenhand.hiring.feedback.services import release_to_everybody
from evenhand.hiring.models import Application, Interview, Opening, Role, User, VerdictRow
from evenhand.hiring.openings.services import CandidateRow, add_candidates

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# A mark before each text tells it from words that are in everybody's: the rubric's and the page's.
TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=8, max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: len(text) > 7),
    min_size=2, max_size=4,
)  # fmt: skip


def secrets(one: Application) -> Iterator[str]:
    """Yield everything that names somebody or is theirs."""
    yield from (one.candidate.name, one.candidate.email, str(one.pk), str(one.candidate_id))
    yield from (str(one.sitting.pk), one.code, one.pk.hex)
    for answer in one.sitting.answers.all():
        yield from (answer.text, str(answer.pk), answer.salt)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=TEXTS)
def test_the_json_has_no_other_candidates_name_text_or_id(
    opening: Opening, alice: User, client: Client, texts: list[str]
) -> None:
    Application.objects.all().delete()
    rows = [
        CandidateRow(f"Name{n}zz Surname{n}qq", f"mail{n}zz@example.org") for n in range(len(texts))
    ]
    people = add_candidates(opening=opening, rows=rows, by=alice, now=NOW).added
    people = [
        score(one, text=f"own{n}zz {text}", now=NOW)
        for n, (one, text) in enumerate(zip(people, texts, strict=True))
    ]
    release_to_everybody(opening=opening, by=alice, now=NOW)
    for me in people:
        raw = client.get(path_of(me) + "feedback.json").content.decode()
        said = json.dumps(json.loads(raw), ensure_ascii=False)
        assert f"own{people.index(me)}zz" in said
        for other in people:
            if other != me:
                found = [one for one in secrets(other) if one and _stands_in(one, said)]
                assert found == []


def _stands_in(text: str, said: str) -> bool:
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    return re.search(rf"(?<!\w){re.escape(written)}(?!\w)", said) is not None


@pytest.mark.parametrize("form", ["feedback/", "feedback.json", "feedback.pdf", "contest/"])
def test_no_form_names_a_rater_an_interviewer_or_quotes_a_judges_reason(
    client: Client, opening: Opening, released: Application, raters: tuple[User, User],
    alice: User, now: datetime, form: str,
) -> None:  # fmt: skip
    VerdictRow.objects.update(reason="REASONOFJUDGE names Dora Dee")
    Interview.objects.create(
        application=released, round="final", interviewer=member(opening, "zora", Role.DECIDER, now),
        minutes=60, place="ROOM9", planned_by=alice, planned_at=now,
    )  # fmt: skip
    contest = open_contest(
        application=released, parts=contestable(released)[:1], reason="", now=now
    )
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now)
    answer = client.get(path_of(released) + form)
    said = text_of(answer.content) if form.endswith("pdf") else answer.content.decode()
    for one in ("ivan", "oda@", "zora", "REASONOFJUDGE", "Dora", "ROOM9", "user:", "Candidate 1"):
        assert one not in said


def test_it_holds_neither_the_bar_nor_a_rank_nor_a_chance(
    client: Client, released: Application
) -> None:
    data = json.loads(client.get(path_of(released) + "feedback.json").content)

    def keys(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield key
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    assert not {"bar", "p_bar", "rank", "code", "candidate", "rater", "judge"} & set(keys(data))


def test_a_link_reaches_only_its_own(
    client: Client, opening: Opening, released: Application, alice: User, now: datetime
) -> None:
    rows = [CandidateRow("Dora Dee", "dora@example.org")]
    dora = score(
        add_candidates(opening=opening, rows=rows, by=alice, now=now).added[0],
        text="only Dora wrote this", now=now,
    )  # fmt: skip
    release_to_everybody(opening=opening, by=alice, now=now)
    assert "only Dora wrote this" in client.get(path_of(dora) + "feedback/").content.decode()
    assert "only Dora" not in client.get(path_of(released) + "feedback/").content.decode()
    # Contesting names questions, never ids of answers, so that it cannot reach another's either.
    client.post(path_of(released) + "contest/", {"everything": "on"})
    assert not dora.contests.exists()
    assert released.contests.count() == 1
