"""Looking at a page as axe-core does, on a phone and on a desk, in light and in dark."""

from __future__ import annotations

import os
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page

SEEN_BY_AXE: set[Page] = set()
"""Pages that axe-core looked at: it tries inline styles of its own, which the policy refuses.

The browser may report a refusal long after axe-core is done, so it is forgiven for good; other
tests open the same pages without axe-core.
"""

PHONE, DESK = 360, 1280

OF_THE_VIEW: Final = (
    "color-contrast", "link-in-text-block", "scrollable-region-focusable", "skip-link",
    "aria-hidden-focus", "heading-order", "empty-table-header", "th-has-data-cells",
    "scope-attr-valid",
)  # fmt: skip
"""The rules whose answer hangs on colours, on sizes or on what is shown, not on the markup alone.

No other can tell one width or scheme of a page from the other, as no style sheet of ours takes more
than a chart's marks away at any width.
"""

UNFOLD: Final = """() => {
    globalThis.unfolded = [...document.querySelectorAll('details:not([open])')];
    globalThis.unfolded.forEach(each => { each.open = true });
}"""
FOLD: Final = "() => globalThis.unfolded.forEach(each => { each.open = false })"
WIDE: Final = "() => document.documentElement.scrollWidth > innerWidth"
SETTLED: Final = """() => new Promise(
    done => requestAnimationFrame(() => requestAnimationFrame(done)))"""
"""Two frames on, what was changed before is drawn; a change of colours has no way to go then."""
DARK: Final = "() => matchMedia('(prefers-color-scheme: dark)').matches"
HAS_AXE: Final = "() => 'axe' in globalThis"
RUN_AXE: Final = "options => axe.run(options).then(found => found.violations)"

QUICK_AXE: Final = """(WeakMap => {%s
const colour = axe.commons.color.Color.prototype, parse = colour.parseString, known = new Map();
colour.parseString = function (text) {
    if (!known.has(text)) {
        const { r, g, b, alpha } = parse.call(this, text);
        known.set(text, { r, g, b, alpha });
    }
    return Object.assign(this, known.get(text));
};
})(class {
    #key = Symbol();
    has(owner) { return Object.hasOwn(owner, this.#key); }
    get(owner) { return this.has(owner) ? owner[this.#key] : undefined; }
    set(owner, value) { owner[this.#key] = value; return this; }
    delete(owner) { return delete owner[this.#key]; }
})"""
"""axe-core as it is, but less than half the work: most of it was with colours, to see contrast.

It parses the same few of them tens of thousands of times, here each once; and the fields of each
are in six maps with weak keys, which cost much to clear away: here they are with their owner.
"""


def arrived(mark: Locator) -> None:
    """Return once the page that this is on is there as a whole, its scripts too.

    A click is done when another page is under way. It must be something that is on that page and
    not on the one before.
    """
    mark.first.wait_for(state="attached")
    mark.page.wait_for_load_state()


def violations_of(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what axe-core finds wrong with a page; best practices too, if no rules are named."""
    page.wait_for_load_state()
    SEEN_BY_AXE.add(page)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    if not page.evaluate(HAS_AXE):  # once for each document, as half a megabyte is compiled
        page.evaluate(QUICK_AXE % AXE_SCRIPT)
    found = page.evaluate(RUN_AXE, options)
    return [
        f"{page.url}: {each['id']}: {each['help']}: {node['html'][:200]}"
        for each in found
        for node in each["nodes"]
    ]


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with a page in several views; at the end it is as it was before.

    All of axe-core looks at it as it stands; then it is turned to the other width and the other
    scheme, where the rules look again that hang on these; at night to each width in each scheme.
    In none may it scroll sideways. Everything that can be unfolded is.
    """
    size, dark = page.viewport_size, page.evaluate(DARK)
    assert size is not None
    here, there = ("dark", "light") if dark else ("light", "dark")
    width = DESK if size["width"] < (PHONE + DESK) / 2 else PHONE
    views = [(width, there)]
    if "EVENHAND_TEST_EVERY_VIEW" in os.environ:
        views += [(width, here), (size["width"], there)]
    page.evaluate(UNFOLD)
    found = _named(page, here, violations_of(page))
    for wide, scheme in views:
        # Colours that change slowly would be measured on their way.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": wide, "height": size["height"]})
        found += _named(page, scheme, violations_of(page, OF_THE_VIEW))
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=here, reduced_motion="reduce")  # type: ignore[arg-type]
    page.evaluate(FOLD)
    page.evaluate(SETTLED)
    page.emulate_media(color_scheme=here, reduced_motion="null")  # type: ignore[arg-type]
    return found


def _named(page: Page, scheme: str, found: list[str]) -> list[str]:
    if page.evaluate(WIDE):
        found = [*found, f"{page.url}: scrolls sideways"]
    width = page.viewport_size["width"] if page.viewport_size else 0
    return [f"{width} {scheme}: {one}" for one in found]
