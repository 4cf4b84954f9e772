"""The editor of a pack: what is saved, what is said beside it, and what two editors see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from evenhand.hiring.drafts.services import (
    begin_draft,
    dimension_piece,
    prompt_piece,
    rounds_piece,
    seen,
)
from evenhand.hiring.models import LedgerEntry, Opening, Organisation, PackDraft, PackVersion, User
from evenhand.hiring.openings.packs import pack_of
from evenhand.rubric.editing import entry
from evenhand.web.packs.forms import dimension_values, prompt_values, rounds_values


@pytest.fixture
def draft(pack_version: PackVersion, alice: User, now: Any) -> PackDraft:
    return begin_draft(base=pack_version, by=alice, now=now)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def of_dimension(draft: PackDraft, id: str, **changed: object) -> dict[str, Any]:
    own = entry(draft.body, "dimensions", id)
    was = seen(dimension_piece(id)(draft.body))
    values = {**dimension_values(draft.body, own), "was": was, **changed}
    return {name: value for name, value in values.items() if value is not False}


def of_prompt(draft: PackDraft, id: str, **changed: object) -> dict[str, Any]:
    own = entry(draft.body, "prompts", id)
    values = {**prompt_values(draft.body, own), "was": seen(prompt_piece(id)(draft.body))}
    return {name: value for name, value in {**values, **changed}.items() if value is not False}


def at(draft: PackDraft, kind: str, id: str) -> str:
    return reverse(f"draft-{kind}", args=[draft.pk, id])


def test_saving_a_page_as_it_stands_changes_nothing(signed_in: Client, draft: PackDraft) -> None:
    for one in draft.body["dimensions"]:
        signed_in.post(at(draft, "dimension", one["id"]), of_dimension(draft, one["id"]))
    for one in draft.body["prompts"]:
        signed_in.post(at(draft, "prompt", one["id"]), of_prompt(draft, one["id"]))
    was = seen(rounds_piece(draft.body))
    rounds = {**rounds_values(draft.body), "was": was}
    signed_in.post(reverse("draft-rounds", args=[draft.pk]), rounds)
    before = draft.body
    draft.refresh_from_db()
    assert draft.body == before
    assert draft.revision == 0


def test_texts_and_a_new_indicator_are_kept_and_shown_again(
    signed_in: Client, draft: PackDraft
) -> None:
    more = {"level_3": "Line one.\r\nLine two.", "says_9": "Names a price.", "probe_9": "And then?"}
    answer = signed_in.post(
        at(draft, "dimension", "eval_discipline"), of_dimension(draft, "eval_discipline", **more)
    )
    assert answer.status_code == 302
    draft.refresh_from_db()
    own = entry(draft.body, "dimensions", "eval_discipline")
    assert own["levels"][2] == "Line one.\nLine two."
    assert own["indicators"][-1] == {
        "id": "eval.names_a_price", "kind": "strong", "says": "Names a price."
    }  # fmt: skip
    assert "And then?" in text(signed_in.get(answer["Location"]))


def test_a_follow_up_of_a_red_flag_is_refused_and_not_let_go(
    signed_in: Client, draft: PackDraft
) -> None:
    flag = {"says_9": "Shrugs.", "kind_9": "red_flag", "probe_9": "And then?"}
    address = at(draft, "dimension", "eval_discipline")
    answer = signed_in.post(address, of_dimension(draft, "eval_discipline", **flag))
    assert answer.status_code == 422
    assert "A red flag has none." in text(answer)
    assert "And then?" in text(answer)
    draft.refresh_from_db()
    assert draft.revision == 0


def test_a_follow_up_whose_indicator_is_not_written_yet_is_kept(
    signed_in: Client, draft: PackDraft
) -> None:
    address = at(draft, "dimension", "eval_discipline")
    signed_in.post(address, of_dimension(draft, "eval_discipline", probe_9="And then?"))
    draft.refresh_from_db()
    assert entry(draft.body, "dimensions", "eval_discipline")["indicators"][-1]["says"] == ""
    page = text(signed_in.get(address))
    assert "And then?" in page
    assert "is empty" in page


def test_a_fault_that_is_of_no_field_says_where_it_is(signed_in: Client, draft: PackDraft) -> None:
    address = at(draft, "dimension", "eval_discipline")
    gone = {f"remove_{n}": "on" for n in range(9)}
    signed_in.post(address, of_dimension(draft, "eval_discipline", **gone))
    assert "Eval discipline, indicators: is empty" in text(signed_in.get(address))


def test_an_indicator_is_removed_with_its_follow_up(signed_in: Client, draft: PackDraft) -> None:
    sent = of_dimension(draft, "eval_discipline", remove_1="on")
    signed_in.post(at(draft, "dimension", "eval_discipline"), sent)
    draft.refresh_from_db()
    ids = [i["id"] for i in entry(draft.body, "dimensions", "eval_discipline")["indicators"]]
    assert "eval.golden_set" not in ids
    assert "eval.golden_set" not in {probe["indicator"] for probe in draft.body["probes"]}


def test_a_fault_and_a_finding_stand_beside_their_field(
    signed_in: Client, draft: PackDraft
) -> None:
    sent = of_dimension(
        draft, "eval_discipline", level_2="", says_0="Names metrics and checks the labels by hand."
    )
    page = text(signed_in.post(at(draft, "dimension", "eval_discipline"), sent, follow=True))
    empty = re.search(r'id="id_level_2_notes">(.*?)</ul>', page, re.DOTALL)
    assert empty is not None
    assert "is empty" in empty[1]
    assert 'aria-describedby="id_level_2_notes"' in page
    twice = re.search(r'id="id_says_0_notes">(.*?)</ul>', page, re.DOTALL)
    assert twice is not None
    assert "asks for two things at once" in twice[1]


def test_the_draft_lists_each_fault_in_one_line_with_a_way_to_it(
    signed_in: Client, draft: PackDraft
) -> None:
    signed_in.post(at(draft, "dimension", "eval_discipline"),
                   of_dimension(draft, "eval_discipline", level_2=""))  # fmt: skip
    draft.refresh_from_db()
    signed_in.post(at(draft, "prompt", "cost_bill"), of_prompt(draft, "cost_bill", text=""))
    page = text(signed_in.get(reverse("draft", args=[draft.pk])))
    assert "2 things to mend" in page
    assert "Eval discipline, level 2</a>: is empty" in page
    assert f'href="{at(draft, "prompt", "cost_bill")}">question cost_bill, text</a>' in page
    answer = signed_in.post(reverse("draft-publish", args=[draft.pk]), follow=True)
    assert "Mend what is listed here first." in text(answer)


def test_of_two_editors_the_second_keeps_their_words_and_is_told(
    signed_in: Client, draft: PackDraft
) -> None:
    address = at(draft, "prompt", "cost_bill")
    hers = of_prompt(draft, "cost_bill", text="Who objects?")
    signed_in.post(address, of_prompt(draft, "cost_bill", text="Who pays?"))
    answer = signed_in.post(address, hers)
    page = text(answer)
    assert answer.status_code == 422
    assert "changed this part while you wrote" in page
    assert "Who objects?" in page
    again = re.search(r'name="was" value="(\w+)"', page)
    assert again is not None
    signed_in.post(address, {**hers, "was": again[1]})
    draft.refresh_from_db()
    assert entry(draft.body, "prompts", "cost_bill")["text"] == "Who objects?"


@pytest.mark.parametrize(
    ("field", "value"),
    [("minutes", "0"), ("minutes", "soon"), ("share_cost_latency_ops", "90"), ("text", "x" * 4001)],
)
def test_a_number_that_cannot_be_is_named_and_nothing_is_saved(
    signed_in: Client, draft: PackDraft, field: str, value: str
) -> None:
    address = at(draft, "prompt", "cost_bill")
    answer = signed_in.post(address, of_prompt(draft, "cost_bill", **{field: value}))
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    draft.refresh_from_db()
    assert draft.revision == 0


def test_shares_that_almost_make_up_the_whole_are_not_told_as_the_whole(
    signed_in: Client, draft: PackDraft
) -> None:
    ids = [f"share_{one}" for one in ("cost_latency_ops", "eval_discipline", "communication")]
    none = {f"share_{one['id']}": "" for one in draft.body["dimensions"]}
    sent = of_prompt(draft, "cost_bill", **(none | dict.fromkeys(ids, "33.33333")))
    answer = signed_in.post(at(draft, "prompt", "cost_bill"), sent)
    assert "add up to 99.99999\u00a0%" in text(answer)


def test_dimensions_and_questions_are_added_and_removed(
    signed_in: Client, draft: PackDraft
) -> None:
    add = reverse("draft-add", args=[draft.pk])
    made = signed_in.post(add, {"dimension": "1", "dimension-name": "Fairness to users"})
    assert made["Location"] == at(draft, "dimension", "fairness_to_users")
    assert signed_in.get(made["Location"]).status_code == 200
    sent = {"prompt": "1", "prompt-round": "peer", "prompt-dimension": "fairness_to_users"}
    made = signed_in.post(add, sent)
    assert made["Location"] == at(draft, "prompt", "fairness_to_users_question")
    for sheet, id in (("dimensions", "fairness_to_users"), ("prompts", "cost_bill")):
        remove = reverse("draft-remove", args=[draft.pk, sheet, id])
        asked = signed_in.get(remove)
        assert (asked.status_code, "Leave it as it is" in text(asked)) == (200, True)
        draft.refresh_from_db()
        assert id in {one["id"] for one in draft.body[sheet]}
        signed_in.post(remove)
    draft.refresh_from_db()
    assert "fairness_to_users" not in {d["id"] for d in draft.body["dimensions"]}
    assert {"cost_bill", "fairness_to_users_question"}.isdisjoint(
        p["id"] for p in draft.body["prompts"]
    )
    nowhere = signed_in.post(reverse("draft-remove", args=[draft.pk, "rounds", "peer"]))
    assert nowhere.status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dimension": "1", "dimension-name": ""}, "Name of the new dimension: This field"),
        ({"dimension": "1", "dimension-name": "x" * 101}, "Name of the new dimension: Ensure"),
        (
            {"prompt": "1", "prompt-round": "async", "prompt-dimension": "gone"},
            "Dimension: Select a valid choice.",
        ),
    ],
)
def test_what_cannot_be_added_is_said_of_the_field_that_was_filled_in(
    signed_in: Client, draft: PackDraft, given: dict[str, str], said: str
) -> None:
    answer = signed_in.post(reverse("draft-add", args=[draft.pk]), given, follow=True)
    assert said in text(answer)


def test_nothing_of_a_draft_goes_at_one_click(signed_in: Client, draft: PackDraft) -> None:
    page = text(signed_in.get(reverse("draft", args=[draft.pk])))
    drop = reverse("draft-drop", args=[draft.pk])
    assert "/remove/" in page
    assert not re.search(r'action="[^"]*/(remove|drop)/"', page)
    assert "cannot be brought back" in text(signed_in.get(drop))
    assert PackDraft.objects.filter(pk=draft.pk).exists()
    signed_in.post(drop)
    assert reverse("draft", args=[draft.pk]) not in text(signed_in.get(reverse("packs")))


def test_what_is_hostile_stays_text(signed_in: Client, draft: PackDraft) -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} &amp; 'quotes\": - x"
    address = at(draft, "prompt", "eval_search")
    signed_in.post(address, of_prompt(draft, "eval_search", text=hostile))
    assert (
        signed_in.post(address, of_prompt(draft, "eval_search", text="a\x00b")).status_code == 422
    )
    for page in (
        reverse("draft", args=[draft.pk]),
        reverse("preview-prompt", args=[f"d-{draft.pk}", 1]),
    ):
        assert "<script>alert" not in text(signed_in.get(page))
    assert "&lt;script&gt;alert(1)" in text(signed_in.get(page))


def test_publishing_leads_to_the_version_with_where_it_is_used_and_what_differs(
    signed_in: Client, draft: PackDraft, opening: Opening
) -> None:
    sent = of_prompt(draft, "cost_bill", minutes="12")
    signed_in.post(at(draft, "prompt", "cost_bill"), sent)
    answer = signed_in.post(reverse("draft-publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.version is not None
    assert answer["Location"] == reverse("pack", args=[draft.version.hash])
    assert "The judges read all of it" in text(signed_in.get(answer["Location"]))
    assert opening.title in text(signed_in.get(reverse("pack", args=[opening.pack_id])))
    pages = {"old": opening.pack_id, "new": draft.version.hash}
    page = text(signed_in.get(reverse("packs-differences"), pages))
    assert "Question cost_bill, minutes" in page
    assert "<del>15</del>" in page
    assert "<ins>12</ins>" in page
    assert "1.0.1" in text(signed_in.get(reverse("packs")))


def test_a_draft_that_the_judges_learn_shows_how_far_they_are(
    signed_in: Client, draft: PackDraft
) -> None:
    address = at(draft, "prompt", "cost_bill")
    signed_in.post(address, of_prompt(draft, "cost_bill", text="Who pays?"))
    page = text(signed_in.get(reverse("draft", args=[draft.pk])))
    assert "The judges leave a part of it to people." in page
    assert "asked by “Who pays?”" in page
    signed_in.post(reverse("draft-publish", args=[draft.pk]))
    assert "waits for a worker" in text(signed_in.get(reverse("draft", args=[draft.pk])))
    PackDraft.objects.update(state="learning", steps_done=3, steps_of=19)
    page = text(signed_in.get(reverse("draft", args=[draft.pk])))
    assert "step 3 of 19" in page
    assert 'data-seconds="2"' in page
    PackDraft.objects.update(state="failed", error="OSError: no space left")
    page = text(signed_in.get(reverse("draft", args=[draft.pk])))
    assert "no space left" in page
    assert "Publish it without judges" in page
    page = text(signed_in.get(address))
    assert "The judges could not learn this draft" in page
    assert "was published" not in page


def test_a_character_that_nobody_sees_is_refused_with_its_place(
    signed_in: Client, draft: PackDraft
) -> None:
    address = at(draft, "dimension", "eval_discipline")
    for unseen, code in (("\u202e", "202E"), ("\x07", "0007")):
        sent = of_dimension(draft, "eval_discipline", level_3=f"Names {unseen}a price.")
        answer = signed_in.post(address, sent)
        assert answer.status_code == 422
        assert f"Before “a price.” stands a character that nobody sees, U+{code}" in text(answer)
    draft.refresh_from_db()
    assert draft.revision == 0
    sent = of_dimension(draft, "eval_discipline", level_3="A\u00a0price,\tand کتاب\u200cها.")
    assert signed_in.post(address, sent).status_code == 302


def test_a_preview_walks_through_every_page_and_keeps_and_records_nothing(
    signed_in: Client, draft: PackDraft
) -> None:
    before = LedgerEntry.objects.count()
    for token in (f"d-{draft.pk}", f"v-{draft.base_id}"):
        start = text(signed_in.get(reverse("preview-start", args=[token])))
        assert f'action="{reverse("preview-begin", args=[token])}"' in start
        assert "<script" not in start
        first = signed_in.post(reverse("preview-begin", args=[token]))["Location"]
        assert first == reverse("preview-prompt", args=[token, 1])
        page = text(signed_in.get(first))
        assert pack_of(draft.base_id).prompts[0].text in page
        assert "/s/" not in page
        assert "<script" not in page
        onward = signed_in.post(first, {"text": "My own words.", "go": "2"})["Location"]
        assert onward == reverse("preview-prompt", args=[token, 2])
        assert "My own words." not in text(signed_in.get(first))
        review = text(signed_in.get(reverse("preview-review", args=[token])))
        assert pack_of(draft.base_id).prompts[0].text in review
        assert "/s/" not in review
        last = signed_in.post(reverse("preview-submit", args=[token]))["Location"]
        assert pack_of(draft.base_id).prompts[0].text in text(signed_in.get(last))
    assert LedgerEntry.objects.count() == before
    assert "/packs/" not in text(signed_in.get(reverse("home"))).replace('href="/packs/"', "")


def test_a_preview_of_a_draft_with_faults_says_so(signed_in: Client, draft: PackDraft) -> None:
    signed_in.post(at(draft, "prompt", "cost_bill"), of_prompt(draft, "cost_bill", text=""))
    answer = signed_in.get(reverse("preview-start", args=[f"d-{draft.pk}"]))
    assert answer.status_code == 409
    assert "has faults" in text(answer)


def test_no_link_of_a_preview_leads_nowhere(signed_in: Client, draft: PackDraft) -> None:
    token = f"d-{draft.pk}"
    pages = [("start", []), ("prompt", [1]), ("review", []), ("done", [])]
    for name, more in pages:
        page = text(signed_in.get(reverse(f"preview-{name}", args=[token, *more])))
        for link in set(re.findall(r'href="(/[^"#]*)"', page)):
            if not link.startswith("/static/"):
                assert signed_in.get(link).status_code == 200, (name, link)


@pytest.mark.parametrize("token", ["v-nothing", "d-nothing", "o-nothing", "x", "d-", ""])
def test_a_preview_of_nothing_is_not_there(signed_in: Client, token: str) -> None:
    assert signed_in.get(f"/packs/preview/{token}/").status_code == 404


def test_another_organisation_sees_no_draft_and_no_version(
    signed_in: Client, draft: PackDraft, mallory: User, now: Any
) -> None:
    sent = of_prompt(draft, "cost_bill", minutes="12")
    signed_in.post(at(draft, "prompt", "cost_bill"), sent)
    signed_in.post(reverse("draft-publish", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.version is not None
    mallory.organisation = Organisation.objects.create(name="Elsewhere", created_at=now)
    mallory.save()
    signed_in.force_login(mallory)
    for address in (
        reverse("draft", args=[draft.pk]),
        at(draft, "prompt", "cost_bill"),
        at(draft, "dimension", "eval_discipline"),
        reverse("draft-rounds", args=[draft.pk]),
        reverse("pack", args=[draft.version.hash]),
        reverse("preview-start", args=[f"d-{draft.pk}"]),
        reverse("preview-start", args=[f"v-{draft.version.hash}"]),
    ):
        assert signed_in.get(address).status_code == 404, address
    assert "1.0.1" not in text(signed_in.get(reverse("packs")))


def test_a_pack_that_is_gone_from_the_store_is_said_and_never_a_broken_page(
    signed_in: Client, draft: PackDraft, settings: Any, tmp_path: Any
) -> None:
    settings.PACK_STORE = tmp_path
    pack_of.cache_clear()
    answer = signed_in.get(reverse("draft", args=[draft.pk]))
    pack_of.cache_clear()
    assert answer.status_code == 503
    assert "cannot be opened" in text(answer)
