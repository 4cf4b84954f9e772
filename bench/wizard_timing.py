"""How long it takes to set an opening up: the steps of a browser and their seconds.

Starts `evenhand serve`, with its worker, on an empty home, makes an account, and sets two openings
up in Chromium: one with the pack as it is shipped, and one with a changed one: the texts of a
dimension, one indicator more, one question, minutes, bar and weights. Each step is printed with the
seconds that the machine took and those allowed for a person:

- typing at 40 words a minute, five characters to a word, for every character that is entered;
- 5 seconds for every decision: each field that is filled or chosen in, and each button or link.

Reading is allowed for only as far as the decisions go; thinking up what to change is not. Held
against 5 minutes and 60 minutes. Needs Debian's chromium-headless-shell and the test extras.

    python bench/wizard_timing.py [--out FILE.json] [--shots FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parent.parent
EMAIL, PASSWORD = "newcomer@example.org", "correct horse battery"
CHARACTERS_A_SECOND = 40 * 5 / 60
DECISION = 5.0
LIMITS = {"shipped pack": 5 * 60, "changed pack": 60 * 60}
ASKS = (
    "Does the candidate settle what counts as better by measurement that somebody else can repeat?"
)
LEVEL = (
    "Proposes a labelled test set with a fitting metric, compares old with new on it, and writes "
    "down beforehand which difference decides."
)
INDICATOR = (
    "Puts a price on a wrong decision, in money or hours, before choosing how much to measure."
)
PROBE = "Suppose your comparison points to the wrong version. What happens then?"
QUESTION = (
    "The bill for a model that you run has doubled within a quarter, and nobody can say why. "
    "How do you go about it, and what do you tell the people who pay?"
)

REASON = (
    "It misses the limits that the shipped pack misses, by no more; people rate what it abstains "
    "from, and we look at the figures again after twenty candidates."
)


@dataclass
class Step:
    """One step: what the machine took, and what a person is allowed."""

    name: str
    machine: float = 0.0
    characters: int = 0
    decisions: int = 0

    @property
    def human(self) -> float:
        """Seconds allowed for a person."""
        return self.characters / CHARACTERS_A_SECOND + self.decisions * DECISION


@dataclass
class Visit:
    """A person at a browser, whose every act is counted."""

    page: Page
    shots: Path | None
    steps: list[Step] = field(default_factory=list)
    _began: float = 0.0

    def step(self, name: str) -> None:
        """Begin a step; the one before ends."""
        self.end()
        self.steps.append(Step(name))
        self._began = time.monotonic()

    def end(self) -> None:
        """End the step that runs."""
        if self.steps and self._began:
            self.steps[-1].machine = time.monotonic() - self._began
            self._began = 0.0
            if self.shots is not None:
                name = self.steps[-1].name.replace(" ", "-").replace(",", "")
                self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)

    def fill(self, label: str, text: str) -> None:
        """Enter a text into the field of this label."""
        self._fill(self._labelled(label).first, text)

    def _labelled(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(f"^{re.escape(label)}:?$"))

    def _fill(self, where: Locator, text: str) -> None:
        where.fill(text)
        self.steps[-1].characters += len(text)
        self.steps[-1].decisions += 1

    def fill_last(self, label: str, text: str) -> None:
        """Enter a text into the last empty field of this label."""
        fields = self._labelled(label)
        empty = [one for one in fields.all() if not one.input_value()]
        self._fill(empty[0], text)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.steps[-1].decisions += 1

    def follow(self, name: str) -> None:
        """Follow the link of this name."""
        self.page.get_by_role("link", name=name).first.click()
        self.steps[-1].decisions += 1


def with_shipped(visit: Visit, base: str) -> None:
    """Set an opening up with the pack as it is."""
    visit.step("shipped 1, job and contact")
    visit.page.goto(f"{base}/")
    visit.follow("New opening")
    visit.fill("Job title", "Search engineer")
    visit.fill("Whom candidates may ask", "Nora Newcomer")
    visit.press("Next: questions and rubric")
    visit.step("shipped 2, rubric as it is")
    visit.press("Take it as it is")
    visit.step("shipped 3, rounds as they are")
    visit.press("Next: as a candidate sees it")
    visit.step("shipped 4, walk through as a candidate")
    walk(visit)
    visit.step("shipped 5, open")
    visit.follow("Next: open")
    visit.press("Open it")
    visit.page.get_by_role("heading", name="Add candidates").wait_for()
    visit.end()


def walk(visit: Visit) -> None:
    """Look at the pages that a candidate sees, from the first to the last."""
    page = visit.page
    visit.follow("Walk through it")
    page.get_by_label("I have read").or_(page.get_by_role("checkbox")).first.check()
    visit.press("Begin")
    while page.get_by_role("button", name="Next question").count():
        visit.press("Next question")
    visit.press("Review and hand in")
    visit.press("Hand in my answers")
    visit.follow("Back")


def with_changes(visit: Visit, base: str) -> None:
    """Set an opening up with a changed pack."""
    visit.step("changed 1, job and contact")
    visit.page.goto(f"{base}/openings/new/")
    visit.fill("Job title", "Staff engineer, ranking")
    visit.fill("Whom candidates may ask", "Nora Newcomer")
    visit.press("Next: questions and rubric")
    visit.step("changed 2, change the pack")
    visit.press("Change it first")
    visit.step("changed 3, texts of a dimension and an indicator more")
    visit.follow("Eval discipline")
    visit.fill("What it asks", ASKS)
    visit.fill("Level 3, working", LEVEL)
    visit.fill_last("What you see or hear", INDICATOR)
    visit.fill_last("Follow-up question", PROBE)
    visit.press("Save")
    visit.page.get_by_text("Saved.").wait_for()
    visit.follow("Back to the draft")
    visit.step("changed 4, a question and its minutes")
    visit.follow("You launched a feature built on a large language model")
    visit.fill("Question", QUESTION)
    visit.fill("Minutes", "12")
    visit.press("Save")
    visit.page.get_by_text("Saved.").wait_for()
    visit.follow("Back to the draft")
    visit.follow("Done: go on with the opening")
    visit.step("changed 5, minutes, bar, weights and variant")
    visit.fill("Written assessment", "50")
    visit.fill("Bar", "3.2")
    visit.fill("Cross-functional communication", "2")
    visit.fill("Eval discipline", "3")
    visit.page.get_by_label("You release an assistant").check()
    visit.steps[-1].decisions += 1
    visit.press("Next: as a candidate sees it")
    visit.step("changed 6, walk through as a candidate")
    walk(visit)
    visit.step("changed 7, publish; the judges learn it and go through the gate")
    visit.follow("Next: open")
    visit.press("Publish the changed pack")
    gate = visit.page.get_by_role("link", name="Look at its gate")
    visit.page.get_by_role("button", name="Open it").or_(gate).wait_for(timeout=1_800_000)
    if gate.count():
        visit.step("changed 8, the gate missed a limit: say why it is used all the same")
        here = visit.page.url
        visit.follow("Look at its gate")
        visit.fill("Reason", REASON)
        visit.press("Make it active")
        visit.page.get_by_text("It reads what is handed in from now on").wait_for()
        visit.page.goto(here)
    visit.step("changed 9, open")
    visit.press("Open it")
    visit.page.get_by_role("heading", name="Add candidates").wait_for()
    visit.end()


def told(name: str, steps: list[Step]) -> dict[str, object]:
    """Print steps with their seconds; return the figures."""
    print(f"\n{name}")
    for one in steps:
        print(
            f"  {one.machine:6.1f} s machine  {one.human:6.1f} s person "
            f"({one.decisions:2d} decisions, {one.characters:4d} characters)  {one.name}"
        )
    machine, human = sum(one.machine for one in steps), sum(one.human for one in steps)
    limit = LIMITS[name]
    verdict = "met" if machine + human <= limit else "MISSED"
    print(f"  together {machine + human:.0f} s of {limit} s: {verdict}")
    return {
        "steps": [
            {
                "name": one.name,
                "machine_s": round(one.machine, 2),
                "person_s": round(one.human, 1),
                "decisions": one.decisions,
                "characters": one.characters,
            }
            for one in steps
        ],
        "machine_s": round(machine, 1),
        "person_s": round(human, 1),
        "limit_s": limit,
        "met": machine + human <= limit,
    }


def answers(base: str) -> bool:
    """Return whether the server answers."""
    try:
        urllib.request.urlopen(f"{base}/sign-in/", timeout=2).close()  # noqa: S310 (http, ours)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
    return True


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8124)
    arguments.add_argument("--out", type=Path)
    arguments.add_argument("--shots", type=Path)
    chosen = arguments.parse_args()
    base = f"http://localhost:{chosen.port}"
    if chosen.shots is not None:
        chosen.shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as home:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")}
        environment = {**kept, "EVENHAND_HOME": home, "EVENHAND_BASE_URL": base}
        program = [sys.executable, "-m", "evenhand"]
        server = subprocess.Popen(
            [*program, "serve", "--port", str(chosen.port)],
            env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while not answers(base):
                if server.poll() is not None:
                    raise SystemExit("the server ended before it answered")
                time.sleep(0.2)
            typed = f"{PASSWORD}\n{PASSWORD}\n"
            add = [*program, "add-user", EMAIL]
            subprocess.run(add, env=environment, input=typed, text=True, check=True)
            figures = drive(base, chosen.shots)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)
    figures["machine"] = {
        "cores": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()],
        "python": platform.python_version(),
    }
    print(f"\nmachine: {figures['machine']}")
    if chosen.out is not None:
        chosen.out.write_text(json.dumps(figures, indent=2) + "\n")


def drive(base: str, shots: Path | None) -> dict[str, object]:
    """Set both openings up in a browser."""
    program = shutil.which("chromium-headless-shell")
    if program is None:
        raise SystemExit("needs Debian's package chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(20_000)
        page.goto(f"{base}/sign-in/")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Openings", exact=True).wait_for()
        figures: dict[str, object] = {}
        for name, run in (("shipped pack", with_shipped), ("changed pack", with_changes)):
            visit = Visit(page, shots)
            run(visit, base)
            figures[name] = told(name, visit.steps)
        browser.close()
    return figures


if __name__ == "__main__":
    main()
