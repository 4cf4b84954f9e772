"""Setting an opening up step by step: what is kept, what is refused, and what opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.hiring.models import (
    LedgerEntry,
    Opening,
    OpeningDraft,
    Organisation,
    PackDraft,
    PackVersion,
    User,
)
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric import load_pack, shipped_pack
from evenhand.rubric.writing import body_of
from evenhand.web.packs.forms import rounds_values

JOB = {
    "title": "Search engineer",
    "contact_name": "Alice Ashby",
    "contact_email": "alice@example.org",
    "link_days": "10",
    "keep_days": "200",
    "anchor_percent": "7.5",
    "probes": "on",
}


def begun(client: Client) -> OpeningDraft:
    client.post(reverse("opening-new"), JOB)
    return OpeningDraft.objects.get()


def at(setup: OpeningDraft, step: str) -> str:
    return reverse("opening-step", args=[setup.pk, step])


def counted(**changed: object) -> dict[str, object]:
    """Return the fields of the third step as they stand with the shipped pack."""
    body = {**body_of(load_pack(shipped_pack())), "same": []}
    return {**rounds_values(body), "was": "0" * 32, **changed}


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_first_step_starts_with_the_packs_name_and_who_asks(signed_in: Client) -> None:
    page = text(signed_in.get(reverse("opening-new")))
    assert 'value="Production ML engineer"' in page
    assert 'value="alice@example.org"' in page
    assert not OpeningDraft.objects.exists()


def test_with_the_shipped_pack_a_handful_of_clicks_makes_an_opening(
    signed_in: Client, alice: User
) -> None:
    setup = begun(signed_in)
    answer = signed_in.post(at(setup, "rubric"), {"pack": setup.pack_id})
    assert answer["Location"] == at(setup, "rounds")
    assert signed_in.post(at(setup, "rounds"), counted())["Location"] == at(setup, "preview")
    assert signed_in.get(at(setup, "preview")).status_code == 200
    assert "Open it" in text(signed_in.get(at(setup, "open")))
    answer = signed_in.post(at(setup, "open"))
    made = Opening.objects.get()
    assert answer["Location"] == reverse("candidates-add", args=[made.pk])
    kept = (made.title, made.bar, made.link_days, made.keep_days, made.anchor_share)
    assert kept == ("Search engineer", 3.5, 10, 200, 0.075)
    assert made.probes
    assert (made.created_by, made.is_example, made.pack_id) == (alice, False, setup.pack_id)
    assert PackVersion.objects.count() == 1


def test_follow_ups_are_left_out_where_the_tick_is_taken_away(signed_in: Client) -> None:
    setup = begun(signed_in)
    signed_in.post(at(setup, "job"), {k: v for k, v in JOB.items() if k != "probes"})
    assert 'name="probes"' in text(signed_in.get(at(setup, "job")))
    signed_in.post(at(setup, "open"))
    assert not Opening.objects.get().probes


def test_a_step_that_was_left_is_gone_on_with(signed_in: Client) -> None:
    setup = begun(signed_in)
    assert "Search engineer" in text(signed_in.get(reverse("opening-new")))
    assert 'value="Search engineer"' in text(signed_in.get(at(setup, "job")))
    signed_in.post(at(setup, "job"), {**JOB, "title": "Ranking engineer"})
    setup.refresh_from_db()
    assert setup.given["title"] == "Ranking engineer"


def test_a_bar_alone_needs_no_new_pack_version(signed_in: Client) -> None:
    setup = begun(signed_in)
    signed_in.post(at(setup, "rounds"), counted(bar="3.2"))
    signed_in.post(at(setup, "open"))
    assert Opening.objects.get().bar == 3.2
    assert not PackDraft.objects.exists()


def test_changed_minutes_weights_and_variant_are_published_at_once_and_opened(
    signed_in: Client,
) -> None:
    setup = begun(signed_in)
    changed = counted(
        minutes_async=50, weight_communication="2", variant_0="adv_assistant", bar="3.4"
    )
    assert signed_in.post(at(setup, "rounds"), changed)["Location"] == at(setup, "preview")
    page = text(signed_in.get(at(setup, "open")))
    assert "Publish the changed pack" in page
    assert "can be used at once" in page
    assert signed_in.post(at(setup, "open"))["Location"] == at(setup, "open")
    assert not Opening.objects.exists()
    draft = PackDraft.objects.get()
    signed_in.post(reverse("draft-publish", args=[draft.pk]))
    signed_in.post(at(setup, "open"))
    made = Opening.objects.get()
    pack = pack_of(made.pack_id)
    assert (made.bar, pack.bar, pack.version) == (3.4, 3.5, "1.0.1")
    assert pack.round("async").minutes == 50
    assert pack.weights["communication"] == 2
    assert pack.round("final").prompts.index("adv_assistant") < pack.round("final").prompts.index(
        "adv_fraud"
    )


def test_changing_the_pack_leads_to_its_editor_and_back(signed_in: Client) -> None:
    setup = begun(signed_in)
    answer = signed_in.post(at(setup, "rubric"), {"pack": setup.pack_id, "change": "1"})
    draft = PackDraft.objects.get()
    assert answer["Location"] == reverse("draft", args=[draft.pk])
    assert at(setup, "rounds") in text(signed_in.get(answer["Location"]))
    again = signed_in.post(at(setup, "rubric"), {"go_on": "1"})
    assert again["Location"] == at(setup, "rounds")
    assert PackDraft.objects.count() == 1


def test_taking_the_version_as_it_is_after_all_leaves_the_draft_under_packs(
    signed_in: Client,
) -> None:
    setup = begun(signed_in)
    signed_in.post(at(setup, "rubric"), {"pack": setup.pack_id, "change": "1"})
    signed_in.post(at(setup, "rubric"), {"pack": setup.pack_id})
    setup.refresh_from_db()
    assert setup.pack_draft is None
    draft = PackDraft.objects.get()
    assert reverse("draft", args=[draft.pk]) in text(signed_in.get(reverse("packs")))


def test_a_second_click_on_open_makes_no_second_opening(signed_in: Client) -> None:
    setup = begun(signed_in)
    first, second = (signed_in.post(at(setup, "open")) for _ in range(2))
    made = Opening.objects.get()
    assert first["Location"] == reverse("candidates-add", args=[made.pk])
    assert second["Location"] == reverse("opening", args=[made.pk])


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("job", "title", ""),
        ("job", "title", "x" * 201),
        ("job", "contact_email", "nobody"),
        ("job", "link_days", "0"),
        ("job", "link_days", "9999"),
        ("job", "keep_days", "1"),
        ("job", "anchor_percent", "101"),
        ("rounds", "bar", "5.1"),
        ("rounds", "bar", "nan"),
        ("rounds", "bar", "high"),
        ("rounds", "minutes_async", "0"),
        ("rounds", "weight_communication", "-1"),
        ("rounds", "weight_communication", "inf"),
    ],
)
def test_a_field_that_cannot_be_kept_is_named_and_the_step_stays(
    signed_in: Client, step: str, field: str, value: str
) -> None:
    setup = begun(signed_in)
    given = JOB if step == "job" else counted()
    answer = signed_in.post(at(setup, step), {**given, field: value})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text(answer)
    assert f"id_{field}_error" in text(answer)
    setup.refresh_from_db()
    assert setup.given["title"] == "Search engineer"
    assert "bar" not in setup.given


def test_what_was_begun_can_be_dropped(signed_in: Client) -> None:
    setup = begun(signed_in)
    signed_in.post(reverse("opening-drop", args=[setup.pk]))
    assert not OpeningDraft.objects.exists()


def test_another_organisation_has_no_part_in_it(
    signed_in: Client, mallory: User, now: object
) -> None:
    setup = begun(signed_in)
    mallory.organisation = Organisation.objects.create(name="Elsewhere", created_at=now)
    mallory.save()
    signed_in.force_login(mallory)
    for name in ("job", "rubric", "rounds", "preview", "open"):
        assert signed_in.get(at(setup, name)).status_code == 404
    assert signed_in.post(reverse("opening-drop", args=[setup.pk])).status_code == 404
    assert setup.given["title"] not in text(signed_in.get(reverse("opening-new")))


def test_a_step_that_is_none_is_not_there(signed_in: Client) -> None:
    assert signed_in.get(at(begun(signed_in), "seventh")).status_code == 404


def test_a_pack_with_faults_is_reported_with_its_faults(
    signed_in: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.PACK = str(tmp_path)
    answer = signed_in.get(reverse("opening-new"))
    assert answer.status_code == 503
    assert "pack.yaml" in text(answer)
    assert str(tmp_path) not in text(answer)


def test_every_step_stands_in_the_record_without_a_name(signed_in: Client) -> None:
    setup = begun(signed_in)
    signed_in.post(at(setup, "rounds"), counted(bar="3.2"))
    entries = LedgerEntry.objects.filter(subject=f"openingdraft:{setup.pk}")
    assert [one.action for one in entries.order_by("seq")] == [
        "opening_draft.begun",
        "opening_draft.saved",
    ]
    assert "Ashby" not in "".join(str(one.facts) for one in entries)


def test_questions_that_take_longer_than_their_round_are_named_before_it_opens(
    signed_in: Client,
) -> None:
    setup = begun(signed_in)
    assert "more than the" not in text(signed_in.get(at(setup, "open")))
    body = load_pack(shipped_pack())
    field = next(name for name in counted() if "async" in name)
    signed_in.post(at(setup, "rounds"), counted(**{field: "30"}))
    took = sum(body.prompt(one).minutes for one in body.round("async").prompts)
    page = text(signed_in.get(at(setup, "open")))
    assert f"its questions take {took} minutes, {took - 30} more than the 30 of the round" in page
