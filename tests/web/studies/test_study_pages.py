"""The pages of concordance, disagreements, validity and imports."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evenhand.hiring.models import (
    AdvanceOpinion,
    Application,
    DisagreementNote,
    LedgerEntry,
    Opening,
    User,
)
from evenhand.hiring.signals.models import Signal
from evenhand.hiring.studies.services import give_opinion

pytestmark = pytest.mark.django_db


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def test_without_an_opinion_the_page_says_how_to_come_by_one(
    signed_in: Client, people: list[Application], opening: Opening
) -> None:
    page = text(signed_in.get(reverse("concordance", args=[opening.pk])))
    assert "No opinion yet" in page
    assert "Say whom you would have advanced" in page


def test_the_page_tells_table_figures_plots_and_disagreements(
    signed_in: Client, judged: list[Application], opening: Opening
) -> None:
    page = text(signed_in.get(reverse("concordance", args=[opening.pk])))
    assert "30 candidates with a score and 60 decisions of 2 people" in page
    assert "Cohen&#x27;s kappa" in page
    assert page.count("<svg") == 3
    assert page.count("</desc>") == 3
    assert "30 candidates were judged by two or more people, which makes 30 pairs" in page
    apart = page[page.index("Where they part") :]
    for one in judged[12:15]:
        assert reverse("disagreement", args=[one.pk]) in apart
    # Given at one moment, they stand in the order of their ids, which are drawn at random.
    assert "Alice, Mallory" in apart or "Mallory, Alice" in apart
    entry = LedgerEntry.objects.get(action="opening.viewed")
    assert entry.facts["applications"] == sorted(str(one.pk) for one in judged[12:15])


def test_too_few_are_said_to_be_so(
    signed_in: Client, people: list[Application], opening: Opening, alice: User, now: datetime
) -> None:
    give_opinion(application=people[29], advance=False, sure=None, by=alice, now=now)
    page = text(signed_in.get(reverse("concordance", args=[opening.pk])))
    assert "Too few to say" in page
    assert "too few to say" in page
    assert "<svg" not in page
    assert "Candidate 30" in page


def test_the_page_takes_as_many_queries_however_many_people_there_are(
    signed_in: Client, judged: list[Application], opening: Opening
) -> None:
    page = reverse("concordance", args=[opening.pk])

    def queries() -> int:
        signed_in.get(page)  # makes the entry of this view, which the next look is the same as
        with CaptureQueriesContext(connection) as asked:
            signed_in.get(page)
        return len(asked)

    many = queries()
    AdvanceOpinion.objects.exclude(application__in=judged[10:14]).delete()
    assert queries() == many


def test_who_was_right_is_kept_and_shown_in_the_list(
    signed_in: Client, judged: list[Application], opening: Opening, alice: User
) -> None:
    to = reverse("disagreement", args=[judged[13].pk])
    page = text(signed_in.get(to))
    assert page.count("<strong>Advance</strong>") == 2
    assert reverse("report", args=[judged[13].pk]) in page
    done = text(
        signed_in.post(
            to, {"right": "panel", "note": "<b>They named no test set.</b>"}, follow=True
        )
    )
    assert "&lt;b&gt;They named no test set." in done
    note = DisagreementNote.objects.get()
    assert (note.right, note.by) == ("panel", alice)
    assert "the panel" in text(signed_in.get(reverse("concordance", args=[opening.pk])))
    assert signed_in.post(to, {"right": "nobody"}).status_code == 422


def test_after_the_disagreement_was_shown_an_opinion_is_not_blind(
    signed_in: Client, people: list[Application], alice: User, now: datetime
) -> None:
    signed_in.get(reverse("disagreement", args=[people[0].pk]))
    assert not give_opinion(application=people[0], advance=True, sure=None, by=alice, now=now).blind


def test_the_download_has_every_opinion_and_no_cell_that_runs(
    signed_in: Client, people: list[Application], opening: Opening
) -> None:
    lines = "candidate,judge,advance\n1,=cmd|' /C calc'!A0,yes\n2,ann,no\n"
    given = {"decisions": "1", "decisions-text": lines, "decisions-blind": "on"}
    done = signed_in.post(reverse("study-import", args=[opening.pk]), given, follow=True)
    assert "2 lines taken in." in text(done)
    answer = signed_in.get(reverse("concordance-csv", args=[opening.pk]))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["judge"] for row in rows] == ["'=cmd|' /C calc'!A0", "ann"]
    assert (rows[0]["candidate"], rows[0]["advance"], rows[0]["p_bar"]) == ("1", "yes", "0.0")
    assert "Person" not in answer.content.decode()


def test_a_file_with_faults_says_each_and_takes_nothing_in(
    signed_in: Client, people: list[Application], opening: Opening
) -> None:
    to = reverse("study-import", args=[opening.pk])
    file = SimpleUploadedFile("d.csv", b"candidate,judge,advance\n1,ann,yes\n99,ann,no\n2,ann,x\n")
    answer = signed_in.post(to, {"decisions": "1", "decisions-file": file})
    assert answer.status_code == 422
    page = text(answer)
    assert "line 3: candidate: &#x27;99&#x27; is nobody in this opening" in page
    assert "line 4: advance:" in page
    assert not AdvanceOpinion.objects.exists()
    neither = signed_in.post(to, {"signals": "1"})
    assert "one of the two" in text(neither)


def test_decisions_nobody_vouches_for_are_kept_beside_the_study(
    signed_in: Client, people: list[Application], opening: Opening
) -> None:
    lines = "candidate,judge,advance\n1,ann,yes\n"
    signed_in.post(
        reverse("study-import", args=[opening.pk]), {"decisions": "1", "decisions-text": lines}
    )
    page = text(signed_in.get(reverse("concordance", args=[opening.pk])))
    assert AdvanceOpinion.objects.get().blind is False
    assert "No opinion yet" in page


def test_validity_shows_score_and_signals_beside_the_outcome_that_is_chosen(
    signed_in: Client, judged: list[Application], opening: Opening
) -> None:
    to = reverse("study-import", args=[opening.pk])
    signals = "candidate,kind,name,value\n" + "".join(
        f"{one.number},coding_test,HackerRank,{n % 9}\n" for n, one in enumerate(judged)
    )
    rated = "candidate,outcome,value\n" + "".join(
        f"{one.number},six months,{n + n % 4}\n" for n, one in enumerate(judged)
    )
    signed_in.post(to, {"signals": "1", "signals-text": signals})
    signed_in.post(to, {"outcomes": "1", "outcomes-text": rated})
    first = text(signed_in.get(reverse("validity", args=[opening.pk])))
    assert "Would people have advanced them?" in first
    page = text(signed_in.get(reverse("validity", args=[opening.pk]), {"outcome": "six months"}))
    assert "30 people have this outcome" in page
    assert "coding test: HackerRank" in page
    assert "too few to say" in page  # what one adds to another takes sixty
    assert "of the variance" in page


def test_no_page_but_validity_asks_the_database_for_a_signal(
    signed_in: Client, handed_in: Application, opening: Opening, now: datetime
) -> None:
    Signal.objects.create(
        application=handed_in, kind="pedigree", name="tier of school", value=77.125, at=now
    )
    pages = [
        reverse("home"),
        reverse("opening", args=[opening.pk]),
        *(reverse(name, args=[handed_in.pk]) for name in ("report", "report-json", "opinion")),
        reverse("disagreement", args=[handed_in.pk]),
        *(reverse(name, args=[opening.pk]) for name in ("concordance", "concordance-csv")),
        *(reverse(name) for name in ("studies", "opinions", "judges", "drift", "costs")),
    ]
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = signed_in.get(page)
        assert answer.status_code == 200, page
        assert not any("hiring_signal" in one["sql"] for one in asked.captured_queries), page
        assert "tier of school" not in answer.content.decode(), page
        assert "77.125" not in answer.content.decode(), page
