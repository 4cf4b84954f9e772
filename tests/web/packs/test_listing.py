"""The list of packs: what to do while it is empty, and telling two versions apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from evenhand.hiring.drafts.setting_up import begin_setup, change_pack
from evenhand.hiring.models import PackVersion, User
from evenhand.rubric import compare, load_pack, shipped_pack
from evenhand.web.packs.words import line_of, titled


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_empty_list_says_that_the_pack_needs_no_change(signed_in: Client) -> None:
    page = text(signed_in.get(reverse("packs")))
    assert "A new opening takes it as it is" in page
    assert f'href="{reverse("opening-new")}"' in page
    assert "There are not two versions" in text(signed_in.get(reverse("packs-differences")))


def test_versions_of_one_name_and_number_are_told_apart() -> None:
    twins = [PackVersion(hash=sign * 64, name="Pack", version="1.0.0") for sign in "ab"]
    other = PackVersion(hash="c" * 64, name="Pack", version="1.0.1")
    assert [title for _one, title in titled([*twins, other])] == [
        "Pack 1.0.0 (aaaaaaaa)", "Pack 1.0.0 (bbbbbbbb)", "Pack 1.0.1",
    ]  # fmt: skip


def test_a_draft_names_the_opening_that_it_is_for(
    signed_in: Client, pack_version: PackVersion, alice: User, now: Any
) -> None:
    setup = begin_setup(given={"title": "Ranking engineer"}, pack=pack_version, by=alice, now=now)
    change_pack(draft=setup, by=alice, now=now)
    assert "changed for Ranking engineer" in text(signed_in.get(reverse("packs")))


def test_a_difference_in_a_round_is_told_by_the_name_of_the_round() -> None:
    old = load_pack(shipped_pack())
    rounds = tuple(replace(one, minutes=30) for one in old.rounds)
    new = replace(old, rounds=rounds)
    titles = [line_of(one, old, new).title for one in compare(old, new)]
    assert "Round “Written assessment”, minutes" in titles
