"""What can be the address of an endpoint: what a client can build, and a host that can be asked."""

from urllib.parse import urlsplit

import httpx2

SUCH_AS = "must be an address such as https://llm.example/v1"


def fault_of(address: str) -> str:
    """Say what is wrong with an address, nothing where it can be used.

    Nothing is looked up: an address can be used whose host does not exist.

    >>> fault_of("https://llm.example/v1"), fault_of("llm.example")
    ('', 'must be an address such as https://llm.example/v1')
    """
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return SUCH_AS
    except ValueError:
        return SUCH_AS
    if parts.username or parts.password or parts.query or parts.fragment:
        return "must hold no user, password, query or fragment; a key goes in key_env"
    try:
        # Whoever connects encodes the host once more, by stricter rules.
        httpx2.URL(address).raw_host.decode("ascii").encode("idna")
    except httpx2.InvalidURL:
        return "holds a sign that no address can hold"
    except UnicodeError:
        return "no host is called that: a part of its name is empty or longer than 63 signs"
    return ""
