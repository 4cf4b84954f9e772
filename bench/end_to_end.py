"""How long a new user waits, on a fresh clone: the list with scored samples, then a report.

Clones this checkout's HEAD into an empty folder, runs `make run` there as the README says, waits
until the six example candidates are scored, then sits the assessment through the open link with
four golden answers and waits for the report. Prints one JSON object.

    python bench/end_to_end.py [--port 8123]
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import platform
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLES = 6
AUTHOR = "d09"


class Browser:
    """A visitor with cookies, as plain as can be."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self._opener.addheaders = [("Referer", f"{base}/")]

    def get(self, path: str) -> str:
        """Return the page at this path."""
        with self._opener.open(self.base + path, timeout=30) as reply:
            return str(reply.read().decode())

    def post(self, path: str, page: str, fields: dict[str, str]) -> str:
        """Send a form of the page just read."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, f"no form on the page before {path}"
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        with self._opener.open(self.base + path, body, timeout=30) as reply:
            return str(reply.read().decode())


def waited(what: str, ready: object, limit: float) -> float:
    """Return the seconds until `ready()` is true."""
    start = time.monotonic()
    assert callable(ready)
    pause = threading.Event()
    while time.monotonic() - start < limit:
        try:
            if ready():
                return time.monotonic() - start
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        pause.wait(0.25)
    raise SystemExit(f"gave up after {limit} s: {what}")


def memory_of_group(group: int) -> float:
    """Return the megabytes of every process in the group, shared pages counted once (PSS)."""
    total = 0
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getpgid(int(folder.name)) == group:
                rollup = (folder / "smaps_rollup").read_text()
                total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]
        except (OSError, TypeError):
            continue
    return total / 1024


def golden_texts() -> dict[str, str]:
    """Return one author's answers by prompt."""
    path = ROOT / "packs" / "production-ml-engineer" / "golden" / "answers.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["prompt"]: row["text"] for row in rows if row["author"] == AUTHOR}


def sit(browser: Browser, start: str) -> None:
    """Answer the four questions through the pages, without JavaScript."""
    texts = golden_texts()
    page = browser.post(f"{start}begin", browser.get(start), {"consent": "on"})
    for number in range(1, 5):
        page = browser.get(f"{start}{number}/")
        prompt = re.search(r'data-prompt="([\w]+)"', page)
        assert prompt, "the question's page names no prompt"
        browser.post(f"{start}{number}/", page, {"text": texts[prompt[1]], "base_revision": "0"})
    browser.post(f"{start}submit", browser.get(f"{start}review/"), {})


def scored(page: str) -> int:
    """Return how many candidates of the list have a report with numbers."""
    return len(re.findall(r'data-state="scored"', page))


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8123)
    port = arguments.parse_args().port
    with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as folder:
        clone = Path(folder) / "evenhand"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        began = time.monotonic()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("EVENHAND_")}
        server = subprocess.Popen(
            ["make", "run"],
            cwd=clone,
            env={**environment, "PORT": str(port)},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )
        try:
            browser = Browser(f"http://localhost:{port}")
            waited("the list", lambda: "data-state" in browser.get("/"), 600)
            shown = time.monotonic() - began
            waited("six reports", lambda: scored(browser.get("/")) >= EXAMPLES, 600)
            ready = time.monotonic() - began
            link = re.search(r"http://localhost:\d+(/s/[^\"<\s]+/)", browser.get("/"))
            assert link, "no open link on the list"
            sit(browser, link[1])
            report = waited("the report", lambda: scored(browser.get("/")) > EXAMPLES, 120)
            memory = memory_of_group(os.getpgid(server.pid))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)
    figures = {
        "seconds_to_list": round(shown, 1),
        "seconds_to_list_with_six_reports": round(ready, 1),
        "seconds_from_submit_to_report": round(report, 1),
        "memory_mb": round(memory),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
