"""A TOML table read key by key, every fault noted with file, table and key."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from evenhand.judges.llm.addresses import fault_of
from evenhand.judges.llm.values import NAME

Text = TypeVar("Text", bound=str)

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class Table:
    """Hand out the values of a table and note what is wrong with them.

    A value that is missing or wrong is noted and something of its type handed out, so that one
    reading finds every fault; who reads raises when `faults` is not empty. No value that might be
    a key is ever repeated in a fault.
    """

    def __init__(self, file: str, place: str, values: Mapping[str, Any], faults: list[str]) -> None:
        self.values = values
        self._file, self._place, self._faults = file, place, faults
        self._read: set[str] = set()

    @property
    def key(self) -> str:
        """The last part of the table's name."""
        return self._place.rpartition(".")[2]

    def fault(self, key: str, what: str) -> None:
        """Note a fault of one key, or of the table where the key is empty."""
        place = ".".join(part for part in (self._place, key) if part)
        self._faults.append(f"{self._file}: {place}: {what}")

    def close(self) -> None:
        """Note every key that nobody asked for."""
        for key in sorted(set(self.values) - self._read):
            known = ", ".join(sorted(self._read))
            if "key" in key or key == "token" or "secret" in key:
                self.fault(key, "a key never stands in this file; name its variable in key_env")
            else:
                self.fault(key, f"is not known (known: {known})")

    def tables(self, key: str) -> Iterable["Table"]:
        """Return the tables below a key."""
        found = self._get(key)
        if found is None:
            return []
        if not isinstance(found, dict) or not all(isinstance(v, dict) for v in found.values()):
            self.fault(key, f"must be tables [{key}.NAME]")
            return []
        below = []
        for name, values in found.items():
            if not NAME.fullmatch(name):
                self.fault(f"{key}.{name}", "must be 1 to 40 of a to z, 0 to 9, - and _")
            below.append(self._below(f"{key}.{name}", values))
        return below

    def table(self, key: str) -> "Table | None":
        """Return the table of a key, None where there is none."""
        found = self._get(key)
        if found is None:
            return None
        if not isinstance(found, dict):
            self.fault(key, "must be a table")
            found = {}
        return self._below(key, found)

    def text(self, key: str) -> str:
        """Return a text that must be there and must not be empty."""
        found = self._get(key)
        if found is None:
            self.fault(key, "is missing")
        elif not isinstance(found, str) or not found.strip():
            self.fault(key, "must be text")
        else:
            return found
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts with at least one in it."""
        found = self._get(key)
        if isinstance(found, list) and found and all(isinstance(item, str) for item in found):
            return tuple(found)
        self.fault(key, 'must be a list of names, such as ["one", "two"]')
        return ()

    def choice(self, key: str, known: tuple[Text, ...], default: Text | None = None) -> Text:
        """Return one of the known words."""
        found = self._get(key)
        for word in known:
            if found == word:
                return word
        if found is None and default is not None:
            return default
        self.fault(key, "must be one of " + ", ".join(f'"{word}"' for word in known))
        return known[0]

    def address(self, key: str) -> str:
        """Return an http or https address without a trailing slash and without a password."""
        found = self.text(key)
        if not found:
            return ""
        if wrong := fault_of(found):
            self.fault(key, wrong)
        return found.rstrip("/")

    def variable(self, key: str) -> str | None:
        """Return the name of an environment variable, None where there is none."""
        found = self._get(key)
        if found is None:
            return None
        if isinstance(found, str) and _VARIABLE.fullmatch(found):
            return found
        self.fault(key, "must name an environment variable (A to Z, 0 to 9, _), never be the key")
        return None

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        found = self._get(key)
        if found is None:
            return default
        if not isinstance(found, bool):
            self.fault(key, "must be true or false")
            return default
        return found

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """Return a whole number within bounds; `default` need not lie within them."""
        found = self._get(key)
        if found is None:
            return default
        if isinstance(found, bool) or not isinstance(found, int) or not low <= found <= high:
            self.fault(key, f"must be a whole number from {low} to {high}")
            return default
        return found

    def number(self, key: str, default: float | None, low: float, high: float) -> float:
        """Return a number within bounds; without a default it must be there."""
        found = self._get(key)
        if found is None and default is not None:
            return default
        if (
            isinstance(found, bool)
            or not isinstance(found, int | float)
            or not low <= found <= high
        ):
            self.fault(key, f"must be a number from {low:.10g} to {high:.10g}")
            return low
        return float(found)

    def _get(self, key: str) -> Any:
        self._read.add(key)
        return self.values.get(key)

    def _below(self, key: str, values: Mapping[str, Any]) -> "Table":
        place = ".".join(part for part in (self._place, key) if part)
        return Table(self._file, place, values, self._faults)
