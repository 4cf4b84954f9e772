"""What must not stand in a log."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(r"(/s/|/feed/|/welcome/[^/\s]+/)[^/\s]+")


class NoLinks(logging.Filter):
    """Take personal links out of what is logged: who has a link can sit in its owner's place."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without the part of an address that opens a sitting or account."""
        record.msg = _LINK.sub(r"\1…", record.getMessage())
        record.args = ()
        return True
