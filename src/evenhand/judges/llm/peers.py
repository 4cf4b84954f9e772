"""Where a request to a model never goes: where a cloud tells a machine its secrets, and nearby."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

METADATA: Final = frozenset(
    {
        "169.254.169.254",  # most clouds
        "168.63.129.16",  # Azure
        "192.0.0.192",  # Oracle
        "100.100.100.200",  # Alibaba
        "fd00:ec2::254",  # Amazon
    }
)
"""Those that are link-local are refused for that alone."""
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
"""IPv6 in whose last 32 bits an IPv4 address stands (RFC 6052)."""


class PeerRefused(Exception):
    """A connection led where none may lead; nothing was sent on it."""


def is_refused(text: str) -> bool:
    """Return whether no request may go to an address.

    Addresses of this machine and of its network are fine: models are run there.

    >>> [is_refused(one) for one in ("127.0.0.1", "169.254.169.254", "::ffff:169.254.169.254")]
    [False, True, True]
    """
    address = ip_address(text.partition("%")[0])
    return any(_is_odd(one) for one in (address, *_inner(address)))


def check_connection(event: str, info: dict[str, Any]) -> None:
    """Look at the other end of a connection before anything is sent on it; a tracer of httpx2.

    Between the moment at which an address was looked at and the moment of connecting, a name can
    come to lead elsewhere; the other end is what it is.

    Raises:
        PeerRefused: it leads where none may lead; it is closed.
    """
    if event != "connection.connect_tcp.complete":
        return
    stream = info["return_value"]
    if is_refused(stream.get_extra_info("server_addr")[0]):
        stream.close()
        raise PeerRefused


def _is_odd(address: IPv4Address | IPv6Address) -> bool:
    odd = address.is_link_local or address.is_multicast or address.is_unspecified
    return odd or str(address) in METADATA


def _inner(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour]
    if address in _TRANSLATED:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]
