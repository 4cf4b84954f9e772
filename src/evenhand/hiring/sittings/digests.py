"""Digests under which texts stand in the ledger: they can be checked, and not guessed."""

from evenhand.ledger import salted_digest


def digest_of(text: str, salt: str) -> str:
    """Return the salted SHA-256 of a text in hexadecimal; `salt` as `models.new_salt` makes it."""
    return salted_digest(bytes.fromhex(salt), text)
