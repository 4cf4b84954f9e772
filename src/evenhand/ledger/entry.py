"""One event of the ledger: its fields, its canonical bytes and its leaf."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from evenhand.ledger.encoding import canonical_json
from evenhand.ledger.errors import EntryError
from evenhand.ledger.tree import leaf_hash

# Every JSON reader keeps whole numbers up to here exactly (RFC 7493, section 2.2).
MAX_NUMBER = 2**53 - 1
# A bundle's line is at most 1 MiB; the rest of the line needs far less than the difference.
MAX_ENTRY_BYTES = 1_000_000
MAX_DEPTH = 32
MIN_SALT_BYTES = 16

_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_ACTION = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_SUBJECT = re.compile(r"[a-z][a-z0-9_]*:[!-~]+")
_FIELDS = ("seq", "at", "actor", "action", "subject", "facts")


@dataclass(frozen=True)
class Entry:
    """One event. Checked when made; `facts` must not be changed afterwards.

    Attributes:
        seq: position in the ledger, from 0 without gaps.
        at: moment in UTC, RFC 3339 with microseconds, `2026-01-31T09:30:00.000000Z`.
        actor: who acted, such as `person:7` or `panel:embedded`; one line of text.
        action: `noun.verb`, such as `answer.submitted`.
        subject: `type:id`, such as `sitting:4f0c...`.
        facts: JSON object; numbers within +-(2^53 - 1), text a digest where it is personal.

    Raises:
        EntryError: names the field and what it must be.
    """

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    facts: Mapping[str, object]

    def __post_init__(self) -> None:
        if type(self.seq) is not int or not 0 <= self.seq <= MAX_NUMBER:
            raise EntryError("seq must be a whole number from 0 on")
        if not (_is_like(self.at, _AT) and _is_moment(self.at)):
            raise EntryError("at must be a UTC moment like 2026-01-31T09:30:00.000000Z")
        if not (isinstance(self.actor, str) and self.actor and self.actor.isprintable()):
            raise EntryError("actor must be one line of printable text, not empty")
        if not _is_like(self.action, _ACTION):
            raise EntryError("action must be two lower-case words like answer.submitted")
        if not _is_like(self.subject, _SUBJECT):
            raise EntryError("subject must be type:id like sitting:12, without spaces")
        if not isinstance(self.facts, dict):
            raise EntryError("facts must be a JSON object")
        _check_json(self.facts, "facts", MAX_DEPTH)

    def canonical(self) -> bytes:
        """The RFC 8785 bytes over which the leaf is computed.

        Raises:
            EntryError: longer than a bundle can carry.
        """
        data = canonical_json({name: getattr(self, name) for name in _FIELDS})
        if len(data) > MAX_ENTRY_BYTES:
            raise EntryError(f"an entry may have {MAX_ENTRY_BYTES} bytes, this has {len(data)}")
        return data

    def leaf(self) -> bytes:
        """The entry's leaf in the tree; 32 bytes."""
        return leaf_hash(self.canonical())

    @classmethod
    def from_json(cls, value: object) -> "Entry":
        """Read an entry from parsed JSON: exactly the six fields.

        Raises:
            EntryError: a field is missing, unknown or wrong.
        """
        if not isinstance(value, dict):
            raise EntryError("an entry must be a JSON object")
        if value.keys() != set(_FIELDS):
            raise EntryError(f"an entry has exactly the fields {', '.join(_FIELDS)}")
        return cls(**value)


def utc_text(moment: datetime) -> str:
    """Write an aware moment the way `Entry.at` wants it.

    >>> utc_text(datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    '2026-01-31T09:30:00.000000Z'
    """
    if moment.tzinfo is None:
        raise EntryError("at needs a moment with a time zone")
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "Z"


def salted_digest(salt: bytes, text: str) -> str:
    """Commit to a text without telling it: hex SHA-256 over the salt and the text.

    The salt's length stands in front as 8 big-endian bytes, so that no other salt and text give
    the same input. While the salt is kept, the text can be shown to be the one recorded; once
    text and salt are erased the digest says nothing, which short or guessable texts need most.

    Raises:
        EntryError: the salt has fewer than 16 bytes and could be tried out.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise EntryError(f"a salt needs {MIN_SALT_BYTES} random bytes or more, got {len(salt)}")
    return sha256(len(salt).to_bytes(8, "big") + salt + text.encode()).hexdigest()


def _is_like(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_json(value: object, where: str, depth: int) -> None:
    """Refuse what would not come back from JSON as it went in."""
    if depth < 0:
        raise EntryError(f"{where}: nested more than {MAX_DEPTH} deep")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, where)
    elif isinstance(value, int | float):
        # One bound for both: RFC 8785 writes a large float as a whole number. NaN fails it too.
        if not abs(value) <= MAX_NUMBER:
            raise EntryError(f"{where}: numbers must be finite and within 2^53 - 1")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_json(item, f"{where}[{index}]", depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise EntryError(f"{where}: keys must be text")
            _check_text(key, where)
            _check_json(item, f"{where}.{key}", depth - 1)
    else:
        raise EntryError(f"{where}: {type(value).__name__} is not a JSON type")


def _check_text(text: str, where: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EntryError(f"{where}: text that is not Unicode (half a surrogate pair)") from None
