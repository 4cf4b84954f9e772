"""One's own account in a real browser: passkeys, an authenticator app, sessions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import NewContext
from tests.browser.looking import arrived
from tests.browser.place import Place

Faults = Callable[[Page], list[str]]
PASSWORD = "a passkey is better 1"


def somebody(place: Place, email: str) -> str:
    """Make an account of its own, whose factors are in nobody's way."""
    subprocess.run(
        [sys.executable, "-m", "evenhand", "add-user", email], input=f"{PASSWORD}\n",
        text=True, env=place.environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return email


def sign_in(page: Page, place: Place, email: str) -> None:
    page.goto(f"{place.url}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    arrived(page.get_by_role("button", name="Sign out"))


def confirm(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def with_a_key(context: BrowserContext, page: Page) -> None:
    """Give the browser an authenticator of its own, as a laptop or a phone has one."""
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True,
    }  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_added_and_then_opens_the_account_without_a_password(
    new_context: NewContext, place: Place
) -> None:
    email = somebody(place, "key@example.org")
    context = new_context()
    page = context.new_page()
    with_a_key(context, page)
    sign_in(page, place, email)
    page.get_by_role("link", name="Account").click()
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Add").click()
    confirm(page)
    arrived(page.get_by_label("Passwordless"))  # only a script can talk to the authenticator
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    page.get_by_text("recovery codes", exact=False).first.wait_for()
    page.get_by_role("button", name="Sign out").click()
    arrived(page.get_by_role("button", name="passkey"))
    page.get_by_role("button", name="passkey").click()
    expect(page.get_by_role("link", name="Account")).to_be_visible()


def test_no_page_of_an_account_has_a_violation_or_scrolls_sideways(
    new_context: NewContext, place: Place, faults: Faults
) -> None:
    email = somebody(place, "every-page@example.org")
    page = new_context(viewport={"width": 360, "height": 800}, color_scheme="dark").new_page()

    def look() -> None:
        assert faults(page) == []

    page.goto(f"{place.url}/account/sign-up/")
    look()
    sign_in(page, place, email)
    page.get_by_role("link", name="Account").click()
    arrived(page.get_by_role("heading", name="Your account"))
    look()
    page.goto(f"{place.url}/account/second-factor/")
    look()
    page.goto(f"{place.url}/account/second-factor/totp/activate/")
    look()
    confirm(page)
    page.wait_for_url("**/totp/activate/")
    look()
    for path in (
        "second-factor/webauthn/",
        "second-factor/webauthn/add/",
        "sessions/",
        "password/",
    ):
        page.goto(f"{place.url}/account/{path}")
        look()
