"""Where a server may be made to send requests from a page, and where never."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError


def check_address(base_url: str) -> None:
    """Refuse an address that leads to a cloud's metadata or anywhere else link-local.

    Addresses of this machine and of its network are fine: models are run there. A name that cannot
    be resolved now is let through; whoever sends a request there looks at the other end of the
    connection, which is what counts.

    Raises:
        PanelError: it leads there, whatever the name says.
    """
    from evenhand.judges.llm.peers import is_refused

    host = urlsplit(base_url).hostname or ""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except (OSError, ValueError):
        found = set()
    if any(is_refused(text) for text in found):
        raise PanelError(
            _("%(host)s leads to a link-local or metadata address; it is refused.") % {"host": host}
        )
