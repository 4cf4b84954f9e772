"""Every setting that is read from the environment, in one table.

`docs/operator.md` prints the same table; a test holds the two together.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

_START: Final = "EVENHAND_"


class SettingError(ValueError):
    """A setting that cannot be used; says which, what it holds and what to write instead."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what it is when unset, and what it is for."""

    name: str
    default: str
    meaning: str

    def text(self) -> str:
        """Return the value as written, or the default."""
        return os.environ.get(self.name) or self.default

    def flag(self) -> bool:
        """Return the value as yes or no."""
        value = self.text().lower()
        if value in {"1", "yes", "true", "on"}:
            return True
        if value in {"", "0", "no", "false", "off"}:
            return False
        raise SettingError(f"{self.name} is {value!r}: write 1 or 0")

    def number(self) -> int:
        """Return the value as a whole number of at least 1."""
        value = self.text()
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            raise SettingError(f"{self.name} is {value!r}: write a whole number of at least 1")
        return int(value)

    def hour(self) -> int | None:
        """Return the value as an hour of the day, 0 to 23; None for off."""
        value = self.text().lower()
        if value == "off":
            return None
        if not value.isascii() or not value.isdigit() or int(value) > 23:
            raise SettingError(f"{self.name} is {value!r}: write an hour from 0 to 23, or off")
        return int(value)

    def address(self, *schemes: str) -> SplitResult:
        """Return the value as an address with a scheme that can be used and a port that is one.

        The error names the variable alone: the value may hold a password.
        """
        with suppress(ValueError):
            parts = urlsplit(self.text())
            if parts.scheme in schemes and (parts.port is None or parts.port):
                return parts
        raise SettingError(
            f"{self.name} is no such address: {self.meaning} Write / # ? @ in a password as "
            "%2F %23 %3F %40."
        )

    def words(self) -> list[str]:
        """Return the value split at commas."""
        return [word.strip() for word in self.text().split(",") if word.strip()]

    def path(self) -> Path:
        """Return the value as an absolute path."""
        return Path(self.text()).expanduser().resolve()


HOME: Final = Setting(
    "EVENHAND_HOME",
    "~/.local/share/evenhand",
    "Folder with the database, the keys and the pack store.",
)
DATABASE: Final = Setting(
    "EVENHAND_DATABASE",
    "",
    "PostgreSQL address (postgresql://user:password@host/name); empty means SQLite in the home.",
)
SECRET_KEY: Final = Setting(
    "EVENHAND_SECRET_KEY",
    "",
    "Key that signs links and sessions; empty means one made at first start and kept in the home.",
)
ANSWER_KEYS: Final = Setting(
    "EVENHAND_ANSWER_KEYS",
    "",
    "File of the keys that answers are encrypted with; empty means answer-keys in the home.",
)
HOSTS: Final = Setting(
    "EVENHAND_HOSTS", "localhost,127.0.0.1", "Host names that the server answers to, with commas."
)
BASE_URL: Final = Setting(
    "EVENHAND_BASE_URL", "http://localhost:8000", "Address that links in e-mails begin with."
)
DEBUG: Final = Setting("EVENHAND_DEBUG", "0", "1 shows details of errors in the browser.")
EXAMPLE: Final = Setting(
    "EVENHAND_EXAMPLE",
    "0",
    "1 signs a visitor from this machine in as the example recruiter; for trying out only.",
)
EMAIL: Final = Setting(
    "EVENHAND_EMAIL",
    "console",
    "Where e-mail goes: console, file:FOLDER, or smtp://user:password@host:port (smtps for TLS).",
)
EMAIL_FROM: Final = Setting(
    "EVENHAND_EMAIL_FROM", "Evenhand <evenhand@localhost>", "Sender of e-mails."
)
REQUIRE_MFA: Final = Setting(
    "EVENHAND_REQUIRE_MFA", "0", "1 lets nobody work here before they have set up a second factor."
)
OIDC_ISSUER: Final = Setting(
    "EVENHAND_OIDC_ISSUER",
    "",
    "Address of an OpenID Connect provider for single sign-on; empty means none.",
)
OIDC_CLIENT: Final = Setting(
    "EVENHAND_OIDC_CLIENT", "", "Client id that the provider gave to Evenhand."
)
OIDC_SECRET: Final = Setting("EVENHAND_OIDC_SECRET", "", "Client secret that came with it.")
OIDC_NAME: Final = Setting(
    "EVENHAND_OIDC_NAME", "single sign-on", "What the button of the sign-in page calls it."
)
PACK: Final = Setting(
    "EVENHAND_PACK", "", "Folder of the pack offered for new openings; empty means the shipped one."
)
PANELS: Final = Setting(
    "EVENHAND_PANELS",
    "",
    "File of panels with LLM judges; empty means panels.toml here, else in the home.",
)
ORIGIN: Final = Setting(
    "EVENHAND_LEDGER_ORIGIN", "evenhand.example/ledger", "Name under which the ledger is signed."
)
THREADS: Final = Setting(
    "EVENHAND_JUDGE_THREADS", "2", "Threads of one forward pass of the embedded judges."
)
REFIT_AT: Final = Setting(
    "EVENHAND_REFIT_AT",
    "2",
    "Hour in UTC, 0 to 23, from which the day's refit is made; off means never.",
)
TIME_ZONE: Final = Setting("EVENHAND_TIME_ZONE", "UTC", "Time zone of the pages.")

ALL: Final = (
    HOME,
    DATABASE,
    SECRET_KEY,
    ANSWER_KEYS,
    HOSTS,
    BASE_URL,
    DEBUG,
    EXAMPLE,
    EMAIL,
    EMAIL_FROM,
    REQUIRE_MFA,
    OIDC_ISSUER,
    OIDC_CLIENT,
    OIDC_SECRET,
    OIDC_NAME,
    PACK,
    PANELS,
    ORIGIN,
    THREADS,
    REFIT_AT,
    TIME_ZONE,
)


def misspelt() -> list[str]:
    """Return a line for each variable that is passed over and was probably meant for a setting."""
    known = [one.name.removeprefix(_START) for one in ALL]
    lines = []
    for name in sorted(set(os.environ) - {one.name for one in ALL}):
        short = name.removeprefix(_START)
        if name.startswith(_START) and not short.startswith("TEST_"):
            meant = get_close_matches(short, known, n=1, cutoff=0.75)
            lines += [f"{name} is no setting and is passed over: is {_START}{one} meant?"
                      for one in meant]  # fmt: skip
    return lines
