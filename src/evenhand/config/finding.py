"""What the doctor finds of one thing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is well, what was seen, and the remedy if it is not."""

    name: str
    ok: bool
    seen: str
    remedy: str = ""

    def line(self) -> str:
        """Return the check as a line for a person."""
        if self.ok:
            return f"ok    {self.name}: {self.seen}"
        end = "" if self.seen.endswith(("?", ".", "!")) else "."
        return f"WRONG {self.name}: {self.seen}{end} To mend it: {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return asdict(self)
