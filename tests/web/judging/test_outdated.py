"""Pages say which versions' judges are of an earlier release, why people rate, and what to do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.outdated import outdated_folder, take_in_outdated

from evenhand.config import doctor
from evenhand.hiring.drafts.services import begin_draft
from evenhand.hiring.models import Opening, PackDraft, PackVersion, Sitting, User
from evenhand.hiring.openings.packs import offered_version, pack_of, take_in_offered
from evenhand.hiring.scoring.services import estimate_sitting, read_answer
from evenhand.hiring.sittings.services import submit
from evenhand.judges.unread import NoJudges
from evenhand.judges.verdicts import OUTDATED
from evenhand.rubric import PackError

EARLIER = "of an earlier release"


@pytest.fixture
def pack_version(db: None, now: datetime) -> PackVersion:
    return take_in_outdated(now)


def text(client: Client, name: str, *args: object) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_the_openings_page_says_so_and_leads_to_the_version_that_this_release_offers(
    signed_in: Client, opening: Opening
) -> None:
    address = reverse("opening-version", args=[opening.pk])
    assert f"The judges of {opening.pack} are {EARLIER}" in text(signed_in, "opening", opening.pk)
    assert offered_version() is None
    page = text(signed_in, "opening-version", opening.pk)
    newer = offered_version()
    assert newer is not None
    assert f'value="{newer.hash}"' in page
    said = signed_in.post(address, {"pack": newer.hash}).content.decode()
    assert "was not tried here yet" in said
    assert str(newer) in text(signed_in, "judges")
    Opening.objects.update(pack=newer)
    assert EARLIER not in text(signed_in, "opening", opening.pk)


def test_judges_lists_the_versions_and_who_takes_them_up(
    signed_in: Client, opening: Opening
) -> None:
    page = text(signed_in, "judges")
    assert f"The judges of these versions are {EARLIER}" in page
    assert f'<a href="{reverse("opening-version", args=[opening.pk])}">{opening.title}</a>' in page


def test_the_report_says_why_people_rate(
    signed_in: Client, opening: Opening, sitting: Sitting, now: datetime
) -> None:
    submit(sitting=sitting, now=now)
    panel = NoJudges(pack_of(opening.pack_id), OUTDATED)
    for answer in sitting.answers.all():
        read_answer(answer.pk, panel, now)
    estimate_sitting(sitting.pk, panel, now)
    page = text(signed_in, "report", sitting.application_id)
    assert f"Left to people, which is nothing against whoever wrote it: {OUTDATED}" in page.replace(
        "</strong>", ""
    )


def test_a_version_of_ones_own_is_published_unchanged_for_the_judges_to_learn_anew(
    signed_in: Client, opening: Opening, pack_version: PackVersion, alice: User, now: datetime
) -> None:
    assert "No judge reads this version any more" in text(signed_in, "pack", pack_version.hash)
    draft = begin_draft(base=pack_version, by=alice, now=now)
    assert "publish this one, also without a change" in text(signed_in, "draft", draft.pk)
    signed_in.post(reverse("draft-publish", args=[draft.pk]))
    draft.refresh_from_db()
    # What the version before came with fits no more, so it is not taken along.
    assert (draft.state, draft.version) == (PackDraft.State.ASKED, None)


def test_an_offered_pack_that_was_not_calibrated_anew_is_not_taken_in_and_the_doctor_says_so(
    db: None, tmp_path: Path, settings: Settings, now: datetime
) -> None:
    folder = outdated_folder(tmp_path / "own")
    settings.PACK = str(folder)
    with pytest.raises(PackError, match=f"earlier release; run: .* calibrate {folder}"):
        take_in_offered(now=now)
    check = doctor._judges()
    assert not check.ok
    assert check.remedy == f"python -m evenhand.judges calibrate {folder}"
