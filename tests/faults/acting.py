"""People at work on a server that is killed under them, who note down what it said is saved."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

CSRF: Final = "a" * 32
"""Cookie and header need only be the same: whoever can set both is this very browser."""
PAUSE: Final = 0.04
"""Seconds that a person takes between two acts, so that the machine is not taken up by them."""
PATIENCE: Final = 15  # seconds, as the script of the page has


@dataclass
class Diary:
    """What was sent, and what the server said is saved.

    Attributes:
        saves: `[sitting, prompt, revision, text]` of each acknowledged save of an answer.
        aside: `[sitting, prompt, text]` of each text that came in conflict, acknowledged as kept.
        sent: `[sitting, prompt, text]` of each text that left, acknowledged or not.
        handed_in: acknowledged sittings.
        begun: acknowledged sittings and interviews.
        cards: `[interview, revision, notes]` of each acknowledged save of a scorecard.
        cards_sent: `[interview, notes]` of each that left.
        locked, invited, revoked: acknowledged interviews, addresses and applications.
        leans: `[application, chance]`; decisions: `[application, outcome, reason]`.
    """

    saves: list[list[Any]] = field(default_factory=list)
    aside: list[list[str]] = field(default_factory=list)
    sent: list[list[str]] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    handed_in: list[str] = field(default_factory=list)
    cards: list[list[Any]] = field(default_factory=list)
    cards_sent: list[list[str]] = field(default_factory=list)
    locked: list[str] = field(default_factory=list)
    leans: list[list[Any]] = field(default_factory=list)
    decisions: list[list[str]] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)

    NOT_ACKNOWLEDGED = ("sent", "cards_sent")

    def counts(self) -> dict[str, int]:
        """Return how many of each kind were acknowledged."""
        kinds = asdict(self)
        return {kind: len(kinds[kind]) for kind in kinds if kind not in self.NOT_ACKNOWLEDGED}

    def total(self) -> int:
        """Return how many acts were acknowledged."""
        return sum(self.counts().values())


class Stopped(Exception):
    """The rounds are over; nobody tries again."""


class Browser:
    """Sends to a server until it answers, as the pages' scripts do."""

    def __init__(self, port: int, stop: threading.Event, session: str = "") -> None:
        self._port, self._stop = port, stop
        cookies = f"csrftoken={CSRF}" + (f"; sessionid={session}" if session else "")
        self._headers = {"Cookie": cookies, "X-CSRFToken": CSRF}

    def post(self, path: str, form: Mapping[str, object]) -> tuple[int, str]:
        """Send a form once; returns the status and where it leads, or 0 where no answer came."""
        kind = "application/x-www-form-urlencoded"
        status, where, _body = self._send("POST", path, urlencode(form).encode(), kind)
        return status, where

    def send(self, path: str, payload: object) -> tuple[int, dict[str, Any]]:
        """Send an object once; returns the status and the reply, or 0 where no answer came."""
        sent = json.dumps(payload).encode()
        status, _where, body = self._send("POST", path, sent, "application/json")
        return (status, json.loads(body)) if status and status < 500 else (0, {})

    def get(self, path: str) -> str:
        """Return a page, however long it takes."""
        body: bytes = self.insist(lambda: self._send("GET", path, None, ""))[2]
        return body.decode()

    def insist(self, act: Callable[[], tuple[Any, ...]]) -> tuple[Any, ...]:
        """Do something again until it has an answer that is no fault of the server's."""
        while True:
            done = act()
            if done[0] and done[0] < 500:
                return done
            self.rest()

    def rest(self) -> None:
        """Pause between two acts."""
        if self._stop.wait(PAUSE):
            raise Stopped

    def _send(
        self, method: str, path: str, body: bytes | None, kind: str
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {**self._headers, "Content-Type": kind})
            reply = connection.getresponse()
            return reply.status, reply.getheader("Location") or "", reply.read()
        except (OSError, http.client.HTTPException):
            return 0, "", b""
        finally:
            connection.close()


class Writer:
    """A candidate at a time: begins, saves as the page does, now and then in two tabs, hands in."""

    def __init__(self, browser: Browser, diary: Diary, random: Random) -> None:
        self._browser, self._diary, self._random = browser, diary, random

    def sit(self, sitting: Mapping[str, Any], *, hands_in: bool) -> None:
        """Go through one sitting."""
        path, me = sitting["path"], sitting["id"]
        status, where = self._browser.insist(
            lambda: self._browser.post(f"{path}begin", {"consent": "on"})
        )
        assert (status, where) == (302, f"{path}1/"), (status, where)
        self._diary.begun.append(me)
        for number, prompt in enumerate(sitting["prompts"], start=1):
            self._write(path, me, prompt)
            if self._random.random() < 0.5:
                self._browser.insist(
                    lambda n=number: self._browser.send(f"{path}{n}/finish", {})  # type: ignore[misc]
                )
        if hands_in:
            status, where = self._browser.insist(lambda: self._browser.post(f"{path}submit", {}))
            assert (status, where) == (302, f"{path}done/"), (status, where)
            self._diary.handed_in.append(me)

    def _write(self, path: str, me: str, prompt: str) -> None:
        text, base = f"{me} {prompt}", 0
        for number in range(self._random.randint(3, 6)):
            text += f" word{number}"
            base, text = self._save(path, me, prompt, text, base)
            if self._random.random() < 0.1:
                self._other_tab(path, me, prompt, f"{text} in another tab", base - 1)

    def _save(self, path: str, me: str, prompt: str, text: str, base: int) -> tuple[int, str]:
        """Save until it is acknowledged; the person may type on while the server is away."""
        while True:
            self._diary.sent.append([me, prompt, text])
            payload = {"text": text, "base_revision": base, "tab": "one", "replace": False}
            status, reply = self._browser.send(f"{path}save/{prompt}", payload)
            if status == 200:
                self._diary.saves.append([me, prompt, reply["revision"], text])
                self._browser.rest()
                return reply["revision"], text
            if status == 409:
                # An earlier text of this page is there, whose confirmation was lost on the way.
                self._diary.aside.append([me, prompt, text])
                base = reply["revision"]
                continue
            assert status == 0, (status, reply)
            if self._random.random() < 0.2:
                text += " typed-on"
            self._browser.rest()

    def _other_tab(self, path: str, me: str, prompt: str, text: str, base: int) -> None:
        self._diary.sent.append([me, prompt, text])
        # A name for each conflict, as the page has: under one name the last version is kept.
        tab = f"other{len(self._diary.sent)}"
        payload = {"text": text, "base_revision": base, "tab": tab, "replace": False}
        status, _reply = self._browser.send(f"{path}save/{prompt}", payload)
        if status == 409:
            self._diary.aside.append([me, prompt, text])


def interview(
    browser: Browser, diary: Diary, planned: list[dict[str, Any]], to_begin: list[str]
) -> Iterator[None]:
    """Begin interviews; fill scorecards in, save after save, and lock them."""
    for number, one in enumerate(planned):
        me, base, body = one["id"], 0, one["card"]
        if number < len(to_begin):
            other = to_begin[number]
            browser.insist(lambda o=other: browser.post(f"/interviews/{o}/begin/", {}))  # type: ignore[misc]
            diary.begun.append(other)
        for save in range(5):
            body = {**body, "notes": f"{me} heard {save} things"}
            diary.cards_sent.append([me, body["notes"]])
            payload = {"body": body, "base_revision": base, "device": "one"}
            status, reply = browser.insist(
                lambda m=me, p=payload: browser.send(f"/interviews/{m}/card/save/", p)  # type: ignore[misc]
            )
            assert status == 200, (status, reply)
            base = reply["revision"]
            diary.cards.append([me, base, body["notes"]])
            yield
        status, where = browser.insist(lambda m=me: browser.post(f"/interviews/{m}/lock/", {}))  # type: ignore[misc]
        assert (status, where) == (302, f"/interviews/{me}/locked/"), (status, where)
        diary.locked.append(me)
        yield


def decide(browser: Browser, diary: Diary, people: list[str], random: Random) -> Iterator[None]:
    """Lean on one after the other, and decide and revise on those for as long as there is time."""
    for number in count():
        if number < len(people):
            _lean(browser, diary, people[number], random)
            yield
        me = random.choice(people[: number + 1])
        path, outcome = f"/applications/{me}/decision/", random.choice(("advance", "hold"))
        reason = f"Reason {number}"
        while True:
            page = browser.get(path)
            form = {"outcome": outcome, "reason": reason, "chance": 60, **_hidden(page)}
            status, _where = browser.post(path, form)
            if status == 302:
                break
            # 409: the estimates moved while it was read.
            assert status in (0, 409) or status >= 500, status
            browser.rest()
        diary.decisions.append([me, outcome, reason])
        yield


def _lean(browser: Browser, diary: Diary, me: str, random: Random) -> None:
    chance = random.randint(0, 100)
    form = {"lean": "look_closer", "chance": chance, "reason": "It is clear."}
    status, where = browser.insist(lambda: browser.post(f"/applications/{me}/lean/", form))
    assert (status, where) == (302, f"/applications/{me}/decision/"), (status, where)
    diary.leans.append([me, chance])


def _hidden(page: str) -> dict[str, str]:
    fields = {}
    for name in ("number", "estimate"):
        found = re.search(rf'name="{name}" value="(\d+)"', page)
        assert found, page[:2000]
        fields[name] = found[1]
    return fields


def recruit(browser: Browser, diary: Diary, opening: str, to_revoke: list[str]) -> Iterator[None]:
    """Invite people, and take links back."""
    for number, revoked in enumerate(to_revoke):
        email = f"invited{number}@example.org"
        form = {"one-name": f"Invited {number}", "one-email": email, "one": ""}
        status, _where = browser.insist(
            lambda f=form: browser.post(f"/openings/{opening}/candidates/", f)  # type: ignore[misc]
        )
        # 422 says that the address is there already: only the reply was lost.
        assert status in (302, 422), status
        if status == 302:
            diary.invited.append(email)
        yield
        path = f"/applications/{revoked}/link/revoke/"
        browser.insist(lambda p=path: browser.post(p, {}))  # type: ignore[misc]
        diary.revoked.append(revoked)
        yield


def until_stopped(browser: Browser, acts: Iterator[None]) -> None:
    """Let somebody act, one act after the other, until the rounds are over."""
    with suppress(Stopped):
        for _ in acts:
            browser.rest()
