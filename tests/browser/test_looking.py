"""What looks at our pages sees what is wrong in one width or one scheme alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from tests.browser.looking import faults_of

PAGE = """<!doctype html><html lang="en"><head><title>A page</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>
    html { color: #000; background: #fff; }
    @media (prefers-color-scheme: dark) { html { color: #fff; background: #000; } }
    STYLE
</style></head><body><main><h1>A page</h1><p id="text">Some text.</p>
<details><summary>More</summary><p id="folded">More text.</p></details></main></body></html>"""


def in_scheme(scheme: str, style: str) -> str:
    return f"@media (prefers-color-scheme: {scheme}) {{ {style} }}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_sound_page_has_no_fault_and_is_left_as_it_was(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(PAGE.replace("STYLE", ""))
    assert faults_of(page) == []
    assert page.viewport_size == {"width": 360, "height": 800}
    assert page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
    assert page.locator("details[open]").count() == 0


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (in_scheme("light", "#text { color: #ccc; }"), "light: about:blank: color-contrast"),
        (in_scheme("dark", "#text { color: #333; }"), "dark: about:blank: color-contrast"),
        (in_scheme("light", "#folded { color: #ccc; }"), "light: about:blank: color-contrast"),
        ("@media (min-width: 1000px) { #text { width: 1400px; } }", "1280 light: about:blank: scr"),
        ("@media (max-width: 500px) { #text { width: 700px; } }", "360 dark: about:blank: scroll"),
    ],
)
def test_a_fault_in_one_view_alone_is_found_once_and_named(
    page: Page, monkeypatch: pytest.MonkeyPatch, style: str, said: str
) -> None:
    monkeypatch.delenv("EVENHAND_TEST_EVERY_VIEW", raising=False)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content(PAGE.replace("STYLE", style))
    (found,) = faults_of(page)
    assert said in found
