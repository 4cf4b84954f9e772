"""Where a server may be made to send requests from a page, and where never."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from evenhand.hiring.errors import PanelError

METADATA: Final = frozenset({"169.254.169.254", "100.100.100.200", "fd00:ec2::254"})
"""Where clouds tell a machine its secrets; all but the last two are link-local anyway."""


def check_address(base_url: str) -> None:
    """Refuse an address that leads to a cloud's metadata or anywhere else link-local.

    Addresses of this machine and of its network are fine: models are run there. A name that cannot
    be resolved now is let through; it is looked at again before each use.

    Raises:
        PanelError: it leads there, whatever the name says.
    """
    host = urlsplit(base_url).hostname or ""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        found = set()
    for text in found:
        if _is_refused(ip_address(text.partition("%")[0])):
            raise PanelError(
                _("base_url: %(host)s leads to a link-local or metadata address; it is refused.")
                % {"host": host}
            )


def _is_refused(address: IPv4Address | IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    odd = inner.is_link_local or inner.is_multicast or inner.is_unspecified
    return odd or str(inner) in METADATA
