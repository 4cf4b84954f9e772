"""The scorecard on a phone: the clock, the stamps, the levels, and nothing lost on the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from tests.browser.conftest import NewContext
from tests.browser.interviews_place import (
    OFFLINE,
    SAVED,
    body_at,
    first_note,
    fresh,
    go_to,
    note,
    notes_in,
    open_card,
    signed_in,
    uuid_of,
    wait_for_note,
)
from tests.browser.place import Place
from tests.sealed import unsealed
from tests.support import wait_until

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def phone(new_context: NewContext, place: Place) -> BrowserContext:
    return signed_in(new_context, place)


def kept(place: Place, interview: str) -> list[str]:
    """Return the versions that are kept beside the card."""
    query = (
        "SELECT k.body, s.id, k.why, k.base_revision, k.device "
        "FROM hiring_keptcard k JOIN hiring_scorecard s ON s.id = k.scorecard_id "
        "WHERE s.interview_id = ?"
    )
    return [
        unsealed(place.home, token, "hiring_keptcard", "body", *(str(one) for one in bound))
        for token, *bound in place.rows(query, interview)
    ]


def open_at_nine(page: Page, place: Place, interview: str) -> None:
    """Open the scorecard on a page whose clock moves only when it is told to."""
    page.clock.install(time=NINE - timedelta(hours=1))  # until then it goes, and loading takes some
    open_card(page, place, interview)
    page.clock.pause_at(NINE)


def choose(page: Page, level: str) -> None:
    """Choose this level for every dimension."""
    for ladder in page.locator(".ladder").all():
        ladder.get_by_label(re.compile(rf"^{re.escape(level)}(\s|$)")).check()


def test_an_interview_from_the_first_question_to_the_locked_card(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_at_nine(page, place, interview)
    stamps = page.locator(".part:visible .stamp")
    expect(stamps.first).to_have_attribute("aria-disabled", "true")
    stamps.first.click(force=True)
    expect(stamps.first).to_have_attribute("aria-pressed", "false")

    page.get_by_role("button", name="Start the clock").click()
    expect(page.get_by_role("checkbox", name="I asked this")).to_be_checked()
    page.clock.run_for(47_000)
    expect(page.get_by_role("timer")).to_have_text("0:47")
    stamps.first.click()
    expect(stamps.first).to_have_attribute("aria-pressed", "true")
    expect(stamps.first).to_contain_text("after 0:47")
    page.clock.run_for(13_000)
    stamps.nth(1).click()
    expect(stamps.nth(1)).to_contain_text("after 1:00")
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(stamps.nth(1)).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(60_000)
    expect(page.get_by_role("timer")).to_have_text("1:00")
    note(page, "Asked what the labels mean.")

    for _ in (2, 3):
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Start the clock").click()
        page.clock.run_for(5_000)
    go_to(page, "Levels")
    expect(page.get_by_role("heading", name="Levels")).to_be_focused()
    first = page.locator(".ladder").first
    first.get_by_label("3.5").check()
    page.get_by_role("button", name="Next").click()
    note(page, "Calm.")
    page.get_by_role("button", name="Check and lock").click()
    expect(page.get_by_role("heading", name="Before it can be locked")).to_be_visible()
    page.get_by_role("button", name="Lock my scorecard").click()
    expect(page.get_by_role("alert")).to_contain_text("Give each a level, or choose “not seen”")

    page.get_by_role("link", name="Choose one").first.click()
    expect(page.locator("score-card.live")).to_be_visible()
    choose(page, "Not seen")
    first.get_by_label("3.5").check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Check and lock").click()
    expect(page.get_by_text("after 0:47")).to_be_visible()
    page.get_by_role("button", name="Lock my scorecard").click()
    expect(page.get_by_role("heading", name="Locked scorecard")).to_be_visible()
    levels = "SELECT level FROM hiring_cardlevel l JOIN hiring_scorecard s ON s.id = l.scorecard_id"
    assert place.rows(f"{levels} WHERE s.interview_id = ?", interview) == [(3.5,)]
    body = body_at(place, interview)
    assert [one["seconds"] for one in body["stamps"]] == [47]
    assert body["questions"][0]["seconds"] == 60
    assert body["questions"][0]["notes"] == "Asked what the labels mean."


def test_a_clock_that_runs_goes_on_through_a_reload(phone: BrowserContext, place: Place) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_at_nine(page, place, interview)
    page.get_by_role("button", name="Start the clock").click()
    page.clock.run_for(20_000)
    # The page's clock stands still from here, so what it says of saving may wait for its timers.
    wait_until(
        lambda: any(one["started_at"] for one in body_at(place, interview).get("questions", ())),
        what="the server to know that the clock runs",
    )  # fmt: skip
    page.reload()
    expect(page.locator("score-card.live")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.clock.run_for(10_000)
    expect(page.get_by_role("timer")).to_have_text("0:30")


def test_a_tap_on_a_stamp_takes_it_back_and_undo_brings_its_time_again(
    phone: BrowserContext, place: Place
) -> None:
    page = phone.new_page()
    open_at_nine(page, place, fresh(place))
    page.get_by_role("button", name="Start the clock").click()
    page.clock.run_for(5_000)
    stamp = page.locator(".part:visible .stamp").first
    stamp.click()
    page.clock.run_for(30_000)
    stamp.click()
    expect(stamp).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(stamp).to_contain_text("after 0:05")


def test_the_clock_is_never_said_aloud_and_saving_only_when_it_matters(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    said = page.locator("score-card [data-announce]")
    expect(page.get_by_role("timer")).to_have_attribute("aria-live", "off")
    note(page, "Quietly.")
    wait_for_note(place, interview, "Quietly.")
    expect(page.locator(SAVED)).to_be_visible()
    expect(said).to_have_text("")
    phone.set_offline(True)
    note(page, " Still.")
    expect(said).to_have_text(OFFLINE)
    phone.set_offline(False)
    expect(said).to_have_text("Connection is back, saved")


def test_what_is_written_offline_is_sent_when_the_connection_is_back(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    note(page, "Online.")
    wait_for_note(place, interview, "Online.")
    phone.set_offline(True)
    note(page, " In the lift.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    go_to(page, "Levels")
    page.locator(".ladder").first.get_by_label("4.5").check()
    phone.set_offline(False)
    wait_for_note(place, interview, "Online. In the lift.")
    wait_until(lambda: 4.5 in body_at(place, interview)["levels"].values(), what="the level")
    expect(page.locator(SAVED)).to_be_visible()


def test_a_page_closed_while_offline_leaves_its_card_for_the_next(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    phone.set_offline(True)
    note(page, "Written in a tunnel.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    open_card(page, place, interview)
    expect(page.locator("#notes-1")).to_have_value("Written in a tunnel.")
    wait_for_note(place, interview, "Written in a tunnel.")
    expect(page.locator(".clashes")).to_be_hidden()


def test_a_server_killed_while_somebody_writes_loses_nothing(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    note(page, "Before.")
    wait_for_note(place, interview, "Before.")
    place.kill()
    try:
        note(page, " During.")
        expect(page.locator(".save-status")).to_have_text(OFFLINE)
        assert first_note(place, interview) == "Before."
    finally:
        place.start()
    note(page, " After.")
    wait_for_note(place, interview, "Before. During. After.")
    expect(page.locator(".clashes")).to_be_hidden()


def test_two_pages_that_changed_different_things_are_put_together(
    phone: BrowserContext, place: Place
) -> None:
    interview = fresh(place)
    one, other = phone.new_page(), phone.new_page()
    for page in (one, other):
        open_card(page, place, interview)
    phone.set_offline(True)
    one.get_by_role("button", name="Start the clock").click()
    one.locator(".part:visible .stamp").first.click()
    go_to(other, "Levels")
    other.locator(".ladder").first.get_by_label("2.5").check()
    go_to(other, "Notes")
    note(other, "On the laptop.")
    for page in (one, other):
        expect(page.locator(".save-status")).to_have_text(OFFLINE)
    phone.set_offline(False)

    def together() -> bool:
        body = body_at(place, interview)
        written = (len(body["stamps"]), list(body["levels"].values()), body["notes"])
        return written == (1, [2.5], "On the laptop.")

    wait_until(together, what="the changes of both pages")
    for page in (one, other):
        expect(page.locator(".clashes")).to_be_hidden()


@pytest.fixture
def clash(phone: BrowserContext, place: Place) -> tuple[Page, str, str, str]:
    """Two pages wrote on the same question; returns the one that must choose, and both texts."""
    interview = fresh(place)
    pages = phone.new_page(), phone.new_page()
    for page in pages:
        open_card(page, place, interview)
    phone.set_offline(True)
    for page, text in zip(pages, ("One.", "Another."), strict=True):
        note(page, text)
        expect(page.locator(".save-status")).to_have_text(OFFLINE)
    phone.set_offline(False)
    settled = ".save-status:is([data-state=clash], [data-state=back])"
    for page in pages:
        page.locator(settled).wait_for()
    first, second = sorted(pages, key=lambda page: page.locator(".clashes").is_visible())
    expect(second.locator(".clashes")).to_be_visible()
    expect(first.locator(".clashes")).to_be_hidden()
    return second, interview, notes_in(second), first_note(place, interview)


def test_the_same_notes_changed_twice_stand_side_by_side_and_both_are_kept(
    clash: tuple[Page, str, str, str], place: Place
) -> None:
    page, interview, mine, theirs = clash
    expect(page.locator("[data-mine]")).to_have_text(mine)
    expect(page.locator("[data-theirs]")).to_have_text(theirs)
    wait_until(
        lambda: any(mine in body for body in kept(place, interview)),
        what="the version written here to be kept",
    )  # fmt: skip
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-mine]")).to_have_text(mine)
    expect(page.locator("[data-theirs]")).to_have_text(theirs)


@pytest.mark.parametrize("button", ["Keep this one", "Keep the other one", "Put both together"])
def test_a_choice_settles_it(clash: tuple[Page, str, str, str], place: Place, button: str) -> None:
    page, interview, mine, theirs = clash
    page.get_by_role("button", name=button).click()
    expect(page.locator(".clashes")).to_be_hidden()
    wanted = {"Keep this one": mine, "Keep the other one": theirs}.get(
        button, f"{theirs}\n\n{mine}"
    )
    wait_for_note(place, interview, wanted)
    expect(page.locator("#notes-1")).to_have_value(wanted)
    note(page, " And on.")
    wait_for_note(place, interview, f"{wanted} And on.")


def test_leaving_with_unsaved_changes_is_asked_about(phone: BrowserContext, place: Place) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    phone.set_offline(True)
    note(page, "Not sent.")
    expect(page.locator(".save-status")).to_have_text(OFFLINE)
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    wait_until(
        lambda: page.evaluate("1") == 1 and asked == ["beforeunload"], what="the question to stay"
    )
    phone.set_offline(False)
    wait_for_note(place, interview, "Not sent.")


def test_who_was_signed_out_is_told_and_saved_after_signing_in_again(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    cookies = phone.cookies()
    phone.clear_cookies()
    note(page, "Alone.")
    expect(page.locator(".save-status")).to_contain_text("Signed out")
    phone.add_cookies(cookies)  # type: ignore[arg-type]
    wait_for_note(place, interview, "Alone.")


def test_a_card_locked_on_another_page_is_not_written_to(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    open_card(page, place, interview)
    go_to(page, "Levels")
    choose(page, "Not seen")
    page.locator(SAVED).wait_for()
    other = phone.new_page()
    other.goto(page.url.split("#")[0].replace("/card/", "/lock/"))
    other.get_by_role("button", name="Lock my scorecard").click()
    expect(other.get_by_role("heading", name="Locked scorecard")).to_be_visible()
    go_to(page, "Notes")
    note(page, "Too late.")
    expect(page.locator(".save-status")).to_contain_text("The scorecard is locked.")
    assert body_at(place, interview)["notes"] == ""
    assert any("Too late." in body for body in kept(place, interview))


def test_the_card_works_without_a_script(new_context: NewContext, place: Place) -> None:
    context = signed_in(new_context, place, java_script_enabled=False)
    page, interview = context.new_page(), fresh(place)
    page.goto(f"{place.url}/interviews/{uuid_of(interview)}/card/")
    page.locator("#notes-1").fill("By hand.")
    page.locator("#seconds-1").fill("200")
    page.get_by_role("checkbox", name="I asked this").first.check()
    choose(page, "Not seen")
    page.locator(".ladder").first.get_by_label("3.5").check()
    page.get_by_role("button", name="Check and lock").click()
    expect(page.get_by_text("asked, 3:20 minutes")).to_be_visible()
    page.get_by_role("button", name="Lock my scorecard").click()
    expect(page.get_by_role("heading", name="Locked scorecard")).to_be_visible()
    assert first_note(place, interview) == "By hand."


def test_what_somebody_fills_in_before_the_script_is_there_stays_and_is_saved(
    phone: BrowserContext, place: Place
) -> None:
    page, interview = phone.new_page(), fresh(place)
    held: list[Route] = []
    page.route("**/scorecard*.js", lambda route: held.append(route))
    page.goto(f"{place.url}/interviews/{uuid_of(interview)}/card/", wait_until="commit")
    page.locator("#notes-1").fill("Quick.")
    page.get_by_role("checkbox", name="I asked this").first.check()
    page.locator(".ladder").first.get_by_label("3.5").check()
    page.locator("#notes-2").press_sequentially("And on")
    held[0].continue_()
    expect(page.locator("score-card.live")).to_be_visible()
    expect(page.locator("#notes-2")).to_be_focused()
    wait_for_note(place, interview, "Quick.")
    body = body_at(place, interview)
    assert [one["asked"] for one in body["questions"]][:2] == [True, False]
    assert body["questions"][1]["notes"] == "And on"
    assert list(body["levels"].values()) == [3.5]
