"""What a candidate is shown: their own, all of it, in all three forms, and when it is released."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from tests.contested import anchors_of, first_part, lock_rating
from tests.deciding import decider, lean, make_decision
from tests.interviewing import held, interviewer
from tests.web.feedback.conftest import Clock, path_of
from tests.web.report.test_pdf import text_of
from tests.web.scored import TEXT, keep_aside

from evenhand.hiring.decisions.models import Outcome
from evenhand.hiring.feedback.contests import open_contest
from evenhand.hiring.feedback.services import release
from evenhand.hiring.models import (
    Answer,
    Application,
    Contest,
    EstimateRow,
    LedgerEntry,
    Opening,
    Reading,
    User,
    VerdictRow,
)
from evenhand.hiring.openings.services import pack_of, revoke_link
from evenhand.hiring.probes.reading import SEAM
from evenhand.hiring.sittings.services import begin
from evenhand.web.feedback import words
from evenhand.web.feedback.build import build_feedback, gather_feedback
from evenhand.web.feedback.seeing import NOT_SEEN
from evenhand.web.feedback.shape import Feedback

pytestmark = pytest.mark.django_db

FORMS = ("feedback/", "feedback.json", "feedback.pdf")


def built(application: Application) -> Feedback:
    return build_feedback(gather_feedback(application))


def page(client: Client, path: str) -> str:
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("form", FORMS)
def test_before_the_release_the_link_leads_where_it_led(
    client: Client, scored: Application, form: str
) -> None:
    assert "Thank you" in page(client, path_of(scored))
    answer = client.get(path_of(scored) + form)
    assert (answer.status_code, answer["Location"]) == (302, path_of(scored) + "done/")


def test_after_it_the_same_link_leads_to_the_feedback(
    client: Client, released: Application
) -> None:
    assert "Your feedback" in page(client, path_of(released))
    assert "Your feedback is there" in page(client, path_of(released) + "done/")


def test_it_stays_open_long_after_the_link_would_have_ended(
    client: Client, released: Application, clock: Clock
) -> None:
    clock.forward(days=170)
    assert "Your feedback" in page(client, path_of(released))


@pytest.mark.parametrize("begun", [False, True])
def test_who_was_rated_live_alone_reads_it_behind_a_link_that_ran_out(
    client: Client, opening: Opening, application: Application, alice: User, now: datetime,
    clock: Clock, begun: bool,
) -> None:  # fmt: skip
    if begun:
        sitting = begin(sitting=application.sitting, notice_version="1", consent=True, now=now)
        Answer.objects.create(
            sitting=sitting, prompt=sitting.prompts[0], text="Half a thought", saved_at=now
        )
    dora = decider(opening, "Dora", now)
    held(application, "final", interviewer(opening, "Ivan", now), now)
    lean(application, dora, now)
    make_decision(application, dora, now, outcome=Outcome.NOT_ADVANCE)
    client.force_login(alice)
    preview = reverse("feedback-preview", args=[application.pk])
    assert preview in page(client, reverse("opening", args=[opening.pk]))
    release(application=Application.objects.get(pk=application.pk), by=alice, now=now)
    assert "Half a thought" not in page(client, preview)
    clock.forward(days=100)
    path = path_of(application)
    assert "Your feedback" in page(client, path)
    for form in FORMS:
        assert client.get(path + form).status_code == 200
    assert client.post(path + "begin", {"consent": "on"})["Location"].endswith("/feedback/")


@pytest.mark.parametrize("form", [*FORMS, "contest/"])
def test_a_revoked_link_opens_none_of_it(
    client: Client, released: Application, alice: User, now: datetime, form: str
) -> None:
    path = path_of(released)
    revoke_link(invitation=released.invitations.get(), by=alice, now=now)
    answer = client.get(path + form)
    assert answer.status_code == 410
    assert TEXT[:20] not in answer.content.decode()


@pytest.mark.parametrize("form", [*FORMS, "contest/"])
def test_a_token_that_is_not_signed_here_opens_none_of_it(
    client: Client, released: Application, form: str
) -> None:
    path = path_of(released)
    assert client.get(f"{path[:-2]}x/{form}").status_code == 404


def test_all_three_forms_carry_levels_quotes_answers_and_what_it_is_not(
    client: Client, released: Application
) -> None:
    feedback = built(released)
    data = json.loads(client.get(path_of(released) + "feedback.json").content)
    assert data["format"] == "evenhand-feedback/1"
    text = {
        "page": page(client, path_of(released)),
        "pdf": " ".join(text_of(client.get(path_of(released) + "feedback.pdf").content).split()),
        "json": json.dumps(data),
    }
    assert feedback.overall is not None
    for name, said in text.items():
        for part in feedback.dimensions:
            assert part.level is not None
            assert part.name in said, name
            assert part.level.says in said, name
            for one in (*part.shown, *part.against):
                for quote in one.quotes:
                    assert " ".join(quote.split()[2:6]) in said, name
        assert feedback.overall.says in said, name
        assert "label four hundred real queries" in said, name
        assert "Nobody was rejected by a machine" in said, name
        assert feedback.rounds[0].says in said, name


def test_levels_are_those_of_the_estimates(released: Application) -> None:
    rows = {row.dimension: row for row in EstimateRow.objects.all()}
    for part in built(released).dimensions:
        assert part.level is not None
        row = rows[part.id]
        assert (part.level.mean, part.level.low, part.level.high) == (row.mean, row.low, row.high)


def test_what_was_not_asked_is_named_and_gets_no_level(released: Application) -> None:
    feedback = built(released)
    assert len(feedback.dimensions) == 4
    assert len(feedback.not_asked) == 3


def test_quotes_are_the_candidates_own_words(released: Application) -> None:
    for part in built(released).dimensions:
        for one in (*part.shown, *part.against):
            assert all(quote in TEXT for quote in one.quotes)


def test_of_what_was_not_seen_a_few_are_told_and_no_red_flag(released: Application) -> None:
    VerdictRow.objects.update(marks={})
    pack = pack_of(released.opening.pack_id)
    for row in VerdictRow.objects.all():
        row.marks = {one.id: 0 for one in pack.dimension(row.dimension).indicators}
        row.save()
    for part in built(released).dimensions:
        flags = {i.says for i in pack.dimension(part.id).indicators if i.kind == "red_flag"}
        assert len(part.not_seen) == NOT_SEEN
        assert not flags & set(part.not_seen)
        assert part.shown == part.against == ()


def test_a_red_flag_that_was_not_raised_is_no_news(released: Application) -> None:
    pack = pack_of(released.opening.pack_id)
    for row in VerdictRow.objects.all():
        indicators = pack.dimension(row.dimension).indicators
        row.marks = {one.id: 0 if one.kind == "red_flag" else None for one in indicators}
        row.save()
    assert all(part.not_seen == () for part in built(released).dimensions)


def test_what_no_judge_could_tell_is_not_called_unseen(released: Application) -> None:
    pack = pack_of(released.opening.pack_id)
    for row in VerdictRow.objects.all():
        row.marks = {one.id: None for one in pack.dimension(row.dimension).indicators}
        row.save()
    assert all(part.not_seen == () for part in built(released).dimensions)


def test_where_nothing_could_be_read_no_level_is_made_up(
    client: Client, scored: Application, alice: User, now: datetime
) -> None:
    EstimateRow.objects.update(reliability=0)
    VerdictRow.objects.update(level=None)
    feedback = built(scored)
    assert feedback.overall is None
    assert all(part.level is None for part in feedback.dimensions)


def test_a_flag_is_told_in_neutral_words_and_never_by_its_detail(
    client: Client, released: Application
) -> None:
    flags = [{"code": code, "detail": "DETAIL"} for code in (*words.REMARKS, "canary", "new_one")]
    for reading in Reading.objects.all():
        reading.flags = flags
        reading.save()
    body = page(client, path_of(released))
    assert "It is no accusation" in body
    for hidden in ("DETAIL", "new_one", "injection", "cheat", "suspic"):
        assert hidden not in body
    assert len(built(released).answers[0].remarks) == len(words.REMARKS)


def test_text_that_was_kept_aside_is_theirs_too(client: Client, released: Application) -> None:
    keep_aside(released, "what I wrote in the other tab")
    assert "what I wrote in the other tab" in page(client, path_of(released))


def test_a_follow_up_is_theirs_in_full_and_what_is_quoted_from_it_is_their_words(
    client: Client, released: Application, now: datetime
) -> None:
    pack = pack_of(released.opening.pack_id)
    first = released.sitting.prompts[0]
    dimension = pack.dimension(next(iter(pack.prompt(first).dimensions)))
    indicator = next(i for i in dimension.indicators if i.kind == "strong")
    text = "I would ask two people to label the same fifty queries."
    Answer.objects.create(
        sitting=released.sitting, prompt=pack.probe_for(indicator.id).id, follows=first, text=text,
        saved_at=now,
    )  # fmt: skip
    begins = len(TEXT) + len(SEAM)
    quote = {"indicator": indicator.id, "text": text, "start": begins, "end": begins + len(text)}
    for verdict in VerdictRow.objects.filter(answer__prompt=first):
        verdict.quotes, verdict.marks = [quote], {indicator.id: 2}
        verdict.save()
    (seen,) = built(released).dimensions[0].shown
    assert seen.quotes == (text,)
    answers = json.loads(client.get(path_of(released) + "feedback.json").content)["answers"]
    assert answers[0]["follow_up"]["text"] == text
    assert text in page(client, path_of(released))
    made = client.get(path_of(released) + "feedback.pdf").content
    assert text in " ".join(text_of(made).split())
    assert first_part(released).prompt == first


def test_what_people_marked_counts_before_what_the_panel_marked(
    released: Application, raters: tuple[User, User], now: datetime
) -> None:
    part = first_part(released)
    contest = open_contest(application=released, parts=[part], reason="", now=now)
    before = next(one for one in built(released).dimensions if one.id == part.dimension)
    assert before.not_seen
    for user in raters:
        lock_rating(anchors_of(contest)[0], user, now)
    after = next(one for one in built(released).dimensions if one.id == part.dimension)
    assert after.not_seen == ()
    assert built(released).rounds[0].people == 2


@pytest.mark.parametrize("form", FORMS)
def test_a_look_is_in_the_record_as_the_candidates_own(
    client: Client, released: Application, form: str
) -> None:
    client.get(path_of(released) + form)
    entry = LedgerEntry.objects.get(action="application.viewed")
    assert entry.actor == f"candidate:{released.pk}"
    assert str(entry.facts["what"]).startswith("own feedback")


def test_contesting_one_answer_leaves_the_others_to_contest(
    client: Client, released: Application
) -> None:
    path = path_of(released) + "contest/"
    part = first_part(released)
    answer = client.post(path, {"parts": ":".join(part), "reason": "a\r\nb"}, follow=True)
    assert "Two people will rate it again" in answer.content.decode()
    contest = Contest.objects.get()
    assert contest.reason == "a\nb"
    again = client.post(path, {"parts": ":".join(part)})
    assert again.status_code == 422
    client.post(path, {"everything": "on"})
    assert Contest.objects.count() == 2
    assert "nothing left to contest" in page(client, path)


def test_a_contest_without_a_choice_says_what_to_do(client: Client, released: Application) -> None:
    answer = client.post(path_of(released) + "contest/", {"reason": "why"})
    assert answer.status_code == 422
    assert "Choose at least one" in answer.content.decode()
    assert not Contest.objects.exists()


def test_after_the_time_the_form_is_gone_and_the_act_refused(
    client: Client, released: Application, clock: Clock
) -> None:
    path = path_of(released) + "contest/"
    clock.forward(days=30)
    assert "The time to contest is over" in page(client, path)
    client.post(path, {"everything": "on"})
    assert not Contest.objects.exists()
    assert "Contest it" not in page(client, path_of(released))


def test_the_outcome_has_the_earlier_and_the_new_estimate(
    client: Client, released: Application, raters: tuple[User, User], now: datetime
) -> None:
    contest = open_contest(application=released, parts=[first_part(released)], reason="", now=now)
    earlier = built(released).dimensions[0].level
    assert "Neither knows your levels" in page(client, path_of(released))
    lock_rating(anchors_of(contest)[0], raters[0], now)
    assert "1 of 2 ratings are in" in page(client, path_of(released))
    lock_rating(anchors_of(contest)[0], raters[1], now)
    body = page(client, path_of(released))
    feedback = built(released)
    now_level = feedback.dimensions[0].level
    assert earlier is not None
    assert now_level is not None
    assert f"Without the two ratings {earlier.mean:.1f}" in body
    assert f"with them {now_level.mean:.1f}" in body
    assert "more than chance explains" in body
    data = json.loads(client.get(path_of(released) + "feedback.json").content)
    assert data["contests"][0]["moves"][0]["after"]["mean"] == pytest.approx(now_level.mean)


def test_sentences_of_ours_are_short(released: Application) -> None:
    said = [*words.read(), *words.is_not(), words.provisional(), words.remarks_lead()]
    said += [str(one) for one in words.REMARKS.values()]
    said += [words.settled(["X"], True), words.settled([], True), words.level(3, 2, 4, 0.9)]
    said += [words.contest_state("open", 0, 2), words.contest_state("rating", 1, 2)]
    for text in said:
        for sentence in text.replace("?", ".").split(". "):
            assert len(sentence.split()) <= 24, sentence


def test_the_wrong_method_is_refused(client: Client, released: Application) -> None:
    path = path_of(released)
    for form in FORMS:
        assert client.post(path + form).status_code == 405
    assert client.get(reverse("feedback-release", args=[released.pk])).status_code == 302
